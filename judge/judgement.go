package judge

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Judgement is what follows from the inputs at a moment. Lists are in order of id unless said otherwise.
type Judgement struct {
	Service    ident.ID        `json:"service"`
	Marking    string          `json:"marking"`
	Inputs     Stamp           `json:"inputs"`
	Context    ContextResult   `json:"context"`
	Profiles   []ProfileResult `json:"profiles"`
	Areas      []AreaResult    `json:"areas"` // the seven, in their order
	Activities []Activity      `json:"activities"`
	Controls   []Control       `json:"controls"`
	Threats    []Threat        `json:"threats"`
	Archived   []Archived      `json:"archived"` // what was said of threats that are not there now
	Paths      []Path          `json:"paths"`
	Findings   Findings        `json:"findings"`
	Suppliers  []Supplier      `json:"suppliers"`
	Duties     []Duty          `json:"duties"`  // in order of activity
	Notices    []Notice        `json:"notices"` // dates that have passed
	Risks      []Risk          `json:"risks"`
	Principles []Principle     `json:"principles"`
	Frameworks []Framework     `json:"frameworks"`
	Gates      []Gate          `json:"gates"`
	Decisions  []Decision      `json:"decisions"`
	Evidence   []EvidenceUse   `json:"evidence"`
	Changes    []Change        `json:"changes"`  // in order of time
	Measures   []Measured      `json:"measures"` // in order of name
}

// Stamp says what was judged.
type Stamp struct {
	Engine       string       `json:"engine"`
	Claims       ident.Digest `json:"claims"`
	Organisation ident.Digest `json:"organisation"` // empty without an organisation file
	Library      []PackStamp  `json:"library"`
	Evidence     SetStamp     `json:"evidence"`
	Decisions    SetStamp     `json:"decisions"`
	Offers       []OfferStamp `json:"offers"`
	Intelligence []FeedStamp  `json:"intelligence"`
}

// PackStamp names a pack in force.
type PackStamp struct {
	Pack    ident.ID     `json:"pack"`
	Version string       `json:"version"`
	Digest  ident.Digest `json:"digest"`
}

// SetStamp names a set of records.
type SetStamp struct {
	Count  int          `json:"count"`
	Digest ident.Digest `json:"digest"`
}

// OfferStamp names a provider's offer.
type OfferStamp struct {
	Service ident.ID     `json:"service"`
	Digest  ident.Digest `json:"digest"` // empty where there is none
}

// FeedStamp names a feed of intelligence.
type FeedStamp struct {
	Feed   string       `json:"feed"`
	Digest ident.Digest `json:"digest"`
}

// Reason says why, as a code with arguments. The sentence is made when it is written out.
type Reason struct {
	Code    string      `json:"code"`
	Args    Args        `json:"args"`
	Text    string      `json:"text"`
	Because []ident.Ref `json:"because"`
}

// Arg is a named argument of a reason.
type Arg struct{ Name, Value string }

// Args are the arguments of a reason, written as an object.
type Args []Arg

// MarshalJSON writes the arguments as an object, in their order.
func (a Args) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, 64)
	out = append(out, '{')
	for i, arg := range a {
		if i > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = quoted(out, arg.Name); err != nil {
			return nil, err
		}
		if out, err = quoted(append(out, ':'), arg.Value); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

// quoted appends a text as JSON. Most are plain words, of which a posture has thousands.
func quoted(out []byte, text string) ([]byte, error) {
	plain := func(c rune) bool {
		return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
	}
	if strings.IndexFunc(text, func(c rune) bool { return !plain(c) }) < 0 {
		return append(append(append(out, '"'), text...), '"'), nil
	}
	written, err := json.Marshal(text)
	return append(out, written...), err
}

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Args) UnmarshalJSON(text []byte) error {
	*a = nil
	read := json.NewDecoder(bytes.NewReader(text))
	if open, err := read.Token(); err != nil || open != json.Delim('{') {
		return fault.New(fault.Invalid, "the arguments of a reason are an object")
	}
	for read.More() {
		var arg Arg
		for _, into := range []*string{&arg.Name, &arg.Value} {
			token, err := read.Token()
			word, is := token.(string)
			if err != nil || !is {
				return fault.New(fault.Invalid, "the arguments of a reason are texts")
			}
			*into = word
		}
		*a = append(*a, arg)
	}
	return nil
}

// Get gives an argument by its name; empty when there is none.
func (a Args) Get(name string) string {
	for _, arg := range a {
		if arg.Name == name {
			return arg.Value
		}
	}
	return ""
}

// because makes a reason.
func because(code string, refs []ident.Ref, args ...Arg) Reason {
	if refs == nil {
		refs = []ident.Ref{}
	}
	return Reason{Code: code, Args: args, Because: refs}
}

func refs(r ...ident.Ref) []ident.Ref { return r }

func num(n int) string { return strconv.Itoa(n) }

// State is where a control stands. The order is from the worst.
type State string

// The states of a control.
const (
	Failing   State = "failing"
	Missing   State = "missing"
	Unknown   State = "unknown"
	Planned   State = "planned"
	Stale     State = "stale"
	Claimed   State = "claimed"
	Evidenced State = "evidenced"
)

// Rank orders states from the worst, 0, to the best.
func (s State) Rank() int {
	return slices.Index([]State{Failing, Missing, Unknown, Planned, Stale, Claimed, Evidenced}, s)
}

// Applicability says whether a control has anything to protect.
type Applicability string

// The applicabilities.
const (
	Applicable           Applicability = "applicable"
	NotApplicable        Applicability = "not-applicable"
	UnknownApplicability Applicability = "unknown"
)

// Weight says why a control is in the list.
type Weight string

// The weights.
const (
	RequiredWeight Weight = "required"
	Suggested      Weight = "suggested"
	Chosen         Weight = "chosen" // the team's own choice
)

// Control is the judgement of one control.
type Control struct {
	ID            ident.ID         `json:"id"`
	Control       ident.ID         `json:"control"` // in the library; empty for the team's own
	Title         string           `json:"title"`
	Applicability Applicability    `json:"applicability"`
	Origin        model.Origin     `json:"origin"`
	State         State            `json:"state"`
	Weight        Weight           `json:"weight"`
	Components    Share            `json:"components"`
	Strength      library.Strength `json:"strength"` // of what shows it; empty while nothing does
	Until         civil.Instant    `json:"until"`    // when what shows it goes out of date; empty for never
	Reasons       []Reason         `json:"reasons"`
}

// Share is "37 of 40": the components on which a control is evidenced, of those that it can be on.
type Share struct {
	N  int `json:"n"`
	Of int `json:"of"`
}

// Standing is where a risk stands against what may be borne.
type Standing string

// The standings of a risk.
const (
	Within    Standing = "within"
	Treating  Standing = "treating"
	Accepted  Standing = "accepted"
	Above     Standing = "above"
	Escalated Standing = "escalated"
	Unjudged  Standing = "unjudged"
)

// Rank orders standings from the worst, 0, to the best.
func (s Standing) Rank() int {
	return slices.Index([]Standing{Unjudged, Above, Escalated, Treating, Accepted, Within}, s)
}

// Risk is the judgement of one risk.
type Risk struct {
	ID                ident.ID       `json:"id"`
	Title             string         `json:"title"`
	Kind              model.RiskKind `json:"kind"`
	Inherent          Level          `json:"inherent"`
	ResidualClaimed   Level          `json:"residual_claimed"`
	ResidualEvidenced Level          `json:"residual_evidenced"`
	Target            Level          `json:"target"`
	Appetite          model.Band     `json:"appetite"`
	StandingClaimed   Standing       `json:"standing_claimed"`
	StandingEvidenced Standing       `json:"standing_evidenced"`
	Standing          Standing       `json:"standing"` // as the phase judges
	JudgedBy          library.Basis  `json:"judged_by"`
	Due               civil.Date     `json:"due"`
	Reasons           []Reason       `json:"reasons"`
}

// Level is a likelihood and an impact with their score and band. Zero is not judged.
type Level struct {
	Likelihood int        `json:"likelihood"`
	Impact     int        `json:"impact"` // the highest of the axes
	Axes       Axes       `json:"axes"`
	Score      int        `json:"score"`
	Band       model.Band `json:"band"`
}

// Axes are the impacts on each axis.
type Axes struct {
	Financial    int `json:"financial,omitempty"`
	Operational  int `json:"operational,omitempty"`
	Legal        int `json:"legal,omitempty"`
	Reputational int `json:"reputational,omitempty"`
	Safety       int `json:"safety,omitempty"`
}

// ActivityStanding is where an activity stands.
type ActivityStanding string

// The standings of an activity.
const (
	NotDue       ActivityStanding = "not-due"
	Due          ActivityStanding = "due"
	Current      ActivityStanding = "current"
	Overdue      ActivityStanding = "overdue"
	EstablishBy  ActivityStanding = "establish-by"
	Reopened     ActivityStanding = "re-opened"
	UnknownWhen  ActivityStanding = "unknown"
	NotAskedHere ActivityStanding = "not-asked"
)

// Rank orders standings from the worst, 0, to the best; what is not due counts as what is current.
func (s ActivityStanding) Rank() int {
	switch s {
	case Overdue:
		return 0
	case UnknownWhen:
		return 1
	case Due, Reopened, EstablishBy:
		return 2
	}
	return 3
}

// Activity is the judgement of one activity.
type Activity struct {
	ID       ident.ID         `json:"id"`
	Title    string           `json:"title"`
	Area     ident.ID         `json:"area"`
	Standing ActivityStanding `json:"standing"`
	Done     civil.Date       `json:"done"`
	Until    civil.Date       `json:"until"` // the last day of being current, or by which it is to be done
	Outputs  Share            `json:"outputs"`
	Reasons  []Reason         `json:"reasons"`
}

// AreaResult is the judgement of one of the seven areas.
type AreaResult struct {
	ID       ident.ID         `json:"id"`
	Title    string           `json:"title"`
	Standing ActivityStanding `json:"standing"`
	Current  int              `json:"current"`
	Due      int              `json:"due"`
	Overdue  int              `json:"overdue"`
	Reasons  []Reason         `json:"reasons"`
}

// StatementStanding is where an implication, question or outcome stands.
type StatementStanding string

// The standings of a statement.
const (
	Met        StatementStanding = "met"
	PartlyMet  StatementStanding = "partly"
	NotMet     StatementStanding = "not-met"
	Proposed   StatementStanding = "proposed"
	Excepted   StatementStanding = "excepted"
	Unanswered StatementStanding = "unanswered"
	StaleState StatementStanding = "stale"
)

// Rank orders standings from the worst, 0, to the best.
func (s StatementStanding) Rank() int {
	return slices.Index([]StatementStanding{NotMet, Unanswered, StaleState, Proposed, PartlyMet, Excepted, Met}, s)
}

// Principle is the judgement of one principle.
type Principle struct {
	ID         ident.ID          `json:"id"`
	Title      string            `json:"title"`
	Standing   StatementStanding `json:"standing"`
	Statements []Statement       `json:"statements"`
	Exceptions []ident.ID        `json:"exceptions"`
	Reasons    []Reason          `json:"reasons"`
}

// Statement is the judgement of one statement of a principle.
type Statement struct {
	ID       ident.ID              `json:"id"`
	Kind     library.StatementKind `json:"kind"`
	Standing StatementStanding     `json:"standing"`
	Proposal StatementStanding     `json:"proposal,omitempty"` // what the engine proposes, while nobody has confirmed it
	Reasons  []Reason              `json:"reasons"`
}

// Findings are weaknesses, counted, with the most pressing ones.
type Findings struct {
	Counts FindingCounts `json:"counts"`
	Top    []Finding     `json:"top"` // by deadline, at most ten
	open   []Finding
}

// Open gives every open weakness, the most pressing first. Of a judgement that was read from a file they are the top ones.
func (f *Findings) Open() []Finding {
	if f.open == nil {
		return f.Top
	}
	return f.open
}

// FindingCounts counts findings.
type FindingCounts struct {
	Open    int `json:"open"`
	Overdue int `json:"overdue"`
	Closed  int `json:"closed"`
}

// Finding is the judgement of one weakness.
type Finding struct {
	ID        ident.ID      `json:"id"`
	Weakness  string        `json:"weakness"`
	Place     string        `json:"place"`
	Component ident.ID      `json:"component"`
	Severity  model.Band    `json:"severity"`
	First     civil.Instant `json:"first_seen"`
	Deadline  civil.Instant `json:"deadline"`
	Overdue   bool          `json:"overdue"`
	Accepted  ident.ID      `json:"accepted"`  // the decision by which it is borne; empty for none
	Escalated ident.ID      `json:"escalated"` // the role that is to be told, since it has been open so long; empty for none
	Escalates civil.Instant `json:"escalates"` // when the next role is to be told; 0 for none
	Reasons   []Reason      `json:"reasons"`
}

// Framework is the judgement of a chosen framework.
type Framework struct {
	ID           ident.ID            `json:"id"`
	Version      string              `json:"version"`
	Title        string              `json:"title"`
	Known        bool                `json:"known"` // whether a pack in force holds it
	Profile      string              `json:"profile"`
	Answered     Share               `json:"answered"`
	Meets        Share               `json:"meets"`        // the least level of the profile, of those that have one
	Requirements []RequirementResult `json:"requirements"` // in the framework's order
	Reasons      []Reason            `json:"reasons"`
}

// Meets says whether a requirement comes to the least level of a profile.
type Meets string

// What it says.
const (
	MeetsYes       Meets = "yes"
	MeetsNo        Meets = "no"
	MeetsNoMinimum Meets = "no-minimum"
)

// RequirementResult is the judgement of one requirement of a framework.
type RequirementResult struct {
	ID       string            `json:"id"`
	Ref      ident.Ref         `json:"ref"`
	Title    string            `json:"title"`
	Standing StatementStanding `json:"standing"`
	Level    ident.ID          `json:"level"`              // what counts; empty while nothing does
	Proposal ident.ID          `json:"proposal,omitempty"` // what is proposed, while nobody has confirmed it
	Minimum  ident.ID          `json:"minimum"`            // of the profile; empty for none
	Meets    Meets             `json:"meets"`
	Reviewed ident.ID          `json:"reviewed"` // what somebody outside the team found
	Priority bool              `json:"priority"` // to be improved first: a reviewer found it below the profile
	Reasons  []Reason          `json:"reasons"`
	rank     int
}

// Rank orders the levels that a requirement can come to from the lowest, 1; 0 while nothing counts.
func (r *RequirementResult) Rank() int { return r.rank }

// ProfileResult is an indicative profile.
type ProfileResult struct {
	Scheme   ident.ID    `json:"scheme"`
	Phase    model.Phase `json:"phase"`
	Level    ident.ID    `json:"level"`
	Official bool        `json:"official"`
	Rule     ident.Ref   `json:"rule"`
	InTheWay []Obstacle  `json:"in_the_way"` // of the next level
}

// Obstacle is something that stands in the way.
type Obstacle struct {
	ID     ident.Ref `json:"id"`
	Text   string    `json:"text"`
	Reason Reason    `json:"reason"`
}

// Gate is a point where work may not go on without something.
type Gate struct {
	ID       ident.ID   `json:"id"`
	Title    string     `json:"title"`
	Ready    bool       `json:"ready"`
	Passed   bool       `json:"passed"` // a sign-off is recorded
	Behind   bool       `json:"behind"` // it stands before an earlier phase than the service is in
	From     civil.Date `json:"from"`
	Until    civil.Date `json:"until"`
	InTheWay []Obstacle `json:"in_the_way"`
}

// Decision is the state of a decision.
type Decision struct {
	ID       ident.ID      `json:"id"`
	Kind     string        `json:"kind"`
	Subject  []ident.Ref   `json:"subject"`
	State    string        `json:"state"`
	Attested bool          `json:"attested"`
	Cause    *Reason       `json:"cause"`
	Since    civil.Instant `json:"since"`
	Until    civil.Instant `json:"until"`
}

// EvidenceUse says what a piece of evidence is used for and how long it holds.
type EvidenceUse struct {
	ID    ident.ID      `json:"id"`
	Uses  []ident.Ref   `json:"uses"`
	Until civil.Instant `json:"until"`
	State string        `json:"state"` // counts, cleared, out-of-date, failed, not-yet, two-contents, unused
}

// Change is the next dated change of an item.
type Change struct {
	At   civil.Instant `json:"at"`
	ID   ident.Ref     `json:"id"`
	Code string        `json:"code"`
	Text string        `json:"text"`
}
