package deploy

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Below a path all works as at the top, and nothing leads out of it.
func checkBelow(t *testing.T, p proxied) {
	const base = "https://" + site + "/crm/"
	query, answer := titleOf(7)
	for path, test := range map[string]struct {
		body     string
		status   int
		contains string
	}{
		"crm/":                    {"", 200, "<html"},
		"crm/graphql":             {query, 200, answer},
		"crm//graphql":            {query, 200, answer},
		"crm/./graphql/":          {query, 200, answer},
		"crm/schema.graphql":      {"", 200, "type Query"},
		"crm/explorer":            {"", 404, ""},
		"crm/nothing":             {"", 404, ""},
		"crm/healthz":             {"", 404, ""},
		"crm//readyz":             {"", 404, ""},
		"crm/explorer/../healthz": {"", 404, ""},
		"crm/healthz/.":           {"", 404, ""},
	} {
		method := http.MethodGet
		if test.body != "" {
			method = http.MethodPost
		}
		got, text := send(t, p.client, method, "https://"+site+"/"+path, test.body, nil)
		if got.StatusCode != test.status || !strings.Contains(text, test.contains) || got.Header.Get("Location") != "" {
			t.Errorf("%s is answered %d %v %.300s", path, got.StatusCode, got.Header, text)
		}
	}
	if got, text := send(t, p.client, http.MethodPost, "https://"+site+"/graphql", query, nil); strings.Contains(text, answer) {
		t.Errorf("above it is answered %d %s", got.StatusCode, text)
	}
	got, _ := send(t, p.client, http.MethodGet, strings.TrimSuffix(base, "/"), "", nil)
	if to, err := got.Location(); err != nil || got.StatusCode/100 != 3 || to.Hostname() != site || to.Path != "/crm/" {
		t.Errorf("without the slash: %d %v, %v", got.StatusCode, got.Header, err)
	}
	checkPage(t, p, base)
}

// checkPage asks for what the page of GraphiQL links, and for all that is there beside.
func checkPage(t *testing.T, p proxied, address string) {
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	_, page := send(t, p.client, http.MethodGet, address, "", nil)
	var links []string
	for _, link := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		to, err := base.Parse(link[1])
		if err != nil || !strings.HasPrefix(to.String(), address) {
			t.Errorf("a link leads to %s: %v", link[1], err)
			continue
		}
		links = append(links, to.String())
	}
	folder := filepath.Join(top, "explorer/dist")
	err = fs.WalkDir(os.DirFS(folder), "explorer", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			links = append(links, address+strings.TrimSuffix(strings.TrimSuffix(path, ".br"), ".gz"))
		}
		return err
	})
	if err != nil || len(links) < 20 {
		t.Fatalf("there are only %d links: %v", len(links), err)
	}
	for _, link := range links {
		if got, text := send(t, p.client, http.MethodGet, link, "", nil); got.StatusCode != http.StatusOK || text == "" {
			t.Errorf("%s is answered %d, %d bytes", link, got.StatusCode, len(text))
		}
	}
}
