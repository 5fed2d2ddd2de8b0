// Package explorer serves GraphiQL, an editor for GraphQL in the browser, from
// files inside the program: the page sends no request to another host.
//
// The files are built from src with Vite ("npm ci && npm run build") and
// committed, so that building the program needs no Node.
package explorer

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// dist is what is served. Files whose format does not compress are there
// compressed only: all as gzip, with a further ".gz", some as brotli too, ".br".
//
//go:embed dist/index.html dist/explorer
var dist embed.FS

// Policy is the Content-Security-Policy of everything that the handler serves.
// It holds for workers too, which have no other. The editor sets styles by
// attribute and adds style elements while it runs; nothing else is inline.
const Policy = "default-src 'none'; " +
	"script-src 'self'; " +
	"style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; " +
	"font-src 'self'; " +
	"connect-src 'self'; " +
	"worker-src 'self'; " +
	"base-uri 'none'; " +
	"frame-ancestors 'none'; " +
	"form-action 'none'"

// Handler serves the page at / and its files below /explorer/. The page
// looks for the GraphQL endpoint at graphql beside it. demo makes it say that
// the portal's data are invented.
func Handler(demo bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", page(demo))
	mux.HandleFunc("GET /explorer/licenses.txt", func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, "no-cache")
	})
	mux.HandleFunc("GET /explorer/assets/{name}", func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, "public, max-age=31536000, immutable") // their names change with their content
	})
	return secure(mux)
}

// secure sets the headers that browsers keep the page in with.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", Policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
		next.ServeHTTP(w, r)
	})
}

// page serves index.html, which is small enough to go as it is.
func page(demo bool) http.HandlerFunc {
	content := mustRead("dist/index.html")
	if demo {
		content = bytes.Replace(content, []byte(`<meta name="portal" content="real">`), []byte(`<meta name="portal" content="demo">`), 1)
	}
	sum := sha256.Sum256(content)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("ETag", tag)
		r.Header.Del("Range")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

// codings are the ways in which files are compressed, the smallest first.
var codings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// serve answers with the file that has the name of the request's path.
func serve(w http.ResponseWriter, r *http.Request, caching string) {
	name := "dist" + r.URL.Path
	header := w.Header()
	content, err := dist.ReadFile(name)
	if suffix := path.Ext(name); err != nil && suffix != ".gz" && suffix != ".br" {
		content, err = compressed(name, r.Header.Values("Accept-Encoding"), header)
	}
	if err != nil || path.Ext(name) == ".gz" || path.Ext(name) == ".br" {
		http.NotFound(w, r)
		return
	}
	header.Set("Cache-Control", caching)
	header.Set("Content-Type", contentType(name))
	header.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // a client that has gone needs no answer
	}
}

// compressed returns a file as the client likes it best, and sets the headers
// that say so.
func compressed(name string, accepted []string, header http.Header) ([]byte, error) {
	zipped, err := dist.ReadFile(name + ".gz")
	if err != nil {
		return nil, err
	}
	header.Add("Vary", "Accept-Encoding")
	var best float64
	var content []byte
	for _, coding := range codings {
		packed, err := dist.ReadFile(name + coding.suffix)
		if weight := weightOf(coding.name, accepted); err == nil && weight > best {
			best, content = weight, packed
			header.Set("Content-Encoding", coding.name)
		}
	}
	if best == 0 {
		return unzip(zipped)
	}
	return content, nil
}

// contentTypes of the files. What mime.TypeByExtension says depends on the system.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".ttf":   "font/ttf",
	".txt":   "text/plain; charset=utf-8",
	".woff":  "font/woff",
	".woff2": "font/woff2",
}

func contentType(name string) string {
	if known, ok := contentTypes[path.Ext(name)]; ok {
		return known
	}
	return "application/octet-stream"
}

// weightOf returns how much the header Accept-Encoding wants a coding, from 0,
// not at all, to 1.
func weightOf(coding string, accepted []string) float64 {
	others := 0.0 // what * says
	for part := range strings.SplitSeq(strings.Join(accepted, ","), ",") {
		name, parameters, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		weight, err := strconv.ParseFloat(parameters["q"], 64)
		if err != nil {
			weight = 1
		}
		switch strings.TrimPrefix(name, "x-") {
		case coding:
			return weight
		case "*":
			others = weight
		}
	}
	return others
}

func unzip(content []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// mustRead returns a file that is certainly there.
func mustRead(name string) []byte {
	content, err := fs.ReadFile(dist, name)
	if err != nil {
		panic(err)
	}
	return content
}
