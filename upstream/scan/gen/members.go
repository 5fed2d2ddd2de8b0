package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// object is a struct whose members are read.
type object struct {
	name     string // with its type parameters
	members  []member
	embedded []string // fields whose members are members as well
}

// member is a member of an object.
type member struct {
	key  string
	call string // the statement that reads its value
}

// objects returns the structs with json tags.
func (p *source) objects() []object {
	var objects []object
	for _, spec := range p.order {
		if p.isObject(spec.Name.Name) {
			objects = append(objects, p.object(spec))
		}
	}
	return objects
}

// isObject reports whether the type is a struct whose members are read.
func (p *source) isObject(name string) bool {
	spec := p.types[name]
	return spec != nil && !p.ignored[name] && !p.scalars[name] && slices.ContainsFunc(fields(spec), func(f *ast.Field) bool {
		_, tagged := tag(f).Lookup("json")
		return tagged
	})
}

// fields returns the fields of a struct, and nothing for other types.
func fields(spec *ast.TypeSpec) []*ast.Field {
	if s, ok := spec.Type.(*ast.StructType); ok {
		return s.Fields.List
	}
	return nil
}

func tag(f *ast.Field) reflect.StructTag {
	if f.Tag == nil {
		return ""
	}
	text, _ := strconv.Unquote(f.Tag.Value) // the parser has checked it
	return reflect.StructTag(text)
}

// object reads the members of a struct.
func (p *source) object(spec *ast.TypeSpec) object {
	o := object{name: spec.Name.Name}
	parameters := map[string]bool{}
	if spec.TypeParams != nil {
		var names []string
		for _, group := range spec.TypeParams.List {
			for _, name := range group.Names {
				names = append(names, name.Name)
				parameters[name.Name] = true
			}
		}
		o.name += "[" + strings.Join(names, ", ") + "]"
	}
	known := map[string]string{} // the struct of each key
	for _, f := range fields(spec) {
		if len(f.Names) == 0 {
			if name := p.embedded(f); name != "" {
				o.embedded = append(o.embedded, name)
			}
			continue
		}
		for _, name := range f.Names {
			key := p.key(f, name)
			if key == "" {
				continue
			}
			p.addKey(known, key, spec.Name.Name, name.Pos())
			if call := p.call(f, name, parameters); call != "" {
				o.members = append(o.members, member{key, call})
			}
		}
	}
	for _, name := range o.embedded {
		for _, key := range p.keys(name) {
			if known[key] != spec.Name.Name { // or it is hidden, as in encoding/json
				p.addKey(known, key, name, spec.Pos())
			}
		}
	}
	return o
}

// addKey notes whose key it is. Keys are compared without their case, so they have to
// differ in more.
func (p *source) addKey(known map[string]string, key, of string, at token.Pos) {
	for other, owner := range known {
		if strings.EqualFold(other, key) {
			p.mistake(at, "the key %q of %s is %q of %s as well", key, of, other, owner)
		}
	}
	known[key] = of
}

// keys returns the keys of a struct and those that are embedded in it.
func (p *source) keys(name string) []string {
	var keys []string
	for _, f := range fields(p.types[name]) {
		key, _, _ := strings.Cut(tag(f).Get("json"), ",")
		switch embedded, ok := f.Type.(*ast.Ident); {
		case key != "" && key != "-":
			keys = append(keys, key)
		case len(f.Names) == 0 && ok && p.isObject(embedded.Name):
			keys = append(keys, p.keys(embedded.Name)...)
		}
	}
	return keys
}

// embedded returns the name of an embedded field.
func (p *source) embedded(f *ast.Field) string {
	name, ok := f.Type.(*ast.Ident)
	if !ok || !p.isObject(name.Name) || f.Tag != nil {
		p.mistake(f.Pos(), "%s is embedded: only a struct of this package with json tags can be, without a tag", types.ExprString(f.Type))
		return ""
	}
	return name.Name
}

// key returns the key of a member, "" for a field that is none.
func (p *source) key(f *ast.Field, name *ast.Ident) string {
	text, tagged := tag(f).Lookup("json")
	if text == "-" || !tagged && !name.IsExported() {
		return ""
	}
	key, options, _ := strings.Cut(text, ",")
	switch {
	case strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c == '"' || c == '\\' }):
		p.mistake(name.Pos(), "the key %q of %s has what stands in JSON as an escape, which the reader does not look for in a key that it knows", key, name.Name)
	case key == "":
		p.mistake(name.Pos(), "%s has no key: `json:\"key\"` names it, and `json:\"-\"` is for what is no member", name.Name)
	case !name.IsExported():
		p.mistake(name.Pos(), "%s has a key, and a name that encoding/json cannot see", name.Name)
	}
	for option := range strings.SplitSeq(options, ",") {
		if option != "" && option != "omitempty" && option != "omitzero" {
			p.mistake(f.Tag.Pos(), "the option %q of %s changes how it is read, which is not known here", option, name.Name)
		}
	}
	return key
}

// call returns the statement that reads the value of a field.
func (p *source) call(f *ast.Field, name *ast.Ident, parameters map[string]bool) string {
	field := "v." + name.Name
	if function, named := tag(f).Lookup("scan"); named {
		if !p.reads(function, f.Type) {
			p.mistake(f.Tag.Pos(), "there is no func %s(r *scan.Reader, into *%s), which is to read %s", function, types.ExprString(f.Type), name.Name)
		}
		return function + "(r, &" + field + ")"
	}
	switch t := f.Type.(type) {
	case *ast.StarExpr:
		if to, ok := t.X.(*ast.Ident); ok && to.Name == "string" {
			return "r.TextOrNull(&" + field + ")"
		}
		if p.isElement(t.X, parameters) {
			return "scan.Pointer(r, &" + field + ")"
		}
	case *ast.ArrayType:
		if t.Len == nil && p.isElement(t.Elt, parameters) {
			return "scan.List(r, &" + field + ")"
		}
	case *ast.Ident:
		if p.scalars[t.Name] {
			return field + ".ScanJSON(r)"
		}
		basic := p.basic(t.Name)
		into := "&" + field
		if basic != t.Name {
			into = "(*" + basic + ")(" + into + ")"
		}
		if method := map[string]string{"string": "Text", "int": "Int", "bool": "Bool"}[basic]; method != "" {
			return "r." + method + "(" + into + ")"
		}
	}
	p.mistake(f.Type.Pos(), "%s is a %s, for which no way to read it is known: give the type a method ScanJSON(*scan.Reader), "+
		"or name a function in the tag scan; a struct with json tags has to be a pointer or in a list", name.Name, types.ExprString(f.Type))
	return ""
}

// reads reports whether there is such a function for values of a type.
func (p *source) reads(function string, t ast.Expr) bool {
	f := p.functions[function]
	if f == nil || f.Type.Results != nil {
		return false
	}
	var parameters []string
	for _, group := range f.Type.Params.List {
		for range max(1, len(group.Names)) {
			parameters = append(parameters, types.ExprString(group.Type))
		}
	}
	return slices.Equal(parameters, []string{"*scan.Reader", "*" + types.ExprString(t)})
}

// basic returns the type that a type is made of, as far as that has a name.
func (p *source) basic(name string) string {
	for range p.types { // as deep as it can be
		spec := p.types[name]
		if spec == nil || p.scalars[name] {
			break
		}
		under, ok := spec.Type.(*ast.Ident)
		if !ok {
			break
		}
		name = under.Name
	}
	return name
}

// isElement reports whether the reader takes the type behind a pointer or in a list.
func (p *source) isElement(t ast.Expr, parameters map[string]bool) bool {
	switch t := t.(type) {
	case *ast.StarExpr:
		return p.isElement(t.X, parameters)
	case *ast.ArrayType:
		return t.Len == nil && p.isElement(t.Elt, parameters)
	case *ast.Ident:
		isBasic := p.types[t.Name] == nil && (t.Name == "string" || t.Name == "int" || t.Name == "bool")
		return isBasic || parameters[t.Name] || p.scalars[t.Name] || p.isObject(t.Name)
	default:
		return false
	}
}
