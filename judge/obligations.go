package judge

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Obligation is a law, policy or contract, and whether it applies to the service.
type Obligation struct {
	ID      ident.ID             `json:"id"`
	Title   string               `json:"title"`
	Kind    model.ObligationKind `json:"kind"`
	Applies model.Attribute      `json:"applies"`
	Derived bool                 `json:"derived"` // it follows from what the service holds, whatever the team says
	Reasons []Reason             `json:"reasons"`
	entry   *library.Entry[library.Obligation]
}

// obligations says of each obligation of the matrix that the team speaks of, or that follows from what the service is,
// whether it applies. The team's "no" does not undo what follows from the data, nor what would follow from something that
// nobody has said of the data: whoever knows that it does not apply can say that.
func (j *judging) obligations(c *contexts) []Obligation {
	out := []Obligation{}
	for i := range j.library.Obligations {
		e := &j.library.Obligations[i]
		if !j.inLifecycle(e.Item.Lifecycle) || !j.watch.Within(j.zone.Start(e.Item.From), j.zone.End(e.Item.Until)) {
			continue
		}
		if o, is := j.obligation(e, c); is {
			out = append(out, o)
		}
	}
	for i := range j.service().Context.Obligations {
		claim := &j.service().Context.Obligations[i]
		if !j.inMatrix(claim.ID) {
			out = append(out, Obligation{
				ID: claim.ID, Title: claim.Name, Kind: claim.Kind, Applies: claim.Applies,
				Reasons: []Reason{because("obligation.said", refs(obligationClaim(claim.ID)), Arg{"applies", said(claim.Applies)}, Arg{"why", claim.Justification})},
			})
		}
	}
	return out
}

func obligationClaim(id ident.ID) ident.Ref {
	return ident.Claim("context", "obligations", string(id))
}

func said(a model.Attribute) string {
	if a == model.Unknown {
		return "not known"
	}
	return string(a)
}

func (j *judging) inMatrix(id ident.ID) bool {
	for i := range j.library.Obligations {
		if j.library.Obligations[i].Item.ID == id {
			return true
		}
	}
	return false
}

func (j *judging) obligation(e *library.Entry[library.Obligation], c *contexts) (Obligation, bool) {
	out := Obligation{ID: e.Item.ID, Title: e.Item.Title, Kind: e.Item.Kind, entry: e}
	var claim *model.Obligation
	for i := range j.service().Context.Obligations {
		if o := &j.service().Context.Obligations[i]; o.ID == e.Item.ID {
			claim = o
		}
	}
	for i := range e.Item.When {
		when := &e.Item.When[i]
		why, supposed, is := j.matches(when, c)
		if !is {
			continue
		}
		out.Applies, out.Derived = model.Yes, !supposed
		code := "obligation.follows"
		if supposed {
			code, out.Applies = "obligation.may-follow", model.Unknown
		}
		out.Reasons = append(out.Reasons, because(code, append(why, e.Ref), Arg{"why", when.Why}))
		break
	}
	mayFollow := out.Applies == model.Unknown && len(out.Reasons) > 0
	if claim != nil {
		out.Reasons = append(out.Reasons, because("obligation.said", refs(obligationClaim(claim.ID), e.Ref), Arg{"applies", said(claim.Applies)}, Arg{"why", claim.Justification}))
		if !out.Derived && claim.Applies != "" && !(mayFollow && claim.Applies == model.No) {
			out.Applies = claim.Applies
		}
	}
	return out, claim != nil || len(out.Reasons) > 0
}

// inLifecycle says whether something that is for one lifecycle, or for all, is for the service. What the phase does not
// tell is for all that it could be.
func (j *judging) inLifecycle(l library.Lifecycle) bool {
	p := j.library.Phase(j.service().Service.Phase)
	return l == "" || p != nil && p.Lifecycle == l
}
