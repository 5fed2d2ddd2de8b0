// Package codes has the codes that errors bear in extensions.code. Clients switch on
// them: docs/using.md says what to do about each.
package codes

// What a field can fail with.
const (
	// BadUserInput is of an argument, or a value in variables, that cannot be used.
	BadUserInput = "BAD_USER_INPUT"
	// InvalidCursor is of a cursor that is none, or one of another filter or order.
	InvalidCursor = "INVALID_CURSOR"
	// Unauthenticated is of a caller without a credential that the portal accepts.
	Unauthenticated = "UNAUTHENTICATED"
	// Forbidden is of what the portal, or this API, does not let the caller see or change.
	Forbidden = "FORBIDDEN"
	// RateLimited is of a portal that is asked too often, an API without room for another
	// request, or a caller who is over --caller-calls; a later request may be answered.
	RateLimited = "RATE_LIMITED"
	// UpstreamTimeout is of a portal that did not answer in time.
	UpstreamTimeout = "UPSTREAM_TIMEOUT"
	// UpstreamUnavailable is of a portal that cannot be reached, or is left alone for a while.
	UpstreamUnavailable = "UPSTREAM_UNAVAILABLE"
	// UpstreamError is of a portal that answered with an error of its own.
	UpstreamError = "UPSTREAM_ERROR"
	// UpstreamBadResponse is of a portal's answer that is not what it should be.
	UpstreamBadResponse = "UPSTREAM_BAD_RESPONSE"
	// AnswerTooLarge is of an answer that grew beyond --max-answer.
	AnswerTooLarge = "ANSWER_TOO_LARGE"
	// MoreErrors is of the last entry of a list of errors that is not whole.
	MoreErrors = "MORE_ERRORS"
	// Internal is of a bug in this program.
	Internal = "INTERNAL"
)

// What a request is refused with before it runs.
const (
	// BadRequest is of a method, headers or JSON that are not of GraphQL over HTTP.
	BadRequest = "BAD_REQUEST"
	// CrossSite is of a request that a browser could send for a page of any site.
	CrossSite = "CSRF_BLOCKED"
	// ParseFailed is of a document that is not GraphQL.
	ParseFailed = "GRAPHQL_PARSE_FAILED"
	// ValidationFailed is of a document that does not fit the schema, of variables that do
	// not fit the document, and of an operation's name that is not there.
	ValidationFailed = "GRAPHQL_VALIDATION_FAILED"
	// IntrospectionDisabled is of introspection where the explorer is switched off.
	IntrospectionDisabled = "INTROSPECTION_DISABLED"
	// PersistedNotFound is of a hash whose document is not kept here.
	PersistedNotFound = "PERSISTED_QUERY_NOT_FOUND"
	// PersistedNotSupported is of persisted queries of another version than 1.
	PersistedNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED"
	// PersistedMismatch is of a hash that is not that of the document beside it.
	PersistedMismatch = "PERSISTED_QUERY_HASH_MISMATCH"
)

// What a request over a limit is refused with, each with limit and actual beside it.
const (
	// BodyTooLarge is of a body, or the query of a URL, beyond --max-body.
	BodyTooLarge = "BODY_TOO_LARGE"
	// VariablesTooLarge is of variables beyond --max-variables.
	VariablesTooLarge = "VARIABLES_TOO_LARGE"
	// QueryTooLarge is of a document beyond --max-tokens.
	QueryTooLarge = "QUERY_TOO_LARGE"
	// TooManyFields is of a document beyond --max-fields.
	TooManyFields = "TOO_MANY_FIELDS"
	// QueryTooDeep is of a document beyond --max-depth.
	QueryTooDeep = "QUERY_TOO_DEEP"
	// TooManyAliases is of an operation beyond --max-aliases.
	TooManyAliases = "TOO_MANY_ALIASES"
	// TooManyRootFields is of an operation beyond --max-root-fields, or a mutation of more
	// than ten.
	TooManyRootFields = "TOO_MANY_ROOT_FIELDS"
	// TooManyDirectives is of a document beyond --max-directives.
	TooManyDirectives = "TOO_MANY_DIRECTIVES"
	// CostLimitExceeded is of an operation beyond --max-cost, and of a field that would take
	// its operation beyond the calls, bytes or look-ups that one may take of the portal.
	CostLimitExceeded = "COST_LIMIT_EXCEEDED"
)
