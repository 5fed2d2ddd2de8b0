package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream/demo"
)

// documented is every documented field of an opportunity.
const documented = `
	id title description created actualCloseDate expectedCloseDate
	createBy { ...E } responsible { ...E } accessList { ...E }
	contact { ...C } members { ...C }
	bidType bidValue bidCurrency { ...M } perPeriodValue totalValue
	stage { id nodeId title description color successProbability stageType }
	successProbability isPrivate canEdit nodeId
	customFields { id fieldId entityId label fieldValue fieldType position mask options }`

const documentedParts = `
	fragment E on Employee { id nodeId displayName title avatarSmall profileUrl }
	fragment M on Currency { title symbol abbreviation cultureName isConvertable isBasic }
	fragment C on Contact {
		__typename id nodeId displayName smallFotoUrl mediumFotoUrl isCompany isPrivate isShared shareType
		currency { ...M } accessList { ...E } canEdit canDelete
	}`

// firstAlike is the number of the first opportunity of alike; it has as many
// digits as the others'.
const firstAlike = 3101

// alike is a portal whose opportunities differ in their numbers only, so that
// twice as many are twice the work.
type alike struct{ opportunity string }

func newAlike(t testing.TB) alike {
	t.Helper()
	text, err := os.ReadFile("upstream/testdata/opportunity_full.json")
	if err != nil {
		t.Fatal(err)
	}
	var envelope struct{ Response json.RawMessage }
	if err := json.Unmarshal(text, &envelope); err != nil {
		t.Fatal(err)
	}
	return alike{string(envelope.Response)}
}

func (p alike) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	name := strings.TrimSuffix(path.Base(r.URL.Path), ".json")
	switch name {
	case "filter": // as many as are asked for, but for the one that tells of a next page
		count, _ := strconv.Atoi(r.FormValue("count"))
		fmt.Fprintf(w, `{"count":%d,"total":%[1]d,"status":0,"statusCode":200,"response":[`, count-1)
		for i := range count - 1 {
			if i > 0 {
				_, _ = w.Write([]byte(","))
			}
			_, _ = w.Write([]byte(p.numbered(i, count-1, r.FormValue("sortOrder"))))
		}
		_, _ = w.Write([]byte("]}"))
	case "batch":
		var items []struct{ RelativeURL string }
		if err := json.Unmarshal([]byte(r.PostFormValue("batch")), &items); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		results := make([]map[string]any, len(items))
		for i, item := range items {
			part := httptest.NewRecorder()
			p.ServeHTTP(part, httptest.NewRequestWithContext(r.Context(), http.MethodGet, item.RelativeURL, http.NoBody))
			results[i] = map[string]any{"status": part.Code, "data": part.Body.String()}
		}
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]any{"status": 0, "statusCode": 201, "response": results})
	default:
		fmt.Fprintf(w, `{"count":1,"status":0,"statusCode":200,"response":%s}`, strings.ReplaceAll(p.opportunity, strconv.Itoa(firstAlike), name))
	}
}

// numbered returns the opportunity at a place of a list of so many.
func (p alike) numbered(place, of int, order string) string {
	if order == "descending" {
		place = of - 1 - place
	}
	return strings.ReplaceAll(p.opportunity, strconv.Itoa(firstAlike), strconv.Itoa(firstAlike+place))
}

// answer returns what the documented fields of n opportunities are, as a list,
// which another test has written down for one of them.
func (p alike) answer(t testing.TB, n int) string {
	t.Helper()
	text, err := os.ReadFile("resolvers/testdata/opportunity_full.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Data struct{ Opportunity map[string]any }
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	fields, _ := golden.Data.Opportunity["customFields"].([]any)
	golden.Data.Opportunity["customFields"] = slices.DeleteFunc(fields, func(field any) bool {
		return field.(map[string]any)["fieldType"] == "HEADING" // nobody asks for them here
	})
	one, err := json.Marshal(golden.Data.Opportunity)
	if err != nil {
		t.Fatal(err)
	}
	node := func(id int) string {
		return base64.RawURLEncoding.EncodeToString([]byte("Opportunity:" + strconv.Itoa(id)))
	}
	all := make([]string, n)
	for i := range all {
		id := firstAlike + i
		all[i] = strings.NewReplacer(strconv.Itoa(firstAlike), strconv.Itoa(id), node(firstAlike), node(id)).Replace(string(one))
	}
	return "[" + strings.Join(all, ",") + "]"
}

// measured is a query with what its answer must be.
type measured struct {
	name   string
	portal http.Handler
	query  string
	check  func(answer string) error
}

// is compares an answer with the data that it must have.
func is(want string) func(string) error {
	return func(answer string) error {
		var got, expected any
		err := errors.Join(json.Unmarshal([]byte(answer), &got), json.Unmarshal([]byte(`{"data":`+want+`}`), &expected))
		if diff := cmp.Diff(expected, got); err != nil || diff != "" {
			return fmt.Errorf("the answer is not as it should be (-want +got): %w %.2000s", err, diff)
		}
		return nil
	}
}

// list asks for the first n of many opportunities, with all documented fields.
func list(t testing.TB, n int) measured {
	t.Helper()
	portal := newAlike(t)
	return measured{
		fmt.Sprintf("list/n=%d", n), portal,
		fmt.Sprintf(`{ opportunities(first: %d, orderBy: { field: ID, direction: ASC }) { nodes {%s} } }%s`, n, documented, documentedParts),
		is(`{"opportunities":{"nodes":` + portal.answer(t, n) + `}}`),
	}
}

// aliases asks for opportunities one by one, so many of so many.
func aliases(t testing.TB, fields, ids int) measured {
	t.Helper()
	var query, answer strings.Builder
	for i := range fields {
		id := firstAlike + i%ids
		fmt.Fprintf(&query, " a%d: opportunity(id: %d) { id title bidValue stage { title } }", i, id)
		fmt.Fprintf(&answer, `,"a%d":{"id":"%d","title":"Fleet telematics rollout","bidValue":"1234567.89","stage":{"title":"Qualified prospect"}}`, i, id)
	}
	return measured{fmt.Sprintf("aliases/n=%d", fields), newAlike(t), "{" + query.String() + " }", is(`{` + answer.String()[1:] + `}`)}
}

// cards asks for a board of 25 cards with tags and contact details.
func cards(t testing.TB) measured {
	t.Helper()
	portal := demo.New()
	return measured{
		"25 cards with tags and contact details", portal,
		`{ opportunities(first: 25) { nodes { id title tags contact { id displayName tags commonData { data } } } } }`,
		func(answer string) error { return checkCards(portal, answer) },
	}
}

// checkCards compares the cards' tags with the portal's.
func checkCards(portal http.Handler, answer string) error {
	var got struct {
		Errors []any
		Data   struct {
			Opportunities struct {
				Nodes []struct {
					ID      string
					Tags    []string
					Contact *struct {
						ID   string
						Tags []string
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(answer), &got); err != nil || len(got.Errors) > 0 || len(got.Data.Opportunities.Nodes) != 25 {
		return fmt.Errorf("answer %s: %w", answer, err)
	}
	contacts := 0
	for _, card := range got.Data.Opportunities.Nodes {
		subjects := map[string][]string{"opportunity/tag/" + card.ID: card.Tags}
		if card.Contact != nil {
			contacts++
			subjects["contact/tag/"+card.Contact.ID] = card.Contact.Tags
		}
		for subject, tags := range subjects {
			r := httptest.NewRequest(http.MethodGet, "/api/2.0/crm/"+subject, http.NoBody)
			r.Header.Set("Authorization", demo.Token)
			w := httptest.NewRecorder()
			portal.ServeHTTP(w, r)
			var want struct{ Response []string }
			if err := json.Unmarshal(w.Body.Bytes(), &want); err != nil || fmt.Sprint(tags) != fmt.Sprint(want.Response) {
				return fmt.Errorf("%s is %v, and the portal says %s", subject, tags, w.Body)
			}
		}
	}
	if contacts < 10 {
		return fmt.Errorf("%d contacts: this shows nothing", contacts)
	}
	return nil
}

// ready returns the request of a measured query after it has filled caches,
// pools and connections.
func (m measured) ready(t testing.TB) *repeated {
	t.Helper()
	q := newRepeated(t, newCannedAPI(t, m.portal), m.query)
	for range 30 {
		q.send()
	}
	m.verify(t, q)
	return q
}

func (m measured) verify(t testing.TB, q *repeated) {
	t.Helper()
	if err := m.check(q.answer.body.String()); err != nil || q.answer.status > http.StatusOK {
		t.Fatalf("%s: status %d: %v", m.name, q.answer.status, err)
	}
}

func (m measured) run(b *testing.B) {
	b.Run(strings.ReplaceAll(m.name, " ", "_"), func(b *testing.B) {
		q := m.ready(b)
		b.ReportAllocs()
		for b.Loop() {
			q.send()
		}
		m.verify(b, q)
	})
}

// BenchmarkRequest answers whole requests as the public listener does, over a
// portal that costs next to nothing. Each answer is what it should be.
func BenchmarkRequest(b *testing.B) {
	portal := newAlike(b)
	named := func(name string, m measured) measured {
		m.name = name
		return m
	}
	for _, m := range []measured{
		{"one of 4 fields", portal, `{ opportunity(id: 3101) { id title bidValue stage { title } } }`, is(`{"opportunity":{"id":"3101","title":"Fleet telematics rollout","bidValue":"1234567.89","stage":{"title":"Qualified prospect"}}}`)},
		{"one of every field", portal, `{ opportunity(id: 3101) {` + documented + `} }` + documentedParts, is(`{"opportunity":` + strings.Trim(portal.answer(b, 1), "[]") + `}`)},
		named("50 aliases of 20 ids", aliases(b, 50, 20)),
		named("list of 100", list(b, 100)),
		cards(b),
	} {
		m.run(b)
	}
}
