package app

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Set changes one item of a service file in place, leaving every other line as it is. The file is written only when what
// it would say is whole, so that a file that is not can be mended by it but never made.
func Set(where Where, ref, value string) (file string, err error) {
	path, err := itemPath(ref)
	if err != nil {
		return "", err
	}
	kept, many, err := folder.Find(where.Path)
	if err != nil {
		return "", err
	}
	if many {
		return "", manyServices(where)
	}
	h, err := loadHome(where)
	if err != nil {
		return "", err
	}
	sources, err := kept[0].Sources()
	if err != nil {
		return "", err
	}
	_, document, err := model.Read(sources...)
	if document == nil {
		return "", err
	}
	edited, spliceErr := document.Splice(path, value)
	if spliceErr != nil && err != nil {
		return "", err // what is wrong with the file comes first
	}
	if spliceErr != nil {
		return "", spliceErr
	}
	for i := range sources {
		if sources[i].File == edited.File {
			sources[i] = edited
		}
	}
	service, document, err := model.Read(sources...)
	if err == nil {
		err = fault.At(h.unknown(service, document))
	}
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "nothing was changed: with %q there, the file would not be valid", value)
	}
	return edited.File, folder.Replace(edited.File, edited.Text)
}

// itemPath reads claim:/risks/r1/due, /risks/r1/due or risks/r1/due.
func itemPath(ref string) (string, error) {
	path := strings.TrimPrefix(ref, ident.KindClaim+":")
	path = "/" + strings.Trim(path, "/")
	if path == "/" {
		return "", fault.New(fault.Invalid, "%q names nothing; write the way to an item, such as risks/r1/due", ref)
	}
	return path, nil
}

func manyServices(where Where) error {
	return fault.New(fault.Invalid, "%s is a folder of services; name one of them", where.Path)
}
