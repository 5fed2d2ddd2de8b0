package deploy

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const unitFolder = "deploy/systemd"

// directives returns the values of a directive of the unit, in their order.
func directives(t *testing.T, name string) (values []string) {
	t.Helper()
	for _, found := range regexp.MustCompile(`(?m)^`+name+`=(.*)$`).FindAllStringSubmatch(read(t, unitFolder+"/onlyoffice-graphql.service"), -1) {
		values = append(values, found[1])
	}
	return values
}

// installed copies the unit and its drop-in into a folder, with the program where it was
// built, and returns the unit's path.
func installed(t *testing.T, mend func(unit string) string) string {
	t.Helper()
	folder := t.TempDir()
	dropIns := filepath.Join(folder, "onlyoffice-graphql.service.d")
	if err := os.Mkdir(dropIns, 0o755); err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(folder, "onlyoffice-graphql.service")
	text := mend(strings.ReplaceAll(read(t, unitFolder+"/onlyoffice-graphql.service"), "/usr/local/bin/onlyoffice-graphql", binary(t)))
	for path, text := range map[string]string{unit: text, filepath.Join(dropIns, "portal-token.conf"): read(t, unitFolder+"/onlyoffice-graphql.service.d/portal-token.conf")} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return unit
}

// systemd takes every line of the unit, and holds it for safe: at most 1.5 of 10.
func TestUnit(t *testing.T) {
	t.Parallel()
	asIs := func(unit string) string { return unit }
	unit := installed(t, asIs)
	if text, err := tool(t, "", "systemd-analyze", "verify", "--man=no", unit); err != nil || text != "" {
		t.Errorf("%v\n%s", err, text)
	}
	if text, err := tool(t, "", "systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", unit); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if text, err := tool(t, "", "systemd-analyze", "verify", "--man=no", installed(t, func(unit string) string { return strings.Replace(unit, "ProtectHome=", "ProtectHouse=", 1) })); err == nil && text == "" {
		t.Error("a misspelt directive is not seen")
	}
	if _, err := tool(t, "", "systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", installed(t, func(unit string) string { return strings.Replace(unit, "CapabilityBoundingSet=\n", "", 1) })); err == nil {
		t.Error("a unit with capabilities is held for safe")
	}
	if stop, err := time.ParseDuration(directives(t, "TimeoutStopSec")[0] + "s"); err != nil || stop <= preset(t, "drain-timeout") {
		t.Errorf("it is killed after %v (%v)", stop, err)
	}
	var names []string
	for _, line := range regexp.MustCompile(`(?m)^(\w+)=`).FindAllStringSubmatch(read(t, unitFolder+"/environment"), -1) {
		names = append(names, line[1])
	}
	for _, line := range regexp.MustCompile(`(?m)^Environment=(\w+)=`).FindAllStringSubmatch(read(t, unitFolder+"/onlyoffice-graphql.service.d/portal-token.conf"), -1) {
		names = append(names, line[1])
	}
	if len(names) < 3 || !slices.Contains(names, "ONLYOFFICE_TOKEN_FILE") {
		t.Errorf("the variables are %v", names)
	}
	checkVariables(t, names)
	checkMemory(t, "1GiB", 1280<<20)
	if got := directives(t, "MemoryMax"); !slices.Equal(got, []string{"1280M"}) {
		t.Errorf("its memory is %v", got)
	}
}

// systemCalls returns the names of a set such as @system-service.
func systemCalls(t *testing.T, set string) (names []string) {
	t.Helper()
	text, err := tool(t, "", "systemd-analyze", "syscall-filter", "--no-pager", set)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text) {
		switch name := strings.TrimSpace(line); {
		case name == "" || name == set || strings.HasPrefix(name, "#"):
		case strings.HasPrefix(name, "@"):
			names = append(names, systemCalls(t, name)...)
		default:
			names = append(names, name)
		}
	}
	return names
}

// allowedCalls returns the system calls that the unit leaves to the program.
func allowedCalls(t *testing.T) (allowed []string) {
	t.Helper()
	for _, value := range directives(t, "SystemCallFilter") {
		sets, isDenied := strings.CutPrefix(value, "~")
		for set := range strings.FieldsSeq(sets) {
			calls := systemCalls(t, set)
			if isDenied {
				allowed = slices.DeleteFunc(allowed, func(name string) bool { return slices.Contains(calls, name) })
			} else {
				allowed = append(allowed, calls...)
			}
		}
	}
	slices.Sort(allowed)
	return slices.Compact(allowed)
}

// confined returns a command that runs the program as the unit does, with a token where
// systemd puts it.
func confined(t *testing.T, allowed []string) (name string, arguments []string) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Fatal("restrictions can only be set by root: run .ci/deploy/run, which leaves this out for others")
	}
	if got := directives(t, "RestrictAddressFamilies"); !slices.Equal(got, []string{"AF_INET AF_INET6 AF_UNIX"}) {
		t.Fatalf("confine allows other address families than %v", got)
	}
	confine := filepath.Join(t.TempDir(), "confine")
	if text, err := tool(t, "", "env", "CGO_ENABLED=0", "go", "build", "-o", confine, "./confine"); err != nil {
		t.Fatal(err, text)
	}
	root := t.TempDir()
	credentials := filepath.Join(root, "run/credentials/onlyoffice-graphql.service")
	program, err := os.ReadFile(binary(t))
	if err == nil {
		err = os.MkdirAll(credentials, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(credentials, "portal-token"), []byte("demo-mark.oconnell\n"), 0o444)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(root, "onlyoffice-graphql"), program, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return confine, []string{root, strings.Join(allowed, ","), "/onlyoffice-graphql"}
}

// Under the unit's restrictions the program answers from its portal, as the owner of the
// token that systemd hands over, and ends well.
func TestUnitRestrictions(t *testing.T) {
	t.Parallel()
	allowed := allowedCalls(t)
	confine, arguments := confined(t, allowed)
	p := serve(t, []string{"ONLYOFFICE_TOKEN_FILE=/run/credentials/onlyoffice-graphql.service/portal-token"}, confine, arguments...)
	status, text := ask(t, http.DefaultClient, http.MethodPost, "http://"+p.public+"/graphql", `{"query":"{ viewer { displayName } opportunities(first: 50) { nodes { title stage { title } contact { displayName } tags } } }"}`)
	if status != http.StatusOK || !strings.Contains(text, `"displayName":"Mark O'Connell"`) || strings.Contains(text, `"errors"`) {
		t.Errorf("got %d %.300s", status, text)
	}
	for _, url := range []string{"http://" + p.public + "/readyz", "http://" + p.public + "/", "http://" + p.admin + "/metrics"} {
		if status, text := ask(t, http.DefaultClient, http.MethodGet, url, ""); status != http.StatusOK {
			t.Errorf("%s is answered %d %.300s", url, status, text)
		}
	}
	if status := p.stop(t); status != 0 {
		t.Errorf("%v\n%s", p.ProcessState, p.log.String())
	}
}

// The restrictions hold: without a system call that it needs, the program is ended.
func TestRestrictionsHold(t *testing.T) {
	t.Parallel()
	allowed := slices.DeleteFunc(allowedCalls(t), func(name string) bool { return name == "listen" })
	confine, arguments := confined(t, allowed)
	p := run(t, []string{"LISTEN_ADDR=127.0.0.1:0"}, confine, arguments...)
	select {
	case <-p.ended:
		if p.ProcessState.Success() || !strings.Contains(p.ProcessState.String(), "bad system call") {
			t.Errorf("%v\n%s", p.ProcessState, p.log.String())
		}
	case <-time.After(patience):
		t.Errorf("it runs on\n%s", p.log.String())
	}
}
