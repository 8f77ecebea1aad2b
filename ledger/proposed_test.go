package ledger_test

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// TestARedactionIsOfTwo: one that somebody made who had proposed it, or that nobody had proposed, is damage.
func TestARedactionIsOfTwo(t *testing.T) {
	proposed := ledger.Leaf{Version: ledger.Version, At: noon, Kind: ledger.RedactionProposed, Actor: "person:p1", Subject: "service:portal", Body: "x1", Content: ledger.Content(salt(1), []byte("why")), Sealed: "s1:0"}
	made := func(who, id string) ledger.Leaf {
		return ledger.Leaf{Version: ledger.Version, At: noon + 3, Kind: ledger.RedactionMade, Actor: who, Subject: "redaction:" + id}
	}
	for _, c := range []struct {
		who, id   string
		alone     bool // where all entries are known
		alonePart bool // where they may not be
	}{
		{who: "person:p2", id: "x1"},
		{who: "person:p1", id: "x1", alone: true, alonePart: true},
		{who: "person:p2", id: "x2", alone: true},
		{who: "terminal", id: "x2"},
		{who: "terminal", id: "x1"},
	} {
		for all, want := range map[bool]bool{true: c.alone, false: c.alonePart} {
			var p ledger.Proposed
			l := made(c.who, c.id)
			if p.Alone(&proposed, all) {
				t.Error("proposing is no redaction")
			}
			if got := p.Alone(&l, all); got != want {
				t.Errorf("%s makes %s, all known %v: %v", c.who, c.id, all, got)
			}
		}
	}
	record := []ledger.Record{{Index: 0}, {Index: 1}}
	first := ledger.Leaf{Version: ledger.Version, At: noon, Kind: ledger.StoreCreated, Actor: "system", Subject: "record"}
	l := made("person:p1", "x1")
	record[0].Leaf, record[1].Leaf = written(t, &first), written(t, &l)
	report, err := ledger.Verify(ledger.Input{Records: each(record)})
	if err != nil || report.Sound() || report.First.Code != ledger.RedactionAlone || report.First.Index != 1 {
		t.Errorf("the report is %+v: %v", report, err)
	}
}
