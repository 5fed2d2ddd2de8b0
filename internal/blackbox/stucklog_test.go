package blackbox

import (
	"bufio"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
)

// With an unread log the program answers on, is not ready, and ends
// promptly on SIGTERM.
func TestStuckLog(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	p := launch(t, writer)
	_ = writer.Close()
	p.awaitAnnouncement(t)
	body := testhttp.BodyOf("query " + strings.Repeat("N", 64) + " { __typename }")
	for range 400 { // of some 250 bytes each, into a pipe that holds 64 KiB
		if got := testhttp.MustSend(t, http.MethodPost, "http://"+p.Public+"/graphql", body, testhttp.SendsJSON); got.Status != http.StatusOK {
			t.Fatalf("got %d %s", got.Status, got.Body)
		}
	}
	testhttp.Eventually(t, "readiness fails", func() bool {
		got := testhttp.Fetch(t, p.Public, "/readyz")
		return got.Status == http.StatusServiceUnavailable && got.Body == "the log is stuck: its reader takes no lines\n"
	})
	if got := testhttp.Fetch(t, p.Admin, "/metrics").Body; !strings.Contains(got, "\nlog_dropped_lines_total 0\n") {
		t.Error("the lines that are dropped are not counted")
	}
	start := time.Now()
	p.stop()
	if status := p.wait(t); status != 0 || time.Since(start) > 5*time.Second {
		t.Errorf("it ended with %d after %v", status, time.Since(start))
	}
}

// A log whose reader goes away ends neither the program nor its answers.
func TestLogReaderGoesAway(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := launch(t, writer)
	_ = writer.Close()
	if line, err := bufio.NewReader(reader).ReadString('\n'); err != nil || !strings.Contains(line, `"msg":"listening"`) {
		t.Fatalf("the first line is %s, %v", line, err)
	}
	_ = reader.Close()
	p.awaitAnnouncement(t)
	for range 3 {
		if got := testhttp.MustSend(t, http.MethodPost, "http://"+p.Public+"/graphql", oneOpportunity, testhttp.SendsJSON); got.Body != withTitle {
			t.Errorf("got %d %s", got.Status, got.Body)
		}
	}
	testhttp.Eventually(t, "the lost lines are counted", func() bool {
		return strings.Contains(testhttp.Fetch(t, p.Admin, "/metrics").Body, "\nlog_dropped_lines_total 3\n")
	})
	if got := testhttp.Fetch(t, p.Public, "/readyz"); got.Status != http.StatusOK {
		t.Errorf("/readyz: %d %s", got.Status, got.Body)
	}
	p.stop()
	if status := p.wait(t); status != 0 {
		t.Errorf("it ended with %d", status)
	}
}
