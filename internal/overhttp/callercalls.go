package overhttp

import (
	"fmt"
	"net/http"

	"onlyoffice-graphql/resolvers"
)

// The header fields that tell callers what they have left, as
// draft-ietf-httpapi-ratelimit-headers names them.
const (
	policyHeader  = "RateLimit-Policy"
	balanceHeader = "RateLimit"
)

// tellBalance writes what an account has into the header of an answer, in the place of
// what was written before. An account of nil has no limit, of which nothing is told.
//
// The seconds are until all of it is there again, but of an empty account until the next
// call, as Retry-After has it.
func tellBalance(header http.Header, account *resolvers.Account) {
	if account == nil {
		return
	}
	balance := account.Balance()
	seconds := wholeSeconds(balance.Full)
	if balance.Left == 0 {
		seconds = wholeSeconds(balance.Wait)
	}
	header.Set(policyHeader, fmt.Sprintf(`"caller";q=%d;w=60`, account.Calls()))
	header.Set(balanceHeader, fmt.Sprintf(`"caller";r=%d;t=%d`, balance.Left, seconds))
}

// refuseSpent refuses a request whose account is empty.
func refuseSpent(account *resolvers.Account) *refusal {
	if account == nil {
		return nil
	}
	wait := account.Balance().Wait
	if wait == 0 {
		return nil
	}
	return refuse(http.StatusTooManyRequests, codeRateLimited,
		"This caller has no portal calls left, of which it has %d a minute. Wait %d s, then ask again.", account.Calls(), wholeSeconds(wait)).after(wait)
}
