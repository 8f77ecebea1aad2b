package app

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Proposal is what is to be decided.
type Proposal struct {
	Kind, Subject string
	StandingOn    string   // for an acceptance
	Compensating  []string // controls that make up for it
	Scope         []string // for an exception: components
	Risks         []string // for an exception: what it leaves open
	Departure     string   // for an exception: what is not followed
	ID            string
}

// ProposalOf gives what is to be decided for the same to be decided again: about the same, and resting on the same kind of
// things. The id is for the caller to say.
func ProposalOf(d *decision.Decision) Proposal {
	p := Proposal{Kind: string(d.Kind), StandingOn: string(d.StandingOn)}
	if len(d.Subject) > 0 {
		p.Subject = d.Subject[0].String()
	}
	for _, c := range d.Compensating {
		p.Compensating = append(p.Compensating, string(c))
	}
	for _, f := range d.Basis.Fields {
		switch risk, is := strings.CutPrefix(f.Path, "risks/"); {
		case f.Path == "scope" && d.Kind == decision.Exception:
			p.Scope = f.Value
		case f.Path == "departure" && len(f.Value) > 0:
			p.Departure = f.Value[0]
		case is:
			p.Risks = append(p.Risks, risk)
		}
	}
	return p
}

// DraftDecision writes out the record of a decision to be made, with everything that it would rest on as it is now.
func DraftDecision(where Where, p Proposal, at When) ([]byte, error) {
	c, err := LoadOne(where)
	if err != nil {
		return nil, err
	}
	now, err := at(c.Zone)
	if err != nil {
		return nil, err
	}
	in, err := judge.Prepare(c.Sources)
	if err != nil {
		return nil, err
	}
	d, err := c.Draft(in, p, now)
	if err != nil {
		return nil, err
	}
	posture := assess.Ready(in, now)
	if d.Shown, err = ident.Sum(&posture.Judgement); err != nil {
		return nil, err
	}
	return schema.YAML(&d)
}

// Draft makes the record of a decision to be made, with everything that it would rest on as it is at a moment; in are the
// sources of the case, made ready.
func (c *Case) Draft(in *judge.Inputs, p Proposal, now civil.Instant) (decision.Decision, error) {
	d, err := c.propose(p)
	if err != nil {
		return d, err
	}
	d.Outcome = outcome(d.Kind)
	if d.Kind == decision.Retraction {
		return d, nil
	}
	return judge.Draft(in, civil.NewWatch(now), d)
}

// propose makes the record that is to be filled in: its kind, its subject and what was said of it.
func (c *Case) propose(p Proposal) (d decision.Decision, err error) {
	if err := schema.ReadWord(p.Kind, &d.Kind); err != nil {
		return d, err
	}
	if d.Kind == decision.Lapse {
		return d, fault.New(fault.Invalid, "a lapse is found, not decided; to end a decision draft a retraction of it")
	}
	if err := c.about(&d, p.Subject); err != nil {
		return d, err
	}
	if d.Kind == decision.Acceptance {
		d.StandingOn = library.ByEvidenced
		if p.StandingOn != "" {
			if err := schema.ReadWord(p.StandingOn, &d.StandingOn); err != nil {
				return d, fault.Wrap(fault.Invalid, err, "--standing-on")
			}
		}
	}
	for _, id := range p.Compensating {
		if c.claim(ident.ID(id)) == nil {
			return d, fault.New(fault.NotFound, "--compensating: the service file does not claim a control %s%s", id, didYouMean(id, c.claimed()))
		}
		d.Compensating = append(d.Compensating, ident.ID(id))
	}
	if d.ID = ident.ID(p.ID); d.ID == "" {
		d.ID = freshID(c.Sources.Decisions, string(d.Kind)+"-"+lastPart(p.Subject))
	}
	return d, c.rests(&d, p)
}

// rests names what an exception or a confirmation rests on beyond its text: the facts are filled in when it is drafted.
func (c *Case) rests(d *decision.Decision, p Proposal) error {
	add := func(path string, cmp decision.Cmp, value ...string) {
		d.Basis.Fields = append(d.Basis.Fields, decision.Field{Path: path, Cmp: cmp, Value: value})
	}
	switch d.Kind {
	case decision.Exception:
		for _, id := range p.Scope {
			if !slices.Contains(c.components(), id) {
				return fault.New(fault.NotFound, "--scope: the service file has no component %s%s", id, didYouMean(id, c.components()))
			}
		}
		if len(p.Scope) > 0 {
			add("scope", decision.Subset, p.Scope...)
		}
		if p.Departure != "" {
			add("departure", decision.Wording, p.Departure)
		}
		for _, id := range p.Risks {
			if !slices.Contains(c.risks(), id) {
				return fault.New(fault.NotFound, "--risk: the service file has no risk %s%s", id, didYouMean(id, c.risks()))
			}
			add("risks/"+id, decision.Condition)
		}
	case decision.Confirmation:
		add("answer", decision.Exact)
	default:
		return nil
	}
	for _, id := range d.Compensating {
		add("controls/"+string(id), decision.Condition)
	}
	return nil
}

func outcome(k decision.Kind) string {
	switch k {
	case decision.Acceptance, decision.FindingAcceptance:
		return "accepted"
	case decision.Exception:
		return "excepted"
	case decision.Tailoring:
		return "not-applicable"
	case decision.SignOff:
		return "agreed"
	case decision.Confirmation:
		return "confirmed"
	case decision.Retraction:
		return "retracted"
	}
	return ""
}

func lastPart(s string) string {
	return string(ident.Suggest(s[strings.LastIndexAny(s, "/:#")+1:]))
}

// freshID gives an id that no decision has yet.
func freshID(have []decision.Decision, stem string) ident.ID {
	used := map[ident.ID]bool{}
	for i := range have {
		used[have[i].ID] = true
	}
	id := ident.Suggest(stem)
	for n := 2; used[id]; n++ {
		id = joinID(stem, strconv.Itoa(n))
	}
	return id
}

// ReadDraft reads a draft, which need not be whole yet.
func ReadDraft(file string) (d decision.Decision, err error) {
	source, err := folder.Read(file)
	if err != nil {
		return d, err
	}
	doc, err := schema.Parse(source)
	if err != nil {
		return d, err
	}
	return d, doc.DecodeDraft(&d)
}
