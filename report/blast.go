package report

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// blast tells what is reached from something, with nothing in the way and at all, as evidenced and as claimed.
func (t *pathText) blast(b *BlastRadius) {
	t.line()
	t.wrap("", t.paint("1", "If "+b.Title+" ("+string(elementID(b.From))+") were in an attacker's hands"))
	for _, line := range t.Of.blastLines(b) {
		t.wrap("  ", line.name+":")
		for _, more := range line.more {
			t.wrap("    ", more)
		}
	}
}

const mostReached = 8 // of one kind, that are named

// blastLine is what is reached on one basis.
type blastLine struct {
	name string
	more []string
}

// blastLines tells what is reached on each basis; what is the same as on another is told once.
func (t *Told) blastLines(b *BlastRadius) (out []blastLine) {
	for _, x := range []struct {
		name string
		of   *Reach
	}{
		{"With nothing in the way, as evidenced", &b.Evidenced.Open},
		{"At all, over what hinders and does not stop, as evidenced", &b.Evidenced.All},
		{"With nothing in the way, as claimed", &b.Claimed.Open},
		{"At all, as claimed", &b.Claimed.All},
	} {
		lines := t.reachLines(x.of)
		told := strings.Join(lines, "\n")
		for i := range out {
			if strings.Join(out[i].more, "\n") == told {
				lines = []string{"The same as: " + strings.ToLower(out[i].name[:1]) + out[i].name[1:] + "."}
				break
			}
		}
		out = append(out, blastLine{x.name, lines})
	}
	return out
}

// reachLines tells what is reached, a line for each kind.
func (t *Told) reachLines(r *Reach) (out []string) {
	add := func(n int, what, list string) {
		if n > 0 {
			out = append(out, what+": "+list+".")
		}
	}
	named := func(prefix string, ids []ident.ID) string {
		var list []string
		for _, id := range ids {
			list = append(list, t.name(ident.Claim(append(strings.Split(prefix, "/"), string(id))...)))
		}
		left := ""
		if n := len(list) - mostReached; n > 0 {
			left = "; and " + strconv.Itoa(n) + " more"
		}
		return strings.Join(list[:min(len(list), mostReached)], "; ") + left
	}
	add(len(r.Components), counted(len(r.Components), "component", "components"), named("architecture/components", r.Components))
	add(len(r.Read), "Data read", named("data", r.Read))
	add(len(r.Altered), "Data changed", named("data", r.Altered))
	add(len(r.Destroyed), "Data destroyed", named("data", r.Destroyed))
	if words := dataWords(r); words != "" {
		out = append(out, words)
	}
	add(len(r.Stopped), "Functions stopped", named("context/functions", r.Stopped))
	add(len(r.Misused), "Functions misused", named("context/functions", r.Misused))
	add(len(r.Losses), "Unacceptable losses", t.losses(r.Losses))
	add(len(r.Services), "Other services that are connected", some(wordsOf(r.Services), 8))
	if len(out) == 0 {
		out = append(out, "Nothing more is modelled to be reached.")
	}
	return out
}

func (t *Told) losses(ids []ident.ID) string {
	var out []string
	for _, id := range ids {
		for i := range t.Service.Context.Appetite.UnacceptableLosses {
			if l := &t.Service.Context.Appetite.UnacceptableLosses[i]; l.ID == id {
				out = append(out, strings.TrimSuffix(l.Text, "."))
			}
		}
	}
	return strings.Join(out, "; ")
}

// dataWords says how much data is reached and of what classification.
func dataWords(r *Reach) string {
	if r.Records == 0 && r.Uncounted == 0 && r.Classification == "" {
		return ""
	}
	out := records(r.Records)
	if r.Uncounted > 0 {
		out += ", and " + counted(r.Uncounted, "item", "items") + " of data of which nobody said how many"
	}
	return out + "; the highest classification is " + cmp.Or(string(r.Classification), "not said") + "."
}

// records writes a number of records so that it can be read: 60,000 records.
func records(n int64) string {
	if n == 1 {
		return "1 record"
	}
	digits := strconv.FormatInt(n, 10)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits + " records"
}

// inShort tells what is reached in a line.
func (r *Reach) inShort() string {
	var out []string
	add := func(n int, one, many string) {
		if n > 0 {
			out = append(out, counted(n, one, many))
		}
	}
	data := map[ident.ID]bool{}
	for _, list := range [][]ident.ID{r.Read, r.Altered, r.Destroyed} {
		for _, id := range list {
			data[id] = true
		}
	}
	functions := map[ident.ID]bool{}
	for _, list := range [][]ident.ID{r.Stopped, r.Misused} {
		for _, id := range list {
			functions[id] = true
		}
	}
	add(len(r.Components), "component", "components")
	add(len(data), "item of data", "items of data")
	if r.Records > 0 {
		out = append(out, records(r.Records))
	}
	add(len(functions), "function", "functions")
	add(len(r.Losses), "unacceptable loss", "unacceptable losses")
	add(len(r.Services), "other service", "other services")
	if len(out) == 0 {
		return "nothing more that is modelled"
	}
	return joinWords(out)
}

// blasts tells of every component what is reached from it, the worst first.
func (t *pathText) blasts() {
	t.heading("Blast radius of every component (" + strconv.Itoa(len(t.Blasts)) + "), the worst first")
	for i := range t.Blasts {
		b := &t.Blasts[i]
		t.wrap("  ", t.paint("1", b.Title)+" ("+string(elementID(b.From))+")")
		evidenced, claimed := b.Evidenced.All.inShort(), b.Claimed.All.inShort()
		open := b.Evidenced.Open.inShort()
		t.wrap("      ", "As evidenced: "+evidenced+"; with nothing in the way: "+sameOr(open, evidenced)+".")
		t.wrap("      ", "As claimed: "+sameOr(claimed, evidenced)+"; with nothing in the way: "+sameOr(b.Claimed.Open.inShort(), claimed)+".")
	}
	t.line()
	t.wrap("", "One in full: bulkhead paths --from ID")
}

func sameOr(words, other string) string {
	if words == other {
		return "the same"
	}
	return words
}
