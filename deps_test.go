package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// folders returns the folders of this module that have Go files, with what these import but
// for tests. Files that only a build tag brings in count as well.
func folders(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			_, other := os.Stat(filepath.Join(path, "go.mod"))
			if path != "." && other == nil || slices.Contains([]string{"node_modules", "testdata", ".git"}, entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		case filepath.Ext(path) != ".go":
			return nil
		}
		folder := filepath.ToSlash(filepath.Dir(path))
		found[folder] = append(found[folder], importsOf(t, path)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// importsOf returns what a Go file imports, unless it is a test.
func importsOf(t *testing.T, file string) (imported []string) {
	t.Helper()
	if strings.HasSuffix(file, "_test.go") {
		return nil
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		imported = append(imported, path)
	}
	return imported
}

// Imports go one way, and a folder uses only what its job needs: main wires,
// resolvers know GraphQL, upstream knows the portal, its JSON reader knows no portal,
// and the demo portal knows none of them, so that reading it is a test. A folder may
// import the packages of this module that it lists, and all of the modules of others.
func TestImports(t *testing.T) {
	t.Parallel()
	const module = "onlyoffice-graphql"
	allowed := map[string]struct{ own, modules []string }{
		".": {
			own: []string{"explorer", "graph", "internal/config", "internal/document", "internal/observe", "internal/overhttp", "internal/serve", "resolvers", "upstream", "upstream/demo"},
			modules: []string{
				"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2",
				"golang.org/x/vuln", "honnef.co/go/tools", "mvdan.cc/gofumpt", // tools.go
			},
		},
		"explorer":    {},
		"graph":       {own: []string{"graph/plain", "upstream"}, modules: []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2"}},
		"graph/plain": {own: []string{"internal/memory"}, modules: []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2"}},
		"resolvers": {
			own:     []string{"graph", "graph/plain", "internal/allowance", "internal/codes", "internal/document", "internal/memory", "internal/request", "resolvers/paging", "upstream"},
			modules: []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2", "github.com/graph-gophers/dataloader/v7", "golang.org/x/net/html"},
		},
		"resolvers/paging": {own: []string{"upstream"}},
		"upstream": {
			own:     []string{"upstream/scan"},
			modules: []string{"github.com/shopspring/decimal", "github.com/failsafe-go/failsafe-go", "github.com/hashicorp/golang-lru/v2", "golang.org/x/sync/semaphore"},
		},
		"upstream/demo":     {},
		"upstream/scan":     {},
		"upstream/scan/gen": {},

		"internal/blackbox": {}, // tests alone
		"internal/codes":    {},
		"internal/config": {
			own:     []string{"graph/plain", "internal/document", "internal/overhttp", "internal/serve", "resolvers", "upstream"},
			modules: []string{"github.com/alecthomas/kong", "github.com/alecthomas/units"},
		},
		"internal/document":  {own: []string{"graph", "graph/plain", "internal/codes", "internal/memory"}, modules: []string{"github.com/vektah/gqlparser/v2"}},
		"internal/request":   {own: []string{"internal/allowance", "internal/document", "upstream"}, modules: []string{"github.com/vektah/gqlparser/v2"}},
		"internal/allowance": {modules: []string{"github.com/hashicorp/golang-lru/v2"}},
		"internal/memory":    {modules: []string{"github.com/hashicorp/golang-lru/v2"}},
		"internal/observe": {
			own: []string{"internal/codes", "internal/document", "internal/overhttp", "internal/request", "upstream"},
			modules: []string{
				"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2", "github.com/go-logr/logr", "github.com/prometheus/client_golang",
				"go.opentelemetry.io/otel", "golang.org/x/term", "golang.org/x/time/rate",
			},
		},
		"internal/overhttp": {
			own:     []string{"graph/plain", "internal/allowance", "internal/codes", "internal/document", "internal/memory", "internal/request", "internal/serve", "upstream"},
			modules: []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2", "github.com/go-json-experiment/json", "github.com/klauspost/compress", "github.com/rs/cors"},
		},
		"internal/serve":    {own: []string{"upstream"}},
		"internal/testhttp": {own: []string{"upstream/demo"}}, // for tests

		".ci":              {}, // tools, which are no part of the program
		".ci/gqlgen":       {modules: []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2"}},
		"docs/performance": {},
	}
	forbidden := map[string][]string{
		"upstream": {"log", "os", "flag"}, // a library returns errors, and reads no environment
	}
	found := folders(t)
	for folder, imported := range found {
		may, listed := allowed[folder]
		if !listed {
			t.Errorf("%s has Go files, and is not listed here with what it may import", folder)
			continue
		}
		for _, path := range imported {
			first, _, _ := strings.Cut(path, "/")
			own, isOwn := strings.CutPrefix(path, module+"/")
			var isAllowed bool
			switch {
			case isOwn:
				isAllowed = slices.Contains(may.own, own)
			case strings.Contains(first, "."):
				isAllowed = slices.ContainsFunc(may.modules, func(of string) bool { return path == of || strings.HasPrefix(path, of+"/") })
			default: // the standard library's
				isAllowed = !slices.Contains(forbidden[folder], path)
			}
			if !isAllowed {
				t.Errorf("%s imports %s", folder, path)
			}
		}
	}
	for folder := range allowed {
		if _, exists := found[folder]; !exists {
			t.Errorf("%s is listed here, and has no Go files", folder)
		}
	}
}

// The direct dependencies are a list on purpose: a further one has a line in
// CONTRIBUTING.md that says what it is instead of.
func TestDependencies(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if regexp.MustCompile(`(?m)^(replace|exclude)\b`).Match(text) {
		t.Error("go.mod replaces or excludes modules, which a build from outside would not see")
	}
	guide, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, libraries, found := strings.Cut(string(guide), "## Libraries\n")
	if !found {
		t.Fatal("CONTRIBUTING.md has no libraries")
	}
	libraries, _, _ = strings.Cut(libraries, "\n#")
	var listed []string
	for _, requirement := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(text), -1) {
		listed = append(listed, requirement[1])
	}
	want := map[string]string{ // with their names in CONTRIBUTING.md
		"github.com/99designs/gqlgen":                                     "gqlgen",
		"github.com/alecthomas/kong":                                      "alecthomas/kong",
		"github.com/alecthomas/units":                                     "alecthomas/units",
		"github.com/failsafe-go/failsafe-go":                              "failsafe-go",
		"github.com/go-json-experiment/json":                              "go-json-experiment/json",
		"github.com/go-logr/logr":                                         "opentelemetry", // whose logger it is
		"github.com/google/go-cmp":                                        "google/go-cmp",
		"github.com/graph-gophers/dataloader/v7":                          "graph-gophers/dataloader",
		"github.com/hashicorp/golang-lru/v2":                              "hashicorp/golang-lru",
		"github.com/klauspost/compress":                                   "klauspost/compress",
		"github.com/prometheus/client_golang":                             "prometheus/client_golang",
		"github.com/rs/cors":                                              "rs/cors",
		"github.com/sanity-io/litter":                                     "sanity-io/litter",
		"github.com/shopspring/decimal":                                   "shopspring/decimal",
		"github.com/vektah/gqlparser/v2":                                  "gqlparser",
		"go.opentelemetry.io/otel":                                        "opentelemetry",
		"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp": "opentelemetry",
		"go.opentelemetry.io/otel/sdk":                                    "opentelemetry",
		"go.opentelemetry.io/otel/trace":                                  "opentelemetry",
		"go.opentelemetry.io/proto/otlp":                                  "opentelemetry", // tests decode with it what is sent
		"golang.org/x/net":                                                "golang.org/x/net",
		"golang.org/x/sync":                                               "golang.org/x/sync",
		"golang.org/x/term":                                               "golang.org/x/term",
		"golang.org/x/time":                                               "golang.org/x/time",
		"google.golang.org/protobuf":                                      "opentelemetry",
		"golang.org/x/vuln":                                               "", // checks this project, and is no part of it
		"honnef.co/go/tools":                                              "",
		"mvdan.cc/gofumpt":                                                "",
	}
	for _, module := range listed {
		name, known := want[module]
		switch {
		case !known:
			t.Errorf("%s is a new dependency: is it worth it? Then list it here and in CONTRIBUTING.md", module)
		case !strings.Contains(libraries, name):
			t.Errorf("CONTRIBUTING.md does not say what %s is for", module)
		}
		delete(want, module)
	}
	for module := range want {
		t.Errorf("%s is listed here, and is no dependency", module)
	}
}

// A resolver that lost its binding panics when it is asked, and builds.
func TestNoResolverIsMissing(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("resolvers/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "not implemented") {
			t.Errorf("%s has a resolver that gqlgen wrote", file)
		}
	}
}

// A file that is longer has more than one subject.
func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	const most = 300
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "node_modules":
			return filepath.SkipDir
		case filepath.Ext(path) != ".go":
			return nil
		}
		text, err := os.ReadFile(path)
		lines := strings.Count(string(text), "\n")
		if err != nil || lines <= most {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, text, parser.PackageClauseOnly|parser.ParseComments)
		if err == nil && !ast.IsGenerated(parsed) {
			t.Errorf("%s has %d lines, and may have %d", path, lines, most)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
