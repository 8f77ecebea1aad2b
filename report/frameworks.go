package report

import (
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

// frameworks says how the service stands against the frameworks that it chose, and which requirements come first.
func (t *text) frameworks() {
	if len(t.p.Frameworks) == 0 {
		return
	}
	t.heading("Frameworks")
	for i := range t.p.Frameworks {
		f := &t.p.Frameworks[i]
		m := look
		if f.Known && f.Meets.N == f.Meets.Of && f.Answered.N == f.Answered.Of {
			m = good
		}
		t.wrap("  "+t.mark(m)+" ", t.paint("1", string(f.ID)+" "+f.Version)+": "+f.Reasons[len(f.Reasons)-1].Text)
		t.below(f)
	}
}

// below names the requirements that come first and, where everything is asked for, all of them.
func (t *text) below(f *judge.Framework) {
	var first, rest []string
	for i := range f.Requirements {
		r := &f.Requirements[i]
		switch {
		case r.Priority:
			first = append(first, r.ID)
		case r.Meets == judge.MeetsNo:
			rest = append(rest, r.ID)
		}
	}
	if len(first) > 0 {
		t.wrap("      ", "To be improved first, since a reviewer found them below the profile: "+some(first, 12))
	}
	if len(rest) > 0 {
		t.wrap("      ", "Below the profile: "+some(rest, 12))
	}
	if !t.style.All {
		return
	}
	for i := range f.Requirements {
		r := &f.Requirements[i]
		level := string(r.Level)
		if level == "" {
			level = standingWords(r.Standing)
		}
		t.wrap("      "+pad(r.ID, 10), level+". "+r.Reasons[0].Text)
	}
}

// suppliers says which suppliers need a look.
func (t *text) suppliers() {
	if len(t.p.Suppliers) == 0 {
		return
	}
	t.heading("Suppliers (" + strconv.Itoa(len(t.p.Suppliers)) + ")")
	var quiet []string
	for i := range t.p.Suppliers {
		s := &t.p.Suppliers[i]
		if s.Standing == judge.SupplierReady && !t.style.All {
			quiet = append(quiet, s.Name)
			continue
		}
		t.wrap("  "+t.mark(supplierMark(s.Standing))+" ", t.paint("1", string(s.ID))+" ("+s.Name+"): "+supplierWords(s.Standing))
		for k := range s.Reasons {
			t.wrap("      ", s.Reasons[k].Text)
		}
	}
	if len(quiet) > 0 {
		t.wrap("  "+t.mark(good)+" ", "ready: "+some(quiet, 8))
	}
}

func supplierMark(s judge.SupplierStanding) mark {
	switch s {
	case judge.SupplierReady, judge.SupplierEnded:
		return good
	case judge.SupplierBlocked:
		return bad
	}
	return look
}
