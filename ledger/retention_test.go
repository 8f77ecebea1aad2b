package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

const day = civil.Instant(24 * 60 * 60)

// diary is a record that is written entry by entry.
type diary struct {
	t       testing.TB
	records []ledger.Record
}

// write adds an entry with a body, and gives its number.
func (d *diary) write(at civil.Instant, kind ledger.Kind, service ident.ID, meta map[string]string) int {
	n := len(d.records)
	r := ledger.Record{Index: int64(n), Salt: salt(byte(n)), Content: fmt.Appendf(nil, "content %d", n), Sealed: fmt.Appendf(nil, "sealed %d", n)}
	l := ledger.Leaf{
		Version: ledger.Version, At: at, Kind: kind, Actor: "system", Service: service, Meta: meta,
		Body: fmt.Sprintf("b%d", n), Content: ledger.Content(r.Salt, r.Content), Sealed: ident.Hash(r.Sealed),
	}
	r.Leaf = written(d.t, &l)
	r.Hash = ledger.Hash(r.Leaf)
	d.records = append(d.records, r)
	return n
}

func (d *diary) removed(at civil.Instant, service ident.ID, before civil.Instant) int {
	return d.write(at, ledger.PostureRemoved, service, map[string]string{ledger.MetaBefore: before.String()})
}

// take destroys contents.
func (d *diary) take(numbers ...int) {
	for _, n := range numbers {
		r := &d.records[n]
		r.Sealed, r.Salt, r.Content, r.Redacted = nil, nil, nil, true
	}
}

func TestWhatTheRulesOfRetentionRemoveIsNoDamage(t *testing.T) {
	d := &diary{t: t}
	one, two := d.write(noon, ledger.PostureJudged, "portal", nil), d.write(noon+day, ledger.PostureJudged, "portal", nil)
	d.write(noon+2*day, ledger.PostureJudged, "portal", nil)
	why := d.removed(noon+40*day, "portal", noon+3*day)
	d.take(one, two)
	r := verify(t, ledger.Input{Records: each(d.records)})
	if !r.Sound() || r.Checked.Removed != 2 || r.Checked.Redactions != 0 || !found(r, why, ledger.PosturesRemoved) {
		t.Fatalf("it gave %+v, %v", r.Checked, r.Findings)
	}
	if got, want := r.Findings[0].Text(), "removed under the rules of retention, contents of postures that newer ones had taken the place of before 2026-11-25T12:00:00Z: 2"; got != want {
		t.Errorf("it says %q", got)
	}
}

// TestWhatTheRulesOfRetentionDoNotExcuse takes contents away that an entry about removed postures does not account for.
func TestWhatTheRulesOfRetentionDoNotExcuse(t *testing.T) {
	for name, c := range map[string]func(d *diary) (bad int){
		"the newest posture": func(d *diary) int {
			n := d.write(noon, ledger.PostureJudged, "portal", nil)
			d.removed(noon+80*day, "portal", noon+40*day)
			return n
		},
		"one that was the newest when the rules were applied": func(d *diary) int {
			n := d.write(noon, ledger.PostureJudged, "portal", nil)
			d.removed(noon+80*day, "portal", noon+40*day)
			d.write(noon+81*day, ledger.PostureJudged, "portal", nil)
			return n
		},
		"one that a newer one took the place of too late": func(d *diary) int {
			n := d.write(noon, ledger.PostureJudged, "portal", nil)
			d.write(noon+40*day, ledger.PostureJudged, "portal", nil)
			d.removed(noon+80*day, "portal", noon+40*day)
			return n
		},
		"one of another service": func(d *diary) int {
			n := d.write(noon, ledger.PostureJudged, "records", nil)
			d.write(noon+day, ledger.PostureJudged, "records", nil)
			d.write(noon+day, ledger.PostureJudged, "portal", nil)
			d.removed(noon+80*day, "portal", noon+40*day)
			return n
		},
		"one whose place was taken in another service only": func(d *diary) int {
			n := d.write(noon, ledger.PostureJudged, "portal", nil)
			d.write(noon+day, ledger.PostureJudged, "records", nil)
			d.removed(noon+80*day, "portal", noon+40*day)
			return n
		},
		"evidence": func(d *diary) int {
			n := d.write(noon, ledger.EvidenceRecorded, "portal", nil)
			d.write(noon+day, ledger.PostureJudged, "portal", nil)
			d.write(noon+2*day, ledger.PostureJudged, "portal", nil)
			d.removed(noon+80*day, "portal", noon+40*day)
			return n
		},
		"the entry about removed postures itself": func(d *diary) int {
			d.write(noon, ledger.PostureJudged, "portal", nil)
			d.write(noon+day, ledger.PostureJudged, "portal", nil)
			n := d.removed(noon+80*day, "portal", noon+40*day)
			d.removed(noon+180*day, "portal", noon+140*day)
			return n
		},
		"anything younger than 30 days, whatever an entry says": func(d *diary) int {
			n := d.write(noon, ledger.PostureJudged, "portal", nil)
			d.write(noon+day, ledger.PostureJudged, "portal", nil)
			d.removed(noon+31*day, "portal", noon+day+2)
			return n
		},
		"anything where the entry does not say when": func(d *diary) int {
			n := d.write(noon, ledger.PostureJudged, "portal", nil)
			d.write(noon+day, ledger.PostureJudged, "portal", nil)
			d.write(noon+80*day, ledger.PostureRemoved, "portal", map[string]string{ledger.MetaBefore: "long ago"})
			return n
		},
		"anything after the entry": func(d *diary) int {
			d.removed(noon+80*day, "portal", noon+40*day)
			n := d.write(noon, ledger.PostureJudged, "portal", nil)
			d.write(noon+day, ledger.PostureJudged, "portal", nil)
			return n
		},
		"anything for an entry of no service": func(d *diary) int {
			n := d.write(noon, ledger.PostureJudged, "", nil)
			d.write(noon+day, ledger.PostureJudged, "", nil)
			d.removed(noon+80*day, "", noon+40*day)
			return n
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := &diary{t: t}
			bad := c(d)
			if r := verify(t, ledger.Input{Records: each(d.records)}); !r.Sound() {
				t.Fatalf("it was not sound before: %v", r.Findings)
			}
			d.take(bad)
			r := verify(t, ledger.Input{Records: each(d.records)})
			if r.First == nil || r.First.Index != int64(bad) || r.First.Code != ledger.BodyMissing || r.Checked.Removed != 0 {
				t.Errorf("it gave %+v, %v", r.Checked, r.Findings)
			}
		})
	}
}

// TestARemovalOfALaterMomentIsNoExcuse has somebody set the clock ahead, so that a posture of yesterday is old enough.
func TestARemovalOfALaterMomentIsNoExcuse(t *testing.T) {
	ahead := func(more func(d *diary)) (*diary, int) {
		d := &diary{t: t}
		bad := d.write(noon, ledger.PostureJudged, "portal", nil)
		d.write(noon+day, ledger.PostureJudged, "portal", nil)
		d.removed(noon+40*day, "portal", noon+2*day)
		more(d)
		d.take(bad)
		return d, bad
	}
	d, bad := ahead(func(d *diary) { d.write(noon+3*day, ledger.PostureJudged, "portal", nil) })
	if r := verify(t, ledger.Input{Records: each(d.records)}); !found(r, bad, ledger.BodyMissing) || r.Checked.Removed != 0 {
		t.Errorf("with an earlier entry after it, it gave %+v, %v", r.Checked, r.Findings)
	}
	d, bad = ahead(func(*diary) {})
	if r := verify(t, ledger.Input{Records: each(d.records), Now: noon + 3*day}); !found(r, bad, ledger.BodyMissing) || r.Checked.Removed != 0 {
		t.Errorf("while that moment has not come, it gave %+v, %v", r.Checked, r.Findings)
	}
	if r := verify(t, ledger.Input{Records: each(d.records), Now: noon + 40*day - 60}); !r.Sound() || r.Checked.Removed != 1 {
		t.Errorf("once it has come, it gave %+v, %v", r.Checked, r.Findings)
	}
}

// TestLawRetentionExcusesWhatItsRuleSays takes contents of any record away, and compares what is excused with the rule.
func TestLawRetentionExcusesWhatItsRuleSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d, at := &diary{t: t}, noon
		type entry struct {
			at, before civil.Instant // before is 0 for a posture
			service    ident.ID
			gone       bool
		}
		var all []entry
		for range rapid.IntRange(1, 25).Draw(rt, "entries") {
			at += civil.Instant(rapid.IntRange(0, 20).Draw(rt, "days")) * day
			e := entry{at: at, service: rapid.SampledFrom([]ident.ID{"portal", "records"}).Draw(rt, "service")}
			if rapid.IntRange(0, 3).Draw(rt, "kind") == 0 {
				e.before = at - civil.Instant(rapid.IntRange(20, 90).Draw(rt, "before"))*day
				d.removed(at, e.service, e.before)
			} else {
				n := d.write(at, ledger.PostureJudged, e.service, nil)
				if e.gone = rapid.Bool().Draw(rt, "gone"); e.gone {
					d.take(n)
				}
			}
			all = append(all, e)
		}
		r := verify(rt, ledger.Input{Records: each(d.records)})
		for i, e := range all {
			if !e.gone {
				continue
			}
			next := slices.IndexFunc(all[i+1:], func(o entry) bool { return o.before == 0 && o.service == e.service })
			excused := next >= 0 && slices.ContainsFunc(all[i+1+next:], func(o entry) bool {
				return o.before != 0 && o.service == e.service && all[i+1+next].at < o.before && o.before+30*day <= o.at
			})
			if found(r, i, ledger.BodyMissing) == excused {
				rt.Fatalf("entry %d is excused: %v, and should be: %v", i, !excused, excused)
			}
		}
	})
}
