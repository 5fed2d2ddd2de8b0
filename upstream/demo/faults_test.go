package demo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

const one3101 = "/api/2.0/crm/opportunity/3101"

// fetch asks over a real connection, where bodies can break.
func fetch(ctx context.Context, server *httptest.Server, path string) (*http.Response, string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, http.NoBody)
	if err != nil {
		return nil, "", err
	}
	r.Header.Set("Authorization", Token)
	client := *server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer, string(body), err
}

func TestFaultsThatReplaceTheAnswer(t *testing.T) {
	t.Parallel()
	for kind, want := range map[FaultKind]struct {
		status            int
		contentType, body string
		header, value     string
	}{
		ServerError:    {500, jsonType, golden(t, "error_server.json"), "", ""},
		BadGateway:     {502, htmlType, "502 Bad Gateway", "", ""},
		Unavailable503: {503, "", "", "Content-Length", "0"},
		RateLimited:    {429, htmlType, "429", "Retry-After", "1"},
		HTMLPage:       {200, htmlType, "<!DOCTYPE html>", "", ""},
		SignInPage:     {302, htmlType, "Object moved", "Location", "/Auth.aspx?refererurl=%2f"},
		WrongShape:     {200, jsonType, `"response":"a text`, "", ""},
	} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			p := New()
			remove := p.Inject(Fault{Kind: kind})
			got := ask(t, p, http.MethodGet, one3101)
			if got.status != want.status || got.header.Get("Content-Type") != want.contentType || !strings.Contains(got.body, want.body) {
				t.Errorf("%d %q %s", got.status, got.header.Get("Content-Type"), got.body)
			}
			if want.header != "" && got.header.Get(want.header) != want.value {
				t.Errorf("%s: %q", want.header, got.header.Get(want.header))
			}
			remove()
			remove() // twice does no harm
			if got := ask(t, p, http.MethodGet, one3101); got.status != 200 || got.body != golden(t, "opportunity_3101.json") {
				t.Errorf("after removal: %d %s", got.status, got.body)
			}
		})
	}
}

func TestSignInPageBelowAPrefix(t *testing.T) {
	t.Parallel()
	p := New()
	p.Inject(Fault{Kind: SignInPage, Times: 1})
	server := httptest.NewServer(http.StripPrefix("/portal", p))
	defer server.Close()
	answer, _, err := fetch(t.Context(), server, "/portal"+one3101)
	if err != nil || answer.Header.Get("Location") != "/portal/Auth.aspx?refererurl=%2f" {
		t.Fatalf("%v %v", err, answer)
	}
	answer, body, err := fetch(t.Context(), server, answer.Header.Get("Location"))
	if err != nil || answer.StatusCode != 200 || !strings.Contains(body, "sign-in") || p.Calls()["GET Auth.aspx"] != 1 {
		t.Errorf("%v %d %s %v", err, answer.StatusCode, body, p.Calls())
	}
}

func TestFaultsOfTheConnection(t *testing.T) {
	t.Parallel()
	p := New()
	server := httptest.NewServer(p)
	defer server.Close()

	p.Inject(Fault{Kind: Truncated, Times: 1})
	if answer, body, err := fetch(t.Context(), server, one3101); !errors.Is(err, io.ErrUnexpectedEOF) || answer.StatusCode != 200 {
		t.Errorf("truncated: %v with %d bytes", err, len(body))
	}
	p.Inject(Fault{Kind: Reset, Times: 1})
	if _, _, err := fetch(t.Context(), server, one3101); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("reset: %v", err)
	}
	p.Inject(Fault{Kind: SlowBody, Delay: time.Nanosecond, Times: 1})
	if _, body, err := fetch(t.Context(), server, one3101); err != nil || body != golden(t, "opportunity_3101.json") {
		t.Errorf("slow body: %v %s", err, body)
	}
	remove := p.Inject(Fault{Kind: SlowBody, Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, _, err := fetch(ctx, server, one3101); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("endless body: %v", err)
	}
	remove()
	if answer, _, err := fetch(t.Context(), server, one3101); err != nil || answer.StatusCode != 200 {
		t.Errorf("afterwards: %v", err)
	}
}

func TestHangEnds(t *testing.T) {
	t.Parallel()
	for name, release := range map[string]func(*Portal, context.CancelFunc){
		"client goes away": func(_ *Portal, cancel context.CancelFunc) { cancel() },
		"faults cleared":   func(p *Portal, _ context.CancelFunc) { p.ClearFaults() },
		"portal closed":    func(p *Portal, _ context.CancelFunc) { _ = p.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := New()
			p.Inject(Fault{Kind: Hang, Route: "crm/opportunity/{id}"})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan struct{})
			go func() {
				defer close(done)
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, one3101, http.NoBody)
				p.ServeHTTP(httptest.NewRecorder(), r)
			}()
			for p.Calls()["GET crm/opportunity/{id}"] == 0 {
				time.Sleep(time.Millisecond)
			}
			release(p, cancel)
			<-done
		})
	}
}

func TestHangNoticesThatAPostWasGivenUp(t *testing.T) {
	t.Parallel()
	p := New()
	p.Inject(Fault{Kind: Hang, Route: "batch"})
	server := httptest.NewServer(p)
	ctx, cancel := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/api/2.0/batch", strings.NewReader("batch=%5B%5D"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	go func() {
		for p.Calls()["POST batch"] == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if answer, err := server.Client().Do(r); !errors.Is(err, context.Canceled) {
		t.Errorf("%v %v", answer, err)
	}
	server.Close() // waits for the handler
}

func TestFaultsChooseTheirCalls(t *testing.T) {
	t.Parallel()
	p := New()
	count := func(n int, path string) (failures int) {
		for range n {
			failures += number(get(t, p, path).status == 500)
		}
		return failures
	}
	p.Inject(Fault{Kind: ServerError, Route: "crm/opportunity/{id}", ID: 3102})
	if count(2, "crm/opportunity/3102") != 2 || count(2, "crm/opportunity/3101") != 0 || count(2, "crm/opportunity/3102/contact") != 0 {
		t.Error("route and id")
	}
	p.ClearFaults()
	p.Inject(Fault{Kind: ServerError, ID: 3102, Times: 3})
	if count(2, "crm/opportunity/3102/contact") != 2 || count(4, "crm/opportunity/3102") != 1 {
		t.Error("times")
	}
	p.ClearFaults()
	p.Inject(Fault{Kind: ServerError, Rate: 0.25})
	if n := count(400, "crm/opportunity/stage/11"); n < 70 || n > 130 {
		t.Errorf("rate: %d of 400", n)
	}
}

func TestDelays(t *testing.T) {
	t.Parallel()
	p := New()
	p.Inject(Fault{Kind: Delay, Delay: 3 * time.Millisecond, Route: "crm/opportunity/{id}"})
	begin := time.Now()
	if got := ask(t, p, http.MethodGet, one3101); got.status != 200 || time.Since(begin) < 3*time.Millisecond {
		t.Errorf("%d after %v", got.status, time.Since(begin))
	}
	begin = time.Now()
	if got := postBatch(t, p, `[{"RelativeUrl":"`+one3101+`"},{"RelativeUrl":"`+one3101+`"}]`); got.status != 201 || time.Since(begin) < 6*time.Millisecond {
		t.Errorf("batch: %d after %v", got.status, time.Since(begin))
	}
}

func TestFaultsOfTheBatch(t *testing.T) {
	t.Parallel()
	p := New()
	const items = `[{"Name":"a","RelativeUrl":"/api/2.0/crm/opportunity/3101"},{"Name":"b","RelativeUrl":"/api/2.0/crm/opportunity/3102"}]`
	for name, tt := range map[string]struct {
		fault  Fault
		status int
		body   string
	}{
		"no batch":      {Fault{Kind: NoBatch}, 404, "<!DOCTYPE html>"},
		"garbage":       {Fault{Kind: BatchGarbage}, 201, "<<< this is no JSON"},
		"doubled":       {Fault{Kind: BatchDoubled}, 500, `"data":{}}}{"status":1`},
		"doubled by b":  {Fault{Kind: BatchDoubled, ID: 3102}, 500, `"data":{}}}{"status":1`},
		"whole":         {Fault{Kind: ServerError, Route: "batch"}, 500, `{"status":1,"statusCode":500`},
		"whole by all":  {Fault{Kind: BadGateway}, 502, "502 Bad Gateway"},
		"whole shape":   {Fault{Kind: WrongShape, Route: "batch"}, 201, `"response":"a text`},
		"null b":        {Fault{Kind: BatchNullItem, ID: 3102}, 201, `}}"},null]}`},
		"null both":     {Fault{Kind: BatchNullItem}, 201, `"response":[null,null]}`},
		"null by batch": {Fault{Kind: BatchNullItem, Route: "batch"}, 201, `"response":[null,null]}`},
		"error in b":    {Fault{Kind: ServerError, Route: "crm/opportunity/{id}", ID: 3102}, 201, `{"name":"b","status":500,`},
		"html in b":     {Fault{Kind: BadGateway, ID: 3102}, 201, `"data":"<!DOCTYPE html>`},
		"page in b":     {Fault{Kind: HTMLPage, ID: 3102}, 201, `{"name":"b","status":200,"headers":{"x-AspNet-Version":"4.0.30319","cache-Control":"private, max-age=0","eTag":`},
		"shape of b":    {Fault{Kind: WrongShape, ID: 3102}, 201, `\"response\":\"a text`},
		"ids of b":      {Fault{Kind: NoNestedIDs, ID: 3102}, 201, `\"color\":\"#e795c1\"}`},
		"not for items": {Fault{Kind: SignInPage, ID: 3102}, 201, `{"name":"b","status":200,`},
	} {
		remove := p.Inject(tt.fault)
		if got := postBatch(t, p, items); got.status != tt.status || !strings.Contains(got.body, tt.body) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		remove()
	}
	p.Inject(Fault{Kind: Truncated, ID: 3101})
	var rows []batchRow
	open(t, postBatch(t, p, items), &rows)
	if whole := golden(t, "opportunity_3101.json"); rows[0].Data != whole[:len(whole)/2] || !strings.HasSuffix(rows[1].Data, "}}") {
		t.Errorf("truncated data: %d and %d bytes", len(rows[0].Data), len(rows[1].Data))
	}
}

func TestNoNestedIDs(t *testing.T) {
	t.Parallel()
	p := New()
	p.Inject(Fault{Kind: NoNestedIDs})
	if got := get(t, p, "crm/opportunity/3105"); got.body != golden(t, "opportunity_3105_without_ids.json") {
		t.Errorf("got\n%s\nwant\n%s", got.body, golden(t, "opportunity_3105_without_ids.json"))
	}
	if got := get(t, p, "crm/contact/2001").body; !strings.Contains(got, `"canDelete":false},"title":"Fleet Director"`) || !strings.HasSuffix(got, `"id":2001}}`) {
		t.Error(got)
	}
}
