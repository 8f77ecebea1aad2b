package judge

import (
	"cmp"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// claimed is the claims of a service, with what hangs on them and the library alone.
type claimed struct {
	from       *model.Service                         // as it came
	claims     *model.Service                         // in order
	said       ident.Digest                           // of the claims
	ofType     map[model.ComponentType]evidence.Cover // components of the service's own, by kind
	components map[ident.ID]int                       // place in the service's order
	claimAt    map[ident.ID]int                       // claim of a control, by the ids that it has and had
	controlAt  map[ident.ID][]int                     // claims of a control of the library, or of one of the team's own, by its id
	duties     map[ident.ID]int
	answers    map[answered]*model.Answer // the first to each statement and requirement
	own        []ident.ID                 // components that the service answers for
	dataAt     map[ident.ID]*model.Data
	threatened []threat.Candidate // what could be done, by the rules
	graph      *threat.Graph      // how far somebody would come
	disposedOf map[ident.ID][]int // dispositions, by the id that each names
	riskOf     map[ident.ID][]int // risks, by the threats that each names
	now        *digests           // of what is claimed
}

// again gives these claims where they are those of a service under the same premises, and else makes new ones ready.
func (in *claimed) again(s *model.Service, before, p *premises) (*claimed, error) {
	if in != nil && in.from == s && before == p {
		return in, nil
	}
	out := &claimed{from: s, claims: inOrder(s)}
	var err error
	if out.said, err = p.sum(out.claims); err != nil { // in order already, which is quicker and gives the same digest
		return nil, err
	}
	out.now = &digests{service: out.claims, known: map[string]ident.Digest{}}
	out.index()
	out.threaten(p)
	return out, nil
}

// index makes the claims quick to look up.
func (in *claimed) index() {
	s := in.claims
	in.components = make(map[ident.ID]int, len(s.Architecture.Components))
	in.ofType = map[model.ComponentType]evidence.Cover{}
	for i := range s.Architecture.Components {
		c := &s.Architecture.Components[i]
		in.components[c.ID] = i
		if !others(c) {
			in.add(c.Type, i)
			in.own = append(in.own, c.ID)
		}
		for _, former := range c.Formerly {
			in.components[former] = i
		}
	}
	in.dataAt = make(map[ident.ID]*model.Data, len(s.Data))
	for i := range s.Data {
		in.dataAt[s.Data[i].ID] = &s.Data[i]
	}
	in.claimAt = make(map[ident.ID]int, len(s.Controls))
	in.controlAt = make(map[ident.ID][]int, len(s.Controls))
	for i := range s.Controls {
		c := &s.Controls[i]
		in.controlAt[c.Requires()] = append(in.controlAt[c.Requires()], i)
		in.claimAt[c.ID] = i
		for _, f := range c.Formerly {
			in.claimAt[f] = i
		}
	}
	in.answers = make(map[answered]*model.Answer, len(s.Answers))
	for i := range s.Answers {
		a := &s.Answers[i]
		to := answered{a.Principle, a.Framework, a.Version, cmp.Or(string(a.Statement), a.Requirement)}
		if in.answers[to] == nil { // where there are two, the first counts
			in.answers[to] = a
		}
	}
	in.duties = make(map[ident.ID]int, len(s.Plan.Activities))
	for i := range s.Plan.Activities {
		in.duties[s.Plan.Activities[i].ID] = i
	}
}

// answered names what an answer is to: a statement of a principle, or a requirement of a framework in a version.
type answered struct {
	principle, framework ident.ID
	version, id          string
}

// add notes a component of the service's own among those of its kind.
func (in *claimed) add(kind model.ComponentType, i int) {
	if in.ofType[kind] == nil {
		in.ofType[kind] = evidence.NewCover(in.places())
	}
	in.ofType[kind].Add(i)
}

// places is the size of every cover: the components, and one more for the service as a whole.
func (in *claimed) places() int { return len(in.claims.Architecture.Components) + 1 }

// threaten works out what could be done to the design, which rests on the claims and the packs alone.
func (in *claimed) threaten(p *premises) {
	design := threat.Arrange(in.claims, p.library)
	in.threatened, in.graph = p.book.Candidates(design), p.book.Graph(design)
	in.disposedOf, in.riskOf = map[ident.ID][]int{}, map[ident.ID][]int{}
	for i := range in.claims.Threats.Dispositions {
		id := in.claims.Threats.Dispositions[i].ID
		in.disposedOf[id] = append(in.disposedOf[id], i)
	}
	for i := range in.claims.Risks {
		for _, id := range in.claims.Risks[i].Threats {
			in.riskOf[id] = append(in.riskOf[id], i)
		}
	}
}
