package report

import (
	"strconv"
	"strings"

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
		var why []string
		for k := range r.Reasons {
			why = append(why, r.Reasons[k].Text)
		}
		t.wrap("      "+pad(r.ID, 9)+" ", level+". "+strings.Join(why, ". "))
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

// notices lists what the team gave a date to, and whose date has come.
func (t *text) notices() {
	if len(t.p.Notices) == 0 {
		return
	}
	t.heading("Past its date (" + strconv.Itoa(len(t.p.Notices)) + ")")
	for i := range t.p.Notices {
		n := &t.p.Notices[i]
		t.wrap("  "+t.mark(look)+" ", refWords(n.ID)+": "+n.Reasons[0].Text)
	}
}

// obligations lists what applies, where everything is asked for, and always what the team says no to that applies.
func (t *text) obligations() {
	var shown []*judge.Obligation
	for i := range t.p.Context.Obligations {
		o := &t.p.Context.Obligations[i]
		if t.style.All || o.Applies != "no" && o.Applies != "yes" {
			shown = append(shown, o)
		}
	}
	if len(shown) == 0 {
		return
	}
	t.heading("Obligations")
	for _, o := range shown {
		applies := string(o.Applies)
		if applies == "" {
			applies = "unknown"
		}
		m := good
		if o.Applies != "yes" && o.Applies != "no" {
			m = look
		}
		t.wrap("  "+t.mark(m)+" ", t.paint("1", string(o.ID))+" ("+o.Title+"): applies: "+applies)
		for k := range o.Reasons {
			t.wrap("      ", o.Reasons[k].Text)
		}
	}
}

// duties tells of lines of the plan's table of responsibilities that do not hold; of all, where everything is asked for.
func (t *text) duties() {
	type duty struct {
		mark mark
		text string
	}
	var said []duty
	for i := range t.p.Duties {
		for k := range t.p.Duties[i].Reasons {
			r := &t.p.Duties[i].Reasons[k]
			m := look
			if r.Code == "duty.held" {
				m = good
			}
			if m == look || t.style.All {
				said = append(said, duty{m, r.Text})
			}
		}
	}
	if len(said) == 0 {
		return
	}
	t.heading("Who answers")
	for _, s := range said {
		t.wrap("  "+t.mark(s.mark)+" ", s.text)
	}
}
