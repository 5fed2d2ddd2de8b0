package resolvers

import "onlyoffice-graphql/upstream"

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
	fields, _ := o.KnownCustomFields(nil, nil)
	for _, f := range fields {
		if label != nil && f.Label == *label || wanted != 0 && f.ID == wanted {
			return f, nil
		}
	}
	return nil, nil
}
