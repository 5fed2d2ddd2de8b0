package resolvers_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
)

// TestSchemaIsDescribed shows that every element of the schema says what it is.
func TestSchemaIsDescribed(t *testing.T) {
	t.Parallel()
	described := 0
	say := func(what, description string) {
		described++
		if strings.TrimSpace(description) == "" {
			t.Errorf("%s has no description", what)
		}
	}
	arguments := func(of string, list ast.ArgumentDefinitionList) {
		for _, argument := range list {
			say(of+"("+argument.Name+":)", argument.Description)
		}
	}
	for name, definition := range graph.NewExecutableSchema(graph.Config{}).Schema().Types {
		if definition.BuiltIn {
			continue
		}
		say(name, definition.Description)
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			say(name+"."+field.Name, field.Description)
			arguments(name+"."+field.Name, field.Arguments)
		}
		for _, value := range definition.EnumValues {
			say(name+"."+value.Name, value.Description)
		}
	}
	if described < 300 {
		t.Errorf("only %d elements were looked at", described)
	}
}

// TestGeneratedModels shows that gqlgen made models of inputs, payloads and connections
// only: any other type there has lost its binding to package upstream.
func TestGeneratedModels(t *testing.T) {
	t.Parallel()
	models, err := os.ReadFile("../graph/models_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	names := regexp.MustCompile(`(?m)^type (\w+) struct`).FindAllStringSubmatch(string(models), -1)
	for _, match := range names {
		name := match[1]
		connection := strings.HasSuffix(name, "Connection") || strings.HasSuffix(name, "Edge") || name == "PageInfo"
		payload := strings.HasSuffix(name, "Payload")
		if schema.Types[name].Kind != ast.InputObject && !connection && !payload {
			t.Errorf("%s is generated", name)
		}
	}
	if len(names) == 0 {
		t.Error("no models were found")
	}
}
