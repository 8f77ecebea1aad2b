package schema

import (
	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
)

// removal works out what goes when a key or an item goes.
func (e *edit) removal(s *spot) (cut, error) {
	up := s.up
	if up == nil {
		return cut{}, fault.New(fault.Invalid, "the whole document cannot be removed")
	}
	if isFlow(up.node) && !e.bracket(e.offset(up.node)) {
		return cut{}, e.byHand(bareForm)
	}
	if len(up.node.Content) == up.width() {
		return e.wholeBlock(up, empty(up.node)), nil
	}
	from, ok := e.start(s)
	if !ok {
		return cut{}, e.byHand(questionForm)
	}
	if isFlow(up.node) {
		return e.removeFlow(s, from), nil
	}
	return e.removeBlock(s, from), nil
}

func empty(n *yaml.Node) string {
	if n.Kind == yaml.MappingNode {
		return "{}"
	}
	return "[]"
}

// start is the offset of an entry: of its key, its dash, or between brackets its value.
func (e *edit) start(s *spot) (int, bool) {
	switch {
	case s.key != nil:
		return e.offset(s.key), isFlow(s.up.node) || s.key.Column == s.up.node.Column
	case isFlow(s.up.node):
		return e.offset(s.node), true
	}
	return e.dash(s)
}

func (e *edit) removeBlock(s *spot, from int) cut {
	start, stop := e.lineStart(from), e.lineEnd(e.end(s))
	after := e.nextLine(stop)
	switch {
	case !e.blank(start, from):
		return e.removeFirst(s, from, stop)
	case after > stop || start == 0 || s.before() == nil || isBlockText(s.before().tail().node):
		return cut{start, after, ""}
	default:
		return cut{start - e.breakBefore(start), stop, ""} // the file ended without a line end, and still does
	}
}

// removeFirst takes out the first entry of a block that starts after a dash. The next entry moves up to the dash if it
// stands on the next line; otherwise what is between them, such as a comment about it, stays where it is.
func (e *edit) removeFirst(s *spot, from, stop int) cut {
	next, ok := e.start(s.up.child(s.at + s.up.width()))
	if ok && e.lineStart(next) == e.nextLine(stop) {
		return cut{from, next, ""}
	}
	for from > 0 && e.is(from-1, ' ') {
		from--
	}
	return cut{from, stop, ""}
}

func (e *edit) removeFlow(s *spot, from int) cut {
	end := e.end(s)
	to := end
	if comma := e.skip(end); e.is(comma, ',') {
		to = comma + 1
		if stop := e.skipBlank(to); !e.restIsComment(stop) {
			to = stop
		}
	} else if b := s.before(); b != nil && e.lineStart(e.end(b)) == e.lineStart(from) {
		from = e.end(b)
	}
	start, stop := e.lineStart(from), e.lineEnd(to)
	switch {
	case !e.restIsComment(e.skipBlank(to)):
		return cut{from, to, ""}
	case e.blank(start, from) && stop < len(e.page.text):
		return cut{start, e.nextLine(stop), ""}
	default:
		return cut{from, stop, ""}
	}
}
