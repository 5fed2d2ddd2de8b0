package resolvers

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// Outline is what can be said of every operation of a document before it runs,
// whatever its variables are. It does not change.
type Outline struct {
	// further is whether a field of something that was read may need another
	// look-up; only then is there anything to plan.
	further bool
	// inTurn is how far all look-ups are announced before the first field runs, so
	// that fields gain nothing by waiting side by side.
	inTurn graph.InTurn
	// named is how many opportunities root fields name: none, 1, or more.
	named int
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

// plannedRoots are the root fields that plan for what is below them.
var plannedRoots = map[string]bool{
	"opportunity": true, "opportunitiesByIds": true, "opportunities": true, "contact": true, "contacts": true, "tasks": true, "history": true,
}

// isPlanned reports whether plans find out about the look-up of a field of what
// they know.
func isPlanned(on, field string) bool {
	switch on {
	case "Opportunity", "Task", "HistoryEvent":
		return true
	case "Contact", "Person", "Company":
		return field != "opportunities"
	default:
		return false
	}
}

// NewOutline reads a valid document, fragments as often as they are spread.
func NewOutline(document *ast.QueryDocument) *Outline {
	o := &Outline{inTurn: graph.InTurnAll}
	for _, part := range shownBy {
		o.omit |= part
	}
	for _, operation := range document.Operations {
		o.read(operation.SelectionSet, true)
	}
	return o
}

// read reads a selection on something that plans know, or do not.
func (o *Outline) read(selections ast.SelectionSet, planned bool) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			o.read(s.SelectionSet, o.field(s, planned))
		case *ast.InlineFragment:
			o.read(s.SelectionSet, planned)
		case *ast.FragmentSpread:
			o.read(s.Definition.SelectionSet, planned)
		}
	}
}

// field reads a field, and returns whether plans know what it is about.
func (o *Outline) field(f *ast.Field, planned bool) bool {
	on := f.ObjectDefinition.Name
	if on == "Query" {
		switch f.Name { // see announceRoots
		case "opportunity":
			o.named++
		case "opportunitiesByIds":
			o.named += 2
		default:
			o.inTurn = min(o.inTurn, graph.InTurnBelow)
		}
		return plannedRoots[f.Name]
	}
	if on == "Opportunity" {
		o.omit &^= shownBy[f.Name]
	}
	looksUp := f.Definition.Directives.ForName("cost") != nil
	if on != "Stage" { // whose look-up is one for all
		o.further = o.further || looksUp || f.Arguments.ForName("headings") != nil
	}
	if looksUp && !(planned && isPlanned(on, f.Name)) {
		o.inTurn = graph.InTurnNothing
	}
	return planned && !looksUp
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
