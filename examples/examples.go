// Package examples is the examples that come with Bulkhead, for a server that shows what it can do.
package examples

import "embed"

// Department is an invented department with five services, their evidence and their decisions.
//
//go:embed department
var Department embed.FS
