package otm

import (
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// The parts of an OTM file that are read.

type file struct {
	Version         string        `yaml:"otmVersion"`
	Project         project       `yaml:"project"`
	Representations []tree.Unread `yaml:"representations"`
	Assets          []asset       `yaml:"assets"`
	Zones           []trustZone   `yaml:"trustZones"`
	Components      []component   `yaml:"components"`
	Flows           []dataflow    `yaml:"dataflows"`
	Threats         []tree.Unread `yaml:"threats"`
	Mitigations     []mitigation  `yaml:"mitigations"`
	Rest            tree.Rest     `yaml:",inline"`
}

type project struct {
	Name        string     `yaml:"name"`
	ID          string     `yaml:"id"`
	Description string     `yaml:"description"`
	Owner       string     `yaml:"owner"`
	Contact     string     `yaml:"ownerContact"`
	Tags        []string   `yaml:"tags"`
	Attributes  attributes `yaml:"attributes"`
	Rest        tree.Rest  `yaml:",inline"`
}

type asset struct {
	ID          string     `yaml:"id"`
	Name        string     `yaml:"name"`
	Description string     `yaml:"description"`
	Risk        assetRisk  `yaml:"risk"`
	Attributes  attributes `yaml:"attributes"`
	Rest        tree.Rest  `yaml:",inline"`
}

type assetRisk struct {
	Confidentiality score     `yaml:"confidentiality"`
	Integrity       score     `yaml:"integrity"`
	Availability    score     `yaml:"availability"`
	Comment         string    `yaml:"comment"`
	Rest            tree.Rest `yaml:",inline"`
}

type trustZone struct {
	ID              string        `yaml:"id"`
	Name            string        `yaml:"name"`
	Type            string        `yaml:"type"`
	Description     string        `yaml:"description"`
	Risk            yaml.Node     `yaml:"risk"`
	Parent          parent        `yaml:"parent"`
	Representations []tree.Unread `yaml:"representations"`
	Attributes      attributes    `yaml:"attributes"`
	Rest            tree.Rest     `yaml:",inline"`
}

// parent is what a thing is inside, in either of the two forms that versions of OTM have.
type parent struct {
	TrustZone string    `yaml:"trustZone"`
	Component string    `yaml:"component"`
	ID        string    `yaml:"id"`
	Type      string    `yaml:"type"`
	Rest      tree.Rest `yaml:",inline"`
}

func (p parent) zone() string {
	if p.Type == "trustZone" {
		return p.ID
	}
	return p.TrustZone
}

func (p parent) component() string {
	if p.Type == "component" {
		return p.ID
	}
	return p.Component
}

type component struct {
	ID          string   `yaml:"id"`
	Name        string   `yaml:"name"`
	Type        string   `yaml:"type"`
	Description string   `yaml:"description"`
	Parent      parent   `yaml:"parent"`
	Tags        []string `yaml:"tags"`
	Assets      struct {
		Processed []string  `yaml:"processed"`
		Stored    []string  `yaml:"stored"`
		Rest      tree.Rest `yaml:",inline"`
	} `yaml:"assets"`
	Threats         []instance    `yaml:"threats"`
	Representations []tree.Unread `yaml:"representations"`
	Attributes      attributes    `yaml:"attributes"`
	Rest            tree.Rest     `yaml:",inline"`
}

type dataflow struct {
	ID              string        `yaml:"id"`
	Name            string        `yaml:"name"`
	Description     string        `yaml:"description"`
	Bidirectional   *bool         `yaml:"bidirectional"`
	Source          string        `yaml:"source"`
	Destination     string        `yaml:"destination"`
	Tags            []string      `yaml:"tags"`
	Assets          []string      `yaml:"assets"`
	Threats         []instance    `yaml:"threats"`
	Representations []tree.Unread `yaml:"representations"`
	Attributes      attributes    `yaml:"attributes"`
	Rest            tree.Rest     `yaml:",inline"`
}

// instance is a threat of the library at one component or flow, and what is done about it there.
type instance struct {
	State       string `yaml:"state"`
	Mitigations []struct {
		Mitigation string `yaml:"mitigation"`
		State      string `yaml:"state"`
	} `yaml:"mitigations"`
}

type mitigation struct {
	ID          string     `yaml:"id"`
	Name        string     `yaml:"name"`
	Description string     `yaml:"description"`
	Reduction   yaml.Node  `yaml:"riskReduction"`
	Attributes  attributes `yaml:"attributes"`
	Rest        tree.Rest  `yaml:",inline"`
}

// items counts what a file is made of.
func (f *file) items() int {
	n := len(f.Representations) + len(f.Assets) + len(f.Zones) + len(f.Components) + len(f.Flows) + len(f.Threats) + len(f.Mitigations)
	count := func(threats []instance) {
		n += len(threats)
		for _, t := range threats {
			n += len(t.Mitigations)
		}
	}
	for i := range f.Components {
		count(f.Components[i].Threats)
	}
	for i := range f.Flows {
		count(f.Flows[i].Threats)
	}
	return n
}

// score is a number from 0 to 100, as the level that it comes to: a fifth of the scale each. Odd is one that is no such
// number.
type score struct {
	level model.Level
	odd   string
}

// UnmarshalYAML reads a score. What is not a number from 0 to 100 is kept to be told, not refused.
func (s *score) UnmarshalYAML(n *yaml.Node) error {
	var text string
	if err := tree.Fill(n, &text); err != nil {
		return err
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= 0 && x <= 100) {
		s.odd = text
		return nil
	}
	s.level = 1
	for _, above := range []float64{20, 40, 60, 80} {
		if x > above {
			s.level++
		}
	}
	return nil
}

// attributes is what a team or a tool says of a thing besides, in the order in which it is written.
type attributes []attribute

type attribute struct{ key, value string }

// UnmarshalYAML reads keys and values, or a list of such groups. A value that is more than a text is left empty.
func (a *attributes) UnmarshalYAML(n *yaml.Node) error {
	*a = nil
	groups := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		groups = n.Content
	}
	for _, g := range groups {
		if g.Kind != yaml.MappingNode {
			*a = append(*a, attribute{key: g.Value})
			continue
		}
		for i := 0; i+1 < len(g.Content); i += 2 {
			*a = append(*a, attribute{key: g.Content[i].Value, value: g.Content[i+1].Value})
		}
	}
	return nil
}
