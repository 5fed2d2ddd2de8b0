package upstream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
)

// TestMain has the garbage collector run less often: much of the time went to it.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	testhttp.AtOnce(4)
	os.Exit(m.Run())
}

var token = Credentials{Authorization: "secret-token"}

// newTestClient serves handler below a path, as some portals are, so that an
// address built from the host alone would miss it.
func newTestClient(t testing.TB, handler http.HandlerFunc, change ...func(*Options)) *Client {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/portal/", http.StripPrefix("/portal", handler))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return newClientOf(t, server.URL+"/portal", change...)
}

func newClientOf(t testing.TB, address string, change ...func(*Options)) *Client {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	options := Options{URL: u}
	for _, c := range change {
		c(&options)
	}
	client := New(options)
	t.Cleanup(client.Close)
	return client
}

// one reads a single opportunity.
func one(ctx context.Context, c *Client, credentials Credentials, id int) (*Opportunity, error) {
	caller := c.For(credentials)
	defer caller.Close()
	r := caller.Opportunities(ctx, nil, []int{id}, nil)[0]
	return r.Value, r.Err
}

func body(t testing.TB, name string) string {
	t.Helper()
	noteRead(t.Name(), name)
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRequest(t *testing.T) {
	t.Parallel()
	var got *http.Request
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Set("Set-Cookie", "asc_auth_key=somebody-else")
		_, _ = io.WriteString(w, body(t, "opportunity_full.json"))
	})
	credentials := Credentials{Authorization: "raw token", Cookie: "cookie/+="}
	for range 2 { // the second call must not bring the first answer's cookie
		o, err := one(t.Context(), client, credentials, 3101)
		if err != nil {
			t.Fatal(err)
		}
		if o.Title != "Fleet telematics rollout" {
			t.Errorf("title %q", o.Title)
		}
		if got.Method != http.MethodGet || got.URL.String() != "/api/2.0/crm/opportunity/3101.json" {
			t.Errorf("asked %s %s", got.Method, got.URL)
		}
		if a := got.Header.Get("Authorization"); a != "raw token" {
			t.Errorf("Authorization %q", a)
		}
		if c := got.Header["Cookie"]; len(c) != 1 || c[0] != "asc_auth_key=cookie/+=" {
			t.Errorf("Cookie %q", c)
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const page, signIn = "<html><body>502</body></html>", `<!DOCTYPE html><form><input TYPE="password"></form>`
	tests := map[string]struct {
		status     int
		header     map[string]string
		body       string
		kind       Kind
		retryable  bool
		retryAfter time.Duration
	}{
		"401 plain text":            {status: 401, body: body(t, "error_unauthorized.txt"), kind: KindUnauthenticated},
		"401 empty":                 {status: 401, kind: KindUnauthenticated},
		"403 envelope":              {status: 403, body: body(t, "error_forbidden.json"), kind: KindForbidden},
		"403 empty, blocked IP":     {status: 403, kind: KindForbidden},
		"404 envelope":              {status: 404, body: body(t, "error_notfound.json"), kind: KindNotFound},
		"404 empty, no such portal": {status: 404, kind: KindBadAnswer},
		"404 HTML, no such route":   {status: 404, body: page, kind: KindBadAnswer},
		"400 envelope":              {status: 400, body: body(t, "error_badrequest.json"), kind: KindInvalid},
		"400 HTML":                  {status: 400, body: page, kind: KindBadAnswer},
		"402 empty, unpaid":         {status: 402, kind: KindServer},
		"405 HTML":                  {status: 405, body: page, kind: KindBadAnswer},
		"429":                       {status: 429, header: map[string]string{"Retry-After": "2"}, kind: KindRateLimited, retryable: true, retryAfter: 2 * time.Second},
		"500 envelope":              {status: 500, body: body(t, "error_server.json"), kind: KindServer},
		"500 doubled document":      {status: 500, body: body(t, "batch_error_doubled.txt"), kind: KindServer},
		"500 HTML":                  {status: 500, body: page, kind: KindServer},
		"502 HTML":                  {status: 502, body: page, kind: KindServer, retryable: true},
		"503 with a time":           {status: 503, header: map[string]string{"Retry-After": "8"}, kind: KindRateLimited, retryable: true, retryAfter: 8 * time.Second},
		"503 empty, moved":          {status: 503, kind: KindServer, retryable: true},
		"504 HTML":                  {status: 504, body: page, kind: KindServer, retryable: true},
		"200 with status 1":         {status: 200, body: `{"status":1,"error":{"message":"no"}}`, kind: KindServer},
		"200 with status 1 and 404": {status: 200, body: body(t, "error_notfound.json"), kind: KindNotFound},
		"200 empty":                 {status: 200, kind: KindBadAnswer},
		"200 HTML":                  {status: 200, body: page, kind: KindBadAnswer},
		"200 sign-in page":          {status: 200, body: signIn, kind: KindUnauthenticated},
		"200 XML":                   {status: 200, body: "<result><status>0</status></result>", kind: KindBadAnswer},
		"200 no response":           {status: 200, body: `{"status":0,"statusCode":200}`, kind: KindBadAnswer},
		"200 null response":         {status: 200, body: `{"status":0,"response":null}`, kind: KindBadAnswer},
		"200 another shape":         {status: 200, body: `{"status":0,"response":"text"}`, kind: KindBadAnswer},
		"200 another opportunity":   {status: 200, body: body(t, "opportunity_private.json"), kind: KindBadAnswer},
		"200 doubled document":      {status: 200, body: body(t, "void_response.json") + body(t, "void_response.json"), kind: KindBadAnswer},
		"200 broken JSON":           {status: 200, body: body(t, "opportunity_full.json")[:2000], kind: KindBadAnswer},
		"200 too large":             {status: 200, body: strings.Repeat(" ", 1<<16+1), kind: KindBadAnswer},
		"200 huge exponent":         {status: 200, body: `{"status":0,"response":{"bidValue":1e999999999,"id":3101}}`, kind: KindBadAnswer},
		"302 to the sign-in page":   {status: 302, header: map[string]string{"Location": "/Auth.aspx?refererurl=x"}, kind: KindUnauthenticated},
		"302 to another host":       {status: 302, header: map[string]string{"Location": "https://evil.example/api/"}, kind: KindBadAnswer},
		"301 to https":              {status: 301, header: map[string]string{"Location": "https://portal.example/"}, kind: KindBadAnswer},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				for k, v := range test.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}, func(o *Options) { o.BodyLimit, o.Retries = 1<<16, -1 })
			_, err := one(t.Context(), client, token, 3101)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("no *Error: %v", err)
			}
			if e.Kind != test.kind || e.Retryable() != test.retryable || e.RetryAfter != test.retryAfter {
				t.Errorf("kind %v, retryable %v, after %v; want %v, %v, %v", e.Kind, e.Retryable(), e.RetryAfter, test.kind, test.retryable, test.retryAfter)
			}
			if e.Op != "crm/opportunity/{id}" {
				t.Errorf("op %q", e.Op)
			}
			if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("the error tells too much: %v", err)
			}
			if calls.Load() != 1 {
				t.Errorf("%d calls", calls.Load())
			}
		})
	}
}

func TestBodyIsReadUpToTheLimit(t *testing.T) {
	t.Parallel()
	sent := make(chan int, 1)
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		n := 0
		for chunk := make([]byte, 1<<16); n < 1<<30; n += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				break
			}
		}
		sent <- n
	}, func(o *Options) { o.BodyLimit = 1 << 20 })
	if _, err := one(t.Context(), client, token, 1); KindOf(err) != KindBadAnswer {
		t.Fatalf("got %v", err)
	}
	if n := <-sent; n == 1<<30 {
		t.Error("an endless body was read to its end")
	}
}

func TestNoCredentialMakesNoCall(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, func(http.ResponseWriter, *http.Request) { t.Error("the portal was called") })
	caller := client.For(Credentials{})
	for _, r := range caller.Opportunities(t.Context(), nil, []int{1, 2}, nil) {
		if KindOf(r.Err) != KindUnauthenticated {
			t.Errorf("got %v", r.Err)
		}
	}
	if _, err := caller.Stages(t.Context(), nil); KindOf(err) != KindUnauthenticated {
		t.Errorf("got %v", err)
	}
}

func TestUnknownEnumsAreReportedOnce(t *testing.T) {
	t.Parallel()
	var warnings atomic.Int32
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"status":0,"response":{"bidType":42,"stage":{"stageType":7,"id":1},"members":[{"shareType":9,"id":2}],"customFields":[{"fieldType":8,"id":3}],"id":1}}`)
	}, func(o *Options) { o.Warn = func(string, ...any) { warnings.Add(1) } })
	for range 3 {
		o, err := one(t.Context(), client, token, 1)
		if err != nil {
			t.Fatal(err)
		}
		if o.BidType != 42 || o.Stage.StageType != 7 || o.Members[0].ShareType != 9 || o.CustomFields[0].FieldType != 8 {
			t.Errorf("the numbers did not survive: %+v", o)
		}
	}
	if n := warnings.Load(); n != 4 {
		t.Errorf("%d warnings, want one for each of 4 numbers", n)
	}
	for n := range 2 * maxWarnings {
		client.warnUnknown("BidType", 1000+n)
	}
	if n := warnings.Load(); n != maxWarnings {
		t.Errorf("%d warnings, want no more than %d", n, maxWarnings)
	}
}

func TestMissingIDs(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, body(t, "opportunity_plain_after_fields.json"))
	})
	o, err := one(t.Context(), client, token, 3105)
	if err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]func() (any, error){
		"contact":      func() (any, error) { return o.PrimaryContact().(*Person).CheckedID() },
		"contact node": func() (any, error) { return o.PrimaryContact().NodeID() },
		"member":       func() (any, error) { return o.MemberContacts()[0].(*Person).CheckedID() },
		"stage":        func() (any, error) { return o.Stage.CheckedID() },
		"stage node":   func() (any, error) { return o.Stage.NodeID() },
		"custom field": func() (any, error) { return o.CustomFields[0].ValueID() },
	} {
		if v, err := id(); KindOf(err) != KindBadAnswer {
			t.Errorf("%s: %v, %v; want an error", name, v, err)
		}
	}
	if id, err := o.CheckedID(); id != 3105 || err != nil {
		t.Errorf("the opportunity's own id: %d, %v", id, err)
	}
	if id, err := o.Responsible.CheckedID(); id == "" || err != nil {
		t.Errorf("the responsible's id: %q, %v", id, err)
	}
}

// Retry-After may be a date.
func TestRetryAfterDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		time.Now().Add(9 * time.Second).UTC().Format(http.TimeFormat):  9 * time.Second,
		time.Now().Add(-9 * time.Second).UTC().Format(http.TimeFormat): 0,
		time.Now().Add(48 * time.Hour).UTC().Format(http.TimeFormat):   0,
		"soon": 0, "-1": 0, "86401": 0, "": 0,
	} {
		got := answer{header: http.Header{"Retry-After": {text}}}.retryAfter()
		if (want - got).Abs() > 2*time.Second {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
