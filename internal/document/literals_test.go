package document

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/codes"
)

func TestLiterals(t *testing.T) {
	t.Parallel()
	const half, large = `A \u escape of D800 to DFFF is half of a character. Write both halves, as in "\uD83D\uDE00", or the character itself.`, "This number is too large to stand in a document. Put it in quotes, or into a variable."
	for literal, want := range map[string]string{
		`"a"`: "", `"\u0041"`: "", `"\ud83d\ude00"`: "", `"\uD83D\uDE00"`: "", `"\u{1F600}"`: "", `"\\ud800"`: "", `"\n\u00e9"`: "",
		`"�"`: "", `"\ufffd"`: "", `"�\ud83d\ude00"`: "", `"\ufffd\\"`: "", `"""\ud800"""`: "", `"é\ufffd\""`: "",
		`"k\ud800x"`: half, `"\udc00"`: half, `"\ud83d\u0041"`: half, `"\ud83d\ud83d\ude00"`: half, `"é�\udfff"`: half, `"\ud83d\n"`: half, `"\ud800"`: half,
		"9223372036854775807": "", "-9223372036854775808": "", "9223372036854775808": large, "-99999999999999999999": large, "1.5": "",
	} {
		d := newTestStore(false)
		text := "# é\n{ opportunities(filter: {search: " + literal + ", tag: \"\\ufffd\"}) { totalCount } } "
		_, rejected := d.Get(text)
		got := ""
		if rejected != nil && rejected.Errors[0].Extensions["code"] == codes.ParseFailed {
			got = rejected.Errors[0].Message
			if at := fmt.Sprint(rejected.Errors[0].Locations); at != "[2:34]" {
				t.Errorf("%s: at %s", literal, at)
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", literal, got, want)
		}
	}
}

// Strings by the thousand are looked at once each.
func TestLiteralsAreReadOnce(t *testing.T) {
	t.Parallel()
	text := "{a(b:[" + strings.Repeat(`"\ufffd"`, 32_000) + "])}"
	began := time.Now()
	newTestStore(false).Get(text)
	if took := time.Since(began); took > time.Second {
		t.Errorf("%d bytes took %v", len(text), took)
	}
}
