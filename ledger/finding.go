package ledger

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Code says what is wrong, in a word that stays the same from version to version.
type Code string

// The codes of damage.
const (
	RecordsMissing       Code = "records.missing"       // a gap in the numbers
	RecordOutOfOrder     Code = "record.out-of-order"   // a number that was there before, or that comes too late
	LeafUnreadable       Code = "leaf.unreadable"       // not the canonical form of a leaf
	LeafChanged          Code = "leaf.changed"          // the leaf and its stored hash differ
	BodyChanged          Code = "body.changed"          // what is sealed is not what the leaf says
	ContentChanged       Code = "content.changed"       // the content is not what the leaf says
	BodyMissing          Code = "body.missing"          // it is gone, and neither a redaction nor the rules of retention say why
	BodyUnreadable       Code = "body.unreadable"       // it cannot be opened, though its key is there
	BodyUnexpected       Code = "body.unexpected"       // there is one, and the leaf has none
	RedactionUndone      Code = "redaction.undone"      // said to be destroyed, and still there
	RedactionAlone       Code = "redaction.alone"       // made by the one who proposed it, or proposed by nobody
	CheckpointUnreadable Code = "checkpoint.unreadable" // not the form of a checkpoint
	CheckpointUnsigned   Code = "checkpoint.unsigned"   // none of the keys has signed it for its origin
	CheckpointForged     Code = "checkpoint.forged"     // a signature that does not verify
	CheckpointDiffers    Code = "checkpoint.differs"    // the records do not have its root
	RolledBack           Code = "rolled-back"           // a checkpoint of more records than there are
	Forked               Code = "forked"                // the records do not have the root of a checkpoint kept elsewhere
)

// The codes of notices, which are no damage.
const (
	TimeWentBack    Code = "time.went-back"
	BodyRedacted    Code = "body.redacted"
	PosturesRemoved Code = "postures.removed"
)

// sentences gives the sentence of every code; {name} is an argument.
func sentences() map[Code]string {
	return map[Code]string{
		RecordsMissing:       "missing, up to and with record {to}",
		RecordOutOfOrder:     "it comes after record {after}, so it is there twice or the order was changed",
		LeafUnreadable:       "its leaf cannot be read: {cause}",
		LeafChanged:          "its leaf does not have the hash that was stored for it, so one of them was changed",
		BodyChanged:          "what is sealed in body {body} is not what was recorded",
		ContentChanged:       "the content of body {body}, or its salt, is not what was recorded",
		BodyMissing:          "its body {body} is gone, and neither a redaction after it nor the rules of retention say why",
		BodyUnreadable:       "its body {body} cannot be opened: {cause}",
		BodyUnexpected:       "there is a body, and the leaf says that it has none",
		RedactionUndone:      "the content of body {body} is marked as destroyed, and is still there",
		RedactionAlone:       "{who} destroyed contents that nobody else had proposed to destroy: a redaction needs two people",
		CheckpointUnreadable: "{checkpoint} is not in the form of a checkpoint",
		CheckpointUnsigned:   "{checkpoint} is not signed, in the name of its origin, by any of the keys that were given",
		CheckpointForged:     "{checkpoint} has a signature that does not verify, so it was changed after it was signed",
		CheckpointDiffers:    "{checkpoint} has another root than the records below {size}: one from {from} on was changed, put in or taken out",
		RolledBack:           "{checkpoint} is of {size} records and there are {have}: the newer ones were taken away",
		Forked:               "{checkpoint} has another root than the records below {size}: one from {from} on was changed since, or somebody was shown another record",
		TimeWentBack:         "it says {at}, and the record before it says {before}: look whether the clock was put right",
		BodyRedacted:         "the content of body {body} was destroyed on purpose, as record {redaction} says",
		PosturesRemoved:      "removed under the rules of retention, contents of postures that newer ones had taken the place of before {before}: {count}",
	}
}

// Finding is one thing that Verify found.
type Finding struct {
	Index  int64             `json:"index"`          // the record, or the first that it can be; -1 where it is about no record
	Kind   Kind              `json:"kind,omitempty"` // of its leaf; empty where that cannot be read, or it is about several
	Code   Code              `json:"code"`
	Args   map[string]string `json:"args,omitempty"`
	Notice bool              `json:"notice,omitempty"` // worth a look, but no damage
}

// Text says what was found, without which record it is about.
func (f Finding) Text() string {
	text := sentences()[f.Code]
	for name, value := range f.Args {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// String says what was found and where.
func (f Finding) String() string {
	switch {
	case f.Index < 0:
		return f.Text()
	case f.Kind == "":
		return "record " + strconv.FormatInt(f.Index, 10) + ": " + f.Text()
	default:
		return "record " + strconv.FormatInt(f.Index, 10) + " (" + string(f.Kind) + "): " + f.Text()
	}
}

// compare puts damage of records first, in their order, then what is about no record, then notices.
func (f Finding) compare(other Finding) int {
	return cmp.Or(
		cmp.Compare(f.weight(), other.weight()),
		cmp.Compare(f.Index, other.Index),
	)
}

func (f Finding) weight() int {
	switch {
	case f.Notice:
		return 2
	case f.Index < 0:
		return 1
	default:
		return 0
	}
}

// maxFindings bounds how many findings a report lists.
const maxFindings = 100

// Report is what Verify found.
type Report struct {
	Size     int64     `json:"size"` // how many records stand in order from 0 on
	Root     [32]byte  `json:"-"`    // the root of the tree over those
	Checked  Checked   `json:"checked"`
	First    *Finding  `json:"first,omitempty"` // the first damage; nil for none
	Findings []Finding `json:"findings"`        // at most a hundred: damage in order of record, then notices
	Rest     int       `json:"rest"`            // how many more were found
	CouldNot []string  `json:"could_not"`       // what could not be excluded, in sentences
}

// Checked counts what was compared.
type Checked struct {
	Leaves      int64 `json:"leaves"`      // read, each in its one form
	Hashes      int64 `json:"hashes"`      // stored hashes compared with their leaf
	Sealed      int64 `json:"sealed"`      // sealed bodies compared with the digest in their leaf
	Contents    int64 `json:"contents"`    // contents compared with the salted digest in their leaf
	Redactions  int64 `json:"redactions"`  // bodies that were destroyed on purpose
	Removed     int64 `json:"removed"`     // bodies of postures that were removed under the rules of retention
	Checkpoints int64 `json:"checkpoints"` // stored checkpoints compared with the tree
	Against     int64 `json:"against"`     // those kept elsewhere
}

// Sound says that no damage was found. It does not say that there is none: see CouldNot.
func (r *Report) Sound() bool { return r.First == nil }

// add keeps a finding where it belongs, or counts it where there are too many.
func (r *Report) add(f Finding) {
	at, _ := slices.BinarySearchFunc(r.Findings, f, func(have, f Finding) int {
		return cmp.Or(have.compare(f), -1) // after those that are equal, so that what was found first stays first
	})
	r.Findings = slices.Insert(r.Findings, at, f)
	if len(r.Findings) > maxFindings {
		r.Findings = r.Findings[:maxFindings]
		r.Rest++
	}
}

// settle names the first damage.
func (r *Report) settle() {
	if len(r.Findings) > 0 && !r.Findings[0].Notice {
		first := r.Findings[0]
		r.First = &first
	}
}
