package resolvers_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documented are the files of docs/mutations with their portal calls; a batch is one.
var documented = map[string]calls{
	"m01-sign-in": {"POST authentication": 1, "GET people/@self": 1},
	"m02-create-deal": {
		stageGet: 1, "GET crm/settings/currency": 1, fieldsGet: 1, "GET people/{guid}": 2, "POST crm/opportunity": 1, onePost: 1,
	},
	"m03-move-deal":       {oneGet: 1, "PUT crm/opportunity/{id}/stage/{number}": 1},
	"m04-change-due-date": {oneGet: 1, "PUT crm/opportunity/{id}": 1},
	"m05-edit-deal":       {stageGet: 1, fieldsGet: 1, oneGet: 1, "PUT crm/opportunity/{id}": 1},
	"m06-set-field":       {fieldsGet: 1, oneGet: 1, onePost: 1},
	"m07-change-tags":     {onePost: 2, oneGet: 2}, // the card is asked for with each of its two fields
	"m08-add-note":        {"GET crm/history/category": 1, "GET people/{guid}": 1, "POST crm/history": 1},
	"m09-delete-note":     {"DELETE crm/history/{id}": 1},
	"m10-create-task":     {"GET crm/task/category": 1, "GET people/{guid}": 1, oneGet: 1, "POST crm/task": 1},
	"m11-close-task":      {"PUT crm/task/{id}/close": 1},
	"m12-create-person":   {"GET crm/contact/{id}": 1, "POST crm/contact/person": 1, onePost: 2},
	"m13-edit-contact": {
		"GET crm/contact/{id}": 5, "GET crm/person/customfield/definitions": 1, "GET crm/contact/type": 1, "GET crm/contact/filter": 3, "GET crm/contact/status": 1,
		"PUT crm/contact/person/{id}": 1, "PUT crm/contact/{id}/status": 2, onePost: 1,
	},
	"m14-share-deal": {oneGet: 1, "GET people/{guid}": 1, "PUT crm/opportunity/{id}/access": 1, onePost: 1},
}

const fieldsGet = "GET crm/opportunity/customfield/definitions"

// documentVariables are those of documents that have no defaults.
var documentVariables = map[string]map[string]any{
	"m01-sign-in": {"input": map[string]any{"userName": "anna.lindqvist@fennmark.example", "password": "demo"}},
}

// TestDocumentedMutations runs each file by what it has for an example.
func TestDocumentedMutations(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../docs/mutations/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	left := maps.Clone(documented)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".graphql")
		want, ok := left[name]
		delete(left, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !ok {
				t.Error("it is not in the table")
			}
			document, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := newAPI(t)
			got := a.ask(t, string(document), documentVariables[name])
			if strings.Contains(got, `"errors"`) || strings.Count(got, `"userErrors":[]`) != strings.Count(string(document), "userErrors") {
				t.Errorf("%s", got)
			}
			if diff := cmp.Diff(map[string]int(want), a.portal.Calls()); diff != "" {
				t.Errorf("portal calls (-want +got):\n%s", diff)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s has no file", name)
	}
}
