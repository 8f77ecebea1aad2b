package library

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// longestRule is how long the id of a threat rule may be: the id of a threat is that and the id of an element, and is to
// stay readable.
const longestRule = 30

// The forms of the numbers by which threats are known, and of a name in a text.
var (
	aWeakness  = regexp.MustCompile(`^CWE-[1-9]\d*$`)
	aPattern   = regexp.MustCompile(`^CAPEC-[1-9]\d*$`)
	aTechnique = regexp.MustCompile(`^T\d{4}(\.\d{3})?$`)
	aName      = regexp.MustCompile(`\{[^{}]*\}`)
)

// threat checks one threat rule. What its traits ask is for package threat, which knows what can be asked.
func (l *linter) threat(r *Rule) {
	path := "/threats/" + string(r.ID)
	if len(r.ID) > longestRule {
		l.bad(path+"/id", "the id %q has %d characters; the most is %d, since it is part of the id of every threat that it finds", r.ID, len(r.ID), longestRule)
	}
	if strings.Contains(string(r.ID), ".") {
		l.bad(path+"/id", "the id %q has a full stop, which parts the rule from the element in the ids of threats: use a hyphen", r.ID)
	}
	if len(r.Stride)+len(r.Linddun) == 0 {
		l.bad(path, "say what it is by stride or by linddun, or by both")
	}
	l.names(path+"/title", r.Title, r.names())
	l.names(path+"/text", r.Text, r.names())
	for i, a := range r.Ask {
		l.names(fmt.Sprintf("%s/ask/%d", path, i), a.Text, r.names())
	}
	l.numbers(path+"/weaknesses", aWeakness, "CWE-306", r.Weaknesses)
	l.numbers(path+"/patterns", aPattern, "CAPEC-115", r.Patterns)
	l.numbers(path+"/techniques", aTechnique, "T1190 or T1552.001", r.Techniques)
}

// names gives what may stand for a name in the texts of a rule.
func (r *Rule) names() []string {
	if r.On == OnAFlow {
		return []string{"{it}", "{source}", "{destination}"}
	}
	return []string{"{it}"}
}

func (l *linter) names(path, text string, known []string) {
	for _, name := range aName.FindAllString(text, -1) {
		if !slices.Contains(known, name) {
			l.bad(path, "%s stands for nothing here; write %s", name, strings.Join(known, ", "))
		}
	}
}

func (l *linter) numbers(path string, form *regexp.Regexp, such string, numbers []string) {
	for _, n := range numbers {
		if !form.MatchString(n) {
			l.bad(path, "%q is not such a number; write it as in %s", n, such)
		}
	}
}

func (l *linter) step(s *Step) {
	path := "/steps/" + string(s.ID)
	l.names(path+"/title", s.Title, []string{"{from}", "{to}"})
	l.numbers(path+"/techniques", aTechnique, "T1190 or T1552.001", s.Techniques)
	seen := map[ident.ID]bool{}
	for i, b := range s.Barriers {
		if seen[b.Control] {
			l.bad(fmt.Sprintf("%s/barriers/%d", path, i), "the barrier %q is there twice, and would count twice", b.Control)
		}
		seen[b.Control] = true
	}
}

// threatScale checks that it rates every exposure once, that its grades rise, and that what is required is at least what
// is raised.
func (l *linter) threatScale() {
	s := &l.ThreatScale
	if len(s.Exposure)+len(s.Grades) == 0 && s.Raise == "" && s.Require == "" {
		return
	}
	l.exposures(s.Exposure)
	if s.Unknown < 1 || s.Least < 1 || s.Easy < 1 {
		l.bad("/threat_scale", "say how likely it is where nobody said who can reach it (unknown), how bad where no row fits (least), and which paths are easy (easy), each from 1")
	}
	for i := range s.Grades {
		path := fmt.Sprintf("/threat_scale/grades/%d", i)
		l.text(path+"/word", s.Grades[i].Word)
		if i == 0 {
			continue
		}
		switch g, before := &s.Grades[i], &s.Grades[i-1]; {
		case g.Level < before.Level:
			l.bad(path, "the grade %s is of level %d and comes after one of level %d; write them from low to high", g.Word, g.Level, before.Level)
		case (g.Level == before.Level) != (g.Word == before.Word):
			l.bad(path, "the grade %s is of level %d, and the one before it is %s of level %d; each level has one word", g.Word, g.Level, before.Word, before.Level)
		}
	}
	if s.Raise.Rank() == 0 || s.Require.Rank() == 0 || s.Raise.Rank() > s.Require.Rank() {
		l.bad("/threat_scale", "raise is %q and require is %q; name two bands, require not below raise", s.Raise, s.Require)
	}
}

func (l *linter) exposures(rows []Exposed) {
	for _, to := range []model.Trust{model.Isolated, model.Internal, model.Partner, model.Public} {
		n := 0
		for _, row := range rows {
			if row.To == to {
				n++
			}
		}
		if n != 1 {
			l.bad("/threat_scale/exposure", "there are %d rows for %s; there is to be one", n, to)
		}
	}
}

// threats checks what threat rules and steps say of other items: that every control is one of the catalogue, that every
// grade of data is one of the scale, and that no id of a rule was another's.
func (s *packSet) threats(p *Pack) {
	for _, r := range p.Threats {
		path := "/threats/" + string(r.ID)
		s.need(path+"/answers", "controls", r.Answers...)
		s.grade(path+"/where", r.Where)
		for i, stop := range r.Stopped {
			at := fmt.Sprintf("%s/stopped/%d", path, i)
			s.need(at, "controls", stop.Control)
			s.grade(at, stop.When)
		}
		for _, former := range r.Formerly {
			if in, taken := s.known["threats"][string(former)]; taken {
				s.bad(path+"/formerly", "%q is the id of a rule of the pack %s; an id is never given to something else", former, in)
			}
		}
	}
	for _, st := range p.Steps {
		path := "/steps/" + string(st.ID)
		s.need(path+"/seen", "controls", st.Seen...)
		for i, b := range st.Barriers {
			at := fmt.Sprintf("%s/barriers/%d", path, i)
			s.need(at, "controls", b.Control)
			s.grade(at, slices.Concat(b.Only, b.Said, b.Denied))
		}
	}
}

// grade tells of words of data that the scale does not have.
func (s *packSet) grade(path string, traits []Trait) {
	for _, t := range traits {
		for _, word := range slices.Concat(t.In, t.NotIn) {
			if t.Is == "sensitivity" && !slices.Contains(s.grades, word) {
				s.bad(path, "sensitivity cannot be %q; by the scale of threats it is one of %v", word, s.grades)
			}
		}
	}
}

// threatScales learns the words for how bad a threat is, and checks that at most one pack has them: of two scales nobody
// could tell which counts.
func (s *packSet) threatScales(packs []Pack) {
	var first ident.ID
	s.grades = []string{"none", "unknown"}
	for i := range packs {
		scale := &packs[i].ThreatScale
		if len(scale.Exposure) == 0 {
			continue
		}
		if s.Pack = &packs[i]; first != "" {
			s.bad("/threat_scale", "the pack %s has a scale for threats too; give yours the id of that pack to take its place", first)
		}
		first = s.ID
		for _, g := range scale.Grades {
			if !slices.Contains(s.grades, g.Word) {
				s.grades = append(s.grades, g.Word)
			}
		}
	}
}
