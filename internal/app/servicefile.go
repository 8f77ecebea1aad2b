package app

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/repository"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// held is the id of the data that is drafted from the answers.
const held = "held"

// drafter writes the service file that people go on with: what was found and what was said, and for all else what could
// be said, in the order of the seven areas.
type drafter struct {
	outline
	*Beginning
	said  Said
	today civil.Date
}

// draft makes the service file. Nothing in it is made up: what nobody said is left out, so that it is asked for. Two keys
// cannot be left out. The phase is then live, which asks the most (save for closing down), and the type of a component of
// which nothing tells it is web-application, which is asked the most of: nobody gains by saying nothing.
func (b *Beginning) draft(said Said, today civil.Date) *outline {
	d := &drafter{Beginning: b, said: said, today: today}
	d.tell(0, "What our team says about its service. `bulkhead init` drafted it on "+today.String()+", from what is in this folder.")
	d.tell(0, "")
	d.tell(0, "Nothing in it is proof, and what it leaves out is unknown: `bulkhead check` asks for it. Lines that begin with # say nothing yet. To say what one shows, take the # and the space after it away. `bulkhead schema` describes all that can be said.")
	d.say(0, "bulkhead: v1", "")
	d.identity()
	d.context()
	d.plan()
	d.risks()
	d.claims()
	d.suppliers()
	d.assurance()
	d.operation()
	return &d.outline
}

func (d *drafter) heading(n, text string) {
	d.part()
	d.tell(0, n+text)
}

func (d *drafter) identity() {
	from := ""
	if d.said.Name == "" {
		from = "from the name of the folder: write what people call it"
		if d.Found.NamedBy != "" {
			from = "from " + d.Found.NamedBy + ": write what people call it"
		}
	}
	d.part()
	d.say(0, "service:", "")
	d.say(2, "id: "+scalar(string(d.id(d.said))), "evidence and decisions refer to it, so change it now or never")
	d.value(2, "name", d.name(d.said), from)
	d.either(2, "purpose", d.said.Purpose, "What it is for, in a sentence or two", "")
	d.phase()
	unit := "our-unit"
	if units := d.units(); len(units) > 0 {
		unit = units[0].Word
	}
	if d.said.Unit != "" || len(d.units()) > 0 || d.home.Organisation == nil {
		d.either(2, "unit", string(d.said.Unit), unit, "the unit of the organisation that it belongs to")
	}
	d.either(2, "owner", d.said.Owner, "service-owner", "the role that answers for it, never somebody's name")
	if built := d.builtFrom(); len(built) > 0 {
		d.say(2, "repository:", "")
		d.word(4, "visibility", string(d.said.Visibility), "private", "or public: who can read this file and the logs of its pipelines")
		d.list(4, struct {
			BuiltFrom []string `json:"built_from"`
		}{built})
	} else if v := d.said.Visibility; v != "" {
		d.say(2, "repository: {visibility: "+string(v)+"}", "")
	} else {
		d.hint(2, "repository: {visibility: private}", "or public: who can read this file and the logs of its pipelines")
	}
	d.tell(2, "Is the service older than this way of working? Then say so, and there is time to establish what earlier phases ask for:")
	d.hint(2, "adopted_at: "+d.today.String(), "the day on which the team began to work this way")
	d.hint(2, "entered_at_phase: "+string(d.inPhase()), "the phase that the service was in on that day")
}

func (d *drafter) inPhase() model.Phase {
	if d.said.Phase == "" {
		return model.Live
	}
	return d.said.Phase
}

func (d *drafter) phase() {
	if d.said.Phase == "" {
		var names []string
		for _, c := range choices(d.said.Phase.Words()) {
			names = append(names, c.Word)
		}
		d.tell(2, "Nobody has said the phase yet, and live is asked the most. It is one of "+strings.Join(names, ", ")+".")
	}
	d.say(2, "phase: "+string(d.inPhase()), "")
}

// context is area 1. A key that holds others is said where one of those is.
func (d *drafter) context() {
	s := &d.said
	d.heading("1. Set your context: ", "whom the service is for, what it holds, what it is made of and what may be borne.")
	d.key(0, "context", s.Classification != "" || s.Criticality != "")
	d.word(2, "classification", string(s.Classification), "OFFICIAL", "or SECRET or TOP SECRET; SENSITIVE is a marking inside OFFICIAL")
	if s.Sensitive {
		d.say(2, "markings: [SENSITIVE]", "")
	} else if s.Classification.Rank() <= model.Official.Rank() {
		d.hint(2, "markings: [SENSITIVE]", "")
	}
	if s.Criticality != "" {
		d.say(2, "business_impact: {criticality: "+string(s.Criticality)+"}", "what it would mean if it stopped or went badly wrong")
	} else {
		d.hint(2, "business_impact: {criticality: medium}", "or low, high, critical: what it would mean if it stopped or went badly wrong")
	}
	d.hint(2, "appetite: {max: low}", "the highest band of risk that may be borne, from very-low to very-high")
	d.data()
	d.architecture()
	if drawn := d.design.Assumptions; len(drawn) > 0 {
		d.part()
		d.list(0, struct {
			Assumptions []model.Assumption `json:"assumptions"`
		}{drawn})
	}
}

// key adds a key that holds others.
func (d *drafter) key(indent int, name string, said bool) {
	kind := hinting
	if said {
		kind = saying
	}
	d.add(kind, indent, name+":", "")
}

func (d *drafter) data() {
	s := &d.said
	d.part()
	if drawn := d.design.Data; len(drawn) > 0 {
		d.tell(0, "What it holds or handles, as the designs have it. What is unknown counts as the graver answer.")
		d.list(0, struct {
			Data []model.Data `json:"data"`
		}{drawn})
		if s.Personal == "" || slices.ContainsFunc(drawn, func(x model.Data) bool { return x.ID == held }) {
			return
		}
	} else if s.Personal == "" {
		d.tell(0, "What it holds or handles. What is unknown counts as the graver answer.")
		d.hint(0, "data:", "")
		d.hint(2, "- id: "+held, "")
		d.hint(4, "name: What it holds about people", "")
		d.hint(4, "classification: OFFICIAL", "")
		d.hint(4, "personal: yes", "about people who can be told apart")
		d.hint(4, "special_category: no", "such as health, ethnicity or religion")
		d.hint(4, "criminal_offence: no", "offences, allegations, sentences")
		d.hint(4, "records: 18000", "about how many people")
		return
	}
	if len(d.design.Data) == 0 {
		d.tell(0, "What it holds or handles. Part this up into the kinds of data that you know by name.")
		d.say(0, "data:", "")
	}
	d.say(2, "- id: "+held, "")
	name := "What it holds, none of it about people"
	if s.Personal == model.Yes {
		name = "What it holds about people"
	}
	d.say(4, "name: "+name, "")
	d.word(4, "classification", string(s.Classification), "OFFICIAL", "")
	if s.Sensitive {
		d.say(4, "markings: [SENSITIVE]", "")
	}
	d.say(4, "personal: "+string(s.Personal), "")
	if s.Personal != model.Yes {
		return
	}
	d.word(4, "special_category", string(s.Special), "no", "such as health, ethnicity or religion")
	d.word(4, "criminal_offence", string(s.Offence), "no", "offences, allegations, sentences")
	records := ""
	if s.Records > 0 {
		records = strconv.FormatInt(s.Records, 10)
	}
	d.word(4, "records", records, "18000", "about how many people")
}

// architecture drafts the parts, in two zones: where the service is, and where it is built. Who can be expected in a zone
// decides much about what is asked, and only people know it.
func (d *drafter) architecture() {
	parts := d.Found.Components
	d.part()
	d.tell(0, "What it is made of, where trust changes (zones) and how data moves (flows).")
	for _, h := range d.Found.Holds {
		if h.What == "Compose" && len(d.Drawn) == 0 {
			d.tell(0, listed(h.Paths)+" names what runs together: add what of it is missing here.")
		}
	}
	d.key(0, "architecture", d.Components() > 0 || d.said.Reach != "")
	d.zones()
	if len(d.design.Architecture.Components) > 0 {
		d.drawn()
		return
	}
	if len(parts) == 0 {
		d.tell(2, "Nothing was found that says what it is made of. For example:")
		d.hint(2, "components:", "")
		d.hint(4, "- {id: users, type: person}", "")
		d.hint(4, "- {id: web, type: web-application, zone: "+zoneHere+"}", "")
		d.hint(2, "flows:", "")
		d.hint(4, "- {id: use, source: users, destination: web, protocol: https, encryption: standard}", "")
		return
	}
	d.say(2, "components:", "")
	for i := range parts {
		d.component(&parts[i])
	}
	d.tell(4, "What else is there? People, databases, other services:")
	d.hint(4, "- {id: people, type: person}", "")
	d.hint(2, "flows:", "")
	d.hint(4, "- {id: use, source: people, destination: "+scalar(string(parts[0].ID))+", protocol: https, encryption: standard}", "")
}

// drawn writes the parts of the designs, and after them what else was found in the folder.
func (d *drafter) drawn() {
	a := &d.design.Architecture
	d.list(2, struct {
		Components []model.Component `json:"components"`
	}{a.Components})
	if len(d.Found.Components) > 0 {
		d.tell(4, "Found in this folder beside the designs; take out what is there already under another name.")
	}
	for i := range d.Found.Components {
		d.component(&d.Found.Components[i])
	}
	for _, l := range []struct {
		many int
		list any
	}{
		{len(a.Flows), struct {
			Flows []model.Flow `json:"flows"`
		}{a.Flows}},
		{len(a.Identities), struct {
			Identities []model.Account `json:"identities"`
		}{a.Identities}},
		{len(a.Runtimes), struct {
			Runtimes []model.Runtime `json:"runtimes"`
		}{a.Runtimes}},
	} {
		if l.many > 0 {
			d.list(2, l.list)
		}
	}
}

// list adds a key with a list, as a service file has it. What cannot be written is missed when the draft is read back.
func (d *drafter) list(indent int, of any) {
	text, _ := schema.Write(of)
	for line := range strings.Lines(string(text)) {
		d.say(indent, strings.TrimRight(line, "\n"), "")
	}
}

// the zones that are drafted.
const (
	zoneHere  = "service"
	zoneBuilt = "build"
)

func (d *drafter) zones() {
	here, built := d.said.Reach != "", false
	for i := range d.Found.Components {
		here = here || !ofTheBuild(d.Found.Components[i].Type)
		built = built || ofTheBuild(d.Found.Components[i].Type)
	}
	const who = "who can be expected there: isolated, internal, partner or public"
	if drawn := d.design.Architecture.Zones; len(drawn) > 0 {
		d.list(2, struct {
			Zones []model.Zone `json:"zones"`
		}{drawn})
		here, built = here && !hasZone(drawn, zoneHere), built && !hasZone(drawn, zoneBuilt)
	} else {
		d.key(2, "zones", here || built)
	}
	if !here && d.Components() > 0 && len(d.design.Architecture.Components) > 0 {
		d.zoneOfBuild(built, who)
		return
	}
	d.add(kindIf(here), 4, "- id: "+zoneHere, "")
	d.add(kindIf(here), 6, "name: Where the service is", "")
	if d.said.Reach != "" {
		d.say(6, "trust: "+string(d.said.Reach), "")
	} else {
		d.hint(6, "trust: internal", who)
	}
	d.zoneOfBuild(built, who)
}

func (d *drafter) zoneOfBuild(built bool, who string) {
	if built {
		d.say(4, "- id: "+zoneBuilt, "")
		d.say(6, "name: Where its code is kept and built", "")
		d.hint(6, "trust: internal", who)
	}
}

func hasZone(zones []model.Zone, id ident.ID) bool {
	return slices.ContainsFunc(zones, func(z model.Zone) bool { return z.ID == id })
}

func kindIf(said bool) outlineKind {
	if said {
		return saying
	}
	return hinting
}

// ofTheBuild says whether a part is there to build the service rather than to run it.
func ofTheBuild(t model.ComponentType) bool { return t == "code-repository" || t == "build-pipeline" }

func (d *drafter) component(c *repository.Component) {
	d.tell(4, "Found: "+listed(c.Found)+".")
	d.say(4, "- id: "+scalar(string(c.ID)), "")
	d.value(6, "name", c.Name, "")
	why := c.Why
	if why == "" {
		why = "a guess, the sort that is asked the most of; or api, process, desktop-application ..."
	}
	d.say(6, "type: "+string(c.Type), why)
	if c.Technology != "" {
		d.value(6, "technology", c.Technology, "")
	}
	switch {
	case ofTheBuild(c.Type):
		d.say(6, "zone: "+zoneBuilt, "")
		return
	default:
		d.say(6, "zone: "+zoneHere, "")
	}
	if d.said.Personal != "" && c.Type != "platform" {
		d.say(6, "handles: ["+held+"]", "or holds, where it keeps it; take it out where it does neither")
	}
}

// listed gives a few paths in a line.
func listed(paths []string) string {
	const few = 4
	more := len(paths) - few
	if more <= 1 {
		return strings.Join(paths, ", ")
	}
	return strings.Join(paths[:few], ", ") + " and " + strconv.Itoa(more) + " more"
}

func (d *drafter) plan() {
	d.heading("2. Plan security activities: ", "what your team does for security, and when it was last done.")
	d.hint(0, "plan:", "")
	d.hint(2, "activities:", "")
	d.hint(4, "- id: risk-assessment", "`bulkhead library show cross-government-activities` lists them")
	d.hint(6, "done: "+d.today.String(), "")
	d.hint(6, "outputs: [{title: Risk register, version: \"1\", date: "+d.today.String()+", location: "+path.Base(model.File)+"}]", "")
}

func (d *drafter) risks() {
	d.heading("3. Manage security risks: ", "what could go wrong, how likely and how bad from 1 to 5, and what is done about it.")
	if drawn := d.design.Risks; len(drawn) > 0 {
		d.list(0, struct {
			Risks []model.Risk `json:"risks"`
		}{drawn})
		return
	}
	d.hint(0, "risks:", "")
	d.hint(2, "- id: r1", "")
	d.hint(4, "title: What could happen, and to whom", "")
	d.hint(4, "owner: service-owner", "")
	d.hint(4, "inherent: {likelihood: 4, impact: {reputational: 3}}", "with no controls")
}

// claims is area 4. A sign that a control is there is not a team's word that it is, so no status is drafted: what has
// none is unknown, and the engine asks. In-progress would be a claim that nobody made.
func (d *drafter) claims() {
	d.heading("4. Set your controls: ", "what protects the service. `bulkhead check` lists those that are required.")
	found, drawn := d.Found.Controls, d.design.Controls
	if len(drawn) > 0 {
		d.list(0, struct {
			Controls []model.Control `json:"controls"`
		}{drawn})
		if len(found) == 0 {
			return
		}
	}
	if len(found) == 0 {
		d.hint(0, "controls:", "")
		d.hint(2, "- id: code-review", "`bulkhead library show code-review` says what it is, and what would show it")
		d.hint(4, "status: implemented", "or in-progress or not-started")
		return
	}
	d.tell(0, "These left signs in this folder. A sign is neither proof nor your word: say implemented, in-progress or not-started, or take it out.")
	if len(drawn) == 0 {
		d.say(0, "controls:", "")
	}
	for _, c := range found {
		d.say(2, "- id: "+string(c.ID), "")
		d.tell(4, "Sign: "+listed(c.Found)+".")
		d.hint(4, "status: implemented", "")
	}
}

func (d *drafter) suppliers() {
	d.heading("5. Work with suppliers: ", "who else makes or runs part of it, and what they must do.")
	d.hint(0, "suppliers:", "")
	d.hint(2, "- {id: hosting, name: The company that hosts it, provides: Hosting, criticality: high}", "")
}

func (d *drafter) assurance() {
	d.heading("6. Check your approach: ", "tests and reviews. What came of them is evidence: `bulkhead evidence add`.")
	d.hint(0, "assurance:", "")
	d.hint(2, "tests:", "")
	d.hint(4, "- {id: pen-test, title: Penetration test, kind: penetration test, every: P1Y, by: an outside tester}", "")
}

func (d *drafter) operation() {
	d.heading("7. Stay secure: ", "how attacks are noticed, what is done then, and how the service comes back.")
	d.hint(0, "operation:", "")
	d.hint(2, "detect: {summary: How attacks and failures are noticed, owner: operations-team}", "")
	d.hint(2, "respond: {summary: What is done then, owner: operations-team}", "")
	d.hint(2, "recover: {summary: How the service is brought back, owner: operations-team}", "")
}
