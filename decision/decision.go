// Package decision is what accountable people decided: what each kind of decision binds, how the fields that hold it up
// are compared with how things are now, and the state that follows.
//
// Standing decisions (acceptance, exception, tailoring) hold while what they rest on is not worse, field by field, so
// that a lapse names the field with its old and new value. Events (sign-off, review) stay true for ever; what changed
// since is shown beside them. An improvement never ends a decision. What is never bound cannot end one: order, wording
// of titles, notes, people's names, versions and digests of packs.
//
// The package is given the facts as they are now; it never works them out, never reads a clock and never decides who has
// authority on the word of a team.
package decision

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Kind is a kind of decision.
type Kind string

// The kinds.
const (
	Acceptance        Kind = "acceptance"
	FindingAcceptance Kind = "finding-acceptance"
	Exception         Kind = "exception"
	Tailoring         Kind = "tailoring"
	SignOff           Kind = "sign-off"
	Review            Kind = "review"
	Confirmation      Kind = "confirmation"
	Retraction        Kind = "retraction"
	Lapse             Kind = "lapse"
)

// Words of a kind.
func (Kind) Words() []schema.Word {
	return []schema.Word{
		{Name: "acceptance", Doc: "a risk is borne", Old: []string{"accept", "risk-acceptance"}},
		{Name: "finding-acceptance", Doc: "a weakness is borne", Old: []string{"accept-finding"}},
		{Name: "exception", Doc: "a principle is not followed", Old: []string{"except", "waiver"}},
		{Name: "tailoring", Doc: "a requirement does not apply here, or is met another way", Old: []string{"tailor"}},
		{Name: "sign-off", Doc: "an event: somebody with the authority agreed", Old: []string{"signoff", "approval"}},
		{Name: "review", Doc: "an event: somebody looked"},
		{Name: "confirmation", Doc: "a proposed answer is right", Old: []string{"confirm"}},
		{Name: "retraction", Doc: "an earlier decision is taken back", Old: []string{"retract"}},
		{Name: "lapse", Doc: "a record that a decision lapsed, and when: final"},
	}
}

// Event says whether decisions of the kind happened, rather than excuse something now.
func (k Kind) Event() bool { return k == SignOff || k == Review }

// Of is what a sign-off signs.
type Of string

// What a sign-off can sign.
const (
	OfGate           Of = "gate"
	OfGoLive         Of = "go-live"
	OfAppetite       Of = "appetite"
	OfClassification Of = "classification"
	OfTier           Of = "tier"
	OfScope          Of = "scope"
	OfRound          Of = "round"
)

// Words of what is signed.
func (Of) Words() []schema.Word {
	return []schema.Word{
		{Name: "gate"},
		{Name: "go-live"},
		{Name: "appetite"},
		{Name: "classification", Doc: "the classification register: every data item, its tier and markings"},
		{Name: "tier"},
		{Name: "scope", Doc: "the scope boundaries"},
		{Name: "round", Doc: "a self-assessment or report"},
	}
}

// Cmp is how a recorded value is compared with the one now.
type Cmp string

// The comparators.
const (
	Exact     Cmp = "="    // exactly the same
	NotWorse  Cmp = "<="   // not worse on its scale; better never ends it
	Subset    Cmp = "sub"  // now a subset of what was recorded
	Has       Cmp = "has"  // all that was recorded is still there
	Wording   Cmp = "~"    // a change of wording holds, to be reaffirmed
	Condition Cmp = "cond" // out-of-date evidence suspends it; failure or removal ends it
)

// Words of a comparator.
func (Cmp) Words() []schema.Word {
	return []schema.Word{{Name: "="}, {Name: "<="}, {Name: "sub"}, {Name: "has"}, {Name: "~"}, {Name: "cond"}}
}

// Value is what a field holds: one text, or a set of texts. Empty is unknown.
type Value = []string

// Decision is one record.
type Decision struct {
	ID           ident.ID      `json:"id" need:"yes" doc:"A short name of its own, never used again for something else"`
	Kind         Kind          `json:"kind" need:"yes" doc:"acceptance, finding-acceptance, exception, tailoring, sign-off, review, confirmation, retraction or lapse"`
	Of           Of            `json:"of" doc:"For a sign-off: what is signed"`
	Subject      []ident.Ref   `json:"subject" need:"yes" min:"1" max:"200" doc:"What was decided about, such as risk:r1 or requirement:PACK@VERSION#ID"`
	Basis        Basis         `json:"basis" doc:"What holds it up, field by field"`
	Shown        ident.Digest  `json:"shown" doc:"The digest of what the decider saw: proof, not binding"`
	Outcome      string        `json:"outcome" doc:"What was decided, such as accepted"`
	Reason       string        `json:"reason" need:"yes" doc:"Why"`
	Conditions   []string      `json:"conditions" doc:"What must go on being so, in words"`
	Compensating []ident.ID    `json:"compensating" doc:"Controls that make up for it"`
	Made         civil.Moment  `json:"made" need:"yes" doc:"When it was made"`
	ValidUntil   civil.Moment  `json:"valid_until" doc:"How long it holds"`
	ProposedBy   string        `json:"proposed_by" doc:"Who proposed it: never the one who decides"`
	By           ident.ID      `json:"by" doc:"Who decided, as the organisation knows them"`
	With         []ident.ID    `json:"with" doc:"Others who decided with them, where more than one must"`
	Role         ident.ID      `json:"role" need:"yes" doc:"The role in which they decided"`
	OnBehalfOf   ident.ID      `json:"on_behalf_of" doc:"For a minuted decision: who decided"`
	Minute       ident.Ref     `json:"minute" doc:"For a minuted decision: the evidence that is the minute"`
	Consulted    []ident.ID    `json:"consulted" doc:"Roles that were asked"`
	StandingOn   library.Basis `json:"standing_on" doc:"For an acceptance: the residual that it accepts: target, claimed or evidenced"`
	ThroughLife  bool          `json:"through_life" doc:"Yes if a later phase does not end it"`
	Supersedes   ident.ID      `json:"supersedes" doc:"The decision that it takes the place of"`
	Cause        string        `json:"cause" doc:"For a lapse: the field and the values that ended the decision"`
	Signature    Signature     `json:"signature" doc:"A DSSE signature over the canonical form of the rest"`
}

// Basis is what holds a decision up.
type Basis struct {
	Rule   string  `json:"rule" doc:"The rule that says which fields are bound, such as acceptance@1"`
	Fields []Field `json:"fields" doc:"The fields, as they were"`
}

// Field is one thing that a decision rests on.
type Field struct {
	Path  string `json:"path" need:"yes" doc:"Which fact"`
	Value Value  `json:"value" doc:"What it was; nothing where it was not known"`
	Cmp   Cmp    `json:"cmp" need:"yes" doc:"How it is compared"`
}

// Signature is a DSSE signature.
type Signature struct {
	Signer ident.ID `json:"signer" doc:"The name of the key, in the organisation file"`
	Sig    string   `json:"sig" doc:"The signature, as base64"`
}

// Read reads decisions: one record, or a list of them.
func Read(source schema.Source) ([]Decision, error) {
	return schema.Records[Decision](source, check)
}

// Validate checks a decision that was not read from a file, by the same grammar.
func Validate(d *Decision) error { return schema.Record(d, check) }

// check finds what the grammar cannot.
func check(d *Decision) (path, text string) {
	if _, err := ident.ParseDigest(string(d.Shown)); d.Shown != "" && err != nil {
		return "/shown", err.Error()
	}
	switch {
	case d.Made.IsZero():
		return "/made", "say when it was made, such as 2026-03-31"
	case d.Kind == SignOff && d.Of == "":
		return "/kind", "a sign-off needs `of`: gate, go-live, appetite, classification, tier, scope or round"
	case d.ProposedBy != "" && slices.Contains(append([]ident.ID{d.By, d.OnBehalfOf}, d.With...), ident.ID(d.ProposedBy)):
		return "/proposed_by", "who proposes a decision is not who makes it"
	case mustEnd(d.Kind) && d.ValidUntil.IsZero():
		return "", string(d.Kind) + " needs valid_until: it cannot hold for ever"
	case d.Kind == Acceptance && d.StandingOn == "":
		return "", "an acceptance needs standing_on: target, claimed or evidenced"
	}
	wanted := subjectKind(d.Kind)
	for _, ref := range d.Subject {
		if wanted != "" && ref.Kind != wanted {
			return "/subject", "the subject of " + article(d.Kind) + " is written " + wanted + ":ID; found " + ref.String()
		}
	}
	return checkBasis(d)
}

func mustEnd(k Kind) bool { return k == Acceptance || k == FindingAcceptance || k == Exception }

func subjectKind(k Kind) string {
	switch k {
	case Acceptance:
		return ident.KindRisk
	case FindingAcceptance:
		return ident.KindFinding
	case Exception, Tailoring, Confirmation:
		return ident.KindRequirement
	case Retraction, Lapse:
		return ident.KindDecision
	}
	return ""
}

func article(k Kind) string {
	switch k {
	case Acceptance, Exception:
		return "an " + string(k)
	}
	return "a " + string(k)
}

func checkBasis(d *Decision) (path, text string) {
	if d.Basis.Rule == "" {
		return "", ""
	}
	rule, ok := FindRule(d.Basis.Rule)
	if !ok || !rule.fits(d) {
		return "/basis/rule", "there is no basis rule " + d.Basis.Rule + " for " + article(d.Kind) + "; `bulkhead decision draft` writes the right one"
	}
	seen := map[string]bool{}
	for _, f := range d.Basis.Fields {
		spec, ok := rule.Spec(f.Path)
		switch {
		case !ok:
			return "/basis/fields", "the rule " + d.Basis.Rule + " does not know the field " + f.Path
		case spec.Cmp != f.Cmp:
			return "/basis/fields", "the rule " + d.Basis.Rule + " compares " + f.Path + " with " + string(spec.Cmp) + ", not with " + string(f.Cmp)
		case seen[f.Path]:
			return "/basis/fields", "the field " + f.Path + " is there twice"
		case !spec.takes(f.Value):
			return "/basis/fields", "the field " + f.Path + " cannot be " + Show(f.Value) + ": a value that is not on its scale would never be found worse"
		}
		seen[f.Path] = true
	}
	return "", ""
}

// Missing says what a draft still needs before it can be made.
func (d *Decision) Missing() error {
	switch {
	case d.ID == "" || d.Kind == "" || len(d.Subject) == 0:
		return fault.New(fault.Invalid, "this is not a draft of a decision: it needs id, kind and subject; `bulkhead decision draft` writes one")
	case d.Role == "":
		return fault.New(fault.Invalid, "say in which role it was decided: --role senior-responsible-owner, or `role` in the draft")
	case d.Reason == "":
		return fault.New(fault.Invalid, "say why: --reason, or `reason` in the draft")
	case d.Made.IsZero():
		return fault.New(fault.Invalid, "say when it was decided: --made, or `made` in the draft")
	}
	return nil
}
