package model

import (
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// File is the name of a service file.
const File = "bulkhead.yaml"

// Read reads a service file from its parts: the first holds at least the identity, the others are laid over it and merged
// by id. The error is a fault that names the place of everything that is wrong. The document is what the service was read
// from, for edits and for places; it is there whenever the text could be read at all.
func Read(sources ...schema.Source) (*Service, *schema.Document, error) {
	doc, err := schema.Parse(sources...)
	if err != nil {
		return nil, doc, err
	}
	var s Service
	if err := doc.Decode(&s); err != nil {
		return nil, doc, err
	}
	var fields []fault.Field
	for _, p := range Validate(&s) {
		fields = append(fields, doc.Fault(p.Path, "%s", p.Text))
	}
	if err := fault.At(fields); err != nil {
		return nil, doc, err
	}
	return &s, doc, nil
}

// JSONSchema gives the JSON Schema of the service file.
func JSONSchema() ([]byte, error) {
	return schema.JSON(Service{}, "Bulkhead service file", "What a delivery team says about its service, in seven areas. Written as YAML in bulkhead.yaml at the root of its repository.")
}
