package tmlibrary

import "github.com/bulkhead-assurance/bulkhead/exchange/foreign"

// What is not carried over, or not as it stands in the file.
var (
	oddKey      = foreign.Note{One: "1 part of the file is not one that the form 1.0 has, so it was left out", Many: "%d parts of the file are not ones that the form 1.0 has, so they were left out"}
	tier        = foreign.Note{One: "The tier was left out, because Bulkhead works it out from what is at stake", Many: "%d tiers were left out"}
	exposure    = foreign.Note{One: "The exposure of the service was left out: say which components face the internet", Many: "%d exposures were left out"}
	sensitivity = foreign.Note{One: "The sensitivity of the service as a whole was left out, because that of each data set counts", Many: "%d sensitivities were left out"}
	dates       = foreign.Note{One: "1 date of the model (released or reviewed) was left out", Many: "%d dates of the model (released or reviewed) were left out"}
	diagrams    = foreign.Note{One: "The diagrams were left out", Many: "%d lists of diagrams were left out"}
	extensions  = foreign.Note{One: "The extensions were left out", Many: "%d lists of extensions were left out"}
	duplicate   = foreign.Note{One: "1 thing has the symbolic name of another of its kind, so it was left out", Many: "%d things have the symbolic names of others of their kind, so they were left out"}
	dangling    = foreign.Note{One: "1 symbolic name stands for nothing in the file, so what referred to it was left out", Many: "%d uses of symbolic names stand for nothing in the file, so what referred to them was left out"}
	described   = foreign.Note{One: "1 description of a zone or a persona was left out", Many: "%d descriptions of zones and personas were left out"}
	access      = foreign.Note{One: "The way in which access is controlled at 1 boundary or data set was left out", Many: "The ways in which access is controlled at %d boundaries and data sets were left out"}
	sessions    = foreign.Note{One: "How sessions end at 1 boundary was left out", Many: "How sessions end at %d boundaries was left out"}
	ways        = foreign.Note{One: "1 boundary lists several ways of signing in and not whether one is enough, so that of its flows is unknown", Many: "%d boundaries list several ways of signing in and not whether one is enough, so those of their flows are unknown"}
	oddWay      = foreign.Note{One: "1 boundary has a way of signing in that has no word here, so that of its flows is unknown", Many: "%d boundaries have ways of signing in that have no word here, so those of their flows are unknown"}
	oddActor    = foreign.Note{One: "1 actor is of a type that the form does not have; it became an external system", Many: "%d actors are of types that the form does not have; they became external systems"}
	untyped     = foreign.Note{One: "1 component is called a process, because the form does not say what it is: say so if it is something else", Many: "%d components are called processes, because the form does not say what they are: say so where they are something else"}
	circle      = foreign.Note{One: "1 component is part of itself by its parents, so that parent was left out", Many: "%d components are part of themselves by their parents, so those parents were left out"}
	nowhere     = foreign.Note{One: "1 flow does not join two things that the file has, so it was left out", Many: "%d flows do not join two things that the file has, so they were left out"}
	sensitive   = foreign.Note{One: "1 flow carries sensitive data, which is in its note only: say which data", Many: "%d flows carry sensitive data, which is in their notes only: say which data"}
	otherSense  = foreign.Note{One: "The sensitivity of 1 data set has words with no attribute here; they are in its note", Many: "The sensitivities of %d data sets have words with no attribute here; they are in their notes"}
	oddCount    = foreign.Note{One: "1 number of records is no whole number that can be kept, so it was left out", Many: "%d numbers of records are no whole numbers that can be kept, so they were left out"}
	mixed       = foreign.Note{One: "1 store has data sets that speak against each other on encryption, or of which some say nothing, so its encryption is unknown", Many: "%d stores have data sets that speak against each other on encryption, or of which some say nothing, so their encryption is unknown"}
	rejected    = foreign.Note{One: "1 assumption was rejected in the file, so it was left out", Many: "%d assumptions were rejected in the file, so they were left out"}
	reach       = foreign.Note{One: "What access 1 persona has and how likely it is here was left out", Many: "What access %d personas have and how likely they are here was left out"}
	origin      = foreign.Note{One: "The persona, event and source of 1 threat were left out", Many: "The personas, events and sources of %d threats were left out"}
	active      = foreign.Note{One: "1 active control was claimed as implemented: name it under the risks that it lowers, and by how much, and show it by evidence", Many: "%d active controls were claimed as implemented: name them under the risks that they lower, and by how much, and show them by evidence"}
	atBoundary  = foreign.Note{One: "The boundary at which 1 control stands was left out: say on which components it is", Many: "The boundaries at which %d controls stand were left out: say on which components they are"}
	assumed     = foreign.Note{One: "1 control is only assumed in the file; it became an assumption", Many: "%d controls are only assumed in the file; they became assumptions"}
	unwanted    = foreign.Note{One: "1 control is retired or will not be done, so it was left out", Many: "%d controls are retired or will not be done, so they were left out"}
	suggested   = foreign.Note{One: "1 control is only suggested or under review; it has no status here until somebody decides", Many: "%d controls are only suggested or under review; they have no status here until somebody decides"}
	unnamed     = foreign.Note{One: "1 threat is named by no risk of the file; it became a risk that nobody has judged", Many: "%d threats are named by no risk of the file; they became risks that nobody has judged"}
	unjudged    = foreign.Note{One: "1 risk has no likelihood and impact in the words of the form, so nobody has judged it", Many: "%d risks have no likelihood and impact in the words of the form, so nobody has judged them"}
	inherent    = foreign.Note{One: "1 judgement of a risk became the inherent one, with its impact on the operational axis, because the form names no axis: look at it again", Many: "%d judgements of risks became the inherent ones, with their impacts on the operational axis, because the form names no axis: look at them again"}
	otherScore  = foreign.Note{One: "1 risk has a score that is not its likelihood times its impact; the two count", Many: "%d risks have scores that are not their likelihood times their impact; the two count"}
)
