//go:build unix

package upstream

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// TestUnaskedAnswers has a portal that says more than it was asked. The surplus
// is made to suit the next caller; it must not reach them.
func TestUnaskedAnswers(t *testing.T) {
	t.Parallel()
	const next = "3102"
	surplus := sized(thing(next, "somebody else"))
	batch := sized(`{"status":0,"response":[{"status":200,"data":` + fmt.Sprintf("%q", thing(next, "somebody else")) +
		`},{"status":200,"data":` + fmt.Sprintf("%q", thing("3103", "somebody else")) + `}]}`)
	long := func(answer string) string {
		_, body, _ := strings.Cut(answer, "\r\n\r\n")
		return sized(strings.Repeat(" ", 64<<10) + body)
	}
	same := func(answer string) string { return answer }
	tests := map[string]struct {
		edit  func(answer string) string // of the first caller
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
			over, said := make(chan bool), make(chan bool)
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
				close(said)
				c.wellBehaved()
			})
			client, d := directClient(t, portal.address)
			getsOwn(t, client, "anna", 3101)
			close(over)
			<-said
			for _, c := range d.idleNow() {
				// Looks without taking: the next caller is to find all of it.
				eventually(t, "it arrived", func() bool { return arrived(t, c.raw) })
			}
			getsOwn(t, client, "mark", test.ids...)
			wantConnections(t, portal, 2)
			getsOwn(t, client, "nora", 3103)
			wantConnections(t, portal, 2)
		})
	}
}

// arrived reports whether something has come on a socket, without taking it.
func arrived(t *testing.T, raw syscall.RawConn) bool {
	t.Helper()
	come := false
	if err := raw.Control(func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
		come = err == nil
	}); err != nil {
		t.Fatal(err)
	}
	return come
}
