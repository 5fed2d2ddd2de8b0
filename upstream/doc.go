// Package upstream is the client of an ONLYOFFICE portal's CRM REST API.
//
// A [Client] is one portal: its address, its limits and what has been learnt
// about it. [Client.For] gives a [Caller], the portal as one person sees it
// for the length of one request; every read is a method of Caller. All of it
// is safe for concurrent use.
//
// The package hides the wire's riddles so that nobody else has to know them:
// absent members are zero values, year-1 dates are unset, decimals are exact,
// employee names are HTML-decoded, both the live server's camelCase and the
// documentation's PascalCase are read, and the many ways in which the portal
// and the proxies before it say no become one [*Error] with a [Kind].
// The exported structs are the models of the GraphQL schema as well.
package upstream
