package upstream

import "context"

// Stage is a step of the sales pipeline; the portal also calls it a deal milestone.
type Stage struct {
	RelativeItemsCount int       `json:"relativeItemsCount,omitempty"` // opportunities in it; only the list of stages fills it
	SuccessProbability int       `json:"successProbability"`           // percent, 0 to 100
	StageType          StageType `json:"stageType"`
	Title              string    `json:"title"`
	Description        *string   `json:"description,omitempty"`
	Color              *string   `json:"color,omitempty"`     // "#rrggbb"
	SortOrder          *int      `json:"sortOrder,omitempty"` // documented, but a live portal never sends it
	ID                 int       `json:"id"`
}

// NodeID returns the stage's global id.
func (s *Stage) NodeID() (string, error) {
	id, err := s.CheckedID()
	return numberNodeID(NodeStage, id, err)
}

// CheckedID returns the portal's number, or an error where it was left out.
func (s *Stage) CheckedID() (int, error) { return checkID("stage", s.ID) }

// KnownSortOrder returns the sort order where the portal sent it.
func (s *Stage) KnownSortOrder() (order *int, ok bool) { return s.SortOrder, s.SortOrder != nil }

// Stages returns all stages in the portal's order, with their counts
// (GET api/2.0/crm/opportunity/stage).
func (c *Caller) Stages(ctx context.Context, seat *Seat) ([]*Stage, error) {
	return getReference[[]*Stage](ctx, c, seat, route{template: "crm/opportunity/stage"})
}
