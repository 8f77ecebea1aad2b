package sarif

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
)

// The parts of SARIF that are read. Lists that may be long are raw and are read an element at a time, so that a short
// file cannot become a large tree; short lists keep their first elements and count the others.

type log struct {
	Version string      `json:"version"`
	Runs    foreign.Raw `json:"runs"`
	Inline  present     `json:"inlineExternalProperties"`
}

type scan struct {
	Tool struct {
		Driver     component      `json:"driver"`
		Extensions few[component] `json:"extensions"`
	} `json:"tool"`
	Invocations foreign.Raw `json:"invocations"`
	Artifacts   foreign.Raw `json:"artifacts"`
	Results     foreign.Raw `json:"results"`
	External    struct {
		Results present `json:"results"`
	} `json:"externalPropertyFileReferences"`
	Properties struct {
		Control   words `json:"bulkhead.control"`
		Component words `json:"bulkhead.component"`
	} `json:"properties"`
}

type component struct {
	Name     string      `json:"name"`
	Version  string      `json:"version"`
	Semantic string      `json:"semanticVersion"`
	Rules    foreign.Raw `json:"rules"`
}

func (c *component) name() string {
	if strings.TrimSpace(c.Name) != "" {
		return c.Name
	}
	return "sarif"
}

func (c *component) version() string {
	if c.Version != "" {
		return c.Version
	}
	return c.Semantic
}

type invocation struct {
	Start         string            `json:"startTimeUtc"`
	End           string            `json:"endTimeUtc"`
	Successful    *bool             `json:"executionSuccessful"`
	Notifications few[notification] `json:"toolExecutionNotifications"`
}

type notification struct {
	Level string `json:"level"`
}

func (in *invocation) errors() int {
	n := 0
	for _, note := range in.Notifications.kept {
		if note.Level == "error" {
			n++
		}
	}
	return n
}

type artifact struct {
	Location artifactLocation `json:"location"`
	Roles    few[string]      `json:"roles"`
}

type artifactLocation struct {
	URI   string  `json:"uri"`
	Index *number `json:"index"`
}

type rule struct {
	ID         string      `json:"id"`
	Deprecated few[string] `json:"deprecatedIds"`
	Default    struct {
		Level string `json:"level"`
	} `json:"defaultConfiguration"`
	Short      message        `json:"shortDescription"`
	Messages   dict[message]  `json:"messageStrings"`
	Relations  few[relation]  `json:"relationships"`
	Properties ruleProperties `json:"properties"`
}

type ruleProperties struct {
	Tags     few[string] `json:"tags"`
	CWE      words       `json:"cwe"`
	Severity number      `json:"security-severity"`
}

type relation struct {
	Target struct {
		ID        string `json:"id"`
		Component struct {
			Name string `json:"name"`
		} `json:"toolComponent"`
	} `json:"target"`
}

type message struct {
	Text      string      `json:"text"`
	ID        string      `json:"id"`
	Arguments few[string] `json:"arguments"`
}

type result struct {
	RuleID    string  `json:"ruleId"`
	RuleIndex *number `json:"ruleIndex"`
	Rule      struct {
		ID        string  `json:"id"`
		Index     *number `json:"index"`
		Component struct {
			Name  string  `json:"name"`
			Index *number `json:"index"`
		} `json:"toolComponent"`
	} `json:"rule"`
	Kind          string           `json:"kind"`
	Level         string           `json:"level"`
	Message       message          `json:"message"`
	Locations     few[location]    `json:"locations"`
	Suppressions  few[suppression] `json:"suppressions"`
	BaselineState string           `json:"baselineState"`
	Properties    struct {
		Severity number `json:"security-severity"`
	} `json:"properties"`
	CodeFlows        present `json:"codeFlows"`
	Stacks           present `json:"stacks"`
	RelatedLocations present `json:"relatedLocations"`
	Fixes            present `json:"fixes"`
	Attachments      present `json:"attachments"`
}

type location struct {
	Physical struct {
		Artifact artifactLocation `json:"artifactLocation"`
		Region   struct {
			Line number `json:"startLine"`
		} `json:"region"`
	} `json:"physicalLocation"`
	Logical few[logical] `json:"logicalLocations"`
}

type logical struct {
	Name string `json:"name"`
	Full string `json:"fullyQualifiedName"`
}

type suppression struct {
	Status string `json:"status"`
}

const maxFew = 40 // elements of a short list

// few is a list that is short in honest files: the first elements, and how many there are.
type few[T any] struct {
	kept []T
	all  int
}

func (f *few[T]) UnmarshalJSON(list []byte) error {
	*f = few[T]{}
	return foreign.Raw{RawMessage: list}.Elements(func(d *json.Decoder) error {
		if f.all++; f.all > maxFew {
			return d.Decode(&skip{})
		}
		var one T
		err := d.Decode(&one)
		f.kept = append(f.kept, one)
		return err
	})
}

// skip takes any value and keeps nothing of it.
type skip struct{}

func (*skip) UnmarshalJSON([]byte) error { return nil }

// dict is an object that has few members in honest files: the first of them.
type dict[T any] map[string]T

func (m *dict[T]) UnmarshalJSON(object []byte) error {
	*m = dict[T]{}
	if object[0] != '{' {
		return nil // null, or nothing to find a message in
	}
	return foreign.Raw{RawMessage: object}.Members(func(name string, d *json.Decoder) error {
		if len(*m) == maxFew {
			return d.Decode(&skip{})
		}
		var one T
		err := d.Decode(&one)
		(*m)[name] = one
		return err
	})
}

// present says whether there is anything.
type present bool

func (p *present) UnmarshalJSON(text []byte) error {
	*p = len(text) > 2 && string(text) != "null" // more than [] or {}
	return nil
}

// number is a number, or text that is one, as tools write a severity; zero when it is neither.
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(text), `" `), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		f = 0
	}
	*n = number(f)
	return nil
}

// index gives a number as a place in a list of so many; -1 when it is none.
func (n *number) index(many int) int {
	if n == nil || *n < 0 || *n >= number(many) {
		return -1
	}
	return int(*n)
}

// words is one text or a list of texts, which it joins with commas. Anything else is no word.
type words string

func (w *words) UnmarshalJSON(text []byte) error {
	*w = ""
	var one string
	if json.Unmarshal(text, &one) == nil {
		*w = words(one)
		return nil
	}
	var list few[any]
	if json.Unmarshal(text, &list) != nil {
		return nil
	}
	var all []string
	for _, item := range list.kept {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	*w = words(strings.Join(all, ","))
	return nil
}
