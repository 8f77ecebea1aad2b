package app

import (
	"cmp"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Making says who decided, when and why.
type Making struct {
	By, Role, Reason, ValidUntil, ProposedBy, Made string
	Consulted, With, Conditions                    []string
	ThroughLife                                    bool
	Key                                            string // a file with a private ed25519 key, as PEM
	Signer                                         string
}

// Made is a decision that was recorded.
type Made struct {
	File     string
	Decision decision.Decision
	State    judge.Decision // where it stands
	Zone     civil.Zone
}

// MakeDecision records a decision: a draft, completed by who decided, when and why. It is written only when it is whole.
func MakeDecision(where Where, file string, m Making, now civil.Instant) (*Made, error) {
	c, err := LoadOne(where)
	if err != nil {
		return nil, err
	}
	source, err := folder.Read(file)
	if err != nil {
		return nil, err
	}
	doc, err := schema.Parse(source)
	if err != nil {
		return nil, err
	}
	d, err := c.complete(doc, m, now)
	if err != nil {
		return nil, err
	}
	if m.Key != "" || m.Signer != "" {
		if err := c.sign(&d, m); err != nil {
			return nil, err
		}
	}
	text, err := schema.YAML(&d)
	if err != nil {
		return nil, err
	}
	if _, err := decision.Read(schema.Source{File: file, Text: text}); err != nil {
		return nil, err
	}
	if slices.Contains(c.decided(), string(d.ID)) {
		return nil, fault.New(fault.Conflict, "there is a decision with the id %s already; records are only ever added: give the draft another id", d.ID)
	}
	made := &Made{File: filepath.Join(c.Kept.RecordsDir("decisions"), string(d.ID)+".yaml"), Decision: d, Zone: c.Zone}
	if err := folder.Create(made.File, text); err != nil {
		return nil, err
	}
	made.State, err = c.stateWith(d, now)
	return made, err
}

// stateWith gives where a decision stands once it is recorded.
func (c *Case) stateWith(d decision.Decision, now civil.Instant) (judge.Decision, error) {
	sources := c.Sources
	sources.Decisions = append(slices.Clone(sources.Decisions), d)
	posture, err := assess.Assess(sources, max(now, c.Zone.From(d.Made)))
	if err != nil {
		return judge.Decision{}, err
	}
	report.Say(posture)
	i := slices.IndexFunc(posture.Decisions, func(x judge.Decision) bool { return x.ID == d.ID })
	if i < 0 {
		return judge.Decision{}, fault.New(fault.Internal, "the decision %s was not found again", d.ID)
	}
	return posture.Decisions[i], nil
}

// complete fills a draft with who decided, when and why: what is said now goes before what the draft says.
func (c *Case) complete(doc *schema.Document, m Making, now civil.Instant) (decision.Decision, error) {
	d := decision.Decision{Made: civil.MomentOf(now)}
	if err := doc.DecodeDraft(&d); err != nil {
		return d, err
	}
	if err := c.people(&d, m); err != nil {
		return d, err
	}
	d.Reason = cmp.Or(m.Reason, d.Reason)
	d.ThroughLife = d.ThroughLife || m.ThroughLife
	d.Conditions = append(d.Conditions, m.Conditions...)
	for _, t := range []struct {
		flag, text string
		into       *civil.Moment
	}{{"--made", m.Made, &d.Made}, {"--valid-until", m.ValidUntil, &d.ValidUntil}} {
		if t.text == "" {
			continue
		}
		moment, err := civil.ParseMoment(t.text)
		if err != nil {
			return d, fault.Wrap(fault.Invalid, err, "%s", t.flag)
		}
		*t.into = moment
	}
	if err := d.Missing(); err != nil {
		return d, err
	}
	if err := c.fits(&d); err != nil {
		return d, err
	}
	return d, decision.Validate(&d)
}

// fits says in the words of the command line what the record's own grammar would say of a file.
func (c *Case) fits(d *decision.Decision) error {
	ends := d.Kind == decision.Acceptance || d.Kind == decision.FindingAcceptance || d.Kind == decision.Exception
	end, made := c.Zone.Until(d.ValidUntil), c.Zone.From(d.Made)
	switch {
	case d.ProposedBy != "" && (d.ProposedBy == string(d.By) || slices.Contains(d.With, ident.ID(d.ProposedBy))):
		return fault.New(fault.Invalid, "%s proposed it and decides it too (--proposed-by, --by): who proposes a decision is not who makes it", d.ProposedBy)
	case ends && d.ValidUntil.IsZero():
		return fault.New(fault.Invalid, "say how long it holds: --valid-until, or `valid_until` in the draft; nothing of the kind %s holds for ever", d.Kind)
	case end != 0 && end <= made:
		return fault.New(fault.Invalid, "--valid-until: %s is over before it is made, on %s", d.ValidUntil, d.Made)
	}
	return nil
}

// people fills in who decided and in which role.
func (c *Case) people(d *decision.Decision, m Making) error {
	d.ProposedBy = cmp.Or(m.ProposedBy, d.ProposedBy)
	d.By = ident.ID(cmp.Or(m.By, string(d.By)))
	for _, id := range m.With {
		d.With = append(d.With, ident.ID(id))
	}
	for _, who := range append([]ident.ID{d.By}, d.With...) {
		if err := c.person(who); err != nil {
			return err
		}
	}
	var err error
	if d.Role, err = c.role("--role", cmp.Or(m.Role, string(d.Role))); err != nil {
		return err
	}
	for _, name := range m.Consulted {
		role, err := c.role("--consulted", name)
		if err != nil {
			return err
		}
		d.Consulted = append(d.Consulted, role)
	}
	return nil
}

// person refuses somebody whom the organisation file does not know.
func (c *Case) person(id ident.ID) error {
	if id == "" || c.Sources.Organisation == nil {
		return nil
	}
	var known []string
	for i := range c.Sources.Organisation.People {
		known = append(known, string(c.Sources.Organisation.People[i].ID))
	}
	if slices.Contains(known, string(id)) {
		return nil
	}
	return fault.New(fault.NotFound, "the organisation file knows nobody called %s%s", id, didYouMean(string(id), known))
}

// role finds a role by its id, its title or another name for it.
func (c *Case) role(flag, name string) (ident.ID, error) {
	if name == "" {
		return "", nil
	}
	var known []string
	for _, p := range c.Sources.Library.Packs {
		for i := range p.Roles {
			r := &p.Roles[i]
			for _, n := range append([]string{string(r.ID), r.Title}, r.Also...) {
				if strings.EqualFold(n, name) {
					return r.ID, nil
				}
			}
			known = append(known, string(r.ID))
		}
	}
	if hint := didYouMean(name, known); hint != "" {
		return "", fault.New(fault.NotFound, "%s: there is no role %s%s", flag, name, hint)
	}
	return "", fault.New(fault.NotFound, "%s: there is no role %s; `bulkhead library show roles` lists them", flag, name)
}

// sign signs a decision with a key that the organisation file names, and makes sure that it counts.
func (c *Case) sign(d *decision.Decision, m Making) error {
	switch {
	case m.Signer == "":
		return fault.New(fault.Invalid, "--key needs --signer: the name that the organisation file gives the key")
	case m.Key == "":
		return fault.New(fault.Invalid, "--signer needs --key: the file that holds the private key")
	}
	key, err := privateKey(m.Key)
	if err != nil {
		return err
	}
	if err := decision.Sign(d, ident.ID(m.Signer), key); err != nil {
		return err
	}
	if !decision.Verified(d, c.Sources.Organisation, c.Zone) {
		return fault.New(fault.Invalid, "the signature would not count: the organisation file has no signer %s with this key for %s on %s", m.Signer, cmp.Or(string(d.By), "nobody (--by)"), d.Made)
	}
	return nil
}

func privateKey(file string) (ed25519.PrivateKey, error) {
	source, err := folder.Read(file)
	if err != nil {
		return nil, err
	}
	bad := fault.New(fault.Invalid, "%s: expected a private ed25519 key as PEM (PRIVATE KEY)", file)
	block, _ := pem.Decode(source.Text)
	if block == nil {
		return nil, bad
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, bad
	}
	return key, nil
}

// CheckOne judges the one service at a place, and works out what to do next.
func CheckOne(where Where, at When) (*Checked, error) { return one(where, at, Check) }

// JudgeOne judges the one service at a place.
func JudgeOne(where Where, at When) (*Checked, error) { return one(where, at, Judge) }

func one(where Where, at When, judge func(Where, When) (*Checked, error)) (*Checked, error) {
	checked, err := judge(where, at)
	if err != nil {
		return nil, err
	}
	if checked.Many {
		return nil, manyServices(where)
	}
	return checked, nil
}
