package overhttp

import "testing"

func TestNegotiate(t *testing.T) {
	t.Parallel()
	const neither = ""
	tests := []struct{ accept, want string }{
		{"", mediaJSON},
		{" , ", mediaJSON},
		{"*/*", mediaJSON},
		{"*", mediaJSON},
		{"application/*", mediaJSON},
		{"application/json", mediaJSON},
		{"application/graphql-response+json", mediaGraphQL},
		{"Application/GraphQL-Response+JSON", mediaGraphQL},
		{"application/graphql-response+json, application/json", mediaGraphQL},
		{"application/json, application/graphql-response+json", mediaGraphQL},
		{"application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", mediaGraphQL},
		{"application/graphql-response+json;q=0.5, application/json", mediaJSON},
		{"application/graphql-response+json, application/json;q=0.9", mediaGraphQL},
		{"application/graphql-response+json, */*", mediaGraphQL},
		{"application/json, */*", mediaJSON},
		{"application/json;q=0.1, */*", mediaGraphQL},
		{"application/json;q=0, */*", mediaGraphQL},
		{"application/graphql-response+json;q=0, */*;q=0.1", mediaJSON},
		{"text/html,application/xhtml+xml,*/*;q=0.8", mediaJSON},
		{`text/plain;x="a,application/json", application/graphql-response+json`, mediaGraphQL},
		{`text/plain;x="\",application/json", application/graphql-response+json`, mediaGraphQL},
		{"application/json; charset=utf8", mediaJSON},
		{"application/graphql-response+json; charset=UTF8", mediaGraphQL},
		{"application/json;charset=latin1, application/graphql-response+json", mediaGraphQL},
		{"nonsense;;, application/graphql-response+json", mediaGraphQL},
		{"application/json;q=2, application/graphql-response+json;q=0.1", mediaGraphQL},
		{"application/json;q=x", neither},
		{"application/json;q=0", neither},
		{"application/json;charset=latin1", neither},
		{"application/xml", neither},
		{"text/html", neither},
		{"nonsense;;", neither},
	}
	for _, test := range tests {
		got, acceptable := negotiate([]string{test.accept})
		if !acceptable {
			got = neither
		}
		if got != test.want {
			t.Errorf("Accept: %s gives %q, want %q", test.accept, got, test.want)
		}
	}
	if got, _ := negotiate([]string{"text/html", "application/graphql-response+json"}); got != mediaGraphQL {
		t.Errorf("two lines give %q, want %q", got, mediaGraphQL)
	}
}
