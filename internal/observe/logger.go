// Package observe has what operators look at: the log, metrics and traces. None of them
// holds up a request, or has a credential in it.
package observe

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// OpenLog returns a logger that writes to out. A file may be a pipe that is not read,
// so lines wait for it in a queue, which is to be closed; it is nil for other writers.
func OpenLog(out io.Writer, askedFormat string, level slog.Level) (*slog.Logger, *LogQueue) {
	file, isFile := out.(*os.File)
	format := askedFormat
	if format == "" && isFile && term.IsTerminal(int(file.Fd())) {
		format = "text"
	}
	if !isFile {
		return NewLogger(out, format, level), nil
	}
	queue := NewLogQueue(file, func(dropped uint64) []byte {
		var line bytes.Buffer
		NewLogger(&line, format, level).Warn("lines of the log were dropped", "lines", dropped)
		return line.Bytes()
	})
	return NewLogger(queue, format, level), queue
}

// NewLogger returns a logger that writes JSON, unless text is asked for.
func NewLogger(out io.Writer, format string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "text" {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(inWords{slog.NewJSONHandler(out, options)})
}

// inWords has durations as texts, such as 25s, which JSON has in nanoseconds. slog's
// ReplaceAttr could do that, and takes a third of the time of every line.
type inWords struct{ slog.Handler }

// Handle handles a line, as slog.Handler says.
func (h inWords) Handle(ctx context.Context, line slog.Record) error {
	found := false
	line.Attrs(func(a slog.Attr) bool {
		found = a.Value.Kind() == slog.KindDuration
		return !found
	})
	if !found {
		return h.Handler.Handle(ctx, line)
	}
	worded := slog.NewRecord(line.Time, line.Level, line.Message, line.PC)
	line.Attrs(func(a slog.Attr) bool {
		worded.AddAttrs(inWord(a))
		return true
	})
	return h.Handler.Handle(ctx, worded)
}

// WithAttrs returns a handler of lines with attributes, as slog.Handler says.
func (h inWords) WithAttrs(attributes []slog.Attr) slog.Handler {
	worded := make([]slog.Attr, len(attributes))
	for i, a := range attributes {
		worded[i] = inWord(a)
	}
	return inWords{h.Handler.WithAttrs(worded)}
}

// WithGroup returns a handler of lines with a group, as slog.Handler says.
func (h inWords) WithGroup(name string) slog.Handler { return inWords{h.Handler.WithGroup(name)} }

func inWord(a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		return slog.String(a.Key, a.Value.Duration().String())
	}
	return a
}
