package oscal

import (
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
)

// What is not carried over, or not as it stands in the file.
var (
	resources     = foreign.Note{One: "1 resource of the back matter was left out", Many: "%d resources of the back matter were left out"}
	parties       = foreign.Note{One: "1 party beside the publisher was left out", Many: "%d parties beside the publisher were left out"}
	introductions = foreign.Note{One: "1 introduction to a group was left out", Many: "%d introductions to groups were left out"}
	guidance      = foreign.Note{One: "The guidance to 1 control was left out", Many: "%d pieces of guidance to controls were left out"}
	otherParts    = foreign.Note{One: "1 other part of a control was left out", Many: "%d other parts of controls, such as objectives and ways of assessing, were left out"}
	properties    = foreign.Note{One: "1 property was left out", Many: "%d properties were left out"}
	links         = foreign.Note{One: "1 link was left out", Many: "%d links were left out"}
	others        = foreign.Note{One: "1 other value was left out", Many: "%d other values were left out"}
	empty         = foreign.Note{One: "1 group has no controls in it, so it was left out", Many: "%d groups have no controls in them, so they were left out"}
	withdrawn     = foreign.Note{One: "1 control is withdrawn by its publisher; it is a requirement that says so and asks nothing", Many: "%d controls are withdrawn by their publisher; they are requirements that say so and ask nothing"}
	enhancements  = foreign.Note{One: "1 enhancement of a control is a requirement of its own, behind the control", Many: "%d enhancements of controls are requirements of their own, behind their controls"}
	wordless      = foreign.Note{One: "1 control has no statement, so its requirement has a title only", Many: "%d controls have no statements, so their requirements have titles only"}
	parametric    = foreign.Note{One: "1 parameter that nobody has set stands in brackets, as its choices or its label", Many: "%d parameters that nobody has set stand in brackets, as their choices or their labels"}
	unknown       = foreign.Note{One: "1 parameter that a text names is not in the file, so its id stands in the text", Many: "%d parameters that texts name are not in the file, so their ids stand in the texts"}
	reversioned   = foreign.Note{One: "The version has characters that a version cannot have here, so it was changed", Many: "%d versions were changed"}
	undated       = foreign.Note{One: "The catalog says no version, so the day on which it was last changed stands for it", Many: "%d catalogs say no version"}
)

// quoted shows a piece of a file in a sentence.
func quoted(s string) string {
	s, _ = foreign.Line(s, 60)
	return strconv.Quote(s)
}
