package resolvers

import (
	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

func createTask(in graph.CreateTaskInput) func(w *writing) (*upstream.Task, error) {
	return func(w *writing) (*upstream.Task, error) {
		texts := &scalars{}
		t := upstream.NewTask{
			Title: in.Title, ResponsibleID: in.ResponsibleID, CategoryID: number(in.CategoryID), DeadLine: read[upstream.DateTime](texts, in.DeadLine, "deadLine"),
			Description: orNone(in.Description), OpportunityID: numberOr0(in.OpportunityID), ContactID: numberOr0(in.ContactID),
			AlertValue: orNone(in.AlertValue), Notify: orNone(in.Notify),
		}
		with, err := w.checked(&t, needs{taskCategories: true}, texts.mistakes)
		if err != nil {
			return nil, err
		}
		return w.caller.CreateTask(w.ctx, t, with)
	}
}

// enteredTask reads one that was created before.
func enteredTask(w *writing, id int) (*upstream.Task, error) { return w.caller.Task(w.ctx, id) }

func updateTask(in graph.UpdateTaskInput) func(w *writing) (*upstream.Task, error) {
	return func(w *writing) (*upstream.Task, error) {
		texts := &scalars{}
		t := upstream.TaskChanges{
			ID: number(in.ID), IfRevision: seenRevision(in.IfRevision),
			Title: upstream.ChangeTo(in.Title.ValueOK()), ResponsibleID: upstream.ChangeTo(in.ResponsibleID.ValueOK()),
			CategoryID: numberChange(in.CategoryID), DeadLine: changed[upstream.DateTime](texts, in.DeadLine, "deadLine"),
			Description: upstream.ChangeTo(in.Description.ValueOK()), OpportunityID: numberChange(in.OpportunityID),
			ContactID: numberChange(in.ContactID), AlertValue: upstream.ChangeTo(in.AlertValue.ValueOK()),
		}
		with, err := w.checked(&t, needs{taskCategories: t.CategoryID.Given()}, texts.mistakes)
		if err != nil {
			return nil, err
		}
		return w.caller.UpdateTask(w.ctx, t, with)
	}
}

// newNote returns what the client checks and sends, and what cannot be read.
func newNote(in graph.CreateNoteInput) (upstream.NewNote, upstream.UserErrors) {
	texts := &scalars{}
	note := upstream.NewNote{
		OpportunityID: numberOr0(in.OpportunityID), ContactID: numberOr0(in.ContactID), CategoryID: number(in.CategoryID),
		Content: in.Content, Created: readOrNone[upstream.DateTime](texts, in.Created, "created"), NotifyIDs: in.NotifyIds, FileIDs: numbers(in.FileIds),
	}
	return note, texts.mistakes
}

// enteredNote reads one that was created before with the same input.
func enteredNote(in graph.CreateNoteInput) func(w *writing, id int) (*upstream.HistoryEvent, error) {
	return func(w *writing, id int) (*upstream.HistoryEvent, error) {
		note, _ := newNote(in) // which was read well when the key was first used
		return w.caller.Note(w.ctx, note, id)
	}
}

func createNote(in graph.CreateNoteInput) func(w *writing) (*upstream.HistoryEvent, error) {
	return func(w *writing) (*upstream.HistoryEvent, error) {
		note, mistakes := newNote(in)
		with, err := w.checked(&note, needs{historyCategories: true}, mistakes)
		if err != nil {
			return nil, err
		}
		return w.caller.CreateNote(w.ctx, note, with)
	}
}
