package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

const (
	maxYAML   = 8 << 20 // bytes of a file of YAML, whose tree takes far more room than its text
	perItem   = 10      // values for each item of the limits
	documents = 10_000  // of one file of YAML
)

// Read reads a file that holds one document of YAML or JSON.
func Read(text []byte, limits foreign.Limits) (*Node, error) {
	all, err := ReadAll(text, limits)
	switch {
	case err != nil:
		return nil, err
	case len(all) > 1:
		return nil, invalid(all[1].Line, "a second document starts here; give a file for each")
	}
	return all[0], nil
}

// ReadAll reads a file that holds one document of JSON, or one or more of YAML. There is at least one.
func ReadAll(text []byte, limits foreign.Limits) ([]*Node, error) {
	text, err := foreign.Text(text, limits)
	if err != nil {
		return nil, err
	}
	if isJSON(text) {
		root, err := readJSON(text, limits)
		return []*Node{root}, err
	}
	return readYAML(text, limits)
}

// isJSON says whether a text starts as JSON does. What starts as a template does is none.
func isJSON(text []byte) bool {
	text = bytes.TrimSpace(text)
	return bytes.HasPrefix(text, []byte("{")) && !bytes.HasPrefix(text, []byte("{{"))
}

func invalid(line int, format string, args ...any) error {
	return at(fault.Invalid, line, fmt.Sprintf(format, args...))
}

func at(kind fault.Kind, line int, text string) error {
	return &fault.Error{Kind: kind, Text: text, Fields: []fault.Field{{Line: line, Column: 1, Text: text}}}
}

// counter counts values, so that no file can make more of them than is allowed.
type counter struct {
	left, depth int
}

func newCounter(limits foreign.Limits) *counter {
	return &counter{left: limits.Items * perItem, depth: limits.Depth}
}

// take counts one more value at a depth.
func (c *counter) take(line, depth int) error {
	if c.left--; c.left < 0 {
		return at(fault.TooLarge, line, "the file holds more values than are read, perhaps by repeating some; give a smaller one")
	}
	if depth > c.depth {
		return at(fault.TooLarge, line, fmt.Sprintf("this is nested deeper than %d levels, the most that is read", c.depth))
	}
	return nil
}

// readYAML reads every document of a text that says anything.
func readYAML(text []byte, limits foreign.Limits) ([]*Node, error) {
	if len(text) > maxYAML {
		return nil, fault.New(fault.TooLarge, "the file has %d bytes; of YAML at most %d are read: split it", len(text), maxYAML)
	}
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(limits.Depth))))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the file could not be read")
	}
	y := &yamlReader{counter: newCounter(limits)}
	var all []*Node
	for n := 0; ; n++ {
		var doc yaml.Node
		switch err := loader.Load(&doc); {
		case errors.Is(err, io.EOF) && len(all) == 0:
			return nil, invalid(1, "the file holds nothing but remarks")
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, misread(err)
		case n == documents:
			return nil, at(fault.TooLarge, doc.Line, fmt.Sprintf("the file holds more than %d documents; split it", documents))
		}
		if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
			continue
		}
		root, err := y.node(doc.Content[0], 1)
		if err != nil {
			return nil, err
		}
		if root.Kind != Null {
			all = append(all, root)
		}
	}
}

// misread says where a text is no YAML.
func misread(err error) error {
	line, why := 0, err.Error()
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok && len(many.Errors) > 0 {
		err = many.Errors[0]
	}
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		line, why = one.Mark.Line, one.Message
	}
	why, _ = foreign.Line(strings.TrimPrefix(why, "yaml: "), 200)
	return invalid(line, "this is not valid YAML: %s", why)
}

type yamlReader struct{ *counter }

func (y *yamlReader) node(n *yaml.Node, depth int) (*Node, error) {
	if err := y.take(n.Line, depth); err != nil {
		return nil, err
	}
	if n.Style&yaml.TaggedStyle != 0 && !strings.HasPrefix(n.Tag, "!!") && !strings.HasPrefix(n.Tag, "tag:yaml.org,2002:") {
		tag, _ := foreign.Line(n.Tag, 40)
		return nil, invalid(n.Line, "the tag %s is not read; give the file as the tool that understands it writes it out", tag)
	}
	switch n.Kind {
	case yaml.AliasNode:
		if n.Alias == nil {
			return &Node{Line: n.Line}, nil
		}
		return y.node(n.Alias, depth+1)
	case yaml.MappingNode:
		return y.mapping(n, depth)
	case yaml.SequenceNode:
		out := &Node{Kind: List, Line: n.Line}
		for _, c := range n.Content {
			item, err := y.node(c, depth+1)
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, item)
		}
		return out, nil
	}
	return scalar(n), nil
}

func scalar(n *yaml.Node) *Node {
	quoted := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	if !quoted && (n.Value == "" || n.Value == "~" || strings.EqualFold(n.Value, "null")) {
		return &Node{Line: n.Line}
	}
	return &Node{Kind: Text, Value: n.Value, Quoted: quoted, Line: n.Line}
}

// mapping reads keys and values. What a merge key brings in counts where the map does not say it itself.
func (y *yamlReader) mapping(n *yaml.Node, depth int) (*Node, error) {
	out := &Node{Kind: Map, Line: n.Line}
	var merged []*Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		for hops := 0; k.Kind == yaml.AliasNode && k.Alias != nil && hops < 8; hops++ {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			return nil, invalid(n.Content[i].Line, "a key must be a plain word")
		}
		value, err := y.node(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		if k.Value == "<<" && k.Style == 0 {
			merged = append(merged, value)
			continue
		}
		if !out.put(k.Value, value) {
			key, _ := foreign.Line(k.Value, 60)
			return nil, invalid(k.Line, "the key %q is here twice", key)
		}
	}
	for _, m := range merged {
		if err := y.merge(out, m, depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (y *yamlReader) merge(into, from *Node, depth int) error {
	if from.Kind == List {
		for _, item := range from.Items {
			if item.Kind != Map {
				return invalid(item.Line, "a merge key (<<) takes keys and values")
			}
			if err := y.merge(into, item, depth); err != nil {
				return err
			}
		}
		return nil
	}
	if from.Kind != Map {
		return invalid(from.Line, "a merge key (<<) takes keys and values")
	}
	for key, value := range from.Pairs() {
		if err := y.take(from.Line, depth); err != nil {
			return err
		}
		into.put(key, value)
	}
	return nil
}

// readJSON reads the one value of a text, token by token, so that depth and number are known before anything is kept.
func readJSON(text []byte, limits foreign.Limits) (*Node, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	j := &jsonReader{counter: newCounter(limits), dec: dec, text: text}
	root, err := j.node(1)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, foreign.Invalid(text, int(dec.InputOffset()), "there is something after the end of the JSON; give the file as the tool wrote it")
	}
	return root, nil
}

type jsonReader struct {
	*counter
	dec  *json.Decoder
	text []byte
	at   int // offset up to which lines were counted
	line int // before that
}

// here gives the line that the reader is at. It counts on from where it last was.
func (j *jsonReader) here() int {
	if to := min(int(j.dec.InputOffset()), len(j.text)); to > j.at {
		j.line += bytes.Count(j.text[j.at:to], []byte("\n"))
		j.at = to
	}
	return j.line + 1
}

func (j *jsonReader) token() (json.Token, error) {
	tok, err := j.dec.Token()
	if err == nil {
		return tok, nil
	}
	offset, why := int(j.dec.InputOffset()), "the end of the file is missing"
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset, why = int(syntax.Offset)-1, syntax.Error()
	}
	return nil, foreign.Invalid(j.text, offset, "this is not valid JSON: "+why+"; give the file as the tool wrote it")
}

func (j *jsonReader) node(depth int) (*Node, error) {
	tok, err := j.token()
	if err != nil {
		return nil, err
	}
	line := j.here()
	if err := j.take(line, depth); err != nil {
		return nil, err
	}
	switch v := tok.(type) {
	case json.Delim:
		if v == '{' {
			return j.object(line, depth)
		}
		return j.array(line, depth)
	case string:
		return &Node{Kind: Text, Value: v, Quoted: true, Line: line}, nil
	case nil:
		return &Node{Line: line}, nil
	}
	return &Node{Kind: Text, Value: fmt.Sprint(tok), Line: line}, nil
}

func (j *jsonReader) object(line, depth int) (*Node, error) {
	out := &Node{Kind: Map, Line: line}
	for j.dec.More() {
		tok, err := j.token()
		if err != nil {
			return nil, err
		}
		key, _ := tok.(string)
		value, err := j.node(depth + 1)
		if err != nil {
			return nil, err
		}
		if !out.put(key, value) {
			key, _ = foreign.Line(key, 60)
			return nil, invalid(j.here(), "the key %q is here twice", key)
		}
	}
	_, err := j.token()
	return out, err
}

func (j *jsonReader) array(line, depth int) (*Node, error) {
	out := &Node{Kind: List, Line: line}
	for j.dec.More() {
		item, err := j.node(depth + 1)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, item)
	}
	_, err := j.token()
	return out, err
}
