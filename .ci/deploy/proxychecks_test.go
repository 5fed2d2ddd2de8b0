package deploy

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestNginx(t *testing.T) { checkProxy(t, nginx) }

func TestCaddy(t *testing.T) { checkProxy(t, caddy) }

// checkProxy serves the program behind a proxy with the settings of the documents.
func checkProxy(t *testing.T, p proxy) {
	t.Parallel()
	whole, below := p.through(t, p.site(t)), p.through(t, p.below(t))
	for _, check := range []struct {
		name string
		of   proxied
		run  func(*testing.T, proxied)
	}{
		{"requests", whole, checkRequests},
		{"compression", whole, checkCompression},
		{"HTTP/2", whole, checkHTTP2},
		{"keep-alive", whole, checkKeepAlive},
		{"client's address", whole, checkClientAddress},
		{"below a path", below, checkBelow},
	} {
		t.Run(check.name, func(t *testing.T) { check.run(t, check.of) })
	}
	t.Run("many clients", func(t *testing.T) { checkManyClients(t, p) })
}

// What the program takes, the proxy lets through.
func checkRequests(t *testing.T, p proxied) {
	query, answer := titleOf(7)
	address := "/graphql?query={opportunity(id:7){title}}"
	blanks := func(n int) string { return strings.Repeat(" ", n) }
	for what, test := range map[string]struct {
		method, path, body string
		status             int
		contains           string
	}{
		"a query":           {http.MethodPost, "/graphql", query, 200, answer},
		"a large query":     {http.MethodPost, "/graphql", blanks(200<<10) + query, 200, answer},
		"one too large":     {http.MethodPost, "/graphql", blanks(300<<10) + query, 413, "BODY_TOO_LARGE"},
		"by its address":    {http.MethodGet, address, "", 200, answer},
		"a long address":    {http.MethodGet, address + strings.Repeat("%20", 15<<10), "", 200, answer},
		"GraphiQL":          {http.MethodGet, "/", "", 200, "<html"},
		"no health outside": {http.MethodGet, "/healthz", "", 404, ""},
		"nor readiness":     {http.MethodGet, "/readyz?portal=ignore", "", 404, ""},
		"spelled otherwise": {http.MethodGet, "//healthz", "", 404, ""},
		"with a dot":        {http.MethodGet, "/healthz/.", "", 404, ""},
		"with dots":         {http.MethodGet, "/healthz/x/..", "", 404, ""},
		"and so":            {http.MethodGet, "/graphql/../%68ealthz", "", 404, ""},
	} {
		if status, text := ask(t, p.client, test.method, "https://"+site+test.path, test.body); status != test.status || !strings.Contains(text, test.contains) {
			t.Errorf("%s is answered %d %.300s", what, status, text)
		}
	}
}

// An answer is compressed once, by the program, for a client that reads it, and comes
// whole: one of several MiB, too.
func checkCompression(t *testing.T, p proxied) {
	const large = `{"query":"{ opportunity(id: 1) { description } }"}`
	small, title := titleOf(7)
	description := `{"data":{"opportunity":{"description":"` + largeText() + `"}}}`
	for what, test := range map[string]struct {
		accepts, query, answer string
		compressed             bool
	}{
		"large":                   {"gzip, deflate, br", large, description, true},
		"large, plain":            {"identity", large, description, false},
		"large, nothing was said": {"", large, description, false},
		"small":                   {"gzip", small, title, false},
		"small, nothing was said": {"", small, title, false},
		"large, gzip unwelcome":   {"gzip;q=0", large, description, false},
	} {
		headers := http.Header{}
		if test.accepts != "" {
			headers.Set("Accept-Encoding", test.accepts)
		}
		before := p.relay.bytes.Load()
		answer, text := send(t, p.client, http.MethodPost, "https://"+site+"/graphql", test.query, headers)
		sent, came := p.relay.bytes.Load()-before, len(text)
		if encoding := answer.Header.Values("Content-Encoding"); test.compressed && !slices.Equal(encoding, []string{"gzip"}) || !test.compressed && encoding != nil {
			t.Errorf("%s: Content-Encoding is %q", what, encoding)
			continue
		}
		if test.compressed {
			reader, err := gzip.NewReader(strings.NewReader(text))
			if err != nil {
				t.Fatal(what, err)
			}
			whole, err := io.ReadAll(reader)
			if err != nil {
				t.Fatal(what, err)
			}
			text = string(whole)
		}
		if answer.StatusCode != http.StatusOK || text != test.answer || !json.Valid([]byte(text)) {
			t.Errorf("%s is answered %d %d bytes %.300s", what, answer.StatusCode, len(text), text)
		}
		if compressed := came < len(text)*9/10; compressed != test.compressed || sent < int64(came) || sent > int64(came)+64<<10 {
			t.Errorf("%s: the program sent %d bytes, the proxy %d of %d", what, sent, came, len(text))
		}
		vary := strings.Split(strings.ReplaceAll(strings.Join(answer.Header.Values("Vary"), ","), " ", ""), ",")
		slices.Sort(vary)
		if want := []string{"Accept", "Accept-Encoding", "Origin"}; !slices.Equal(vary, want) {
			t.Errorf("%s: Vary is %q", what, vary)
		}
	}
}

// A browser speaks HTTP/2 with the proxy: all its requests share one connection.
func checkHTTP2(t *testing.T, p proxied) {
	var waiting sync.WaitGroup
	for id := range 100 {
		waiting.Go(func() {
			query, want := titleOf(1000 + id)
			answer, text := send(t, p.client, http.MethodPost, "https://"+site+"/graphql", query, nil)
			if answer.ProtoMajor != 2 || answer.StatusCode != http.StatusOK || text != want {
				t.Errorf("answered by %s: %d %.300s", answer.Proto, answer.StatusCode, text)
			}
		})
	}
	waiting.Wait()
}

// The proxy asks again and again on the connections that it has.
func checkKeepAlive(t *testing.T, p proxied) {
	before := p.relay.connections.Load()
	const requests, most = 200, 4
	for id := range requests {
		query, want := titleOf(2000 + id)
		if status, text := ask(t, p.client, http.MethodPost, "https://"+site+"/graphql", query); status != http.StatusOK || text != want {
			t.Fatalf("answered %d %.300s", status, text)
		}
	}
	opened := p.relay.connections.Load() - before
	t.Logf("%d requests took %d new connections", requests, opened)
	if opened > most {
		t.Errorf("%d requests took %d new connections", requests, opened)
	}
}

// The log has the address that a client came from, and not the one that it says it has.
func checkClientAddress(t *testing.T, p proxied) {
	own := machineAddress(t)
	query, _ := titleOf(7)
	answer, _ := send(t, p.front.client(own), http.MethodPost, "https://"+site+"/graphql", query, http.Header{"X-Forwarded-For": {"198.51.100.7"}})
	if client := p.program.clientOf(t, answer); client != own {
		t.Errorf("the log has %q, the client is %s", client, own)
	}
}

// clientOf returns the client of an answer in the program's log, which may come later.
func (p *process) clientOf(t *testing.T, answer *http.Response) string {
	t.Helper()
	id := answer.Header.Get("X-Request-Id")
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		for line := range strings.Lines(p.log.String()) {
			var logged struct{ Msg, RequestID, Client string }
			if json.Unmarshal([]byte(line), &logged) == nil && logged.Msg == "operation" && logged.RequestID == id {
				return logged.Client
			}
		}
	}
	t.Fatalf("the log has no request %q", id)
	return ""
}

// A proxy of --trusted-proxy may name the client that it asks for, and no other may.
func TestTrustedProxy(t *testing.T) {
	t.Parallel()
	own := machineAddress(t)
	for trusted, want := range map[string]string{"": own, "203.0.113.0/24": own, own: "198.51.100.7", own + ",198.51.100.0/24": "203.0.113.1"} {
		program := serve(t, []string{"LISTEN_ADDR=" + own + ":0", "TRUSTED_PROXIES=" + trusted}, binary(t))
		headers := http.Header{"X-Forwarded-For": {"192.0.2.200, 203.0.113.1, 198.51.100.7"}}
		answer, _ := send(t, http.DefaultClient, http.MethodPost, "http://"+program.public+"/graphql", `{"query":"{ __typename }"}`, headers)
		if client := program.clientOf(t, answer); client != want {
			t.Errorf("with %q trusted, the log has %q", trusted, client)
		}
	}
}
