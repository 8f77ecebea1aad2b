package schema

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
)

// A document is made to say something else by cuts that are all worked out on the text as it is, and made at once, so that
// many changes cost little more than one. As for a single edit, no text is handed out before it was read again and found
// to mean what it should. Where the cuts do not come to that, what holds a change is written anew, from the innermost
// item outwards, up to a key at the margin; a whole file is never written anew.

// depths are how many levels in, at most, something is written anew as a whole, in the order in which they are tried.
var depths = [...]int{MaxDepth + 1, 3, 2, 1}

// reworded gives the sources of a document with the text changed where it does not say what it should.
func (d *Document) reworded(says, want *value, from desks) ([]Source, error) {
	for _, depth := range depths {
		r := rewording{desks: from, depth: depth, homes: map[*value]bool{}}
		if sources, ok := r.document(d, says, want); ok {
			return sources, nil
		}
	}
	return nil, fault.New(fault.Invalid, "the changes could not be written into %s without touching anything else, so nothing was changed; make them there with an editor", d.sources[0].File)
}

// rewording works out the cuts for each source of a document.
type rewording struct {
	desks desks
	depth int             // of what is written anew
	homes map[*value]bool // what an earlier source holds, where what is new goes
	*sheet
}

// sheet is the text of one source while cuts are gathered.
type sheet struct {
	*edit
	cuts []cut
	gone map[*yaml.Node]bool // what is taken out, so that nothing is put below it
	anew map[*yaml.Node]bool // what is written anew, inside which nothing else is cut
}

func (r *rewording) document(d *Document, says, want *value) ([]Source, bool) {
	out := make([]Source, len(d.sources))
	for i, source := range d.sources {
		if d.trees[i] == nil {
			return nil, false
		}
		text, ok := r.source(r.desks.at(d.trees[i]), says, want)
		if !ok || len(text) > MaxBytes {
			return nil, false
		}
		out[i] = Source{File: source.File, Text: text}
	}
	made, err := d.Again(out...)
	return out, err == nil && alike(made.meaning(), want)
}

func (r *rewording) source(e *edit, says, want *value) ([]byte, bool) {
	whole := *e
	open := len(e.page.text) > 0 && !slices.Contains(e.page.lines, len(e.page.text))
	if open {
		whole.page = readPage(slices.Concat(e.page.text, []byte(e.newline))) // so that every line has an end
	}
	r.sheet = &sheet{edit: &whole, gone: map[*yaml.Node]bool{}, anew: map[*yaml.Node]bool{}}
	if r.value(&spot{node: e.tree.root}, says, want, 0) != nil {
		return nil, false
	}
	if len(r.cuts) == 0 {
		return e.page.text, true
	}
	text, ok := r.made()
	if end := r.cuts[len(r.cuts)-1].to; open && end < len(whole.page.text) {
		text = []byte(strings.TrimSuffix(string(text), e.newline))
	}
	return text, ok
}

// made makes the cuts. Those at one offset are made in the order in which they were found: inner ones first.
func (s *sheet) made() (text []byte, ok bool) {
	slices.SortStableFunc(s.cuts, func(a, b cut) int { return a.from - b.from })
	at := 0
	for _, c := range s.cuts {
		if c.from < at || c.to < c.from || c.to > len(s.page.text) {
			return nil, false
		}
		text = append(append(text, s.page.text[at:c.from]...), c.with...)
		at = c.to
	}
	return append(text, s.page.text[at:]...), true
}

func (s *sheet) cut(c cut) { s.cuts = append(s.cuts, c) }

// home says whether this source is the first that holds a value, where what is new in it goes.
func (r *rewording) home(says *value) bool {
	if r.homes[says] {
		return false
	}
	r.homes[says] = true
	return true
}

// value makes the text at a spot say what it should. What cannot be cut into is written anew.
func (r *rewording) value(s *spot, says, want *value, depth int) error {
	switch {
	case says == want, alike(says, want):
		return nil
	case says != nil && quiet(s.node) && (s.node.Kind != yaml.MappingNode || reshaped(says, want)):
		return nil
	case says == nil && !r.home(says): // another file says all of it
		return r.whole(s, nil)
	}
	before := len(r.cuts)
	if depth < r.depth || s.up == nil {
		err := r.inside(s, says, want, depth)
		if err == nil {
			return nil
		}
		r.cuts = r.cuts[:before]
	}
	return r.whole(s, want)
}

// quiet says whether a node holds nothing.
func quiet(n *yaml.Node) bool {
	for i, c := range n.Content {
		if n.Kind == yaml.SequenceNode || i%2 == 1 && !quiet(c) {
			return false
		}
	}
	return n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" || isNull(n)
}

// inside changes the parts of a value.
func (r *rewording) inside(s *spot, says, want *value, depth int) error {
	switch {
	case says != nil && want != nil && says.sense == senseKeys && want.sense == senseKeys && s.node.Kind == yaml.MappingNode:
		return r.keys(s, says, want, depth)
	case says != nil && want != nil && says.sense == senseItems && want.sense == senseItems && s.node.Kind == yaml.SequenceNode:
		return r.items(s, says, want, depth)
	case says != nil && want != nil && wordy(says, want) && s.node.Kind == yaml.SequenceNode:
		return r.words(s, says.asWords(), want.asWords())
	}
	return r.whole(s, want)
}

func (r *rewording) keys(s *spot, says, want *value, depth int) error {
	home := !quiet(s.node) && r.home(says)
	var gone []*spot
	here := map[string]*spot{}
	for i := 1; i < len(s.node.Content); i += 2 {
		c := s.child(i)
		name := c.key.Value
		here[name] = c
		switch was, is := says.at(name), want.at(name); {
		case quiet(c.node) && (was == nil || is == nil || reshaped(was, is)):
			if reshaped(was, is) && !isNull(c.node) && (was != nil || !home) {
				gone = append(gone, c) // what is said elsewhere is no longer of this kind
			}
		case is == nil || reshaped(was, is) && (was.sense != senseWord || is.sense != senseWord) && !r.home(was):
			gone = append(gone, c)
		default:
			if err := r.value(c, was, is, depth+1); err != nil {
				return err
			}
		}
	}
	var added []news
	for i, name := range want.named() {
		switch c := here[name]; {
		case says.at(name) != nil || !home:
		case c != nil:
			if err := r.whole(c, want.parts[i]); err != nil {
				return err
			}
		default:
			added = append(added, r.newKey(name, want.parts[i], indent(s.node)))
		}
	}
	return r.entries(s, gone, added, 0)
}

// reshaped says whether something is changed otherwise than part by part.
func reshaped(was, is *value) bool {
	switch {
	case is == nil, alike(was, is), was != nil && was.sense == is.sense && (is.sense == senseKeys || is.sense == senseItems):
		return false
	}
	return was == nil || !wordy(was, is)
}

func (r *rewording) items(s *spot, says, want *value, depth int) error {
	home := r.home(says)
	of := pairs(says, want)
	var gone []*spot
	for i, n := range s.node.Content {
		c, id := s.child(i), r.tree.valueOf(n).id()
		is := want.at(of[id])
		if is == nil {
			gone = append(gone, c)
			continue
		}
		if err := r.value(c, says.at(id), is, depth+1); err != nil {
			return err
		}
	}
	var added []news
	for _, id := range unpaired(want, of) {
		if home {
			added = append(added, r.newItem(s, want.at(id)))
		}
	}
	return r.entries(s, gone, added, r.between(s))
}

func (r *rewording) words(s *spot, says, want *value) error {
	var gone []*spot
	for i, n := range s.node.Content {
		if want.at(strings.TrimSpace(n.Value)) == nil {
			gone = append(gone, s.child(i))
		}
	}
	var added []news
	home := r.home(says)
	for i, word := range want.names {
		if home && says.at(word) == nil {
			added = append(added, r.newItem(s, want.parts[i]))
		}
	}
	return r.entries(s, gone, added, r.between(s))
}

// between is the number of empty lines between the items of a list.
func (r *rewording) between(s *spot) int {
	if isFlow(s.node) || len(s.node.Content) == 0 {
		return 0
	}
	return r.emptyLines(s)
}

// news is an entry to be added, in the two ways that it may have to be written.
type news struct {
	flow  string
	block []string // its lines, without the indentation that all have
}

func (r *rewording) newKey(name string, v *value, column int) news {
	var p piece
	p.add(name, v.told(r.desks, column+step))
	return news{flow: scalar(name, true) + ": " + v.flow(), block: p.below}
}

func (r *rewording) newItem(s *spot, v *value) news {
	n := news{flow: v.flow()}
	if !isFlow(s.node) {
		gap := 1
		if len(s.node.Content) > 0 {
			gap = r.gap(s)
		}
		n.block = dashed(v.told(r.desks, indent(s.node)+step).itemLines(), gap, 0)
	}
	return n
}

// entries takes entries of a group or a list out, and adds others.
func (r *rewording) entries(s *spot, gone []*spot, added []news, empty int) error {
	total := len(s.node.Content) / s.width()
	switch {
	case len(gone) == 0 && len(added) == 0:
		return nil
	case len(gone) == total && len(added) == 0:
		return r.hollow(s)
	case len(gone) == total:
		return r.instead(s, added)
	case isFlow(s.node) && len(gone) > 0 && len(gone)+len(added) > 1, len(gone) > 1 && gone[0].before() == nil && !r.ownLine(gone[0]):
		return r.byHand("laid out so that it has to be written anew")
	}
	for _, c := range gone {
		made, err := r.removal(c)
		if err != nil {
			return err
		}
		r.cut(made)
		r.gone[c.node] = true
	}
	return r.add(s, added, empty)
}

// ownLine says whether an entry starts a line.
func (r *rewording) ownLine(s *spot) bool {
	from, ok := r.start(s)
	return ok && r.blank(r.lineStart(from), from)
}

// hollow leaves nothing in a group or a list whose entries all go.
func (r *rewording) hollow(s *spot) error {
	if s.inFlow() && !r.bracket(r.offset(s.up.node)) || isFlow(s.node) && !r.bracket(r.offset(s.node)) {
		return r.byHand(bareForm)
	}
	r.anew[s.node] = true
	r.cut(r.wholeBlock(s, empty(s.node)))
	return nil
}

// instead puts entries in the place of all that are there.
func (r *rewording) instead(s *spot, added []news) error {
	if len(s.node.Content) == 0 || isFlow(s.node) && !r.bracket(r.offset(s.node)) {
		return r.add(s, added, 0)
	}
	r.anew[s.node] = true
	var p piece
	var flows []string
	for _, a := range added {
		p.below, flows = append(p.below, a.block...), append(flows, a.flow)
	}
	if p.group = s.node.Kind == yaml.MappingNode; !isFlow(s.node) {
		return r.block(s, p)
	}
	brackets := empty(s.node)
	r.cut(cut{r.offset(s.node), r.end(s), brackets[:1] + strings.Join(flows, ", ") + brackets[1:]})
	return nil
}

func (r *rewording) add(s *spot, added []news, empty int) error {
	if len(added) == 0 {
		return nil
	}
	if isFlow(s.node) {
		texts := make([]string, len(added))
		for i, a := range added {
			texts[i] = a.flow
		}
		c, err := r.intoBrackets(s, strings.Join(texts, ", "))
		r.cut(c)
		return err
	}
	var b strings.Builder
	pad := spaces(indent(s.node))
	for _, a := range added {
		b.WriteString(strings.Repeat(r.newline, empty))
		for _, line := range a.block {
			b.WriteString(r.newline)
			if line != "" {
				b.WriteString(pad + line)
			}
		}
	}
	at := r.lineEnd(r.kept(s))
	r.cut(cut{at, at, b.String()})
	return nil
}

// kept is where the last entry of a block that stays ends.
func (r *rewording) kept(s *spot) int {
	if s.node.Kind == yaml.ScalarNode || isFlow(s.node) || r.anew[s.node] {
		return r.end(s)
	}
	width := s.width()
	for i := len(s.node.Content) - 1; i >= 0; i -= width {
		if c := s.child(i); !r.gone[c.node] {
			return r.kept(c)
		}
	}
	return r.end(s)
}

// whole writes a value anew in the place of what stands there.
func (r *rewording) whole(s *spot, want *value) error {
	if s.inFlow() && !r.bracket(r.offset(s.up.node)) {
		return r.byHand(bareForm)
	}
	r.anew[s.node] = true
	p := piece{head: empty(s.node)}
	if want != nil {
		p = want.told(r.desks, indent(s.node))
		if flow := want.flow(); isFlow(s.node) && s.node.Column+len(flow) <= writeWidth {
			p = piece{head: flow}
		}
	}
	switch {
	case isNull(s.node) && s.inFlow():
		return r.fill(s, want.flow())
	case s.inFlow():
		r.cut(cut{r.offset(s.node), r.end(s), want.flow()})
	case isNull(s.node) && len(p.below) == 0:
		return r.fill(s, p.head)
	case len(p.below) == 0 && s.node.Kind == yaml.ScalarNode:
		r.cut(r.wholeScalar(s, p.head))
	case len(p.below) == 0:
		r.cut(r.wholeBlock(s, p.head))
	default:
		return r.block(s, p)
	}
	return nil
}

func (r *rewording) fill(s *spot, with string) error {
	c, err := r.filling(s, with)
	if err == nil {
		r.cut(c)
	}
	return err
}

// block writes lines in the place of what stands after a colon or a dash, or is the whole text. A remark on that line
// stays there.
func (r *rewording) block(s *spot, p piece) error {
	from, stop := r.offset(s.node), r.lineEnd(r.end(s))
	if s.up == nil {
		r.cut(cut{from, stop, r.join(p.below) + note(r.remark(s, from))})
		return nil
	}
	anchor, ok := r.anchor(s)
	if !ok {
		return r.byHand(questionForm)
	}
	if s.key == nil {
		lines := dashed(p.itemLines(), 1, indent(s.up.node))
		lines[0] = lines[0][1:] + note(r.remark(s, anchor))
		r.cut(cut{anchor, stop, r.join(lines)})
		return nil
	}
	pad := indent(s.up.node) + step
	if len(p.below) > 0 && !p.group && p.head == "" {
		pad = indent(s.up.node) + r.listIndent()
	}
	with := note(p.head) + note(r.remark(s, anchor))
	for _, line := range p.below {
		with += r.newline
		if line != "" {
			with += spaces(pad) + line
		}
	}
	r.cut(cut{anchor, stop, with})
	return nil
}

func note(text string) string {
	if text == "" {
		return ""
	}
	return " " + text
}

// remark is the remark on the line of a colon or a dash, or on the line of a short value below it.
func (r *rewording) remark(s *spot, anchor int) string {
	from := max(r.offset(s.node), anchor)
	line := string(r.page.text[anchor:min(from, r.lineEnd(anchor))])
	switch text := strings.TrimSpace(line); {
	case strings.HasPrefix(text, "#"):
		return text
	case isBlockText(s.node):
		return strings.TrimSpace(string(r.page.text[r.headerEnd(from):r.lineEnd(from)]))
	case s.node.Kind == yaml.ScalarNode || isFlow(s.node):
		end := r.end(s)
		return strings.TrimSpace(string(r.page.text[end:r.lineEnd(end)]))
	}
	return ""
}
