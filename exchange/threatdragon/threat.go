package threatdragon

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// threat is what the file says of a threat. Threats of which it says the same are one risk.
type threat struct {
	Title       string `json:"title"`
	Type        string `json:"type"`
	Method      string `json:"modelType"`
	Status      string `json:"status"`
	Severity    string `json:"severity"`
	Score       word   `json:"score"`
	Description string `json:"description"`
	Mitigation  string `json:"mitigation"`
}

// word is a text, or a number that is kept as it is written.
type word string

func (w *word) UnmarshalJSON(text []byte) error {
	var said any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&said); err != nil {
		return err
	}
	switch s := said.(type) {
	case string:
		*w = word(s)
	case json.Number:
		*w = word(s)
	}
	return nil
}

// draft is a threat on its way to the register: what it is about is known when all cells are.
type draft struct {
	threat
	about []int // things
}

// threat takes a threat about a thing, unless the file says that it is dealt with.
func (r *reader) threat(t *threat, about int, diagramType string) {
	if t.Method == "" {
		t.Method = diagramType
	}
	switch status := plain(t.Status); status {
	case "mitigated", "avoided", "eliminated":
		r.notes.Add(over(status), 1, t.Title)
		return
	case "notapplicable", "na":
		r.notes.Add(over("not applicable"), 1, t.Title)
		return
	case "accepted", "transferred":
		r.notes.Add(borne, 1, t.Title)
	case "open":
	default:
		if strings.TrimSpace(t.Status) != "" {
			r.notes.Add(oddStatus, 1, t.Status)
		}
	}
	if at, known := r.same[*t]; known {
		r.notes.Add(merged, 1, t.Title)
		r.drafts[at].about = append(r.drafts[at].about, about)
		return
	}
	r.same[*t] = len(r.drafts)
	r.drafts = append(r.drafts, draft{*t, []int{about}})
}

// plain gives a word without its case and without what is not a letter, as "N/A" and "Not applicable" differ in that only.
func plain(s string) string {
	s, _ = foreign.Line(s, foreign.MaxName)
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// register makes a risk of each draft.
func (r *reader) register() {
	for i := range r.drafts {
		r.out.Risks = append(r.out.Risks, r.risk(&r.drafts[i]))
	}
}

func (r *reader) risk(d *draft) model.Risk {
	components, flows := r.about(d.about)
	out := model.Risk{Statement: r.line(d.Description), Components: components, Response: treatment(d.Status)}
	out.Stride, out.Category = r.method(&d.threat)
	switch {
	case out.Stride != nil:
		out.Kind = "security"
	case plain(d.Method) == "linddun":
		out.Kind = "privacy"
	}
	out.Title = r.name(d.Title)
	for _, other := range []string{r.name(d.Type), "Untitled threat"} {
		if out.Title == "" {
			out.Title = other
		}
	}
	out.ID = r.risks.Take(out.Title, "threat")
	out.Note = r.note(d, flows)
	return out
}

// about gives the components of things: of a flow, those at its ends. The flows are named too.
func (r *reader) about(things []int) (components []ident.ID, flows []string) {
	for _, at := range things {
		one := &r.things[at]
		ids := []ident.ID{one.component}
		if one.flow != nil {
			flows = append(flows, one.name)
			ids = []ident.ID{r.end(one.source), r.end(one.target)}
		}
		for _, id := range ids {
			if id != "" {
				components = append(components, id)
			}
		}
	}
	return foreign.Union(components), flows
}

func treatment(status string) model.Treatment {
	switch plain(status) {
	case "accepted":
		return model.Accept
	case "transferred":
		return model.Transfer
	}
	return ""
}

// method gives the type of a threat: as STRIDE, or else as it is written.
func (r *reader) method(t *threat) ([]model.Stride, string) {
	category := r.name(t.Type)
	if category == "" {
		return nil, ""
	}
	if m := plain(t.Method); m == "" || m == "stride" {
		for _, w := range model.Stride("").Words() {
			if plain(w.Name) == plain(category) {
				return []model.Stride{model.Stride(w.Name)}, ""
			}
		}
	}
	r.notes.Add(method, 1, category)
	return nil, category
}

// note keeps what a risk has no place for.
func (r *reader) note(d *draft, flows []string) string {
	var level, score, on, mend string
	if level = r.name(d.Severity); level != "" {
		r.notes.Add(severity, 1, level)
		level = "Severity in the file: " + level
	}
	if score = r.name(string(d.Score)); score != "" {
		score = "Score in the file: " + score
	}
	flows = slices.DeleteFunc(flows, func(name string) bool { return name == "" })
	switch n := len(flows); {
	case n == 1:
		on = "On the flow " + flows[0]
	case n > 1:
		on = fmt.Sprintf("On the flow %s and %d more", flows[0], n-1)
	}
	if mend = r.line(d.Mitigation); mend != "" {
		r.notes.Add(remedy, 1, "")
		mend = "Mitigation in the file: " + mend
	}
	return foreign.Sentences(on, level, score, mend)
}
