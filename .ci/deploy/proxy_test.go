package deploy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const site = "api.example.com"

// certificate makes one for the site, in files, and returns a pool that trusts it.
func certificate(t *testing.T) (certificate, key string, trusted *x509.CertPool) {
	t.Helper()
	folder := t.TempDir()
	certificate, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	goRoot, err := tool(t, "", "go", "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	generate := filepath.Join(strings.TrimSpace(goRoot), "src/crypto/tls/generate_cert.go")
	if text, err := tool(t, folder, "go", "run", generate, "--host="+site, "--ecdsa-curve=P256", "--duration=24h"); err != nil {
		t.Fatal(err, text)
	}
	text, err := os.ReadFile(certificate)
	if err != nil {
		t.Fatal(err)
	}
	trusted = x509.NewCertPool()
	trusted.AppendCertsFromPEM(text)
	return certificate, key, trusted
}

// freeAddress returns an address of this machine that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// replaced replaces each old text, which must be there.
func replaced(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("there is no %q in\n%s", pairs[i], text)
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// through returns a client that reaches the site by a proxy at address, which listens.
func through(t *testing.T, proxy *process, address string, trusted *x509.CertPool) *http.Client {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if connection, err := net.Dial("tcp", address); err == nil {
			_ = connection.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the proxy does not listen\n%s", proxy.log.String())
		}
	}
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted, ServerName: site}, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		},
	}}
}

// checkProxy asks the program through a proxy with TLS at address: what the program
// takes, the proxy lets through.
func checkProxy(t *testing.T, proxy *process, address string, trusted *x509.CertPool) {
	t.Helper()
	client := through(t, proxy, address, trusted)
	const answer = `{"data":{"opportunity":{"title":"Fleet telematics rollout"}}}`
	blanks := func(n int) string { return strings.Repeat(" ", n) }
	for what, test := range map[string]struct {
		method, path, body string
		status             int
		contains           string
	}{
		"a query":           {http.MethodPost, "/graphql", `{"query":"{ opportunity(id: 3101) { title } }"}`, 200, answer},
		"a large query":     {http.MethodPost, "/graphql", `{"query":"{ opportunity(id: 3101) { title } }` + blanks(200<<10) + `"}`, 200, answer},
		"one too large":     {http.MethodPost, "/graphql", `{"query":"` + blanks(300<<10) + `"}`, 413, "BODY_TOO_LARGE"},
		"by its address":    {http.MethodGet, "/graphql?query={opportunity(id:3101){title}}", "", 200, answer},
		"a long address":    {http.MethodGet, "/graphql?query={opportunity(id:3101){title}}" + strings.Repeat("%20", 15<<10), "", 200, answer},
		"GraphiQL":          {http.MethodGet, "/", "", 200, "<html"},
		"no health outside": {http.MethodGet, "/healthz", "", 404, ""},
		"nor readiness":     {http.MethodGet, "/readyz?portal=ignore", "", 404, ""},
	} {
		if status, text := ask(t, client, test.method, "https://"+site+test.path, test.body); status != test.status || !strings.Contains(text, test.contains) {
			t.Errorf("%s is answered %d %.300s", what, status, text)
		}
	}
}

// nginx takes deploy/proxy/nginx.conf, and serves the program with TLS.
func TestNginx(t *testing.T) {
	t.Parallel()
	p := serve(t, nil, binary(t))
	proxy, _, address, trusted := nginx(t, "server "+p.public+";")
	checkProxy(t, proxy, address, trusted)
}

// nginx runs with deploy/proxy/nginx.conf, kept in config, in front of these servers.
func nginx(t *testing.T, servers string) (proxy *process, config, address string, trusted *x509.CertPool) {
	t.Helper()
	folder, address := t.TempDir(), freeAddress(t)
	certificate, key, trusted := certificate(t)
	site := replaced(t, read(t, "deploy/proxy/nginx.conf"),
		"server 127.0.0.1:8080;", servers,
		"listen 443 ssl", "listen "+address+" ssl",
		"    listen [::]:443 ssl http2;\n", "",
		"/etc/ssl/api.example.com/fullchain.pem", certificate,
		"/etc/ssl/api.example.com/privkey.pem", key)
	config = write(t, filepath.Join(folder, "nginx.conf"), replaced(t, `daemon off; user root; pid FOLDER/pid; error_log stderr; events {}
http {
    access_log off;
    client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/f; uwsgi_temp_path FOLDER/u; scgi_temp_path FOLDER/s;
`, "FOLDER", folder)+site+"}\n")
	if text, err := tool(t, "", "nginx", "-t", "-q", "-e", "stderr", "-p", folder, "-c", config); err != nil || text != "" {
		t.Fatalf("%v\n%s", err, text)
	}
	return run(t, nil, "nginx", "-e", "stderr", "-p", folder, "-c", config), config, address, trusted
}

// Caddy takes deploy/proxy/Caddyfile, and serves the program with TLS. The certificate is
// one of the test, as Caddy's own come from the internet.
func TestCaddy(t *testing.T) {
	t.Parallel()
	p := serve(t, nil, binary(t))
	folder, address := t.TempDir(), freeAddress(t)
	certificate, key, trusted := certificate(t)
	text := read(t, "deploy/proxy/Caddyfile")
	if text, err := tool(t, "", "caddy", "validate", "--adapter", "caddyfile", "--config", filepath.Join(top, "deploy/proxy/Caddyfile")); err != nil {
		t.Fatal(err, text)
	}
	_, port, _ := net.SplitHostPort(address)
	config := write(t, filepath.Join(folder, "Caddyfile"), "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"+replaced(t, text,
		site+" {", site+":"+port+" {\n\ttls "+certificate+" "+key, "reverse_proxy 127.0.0.1:8080", "reverse_proxy "+p.public))
	checkProxy(t, run(t, []string{"HOME=" + folder}, "caddy", "run", "--adapter", "caddyfile", "--config", config), address, trusted)
}

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
	proxy, config, address, trusted := nginx(t, "server "+addresses[0]+"; server "+addresses[1]+";")
	whole, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	reload := func(text string) {
		write(t, config, text)
		_ = proxy.Process.Signal(syscall.SIGHUP)
		time.Sleep(500 * time.Millisecond)
	}
	client := through(t, proxy, address, trusted)

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
