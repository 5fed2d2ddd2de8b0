package upstream

import (
	"fmt"
	"strings"
	"testing"
)

// TestUnaskedAnswers has a portal that says more than it was asked. The surplus
// is made to suit the next call; it must not reach it.
func TestUnaskedAnswers(t *testing.T) {
	t.Parallel()
	surplus := sized(thing("3102", "somebody else"))
	batch := sized(`{"status":0,"response":[{"status":200,"data":` + fmt.Sprintf("%q", thing("3102", "somebody else")) +
		`},{"status":200,"data":` + fmt.Sprintf("%q", thing("3103", "somebody else")) + `}]}`)
	long := func(answer string) string {
		_, body, _ := strings.Cut(answer, "\r\n\r\n")
		return sized(strings.Repeat(" ", 64<<10) + body)
	}
	same := func(answer string) string { return answer }
	tests := map[string]struct {
		edit  func(answer string) string // of the first call
		extra string
		later bool // while the connection is idle
		end   bool // of the connection after it
		ids   []int
	}{
		"in the same write":              {edit: same, extra: surplus, ids: []int{3102}},
		"in the same write, batch":       {edit: same, extra: batch, ids: []int{3102, 3103}},
		"in the same write, long answer": {edit: long, extra: surplus, ids: []int{3102}},
		"in the same write, and the end": {edit: same, extra: surplus, end: true, ids: []int{3102}},
		"while idle":                     {edit: same, extra: surplus, later: true, ids: []int{3102}},
		"while idle, batch":              {edit: same, extra: batch, later: true, ids: []int{3102, 3103}},
		"while idle, and the end":        {edit: same, extra: surplus, later: true, end: true, ids: []int{3102}},
		"408 while idle": {
			edit: same, extra: "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
			later: true, end: true, ids: []int{3102},
		},
		"an empty line": {edit: same, extra: "\r\n", ids: []int{3102}},
		"one byte":      {edit: same, extra: "H", later: true, ids: []int{3102}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			over := make(chan bool)
			portal := newWire(t, func(c *wireConn) {
				if c.n > 0 {
					c.wellBehaved()
					return
				}
				answer := test.edit(properAnswer(c.request()))
				if test.later {
					c.say(answer)
					<-over
					c.say(test.extra)
				} else {
					c.say(answer + test.extra)
				}
				if test.end {
					_ = c.Close()
				}
				c.wellBehaved()
			})
			client := wireClient(t, portal.address)
			getsOwn(t, client, "anna", 3101)
			close(over)
			eventually(t, "the connection is given up", func() bool { return client.pools.idle(t) == 0 })
			getsOwn(t, client, "anna", test.ids...)
			getsOwn(t, client, "anna", 3103)
			wantConnections(t, portal, 2)
		})
	}
}
