package report

import (
	"io"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// SharedList is what follows across services when something that they share is in an attacker's hands.
type SharedList struct {
	Bulkhead string          `json:"bulkhead"` // shared/v1
	At       civil.Instant   `json:"at"`
	Marking  string          `json:"marking"`
	Services int             `json:"services"` // how many were looked at
	Shared   []assess.Spread `json:"shared"`   // what hits the most services first
}

// SharedText writes what services share, for a person at a terminal.
func SharedText(w io.Writer, list *SharedList, names map[ident.ID]string, style Style) error {
	p := newPage(style)
	title := p.paint("1", "What services share")
	if gap := p.style.Width - width(title) - len(list.Marking); gap >= 2 {
		p.line(title, strings.Repeat(" ", gap), list.Marking)
	} else {
		p.wrap("", title)
		p.wrap("", list.Marking)
	}
	p.wrap("", sharedOpening(list))
	for i := range list.Shared {
		p.shared(&list.Shared[i], names)
	}
	return p.flush(w)
}

func sharedOpening(list *SharedList) string {
	if len(list.Shared) == 0 {
		return "No service here uses anything that another one offers, and none names a supplier. Of services that are not here nothing is known."
	}
	most := &list.Shared[0]
	return "If " + most.Title + " were in an attacker's hands, " + counted(len(most.Hits), "service", "services") + " of " + counted(list.Services, "service", "services") +
		" looked at would be hit: more than by anything else that they share. What is reached is worked out with what is shown to work; that a service which is reached in any part no longer protects those that use it is assumed. Of services that are not here nothing is known."
}

func (p *page) shared(s *assess.Spread, names map[ident.ID]string) {
	p.heading(s.Title + " (" + s.Kind + " " + string(s.Of) + ")")
	p.wrap("  ", capital(counted(len(s.Hits), "service", "services"))+" hit; "+reachedData(s.Records, s.Uncounted, s.Classification)+".")
	for i := range s.Hits {
		p.hit(&s.Hits[i], names)
	}
}

func (p *page) hit(h *assess.Hit, names map[ident.ID]string) {
	how := "uses it"
	if h.Steps > 1 {
		how = "over " + string(h.Over[len(h.Over)-1])
	}
	p.wrap("  - ", p.paint("1", names[h.Service])+" ("+string(h.Service)+"), "+how)
	r := &h.Reached
	var parts []string
	for _, x := range []struct {
		n         int
		one, many string
	}{
		{len(r.Components), "component", "components"},
		{len(r.Learnt), "kind of data read", "kinds of data read"},
		{len(r.Altered), "changed", "changed"},
		{len(r.Destroyed), "destroyed", "destroyed"},
		{len(r.Stopped), "function stopped", "functions stopped"},
		{len(r.Misused), "function misused", "functions misused"},
		{len(r.Suffered), "unacceptable loss", "unacceptable losses"},
	} {
		if x.n > 0 {
			parts = append(parts, counted(x.n, x.one, x.many))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "nothing of its own is modelled to be reached")
	}
	p.wrap("    ", capital(strings.Join(parts, ", "))+".")
	if n := len(h.Controls); n > 0 {
		p.wrap("    ", "No longer to be relied on: "+some(wordsOf(h.Controls), 6)+".")
	}
}

// reachedData says how much data is reached, and of what classification.
func reachedData(n int64, uncounted int, class model.Classification) string {
	if n == 0 && uncounted == 0 {
		return "no data is modelled to be reached"
	}
	out := records(n)
	if uncounted > 0 {
		out += " and " + counted(uncounted, "item", "items") + " of data of which nobody said how many"
	}
	if class != "" {
		out += ", up to " + string(class)
	}
	return out
}
