package deploy

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

const dashboardFile = "deploy/grafana/dashboard.json"

// dashboardFields is what is looked at of a dashboard of Grafana.
type dashboardFields struct {
	UID           *string
	ID            *int
	SchemaVersion int
	Templating    struct {
		List []struct {
			Name, Type string
			Query      json.RawMessage
			Datasource source
		}
	}
	Panels []panel
}

type source struct{ Type, UID string }

type panel struct {
	ID                       int
	Type, Title, Description string
	Datasource               source
	GridPos                  struct{ X, Y, W, H int }
	FieldConfig              struct{ Defaults struct{ Unit string } }
	Targets                  []struct {
		RefID, Expr, LegendFormat string
		Datasource                source
	}
}

func loadDashboard(t *testing.T) dashboardFields {
	t.Helper()
	var d dashboardFields
	if err := json.Unmarshal([]byte(read(t, dashboardFile)), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// overlaps reports whether two panels lie on each other.
func (p panel) overlaps(q panel) bool {
	a, b := p.GridPos, q.GridPos
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

// The dashboard is of Grafana's schema, with the options of its kinds of panels and queries.
func TestDashboardSchema(t *testing.T) {
	t.Parallel()
	runtime := cog.NewRuntime()
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterPanelcfgVariant(statetimeline.VariantConfig())
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	var d dashboard.Dashboard
	// Without a mistake it returns a list of none, which is no nil error.
	for _, err := range []error{d.UnmarshalJSONStrict([]byte(read(t, dashboardFile))), d.Validate()} {
		if err != nil && err.Error() != "" {
			t.Error(err)
		}
	}
}

// The dashboard can be imported anywhere: it asks the data source that is chosen, has a
// row for each of the callers, the portal and the program, and says what its panels show.
func TestDashboard(t *testing.T) {
	t.Parallel()
	d := loadDashboard(t)
	if d.UID != nil || d.ID != nil || d.SchemaVersion < 38 {
		t.Errorf("it has the uid %v, the id %v, and is of schema %d", d.UID, d.ID, d.SchemaVersion)
	}
	chosen := source{"prometheus", "${datasource}"}
	var names []string
	for _, variable := range d.Templating.List {
		names = append(names, variable.Name)
		if variable.Name == "datasource" && (variable.Type != "datasource" || string(variable.Query) != `"prometheus"`) ||
			variable.Name != "datasource" && variable.Datasource != chosen {
			t.Errorf("the variable %s is of %s %+v", variable.Name, variable.Type, variable.Datasource)
		}
	}
	if want := []string{"datasource", "job", "instance"}; !slices.Equal(names, want) {
		t.Errorf("the variables are %v, want %v", names, want)
	}
	var rows []string
	for i, p := range d.Panels {
		for _, q := range d.Panels[:i] {
			if p.ID == q.ID || p.overlaps(q) {
				t.Errorf("%s has the id of %s, or lies on it", p.Title, q.Title)
			}
		}
		if p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%s is too wide", p.Title)
		}
		if p.Type == "row" {
			rows = append(rows, p.Title)
			continue
		}
		if p.Type != "timeseries" && p.Type != "state-timeline" { // nothing else is held to its schema
			t.Errorf("%s is a %s", p.Title, p.Type)
		}
		if len(rows) == 0 || p.Title == "" || p.Description == "" || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 || p.Datasource != chosen {
			t.Errorf("the panel %q is not complete", p.Title)
		}
		refs := set{}
		for _, target := range p.Targets {
			if target.Datasource != chosen || refs[target.RefID] {
				t.Errorf("%s: query %s is of %+v, or there twice", p.Title, target.RefID, target.Datasource)
			}
			refs[target.RefID] = true
		}
	}
	if want := []string{"What callers see", "The portal", "The program itself"}; !slices.Equal(rows, want) {
		t.Errorf("the rows are %v, want %v", rows, want)
	}
}

var (
	legendLabel     = regexp.MustCompile(`\{\{ *(\w+) *\}\}`)
	annotationLabel = regexp.MustCompile(`\$labels\.(\w+)`)
	labelValues     = regexp.MustCompile(`^label_values\((.+), (\w+)\)$`)
)

// checkLabels wants all that a text names to be among labels.
func checkLabels(t *testing.T, where string, of set, pattern *regexp.Regexp, text string) {
	t.Helper()
	for _, named := range pattern.FindAllStringSubmatch(text, -1) {
		if !of[named[1]] {
			t.Errorf("%s: the result has no label %s, it has %v", where, named[1], of.names())
		}
	}
}

// What the dashboard, the alerts and their tests ask for is what the program exposes.
func TestQueriedMetricsAreExposed(t *testing.T) {
	t.Parallel()
	metrics := exposedBy(t)
	var asked []string
	t.Run("dashboard", func(t *testing.T) {
		variables := strings.NewReplacer("$__rate_interval", "5m", "$job", "a", "$instance", "a")
		d := loadDashboard(t)
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				asked = append(asked, target.Expr)
				of := metrics.check(t, variables.Replace(target.Expr))
				checkLabels(t, p.Title, of, legendLabel, target.LegendFormat)
				for _, selector := range selectors(t, variables.Replace(target.Expr)) {
					if !slices.ContainsFunc(selector, func(m *labels.Matcher) bool { return m.Name == "job" }) {
						t.Errorf("%s: it asks about other programs, too", p.Title)
					}
				}
			}
		}
		for _, variable := range d.Templating.List[1:] {
			var query struct{ Query string }
			if err := json.Unmarshal(variable.Query, &query); err != nil {
				t.Fatal(err)
			}
			parts := labelValues.FindStringSubmatch(query.Query)
			if parts == nil {
				t.Fatalf("%s is no label_values", query.Query)
			}
			if of := metrics.check(t, variables.Replace(parts[1])); !of[parts[2]] {
				t.Errorf("%s: there is no such label", query.Query)
			}
		}
	})
	t.Run("alerts", func(t *testing.T) {
		for _, group := range alertGroups(t).Groups {
			for _, rule := range group.Rules {
				asked = append(asked, rule.Expr)
				of := metrics.check(t, rule.Expr)
				for _, text := range rule.Annotations {
					checkLabels(t, rule.Alert, of, annotationLabel, text)
				}
			}
		}
	})
	t.Run("tests of alerts", func(t *testing.T) {
		for _, test := range loadRuleTests(t).Tests {
			for _, input := range test.Input {
				series, err := parser.NewParser(parser.Options{}).ParseMetric(input.Series)
				if err != nil {
					t.Fatal(err)
				}
				var matchers []*labels.Matcher
				series.Range(func(l labels.Label) {
					matchers = append(matchers, labels.MustNewMatcher(labels.MatchEqual, l.Name, l.Value))
				})
				metrics.checkSelector(t, matchers)
			}
		}
	})
	// And the other way round: what the program itself measures is shown.
	all := strings.Join(asked, "\n")
	for name := range metrics {
		name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		if !strings.HasPrefix(name, "go_") && !strings.HasPrefix(name, "process_") && !strings.Contains(all, name) {
			t.Errorf("nothing shows %s", name)
		}
	}
}
