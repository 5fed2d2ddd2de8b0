// Command gen writes how the members of JSON objects are read: for each struct of a
// package with json tags a method ScanMember, which makes it a scan.Object.
//
//	go run ./upstream/scan/gen upstream
//
// A member is one line of its struct:
//
//	Title string `json:"title"`
//
// Its type decides how it is read: string, int, bool and types made of them; a type
// with a method ScanJSON, which is a scan.Scalar; a pointer to or a list of what is
// read. A member that needs a way of its own names a function of the package:
//
//	DisplayName string `json:"displayName" scan:"scanEncoded"`
//
//	func scanEncoded(r *scan.Reader, into *string)
//
// A type that is only written has //scan:ignore in its comment, and a field that is no
// member the tag json:"-", or a name in lower case.
//
// It reads the package's text alone, which need not compile, and stops at what it
// cannot read a way for.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// output is the file that is written, in the package's folder.
const output = "members_generated.go"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder string) error {
	code, err := generate(folder)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, output), code, 0o644)
}

// generate returns what the file is to hold for the package in folder.
func generate(folder string) ([]byte, error) {
	p, err := load(folder)
	if err != nil {
		return nil, err
	}
	objects := p.objects()
	if len(p.mistakes) > 0 {
		return nil, errors.Join(p.mistakes...)
	}
	if len(objects) == 0 {
		return nil, fmt.Errorf("%s has no struct with json tags", folder)
	}
	return write(p.name, objects)
}
