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

func (c *Currency) member(key string, s *scanner) bool {
	switch key {
	case "title":
		s.word(&c.Title)
	case "symbol":
		s.word(&c.Symbol)
	case "abbreviation":
		s.word(&c.Abbreviation)
	case "cultureName":
		pointer(s, &c.CultureName)
	case "isConvertable":
		s.truth(&c.IsConvertable)
	case "isBasic":
		s.truth(&c.IsBasic)
	default:
		return false
	}
	return true
}

// Currencies returns all currencies of the portal, retired ones included
// (GET api/2.0/crm/settings/currency).
func (c *Caller) Currencies(ctx context.Context, seat *Seat) ([]*Currency, error) {
	return getReference[[]*Currency](ctx, c, seat, route{template: "crm/settings/currency"})
}
