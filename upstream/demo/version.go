package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// newestVersion is the one that the demo behaves like at first.
const newestVersion = "12.7.0"

// Versions of CommunityServer that brought something.
const (
	sortsByID        = 12_07 // lists know the sort key "id"
	tellsItsVersion  = 11_00 // to signed-out callers, too
	versionsTemplate = "settings/version/build"
)

// SetVersion makes the portal behave like another version of CommunityServer,
// such as "12.6" or "8.9.1", in what clients have to know of old ones.
func (p *Portal) SetVersion(version string) error {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	a, err := strconv.ParseUint(major, 10, 8)
	if err != nil {
		return fmt.Errorf(`%.20q is no version such as "12.6"`, version)
	}
	b, err := strconv.ParseUint(minor, 10, 8)
	if err != nil || b > 99 {
		return fmt.Errorf(`%.20q is no version such as "12.6"`, version)
	}
	p.mu.Lock()
	p.version, p.level = version, int(a*100+b)
	changed := p.versionChanged
	p.mu.Unlock()
	if changed != nil {
		changed()
	}
	return nil
}

// OnVersion has a function called whenever the version has changed: a client that
// keeps the version may forget it.
func (p *Portal) OnVersion(changed func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.versionChanged = changed
}

// postVersion is SetVersion by request.
func (p *Portal) postVersion(w http.ResponseWriter, r *http.Request) {
	var form struct {
		Version string `json:"version"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&form)
	if err == nil {
		err = p.SetVersion(form.Version)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// opens reports whether a route needs no sign-in.
func (p *Portal) opens(r *route) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return r.open && (r.template != versionsTemplate || p.level >= tellsItsVersion)
}

func getVersions(c *call) (answer, error) {
	e := c.encoder()
	e.open("", '{')
	e.text("communityServer", c.portal.version)
	e.text("documentServer", "8.1.0")
	e.text("mailServer", "1.6.75")
	e.close('}')
	return one(e.buf), nil
}

// knowsKey reports whether the lists know a sort key that is in their tables.
func (c *call) knowsKey(key string) bool { return key != "id" || c.portal.level >= sortsByID }
