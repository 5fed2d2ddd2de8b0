package resolvers

import (
	"context"
	"strings"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// customField returns the value of one field of the opportunity, by label or by
// the field's own id; nil when it has none.
func customField(o *upstream.Opportunity, label, fieldID *string) (*upstream.CustomField, error) {
	if (label == nil) == (fieldID == nil) {
		return nil, badInput("customField: name the field by label or by fieldId, one of the two.")
	}
	wanted := 0
	if fieldID != nil {
		var err error
		if wanted, err = parseID("fieldId", *fieldID); err != nil {
			return nil, err
		}
	}
	fields, err := o.SelectCustomFields(nil, nil)
	for _, f := range fields {
		if label != nil && f.Label == *label || wanted != 0 && f.ID == wanted {
			return f, nil
		}
	}
	return nil, err
}

// askDefinitions asks for the definitions of each entity; there are hardly ever two.
func askDefinitions(caller *upstream.Caller, ctx context.Context, entities []string) []upstream.Result[[]*upstream.CustomFieldDefinition] {
	results := make([]upstream.Result[[]*upstream.CustomFieldDefinition], len(entities))
	for i, entity := range entities {
		results[i].Value, results[i].Err = caller.CustomFieldDefinitions(ctx, entity)
	}
	return results
}

// definitionsOf returns the fields that the portal's users defined on an entity.
func (r *request) definitionsOf(ctx context.Context, entity *graph.CustomFieldEntity) ([]*upstream.CustomFieldDefinition, error) {
	name := graph.CustomFieldEntityOpportunity
	if entity != nil {
		name = *entity
	}
	return r.definitions.load(ctx, strings.ToLower(string(name)))
}
