package model

import (
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Write writes a service file for people to go on with: see [schema.Write]. What is not known is left out, and so is
// nothing else: reading the text again gives an equal service. It is for drafts; a file that people keep is edited by
// splices instead, which leave remarks and layout alone. The one error is a value that no service file can hold, such as a
// date that does not exist.
func Write(s *Service) ([]byte, error) { return schema.Write(s) }
