// Package observe has what operators look at: the log, metrics and traces. None of them
// holds up a request, or has a credential in it.
package observe

import (
	"bytes"
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

// NewLogger returns a logger that writes JSON, unless text is asked for. JSON would have
// durations in nanoseconds, so they are logged as texts; slog's ReplaceAttr would do that
// for every attribute of every line, which takes a third of a line's time.
func NewLogger(out io.Writer, format string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "text" {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}
