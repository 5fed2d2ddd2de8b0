// Package crm asks the CRM from Go. genqlient writes a function and types for
// each operation in operations.graphql.
package crm

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

//go:generate go tool genqlient

// signed sends the caller's portal token with every request.
type signed struct{ token string }

func (s signed) RoundTrip(request *http.Request) (*http.Response, error) {
	if s.token != "" {
		request = request.Clone(request.Context())
		request.Header.Set("Authorization", s.token)
	}
	return http.DefaultTransport.RoundTrip(request)
}

// NewClient returns a client of the server at url, such as
// http://127.0.0.1:8080/graphql. The demo portal takes no token.
func NewClient(url, token string) graphql.Client {
	return graphql.NewClient(url, &http.Client{Transport: signed{token}})
}

// listOf returns the errors of an answer; none when the server was not reached.
func listOf(err error) gqlerror.List {
	var list gqlerror.List
	var refused *graphql.HTTPError // not worked on at all: 413, 503
	switch {
	case errors.As(err, &list):
	case errors.As(err, &refused):
		list = refused.Response.Errors
	}
	return list
}

// Code returns the extensions.code of an error, or "" when the server was not
// reached. Of several errors it is the first one's, but UNAUTHENTICATED wherever
// that stands. An operation that fails in part returns what could be answered
// beside its error.
func Code(err error) string {
	first := ""
	for i, e := range listOf(err) {
		code, _ := e.Extensions["code"].(string)
		if i == 0 || code == "UNAUTHENTICATED" {
			first = code
		}
	}
	return first
}

// Message returns all that has failed in one line: what stands first, where, and
// how much more.
func Message(err error) string {
	list := listOf(err)
	if len(list) == 0 {
		return err.Error()
	}
	message := list[0].Message
	if place := list[0].Path.String(); place != "" {
		message = place + ": " + message
	}
	if others := len(list) - 1; others > 0 {
		message += fmt.Sprintf(" (and %d more)", others)
	}
	return message
}

// All yields all opportunities of a filter, asked for page by page as they are used.
func All(ctx context.Context, client graphql.Client, first int, filter *OpportunityFilter) iter.Seq2[*Opportunity, error] {
	return func(yield func(*Opportunity, error) bool) {
		var after *string
		for {
			answer, err := Opportunities(ctx, client, first, after, filter)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range answer.Opportunities.Nodes {
				if !yield(&answer.Opportunities.Nodes[i], nil) {
					return
				}
			}
			if !answer.Opportunities.PageInfo.HasNextPage {
				return
			}
			after = answer.Opportunities.PageInfo.EndCursor
		}
	}
}
