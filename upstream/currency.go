package upstream

import "context"

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

// Currencies returns all currencies of the portal, retired ones included
// (GET api/2.0/crm/settings/currency).
func (c *Caller) Currencies(ctx context.Context, seat *Seat) ([]*Currency, error) {
	return getReference[[]*Currency](ctx, c, seat, route{template: "crm/settings/currency"})
}
