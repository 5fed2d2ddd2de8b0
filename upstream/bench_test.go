package upstream

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// BenchmarkDecode opens the envelope of one full opportunity, and of a page of
// them, and checks what came out.
func BenchmarkDecode(b *testing.B) {
	b.Run("one", func(b *testing.B) {
		benchmarkDecode[Opportunity](b, "crm/opportunity/{id}", []byte(body(b, "opportunity_full.json")))
	})
	b.Run("list", func(b *testing.B) {
		benchmarkDecode[[]Opportunity](b, "crm/opportunity/filter", []byte(body(b, "opportunity_bigmoney.json")))
	})
	b.Run("batch", func(b *testing.B) {
		one := body(b, "opportunity_full.json")
		items := []*batchResult{{Status: 200, Data: asText(one)}, {Status: 200, Data: asText(one)}, {Status: 404, Data: asText("{}")}}
		text, err := json.Marshal(map[string]any{"status": 0, "response": items})
		if err != nil {
			b.Fatal(err)
		}
		benchmarkDecode[[]*batchResult](b, batchRoute, text)
	})
}

// benchmarkDecode compares with what encoding/json reads.
func benchmarkDecode[T any](b *testing.B, op string, body []byte) {
	b.Helper()
	a := answer{op: op, status: http.StatusOK, body: body}
	var want envelope[T]
	if err := json.Unmarshal(body, &want); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(a.body)))
	b.ReportAllocs()
	var got T
	for b.Loop() {
		var err error
		if got, err = decode[T](a); err != nil {
			b.Fatal(err)
		}
	}
	if diff := cmp.Diff(*want.Response, got, same); diff != "" {
		b.Fatal(diff)
	}
}

// BenchmarkCall reads one opportunity over TCP, for a caller whose connection is
// kept and for another caller each time. The portal's share is as small as it can be.
func BenchmarkCall(b *testing.B) {
	for name, test := range map[string]struct {
		answer     string
		unverified bool
	}{
		"small":      {answer: thing("3101", "a")},
		"full":       {answer: body(b, "opportunity_full.json")},
		"unverified": {answer: thing("3101", "a"), unverified: true},
	} {
		b.Run(name, func(b *testing.B) {
			answer := []byte(sized(test.answer))
			portal := newWire(b, func(c *wireConn) {
				for {
					for line := []byte(nil); len(line) != len("\r\n"); { // a GET ends with an empty line
						var err error
						if line, err = c.in.ReadSlice('\n'); err != nil {
							return
						}
					}
					if _, err := c.Write(answer); err != nil {
						return
					}
				}
			})
			client := wireClient(b, portal.address)
			read := decode[*Opportunity]
			where := numbered("crm/opportunity/{id}")(3101)
			b.ReportAllocs()
			who, n := token, 0
			for b.Loop() {
				if test.unverified {
					n++
					who.Cookie = strconv.Itoa(n)
				}
				caller := client.For(who)
				if o, err := get(b.Context(), caller, where, read); err != nil || o.ID != 3101 {
					b.Fatal(o, err)
				}
				caller.Close()
			}
			client.Close()
		})
	}
}
