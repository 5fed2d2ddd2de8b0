package crm

import (
	"cmp"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

var url = cmp.Or(os.Getenv("GRAPHQL_URL"), "http://127.0.0.1:8080/graphql")

func TestPagesFollowEachOther(t *testing.T) {
	client := NewClient(url, "")
	open := StageTypeOpen
	filter := &OpportunityFilter{StageType: &open}
	var got, want []string
	for opportunity, err := range All(t.Context(), client, 2, filter) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, opportunity.Id)
		if len(got) == 5 {
			break
		}
	}
	page, err := Opportunities(t.Context(), client, 5, nil, filter)
	if err != nil {
		t.Fatal(err)
	}
	for _, opportunity := range page.Opportunities.Nodes {
		want = append(want, opportunity.Id)
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages of 2 hold %v, one page %v", got, want)
	}
}

func TestValues(t *testing.T) {
	answer, err := ByIds(t.Context(), NewClient(url, ""), []string{"3101", "3109", "999999"})
	if err != nil {
		t.Fatal(err)
	}
	fleet, dubai, gone := answer.OpportunitiesByIds[0], answer.OpportunitiesByIds[1], answer.OpportunitiesByIds[2]
	region := func(opportunity *Opportunity) string {
		for _, field := range opportunity.CustomFields {
			if field.FieldId == "74" {
				return *field.FieldValue
			}
		}
		return ""
	}
	if region(fleet) != "Nordics" || region(dubai) != "Asia / Pacific" {
		t.Errorf("the regions are %q and %q", region(fleet), region(dubai))
	}
	if fleet.BidValue != "1234567.89" || fleet.Contact.DisplayName != "Nordfrakt Logistics AB" {
		t.Errorf("the first is %+v", fleet)
	}
	if gone != nil {
		t.Errorf("there is %+v", gone)
	}
}

func TestErrorsArriveWithTheirCode(t *testing.T) {
	for _, test := range []struct{ name, url, token, query, code string }{
		{"stranger", url, "nobody", "{ viewer { id } }", "UNAUTHENTICATED"},
		{"stranger, and more", url, "nobody", "{ contact(id: \"x\") { id } viewer { id } }", "UNAUTHENTICATED"},
		{"argument", url, "", "{ contact(id: \"x\") { id } }", "BAD_USER_INPUT"},
		{"no such field", url, "", "{ nothing }", "GRAPHQL_VALIDATION_FAILED"},
		{"too large", url, "", strings.Repeat(" ", 300<<10), "BODY_TOO_LARGE"},
		{"no server", "http://127.0.0.1:1/graphql", "", "{ viewer { id } }", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := NewClient(test.url, test.token).MakeRequest(t.Context(), &graphql.Request{Query: test.query}, &graphql.Response{})
			if err == nil || Code(err) != test.code {
				t.Errorf("the code of %v is %q", err, Code(err))
			}
		})
	}
}

func TestManyErrorsAreOneMessage(t *testing.T) {
	query := "{ a: opportunitiesByIds(ids: [3101, \"x\"]) { id } b: contact(id: \"x\") { id } }"
	err := NewClient(url, "").MakeRequest(t.Context(), &graphql.Request{Query: query}, &graphql.Response{})
	if err == nil {
		t.Fatal("no error")
	}
	if got := Message(err); !regexp.MustCompile(`^[ab]\S*: .+ \(and 1 more\)$`).MatchString(got) {
		t.Errorf("the message is %q", got)
	}
	far := gqlerror.List{{Message: "It is gone.", Path: ast.Path{ast.PathName("nodes"), ast.PathIndex(3), ast.PathName("tags")}}}
	if got := Message(far); got != "nodes[3].tags: It is gone." {
		t.Errorf("the message is %q", got)
	}
}
