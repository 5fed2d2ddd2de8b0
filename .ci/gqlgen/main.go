// Command gqlgen runs gqlgen with what this project adds to it:
//
//   - graph/plain_generated.go, which writes plain data without asking gqlgen for every
//     field (see graph/plans.go);
//   - changes to graph/generated.go, which make it call that.
//
// It stops where gqlgen's code no longer looks as it expects.
package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"go/format"
	"go/types"
	"io"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

func main() {
	log.SetOutput(io.Discard) // what resolves what
	cfg, err := config.LoadConfigFromDefaultLocations()
	p := &plain{}
	if err == nil {
		err = api.Generate(cfg, api.AddPlugin(p))
	}
	if err == nil {
		err = p.connect(cfg.Exec.Filename)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gqlgen:", err)
		os.Exit(1)
	}
}

//go:embed plain.gotpl
var plainTemplate string

// plain is the plugin that generates plain_generated.go, and what that file is made from.
type plain struct {
	Objects []object
	Refs    []*config.TypeReference // each of whose values has a function that appends it

	data  *codegen.Data
	known map[string]bool // of type references, by their keys: they are plain
}

// object is an object type with those of its fields that are plain.
type object struct {
	*codegen.Object
	Fields []field
}

type field struct {
	*codegen.Field
	Known string // the method that has the value of a resolver's field, if it is known
}

// Name returns the plugin's name.
func (p *plain) Name() string { return "plain" }

// GenerateCode writes plain_generated.go.
func (p *plain) GenerateCode(data *codegen.Data) error {
	if len(data.AllDirectives.LocationDirectives("FIELD")) > 0 {
		return errors.New("a directive on fields of documents would have to run for plain fields too")
	}
	p.data, p.known = data, map[string]bool{}
	for _, o := range data.Objects {
		if isIntrospection(o.Name) {
			continue
		}
		var fields []field
		for _, f := range o.Fields {
			if method, ok := p.isPlain(f); ok {
				fields = append(fields, field{f, method})
			}
		}
		p.Objects = append(p.Objects, object{o, fields})
	}
	for _, ref := range data.ReferencedTypes { // for lists, which may come from resolvers
		if ref.IsSlice() && !isIntrospection(ref.Definition.Name) {
			p.appends(ref)
		}
	}
	slices.SortFunc(p.Refs, func(a, b *config.TypeReference) int {
		return strings.Compare(a.UniquenessKey(), b.UniquenessKey())
	})
	return templates.Render(templates.Options{
		PackageName:     data.Config.Exec.Package,
		Filename:        data.Config.Exec.Dir() + "/plain_generated.go",
		Template:        plainTemplate,
		Data:            p,
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
	})
}

func isIntrospection(name string) bool { return strings.HasPrefix(name, "__") }

// isPlain reports whether the Go object has the field's value at hand, maybe by
// a method Known… that says so itself.
func (p *plain) isPlain(f *codegen.Field) (known string, ok bool) {
	switch {
	case f.Object.Root, f.HasDirectives(), f.MethodHasContext, f.VOkFunc, f.HasHaser, f.IsMap(), f.Batch, f.Stream:
		return "", false
	case f.IsResolver:
		known = "Known" + f.GoFieldName
		method, _, _ := types.LookupFieldOrMethod(f.Object.Reference(), true, nil, known)
		if method == nil {
			return "", false
		}
	}
	return known, p.appends(f.TypeReference)
}

// appends reports whether values of the type can be appended, and makes sure
// that there are functions for it and what it is made of.
func (p *plain) appends(ref *config.TypeReference) bool {
	key := ref.UniquenessKey()
	if known, seen := p.known[key]; seen {
		return known
	}
	p.known[key] = p.isAppendable(ref)
	if p.known[key] {
		p.Refs = append(p.Refs, ref)
	}
	return p.known[key]
}

func (p *plain) isAppendable(ref *config.TypeReference) bool {
	switch {
	case ref.IsContext, ref.IsOmittable, ref.IsRoot, ref.HasEnumValues(), ref.IsPtrToSlice(), ref.IsPtrToIntf(), ref.IsPtrToPtr(), ref.IsMap():
		return false
	case ref.IsSlice():
		return p.appends(ref.Elem())
	case ref.Definition.Kind == ast.Object:
		return !isIntrospection(ref.Definition.Name)
	case ref.Definition.IsAbstractType():
		return !slices.ContainsFunc(p.data.Interfaces[ref.Definition.Name].Implementors, func(i codegen.InterfaceImplementor) bool {
			return i.TakeRef || i.Kind != ast.Object
		})
	default:
		return ref.Definition.IsLeafType() && (ref.IsMarshaler || ref.Marshaler != nil)
	}
}

// KnownArgs returns the arguments of the method Known… of a resolver's field.
func (p *plain) KnownArgs(f field) string {
	_, args, _ := strings.Cut(f.CallArgs(), "ctx, obj, ")
	return args
}

// WithArguments returns the object types that have fields with arguments, with
// those fields alone.
func (p *plain) WithArguments() []object {
	var objects []object
	for _, o := range p.Objects {
		with := object{Object: o.Object}
		for _, f := range o.Object.Fields {
			if len(f.Args) > 0 && !isIntrospection(f.Name) {
				with.Fields = append(with.Fields, field{Field: f})
			}
		}
		if len(with.Fields) > 0 {
			objects = append(objects, with)
		}
	}
	return objects
}

// IsObject reports whether the type is an object type, and no list of one.
func (p *plain) IsObject(ref *config.TypeReference) bool {
	return !ref.IsSlice() && ref.Definition.Kind == ast.Object
}

// Implementors returns the types that an interface or union may have.
func (p *plain) Implementors(ref *config.TypeReference) []codegen.InterfaceImplementor {
	if !ref.Definition.IsAbstractType() {
		return nil
	}
	return p.data.Interfaces[ref.Definition.Name].Implementors
}

// Below returns the names of the object types that a value may hold.
func (p *plain) Below(ref *config.TypeReference) []string {
	if ref.Definition.Kind == ast.Object {
		return []string{ref.Definition.Name}
	}
	var names []string
	for _, implementor := range p.Implementors(ref) {
		names = append(names, implementor.Name)
	}
	return names
}

// AppendsItself reports whether the Go type has a method AppendGQL, which
// appends what MarshalGQL writes.
func (p *plain) AppendsItself(ref *config.TypeReference) bool {
	method, _, _ := types.LookupFieldOrMethod(ref.GO, true, nil, "AppendGQL")
	return method != nil
}

// appenders are the functions that append what gqlgen's marshallers write.
var appenders = map[string]string{
	"MarshalString":  "appendString(b, %s)",
	"MarshalID":      "appendString(b, %s)",
	"MarshalInt":     "strconv.AppendInt(b, int64(%s), 10)",
	"MarshalIntID":   "append(strconv.AppendInt(append(b, '\"'), int64(%s), 10), '\"')",
	"MarshalBoolean": "strconv.AppendBool(b, %s)",
}

// Appender returns the call that appends value, or "" for a marshaller that
// this does not know.
func (p *plain) Appender(ref *config.TypeReference, value string) string {
	call := appenders[ref.Marshaler.Name()]
	if call == "" || ref.Marshaler.Pkg().Path() != "github.com/99designs/gqlgen/graphql" {
		return ""
	}
	return fmt.Sprintf(call, value)
}

var (
	objectStart = regexp.MustCompile(`(?m)^(func \(ec \*executionContext\) _(\w+)\(ctx context\.Context, sel ast\.SelectionSet(, obj [^\n)]*)?\) graphql\.Marshaler \{\n)` +
		`\tfields := graphql\.CollectFields\(ec\.OperationContext, sel, \w+Implementors\)\n`)
	objectSet = []byte("\n\tout := graphql.NewFieldSet(fields)\n\tdeferred := graphql.NewDeferredGroup(ctx)\n")
	objectEnd = []byte("\n\treturn out\n}\n")
	listBody  = regexp.MustCompile(`(?m)^(func \(ec \*executionContext\) marshal([^\s(]+)\(ctx context\.Context, sel ast\.SelectionSet, v [^\n]*\n(?:\tif v == nil \{\n\t\treturn graphql\.Null\n\t\}\n)?)` +
		`\tret := graphql\.MarshalSliceConcurrently\(ctx, len\(v\), 0, false, `)
	answerText = strings.NewReplacer("var buf bytes.Buffer", "buf := newText(opCtx)", "data.MarshalGQL(&buf)", "data.MarshalGQL(buf)", "\t\"bytes\"\n", "")
)

// connect makes gqlgen's code call what is plain. Fields and the items of a list
// are resolved in goroutines of their own only when they may start something that
// they wait for.
func (p *plain) connect(filename string) error {
	code, err := os.ReadFile(filename)
	if err != nil {
		return err
	}
	var out []byte
	objects := 0
	for _, part := range splitFunctions(code) {
		match := objectStart.FindSubmatch(part)
		if match == nil || isIntrospection(string(match[2])) {
			out = append(out, part...)
			continue
		}
		objects++
		name, arguments := match[2], fmt.Sprintf("obj, append%s", match[2])
		if len(match[3]) == 0 {
			arguments = "(*struct{})(nil), nil"
		}
		part = objectStart.ReplaceAll(part, fmt.Appendf(nil, "${1}\tfields, object := begin(ctx, ec, plain%s, sel, %s)\n\tif len(fields) == 0 {\n\t\treturn object\n\t}\n", name, arguments))
		if bytes.Count(part, objectSet) != 1 || bytes.Count(part, objectEnd) != 1 {
			return fmt.Errorf("the function of %s has changed", name)
		}
		part = bytes.ReplaceAll(part, []byte("out.ResolveConcurrently(ec.OperationContext, &deferred, i,"), []byte("resolve(ctx, ec, out, &deferred, field, i,"))
		part = bytes.ReplaceAll(part, []byte("out.ResolveRootConcurrently(innerCtx, ec.OperationContext, i,"), []byte("resolveRoot(innerCtx, ec, out, i,"))
		part = bytes.Replace(part, objectSet, []byte("\n\tout := graphql.NewFieldSet(fields)\n\tdeferred := deferredGroup(ctx, fields)\n"), 1)
		out = append(out, bytes.Replace(part, objectEnd, []byte("\n\tobject.values = out.Values\n\treturn object\n}\n"), 1)...)
	}
	if objects != len(p.Objects) {
		return fmt.Errorf("found %d functions of objects, not %d", objects, len(p.Objects))
	}
	lists := 0
	out = listBody.ReplaceAllFunc(out, func(match []byte) []byte {
		lists++
		parts := listBody.FindSubmatch(match)
		var shortcut []byte
		for _, ref := range p.Refs {
			if ref.UniquenessKey() == string(parts[2]) {
				shortcut = fmt.Appendf(nil, "\tif m := whole(ctx, ec, sel, v, append%s", parts[2])
				for _, name := range p.Below(ref) {
					shortcut = append(shortcut, ", plain"+name...)
				}
				shortcut = append(shortcut, "); m != nil {\n\t\treturn m\n\t}\n"...)
			}
		}
		return slices.Concat(parts[1], shortcut, []byte("\tret := marshalSlice(ctx, sel, len(v), "))
	})
	if lists < 20 || bytes.Contains(out, []byte("graphql.MarshalSliceConcurrently(")) {
		return fmt.Errorf("found %d lists", lists)
	}
	out = []byte(answerText.Replace(string(out)))
	if !bytes.Contains(out, []byte("newText(")) || bytes.Contains(out, []byte("bytes.")) {
		return errors.New("the text of an answer is made in another way")
	}
	if out, err = format.Source(out); err != nil {
		return err
	}
	return os.WriteFile(filename, out, 0o644)
}

var functionStart = regexp.MustCompile(`(?m)^func `)

// splitFunctions cuts code before each function.
func splitFunctions(code []byte) [][]byte {
	var parts [][]byte
	from := 0
	for _, at := range functionStart.FindAllIndex(code, -1) {
		parts = append(parts, code[from:at[0]])
		from = at[0]
	}
	return append(parts, code[from:])
}
