package deploy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const site = "api.example.com"

// certificate makes one for the site, once, as cert.pem and key.pem in a folder.
var certificate = sync.OnceValues(func() (folder string, err error) {
	goRoot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", err
	}
	generate := exec.Command("go", "run", filepath.Join(strings.TrimSpace(string(goRoot)), "src/crypto/tls/generate_cert.go"),
		"--host="+site, "--ecdsa-curve=P256", "--duration=24h")
	generate.Dir = work
	if text, err := generate.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, text)
	}
	return work, nil
})

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

// machineAddress returns an address of this machine that is not loopback.
func machineAddress(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && network.IP.IsGlobalUnicast() && network.IP.To4() != nil {
			return network.IP.String()
		}
	}
	t.Fatal("this machine has no address of a network, which a client's must be")
	return ""
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

// documented returns the block of code in docs/operating.md that is in that language and
// has that text.
func documented(t *testing.T, language, contains string) string {
	t.Helper()
	for _, block := range regexp.MustCompile("(?s)\n```"+language+"\n(.*?)```\n").FindAllStringSubmatch(read(t, "docs/operating.md"), -1) {
		if strings.Contains(block[1], contains) {
			return block[1]
		}
	}
	t.Fatalf("docs/operating.md has no %s with %s", language, contains)
	return ""
}

// proxy is a program that stands before this one, with the settings of the documents.
type proxy struct {
	site, below func(*testing.T) string                                        // its settings for a host, and for a path of it
	start       func(t *testing.T, settings string, programs ...string) *front // which are at these addresses
}

// front is a proxy that listens, with TLS, on all addresses of the machine.
type front struct {
	*process
	config, port     string
	certificate, key string // in files
	trusted          *x509.CertPool
}

// newFront returns what a proxy has before it is started.
func newFront(t *testing.T) *front {
	t.Helper()
	folder, err := certificate()
	if err != nil {
		t.Fatal(err)
	}
	f := &front{certificate: filepath.Join(folder, "cert.pem"), key: filepath.Join(folder, "key.pem"), trusted: x509.NewCertPool()}
	text, err := os.ReadFile(f.certificate)
	if err != nil {
		t.Fatal(err)
	}
	f.trusted.AppendCertsFromPEM(text)
	_, f.port, _ = net.SplitHostPort(freeAddress(t))
	return f
}

// client returns a client that reaches the site by the proxy at this address of the
// machine. It shows answers as they are: compressed, and that they lead elsewhere.
func (f *front) client(host string) *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			TLSClientConfig: f.tls(), ForceAttemptHTTP2: true, DisableCompression: true,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(host, f.port))
			},
		},
	}
}

func (f *front) tls() *tls.Config { return &tls.Config{RootCAs: f.trusted, ServerName: site} }

// wait returns when the proxy listens.
func (f *front) wait(t *testing.T) *front {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if connection, err := net.Dial("tcp", "127.0.0.1:"+f.port); err == nil {
			_ = connection.Close()
			return f
		}
	}
	t.Fatalf("the proxy does not listen\n%s", f.log.String())
	return nil
}

// nginx takes deploy/proxy/nginx.conf, in a file that is else as Debian has it, but with
// everything compressed that may be.
var nginx = proxy{
	site: func(t *testing.T) string { return read(t, "deploy/proxy/nginx.conf") },
	below: func(t *testing.T) string {
		text := read(t, "deploy/proxy/nginx.conf")
		start, end := strings.Index(text, "    location / "), strings.LastIndex(text, "}")
		return text[:start] + documented(t, "nginx", "location /crm/") + text[end:]
	},
	start: func(t *testing.T, settings string, programs ...string) *front {
		t.Helper()
		folder, f := t.TempDir(), newFront(t)
		f.config = write(t, filepath.Join(folder, "nginx.conf"), replaced(t, `daemon off; user root; worker_processes auto; pid FOLDER/pid; error_log stderr;
EVENTS
http {
    access_log off;
    gzip on; gzip_types *; gzip_proxied any; gzip_min_length 1; gzip_vary on;
    client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/f; uwsgi_temp_path FOLDER/u; scgi_temp_path FOLDER/s;
`, "FOLDER", folder, "EVENTS", documented(t, "nginx", "events"))+replaced(t, settings,
			"server 127.0.0.1:8080;", "server "+strings.Join(programs, "; server ")+";",
			"listen 443 ssl", "listen "+f.port+" ssl",
			"    listen [::]:443 ssl http2;\n", "",
			"/etc/ssl/api.example.com/fullchain.pem", f.certificate,
			"/etc/ssl/api.example.com/privkey.pem", f.key)+"}\n")
		if text, err := tool(t, "", "nginx", "-t", "-q", "-e", "stderr", "-p", folder, "-c", f.config); err != nil || text != "" {
			t.Fatalf("%v\n%s", err, text)
		}
		f.process = run(t, nil, "nginx", "-e", "stderr", "-p", folder, "-c", f.config)
		return f.wait(t)
	},
}

// caddy takes deploy/proxy/Caddyfile. The certificate is one of the test, as Caddy's own
// come from the internet.
var caddy = proxy{
	site: func(t *testing.T) string { return read(t, "deploy/proxy/Caddyfile") },
	below: func(t *testing.T) string {
		text := read(t, "deploy/proxy/Caddyfile")
		return text[:strings.LastIndex(text, site+" {")] + documented(t, "caddyfile", "/crm/")
	},
	start: func(t *testing.T, settings string, programs ...string) *front {
		t.Helper()
		folder, f := t.TempDir(), newFront(t)
		asItIs := write(t, filepath.Join(folder, "documented"), settings)
		if text, err := tool(t, "", "caddy", "validate", "--adapter", "caddyfile", "--config", asItIs); err != nil {
			t.Fatal(err, text)
		}
		f.config = write(t, filepath.Join(folder, "Caddyfile"), "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"+replaced(t, settings,
			site+" {", site+":"+f.port+" {\n\ttls "+f.certificate+" "+f.key, "reverse_proxy 127.0.0.1:8080", "reverse_proxy "+strings.Join(programs, " ")))
		f.process = run(t, []string{"HOME=" + folder}, "caddy", "run", "--adapter", "caddyfile", "--config", f.config)
		return f.wait(t)
	},
}
