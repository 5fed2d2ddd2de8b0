package serve

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// healthcheckTimeout is less than container engines wait for a health check.
const healthcheckTimeout = 2 * time.Second

// Healthcheck asks the program that listens on address, host:port, whether it is alive,
// and returns why not. It goes through no proxy.
func Healthcheck(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, healthcheckTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+Reachable(address)+"/healthz", nil)
	if err != nil {
		return err
	}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if err != nil {
		return err
	}
	if said := strings.TrimSpace(string(text)); answer.StatusCode != http.StatusOK || said != isAlive {
		return fmt.Errorf("%s answers HTTP %d, and is not this program or not well", address, answer.StatusCode)
	}
	return nil
}
