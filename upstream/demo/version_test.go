package demo

import (
	"strings"
	"testing"
)

// TestVersion asks portals of other versions for lists by id, and for who they are.
func TestVersion(t *testing.T) {
	t.Parallel()
	const byID, byTitle = "crm/opportunity/filter?sortBy=id&count=2", "crm/opportunity/filter?sortBy=title&count=2"
	for version, none := range map[string]bool{"12.7": false, "12.6": true, "8.9.1": true} {
		p := New()
		if err := p.SetVersion(version); err != nil {
			t.Fatal(err)
		}
		restricted, admin := as(p.TokenOf("mei.tanaka@fennmark.example")), as(Token)
		if got := get(t, p, byID, restricted).body; strings.Contains(got, `"total":0`) != none {
			t.Errorf("%s: %s", version, got)
		}
		if got := get(t, p, byTitle, restricted).body; strings.Contains(got, `"total":0`) {
			t.Errorf("%s by title: %s", version, got)
		}
		if got := get(t, p, byID, admin).body; !strings.Contains(got, `"count":2`) || !strings.Contains(got, `"id":3101`) {
			t.Errorf("%s, an administrator: %s", version, got)
		}
		if got := get(t, p, "settings/version/build", admin); got.status != 200 || !strings.Contains(got.body, `"communityServer":"`+version+`"`) {
			t.Errorf("%s: %s", version, got.body)
		}
		if got := get(t, p, "settings/version/build", as("")); (got.status == 401) != (version == "8.9.1") {
			t.Errorf("%s, signed out: %d", version, got.status)
		}
		if got := get(t, p, "crm/contact/filter?sortBy=id&isShared=true", admin).body; strings.Contains(got, `"total":0`) != none {
			t.Errorf("%s, shared contacts: %.200s", version, got)
		}
	}
	for _, text := range []string{"", "12", "x.y", "12.x", "-1.2", "12.100"} {
		if New().SetVersion(text) == nil {
			t.Errorf("%q is a version", text)
		}
	}
}
