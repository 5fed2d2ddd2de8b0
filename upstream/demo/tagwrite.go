package demo

import (
	"slices"
	"strings"
)

// tagName is the one parameter of the methods about tags.
func (c *call) tagName() (string, error) {
	b := c.binder()
	if c.digits != "" {
		b.path(c.digits)
	}
	name, _ := b.text("tagName")
	if b.err == nil && name == "" {
		return "", errRange
	}
	return name, b.err
}

var lineBreaks = strings.NewReplacer("\r", "", "\n", "")

// correctTag is what the portal looks a tag up by.
func correctTag(name string) string { return strings.TrimSpace(lineBreaks.Replace(name)) }

// linkTag adds a tag, in the spelling of the dictionary when that has it. One that
// is longer than its column is never found again, and comes in once more.
func (c *call) linkTag(dictionary, own *[]string, name string) (answer, error) {
	title := correctTag(name)
	if title == "" {
		return answer{}, errRange
	}
	i := slices.IndexFunc(*dictionary, func(known string) bool { return strings.EqualFold(known, title) })
	if i < 0 {
		if err := c.store.grow(); err != nil {
			return answer{}, err
		}
		i = len(*dictionary)
		*dictionary = append(*dictionary, titleOf(title))
		if c.interrupted() {
			return answer{}, errNull
		}
	}
	if known := (*dictionary)[i]; !hasFold(*own, known) || len(known) < len(title) {
		*own = append(*own, known)
	}
	return bareText(name), nil
}

// unlinkTag does not mind a tag that the entity lacks, only one that no entity has.
func unlinkTag(dictionary []string, own *[]string, name string) (answer, error) {
	title := correctTag(name)
	if !hasFold(dictionary, title) {
		return answer{}, errNotFound
	}
	*own = slices.DeleteFunc(slices.Clone(*own), func(known string) bool { return strings.EqualFold(known, title) })
	return bareText(name), nil
}

// newTag adds to the dictionary alone.
func (c *call) newTag(dictionary *[]string) (answer, error) {
	name, err := c.tagName()
	if err != nil {
		return answer{}, err
	}
	title := correctTag(name)
	switch {
	case title == "":
		return answer{}, errRange
	case hasFold(*dictionary, title):
		return answer{}, errTagExists
	}
	if err := c.store.grow(); err != nil {
		return answer{}, err
	}
	*dictionary = append(*dictionary, titleOf(title))
	return bareText(name), nil
}

func createOpportunityTag(c *call) (answer, error) { return c.newTag(&c.store.tags) }

func createContactTag(c *call) (answer, error) { return c.newTag(&c.store.contactTags) }

func addOpportunityTag(c *call) (answer, error) {
	name, o, err := c.opportunityTag()
	if err != nil {
		return answer{}, err
	}
	return c.linkTag(&c.store.tags, &o.tags, name)
}

func removeOpportunityTag(c *call) (answer, error) {
	name, o, err := c.opportunityTag()
	if err != nil {
		return answer{}, err
	}
	return unlinkTag(c.store.tags, &o.tags, name)
}

func addContactTag(c *call) (answer, error) {
	name, x, err := c.contactTag()
	if err != nil {
		return answer{}, err
	}
	return c.linkTag(&c.store.contactTags, &x.tags, name)
}

func removeContactTag(c *call) (answer, error) {
	name, x, err := c.contactTag()
	if err != nil {
		return answer{}, err
	}
	return unlinkTag(c.store.contactTags, &x.tags, name)
}

func (c *call) opportunityTag() (string, *opportunity, error) {
	name, err := c.tagName()
	if err != nil {
		return "", nil, err
	}
	o, err := c.opportunity()
	return name, o, err
}

// contactTag needs the right to edit the contact, where seeing an opportunity is
// enough.
func (c *call) contactTag() (string, *contact, error) {
	name, err := c.tagName()
	if err != nil {
		return "", nil, err
	}
	x, err := c.contact()
	if err == nil && !c.viewer.edits(x) {
		err = errForbidden
	}
	return name, x, err
}
