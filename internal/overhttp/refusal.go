package overhttp

import (
	"context"
	"fmt"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/internal/document"
)

// statusNotRun marks a well-formed request that cannot run. The specification
// wants 400 for it, but 200 when it is answered as application/json: clients of
// that older type take any other status for a failure on the way.
const statusNotRun = 0

// refusal is why a request is not run. Its texts are fixed, or quote the
// document; they never quote anything else that the request holds.
type refusal struct {
	status    int
	headers   map[string]string
	errors    gqlerror.List
	retryable bool // the same request may be taken a little later
}

// notRun is the refusal of an operation that was rejected.
func notRun(r *document.Rejection) *refusal { return &refusal{status: statusNotRun, errors: r.Errors} }

// refuse says no with one error.
func refuse(status int, code, format string, args ...any) *refusal {
	return &refusal{status: status, errors: gqlerror.List{{
		Message:    fmt.Sprintf(format, args...),
		Extensions: map[string]any{"code": code},
	}}}
}

// refuseOver says that actual is over limit.
func refuseOver(status int, code string, limit, actual int, format string, args ...any) *refusal {
	r := refuse(status, code, format, args...)
	r.errors[0].Extensions["limit"] = limit
	r.errors[0].Extensions["actual"] = actual
	return r
}

// with adds a header to the answer.
func (r *refusal) with(name, value string) *refusal {
	if r.headers == nil {
		r.headers = make(map[string]string, 1)
	}
	r.headers[name] = value
	return r
}

// write answers a request that is not run.
func (r *refusal) write(ctx context.Context, w http.ResponseWriter, mediaType string, exec graphql.GraphExecutor) {
	for name, value := range r.headers {
		w.Header().Set(name, value)
	}
	response := exec.DispatchError(ctx, r.errors)
	for _, e := range response.Errors {
		if r.retryable && e.Extensions != nil {
			e.Extensions["retryable"] = true
		}
	}
	write(w, mediaType, r.statusAs(mediaType), response)
}

// statusAs returns the HTTP status of the refusal in an answer of mediaType.
func (r *refusal) statusAs(mediaType string) int {
	switch {
	case r.status != statusNotRun:
		return r.status
	case mediaType == mediaJSON:
		return http.StatusOK
	default:
		return http.StatusBadRequest
	}
}
