//go:build race || full

package blackbox

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"sync"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// odd is a demo portal one member of whose answers can be exchanged.
type odd struct {
	portal *demo.Portal

	mu      sync.Mutex
	answers map[string]*oddAnswer // by what was asked for
	members map[string]bool       // every one that was there, as "route member.member"
	member  string                // the one to exchange; "" for none
	value   any
}

// oddAnswer is what the portal says, and the members in it.
type oddAnswer struct {
	*httptest.ResponseRecorder
	members map[string]bool
}

var idsInPaths = regexp.MustCompile(`/[0-9]+|/[0-9a-f-]{36}`)

func (o *odd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Header.Del("Accept-Encoding")
	body, _ := io.ReadAll(r.Body)
	route := idsInPaths.ReplaceAllString(r.URL.Path, "/{id}") + " "
	o.mu.Lock()
	defer o.mu.Unlock()
	asked := r.Header.Get("Authorization") + " " + r.Method + " " + r.RequestURI + " " + string(body)
	answer := o.answers[asked]
	if answer == nil {
		answer = &oddAnswer{httptest.NewRecorder(), map[string]bool{}}
		r.Body = io.NopCloser(bytes.NewReader(body))
		o.portal.ServeHTTP(answer, r)
		answer.exchange(answer.document(), route, "", nil)
		o.answers[asked] = answer
	}
	maps.Copy(o.members, answer.members)
	text := answer.Body.Bytes()
	if answer.members[o.member] {
		text, _ = json.Marshal(answer.exchange(answer.document(), route, o.member, o.value))
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(text)
}

// document returns what the answer says; nil where it is no JSON.
func (a *oddAnswer) document() (document any) {
	decoder := json.NewDecoder(bytes.NewReader(a.Body.Bytes()))
	decoder.UseNumber()
	_ = decoder.Decode(&document)
	return document
}

// exchange notes the members of a value, and gives one of them another value.
func (a *oddAnswer) exchange(v any, path, member string, value any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = a.exchange(v[i], path, member, value)
		}
	case map[string]any:
		for name := range v {
			within := path + "." + name
			a.members[within] = true
			if within == member {
				v[name] = value
			} else {
				v[name] = a.exchange(v[name], within, member, value)
			}
		}
	}
	return v
}

// seen returns the members that were there since it was last asked.
func (o *odd) seen() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer clear(o.members)
	return slices.Sorted(maps.Keys(o.members))
}

// turn exchanges a member from now on.
func (o *odd) turn(member string, value any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.member, o.value = member, value
}

// TestOddMembers gives each member of the portal's answers a value of another type: it
// costs fields, with codes of a failing portal, and is never a bug of ours.
func TestOddMembers(t *testing.T) {
	t.Parallel()
	portal := &odd{portal: demo.New(), answers: map[string]*oddAnswer{}, members: map[string]bool{}}
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	p := start(t, "--portal-url="+server.URL, "--portal-token="+demo.Token, "--log-level=error", "--portal-retries=0", "--breaker-calls=1000000", "--max-depth=12")
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	app := &http.Client{Transport: transport, Timeout: testhttp.Patience}
	queries := []string{
		`{ opportunity(id: 3101) { id nodeId title created bidValue totalValue bidCurrency { title } tags stage { id title sortOrder } responsible { id displayName email }
			contact { id displayName } members { id displayName } accessList { id } customFields { id fieldValue options } } }`,
		`{ opportunity(id: 3101) { contact { id displayName about email customFields { label } } members { id displayName createBy { id } } } }`,
		`{ opportunity(id: 3101) { history(first: 2) { nodes { id plainText created category { title } } } tasks(first: 2) { nodes { id title deadLine responsible { id } category { title } } } files { id title } } }`,
		`{ opportunities(first: 2) { totalCount nodes { id title customFields { label } contact { displayName } } } }`,
		`{ contacts(first: 2) { totalCount nodes { id displayName tags email } } }`,
		`{ stages { id title } customFieldDefinitions { id label options } opportunityTags { title } currencies { abbreviation } viewer { id displayName }
			employees { id displayName } historyCategories { id title } taskCategories { id title } }`,
	}
	asked := map[string][]string{} // members, by the queries that are answered with them
	for _, query := range queries {
		answer, err := askAs(app, p.Public, query)
		if err != nil || len(answer.Errors) > 0 {
			t.Fatalf("%v %v for %s", err, answer.Errors, query)
		}
		asked[query] = portal.seen()
	}
	values := []any{nil, "text", -1, json.Number("1e400"), true, []any{}, []any{nil}, map[string]any{}, map[string]any{"id": nil}, []any{map[string]any{}}}
	members, faults := 0, 0
	for _, query := range queries {
		for _, member := range asked[query] {
			value := values[members%len(values)]
			portal.turn(member, value)
			members++
			answer, err := askAs(app, p.Public, query)
			if err != nil {
				t.Fatalf("%s: %v", member, err)
			}
			for _, e := range answer.Errors {
				faults++
				if !slices.Contains(append(soakCodes, "FORBIDDEN", "BAD_USER_INPUT"), e.Extensions.Code) {
					t.Errorf("%s as %v: %s at %v", member, value, e.Extensions.Code, e.Path)
				}
			}
		}
	}
	t.Logf("%d errors of %d members", faults, members)
	if members < 200 || faults < members/2 {
		t.Errorf("only %d errors of %d members: this shows little", faults, members)
	}
}
