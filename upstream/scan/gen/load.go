package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// source is what the text of a package says.
type source struct {
	name      string
	files     *token.FileSet
	order     []*ast.TypeSpec // of the types, as they are written
	types     map[string]*ast.TypeSpec
	ignored   map[string]bool          // types that are only written
	scalars   map[string]bool          // types with a method ScanJSON
	functions map[string]*ast.FuncDecl // that are no methods
	mistakes  []error
}

// load reads the package in folder, but for its tests and what is generated here.
func load(folder string) (*source, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	p := &source{
		files: token.NewFileSet(), types: map[string]*ast.TypeSpec{}, ignored: map[string]bool{},
		scalars: map[string]bool{}, functions: map[string]*ast.FuncDecl{},
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") || filepath.Base(path) == output {
			continue
		}
		file, err := parser.ParseFile(p.files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.name = file.Name.Name
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				p.function(d)
			case *ast.GenDecl:
				p.declared(d)
			}
		}
	}
	return p, nil
}

// function notes a function, or that a type has a method ScanJSON.
func (p *source) function(f *ast.FuncDecl) {
	switch {
	case f.Recv == nil:
		p.functions[f.Name.Name] = f
	case f.Name.Name == "ScanJSON":
		receiver := f.Recv.List[0].Type
		pointer, ok := receiver.(*ast.StarExpr)
		if !ok {
			p.mistake(receiver.Pos(), "ScanJSON has to have a pointer as its receiver, to read into")
			return
		}
		if name, ok := pointer.X.(*ast.Ident); ok {
			p.scalars[name.Name] = true
		}
	}
}

// declared notes types.
func (p *source) declared(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		p.order = append(p.order, t)
		p.types[t.Name.Name] = t
		p.ignored[t.Name.Name] = isIgnored(t.Doc) || !d.Lparen.IsValid() && isIgnored(d.Doc)
	}
}

func isIgnored(comment *ast.CommentGroup) bool {
	if comment == nil {
		return false
	}
	for _, line := range comment.List {
		if directive, _, _ := strings.Cut(line.Text, " "); directive == "//scan:ignore" {
			return true
		}
	}
	return false
}

// mistake notes what is wrong in the package, and where.
func (p *source) mistake(at token.Pos, format string, args ...any) {
	p.mistakes = append(p.mistakes, fmt.Errorf("%s: %s", p.files.Position(at), fmt.Sprintf(format, args...)))
}
