package app

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// about works out the subject from what a person would type: r1, mfa, secure-by-design/i3, appetite, go-live.
func (c *Case) about(d *decision.Decision, text string) error {
	low := strings.ToLower(text)
	switch d.Kind {
	case decision.Acceptance:
		return subject(d, ident.KindRisk, low, c.risks(), "risk in the service file")
	case decision.FindingAcceptance:
		d.Subject = []ident.Ref{ident.To(ident.KindFinding, strings.TrimPrefix(low, ident.KindFinding+":"))}
		return nil
	case decision.Retraction:
		return subject(d, ident.KindDecision, low, c.decided(), "decision beside the service")
	}
	if strings.Contains(text, ":") {
		return whole(d, text)
	}
	switch d.Kind {
	case decision.Tailoring:
		return c.requirement(d, low)
	case decision.Exception, decision.Confirmation:
		return c.statement(d, low)
	case decision.SignOff:
		return c.signOff(d, low)
	}
	return c.reviewed(d, low)
}

// whole reads a subject that is written in full, such as requirement:PACK@VERSION#ID or gate:go-live.
func whole(d *decision.Decision, text string) error {
	ref, err := ident.ParseRef(text)
	if err != nil {
		return err
	}
	d.Subject = []ident.Ref{ref}
	if d.Kind == decision.SignOff {
		return schema.ReadWord(signs(ref), &d.Of)
	}
	return nil
}

func subject(d *decision.Decision, kind, id string, among []string, what string) error {
	id = strings.TrimPrefix(id, kind+":")
	if !slices.Contains(among, id) {
		return fault.New(fault.NotFound, "there is no %s called %s%s", what, id, didYouMean(id, among))
	}
	d.Subject = []ident.Ref{ident.To(kind, id)}
	return nil
}

func signs(ref ident.Ref) string {
	switch {
	case ref.Kind == ident.KindGate && ref.Path == "go-live":
		return "go-live"
	case ref.Kind == ident.KindGate:
		return "gate"
	case ref.Path == "register":
		return "classification"
	case strings.HasPrefix(ref.Path, "/assurance/rounds/"):
		return "round"
	}
	return ref.Path
}

func (c *Case) signOff(d *decision.Decision, text string) error {
	switch text {
	case "appetite", "tier", "scope":
		d.Of, d.Subject = decision.Of(text), []ident.Ref{ident.To(ident.KindContext, text)}
		return nil
	case "classification", "register":
		d.Of, d.Subject = decision.OfClassification, []ident.Ref{ident.To(ident.KindContext, "register")}
		return nil
	case "go-live":
		d.Of, d.Subject = decision.OfGoLive, []ident.Ref{ident.To(ident.KindGate, "go-live")}
		return nil
	}
	for i := range c.Sources.Service.Assurance.Rounds {
		if id := c.Sources.Service.Assurance.Rounds[i].ID; text == string(id) || text == "claim:/assurance/rounds/"+string(id) {
			d.Of, d.Subject = decision.OfRound, []ident.Ref{ident.Claim("assurance", "rounds", string(id))}
			return nil
		}
	}
	var gates []string
	for _, g := range c.Sources.Library.Gates {
		gates = append(gates, string(g.Item.ID))
	}
	if !slices.Contains(gates, text) {
		return fault.New(fault.NotFound, "there is nothing to sign off called %s; expected appetite, classification, tier, scope, a round of self-assessment or a gate (%s)", text, strings.Join(gates, ", "))
	}
	d.Of, d.Subject = decision.OfGate, []ident.Ref{ident.To(ident.KindGate, text)}
	return nil
}

// reviewed finds what was reviewed: a risk, an activity, a principle or a control.
func (c *Case) reviewed(d *decision.Decision, text string) error {
	var activities []string
	for _, a := range c.Sources.Library.Activities {
		activities = append(activities, string(a.Item.ID))
	}
	for _, of := range []struct {
		kind  string
		among []string
	}{{ident.KindRisk, c.risks()}, {ident.KindActivity, activities}, {ident.KindPrinciple, c.principles()}, {ident.KindControl, c.claimed()}} {
		if slices.Contains(of.among, text) {
			d.Subject = []ident.Ref{ident.To(of.kind, text)}
			return nil
		}
	}
	return fault.New(fault.NotFound, "there is no risk, activity, principle or control called %s; what else was reviewed is written in full, such as framework:ncsc-caf", text)
}

func (c *Case) requirement(d *decision.Decision, text string) error {
	var names []string
	for _, e := range c.Sources.Library.Controls {
		if string(e.Item.ID) == text {
			d.Subject = []ident.Ref{e.Ref}
			return nil
		}
		names = append(names, string(e.Item.ID))
	}
	return fault.New(fault.NotFound, "there is no control in the library called %s%s", text, didYouMean(text, names))
}

// statement finds a principle, or a statement of one as PRINCIPLE/STATEMENT.
func (c *Case) statement(d *decision.Decision, text string) error {
	principle, statement, one := strings.Cut(text, "/")
	for _, e := range c.Sources.Library.Principles {
		pack, rest, _ := strings.Cut(e.Ref.Path, "@")
		if string(e.Item.ID) != principle && pack != principle {
			continue
		}
		d.Subject = []ident.Ref{e.Ref}
		if !one {
			return nil
		}
		var names []string
		for i := range e.Item.Statements {
			names = append(names, string(e.Item.Statements[i].ID))
		}
		if !slices.Contains(names, statement) {
			return fault.New(fault.NotFound, "%s has no statement %s; it has %s", principle, statement, strings.Join(names, ", "))
		}
		if version, _, ok := strings.Cut(rest, "#"); ok {
			d.Subject = []ident.Ref{ident.Requirement(pack, version, statement)}
		}
		return nil
	}
	return fault.New(fault.NotFound, "there is no principle in force called %s%s; the statements of one are written PRINCIPLE/STATEMENT", principle, didYouMean(principle, c.principles()))
}

func (c *Case) principles() (ids []string) {
	for _, e := range c.Sources.Library.Principles {
		ids = append(ids, string(e.Item.ID))
	}
	return ids
}

func (c *Case) risks() (ids []string) {
	for i := range c.Sources.Service.Risks {
		ids = append(ids, string(c.Sources.Service.Risks[i].ID))
	}
	return ids
}

func (c *Case) claimed() (ids []string) {
	for i := range c.Sources.Service.Controls {
		ids = append(ids, string(c.Sources.Service.Controls[i].ID))
	}
	return ids
}

func (c *Case) components() (ids []string) {
	for i := range c.Sources.Service.Architecture.Components {
		ids = append(ids, string(c.Sources.Service.Architecture.Components[i].ID))
	}
	return ids
}

func (c *Case) decided() (ids []string) {
	for i := range c.Sources.Decisions {
		ids = append(ids, string(c.Sources.Decisions[i].ID))
	}
	return ids
}

func didYouMean(text string, names []string) string {
	if near := ident.Nearest(text, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}
