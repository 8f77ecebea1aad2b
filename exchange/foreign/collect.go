package foreign

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// MaxKept is how many observations a record keeps before those that matter least are left out. What failed, needs a look,
// was not run or is unknown is always kept: were it left out, a later run would seem to have put it right.
const MaxKept = 2_000

// Note is something that was not carried over: a sentence for one, and one for many with %d in it.
type Note struct{ One, Many string }

// Notes counts what was not carried over.
type Notes struct {
	order []Note
	count map[Note]int
	first map[Note]string
}

// Add counts so many more, with an example where that helps.
func (n *Notes) Add(note Note, many int, example string) {
	if many <= 0 {
		return
	}
	if n.count == nil {
		n.count, n.first = map[Note]int{}, map[Note]string{}
	}
	if n.count[note] == 0 {
		n.order = append(n.order, note)
		n.first[note] = example
	}
	n.count[note] += many
}

// Sentences gives them in the order in which each was first noted, which is that of the file.
func (n *Notes) Sentences() []string {
	var out []string
	for _, note := range n.order {
		count, example := n.count[note], n.first[note]
		s := note.One
		if count != 1 {
			s = fmt.Sprintf(note.Many, count)
		}
		switch {
		case example != "" && count != 1:
			s += " (the first is " + quote(example) + ")"
		case example != "":
			s += " (" + quote(example) + ")"
		}
		out = append(out, s+".")
	}
	return out
}

// Tally counts outcomes.
type Tally map[evidence.Outcome]int

// Outcome gives the outcome of all: the worst of them, where what is unknown or needs a look is worse than what passed,
// and what was not run says nothing beside what was.
func (t Tally) Outcome() evidence.Outcome {
	for _, o := range []evidence.Outcome{evidence.Failed, evidence.Unknown, evidence.NeedsReview, evidence.Passed, evidence.NotRun, evidence.NotApplicable} {
		if t[o] > 0 {
			return o
		}
	}
	return evidence.NotRun
}

// Collector gathers the observations of a run within the limits.
type Collector struct {
	notes  Notes
	limits Limits
	obs    []evidence.Observation
	bytes  int // of text in them
	names  int // read by IDs
}

// NewCollector makes a collector that keeps the limits.
func NewCollector(limits Limits) *Collector { return &Collector{limits: limits} }

// Note counts so many more of what was not carried over, with an example where that helps.
func (c *Collector) Note(note Note, many int, example string) { c.notes.Add(note, many, example) }

// IDs reads what a file says under a name such as bulkhead.control: ids, with commas or spaces between them. What is not
// an id is noted.
func (c *Collector) IDs(s string) []ident.ID {
	var ids []ident.ID
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) }) {
		if c.names++; c.names > c.limits.Items {
			c.Note(tooMany, 1, "")
			break
		}
		word = strings.TrimPrefix(strings.TrimPrefix(word, "control:"), "claim:/architecture/components/")
		id, err := ident.ParseID(word)
		if err != nil {
			c.Note(notAnID, 1, word)
			continue
		}
		ids = append(ids, id)
	}
	return ids
}

var (
	notAnID = Note{
		One:  "1 name under bulkhead.control or bulkhead.component is not an id, so it was left out",
		Many: "%d names under bulkhead.control or bulkhead.component are not ids, so they were left out",
	}
	tooMany = Note{
		One:  "1 list under bulkhead.control or bulkhead.component has more names than are read, so the rest was left out",
		Many: "%d lists under bulkhead.control or bulkhead.component have more names than are read, so the rest was left out",
	}
)

// Len is how many observations there are so far.
func (c *Collector) Len() int { return len(c.obs) }

// Since gives the observations from one on, to be changed in place.
func (c *Collector) Since(from int) []evidence.Observation { return c.obs[from:] }

// Add takes one more observation; false when a limit is passed. It counts what the observations hold too, because a file
// can say in few bytes, by naming one message many times, what takes many.
func (c *Collector) Add(o evidence.Observation) bool {
	c.bytes += len(o.Place) + len(o.Weakness) + len(o.Text)
	for _, a := range o.Aliases {
		c.bytes += len(a)
	}
	if len(c.obs) == c.limits.Items || c.bytes > c.limits.Bytes {
		return false
	}
	c.obs = append(c.obs, o)
	return true
}

// Full says, for a fault, which limits were passed.
func (c *Collector) Full(items string) string {
	return fmt.Sprintf("more than %d %s, or more than %d bytes of text in them; split the file", c.limits.Items, items, c.limits.Bytes)
}

// Tally counts the outcomes from one observation on.
func (c *Collector) Tally(from int) Tally {
	t := Tally{}
	for i := range c.obs[from:] {
		t[c.obs[from+i].Result]++
	}
	return t
}

// Finish puts observations, notes and names into a run, leaving out what is over MaxKept: first what passed, then what
// does not apply, and of each the last in the file first.
func (c *Collector) Finish(r *Run) {
	for _, o := range []evidence.Outcome{evidence.Passed, evidence.NotApplicable} {
		over := min(len(c.obs)-MaxKept, c.Tally(0)[o])
		c.leaveOut(o, over)
	}
	r.Observations, r.Dropped = c.obs, c.notes.Sentences()
	r.Controls = slices.Sorted(maps.Keys(r.ByControl))
}

func (c *Collector) leaveOut(result evidence.Outcome, many int) {
	if many <= 0 {
		return
	}
	keep := c.Tally(0)[result] - many
	c.obs = slices.DeleteFunc(c.obs, func(o evidence.Observation) bool {
		if o.Result != result {
			return false
		}
		keep--
		return keep < 0
	})
	what := map[evidence.Outcome]string{evidence.Passed: "passed", evidence.NotApplicable: "did not apply"}[result]
	c.Note(Note{
		One:  "1 result that " + what + " was counted but is not listed",
		Many: "%d results that " + what + " were counted but are not listed",
	}, many, "")
}

// Union gives ids in order, each once.
func Union(ids ...[]ident.ID) []ident.ID {
	all := slices.Concat(ids...)
	slices.Sort(all)
	return slices.Compact(all)
}
