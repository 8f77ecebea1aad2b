package judge

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// demand is a control that is required, and why.
type demand struct {
	control ident.ID
	why     Reason
}

// required gives what the baseline of the tier asks by the phase, all of it where the phase is not known, and what the
// obligations ask that apply, or of which nobody has said whether they do: nobody is asked less by saying nothing.
func (j *judging) required(c *contexts) map[ident.ID]*demand {
	all := j.library.Required(ident.ID(c.result.Tier.Value))
	out := make(map[ident.ID]*demand, len(all))
	for i := range all {
		req := &all[i]
		if (req.Stage <= c.result.Stage || c.result.Stage == 0) && out[req.Control] == nil {
			out[req.Control] = &demand{req.Control, because("control.required", refs(req.Ref, j.tierRef()), Arg{"tier", c.result.Tier.Value}, Arg{"why", req.Why})}
		}
	}
	for i := range c.result.Obligations {
		o := &c.result.Obligations[i]
		if o.Applies == model.No || o.entry == nil {
			continue
		}
		for _, id := range o.entry.Item.Controls {
			if out[id] == nil {
				out[id] = &demand{id, byObligation(o)}
			}
		}
	}
	return out
}

func byObligation(o *Obligation) Reason {
	if o.Applies == model.Yes {
		return because("control.required-by-obligation", refs(o.entry.Ref), Arg{"obligation", o.Title})
	}
	return because("control.required-until-said", refs(o.entry.Ref), Arg{"obligation", o.Title})
}
