package upstream

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// samples are the bodies of testdata.
func samples(f *testing.F) [][]byte {
	f.Helper()
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	bodies := make([][]byte, len(files))
	for i, name := range files {
		if bodies[i], err = os.ReadFile(name); err != nil {
			f.Fatal(err)
		}
	}
	return bodies
}

// FuzzDecode holds what decoding promises for any body: no panic, and what
// decodes, encodes and decodes again to the same.
func FuzzDecode(f *testing.F) {
	for _, body := range samples(f) {
		f.Add(200, body)
		f.Add(404, body)
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a := answer{op: "fuzz", status: status, body: body}
		again(t, a, decode[Opportunity])
		again(t, a, decode[[]Opportunity])
		again(t, a, decode[ContactDetails])
		again(t, a, decode[[]Task])
		again(t, a, decode[[]HistoryEvent])
		again(t, a, decode[[]*batchResult])
	})
}

// again decodes, encodes and decodes; the second encoding must be the first.
func again[T any](t *testing.T, a answer, decode func(answer) (T, error)) {
	t.Helper()
	first, err := decode(a)
	if err != nil {
		if KindOf(err) == KindUnknown {
			t.Fatalf("an error without a kind: %v", err)
		}
		return
	}
	once := encodeEnvelope(t, first)
	second, err := decode(answer{op: "fuzz", status: 200, body: once})
	if err != nil {
		t.Fatalf("what was encoded does not decode: %v\n%s", err, once)
	}
	if twice := encodeEnvelope(t, second); string(twice) != string(once) {
		t.Fatalf("changed by a round trip:\n%s\n%s", once, twice)
	}
}

func encodeEnvelope(t *testing.T, v any) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"status": 0, "response": v})
	if err != nil {
		t.Fatal(err)
	}
	return body
}
