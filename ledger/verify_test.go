package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// In every record of these tests that is long enough the content of one entry was destroyed, and another says why.
const (
	gone = 2
	why  = 5
)

// record gives a record of n entries, three seconds apart: each third has no body; where there is room, the content of
// one was destroyed.
func record(t testing.TB, n int) (out []ledger.Record) {
	t.Helper()
	for i := range n {
		l := ledger.Leaf{Version: ledger.Version, At: noon + civil.Instant(3*i), Kind: ledger.SignedIn, Actor: fmt.Sprintf("person:P%d", i)}
		r := ledger.Record{Index: int64(i)}
		if i%3 != 0 {
			l.Kind, l.Body = ledger.EvidenceRecorded, fmt.Sprintf("b%d", i)
			r.Salt, r.Content = salt(byte(i)), fmt.Appendf(nil, "content %d", i)
			r.Sealed = fmt.Appendf(nil, "sealed %d", i)
			l.Content, l.Sealed = ledger.Content(r.Salt, r.Content), ident.Hash(r.Sealed)
		}
		if i == why {
			l.Actor, l.Kind, l.Meta = "terminal", ledger.RedactionMade, map[string]string{ledger.MetaBody: fmt.Sprintf("b%d", gone)}
		}
		r.Leaf = written(t, &l)
		r.Hash = ledger.Hash(r.Leaf)
		out = append(out, r)
	}
	if n > why {
		out[gone].Sealed, out[gone].Salt, out[gone].Content, out[gone].Redacted = nil, nil, nil, true
	}
	return out
}

func written(t testing.TB, l *ledger.Leaf) []byte {
	t.Helper()
	text, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func each(records []ledger.Record) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// at signs a checkpoint of the first n records.
func at(t testing.TB, records []ledger.Record, n int) string {
	t.Helper()
	tree := ledger.NewTree()
	for _, r := range records[:n] {
		tree.Append(ledger.Hash(r.Leaf))
	}
	signer, _ := pair(t, origin, 1)
	return sign(t, int64(n), tree.Root(), signer)
}

// keys gives the public key that checkpoints are signed with.
func keys(t testing.TB) []note.Verifier {
	_, verifier := pair(t, origin, 1)
	return []note.Verifier{verifier}
}

func verify(t rapid.TB, in ledger.Input) *ledger.Report {
	t.Helper()
	report, err := ledger.Verify(in)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// found says whether a report has a finding of a code about a record.
func found(r *ledger.Report, index int, code ledger.Code) bool {
	return slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Index == int64(index) && f.Code == code })
}

func TestSoundRecord(t *testing.T) {
	records := record(t, 12)
	report := verify(t, ledger.Input{
		Records: each(records), Keys: keys(t),
		Checkpoints: []string{at(t, records, 12), at(t, records, 4), at(t, records, 0)}, Against: []string{at(t, records, 12)},
	})
	if !report.Sound() || report.Size != 12 || len(report.CouldNot) > 0 || report.Rest != 0 {
		t.Errorf("a sound record gave %+v", report)
	}
	if want := (ledger.Checked{Leaves: 12, Hashes: 12, Sealed: 7, Contents: 7, Redactions: 1, Checkpoints: 3, Against: 1}); report.Checked != want {
		t.Errorf("checked was %+v, not %+v", report.Checked, want)
	}
	tree := ledger.NewTree()
	for _, r := range records {
		tree.Append(r.Hash)
	}
	if report.Root != tree.Root() {
		t.Error("the report has another root")
	}
}

func TestRedactionIsNoDamage(t *testing.T) {
	report := verify(t, ledger.Input{Records: each(record(t, 12))})
	if !report.Sound() || len(report.Findings) != 1 || !report.Findings[0].Notice || !found(report, gone, ledger.BodyRedacted) {
		t.Errorf("a redaction gave %+v", report.Findings)
	}
	early := record(t, 12)[:why]
	report = verify(t, ledger.Input{Records: each(early)})
	if report.First == nil || report.First.Index != gone || report.First.Code != ledger.BodyMissing {
		t.Errorf("a body destroyed without a redaction gave %+v", report.First)
	}
	early[gone].Redacted = false
	report = verify(t, ledger.Input{Records: each(early)})
	if report.First == nil || report.First.Index != gone || report.First.Code != ledger.BodyMissing {
		t.Errorf("a body taken away gave %+v", report.First)
	}
}

func TestRedactionExcusesOnlyWhatItNamesAndWhatWasBefore(t *testing.T) {
	records := record(t, 12)
	for _, i := range []int{4, 7} {
		records[i].Sealed, records[i].Salt, records[i].Content, records[i].Redacted = nil, nil, nil, true
	}
	report := verify(t, ledger.Input{Records: each(records)})
	if report.First == nil || report.First.Index != 4 || !found(report, 7, ledger.BodyMissing) || found(report, gone, ledger.BodyMissing) {
		t.Errorf("it gave %+v", report.Findings)
	}
	again := record(t, 12)
	again[7], again[gone] = swap(t, again[gone]), swap(t, again[7])
	again[7].Index, again[gone].Index = 7, gone
	report = verify(t, ledger.Input{Records: each(again)})
	if report.First == nil || report.First.Index != 7 || report.First.Code != ledger.BodyMissing {
		t.Errorf("a body destroyed after the redaction gave %+v", report.First)
	}
}

// swap gives the record with its time taken to noon, so that it can stand anywhere.
func swap(t testing.TB, r ledger.Record) ledger.Record {
	t.Helper()
	l, err := ledger.ReadLeaf(r.Leaf)
	if err != nil {
		t.Fatal(err)
	}
	l.At = noon
	r.Leaf = written(t, &l)
	r.Hash = ledger.Hash(r.Leaf)
	return r
}

// TestAnyByteChangedIsFound changes one byte of one part of one record. The first bad record is named, but for one case:
// where the record of a redaction can no longer be read, the body that it excused is missing too, and comes first.
func TestAnyByteChangedIsFound(t *testing.T) {
	whole := record(t, 12)
	check := at(t, whole, 12)
	rapid.Check(t, func(t *rapid.T) {
		records := slices.Clone(whole)
		i := rapid.IntRange(0, len(records)-1).Draw(t, "record")
		r := &records[i]
		r.Leaf, r.Sealed, r.Salt, r.Content = bytes.Clone(r.Leaf), bytes.Clone(r.Sealed), bytes.Clone(r.Salt), bytes.Clone(r.Content)
		parts := slices.DeleteFunc([][]byte{r.Leaf, r.Hash[:], r.Sealed, r.Salt, r.Content}, func(p []byte) bool { return len(p) == 0 })
		part := rapid.SampledFrom(parts).Draw(t, "part")
		part[rapid.IntRange(0, len(part)-1).Draw(t, "byte")] ^= rapid.ByteRange(1, 255).Draw(t, "by")
		for _, checkpoints := range [][]string{nil, {check}} {
			report := verify(t, ledger.Input{Records: each(records), Checkpoints: checkpoints})
			if report.Sound() {
				t.Fatal("it was not found")
			}
			first := *report.First
			if i == why && first.Code == ledger.BodyMissing && first.Index == gone {
				first.Index = report.Findings[1].Index
			}
			if first.Index != int64(i) {
				t.Fatalf("record %d was said to be the first: %s", first.Index, first)
			}
		}
	})
}

// TestLeafChangedWithItsHashIsFound rewrites a leaf as somebody with the database would; only checkpoints show it.
func TestLeafChangedWithItsHashIsFound(t *testing.T) {
	whole := record(t, 12)
	checks := []string{at(t, whole, 4), at(t, whole, 8), at(t, whole, 12)}
	rapid.Check(t, func(rt *rapid.T) {
		i := rapid.IntRange(0, 11).Draw(rt, "record")
		records := slices.Clone(whole)
		l, err := ledger.ReadLeaf(records[i].Leaf)
		if err != nil {
			rt.Fatal(err)
		}
		l.Actor = "system"
		records[i].Leaf = written(t, &l)
		if rapid.Bool().Draw(rt, "hash too") {
			records[i].Hash = ledger.Hash(records[i].Leaf)
		} else {
			records[i].Hash = [32]byte{}
		}
		if report := verify(rt, ledger.Input{Records: each(records)}); !report.Sound() {
			rt.Fatalf("without a checkpoint there is nothing to see, and it gave %s", report.First)
		}
		report := verify(rt, ledger.Input{Records: each(records), Checkpoints: checks})
		from := int64(i / 4 * 4)
		if report.First == nil || report.First.Index != from || report.First.Args["from"] != fmt.Sprint(from) || report.First.Args["size"] != fmt.Sprint(from+4) {
			rt.Fatalf("record %d was changed, and it gave %s", i, report.First)
		}
	})
}

// TestAnyRecordMovedIsFound drops, swaps and repeats records, with their numbers and with numbers that fit again.
func TestAnyRecordMovedIsFound(t *testing.T) {
	const n = 9
	whole := record(t, n)
	check := at(t, whole, n)
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, n-2).Draw(t, "i")
		j := rapid.IntRange(i+1, n-1).Draw(t, "j")
		records := slices.Clone(whole)
		switch rapid.SampledFrom([]string{"drop", "swap", "repeat"}).Draw(t, "what") {
		case "drop":
			records = slices.Delete(records, i, i+1)
		case "swap":
			records[i], records[j] = records[j], records[i]
		case "repeat":
			records = slices.Insert(records, j, records[i])
		}
		first := int64(i)
		if i == why && len(records) < n {
			first = gone // the redaction is gone, so the body that it excused is missing, which comes first
		}
		report := verify(t, ledger.Input{Records: each(records), Checkpoints: []string{check}})
		if report.First == nil || report.First.Index != first {
			t.Fatalf("it gave %v", report.First)
		}
		if code := report.First.Code; code != ledger.RecordsMissing && code != ledger.RecordOutOfOrder && code != ledger.BodyMissing {
			t.Fatalf("it gave %s", report.First)
		}
		for k := range records {
			records[k].Index = int64(k)
		}
		if report := verify(t, ledger.Input{Records: each(records), Checkpoints: []string{check}}); report.Sound() {
			t.Fatal("with numbers that fit, it was not found")
		}
	})
}

func TestOrderIsNamedByRecord(t *testing.T) {
	whole := record(t, 5)
	for name, c := range map[string]struct {
		order []int
		first int64
		codes []ledger.Code
	}{
		"one is missing":           {[]int{0, 1, 3, 4}, 2, []ledger.Code{ledger.RecordsMissing}},
		"the first is missing":     {[]int{2, 3, 4}, 0, []ledger.Code{ledger.RecordsMissing}},
		"one is there twice":       {[]int{0, 1, 1, 2, 3, 4}, 1, []ledger.Code{ledger.RecordOutOfOrder}},
		"one comes again later":    {[]int{0, 1, 2, 3, 1, 4}, 1, []ledger.Code{ledger.RecordOutOfOrder}},
		"two have changed places":  {[]int{0, 2, 1, 3, 4}, 1, []ledger.Code{ledger.RecordsMissing, ledger.RecordOutOfOrder}},
		"two far apart as well":    {[]int{4, 1, 2, 3, 0}, 0, []ledger.Code{ledger.RecordsMissing, ledger.RecordOutOfOrder, ledger.RecordOutOfOrder, ledger.RecordOutOfOrder, ledger.RecordOutOfOrder}},
		"it is as it should be":    {[]int{0, 1, 2, 3, 4}, -1, nil},
		"there is nothing":         {nil, -1, nil},
		"only the last is missing": {[]int{0, 1, 2, 3}, -1, nil},
	} {
		var records []ledger.Record
		for _, i := range c.order {
			records = append(records, whole[i])
		}
		report := verify(t, ledger.Input{Records: each(records)})
		var codes []ledger.Code
		for _, f := range report.Findings {
			codes = append(codes, f.Code)
		}
		if !slices.Equal(codes, c.codes) || c.first < 0 != report.Sound() || c.first >= 0 && report.First.Index != c.first {
			t.Errorf("%s: it gave %v", name, report.Findings)
		}
	}
}

// TestRollBackIsFoundFromOutside takes the newest records away, and the checkpoints with them.
func TestRollBackIsFoundFromOutside(t *testing.T) {
	whole := record(t, 12)
	cut := whole[:8]
	alone := verify(t, ledger.Input{Records: each(cut), Checkpoints: []string{at(t, cut, 8)}, Keys: keys(t)})
	if !alone.Sound() || len(alone.CouldNot) != 1 || !strings.Contains(alone.CouldNot[0], "rolled back") {
		t.Errorf("without a checkpoint from elsewhere it gave %v, %q", alone.First, alone.CouldNot)
	}
	report := verify(t, ledger.Input{Records: each(cut), Checkpoints: []string{at(t, cut, 8)}, Against: []string{at(t, whole, 12)}, Keys: keys(t)})
	if report.First == nil || report.First.Code != ledger.RolledBack || report.First.Index != 8 {
		t.Errorf("with one it gave %v", report.First)
	}
	report = verify(t, ledger.Input{Records: each(cut), Checkpoints: []string{at(t, whole, 12)}, Keys: keys(t)})
	if report.First == nil || report.First.Code != ledger.RolledBack || report.First.Index != 8 {
		t.Errorf("with the stored checkpoint left it gave %v", report.First)
	}
}

// TestForkIsFoundFromOutside shows somebody one record and keeps another, each with good checkpoints.
func TestForkIsFoundFromOutside(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(rt, "n")
		i := rapid.IntRange(0, n-1).Draw(rt, "i")
		shown := record(t, n)
		kept := record(t, 12)
		l, err := ledger.ReadLeaf(kept[i].Leaf)
		if err != nil {
			rt.Fatal(err)
		}
		l.Actor = "system"
		kept[i].Leaf = written(t, &l)
		kept[i].Hash = ledger.Hash(kept[i].Leaf)
		in := ledger.Input{Records: each(kept), Checkpoints: []string{at(t, kept, 12)}, Keys: keys(t)}
		if report := verify(rt, in); !report.Sound() {
			rt.Fatalf("alone it is sound, and it gave %s", report.First)
		}
		in.Against = []string{at(t, shown, n)}
		if report := verify(rt, in); report.First == nil || report.First.Code != ledger.Forked {
			rt.Fatalf("it gave %v", report.First)
		}
	})
}

func TestCheckpointsThatCannotBeTrusted(t *testing.T) {
	records := record(t, 6)
	good := at(t, records, 6)
	stranger, _ := pair(t, origin, 9)
	for name, c := range map[string]struct {
		text string
		code ledger.Code
	}{
		"changed":             {strings.Replace(good, "\n6\n", "\n7\n", 1), ledger.CheckpointForged},
		"of somebody else":    {sign(t, 6, [32]byte{1}, stranger), ledger.CheckpointUnsigned},
		"something else":      {"a letter\n", ledger.CheckpointUnreadable},
		"much too long":       {strings.Repeat("x", 1<<20), ledger.CheckpointUnreadable},
		"signed, but of lies": {sign(t, 6, [32]byte{1}, signerOf(t)), ledger.CheckpointDiffers},
	} {
		report := verify(t, ledger.Input{Records: each(records), Checkpoints: []string{good, c.text}, Keys: keys(t)})
		if report.First == nil || report.First.Code != c.code || len(report.Findings) != 2 {
			t.Errorf("%s: it gave %v", name, report.Findings)
		}
		report = verify(t, ledger.Input{Records: each(records), Against: []string{c.text}, Keys: keys(t)})
		if report.Sound() || !strings.Contains(report.First.String(), "kept elsewhere") {
			t.Errorf("%s: from elsewhere it gave %v", name, report.Findings)
		}
	}
}

func signerOf(t testing.TB) note.Signer {
	signer, _ := pair(t, origin, 1)
	return signer
}

// TestCheckpointThatAgreesClearsWhatIsBeforeIt changes a stored hash, which a checkpoint then shows to be all that is wrong
// there, and rewrites a record after that.
func TestCheckpointThatAgreesClearsWhatIsBeforeIt(t *testing.T) {
	records := record(t, 12)
	checks := []string{at(t, records, 4), at(t, records, 8)}
	records[1].Hash[0]++
	records[6] = swap(t, records[6])
	report := verify(t, ledger.Input{Records: each(records), Checkpoints: checks})
	if len(report.Findings) < 2 || !found(report, 1, ledger.LeafChanged) || !found(report, 4, ledger.CheckpointDiffers) {
		t.Errorf("it gave %v", report.Findings)
	}
}

func TestWhatCouldNotBeCompared(t *testing.T) {
	records := record(t, 12)
	checks := []string{at(t, records, 4), at(t, records, 12)}
	report := verify(t, ledger.Input{Records: each(slices.Delete(slices.Clone(records), 6, 7)), Checkpoints: checks, Against: checks[1:]})
	if len(report.Findings) != 2 || report.First.Code != ledger.RecordsMissing || report.Size != 6 || report.Checked.Checkpoints != 1 {
		t.Errorf("it gave %v and checked %+v", report.Findings, report.Checked)
	}
	for _, says := range []string{"which were not compared: 2", "no public key was given", "from record 0 on, no checkpoint kept elsewhere", "from record 4 on, no stored checkpoint"} {
		if !slices.ContainsFunc(report.CouldNot, func(s string) bool { return strings.Contains(s, says) }) {
			t.Errorf("%q does not say %q", report.CouldNot, says)
		}
	}
}

func TestBodiesThatWereNotOpened(t *testing.T) {
	records := record(t, 5)
	shut := func(i int, err error) {
		records[i].Salt, records[i].Content, records[i].OpenError = nil, nil, err
	}
	shut(1, fmt.Errorf("body b1: %w", ledger.ErrNoKey))
	shut(2, nil)
	report := verify(t, ledger.Input{Records: each(records)})
	if !report.Sound() || !slices.ContainsFunc(report.CouldNot, func(s string) bool { return strings.HasPrefix(s, "bodies that were not opened, for want of a key") }) {
		t.Errorf("for want of a key it gave %v, %q", report.First, report.CouldNot)
	}
	shut(4, errors.New("it is not what was sealed"))
	report = verify(t, ledger.Input{Records: each(records)})
	if report.First == nil || report.First.Index != 4 || report.First.Code != ledger.BodyUnreadable || !strings.Contains(report.First.String(), "not what was sealed") {
		t.Errorf("a body that cannot be opened gave %v", report.First)
	}
	records[4].Sealed = []byte("changed")
	report = verify(t, ledger.Input{Records: each(records)})
	if len(report.Findings) != 1 || report.First.Code != ledger.BodyChanged {
		t.Errorf("one that cannot be opened because it was changed gave %v", report.Findings)
	}
}

func TestBodiesThatDoNotFit(t *testing.T) {
	change := func(i int, with func(*ledger.Record)) *ledger.Report {
		records := record(t, 12)
		with(&records[i])
		return verify(t, ledger.Input{Records: each(records)})
	}
	if r := change(0, func(r *ledger.Record) { r.Sealed = []byte("more") }); !found(r, 0, ledger.BodyUnexpected) {
		t.Errorf("a body too many gave %v", r.Findings)
	}
	if r := change(gone, func(r *ledger.Record) { r.Salt, r.Content = salt(gone), []byte("content 2") }); !found(r, gone, ledger.RedactionUndone) {
		t.Errorf("a content that is there again gave %v", r.Findings)
	}
	if r := change(1, func(r *ledger.Record) { r.Salt = r.Salt[1:] }); !found(r, 1, ledger.ContentChanged) {
		t.Errorf("a salt cut short gave %v", r.Findings)
	}
	r := change(1, func(r *ledger.Record) { r.Sealed = nil })
	if !r.Sound() || !slices.ContainsFunc(r.CouldNot, func(s string) bool { return strings.HasPrefix(s, "bodies that came opened only") }) {
		t.Errorf("a body that came opened gave %v, %q", r.First, r.CouldNot)
	}
}

func TestTimeThatGoesBackIsANotice(t *testing.T) {
	late := func(seconds civil.Instant) *ledger.Report {
		records := record(t, 2)
		l, err := ledger.ReadLeaf(records[0].Leaf)
		if err != nil {
			t.Fatal(err)
		}
		l.At = noon + 3 + seconds
		records[0].Leaf = written(t, &l)
		records[0].Hash = ledger.Hash(records[0].Leaf)
		return verify(t, ledger.Input{Records: each(records)})
	}
	if r := late(60); len(r.Findings) != 0 {
		t.Errorf("a minute back gave %v", r.Findings)
	}
	if r := late(61); !r.Sound() || !found(r, 1, ledger.TimeWentBack) || !r.Findings[0].Notice {
		t.Errorf("more than a minute back gave %v", r.Findings)
	}
}

func TestEntriesOfANewerVersion(t *testing.T) {
	records := record(t, 3)
	records[0].Leaf = bytes.Replace(records[0].Leaf, []byte("signed-in"), []byte("signed-for"), 1)
	records[0].Hash = ledger.Hash(records[0].Leaf)
	report := verify(t, ledger.Input{Records: each(records)})
	if !report.Sound() || !strings.Contains(report.CouldNot[len(report.CouldNot)-1], "entries of kinds") {
		t.Errorf("it gave %v, %q", report.First, report.CouldNot)
	}
}

func TestFindingsAreBounded(t *testing.T) {
	records := record(t, 600)
	for i := range records {
		if i > 300 && i%3 != 0 {
			records[i].Sealed = []byte("x")
		}
	}
	records[1].Sealed, records[1].Salt, records[1].Content = nil, nil, nil
	report := verify(t, ledger.Input{Records: each(records)})
	if len(report.Findings) != 100 || report.Rest != 1+200+1-100 {
		t.Errorf("%d findings are listed and %d more", len(report.Findings), report.Rest)
	}
	if report.First.Index != 1 || report.Findings[1].Index != 301 || !slices.IsSortedFunc(report.Findings, func(a, b ledger.Finding) int { return int(a.Index - b.Index) }) {
		t.Errorf("the first is %s", report.First)
	}
}

func TestReadingThatFails(t *testing.T) {
	full := fault.New(fault.NotFound, "the file ends early")
	ends := func(yield func(ledger.Record, error) bool) {
		if yield(record(t, 1)[0], nil) {
			yield(ledger.Record{}, full)
		}
	}
	_, err := ledger.Verify(ledger.Input{Records: ends})
	if !errors.Is(err, full) || fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "from record 1") {
		t.Errorf("it gave %v", err)
	}
}

// TestEveryFindingHasItsSentence lets nothing of a sentence be left open.
func TestEveryFindingHasItsSentence(t *testing.T) {
	records := record(t, 12)
	report := verify(t, ledger.Input{Records: each(records[3:]), Checkpoints: []string{"x", at(t, records, 0)}, Keys: keys(t)})
	for _, f := range report.Findings {
		if text := f.String(); strings.ContainsAny(text, "{}") || f.Text() == "" {
			t.Errorf("%s is said as %q", f.Code, text)
		}
	}
}

func ExampleVerify() {
	t := &testing.T{}
	records := record(t, 12)
	records[1].Sealed = []byte("changed")
	l, _ := ledger.ReadLeaf(records[7].Leaf)
	l.Actor = "system"
	rewritten := slices.Clone(records)
	rewritten[7].Leaf, _ = l.Bytes()
	rewritten[7].Hash = ledger.Hash(rewritten[7].Leaf)
	rewritten[8].OpenError, rewritten[8].Content = ledger.ErrNoKey, nil
	report, err := ledger.Verify(ledger.Input{
		Records: each(rewritten), Keys: keys(t),
		Checkpoints: []string{at(t, records, 6), at(t, rewritten, 10), "something else"}, Against: []string{at(t, records, 9), at(t, records, 4)},
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range report.Findings {
		fmt.Println(f)
	}
	for _, s := range report.CouldNot {
		fmt.Println("-", s)
	}
	// Output:
	// record 1 (evidence.recorded): what is sealed in body b1 is not what was recorded
	// record 6: the checkpoint of size 9 kept elsewhere has another root than the records below 9: one from 6 on was changed since, or somebody was shown another record
	// stored checkpoint 3 is not in the form of a checkpoint
	// record 2 (evidence.recorded): the content of body b2 was destroyed on purpose, as record 5 says
	// - from record 4 on, no checkpoint kept elsewhere covers the record: that it was changed or cut short there is not excluded
	// - from record 10 on, no stored checkpoint covers the record
	// - bodies that were not opened, for want of a key, so that what they say was not compared: 1
}

func BenchmarkVerify100000(b *testing.B) {
	records := record(b, 100_000)
	check := []string{at(b, records, len(records))}
	b.ReportAllocs()
	for b.Loop() {
		report, err := ledger.Verify(ledger.Input{Records: each(records), Checkpoints: check, Against: check, Keys: keys(b)})
		if err != nil || !report.Sound() {
			b.Fatal(err, report.First)
		}
	}
}

func BenchmarkAppend100000(b *testing.B) {
	records := record(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		tree := ledger.NewTree()
		for i := range records {
			tree.Append(ledger.Hash(records[i].Leaf))
		}
		_ = tree.Root()
	}
}

func BenchmarkLeafBytes(b *testing.B) {
	l := leaf()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Bytes(); err != nil {
			b.Fatal(err)
		}
	}
}
