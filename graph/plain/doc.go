// Package plain writes plain data, values that are there when an object is
// written, without asking gqlgen for every field.
//
// gqlgen resolves each field by itself: a field context, closures, a marshaller
// and often a goroutine, though most fields of an answer need nothing but a member
// of a struct. This package compiles a selection set once for a document and an
// object type. The compiled selection is a template: chunks of JSON whose members
// are plain, and between each two chunks a hole for a pending field, one that has
// a resolver or has such a field below it. To write an object is to append its
// chunks to one piece of memory, and to have gqlgen resolve the pending fields as
// ever.
//
// Three parts work together:
//
//   - .ci/gqlgen generates graph/plain_generated.go: a [Type] for each object type,
//     and functions that append its plain fields. It also makes graph/generated.go
//     call this package in four places: [Begin] stands for graphql.CollectFields
//     and graphql.NewFieldSet, [NewDeferredGroup], [List] and [MarshalSlice] for
//     the functions of such names in package graphql, and [NewText] for the
//     bytes.Buffer that an answer is put together in.
//   - [Selections] keep what is compiled beside the document. Variables in @skip and
//     @include lead to further selections, up to a bound.
//   - [With] puts what an operation is run with into its context: its selections and
//     its [Answer], which bounds what the answer takes. Without it everything is
//     gqlgen's.
//
// Anything unusual is gqlgen's too: where an append function answers false,
// because of an error, a null where none may be, a panic or an unknown type, the
// text of that object is dropped and its fields are resolved one by one. Errors,
// their paths and the propagation of nulls are thus made in one place, and the bytes
// of an answer are the same on both ways.
//
// An extension that intercepts fields (graphql.FieldInterceptor) has to see every
// field, and here most fields are seen by none. Where there is one, [With] leaves the
// selections out. Interceptors of operations, responses and root fields change
// nothing.
//
// An operation may also be [Sequential], which saves the goroutines where nothing
// waits for anything. [WithWaits] saves those of single lists.
package plain
