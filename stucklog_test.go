package main

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"onlyoffice-graphql/internal/serve"
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
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan serve.Addresses, 1), make(chan int, 1)
	go func() {
		args := []string{"--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0"}
		ended <- run(ctx, args, &testhttp.Output{}, writer, func(at serve.Addresses) { ready <- at })
	}()
	t.Cleanup(func() {
		stop()
		_ = reader.Close()
		_ = writer.Close()
	})
	at := <-ready
	body := testhttp.BodyOf("query " + strings.Repeat("N", 64) + " { __typename }")
	for range 1000 { // of some 250 bytes each, into a pipe that holds 64 KiB
		if got := testhttp.MustSend(t, http.MethodPost, "http://"+at.Public+"/graphql", body, testhttp.SendsJSON); got.Status != http.StatusOK {
			t.Fatalf("got %d %s", got.Status, got.Body)
		}
	}
	testhttp.Eventually(t, "readiness fails", func() bool {
		got := testhttp.Fetch(t, at.Public, "/readyz")
		return got.Status == http.StatusServiceUnavailable && got.Body == "the log is stuck: nobody reads it\n"
	})
	if got := testhttp.Fetch(t, at.Admin, "/metrics").Body; !strings.Contains(got, "\nlog_dropped_lines_total 0\n") {
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
		if got := testhttp.MustSend(t, http.MethodPost, "http://"+string(found[1])+"/graphql", oneOpportunity, testhttp.SendsJSON); got.Body != withTitle {
			t.Errorf("got %d %s", got.Status, got.Body)
		}
	}
	testhttp.Eventually(t, "the lost lines are counted", func() bool {
		return strings.Contains(testhttp.Fetch(t, string(found[2]), "/metrics").Body, "\nlog_dropped_lines_total 3\n")
	})
	if got := testhttp.Fetch(t, string(found[1]), "/readyz"); got.Status != http.StatusOK {
		t.Errorf("/readyz: %d %s", got.Status, got.Body)
	}
	_ = command.Process.Signal(syscall.SIGTERM)
	if err := command.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
