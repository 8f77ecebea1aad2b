package model

import (
	"bytes"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// File is the name of a service file.
const File = "bulkhead.yaml"

// Read reads a service file from its parts: the first holds at least the identity, the others are laid over it and merged
// by id. The error is a fault that names the place of everything that is wrong. The document is what the service was read
// from, for edits and for places; it is there whenever the text could be read at all.
func Read(sources ...schema.Source) (*Service, *schema.Document, error) {
	return Again(nil, sources...)
}

// Again is [Read] for sources of which an earlier document, which may be nil, was partly read.
func Again(earlier *schema.Document, sources ...schema.Source) (*Service, *schema.Document, error) {
	doc, err := earlier.Again(sources...)
	if err != nil {
		return nil, doc, start(sources, err)
	}
	s, err := Of(doc)
	return s, doc, err
}

// Of gives the service that a document which was read before speaks of.
func Of(doc *schema.Document) (*Service, error) {
	var s Service
	if err := doc.Decode(&s); err != nil {
		return nil, err
	}
	problems := Validate(&s)
	shown := problems[:min(len(problems), schema.MaxProblems)]
	fields := make([]fault.Field, len(shown))
	for i, p := range shown {
		fields[i] = doc.Fault(p.Path, "%s", p.Text)
	}
	if err := doc.Fail(fields, len(problems)-len(shown)); err != nil {
		return nil, err
	}
	return &s, nil
}

// start says how a service file begins when there is nothing in it yet.
func start(sources []schema.Source, err error) error {
	for _, s := range sources {
		if len(bytes.TrimSpace(bytes.TrimPrefix(s.Text, []byte("\ufeff")))) > 0 {
			return err
		}
	}
	if len(sources) == 0 {
		return err
	}
	return fault.At([]fault.Field{{File: sources[0].File, Line: 1, Column: 1, Text: "the file is empty; start it with the line `bulkhead: v1`"}})
}

// JSONSchema gives the JSON Schema of the service file.
func JSONSchema() ([]byte, error) {
	return schema.JSON(Service{}, "Bulkhead service file", "What a delivery team says about its service, in seven areas. Written as YAML in bulkhead.yaml at the root of its repository.")
}
