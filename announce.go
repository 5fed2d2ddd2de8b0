package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/upstream"
)

// announce tells the person at the terminal what runs where, what came of a first
// look at the portal, and what to try.
func announce(w io.Writer, settings config.Config, at addresses, portal portalState) {
	base := "http://" + reachable(at.public)
	var text strings.Builder
	fmt.Fprintf(&text, "\nONLYOFFICE CRM over GraphQL\n\n")
	if settings.Explorer {
		fmt.Fprintf(&text, "  GraphiQL  %s/\n", base)
	}
	fmt.Fprintf(&text, "  GraphQL   %s/graphql\n", base)
	if settings.Explorer {
		fmt.Fprintf(&text, "  Schema    %s/schema.graphql\n", base)
	}
	if at.admin != "" {
		fmt.Fprintf(&text, "  Metrics   http://%s/metrics\n", reachable(at.admin))
	}
	if at.demo == "" {
		fmt.Fprintf(&text, "  Portal    %s\n            %s\n\n", settings.PortalURL, portal)
	} else {
		fmt.Fprintf(&text, "  Portal    the built-in demo, with invented data: http://%s/\n", reachable(at.demo))
		fmt.Fprintf(&text, "            (set ONLYOFFICE_URL to serve a real one)\n\n")
	}
	id, token := "3101", ""
	if at.demo == "" {
		id = "<an id of your portal>"
		if settings.PortalToken == "" {
			token = "\n    -H 'Authorization: <your portal token>' \\"
		}
	}
	fmt.Fprintf(&text, "Try:\n\n  curl -s %s/graphql -H 'Content-Type: application/json' \\%s\n    -d '{\"query\":\"{ opportunity(id: %s) { title stage { title } contact { displayName } totalValue } }\"}'\n\n", base, token, id)
	_, _ = io.WriteString(w, text.String())
}

// portalState is what came of a look at the portal.
type portalState struct {
	version string // "" where the portal did not tell it
	err     error  // why the portal does not answer; nil when it does
}

// String returns the state in one line.
func (s portalState) String() string {
	switch {
	case s.err != nil:
		return "cannot be used now: " + s.whyNot() + " (each request tries again)"
	case s.version != "":
		return "answers; its version is " + s.version
	default:
		return "answers, but does not tell its version"
	}
}

// whyNot says in plain words why the portal does not answer, and what to do.
func (s portalState) whyNot() string {
	const setting = "--portal-url (ONLYOFFICE_URL)"
	var portal *upstream.Error
	var plainHTTP tls.RecordHeaderError
	if !errors.As(s.err, &portal) {
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

// reachable turns an address that is listened on into one that can be opened.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err == nil && config.IsEverywhere(host) {
		return "localhost:" + port
	}
	return address
}

// bulleted puts each line of an error behind a dash.
func bulleted(err error) string {
	return "  - " + strings.ReplaceAll(err.Error(), "\n", "\n  - ")
}
