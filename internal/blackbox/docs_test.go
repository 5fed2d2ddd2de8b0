package blackbox

import (
	"bytes"
	stdcmp "cmp"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/internal/testhttp"
)

// TestDocumentedCommands holds the two commands of the README to what people and
// continuous integration run.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	readme := manual(t, "README.md")
	for _, command := range []string{"go run .", "go test ./..."} {
		if !strings.Contains(readme, "```sh\n"+command+"\n```\n") {
			t.Errorf("the README does not say %s", command)
		}
		if !strings.Contains(manual(t, "Makefile"), "\t"+command+"\n") {
			t.Errorf("the Makefile does not run %s", command)
		}
	}
	if !strings.Contains(manual(t, ".ci/run"), "\ngo test ./...\n") {
		t.Error(".ci/run does not run the README's tests")
	}
}

// TestDocumentedExamples runs every query and every command to this machine that
// the documents have, and compares the answer that follows one.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	const address = "127.0.0.1:8080"
	const public, demo = "http://" + address + "/", "http://" + serve.DemoAddress + "/"
	if _, help, _ := order(t, nil, "--help"); !strings.Contains(help, ` --listen="`+address+`" `) {
		t.Errorf("the documents say %s, which is not the default", public)
	}
	// How many there are, so that none is passed over unseen.
	examples := map[string]int{"README.md": 11, "CONTRIBUTING.md": 2, "docs/using.md": 4, "docs/operating.md": 1}
	for _, path := range manuals(t) {
		if strings.HasPrefix(path, "docs/clients/") { // whose examples .ci/clients runs
			continue
		}
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			p := start(t)
			ran := 0
			var last testhttp.Response
			for _, block := range regexp.MustCompile("(?ms)^ *```(\\w+)\n(.*?)\n *```$").FindAllStringSubmatch(manual(t, path), -1) {
				switch kind, text := block[1], block[2]; kind {
				case "graphql":
					body, err := json.Marshal(map[string]string{"query": text})
					if err != nil {
						t.Fatal(err)
					}
					last = p.query(t, string(body))
					checkExample(t, text, last)
					ran++
				case "sh":
					for _, command := range curls(text) {
						here := strings.NewReplacer(public, "http://"+p.Public+"/", demo, "http://"+p.Demo+"/").Replace(command)
						if here != command {
							last = curl(t, here)
							checkExample(t, command, last)
							ran++
						}
					}
				case "json":
					if diff := cmp.Diff(compacted(t, text), compacted(t, last.Body)); diff != "" {
						t.Errorf("-%s +program:\n%s", path, diff)
					}
				}
			}
			if ran != examples[path] {
				t.Errorf("%d examples ran, not %d", ran, examples[path])
			}
		})
	}
}

// checkExample reports an example that was not answered in full; one that shows
// what a caller without a good token gets is answered with just that.
func checkExample(t *testing.T, example string, got testhttp.Response) {
	t.Helper()
	want := ""
	if strings.Contains(example, "Authorization: expired") {
		want = "UNAUTHENTICATED"
	}
	code := ""
	if strings.Contains(got.Body, `"errors"`) {
		code = got.Code(t)
	}
	if got.Status >= 300 || code != want {
		t.Errorf("%s\nis answered %d %s", example, got.Status, got.Body)
	}
}

// curls returns the calls of curl in a piece of shell, each on one line.
func curls(shell string) []string {
	var commands []string
	for command := range strings.Lines(strings.ReplaceAll(shell, "\\\n", " ")) {
		if strings.HasPrefix(command, "curl ") {
			commands = append(commands, strings.TrimSpace(command))
		}
	}
	return commands
}

// curl does what the command says, of which it knows what the documents use.
func curl(t *testing.T, command string) testhttp.Response {
	t.Helper()
	method, url, body := "", "", ""
	var headers []string
	words := regexp.MustCompile(`'[^']*'|\S+`).FindAllString(command, -1)[1:]
	for i := 0; i < len(words); i++ {
		value := ""
		if i+1 < len(words) {
			value = strings.Trim(words[i+1], "'")
		}
		switch word := words[i]; word {
		case "-s":
			continue
		case "-H":
			headers = append(headers, value)
		case "-d":
			body, method = value, stdcmp.Or(method, http.MethodPost)
		case "-X":
			method = value
		default:
			if strings.HasPrefix(word, "-") || url != "" {
				t.Fatalf("this test does not know %s in %s", word, command)
			}
			url = strings.Trim(word, "'")
			continue
		}
		i++
	}
	if body != "" && !slices.ContainsFunc(headers, func(header string) bool { return strings.HasPrefix(header, "Content-Type:") }) {
		headers = append(headers, "Content-Type: application/x-www-form-urlencoded") // as curl does
	}
	return testhttp.MustSend(t, stdcmp.Or(method, http.MethodGet), url, body, headers...)
}

func compacted(t *testing.T, text string) string {
	t.Helper()
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(text)); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return compact.String()
}

// TestDocumentLinks follows the links of the documents to files and headings.
func TestDocumentLinks(t *testing.T) {
	t.Parallel()
	links := regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"`)
	for _, path := range manuals(t) {
		for _, found := range links.FindAllStringSubmatch(manual(t, path), -1) {
			link := found[1] + found[2]
			if strings.Contains(link, "://") {
				continue
			}
			file, heading, hasHeading := strings.Cut(link, "#")
			target := path
			if file != "" {
				target = filepath.Join(filepath.Dir(path), file)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which is not there", path, link)
			} else if hasHeading && !slices.Contains(anchors(manual(t, target)), heading) {
				t.Errorf("%s links to %s, a heading that is not there", path, link)
			}
		}
	}
}

// anchors returns the names that the headings of a document have in links.
func anchors(text string) []string {
	var names []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^\w\- ]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}

// manuals returns the paths of everything that users and contributors read.
func manuals(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/README.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}
		for _, path := range found {
			paths = append(paths, filepath.ToSlash(path))
		}
	}
	return paths
}

func manual(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
