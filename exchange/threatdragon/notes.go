package threatdragon

import "github.com/bulkhead-assurance/bulkhead/exchange/foreign"

// What is not carried over, or not as it stands in the file.
var (
	people    = foreign.Note{One: "1 name of a person (owner, reviewer or contributor) was left out, because a service file names roles", Many: "%d names of people (owner, reviewer, contributors) were left out, because a service file names roles"}
	titles    = foreign.Note{One: "The title and description of 1 diagram were left out", Many: "The titles and descriptions of %d diagrams were left out"}
	empty     = foreign.Note{One: "1 diagram has no cells in it", Many: "%d diagrams have no cells in them"}
	curve     = foreign.Note{One: "1 boundary is drawn as a curve, which does not say what is on which side, so it was left out: say the zones in the service file", Many: "%d boundaries are drawn as curves, which do not say what is on which side, so they were left out: say the zones in the service file"}
	boxText   = foreign.Note{One: "1 description of a boundary was left out", Many: "%d descriptions of boundaries were left out"}
	unsized   = foreign.Note{One: "1 box of a boundary has no position or size, so nothing is known to be in it", Many: "%d boxes of boundaries have no position or size, so nothing is known to be in them"}
	moreBoxes = foreign.Note{One: "1 box of a boundary is more than are compared in a diagram, so nothing was put in it", Many: "%d boxes of boundaries are more than are compared in a diagram, so nothing was put in them"}
	unplaced  = foreign.Note{One: "1 component has no position or size, so it is not known in which box it lies", Many: "%d components have no position or size, so it is not known in which boxes they lie"}
	overlap   = foreign.Note{One: "1 component lies in boxes that overlap; it was put in the smallest", Many: "%d components lie in boxes that overlap; each was put in the smallest"}
	textBlock = foreign.Note{One: "1 block of text was left out", Many: "%d blocks of text were left out"}
	oddCell   = foreign.Note{One: "1 cell is of a kind that Threat Dragon 1 and 2 do not have, so it was left out", Many: "%d cells are of kinds that Threat Dragon 1 and 2 do not have, so they were left out"}
	duplicate = foreign.Note{One: "1 element has the id of another; it was taken for the same, as that was first drawn", Many: "%d elements have the ids of others; they were taken for the same, as those were first drawn"}
	actor     = foreign.Note{One: "1 actor became an external system, because the file does not say whether it is a person: make it a person if it is", Many: "%d actors became external systems, because the file does not say which of them are people: make those persons"}
	nowhere   = foreign.Note{One: "1 flow does not join two components, so it was left out", Many: "%d flows do not join two components, so they were left out"}
	unticked  = foreign.Note{One: "1 element is not ticked as encrypted, which is also how the tool starts, so its encryption is unknown", Many: "%d elements are not ticked as encrypted, which is also how the tool starts, so their encryption is unknown"}
	publicNet = foreign.Note{One: "1 flow goes over a public network, which is in its note only: say which component faces the internet, and in which zones the ends are", Many: "%d flows go over a public network, which is in their notes only: say which components face the internet, and in which zones the ends are"}
	outFlow   = foreign.Note{One: "1 flow is out of scope, which is in its note only", Many: "%d flows are out of scope, which is in their notes only"}
	privilege = foreign.Note{One: "The privilege level of 1 process is in its note only", Many: "The privilege levels of %d processes are in their notes only"}
	severity  = foreign.Note{One: "The severity of 1 threat is in the note of its risk only, because it is no judgement of likelihood and impact", Many: "The severities of %d threats are in the notes of their risks only, because they are no judgements of likelihood and impact"}
	remedy    = foreign.Note{One: "The mitigation of 1 threat is in the note of its risk only, because it does not name controls", Many: "The mitigations of %d threats are in the notes of their risks only, because they do not name controls"}
	method    = foreign.Note{One: "1 threat is not of a STRIDE type; its type is the category of its risk", Many: "%d threats are not of STRIDE types; their types are the categories of their risks"}
	merged    = foreign.Note{One: "1 threat says the same as another, so they are one risk", Many: "%d threats say the same as others, so those are one risk each"}
	borne     = foreign.Note{One: "1 threat is accepted or transferred in the file; its risk has that treatment, which needs a decision by someone with the authority", Many: "%d threats are accepted or transferred in the file; their risks have that treatment, which needs decisions by someone with the authority"}
	oddStatus = foreign.Note{One: "1 threat has a status that Threat Dragon does not have; it counts as open", Many: "%d threats have statuses that Threat Dragon does not have; they count as open"}
)

// over gives the note for threats of a status that are not in the register.
func over(status string) foreign.Note {
	return foreign.Note{
		One:  "1 threat is " + status + " in the file, so it is not in the register: show by evidence that it is so",
		Many: "%d threats are " + status + " in the file, so they are not in the register: show by evidence that it is so",
	}
}
