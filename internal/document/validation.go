package document

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// A document may be wrong in thousands of places, and at great length.
const (
	maxErrors  = 10
	maxMessage = 500
)

// validationRules returns the specification's rules, but for the one that
// mergeConflicts takes care of. Without suggestions, no message helps to guess
// names that the caller does not know.
func validationRules(suggestions bool) *rules.Rules {
	set := rules.NewDefaultRules()
	set.RemoveRule(rules.OverlappingFieldsCanBeMergedRule.Name)
	if suggestions {
		return set
	}
	for old, silent := range map[string]core.Rule{
		rules.FieldsOnCorrectTypeRule.Name: rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
		rules.KnownArgumentNamesRule.Name:  rules.KnownArgumentNamesRuleWithoutSuggestions,
		rules.KnownTypeNamesRule.Name:      rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.ScalarLeafsRule.Name:         rules.ScalarLeafsRuleWithoutSuggestions,
		rules.ValuesOfCorrectTypeRule.Name: rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
	} {
		set.ReplaceRule(old, silent.RuleFunc)
	}
	return set
}

// joinAlike joins mistakes that say the same of one place, a field with its arguments
// and directives for instance, and the unknown directives of one: the first is reported,
// with the locations of all.
func joinAlike(query *ast.QueryDocument, errs gqlerror.List) gqlerror.List {
	if len(errs) < 2 {
		return errs
	}
	places := placesIn(query)
	type kind struct {
		rule    string
		place   int
		message string
	}
	var joined gqlerror.List
	firsts, others := map[kind]*gqlerror.Error{}, map[*gqlerror.Error]int{}
	for _, e := range errs {
		if e.Rule == "" || len(e.Locations) == 0 {
			joined = append(joined, e)
			continue
		}
		of := kind{e.Rule, placeOf(places, e.Locations[0]), e.Message}
		if e.Rule == rules.KnownDirectivesRule.Name { // the locations tell which
			of.message = ""
		}
		first := firsts[of]
		switch {
		case first == nil:
			firsts[of] = e
			joined = append(joined, e)
		case !slices.Contains(first.Locations, e.Locations[0]):
			if others[first]++; len(first.Locations) < maxErrors {
				first.Locations = append(first.Locations, e.Locations[0])
			}
		}
	}
	for _, e := range joined {
		if n := others[e]; n > 0 && len(e.Message) <= maxMessage {
			e.Message = fmt.Sprintf("%s (%d more of this kind here)", e.Message, n)
		}
	}
	return joined
}

// placesIn returns where the operations, variables, fragments and selections of a
// document begin, in order.
func placesIn(query *ast.QueryDocument) []gqlerror.Location {
	var places []gqlerror.Location
	begins := func(at *ast.Position) {
		places = append(places, gqlerror.Location{Line: at.Line, Column: at.Column})
	}
	var selections func(set ast.SelectionSet)
	selections = func(set ast.SelectionSet) {
		for _, selection := range set {
			begins(selection.GetPosition())
			switch s := selection.(type) {
			case *ast.Field:
				selections(s.SelectionSet)
			case *ast.InlineFragment:
				selections(s.SelectionSet)
			}
		}
	}
	for _, operation := range query.Operations {
		begins(operation.Position)
		for _, variable := range operation.VariableDefinitions {
			begins(variable.Position)
		}
		selections(operation.SelectionSet)
	}
	for _, fragment := range query.Fragments {
		begins(fragment.Position)
		selections(fragment.SelectionSet)
	}
	slices.SortFunc(places, compareLocations)
	return places
}

// placeOf returns which of the places something at a location belongs to.
func placeOf(places []gqlerror.Location, at gqlerror.Location) int {
	i, begins := slices.BinarySearchFunc(places, at, compareLocations)
	if begins {
		return i
	}
	return i - 1
}

func compareLocations(a, b gqlerror.Location) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// rejectDocument says what is wrong with a document, in the words of the
// parser or the validator.
func rejectDocument(code, text string, errs gqlerror.List) *Rejection {
	r := &Rejection{}
	for i, e := range errs {
		message := fmt.Sprintf("%d more mistakes are left out.", len(errs)-i)
		locations := e.Locations
		if i < maxErrors {
			message = withoutStrings(e.Message, text)
		} else {
			locations = nil
		}
		r.Errors = append(r.Errors, &gqlerror.Error{Message: message, Locations: locations, Extensions: map[string]any{"code": code}})
		if i == maxErrors {
			break
		}
	}
	return r
}

// withoutStrings takes the document's strings out of a message about it: they
// are values, which errors never quote.
func withoutStrings(message, text string) string {
	if len(message) > maxMessage {
		return "The document is not valid here; what is wrong is too long to quote."
	}
	if !strings.Contains(text, `"`) {
		return message
	}
	message, suggestion, suggests := strings.Cut(message, " Did you mean ") // names of the schema follow
	if suggests {
		suggestion = " Did you mean " + suggestion
	}
	source := lexer.New(&ast.Source{Input: text})
	for {
		token, err := source.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return message + suggestion
		}
		if token.Kind == lexer.String || token.Kind == lexer.BlockString {
			message = strings.ReplaceAll(message, `"""`+token.Value+`"""`, `"…"`)
			message = strings.ReplaceAll(message, strconv.Quote(token.Value), `"…"`)
		}
	}
}
