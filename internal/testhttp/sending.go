package testhttp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Client keeps no connections, so that nothing of a test outlives it.
var Client = &http.Client{
	Timeout:   Patience,
	Transport: &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	},
}

// Response is an answer that has been read.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// Send makes a request; headers are "Name: value".
func Send(method, url, body string, headers ...string) (Response, error) {
	r, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		return Response{}, err
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	resp, err := Client.Do(r)
	if err != nil {
		return Response{}, err
	}
	text, err := io.ReadAll(resp.Body)
	return Response{resp.StatusCode, resp.Header, string(text)}, errors.Join(err, resp.Body.Close())
}

// MustSend is Send where failure is not an answer.
func MustSend(t testing.TB, method, url, body string, headers ...string) Response {
	t.Helper()
	answer, err := Send(method, url, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// Fetch gets a page of the program.
func Fetch(t testing.TB, address, path string) Response {
	t.Helper()
	return MustSend(t, http.MethodGet, "http://"+address+path, "")
}

// Failures returns the errors of an answer.
func (r Response) Failures(t testing.TB) []Failure {
	t.Helper()
	var answer struct{ Errors []Failure }
	if err := json.Unmarshal([]byte(r.Body), &answer); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
	return answer.Errors
}

// Failure is an error of an answer.
type Failure struct {
	Message    string
	Extensions struct{ Code, RequestID string }
}

// Code returns the code of the answer's first error; "" when it has none.
func (r Response) Code(t testing.TB) string {
	t.Helper()
	for _, f := range r.Failures(t) {
		return f.Extensions.Code
	}
	return ""
}
