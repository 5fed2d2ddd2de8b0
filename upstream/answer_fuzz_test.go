package upstream

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// answersWith is a network whose server answers every request with these bytes
// and hangs up.
func answersWith(text func() string) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer func() { _ = far.Close() }()
			if r, err := http.ReadRequest(bufio.NewReader(far)); err == nil && r.ParseForm() == nil {
				_, _ = far.Write([]byte(text()))
			}
		}()
		return near, nil
	}
}

// FuzzAnswer lets a portal answer with any bytes at all, through the whole
// client: what comes of it is a value, or an Error that says what went wrong
// and where, and never where the portal lives.
func FuzzAnswer(f *testing.F) {
	good := `{"status":0,"statusCode":200,"response":{"id":3101,"title":"a","stage":{"id":1},"members":[{"id":2}]}}`
	for _, seed := range []string{
		"", "HTTP/1.1 200 OK\r\n\r\n", ok(length(len(good)), good), ok("Transfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n"),
		ok("Content-Encoding: gzip\r\nConnection: close", zipped(good)), ok("", `{"status":1,"statusCode":403,"error":{"message":"no"}}`),
		ok("", `{"status":0,"response":[{"Status":200,"data":"{\"response\":{\"id\":1}}"},null]}`), ok("", `{"status":0,"response":null}`),
		"HTTP/1.1 302 Found\r\nLocation: /Auth.aspx\r\n\r\n", "HTTP/1.1 429 No\r\nRetry-After: 1\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}",
		"HTTP/1.0 200\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 101 Switching\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n",
	} {
		f.Add(seed)
	}
	var answer string
	client := New(Options{
		URL: &url.URL{Scheme: "http", Host: "portal.example"}, Retries: -1, RequestCalls: 1, BreakerCalls: 1 << 30,
		BodyLimit: 1 << 16, CallTimeout: 250 * time.Millisecond,
	})
	client.pools.model.DialContext = answersWith(func() string { return answer })
	f.Fuzz(func(t *testing.T, text string) {
		answer = text
		client.batch.works()
		caller := client.For(token)
		single, err := one(t.Context(), client, token, 3101)
		judgeAnswer(t, single != nil, err)
		list := caller.ListOpportunities(t.Context(), nil, []Query[OpportunityCriteria]{{Window: Window{Count: 1, SortBy: "id"}}}, nil)[0]
		page, err := list.Value, list.Err
		judgeAnswer(t, page.Items != nil, err)
		for _, r := range caller.Opportunities(t.Context(), nil, []int{1, 2}, nil) {
			judgeAnswer(t, r.Value != nil, r.Err)
		}
	})
}

func judgeAnswer(t *testing.T, has bool, err error) {
	t.Helper()
	var e *Error
	switch {
	case err == nil && !has:
		t.Error("neither a value nor an error")
	case err != nil && (!errors.As(err, &e) || e.Kind == KindUnknown || e.Op == "" || strings.Contains(err.Error(), "portal.example")):
		t.Errorf("an error that says too little, or too much: %#v %v", err, err)
	}
}
