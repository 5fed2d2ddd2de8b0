package main

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// canvas is a picture under way.
type canvas struct {
	strings.Builder
	width, height float64
}

// style reads well on light and dark pages.
const style = `<style>
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-size: 14px; font-weight: 600; fill: #24292f }
.own { fill: #0969da } .peer { fill: #afb8c1 } .floor { fill: none; stroke: #8c959f; stroke-dasharray: 3 2 }
text.own { font-weight: 600 }
.axis { stroke: #d0d7de; fill: none } .line { fill: none; stroke: #0969da; stroke-width: 2 } .straight { stroke: #8c959f; stroke-dasharray: 4 3; fill: none }
@media (prefers-color-scheme: dark) {
text { fill: #9198a1 } .title { fill: #f0f6fc }
.own { fill: #4493f8 } .peer { fill: #545d68 } .floor { stroke: #768390 }
.axis { stroke: #3d444d } .line { stroke: #4493f8 } .straight { stroke: #768390 }
}
</style>
`

func (c *canvas) text(x, y float64, anchor, class, text string) {
	fmt.Fprintf(c, `<text x="%.1f" y="%.1f" text-anchor="%s" class="%s">%s</text>`+"\n", x, y, anchor, class, html.EscapeString(text))
}

func (c *canvas) rect(x, y, width, height float64, class string) {
	fmt.Fprintf(c, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"/>`+"\n", x, y, width, height, class)
}

func (c *canvas) path(class string, points ...[2]float64) {
	var d strings.Builder
	for i, p := range points {
		fmt.Fprintf(&d, "%c%.1f %.1f", "ML"[min(i, 1)], p[0], p[1])
	}
	fmt.Fprintf(c, `<path d="%s" class="%s"/>`+"\n", d.String(), class)
}

func (c *canvas) dot(x, y float64) {
	fmt.Fprintf(c, `<circle cx="%.1f" cy="%.1f" r="3" class="own"/>`+"\n", x, y)
}

func (c *canvas) svg(description string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`+"\n%s%s</svg>\n",
		c.width, c.height, html.EscapeString(description), style, c.String())
}

// plotCPU draws a group of bars for each workload: CPU time as a multiple of
// ours, on a logarithmic scale.
func plotCPU(l *lab) string {
	const rowHeight, groupHeight, left, bars = 18, 34, 150, 520
	names := l.contestants(connections)
	most := 2.0
	rows := 0
	for _, query := range workloads {
		for _, name := range names {
			if cpu := l.cpu(name, query); cpu > 0 && l.cpu(ours, query) > 0 {
				rows++
				most = max(most, cpu/l.cpu(ours, query))
			}
		}
	}
	const least = 0.25
	at := func(times float64) float64 {
		return bars * math.Log(max(times, least)/least) / math.Log(most*1.1/least)
	}
	c := &canvas{width: left + bars + 110, height: float64(rows*rowHeight + len(workloads)*groupHeight + 32)}
	y := 0.0
	for _, query := range workloads {
		c.text(0, y+22, "start", "title", titles[query])
		y += groupHeight
		sorted := slices.Clone(names)
		slices.SortStableFunc(sorted, func(a, b string) int { return int(l.cpu(a, query) - l.cpu(b, query)) })
		for _, name := range sorted {
			cpu := l.cpu(name, query)
			if cpu == 0 || l.cpu(ours, query) == 0 {
				continue
			}
			times := cpu / l.cpu(ours, query)
			class, label := "peer", name
			switch {
			case name == ours:
				class, label = "own", "this program"
			case strings.HasPrefix(name, yardsticks):
				class = "floor"
			}
			words, figures := "", fmt.Sprintf("%.0f µs, × %.2g", cpu, times)
			if class == "own" {
				words, figures = "own", fmt.Sprintf("%.0f µs", cpu)
			}
			c.text(left-8, y+13, "end", words, label)
			c.rect(left, y+2, at(times), rowHeight-5, class)
			c.text(left+at(times)+6, y+13, "start", words, figures)
			y += rowHeight
		}
	}
	c.text(left, c.height-8, "start", "", "Server CPU of one request as a multiple of ours, logarithmic; dashed: yardsticks without GraphQL")
	return c.svg("Server CPU of one request for five workloads, by contestant")
}

var titles = map[string]string{
	"Q1": "Q1: one opportunity, all fields",
	"Q2": "Q2: one opportunity, 4 fields",
	"Q3": "Q3: 50 aliases of 20 opportunities",
	"Q4": "Q4: list of 25",
	"Q5": "Q5: list of 25 with tags and contact details",
}

// plotGrowth draws time and allocations over size, with the straight line from
// the first point to the last.
func plotGrowth(g growth) string {
	const width, height, gap, left, top = 280, 190, 90, 62, 40
	c := &canvas{width: left + 2*width + gap + 20, height: float64(len(g)) * (height + 90)}
	for row, curve := range g {
		for column, of := range []struct {
			name  string
			value func(point) float64
		}{
			{"µs", func(p point) float64 { return p.micros }},
			{"allocations", func(p point) float64 { return p.allocations }},
		} {
			x0, y0 := float64(left+column*(width+gap)), float64(row*(height+90)+top)
			var points [][2]float64
			last := curve.points[len(curve.points)-1]
			most := 0.0
			for _, p := range curve.points {
				most = max(most, of.value(p))
			}
			step := tick(most)
			scale := math.Ceil(most/step) * step
			x := func(size int) float64 { return x0 + width*float64(size)/float64(last.size) }
			y := func(value float64) float64 { return y0 + height*(1-value/scale) }
			c.text(x0-left+8, y0-18, "start", "title", fmt.Sprintf("%s: %s", curveTitles[curve.name], of.name))
			for value := 0.0; value <= scale; value += step {
				c.path("axis", [2]float64{x0, y(value)}, [2]float64{x0 + width, y(value)})
				c.text(x0-6, y(value)+4, "end", "", thousands(value))
			}
			reached := -1e9
			for _, p := range curve.points {
				points = append(points, [2]float64{x(p.size), y(of.value(p))})
				if x(p.size)-reached > 16 {
					reached = x(p.size)
					c.text(reached, y0+height+18, "middle", "", fmt.Sprint(p.size))
				}
			}
			c.path("straight", points[0], points[len(points)-1])
			c.path("line", points...)
			for _, p := range points {
				c.dot(p[0], p[1])
			}
		}
	}
	return c.svg("Time and allocations of a request over its size")
}

var curveTitles = map[string]string{"list": "Opportunities of a list", "aliases": "Aliases of a document"}

// tick returns a round step for an axis up to most.
func tick(most float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(most/4)))
	for _, step := range []float64{1, 2, 2.5, 5, 10} {
		if most/(step*unit) <= 5 {
			return step * unit
		}
	}
	return 10 * unit
}

func thousands(value float64) string {
	text := fmt.Sprintf("%.0f", value)
	if len(text) > 3 {
		text = text[:len(text)-3] + " " + text[len(text)-3:]
	}
	return text
}
