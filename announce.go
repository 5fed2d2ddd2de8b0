package main

import (
	"fmt"
	"io"
	"net"
	"strings"
)

// announce tells the person at the terminal what runs where, and what to try.
func announce(w io.Writer, config Config, at addresses) {
	base := "http://" + reachable(at.public)
	var text strings.Builder
	fmt.Fprintf(&text, "\nONLYOFFICE CRM over GraphQL\n\n")
	if config.Explorer {
		fmt.Fprintf(&text, "  GraphiQL  %s/\n", base)
	}
	fmt.Fprintf(&text, "  GraphQL   %s/graphql\n", base)
	if config.Explorer {
		fmt.Fprintf(&text, "  Schema    %s/schema.graphql\n", base)
	}
	if at.admin != "" {
		fmt.Fprintf(&text, "  Metrics   http://%s/metrics\n", reachable(at.admin))
	}
	if at.demo == "" {
		fmt.Fprintf(&text, "  Portal    %s\n\n", config.PortalURL)
	} else {
		fmt.Fprintf(&text, "  Portal    the built-in demo, with invented data: http://%s/\n", reachable(at.demo))
		fmt.Fprintf(&text, "            (set ONLYOFFICE_URL to serve a real one)\n\n")
	}
	id, token := "3101", ""
	if at.demo == "" {
		id = "<an id of your portal>"
		if config.PortalToken == "" {
			token = "\n    -H 'Authorization: <your portal token>' \\"
		}
	}
	fmt.Fprintf(&text, "Try:\n\n  curl -s %s/graphql -H 'Content-Type: application/json' \\%s\n    -d '{\"query\":\"{ opportunity(id: %s) { title stage { title } contact { displayName } totalValue } }\"}'\n\n", base, token, id)
	_, _ = io.WriteString(w, text.String())
}

// reachable turns an address that is listened on into one that can be opened.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err == nil && isEverywhere(host) {
		return "localhost:" + port
	}
	return address
}

// bulleted puts each line of an error behind a dash.
func bulleted(err error) string {
	return "  - " + strings.ReplaceAll(err.Error(), "\n", "\n  - ")
}
