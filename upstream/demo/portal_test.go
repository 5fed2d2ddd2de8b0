package demo

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// TestMain has the garbage collector run less often: much of the time went to it.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// reply is one answer as a client sees it.
type reply struct {
	status int
	header http.Header
	body   string
}

// ask sends a request of the demo user straight to the handler.
func ask(t *testing.T, p *Portal, verb, target string, edit ...func(*http.Request)) reply {
	t.Helper()
	r := httptest.NewRequest(verb, target, http.NoBody)
	r.Host = "localhost"
	r.Header.Set("Authorization", Token)
	for _, f := range edit {
		f(r)
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.String()}
}

func get(t *testing.T, p *Portal, path string, edit ...func(*http.Request)) reply {
	t.Helper()
	return ask(t, p, http.MethodGet, "/api/2.0/"+path, edit...)
}

func as(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", token) }
}

func withBody(contentType, body string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Content-Type", contentType)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
}

func golden(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// envelope is the part of every JSON answer that tests look into.
type envelope struct {
	Count, StartIndex, NextIndex, StatusCode int
	Total                                    *int
	Response                                 json.RawMessage
}

func open(t *testing.T, r reply, response any) envelope {
	t.Helper()
	var e envelope
	if err := json.Unmarshal([]byte(r.body), &e); err != nil {
		t.Fatalf("%d %v in %.200s", r.status, err, r.body)
	}
	if response != nil {
		if err := json.Unmarshal(e.Response, response); err != nil {
			t.Fatalf("%v in %.200s", err, e.Response)
		}
	}
	return e
}

func TestWhatMatchesNoRoute(t *testing.T) {
	t.Parallel()
	p := New()
	for _, request := range []string{
		"GET crm/opportunity/abc", "GET crm/opportunity/-1", "GET crm/nothing", "POST crm/opportunity/3101",
		"PATCH crm/opportunity/3101", "HEAD crm/opportunity/3101", "GET crm/opportunity/3101.tar",
	} {
		verb, path, _ := strings.Cut(request, " ")
		got := ask(t, p, verb, "/api/2.0/"+path)
		if got.status != http.StatusNotFound || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s", request, got.status, got.header.Get("Content-Type"))
		}
	}
	if got := ask(t, p, http.MethodOptions, "/api/2.0/crm/opportunity/3101"); got.status != 200 || got.header.Get("Access-Control-Max-Age") == "" {
		t.Errorf("OPTIONS: %d %v", got.status, got.header)
	}
	if got := get(t, p, "crm/opportunity/filter?updatedSince=yesterday"); got.status != 500 || !strings.Contains(got.body, "<html>") {
		t.Errorf("updatedSince: %d %s", got.status, got.body)
	}
}

func TestXMLNeedsNoJSONContentType(t *testing.T) {
	t.Parallel()
	got := get(t, New(), "crm/opportunity/3101.xml", func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })
	if got.body != golden(t, "opportunity_3101.json") {
		t.Errorf("got %.80s", got.body)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	p := New()
	for accept, want := range map[string]string{"gzip": "gzip", "gzip, deflate": "gzip", "deflate, gzip": "", "deflate,gzip": "gzip", "": ""} {
		got := get(t, p, "crm/opportunity/3101", func(r *http.Request) { r.Header.Set("Accept-Encoding", accept) })
		if got.header.Get("Content-Encoding") != want {
			t.Errorf("%q: %q, want %q", accept, got.header.Get("Content-Encoding"), want)
		}
	}
	server := httptest.NewServer(p)
	defer server.Close()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/2.0/crm/opportunity/3101", http.NoBody)
	r.Header.Set("Authorization", Token)
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != golden(t, "opportunity_3101.json") || !answer.Uncompressed {
		t.Errorf("%v, uncompressed %v: %s", err, answer.Uncompressed, body)
	}
}

func TestUnderAPathPrefix(t *testing.T) {
	t.Parallel()
	p := New()
	handler := http.StripPrefix("/portal", p)
	for path, want := range map[string]string{"/portal/api/2.0/crm/opportunity/3101": `{"count":1`, "/portal/": "This is the demo portal", "/portal": "This is the demo portal"} {
		r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
		r.Host = "localhost"
		r.Header.Set("Authorization", Token)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != 200 || !strings.HasPrefix(w.Body.String(), want) {
			t.Errorf("%s: %d %.60s", path, w.Code, w.Body)
		}
	}
}
