package explorer_test

import (
	"bytes"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzhttp"

	"onlyoffice-graphql/explorer"
)

// TestEncodings asks for a small file, which is there as gzip, and for a large
// one, which is there as brotli too. That it holds the same is for the browser
// tests, and for "npm run build -- --check": Go reads no brotli.
func TestEncodings(t *testing.T) {
	large, err := filepath.Glob("dist/explorer/assets/*.br")
	if err != nil || len(large) == 0 {
		t.Fatal("nothing is there as brotli")
	}
	names := assetNames(t)
	small := names[slices.IndexFunc(names, func(name string) bool { return path.Ext(name) == ".css" })]
	for accept, want := range map[string][2]string{ // of the small file and of the large one
		"gzip": {"gzip", "gzip"}, "GZIP": {"gzip", "gzip"}, "x-gzip": {"gzip", "gzip"},
		"gzip, deflate, br, zstd": {"gzip", "br"}, "br, gzip;q=0.5": {"gzip", "br"}, "*": {"gzip", "br"},
		"br;q=0.5, gzip": {"gzip", "gzip"}, "br;q=0, gzip": {"gzip", "gzip"}, "br": {"", "br"}, "gzip;q=0, *": {"", "br"},
		"": {}, "identity": {}, "gzip;q=0": {}, "*;q=0": {}, ";": {},
	} {
		for i, name := range []string{small, strings.TrimSuffix(filepath.Base(large[0]), ".br")} {
			response := get(t, explorer.Handler(false), "/explorer/assets/"+name, "Accept-Encoding: "+accept)
			if got := response.Header.Get("Content-Encoding"); got != want[i] || response.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%q of %s: %q, not %q", accept, name, got, want[i])
			}
			if file, err := os.ReadFile("dist/explorer/assets/" + name + map[string]string{"br": ".br", "gzip": ".gz"}[want[i]]); err == nil && !bytes.Equal(file, body(t, response)) {
				t.Errorf("%q of %s: another file", accept, name)
			}
		}
	}
}

// The program compresses what handlers answer; these answers are compressed already.
func TestCompressedOnce(t *testing.T) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(0))
	if err != nil {
		t.Fatal(err)
	}
	handler := wrap(explorer.Handler(false))
	for _, name := range assetNames(t) {
		target := "/explorer/assets/" + name
		response := get(t, handler, target, "Accept-Encoding: gzip")
		content := body(t, response)
		if got := response.Header.Values("Content-Encoding"); len(got) > 1 {
			t.Errorf("%s: %v", name, got)
		}
		if response.Header.Get("Content-Encoding") == "gzip" {
			content = unzip(t, content)
		}
		if want := body(t, get(t, explorer.Handler(false), target)); !bytes.Equal(content, want) {
			t.Errorf("%s arrives as something else", name)
		}
	}
}

func TestUnknown(t *testing.T) {
	handler := explorer.Handler(true)
	script := assetNames(t)[0]
	for _, test := range []struct {
		method, target string
		status         int
	}{
		{http.MethodGet, "/index.html", http.StatusNotFound},
		{http.MethodGet, "/explorer", http.StatusNotFound},
		{http.MethodGet, "/explorer/", http.StatusNotFound},
		{http.MethodGet, "/explorer/assets/", http.StatusNotFound},
		{http.MethodGet, "/explorer/assets/none.js", http.StatusNotFound},
		{http.MethodGet, "/explorer/assets/" + script + ".gz", http.StatusNotFound},
		{http.MethodGet, "/explorer/assets/" + script + ".br", http.StatusNotFound},
		{http.MethodGet, "/explorer/assets/..%2f..%2findex.html", http.StatusNotFound},
		{http.MethodGet, "/explorer/assets/..%2f..%2fSOURCES.sha256", http.StatusNotFound},
		{http.MethodGet, "/dist/index.html", http.StatusNotFound},
		{http.MethodHead, "/", http.StatusOK},
		{http.MethodPost, "/", http.StatusMethodNotAllowed},
		{http.MethodDelete, "/explorer/assets/" + script, http.StatusMethodNotAllowed},
	} {
		response := do(t, handler, test.method, test.target)
		if response.StatusCode != test.status {
			t.Errorf("%s %s: %s, want %d", test.method, test.target, response.Status, test.status)
		}
		if response.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: without its headers", test.method, test.target)
		}
	}
}
