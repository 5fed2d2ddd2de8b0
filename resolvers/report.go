package resolvers

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/upstream"
)

// The report tells a caller who asks for it what the answer cost at the portal
// and why: extensions.upstream. It names routes by their templates and fields
// by their paths without indexes, so it holds no id, no URL and no credential.

// ReportMode says who may see the report.
type ReportMode int

// The report is for nobody, for callers with a credential of their own, or for
// everybody.
const (
	ReportOff ReportMode = iota
	ReportSignedIn
	ReportOn
)

// ReportHeader asks for the report when it is "1"; so does the request's
// extension "upstream" when it is true.
const ReportHeader = "X-Upstream-Report"

// Bounds of a report: its calls, the fields listed for a route, and the bytes of a
// path, whose length aliases decide.
const (
	mostCalls     = 1000
	mostPaths     = 20
	longestPath   = 128
	furtherFields = "…" // stands for all beyond
)

// purposes are why the portal is called, beside what fields look up.
var purposes = map[upstream.Purpose]string{
	upstream.PurposeVersion:      "an empty list is believed only where the portal's version is known to sort by id",
	upstream.PurposeReadForWrite: "a mutation reads what it changes or depends on",
	upstream.PurposeWrite:        "a mutation changes something",
	upstream.PurposeSignIn:       "the portal has to take a user name and password",
}

// report collects what happens at the portal during one operation.
type report struct {
	start time.Time

	mu      sync.Mutex
	calls   []upstream.Call
	further int                  // calls that are not listed
	batched int                  // items of those, less one for each batch
	uses    map[string]*routeUse // by route
}

// routeUse is who wanted what of a route.
type routeUse struct {
	paths  map[string]bool
	wanted int          // how often a key was wanted
	asked  map[any]bool // distinct keys that the portal was asked for
	primed map[any]bool // distinct keys that had come along with another answer
}

// reportFor returns a report when the operation asks for one and may see it.
func (r *Resolver) reportFor(of *request.Request, operation *graphql.OperationContext, credentials upstream.Credentials) *report {
	wanted := operation.Extensions["upstream"] == true || of.Header.Get(ReportHeader) == "1"
	allowed := r.options.Report == ReportOn || r.options.Report == ReportSignedIn && credentials != r.options.Fallback
	if !wanted || !allowed {
		return nil
	}
	return &report{start: time.Now(), uses: map[string]*routeUse{}}
}

// called notes a call that has ended.
func (r *report) called(call upstream.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.calls) == mostCalls {
		r.further++
		r.batched += max(len(call.Items)-1, 0)
		return
	}
	r.calls = append(r.calls, call)
}

// used notes that the field of ctx wanted a key of a route.
func (r *report) used(ctx context.Context, route string, key any, primed bool) {
	var path []string
	for _, element := range graphql.GetPath(ctx) {
		if name, ok := element.(ast.PathName); ok {
			path = append(path, string(name))
		}
	}
	if len(path) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	use := r.uses[route]
	if use == nil {
		use = &routeUse{paths: map[string]bool{}, asked: map[any]bool{}, primed: map[any]bool{}}
		r.uses[route] = use
	}
	use.usedBy(path)
	use.wanted++
	if primed {
		use.primed[key] = true
	} else {
		use.asked[key] = true
	}
}

// usedBy notes the path of a field, if there is room for it.
func (u *routeUse) usedBy(path []string) {
	text := strings.Join(path, ".")
	if len(text) > longestPath {
		text = strings.ToValidUTF8(text[:longestPath], "") + furtherFields
	}
	if len(u.paths) >= mostPaths && !u.paths[text] {
		text = furtherFields
	}
	u.paths[text] = true
}

// reportedCall is one call in extensions.upstream.
type reportedCall struct {
	Route   string         `json:"route"`
	Items   map[string]int `json:"items,omitempty"` // of a batch: how many of each route
	Status  int            `json:"status"`
	Error   string         `json:"error,omitempty"`
	StartMS float64        `json:"startMs"`
	MS      float64        `json:"ms"`
	Bytes   int            `json:"bytes"`
	Attempt int            `json:"attempt"`
	Paths   []string       `json:"paths"`
	Reasons []string       `json:"reasons"`
}

// render returns what extensions.upstream holds.
func (r *report) render() map[string]any {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := make([]reportedCall, len(r.calls))
	batching := r.batched
	for i, call := range r.calls {
		routes := []string{call.Route}
		calls[i] = reportedCall{
			Route: call.Method + " " + call.Route, Status: call.Status, Bytes: call.Bytes, Attempt: call.Attempt,
			StartMS: milliseconds(call.Start.Sub(r.start)), MS: milliseconds(call.Duration),
		}
		if call.Err != nil {
			calls[i].Error = presentations[upstream.KindOf(call.Err)].code
		}
		if len(call.Items) > 0 {
			calls[i].Items = map[string]int{}
			for _, route := range call.Items {
				calls[i].Items[route]++
			}
			batching += len(call.Items) - 1
			routes = slices.Sorted(maps.Keys(calls[i].Items))
		}
		if call.Purpose != upstream.PurposeLookUp {
			calls[i].Reasons = []string{purposes[call.Purpose]}
			continue
		}
		paths := map[string]bool{}
		for _, route := range routes {
			if use := r.uses[route]; use != nil {
				maps.Copy(paths, use.paths)
			}
			calls[i].Reasons = append(calls[i].Reasons, reasons[route])
		}
		calls[i].Paths = slices.Sorted(maps.Keys(paths))
		if len(calls[i].Paths) > mostPaths {
			calls[i].Paths = append(calls[i].Paths[:mostPaths], furtherFields)
		}
	}
	slices.SortStableFunc(calls, func(a, b reportedCall) int { return int(1000 * (a.StartMS - b.StartMS)) })
	priming, deduplication := 0, 0
	for _, use := range r.uses {
		priming += len(use.primed)
		if len(use.asked) > 0 || len(use.primed) > 0 {
			deduplication += use.wanted - len(use.asked) - len(use.primed)
		}
	}
	rendered := map[string]any{
		"calls":     calls,
		"callCount": len(calls) + r.further,
		"saved":     map[string]int{"priming": priming, "deduplication": deduplication, "batching": batching},
	}
	if r.further > 0 {
		rendered["callsNotListed"] = r.further
	}
	return rendered
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
