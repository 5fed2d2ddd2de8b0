package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// tap is what a log goes to: it can be held, and it can fail.
type tap struct {
	output
	held  chan struct{} // nil: it is open
	fails bool
}

func (t *tap) Write(p []byte) (int, error) {
	if t.held != nil {
		<-t.held
	}
	if t.fails {
		return 0, errors.New("no space left")
	}
	return t.output.Write(p)
}

func newTestQueue(out *tap) *logQueue {
	return newLogQueue(out, func(dropped uint64) []byte { return fmt.Appendf(nil, "dropped %d\n", dropped) })
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
				if n := q.droppedLines(); n != uint64(test.extra) {
					t.Errorf("%d lines are dropped, want %d", n, test.extra)
				}
				time.Sleep(logStuck)
				if q.isStuck() {
					t.Error("it counts as stuck too early")
				}
				time.Sleep(time.Nanosecond)
				if !q.isStuck() {
					t.Error("it does not count as stuck")
				}
				close(out.held)
				synctest.Wait()
				write(1)
				q.close(logLastWords)
				want := strings.Repeat(test.line, 1+test.fit) + fmt.Sprintf("dropped %d\n", test.extra) + test.line
				if got := out.String(); got != want || q.isStuck() {
					t.Errorf("%d bytes are written, want %d; stuck: %t", len(got), len(want), q.isStuck())
				}
			})
		})
	}
}

// Lines that cannot be written count as dropped, once each.
func TestLogQueueCountsFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &tap{fails: true}
		q := newTestQueue(out)
		for range 3 {
			_, _ = q.Write([]byte("lost\n"))
			synctest.Wait()
		}
		if n := q.droppedLines(); n != 3 || q.isStuck() {
			t.Errorf("%d lines are dropped, stuck: %t", n, q.isStuck())
		}
		out.fails = false
		_, _ = q.Write([]byte("kept\n"))
		q.close(logLastWords)
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
		q.close(logLastWords)
		if took := time.Since(start); took != logLastWords {
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

// With an unread log the program answers on, is not ready, and ends
// promptly on SIGTERM.
func TestStuckLog(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan addresses, 1), make(chan int, 1)
	go func() {
		args := []string{"--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0"}
		ended <- run(ctx, args, &output{}, writer, func(at addresses) { ready <- at })
	}()
	t.Cleanup(func() {
		stop()
		_ = reader.Close()
		_ = writer.Close()
	})
	at := <-ready
	body := bodyOf("query " + strings.Repeat("N", 64) + " { __typename }")
	for range 1000 { // of some 250 bytes each, into a pipe that holds 64 KiB
		if got := mustSend(t, http.MethodPost, "http://"+at.public+"/graphql", body, sendsJSON); got.status != http.StatusOK {
			t.Fatalf("got %d %s", got.status, got.body)
		}
	}
	eventually(t, "readiness fails", func() bool {
		got := fetch(t, at.public, "/readyz")
		return got.status == http.StatusServiceUnavailable && got.body == "the log is stuck: nobody reads it\n"
	})
	if got := fetch(t, at.admin, "/metrics").body; !strings.Contains(got, "\nlog_dropped_lines_total 0\n") {
		t.Error("the lines that are dropped are not counted")
	}
	start := time.Now()
	stop()
	if status := <-ended; status != 0 || time.Since(start) > 5*time.Second {
		t.Errorf("it ended with %d after %v", status, time.Since(start))
	}
}

// A log whose reader goes away ends neither the program nor its answers.
func TestLogReaderGoesAway(t *testing.T) {
	t.Parallel()
	binary := buildProgram(t)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, "--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--demo-listen=127.0.0.1:0")
	command.Stderr = writer
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_ = writer.Close()
	t.Cleanup(func() { _ = command.Process.Kill() })
	line, err := bufio.NewReader(reader).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	_ = reader.Close()
	found := regexp.MustCompile(`"address":"(.+?)","admin":"(.+?)"`).FindSubmatch(line)
	if found == nil || !bytes.Contains(line, []byte(`"msg":"listening"`)) {
		t.Fatalf("the first line is %s", line)
	}
	for range 3 {
		if got := mustSend(t, http.MethodPost, "http://"+string(found[1])+"/graphql", oneOpportunity, sendsJSON); got.body != withTitle {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
	eventually(t, "the lost lines are counted", func() bool {
		return strings.Contains(fetch(t, string(found[2]), "/metrics").body, "\nlog_dropped_lines_total 3\n")
	})
	if got := fetch(t, string(found[1]), "/readyz"); got.status != http.StatusOK {
		t.Errorf("/readyz: %d %s", got.status, got.body)
	}
	_ = command.Process.Signal(syscall.SIGTERM)
	if err := command.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
