package app

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
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
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Proposal is what is to be decided.
type Proposal struct {
	Kind, Subject string
	StandingOn    string
	Compensating  []string
	ID            string
}

// DraftDecision writes out the record of a decision to be made, with everything that it would rest on as it is now.
func DraftDecision(where Where, p Proposal, now civil.Instant) ([]byte, error) {
	c, err := LoadOne(where)
	if err != nil {
		return nil, err
	}
	var d decision.Decision
	if err := schema.ReadWord(p.Kind, &d.Kind); err != nil {
		return nil, err
	}
	in, err := judge.Prepare(c.Sources)
	if err != nil {
		return nil, err
	}
	if err := c.about(&d, p.Subject); err != nil {
		return nil, err
	}
	if d.Kind == decision.Acceptance {
		d.StandingOn = library.ByEvidenced
		if p.StandingOn != "" {
			if err := schema.ReadWord(p.StandingOn, &d.StandingOn); err != nil {
				return nil, err
			}
		}
	}
	for _, id := range p.Compensating {
		d.Compensating = append(d.Compensating, ident.ID(id))
	}
	d.ID = ident.ID(p.ID)
	if d.ID == "" {
		d.ID = freshID(c.Sources.Decisions, string(d.Kind)+"-"+lastPart(p.Subject))
	}
	if d, err = judge.Draft(in, civil.NewWatch(now), d); err != nil {
		return nil, err
	}
	posture := assess.Ready(in, now)
	if d.Shown, err = ident.Sum(&posture.Judgement); err != nil {
		return nil, err
	}
	d.Outcome = outcome(d.Kind)
	return schema.YAML(&d)
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
		id = ident.Suggest(stem + "-" + strconv.Itoa(n))
	}
	return id
}

// about works out the subject from what a person would type: r1, mfa, ons-secure-by-design/i3, appetite, go-live.
func (c *Case) about(d *decision.Decision, text string) error {
	if strings.Contains(text, ":") {
		ref, err := ident.ParseRef(text)
		d.Subject = []ident.Ref{ref}
		if err == nil && d.Kind == decision.SignOff && d.Of == "" {
			return schema.ReadWord(signs(ref), &d.Of)
		}
		return err
	}
	switch d.Kind {
	case decision.Acceptance:
		d.Subject = []ident.Ref{ident.To(ident.KindRisk, strings.ToLower(text))}
	case decision.FindingAcceptance:
		d.Subject = []ident.Ref{ident.To(ident.KindFinding, text)}
	case decision.Retraction:
		d.Subject = []ident.Ref{ident.To(ident.KindDecision, text)}
	case decision.Tailoring:
		return c.requirement(d, text)
	case decision.Exception, decision.Confirmation:
		return c.statement(d, text)
	case decision.SignOff:
		return signOff(d, text)
	default:
		return fault.New(fault.Invalid, "write the subject of a %s in full, such as risk:r1", d.Kind)
	}
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
	}
	return ref.Path
}

func signOff(d *decision.Decision, text string) error {
	switch text {
	case "appetite", "tier", "scope":
		d.Of, d.Subject = decision.Of(text), []ident.Ref{ident.To(ident.KindContext, text)}
	case "classification", "register":
		d.Of, d.Subject = decision.OfClassification, []ident.Ref{ident.To(ident.KindContext, "register")}
	case "go-live":
		d.Of, d.Subject = decision.OfGoLive, []ident.Ref{ident.To(ident.KindGate, "go-live")}
	default:
		id, err := ident.ParseID(text)
		if err != nil {
			return err
		}
		d.Of, d.Subject = decision.OfGate, []ident.Ref{ident.To(ident.KindGate, string(id))}
	}
	return nil
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
	return fault.New(fault.NotFound, "there is no control %q in the library%s", text, didYouMean(text, names))
}

// statement finds a principle, or a statement of one as PRINCIPLE/STATEMENT.
func (c *Case) statement(d *decision.Decision, text string) error {
	principle, statement, one := strings.Cut(text, "/")
	var names []string
	for _, e := range c.Sources.Library.Principles {
		pack, rest, _ := strings.Cut(e.Ref.Path, "@")
		if string(e.Item.ID) == principle || pack == principle {
			d.Subject = []ident.Ref{e.Ref}
			if version, _, ok := strings.Cut(rest, "#"); one && ok {
				d.Subject = []ident.Ref{ident.Requirement(pack, version, statement)}
			}
			return nil
		}
		names = append(names, string(e.Item.ID))
	}
	return fault.New(fault.NotFound, "there is no principle %q in the library%s", principle, didYouMean(principle, names))
}

func didYouMean(text string, names []string) string {
	if near := ident.Nearest(text, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// Made says who decided, when and why.
type Made struct {
	By, Role, Reason, ValidUntil, ProposedBy, Made string
	Consulted, With, Conditions                    []string
	ThroughLife                                    bool
	Key                                            string // a file with a private ed25519 key, as PEM
	Signer                                         string
}

// MakeDecision records a decision: a draft, completed by who decided, when and why. It is written only when it is whole.
func MakeDecision(where Where, file string, m Made, now civil.Instant) (path string, d decision.Decision, err error) {
	c, err := LoadOne(where)
	if err != nil {
		return "", d, err
	}
	source, err := folder.Read(file)
	if err != nil {
		return "", d, err
	}
	doc, err := schema.Parse(source)
	if err != nil {
		return "", d, err
	}
	if d, err = complete(doc, m, now); err != nil {
		return "", d, err
	}
	if m.Key != "" {
		if err := sign(&d, m); err != nil {
			return "", d, err
		}
	}
	text, err := schema.YAML(&d)
	if err != nil {
		return "", d, err
	}
	if _, err := decision.Read(schema.Source{File: file, Text: text}); err != nil {
		return "", d, err
	}
	path = filepath.Join(c.Kept.RecordsDir("decisions"), string(d.ID)+".yaml")
	return path, d, folder.Create(path, text)
}

// complete fills a draft with who decided, when and why: what is said now goes before what the draft says.
func complete(doc *schema.Document, m Made, now civil.Instant) (decision.Decision, error) {
	d := decision.Decision{Role: ident.ID(m.Role), Reason: m.Reason, Made: civil.MomentOf(now)}
	if err := doc.DecodeDraft(&d); err != nil {
		return d, err
	}
	if m.Role != "" {
		d.Role = ident.ID(m.Role)
	}
	if m.Reason != "" {
		d.Reason = m.Reason
	}
	if m.By != "" {
		d.By = ident.ID(m.By)
	}
	if m.ProposedBy != "" {
		d.ProposedBy = m.ProposedBy
	}
	d.ThroughLife = d.ThroughLife || m.ThroughLife
	for _, id := range m.Consulted {
		d.Consulted = append(d.Consulted, ident.ID(id))
	}
	for _, id := range m.With {
		d.With = append(d.With, ident.ID(id))
	}
	d.Conditions = append(d.Conditions, m.Conditions...)
	for _, t := range []struct {
		text string
		into *civil.Moment
	}{{m.Made, &d.Made}, {m.ValidUntil, &d.ValidUntil}} {
		if t.text == "" {
			continue
		}
		moment, err := civil.ParseMoment(t.text)
		if err != nil {
			return d, err
		}
		*t.into = moment
	}
	if err := d.Missing(); err != nil {
		return d, err
	}
	return d, decision.Validate(&d)
}

func sign(d *decision.Decision, m Made) error {
	if m.Signer == "" {
		return fault.New(fault.Invalid, "--key needs --signer: the name that the organisation file gives the key")
	}
	source, err := folder.Read(m.Key)
	if err != nil {
		return err
	}
	block, _ := pem.Decode(source.Text)
	if block == nil {
		return fault.New(fault.Invalid, "%s: expected a private ed25519 key as PEM (PRIVATE KEY)", m.Key)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return fault.New(fault.Invalid, "%s: expected a private ed25519 key as PEM (PRIVATE KEY)", m.Key)
	}
	return decision.Sign(d, ident.ID(m.Signer), key)
}

// ListDecisions gives the state of every decision of a service.
func ListDecisions(where Where, at func(civil.Zone) (civil.Instant, error)) (*assess.Posture, civil.Zone, error) {
	checked, err := Check(where, at)
	if err != nil {
		return nil, civil.Zone{}, err
	}
	if checked.Many {
		return nil, civil.Zone{}, fault.New(fault.Invalid, "%s is a folder of services; name one of them", where.Path)
	}
	report.Say(checked.Postures[0])
	return checked.Postures[0], checked.Zone, nil
}
