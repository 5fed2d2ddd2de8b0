package resolvers

import (
	"errors"
	"testing"

	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/upstream"
)

// TestBugInAWrite leaves it unknown what was done.
func TestBugInAWrite(t *testing.T) {
	t.Parallel()
	ctx := request.With(t.Context(), &request.Request{})
	w := &writing{execution: &execution{}, ctx: ctx}
	value, err := attempt(w, func(*writing) (*upstream.Task, error) { panic("bug") })
	presented := Present(ctx, err)
	if value != nil || presented.Extensions["code"] != codes.Internal || presented.Extensions["outcome"] != "UNKNOWN" || presented.Extensions["retryable"] != false {
		t.Errorf("got %v, %+v", value, presented)
	}
	lost := settled(errors.New("other"), true, true)
	if presented := Present(ctx, lost); presented.Extensions["outcome"] != "UNKNOWN" {
		t.Errorf("got %+v", presented)
	}
}

// TestForget has what was looked up before a write be looked up again.
func TestForget(t *testing.T) {
	t.Parallel()
	r := &execution{ctx: t.Context()}
	opportunityTags.of(r).prime(1, []string{"old"})
	contactTags.of(r).prime(1, []string{"old"})
	r.lists = map[string]any{"a": 1}
	r.forget()
	if opportunityTags.of(r).knows(1) || contactTags.of(r).knows(1) || r.lists != nil {
		t.Error("something is still known")
	}
}
