package serve

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A path that is not clean is served as if it were, with method and body, and is sent
// nowhere else.
func TestCleanPath(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	for _, pattern := range []string{"/{$}", "/graphql", "/graphql/{$}", "/assets/{name}"} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			_, _ = io.WriteString(w, strings.Join([]string{r.Method, r.Pattern, r.PathValue("name"), r.URL.RawQuery, string(body)}, " "))
		})
	}
	for target, want := range map[string]string{
		"/":                         "POST /{$}   body",
		"//":                        "POST /{$}   body",
		"/graphql?query=a//b":       "POST /graphql  query=a//b body",
		"//graphql":                 "POST /graphql   body",
		"/a/../graphql":             "POST /graphql   body",
		"/./graphql/":               "POST /graphql/{$}   body",
		"/graphql//":                "POST /graphql/{$}   body",
		"//assets/a%2Fb":            "POST /assets/{name} a/b  body",
		"/assets/..%2F..%2Fgraphql": "POST /assets/{name} ../../graphql  body",
		"/../../etc/passwd":         "404 page not found\n",
		"//evil.example/..":         "POST /{$}   body",
		"/graphql/.":                "POST /graphql/{$}   body",
		"/graphql/x/..":             "POST /graphql/{$}   body",
		"/graphql/./":               "POST /graphql/{$}   body",
		"/.":                        "POST /{$}   body",
		"/..":                       "POST /{$}   body",
	} {
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, "http://localhost"+target, strings.NewReader("body"))
		CleanPath(mux).ServeHTTP(recorder, request)
		if got := recorder.Body.String(); got != want || recorder.Header().Get("Location") != "" {
			t.Errorf("%s is answered %d %q %v", target, recorder.Code, got, recorder.Header())
		}
	}
}
