package main

import (
	"fmt"
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

// refuseDocument says what is wrong with a document, in the words of the
// parser or the validator.
func refuseDocument(code, text string, errs gqlerror.List) *refusal {
	r := &refusal{status: statusNotRun}
	for i, e := range errs {
		message := fmt.Sprintf("%d more mistakes are left out.", len(errs)-i)
		locations := e.Locations
		if i < maxErrors {
			message = withoutStrings(e.Message, text)
		} else {
			locations = nil
		}
		r.errors = append(r.errors, &gqlerror.Error{Message: message, Locations: locations, Extensions: map[string]any{"code": code}})
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
	source := lexer.New(&ast.Source{Input: text})
	for {
		token, err := source.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return message
		}
		if token.Kind == lexer.String || token.Kind == lexer.BlockString {
			message = strings.ReplaceAll(message, `"""`+token.Value+`"""`, `"…"`)
			message = strings.ReplaceAll(message, strconv.Quote(token.Value), `"…"`)
		}
	}
}
