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

// imports returns what the Go files of a folder import, but for tests. Files
// that only a build tag brings in count as well.
func imports(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no Go files: %v", folder, err)
	}
	var found []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
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
			found = append(found, path)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// isOneOf reports whether an import is a module of the list, or a package of one.
func isOneOf(path string, modules []string) bool {
	return slices.ContainsFunc(modules, func(module string) bool { return path == module || strings.HasPrefix(path, module+"/") })
}

// Imports go one way, and a folder uses only what its job needs: main wires,
// resolvers know GraphQL, upstream knows the portal, its JSON reader knows no portal,
// and the demo portal knows none of them, so that reading it is a test.
func TestImports(t *testing.T) {
	t.Parallel()
	const module = "onlyoffice-graphql"
	allowed := map[string][]string{
		".": {
			module + "/explorer", module + "/graph", module + "/resolvers", module + "/upstream",
			module + "/internal/config", module + "/internal/document", module + "/internal/observe", module + "/internal/overhttp", module + "/internal/serve",
			"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2",
			"golang.org/x/vuln", "honnef.co/go/tools", "mvdan.cc/gofumpt", // tools.go
		},
		"graph":            {module + "/graph/plain", module + "/upstream", "github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2", "github.com/shopspring/decimal"},
		"graph/plain":      {module + "/internal/memory", "github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2"},
		"resolvers":        {module + "/graph", module + "/internal/document", module + "/internal/memory", module + "/resolvers/paging", module + "/upstream", "github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2", "github.com/graph-gophers/dataloader/v7", "github.com/hashicorp/golang-lru/v2", "github.com/shopspring/decimal", "golang.org/x/net/html"},
		"resolvers/paging": {module + "/upstream"},
		"upstream":         {module + "/upstream/scan", "github.com/shopspring/decimal", "github.com/failsafe-go/failsafe-go", "github.com/hashicorp/golang-lru/v2", "golang.org/x/sync/semaphore"},
		"upstream/demo":    {},
		"upstream/scan":    {},
		"explorer":         {},

		"internal/config": {
			module + "/graph/plain", module + "/internal/document", module + "/internal/overhttp", module + "/internal/serve", module + "/resolvers", module + "/upstream",
			"github.com/alecthomas/kong", "github.com/alecthomas/units",
		},
		"internal/document": {module + "/graph", module + "/internal/memory", "github.com/vektah/gqlparser/v2"},
		"internal/memory":   {"github.com/hashicorp/golang-lru/v2"},
		"internal/observe":  {module + "/internal/document", module + "/internal/overhttp", module + "/resolvers", module + "/upstream", "github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2", "github.com/go-logr/logr", "github.com/prometheus/client_golang", "go.opentelemetry.io/otel", "golang.org/x/term", "golang.org/x/time/rate"},
		"internal/overhttp": {
			module + "/graph/plain", module + "/internal/document", module + "/internal/memory", module + "/internal/serve", module + "/resolvers", module + "/upstream",
			"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2", "github.com/go-json-experiment/json", "github.com/klauspost/compress", "github.com/rs/cors",
		},
		"internal/serve":    {module + "/upstream"},
		"upstream/scan/gen": {},
	}
	forbidden := map[string][]string{
		".":         {module + "/upstream/scan"},
		"resolvers": {module + "/upstream/demo", module + "/upstream/scan"},
		"graph":     {module + "/upstream/demo", module + "/upstream/scan"},
		"upstream":  {"log", "os", "flag"}, // a library returns errors, and reads no environment
	}
	for folder, modules := range allowed {
		for _, path := range imports(t, folder) {
			first, _, _ := strings.Cut(path, "/")
			isStandard := !strings.Contains(first, ".") && first != module
			if !isStandard && !isOneOf(path, modules) || isOneOf(path, forbidden[folder]) {
				t.Errorf("%s imports %s", folder, path)
			}
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
