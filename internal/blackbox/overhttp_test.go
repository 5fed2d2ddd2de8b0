package blackbox

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// With a token of its own, on loopback, the program does not answer to names
// that anybody could make point there.
func TestOtherNames(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	const token = "--portal-token=" + demo.Token
	programs := map[string]*program{} // by their settings
	for name, test := range map[string]struct {
		host   string
		args   []string
		status int
	}{
		"address":            {"127.0.0.1:8080", []string{token}, 200},
		"address of IPv6":    {"[::1]:8080", []string{token}, 200},
		"localhost":          {"localhost:8080", []string{token}, 200},
		"another name":       {"evil.example:8080", []string{token}, 421},
		"a name like it":     {"localhost.evil.example", []string{token}, 421},
		"none":               {"", []string{token}, 421},
		"the name of a page": {"app.example.com", []string{token, "--cors-origin=https://app.example.com"}, 200},
		"a part of it":       {"example.com", []string{token, "--cors-origin=https://app.example.com"}, 421},
		"everywhere":         {"crm.example.com", []string{token, "--listen=:0"}, 200},
		"no token":           {"crm.example.com", nil, 200},
	} {
		settings := strings.Join(test.args, " ")
		p := programs[settings]
		if p == nil {
			p = start(t, append(test.args, "--portal-url="+portal.url)...)
			programs[settings] = p
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := net.Dial("tcp", p.Public)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = connection.Close() })
			_, _ = fmt.Fprintf(connection, "GET /graphql?query={__typename} HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", test.host)
			if answer := testhttp.ReadAll(t, connection); !strings.HasPrefix(answer, fmt.Sprintf("HTTP/1.1 %d ", test.status)) || strings.Contains(answer, "CSRF_BLOCKED") != (test.status == 421) {
				t.Errorf("got %s", answer)
			}
		})
	}
}

// Callers without a credential, or with one that is made up, or that the portal
// refuses, cannot push out what a caller stored whom the portal knows.
func TestPersistedQueriesOfOthersStay(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	p := start(t, "--portal-url="+portal.url)
	send := func(query, hash string, headers ...string) testhttp.Response {
		body := `{"extensions":` + testhttp.PersistedExtension(hash) + `}`
		if query != "" {
			body = `{"query":"` + query + `","extensions":` + testhttp.PersistedExtension(hash) + `}`
		}
		return p.query(t, body, headers...)
	}
	const victims = `{opportunity(id:3101){title}}`
	if got := send(victims, testhttp.HashOf(victims), "Authorization: "+demo.Token); got.Body != withTitle {
		t.Fatalf("got %d %s", got.Status, got.Body)
	}
	for i := range 540 { // more than are kept
		var headers []string
		query := "{__typename}"
		switch i % 3 {
		case 1: // made up, and the portal is not asked
			headers = []string{fmt.Sprintf("Authorization: made-up-%d", i)}
		case 2: // made up, and the portal says so
			headers, query = []string{fmt.Sprintf("Authorization: made-up-%d", i)}, victims
		}
		query += strings.Repeat(" ", 16_000) + fmt.Sprintf("# %d", i)
		if got := send(query, testhttp.HashOf(query), headers...); got.Status != http.StatusOK {
			t.Fatalf("got %d %s", got.Status, got.Body)
		}
	}
	for _, headers := range [][]string{{"Authorization: " + demo.Token}, {"Cookie: asc_auth_key=" + demo.Token}} {
		if got := send("", testhttp.HashOf(victims), headers...); got.Body != withTitle {
			t.Errorf("the document is gone: %d %s", got.Status, got.Body)
		}
	}
}

// A refusal reaches clients that want the connection to end with it, and that
// give up when they cannot send all of a body that was not of interest.
func TestRefusalsReachTheClient(t *testing.T) {
	t.Parallel()
	p := start(t)
	for name, test := range map[string]struct {
		mediaType string
		size      int
		status    int
	}{
		"a form":    {"text/plain", 200_000, http.StatusBadRequest},
		"too large": {"application/json", 280_000, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var clients sync.WaitGroup
			for range 100 {
				clients.Go(func() {
					got, err := testhttp.Send(http.MethodPost, "http://"+p.Public+"/graphql", strings.Repeat(" ", test.size), "Content-Type: "+test.mediaType)
					if err != nil || got.Status != test.status {
						t.Errorf("%v %d %s", err, got.Status, got.Body)
					}
				})
			}
			clients.Wait()
		})
	}
}
