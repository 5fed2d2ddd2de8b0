package demo

import (
	"encoding/json"
	"testing"
	"time"
)

func TestQuoting(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                 `""`,
		`a/b "c" \d`:       `"a\/b \"c\" \\d"`,
		"\x00\t\n\x1f\x7f": `"\u0000\u0009\u000a\u001f` + "\x7f\"",
		"Malmö – 上海":       `"Malmö – 上海"`,
		"🚚":                `"\ud83d\ude9a"`,
		"\ufffe\uffff":     `"\ufffe\uffff"`,
		"\xed\xa0\xbd!":    `"\ud83d!"`,
		"<b>&'":            `"<b>&'"`,
	} {
		if got := string(appendQuoted(nil, text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzQuoting(f *testing.F) {
	f.Add("a/b\x00🚚")
	f.Fuzz(func(t *testing.T, text string) {
		clean := string([]rune(text)) // what is no UTF-8 cannot come back
		var got string
		if err := json.Unmarshal(appendQuoted(nil, clean), &got); err != nil || got != clean {
			t.Errorf("%q came back as %q: %v", clean, got, err)
		}
	})
}

func TestHTMLEncode(t *testing.T) {
	t.Parallel()
	const text, want = `<b> & "O'Brien" Östlund Νίκος 🚚`, `&lt;b&gt; &amp; &quot;O&#39;Brien&quot; &#214;stlund Νίκος &#128666;`
	if got := htmlEncode(text); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestNumbersInXML(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"5": "5", "-2147467259": "-2147467259", "1234567.890000000": "1234567.89", "10.000000000": "10", "-0.01": "-0.01", "0.1": "0.1",
		"79228162514264337593543950335.0": "7.9228162514264338E+28", "0.000000100": "1E-07",
		"100000000000000000000.00000000": "1E+20", "9007199254740993.0": "9007199254740992",
	} {
		if got := xmlNumber(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestReadableSizes(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]string{188621: "184.2 KB", 12350: "12.06 KB", 3 << 20: "3 MB"} {
		if got := readableSize(size); got != want {
			t.Errorf("%d: %s, want %s", size, got, want)
		}
	}
}

func TestDatesOfRequests(t *testing.T) {
	t.Parallel()
	want := time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC)
	for text, ok := range map[string]bool{
		"2025-03-01T10:00:00Z": true, "2025-03-01T12:00:00+02:00": true, "2025-03-01T10:00:00": true,
		"2025-03-01T10:00:00.000Z": true, "2025-03-01T10:00:00.0000000": true,
		"2025-03-01T10:00:00.0Z": false, "2025-03-01T10:00:00.000000Z": false, "yesterday": false,
	} {
		if got, err := parseDate(text, time.UTC); (err == nil) != ok || ok && !got.Equal(want) {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
}
