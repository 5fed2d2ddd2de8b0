package blackbox

import (
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/internal/testhttp"
)

// An admin listener that is open to others logs a warning.
func TestAdminListenWarning(t *testing.T) {
	t.Parallel()
	const warning = "the admin listener is open to other machines, and shows metrics, and profiles where they are on: keep it in a network that you trust"
	for listen, want := range map[string]int{":0": 1, "0.0.0.0:0": 1, "127.0.0.1:0": 0, "localhost:0": 0, "off": 0} {
		if lines := start(t, "--admin-listen="+listen).logged(t, want, warning); len(lines) != want {
			t.Errorf("%s: warned %d times", listen, len(lines))
		}
	}
}

// However many hold connections of the admin listener, it has room for one more.
func TestAdminConnectionsTooMany(t *testing.T) {
	t.Parallel()
	p := start(t)
	first := connect(t, p.Admin)
	if !probes(first) {
		t.Fatal("it does not answer")
	}
	for range serve.AdminConnections {
		connect(t, p.Admin)
	}
	if got := testhttp.Fetch(t, p.Admin, "/healthz"); got.Status != http.StatusOK {
		t.Errorf("got %d", got.Status)
	}
	testhttp.Eventually(t, "the idle one gives way", func() bool { // the server may have been slow to see that it is
		connect(t, p.Admin)
		_ = first.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		_, err := first.Read(make([]byte, 1))
		return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
	})
}
