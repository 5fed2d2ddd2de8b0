package upstream

import (
	"context"
	"errors"
)

const taskRoute = "crm/task/{id}"

// holdTask locks a task and reads it, to be written.
func (c *Caller) holdTask(ctx context.Context, mistakes UserErrors, id int, seen string) (*Task, func(), error) {
	return hold(ctx, c, mistakes, taskRoute, lockOf(lockTask, id), func() (*Task, error) {
		t, err := c.Task(ctx, id)
		return editable(Result[*Task]{Value: t, Err: err}, taskRoute, seen)
	})
}

func (t *Task) mayEdit() bool { return t.CanEdit }

// Task returns one task (GET api/2.0/crm/task/{id}), of which a write has to know.
func (c *Caller) Task(ctx context.Context, id int) (*Task, error) {
	t, err := getWith(ctx, c, forWrite, withID(taskRoute, id), decode[*Task])
	switch {
	case err != nil:
		return nil, err
	case t.ID != 0 && t.ID != id:
		return nil, c.wrongEntity(taskRoute, id, t.ID)
	}
	t.ID = id
	return t, nil
}

// adoptedTask finishes a task that a write was answered with: the echo leaves an empty
// description out, and has a fraction that is not stored.
func (c *Caller) adoptedTask(t *Task) *Task {
	t.Created, t.DeadLine = t.Created.rounded(), t.DeadLine.rounded()
	if t.Description == nil {
		t.Description = new(string)
	}
	return t
}

// CreateTask creates a task (POST api/2.0/crm/task). The portal would take any
// opportunity and contact, there or not, so they are read before.
func (c *Caller) CreateTask(ctx context.Context, in NewTask, with *Dictionaries) (*Task, error) {
	if err := in.Check(with).orNil(); err != nil {
		return nil, err
	}
	if err := c.there(ctx, in.Named()); err != nil {
		return nil, err
	}
	v := in.values()
	f := v.form(true)
	f.givenTruth("isNotify", in.Notify)
	t, err := post(ctx, c, route{template: "crm/task"}, f, created[*Task])
	if KindOf(err) == KindNotFound {
		return nil, refuse(CodeNotFound, "The portal has no such category.", "categoryId")
	}
	if err != nil {
		return nil, err
	}
	return c.adoptedTask(t), nil
}

// UpdateTask changes what was named and keeps all else (PUT api/2.0/crm/task/{id}, which
// replaces all at once, and creates another task when there is none). A task that comes
// beside a *NotAsWrittenError was written.
func (c *Caller) UpdateTask(ctx context.Context, in TaskChanges, with *Dictionaries) (*Task, error) {
	before, unlock, err := c.holdTask(ctx, in.Check(with), in.ID, in.IfRevision)
	if err != nil {
		return nil, err
	}
	defer unlock()
	sent, lost := in.merge(before)
	if len(lost) > 0 {
		more, _ := apart(c.keepsEntity(ctx, &in, before))
		return nil, c.withMissing(ctx, append(lost, more...), in.about())
	}
	switch same, err := c.isSame(ctx, &in, before, &sent); {
	case err != nil:
		return nil, err
	case same:
		return before, nil
	}
	if err := c.keepsEntity(ctx, &in, before); err != nil {
		return nil, c.withMissing(ctx, err, in.about())
	}
	if err := c.there(ctx, in.about()); err != nil {
		return nil, err
	}
	t, err := put(ctx, c, withID(taskRoute, in.ID), sent.form(false), created[*Task])
	if KindOf(err) == KindNotFound {
		return nil, refuse(CodeNotFound, "The portal has no such category.", "categoryId")
	}
	if err != nil {
		return nil, err
	}
	if t.ID != in.ID {
		return nil, c.removeTwin(ctx, &in, &sent, t)
	}
	return c.adoptedTask(t), in.compare(&sent, t)
}

// isSame reports whether the task is as it is to be, so that nothing is sent. One that
// is to be about no opportunity may be about a hidden one still.
func (c *Caller) isSame(ctx context.Context, in *TaskChanges, before *Task, sent *taskValues) (bool, error) {
	was := before.values()
	if sent.form(false).String() != was.form(false).String() {
		return false, nil
	}
	if !in.OpportunityID.Given() {
		return true, nil
	}
	hidden, err := c.mayHideEntity(ctx, before)
	return !hidden, err
}

// keepsEntity returns an error where the task may be about an opportunity that is hidden
// from the caller, and would lose it.
func (c *Caller) keepsEntity(ctx context.Context, in *TaskChanges, before *Task) error {
	if in.OpportunityID.Given() {
		return nil
	}
	if hidden, err := c.mayHideEntity(ctx, before); !hidden || err != nil {
		return err
	}
	return cannotKeep("opportunityId", "The task may be about an opportunity that is hidden from this caller, and would lose it. Name an opportunity, or null for none.")
}

// mayHideEntity reports whether the task may be about an opportunity that is hidden from
// the caller: the portal shows such a task like one that is about none, and nothing is
// hidden from administrators alone.
func (c *Caller) mayHideEntity(ctx context.Context, t *Task) (bool, error) {
	if t.Entity != nil {
		return false, nil
	}
	self, err := c.Self(ctx, forWrite)
	if err != nil {
		return false, notDone(err)
	}
	return !self.IsAdminOfCRM(), nil
}

// removeTwin deletes the task that the portal has made in place of one that was deleted
// meanwhile: the one is gone, and the twin is newer and as it was sent. Of any other task
// the answer may be that to another call, and nothing is deleted. What it returns says
// that the one is gone, or that the other is left.
func (c *Caller) removeTwin(ctx context.Context, in *TaskChanges, sent *taskValues, twin *Task) error {
	after, end := lasting(ctx)
	defer end()
	_, err := c.Task(after, in.ID)
	if KindOf(err) != KindNotFound || twin.ID < in.ID || in.compare(sent, twin) != nil {
		return request{}.withOutcome(c.wrongEntity(taskRoute, in.ID, twin.ID))
	}
	if _, err := del(after, c, withID(taskRoute, twin.ID), decode[struct{}]); err != nil && KindOf(err) != KindNotFound {
		return withOutcome(err, Unknown)
	}
	return &Error{Op: taskRoute, Kind: KindNotFound, Outcome: NotDone, Err: errGone}
}

// CloseTask says that a task is done (PUT api/2.0/crm/task/{id}/close).
func (c *Caller) CloseTask(ctx context.Context, id int) (*Task, error) {
	return c.flipTask(ctx, id, "crm/task/{id}/close", true)
}

// ReopenTask says that a task is not done after all (PUT api/2.0/crm/task/{id}/reopen).
func (c *Caller) ReopenTask(ctx context.Context, id int) (*Task, error) {
	return c.flipTask(ctx, id, "crm/task/{id}/reopen", false)
}

func (c *Caller) flipTask(ctx context.Context, id int, template string, closed bool) (*Task, error) {
	unlock, err := c.lockTask(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	t, err := put(ctx, c, withID(template, id), &form{}, created[*Task])
	var e *Error
	switch {
	case errors.As(err, &e) && e.Kind == KindInvalid: // which the portal says of a task that is gone
		gone := *e
		gone.Kind = KindNotFound
		return nil, &gone
	case err != nil:
		return nil, err
	case t.ID != id:
		return nil, request{}.withOutcome(c.wrongEntity(template, id, t.ID))
	}
	var made comparison
	made.check("isClosed", true, t.IsClosed == closed)
	return c.adoptedTask(t), made.orNil()
}

// DeleteTask deletes a task (DELETE api/2.0/crm/task/{id}).
func (c *Caller) DeleteTask(ctx context.Context, id int) error {
	unlock, err := c.lockTask(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	_, err = del(ctx, c, withID(taskRoute, id), decode[struct{}])
	return err
}

// lockTask checks the id of a task, and locks it.
func (c *Caller) lockTask(ctx context.Context, id int) (unlock func(), err error) {
	in := checking(nil)
	in.id(id, "id")
	if err := in.found.orNil(); err != nil {
		return nil, err
	}
	return c.client.objects.lock(ctx, taskRoute, lockOf(lockTask, id))
}
