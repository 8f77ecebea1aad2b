package schema

import (
	"errors"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"go.yaml.in/yaml/v4"
)

// Records reads a text that holds one record or a list of records. Check says, for each, what its grammar cannot: a path
// inside the record and a sentence, or nothing.
func Records[T any](source Source, check func(*T) (path, text string)) ([]T, error) {
	doc, err := Parse(source)
	if err != nil {
		return nil, err
	}
	var records []T
	one := doc.root.Kind == yaml.MappingNode
	if one {
		records = make([]T, 1)
		err = doc.Decode(&records[0])
	} else {
		err = doc.Decode(&records)
	}
	if err != nil {
		return nil, err
	}
	var wrong []fault.Field
	hidden := 0
	for i := range records {
		path, text := check(&records[i])
		switch {
		case text == "":
			continue
		case len(wrong) == MaxProblems:
			hidden++
			continue
		}
		if !one {
			path = "/" + segment(doc.root.Content[i], i) + path
		}
		wrong = append(wrong, doc.Fault(path, "%s", text))
	}
	return records, doc.Fail(wrong, hidden)
}

// Record checks one record that was not read from a file, by the same grammar and check.
func Record[T any](record *T, check func(*T) (path, text string)) error {
	text, err := ident.Canon(record)
	if err != nil {
		return err
	}
	_, err = Records(Source{Text: text}, check)
	if wrong, is := errors.AsType[*fault.Error](err); is {
		for i := range wrong.Fields {
			wrong.Fields[i].Line, wrong.Fields[i].Column = 0, 0 // nobody wrote that text
		}
	}
	return err
}
