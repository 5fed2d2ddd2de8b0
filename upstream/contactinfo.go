package upstream

// ContactInfo is one way to reach a contact: a phone number, an e-mail
// address, a web page.
type ContactInfo struct {
	ID           int             `json:"id"`
	InfoType     ContactInfoType `json:"infoType"`
	Category     int             `json:"category"` // means different things for phones and the rest; CategoryName says it
	Data         string          `json:"data"`
	CategoryName string          `json:"categoryName"` // in the portal's language
	IsPrimary    bool            `json:"isPrimary"`
}

func (c *ContactInfo) member(key string, s *scanner) bool {
	switch key {
	case "id":
		s.whole(&c.ID)
	case "infoType":
		s.whole((*int)(&c.InfoType))
	case "category":
		s.whole(&c.Category)
	case "data":
		s.word(&c.Data)
	case "categoryName":
		s.word(&c.CategoryName)
	case "isPrimary":
		s.truth(&c.IsPrimary)
	default:
		return false
	}
	return true
}

// Address is a postal address of a contact. It has no id.
type Address struct {
	Street       *string `json:"street,omitempty"`
	City         *string `json:"city,omitempty"`
	State        *string `json:"state,omitempty"`
	Zip          *string `json:"zip,omitempty"`
	Country      *string `json:"country,omitempty"`
	Category     int     `json:"category,omitempty"`
	CategoryName *string `json:"categoryName,omitempty"` // in the portal's language
	IsPrimary    bool    `json:"isPrimary,omitempty"`
}

func (a *Address) member(key string, s *scanner) bool {
	switch key {
	case "street":
		pointer(s, &a.Street)
	case "city":
		pointer(s, &a.City)
	case "state":
		pointer(s, &a.State)
	case "zip":
		pointer(s, &a.Zip)
	case "country":
		pointer(s, &a.Country)
	case "category":
		s.whole(&a.Category)
	case "categoryName":
		pointer(s, &a.CategoryName)
	case "isPrimary":
		s.truth(&a.IsPrimary)
	default:
		return false
	}
	return true
}
