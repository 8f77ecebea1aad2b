package app

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Set changes one item of a service file in place, leaving every other line as it is. The file is written only when what
// it would say is whole.
func Set(where Where, ref, value string) (file string, err error) {
	c, err := LoadOne(where)
	if err != nil {
		return "", err
	}
	path, err := itemPath(ref)
	if err != nil {
		return "", err
	}
	edited, err := c.Document.Splice(path, value)
	if err != nil {
		return "", err
	}
	sources, err := c.Kept.Sources()
	if err != nil {
		return "", err
	}
	for i := range sources {
		if sources[i].File == edited.File {
			sources[i] = edited
		}
	}
	if _, _, err := model.Read(sources...); err != nil {
		return "", fault.Wrap(fault.Invalid, err, "nothing was changed: the file would not be valid with %q there", value)
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
