package threagile

import "github.com/bulkhead-assurance/bulkhead/exchange/foreign"

// What is not carried over when a model is read.
var (
	nowhere      = foreign.Note{One: "1 communication link has a target that is not in the file, so it was left out", Many: "%d communication links have targets that are not in the file, so they were left out"}
	twoHomes     = foreign.Note{One: "1 thing is inside two others of one kind; the first was kept", Many: "%d things are inside two others of one kind; the first was kept"}
	circle       = foreign.Note{One: "1 trust boundary is nested in itself, so that nesting was left out", Many: "%d trust boundaries are nested in themselves, so that nesting was left out"}
	oddWord      = foreign.Note{One: "1 word is not one of Threagile's, so what it says is left open", Many: "%d words are not Threagile's, so what they say is left open"}
	oddType      = foreign.Note{One: "1 technical asset does not say what it is, so it was taken for a process", Many: "%d technical assets do not say what they are, so they were taken for processes"}
	oddDate      = foreign.Note{One: "The date is not a day such as 2026-11-22, so it was left out", Many: "%d dates are not days such as 2026-11-22, so they were left out"}
	included     = foreign.Note{One: "1 file under includes was not opened, so what it says is missing here; put it into one file", Many: "%d files under includes were not opened, so what they say is missing here; put them into one file"}
	people       = foreign.Note{One: "The author or contributors were left out, because a service file names roles only", Many: "%d lists of authors or contributors were left out, because a service file names roles only"}
	comment      = foreign.Note{One: "1 overview or management summary was left out", Many: "%d overviews and management summaries were left out"}
	images       = foreign.Note{One: "1 image was left out", Many: "%d images were left out"}
	asked        = foreign.Note{One: "1 question was left out", Many: "%d questions were left out"}
	dataQuantity = foreign.Note{One: "1 quantity of data was left out: it is a word, not a number of records", Many: "%d quantities of data were left out: they are words, not numbers of records"}
	dataUsage    = foreign.Note{One: "1 data asset says devops, which has no place here", Many: "%d data assets say devops, which has no place here"}
	dataTags     = foreign.Note{One: "1 tag was left out: here only components have tags", Many: "%d tags were left out: here only components have tags"}
	described    = foreign.Note{One: "1 description of a trust boundary or shared runtime was left out", Many: "%d descriptions of trust boundaries and shared runtimes were left out"}
	outside      = foreign.Note{One: "1 client is on the internet, which says where it is and not who can connect to it, so that is left open", Many: "%d clients are on the internet, which says where they are and not who can connect to them, so that is left open"}
	sized        = foreign.Note{One: "1 size of a technical asset was left out", Many: "%d sizes of technical assets were left out"}
	machines     = foreign.Note{One: "1 kind of machine was left out", Many: "%d kinds of machine were left out"}
	assetUsage   = foreign.Note{One: "1 technical asset says devops, which has no place here", Many: "%d technical assets say devops, which has no place here"}
	formats      = foreign.Note{One: "1 data format was left out; whether files or markup are taken was kept", Many: "%d data formats were left out; whether files or markup are taken was kept"}
	keyKind      = foreign.Note{One: "1 kind of key was left out; that the data is encrypted was kept", Many: "%d kinds of key were left out; that the data is encrypted was kept"}
	rights       = foreign.Note{One: "1 authorization was left out: on whose rights a link acts has no word here", Many: "%d authorizations were left out: on whose rights a link acts has no word here"}
	readOnly     = foreign.Note{One: "1 link is only for reading, which has no place here", Many: "%d links are only for reading, which has no place here"}
	direction    = foreign.Note{One: "1 link says which data goes which way; that data goes both ways was kept", Many: "%d links say which data goes which way; that data goes both ways was kept"}
	boundaryType = foreign.Note{One: "1 type of trust boundary was left out: it says how the boundary is made, not who may be inside, so trust is left open", Many: "%d types of trust boundary were left out: they say how the boundaries are made, not who may be inside, so trust is left open"}
	severities   = foreign.Note{One: "1 severity, likelihood or impact of a risk was left out: it is on another scale, so the risk is not judged yet", Many: "The severities, likelihoods and impacts of %d risks were left out: they are on another scale, so the risks are not judged yet"}
	advised      = foreign.Note{One: "1 remark about a category of risks was left out", Many: "%d remarks about categories of risks were left out"}
	drawing      = foreign.Note{One: "1 setting of the diagram was left out", Many: "%d settings of the diagram were left out"}
)

// tracked counts what is said of findings of Threagile's own rules, by what is said.
func tracked(status string) foreign.Note {
	return foreign.Note{
		One:  "1 entry of risk_tracking says " + status + ", which was left out because what Threagile's rules found has no name here; look at it again",
		Many: "%d entries of risk_tracking say " + status + ", which was left out because what Threagile's rules found has no name here; look at it again",
	}
}

// What Threagile cannot say when a service is written.
var (
	graver      = foreign.Note{One: "1 attribute is not known and is written as the graver value, because Threagile has no word for unknown", Many: "%d attributes are not known and are written as the graver values, because Threagile has no word for unknown"}
	guessed     = foreign.Note{One: "1 component is written with the size component and the machine virtual, which are not known here", Many: "%d components are written with the size component and the machine virtual, which are not known here"}
	unguarded   = foreign.Note{One: "1 zone is written as execution-environment, the type of boundary that protects least, because its type is not known here", Many: "%d zones are written as execution-environment, the type of boundary that protects least, because their type is not known here"}
	quantities  = foreign.Note{One: "1 quantity of data is written as very-many, because Threagile's words stand for no number", Many: "%d quantities of data are written as very-many, because Threagile's words stand for no number"}
	newID       = foreign.Note{One: "1 id has a dot or an underscore, which Threagile does not allow, and was changed", Many: "%d ids have dots or underscores, which Threagile does not allow, and were changed"}
	newTitle    = foreign.Note{One: "1 name is used twice, so its id was put behind it", Many: "%d names are used twice, so their ids were put behind them"}
	newByTitle  = foreign.Note{One: "1 flow, risk or control will have another id when it is read back, because Threagile knows it by its title", Many: "%d flows, risks and controls will have other ids when they are read back, because Threagile knows them by their titles"}
	newTag      = foreign.Note{One: "1 tag is written in lower case, as Threagile has them", Many: "%d tags are written in lower case, as Threagile has them"}
	cutText     = foreign.Note{One: "1 text is longer than is read back, so it was cut", Many: "%d texts are longer than are read back, so they were cut"}
	otherType   = foreign.Note{One: "1 component is of a type that Threagile does not have, so it is written as another", Many: "%d components are of types that Threagile does not have, so they are written as others"}
	otherTech   = foreign.Note{One: "1 technology is not one of Threagile's and was left out", Many: "%d technologies are not Threagile's and were left out"}
	otherSignIn = foreign.Note{One: "1 sign-in is written as the nearest that Threagile has", Many: "%d sign-ins are written as the nearest that Threagile has"}
	otherCrypto = foreign.Note{One: "1 encryption is approved or end-to-end, which is written as encryption of some sort", Many: "%d encryptions are approved or end-to-end, which is written as encryption of some sort"}
	otherWire   = foreign.Note{One: "1 protocol is written as the nearest that Threagile has", Many: "%d protocols are written as the nearest that Threagile has"}
	tunnelled   = foreign.Note{One: "1 flow is encrypted beneath a plain protocol, which is written as vpn", Many: "%d flows are encrypted beneath plain protocols, which is written as vpn"}
	bothWays    = foreign.Note{One: "1 flow says whether data goes both ways in a way that Threagile has no words for", Many: "%d flows say whether data goes both ways in a way that Threagile has no words for"}
	noFiles     = foreign.Note{One: "1 component takes no files, which Threagile has no word for", Many: "%d components take no files, which Threagile has no word for"}
	lostFlow    = foreign.Note{One: "1 flow is between components that are not in the file, so it was left out", Many: "%d flows are between components that are not in the file, so they were left out"}
	moreData    = foreign.Note{One: "1 kind of data says more than Threagile has keys for, such as its classification", Many: "%d kinds of data say more than Threagile has keys for, such as their classification"}
	moreParts   = foreign.Note{One: "1 component says more than Threagile has keys for, such as its supplier or version", Many: "%d components say more than Threagile has keys for, such as their suppliers or versions"}
	moreFlows   = foreign.Note{One: "1 flow says more than Threagile has keys for, such as whether its use is recorded", Many: "%d flows say more than Threagile has keys for, such as whether their use is recorded"}
	moreZones   = foreign.Note{One: "1 zone or runtime says more than Threagile has keys for, such as its trust", Many: "%d zones and runtimes say more than Threagile has keys for, such as their trust"}
	moreRisks   = foreign.Note{One: "1 risk is written as an abuse case, without its judgements, owners and controls", Many: "%d risks are written as abuse cases, without their judgements, owners and controls"}
	moreControl = foreign.Note{One: "1 control, or what is claimed of it, was left out: Threagile has requirements but no controls", Many: "%d controls, or what is claimed of them, were left out: Threagile has requirements but no controls"}
	identities  = foreign.Note{One: "1 identity was left out: Threagile has none", Many: "%d identities were left out: Threagile has none"}
)

// section says that a part of the service file has no place.
func section(name string) foreign.Note {
	return foreign.Note{One: "What the service file says under " + name + " was left out: Threagile has no place for it"}
}
