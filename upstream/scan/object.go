package scan

import (
	"slices"
	"strings"
)

// Object is a pointer to what a JSON object is read into. Its type's json tags
// are the names of its members.
type Object interface {
	// ScanMember reads the value of a member. It returns false, and reads nothing,
	// when the type has no member that is spelled like that. The key is a part of the
	// text.
	ScanMember(key string, r *Reader) bool
}

// object reads an object, or null.
func (r *Reader) object(into Object) {
	switch r.peek() {
	case '{':
	case 'n':
		r.literal("null")
		return
	default:
		r.misfits("an object")
		return
	}
	r.open()
	omitted := r.wanted.Skip.omitted(into)
	for first := true; r.more('}', first); first = false {
		if !r.likelyMember(into, omitted) {
			r.member(into, omitted)
		}
	}
}

// likelyMember reads the member that is next where its key is a name of the type as it is
// spelled there, as nearly all are, and otherwise nothing. It does not look whether the key
// is a valid string: names have no quotes, backslashes or control characters, which package
// gen sees to, so a key that equals one is.
func (r *Reader) likelyMember(into Object, omitted []string) bool {
	if r.peek() != '"' {
		return false
	}
	start := r.at
	rest := r.text[start+1:]
	end := strings.IndexByte(rest, '"')
	if end < 0 || end+1 == len(rest) || rest[end+1] != ':' {
		return false
	}
	key := rest[:end]
	r.at += len(`"`) + len(key) + len(`":`)
	if slices.Contains(omitted, key) {
		r.skip()
		return true
	}
	if into.ScanMember(key, r) {
		return true
	}
	r.at = start
	return false
}

// member reads the member that is next, or passes over it.
func (r *Reader) member(into Object, omitted []string) {
	key := r.key()
	switch {
	case r.broken != nil:
	case slices.Contains(omitted, key):
		r.skip()
	case !into.ScanMember(key, r):
		if name := spelling(into, key); name == "" || slices.Contains(omitted, name) || !into.ScanMember(name, r) {
			r.skip()
		}
	}
}

// nothing is an object none of whose members is wanted.
type nothing struct{}

func (*nothing) ScanMember(string, *Reader) bool { return false }
