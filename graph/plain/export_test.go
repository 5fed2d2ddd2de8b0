package plain

import "github.com/99designs/gqlgen/graphql"

// IsWhole reports whether m was written at once.
func IsWhole(m graphql.Marshaler) bool {
	o, ok := m.(*Object)
	return ok && len(o.holes) == 0
}
