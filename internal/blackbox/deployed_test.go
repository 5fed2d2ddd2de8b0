package blackbox

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// order runs the program for an order that it carries out and ends.
func order(t *testing.T, environment []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testhttp.Patience)
	defer cancel()
	var out, log testhttp.Output
	command := exec.CommandContext(ctx, binary, args...)
	command.Env, command.Stdout, command.Stderr = only(environment), &out, &log
	_ = command.Run() // its status is looked at
	return command.ProcessState.ExitCode(), out.String(), log.String()
}

// The health check reads the program's settings, and its status is what container
// engines take.
func TestHealthcheck(t *testing.T) {
	t.Parallel()
	p := start(t)
	if status, stdout, stderr := order(t, []string{"LISTEN_ADDR=" + p.Public}, "healthcheck"); status != 0 || stdout+stderr != "" {
		t.Errorf("by a variable: %d %s%s", status, stdout, stderr)
	}
	if status, _, stderr := order(t, nil, "healthcheck", "--listen="+p.Public); status != 0 {
		t.Errorf("by a flag: %d %s", status, stderr)
	}
	if status, _, stderr := order(t, nil, "healthcheck", "--listen=here"); status != 2 || !strings.Contains(stderr, "--listen (LISTEN_ADDR)") {
		t.Errorf("with a mistake: %d %s", status, stderr)
	}
	p.stop()
	p.wait(t)
	if status, _, stderr := order(t, []string{"LISTEN_ADDR=" + p.Public}, "healthcheck"); status != 1 || !strings.HasPrefix(stderr, "not alive: ") {
		t.Errorf("after the end: %d %s", status, stderr)
	}
}

// The program says which build it is, at the command line as in its metrics.
func TestVersion(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := order(t, nil, "--version")
	found := regexp.MustCompile(`^onlyoffice-graphql (\S+) \(revision (\w+)(?:, modified)?, (go1\S+), \w+/\w+\)\n$`).FindStringSubmatch(stdout)
	if status != 0 || stderr != "" || found == nil {
		t.Fatalf("%d %q %q", status, stdout, stderr)
	}
	want := `build_info{goversion="` + found[3] + `",revision="` + found[2] + `",version="` + found[1] + `"} 1` + "\n"
	p := start(t)
	if metrics := testhttp.Fetch(t, p.Admin, "/metrics").Body; !strings.Contains(metrics, want) {
		t.Errorf("the metrics lack %s", want)
	}
	if lines := p.logged(t, 1, "listening"); len(lines) != 1 || lines[0]["version"] != found[1] {
		t.Errorf("logged %v", lines)
	}
}

// While the portal is down, the probe that leaves it out stays well.
func TestReadinessWithoutThePortal(t *testing.T) {
	t.Parallel()
	portal := testhttp.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	p := start(t, "--portal-url="+portal.URL)
	for path, want := range map[string]int{"/readyz": http.StatusServiceUnavailable, "/readyz?portal=ignore": http.StatusOK} {
		for _, listens := range []string{p.Public, p.Admin} {
			if got := testhttp.Fetch(t, listens, path); got.Status != want {
				t.Errorf("%s is answered %d %s", path, got.Status, got.Body)
			}
		}
	}
}

// The token of a file is the one that callers without a credential act by.
func TestTokenFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "portal-token")
	if err := os.WriteFile(file, []byte(demo.Token+"\n"), 0o400); err != nil {
		t.Fatal(err)
	}
	portal := newPortal(t)
	p := start(t, "--portal-url="+portal.url, "--portal-token-file="+file)
	if got := p.query(t, oneOpportunity); got.Body != withTitle {
		t.Errorf("got %d %s", got.Status, got.Body)
	}
	without := start(t, "--portal-url="+portal.url)
	if got := without.query(t, oneOpportunity); got.Code(t) != "UNAUTHENTICATED" {
		t.Errorf("without the file: %d %s", got.Status, got.Body)
	}
}
