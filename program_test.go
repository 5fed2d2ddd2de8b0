package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/internal/testhttp"
)

// TestMain keeps the settings of whoever runs the tests out of them.
func TestMain(m *testing.M) {
	if args, ok := os.LookupEnv(asProgram); ok { // a test wants the program in a process of its own
		_ = os.Unsetenv(asProgram)
		os.Exit(run(context.Background(), strings.Fields(args), os.Stdout, os.Stderr, func(serve.Addresses) {}))
	}
	for _, name := range config.Environment() {
		_ = os.Unsetenv(name)
	}
	os.Exit(m.Run())
}

// asProgram is the variable that makes the test binary the program, with these
// arguments.
const asProgram = "TEST_AS_PROGRAM"

// program is the whole program, running within the test on ports of its own.
type program struct {
	serve.Addresses
	stdout, stderr testhttp.Output
	stop           context.CancelFunc // what SIGTERM does
	ended          chan struct{}
	status         int // its exit status, once it has ended
}

// start runs the program with these flags until the test ends.
func start(t testing.TB, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{stop: cancel, ended: make(chan struct{})}
	ready := make(chan serve.Addresses, 1)
	go func() {
		defer close(p.ended)
		args := append([]string{"--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--demo-listen=127.0.0.1:0"}, args...)
		p.status = run(ctx, args, &p.stdout, &p.stderr, func(at serve.Addresses) { ready <- at })
	}()
	t.Cleanup(func() {
		cancel()
		<-p.ended
	})
	select {
	case p.Addresses = <-ready:
	case <-p.ended:
		t.Fatalf("the program ended with status %d\n%s", p.status, p.stderr.String())
	}
	return p
}

// wait returns the exit status of a program that is about to end.
func (p *program) wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.status
	case <-time.After(testhttp.Patience):
		t.Fatalf("the program does not end\n%s", p.stderr.String())
		return 0
	}
}

// logged returns the log's lines with that message.
func (p *program) logged(t testing.TB, msg string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for text := range strings.Lines(p.stderr.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("a log line that is no JSON: %s", text)
		}
		if line["msg"] == msg {
			lines = append(lines, line)
		}
	}
	return lines
}

// query sends a GraphQL operation.
func (p *program) query(t testing.TB, body string, headers ...string) testhttp.Response {
	t.Helper()
	return testhttp.MustSend(t, http.MethodPost, "http://"+p.Public+"/graphql", body, append(headers, testhttp.SendsJSON)...)
}
