package document

import (
	"strings"
	"testing"
)

// TestSecretsInDocuments has no document that holds any of a secret be kept, quoted or
// found valid.
func TestSecretsInDocuments(t *testing.T) {
	t.Parallel()
	const below = `{ token }`
	for name, test := range map[string]struct {
		text string
		held bool
	}{
		"a variable":                 {`mutation($input: SignInInput!) { signIn(input: $input) ` + below + ` }`, false},
		"several":                    {`mutation($u: String!, $p: String!) { signIn(input: {userName: $u, password: $p}) ` + below + ` }`, false},
		"null":                       {`mutation($u: String!, $p: String!) { signIn(input: {userName: $u, password: $p, code: null}) ` + below + ` }`, false},
		"a default elsewhere":        {`mutation($u: String!, $p: String!, $t: Boolean = true) { signIn(input: {userName: $u, password: $p}) { token @include(if: $t) } }`, false},
		"another mutation":           {`mutation { closeTask(input: {id: "hunter2"}) { task { id } } }`, false},
		"a password":                 {`mutation($u: String!) { signIn(input: {userName: $u, password: "hunter2"}) ` + below + ` }`, true},
		"a block":                    {`mutation($u: String!) { signIn(input: {userName: $u, password: """hunter2"""}) ` + below + ` }`, true},
		"a user name":                {`mutation($p: String!) { signIn(input: {userName: "hunter2", password: $p}) ` + below + ` }`, true},
		"a code":                     {`mutation($u: String!, $p: String!) { signIn(input: {userName: $u, password: $p, code: "hunter2"}) ` + below + ` }`, true},
		"an alias":                   {`mutation { a: signIn(input: {userName: "a", password: "hunter2"}) ` + below + ` }`, true},
		"in a list":                  {`mutation { signIn(input: [{userName: "a", password: "hunter2"}]) ` + below + ` }`, true},
		"a number":                   {`mutation($u: String!) { signIn(input: {userName: $u, password: 20072007}) ` + below + ` }`, true},
		"a fragment":                 {`mutation { ...F } fragment F on Mutation { ... { signIn(input: {userName: "a", password: "hunter2"}) ` + below + ` } }`, true},
		"a fragment of nothing":      {`{ __typename } fragment F on Mutation { signIn(input: {userName: "a", password: "hunter2"}) ` + below + ` }`, true},
		"another operation":          {`query Q { __typename } mutation M { signIn(input: {userName: "a", password: "hunter2"}) ` + below + ` }`, true},
		"a default":                  {`mutation($p: String! = "hunter2", $u: String!) { signIn(input: {userName: $u, password: $p}) ` + below + ` }`, true},
		"a default of all":           {`mutation($input: SignInInput! = {userName: "a", password: "hunter2"}) { signIn(input: $input) ` + below + ` }`, true},
		"a default before fragments": {`mutation($input: SignInInput! = {userName: "a", password: "hunter2"}) { ...F } fragment F on Mutation { signIn(input: $input) ` + below + ` }`, true},
		"without an input":           {`mutation { signIn(userName: "a", password: "hunter2") ` + below + ` }`, true},
		"below a query":              {`{ signIn(input: {userName: "a", password: "hunter2"}) ` + below + ` }`, true},
		"too many aliases":           {`mutation { ` + strings.Repeat(`a: signIn(input: {userName: "a", password: "hunter2"}) `+below+` `, 60) + `}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newTestStore(true)
			_, rejected := d.Get(test.text)
			kept, _ := d.kept.Size()
			if (kept == 0) != test.held || (rejected != nil) != test.held {
				t.Fatalf("%d kept, %v", kept, rejected)
			}
			if !test.held {
				return
			}
			said := rejected.Errors.Error()
			if !rejected.HoldsSecret || strings.Contains(said, "hunter2") || strings.Contains(said, "2007") || !strings.Contains(said, "signIn(input: $input)") {
				t.Errorf("said %s", said)
			}
		})
	}
}
