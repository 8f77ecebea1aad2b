package ledger

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// ErrNoKey is what the error of a body that was not opened wraps, where that is only because whoever verifies does not
// have its key. It is then counted; any other error is damage.
var ErrNoKey = errors.New("its key is not at hand")

// Record is an entry as it is stored.
type Record struct {
	Index     int64             // its number, counted from 0
	Leaf      []byte            // the bytes of its leaf
	Hash      [sha256.Size]byte // the stored hash of the leaf; zero where none is stored
	Sealed    []byte            // the sealed body; nil where there is none
	Salt      []byte            // what was opened from it: the salt,
	Content   []byte            // and the content; nil where it was not opened
	Redacted  bool              // the body or its own key is gone, so that the content can never be read again
	OpenError error             // why it could not be opened; wrap ErrNoKey where it is for want of a key
}

// Input is a record to be verified. Store, backup and exported pack all give the same.
type Input struct {
	Records     iter.Seq2[Record, error] // from the first on; a record is only looked at until the next is asked for
	Checkpoints []string                 // the checkpoints stored with it
	Against     []string                 // checkpoints of it that were kept elsewhere
	Keys        []note.Verifier          // the keys of the instance, old ones too; none to leave signatures unchecked
	Now         civil.Instant            // by the clock of whoever verifies; 0 for no clock
}

// ClockSlack is how far the time of records may go back, in seconds, before that is worth a notice: several machines
// write one record, and their clocks differ.
const ClockSlack = 60

// Verify checks a whole record, as far as that can be done from what is given alone. The error is that of the records,
// where they could not be read on; what is wrong with them is in the report.
func Verify(in Input) (*Report, error) {
	v := verifier{reader: newReader(), tree: NewTree(), suspect: -1, waiting: map[string][]lost{}, kinds: map[Kind]bool{}}
	v.report.Findings, v.report.CouldNot = []Finding{}, []string{}
	for _, t := range Kinds() {
		v.kinds[t.Kind] = true
	}
	v.marks(in)
	v.compare()
	for r, err := range in.Records {
		if err != nil {
			return nil, fault.Wrap(fault.KindOf(err), err, "the record could not be read on from record %d", v.next)
		}
		v.record(&r)
	}
	v.finish(in)
	return &v.report, nil
}

// mark is a checkpoint that the tree has to agree with.
type mark struct {
	Checkpoint
	elsewhere bool
}

// name is how a sentence names the checkpoint.
func (m mark) name() string {
	if m.elsewhere {
		return fmt.Sprintf("the checkpoint of size %d kept elsewhere", m.Size)
	}
	return fmt.Sprintf("the stored checkpoint of size %d", m.Size)
}

// lost is a record whose body is not there.
type lost struct {
	index int64
	kind  Kind
}

// removal is an entry that says that contents of postures were removed, and what is gone because of it.
type removal struct {
	index  int64
	kind   Kind
	at     civil.Instant
	before string
	gone   map[string][]lost // by body
}

// verifier is a record being verified.
type verifier struct {
	reader reader
	report Report
	kinds  map[Kind]bool // that this version knows

	tree   *Tree // over the records that stand in order from 0 on
	next   int64 // the number that comes next
	broken bool  // records are missing, so the tree cannot grow
	before civil.Instant

	ahead     []mark // checkpoints not yet compared, the smallest first
	signed    int64  // the size of the greatest stored checkpoint that the tree agrees with
	witnessed int64  // the same for those kept elsewhere
	suspect   int64  // the first record, since the tree last agreed, whose leaf is known to be wrong; -1 for none

	proposed   Proposed
	waiting    map[string][]lost // by body: what only a redaction, or the rules of retention, can excuse
	retention  Retention
	removals   []removal // that what is gone is accounted for by, as far as is known yet
	unopened   int       // bodies that were not opened
	unsealed   int       // bodies that came opened only
	unknown    int       // entries of kinds that this version does not know
	uncompared int       // checkpoints that could not be compared
}

func (v *verifier) found(index int64, kind Kind, code Code, args ...string) {
	v.report.add(Finding{Index: index, Kind: kind, Code: code, Args: pairs(args)})
}

func (v *verifier) notice(index int64, kind Kind, code Code, args ...string) {
	v.report.add(Finding{Index: index, Kind: kind, Code: code, Args: pairs(args), Notice: true})
}

func pairs(args []string) map[string]string {
	out := map[string]string{}
	for pair := range slices.Chunk(args, 2) {
		out[pair[0]] = pair[1]
	}
	return out
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// marks reads the checkpoints.
func (v *verifier) marks(in Input) {
	known := note.VerifierList(in.Keys...)
	for _, group := range []struct {
		texts     []string
		elsewhere bool
		name      string
	}{{in.Checkpoints, false, "stored checkpoint %d"}, {in.Against, true, "checkpoint %d kept elsewhere"}} {
		for i, text := range group.texts {
			c, trouble := open(text, known)
			if trouble == "" || trouble == CheckpointUnsigned && len(in.Keys) == 0 {
				v.ahead = append(v.ahead, mark{c, group.elsewhere})
			} else {
				v.found(-1, "", trouble, "checkpoint", fmt.Sprintf(group.name, i+1))
			}
		}
	}
	slices.SortStableFunc(v.ahead, func(a, b mark) int { return cmp.Compare(a.Size, b.Size) })
}

// record checks one record.
func (v *verifier) record(r *Record) {
	leaf, err := v.reader.read(r.Leaf)
	if err != nil {
		v.found(r.Index, "", LeafUnreadable, "cause", err.Error())
	} else {
		v.report.Checked.Leaves++
	}
	hash := Hash(r.Leaf)
	stored := r.Hash != [sha256.Size]byte{}
	if stored {
		v.report.Checked.Hashes++
		if r.Hash != hash {
			v.found(r.Index, leaf.Kind, LeafChanged)
		}
	}
	if wrong := err != nil || stored && r.Hash != hash; wrong && v.suspect < 0 && r.Index == v.next {
		v.suspect = r.Index
	}
	v.place(r.Index, leaf.Kind, hash)
	if err == nil {
		v.entry(r, &leaf)
	}
}

// place puts a record where its number says, if that is next.
func (v *verifier) place(index int64, kind Kind, hash [sha256.Size]byte) {
	if index < v.next {
		v.found(index, kind, RecordOutOfOrder, "after", number(v.next-1))
		return
	}
	if index > v.next {
		v.found(v.next, "", RecordsMissing, "to", number(index-1))
		v.broken = true
	}
	v.next = index + 1
	if !v.broken {
		v.tree.Append(hash)
		v.compare()
	}
}

// compare holds the tree to the checkpoints of its size.
func (v *verifier) compare() {
	for len(v.ahead) > 0 && v.ahead[0].Size == v.tree.Size() {
		v.hold(v.ahead[0])
		v.ahead = v.ahead[1:]
	}
}

// hold compares the tree with a checkpoint of its size. Where they differ, the record to look at is the one whose leaf is
// known to be wrong, or else the first after the last checkpoint that agreed.
func (v *verifier) hold(m mark) {
	checked, agreed, code := &v.report.Checked.Checkpoints, &v.signed, CheckpointDiffers
	if m.elsewhere {
		checked, agreed, code = &v.report.Checked.Against, &v.witnessed, Forked
	}
	*checked++
	if m.Root == v.tree.Root() {
		*agreed, v.suspect = m.Size, -1
		return
	}
	from := max(v.signed, v.witnessed)
	if v.suspect < 0 {
		v.suspect = from
	}
	v.found(v.suspect, "", code, "checkpoint", m.name(), "size", number(m.Size), "from", number(from))
}

// entry checks what a readable leaf says.
func (v *verifier) entry(r *Record, leaf *Leaf) {
	if !v.kinds[leaf.Kind] {
		v.unknown++
	}
	if leaf.At+ClockSlack < v.before {
		v.notice(r.Index, leaf.Kind, TimeWentBack, "at", leaf.At.String(), "before", v.before.String())
	}
	v.before = leaf.At
	v.doubt(leaf.At)
	for _, l := range v.waiting[leaf.Redacts()] {
		v.report.Checked.Redactions++
		v.notice(l.index, l.kind, BodyRedacted, "body", leaf.Redacts(), "redaction", number(r.Index))
	}
	delete(v.waiting, leaf.Redacts())
	if v.proposed.Alone(leaf, true) {
		v.found(r.Index, leaf.Kind, RedactionAlone, "who", leaf.Actor)
	}
	v.removed(r.Index, leaf)
	if leaf.Body != "" {
		v.body(r, leaf)
	} else if r.Sealed != nil || r.Content != nil || r.Redacted {
		v.found(r.Index, leaf.Kind, BodyUnexpected)
	}
}

// removed takes the contents that a record says were removed for accounted for.
func (v *verifier) removed(index int64, leaf *Leaf) {
	r := removal{index, leaf.Kind, leaf.At, leaf.Meta[MetaBefore], map[string][]lost{}}
	for _, body := range v.retention.Removed(leaf) {
		for _, l := range v.waiting[body] {
			if l.kind == PostureJudged {
				r.gone[body] = append(r.gone[body], l)
			}
		}
		left := slices.DeleteFunc(slices.Clone(v.waiting[body]), func(l lost) bool { return l.kind == PostureJudged })
		if v.waiting[body] = left; len(left) == 0 {
			delete(v.waiting, body)
		}
	}
	if len(r.gone) > 0 {
		v.removals = append(v.removals, r)
	}
}

// doubt takes removals that are of a later moment than what comes after them for what they are: written with a clock that
// was ahead, so that postures could go before they were old enough. What they took away is gone for no reason.
func (v *verifier) doubt(now civil.Instant) {
	v.removals = slices.DeleteFunc(v.removals, func(r removal) bool {
		if r.at <= now+ClockSlack {
			return false
		}
		for body, l := range r.gone {
			v.waiting[body] = append(v.waiting[body], l...)
		}
		return true
	})
}

// believed tells of the removals that stand.
func (v *verifier) believed() {
	for _, r := range v.removals {
		count := 0
		for _, l := range r.gone {
			count += len(l)
		}
		v.report.Checked.Removed += int64(count)
		v.notice(r.index, r.kind, PosturesRemoved, "before", r.before, "count", number(int64(count)))
	}
}

// body checks the body of a record that has one.
func (v *verifier) body(r *Record, leaf *Leaf) {
	gone := r.Content == nil && (r.Redacted || r.Sealed == nil && r.OpenError == nil)
	if leaf.Kind == PostureJudged {
		v.retention.Judged(leaf, gone)
	}
	changed := r.Sealed != nil && ident.Hash(r.Sealed) != leaf.Sealed
	if r.Sealed != nil {
		v.report.Checked.Sealed++
	}
	if changed {
		v.found(r.Index, leaf.Kind, BodyChanged, "body", leaf.Body)
	}
	if r.Content != nil {
		v.content(r, leaf)
		return
	}
	switch {
	case gone:
		v.waiting[leaf.Body] = append(v.waiting[leaf.Body], lost{r.Index, leaf.Kind})
	case r.OpenError == nil || errors.Is(r.OpenError, ErrNoKey):
		v.unopened++
	case !changed:
		v.found(r.Index, leaf.Kind, BodyUnreadable, "body", leaf.Body, "cause", r.OpenError.Error())
	}
}

// content checks a body that was opened.
func (v *verifier) content(r *Record, leaf *Leaf) {
	v.report.Checked.Contents++
	if Content(r.Salt, r.Content) != leaf.Content {
		v.found(r.Index, leaf.Kind, ContentChanged, "body", leaf.Body)
	}
	if r.Redacted {
		v.found(r.Index, leaf.Kind, RedactionUndone, "body", leaf.Body)
	}
	if r.Sealed == nil {
		v.unsealed++
	}
}

// finish says what only the end of the record shows.
func (v *verifier) finish(in Input) {
	v.report.Size, v.report.Root = v.tree.Size(), v.tree.Root()
	for _, m := range v.ahead {
		if v.broken {
			v.uncompared++
		} else {
			v.found(v.report.Size, "", RolledBack, "checkpoint", m.name(), "size", number(m.Size), "have", number(v.report.Size))
		}
	}
	if in.Now != 0 {
		v.doubt(in.Now)
	}
	v.believed()
	for _, body := range slices.Sorted(maps.Keys(v.waiting)) {
		for _, l := range v.waiting[body] {
			v.found(l.index, l.kind, BodyMissing, "body", body)
		}
	}
	v.report.settle()
	v.couldNot(in)
}

// couldNot says what could not be excluded.
func (v *verifier) couldNot(in Input) {
	say := func(when bool, format string, args ...any) {
		if when {
			v.report.CouldNot = append(v.report.CouldNot, fmt.Sprintf(format, args...))
		}
	}
	size := v.report.Size
	const excluded = "that it was rolled back, or shown differently to others, is not excluded, because no checkpoint kept elsewhere was given"
	say(len(in.Against) == 0 && v.report.Sound(), "the record is consistent; %s", excluded)
	say(len(in.Against) == 0 && !v.report.Sound(), "beside what was found, %s", excluded)
	say(len(in.Against) > 0 && v.witnessed < size, "from record %d on, no checkpoint kept elsewhere covers the record: that it was changed or cut short there is not excluded", v.witnessed)
	say(v.signed < size, "from record %d on, no stored checkpoint covers the record", v.signed)
	say(len(in.Keys) == 0 && len(in.Checkpoints)+len(in.Against) > 0, "the signatures of checkpoints were not checked, because no public key was given")
	say(v.uncompared > 0, "checkpoints of more records than stand in order, which were not compared: %d", v.uncompared)
	say(v.unopened > 0, "bodies that were not opened, for want of a key, so that what they say was not compared: %d", v.unopened)
	say(v.unsealed > 0, "bodies that came opened only, so that what was sealed was not compared: %d", v.unsealed)
	say(v.unknown > 0, "entries of kinds that this version of Bulkhead does not know: %d", v.unknown)
}
