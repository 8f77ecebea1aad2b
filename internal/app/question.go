package app

import (
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Question is something to ask about a service that is being begun: in one plain sentence, with the answers to choose
// from where there is a list of them. Every question may be left unanswered.
type Question struct {
	ID      string
	Text    string
	Choices []Choice
	Take    func(*Said, string) error // an answer, in words; nothing is taken of one that is refused
	Asked   func(Said) bool           // whether it is worth asking; nil for always
}

// Choice is one answer to choose.
type Choice struct{ Word, Text string }

// Questions are those whose answers decide most about how much is asked of a service.
func (b *Beginning) Questions() []Question {
	holds := func(s Said) bool { return s.Personal == model.Yes }
	all := []Question{
		{ID: "name", Text: "What do people call the service?", Take: takeText(foreign.MaxName, func(s *Said) *string { return &s.Name })},
		{ID: "purpose", Text: "What is it for, in a sentence?", Take: takeText(foreign.MaxText, func(s *Said) *string { return &s.Purpose })},
		{ID: "phase", Text: "Which phase is it in?", Choices: choices(model.Phase("").Words()), Take: takeWord(func(s *Said) *model.Phase { return &s.Phase })},
		{ID: "owner", Text: "Which role answers for it, such as service-owner? A role, not somebody's name.", Take: takeText(foreign.MaxName, func(s *Said) *string { return &s.Owner })},
		{ID: "classification", Text: "How is it classified as a whole?", Choices: classifications(), Take: takeClassification},
		{ID: "personal", Text: "Does it hold or handle personal data: about people who can be told apart?", Choices: yesOrNo(), Take: takeWord(func(s *Said) *model.Attribute { return &s.Personal })},
		{ID: "special", Text: "Does any of that show somebody's health, ethnicity, religion, politics, union membership, sex life, genes or biometrics?", Choices: yesOrNo(), Take: takeWord(func(s *Said) *model.Attribute { return &s.Special }), Asked: holds},
		{ID: "offence", Text: "Is any of it about offences, allegations or sentences?", Choices: yesOrNo(), Take: takeWord(func(s *Said) *model.Attribute { return &s.Offence }), Asked: holds},
		{ID: "records", Text: "About how many people's records does it hold?", Take: takeNumber, Asked: holds},
		{ID: "reach", Text: "Who can reach it?", Choices: reaches(), Take: takeWord(func(s *Said) *model.Trust { return &s.Reach })},
		{ID: "criticality", Text: "What would it mean if it stopped, or went badly wrong?", Choices: criticalities(), Take: takeWord(func(s *Said) *model.Criticality { return &s.Criticality })},
		{ID: "visibility", Text: "Is the repository that this file is kept in public or private?", Choices: visibilities(), Take: takeWord(func(s *Said) *model.Visibility { return &s.Visibility })},
	}
	if units := b.units(); len(units) > 0 {
		unit := Question{ID: "unit", Text: "Which unit of " + b.home.Organisation.Name + " does it belong to?", Choices: units, Take: b.TakeUnit}
		all = append(all[:3], append([]Question{unit}, all[3:]...)...)
	}
	return all
}

// Take takes an answer to a question by its id, for answers that are given without asking.
func (b *Beginning) Take(said *Said, id, answer string) error {
	if id == "id" {
		return takeID(said, answer)
	}
	if id == "unit" {
		return b.TakeUnit(said, answer)
	}
	for _, q := range b.Questions() {
		if q.ID == id {
			return q.Take(said, answer)
		}
	}
	return fault.New(fault.Internal, "there is no question %s", id)
}

func takeID(said *Said, answer string) (err error) {
	said.ID, err = ident.ParseID(answer)
	return err
}

// takeText takes a line of text.
func takeText(most int, of func(*Said) *string) func(*Said, string) error {
	return func(said *Said, answer string) error {
		line, cut := foreign.Line(answer, most)
		if cut {
			return fault.New(fault.Invalid, "that is longer than %d characters; say it shorter, there is room for more elsewhere", most)
		}
		if line == "" {
			return fault.New(fault.Invalid, "that says nothing")
		}
		*of(said) = line
		return nil
	}
}

// takeWord takes one of a closed list of words.
func takeWord[T ~string](of func(*Said) *T) func(*Said, string) error {
	return func(said *Said, answer string) error {
		return schema.ReadWord(answer, of(said))
	}
}

// takeClassification takes a tier, or the usual way to speak of the marking inside OFFICIAL.
func takeClassification(said *Said, answer string) error {
	switch strings.ToUpper(strings.NewReplacer(" ", "", "-", "", ",", "", "_", "").Replace(answer)) {
	case "OFFICIALSENSITIVE", "SENSITIVE", "OS":
		said.Classification, said.Sensitive = model.Official, true
		return nil
	}
	said.Sensitive = false
	return schema.ReadWord(answer, &said.Classification)
}

// takeNumber takes a number of people, written as people write one.
func takeNumber(said *Said, answer string) error {
	plain := strings.NewReplacer(",", "", " ", "", "_", "").Replace(answer)
	n, err := strconv.ParseInt(plain, 10, 64)
	if err != nil || n < 0 || n > 1<<40 {
		return fault.New(fault.Invalid, "expected a number such as 18000")
	}
	said.Records = n
	return nil
}

// TakeUnit takes a unit: one of those of the organisation, where there is an organisation file.
func (b *Beginning) TakeUnit(said *Said, answer string) error {
	id, err := ident.ParseID(answer)
	if err != nil {
		return err
	}
	var names []string
	for _, u := range b.units() {
		names = append(names, u.Word)
	}
	if b.home.Organisation != nil && b.home.Organisation.Unit(id) == nil {
		return fault.New(fault.NotFound, "there is no unit in the organisation file called %s%s", id, didYouMean(answer, names))
	}
	said.Unit = id
	return nil
}

func (b *Beginning) units() (out []Choice) {
	if b.home.Organisation == nil {
		return nil
	}
	for i := range b.home.Organisation.Units {
		u := &b.home.Organisation.Units[i]
		out = append(out, Choice{string(u.ID), u.Name})
	}
	return out
}

// choices gives the words of a closed list that say something.
func choices(words []schema.Word) (out []Choice) {
	for _, w := range words {
		if !w.Absent && w.Not == "" {
			out = append(out, Choice{w.Name, strings.Replace(w.Doc, "CADMID", "in defence", 1)})
		}
	}
	return out
}

func yesOrNo() []Choice { return choices(model.Unknown.Words()) }

func classifications() []Choice {
	all := choices(model.Classification("").Words())
	return append([]Choice{all[0], {"OFFICIAL-SENSITIVE", "OFFICIAL, with the marking SENSITIVE on some of it"}}, all[1:]...)
}

func reaches() []Choice {
	return []Choice{
		{string(model.Public), "anybody on the internet"},
		{string(model.Partner), "known organisations outside, such as partners"},
		{string(model.Internal), "only people and systems inside the organisation"},
	}
}

func criticalities() []Choice {
	return []Choice{
		{"low", "a nuisance"},
		{"medium", "people or the organisation would come to some harm"},
		{"high", "many people, or the organisation, would come to serious harm"},
		{"critical", "lives, or what the country depends on, would be at risk"},
	}
}

func visibilities() []Choice {
	return []Choice{{"public", "anybody can read it, and the logs of its pipelines"}, {"private", "only those let in can"}}
}
