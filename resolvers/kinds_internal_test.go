package resolvers

import (
	"os"
	"reflect"
	"regexp"
	"testing"
)

// TestEachLoaderHasItsRoute as the reasons in a report are by routes.
func TestEachLoaderHasItsRoute(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("kinds.go")
	if err != nil {
		t.Fatal(err)
	}
	if made := len(regexp.MustCompile(`(?m)^\t\w+ += (newLoader|keyedByID|dictionary)\(`).FindAll(source, -1)); made != len(loaders) {
		t.Errorf("%d loaders are made, and %d are in the list", made, len(loaders))
	}
	seen := map[string]bool{}
	for _, l := range loaders {
		route, why := l.about()
		if seen[route] {
			t.Errorf("two loaders have the route %s", route)
		}
		if seen[route] = true; reasons[route] != why || why == "" {
			t.Errorf("%s is called as %q, and the loader says %q", route, reasons[route], why)
		}
	}
}

// TestTypeNames has the objects of each row of the table be named as the type that the
// row is of.
func TestTypeNames(t *testing.T) {
	t.Parallel()
	for name, rows := range table {
		for field, r := range rows {
			got := typeName(reflect.Zero(objectOf(t, r)).Interface())
			if got != name && (name != "Contact" || got != "Person") { // an interface, whose rows are those of its types
				t.Errorf("%s.%s is a field of objects that are named %s", name, field, got)
			}
		}
	}
}

// objectOf returns the type of the objects that a row is for.
func objectOf(t *testing.T, r row) reflect.Type {
	t.Helper()
	switch r := r.(type) {
	case dependent:
		return reflect.TypeFor[root]()
	case fallback:
		return objectOf(t, r.row)
	}
	of := reflect.TypeOf(r)
	if keys, ok := of.FieldByName("keys"); ok { // a lookUp
		return keys.Type.In(1)
	}
	objects, ok := of.FieldByName("objects") // an embedded
	if !ok {
		t.Fatalf("%T is another kind of row", r)
	}
	return objects.Type.In(0)
}
