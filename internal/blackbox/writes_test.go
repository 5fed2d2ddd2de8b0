package blackbox

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream/demo"
)

const retitle = `{"query":"mutation { updateOpportunity(input: {id: 3102, title: \"Confidential\"}) { opportunity { title } } }"}`

// TestWrites has the whole program write: everybody may with the demo portal, and with
// another one those that --writes says. Each write has one line in the log, without its
// values.
func TestWrites(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		demo    bool
		flags   []string
		headers []string
		code    string
	}{
		"demo portal":      {true, nil, nil, ""},
		"demo portal, off": {true, []string{"--writes=off"}, nil, "FORBIDDEN"},
		"own credential":   {false, nil, []string{"Authorization: " + demo.Token}, ""},
		"own cookie":       {false, nil, []string{"Cookie: asc_auth_key=" + demo.Token}, ""},
		"fallback":         {false, nil, nil, "FORBIDDEN"},
		"fallback, on":     {false, []string{"--writes=on"}, nil, ""},
		"off":              {false, []string{"--writes=off"}, []string{"Authorization: " + demo.Token}, "FORBIDDEN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"--log-format=json"}, test.flags...)
			if !test.demo {
				args = append(args, "--portal-url="+newPortal(t).url, "--portal-token="+demo.Token)
			}
			p := start(t, args...)
			got := p.query(t, retitle, test.headers...)
			code, outcome := "", "DONE"
			if strings.Contains(got.Body, `"errors"`) {
				code, outcome = got.Code(t), "NOT_DONE"
			}
			if code != test.code || (code == "") != strings.Contains(got.Body, `"title":"Confidential"`) {
				t.Errorf("got %s", got.Body)
			}
			lines := p.logged(t, 1, "write")
			if len(lines) != 1 || lines[0]["requestId"] != got.Header.Get("X-Request-Id") || lines[0]["requestId"] == "" {
				t.Fatalf("logged %v", lines)
			}
			for _, member := range []string{"time", "level", "msg", "requestId"} {
				delete(lines[0], member)
			}
			if diff := cmp.Diff(map[string]any{"mutation": "updateOpportunity", "id": 3102., "outcome": outcome}, lines[0]); diff != "" {
				t.Errorf("logged (-want +got):\n%s", diff)
			}
			if strings.Contains(p.log(), "Confidential") {
				t.Errorf("a value is in the log:\n%s", p.stderr.String())
			}
		})
	}
}
