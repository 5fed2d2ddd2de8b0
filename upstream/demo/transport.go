package demo

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// etag differs on every reply, so that conditional requests never hit.
func (p *Portal) etag() string {
	const golden = 0x9e3779b97f4a7c15
	n := p.replies.Add(1)
	return fmt.Sprintf("%016x%016x", n*golden, (n+7)*golden)
}

// send writes a whole document.
func (p *Portal) send(w http.ResponseWriter, r *http.Request, doc document) {
	body := p.head(w, r, doc)
	_, _ = w.Write(body) // a client that went away is no news
}

// head writes the headers and returns the bytes of the body.
func (p *Portal) head(w http.ResponseWriter, r *http.Request, doc document) []byte {
	h := w.Header()
	h.Set("X-AspNet-Version", "4.0.30319")
	h.Set("Cache-Control", "private, max-age=0")
	if doc.contentType != "" {
		h.Set("Content-Type", doc.contentType)
		h.Set("ETag", p.etag())
	}
	body := doc.body
	if len(body) > 0 && acceptsGzip(r) {
		body = p.compress(body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(doc.status)
	return body
}

// acceptsGzip splits at commas without trimming, as the portal does: "gzip" has
// to come first or stand without a blank.
func acceptsGzip(r *http.Request) bool {
	return slices.Contains(strings.Split(r.Header.Get("Accept-Encoding"), ","), "gzip")
}

func (p *Portal) compress(body []byte) []byte {
	var out bytes.Buffer
	z, ok := p.writers.Get().(*gzip.Writer)
	if !ok {
		z, _ = gzip.NewWriterLevel(&out, gzip.BestSpeed) // fails on a bad level only
	}
	defer p.writers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}
