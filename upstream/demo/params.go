package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// params are the values that a method binds: route, query and body, under names
// without case and without their collection suffix ("tags[]" is "tags").
type params struct {
	values map[string][]string
	// query keeps the suffixes, which decide how paging and sorting are read.
	query map[string][]string
	zone  *time.Location // of dates that name none
}

func bindParams(query, form url.Values, zone *time.Location) params {
	p := params{values: make(map[string][]string, len(query)+len(form)), query: make(map[string][]string, len(query)), zone: zone}
	for name, values := range query {
		p.query[strings.ToLower(name)] = append(p.query[strings.ToLower(name)], values...)
		p.bind(name, values)
	}
	for name, values := range form {
		p.bind(name, values)
	}
	return p
}

func (p params) bind(name string, values []string) {
	name = strings.ToLower(name)
	if cut := strings.IndexByte(name, '['); cut > 0 {
		name = name[:cut]
	}
	p.values[name] = append(p.values[name], values...)
}

// bodyForm reads a request body as the portal does: JSON by its content type,
// a form otherwise.
func bodyForm(contentType string, body []byte) (url.Values, error) {
	if !strings.HasPrefix(contentType, "application/json") {
		return url.ParseQuery(string(body))
	}
	form := url.Values{}
	if len(body) == 0 {
		return form, nil
	}
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, errBody
	}
	for name, value := range members {
		form.Set(name, fmt.Sprint(value))
	}
	return form, nil
}

// common reads a paging, sorting or searching parameter: from the query alone,
// and only up to the first comma unless it is written as a collection.
func (p params) common(name string) string {
	if values := p.query[name+"[]"]; len(values) > 0 {
		return values[0]
	}
	if values := p.query[name]; len(values) > 0 {
		first, _, _ := strings.Cut(values[0], ",")
		return first
	}
	return ""
}

// maxCount is both the default and the ceiling of count.
const maxCount = 1000

func (p params) count() int {
	n, err := strconv.Atoi(p.common("count"))
	if err != nil || n < 0 || n > maxCount {
		return maxCount
	}
	return n
}

func (p params) start() int {
	n, err := strconv.Atoi(p.common("startindex"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func (p params) descending() bool { return p.common("sortorder") == "descending" }

func (p params) list(name string) []string { return p.values[name] }

func (p params) text(name string) string {
	if values := p.values[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// number is 0 when the parameter is missing or empty.
func (p params) number(name string) (int, error) {
	text := p.text(name)
	if text == "" {
		return 0, nil
	}
	return parseInt32(text)
}

func parseInt32(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if errors.Is(err, strconv.ErrRange) {
		return 0, errOverflow
	}
	if err != nil {
		return 0, errFormat
	}
	return int(n), nil
}

// flag is nil when the parameter is missing; only true and false are booleans.
func (p params) flag(name string) (*bool, error) {
	text := strings.ToLower(p.text(name))
	if text == "" {
		return nil, nil
	}
	if text != "true" && text != "false" {
		return nil, errBoolean
	}
	value := text == "true"
	return &value, nil
}

func (p params) guid(name string) (string, error) {
	text := strings.ToLower(p.text(name))
	if text == "" {
		return "", nil
	}
	if !isGUID(text) {
		return "", errGUID
	}
	return text, nil
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return false
		}
	}
	return true
}

// enum accepts a name in any case or its number; -1 stands for a missing value.
func (p params) enum(name string, names ...string) (int, error) {
	text := p.text(name)
	if text == "" {
		return -1, nil
	}
	for i, known := range names {
		if strings.EqualFold(text, known) || text == strconv.Itoa(i) {
			return i, nil
		}
	}
	return 0, errEnum
}

// entity reads the pair by which tasks and events are asked for.
func (p params) entity() (kind string, id int, err error) {
	kind = strings.ToLower(p.text("entitytype"))
	switch kind {
	case "", "contact", "opportunity", "case":
	case "person", "company":
		kind = "contact"
	default:
		return "", 0, errEnum
	}
	id, err = p.number("entityid")
	return kind, id, err
}
