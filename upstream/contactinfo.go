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
