package schema

import (
	"github.com/bulkhead-assurance/bulkhead/fault"
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
