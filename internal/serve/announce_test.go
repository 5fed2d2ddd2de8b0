package serve

import (
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream"
)

func TestAnnounce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		what Announcement
		want string
	}{
		"demo": {Announcement{At: Addresses{"127.0.0.1:8080", "127.0.0.1:8081", "127.0.0.1:8082"}, Portal: PortalState{Version: "12.7.0"}, Explorer: true}, `
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
		"real, everywhere": {Announcement{At: Addresses{"[::]:80", "0.0.0.0:81", ""}, PortalURL: "https://portal.example.com", Portal: PortalState{Version: "12.7.0"}, Explorer: true}, `
ONLYOFFICE CRM over GraphQL

  GraphiQL  http://localhost:80/
  GraphQL   http://localhost:80/graphql
  Schema    http://localhost:80/schema.graphql
  Metrics   http://localhost:81/metrics
  Portal    https://portal.example.com
            answers; its version is 12.7.0

Try:

  curl -s http://localhost:80/graphql -H 'Content-Type: application/json' \
    -H 'Authorization: <your portal token>' \
    -d '{"query":"{ opportunity(id: <an id of your portal>) { title stage { title } contact { displayName } totalValue } }"}'

`},
		"single user, little else": {Announcement{At: Addresses{"[::1]:8080", "", ""}, PortalURL: "https://portal.example.com", HasToken: true}, `
ONLYOFFICE CRM over GraphQL

  GraphQL   http://[::1]:8080/graphql
  Portal    https://portal.example.com
            answers, but does not tell its version

Try:

  curl -s http://[::1]:8080/graphql -H 'Content-Type: application/json' \
    -d '{"query":"{ opportunity(id: <an id of your portal>) { title stage { title } contact { displayName } totalValue } }"}'

`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got strings.Builder
			test.what.Write(&got)
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnknownHostInWords(t *testing.T) {
	t.Parallel()
	const want = "cannot be used now: its host name is not known; correct --portal-url (ONLYOFFICE_URL) (each request tries again)"
	state := PortalState{Err: &upstream.Error{Kind: upstream.KindUnavailable, Err: &net.DNSError{Err: "no such host", IsNotFound: true}}}
	if got := state.String(); got != want {
		t.Error(got)
	}
}
