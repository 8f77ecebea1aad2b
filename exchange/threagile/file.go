package threagile

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
)

// The parts of a Threagile model that are read. A switch is a pointer, because one that is not there says nothing.

type file struct {
	Version      string                `yaml:"threagile_version"`
	Includes     []string              `yaml:"includes"`
	Title        string                `yaml:"title"`
	Date         string                `yaml:"date"`
	Author       yaml.Node             `yaml:"author"`
	Contributors yaml.Node             `yaml:"contributors"`
	Application  overview              `yaml:"application_description"`
	Business     overview              `yaml:"business_overview"`
	Technical    overview              `yaml:"technical_overview"`
	Summary      string                `yaml:"management_summary_comment"`
	Criticality  string                `yaml:"business_criticality"`
	Requirements table[string]         `yaml:"security_requirements"`
	Questions    table[string]         `yaml:"questions"`
	AbuseCases   table[string]         `yaml:"abuse_cases"`
	Tags         []string              `yaml:"tags_available"`
	Data         table[dataAsset]      `yaml:"data_assets"`
	Assets       table[technicalAsset] `yaml:"technical_assets"`
	Boundaries   table[boundary]       `yaml:"trust_boundaries"`
	Runtimes     table[sharedRuntime]  `yaml:"shared_runtimes"`
	Individual   categories            `yaml:"individual_risk_categories"`
	Custom       categories            `yaml:"custom_risk_categories"`
	Tracking     table[tracking]       `yaml:"risk_tracking"`
	Rest         tree.Rest             `yaml:",inline"`
}

type overview struct {
	Description string        `yaml:"description"`
	Images      []tree.Unread `yaml:"images"`
	Rest        tree.Rest     `yaml:",inline"`
}

type dataAsset struct {
	ID              string    `yaml:"id"`
	Description     string    `yaml:"description"`
	Usage           string    `yaml:"usage"`
	Tags            []string  `yaml:"tags"`
	Origin          string    `yaml:"origin"`
	Owner           string    `yaml:"owner"`
	Quantity        string    `yaml:"quantity"`
	Confidentiality string    `yaml:"confidentiality"`
	Integrity       string    `yaml:"integrity"`
	Availability    string    `yaml:"availability"`
	Why             string    `yaml:"justification_cia_rating"`
	Rest            tree.Rest `yaml:",inline"`
}

type technicalAsset struct {
	ID              string      `yaml:"id"`
	Description     string      `yaml:"description"`
	Type            string      `yaml:"type"`
	Usage           string      `yaml:"usage"`
	ForPeople       *bool       `yaml:"used_as_client_by_human"`
	OutOfScope      *bool       `yaml:"out_of_scope"`
	WhyOut          string      `yaml:"justification_out_of_scope"`
	Size            string      `yaml:"size"`
	Technology      string      `yaml:"technology"`
	Technologies    []string    `yaml:"technologies"`
	Tags            []string    `yaml:"tags"`
	Internet        *bool       `yaml:"internet"`
	Machine         string      `yaml:"machine"`
	Encryption      string      `yaml:"encryption"`
	Owner           string      `yaml:"owner"`
	Confidentiality string      `yaml:"confidentiality"`
	Integrity       string      `yaml:"integrity"`
	Availability    string      `yaml:"availability"`
	Why             string      `yaml:"justification_cia_rating"`
	MultiTenant     *bool       `yaml:"multi_tenant"`
	Redundant       *bool       `yaml:"redundant"`
	Custom          *bool       `yaml:"custom_developed_parts"`
	Processed       []string    `yaml:"data_assets_processed"`
	Stored          []string    `yaml:"data_assets_stored"`
	Formats         []string    `yaml:"data_formats_accepted"`
	Order           yaml.Node   `yaml:"diagram_tweak_order"`
	Links           table[link] `yaml:"communication_links"`
	Rest            tree.Rest   `yaml:",inline"`
}

type link struct {
	Target         string    `yaml:"target"`
	Description    string    `yaml:"description"`
	Protocol       string    `yaml:"protocol"`
	Authentication string    `yaml:"authentication"`
	Authorization  string    `yaml:"authorization"`
	Tags           []string  `yaml:"tags"`
	VPN            *bool     `yaml:"vpn"`
	Filtered       *bool     `yaml:"ip_filtered"`
	ReadOnly       *bool     `yaml:"readonly"`
	Usage          string    `yaml:"usage"`
	Sent           []string  `yaml:"data_assets_sent"`
	Received       []string  `yaml:"data_assets_received"`
	Weight         yaml.Node `yaml:"diagram_tweak_weight"`
	Constraint     yaml.Node `yaml:"diagram_tweak_constraint"`
	Rest           tree.Rest `yaml:",inline"`
}

type boundary struct {
	ID          string    `yaml:"id"`
	Description string    `yaml:"description"`
	Type        string    `yaml:"type"`
	Tags        []string  `yaml:"tags"`
	Inside      []string  `yaml:"technical_assets_inside"`
	Nested      []string  `yaml:"trust_boundaries_nested"`
	Rest        tree.Rest `yaml:",inline"`
}

type sharedRuntime struct {
	ID          string    `yaml:"id"`
	Description string    `yaml:"description"`
	Tags        []string  `yaml:"tags"`
	Running     []string  `yaml:"technical_assets_running"`
	Rest        tree.Rest `yaml:",inline"`
}

type category struct {
	Title       string            `yaml:"title"` // in a list; in a table the key is the title
	Description string            `yaml:"description"`
	Stride      string            `yaml:"stride"`
	Risks       table[identified] `yaml:"risks_identified"`
	Rest        tree.Rest         `yaml:",inline"`
}

type identified struct {
	Severity string    `yaml:"severity"`
	Data     string    `yaml:"most_relevant_data_asset"`
	Asset    string    `yaml:"most_relevant_technical_asset"`
	Breached []string  `yaml:"data_breach_technical_assets"`
	Rest     tree.Rest `yaml:",inline"`
}

type tracking struct {
	Status string `yaml:"status"`
}

// items counts what a model is made of.
func (f *file) items() int {
	n := len(f.Requirements) + len(f.Questions) + len(f.AbuseCases) + len(f.Data) + len(f.Assets) + len(f.Boundaries) + len(f.Runtimes) + len(f.Tracking)
	for i := range f.Assets {
		n += len(f.Assets[i].Is.Links)
	}
	for _, c := range slices.Concat(f.Individual, f.Custom) {
		n += 1 + len(c.Is.Risks)
	}
	return n
}

// table is things by their titles, in the order in which they are written.
type table[T any] []entry[T]

type entry[T any] struct {
	Title string
	Is    T
}

// UnmarshalYAML reads a table.
func (t *table[T]) UnmarshalYAML(n *yaml.Node) error {
	var all map[string]T
	if err := tree.Fill(n, &all); err != nil {
		return err
	}
	*t = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		title := n.Content[i].Value
		if is, there := all[title]; there {
			*t = append(*t, entry[T]{Title: title, Is: is})
		}
	}
	return nil
}

// categories is a table of categories of risk, or, as in later versions, a list of them.
type categories table[category]

// UnmarshalYAML reads either.
func (c *categories) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return (*table[category])(c).UnmarshalYAML(n)
	}
	var list []category
	if err := tree.Fill(n, &list); err != nil {
		return err
	}
	*c = nil
	for _, one := range list {
		*c = append(*c, entry[category]{Title: one.Title, Is: one})
	}
	return nil
}
