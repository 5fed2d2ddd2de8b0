package upstream

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/upstream/demo"
)

// world is the demo portal, and what its database had before something was tried.
type world struct {
	*demo.Portal
	client *Client
	before map[string]demo.Row
	forms  []string              // content types of the writes
	sent   []sentWrite           // in all acts
	meddle func(r *http.Request) // before the portal is asked
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Portal: demo.New()}
	t.Cleanup(func() { _ = w.Close() })
	w.client = newTestClient(t, func(answer http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.forms = append(w.forms, r.Header.Get("Content-Type"))
			w.sent = append(w.sent, sentWrites(r)...)
		}
		if w.meddle != nil {
			w.meddle(r)
		}
		w.ServeHTTP(answer, r)
	}, func(o *Options) { o.RetryDelay = time.Millisecond })
	return w
}

// act is something that somebody does, and what comes of it.
type act struct {
	by      string // an employee's name
	do      func(ctx context.Context, w *world, c *Caller) error
	says    string // see inShort
	changes string // values of things that are other ones afterwards, "+" things that are new, "-" that are gone; "*" for any
	writes  int    // that were sent, items of batches among them; -1 for any
}

func (a *act) run(t *testing.T, w *world) {
	t.Helper()
	w.before = w.Rows()
	w.ResetCalls()
	caller := w.client.For(Credentials{Authorization: w.TokenOf(a.by + "@fennmark.example")})
	defer caller.Close()
	if says := inShort(a.do(t.Context(), w, caller)); says != a.says {
		t.Errorf("%s hears %q, want %q", a.by, says, a.says)
	}
	if changes := w.changes(); changes != a.changes && a.changes != "*" {
		t.Errorf("%s has changed %q, want %q", a.by, changes, a.changes)
	}
	writes := 0
	for _, counts := range []map[string]int{w.Calls(), w.Items()} {
		for call, n := range counts {
			if !strings.HasPrefix(call, "GET ") && call != "POST batch" {
				writes += n
			}
		}
	}
	if writes != a.writes && a.writes >= 0 {
		t.Errorf("%s has sent %d writes, want %d: %v %v", a.by, writes, a.writes, w.Calls(), w.Items())
	}
}

// inShort is an error in a few words.
func inShort(err error) string {
	var mistakes UserErrors
	var conflict *ConflictError
	var other *NotAsWrittenError
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &mistakes):
		var list []string
		for _, m := range mistakes {
			list = append(list, string(m.Code)+" "+strings.Join(m.Field, "."))
		}
		return strings.Join(list, "; ")
	case errors.As(err, &conflict):
		return "CONFLICT"
	case errors.As(err, &other):
		return "NOT_AS_WRITTEN " + strings.Join(other.Fields, ", ")
	case errors.As(err, &e):
		return fmt.Sprint(e.Kind, " ", e.Outcome)
	default:
		return err.Error()
	}
}

func (w *world) changes() string {
	after := w.Rows()
	var list []string
	for name, row := range after {
		was, there := w.before[name]
		if !there {
			list = append(list, "+"+name)
			continue
		}
		if was.Equal(row) {
			continue // as nearly all are
		}
		values := maps.Clone(was)
		maps.Copy(values, row)
		for value := range values {
			if was[value] != row[value] {
				list = append(list, name+" "+value)
			}
		}
	}
	for name := range w.before {
		if _, there := after[name]; !there {
			list = append(list, "-"+name)
		}
	}
	slices.Sort(list)
	return strings.Join(list, "; ")
}

// is returns an error where a value of the portal's database is another one.
func (w *world) is(thing, value, want string) error {
	if got := w.Rows()[thing][value]; got != want {
		return fmt.Errorf("%s of %s is %q, want %q", value, thing, got, want)
	}
	return nil
}

// contactWith returns the first contact that is so.
func (w *world) contactWith(is func(row demo.Row) bool) (id int) {
	rows := w.Rows()
	for id = 1001; id < 3000; id++ {
		if row := rows[fmt.Sprint("contact ", id)]; row != nil && is(row) {
			return id
		}
	}
	return 0
}

// fileBy returns the lowest document that an employee has entered, or somebody else.
func (w *world) fileBy(id string, isTheirs bool) (lowest int) {
	for name, row := range w.Rows() {
		for _, text := range strings.Fields(row["fileIds"]) {
			if n, _ := strconv.Atoi(text); strings.HasPrefix(name, "event ") && (row["createBy"] == id) == isTheirs && (lowest == 0 || n < lowest) {
				lowest = n
			}
		}
	}
	return lowest
}

// noEmployee is the id of no employee.
const noEmployee = "00000000-0000-4000-8000-000000000000"

// What people do, as the acts of facts.
type doing = func(ctx context.Context, w *world, c *Caller) error

func has(thing, value, want string) doing {
	return func(_ context.Context, w *world, _ *Caller) error { return w.is(thing, value, want) }
}

func update(in OpportunityChanges) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		_, err := c.UpdateOpportunity(ctx, in, theStages)
		return err
	}
}

func move(id, stage int) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		_, err := c.MoveOpportunity(ctx, StageChange{ID: id, StageID: stage})
		return err
	}
}

func addMembers(id int, contacts ...int) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		_, err := c.AddOpportunityMembers(ctx, id, contacts)
		return err
	}
}

func tag(id int, tags ...string) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		_, err := c.AddTags(ctx, TagOpportunity, id, tags)
		return err
	}
}

func setFields(id int, values ...FieldValue) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		_, err := c.SetOpportunityFields(ctx, FieldChanges{ID: id, Values: values}, nil)
		return err
	}
}

func note(in NewNote, with *Dictionaries) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		_, err := c.CreateNote(ctx, in, with)
		return err
	}
}

func createTask(opportunity, contact int, with *Dictionaries) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		in := NewTask{Title: "A", ResponsibleID: anna.ID, CategoryID: 21, DeadLine: midnight(2026, 3, 1), OpportunityID: opportunity, ContactID: contact}
		_, err := c.CreateTask(ctx, in, with)
		return err
	}
}

func updateTask(in TaskChanges) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		_, err := c.UpdateTask(ctx, in, nil)
		return err
	}
}

func updatePerson(in ContactChanges) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		_, err := c.UpdateContact(ctx, in, nil)
		return err
	}
}

func createPerson(in NewContact, name string) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		d, err := c.CreateContact(ctx, in, nil)
		if err == nil && *d.FirstName+" "+*d.LastName != name {
			return fmt.Errorf("named %q %q", *d.FirstName, *d.LastName)
		}
		return err
	}
}
