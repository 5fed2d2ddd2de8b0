package paging

import (
	"encoding/base64"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCursorKeepsItsPlace(t *testing.T) {
	t.Parallel()
	widest := Cursor{LastID: math.MaxInt32, Offsets: slices.Repeat([]int{maxOffset}, maxSources)}
	for bound, want := range map[string]Cursor{
		"":                         {LastID: 1, Offsets: []int{0}},
		"opportunities stage=5 id": {LastID: 3105, Offsets: []int{25, 0, 1_000_000}},
		"wide":                     widest,
	} {
		want.Bound = Bind(bound)
		got, err := ParseCursor("after", want.Encode(), bound)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Cursor{})); diff != "" {
			t.Error(diff)
		}
	}
	if text := widest.Encode(); len(text) > maxCursor {
		t.Errorf("the widest cursor has %d characters, more than %d", len(text), maxCursor)
	}
}

func TestCursorIsSmallAndHoldsNoText(t *testing.T) {
	t.Parallel()
	text := Cursor{Bound: Bind("secret"), LastID: 123_456, Offsets: []int{9_999}}.Encode()
	if len(text) > 16 {
		t.Errorf("%q has %d characters", text, len(text))
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || strings.Contains(string(b), "secret") {
		t.Errorf("decoded to %q, %v", b, err)
	}
}

func TestCursorIsRefused(t *testing.T) {
	t.Parallel()
	const (
		garbage = "after: this is not a cursor of this API; pass one from an earlier answer, or start again without it."
		foreign = "after: this cursor was made under another filter or order; start again without it."
	)
	raw := func(tail ...byte) string {
		hash := Bind("list")
		return base64.RawURLEncoding.EncodeToString(slices.Concat([]byte{cursorVersion}, hash[:], tail))
	}
	good := raw(7, 3)
	for name, test := range map[string]struct{ text, want string }{
		"empty":                {"", garbage},
		"not base64":           {"?!%\x00", garbage},
		"a plain id":           {"3105", garbage},
		"other base64":         {base64.RawURLEncoding.EncodeToString([]byte("Opportunity:3105")), garbage},
		"another version":      {base64.RawURLEncoding.EncodeToString([]byte{2, 0, 0, 0, 0, 7, 3}), garbage},
		"hash only":            {raw(), garbage},
		"no offset":            {raw(7), garbage},
		"id 0":                 {raw(0, 3), garbage},
		"id of 2^31":           {raw(0x80, 0x80, 0x80, 0x80, 0x08, 3), garbage},
		"negative id":          {raw(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 3), garbage},
		"absurd offset":        {raw(7, 0x81, 0x80, 0x80, 0x80, 0x04), garbage},
		"number without end":   {raw(7, 0x80), garbage},
		"number of 11 bytes":   {raw(slices.Repeat([]byte{0xff}, 11)...), garbage},
		"longer than it needs": {raw(7, 0x83, 0x00), garbage},
		"line break":           {good[:4] + "\n" + good[4:], garbage},
		"padded":               {good + "=", garbage},
		"too long":             {raw(slices.Repeat([]byte{1}, 300)...), garbage},
		"another list":         {Cursor{Bound: Bind("other"), LastID: 7, Offsets: []int{3}}.Encode(), foreign},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseCursor("after", test.text, "list")
			var argument *ArgumentError
			if !errors.As(err, &argument) || !argument.IsCursor || argument.Text != test.want {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := ParseCursor("after", good, "list"); err != nil {
		t.Error(err)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("AQAAAAAHAw")
	f.Add(Cursor{Bound: Bind("list"), LastID: 3105, Offsets: []int{25, 0, 100}}.Encode())
	f.Add(Cursor{LastID: math.MaxInt32, Offsets: []int{maxOffset}}.Encode())
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := decodeCursor(text)
		if _, err := ParseCursor("after", text, "list"); !ok && err == nil {
			t.Error("parsed what cannot be decoded")
		}
		if !ok {
			return
		}
		if c.LastID < 1 || slices.Min(c.Offsets) < 0 {
			t.Errorf("%q has absurd numbers: %v", text, c)
		}
		again, ok := decodeCursor(c.Encode())
		if diff := cmp.Diff(c, again, cmp.AllowUnexported(Cursor{})); !ok || diff != "" {
			t.Error(ok, diff)
		}
	})
}
