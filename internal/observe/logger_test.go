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
	NewLogger(&text, "", slog.LevelInfo).Info("a file gets", "json", 1500*time.Millisecond)
	NewLogger(&text, "", slog.LevelInfo).With("for", time.Second).WithGroup("of").Info("a part", "within", time.Minute, "n", 1)
	NewLogger(&text, "text", slog.LevelInfo).Info("in words", "for", time.Minute)
	got := regexp.MustCompile(`("time":"[^"]+",|time=\S+ )`).ReplaceAllString(text.String(), "")
	const want = `{"level":"INFO","msg":"a file gets","json":"1.5s"}` + "\n" + `{"level":"INFO","msg":"a part","for":"1s","of":{"within":"1m0s","n":1}}` + "\n" + `level=INFO msg="in words" for=1m0s` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
