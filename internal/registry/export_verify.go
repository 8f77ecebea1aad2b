package registry

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// lineMost bounds a line of an exported record, in bytes: a body, in base64, and what is around it.
const lineMost = seal.Limit*4/3 + (1 << 20)

// exportLine is any line after the first.
type exportLine struct {
	exportHashes
	exportEntry
	exportCheckpoint
}

// verifyExport checks an exported record: the tree over all records, and leaves and contents of those that it holds.
func verifyExport(file string, against []string, keys []note.Verifier, now civil.Instant) (*Verdict, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s cannot be read", file)
	}
	defer func() { _ = f.Close() }()
	v := &exported{file: file, told: len(keys) > 0, keys: keys, tree: ledger.NewTree(), roots: map[int64][32]byte{}, lost: map[string]store.Bad{}}
	v.report.Findings = []ledger.Finding{}
	v.wanted(against)
	if err := v.read(bufio.NewReaderSize(f, 1<<16)); err != nil {
		return nil, err
	}
	v.doubt(now)
	v.hold(v.checkpoints, false)
	v.hold(against, true)
	return v.verdict(against), nil
}

// exported is an exported record being verified.
type exported struct {
	file string
	told bool // public keys were given
	keys []note.Verifier
	head exportHead
	line int

	tree        *ledger.Tree
	roots       map[int64][32]byte // of the tree, by the sizes that checkpoints are of
	checkpoints []string
	lost        map[string]store.Bad // contents that are not there, by body, until a redaction, or the rules of retention, say why
	retention   ledger.Retention
	removals    []removal
	proposed    ledger.Proposed
	report      ledger.Report
	bad         []store.Bad
	signed      int64 // the greatest size that a checkpoint kept elsewhere agrees with
	stored      int64 // the same for those in the file
	others      int64 // records of which only the hash is there
}

func (v *exported) found(number int64, kind ledger.Kind, service ident.ID, format string, args ...any) {
	v.bad = append(v.bad, store.Bad{Record: number, Kind: kind, Service: service, Text: fmt.Sprintf(format, args...)})
}

// read reads all lines.
func (v *exported) read(from *bufio.Reader) error {
	for {
		text, err := readLine(from)
		if errors.Is(err, io.EOF) {
			break
		}
		if v.line++; err != nil {
			return v.unread("it cannot be read on: %s", err)
		}
		if v.line == 1 {
			err = v.begin(text)
		} else {
			err = v.next(text)
		}
		if err != nil {
			return err
		}
	}
	if v.line == 0 {
		return v.unread("it is empty")
	}
	if v.tree.Size() != v.head.Size {
		v.found(v.tree.Size(), "", "", "missing: the file says that there are %d records, and holds %d", v.head.Size, v.tree.Size())
	}
	return nil
}

// readLine reads a line of bounded length.
func readLine(from *bufio.Reader) (out []byte, err error) {
	for {
		part, more, err := from.ReadLine()
		if err != nil {
			return nil, err
		}
		if len(out)+len(part) > lineMost {
			return nil, fmt.Errorf("a line has more than %d bytes", lineMost)
		}
		if out = append(out, part...); !more {
			return out, nil
		}
	}
}

func (v *exported) unread(format string, args ...any) error {
	return fault.At([]fault.Field{{File: v.file, Line: max(v.line, 1), Column: 1, Text: "this is neither a backup nor an exported record: " + fmt.Sprintf(format, args...)}})
}

func (v *exported) begin(text []byte) error {
	if err := strict(text, &v.head); err != nil || v.head.Bulkhead != "record" {
		return v.unread("its first line does not say that it is a record")
	}
	if v.head.Version != exportVersion {
		return v.unread("it is of version %d, and this version of Bulkhead reads %d", v.head.Version, exportVersion)
	}
	if !v.told {
		for _, text := range v.head.Keys {
			if key, err := note.NewVerifier(text); err == nil {
				v.keys = append(v.keys, key)
			}
		}
	}
	return nil
}

// strict reads JSON that holds nothing but what is known.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("more than one value")
	}
	return nil
}

func (v *exported) next(text []byte) error {
	var l exportLine
	if err := strict(text, &l); err != nil {
		return v.unread("this line is not one of hashes, an entry or a checkpoint")
	}
	switch {
	case l.Checkpoint != "":
		v.checkpoints = append(v.checkpoints, l.Checkpoint)
		v.wanted(v.checkpoints[len(v.checkpoints)-1:])
	case l.Leaf != "":
		v.entry(&l.exportEntry)
	case len(l.Hashes) > 0:
		return v.hashes(&l.exportHashes)
	default:
		return v.unread("this line is not one of hashes, an entry or a checkpoint")
	}
	return nil
}

func (v *exported) hashes(l *exportHashes) error {
	v.place(l.From)
	for _, text := range l.Hashes {
		hash, err := hex.DecodeString(text)
		if err != nil || len(hash) != 32 {
			return v.unread("a hash is 64 digits")
		}
		v.grow([32]byte(hash))
		v.others++
	}
	return nil
}

// place says where records are missing or out of order.
func (v *exported) place(number int64) {
	if number != v.tree.Size() {
		v.found(min(number, v.tree.Size()), "", "", "missing or out of order: record %d comes where record %d has to", number, v.tree.Size())
	}
}

func (v *exported) grow(hash [32]byte) {
	v.tree.Append(hash)
	if _, wanted := v.roots[v.tree.Size()]; wanted {
		v.roots[v.tree.Size()] = v.tree.Root()
	}
}

// wanted notes of which sizes the root of the tree will be asked for.
func (v *exported) wanted(checkpoints []string) {
	for _, text := range checkpoints {
		if size, ok := sizeOf(text); ok {
			v.roots[size] = [32]byte{}
		}
	}
}

// entry checks a record of the service.
func (v *exported) entry(e *exportEntry) {
	v.place(e.Number)
	v.grow(ledger.Hash([]byte(e.Leaf)))
	leaf, err := ledger.ReadLeaf([]byte(e.Leaf))
	if err != nil {
		v.found(e.Number, "", "", "its leaf cannot be read: %s", err)
		return
	}
	v.report.Checked.Leaves++
	if body := leaf.Redacts(); body != "" {
		if _, was := v.lost[body]; was {
			v.report.Checked.Redactions++
		}
		delete(v.lost, body)
	}
	if v.proposed.Alone(&leaf, false) {
		v.found(e.Number, leaf.Kind, leaf.Service, "%s made a redaction that they had proposed themselves: a redaction needs two people", leaf.Actor)
	}
	v.doubt(leaf.At)
	v.removed(&leaf)
	if leaf.Kind == ledger.PostureJudged {
		v.retention.Judged(&leaf, e.Content == nil && e.Salt == nil)
	}
	switch {
	case leaf.Body == "" && (e.Content != nil || e.Salt != nil):
		v.found(e.Number, leaf.Kind, leaf.Service, "there is a body, and the leaf says that it has none")
	case leaf.Body == "" || leaf.Service != v.head.Service:
	case e.Content == nil && e.Salt == nil:
		v.lost[leaf.Body] = store.Bad{Record: e.Number, Kind: leaf.Kind, Service: leaf.Service, Text: "its body is gone, and neither a redaction after it nor the rules of retention say why"}
	default:
		if v.report.Checked.Contents++; ledger.Content(e.Salt, e.Content) != leaf.Content {
			v.found(e.Number, leaf.Kind, leaf.Service, "its content, or its salt, is not what was recorded")
		}
	}
}

// removal is what is gone because of an entry that says so, by body.
type removal struct {
	at   civil.Instant
	gone map[string]store.Bad
}

// removed takes the contents that a record says were removed for accounted for.
func (v *exported) removed(leaf *ledger.Leaf) {
	r := removal{leaf.At, map[string]store.Bad{}}
	for _, body := range v.retention.Removed(leaf) {
		if bad := v.lost[body]; bad.Kind == ledger.PostureJudged {
			r.gone[body] = bad
			delete(v.lost, body)
		}
	}
	v.report.Checked.Removed += int64(len(r.gone))
	v.removals = append(v.removals, r)
}

// doubt takes removals that are of a later moment than what comes after them, or than now, for what they are: written with a
// clock that was ahead, so that postures could go before they were old enough. What they took away is gone for no reason.
func (v *exported) doubt(now civil.Instant) {
	v.removals = slices.DeleteFunc(v.removals, func(r removal) bool {
		if r.at <= now+ledger.ClockSlack {
			return false
		}
		v.report.Checked.Removed -= int64(len(r.gone))
		maps.Copy(v.lost, r.gone)
		return true
	})
}

// hold compares the tree with checkpoints.
func (v *exported) hold(texts []string, elsewhere bool) {
	name, checked, agreed := "a checkpoint in the file", &v.report.Checked.Checkpoints, &v.stored
	if elsewhere {
		name, checked, agreed = "a checkpoint kept elsewhere", &v.report.Checked.Against, &v.signed
	}
	for _, text := range texts {
		c, err := ledger.Open(text, v.keys...)
		if err != nil {
			v.found(-1, "", "", "%s: %s", name, err)
			continue
		}
		*checked++
		switch {
		case c.Size > v.tree.Size() && elsewhere:
			*checked-- // it is newer than the file
		case c.Size > v.tree.Size():
			v.found(v.tree.Size(), "", "", "%s is of %d records and there are %d", name, c.Size, v.tree.Size())
		case c.Size > 0 && v.roots[c.Size] == c.Root:
			*agreed = max(*agreed, c.Size)
		default:
			v.found(-1, "", "", "%s of size %d has another root than the records below %d: one of them was changed, put in or taken out", name, c.Size, c.Size)
		}
	}
}

// verdict says what was found.
func (v *exported) verdict(against []string) *Verdict {
	for _, bad := range v.lost {
		v.bad = append(v.bad, bad)
	}
	slices.SortStableFunc(v.bad, func(a, b store.Bad) int {
		if (a.Record < 0) != (b.Record < 0) {
			return cmp.Compare(b.Record, a.Record)
		}
		return cmp.Compare(a.Record, b.Record)
	})
	v.report.Size, v.report.Root = v.tree.Size(), v.tree.Root()
	out := &Verdict{What: "exported record", Verification: store.Verification{Instance: v.head.Instance, Record: &v.report, Differences: []store.Difference{}, Keys: v.head.Keys}, CouldNot: []string{}}
	if len(v.bad) > 0 {
		out.First = &v.bad[0]
	}
	say := func(when bool, format string, args ...any) {
		if when {
			out.CouldNot = append(out.CouldNot, fmt.Sprintf(format, args...))
		}
	}
	say(len(against) == 0, "that the whole record was made up, rolled back or shown differently to others is not excluded, because no checkpoint kept elsewhere was given")
	say(len(against) > 0 && v.signed < v.tree.Size(), "from record %d on, no checkpoint kept elsewhere covers the record", v.signed)
	say(v.stored < v.tree.Size(), "from record %d on, no checkpoint in the file covers the record: that its end was changed or cut off is not excluded", v.stored)
	say(v.others > 0, "records of which only the hash is there, so that what they say was not compared: %d; that one of them is of this service, and was left out by whoever made the file, is not excluded", v.others)
	say(!v.told, "the signatures were checked with the public key that the file itself names: give the one that you were told, with --key")
	say(true, "bodies come opened, so that what was sealed was not compared: %d", v.report.Checked.Contents)
	return out
}
