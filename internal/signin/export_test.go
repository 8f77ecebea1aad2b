package signin

import (
	"maps"
	"slices"
)

// Codes gives every code that has a sentence.
func Codes() []Code { return slices.Sorted(maps.Keys(sentences)) }

// Refuse makes the fault of a code.
var Refuse = refuse
