package observe

import (
	"bytes"
	"log/slog"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLogger(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	NewLogger(&text, "", slog.LevelWarn).Info("too little to tell")
	NewLogger(&text, "", slog.LevelInfo).Info("a file gets", "json", 1.5)
	NewLogger(&text, "text", slog.LevelInfo).Info("in words", "for", time.Minute)
	got := regexp.MustCompile(`("time":"[^"]+",|time=\S+ )`).ReplaceAllString(text.String(), "")
	const want = `{"level":"INFO","msg":"a file gets","json":1.5}` + "\n" + `level=INFO msg="in words" for=1m0s` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
