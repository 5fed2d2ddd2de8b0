package upstream

// ContactDetails is a contact in full, as only the contact endpoints send it.
// Which members are filled depends on IsCompany, and tags come in lists only.
type ContactDetails struct {
	FirstName    *string       `json:"firstName,omitempty"`
	LastName     *string       `json:"lastName,omitempty"`
	JobTitle     *string       `json:"title,omitempty"`
	Company      *ContactBase  `json:"company,omitempty"` // a person's employer
	CompanyName  *string       `json:"companyName,omitempty"`
	Persons      []ContactBase `json:"persons,omitempty"` // documented; no endpoint fills it
	PersonsCount int           `json:"personsCount,omitempty"`

	Addresses     []Address     `json:"addresses,omitempty"`
	CreateBy      *Employee     `json:"createBy,omitempty"`
	Created       DateTime      `json:"created"`
	About         *string       `json:"about,omitempty"`
	Industry      *string       `json:"industry,omitempty"`
	ContactStatus *ListItem     `json:"contactStatus,omitempty"`
	ContactType   *ListItem     `json:"contactType,omitempty"` // documented; no endpoint fills it
	CommonData    []ContactInfo `json:"commonData,omitempty"`
	CustomFields  []CustomField `json:"customFields,omitempty"`
	Tags          []string      `json:"tags,omitempty"`
	TaskCount     int           `json:"taskCount,omitempty"`
	HaveLateTasks bool          `json:"haveLateTasks"`

	ContactBase
}

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
