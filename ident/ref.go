package ident

import (
	"cmp"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// The kinds of thing that a reference can name. The list is closed: a new kind is a change of the grammar.
const (
	KindClaim        = "claim"
	KindEvidence     = "evidence"
	KindDecision     = "decision"
	KindRequirement  = "requirement"
	KindAdvisory     = "advisory"
	KindRule         = "rule"
	KindControl      = "control"
	KindRisk         = "risk"
	KindThreat       = "threat"
	KindPath         = "path"
	KindFinding      = "finding"
	KindActivity     = "activity"
	KindArea         = "area"
	KindContext      = "context"
	KindPrinciple    = "principle"
	KindFramework    = "framework"
	KindGate         = "gate"
	KindProfile      = "profile"
	KindService      = "service"
	KindOrganisation = "organisation"
)

// kinds is a function, not a variable, so that nobody can change the list.
func kinds() []string {
	return []string{
		KindClaim, KindEvidence, KindDecision, KindRequirement, KindAdvisory, KindRule, KindControl, KindRisk, KindThreat, KindPath,
		KindFinding, KindActivity, KindArea, KindContext, KindPrinciple, KindFramework, KindGate, KindProfile, KindService,
		KindOrganisation,
	}
}

// Ref names one thing, in this service or, where Service is set, in another. The constructors do not check what they are
// given, because engine code builds references from ids that were checked when they were read; MarshalText does check,
// so a reference that could not be read back is never written.
type Ref struct {
	Service ID
	Kind    string
	Path    string
}

// Claim refers to a place in the claims of the service, by the names and ids on the way to it.
func Claim(segments ...string) Ref {
	return Ref{Kind: KindClaim, Path: "/" + strings.Join(segments, "/")}
}

// To refers to a thing of a kind.
func To(kind string, path string) Ref { return Ref{Kind: kind, Path: path} }

// Requirement refers to a requirement in a version of a pack.
func Requirement(pack, version, id string) Ref {
	return Ref{Kind: KindRequirement, Path: pack + "@" + version + "#" + id}
}

// In gives the same reference, in a service.
func (r Ref) In(service ID) Ref { r.Service = service; return r }

// Local gives the same reference with the service dropped.
func (r Ref) Local() Ref { r.Service = ""; return r }

// IsZero reports whether the reference names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// Compare orders references by service, then kind, then path; those without a service come first.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(
		strings.Compare(string(r.Service), string(o.Service)),
		strings.Compare(r.Kind, o.Kind),
		strings.Compare(r.Path, o.Path),
	)
}

// String gives the text form, "" for the zero reference.
func (r Ref) String() string {
	switch {
	case r.IsZero():
		return ""
	case r.Service == "":
		return r.Kind + ":" + r.Path
	default:
		return string(r.Service) + "/" + r.Kind + ":" + r.Path
	}
}

// MarshalText gives the text form, and a fault for a reference that could not be read back.
func (r Ref) MarshalText() ([]byte, error) {
	text := r.String()
	if text == "" {
		return nil, nil
	}
	if trouble := r.trouble(); trouble != "" {
		return nil, refFault(text, trouble)
	}
	return []byte(text), nil
}

// UnmarshalText reads the text form; empty text gives the zero reference.
func (r *Ref) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = Ref{}
		return nil
	}
	read, err := ParseRef(string(text))
	if err != nil {
		return err
	}
	*r = read
	return nil
}

// ParseRef reads a reference from its text form.
func ParseRef(s string) (Ref, error) {
	r, trouble := splitRef(s)
	if trouble == "" {
		trouble = r.trouble()
	}
	if trouble != "" {
		return Ref{}, refFault(s, trouble)
	}
	return r, nil
}

func refFault(text, trouble string) error {
	return fault.New(fault.Invalid, "%s is not a reference: %s%s", quote(text), trouble, didYouMean(mendRef(text)))
}

// splitRef parts the text without judging the parts. Neither a service nor a kind holds a colon, so the first one ends
// them, and the paths of claims and advisories may hold what they like.
func splitRef(s string) (r Ref, trouble string) {
	head, path, found := strings.Cut(s, ":")
	if !found {
		return Ref{}, `it has no ":"; a reference is a kind, ":" and a path, with the service and "/" before them for ` +
			`another service, such as "risk:r1" or "payments/claim:/risks/r1"`
	}
	service, kind, found := strings.Cut(head, "/")
	if !found {
		return Ref{Kind: head, Path: path}, ""
	}
	if service == "" {
		return Ref{}, `it has no service before the "/"; leave the "/" out, as in "risk:r1", or name the service, as in "payments/risk:r1"`
	}
	return Ref{Service: ID(service), Kind: kind, Path: path}, ""
}

// trouble says what is wrong with the parts of a reference; "" for nothing.
func (r Ref) trouble() string {
	if r.Service != "" && !isID(string(r.Service)) {
		return notAnID("the service", string(r.Service), "payments/risk:r1")
	}
	switch r.Kind {
	case KindClaim, KindOrganisation:
		return pointerTrouble(r.Kind, r.Path)
	case KindRequirement:
		return requirementTrouble(r.Path)
	case KindControl:
		return controlTrouble(r.Path)
	case KindAdvisory, KindRule:
		return foreignTrouble(r.Kind, r.Path)
	case KindEvidence, KindDecision, KindRisk, KindThreat, KindPath, KindFinding, KindActivity, KindArea, KindContext, KindPrinciple,
		KindFramework, KindGate, KindProfile, KindService:
		if !isID(r.Path) {
			return notAnID("the part after the colon", r.Path, r.Kind+":r1")
		}
		return ""
	default:
		return kindTrouble(r.Kind)
	}
}

func kindTrouble(kind string) string {
	return quote(kind) + " is no kind; the kinds are " + strings.Join(kinds(), ", ")
}

func pointerTrouble(kind, path string) string {
	example := kind + ":/risks/r1"
	rest, found := strings.CutPrefix(path, "/")
	if !found {
		return `the path of ` + kind + ` starts with "/", such as ` + quote(example)
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if !isID(segment) {
			return notAnID("the part of the path", segment, example)
		}
	}
	return ""
}

func requirementTrouble(path string) string {
	const example = "requirement:ons-secure-by-design@2024-05#i1"
	pack, rest, at := strings.Cut(path, "@")
	version, id, hash := strings.Cut(rest, "#")
	switch {
	case !at || !hash:
		return `a requirement is PACK@VERSION#ID, such as ` + quote(example)
	case !isID(pack):
		return notAnID("the pack", pack, example)
	case !isVersion(version):
		return "the version " + quote(version) + ` is not 1 to 32 of A-Z, a-z, 0-9, ".", "_" and "-", such as ` + quote(example)
	case !isRequirement(id):
		return "the requirement, " + quote(id) + `, is not 1 to 64 of A-Z, a-z, 0-9, ".", "_" and "-", starting with a letter or a digit, such as in ` + quote(example)
	}
	return ""
}

// isRequirement says whether a text is the id of a requirement. Frameworks have ids in capital letters, such as PR.AA-01, and
// some that differ by nothing but those would be two.
func isRequirement(s string) bool {
	return s != "" && len(s) <= 64 && isForeign(s) && !strings.ContainsAny(s, ":/")
}

func controlTrouble(path string) string {
	id, part, name := path, "", ""
	if i := strings.IndexAny(path, "#@"); i >= 0 {
		id, part, name = path[:i], path[i+1:], "the check"
		if path[i] == '@' {
			name = "the component"
		}
	}
	switch {
	case !isID(id):
		return notAnID("the control", id, "control:backups")
	case name != "" && !isID(part):
		return notAnID(name, part, "control:backups#restore-tested or control:backups@api")
	}
	return ""
}

func foreignTrouble(kind, path string) string {
	if isForeign(path) {
		return ""
	}
	example := "advisory:CVE-2024-3094"
	if kind == KindRule {
		example = "rule:semgrep/go.sql-injection"
	}
	return "the part after the colon, " + quote(path) + `, is not 1 to 128 of A-Z, a-z, 0-9, ".", "_", ":", "/" and "-", ` +
		"starting with a letter or a digit, such as " + quote(example)
}

func notAnID(what, text, example string) string {
	return what + ", " + quote(text) + ", is not an id: " + idTrouble(text) + `; an id is 1 to 64 of a-z, 0-9, ".", "_" and "-", ` +
		"starting with a letter or a digit, such as in " + quote(example)
}

func isVersion(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for i := range len(s) {
		if !isVersionByte(s[i]) {
			return false
		}
	}
	return true
}

func isForeign(s string) bool {
	if s == "" || len(s) > 128 || !isVersionByte(s[0]) || strings.IndexByte("._-", s[0]) >= 0 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isVersionByte(c) && c != ':' && c != '/' {
			return false
		}
	}
	return true
}

func isVersionByte(c byte) bool { return isIDByte(c) || 'A' <= c && c <= 'Z' }

// mendRef gives the reference that differs from the text only by case, spaces and the spelling of its kind, or "".
func mendRef(s string) string {
	const most = 1024 // longer text is no slip of the pen
	head, path, found := strings.Cut(s, ":")
	if !found || len(s) > most {
		return ""
	}
	r, trouble := splitRef(hyphenate(head) + ":" + path)
	if !strings.Contains(r.Kind, "/") {
		r.Kind = Nearest(r.Kind, kinds())
	}
	r.Path = mendPath(r.Kind, path)
	if trouble != "" || r.trouble() != "" || r.String() == s {
		return ""
	}
	return r.String()
}

// mendPath leaves alone what has a case of its own: versions, advisories and rules.
func mendPath(kind, path string) string {
	switch kind {
	case KindAdvisory, KindRule:
		return strings.TrimSpace(path)
	case KindRequirement:
		pack, rest, _ := strings.Cut(path, "@")
		version, id, _ := strings.Cut(rest, "#")
		return hyphenate(pack) + "@" + strings.TrimSpace(version) + "#" + strings.ReplaceAll(strings.TrimSpace(id), " ", "-")
	default:
		return hyphenate(path)
	}
}

func hyphenate(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "-")
}
