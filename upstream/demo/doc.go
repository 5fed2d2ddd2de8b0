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
// Every user of the portal signs in with their e-mail and the password "demo".
// [Token] belongs to an administrator of the CRM; [Portal.TokenOf] gives the
// tokens of the others, some of whom do not see every opportunity.
//
// What differs from a live portal: nothing can be written apart from signing in,
// the fields parameter is ignored, totals are never served from a cache, and the
// time zone is UTC.
package demo
