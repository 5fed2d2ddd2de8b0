package serve

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The demo portal has an address that does not change, and several programs
// start on one machine all the same.
func TestListenDemo(t *testing.T) {
	t.Parallel()
	const free = "127.0.0.1:0"
	tests := map[string]struct {
		set, other string
		taken      []string // what cannot be listened on
		asked      []string // in that order
		err        string
		warns      bool
	}{
		"usual":                    {asked: []string{"127.0.0.1:8082"}},
		"usual one is taken":       {taken: []string{"127.0.0.1:8082"}, asked: []string{"127.0.0.1:8082", free}, warns: true},
		"usual one is for GraphQL": {other: ":8082", asked: []string{free}},
		"usual one is for metrics": {other: "127.0.0.1:8082", asked: []string{free}},
		"nothing is to be had":     {taken: []string{"127.0.0.1:8082", free}, asked: []string{"127.0.0.1:8082", free}, err: "the demo portal cannot listen: in use", warns: true},
		"set":                      {set: ":9", asked: []string{":9"}},
		"set, and taken":           {set: ":9", taken: []string{":9"}, asked: []string{":9"}, err: "--demo-listen (DEMO_ADDR): in use"},
		"set to the usual one":     {set: DemoAddress, asked: []string{"127.0.0.1:8082"}},
		"set to the usual, taken":  {set: DemoAddress, taken: []string{"127.0.0.1:8082"}, asked: []string{"127.0.0.1:8082"}, err: "--demo-listen (DEMO_ADDR): in use"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			var asked []string
			got, err := ListenDemo(test.set, []string{"127.0.0.1:8080", test.other}, slog.New(slog.NewJSONHandler(&log, nil)), func(address string) (string, error) {
				asked = append(asked, address)
				for _, taken := range test.taken {
					if address == taken {
						return "", errors.New("in use")
					}
				}
				return "got " + address, nil
			})
			if diff := cmp.Diff(test.asked, asked); diff != "" {
				t.Error(diff)
			}
			if test.err == "" {
				if want := "got " + test.asked[len(test.asked)-1]; err != nil || got != want {
					t.Errorf("got %q, %v; want %q", got, err, want)
				}
			} else if err == nil || err.Error() != test.err {
				t.Errorf("got %v, want %s", err, test.err)
			}
			if warned := strings.Contains(log.String(), `"level":"WARN"`); warned != test.warns {
				t.Errorf("the log is %q", log.String())
			}
		})
	}
}
