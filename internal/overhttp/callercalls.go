package overhttp

import (
	"context"
	"fmt"
	"net/http"

	"onlyoffice-graphql/internal/allowance"
	"onlyoffice-graphql/internal/codes"
)

// The header fields that tell callers what they have left, as
// draft-ietf-httpapi-ratelimit-headers names them.
const (
	policyHeader  = "RateLimit-Policy"
	balanceHeader = "RateLimit"
)

// account is what the portal calls of a request are charged to, and what it had when it
// was last looked at. The zero value has no limit.
type account struct {
	*allowance.Account
	balance allowance.Balance
}

// accountOf returns the account of a request.
func (t *transport) accountOf(ctx context.Context) account {
	if t.Account == nil {
		return account{}
	}
	return account{Account: t.Account(ctx)}
}

// tell looks at the account, and writes what it has into the header of an answer, in the
// place of what was written before.
//
// The seconds are until all of it is there again, but of an empty account until the next
// call, as Retry-After has it.
func (a *account) tell(header http.Header) {
	if a.Account == nil {
		return
	}
	a.balance = a.Balance()
	seconds := allowance.WholeSeconds(a.balance.Full)
	if a.balance.Left == 0 {
		seconds = allowance.WholeSeconds(a.balance.Wait)
	}
	header.Set(policyHeader, fmt.Sprintf(`"caller";q=%d;w=60`, a.Calls()))
	header.Set(balanceHeader, fmt.Sprintf(`"caller";r=%d;t=%d`, a.balance.Left, seconds))
}

// refuse refuses a request whose account is empty.
func (a *account) refuse() *refusal {
	wait := a.balance.Wait
	if wait == 0 {
		return nil
	}
	return refuse(http.StatusTooManyRequests, codes.RateLimited,
		"This caller has no portal calls left, of which it has %d a minute. Wait %d s, then ask again.", a.Calls(), allowance.WholeSeconds(wait)).after(wait)
}
