package main

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnnounce(t *testing.T) {
	t.Parallel()
	real := Config{Explorer: true, PortalURL: portalURL{&url.URL{Scheme: "https", Host: "portal.example.com"}}}
	single := real
	single.PortalToken, single.Explorer = "s3cr3t", false
	tests := map[string]struct {
		config Config
		at     addresses
		want   string
	}{
		"demo": {Config{Explorer: true}, addresses{"127.0.0.1:8080", "127.0.0.1:8081", "127.0.0.1:8082"}, `
ONLYOFFICE CRM over GraphQL

  GraphiQL  http://127.0.0.1:8080/
  GraphQL   http://127.0.0.1:8080/graphql
  Schema    http://127.0.0.1:8080/schema.graphql
  Metrics   http://127.0.0.1:8081/metrics
  Portal    the built-in demo, with invented data: http://127.0.0.1:8082/
            (set ONLYOFFICE_URL to serve a real one)

Try:

  curl -s http://127.0.0.1:8080/graphql -H 'Content-Type: application/json' \
    -d '{"query":"{ opportunity(id: 3101) { title stage { title } contact { displayName } totalValue } }"}'

`},
		"real, everywhere": {real, addresses{"[::]:80", "0.0.0.0:81", ""}, `
ONLYOFFICE CRM over GraphQL

  GraphiQL  http://localhost:80/
  GraphQL   http://localhost:80/graphql
  Schema    http://localhost:80/schema.graphql
  Metrics   http://localhost:81/metrics
  Portal    https://portal.example.com

Try:

  curl -s http://localhost:80/graphql -H 'Content-Type: application/json' \
    -H 'Authorization: <your portal token>' \
    -d '{"query":"{ opportunity(id: <an id of your portal>) { title stage { title } contact { displayName } totalValue } }"}'

`},
		"single user, little else": {single, addresses{"[::1]:8080", "", ""}, `
ONLYOFFICE CRM over GraphQL

  GraphQL   http://[::1]:8080/graphql
  Portal    https://portal.example.com

Try:

  curl -s http://[::1]:8080/graphql -H 'Content-Type: application/json' \
    -d '{"query":"{ opportunity(id: <an id of your portal>) { title stage { title } contact { displayName } totalValue } }"}'

`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got strings.Builder
			announce(&got, test.config, test.at)
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBulleted(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff("  - a\n  - b", bulleted(errors.Join(errors.New("a"), errors.New("b")))); diff != "" {
		t.Error(diff)
	}
}
