package overhttp

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"

	"github.com/klauspost/compress/gzhttp"

	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/internal/serve"
)

// GzipFrom is the size from which an answer is worth compressing.
const GzipFrom = 4 << 10

// Compress gzips answers for clients that read it.
func Compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(GzipFrom), gzhttp.EnableZstd(false))
	if err != nil {
		panic(err) // the options are constants
	}
	return wrap(next)
}

// RequestIDHeader is the header of an answer that bears the request's id.
const RequestIDHeader = "X-Request-Id"

// Identify gives each request an id, which its answer, errors and lines of the log
// bear. What a client sent under the header's name does not count: ids are ours.
func Identify(next http.Handler) http.Handler { return identify(next, newRequest) }

func identify(next http.Handler, newRequest func(*http.Request) *request.Request) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		of := newRequest(r)
		w.Header().Set(RequestIDHeader, of.ID)
		next.ServeHTTP(w, r.WithContext(request.With(r.Context(), of)))
	})
}

func newRequest(r *http.Request) *request.Request {
	client, counted := serve.Client(r.Context(), r.Header)
	return &request.Request{ID: randomID(), Header: r.Header, Client: client, CountsFor: counted, Began: serve.RequestBegan(r.Context())}
}

func randomID() string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}
