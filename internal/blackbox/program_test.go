// Package blackbox tests the whole program from outside: each test runs it, as it is
// built, in a process of its own, and asks it over HTTP.
package blackbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/internal/testhttp"
)

// binary is the path of the program that the tests run.
var binary string

// build is where the linker puts which build it is.
const build = "onlyoffice-graphql/internal/observe."

// TestMain builds the program. Tests name files from the top of the checkout.
func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	debug.SetGCPercent(250) // of the tests, not of the program
	testhttp.AtOnce(atOnce)
	folder, err := os.MkdirTemp("", "blackbox")
	if err == nil {
		defer func() { _ = os.RemoveAll(folder) }()
		err = os.Chdir(filepath.Join("..", ".."))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	binary = filepath.Join(folder, "onlyoffice-graphql")
	if err := buildProgram(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// buildProgram has "go run" copy what it would run: it keeps the program that it links in
// Go's build cache, where "go build" links it for every run of the tests.
func buildProgram() error {
	if runtime.GOOS == "windows" {
		return nil // nothing is launched
	}
	arguments := slices.Concat([]string{"run", "-exec", `sh -c 'cp "$0" "$COPY"'`, "-ldflags=-s -w -X " + build + "version=v1.2.3 -X " + build + "revision=0123abc"}, buildFlags, []string{"."})
	command := exec.Command("go", arguments...)
	command.Env = append(os.Environ(), "COPY="+binary)
	if text, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	return nil
}

// nowhere is an address that nothing listens on: a port that no test is ever given.
const nowhere = "http://127.0.0.1:1"

// program is the program in a process of its own, with ports of its own.
type program struct {
	serve.Addresses
	command        *exec.Cmd
	stdout, stderr testhttp.Output
	ended          chan struct{} // closed once it has ended
}

// start runs the program with these flags until the test ends.
func start(t testing.TB, args ...string) *program {
	t.Helper()
	p := launch(t, nil, args...)
	p.awaitAnnouncement(t)
	return p
}

// launch starts the program with these flags. Its log goes to stderr, or is kept where
// that is nil.
func launch(t testing.TB, stderr *os.File, args ...string) *program {
	t.Helper()
	return launchIn(t, nil, stderr, args...)
}

// startIn is start with further variables, each "NAME=value".
func startIn(t testing.TB, environment []string, args ...string) *program {
	t.Helper()
	p := launchIn(t, environment, nil, args...)
	p.awaitAnnouncement(t)
	return p
}

// only returns what the program's environment is for these variables: none that stands
// around the tests sets it.
func only(environment []string) []string { return append([]string{}, environment...) } // nil would be all

func launchIn(t testing.TB, environment []string, stderr *os.File, args ...string) *program {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there are no signals")
	}
	p := &program{
		command: exec.Command(binary, append([]string{"--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--demo-listen=127.0.0.1:0"}, args...)...),
		ended:   make(chan struct{}),
	}
	p.command.Stdout, p.command.Stderr = &p.stdout, &p.stderr
	if stderr != nil {
		p.command.Stderr = stderr
	}
	p.command.Env = only(environment)
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.command.Wait() // its status is looked at by tests
	}()
	t.Cleanup(func() {
		p.stop()
		select {
		case <-p.ended:
		case <-time.After(testhttp.Patience):
			_ = p.command.Process.Kill()
			<-p.ended
		}
		if log := p.stderr.String(); strings.Contains(log, "DATA RACE") {
			t.Error(log)
		}
	})
	return p
}

// announced finds the addresses in what the program prints once it is ready.
var announced = regexp.MustCompile(`(?s)GraphQL   http://(\S+)/graphql\n.*?(?:Metrics   http://(\S+)/metrics\n.*?)?Portal    (?:the built-in demo, with invented data: http://(\S+)/)?.*\n\n$`)

func (p *program) awaitAnnouncement(t testing.TB) {
	t.Helper()
	testhttp.Eventually(t, "the program is ready", func() bool {
		found := announced.FindStringSubmatch(p.stdout.String())
		if found != nil && strings.Contains(found[0], "Try:") {
			p.Addresses = serve.Addresses{Public: found[1], Admin: found[2], Demo: found[3]}
			return true
		}
		if p.hasEnded() {
			t.Fatalf("the program ended with status %d\n%s", p.wait(t), p.stderr.String())
		}
		return false
	})
}

// stop asks the program to end.
func (p *program) stop() { p.signal(syscall.SIGTERM) }

func (p *program) signal(signal os.Signal) { _ = p.command.Process.Signal(signal) } // it may have ended

func (p *program) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// wait returns the exit status of a program that is about to end.
func (p *program) wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.command.ProcessState.ExitCode()
	case <-time.After(testhttp.Patience):
		t.Fatalf("the program does not end\n%s", p.stderr.String())
		return 0
	}
}

// log returns the log once it grows no more: the program answers while lines wait in
// its queue.
func (p *program) log() string {
	const settled = 100 * time.Millisecond
	log := p.stderr.String()
	for since := time.Now(); time.Since(since) < settled; time.Sleep(settled / 10) {
		if now := p.stderr.String(); now != log {
			log, since = now, time.Now()
		}
	}
	return log
}

// logged returns the log's lines with that message, once there are that many; or fewer
// when no more come.
func (p *program) logged(t testing.TB, want int, msg string) []map[string]any {
	t.Helper()
	quoted, err := json.Marshal(msg)
	if err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); time.Since(start) < testhttp.Patience/2; time.Sleep(5 * time.Millisecond) {
		if strings.Count(p.stderr.String(), `"msg":`+string(quoted)) >= want {
			break
		}
	}
	var lines []map[string]any
	for text := range strings.Lines(p.log()) {
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

// gauge returns what the program's metrics say under that name.
func (p *program) gauge(t testing.TB, name string) int {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(testhttp.Fetch(t, p.Admin, "/metrics").Body)
	if found == nil {
		t.Fatalf("there is no metric %s", name)
	}
	value, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(value)
}
