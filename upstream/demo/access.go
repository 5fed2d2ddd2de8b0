package demo

import "slices"

func setOpportunityAccess(c *call) (answer, error) {
	b := c.binder()
	private, _ := b.flag("isPrivate")
	ids := b.guids("accessList")
	if b.err != nil {
		return answer{}, b.err
	}
	o, err := c.opportunity()
	switch {
	case err != nil:
		return answer{}, err
	case !c.viewer.admin && o.createBy != c.viewer:
		return answer{}, errForbidden
	}
	c.share(o, private, ids)
	return c.oneOpportunity(o), nil
}

// share makes an opportunity private to a list, which the caller always joins, or
// public when it is empty.
func (c *call) share(o *opportunity, private bool, ids []string) {
	o.private, o.access = private && len(ids) > 0, nil
	if !o.private {
		return
	}
	o.access = c.store.employeesByID(ids)
	if !slices.Contains(o.access, c.viewer) {
		o.access = append(o.access, c.viewer)
	}
}
