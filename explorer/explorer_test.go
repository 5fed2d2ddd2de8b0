package explorer_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/explorer"
)

// maxSize is what the explorer may add to the program.
const maxSize = 3_000_000

func get(t *testing.T, handler http.Handler, target string, headers ...string) *http.Response {
	t.Helper()
	return do(t, handler, http.MethodGet, target, headers...)
}

func do(t *testing.T, handler http.Handler, method, target string, headers ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequest(method, target, nil)
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Add(name, value)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, response *http.Response) []byte {
	t.Helper()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func unzip(t *testing.T, content []byte) []byte {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// assetNames are the names under which the built files are asked for.
func assetNames(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("dist/explorer/assets")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(strings.TrimSuffix(entry.Name(), ".gz"), ".br"))
	}
	return slices.Compact(names)
}

func TestPage(t *testing.T) {
	for _, test := range []struct {
		name   string
		demo   bool
		portal string
	}{
		{"demo portal", true, "demo"},
		{"real portal", false, "real"},
	} {
		t.Run(test.name, func(t *testing.T) {
			handler := explorer.Handler(test.demo)
			response := get(t, handler, "/")
			if response.StatusCode != http.StatusOK {
				t.Fatal(response.Status)
			}
			for name, want := range map[string]string{
				"Content-Type":                 "text/html; charset=utf-8",
				"Cache-Control":                "no-cache",
				"Content-Security-Policy":      explorer.Policy,
				"X-Content-Type-Options":       "nosniff",
				"Referrer-Policy":              "no-referrer",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Permissions-Policy":           "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
			} {
				if got := response.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			html := string(body(t, response))
			if !strings.Contains(html, `<meta name="portal" content="`+test.portal+`">`) {
				t.Errorf("the page does not know its portal:\n%s", html)
			}

			again := get(t, handler, "/", "If-None-Match: "+response.Header.Get("ETag"))
			if again.StatusCode != http.StatusNotModified || len(body(t, again)) > 0 {
				t.Errorf("asked with its own ETag: %s", again.Status)
			}
		})
	}
	if get(t, explorer.Handler(true), "/").Header.Get("ETag") == get(t, explorer.Handler(false), "/").Header.Get("ETag") {
		t.Error("two pages have the same ETag")
	}
}

// The page may hold nothing that the policy forbids, and nothing that is not there.
func TestPageNeedsOnlyItsFiles(t *testing.T) {
	handler := explorer.Handler(true)
	html := string(body(t, get(t, handler, "/")))
	for _, inline := range []*regexp.Regexp{
		regexp.MustCompile(`<script[^>]*>[^<]`), regexp.MustCompile(`<style`), regexp.MustCompile(`\son\w+=`), regexp.MustCompile(`javascript:`),
	} {
		if found := inline.FindString(html); found != "" {
			t.Errorf("inline: %q", found)
		}
	}
	references := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(html, -1)
	if len(references) < 3 {
		t.Fatalf("only %d references in\n%s", len(references), html)
	}
	for _, reference := range references {
		name, ok := strings.CutPrefix(reference[1], "./")
		if !ok {
			t.Errorf("%s is not relative", reference[1])
			continue
		}
		if response := get(t, handler, "/"+name); response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", name, response.Status)
		}
	}
}

func TestAssets(t *testing.T) {
	types := map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
		".ttf": "font/ttf", ".woff": "font/woff", ".woff2": "font/woff2",
	}
	hashed := regexp.MustCompile(`-[\w-]{8}\.\w+$`)
	handler := explorer.Handler(false)
	for _, name := range assetNames(t) {
		t.Run(name, func(t *testing.T) {
			target := "/explorer/assets/" + name
			if !hashed.MatchString(name) {
				t.Error("no hash in a name that is cached for ever")
			}
			zipped := get(t, handler, target, "Accept-Encoding: gzip, deflate, zstd")
			if zipped.StatusCode != http.StatusOK {
				t.Fatalf("%s: is it embedded?", zipped.Status)
			}
			for header, want := range map[string]string{
				"Content-Type":            types[path.Ext(name)],
				"Cache-Control":           "public, max-age=31536000, immutable",
				"Content-Security-Policy": explorer.Policy, // of workers
				"X-Content-Type-Options":  "nosniff",
			} {
				if got := zipped.Header.Get(header); got != want {
					t.Errorf("%s: %q, want %q", header, got, want)
				}
			}
			plain := get(t, handler, target)
			if plain.Header.Get("Content-Encoding") != "" {
				t.Error("compressed for a client that did not ask for it")
			}
			content, sent := body(t, plain), body(t, zipped)
			if zipped.Header.Get("Content-Encoding") == "gzip" {
				if zipped.Header.Get("Vary") != "Accept-Encoding" || plain.Header.Get("Vary") != "Accept-Encoding" {
					t.Error("caches would mix the encodings")
				}
				sent = unzip(t, sent)
			}
			if !bytes.Equal(sent, content) {
				t.Error("the encodings have different contents")
			}
			head := do(t, handler, http.MethodHead, target, "Accept-Encoding: gzip")
			if head.StatusCode != http.StatusOK || head.Header.Get("Content-Length") != zipped.Header.Get("Content-Length") || len(body(t, head)) > 0 {
				t.Errorf("HEAD: %s, %s bytes", head.Status, head.Header.Get("Content-Length"))
			}
		})
	}
}

func TestLicenses(t *testing.T) {
	response := get(t, explorer.Handler(false), "/explorer/licenses.txt")
	if got := response.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("Content-Type: %q", got)
	}
	if got := response.Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control: %q", got)
	}
	text := string(body(t, response))
	for _, name := range []string{"## graphiql - ", "## monaco-editor - ", "## react - ", "## Roboto", "## Fira Code"} {
		if !strings.Contains(text, name) {
			t.Errorf("nothing about %s", name)
		}
	}
}

func TestSize(t *testing.T) {
	var total int64
	err := filepath.WalkDir("dist", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		total += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if total > maxSize {
		t.Errorf("%d bytes, more than %d", total, maxSize)
	}
}

// TestCurrent fails when dist was built from other sources than those beside it.
func TestCurrent(t *testing.T) {
	recorded := map[string]string{}
	file, err := os.Open("dist/SOURCES.sha256")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		recorded[name] = sum
	}

	names := []string{"build.mjs", "index.html", "package-lock.json", "package.json", "vite.config.js"}
	for _, folder := range []string{"src", "../docs/queries", "../docs/mutations"} {
		err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				names = append(names, filepath.ToSlash(name))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	current := map[string]string{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		current[name] = hex.EncodeToString(sum[:])
	}
	if diff := cmp.Diff(recorded, current); diff != "" {
		t.Errorf("dist is stale: run \"npm ci && npm run build\" in explorer (-built from +now):\n%s", diff)
	}
}
