package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"

	"onlyoffice-graphql/upstream/demo"
)

// said is what came of a change.
type said struct {
	Data struct {
		M *struct {
			Opportunity, Task *object
			UserErrors        []struct {
				Field []string
				Code  string
			}
		}
	}
	Errors []struct {
		Path       []any
		Extensions struct {
			Code, Outcome string
			Retryable     bool
		}
	}
	text string
}

// object is what both opportunities and tasks say of themselves.
type object struct {
	ID, Title, Description             string
	PerPeriodValue, SuccessProbability *int
	IsPrivate, IsClosed                *bool
	Stage, Responsible                 *struct{ ID string }
}

// make asks for the change, within this process.
func (c *change) make(handler http.Handler) (*said, error) {
	text, err := c.by.ask(handler, c.document(), map[string]any{"input": c.input})
	if err != nil {
		return nil, err
	}
	answer := &said{text: text}
	if err := json.Unmarshal([]byte(text), answer); err != nil {
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	if answer.Data.M == nil && len(answer.Errors) == 0 {
		return nil, fmt.Errorf("neither a payload nor an error: %s", text)
	}
	for _, e := range answer.Errors {
		if said := e.Extensions; said.Outcome == "" || said.Retryable && said.Outcome != "NOT_DONE" {
			return nil, fmt.Errorf("an error that says nothing of the change, or lets it be made twice: %s", text)
		}
	}
	return answer, nil
}

// ask sends an operation within this process.
func (e *employee) ask(handler http.Handler, query string, variables map[string]any) (string, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return "", err
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", e.token)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Body.String(), nil
}

// outcome is DONE where all was done, PART where some was or may have been, as the
// answer says what, UNKNOWN where it says that it does not know, and NOT_DONE.
func (a *said) outcome() string {
	failed := false
	for _, e := range a.Errors {
		if len(e.Path) > 1 {
			continue // of a field of the payload, not of the write
		}
		if failed = true; e.Extensions.Outcome != "NOT_DONE" {
			return "UNKNOWN"
		}
	}
	switch {
	case failed || a.Data.M == nil:
		return "NOT_DONE"
	case len(a.Data.M.UserErrors) == 0:
		return "DONE"
	case a.has("NOT_AS_WRITTEN") || a.Data.M.UserErrors[0].Field[0] == "contactIds":
		return "PART"
	default:
		return "NOT_DONE"
	}
}

func (a *said) has(code string) bool {
	for _, e := range a.Data.M.UserErrors {
		if e.Code == code {
			return true
		}
	}
	return false
}

func (a *said) userErrors(field string) (indexes []string) {
	if a.Data.M == nil {
		return nil
	}
	for _, e := range a.Data.M.UserErrors {
		if e.Field[0] == field && len(e.Field) > 1 {
			indexes = append(indexes, e.Field[1])
		}
	}
	return indexes
}

// isTrueOf returns what the payload says that is not so.
func (a *said) isTrueOf(row demo.Row) error {
	if a.Data.M == nil {
		return nil
	}
	o := a.Data.M.Opportunity
	if o == nil {
		o = a.Data.M.Task
	}
	if o == nil || o.Responsible == nil || a.Data.M.Task == nil && o.Stage == nil {
		return nil // not all of it was read
	}
	pairs := map[string]string{"title": o.Title, "description": o.Description, "responsibleId": o.Responsible.ID}
	if o.Stage != nil {
		pairs["stageId"], pairs["isPrivate"] = o.Stage.ID, strconv.FormatBool(*o.IsPrivate)
		pairs["perPeriodValue"], pairs["successProbability"] = strconv.Itoa(*o.PerPeriodValue), strconv.Itoa(*o.SuccessProbability)
	} else {
		pairs["isClosed"] = strconv.FormatBool(*o.IsClosed)
	}
	for name, says := range pairs {
		if row[name] != says {
			return fmt.Errorf("the payload says that %s is %q: it is %q", name, says, row[name])
		}
	}
	return nil
}
