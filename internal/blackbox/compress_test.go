package blackbox

import (
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"onlyoffice-graphql/internal/overhttp"
	"onlyoffice-graphql/internal/testhttp"
)

// Answers above 4 KiB are compressed for clients that read it, and are the same.
func TestCompression(t *testing.T) {
	t.Parallel()
	p := start(t)
	const large, small = "{ opportunities(first: 50) { nodes { id title description } } }", "{ stages { id } }"
	plain := p.query(t, testhttp.BodyOf(large), "Accept-Encoding: identity")
	if len(plain.Body) < overhttp.GzipFrom {
		t.Fatalf("only %d bytes", len(plain.Body))
	}
	for name, test := range map[string]struct {
		query, accept string
		compressed    bool
	}{
		"large": {large, "gzip", true}, "large, among others": {large, "br;q=1.0, gzip;q=0.5", true}, "large, not wanted": {large, "gzip;q=0", false},
		"large, another": {large, "br", false}, "small": {small, "gzip", false},
	} {
		got := p.query(t, testhttp.BodyOf(test.query), "Accept-Encoding: "+test.accept)
		if compressed := got.Header.Get("Content-Encoding") == "gzip"; compressed != test.compressed || got.Status != http.StatusOK {
			t.Errorf("%s: %d %v", name, got.Status, got.Header)
		}
		for _, header := range []string{"Accept", "Accept-Encoding"} {
			if !slices.Contains(got.Header.Values("Vary"), header) {
				t.Errorf("%s: Vary is %q", name, got.Header.Values("Vary"))
			}
		}
		if !test.compressed {
			continue
		}
		reader, err := gzip.NewReader(strings.NewReader(got.Body))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(reader); err != nil || string(text) != plain.Body || len(got.Body) > len(text)/2 {
			t.Errorf("%s: %v, %d bytes for %d, of %d", name, err, len(got.Body), len(text), len(plain.Body))
		}
	}
}
