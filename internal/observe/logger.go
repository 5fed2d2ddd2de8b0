// Package observe has what operators look at: the log, which holds up no request and
// has no credential in it.
package observe

import (
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// NewLogger returns a logger that writes JSON, unless text is asked for.
func NewLogger(out io.Writer, format string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: readable}
	if format == "text" {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}

// FormatFor returns the format that was asked for, or else the one that suits out:
// text on a terminal.
func FormatFor(out io.Writer, asked string) string {
	file, isFile := out.(*os.File)
	if asked == "" && isFile && term.IsTerminal(int(file.Fd())) {
		return "text"
	}
	return asked
}

// readable writes a duration as 25s in every format; JSON would count nanoseconds.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		return slog.String(a.Key, a.Value.Duration().String())
	}
	return a
}
