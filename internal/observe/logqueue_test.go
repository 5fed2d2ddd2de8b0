package observe

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// tap is what a log goes to: it can be held, and it can fail.
type tap struct {
	mu     sync.Mutex // guards the fields below
	text   bytes.Buffer
	writes atomic.Int32
	held   chan struct{} // nil: it is open
	fails  bool
}

func (t *tap) Write(p []byte) (int, error) {
	if t.held != nil {
		<-t.held
	}
	if t.fails {
		return 0, errors.New("no space left")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writes.Add(1)
	return t.text.Write(p)
}

func (t *tap) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

func newTestQueue(out *tap) *LogQueue {
	return NewLogQueue(out, func(dropped uint64) []byte { return fmt.Appendf(nil, "dropped %d\n", dropped) })
}

// While the log is not read, its writers go on; what waits is
// bounded in lines and in bytes, and the count of lost lines is logged afterwards.
func TestLogQueueIsBounded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		line       string
		fit, extra int
	}{
		"lines": {"a\n", queuedLines, 1000},
		"bytes": {strings.Repeat("a", 16<<10-1) + "\n", queuedBytes / (16 << 10), 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				out := &tap{held: make(chan struct{})}
				q := newTestQueue(out)
				write := func(times int) {
					for range times {
						_, _ = q.Write([]byte(test.line))
					}
				}
				write(1)
				synctest.Wait() // that one is being written
				write(test.fit + test.extra)
				if n := q.DroppedLines(); n != uint64(test.extra) {
					t.Errorf("%d lines are dropped, want %d", n, test.extra)
				}
				time.Sleep(logStuck)
				if q.IsStuck() {
					t.Error("it counts as stuck too early")
				}
				time.Sleep(time.Nanosecond)
				if !q.IsStuck() {
					t.Error("it does not count as stuck")
				}
				close(out.held)
				time.Sleep(logPause) // once for the first line; what waited is more than a piece
				synctest.Wait()
				write(1)
				q.Close(LastWords)
				want := strings.Repeat(test.line, 1+test.fit) + fmt.Sprintf("dropped %d\n", test.extra) + test.line
				if got := out.String(); got != want || q.IsStuck() {
					t.Errorf("%d bytes are written, want %d; stuck: %t", len(got), len(want), q.IsStuck())
				}
			})
		})
	}
}

// A line that comes alone is written at once; those of a busy moment are written together.
func TestLogQueueGathersLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &tap{}
		q := newTestQueue(out)
		defer q.Close(LastWords)
		want := ""
		write := func(text string, writes int) {
			t.Helper()
			_, _ = q.Write([]byte(text))
			want += text
			synctest.Wait()
			if n := int(out.writes.Load()); n != writes {
				t.Errorf("%d writes by %q, want %d", n, text, writes)
			}
		}
		write("first\n", 1)
		for range 10 {
			write("of many\n", 1)
		}
		time.Sleep(logPause)
		synctest.Wait()
		write("next\n", 2)
		time.Sleep(2 * logPause)
		synctest.Wait()
		write("alone\n", 4)
		if got := out.String(); got != want {
			t.Errorf("wrote %q, want %q", got, want)
		}
	})
}

// Lines that cannot be written count as dropped, once each.
func TestLogQueueCountsFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &tap{fails: true}
		q := newTestQueue(out)
		for range 3 {
			_, _ = q.Write([]byte("lost\n"))
			time.Sleep(logPause)
			synctest.Wait()
		}
		if n := q.DroppedLines(); n != 3 || q.IsStuck() {
			t.Errorf("%d lines are dropped, stuck: %t", n, q.IsStuck())
		}
		out.fails = false
		_, _ = q.Write([]byte("kept\n"))
		q.Close(LastWords)
		if got, want := out.String(), "kept\ndropped 3\n"; got != want {
			t.Errorf("wrote %q, want %q", got, want)
		}
	})
}

// What waits when the program ends is written, but not waited for without end.
func TestLogQueueCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &tap{held: make(chan struct{})}
		q := newTestQueue(out)
		_, _ = q.Write([]byte("last words\n"))
		start := time.Now()
		q.Close(LastWords)
		if took := time.Since(start); took != LastWords {
			t.Errorf("closing took %v", took)
		}
		close(out.held)
		<-q.done
		_, _ = q.Write([]byte("too late\n"))
		if got := out.String(); got != "last words\n" {
			t.Errorf("wrote %q", got)
		}
	})
}
