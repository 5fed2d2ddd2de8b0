package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

var updateReadme = flag.Bool("update", false, "write the settings into README.md instead of comparing them")

const (
	settingsBegin = "<!-- settings: written by go test -run TestReadmeSettings -update . -->\n"
	settingsEnd   = "<!-- end of settings -->\n"
)

// TestReadmeSettings holds the README's table of settings to what the program
// really takes.
func TestReadmeSettings(t *testing.T) {
	var config Config
	parser, err := kong.New(&config, (&mistakes{}).mappers()...)
	if err != nil {
		t.Fatal(err)
	}
	table := strings.Builder{}
	table.WriteString("\n| flag | variable | default | meaning |\n| --- | --- | --- | --- |\n")
	code := func(text string) string {
		if text == "" {
			return ""
		}
		return "`" + text + "`"
	}
	for _, f := range parser.Model.Flags {
		if f.Name != "help" {
			fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", code("--"+f.Name), code(strings.Join(f.Tag.Envs, ", ")), code(f.Default), f.Help)
		}
	}
	table.WriteString("\n")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(readme), settingsBegin)
	old, after, closed := strings.Cut(rest, settingsEnd)
	if !found || !closed {
		t.Fatal("README.md has no place for the settings")
	}
	if *updateReadme {
		if err := os.WriteFile("README.md", []byte(before+settingsBegin+table.String()+settingsEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(table.String(), old); diff != "" {
		t.Errorf("the settings in README.md are not current; run go test -run TestReadmeSettings -update .\n%s", diff)
	}
}
