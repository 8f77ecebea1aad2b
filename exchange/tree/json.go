package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
)

// readJSON reads the one value of a text, token by token, so that depth and number are known before anything is kept.
func readJSON(text []byte, limits foreign.Limits) (*Node, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	j := &jsonReader{counter: newCounter(limits.Bytes, limits), dec: dec, text: text, line: 1}
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

	at, line, start int // the place that was last worked out, the line that it is on, and where that line starts
}

const maxColumn = 200 // characters of a line that are counted one by one; of the rest, bytes are

// next gives the place of what comes next. It counts on from where it last was.
func (j *jsonReader) next() (line, column int) {
	to := min(int(j.dec.InputOffset()), len(j.text))
	for to < len(j.text) && strings.IndexByte(" \t\r\n,:", j.text[to]) >= 0 {
		to++
	}
	for ; j.at < to; j.at++ {
		if j.text[j.at] == '\n' {
			j.line, j.start = j.line+1, j.at+1
		}
	}
	counted := max(j.start, to-maxColumn)
	return j.line, 1 + counted - j.start + utf8.RuneCount(j.text[counted:to])
}

func (j *jsonReader) token() (json.Token, error) {
	tok, err := j.dec.Token()
	if err == nil {
		return tok, nil
	}
	why := "the end of the file is missing"
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		why = syntax.Error()
	}
	line, column := j.next()
	return nil, invalid(line, column, "this is not valid JSON: %s; give the file as the tool wrote it", why)
}

func (j *jsonReader) node(depth int) (*Node, error) {
	line, column := j.next()
	tok, err := j.token()
	if err != nil {
		return nil, err
	}
	if err := j.take(line, column, 0, depth); err != nil {
		return nil, err
	}
	out := &Node{Line: line, Column: column}
	switch v := tok.(type) {
	case json.Delim:
		if v == '{' {
			return out, j.object(out, depth)
		}
		return out, j.array(out, depth)
	case string:
		out.Kind, out.Value, out.Quoted = Text, v, true
	case nil:
	default:
		out.Kind, out.Value = Text, fmt.Sprint(tok)
	}
	return out, nil
}

func (j *jsonReader) object(out *Node, depth int) error {
	out.Kind = Map
	for j.dec.More() {
		line, column := j.next()
		tok, err := j.token()
		if err != nil {
			return err
		}
		key, _ := tok.(string)
		value, err := j.node(depth + 1)
		if err != nil {
			return err
		}
		if !out.put(key, value) {
			key, _ = foreign.Line(key, 60)
			return invalid(line, column, "the key %q is here twice", key)
		}
	}
	_, err := j.token()
	return err
}

func (j *jsonReader) array(out *Node, depth int) error {
	out.Kind = List
	for j.dec.More() {
		item, err := j.node(depth + 1)
		if err != nil {
			return err
		}
		out.Items = append(out.Items, item)
	}
	_, err := j.token()
	return err
}
