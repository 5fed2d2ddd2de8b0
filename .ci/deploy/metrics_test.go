package deploy

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// set is a set of names.
type set map[string]bool

func setOf(names ...string) set {
	s := set{}
	for _, name := range names {
		s[name] = true
	}
	return s
}

func (s set) with(others ...string) set {
	both := maps.Clone(s)
	maps.Copy(both, setOf(others...))
	return both
}

func (s set) without(others ...string) set {
	rest := maps.Clone(s)
	for _, other := range others {
		delete(rest, other)
	}
	return rest
}

func (s set) names() []string { return slices.Sorted(maps.Keys(s)) }

// exposed are the metrics that a program exposes, with their labels and those that
// Prometheus adds.
type exposed map[string]set

// exposedBy asks the program for all its metrics, when each has had something to count: its
// portal fails, and a request is refused.
func exposedBy(t *testing.T) exposed {
	t.Helper()
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	t.Cleanup(portal.Close)
	p := serve(t, []string{"ONLYOFFICE_URL=" + portal.URL, "ONLYOFFICE_TOKEN=a"}, binary(t))
	for _, query := range []string{"{ stages { title } }", "{ nothing }"} {
		if status, text := ask(t, http.DefaultClient, http.MethodPost, "http://"+p.public+"/graphql", `{"query":"`+query+`"}`); !strings.Contains(text, `"errors"`) {
			t.Fatalf("%s is answered %d %s", query, status, text)
		}
	}
	_, text := ask(t, http.DefaultClient, http.MethodGet, "http://"+p.admin+"/metrics", "")
	decoder := expfmt.NewTextParser(model.UTF8Validation)
	families, err := decoder.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	found := exposed{"up": setOf("job", "instance")}
	for name, family := range families {
		own := setOf("job", "instance")
		for _, metric := range family.GetMetric() {
			for _, label := range metric.GetLabel() {
				own[label.GetName()] = true
			}
		}
		switch family.GetType() {
		case dto.MetricType_HISTOGRAM:
			found[name+"_bucket"] = own.with("le")
			found[name+"_sum"], found[name+"_count"] = own, own
		case dto.MetricType_SUMMARY:
			found[name] = own.with("quantile")
			found[name+"_sum"], found[name+"_count"] = own, own
		default:
			found[name] = own
		}
	}
	return found
}

// check reports what an expression asks for and is not there, and returns the labels of
// what it comes to.
func (e exposed) check(t *testing.T, query string) set {
	t.Helper()
	expression, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		t.Errorf("%s: %v", query, err)
		return set{}
	}
	return e.labelsOf(t, expression)
}

func (e exposed) labelsOf(t *testing.T, expression parser.Expr) set {
	t.Helper()
	// has wants labels to be among those of a part of the expression.
	has := func(of set, wanted ...string) {
		t.Helper()
		for _, label := range wanted {
			if !of[label] {
				t.Errorf("%s: there is no label %s among %v", expression, label, of.names())
			}
		}
	}
	switch x := expression.(type) {
	case *parser.NumberLiteral, *parser.StringLiteral:
		return set{}
	case *parser.ParenExpr:
		return e.labelsOf(t, x.Expr)
	case *parser.UnaryExpr:
		return e.labelsOf(t, x.Expr)
	case *parser.SubqueryExpr:
		return e.labelsOf(t, x.Expr)
	case *parser.MatrixSelector:
		return e.labelsOf(t, x.VectorSelector)
	case *parser.VectorSelector:
		return e.checkSelector(t, x.LabelMatchers)
	case *parser.AggregateExpr:
		of := e.labelsOf(t, x.Expr)
		has(of, x.Grouping...)
		if x.Without {
			return of.without(x.Grouping...)
		}
		return setOf(x.Grouping...)
	case *parser.Call:
		of := set{}
		for _, argument := range x.Args {
			maps.Copy(of, e.labelsOf(t, argument))
		}
		if x.Func.Name == "histogram_quantile" {
			has(of, "le")
			of = of.without("le")
		}
		return of
	case *parser.BinaryExpr:
		left, right := e.labelsOf(t, x.LHS), e.labelsOf(t, x.RHS)
		match := x.VectorMatching
		switch {
		case match == nil: // one of them is a number
			return left.with(right.names()...)
		case match.On:
			has(left, match.MatchingLabels...)
			has(right, match.MatchingLabels...)
		case !maps.Equal(left.without(match.MatchingLabels...), right.without(match.MatchingLabels...)):
			t.Errorf("%s: the labels of its sides are %v and %v", expression, left.names(), right.names())
		}
		switch {
		case x.Op.IsSetOperator():
			return left
		case match.Card == parser.CardManyToOne:
			has(right, match.Include...)
			return left.with(match.Include...)
		case match.Card == parser.CardOneToMany:
			has(left, match.Include...)
			return right.with(match.Include...)
		case match.On:
			return setOf(match.MatchingLabels...)
		default:
			return left.without(match.MatchingLabels...)
		}
	default:
		t.Errorf("%s: nothing is known of a %T", expression, expression)
		return set{}
	}
}

// checkSelector reports a metric that there is not, or not with these labels, and returns
// the labels that it has.
func (e exposed) checkSelector(t *testing.T, matchers []*labels.Matcher) set {
	t.Helper()
	var name string
	for _, m := range matchers {
		if m.Name == model.MetricNameLabel {
			name = m.Value
		}
	}
	own, known := e[name]
	if !known {
		t.Errorf("there is no metric %q", name)
		return set{}
	}
	for _, m := range matchers {
		if m.Name != model.MetricNameLabel && !own[m.Name] {
			t.Errorf("%s has no label %s, it has %v", name, m.Name, own.names())
		}
	}
	return own
}
