package resolvers

import (
	"context"
	"errors"
	"testing"

	"onlyoffice-graphql/upstream"
)

// TestBugInAWrite leaves it unknown what was done.
func TestBugInAWrite(t *testing.T) {
	t.Parallel()
	w := &writing{request: &request{}, ctx: t.Context()}
	value, err := attempt(w, func(*writing) (*upstream.Task, error) { panic("bug") })
	presented := Present(context.Background(), err)
	if value != nil || presented.Extensions["code"] != codeInternal || presented.Extensions["outcome"] != "UNKNOWN" || presented.Extensions["retryable"] != false {
		t.Errorf("got %v, %+v", value, presented)
	}
	lost := withUnknown(errors.New("other"))
	if presented := Present(context.Background(), lost); presented.Extensions["outcome"] != "UNKNOWN" {
		t.Errorf("got %+v", presented)
	}
}

// TestForget has what was looked up before a write be looked up again.
func TestForget(t *testing.T) {
	t.Parallel()
	r := &request{ctx: t.Context(), lookups: make([]any, kinds)}
	opportunityTags.of(r).prime(1, []string{"old"})
	contactTags.of(r).prime(1, []string{"old"})
	r.lists = map[string]any{"a": 1}
	r.forget()
	if opportunityTags.of(r).knows(1) || contactTags.of(r).knows(1) || r.lists != nil {
		t.Error("something is still known")
	}
}
