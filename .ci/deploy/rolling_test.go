package deploy

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Two replicas behind nginx are taken out and restarted one after the other under load, and
// no request fails: neither reads nor writes, which nginx must not repeat.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	addresses := []string{freeAddress(t), freeAddress(t)}
	portal := freeAddress(t)
	serve(t, []string{"DEMO_ADDR=" + portal}, binary(t)) // whose demo portal is that of both
	start := func(n int) *process {
		return serve(t, []string{"LISTEN_ADDR=" + addresses[n], "ONLYOFFICE_URL=http://" + portal, "ONLYOFFICE_TOKEN=demo-anna.lindqvist", "WRITES=on", "DRAIN_DELAY=1s", "CORS_ORIGINS=https://" + site}, binary(t))
	}
	replicas := []*process{start(0), start(1)}
	proxy := nginx.start(t, nginx.site(t), addresses...)
	whole, err := os.ReadFile(proxy.config)
	if err != nil {
		t.Fatal(err)
	}
	reload := func(text string) {
		write(t, proxy.config, text)
		_ = proxy.Process.Signal(syscall.SIGHUP)
		time.Sleep(500 * time.Millisecond)
	}
	client := proxy.client("127.0.0.1")

	var asked atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	for i := range 8 {
		body := `{"query":"{ opportunity(id: 3101) { title } }"}`
		if i%2 == 1 {
			body = `{"query":"mutation { closeTask(input: {id: 628}) { userErrors { code } } }"}`
		}
		clients.Go(func() {
			for ctx.Err() == nil {
				asked.Add(1)
				if status, text := ask(t, client, http.MethodPost, "https://"+site+"/graphql", body); status != http.StatusOK || strings.Contains(text, `"errors"`) {
					t.Errorf("answered %d %.200s", status, text)
					return
				}
			}
		})
	}
	for n := range replicas {
		time.Sleep(time.Second)
		reload(replaced(t, string(whole), "server "+addresses[n]+";", "server "+addresses[n]+" down;"))
		if status := replicas[n].stop(t); status != 0 {
			t.Errorf("replica %d ends with %d", n, status)
		}
		replicas[n] = start(n)
		reload(string(whole))
	}
	time.Sleep(time.Second)
	stop()
	clients.Wait()
	t.Logf("%d requests were answered\n%s", asked.Load(), proxy.log.String())
	if asked.Load() < 100 {
		t.Error("there was no load")
	}
}
