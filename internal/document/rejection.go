package document

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Rejection is why an operation is not run. Its texts are fixed, or quote the document;
// they never quote anything else that the request holds.
type Rejection struct {
	Errors      gqlerror.List
	HoldsSecret bool // the document does, so that not even its hash may be logged
}

// reject says no with one error.
func reject(code, format string, args ...any) *Rejection {
	return &Rejection{Errors: gqlerror.List{{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": code}}}}
}

// rejectOver says that actual is over limit.
func rejectOver(code string, limit, actual int, format string, args ...any) *Rejection {
	r := reject(code, format, args...)
	r.Errors[0].Extensions["limit"] = limit
	r.Errors[0].Extensions["actual"] = actual
	return r
}

// at names the place in the document.
func (r *Rejection) at(line, column int) *Rejection {
	r.Errors[0].Locations = []gqlerror.Location{{Line: line, Column: column}}
	return r
}
