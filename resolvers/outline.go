package resolvers

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/upstream"
)

// Outline is what can be said of every operation of a document before it runs,
// whatever its variables are. It does not change.
type Outline struct {
	// further is whether a field of something that was read may need another
	// look-up; only then is there anything to plan.
	further bool
	// omit are the parts of opportunities that no field shows.
	omit upstream.Parts
}

// shownBy are the parts of an opportunity that its fields show. Fields that are
// not named here show something small.
var shownBy = map[string]upstream.Parts{
	"createBy":     upstream.PartCreateBy,
	"members":      upstream.PartMembers,
	"contact":      upstream.PartContact,
	"responsible":  upstream.PartResponsible,
	"bidCurrency":  upstream.PartBidCurrency,
	"stage":        upstream.PartStage,
	"accessList":   upstream.PartAccessList,
	"customField":  upstream.PartCustomFields,
	"customFields": upstream.PartCustomFields,
}

// NewOutline reads a valid document.
func NewOutline(document *ast.QueryDocument) *Outline {
	o := &Outline{}
	for _, part := range shownBy {
		o.omit |= part
	}
	for _, operation := range document.Operations {
		o.read(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		o.read(fragment.SelectionSet)
	}
	return o
}

func (o *Outline) read(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			switch on := s.ObjectDefinition.Name; on {
			case "Query", "Stage": // look-ups of the root come first, and those of stages are one for all
			case "Opportunity":
				o.omit &^= shownBy[s.Name]
				fallthrough
			default:
				o.further = o.further || s.Definition.Directives.ForName("cost") != nil || s.Arguments.ForName("headings") != nil
			}
			o.read(s.SelectionSet)
		case *ast.InlineFragment:
			o.read(s.SelectionSet)
		}
	}
}

type outlineKey struct{}

// WithOutline returns a context that an operation of the outline's document
// runs in. Without it, the document is read again for each operation.
func WithOutline(ctx context.Context, outline *Outline) context.Context {
	return context.WithValue(ctx, outlineKey{}, outline)
}

func outlineOf(ctx context.Context, document *ast.QueryDocument) *Outline {
	if outline, ok := ctx.Value(outlineKey{}).(*Outline); ok {
		return outline
	}
	return NewOutline(document)
}
