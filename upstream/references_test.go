package upstream

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestReferences shows that dictionaries are kept for the credential that they
// were given to, for so long, and for nobody else.
func TestReferences(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	handler := func(w http.ResponseWriter, r *http.Request) {
		n := calls.Add(1)
		if r.Header.Get("Authorization") == "wrong" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprintf(w, `{"status":0,"response":[{"title":%q,"id":%d}]}`, r.Header.Get("Authorization"), n)
	}
	read := func(c *Client, authorization string) string {
		stages, err := c.For(Credentials{Authorization: authorization}).Stages(t.Context(), nil)
		if err != nil {
			return KindOf(err).String()
		}
		return fmt.Sprint(stages[0].Title, stages[0].ID)
	}
	off := newTestClient(t, handler)
	if first, second := read(off, "anna"), read(off, "anna"); first != "anna1" || second != "anna2" {
		t.Errorf("off: %s, %s", first, second)
	}
	calls.Store(0)
	on := newTestClient(t, handler, func(o *Options) { o.ReferenceTTL = time.Hour })
	for authorization, want := range map[string]string{"anna": "anna", "bo": "bo", "wrong": "unauthenticated", "": "unauthenticated"} {
		first := read(on, authorization)
		before := calls.Load()
		if second := read(on, authorization); first != second || len(first) < len(want) || first[:len(want)] != want {
			t.Errorf("%q: %s, then %s", authorization, first, second)
		}
		if kept := calls.Load() == before; !kept && authorization != "wrong" {
			t.Errorf("%q: asked again", authorization)
		}
	}
	if _, err := on.For(Credentials{Authorization: "anna"}).Currencies(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if n := on.references.kept.Len(); n != 3 {
		t.Errorf("%d answers kept, want anna's two and bo's", n)
	}
}

func TestReferencesExpireAndAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, who := newReferences(time.Minute), newHolders().of(token)
		ref := reference{who, "a"}
		r.store(ref, 1)
		time.Sleep(59 * time.Second)
		if _, ok := r.load(ref); !ok {
			t.Error("gone too early")
		}
		time.Sleep(2 * time.Second)
		if _, ok := r.load(ref); ok {
			t.Error("kept too long")
		}
		for i := range 3 * maxReferences {
			r.store(reference{who, fmt.Sprint(i)}, i)
		}
		if n := r.kept.Len(); n > maxReferences {
			t.Errorf("%d kept", n)
		}
		for i := 2 * maxReferences; i < 3*maxReferences; i++ {
			if _, ok := r.load(reference{who, fmt.Sprint(i)}); !ok {
				t.Fatalf("%d is gone, and is not among the oldest", i)
			}
		}
	})
}
