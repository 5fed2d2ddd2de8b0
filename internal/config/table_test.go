package config

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

var updateDocs = flag.Bool("update", false, "write the settings into docs/operating.md instead of comparing them")

const (
	settingsBegin = "<!-- settings: written by go test -run TestSettingsTable ./internal/config -update -->\n"
	settingsEnd   = "<!-- end of settings -->\n"
)

// allFlags returns the flags that settings and orders are read from, but for --help, as the
// parser knows them.
func allFlags() []*kong.Flag {
	return slices.DeleteFunc(kong.Must(&Config{}, (&mistakes{}).mappers()...).Model.Flags, func(f *kong.Flag) bool { return f.Name == "help" })
}

// TestMain keeps the settings of the environment out of the tests.
func TestMain(m *testing.M) {
	for _, f := range allFlags() {
		for _, name := range f.Tag.Envs {
			_ = os.Unsetenv(name)
		}
	}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "OTEL_") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// TestSettingsTable holds the table of settings to what the program takes.
func TestSettingsTable(t *testing.T) {
	const path = "../../docs/operating.md"
	table := strings.Builder{}
	table.WriteString("\n| flag | variable | default | meaning |\n| --- | --- | --- | --- |\n")
	code := func(text string) string {
		if text == "" {
			return ""
		}
		return "`" + text + "`"
	}
	for _, f := range allFlags() {
		fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", code("--"+f.Name), code(strings.Join(f.Tag.Envs, ", ")), code(f.Default), f.Help)
	}
	table.WriteString("\n")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), settingsBegin)
	old, after, closed := strings.Cut(rest, settingsEnd)
	if !found || !closed {
		t.Fatalf("%s has no place for the settings", path)
	}
	if *updateDocs {
		if err := os.WriteFile(path, []byte(before+settingsBegin+table.String()+settingsEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(table.String(), old); diff != "" {
		t.Errorf("the settings in %s are not current; run go test -run TestSettingsTable ./internal/config -update\n%s", path, diff)
	}
}
