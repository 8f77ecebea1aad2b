package threat

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// builtin gives the library that comes with Bulkhead and its rules and steps.
func builtin(t testing.TB) (*library.Library, *Rulebook) {
	t.Helper()
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	book, problems := NewRulebook(lib)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return lib, book
}

// chance is where a design comes from: what rapid draws, or a row of numbers that is always the same.
type chance interface {
	below(n int) int // from 0 to n-1
}

type drawn struct{ *rapid.T }

func (d drawn) below(n int) int { return rapid.IntRange(0, n-1).Draw(d.T, "n") }

type row struct{ *rand.Rand }

func (r row) below(n int) int { return r.IntN(n) }

func one[T any](c chance, of ...T) T { return of[c.below(len(of))] }

// maybe gives one of some words, and mostly none: what nobody said is what is hard.
func maybe[T ~string](c chance, of ...T) T {
	if c.below(5) < 3 {
		return ""
	}
	return one(c, of...)
}

// some gives up to most of the ids of some elements.
func some(c chance, prefix string, of, most int) (out []ident.ID) {
	if of == 0 {
		return nil
	}
	for range c.below(most + 1) {
		out = append(out, nth(prefix, c.below(of)))
	}
	return out
}

func nth(prefix string, i int) ident.ID { return ident.ID(fmt.Sprintf("%s%d", prefix, i)) }

// anyOf names one of some elements, or none, or one that is not there.
func anyOf(c chance, prefix string, of int) ident.ID {
	if i := c.below(of + 2); i < of {
		return nth(prefix, i)
	}
	return ""
}

// size is how many elements of each kind a design has.
type size struct{ components, flows, zones, runtimes, identities, suppliers, data, functions, losses, risks int }

func drawSize(c chance) size {
	return size{1 + c.below(6), c.below(7), c.below(4), c.below(3), c.below(4), c.below(3), c.below(4), c.below(3), c.below(3), c.below(3)}
}

func yesOrNo(c chance) model.Attribute { return maybe(c, model.Yes, model.No) }

// design makes a service of a size.
func design(c chance, n size) *model.Service {
	s := &model.Service{Bulkhead: "v1", Service: model.Identity{ID: "s", Name: "Service", Phase: "alpha"}}
	s.Context.BusinessImpact.Criticality = maybe[model.Criticality](c, "low", "critical")
	a := &s.Architecture
	for i := range n.zones {
		a.Zones = append(a.Zones, model.Zone{ID: nth("z", i), Trust: maybe(c, model.Isolated, model.Internal, model.Partner, model.Public), Parent: anyOf(c, "z", i)})
	}
	for i := range n.components {
		a.Components = append(a.Components, component(c, n, i))
	}
	for i := range n.flows {
		a.Flows = append(a.Flows, flow(c, n, i))
	}
	for i := range n.identities {
		a.Identities = append(a.Identities, model.Account{
			ID: nth("i", i), People: yesOrNo(c), Privileged: yesOrNo(c), MultiFactor: yesOrNo(c), Personal: yesOrNo(c), Components: some(c, "c", n.components, 3),
		})
	}
	for i := range n.runtimes {
		a.Runtimes = append(a.Runtimes, model.Runtime{ID: nth("r", i), Supplier: anyOf(c, "s", n.suppliers), Isolation: yesOrNo(c)})
	}
	for i := range n.suppliers {
		s.Suppliers = append(s.Suppliers, model.Engagement{ID: nth("s", i), Name: "Supplier", Criticality: maybe[model.Criticality](c, "low", "high"), Data: some(c, "d", n.data, 1)})
	}
	for i := range n.data {
		s.Data = append(s.Data, data(c, i))
	}
	for i := range n.functions {
		s.Context.Functions = append(s.Context.Functions, model.Function{
			ID: nth("f", i), Name: "Function", Components: some(c, "c", n.components, 2), Supports: some(c, "f", n.functions, 1), Losses: some(c, "l", n.losses, 1),
		})
	}
	for i := range n.losses {
		s.Context.Appetite.UnacceptableLosses = append(s.Context.Appetite.UnacceptableLosses, model.Loss{ID: nth("l", i), Text: "Loss"})
	}
	for i := range n.risks {
		s.Risks = append(s.Risks, model.Risk{ID: nth("k", i), Title: "Risk", Data: some(c, "d", n.data, 1), Functions: some(c, "f", n.functions, 1), Losses: some(c, "l", n.losses, 1)})
	}
	return s
}

func component(c chance, n size, i int) model.Component {
	return model.Component{
		ID:   nth("c", i),
		Type: one[model.ComponentType](c, "web-application", "api", "process", "datastore", "file-store", "queue", "gateway", "identity-provider", "build-pipeline", "code-repository", "secrets-store", "device", "ai-model", "person", "external-system"),
		Zone: anyOf(c, "z", n.zones), Runtime: anyOf(c, "r", n.runtimes), Supplier: anyOf(c, "s", n.suppliers), Provider: maybe[ident.ID](c, "p", "q"),
		Holds: some(c, "d", n.data, 2), Handles: some(c, "d", n.data, 1), Secrets: some(c, "i", n.identities, 1),
		Encryption: maybe[model.Encryption](c, "none", "standard", "end-to-end"), OutOfScope: maybe(c, model.No, model.No, model.Yes), InternetFacing: yesOrNo(c), Management: yesOrNo(c),
		ForPeople: yesOrNo(c), MultiTenant: yesOrNo(c), Custom: yesOrNo(c), AcceptsFiles: yesOrNo(c), Logs: yesOrNo(c), Redundant: yesOrNo(c), BackedUp: yesOrNo(c),
		Criticality: maybe[model.Criticality](c, "low", "medium", "high", "critical"),
	}
}

func flow(c chance, n size, i int) model.Flow {
	signIn := func() model.SignIn {
		return maybe[model.SignIn](c, "none", "password", "session", "token", "certificate", "multi-factor")
	}
	return model.Flow{
		ID: nth("w", i), Source: nth("c", c.below(n.components)), Destination: nth("c", c.below(n.components)), Data: some(c, "d", n.data, 2),
		Protocol: maybe(c, "https", "http", "sql", "ftp"), Authentication: signIn(), Authorization: signIn(), Encryption: maybe[model.Encryption](c, "none", "standard", "approved"),
		Bidirectional: yesOrNo(c), Management: yesOrNo(c), Filtered: yesOrNo(c), RateLimited: yesOrNo(c), Validated: yesOrNo(c), Logged: yesOrNo(c), Identity: anyOf(c, "i", n.identities),
	}
}

func data(c chance, i int) model.Data {
	out := model.Data{
		ID: nth("d", i), Name: "Data", Classification: maybe(c, model.Official, model.Secret), Personal: yesOrNo(c), SpecialCategory: yesOrNo(c), CriminalOffence: yesOrNo(c),
		Credentials: yesOrNo(c), Records: one[int64](c, 0, 0, 500, 200_000), DerivedFrom: some(c, "d", i, 1),
	}
	if c.below(3) == 0 {
		out.Markings = []model.Marking{"SENSITIVE"}
	}
	return out
}

// estate makes a service like a real one of so many components, always the same: 1.7 flows for each, twenty on each runtime,
// forty in each zone. Most flows stay near, and the first components are what is open to the internet.
func estate(components int) *model.Service {
	c := row{rand.New(rand.NewPCG(1, uint64(components)))}
	at := func(each int) int { return 1 + components/each }
	n := size{components, components * 17 / 10, at(40), at(20), at(8), at(50), at(10), at(50), at(100), at(50)}
	s := design(c, n)
	a := &s.Architecture
	for i := range a.Zones {
		a.Zones[i].Trust, a.Zones[i].Parent = one(c, model.Internal, model.Internal, model.Isolated), ""
	}
	a.Zones[0].Trust = model.Public
	for i := range a.Components {
		x := &a.Components[i]
		x.Zone, x.Runtime, x.OutOfScope, x.InternetFacing = nth("z", i/40), nth("r", i/20), "", model.No
		if i < components/50 {
			x.InternetFacing = model.Yes
		}
	}
	for i := range a.Flows {
		from := c.below(components)
		to := (from + 1 + c.below(60)) % components
		if c.below(20) == 0 {
			to = c.below(components)
		}
		a.Flows[i].Source, a.Flows[i].Destination = nth("c", from), nth("c", to)
	}
	return s
}

// workings says of some controls on some components that they work: the bits of a number for each.
type workings struct {
	seed, claimed, shown uint64
}

func drawWorkings(t *rapid.T) workings {
	return workings{rapid.Uint64().Draw(t, "seed"), rapid.Uint64Range(0, 4).Draw(t, "claimed"), rapid.Uint64Range(0, 4).Draw(t, "shown")}
}

// works is the same for the same control and component; what is shown is claimed too.
func (w workings) works(control ident.ID, component int) (claimed, evidenced bool) {
	h := w.seed ^ uint64(component+7)*0x9E3779B97F4A7C15
	for _, c := range []byte(control) {
		h = (h ^ uint64(c)) * 0x100000001B3
	}
	h ^= h >> 29
	evidenced = h%8 < w.shown
	return evidenced || h>>8%8 < w.claimed, evidenced
}
