package document

import (
	"strings"
	"testing"
)

// BenchmarkDocument is what the largest allowed documents cost that were not
// sent before.
func BenchmarkDocument(b *testing.B) {
	inOpportunity := func(text string, n int) string { return "{opportunity(id:1){" + strings.Repeat(text, n) + "}}" }
	for name, text := range map[string]string{
		"fields":    inOpportunity("id ", 1990),
		"objects":   inOpportunity("stage{id}", 495),
		"inline":    inOpportunity("...{id}", 495),
		"fragments": strings.NewReplacer("{...F0}", "{opportunity(id:1){...F0}}", "on Query", "on Opportunity").Replace(chain(140, "id ...{title} NEXT")),
		"comments":  "{" + strings.Repeat("#\n", 120000) + "__typename}",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, refused := newTestStore(true).Get(text); refused != nil {
					b.Fatal(refused.Errors)
				}
			}
		})
	}
}
