package upstream

// Tag is a word that opportunities are marked with. Tags have no id: the
// title is the tag.
type Tag struct {
	Title              string `json:"title"`
	RelativeItemsCount int    `json:"relativeItemsCount,omitempty"` // opportunities that bear it
}
