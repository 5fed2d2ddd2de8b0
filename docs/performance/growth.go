package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// growth is what requests cost by their size.
type growth []curve

// curve is one kind of request.
type curve struct {
	name   string
	points []point
}

// point is the median of the runs of one size.
type point struct {
	size                int
	micros, allocations float64
	kilobytes           float64
}

var growthLine = regexp.MustCompile(`(?m)^BenchmarkGrowth/(\w+)/n=(\d+)(?:-\d+)?\s+\d+\s+(\S+) ns/op\s+(\d+) B/op\s+(\d+) allocs/op`)

func readGrowth(file string) (growth, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	type key struct {
		name string
		size int
	}
	runs := map[key][3][]float64{}
	var order []key
	for _, match := range growthLine.FindAllStringSubmatch(string(text), -1) {
		size, err := strconv.Atoi(match[2])
		if err != nil {
			return nil, err
		}
		k := key{match[1], size}
		if !slices.Contains(order, k) {
			order = append(order, k)
		}
		values := runs[k]
		for i := range values {
			value, err := strconv.ParseFloat(match[3+i], 64)
			if err != nil {
				return nil, err
			}
			values[i] = append(values[i], value)
		}
		runs[k] = values
	}
	if len(order) == 0 {
		return nil, fmt.Errorf("%s holds no result of BenchmarkGrowth", file)
	}
	var g growth
	for _, k := range order {
		if len(g) == 0 || g[len(g)-1].name != k.name {
			g = append(g, curve{name: k.name})
		}
		last, values := &g[len(g)-1], runs[k]
		last.points = append(last.points, point{
			size: k.size, micros: median(values[0]) / 1e3, kilobytes: median(values[1]) / 1e3, allocations: median(values[2]),
		})
	}
	return g, nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// table lists the points, with what each opportunity or alias takes that comes
// on top of the size before.
func (g growth) table() string {
	var b strings.Builder
	b.WriteString("| request | µs | KB | allocations | µs for each more | allocations for each more |\n|---|---:|---:|---:|---:|---:|\n")
	for _, c := range g {
		for i, p := range c.points {
			more := "| | |"
			if i > 0 {
				before := c.points[i-1]
				n := float64(p.size - before.size)
				more = fmt.Sprintf("| %.0f | %.0f |", (p.micros-before.micros)/n, (p.allocations-before.allocations)/n)
			}
			fmt.Fprintf(&b, "| %s | %.0f | %.0f | %.0f %s\n", what(c.name, p.size), p.micros, p.kilobytes, p.allocations, more)
		}
	}
	return b.String()
}

func what(name string, size int) string {
	if name == "list" {
		return fmt.Sprintf("list of %d", size)
	}
	if size == 1 {
		return "1 alias"
	}
	return fmt.Sprintf("%d %s", size, name)
}
