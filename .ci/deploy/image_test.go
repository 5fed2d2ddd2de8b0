package deploy

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// stages parses the Dockerfile, with what the linter says of it.
func stages(text []byte) (stages []instructions.Stage, arguments []instructions.ArgCommand, warnings []string, err error) {
	tree, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, nil, nil, err
	}
	for _, warning := range tree.Warnings {
		warnings = append(warnings, warning.Short)
	}
	lint := linter.New(&linter.Config{Warn: func(rule, _, _, text string, _ []parser.Range) { warnings = append(warnings, rule+": "+text) }})
	stages, arguments, err = instructions.Parse(tree.AST, lint)
	return stages, arguments, warnings, err
}

// buildImage builds the program as the Dockerfile does: from what .dockerignore lets in,
// by the command of the first stage.
func buildImage(folder string) (string, error) {
	text, err := os.ReadFile(filepath.Join(top, "Dockerfile"))
	if err != nil {
		return "", err
	}
	parsed, _, _, err := stages(text)
	if err != nil {
		return "", err
	}
	source := filepath.Join(folder, "context")
	if err := copyContext(source); err != nil {
		return "", err
	}
	program := filepath.Join(folder, "onlyoffice-graphql")
	for _, command := range parsed[0].Commands {
		if command, ok := command.(*instructions.RunCommand); ok {
			line := strings.ReplaceAll(strings.Join(command.CmdLine, " "), "/out/onlyoffice-graphql", program)
			build := exec.Command("sh", "-c", line)
			build.Dir = source
			build.Env = append(os.Environ(), "TARGETOS="+runtime.GOOS, "TARGETARCH="+runtime.GOARCH, "VERSION=v1.2.3", "REVISION=0123abc")
			if text, err := build.CombinedOutput(); err != nil {
				return "", fmt.Errorf("%s: %w\n%s", line, err, text)
			}
		}
	}
	return program, nil
}

// copyContext copies the files of the checkout that .dockerignore lets in.
func copyContext(to string) error {
	ignore, err := os.Open(filepath.Join(top, ".dockerignore"))
	if err != nil {
		return err
	}
	defer func() { _ = ignore.Close() }()
	patterns, err := ignorefile.ReadAll(ignore)
	if err != nil {
		return err
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		return err
	}
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = top
	files, err := list.Output()
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(files), "\x00"), "\x00") {
		if isIgnored, err := ignored.MatchesOrParentMatches(name); err != nil || isIgnored {
			if err != nil {
				return err
			}
			continue
		}
		text, err := os.ReadFile(filepath.Join(top, name))
		if os.IsNotExist(err) { // deleted, and not yet committed
			continue
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), text, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// The Dockerfile is well formed, and makes an image that runs as a number, has no shell,
// and is built without emulation.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	text := read(t, "Dockerfile")
	parsed, arguments, warnings, err := stages([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, warning := range warnings {
		t.Error(warning)
	}
	if len(parsed) != 2 {
		t.Fatalf("there are %d stages", len(parsed))
	}
	images := map[string]string{}
	for _, argument := range arguments {
		for _, pair := range argument.Args {
			images["${"+pair.Key+"}"] = pair.ValueString()
		}
	}
	build, image := parsed[0], parsed[1]
	if build.Platform != "$BUILDPLATFORM" || image.Platform != "" {
		t.Errorf("the stages are for %q and %q", build.Platform, image.Platform)
	}
	goVersion := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))[1]
	if got := images[build.BaseName]; got != "golang:"+goVersion {
		t.Errorf("it is built with %s, go.mod says %s", got, goVersion)
	}
	if got := images[image.BaseName]; got != "gcr.io/distroless/static-debian12:nonroot" {
		t.Errorf("it runs in %s", got)
	}
	labels, variables, seen := map[string]string{}, map[string]string{}, map[string]int{}
	for _, command := range image.Commands {
		seen[command.Name()]++
		switch command := command.(type) {
		case *instructions.UserCommand:
			if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(command.User) {
				t.Errorf("the user is %s", command.User)
			}
		case *instructions.EntrypointCommand:
			if command.PrependShell || !slices.Equal(command.CmdLine, []string{"/onlyoffice-graphql"}) {
				t.Errorf("the entry point is %v", command)
			}
		case *instructions.HealthCheckCommand:
			if !slices.Equal(command.Health.Test, []string{"CMD", "/onlyoffice-graphql", "healthcheck"}) || command.Health.Timeout == 0 {
				t.Errorf("the health check is %v", command.Health)
			}
		case *instructions.CopyCommand:
			if command.From != build.Name || command.DestPath != "/onlyoffice-graphql" {
				t.Errorf("it copies %v", command)
			}
		case *instructions.LabelCommand:
			for _, pair := range command.Labels {
				labels[strings.Trim(pair.Key, `"`)] = strings.Trim(pair.Value, `"`)
			}
		case *instructions.EnvCommand:
			for _, pair := range command.Env {
				variables[pair.Key] = pair.Value
			}
		}
	}
	for _, name := range []string{"USER", "ENTRYPOINT", "HEALTHCHECK", "COPY", "EXPOSE"} {
		if seen[strings.ToLower(name)]+seen[name] != 1 {
			t.Errorf("%s is there %d times in %v", name, seen[strings.ToLower(name)], seen)
		}
	}
	if seen["run"]+seen["add"]+seen["RUN"]+seen["ADD"] > 0 {
		t.Error("the image runs something, and has no shell")
	}
	for name, want := range map[string]string{"title": "onlyoffice-graphql", "licenses": "MIT", "version": "$VERSION", "revision": "$REVISION"} {
		if got := labels["org.opencontainers.image."+name]; got != want {
			t.Errorf("the label %s is %q", name, got)
		}
	}
	if variables["LISTEN_ADDR"] != ":8080" || len(variables) != 1 {
		t.Errorf("the variables are %v", variables)
	}
}

// What .dockerignore lets in is enough to build the program, which is static, tells the
// version of its build argument, and is well by its own health check.
func TestImage(t *testing.T) {
	t.Parallel()
	program := binary(t)
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP || part.Type == elf.PT_DYNAMIC {
			t.Error("the program needs libraries, which the image does not have")
		}
	}
	if text, err := tool(t, "", program, "--version"); err != nil || !strings.HasPrefix(text, "onlyoffice-graphql v1.2.3 (revision 0123abc, "+runtime.Version()) {
		t.Errorf("%v, %q", err, text)
	}
	for _, name := range []string{".git", ".ci", "docs", "deploy", "explorer/src", "explorer/node_modules", "resolvers/testdata", "server_test.go"} {
		if _, err := os.Stat(filepath.Join(work, "context", name)); !os.IsNotExist(err) {
			t.Errorf("the context of the build has %s (%v)", name, err)
		}
	}
	p := serve(t, nil, program)
	if text, err := tool(t, "", "env", "LISTEN_ADDR="+p.public, program, "healthcheck"); err != nil {
		t.Errorf("%v %s", err, text)
	}
	if status := p.stop(t); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if text, err := tool(t, "", "env", "LISTEN_ADDR="+p.public, program, "healthcheck"); err == nil {
		t.Errorf("after the end it is well: %s", text)
	}
}
