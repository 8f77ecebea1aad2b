// Command packs reads library/packs/*.yaml, lints them together and writes library/packs.json, the form in which they are
// embedded. Run it at the root of the repository, as `make packs` does, whenever a pack was changed.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(fault.ExitCode(err))
	}
}

func run() error {
	packs, err := read("library/packs/*.yaml")
	if err != nil {
		return err
	}
	if err := fault.At(library.Lint(packs)); err != nil {
		return err
	}
	bundle, err := library.Bundle(packs)
	if err != nil {
		return err
	}
	return os.WriteFile("library/packs.json", bundle, 0o644)
}

// read gives the packs in the order of the names of their files, and every problem of all of them at once.
func read(pattern string) ([]library.Pack, error) {
	files, err := filepath.Glob(pattern) // in order of name
	if err != nil || len(files) == 0 {
		return nil, fault.New(fault.NotFound, "there is no file %s; run this at the root of the repository", pattern)
	}
	var packs []library.Pack
	var problems []fault.Field
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		pack, err := library.ReadPack(schema.Source{File: file, Text: text})
		if err != nil {
			problems = append(problems, fault.Field{Text: err.Error()})
			continue
		}
		packs = append(packs, pack)
	}
	return packs, fault.At(problems)
}
