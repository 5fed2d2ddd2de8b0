package blackbox

import (
	"testing"

	"onlyoffice-graphql/internal/testhttp"
)

// Go's memory limit is 1 GiB by default and follows the budgets, unless the environment
// has one.
func TestMemoryLimit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment, args []string
		want              float64
	}{
		"by default":         {[]string{"GOMEMLIMIT="}, nil, 1 << 30},
		"more for answers":   {[]string{"GOMEMLIMIT="}, []string{"--answers-memory=512MiB"}, 1280 << 20},
		"in the environment": {[]string{"GOMEMLIMIT=300MiB"}, []string{"--answers-memory=512MiB"}, 300 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startIn(t, test.environment, test.args...)
			if got := sample(t, testhttp.Fetch(t, p.Admin, "/metrics").Body, "go_gc_gomemlimit_bytes"); got != test.want {
				t.Errorf("it is %v bytes, not %v", got, test.want)
			}
		})
	}
}
