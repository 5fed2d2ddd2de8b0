package scan

import (
	"reflect"
	"strings"
	"sync"
)

// spellings are the names of each type's members, []string by reflect.Type.
var spellings sync.Map

// spelling returns the name of the type's member that key is another spelling
// of ("DisplayName", as the portal's documentation has it), or "".
func spelling(into Object, key string) string {
	t := reflect.TypeOf(into).Elem()
	names, ok := spellings.Load(t)
	if !ok {
		names, _ = spellings.LoadOrStore(t, memberNames(t))
	}
	for _, name := range names.([]string) {
		if strings.EqualFold(name, key) {
			return name
		}
	}
	return ""
}

// memberNames returns the names in the json tags of a struct.
func memberNames(t reflect.Type) []string {
	var names []string
	for _, field := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
	}
	return names
}
