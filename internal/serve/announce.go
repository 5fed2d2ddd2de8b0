package serve

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"onlyoffice-graphql/upstream"
)

// Addresses are where a running program listens, each host:port.
type Addresses struct {
	Public string
	Admin  string // "" for no admin listener
	Demo   string // "" when the portal is a real one
}

// Announcement tells the person at the terminal what runs where, what came of a
// first look at the portal, and what to try.
type Announcement struct {
	At        Addresses
	PortalURL string
	Portal    PortalState
	Explorer  bool // there is a page to explore the API, and a schema to read
	HasToken  bool // callers need no credential of their own
}

// Write writes the announcement.
func (a Announcement) Write(w io.Writer) {
	base := "http://" + Reachable(a.At.Public)
	var text strings.Builder
	fmt.Fprintf(&text, "\nONLYOFFICE CRM over GraphQL\n\n")
	if a.Explorer {
		fmt.Fprintf(&text, "  GraphiQL  %s/\n", base)
	}
	fmt.Fprintf(&text, "  GraphQL   %s/graphql\n", base)
	if a.Explorer {
		fmt.Fprintf(&text, "  Schema    %s/schema.graphql\n", base)
	}
	if a.At.Admin != "" {
		fmt.Fprintf(&text, "  Metrics   http://%s/metrics\n", Reachable(a.At.Admin))
	}
	id, token := "3101", ""
	if a.At.Demo == "" {
		fmt.Fprintf(&text, "  Portal    %s\n            %s\n\n", a.PortalURL, a.Portal)
		id = "<an id of your portal>"
		if !a.HasToken {
			token = "\n    -H 'Authorization: <your portal token>' \\"
		}
	} else {
		fmt.Fprintf(&text, "  Portal    the built-in demo, with invented data: http://%s/\n", Reachable(a.At.Demo))
		fmt.Fprintf(&text, "            (set ONLYOFFICE_URL to serve a real one)\n\n")
	}
	fmt.Fprintf(&text, "Try:\n\n  curl -s %s/graphql -H 'Content-Type: application/json' \\%s\n    -d '{\"query\":\"{ opportunity(id: %s) { title stage { title } contact { displayName } totalValue } }\"}'\n\n", base, token, id)
	_, _ = io.WriteString(w, text.String())
}

// PortalState is what came of a look at the portal.
type PortalState struct {
	Version string // "" where the portal did not tell it
	Err     error  // why the portal does not answer; nil when it does
}

// String returns the state in one line.
func (s PortalState) String() string {
	switch {
	case s.Err != nil:
		return "cannot be used now: " + s.WhyNot() + " (each request tries again)"
	case s.Version != "":
		return "answers; its version is " + s.Version
	default:
		return "answers, but does not tell its version"
	}
}

// WhyNot says in plain words why the portal does not answer, and what to do.
func (s PortalState) WhyNot() string {
	const setting = "--portal-url (ONLYOFFICE_URL)"
	var portal *upstream.Error
	var plainHTTP tls.RecordHeaderError
	if !errors.As(s.Err, &portal) {
		return "see the log"
	}
	switch kind := portal.Kind; {
	case portal.UnknownHost():
		return "its host name is not known; correct " + setting
	case portal.UntrustedCertificate():
		return "its certificate is not trusted; name a file with its authority in SSL_CERT_FILE, or the portal by the name in the certificate in " + setting
	case errors.As(portal.Err, &plainHTTP):
		return "it speaks no https at that port; correct " + setting
	case errors.Is(portal.Err, syscall.ECONNREFUSED):
		return "nothing listens there; start the portal, or correct host and port in " + setting
	case kind == upstream.KindTimeout:
		return "it does not answer in time; see whether it runs and whether a firewall lets this machine reach it, or correct " + setting
	case kind == upstream.KindBadAnswer:
		return "something else than a portal's API answers there, such as a web page; give the address of the portal itself in " + setting + ", without the path of a page"
	case kind == upstream.KindServer:
		return fmt.Sprintf("it fails with HTTP %d; look after the portal, or the proxy before it", portal.Status)
	default:
		return kind.String() + "; see the log"
	}
}
