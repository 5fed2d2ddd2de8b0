package demo

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const aboutText = `This is the demo portal of onlyoffice-graphql: an invented ONLYOFFICE CRM that
speaks the REST API below /api/2.0/. Nothing in it is real; what is written is
forgotten when the program ends.

Sign in with "Authorization: %s", or as any employee with the password "%s":
anna.lindqvist@fennmark.example sees everything, mark.oconnell@fennmark.example
does not; GET /api/2.0/people.json lists all of them. The code of the second factor
of pierre.lefevre@fennmark.example (SMS) and yael.ben-ami@fennmark.example (app) is
%s, by POST /api/2.0/authentication/{code}.

  GET    /demo/calls    HTTP calls and batch items since the last reset, by route
  POST   /demo/reset    set the counters to zero and undo every write
  GET    /demo/faults   the faults at work
  POST   /demo/faults   add one, as application/json:
                        {"kind":"Delay","route":"crm/opportunity/{id}",
                        "id":3101,"delay":"250ms","times":3,"rate":0.5,
                        "verb":"PUT","when":"after"}
                        (kind is required; kinds: %s;
                        when, for writes: before, during or after)
  DELETE /demo/faults   remove all faults
  POST   /demo/version  be another version, as {"version":"12.6"}
`

// controlMux serves the pages by which people steer the demo; none of them is
// counted and no fault touches them.
func (p *Portal) controlMux() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintf(w, aboutText, Token, demoPassword, demoCode, strings.Join(faultKinds(), ", "))
	})
	mux.HandleFunc("GET /demo/calls", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, struct {
			Calls       map[string]int `json:"calls"`
			Items       map[string]int `json:"items"`
			MaxInFlight int            `json:"maxInFlight"`
		}{p.Calls(), p.Items(), p.MaxInFlight()})
	})
	mux.HandleFunc("POST /demo/reset", func(w http.ResponseWriter, _ *http.Request) {
		p.Restore()
		p.ResetCalls()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /demo/faults", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, p.faults.forms()) })
	mux.HandleFunc("POST /demo/faults", p.postFault)
	mux.HandleFunc("POST /demo/version", p.postVersion)
	mux.HandleFunc("DELETE /demo/faults", func(w http.ResponseWriter, _ *http.Request) {
		p.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	// Below a stripped prefix the root arrives as an empty path.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "" {
			r = r.Clone(r.Context())
			r.URL.Path = "/"
		}
		if status, why := refused(r); status != 0 {
			http.Error(w, why, status)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// refused returns why a request may not steer the demo, with its status, or 0.
// The demo runs on a developer's machine, beside a browser, and a page of
// any site, or of a name that it makes point here, could be what asks.
func refused(r *http.Request) (status int, why string) {
	name := (&url.URL{Host: r.Host}).Hostname()
	ip := net.ParseIP(name)
	switch {
	case !strings.EqualFold(name, "localhost") && (ip == nil || !ip.IsLoopback()):
		return http.StatusMisdirectedRequest, "The demo's own pages are for this machine: ask for localhost or 127.0.0.1."
	case new(http.CrossOriginProtection).Check(r) != nil:
		return http.StatusForbidden, "A page of another site made a browser send this."
	case r.Method == http.MethodPost && r.ContentLength != 0 && !isJSON(r.Header.Get("Content-Type")):
		return http.StatusUnsupportedMediaType, "The body has to be JSON, sent with Content-Type: application/json."
	}
	return 0, ""
}

func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/json"
}

// mostFaults is how many faults may be at work that were added by request.
const mostFaults = 100

// faultForm is a fault as people write it.
type faultForm struct {
	Kind  string  `json:"kind"`
	Route string  `json:"route,omitempty"`
	ID    int     `json:"id,omitempty"`
	Delay string  `json:"delay,omitempty"`
	Times int     `json:"times,omitempty"`
	Rate  float64 `json:"rate,omitempty"`
	Verb  string  `json:"verb,omitempty"`
	When  string  `json:"when,omitempty"`
	Hits  int     `json:"hits,omitempty"` // read only
}

func (p *Portal) postFault(w http.ResponseWriter, r *http.Request) {
	fault, err := readFault(http.MaxBytesReader(w, r.Body, 1<<16), p.templates())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if len(p.faults.forms()) >= mostFaults {
		http.Error(w, fmt.Sprintf("There are %d faults already, and no more fit. DELETE /demo/faults removes them all.", mostFaults), http.StatusConflict)
		return
	}
	p.Inject(fault)
	w.WriteHeader(http.StatusCreated)
	writeJSON(w, p.faults.forms())
}

func readFault(body io.Reader, templates []string) (Fault, error) {
	var form faultForm
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&form); err != nil {
		return Fault{}, fmt.Errorf("the body has to be a JSON object with kind, route, id, delay, times and rate, and for writes verb and when: %w", err)
	}
	fault := Fault{Route: form.Route, ID: form.ID, Times: form.Times, Rate: form.Rate}
	for kind, name := range faultNames {
		if strings.EqualFold(name, form.Kind) {
			fault.Kind = kind
		}
	}
	if fault.Kind == 0 {
		return Fault{}, fmt.Errorf("kind %q is not known; allowed are: %s", form.Kind, strings.Join(faultKinds(), ", "))
	}
	if form.Route != "" && !slices.Contains(templates, form.Route) {
		return Fault{}, fmt.Errorf("route %q is not known; allowed are: %s", form.Route, strings.Join(templates, ", "))
	}
	if form.Verb != "" {
		if fault.Verb = strings.ToUpper(form.Verb); !slices.Contains(faultVerbs, fault.Verb) {
			return Fault{}, fmt.Errorf("verb %q is not known; allowed are: %s", form.Verb, strings.Join(faultVerbs, ", "))
		}
	}
	if form.When != "" {
		when := slices.Index(momentNames, strings.ToLower(form.When))
		if when < 0 {
			return Fault{}, fmt.Errorf("when %q is not known; allowed are: %s", form.When, strings.Join(momentNames, ", "))
		}
		fault.When = Moment(when)
	}
	if form.ID < 0 || form.Times < 0 || form.Rate < 0 || form.Rate > 1 {
		return Fault{}, fmt.Errorf("id and times must not be negative; allowed for rate is 0 to 1")
	}
	if form.Delay != "" {
		delay, err := time.ParseDuration(form.Delay)
		if err != nil || delay < 0 {
			return Fault{}, fmt.Errorf(`delay %q is no duration; allowed are numbers with the units ms, s and m, such as "250ms" or "1.5s"`, form.Delay)
		}
		fault.Delay = delay
	}
	return fault, nil
}

// faultVerbs are those of the API.
var faultVerbs = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}

func (s *faultSet) forms() []faultForm {
	s.mu.Lock()
	defer s.mu.Unlock()
	forms := make([]faultForm, 0, len(s.list))
	for _, f := range s.list {
		form := faultForm{Kind: f.Kind.String(), Route: f.Route, ID: f.ID, Times: f.Times, Rate: f.Rate, Verb: f.Verb, Hits: f.hits}
		if f.When != Before {
			form.When = f.When.String()
		}
		if f.Delay > 0 {
			form.Delay = f.Delay.String()
		}
		forms = append(forms, form)
	}
	return forms
}

func faultKinds() []string {
	var names []string
	for _, kind := range slices.Sorted(maps.Keys(faultNames)) {
		names = append(names, kind.String())
	}
	return names
}

func (p *Portal) templates() []string {
	var templates []string
	for _, r := range p.routes {
		templates = append(templates, r.template)
	}
	slices.Sort(templates)
	return append(slices.Compact(templates), unknownTemplate)
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(value) // a client that went away is no news
}
