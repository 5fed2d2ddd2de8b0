package deploy

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// clients are as many as the program has connections for.
const clients = 4096

// All clients are connected at once, ask at once, and are answered, each what it asked.
// With the settings of the documents all of them are worked on at a time.
func checkManyClients(t *testing.T, p proxy) {
	haveFiles(t, 2*clients+1024) // the proxy has two connections for each
	mayAnswer := make(chan struct{})
	answer := sync.OnceFunc(func() { close(mayAnswer) })
	t.Cleanup(answer)
	portal := newPortal(t, mayAnswer)
	environment := []string{"ONLYOFFICE_URL=" + portal, "ONLYOFFICE_TOKEN=a", "CORS_ORIGINS=https://" + site, "PORTAL_TIMEOUT=30s"}
	program := serve(t, append(environment, strings.Fields(documented(t, "sh", "MAX_REQUESTS="))...), binary(t))
	f := p.start(t, p.site(t), program.public)

	began := time.Now()
	connections := make([]net.Conn, clients)
	each(t, connections, func(i int) (err error) {
		dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: patience}, Config: f.tls()}
		connections[i], err = dialer.DialContext(t.Context(), "tcp", "127.0.0.1:"+f.port)
		return err
	})
	t.Cleanup(func() {
		for _, connection := range connections {
			_ = connection.Close()
		}
	})
	connected := time.Since(began)
	each(t, connections, func(i int) error {
		_ = connections[i].SetDeadline(time.Now().Add(patience))
		query, _ := titleOf(10_000 + i)
		_, err := fmt.Fprintf(connections[i], "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", site, len(query), query)
		return err
	})
	most := 0
	for deadline := time.Now().Add(15 * time.Second); most < clients && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		_, text := ask(t, http.DefaultClient, http.MethodGet, "http://"+program.admin+"/metrics", "")
		now := 0
		_, _ = fmt.Sscan(regexp.MustCompile(`(?m)^graphql_requests_in_flight (\d+)$`).FindStringSubmatch(text)[1], &now)
		most = max(most, now)
	}
	answer()
	each(t, connections, func(i int) error {
		answer, err := http.ReadResponse(bufio.NewReader(connections[i]), nil)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(answer.Body)
		if _, want := titleOf(10_000 + i); err != nil || answer.StatusCode != http.StatusOK || string(text) != want {
			return fmt.Errorf("answered %d %.200s: %w", answer.StatusCode, text, err)
		}
		return nil
	})
	t.Logf("%d clients connected within %v, %d requests were worked on at a time, all ended within %v", clients, connected.Round(time.Millisecond), most, time.Since(began).Round(time.Millisecond))
	if most != clients {
		t.Errorf("only %d of %d requests were worked on at a time\n%.2000s", most, clients, f.log.String())
	}
}

// haveFiles lets this process, and those that it starts, have that many files open.
func haveFiles(t *testing.T, files uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Max < files {
		t.Fatalf("the hard limit of open files is %d and %d are needed: raise it (ulimit -Hn)", limit.Max, files)
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
}

// each does something for each connection, for some at a time, and reports the first few
// that fail.
func each(t *testing.T, connections []net.Conn, do func(i int) error) {
	t.Helper()
	var workers sync.WaitGroup
	failures := make(chan error, len(connections))
	next := make(chan int)
	for range 64 {
		workers.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					failures <- fmt.Errorf("client %d: %w", i, err)
				}
			}
		})
	}
	for i := range connections {
		next <- i
	}
	close(next)
	workers.Wait()
	close(failures)
	if len(failures) > 0 {
		t.Fatalf("%d of %d failed; one is %v", len(failures), len(connections), <-failures)
	}
}
