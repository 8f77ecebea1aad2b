package assess_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"pgregory.net/rapid"
)

// This file makes inputs for the laws: believable services with everything that the engine looks at, much of it unknown,
// an organisation or none, evidence around the moment of judgement, and decisions that rest on a basis that was real when
// they were made and may be no more. Every law draws from here, so that a stage that is added is added in one place.

// now is the moment around which all dates lie. It is in summer time, so that days do not begin at midnight UTC.
const now civil.Instant = 1781524800 // 2026-06-15T12:00:00Z

var builtin = sync.OnceValue(func() *library.Library { return libraryOf(0) })

// impatient is the built-in library with so few probes that the next change is often only bounded.
var impatient = sync.OnceValue(func() *library.Library { return libraryOf(2) })

// gen draws from rapid in short words. It draws for a library, which is the built-in one where none is said.
type gen struct {
	*rapid.T
	n   int
	lib *library.Library
}

// packs gives the library that is drawn for.
func (g *gen) packs() *library.Library {
	if g.lib == nil {
		return builtin()
	}
	return g.lib
}

func (g *gen) label() string { g.n++; return strconv.Itoa(g.n) }

// int draws from a range, low numbers more often: what is usual comes first wherever something is drawn.
func (g *gen) int(from, to int) int { return from + rapid.IntRange(0, to-from).Draw(g.T, g.label()) }

// often is true in about so many of ten.
func (g *gen) often(of10 int) bool { return g.int(0, 9) < of10 }

func one[T any](g *gen, of ...T) T { return of[g.int(0, len(of)-1)] }

// some draws a part of a list, in its order.
func some[T any](g *gen, of []T, of10 int) (out []T) {
	for _, x := range of {
		if g.often(of10) {
			out = append(out, x)
		}
	}
	return out
}

func shuffled[T any](g *gen, list []T) []T {
	if len(list) < 2 {
		return slices.Clone(list)
	}
	return rapid.Permutation(list).Draw(g.T, g.label())
}

// day gives the day so many days from today.
func day(n int) civil.Date { return civil.Zone{}.On(now + civil.Instant(n)*86400) }

func (g *gen) date() civil.Date {
	switch {
	case g.often(2):
		return civil.Date{}
	case g.often(3):
		return day(g.int(0, 5) - 2)
	case g.often(4):
		return day(g.int(1, 200))
	}
	return g.past(0, 900)
}

// past draws a day so many days ago; a negative number is in the future.
func (g *gen) past(from, to int) civil.Date { return day(-g.int(from, to)) }

func (g *gen) moment(from, to int) civil.Moment {
	if g.often(5) {
		return civil.MomentOn(g.past(from, to))
	}
	return civil.MomentOf(now - civil.Instant(g.int(from*24, to*24)*3600) + civil.Instant(g.int(0, 3)*17))
}

// observed draws when something was seen: most often of late, at times long ago or still to come.
func (g *gen) observed() civil.Moment {
	switch g.int(0, 7) {
	case 6:
		return g.moment(100, 700)
	case 7:
		return g.moment(-60, 0)
	}
	return g.moment(0, 100)
}

func (g *gen) attribute() model.Attribute {
	return one(g, model.No, model.No, model.Yes, model.Unknown)
}

func ids(stem string, n int) []ident.ID {
	out := make([]ident.ID, n)
	for i := range out {
		out[i] = ident.ID(stem + strconv.Itoa(i))
	}
	return out
}

// plan is the names that the parts of one service use for each other.
type plan struct {
	components, data, flows, zones, losses, controls []ident.ID
}

func (g *gen) service(id ident.ID, providers []ident.ID) *model.Service {
	p := plan{components: ids("c", one(g, 3, 4, 5, 2, 1, 0)), data: ids("d", one(g, 2, 1, 3, 0)), zones: ids("z", one(g, 2, 3, 1, 0)), losses: ids("l", g.int(0, 2))}
	s := &model.Service{Bulkhead: "v1"}
	s.Service = g.identity(id)
	s.Data = g.data(p)
	s.Architecture = g.architecture(&p)
	s.Controls = g.controls(&p, providers)
	s.Risks = g.risks(p)
	s.Context = g.context(p)
	s.Plan = g.plan()
	s.Answers = append(g.answers(), g.requirementAnswers(g.packs(), s.Plan.Frameworks)...)
	s.Incidents = g.incidents(p)
	s.Operation = g.operation()
	s.Suppliers = g.suppliers(p)
	g.connect(s, &p)
	g.triage(s, g.packs())
	g.dates(s)
	return s
}

func (g *gen) identity(id ident.ID) model.Identity {
	out := model.Identity{
		ID: id, Name: "Service " + string(id), Purpose: one(g, "To serve", ""), Unit: one[ident.ID](g, "team", "team", "division", "department", "", "nowhere"),
		Phase: one(g, model.Live, model.PublicBeta, model.PrivateBeta, model.Alpha, model.Discovery, model.InService, model.Retiring, model.Demonstration, model.Manufacture, model.Concept, model.Assessment, model.Disposal),
		Tier:  one[ident.ID](g, "", "low", "medium", "high", "very-high"),
	}
	if g.often(4) {
		out.AdoptedAt, out.EnteredAtPhase = g.past(-30, 400), one(g, model.Alpha, model.PrivateBeta, model.Live, model.InService, model.Demonstration)
	}
	return out
}

func (g *gen) context(p plan) model.Context {
	c := model.Context{
		Classification: one(g, model.Official, model.Official, model.Secret, ""), Scope: model.Scope{Boundaries: g.boundaries(p)},
		BusinessImpact: model.BusinessImpact{Criticality: g.criticality(), Worst: model.Impact{Safety: one[model.Level](g, 0, 0, 1, 2, 3)}},
		DataProtection: g.screen(), Obligations: g.obligations(),
		Appetite: model.Appetite{Max: g.band(), Statement: one(g, "", "Little"), UnacceptableLosses: make([]model.Loss, len(p.losses))},
	}
	for i, id := range p.losses {
		c.Appetite.UnacceptableLosses[i] = model.Loss{ID: id, Text: "Loss"}
	}
	if g.often(3) {
		c.Appetite.ByKind = []model.KindAppetite{{Kind: one[model.RiskKind](g, "security", "privacy", "safety"), Max: cmpBand(g.band(), model.Low)}}
	}
	for i := range g.int(0, 2) {
		c.Functions = append(c.Functions, model.Function{ID: ident.ID("fn" + strconv.Itoa(i)), Name: "Function", Criticality: g.criticality(), Safety: one(g, model.No, model.No, model.No, model.No, model.Yes, model.Unknown), Components: some(g, p.components, 3)})
	}
	if c.Classification != model.Secret && g.often(3) {
		c.Markings = []model.Marking{model.Sensitive}
	}
	return c
}

func cmpBand(b, other model.Band) model.Band {
	if b == "" {
		return other
	}
	return b
}

func (g *gen) boundaries(p plan) (out []model.Boundary) {
	for i := range g.int(0, 2) {
		out = append(out, model.Boundary{ID: ident.ID("b" + strconv.Itoa(i)), Name: "Boundary", With: "Others", Flows: some(g, p.flows, 4), Data: some(g, p.data, 4)})
	}
	return out
}

func (g *gen) criticality() model.Criticality {
	return one[model.Criticality](g, "low", "low", "low", "medium", "low", "", "high", "critical")
}

func (g *gen) band() model.Band {
	return one(g, model.Medium, model.High, model.Low, "", model.VeryLow, model.VeryHigh)
}

func (g *gen) data(p plan) []model.Data {
	out := make([]model.Data, len(p.data))
	for i, id := range p.data {
		d := model.Data{ID: id, Name: "Data", Classification: one(g, model.Official, model.Official, model.Secret, ""), Owner: one(g, "information-asset-owner", ""), Personal: g.attribute()}
		if d.Classification != model.Secret {
			d.Markings = some(g, []model.Marking{model.Sensitive, "PERSONAL"}, 3)
		}
		if d.Personal != model.No {
			d.SpecialCategory, d.CriminalOffence = g.attribute(), g.attribute()
			d.Records = int64(one(g, 90, 0, 20_000, 200_000, 2_000_000))
			d.Subjects = some(g, []model.People{"public", "children", "staff"}, 3)
		}
		if d.Personal != model.No && d.SpecialCategory != model.No {
			d.SpecialCategories = some(g, []model.SpecialCategory{"health", "biometric"}, 2)
		}
		d.Jurisdictions = some(g, []string{"GB", "IE"}, 3)
		out[i] = d
	}
	return out
}

var componentTypes = []model.ComponentType{"person", "external-system", "web-application", "api", "datastore", "gateway", "code-repository", "build-pipeline", "process", "identity-provider"}

func (g *gen) architecture(p *plan) (a model.Architecture) {
	for i, id := range p.zones {
		z := model.Zone{ID: id, Trust: one(g, model.Internal, model.Isolated, model.Partner, model.Public, "")}
		if i > 0 && g.often(3) {
			z.Parent = p.zones[i-1]
		}
		a.Zones = append(a.Zones, z)
	}
	for _, id := range p.components {
		c := model.Component{
			ID: id, Type: one(g, componentTypes...), Holds: some(g, p.data, 3), Handles: some(g, p.data, 2), InternetFacing: g.attribute(),
			OutOfScope: one(g, model.No, model.No, model.Unknown, model.Yes), Interfaces: some(g, []string{"https://a.example", "https://b.example"}, 2),
		}
		if len(p.zones) > 0 && g.often(8) {
			c.Zone = one(g, p.zones...)
		}
		a.Components = append(a.Components, c)
	}
	if len(p.components) > 0 {
		p.flows = ids("f", g.int(0, 5))
	}
	for _, id := range p.flows {
		a.Flows = append(a.Flows, model.Flow{ID: id, Source: one(g, p.components...), Destination: one(g, p.components...), Data: some(g, p.data, 4), Encryption: one[model.Encryption](g, "", "none", "standard", "approved"), Authentication: one[model.SignIn](g, "", "none", "token")})
	}
	return a
}

// libraryControls are on the service and on components, with one check and with two, of every coverage.
var libraryControls = []ident.ID{
	"security-roles-agreed", "risk-management-process", "data-classified", "secure-development-training", "data-retention-and-disposal", "penetration-test", "incident-plan",
	"data-protection-assessment", "gen-c0", "gen-c1", "network-segmentation", "encryption-at-rest", "encryption-in-transit", "patching", "least-privilege", "key-and-secret-management", "input-validation", "backup", "code-review", "security-logging",
}

func (g *gen) controls(p *plan, providers []ident.ID) (out []model.Control) {
	chosen := some(g, libraryControls, 4)
	for i, id := range chosen {
		if g.often(2) {
			id = ident.ID("mine-" + strconv.Itoa(i))
		}
		c := g.control(id, providers)
		if c.ID != chosen[i] && g.often(7) {
			c.Control = chosen[i] // the team's own name for a control of the library
		}
		if g.often(3) {
			c.Components = some(g, p.components, 5)
		}
		out = append(out, c)
		if rest := without(p.components, c.Components); len(c.Components) > 0 && len(rest) > 0 && g.often(5) { // the same control again, elsewhere
			other := g.control(ident.ID("other-"+strconv.Itoa(i)), providers)
			other.Control, other.Components = c.Requires(), rest
			out = append(out, other)
		}
	}
	for i := range out {
		p.controls = append(p.controls, out[i].ID)
	}
	return out
}

func without(all, some []ident.ID) (rest []ident.ID) {
	for _, id := range all {
		if !slices.Contains(some, id) {
			rest = append(rest, id)
		}
	}
	return rest
}

func (g *gen) control(id ident.ID, providers []ident.ID) model.Control {
	c := model.Control{ID: id, Progress: one(g, model.Implemented, model.Implemented, model.Implemented, model.InProgress, model.NotStarted, ""), Owner: one(g, "security-lead", ""), Due: g.date()}
	switch {
	case len(providers) > 0 && g.often(4):
		c.Origin = one(g, model.Inherited, model.Shared)
		c.Offer = model.Offered{Service: one(g, providers...), Control: one(g, append([]ident.ID{""}, libraryControls...)...)}
	case g.often(5):
		c.Origin = model.Own
	}
	if g.often(1) {
		c.Applicability, c.Reason = model.NotApplicable, "There is nothing to protect"
	}
	return c
}

func (g *gen) risks(p plan) (out []model.Risk) {
	for i := range one(g, 3, 4, 2, 5, 8, 1, 0) {
		r := model.Risk{
			ID: ident.ID("r" + strconv.Itoa(i)), Title: "Risk", Statement: one(g, "", "Somebody could"), Kind: one[model.RiskKind](g, "security", "security", "supply-chain", "privacy", "safety", ""),
			Owner: one(g, "risk-owner", "risk-owner", ""), Data: some(g, p.data, 4), Components: some(g, p.components, 4), Losses: some(g, p.losses, 2),
			Threats: some(g, ids("t", 2), 3), Response: one(g, model.Treat, model.Treat, model.Accept, model.Transfer), Due: g.date(),
		}
		if g.often(9) {
			most := one[model.Level](g, 3, 5, 4)
			r.Inherent = g.judgement(model.Judgement{Likelihood: most, Impact: model.Impact{Financial: most, Operational: most, Legal: most, Reputational: most, Safety: most}})
		}
		if g.often(8) && r.Inherent.Known() {
			r.Residual = g.judgement(r.Inherent)
		}
		if g.often(6) && r.Inherent.Known() {
			r.Target = g.judgement(r.Inherent)
		}
		r.Controls = g.links(p.controls)
		for k := range g.int(0, 1) {
			r.Actions = append(r.Actions, model.Action{ID: ident.ID(fmt.Sprint("a", i, "-", k)), Text: "Do it", Due: g.date(), Progress: one(g, "", model.InProgress, model.Implemented)})
		}
		if g.often(2) {
			r.Escalation = model.Escalation{To: "board", Raised: g.date(), Closed: one(g, civil.Date{}, civil.Date{}, g.past(0, 90))}
		}
		out = append(out, r)
	}
	return out
}

// judgement draws levels that are nowhere above a ceiling.
func (g *gen) judgement(most model.Judgement) model.Judgement {
	level := func(l model.Level) model.Level {
		if l == 0 {
			return 0
		}
		return model.Level(g.int(1, int(l)))
	}
	axis := func(l model.Level) model.Level {
		if g.often(5) {
			return 0
		}
		return level(l)
	}
	return model.Judgement{Likelihood: level(most.Likelihood), Impact: model.Impact{Financial: level(most.Impact.Financial), Operational: axis(most.Impact.Operational), Legal: axis(most.Impact.Legal), Reputational: axis(most.Impact.Reputational), Safety: axis(most.Impact.Safety)}}
}

func (g *gen) links(controls []ident.ID) (out []model.Reliance) {
	for _, id := range some(g, controls, 3) {
		out = append(out, model.Reliance{Control: id, Lowers: one[model.Reduced](g, "likelihood", "likelihood", "impact", "financial", "safety"), Steps: int64(g.int(1, 3))})
	}
	return out
}

func (g *gen) plan() model.Plan {
	var out model.Plan
	for _, a := range g.packs().Activities {
		if !g.often(4) {
			continue
		}
		claim := model.Activity{ID: a.Item.ID, Done: g.date(), Next: one(g, civil.Date{}, g.date()), Due: one(g, civil.Date{}, g.date())}
		for range g.int(0, 2) {
			claim.Outputs = append(claim.Outputs, model.Artefact{Title: "Output", Version: one(g, "1", "1", "1", ""), Date: g.past(-5, 300), Location: "https://kept.example", ValidUntil: one(g, civil.Date{}, civil.Date{}, civil.Date{}, g.near())})
		}
		out.Activities = append(out.Activities, claim)
	}
	out.Frameworks = g.choices(g.packs())
	out.RASCI = g.duties()
	return out
}

func (g *gen) answers() (out []model.Answer) {
	for _, p := range g.packs().Principles {
		for _, st := range p.Item.Statements {
			if g.often(2) {
				out = append(out, model.Answer{ID: ident.ID("a-" + string(st.ID)), Principle: p.Item.ID, Statement: st.ID, Answer: one(g, model.IsMet, model.Partly, model.NotMet), Sentence: "So it is", By: one(g, "", "service-owner"), Date: one(g, civil.Date{}, civil.Date{}, g.past(-20, 200))})
			}
		}
	}
	return out
}

func (g *gen) incidents(p plan) (out []model.Incident) {
	for i := range g.int(0, 1) {
		out = append(out, model.Incident{ID: ident.ID("i" + strconv.Itoa(i)), Title: "Incident", Date: g.past(-50, 400), Components: some(g, p.components, 3)})
	}
	return out
}

func (g *gen) operation() (o model.Operation) {
	for i := range g.int(0, 2) {
		o.Triggers = append(o.Triggers, model.Trigger{ID: ident.ID("t" + strconv.Itoa(i)), Kind: one[model.TriggerKind](g, "change", "threat", "person", "supplier", "data"), Date: g.past(-50, 400)})
	}
	for i := range g.int(0, 1) {
		o.Changes = append(o.Changes, model.Change{ID: ident.ID("ch" + strconv.Itoa(i)), Date: g.past(-50, 400), Text: "Change", Major: g.attribute()})
	}
	return o
}

// key gives the same key for the same name.
func key(name ident.ID) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func signer(id ident.ID) org.Signer {
	return org.Signer{ID: id + "-key", Person: id, Key: base64.StdEncoding.EncodeToString(key(id).Public().(ed25519.PublicKey))}
}

var people = []ident.ID{"alice", "bob", "carol"}

var roles = []ident.ID{"senior-responsible-owner", "ciso", "information-asset-owner", "principle-owner", "security-lead", "risk-owner", "service-owner", "assessor"}

// organisation draws an organisation, or none.
func (g *gen) organisation() *org.Organisation {
	if g.often(3) {
		return nil
	}
	o := &org.Organisation{Bulkhead: "v1", ID: "crown", Name: "Organisation", Zone: one(g, "", "Europe/London", "Asia/Kolkata", "America/New_York")}
	o.Appetite.Max = one(g, "", model.High, model.VeryHigh)
	o.Units = []org.Unit{{ID: "department", Name: "Department"}, {ID: "division", Name: "Division", Parent: "department"}, {ID: "team", Name: "Team", Parent: "division"}}
	for i, most := range []model.Band{model.High, model.Medium, model.Low} {
		if g.often(5) {
			o.Units[i].Appetite.Max = most
		}
	}
	for _, id := range people {
		o.People = append(o.People, org.Person{ID: id, Left: one(g, civil.Date{}, civil.Date{}, civil.Date{}, g.past(-60, 30))})
		o.Signers = append(o.Signers, signer(id))
	}
	o.Vocabulary = one(g, "", org.Civil, org.Defence)
	o.Adopts = some(g, []ident.ID{"gen-principle", "automate-by-default"}, 4)
	for _, role := range roles {
		if g.often(9) {
			o.Appointments = append(o.Appointments, org.Appointment{Role: role, Person: one(g, people...), Unit: one[ident.ID](g, "", "department", "division", "team"), Until: one(g, civil.Date{}, civil.Date{}, civil.Date{}, g.past(0, 500))})
		}
	}
	return o
}

// evidence draws records about the controls of a service, around now.
func (g *gen) evidence(s *model.Service, n int) (out []evidence.Record) {
	for i := range n {
		out = append(out, g.record(ident.ID("e"+strconv.Itoa(i)), s))
	}
	for i := range out {
		if out[i].Outcome == evidence.Passed && out[i].Strength == library.Independent && g.often(3) {
			out[i].Closes, out[i].By = []ident.ID{one(g, out...).ID}, "assessor"
		}
	}
	if len(out) > 0 && g.often(2) {
		again := out[0]
		again.Note = "The same id with another content"
		out = append(out, again, out[len(out)-1])
	}
	return out
}

func (g *gen) record(id ident.ID, s *model.Service) evidence.Record {
	r := evidence.Record{
		ID: id, Kind: one(g, kinds...), Strength: one(g, library.Documented, library.Tested, library.Tested, library.Independent),
		Outcome:  one(g, evidence.Passed, evidence.Passed, evidence.Passed, evidence.Failed, evidence.NeedsReview, evidence.Unknown),
		Observed: g.observed(),
	}
	g.about(&r, s)
	if g.often(2) {
		r.ValidUntil = g.moment(-200, 100)
	}
	if g.often(4) {
		g.covers(&r, s)
	}
	if r.Kind == library.Scan || g.often(1) {
		g.observe(&r, s)
	}
	return r
}

var kinds = []library.EvidenceKind{library.Document, library.Configuration, library.TestResult, library.Scan, library.Review, library.Record, library.Configuration, library.Scan, library.Exercise, library.Offer}

// about draws the subject, most often a control that the service claims, and then a kind that one of its checks takes.
func (g *gen) about(r *evidence.Record, s *model.Service) {
	id := one(g, libraryControls...)
	if len(s.Controls) > 0 && g.often(9) {
		c := one(g, s.Controls...)
		id = c.Requires()
		if g.often(5) {
			id = c.ID
		}
		if r.Kind == library.Offer && c.Offer.Service != "" {
			r.Subject = []ident.Ref{ident.To(ident.KindControl, string(c.ID)).In(c.Offer.Service)}
			return
		}
	}
	path := string(id)
	if cat := g.packs().Control(id); cat != nil && g.often(8) {
		check := one(g, cat.Checks...)
		r.Kind = one(g, check.Kinds...)
		if g.often(2) {
			path += "#" + string(check.ID)
		}
		if g.often(2) {
			r.Check = check.ID
		}
	}
	components := s.Architecture.Components
	if len(components) > 0 && path == string(id) && g.often(1) {
		path += "@" + string(one(g, components...).ID)
	}
	r.Subject = []ident.Ref{ident.To(ident.KindControl, path)}
	if g.often(3) {
		for _, c := range some(g, components, 6) {
			r.Subject = append(r.Subject, ident.Claim("architecture", "components", string(c.ID)))
		}
	}
}

// covers stamps what was looked at, as it is now or as it is no more.
func (g *gen) covers(r *evidence.Record, s *model.Service) {
	items := s.Items()
	r.Covers = map[ident.Ref]ident.Digest{}
	enc := ident.NewEncoder()
	for i := range s.Architecture.Components {
		if path := "/architecture/components/" + string(s.Architecture.Components[i].ID); g.often(6) {
			r.Covers[ident.Ref{Kind: ident.KindClaim, Path: path}], _ = model.Material(items, path, enc)
		}
	}
	if g.often(2) {
		r.Covers[ident.Ref{Kind: ident.KindClaim, Path: "/architecture/components/gone"}] = ident.Hash([]byte("gone"))
	}
}

func (g *gen) observe(r *evidence.Record, s *model.Service) {
	r.Source.Tool = one(g, "scanner 1.0", "scanner 2.0", "linter 3")
	for range g.int(0, 2) {
		o := evidence.Observation{Place: one(g, "", "src/a.go", "src/b.go"), Weakness: one(g, "CWE-79", "CWE-89", "CVE-2026-1"), Result: one(g, evidence.Failed, evidence.Failed, evidence.Passed, evidence.NeedsReview), Severity: g.band()}
		if len(s.Architecture.Components) > 0 && g.often(6) {
			o.Component = one(g, s.Architecture.Components...).ID
		}
		r.Observations = append(r.Observations, o)
	}
}

// decisions drafts decisions at earlier moments, so that what they rest on was so then, and makes them.
func (g *gen) decisions(sources judge.Sources, n int) (out []decision.Decision) {
	in, err := judge.Prepare(sources)
	if err != nil {
		g.Fatal(err)
	}
	for i := range n {
		made := now - civil.Instant(one(g, g.int(0, 20), g.int(0, 20), g.int(0, 200), -g.int(0, 10))*86400)
		posture := judge.Judge(in, civil.NewWatch(made))
		d, ok := g.proposal(sources, posture, out)
		if !ok {
			continue
		}
		d.ID, d.Made, d.Reason = ident.ID("dec"+strconv.Itoa(i)), civil.MomentOf(made), "So it was decided"
		if d.Kind != decision.Retraction { // it rests on nothing
			if d, err = judge.Draft(in, civil.NewWatch(made), d); err != nil {
				g.Fatal(err)
			}
		}
		g.decide(&d, sources.Organisation)
		out = append(out, d)
	}
	return out
}

// proposal draws what to decide; false where there is nothing to decide about.
func (g *gen) proposal(s judge.Sources, posture *judge.Judgement, earlier []decision.Decision) (d decision.Decision, ok bool) {
	switch d.Kind = one(g, decision.Acceptance, decision.Acceptance, decision.SignOff, decision.SignOff, decision.Tailoring, decision.Exception, decision.FindingAcceptance, decision.Review, decision.Confirmation, decision.Retraction); d.Kind {
	case decision.Acceptance:
		if len(s.Service.Risks) == 0 {
			return d, false
		}
		d.Subject = []ident.Ref{ident.To(ident.KindRisk, string(one(g, s.Service.Risks...).ID))}
		d.StandingOn = one(g, library.ByTarget, library.ByClaimed, library.ByEvidenced)
		d.Compensating = some(g, controlIDs(s.Service), 1)
	case decision.FindingAcceptance:
		if len(posture.Findings.Top) == 0 {
			return d, false
		}
		d.Subject = []ident.Ref{ident.To(ident.KindFinding, string(one(g, posture.Findings.Top...).ID))}
	case decision.Tailoring:
		known := slices.DeleteFunc(slices.Clone(libraryControls), func(id ident.ID) bool { return s.Library.Control(id) == nil })
		d.Subject = []ident.Ref{ident.Requirement("bulkhead-controls", "2026-11", string(one(g, known...)))}
		d.Compensating = some(g, controlIDs(s.Service), 1)
	case decision.Exception, decision.Confirmation:
		d.Subject = []ident.Ref{ident.Requirement("ons-secure-by-design", "2024-05", one(g, "i1", "i3", "i7", "q1", "q6"))}
		if len(s.Service.Risks) > 0 && d.Kind == decision.Exception && g.often(7) {
			d.Basis.Fields = []decision.Field{{Path: "risks/" + string(one(g, s.Service.Risks...).ID)}}
		}
		d.Compensating = some(g, controlIDs(s.Service), 1)
	case decision.SignOff:
		d.Of = one(g, decision.OfTier, decision.OfAppetite, decision.OfClassification, decision.OfScope, decision.OfGate, decision.OfGoLive)
		d.Subject = []ident.Ref{ident.To(ident.KindGate, "go-live")}
	case decision.Retraction:
		if len(earlier) == 0 || g.often(7) {
			return d, false
		}
		d.Subject = []ident.Ref{ident.To(ident.KindDecision, string(one(g, earlier...).ID))}
	default:
		d.Subject = []ident.Ref{ident.To(ident.KindPrinciple, "secure-by-design")}
	}
	return d, true
}

func controlIDs(s *model.Service) (out []ident.ID) {
	for i := range s.Controls {
		out = append(out, s.Controls[i].ID)
	}
	return out
}

// decide puts in who decided and until when: most often somebody who may, and often with their signature.
func (g *gen) decide(d *decision.Decision, o *org.Organisation) {
	d.Role = one(g, rolesFor(d)...)
	if g.int(0, 19) == 19 {
		d.Role = "delivery-manager" // who may decide nothing of this
	}
	d.Consulted = []ident.ID{"ciso", "risk-owner", "data-protection-officer", "security-lead", "security-architect"}
	if d.Kind == decision.Acceptance || d.Kind == decision.FindingAcceptance || d.Kind == decision.Exception || g.often(3) {
		d.ValidUntil = one(g, civil.MomentOn(day(g.int(0, 200))), g.moment(0, 30))
	}
	d.ThroughLife = g.often(2)
	if o == nil {
		return
	}
	d.By = one(g, people...)
	for i := range o.Appointments {
		if o.Appointments[i].Role == d.Role && g.often(9) {
			d.By = o.Appointments[i].Person
		}
	}
	if g.often(5) {
		sign(g.T, d, d.By)
	}
}

func rolesFor(d *decision.Decision) []ident.ID {
	switch {
	case d.Kind == decision.Exception:
		return []ident.ID{"principle-owner"}
	case d.Kind == decision.Tailoring:
		return []ident.ID{"ciso"}
	case d.Kind == decision.Review:
		return []ident.ID{"assessor"}
	case d.Kind == decision.Confirmation:
		return []ident.ID{"service-owner"}
	case d.Of == decision.OfClassification:
		return []ident.ID{"information-asset-owner"}
	case d.Kind == decision.Acceptance && accepted(d).Rank() <= model.Low.Rank():
		return []ident.ID{"risk-owner"}
	}
	return []ident.ID{"senior-responsible-owner"}
}

// accepted gives the band of the residual that an acceptance bears.
func accepted(d *decision.Decision) model.Band {
	likelihood, impact := 0, 0
	for _, f := range d.Basis.Fields {
		if n, err := strconv.Atoi(strings.Join(f.Value, "")); err == nil && f.Path == "residual/likelihood" {
			likelihood = n
		} else if strings.HasPrefix(f.Path, "residual/impact/") {
			impact = max(impact, n)
		}
	}
	return builtin().Band(likelihood * impact)
}

func sign(t rapid.TB, d *decision.Decision, who ident.ID) {
	if err := decision.Sign(d, who+"-key", key(who)); err != nil {
		t.Fatal(err)
	}
}

// sources draws the inputs of one service. With drift, the claims were changed after the decisions were made.
func (g *gen) sources(id ident.ID, providers []ident.ID, o *org.Organisation, drift bool) judge.Sources {
	g.lib = g.library()
	s := judge.Sources{Service: g.service(id, providers), Organisation: o, Library: g.lib}
	s.Evidence = g.evidence(s.Service, one(g, 8, 15, 30, 3, 0))
	s.Decisions = g.decisions(s, one(g, 3, 4, 5, 6, 2, 1, 0))
	if drift && g.often(6) {
		s.Service = clone(s.Service)
		s.Changed = map[string]civil.Instant{}
		for range g.int(1, 3) {
			g.drift(&s)
		}
	}
	return s
}

// drift changes a claim, as life does.
func (g *gen) drift(s *judge.Sources) {
	svc := s.Service
	switch g.int(0, 9) {
	case 0:
		svc.Service.Phase = model.Live
	case 1:
		for i := range svc.Risks {
			svc.Risks[i].Inherent = model.Judgement{Likelihood: 5, Impact: model.Impact{Financial: 5, Operational: 5, Legal: 5, Reputational: 5, Safety: 5}}
		}
	case 2:
		for i := range svc.Risks {
			svc.Risks[i].Statement = "Put another way"
			if g.often(7) {
				s.Changed["/risks/"+string(svc.Risks[i].ID)] = now - civil.Instant(g.int(0, 30)*86400)
			}
		}
	case 3:
		for i := range svc.Controls {
			svc.Controls[i].Progress = one(g, "", model.InProgress, model.Implemented)
		}
	case 4:
		svc.Context.Appetite.Max = g.band()
	case 5:
		for i := range svc.Data {
			svc.Data[i].Classification = one(g, "", model.Official, model.Secret)
			if svc.Data[i].Classification == model.Secret {
				svc.Data[i].Markings = nil
			}
		}
	case 6:
		for i := range svc.Architecture.Zones {
			svc.Architecture.Zones[i].Trust = one(g, model.Internal, model.Public, "")
		}
	case 7:
		svc.Architecture.Components = append(svc.Architecture.Components, model.Component{ID: ident.ID("later" + strconv.Itoa(len(svc.Architecture.Components))), Type: one(g, componentTypes...)})
	case 8:
		for i := range svc.Architecture.Components {
			svc.Architecture.Components[i].Technology = "another"
		}
	case 9:
		if len(svc.Risks) > 0 {
			svc.Risks = svc.Risks[1:]
		}
	}
}

// alone draws one service that rests on others which it may have been handed an offer of.
func alone(t *rapid.T) judge.Sources {
	g := &gen{T: t}
	s := g.sources("portal", []ident.ID{"platform", "elsewhere"}, g.organisation(), true)
	if g.often(6) {
		s.Offers = map[ident.ID]judge.Offer{"platform": g.offer("platform")}
	}
	return s
}

func (g *gen) offer(id ident.ID) judge.Offer {
	o := judge.Offer{Service: id, Cycle: g.often(1)}
	if g.often(5) {
		o.Until = now + civil.Instant(g.int(-5, 60)*86400)
	}
	for _, c := range some(g, libraryControls, 8) {
		o.Controls = append(o.Controls, judge.OfferedControl{ID: c, Control: c, State: one(g, judge.Evidenced, judge.Evidenced, judge.Claimed, judge.Stale, judge.Failing, judge.Planned, judge.Unknown)})
	}
	o.Digest, _ = ident.Sum(&o)
	return o
}

// estate draws services that offer controls to each other, rings among them.
func estate(t *rapid.T) []judge.Sources {
	g := &gen{T: t}
	o := g.organisation()
	names := ids("s", g.int(1, 5))
	out := make([]judge.Sources, len(names))
	for i, id := range names {
		providers := some(g, names, 3)
		if !g.often(4) { // without a ring
			providers = some(g, names[:i], 6)
		}
		out[i] = g.small(id, providers, o)
	}
	return out
}

// small draws a service with few parts, for laws that judge many.
func (g *gen) small(id ident.ID, providers []ident.ID, o *org.Organisation) judge.Sources {
	g.lib = g.library()
	s := judge.Sources{Service: g.service(id, providers), Organisation: o, Library: g.lib}
	s.Service.Risks = s.Service.Risks[:min(len(s.Service.Risks), 2)]
	s.Evidence = g.evidence(s.Service, g.int(0, 8))
	s.Decisions = g.decisions(s, g.int(0, 1))
	return s
}

// What is generated would be accepted from a file: a law that holds only for impossible input says nothing.
func TestGeneratedInputsAreValid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		text, err := ident.Canon(s.Service)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := model.Read(schema.Source{File: "bulkhead.yaml", Text: text}); err != nil {
			t.Fatalf("service: %v\n%s", err, text)
		}
		for i := range s.Evidence {
			if err := evidence.Validate(&s.Evidence[i]); err != nil {
				t.Fatalf("evidence: %v", err)
			}
		}
		for i := range s.Decisions {
			if err := decision.Validate(&s.Decisions[i]); err != nil {
				t.Fatalf("decision: %v %s", err, fmt.Sprint(s.Decisions[i]))
			}
		}
		if s.Library != builtin() && s.Library != impatient() {
			packs := make([]library.Pack, len(s.Library.Packs))
			for i := range packs {
				packs[i] = *s.Library.Packs[i]
			}
			if problems := library.Lint(packs); len(problems) > 0 {
				t.Fatalf("packs: %+v", problems[0])
			}
		}
		if s.Organisation == nil {
			return
		}
		if text, err = ident.Canon(s.Organisation); err != nil {
			t.Fatal(err)
		}
		if _, err := org.Read(schema.Source{File: org.File, Text: text}); err != nil {
			t.Fatalf("organisation: %v", err)
		}
	})
}
