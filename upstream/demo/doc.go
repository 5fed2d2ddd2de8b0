// Package demo is an embedded ONLYOFFICE portal: an http.Handler that speaks the
// CommunityServer dialect of the CRM REST API, down to the order of members, the
// escaping and the answers that a portal gives when something is wrong.
//
// It serves two readers. A person who runs the program without a portal of their
// own gets one with an invented but believable pipeline. A test mounts the same
// handler in httptest, counts the calls that reach it, and switches faults on.
//
// The package uses the standard library alone and knows nothing of the client
// that reads it, so a quirk that the client misreads cannot be misread here in
// the same way. Everything is deterministic: the data never depends on the
// clock, and what looks random follows a fixed sequence.
//
// Every user of the portal signs in with their e-mail and the password "demo"; Pierre
// Lefèvre and Yael Ben-Ami have a second factor, whose code is "246810".
// [Token] belongs to an administrator of the CRM; [Portal.TokenOf] gives the
// tokens of the others, some of whom do not see every opportunity.
//
// Writes change what later reads answer, until [Portal.Restore] or the end of the
// portal: opportunities with their members, access and stages, custom fields,
// tags, tasks, history, contacts and contact data. They are checked as little as
// by the real one, and answered as there: with what was sent, with what was there
// before, or with what is there now.
//
// What differs from a live portal: there are no bulk writes and none of the
// dictionaries but tags, no mail is sent, the fields parameter is ignored, totals
// are never served from a cache, access rights change at once, and the time zone
// is UTC. The clock stands still on the day of the demo but for some seconds that
// pass with each write.
package demo
