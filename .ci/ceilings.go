// Command ceilings holds the allocations of the main benchmarks below what is
// written down in .ci/ceilings.txt: go run .ci/ceilings.go. With -write it
// writes down what it measures, with some room: make ceilings.
//
// It counts, and takes no time: a loaded machine changes nothing but how pools
// are emptied and which call meets which connection. The least of several runs
// is taken, and the room is several times what is left of that.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	file = ".ci/ceilings.txt"
	room = 0.05 // above what was measured
	far  = 0.15 // below the ceiling: it may be lowered
	same = 0.01 // of a ceiling is no reason to write another
	runs = 5

	head = `# Allocations of one operation, at most; written by make ceilings, which keeps
# %.0f %% of room above what it measures. .ci/run fails above them.
`
)

var write = flag.Bool("write", false, "write the ceilings instead of comparing with them")

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	names, least, most, err := measure()
	if err != nil {
		return err
	}
	ceilings, err := read()
	if *write && (err == nil || errors.Is(err, fs.ErrNotExist)) {
		text := fmt.Appendf(nil, head, room*100)
		for _, name := range names {
			ceiling := math.Ceil(least[name] * (1 + room))
			if before := ceilings[name]; math.Abs(ceiling-before) < same*before {
				ceiling = before
			}
			text = fmt.Appendf(text, "%-60s %.0f\n", name, ceiling)
		}
		return os.WriteFile(file, text, 0o644)
	}
	if err != nil {
		return err
	}
	var failed []error
	fmt.Printf("%-60s %10s %10s %10s\n", "allocations of one operation", "least", "most", "ceiling")
	for _, name := range names {
		ceiling, known := ceilings[name]
		delete(ceilings, name)
		remark := ""
		switch {
		case !known:
			failed = append(failed, fmt.Errorf("%s has no ceiling: make ceilings", name))
		case least[name] > ceiling:
			failed = append(failed, fmt.Errorf("%s makes %.0f allocations, more than %.0f", name, least[name], ceiling))
		case least[name] < ceiling*(1-far):
			remark = "  may be lowered: make ceilings"
		}
		fmt.Printf("%-60s %10.0f %10.0f %10.0f%s\n", name, least[name], most[name], ceiling, remark)
	}
	for name := range ceilings {
		failed = append(failed, fmt.Errorf("%s has a ceiling and is not measured: make ceilings", name))
	}
	return errors.Join(failed...)
}

// line is one result of go test -bench; the number of processors is no part of
// the name.
var line = regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s.*\s(\d+) allocs/op`)

// measure runs the benchmarks; they check their answers.
func measure() (names []string, least, most map[string]float64, err error) {
	command := exec.Command("go", "test", "-run", "^$", "-bench", "^(BenchmarkRequest|BenchmarkDecode)$",
		"-benchmem", "-benchtime=100x", "-count="+strconv.Itoa(runs), ".", "./upstream")
	output, err := command.CombinedOutput()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, output)
	}
	least, most = map[string]float64{}, map[string]float64{}
	for _, match := range line.FindAllSubmatch(output, -1) {
		name := string(match[1])
		count, err := strconv.ParseFloat(string(match[2]), 64)
		if err != nil {
			return nil, nil, nil, err
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
			least[name] = count
		}
		least[name], most[name] = min(least[name], count), max(most[name], count)
	}
	if len(names) == 0 {
		return nil, nil, nil, fmt.Errorf("no benchmark in\n%s", output)
	}
	return names, least, most, nil
}

// read returns the ceilings that are written down.
func read() (map[string]float64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	ceilings := map[string]float64{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if len(words) != 2 {
			return nil, fmt.Errorf("%s: %q is not a name and a number", file, lines.Text())
		}
		if ceilings[words[0]], err = strconv.ParseFloat(words[1], 64); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return ceilings, nil
}
