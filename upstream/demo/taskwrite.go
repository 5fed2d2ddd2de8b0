package demo

import (
	"slices"
	"strings"
	"time"
)

// taskInput is the bound form of the parameters of a new or changed task.
type taskInput struct {
	title, description string
	described          bool
	deadline           time.Time
	responsible        string
	category, contact  int
	alert              int
	entityType         string
	entity             int
}

func (c *call) bindTask() (id int, in taskInput, err error) {
	b := c.binder()
	if c.digits != "" {
		id = b.path(c.digits)
	}
	in.title, _ = b.text("title")
	in.description, in.described = b.text("description")
	in.deadline = b.date("deadline")
	in.responsible = b.guid("responsibleId")
	in.category = b.number("categoryId")
	in.contact = b.number("contactId")
	in.alert = b.number("alertValue")
	in.entityType, _ = b.text("entityType")
	in.entity = b.number("entityId")
	b.flag("isNotify") // mail to the responsible; an unknown one gets none
	return id, in, b.err
}

// check looks at neither contact, opportunity nor responsible, and takes a row of
// any dictionary for a category.
func (in taskInput) check(s *store) error {
	if !isEntityOfWrites(in.entityType) || in.category <= 0 {
		return errRange
	}
	if s.listItem(in.category) == nil {
		return errCategory
	}
	if in.title == "" || in.deadline.IsZero() {
		return errRange
	}
	return nil
}

// isEntityOfWrites reports whether tasks and events can be attached to that.
func isEntityOfWrites(kind string) bool {
	return kind == "" || strings.EqualFold(kind, "opportunity") || strings.EqualFold(kind, "case")
}

func (in taskInput) fill(s *store, t *task) {
	t.title, t.description = titleOf(in.title), longText(in.description)
	t.deadline, t.alert = stored(in.deadline), in.alert
	t.responsible, _ = s.employeeByID(in.responsible)
	t.category, t.contact, t.opportunity = s.listItem(in.category), s.byContactID[in.contact], 0
	if strings.EqualFold(in.entityType, "opportunity") {
		t.opportunity = in.entity
	}
}

func createTask(c *call) (answer, error) {
	_, in, err := c.bindTask()
	if err != nil {
		return answer{}, err
	}
	return c.insertTask(in)
}

func (c *call) insertTask(in taskInput) (answer, error) {
	s := c.store
	if err := in.check(s); err != nil {
		return answer{}, err
	}
	if err := s.grow(); err != nil {
		return answer{}, err
	}
	now := s.now()
	s.last.task++
	t := &task{id: s.last.task, createBy: c.viewer, created: stored(now)}
	in.fill(s, t)
	s.tasks = append(s.tasks, t)
	return c.taskEcho(t, in, now), nil
}

// taskEcho repeats what was sent.
func (c *call) taskEcho(t *task, in taskInput, created time.Time) answer {
	echo := *t
	echo.created, echo.title, echo.description, echo.deadline = created, in.title, in.description, in.deadline
	return c.oneTask(&echo, taskForm{written: true, undescribed: !in.described})
}

func (c *call) oneTask(t *task, form taskForm) answer {
	e := c.encoder()
	e.task(c.store, t, form)
	return one(e.buf)
}

// updateTask makes a new task where there is none of that id.
func updateTask(c *call) (answer, error) {
	id, in, err := c.bindTask()
	if err != nil {
		return answer{}, err
	}
	t := c.store.task(id)
	if t == nil {
		return c.insertTask(in)
	}
	if err := in.check(c.store); err != nil {
		return answer{}, err
	}
	if !c.editsTask(t) {
		return answer{}, errForbidden
	}
	in.fill(c.store, t)
	return c.taskEcho(t, in, t.created), nil
}

func (s *store) task(id int) *task {
	if i := slices.IndexFunc(s.tasks, func(t *task) bool { return t.id == id }); i >= 0 {
		return s.tasks[i]
	}
	return nil
}

func (c *call) editsTask(t *task) bool {
	return c.viewer.admin || t.responsible == c.viewer || t.createBy == c.viewer
}

// taskToEdit returns the task that the route names, or the error there is where it is not
// there.
func (c *call) taskToEdit(missing error) (*task, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	t := c.store.task(id)
	switch {
	case t == nil:
		return nil, missing
	case !c.editsTask(t):
		return nil, errForbidden
	default:
		return t, nil
	}
}

// closeTask answers 400 where there is no such task.
func closeTask(closed bool) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		t, err := c.taskToEdit(errRange)
		if err != nil {
			return answer{}, err
		}
		t.closed = closed
		return c.oneTask(t, taskForm{written: true}), nil
	}
}

func deleteTask(c *call) (answer, error) {
	t, err := c.taskToEdit(errNotFound)
	if err != nil {
		return answer{}, err
	}
	gone := c.oneTask(t, taskForm{written: true})
	c.store.tasks = without(c.store.tasks, t)
	return gone, nil
}
