package upstream

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// TagEntity is a kind of thing that is tagged.
type TagEntity string

// The kinds of things that are tagged.
const (
	TagOpportunity TagEntity = "opportunity"
	TagContact     TagEntity = "contact"
)

// tags checks a list of tags.
func (c *check) tags(tags []string) {
	if !c.list(len(tags), maxTags, "tags") {
		return
	}
	for i, tag := range tags {
		c.line(tag, "tags", strconv.Itoa(i))
		if strings.ContainsAny(tag, "\r\n") {
			c.fail(CodeInvalid, "The portal takes line breaks out of a tag.", "tags", strconv.Itoa(i))
		}
	}
	distinct(c, tags, tagKey, "tags")
}

// tagText returns a tag as the portal stores it.
func tagText(tag string) string { return strings.TrimSpace(tag) }

// tagKey is what two spellings of one tag have in common.
func tagKey(tag string) string { return strings.ToLower(tagText(tag)) }

// AddTags adds tags, and returns all that there then are, in the spelling of the
// portal's dictionary (POST api/2.0/crm/{entity}/{id}/tag). Those that are there already
// are no mistake.
func (c *Caller) AddTags(ctx context.Context, entity TagEntity, id int, tags []string) ([]string, error) {
	return c.changeTags(ctx, http.MethodPost, entity, id, tags)
}

// RemoveTags removes tags, and returns all that are left (DELETE
// api/2.0/crm/{entity}/{id}/tag). Those that are not there are no mistake.
func (c *Caller) RemoveTags(ctx context.Context, entity TagEntity, id int, tags []string) ([]string, error) {
	return c.changeTags(ctx, http.MethodDelete, entity, id, tags)
}

// changeTags makes one call for each tag, together in a batch that ends with reading
// them. What is there then tells how it went: the portal answers an unknown tag and an
// unknown opportunity alike.
func (c *Caller) changeTags(ctx context.Context, method string, entity TagEntity, id int, tags []string) ([]string, error) {
	in := checking(nil)
	in.id(id, "id")
	in.tags(tags)
	if len(tags) == 0 {
		in.fail(CodeRequired, "Name at least one tag.", "tags")
	}
	named := Named{NamedContact, id, []string{"id"}}
	if entity == TagOpportunity {
		named.Kind = NamedOpportunity
	}
	if err := c.withMissing(ctx, in.found.orNil(), []Named{named}); err != nil {
		return nil, err
	}
	template := "crm/" + string(entity) + "/{id}/tag"
	unlock, err := c.client.objects.lock(ctx, template, lockOf(string(entity), id))
	if err != nil {
		return nil, err
	}
	defer unlock()
	if method == http.MethodPost {
		// Two first uses of a title at the same moment would make two tags of it.
		keys := make([]string, len(tags))
		for i, tag := range tags {
			keys[i] = string(entity) + " " + tagKey(tag)
		}
		unlockTitles, err := c.client.titles.lock(ctx, template, keys...)
		if err != nil {
			return nil, err
		}
		defer unlockTitles()
	}
	steps := make([]step, len(tags))
	for i, tag := range tags {
		f := &form{}
		f.add("tagName", tagText(tag))
		steps[i] = step{method: method, route: withID(template, id)}
		if method == http.MethodDelete {
			steps[i].route.query = f.String()
		} else {
			steps[i].form = f.String()
		}
	}
	there, each, err := changeAndRead(ctx, c, steps, decode[string], withID("crm/"+string(entity)+"/tag/{id}", id), decode[[]string])
	if err != nil {
		return nil, err
	}
	var missed UserErrors
	var lost error
	for i, tag := range tags {
		has := slices.ContainsFunc(there, func(t string) bool { return tagKey(t) == tagKey(tag) })
		if each[i] != nil && has != (method == http.MethodPost) {
			missed = append(missed, refuse(CodeNotAsWritten, "This was not done.", "tags", strconv.Itoa(i))...)
			lost = cmp.Or(lost, each[i])
		}
	}
	switch {
	case lost == nil:
		return there, nil
	case !slices.ContainsFunc(each, mayBeDone):
		return nil, lost
	default:
		return there, missed.and(together(each, lost))
	}
}
