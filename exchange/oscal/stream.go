package oscal

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
)

const form = "an OSCAL catalog"

// stream goes through JSON once, from its first byte to its last, however deep it is nested. The text is known to be
// valid, so that all that can be wrong is that something else stands where a list, an object or a text should.
type stream struct {
	text   []byte
	tokens *json.Decoder
	lists  *foreign.JSON // which counts what is in them
}

func newStream(text []byte, lists *foreign.JSON) stream {
	return stream{text: text, tokens: json.NewDecoder(bytes.NewReader(text)), lists: lists}
}

// object visits every key of an object, which has to take the value. What is null has no keys.
func (s *stream) object(visit func(key string) error) error {
	open, err := s.open('{', "an object")
	if err != nil || !open {
		return err
	}
	for s.tokens.More() {
		key, err := s.tokens.Token()
		if err != nil {
			return err
		}
		if err := visit(fmt.Sprint(key)); err != nil {
			return err
		}
	}
	return s.close()
}

// list visits every element of a list, which has to be taken. What is null has none.
func (s *stream) list(visit func() error) error {
	open, err := s.open('[', "a list")
	if err != nil || !open {
		return err
	}
	for s.tokens.More() {
		if err := s.lists.Spend(""); err != nil {
			return err
		}
		if err := visit(); err != nil {
			return err
		}
	}
	return s.close()
}

// objects visits every object of a list with two of its texts, and passes over what else is in them.
func (s *stream) objects(one, other string, visit func(one, other string)) error {
	return s.list(func() error {
		var a, b string
		err := s.object(func(key string) error {
			switch key {
			case one:
				return s.line(&a, foreign.MaxPlace)
			case other:
				return s.line(&b, foreign.MaxPlace)
			}
			return s.skip()
		})
		visit(a, b)
		return err
	})
}

func (s *stream) open(bracket json.Delim, what string) (bool, error) {
	token, err := s.tokens.Token()
	switch {
	case err != nil || token == nil:
		return false, err
	case token != bracket:
		return false, s.misfit(what)
	}
	return true, nil
}

func (s *stream) close() error {
	_, err := s.tokens.Token()
	return err
}

// lines takes a list of texts, each as line does.
func (s *stream) lines(into *[]string, most int) error {
	return s.list(func() error {
		var one string
		err := s.line(&one, most)
		*into = append(*into, one)
		return err
	})
}

// line takes a text, as one line of at most so many characters.
func (s *stream) line(into *string, most int) error {
	if err := s.verbatim(into); err != nil {
		return err
	}
	*into, _ = foreign.Line(*into, most)
	return nil
}

// verbatim takes a text as it is.
func (s *stream) verbatim(into *string) error {
	token, err := s.tokens.Token()
	if err != nil {
		return err
	}
	said, isText := token.(string)
	if !isText && token != nil {
		return s.misfit("a text")
	}
	*into = said
	return nil
}

// skip passes over a value.
func (s *stream) skip() error {
	var value json.RawMessage
	return s.tokens.Decode(&value)
}

// count passes over a list and says how many elements it has.
func (s *stream) count() (n int, err error) {
	err = s.list(func() error {
		n++
		return s.skip()
	})
	return n, err
}

func (s *stream) misfit(what string) error {
	return foreign.Invalid(s.text, int(s.tokens.InputOffset())-1, form+" has "+what+" here, and the file has something else")
}
