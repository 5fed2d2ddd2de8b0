package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/internal/observe"
	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

func TestBulleted(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff("  - a\n  - b", bulleted(errors.Join(errors.New("a"), errors.New("b")))); diff != "" {
		t.Error(diff)
	}
}

// A panic with a credential in its text is INTERNAL to the caller, and the log has its
// text without the credential. The panic here is in the observer of portal calls,
// which runs deepest in the portal's client, and once within a field.
func TestPanicsHoldNoCredential(t *testing.T) {
	const headerToken, cookieToken = "SECRET/header+token==", "SECRET/cookie+token=="
	t.Parallel()
	portal := httptest.NewServer(demo.New())
	t.Cleanup(portal.Close)
	address, err := url.Parse(portal.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, query := range map[string]string{
		"one call":      `{ viewer { displayName } }`,
		"many calls":    `{ opportunitiesByIds(ids: [3101, 3103, 3105]) { title } }`,
		"list":          `{ opportunities(first: 2) { nodes { title tags } } }`,
		"within fields": `{ opportunity(id: 3101) { stage { sortOrder } contact { about } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log testhttp.Output
			logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			client := upstream.New(upstream.Options{URL: address, Observe: func(context.Context, upstream.Call) {
				panic("a bug that holds Bearer " + headerToken + " and " + url.QueryEscape(cookieToken))
			}})
			t.Cleanup(client.Close)
			settings, err := config.Parse(nil, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			p := program{settings: settings, logger: logger, metrics: observe.NewMetrics(), portal: address, client: client, health: serve.NewHealth(client.Ping, logger)}
			server := testhttp.NewServer(t, p.publicHandler())
			got := testhttp.MustSend(t, http.MethodPost, server.URL+"/graphql", testhttp.BodyOf(query), testhttp.SendsJSON,
				"Authorization: Bearer "+headerToken, "Cookie: asc_auth_key="+cookieToken, "X-Upstream-Report: 1")
			if code := got.Code(t); code != "INTERNAL" || strings.Contains(got.Body, "bug") {
				t.Errorf("got %d %s", got.Status, got.Body)
			}
			for _, secret := range []string{headerToken, cookieToken, url.QueryEscape(cookieToken)} {
				if strings.Contains(fmt.Sprint(got.Header)+got.Body+log.String(), secret) {
					t.Errorf("%s is in the answer or in the log:\n%s\n%s", secret, got.Body, log.String())
				}
			}
			if !strings.Contains(log.String(), "a bug that holds") {
				t.Errorf("the log does not tell of the bug: %s", log.String())
			}
		})
	}
}

// No goroutine outlives the program, whichever way it ends. The test is not parallel: it
// counts them.
func TestShutdownLeavesNothing(t *testing.T) {
	const question = `{"query":"{ opportunity(id: 3101) { title } }"}`
	before := runtime.NumGoroutine()
	for _, drain := range []string{"10s", "10ms"} {
		ctx, stop := context.WithCancel(t.Context())
		ready, ended := make(chan serve.Addresses, 1), make(chan int, 1)
		go func() {
			args := []string{"--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--demo-listen=127.0.0.1:0", "--drain-timeout=" + drain}
			ended <- run(ctx, args, io.Discard, io.Discard, func(at serve.Addresses) { ready <- at })
		}()
		at := <-ready
		if got := testhttp.MustSend(t, http.MethodPost, "http://"+at.Public+"/graphql", question, testhttp.SendsJSON); got.Status != http.StatusOK {
			t.Errorf("got %d %s", got.Status, got.Body)
		}
		testhttp.Fetch(t, at.Public, "/readyz")
		testhttp.Fetch(t, at.Admin, "/metrics")
		var cutOff sync.WaitGroup
		if drain == "10ms" {
			testhttp.MustSend(t, http.MethodPost, "http://"+at.Demo+"/demo/faults", `{"kind":"Hang"}`, testhttp.SendsJSON)
			cutOff.Go(func() {
				_, _ = testhttp.Send(http.MethodPost, "http://"+at.Public+"/graphql", question, testhttp.SendsJSON)
			})
			testhttp.Eventually(t, "the portal is asked", func() bool {
				return strings.Contains(testhttp.Fetch(t, at.Demo, "/demo/calls").Body, `"GET crm/opportunity/{id}": 2`)
			})
		}
		stop()
		<-ended
		cutOff.Wait()
	}
	testhttp.Eventually(t, "the goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
}
