package overhttp

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"

	"github.com/klauspost/compress/gzhttp"

	"onlyoffice-graphql/resolvers"
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

// RequestID names each request, in the answer, its errors and the log. What a
// client sent under the header's name does not count: ids are ours.
func RequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var random [8]byte
		_, _ = rand.Read(random[:]) // never fails
		id := hex.EncodeToString(random[:])
		r.Header.Set(resolvers.RequestIDHeader, id)
		w.Header().Set(resolvers.RequestIDHeader, id)
		next.ServeHTTP(w, r)
	})
}
