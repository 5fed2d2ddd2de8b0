package upstream

// ListItem is an entry of one of the portal's dictionaries: a contact status,
// a category of tasks or of history events.
type ListItem struct {
	ImagePath          *string `json:"imagePath,omitempty"`
	Title              string  `json:"title"`
	Description        *string `json:"description,omitempty"`
	Color              *string `json:"color,omitempty"`
	SortOrder          int     `json:"sortOrder,omitempty"`
	RelativeItemsCount int     `json:"relativeItemsCount,omitempty"` // only in the dictionary itself
	ID                 int     `json:"id"`
}

func (i *ListItem) member(key string, s *scanner) bool {
	switch key {
	case "imagePath":
		pointer(s, &i.ImagePath)
	case "title":
		s.word(&i.Title)
	case "description":
		pointer(s, &i.Description)
	case "color":
		pointer(s, &i.Color)
	case "sortOrder":
		s.whole(&i.SortOrder)
	case "relativeItemsCount":
		s.whole(&i.RelativeItemsCount)
	case "id":
		s.whole(&i.ID)
	default:
		return false
	}
	return true
}

// CheckedID returns the portal's number, or an error where it was left out.
func (i *ListItem) CheckedID() (int, error) { return checkID("listItem", i.ID) }
