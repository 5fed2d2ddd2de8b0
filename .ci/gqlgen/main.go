// Command gqlgen runs gqlgen with what this project adds to it, so that plain data
// is written without asking gqlgen for every field (see graph/plain):
//
//   - graph/plain_generated.go, which has the types and functions that
//     graph/plain needs;
//   - changes to graph/generated.go, which make it call graph/plain.
//
// It stops where gqlgen's code no longer looks as it expects.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	log.SetOutput(io.Discard) // what resolves what
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, "gqlgen:", err)
		os.Exit(1)
	}
}

// generate writes the code for the gqlgen.yml of this folder or one above.
func generate() error {
	p, filename, err := runGqlgen()
	if err != nil {
		return err
	}
	code, err := os.ReadFile(filename)
	if err != nil {
		return err
	}
	if code, err = p.connect(code); err != nil {
		return err
	}
	return os.WriteFile(filename, code, 0o644)
}

// runGqlgen runs gqlgen with the plugin. It returns the name of the file that is yet
// to be connected with what the plugin wrote.
func runGqlgen() (*plain, string, error) {
	cfg, err := config.LoadConfigFromDefaultLocations()
	if err != nil {
		return nil, "", err
	}
	p := &plain{}
	if err := api.Generate(cfg, api.AddPlugin(p)); err != nil {
		return nil, "", err
	}
	return p, cfg.Exec.Filename, nil
}
