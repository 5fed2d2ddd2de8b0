// Package deploy tests the packages of the program without the engines that run them.
package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	top      = "../.." // of the checkout
	patience = time.Minute
)

// read returns a file of the checkout.
func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// setting is one line of the table of settings in docs/operating.md.
type setting struct{ variable, preset string }

// settings are those of docs/operating.md, by their flags. The table is held to the
// program by a test there.
func settings(t testing.TB) map[string]setting {
	t.Helper()
	found := map[string]setting{}
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z0-9-]+)` \\| (?:`([A-Z0-9_]+)`)? \\| (?:`([^`]*)`)? ?\\|").FindAllStringSubmatch(read(t, "docs/operating.md"), -1) {
		found[row[1]] = setting{variable: row[2], preset: row[3]}
	}
	if len(found) < 40 {
		t.Fatalf("docs/operating.md has only %d settings", len(found))
	}
	return found
}

// preset is the duration that a setting has where nothing else is set.
func preset(t testing.TB, flag string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(settings(t)[flag].preset)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// checkVariables reports variables that neither the program nor Go nor OpenTelemetry reads.
func checkVariables(t *testing.T, names []string) {
	t.Helper()
	known := []string{"GOMEMLIMIT", "OTEL_EXPORTER_OTLP_ENDPOINT"}
	for _, s := range settings(t) {
		known = append(known, s.variable)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			t.Errorf("%s is no setting", name)
		}
	}
}

// binary builds the program as the Dockerfile does, once for all tests.
func binary(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var work string

var built = sync.OnceValues(func() (string, error) { return buildImage(work) })

func TestMain(m *testing.M) {
	var err error
	if work, err = os.MkdirTemp("", "deploy"); err != nil {
		panic(err)
	}
	_ = os.Chmod(work, 0o755)
	status := m.Run()
	_ = os.RemoveAll(work)
	os.Exit(status)
}

// output keeps what a process writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// process is a program that runs until the test ends.
type process struct {
	*exec.Cmd
	log           output
	ended         chan struct{}
	public, admin string // where the program listens
}

// run starts a command with these variables, and with those of this process that find
// other programs.
func run(t testing.TB, environment []string, name string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(name, args...), ended: make(chan struct{})}
	p.Env = append([]string{"PATH=" + os.Getenv("PATH")}, environment...)
	p.Stdout, p.Stderr = &p.log, &p.log
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that its children can be ended, too
	p.WaitDelay = time.Second
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.Wait() // its status is looked at by tests
	}()
	t.Cleanup(func() {
		select {
		case <-p.ended:
		default:
			_ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL)
			<-p.ended
		}
	})
	return p
}

// serve starts the program by a command and waits until it listens.
func serve(t testing.TB, environment []string, name string, args ...string) *process {
	t.Helper()
	p := run(t, append([]string{"LISTEN_ADDR=127.0.0.1:0", "ADMIN_ADDR=127.0.0.1:0", "DEMO_ADDR=127.0.0.1:0", "LOG_FORMAT=json"}, environment...), name, args...)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		for line := range strings.Lines(p.log.String()) {
			var logged struct{ Msg, Address, Admin string }
			if json.Unmarshal([]byte(line), &logged) == nil && logged.Msg == "listening" {
				p.public, p.admin = logged.Address, logged.Admin
				return p
			}
		}
		select {
		case <-p.ended:
			t.Fatalf("the program ended: %v\n%s", p.ProcessState, p.log.String())
		default:
		}
	}
	t.Fatalf("the program does not listen\n%s", p.log.String())
	return nil
}

// stop ends the program by SIGTERM and returns its exit status.
func (p *process) stop(t testing.TB) int {
	t.Helper()
	_ = p.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("the program does not end\n%s", p.log.String())
	}
	return p.ProcessState.ExitCode()
}

// ask sends a request and returns the status and the body of its answer.
func ask(t testing.TB, client *http.Client, method, url, body string) (int, string) {
	t.Helper()
	answer, text := send(t, client, method, url, body, nil)
	return answer.StatusCode, text
}

// send sends a request with these headers and returns its answer, and the body of that.
func send(t testing.TB, client *http.Client, method, url, body string, headers http.Header) (*http.Response, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(request.Header, headers)
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

// tool runs a command to its end and returns what it printed.
func tool(t testing.TB, folder, name string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = folder
	text, err := command.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, text)
	}
	return string(text), err
}

// Every file of deploy that the documents name is there.
func TestDocumentedFiles(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`\bdeploy/[\w./-]*\w`).FindAllString(read(t, "docs/operating.md"), -1)
	if len(named) < 10 {
		t.Errorf("only %q are named", named)
	}
	for _, path := range named {
		if _, err := os.Stat(filepath.Join(top, path)); err != nil {
			t.Error(err)
		}
	}
}
