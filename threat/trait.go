package threat

import (
	"fmt"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// unknown is the word with which a rule asks for what nobody has said.
const unknown = "unknown"

// attribute is something that a rule can ask of an element: its name, its words (none for free text), and how it is read.
// Empty is not known.
type attribute struct {
	name  string
	words []string
	read  func(d *Design, at int) string
}

// yes, no.
func yesNo() []string { return []string{"yes", "no"} }

func say(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func names[W interface{ Words() []schema.Word }](of W) (out []string) {
	for _, w := range of.Words() {
		if !w.Absent && w.Not == "" {
			out = append(out, w.Name)
		}
	}
	return out
}

// attributes gives what can be asked of a kind of element.
func attributes(of library.Element) []attribute {
	switch of {
	case library.OnAComponent:
		return append(componentAttributes(), ofStake(func(d *Design, at int) *stake { return &d.atComponent[at].stake })...)
	case library.OnAFlow:
		return append(flowAttributes(), ofStake(func(d *Design, at int) *stake { return &d.atFlow[at].stake })...)
	case library.OnData:
		return append(dataAttributes(), ofStake(func(d *Design, at int) *stake { return &d.atData[at].stake })...)
	case library.OnAnIdentity:
		return identityAttributes()
	case library.OnARuntime:
		return append(runtimeAttributes(), ofGathering(func(d *Design, at int) *gathering { return &d.atRuntime[at] })...)
	case library.OnAZone:
		return append(zoneAttributes(), ofGathering(func(d *Design, at int) *gathering { return &d.atZone[at] })...)
	case library.OnASupplier:
		return append(supplierAttributes(), ofGathering(func(d *Design, at int) *gathering { return &d.atSupplier[at] })...)
	}
	return serviceAttributes()
}

func componentAttributes() []attribute {
	c := func(read func(*model.Component) string) func(*Design, int) string {
		return func(d *Design, at int) string { return read(&d.Architecture.Components[at]) }
	}
	is := func(name string, r func(*model.Component) model.Attribute) attribute {
		return attribute{name, yesNo(), c(func(x *model.Component) string { return string(r(x)) })}
	}
	return []attribute{
		{"type", names(model.ComponentType("")), c(func(x *model.Component) string { return string(x.Type) })},
		{"encryption", names(model.Encryption("")), c(func(x *model.Component) string { return string(x.Encryption) })},
		{"criticality", names(model.Criticality("")), c(func(x *model.Component) string { return string(x.Criticality) })},
		is("internet_facing", func(x *model.Component) model.Attribute { return x.InternetFacing }),
		is("management", func(x *model.Component) model.Attribute { return x.Management }),
		is("for_people", func(x *model.Component) model.Attribute { return x.ForPeople }),
		is("multi_tenant", func(x *model.Component) model.Attribute { return x.MultiTenant }),
		is("custom", func(x *model.Component) model.Attribute { return x.Custom }),
		is("accepts_files", func(x *model.Component) model.Attribute { return x.AcceptsFiles }),
		is("logs", func(x *model.Component) model.Attribute { return x.Logs }),
		is("redundant", func(x *model.Component) model.Attribute { return x.Redundant }),
		is("backed_up", func(x *model.Component) model.Attribute { return x.BackedUp }),
		{"exposure", names(model.Trust("")), func(d *Design, at int) string { return string(d.atComponent[at].exposure) }},
		{"ours", yesNo(), func(d *Design, at int) string { return say(d.atComponent[at].ours) }},
		{"supplied", yesNo(), func(d *Design, at int) string { return say(d.atComponent[at].supplier >= 0) }},
		{"provided", yesNo(), c(func(x *model.Component) string { return say(x.Provider != "") })},
		{"holds", yesNo(), func(d *Design, at int) string { return say(len(d.atComponent[at].holds.data) > 0) }},
		{"holds_personal", yesNo(), func(d *Design, at int) string { return string(d.atComponent[at].holds.personal) }},
		{"secrets", yesNo(), c(func(x *model.Component) string { return say(len(x.Secrets) > 0) })},
		{"support", []string{"dated"}, c(func(x *model.Component) string {
			if x.SupportedUntil.IsZero() {
				return ""
			}
			return "dated"
		})},
		{"version", []string{"said"}, c(func(x *model.Component) string { return said(x.Version) })},
		{"owner", []string{"said"}, c(func(x *model.Component) string { return said(x.Owner) })},
		{"called", yesNo(), func(d *Design, at int) string { return say(len(d.atComponent[at].in) > 0) }},
		{"calls", yesNo(), func(d *Design, at int) string { return say(len(d.atComponent[at].out) > 0) }},
		{"shares_runtime", yesNo(), func(d *Design, at int) string {
			r := d.atComponent[at].runtime
			return say(r >= 0 && len(d.atRuntime[r].components) > 1)
		}},
	}
}

// said gives what there is to ask of a free text: whether there is one.
func said(text string) string {
	if text == "" {
		return ""
	}
	return "said"
}

func flowAttributes() []attribute {
	f := func(read func(*model.Flow) string) func(*Design, int) string {
		return func(d *Design, at int) string { return read(&d.Architecture.Flows[at]) }
	}
	is := func(name string, r func(*model.Flow) model.Attribute) attribute {
		return attribute{name, yesNo(), f(func(x *model.Flow) string { return string(r(x)) })}
	}
	return []attribute{
		{"protocol", nil, f(func(x *model.Flow) string { return x.Protocol })},
		{"authentication", names(model.SignIn("")), f(func(x *model.Flow) string { return string(x.Authentication) })},
		{"authorization", names(model.SignIn("")), f(func(x *model.Flow) string { return string(x.Authorization) })},
		{"encryption", names(model.Encryption("")), f(func(x *model.Flow) string { return string(x.Encryption) })},
		is("bidirectional", func(x *model.Flow) model.Attribute { return x.Bidirectional }),
		is("management", func(x *model.Flow) model.Attribute { return x.Management }),
		is("filtered", func(x *model.Flow) model.Attribute { return x.Filtered }),
		is("rate_limited", func(x *model.Flow) model.Attribute { return x.RateLimited }),
		is("validated", func(x *model.Flow) model.Attribute { return x.Validated }),
		is("logged", func(x *model.Flow) model.Attribute { return x.Logged }),
		{"identity", yesNo(), f(func(x *model.Flow) string { return say(x.Identity != "") })},
		{"carries", yesNo(), func(d *Design, at int) string { return say(len(d.atFlow[at].stake.data) > 0) }},
		{"crosses", yesNo(), func(d *Design, at int) string { return string(d.atFlow[at].crosses) }},
		{"rises", yesNo(), func(d *Design, at int) string { return string(d.atFlow[at].rises) }},
	}
}

func dataAttributes() []attribute {
	x := func(read func(*model.Data) string) func(*Design, int) string {
		return func(d *Design, at int) string { return read(&d.Data[at]) }
	}
	return []attribute{
		{"classification", names(model.Classification("")), x(func(a *model.Data) string { return string(a.Classification) })},
		{"criminal_offence", yesNo(), x(func(a *model.Data) string { return string(a.CriminalOffence) })},
		{"special_category", yesNo(), x(func(a *model.Data) string { return string(a.IsSpecial()) })},
		{"retention", []string{"said"}, x(func(a *model.Data) string { return saidIf(!a.Retention.IsZero()) })},
		{"disposal", []string{"said"}, x(func(a *model.Data) string { return said(a.Disposal) })},
		{"lawful_basis", []string{"said"}, x(func(a *model.Data) string { return said(a.LawfulBasis) })},
		{"policy_document", []string{"said"}, x(func(a *model.Data) string { return said(a.PolicyDocument.Title) })},
		{"owner", []string{"said"}, x(func(a *model.Data) string { return said(a.Owner) })},
		{"records", []string{"some", "thousands", "millions"}, x(func(a *model.Data) string { return amount(a.Records) })},
		{"abroad", yesNo(), x(abroad)},
		{"vulnerable", yesNo(), x(func(a *model.Data) string {
			return subjects(a, "children", "vulnerable-people", "patients", "victims-and-witnesses")
		})},
		{"derived", yesNo(), x(func(a *model.Data) string { return say(len(a.DerivedFrom) > 0) })},
		{"understated", yesNo(), func(d *Design, at int) string { return d.understated(at) }},
		{"held", yesNo(), func(d *Design, at int) string { return say(len(d.atData[at].holders) > 0) }},
		{"leaves", yesNo(), func(d *Design, at int) string { return say(d.atData[at].leaves) }},
	}
}

// saidIf is for what is there or not known.
func saidIf(is bool) string {
	if is {
		return "said"
	}
	return ""
}

func amount(records int64) string {
	switch {
	case records <= 0:
		return ""
	case records < 1000:
		return "some"
	case records < 1_000_000:
		return "thousands"
	}
	return "millions"
}

// abroad says whether data is held or handled outside the United Kingdom.
func abroad(x *model.Data) string {
	if len(x.Jurisdictions) == 0 {
		return ""
	}
	return say(slices.ContainsFunc(x.Jurisdictions, func(c string) bool { return c != "GB" && c != "UK" }))
}

func subjects(x *model.Data, kinds ...model.People) string {
	if len(x.Subjects) == 0 {
		if x.Personal == model.No {
			return "no"
		}
		return ""
	}
	return say(slices.ContainsFunc(x.Subjects, func(p model.People) bool { return slices.Contains(kinds, p) }))
}

// understated says whether data is said to be less than something that it is made from.
func (d *Design) understated(i int) string {
	x, out := &d.Data[i], "no"
	for _, id := range x.DerivedFrom {
		from := at(d.dataAt, id)
		if from < 0 {
			continue
		}
		switch y := &d.Data[from]; {
		case x.Classification == "" || y.Classification == "":
			if out == "no" {
				out = ""
			}
		case x.Classification.Rank() < y.Classification.Rank():
			return "yes"
		}
	}
	return out
}

func identityAttributes() []attribute {
	is := func(name string, r func(*model.Account) model.Attribute) attribute {
		return attribute{name, yesNo(), func(d *Design, at int) string { return string(r(&d.Architecture.Identities[at])) }}
	}
	return []attribute{
		is("people", func(x *model.Account) model.Attribute { return x.People }),
		is("privileged", func(x *model.Account) model.Attribute { return x.Privileged }),
		is("multi_factor", func(x *model.Account) model.Attribute { return x.MultiFactor }),
		is("individual", func(x *model.Account) model.Attribute { return x.Personal }),
		{"owner", []string{"said"}, func(d *Design, at int) string { return said(d.Architecture.Identities[at].Owner) }},
		{"reaches", []string{"nothing", "one", "many"}, func(d *Design, at int) string {
			return []string{"nothing", "one", "many"}[min(len(d.Architecture.Identities[at].Components), 2)]
		}},
		{"stored", yesNo(), func(d *Design, at int) string { return say(d.stored[at]) }},
	}
}

func runtimeAttributes() []attribute {
	return []attribute{
		{"isolation", yesNo(), func(d *Design, at int) string { return string(d.Architecture.Runtimes[at].Isolation) }},
		{"supplied", yesNo(), func(d *Design, at int) string { return say(d.Architecture.Runtimes[at].Supplier != "") }},
		{"provided", yesNo(), func(d *Design, at int) string { return say(d.Architecture.Runtimes[at].Provider != "") }},
	}
}

func zoneAttributes() []attribute {
	return []attribute{{"trust", names(model.Trust("")), func(d *Design, at int) string { return string(d.trust(at)) }}}
}

func supplierAttributes() []attribute {
	s := func(read func(*model.Engagement) string) func(*Design, int) string {
		return func(d *Design, at int) string { return read(&d.Suppliers[at]) }
	}
	return []attribute{
		{"criticality", names(model.Criticality("")), s(func(x *model.Engagement) string { return string(x.Criticality) })},
		{"reaches_data", yesNo(), s(func(x *model.Engagement) string { return say(len(x.Data) > 0) })},
		{"exit_plan", []string{"said"}, s(func(x *model.Engagement) string { return said(x.ExitPlan.Title) })},
		{"risk_report", []string{"said"}, s(func(x *model.Engagement) string { return said(x.RiskReport.Title) })},
		{"bill_of_materials", []string{"said"}, s(func(x *model.Engagement) string { return said(x.Bill.Title) })},
		{"certificates", yesNo(), s(func(x *model.Engagement) string { return say(len(x.Certificates) > 0) })},
		{"clauses", yesNo(), s(func(x *model.Engagement) string { return say(len(x.Clauses) > 0) })},
		{"clause_missing", yesNo(), s(func(x *model.Engagement) string {
			return say(slices.ContainsFunc(x.Clauses, func(c model.Clause) bool { return c.Present == model.No }))
		})},
		{"questionnaire", []string{"met", "not-met"}, s(func(x *model.Engagement) string { return string(x.Assessment.Questionnaire) })},
		{"subcontracts", yesNo(), s(func(x *model.Engagement) string { return say(len(x.FlowDown) > 0) })},
		{"flowed_down", yesNo(), s(flowedDown)},
		{"owner", []string{"said"}, s(func(x *model.Engagement) string { return said(x.Owner) })},
	}
}

// flowedDown says whether the requirements reach every subcontractor.
func flowedDown(x *model.Engagement) string {
	all := model.Yes
	for _, sub := range x.FlowDown {
		switch {
		case sub.Required == model.No:
			return "no"
		case sub.Required == model.Unknown:
			all = model.Unknown
		}
	}
	return string(all)
}

func serviceAttributes() []attribute {
	plan := func(name string, of func(*model.Operation) *model.Capability) attribute {
		return attribute{name, []string{"said"}, func(d *Design, _ int) string { c := of(&d.Operation); return said(c.Summary + c.Plan.Title) }}
	}
	there := func(name string, kinds ...model.ComponentType) attribute {
		return attribute{name, yesNo(), func(d *Design, _ int) string {
			return say(slices.ContainsFunc(kinds, func(k model.ComponentType) bool { return d.has[k] }))
		}}
	}
	return []attribute{
		plan("detect", func(o *model.Operation) *model.Capability { return &o.Detect }),
		plan("respond", func(o *model.Operation) *model.Capability { return &o.Respond }),
		plan("recover", func(o *model.Operation) *model.Capability { return &o.Recover }),
		{"vulnerabilities", []string{"said"}, func(d *Design, _ int) string { return said(d.Operation.Vulnerabilities.Process.Title) }},
		{"disclosure", []string{"said"}, func(d *Design, _ int) string { return said(d.Assurance.Disclosure.Title) }},
		{"monitored", yesNo(), func(d *Design, _ int) string { return say(len(d.Operation.Monitor) > 0) }},
		{"components", yesNo(), func(d *Design, _ int) string { return say(len(d.Architecture.Components) > 0) }},
		there("log_store", "log-store"),
		there("build_pipeline", "build-pipeline"),
		there("code_repository", "code-repository"),
		there("identity_provider", "identity-provider"),
		there("secrets_store", "secrets-store"),
		there("datastore", "datastore", "file-store"),
		there("web", "web-application", "mobile-application", "api"),
		{"data", yesNo(), func(d *Design, _ int) string { return say(len(d.Data) > 0) }},
		{"suppliers", yesNo(), func(d *Design, _ int) string { return say(len(d.Suppliers) > 0) }},
	}
}

func ofStake(of func(*Design, int) *stake) []attribute {
	return []attribute{
		{"sensitivity", nil, func(d *Design, at int) string { return of(d, at).word }},
		{"personal", yesNo(), func(d *Design, at int) string { return string(of(d, at).personal) }},
		{"special", yesNo(), func(d *Design, at int) string { return string(of(d, at).special) }},
		{"credentials", yesNo(), func(d *Design, at int) string { return string(of(d, at).secrets) }},
	}
}

func ofGathering(of func(*Design, int) *gathering) []attribute {
	return append(ofStake(func(d *Design, at int) *stake { return &of(d, at).stake }),
		attribute{"exposure", names(model.Trust("")), func(d *Design, at int) string { return string(of(d, at).exposure) }},
		attribute{"mixed", yesNo(), func(d *Design, at int) string { return string(of(d, at).mixed) }},
		attribute{"size", []string{"empty", "one", "many"}, func(d *Design, at int) string {
			return []string{"empty", "one", "many"}[min(len(of(d, at).components), 2)]
		}},
	)
}

// trait is a trait ready to be asked.
type trait struct {
	of    func(d *Design, at int) int // whose attribute; -1 where there is no such thing
	read  func(d *Design, at int) string
	ref   func(d *Design, at int) ident.Ref
	is    string
	in    []string
	notIn []string
}

// Holds in three values.
type holds int

const (
	isNot holds = iota
	isUnsaid
	isSo
)

// ask says whether a trait is so of an element.
func (t *trait) ask(d *Design, i int) holds {
	if i = t.of(d, i); i < 0 {
		return isNot // what is not there has no traits
	}
	word := t.read(d, i)
	switch {
	case word == "" && slices.Contains(t.in, unknown):
		return isSo
	case word == "" && slices.Contains(t.notIn, unknown):
		return isNot
	case word == "":
		return isUnsaid
	case len(t.in) > 0 && !slices.Contains(t.in, word), slices.Contains(t.notIn, word):
		return isNot
	}
	return isSo
}

// all says whether all traits are so: the least of them.
func all(traits []trait, d *Design, i int) holds {
	out := isSo
	for k := range traits {
		if out = min(out, traits[k].ask(d, i)); out == isNot {
			return isNot
		}
	}
	return out
}

// maker makes traits of what packs say, and collects what is wrong with it.
type maker struct {
	known map[library.Element][]attribute
	bad   func(format string, args ...any)
}

func (m *maker) traits(on library.Element, from []library.Trait) []trait {
	out := make([]trait, 0, len(from))
	for i := range from {
		if t, ok := m.trait(on, &from[i]); ok {
			out = append(out, t)
		}
	}
	return out
}

func (m *maker) trait(on library.Element, from *library.Trait) (trait, bool) {
	of, step, ok := relation(on, from.Of)
	if !ok {
		m.bad("a rule on a %s cannot ask of %q; %s", on, from.Of, relations(on))
		return trait{}, false
	}
	if m.known[of] == nil {
		m.known[of] = attributes(of)
	}
	i := slices.IndexFunc(m.known[of], func(a attribute) bool { return a.name == from.Is })
	if i < 0 {
		m.bad("a %s has no attribute %q%s", of, from.Is, m.near(of, from.Is))
		return trait{}, false
	}
	a := &m.known[of][i]
	m.words(a, from.In)
	m.words(a, from.NotIn)
	if len(from.In) == 0 && len(from.NotIn) == 0 {
		m.bad("what %q is to be is missing: give in or not_in", from.Is)
	}
	return trait{of: step, read: a.read, ref: refOf(of), is: a.name, in: from.In, notIn: from.NotIn}, true
}

func (m *maker) words(a *attribute, words []string) {
	for _, w := range words {
		if w != unknown && len(a.words) > 0 && !slices.Contains(a.words, w) {
			m.bad("%q cannot be %q; it is one of %v or unknown", a.name, w, a.words)
		}
	}
}

func (m *maker) near(of library.Element, word string) string {
	var among []string
	for _, a := range m.known[of] {
		among = append(among, a.name)
	}
	if near := ident.Nearest(word, among); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	slices.Sort(among)
	return fmt.Sprintf("; it has %v", among)
}

// relation gives whose attribute is asked for, and how to come to it.
func relation(on library.Element, of string) (library.Element, func(*Design, int) int, bool) {
	itself := func(_ *Design, at int) int { return at }
	switch key := string(on) + " " + of; key {
	case string(on) + " ":
		return on, itself, true
	case "flow source":
		return library.OnAComponent, func(d *Design, at int) int { return d.atFlow[at].source }, true
	case "flow destination":
		return library.OnAComponent, func(d *Design, at int) int { return d.atFlow[at].destination }, true
	case "component zone":
		return library.OnAZone, func(d *Design, at int) int { return d.atComponent[at].zone }, true
	case "component runtime":
		return library.OnARuntime, func(d *Design, at int) int { return d.atComponent[at].runtime }, true
	case "component supplier":
		return library.OnASupplier, func(d *Design, at int) int { return d.atComponent[at].supplier }, true
	}
	if of == "service" {
		return library.OnTheService, func(*Design, int) int { return 0 }, true
	}
	return "", nil, false
}

func relations(on library.Element) string {
	switch on {
	case library.OnAFlow:
		return "it can ask of source, destination or service, or of the flow itself by saying nothing"
	case library.OnAComponent:
		return "it can ask of zone, runtime, supplier or service, or of the component itself by saying nothing"
	}
	return "it can ask of service, or of the element itself by saying nothing"
}

// refOf gives how elements of a kind are named.
func refOf(of library.Element) func(*Design, int) ident.Ref {
	switch of {
	case library.OnAComponent:
		return func(d *Design, at int) ident.Ref {
			return ident.Claim("architecture", "components", string(d.Architecture.Components[at].ID))
		}
	case library.OnAFlow:
		return func(d *Design, at int) ident.Ref {
			return ident.Claim("architecture", "flows", string(d.Architecture.Flows[at].ID))
		}
	case library.OnData:
		return func(d *Design, at int) ident.Ref { return ident.Claim("data", string(d.Data[at].ID)) }
	case library.OnAnIdentity:
		return func(d *Design, at int) ident.Ref {
			return ident.Claim("architecture", "identities", string(d.Architecture.Identities[at].ID))
		}
	case library.OnARuntime:
		return func(d *Design, at int) ident.Ref {
			return ident.Claim("architecture", "runtimes", string(d.Architecture.Runtimes[at].ID))
		}
	case library.OnAZone:
		return func(d *Design, at int) ident.Ref {
			return ident.Claim("architecture", "zones", string(d.Architecture.Zones[at].ID))
		}
	case library.OnASupplier:
		return func(d *Design, at int) ident.Ref { return ident.Claim("suppliers", string(d.Suppliers[at].ID)) }
	}
	return func(*Design, int) ident.Ref { return ident.Claim("service") }
}
