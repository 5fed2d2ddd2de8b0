package resolvers

import (
	"strings"
	"testing"

	"onlyoffice-graphql/upstream"
)

// TestPresentations joins what is said of each kind of failure with what is said of the
// change that it stands beside: whole sentences, that do not ask to send a change again
// which was made, or may have been.
func TestPresentations(t *testing.T) {
	t.Parallel()
	for kind := upstream.KindNotFound; kind <= upstream.KindTooMuch; kind++ {
		p, isThere := presentations[kind]
		if !isThere {
			t.Errorf("%v has no presentation", kind)
		}
		for _, outcome := range []upstream.Outcome{"", upstream.NotDone, upstream.Unknown, upstream.Done} {
			said := messageOf(p, outcome)
			if !strings.HasSuffix(said, ".") || strings.Contains(said, "..") || strings.Contains(said, "  ") {
				t.Errorf("%v %s: %q", kind, outcome, said)
			}
			if again := strings.Contains(strings.ToLower(said), "again,") || strings.Contains(said, "ask again") || strings.Contains(said, "Try again"); again && outcome != "" && outcome != upstream.NotDone {
				t.Errorf("%v %s invites to send it again: %q", kind, outcome, said)
			}
		}
	}
}
