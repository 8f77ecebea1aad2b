package model

import (
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Attribute is yes, no or unknown. Saying nothing is unknown, and unknown is never read as the good answer.
type Attribute string

// The answers.
const (
	Unknown Attribute = ""
	Yes     Attribute = "yes"
	No      Attribute = "no"
)

// Words of an attribute.
func (Attribute) Words() []schema.Word {
	return []schema.Word{
		{Name: "yes", Old: []string{"true", "y"}},
		{Name: "no", Old: []string{"false", "n"}},
		{Name: "unknown", Doc: "not known yet: a question for somebody", Absent: true, Old: []string{"?", "not known", "tbc"}},
	}
}

// Classification is a tier of the Government Security Classifications. SENSITIVE is a marking inside OFFICIAL.
type Classification string

// The tiers.
const (
	Official  Classification = "OFFICIAL"
	Secret    Classification = "SECRET"
	TopSecret Classification = "TOP SECRET"
)

// Words of a classification.
func (Classification) Words() []schema.Word {
	return []schema.Word{
		{Name: "OFFICIAL", Old: []string{"O"}},
		{Name: "SECRET", Old: []string{"S"}},
		{Name: "TOP SECRET", Old: []string{"TS"}},
		{Name: "OFFICIAL-SENSITIVE", Old: []string{"OS", "SENSITIVE"}, Not: "SENSITIVE is a marking inside OFFICIAL, not a tier: write `classification: OFFICIAL` and `markings: [SENSITIVE]`"},
	}
}

// Rank orders the tiers from 1; 0 is not stated.
func (c Classification) Rank() int {
	switch c {
	case Official:
		return 1
	case Secret:
		return 2
	case TopSecret:
		return 3
	}
	return 0
}

// Phase is a stage of a service's life, in the words of digital delivery or of defence acquisition. What each asks for
// is in the phases pack of the library.
type Phase string

// The phases.
const (
	Discovery     Phase = "discovery"
	Alpha         Phase = "alpha"
	PrivateBeta   Phase = "private-beta"
	PublicBeta    Phase = "public-beta"
	Live          Phase = "live"
	Retiring      Phase = "retirement"
	Concept       Phase = "concept"
	Assessment    Phase = "assessment"
	Demonstration Phase = "demonstration"
	Manufacture   Phase = "manufacture"
	InService     Phase = "in-service"
	Disposal      Phase = "disposal"
)

// Words of a phase.
func (Phase) Words() []schema.Word {
	return []schema.Word{
		{Name: "discovery", Doc: "finding out what is needed"},
		{Name: "alpha", Doc: "trying ideas out"},
		{Name: "private-beta", Doc: "built, for invited users"},
		{Name: "public-beta", Doc: "built, for anyone"},
		{Name: "live", Doc: "in use and supported", Old: []string{"operation", "run"}},
		{Name: "retirement", Doc: "being closed down", Old: []string{"retired", "decommissioning"}},
		{Name: "concept", Doc: "CADMID: what the capability should be"},
		{Name: "assessment", Doc: "CADMID: which option"},
		{Name: "demonstration", Doc: "CADMID: shown to work"},
		{Name: "manufacture", Doc: "CADMID: made or bought", Old: []string{"migration"}},
		{Name: "in-service", Doc: "CADMID: in use"},
		{Name: "disposal", Doc: "CADMID: taken out of use", Old: []string{"termination"}},
		{Name: "beta", Not: "say which beta: private-beta (invited users) or public-beta (anyone)"},
	}
}

// Band is a band of risk.
type Band string

// The bands, from the official risk register's matrix.
const (
	VeryLow  Band = "very-low"
	Low      Band = "low"
	Medium   Band = "medium"
	High     Band = "high"
	VeryHigh Band = "very-high"
)

// Words of a band.
func (Band) Words() []schema.Word {
	return []schema.Word{
		{Name: "very-low"},
		{Name: "low"},
		{Name: "medium", Old: []string{"moderate"}},
		{Name: "high"},
		{Name: "very-high", Old: []string{"critical"}},
		{Name: "unrated", Doc: "not judged yet", Absent: true, Old: []string{"unknown"}},
	}
}

// Rank orders the bands from 1; 0 is not judged.
func (b Band) Rank() int {
	switch b {
	case VeryLow:
		return 1
	case Low:
		return 2
	case Medium:
		return 3
	case High:
		return 4
	case VeryHigh:
		return 5
	}
	return 0
}

// Level is a level from 1 to 5 of likelihood or impact; 0 is not judged. The words of the official risk register are
// read as their numbers.
type Level int

// UnmarshalText reads a number from 1 to 5 or one of the words of the official risk register.
func (l *Level) UnmarshalText(text []byte) error {
	s := strings.NewReplacer("-", " ", "_", " ").Replace(strings.ToLower(strings.TrimSpace(string(text))))
	if n, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
		if n < 1 || n > 5 {
			return fault.New(fault.Invalid, "expected a level from 1 to 5; found %d", n)
		}
		*l = Level(n)
		return nil
	}
	for i, names := range levelNames() {
		for _, name := range names {
			if s == name {
				*l = Level(i + 1)
				return nil
			}
		}
	}
	if s == "unknown" {
		return nil
	}
	return fault.New(fault.Invalid, "expected a level from 1 to 5, or a word such as possible (likelihood) or moderate (impact); found %q", strings.TrimSpace(string(text)))
}

func levelNames() [5][]string {
	return [5][]string{
		{"very unlikely", "improbable", "minor"},
		{"unlikely", "remote", "marginal"},
		{"possible", "occasional", "moderate"},
		{"likely", "probable", "severe"},
		{"almost certain", "frequent", "critical"},
	}
}

// Axis is a kind of loss that an impact is judged on.
type Axis string

// The axes of the official risk register.
const (
	Financial    Axis = "financial"
	Operational  Axis = "operational"
	Legal        Axis = "legal"
	Reputational Axis = "reputational"
	Safety       Axis = "safety"
)

// Axes in their order.
func Axes() [5]Axis { return [5]Axis{Financial, Operational, Legal, Reputational, Safety} }

// Reduced says which judgement a control lowers: the likelihood, or the impact on one axis.
type Reduced string

// Words of what is reduced.
func (Reduced) Words() []schema.Word {
	return []schema.Word{
		{Name: "likelihood"},
		{Name: "impact", Doc: "the impact on every axis"},
		{Name: "financial"},
		{Name: "operational"},
		{Name: "legal", Old: []string{"regulatory"}},
		{Name: "reputational"},
		{Name: "safety", Old: []string{"health and safety"}},
	}
}

// Phrase for the vocabularies below: words with no more to say about them than their name.
func words(names ...string) []schema.Word {
	out := make([]schema.Word, len(names))
	for i, n := range names {
		out[i].Name = n
	}
	return out
}

// Marking is a marking inside a tier.
type Marking string

// Sensitive marks the part of OFFICIAL whose loss would be more damaging.
const Sensitive Marking = "SENSITIVE"

// Words of a marking.
func (Marking) Words() []schema.Word {
	return []schema.Word{
		{Name: "SENSITIVE"},
		{Name: "RECIPIENTS ONLY"},
		{Name: "COMMERCIAL"},
		{Name: "PERSONAL"},
		{Name: "LOCSEN"},
		{Name: "LEGAL"},
		{Name: "FOR PUBLIC RELEASE"},
		{Name: "UK EYES ONLY"},
		{Name: "HR"},
	}
}

// SpecialCategory is a kind of personal data that the law protects more (UK GDPR article 9).
type SpecialCategory string

// Words of a special category.
func (SpecialCategory) Words() []schema.Word {
	return []schema.Word{
		{Name: "racial-or-ethnic-origin", Old: []string{"ethnicity", "race"}},
		{Name: "political-opinions"},
		{Name: "religious-or-philosophical-beliefs", Old: []string{"religion"}},
		{Name: "trade-union-membership"},
		{Name: "genetic"},
		{Name: "biometric"},
		{Name: "health"},
		{Name: "sex-life"},
		{Name: "sexual-orientation"},
	}
}

// People is a kind of people that data is about.
type People string

// Words of people.
func (People) Words() []schema.Word {
	return words("public", "children", "vulnerable-people", "patients", "staff", "service-personnel", "veterans", "victims-and-witnesses", "suspects-and-offenders", "business-contacts", "users")
}

// ComponentType says what a part of the architecture is.
type ComponentType string

// Words of a component type.
func (ComponentType) Words() []schema.Word {
	return []schema.Word{
		{Name: "person", Doc: "people who use or run the service", Old: []string{"user", "actor", "users"}},
		{Name: "external-system", Doc: "a system of somebody else", Old: []string{"external-entity", "external"}},
		{Name: "web-application", Old: []string{"web-app", "website", "frontend"}},
		{Name: "mobile-application", Old: []string{"mobile-app"}},
		{Name: "desktop-application", Old: []string{"command-line tool", "client"}},
		{Name: "api", Old: []string{"service", "microservice", "web-service"}},
		{Name: "process", Doc: "software that runs without a face of its own", Old: []string{"worker", "function", "application", "batch", "job"}},
		{Name: "datastore", Old: []string{"database", "store", "cache"}},
		{Name: "file-store", Old: []string{"object-store", "bucket"}},
		{Name: "queue", Old: []string{"message-queue", "topic", "stream"}},
		{Name: "gateway", Old: []string{"proxy", "load-balancer", "waf", "cdn", "firewall"}},
		{Name: "identity-provider", Old: []string{"idp"}},
		{Name: "secrets-store", Old: []string{"vault", "key-store"}},
		{Name: "log-store", Old: []string{"siem", "monitoring"}},
		{Name: "build-pipeline", Old: []string{"pipeline", "ci"}},
		{Name: "code-repository", Old: []string{"repository", "scm"}},
		{Name: "platform", Doc: "what other components run on", Old: []string{"cluster", "host", "server", "runtime"}},
		{Name: "device", Old: []string{"endpoint", "sensor", "vehicle"}},
		{Name: "network"},
		{Name: "ai-model", Old: []string{"model", "llm"}},
	}
}

// Trust says who can be expected inside a zone, from nobody outside the team to anybody.
type Trust string

// The trusts, from the least exposed.
const (
	Isolated Trust = "isolated"
	Internal Trust = "internal"
	Partner  Trust = "partner"
	Public   Trust = "public"
)

// Words of trust.
func (Trust) Words() []schema.Word {
	return []schema.Word{
		{Name: "isolated", Doc: "only what the team put there", Old: []string{"restricted", "management", "data"}},
		{Name: "internal", Doc: "people and systems of the organisation", Old: []string{"corporate", "private"}},
		{Name: "partner", Doc: "known organisations outside", Old: []string{"supplier", "third-party"}},
		{Name: "public", Doc: "anybody", Old: []string{"internet", "untrusted"}},
	}
}

// Rank orders trust from 1, the least exposed; 0 is unknown.
func (t Trust) Rank() int {
	switch t {
	case Isolated:
		return 1
	case Internal:
		return 2
	case Partner:
		return 3
	case Public:
		return 4
	}
	return 0
}

// Origin says whose control it is.
type Origin string

// The origins.
const (
	Own       Origin = "own"
	Inherited Origin = "inherited"
	Shared    Origin = "shared"
)

// Words of an origin.
func (Origin) Words() []schema.Word {
	return []schema.Word{
		{Name: "own", Doc: "the team's"},
		{Name: "inherited", Doc: "a provider's, used as it is", Old: []string{"mandatory"}},
		{Name: "shared", Doc: "partly the provider's, partly the team's", Old: []string{"hybrid"}},
	}
}

// Applicability says whether a control has anything to protect here.
type Applicability string

// The applicabilities. Unknown applicability is written by saying nothing.
const (
	Applicable    Applicability = "applicable"
	NotApplicable Applicability = "not-applicable"
)

// Words of applicability.
func (Applicability) Words() []schema.Word {
	return []schema.Word{{Name: "applicable", Old: []string{"yes"}}, {Name: "not-applicable", Old: []string{"no", "n/a", "na"}}, {Name: "unknown", Absent: true}}
}

// Progress is what a team says of a control: never proof.
type Progress string

// The progress of a control or an action.
const (
	NotStarted  Progress = "not-started"
	InProgress  Progress = "in-progress"
	Implemented Progress = "implemented"
)

// Words of progress. "In Progesss" is a misspelling in a drop-down of an official template: it is read, not counted apart.
func (Progress) Words() []schema.Word {
	return []schema.Word{
		{Name: "not-started", Old: []string{"planned", "to do", "red"}},
		{Name: "in-progress", Old: []string{"In Progesss", "started", "amber"}},
		{Name: "implemented", Old: []string{"completed", "complete", "done", "in place", "green"}},
		{Name: "unknown", Absent: true},
	}
}

// Treatment is what is done about a risk.
type Treatment string

// The treatments.
const (
	Treat     Treatment = "treat"
	Accept    Treatment = "accept"
	Transfer  Treatment = "transfer"
	Terminate Treatment = "terminate"
)

// Words of a treatment.
func (Treatment) Words() []schema.Word {
	return []schema.Word{
		{Name: "treat", Doc: "make it less likely or less harmful", Old: []string{"mitigate", "reduce"}},
		{Name: "accept", Doc: "bear it: needs a decision by someone with the authority", Old: []string{"tolerate"}},
		{Name: "transfer", Doc: "somebody else bears part of it", Old: []string{"share"}},
		{Name: "terminate", Doc: "stop doing what causes it", Old: []string{"avoid", "remove"}},
	}
}

// RiskKind says what sort of loss a risk is about.
type RiskKind string

// Words of a risk's kind.
func (RiskKind) Words() []schema.Word {
	return []schema.Word{
		{Name: "security", Old: []string{"cyber", "cyber-security", "information"}},
		{Name: "privacy", Old: []string{"data-protection"}},
		{Name: "safety"},
		{Name: "supply-chain", Old: []string{"supplier", "third-party"}},
		{Name: "continuity", Old: []string{"availability", "resilience"}},
	}
}

// Encryption says how data is kept from being read.
type Encryption string

// Words of encryption.
func (Encryption) Words() []schema.Word {
	return []schema.Word{
		{Name: "none", Doc: "readable by whoever reaches it", Old: []string{"no", "plain", "false"}},
		{Name: "standard", Doc: "a current public standard, such as TLS 1.3 or disk encryption", Old: []string{"yes", "tls", "https", "true", "at-rest", "in-transit"}},
		{Name: "end-to-end", Doc: "readable only by the ends", Old: []string{"e2e"}},
		{Name: "approved", Doc: "approved for the classification by the national authority: the ciphertext may be handled at a lower tier", Old: []string{"high-grade", "high-assurance"}},
		{Name: "unknown", Absent: true},
	}
}

// SignIn says how the one who connects is known.
type SignIn string

// Words of sign-in.
func (SignIn) Words() []schema.Word {
	return []schema.Word{
		{Name: "none", Old: []string{"no", "anonymous"}},
		{Name: "password", Old: []string{"credentials", "basic"}},
		{Name: "session", Old: []string{"session-id", "cookie"}},
		{Name: "token", Old: []string{"api-key", "bearer", "oauth", "oidc"}},
		{Name: "certificate", Old: []string{"mtls", "client-certificate", "mutual-tls"}},
		{Name: "multi-factor", Old: []string{"mfa", "2fa", "two-factor"}},
		{Name: "passkey", Old: []string{"fido2", "webauthn"}},
		{Name: "elsewhere", Doc: "done by another component", Old: []string{"externalized", "external"}},
		{Name: "unknown", Absent: true},
	}
}

// Met says how far something asked for is so.
type Met string

// The answers.
const (
	IsMet  Met = "met"
	Partly Met = "partly"
	NotMet Met = "not-met"
)

// Words of an answer, among them those of the official checklist and of the Cyber Assessment Framework.
func (Met) Words() []schema.Word {
	return []schema.Word{
		{Name: "met", Old: []string{"yes", "achieved", "assessed-met"}},
		{Name: "partly", Old: []string{"partially met", "partially achieved", "assessed-partially met"}},
		{Name: "not-met", Old: []string{"no", "not achieved", "assessed-not met"}},
	}
}
