package plain_test

import (
	"os"
	"regexp"
	"testing"

	"onlyoffice-graphql/graph"
)

// TestFieldsThatWait holds MarshalSlice, which goes by @cost, against the fields that have resolvers: each is
// marked with @cost, or known not to keep its list waiting.
func TestFieldsThatWait(t *testing.T) {
	t.Parallel()
	code, err := os.ReadFile("../generated.go")
	if err != nil {
		t.Fatal(err)
	}
	atOnce := map[string]bool{
		// from what is there
		"Opportunity.customField": true,
		"HistoryEvent.plainText":  true,
		// one call for the whole request
		"Opportunity.customFields": true,
		"Stage.sortOrder":          true,
		"Stage.relativeItemsCount": true,
	}
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	resolvers := regexp.MustCompile(`(?s)out\.ResolveConcurrently\(.{0,200}?return ec\._(\w+?)_(\w+)\(ctx, field, obj\)`).FindAllSubmatch(code, -1)
	if len(resolvers) < 20 {
		t.Fatalf("found %d fields with resolvers", len(resolvers))
	}
	for _, match := range resolvers {
		typeName, name := string(match[1]), string(match[2])
		field := schema.Types[typeName].Fields.ForName(name)
		if field.Directives.ForName("cost") == nil && !atOnce[typeName+"."+name] {
			t.Errorf("%s.%s may wait, but has no @cost in the schema, and then a row in resolvers/table.go", typeName, name)
		}
		delete(atOnce, typeName+"."+name)
	}
	if len(atOnce) > 0 {
		t.Errorf("no such fields: %v", atOnce)
	}
}
