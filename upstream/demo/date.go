package demo

import (
	"strings"
	"time"
)

// SetZone gives the portal a time zone: it writes instants in that, and reads dates
// without a zone in it. It is UTC at first.
func (p *Portal) SetZone(zone *time.Location) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.zone = zone
}

// location returns the zone.
func (p *Portal) location() *time.Location {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.zone
}

var dateLayouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05.0000000Z07:00",
	"2006-01-02T15:04:05", "2006-01-02T15:04:05.000", "2006-01-02T15:04:05.0000000", "2006-01-02",
}

// parseDate insists on none, three or seven fraction digits, as the portal does.
func parseDate(text string, zone *time.Location) (time.Time, error) {
	for _, layout := range dateLayouts {
		// Parse would take a fraction where the layout has none.
		if t, err := time.ParseInLocation(layout, text, zone); err == nil && strings.Contains(layout, ".") == strings.Contains(text, ".") {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errDate
}

// period is what lies between two instants, both included. It is open on the side
// where there is none.
type period struct{ from, to time.Time }

func (p period) holds(t time.Time) bool {
	return (p.from.IsZero() || !t.Before(p.from)) && (p.to.IsZero() || !t.After(p.to))
}

// isWhole reports whether both sides are closed, isHalf whether one alone is.
func (p period) isWhole() bool { return !p.from.IsZero() && !p.to.IsZero() }
func (p period) isHalf() bool  { return p.from.IsZero() != p.to.IsZero() }

// period reads fromDate and toDate as they come, which is how the close dates of
// opportunities and the deadlines of tasks are compared with them.
func (p params) period() (between period, err error) {
	if between.from, err = p.date("fromdate"); err != nil {
		return between, err
	}
	between.to, err = p.date("todate")
	return between, err
}

// days reads them for the times at which contacts and events were entered: toDate
// is moved a day less a minute on, so that midnight means the whole of its day but
// for the last minute's seconds.
func (p params) days() (period, error) {
	between, err := p.period()
	if !between.to.IsZero() {
		between.to = between.to.Add(24*time.Hour - time.Minute)
	}
	return between, err
}

// date is the zero time when the parameter is missing.
func (p params) date(name string) (time.Time, error) {
	text := p.text(name)
	if text == "" {
		return time.Time{}, nil
	}
	return parseDate(text, p.zone)
}

// date writes seven fraction digits and the zone's offset; the zero time comes out
// as year 1, which is how the portal says unset.
func (e *encoder) date(name string, value time.Time) {
	e.key(name)
	if !value.IsZero() {
		value = value.In(e.zone)
	}
	e.buf = value.AppendFormat(e.buf, `"2006-01-02T15:04:05.0000000Z07:00"`)
}
