package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// readsArguments reads arguments, which takes nothing of an operation.
var readsArguments = newExecutionContext(nil, &executableSchema{}, nil)

// Arguments returns the arguments of a field of a type as its resolver will get
// them, before the field runs, or the error that the field will end with.
func Arguments(ctx context.Context, typeName string, field graphql.CollectedField, variables map[string]any) (map[string]any, error) {
	read := argumentReaders[typeName][field.Name]
	if read == nil {
		return nil, nil
	}
	return read(readsArguments, ctx, field.ArgumentMap(variables))
}
