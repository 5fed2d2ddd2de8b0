package deploy

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
	"go.yaml.in/yaml/v3"
)

const (
	alertsFile = "deploy/prometheus/alerts.yaml"
	testsFile  = "deploy/prometheus/alerts_test.yaml"
)

// ruleTests is a file for promtool test rules, as far as it is used here: what else it
// may have is a mistake.
type ruleTests struct {
	RuleFiles []string       `yaml:"rule_files"`
	Every     model.Duration `yaml:"evaluation_interval"`
	Tests     []ruleTest     `yaml:"tests"`
}

type ruleTest struct {
	Name     string         `yaml:"name"`
	Interval model.Duration `yaml:"interval"`
	Input    []struct {
		Series string `yaml:"series"`
		Values string `yaml:"values"`
	} `yaml:"input_series"`
	Alerts []alertTest `yaml:"alert_rule_test"`
}

type alertTest struct {
	At     model.Duration `yaml:"eval_time"`
	Name   string         `yaml:"alertname"`
	Expect []struct {
		Labels      map[string]string `yaml:"exp_labels"`
		Annotations map[string]string `yaml:"exp_annotations"`
	} `yaml:"exp_alerts"`
}

// wanted returns the alerts that fire, sorted.
func (a alertTest) wanted() (alerts []string) {
	for _, alert := range a.Expect {
		full := maps.Clone(alert.Labels)
		full[model.AlertNameLabel] = a.Name
		alerts = append(alerts, fmt.Sprintf("%s\n%s", labels.FromMap(full), labels.FromMap(alert.Annotations)))
	}
	slices.Sort(alerts)
	return alerts
}

func loadRuleTests(t *testing.T) ruleTests {
	t.Helper()
	var file ruleTests
	decoder := yaml.NewDecoder(strings.NewReader(read(t, testsFile)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	return file
}

// load returns the series as promqltest's command load has them.
func (r ruleTest) load() string {
	var text strings.Builder
	fmt.Fprintf(&text, "load %v\n", r.Interval)
	for _, series := range r.Input {
		fmt.Fprintf(&text, "  %s %s\n", series.Series, series.Values)
	}
	return text.String()
}

// alertGroups are the rules as Prometheus itself reads them.
func alertGroups(t *testing.T) *rulefmt.RuleGroups {
	t.Helper()
	groups, errs := rulefmt.Parse([]byte(read(t, alertsFile)), false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	for _, err := range errs {
		t.Error(err)
	}
	if t.Failed() {
		t.FailNow()
	}
	return groups
}

// TestAlerts runs the tests of the alerts as promtool test rules does: its own code is a
// main package, and not to be had.
func TestAlerts(t *testing.T) {
	t.Parallel()
	file := loadRuleTests(t)
	if !slices.Equal(file.RuleFiles, []string{filepath.Base(alertsFile)}) {
		t.Fatalf("they are tests of %v", file.RuleFiles)
	}
	for _, test := range file.Tests {
		t.Run(test.Name, func(t *testing.T) {
			t.Parallel()
			test.run(t, time.Duration(file.Every))
		})
	}
}

func (r ruleTest) run(t *testing.T, every time.Duration) {
	series, err := promqltest.NewLazyLoader(r.load(), promqltest.LazyLoaderOpts{EnableAtModifier: true, EnableNegativeOffset: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = series.Close() }()
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:    rules.EngineQueryFunc(series.QueryEngine(), series.Storage()),
		AppendableV2: series.Storage(),
		Context:      series.Context(),
		NotifyFunc:   func(context.Context, string, ...*rules.Alert) {},
		Logger:       slog.New(slog.DiscardHandler),
		Parser:       parser.NewParser(parser.Options{}),
	})
	groups, errs := manager.LoadGroups(every, labels.EmptyLabels(), "", nil, false, filepath.Join(top, alertsFile))
	if errs != nil {
		t.Fatal(errs)
	}
	var end time.Duration
	for _, alert := range r.Alerts {
		end = max(end, time.Duration(alert.At))
	}
	for at := time.Duration(0); at <= end; at += every {
		now := time.Unix(0, 0).UTC().Add(at)
		series.WithSamplesTill(now, func(err error) {
			if err != nil {
				t.Fatal(err)
			}
			for _, group := range groups {
				group.Eval(series.Context(), now)
			}
		})
		for _, alert := range r.Alerts {
			if time.Duration(alert.At) == at {
				if got, want := firing(t, groups, alert.Name), alert.wanted(); !slices.Equal(got, want) {
					t.Errorf("%s at %v:\n%s\nwant\n%s", alert.Name, at, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		}
	}
}

// firing returns the alerts of a rule that fire, sorted.
func firing(t *testing.T, groups map[string]*rules.Group, name string) (alerts []string) {
	t.Helper()
	for _, group := range groups {
		for _, rule := range group.Rules() {
			if err := rule.LastError(); err != nil {
				t.Errorf("%s: %v", rule.Name(), err)
			}
			if alerting, ok := rule.(*rules.AlertingRule); ok && rule.Name() == name {
				for _, alert := range alerting.ActiveAlerts() {
					if alert.State == rules.StateFiring {
						alerts = append(alerts, fmt.Sprintf("%s\n%s", alert.Labels, alert.Annotations))
					}
				}
			}
		}
	}
	slices.Sort(alerts)
	return alerts
}

// Each alert has a test in which it fires, and one in which it does not; each says how bad
// it is, what is, and what to look at; and each asks about this program alone.
func TestEachAlertIsTested(t *testing.T) {
	t.Parallel()
	fires, rests := map[string]bool{}, map[string]bool{}
	file := loadRuleTests(t)
	for _, test := range file.Tests {
		for _, alert := range test.Alerts {
			if time.Duration(alert.At)%time.Duration(file.Every) != 0 {
				t.Errorf("%s: nothing is evaluated at %v", test.Name, alert.At)
			}
			if len(alert.Expect) > 0 {
				fires[alert.Name] = true
			} else {
				rests[alert.Name] = true
			}
		}
	}
	for _, group := range alertGroups(t).Groups {
		for _, rule := range group.Rules {
			if !fires[rule.Alert] || !rests[rule.Alert] {
				t.Errorf("%s has no test in which it fires, or none in which it does not", rule.Alert)
			}
			delete(fires, rule.Alert)
			if severity := rule.Labels["severity"]; severity != "critical" && severity != "warning" {
				t.Errorf("%s has the severity %q", rule.Alert, severity)
			}
			if rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" {
				t.Errorf("%s does not say what is, or what to look at", rule.Alert)
			}
			for _, selector := range selectors(t, rule.Expr) {
				if !slices.ContainsFunc(selector, func(m *labels.Matcher) bool { return m.Name == "job" && m.Value == "onlyoffice-graphql" }) {
					t.Errorf("%s asks about other programs, too: %v", rule.Alert, selector)
				}
			}
		}
	}
	for name := range fires {
		t.Errorf("there are tests of %s, and no such alert", name)
	}
}

// selectors returns the matchers of each selector of a query.
func selectors(t *testing.T, query string) [][]*labels.Matcher {
	t.Helper()
	expression, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return parser.ExtractSelectors(expression)
}
