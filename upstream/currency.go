package upstream

// Currency is one of the portal's currencies. It has no number of its own;
// the abbreviation ("EUR") tells currencies apart.
type Currency struct {
	Title         string  `json:"title"`
	Symbol        string  `json:"symbol"`
	Abbreviation  string  `json:"abbreviation"`
	CultureName   *string `json:"cultureName"`
	IsConvertable bool    `json:"isConvertable"`
	IsBasic       bool    `json:"isBasic"`
}
