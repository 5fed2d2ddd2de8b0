package demo

// call is one request to the API, on its own or inside a batch.
type call struct {
	portal *Portal
	store  *store
	route  *route
	viewer *employee
	params params
	input  input // of a write
	place
	faults []*injected
}

// id is the number in the path; the portal refuses 0 before it looks anything up.
func (c *call) id() (int, error) {
	id, err := parseInt32(c.digits)
	if err != nil {
		return 0, err
	}
	if id <= 0 {
		return 0, errRange
	}
	return id, nil
}

func (c *call) encoder() *encoder {
	e := &encoder{viewer: c.viewer, zone: c.params.zone, buf: make([]byte, 0, 1024)}
	for _, f := range c.faults {
		e.noNestedIDs = e.noNestedIDs || f.Kind == NoNestedIDs
	}
	return e
}

// opportunity is the one that the path names, if the viewer may know of it.
func (c *call) opportunity() (*opportunity, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	o := c.store.opportunity(id)
	if o == nil || !c.viewer.sees(o) {
		return nil, errNotFound
	}
	return o, nil
}

func (c *call) contact() (*contact, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	found := c.store.byContactID[id]
	if found == nil || !c.viewer.seesContact(found) {
		return nil, errNotFound
	}
	return found, nil
}
