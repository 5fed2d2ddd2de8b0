package upstream

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"onlyoffice-graphql/upstream/scan"
)

// Opportunity is a possible sale. The single answer and the list differ in
// small ways: only the single one has headings among the custom fields, and
// the list leaves out access lists of public opportunities and contacts that
// the caller may not see.
type Opportunity struct {
	CreateBy           *Employee     `json:"createBy,omitempty"`
	Created            DateTime      `json:"created"`
	Members            []ContactBase `json:"members"`
	Contact            *ContactBase  `json:"contact,omitempty"` // nil: none, or hidden from the caller in a list
	Title              string        `json:"title"`
	Description        string        `json:"description"`
	Responsible        *Employee     `json:"responsible,omitempty"`
	BidType            BidType       `json:"bidType,omitempty"`
	BidValue           Decimal       `json:"bidValue"`
	BidCurrency        *Currency     `json:"bidCurrency,omitempty"`
	PerPeriodValue     int           `json:"perPeriodValue,omitempty"` // periods the bid is paid for
	Stage              *Stage        `json:"stage,omitempty"`          // nil in lists when the stage no longer exists
	SuccessProbability int           `json:"successProbability,omitempty"`
	ActualCloseDate    DateTime      `json:"actualCloseDate"`
	ExpectedCloseDate  DateTime      `json:"expectedCloseDate"`
	IsPrivate          bool          `json:"isPrivate"`
	AccessList         []Employee    `json:"accessList"`
	CanEdit            bool          `json:"canEdit"` // of the calling user
	CustomFields       []CustomField `json:"customFields"`
	ID                 int           `json:"id"`

	fromList bool     // came from a list, which leaves headings out
	tags     []string // of one that was just created; nil: not known
}

// NodeID returns the opportunity's global id.
func (o *Opportunity) NodeID() (string, error) {
	id, err := o.CheckedID()
	return numberNodeID(NodeOpportunity, id, err)
}

// CheckedID returns the portal's number, or an error where it was left out.
func (o *Opportunity) CheckedID() (int, error) { return checkID("opportunity", o.ID) }

// TagsAtCreation returns the tags of an opportunity that was just created; it is not ok for
// others.
func (o *Opportunity) TagsAtCreation() (tags []string, ok bool) { return o.tags, o.tags != nil }

// KnownCustomFields returns the values of the fields with one of the labels, or of
// all when labels is nil; with the headings among them when headings is true. It
// is not ok for headings of an opportunity from a list: see CustomFieldsWith.
func (o *Opportunity) KnownCustomFields(labels []string, headings *bool) (fields []*CustomField, ok bool) {
	withHeadings := headings != nil && *headings
	if withHeadings && o.fromList {
		return nil, false
	}
	return selectFields(o.CustomFields, labels, withHeadings), true
}

// CustomFieldsWith returns the values of the fields with one of the labels, or of
// all when labels is nil, of an opportunity from a list, with the headings of the
// definitions among them.
func (o *Opportunity) CustomFieldsWith(definitions []*CustomFieldDefinition, labels []string) []*CustomField {
	all := slices.Clone(o.CustomFields)
	for _, d := range definitions {
		if d.FieldType == Heading {
			all = append(all, d.heading("opportunity", o.ID))
		}
	}
	slices.SortStableFunc(all, func(a, b CustomField) int { return a.Position - b.Position })
	return selectFields(all, labels, true)
}

func selectFields(all []CustomField, labels []string, headings bool) []*CustomField {
	fields := make([]*CustomField, 0, len(all))
	isWanted := among(labels)
	for i := range all {
		f := &all[i]
		if f.IsHeading() && !headings || labels != nil && !isWanted(f.Label) {
			continue
		}
		fields = append(fields, f)
	}
	return fields
}

// among returns whether a text is one of the texts; of many it makes a set, so that
// neither their number nor that of the fields multiplies the other.
func among(texts []string) func(string) bool {
	if len(texts) <= 4 {
		return func(text string) bool { return slices.Contains(texts, text) }
	}
	set := make(map[string]bool, len(texts))
	for _, text := range texts {
		set[text] = true
	}
	return func(text string) bool { return set[text] }
}

// PrimaryContact returns the opportunity's contact, or nil.
func (o *Opportunity) PrimaryContact() Contact {
	if o.Contact == nil {
		return nil
	}
	return o.Contact.contact()
}

// MemberContacts returns the contacts that take part in the opportunity.
func (o *Opportunity) MemberContacts() []Contact {
	members := make([]Contact, len(o.Members))
	for i := range o.Members {
		members[i] = o.Members[i].contact()
	}
	return members
}

// TotalValue returns the bid's value, times the number of periods unless the
// bid is fixed.
func (o *Opportunity) TotalValue() Decimal {
	if o.BidType == FixedBid {
		return o.BidValue
	}
	return Decimal{o.BidValue.Mul(decimal.NewFromInt(int64(o.PerPeriodValue)))}
}

// Opportunities returns one result for each id, in order, in as few and as
// parallel calls as there are slots free (GET api/2.0/crm/opportunity/{id},
// through POST api/2.0/batch where ids outnumber slots). An opportunity that
// is missing or hidden is a KindNotFound error of its own. Members whose keys are in
// skip are not decoded, as if the portal had not sent them; a read for a write must
// see all, and skips none.
func (c *Caller) Opportunities(ctx context.Context, seat *Seat, ids []int, skip []string) []Result[*Opportunity] {
	const template = "crm/opportunity/{id}"
	results := getEach(ctx, c, seat, ids, numbered(template), skipping(skip, decode[*Opportunity]))
	for i, id := range ids {
		o := results[i].Value
		if results[i].Err != nil {
			continue
		}
		err := c.checkOwner(template, o.CustomFields, id)
		if err == nil {
			err = c.adopt(o, id)
		}
		if err != nil {
			results[i] = Result[*Opportunity]{Err: err}
		}
	}
	return results
}

// skipping returns a reader that does not decode the members of opportunities whose
// keys are in skip.
func skipping[T any](skip []string, read reader[T]) reader[T] {
	return func(a answer) (T, error) {
		a.skip = scan.Without[Opportunity](skip...)
		return read(a)
	}
}

// ListOpportunities returns one page for each query, in order
// (GET api/2.0/crm/opportunity/filter). Its sort keys are "id", the only one that
// is stable, "title", "responsible", "stage", "bidvalue" and "dateandtime". Members
// whose keys are in skip are not decoded.
func (c *Caller) ListOpportunities(ctx context.Context, seat *Seat, queries []Query[OpportunityCriteria], skip []string) []Result[Page[*Opportunity]] {
	results := getEach(ctx, c, seat, queries, listed[OpportunityCriteria]("crm/opportunity/filter"), skipping(skip, decodePage[*Opportunity]))
	for i := range results {
		for _, o := range results[i].Value.Items {
			o.fromList = true
			if err := c.adopt(o, o.ID); err != nil {
				results[i] = Result[Page[*Opportunity]]{Err: err}
				break
			}
		}
	}
	return results
}

// OpportunityTags returns the tags of each opportunity
// (GET api/2.0/crm/opportunity/tag/{id}).
func (c *Caller) OpportunityTags(ctx context.Context, seat *Seat, ids []int) []Result[[]string] {
	return getEach(ctx, c, seat, ids, numbered("crm/opportunity/tag/{id}"), decode[[]string])
}

// adopt finishes what decoding cannot know: that it is the opportunity that
// was asked for, whose values its custom fields are, and which numbers no enum
// names.
func (c *Caller) adopt(o *Opportunity, id int) error {
	if o.ID != 0 && o.ID != id {
		return c.wrongEntity("crm/opportunity/{id}", id, o.ID)
	}
	o.ID = id // a portal that has forgotten its ids still answered the right question
	own(o.CustomFields, "opportunity", id)
	o.eachUnknown(c.client.warnUnknown)
	return nil
}
