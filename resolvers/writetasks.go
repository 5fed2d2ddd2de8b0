package resolvers

import (
	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

func createTask(in graph.CreateTaskInput) func(w *writing) (*upstream.Task, error) {
	return func(w *writing) (*upstream.Task, error) {
		t := upstream.NewTask{
			Title: in.Title, ResponsibleID: in.ResponsibleID, CategoryID: number(in.CategoryID), DeadLine: in.DeadLine,
			Description: orNone(in.Description), OpportunityID: numberOr0(in.OpportunityID), ContactID: numberOr0(in.ContactID),
			AlertValue: orNone(in.AlertValue), Notify: orNone(in.Notify),
		}
		with, err := w.checked(&t, needs{taskCategories: true}, nil)
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
		t := upstream.TaskChanges{
			ID: number(in.ID), IfRevision: seenRevision(in.IfRevision),
			Title: upstream.ChangeTo(in.Title.ValueOK()), ResponsibleID: upstream.ChangeTo(in.ResponsibleID.ValueOK()),
			CategoryID: numberChange(in.CategoryID), DeadLine: upstream.ChangeTo(in.DeadLine.ValueOK()),
			Description: upstream.ChangeTo(in.Description.ValueOK()), OpportunityID: numberChange(in.OpportunityID),
			ContactID: numberChange(in.ContactID), AlertValue: upstream.ChangeTo(in.AlertValue.ValueOK()),
		}
		with, err := w.checked(&t, needs{taskCategories: t.CategoryID.Given()}, nil)
		if err != nil {
			return nil, err
		}
		return w.caller.UpdateTask(w.ctx, t, with)
	}
}

// newNote returns what the client checks and sends.
func newNote(in graph.CreateNoteInput) upstream.NewNote {
	return upstream.NewNote{
		OpportunityID: numberOr0(in.OpportunityID), ContactID: numberOr0(in.ContactID), CategoryID: number(in.CategoryID),
		Content: in.Content, Created: orNone(in.Created), NotifyIDs: in.NotifyIds, FileIDs: numbers(in.FileIds),
	}
}

// enteredNote reads one that was created before with the same input.
func enteredNote(in graph.CreateNoteInput) func(w *writing, id int) (*upstream.HistoryEvent, error) {
	return func(w *writing, id int) (*upstream.HistoryEvent, error) { return w.caller.Note(w.ctx, newNote(in), id) }
}

func createNote(in graph.CreateNoteInput) func(w *writing) (*upstream.HistoryEvent, error) {
	return func(w *writing) (*upstream.HistoryEvent, error) {
		note := newNote(in)
		with, err := w.checked(&note, needs{historyCategories: true}, nil)
		if err != nil {
			return nil, err
		}
		return w.caller.CreateNote(w.ctx, note, with)
	}
}
