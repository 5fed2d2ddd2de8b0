package serve

import (
	"net/http"
	"time"
)

// LimitClient bounds how long a client may take to send its request and to
// read its answer, on every route. Both times start here, so that a connection
// which is kept starts afresh with each request.
func LimitClient(timeout time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		LimitReading(w, r, timeout)
		// An operation may take all of the timeout before there is anything to read.
		LimitWriting(w, 2*timeout)
		next.ServeHTTP(w, r)
	})
}

// LimitReading sets until when the body of the request is waited for. That
// holds on after the answer, unless all of it has been read: the server reads
// what is left of a body before it takes the connection's next request.
func LimitReading(w http.ResponseWriter, r *http.Request, timeout time.Duration) {
	if r.ContentLength != 0 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(timeout)) // not every writer can
	}
}

// LimitWriting sets until when the client is waited for that reads the answer.
func LimitWriting(w http.ResponseWriter, timeout time.Duration) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(timeout)) // not every writer can
}
