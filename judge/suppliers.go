package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// SupplierStanding is where a supplier stands. The order is from the worst.
type SupplierStanding string

// The standings of a supplier.
const (
	SupplierBlocked SupplierStanding = "blocked" // not ready for what it is used for
	SupplierUnknown SupplierStanding = "unknown"
	SupplierAction  SupplierStanding = "action" // something is to be done
	SupplierReady   SupplierStanding = "ready"
	SupplierEnded   SupplierStanding = "ended"
)

// Rank orders standings from the worst, 0.
func (s SupplierStanding) Rank() int {
	return slices.Index([]SupplierStanding{SupplierBlocked, SupplierUnknown, SupplierAction, SupplierReady, SupplierEnded}, s)
}

// Supplier is the judgement of a supplier in its use for the service.
type Supplier struct {
	ID       ident.ID         `json:"id"`
	Name     string           `json:"name"`
	Standing SupplierStanding `json:"standing"`
	Until    civil.Date       `json:"until"` // the last day of the contract
	Reasons  []Reason         `json:"reasons"`
}

// suppliers judges every engagement: its certificates against the life of the contract, the answers to the buyer's risk
// assessment, the clauses that its profile asks for, what was passed on to subcontractors, and products used unreviewed.
func (j *judging) suppliers() []Supplier {
	out := make([]Supplier, 0, len(j.service().Suppliers))
	for i := range j.service().Suppliers {
		out = append(out, j.supplier(&j.service().Suppliers[i]))
	}
	return out
}

func supplierClaim(id ident.ID, more ...string) ident.Ref {
	return ident.Claim(append([]string{"suppliers", string(id)}, more...)...)
}

func (j *judging) supplier(e *model.Engagement) Supplier {
	s := &supplying{judging: j, of: e, out: Supplier{ID: e.ID, Name: e.Name, Standing: SupplierReady, Until: e.Until}}
	if !e.Until.IsZero() && j.watch.Passed(j.zone.End(e.Until)) {
		s.ended()
		return s.out
	}
	s.certificates()
	s.questionnaire()
	s.clauses()
	s.subcontractors()
	s.products()
	if len(s.out.Reasons) == 0 {
		s.say(SupplierReady, "supplier.ready", supplierClaim(e.ID))
	}
	return s.out
}

// supplying is one engagement being judged.
type supplying struct {
	*judging
	of  *model.Engagement
	out Supplier
}

// say adds a reason; the standing is the worst of all.
func (s *supplying) say(standing SupplierStanding, code string, ref ident.Ref, args ...Arg) {
	if standing.Rank() < s.out.Standing.Rank() {
		s.out.Standing = standing
	}
	s.out.Reasons = append(s.out.Reasons, because(code, refs(ref), args...))
}

// ended judges a contract that is over: what is left is that access and data come back.
func (s *supplying) ended() {
	ref := supplierClaim(s.of.ID)
	until := Arg{"until", s.of.Until.String()}
	if s.inDate(&s.of.ExitPlan) {
		s.out.Standing = SupplierEnded
		s.out.Reasons = append(s.out.Reasons, because("supplier.ended", refs(ref), until))
		return
	}
	s.say(SupplierAction, "supplier.ended-without-exit", ref, until)
}

// certificates: one that ends before the contract does must be renewed in time. So must every one where nobody has said
// when the contract ends. Of one without an end nobody knows whether it holds, and one that has not begun does not.
func (s *supplying) certificates() {
	for i := range s.of.Certificates {
		c := &s.of.Certificates[i]
		ref := supplierClaim(s.of.ID, "certificates", string(c.ID))
		args := Args{{"certificate", c.Scheme}, {"until", c.Until.String()}, {"contract", s.of.Until.String()}}
		switch {
		case c.Until.IsZero():
			s.say(SupplierUnknown, "supplier.certificate-end-unknown", ref, args...)
		case s.watch.Passed(s.zone.End(c.Until)):
			s.say(SupplierBlocked, "supplier.certificate-out-of-date", ref, args...)
		case !s.holds(c.Scheme):
			s.say(SupplierAction, "supplier.certificate-not-begun", ref, append(args, Arg{"from", c.From.String()})...)
		case s.of.Until.IsZero():
			s.say(SupplierAction, "supplier.certificate-ends", ref, args...)
		case c.Until.Before(s.of.Until):
			s.say(SupplierAction, "supplier.certificate-ends-in-contract", ref, args...)
		}
	}
}

// holds says whether some certificate of a scheme has begun.
func (s *supplying) holds(scheme string) bool {
	return slices.ContainsFunc(s.of.Certificates, func(c model.Certificate) bool {
		return c.Scheme == scheme && (c.From.IsZero() || s.watch.Reached(s.zone.Start(c.From)))
	})
}

// questionnaire: a supplier that does not meet its profile is not ready, unless the buyer accepted its plan. That it will
// have answered on some day is no answer yet.
func (s *supplying) questionnaire() {
	a := &s.of.Assessment
	ref := supplierClaim(s.of.ID, "assessment")
	answer := a.Questionnaire
	if answer == "met" && !a.Answered.IsZero() && !s.watch.Reached(s.zone.Start(a.Answered)) {
		answer = ""
	}
	switch {
	case answer == "not-met" && a.PlanAccepted != model.Yes:
		s.say(SupplierBlocked, "supplier.not-met-without-plan", ref)
	case answer == "not-met":
		s.say(SupplierAction, "supplier.plan-accepted", ref)
	case answer == "" && asks(a.Profile):
		s.say(SupplierUnknown, "supplier.questionnaire-unanswered", ref, Arg{"profile", string(a.Profile)})
	case a.Profile == "" && answer == "" && !s.inDate(&s.of.RiskReport) && !s.inDate(&a.Statement):
		s.say(SupplierUnknown, "supplier.not-assessed", supplierClaim(s.of.ID))
	}
	for i := range s.of.Responses {
		r := &s.of.Responses[i]
		ref, name := supplierClaim(s.of.ID, "responses", string(r.ID)), Arg{"requirement", string(r.ID)}
		switch r.Answer {
		case model.NotMet:
			s.say(SupplierAction, "supplier.requirement-not-met", ref, name)
		case "":
			s.say(SupplierUnknown, "supplier.requirement-unanswered", ref, name)
		}
	}
}

func asks(p model.CyberProfile) bool { return p != "" && p != "not-applicable" && p != "level-0" }

// clauses: those that the library asks for at the supplier's profile must be in the contract; one that is said to be
// lacking is to be agreed, and of one that is only named nobody knows.
func (s *supplying) clauses() {
	has := map[ident.ID]model.Attribute{}
	for _, c := range s.of.Clauses {
		has[c.ID] = c.Present
		ref, name := supplierClaim(s.of.ID, "clauses", string(c.ID)), Arg{"clause", cmp.Or(c.Title, string(c.ID))}
		switch {
		case s.needed(c.ID) != nil:
		case c.Present == model.No:
			s.say(SupplierAction, "supplier.clause-lacking", ref, name)
		case c.Present == model.Unknown:
			s.say(SupplierUnknown, "supplier.clause-unknown", ref, name)
		}
	}
	for i := range s.library.Clauses {
		c := &s.library.Clauses[i]
		if s.needed(c.Item.ID) == nil || has[c.Item.ID] == model.Yes {
			continue
		}
		s.out.Reasons = append(s.out.Reasons, because("supplier.clause-missing", refs(supplierClaim(s.of.ID), c.Ref), Arg{"clause", c.Item.Title}, Arg{"profile", string(s.of.Assessment.Profile)}))
		s.out.Standing = SupplierBlocked
	}
}

// needed gives the clause of the library that the supplier's profile asks for.
func (s *supplying) needed(id ident.ID) *library.Clause {
	for i := range s.library.Clauses {
		if c := s.library.Clauses[i].Item; c.ID == id && slices.Contains(c.Profiles, s.of.Assessment.Profile) {
			return c
		}
	}
	return nil
}

func (s *supplying) subcontractors() {
	for i := range s.of.FlowDown {
		if f := &s.of.FlowDown[i]; f.Required != model.Yes {
			standing, code := SupplierUnknown, "supplier.flow-down-unknown"
			if f.Required == model.No {
				standing, code = SupplierAction, "supplier.flow-down-lacking"
			}
			s.say(standing, code, supplierClaim(s.of.ID, "flow_down", string(f.ID)), Arg{"name", f.Name})
		}
	}
}

func (s *supplying) products() {
	for i := range s.of.Products {
		p := &s.of.Products[i]
		if p.Reviewed.IsZero() || !s.watch.Reached(s.zone.Start(p.Reviewed)) {
			s.say(SupplierAction, "supplier.product-not-reviewed", supplierClaim(s.of.ID, "products", string(p.ID)), Arg{"product", p.Name})
		}
	}
}
