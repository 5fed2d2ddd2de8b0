// Command performance draws the plots of docs/performance.md from what was
// measured, and puts the measured tables into it as they are:
//
//	go run ./docs/performance
//
// It reads results.json and table.md of the bench lab, and growth.txt and
// million.txt, which are what go test prints: see the Makefile.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	folder = flag.String("in", "docs/performance", "where the measured files are, and the plots go")
	page   = flag.String("page", "docs/performance.md", "the page whose tables are refreshed; none when empty")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	files, err := render(*folder, *page)
	for name, text := range files {
		if err == nil {
			err = os.WriteFile(name, []byte(text), 0o644)
		}
	}
	return err
}

// render returns the plots of what was measured and the refreshed page, by the
// names of their files.
func render(folder, page string) (map[string]string, error) {
	in := func(name string) string { return filepath.Join(folder, name) }
	lab, err := readLab(in("results.json"))
	if err != nil {
		return nil, err
	}
	secured, err := readLab(in("tls/results.json"))
	if err != nil {
		return nil, err
	}
	slow, err := readLab(in("delay/results.json"))
	if err != nil {
		return nil, err
	}
	growth, err := readGrowth(in("growth.txt"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{in("cpu.svg"): plotCPU(lab), in("growth.svg"): plotGrowth(growth)}
	if page == "" {
		return files, nil
	}
	million, err := readTable(in("million.txt"))
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(page)
	if err != nil {
		return nil, err
	}
	files[page], err = refresh(string(text), folder, map[string]string{"summary": lab.summary(), "tls": secured.summary(), "delay": slow.latencies(), "growth": growth.table(), "million": million})
	return files, err
}

// marked is a part of the page that is written by this program: a measured
// file as it is, or a table made from one.
var marked = regexp.MustCompile(`(?s)(<!-- measured: (\S+) -->\n).*?(<!-- end -->)`)

func refresh(page, folder string, made map[string]string) (string, error) {
	var failed error
	page = marked.ReplaceAllStringFunc(page, func(part string) string {
		match := marked.FindStringSubmatch(part)
		text, isMade := made[match[2]]
		if !isMade {
			file, err := os.ReadFile(filepath.Join(folder, match[2]))
			if err != nil {
				failed = err
			}
			text = string(file)
		}
		return match[1] + "\n" + strings.TrimSpace(text) + "\n\n" + match[3]
	})
	return page, failed
}

// readTable returns the table that a test has printed among other things.
func readTable(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	return strings.Join(tableRow.FindAllString(string(text), -1), ""), nil
}

var tableRow = regexp.MustCompile(`(?m)^\|.*\n`)

// lab is what the bench lab has measured.
type lab struct {
	Medians []struct {
		Contestant, Query string
		Conc, Bad         int
		CPU               float64 // microseconds of a request
		P50               float64 // milliseconds
	}
}

const (
	ours        = "product"
	oursWide    = "product-64"    // with --request-calls 64
	oursQuiet   = "product-quiet" // with --log-level warn
	yardsticks  = "floor-"        // not GraphQL: they tell what the rest costs
	connections = 16
)

var workloads = []string{"Q1", "Q2", "Q3", "Q4", "Q5"}

func readLab(file string) (*lab, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var l lab
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &l, nil
}

// contestants returns who was measured over that many connections, ours first and
// yardsticks last.
func (l *lab) contestants(connections int) []string {
	var us, peers, rest []string
	for _, m := range l.Medians {
		list := &peers
		switch {
		case isOurs(m.Contestant):
			list = &us
		case strings.HasPrefix(m.Contestant, yardsticks):
			list = &rest
		}
		if m.Conc == connections && !slices.Contains(*list, m.Contestant) {
			*list = append(*list, m.Contestant)
		}
	}
	return slices.Concat(us, peers, rest)
}

func isOurs(contestant string) bool {
	return contestant == ours || contestant == oursWide || contestant == oursQuiet
}

// cpu returns a contestant's microseconds for a workload; 0 when it has not
// answered it, or not as it should.
func (l *lab) cpu(contestant, query string) float64 {
	for _, m := range l.Medians {
		if m.Contestant == contestant && m.Query == query && m.Conc == connections && m.Bad == 0 {
			return m.CPU
		}
	}
	return 0
}

// best returns the least that a peer takes for a workload.
func (l *lab) best(query string) float64 {
	best := 0.0
	for _, name := range l.contestants(connections) {
		if cpu := l.cpu(name, query); !isOurs(name) && !strings.HasPrefix(name, yardsticks) && cpu > 0 && (best == 0 || cpu < best) {
			best = cpu
		}
	}
	return best
}

// summary is the table of CPU times, and of ours as a share of the best peer's
// and of the yardstick's.
func (l *lab) summary() string {
	t := newTable()
	share := func(of func(query string) float64) func(string) float64 {
		return func(query string) float64 {
			if of(query) == 0 {
				return 0
			}
			return l.cpu(ours, query) / of(query)
		}
	}
	for _, name := range l.contestants(connections) {
		t.row(label(name), func(query string) float64 { return l.cpu(name, query) }, "%.0f")
	}
	t.row("this program ÷ best peer", share(l.best), "%.2f")
	t.row("this program ÷ floor-decode", share(func(query string) float64 { return l.cpu("floor-decode", query) }), "%.2f")
	return t.String()
}

// latencies is the table of median latencies over one connection.
func (l *lab) latencies() string {
	t := newTable()
	for _, name := range l.contestants(1) {
		t.row(label(name), func(query string) float64 {
			for _, m := range l.Medians {
				if m.Contestant == name && m.Query == query && m.Conc == 1 && m.Bad == 0 {
					return m.P50
				}
			}
			return 0
		}, "%.1f")
	}
	return t.String()
}

// table is one of contestants by workloads, in Markdown.
type table struct{ strings.Builder }

func newTable() *table {
	t := &table{}
	fmt.Fprintf(t, "| | %s |\n|---|%s\n", strings.Join(workloads, " | "), strings.Repeat("---:|", len(workloads)))
	return t
}

// row writes the values of a contestant; 0 is none.
func (t *table) row(name string, value func(query string) float64, format string) {
	cells := make([]string, len(workloads))
	for i, query := range workloads {
		cells[i] = "–"
		if v := value(query); v > 0 {
			cells[i] = fmt.Sprintf(format, v)
		}
	}
	fmt.Fprintf(t, "| %s | %s |\n", name, strings.Join(cells, " | "))
}

func label(contestant string) string {
	switch contestant {
	case ours:
		return "**this program**"
	case oursWide:
		return "with `--request-calls 64`"
	case oursQuiet:
		return "without its log of requests"
	default:
		return contestant
	}
}
