package sarif

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/model"
)

func (one *result) id() string {
	if one.RuleID != "" {
		return one.RuleID
	}
	return one.Rule.ID
}

func (r *reader) observation(one *result, b *book) evidence.Observation {
	k, id := b.find(one), one.id()
	var n names
	switch {
	case k != nil && (id == "" || id == k.rule):
		n = k.names
	case id == "":
		r.out.Note(noRule, 1, "")
		n.weakness = b.tool + ":no-rule"
	default: // not in the list of rules, or beneath one of them
		n = name(b.tool, id, nil, nil)
	}
	if k == nil {
		k = &known{}
	}
	o := evidence.Observation{Place: r.place(one, b), Weakness: n.weakness, Aliases: n.aliases, Result: r.result(one)}
	if o.Result != evidence.Passed && o.Result != evidence.NotApplicable {
		o.Severity = severity(one, k)
	}
	text, cut := foreign.Line(one.Message.text(k), foreign.MaxText)
	if text == "" {
		text = k.short
	}
	if strings.HasPrefix(n.weakness, "CWE-") { // the weakness does not name the rule, so the text does
		text, cut = foreign.Line(n.rule+": "+text, foreign.MaxText)
	}
	if cut {
		r.out.Note(long, 1, "")
	}
	if one.CodeFlows || one.Stacks || one.RelatedLocations || one.Fixes || one.Attachments {
		r.out.Note(details, 1, "")
	}
	o.Text = text
	return o
}

func (r *reader) result(one *result) evidence.Outcome {
	switch one.Kind {
	case "", "fail":
		if one.suppressed() {
			r.out.Note(suppressed, 1, "")
			return evidence.NeedsReview
		}
		return evidence.Failed
	case "pass":
		return evidence.Passed
	case "open", "review":
		return evidence.NeedsReview
	case "notApplicable", "informational": // neither says that anything is right or wrong
		return evidence.NotApplicable
	}
	r.out.Note(oddKind, 1, one.Kind)
	return evidence.Unknown
}

// suppressed says whether every suppression was accepted, which is what one without a status means.
func (one *result) suppressed() bool {
	s := one.Suppressions
	return s.all > 0 && s.all == len(s.kept) && !slices.ContainsFunc(s.kept, func(s suppression) bool { return s.Status != "" && s.Status != "accepted" })
}

// place gives the first place of a result: a file and its line, or else what its language calls it.
func (r *reader) place(one *result, b *book) string {
	if len(one.Locations.kept) == 0 {
		return ""
	}
	r.out.Note(morePlaces, one.Locations.all-1, "")
	at := one.Locations.kept[0]
	file := foreign.Place(at.Physical.Artifact.URI)
	if i := at.Physical.Artifact.Index.index(len(b.files)); file == "" && i >= 0 {
		file = b.files[i]
	}
	if file == "" {
		return called(at.Logical.kept)
	}
	if strings.HasPrefix(file, "/") || len(file) > 1 && file[1] == ':' {
		r.out.Note(absolute, 1, "")
	}
	if line := at.Physical.Region.Line; line >= 1 && line < 1<<31 {
		return fmt.Sprintf("%s:%d", file, int(line))
	}
	return file
}

func called(places []logical) string {
	for _, l := range places {
		for _, s := range []string{l.Full, l.Name} {
			if s, _ = foreign.Line(s, foreign.MaxPlace); s != "" {
				return s
			}
		}
	}
	return ""
}

// severity gives how bad the tool says it is: by a number from 0 to 10 where there is one, or else by the level.
func severity(one *result, k *known) model.Band {
	for _, n := range []number{one.Properties.Severity, k.severity} {
		switch {
		case n > 10:
		case n >= 9:
			return model.VeryHigh
		case n >= 7:
			return model.High
		case n >= 4:
			return model.Medium
		case n > 0:
			return model.Low
		}
	}
	level := one.Level
	if level == "" {
		level = k.level
	}
	switch level {
	case "error":
		return model.High
	case "warning", "":
		return model.Medium
	case "note":
		return model.Low
	}
	return ""
}

// text gives what a message says: its own text, or that of its rule with the arguments put in.
func (m *message) text(k *known) string {
	text := m.Text
	if text == "" {
		text = k.messages[m.ID].Text
	}
	if len(m.Arguments.kept) == 0 || !strings.Contains(text, "{") {
		return text
	}
	return fill(text, m.Arguments.kept)
}

// fill puts arguments in the place of {0}, {1} and so on. It stops when it has more than can be shown, because a text may
// name one argument any number of times.
func fill(text string, arguments []string) string {
	const most = 8 * foreign.MaxText
	var b strings.Builder
	text = text[:min(len(text), most)]
	for text != "" && b.Len() < most {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			break
		}
		n, after, closed := strings.Cut(rest, "}")
		if closed && len(n) == 1 && n[0] >= '0' && int(n[0]-'0') < len(arguments) {
			argument := arguments[n[0]-'0']
			b.WriteString(argument[:min(len(argument), most)])
			text = after
			continue
		}
		b.WriteByte('{')
		text = rest
	}
	return b.String()
}
