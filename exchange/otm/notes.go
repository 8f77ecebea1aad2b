package otm

import "github.com/bulkhead-assurance/bulkhead/exchange/foreign"

// What is not carried over when a file is read.
var (
	untitled    = foreign.Note{One: "The project has no name, so its id stands for it", Many: "%d projects have no name, so their ids stand for them"}
	noID        = foreign.Note{One: "1 thing has no id, so it was left out", Many: "%d things have no ids, so they were left out"}
	nowhere     = foreign.Note{One: "1 data flow has an end that is no component of the file, so it was left out", Many: "%d data flows have ends that are no components of the file, so they were left out"}
	circle      = foreign.Note{One: "1 thing is inside itself, so what it is inside was left out", Many: "%d things are inside themselves, so what they are inside was left out"}
	zoneInPart  = foreign.Note{One: "1 trust zone is inside a component, which has no place here", Many: "%d trust zones are inside components, which has no place here"}
	oddWord     = foreign.Note{One: "1 attribute has a value that is not one of its words here, so it is left open", Many: "%d attributes have values that are not among their words here, so they are left open"}
	oddScore    = foreign.Note{One: "1 number is not one from 0 to 100, so it was left out", Many: "%d numbers are not ones from 0 to 100, so they were left out"}
	oddType     = foreign.Note{One: "1 type of component is not known here, so it was taken for a process", Many: "%d types of components are not known here, so they were taken for processes"}
	drawings    = foreign.Note{One: "1 representation, or place in one, was left out", Many: "%d representations, or places in them, were left out"}
	people      = foreign.Note{One: "The owner of the project or how to reach them was left out, because a service file names roles only", Many: "%d owners of the project were left out, because a service file names roles only"}
	projectTags = foreign.Note{One: "1 tag of the project was left out", Many: "%d tags of the project were left out"}
	flowTags    = foreign.Note{One: "1 tag of a data flow was left out: it names no protocol", Many: "%d tags of data flows were left out: they name no protocols"}
	otherwise   = foreign.Note{One: "1 attribute was left out: it has none of the names that are read", Many: "%d attributes were left out: they have none of the names that are read"}
	described   = foreign.Note{One: "1 description of a trust zone was left out", Many: "%d descriptions of trust zones were left out"}
	ratings     = foreign.Note{One: "1 trust rating was left out: a number does not say who may be inside", Many: "%d trust ratings were left out: a number does not say who may be inside"}
	noTrust     = foreign.Note{One: "1 trust zone does not say who may be inside, so its trust is left open", Many: "%d trust zones do not say who may be inside, so their trust is left open"}
	wires       = foreign.Note{One: "1 data flow names several protocols, so its encryption is left open where they differ", Many: "%d data flows name several protocols, so their encryption is left open where they differ"}
	library     = foreign.Note{One: "1 threat of the tool's library was left out: it has no name here", Many: "%d threats of the tool's library were left out: they have no names here"}
	unused      = foreign.Note{One: "1 mitigation is used nowhere, so it was left out", Many: "%d mitigations are used nowhere, so they were left out"}
	rejected    = foreign.Note{One: "1 mitigation was rejected, or does not apply, wherever it is named, so it was left out", Many: "%d mitigations were rejected, or do not apply, wherever they are named, so they were left out"}
	mixed       = foreign.Note{One: "1 control is further in one place than in another, so it counts as in progress", Many: "%d controls are further in one place than in another, so they count as in progress"}
	onFlow      = foreign.Note{One: "1 use of a mitigation is on a data flow, so the control is taken to be on both its ends", Many: "%d uses of mitigations are on data flows, so the controls are taken to be on both their ends"}
	reductions  = foreign.Note{One: "1 number for how much a mitigation lowers a risk was left out", Many: "%d numbers for how much mitigations lower risks were left out"}
)

// stated counts threats at components and flows, by their state.
func stated(state string) foreign.Note {
	return foreign.Note{
		One:  "1 threat at a component or flow is " + state + ", which was left out; look at it again",
		Many: "%d threats at components or flows are " + state + ", which was left out; look at them again",
	}
}

// What OTM cannot say when a service is written.
var (
	graver      = foreign.Note{One: "1 value of data is not known and is written as 100, because OTM asks for a number", Many: "%d values of data are not known and are written as 100, because OTM asks for numbers"}
	extra       = foreign.Note{One: "1 attribute is written under attributes, where other tools may not look, because OTM has no key for it", Many: "%d attributes are written under attributes, where other tools may not look, because OTM has no keys for them"}
	rated       = foreign.Note{One: "1 trust zone gets a rating from its trust, or 0 where that is not known", Many: "%d trust zones get ratings from their trust, or 0 where that is not known"}
	homeless    = foreign.Note{One: "1 component is in no zone that is known; OTM asks for one, so it is put into a zone called not known", Many: "%d components are in no zone that is known; OTM asks for one, so they are put into a zone called not known"}
	otherZone   = foreign.Note{One: "1 component is in another zone than what it is part of; OTM says only the one of them", Many: "%d components are in other zones than what they are part of; OTM says only the one of them"}
	lostFlow    = foreign.Note{One: "1 flow is between components that are not in the file, so it was left out", Many: "%d flows are between components that are not in the file, so they were left out"}
	noReduction = foreign.Note{One: "1 mitigation is written with a risk reduction of 0, which is not known here, and without the threats that it is for", Many: "%d mitigations are written with a risk reduction of 0, which is not known here, and without the threats that they are for"}
	moreData    = foreign.Note{One: "1 kind of data says more than OTM has keys for, such as its classification", Many: "%d kinds of data say more than OTM has keys for, such as their classification"}
	moreParts   = foreign.Note{One: "1 component says more than OTM has keys for, such as its supplier", Many: "%d components say more than OTM has keys for, such as their suppliers"}
	moreFlows   = foreign.Note{One: "1 flow says more than OTM has keys for, such as its identity", Many: "%d flows say more than OTM has keys for, such as their identities"}
	moreZones   = foreign.Note{One: "1 zone says more than OTM has keys for", Many: "%d zones say more than OTM has keys for"}
	moreControl = foreign.Note{One: "1 control says more than OTM has keys for, such as when it is due", Many: "%d controls say more than OTM has keys for, such as when they are due"}
	runtimes    = foreign.Note{One: "1 runtime was left out: OTM has none", Many: "%d runtimes were left out: OTM has none"}
	identities  = foreign.Note{One: "1 identity was left out: OTM has none", Many: "%d identities were left out: OTM has none"}
	cutText     = foreign.Note{One: "1 text is longer than is read back, so it was cut", Many: "%d texts are longer than are read back, so they were cut"}
)

// section says that a part of the service file has no place.
func section(name string) foreign.Note {
	return foreign.Note{One: "What the service file says under " + name + " was left out: OTM has no place for it"}
}
