package resolvers

import "strings"

// textWriter writes what is shown. Breaks, tabs and blanks come when text follows.
type textWriter struct {
	text strings.Builder

	hidden string // the element that hides what follows
	depth  int    // how many of its name are open
	keeps  bool   // blanks and line breaks
	pre    string // the element that has them kept
	rows   []int  // how many cells each open row has, of tables within each other

	space, line bool // a blank, a line break is due
	tabs        int  // as many are due
	inRow       bool // something is written of the row
}

func (w *textWriter) start(name string, isHidden bool) {
	if w.hidden != "" {
		switch {
		case name != w.hidden:
		case endless[name]:
			w.hidden = "" // the next one
		default:
			w.depth++
		}
	}
	d := displayOf(name)
	switch {
	case w.hidden != "":
		return
	case d == asHidden || isHidden:
		if !void[name] {
			w.hidden, w.depth = name, 1
		}
		return
	}
	switch d {
	case asBlock:
		w.breakLine()
	case asPre:
		w.breakLine()
		if w.pre == "" {
			w.pre = name
		}
	case asTable:
		w.breakLine()
		w.rows = append(w.rows, 0)
	case asRow:
		w.endRow()
		if len(w.rows) > 0 {
			w.rows[len(w.rows)-1] = 0
		}
	case asCell:
		w.startCell()
	}
}

func (w *textWriter) end(name string) {
	if w.hidden != "" {
		if name == w.hidden {
			if w.depth--; w.depth == 0 {
				w.hidden = ""
			}
		}
		return
	}
	switch displayOf(name) {
	case asBlock:
		w.breakLine()
	case asPre:
		if name == w.pre {
			w.pre = ""
		}
		w.breakLine()
	case asTable:
		w.endRow()
		w.rows = w.rows[:max(len(w.rows)-1, 0)]
		w.inRow = len(w.rows) > 0 // of the one around
	case asRow:
		w.endRow()
	}
}

// breakLine has what follows stand on a line of its own, or at the start of a cell
// where it is the first in it.
func (w *textWriter) breakLine() {
	w.space = false
	if w.tabs == 0 {
		w.line = true
	}
}

func (w *textWriter) endRow() {
	w.space, w.line, w.inRow, w.tabs = false, true, false, 0
}

// startCell sets a cell apart from the one before. What ended that one's last line
// does not begin another.
func (w *textWriter) startCell() {
	w.space = false
	if len(w.rows) == 0 { // in no table
		w.space = true
		return
	}
	last := &w.rows[len(w.rows)-1]
	if *last++; *last == 1 {
		return
	}
	if w.inRow {
		w.line = false
	}
	w.tabs++
}

func (w *textWriter) write(text string) {
	if w.hidden != "" {
		return
	}
	if w.keeps || w.pre != "" {
		for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
			if i > 0 {
				w.breakLine()
			}
			if line != "" {
				w.flush()
				w.text.WriteString(line)
			}
		}
		return
	}
	for text != "" {
		word := strings.TrimLeft(text, " \t\n\r\f")
		w.space = w.space || len(word) < len(text)
		end := strings.IndexAny(word, " \t\n\r\f")
		if end < 0 {
			end = len(word)
		}
		if end > 0 {
			w.flush()
			w.text.WriteString(word[:end])
		}
		text = word[end:]
	}
}

// flush writes what is due before a word.
func (w *textWriter) flush() {
	switch {
	case w.line || w.tabs > 0:
		if w.line && w.text.Len() > 0 {
			w.text.WriteByte('\n')
		}
		for range w.tabs {
			w.text.WriteByte('\t')
		}
	case w.space && w.text.Len() > 0:
		w.text.WriteByte(' ')
	}
	w.space, w.line, w.tabs, w.inRow = false, false, 0, true
}
