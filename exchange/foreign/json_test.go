package foreign_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
)

func TestJSONIsReadAListAtATime(t *testing.T) {
	limits := foreign.Limits{Bytes: 1000, Depth: 4, Items: 3}
	for _, c := range []struct{ in, want string }{
		{`{"list": ["a", "b", null]}`, "/list/0=a /list/1=b /list/2="},
		{`{"list": null}`, ""},
		{`{}`, ""},
		{`{"list": {}}`, "/list: a list stands here in the Form, and something else in the file"},
		{`{"list": ["a", 7]}`, `/list/1: "this" is of the wrong type here (number); the Form has another`},
		{`{"list": [1, 2, 3, 4]}`, "/list/0: "},
		{`{"list": ["a", "b", "c", "d"]}`, "/list/3: more than 3 things in the lists of this file; split it"},
		{"{\n \"list\": ]", "2:10: this is not valid JSON"},
		{"[]", `"this" is of the wrong type here (array); the Form has another`},
		{`{"a": [[[[]]]]}`, "nested deeper than 4 levels"},
	} {
		var file struct{ List foreign.Raw }
		var got []string
		j, err := foreign.ReadJSON("the Form", []byte(c.in), limits, &file)
		if err == nil {
			err = foreign.Each(j, file.List, "/list", func(s *string, path string) error {
				got = append(got, path+"="+*s)
				return nil
			})
		}
		said := strings.Join(got, " ")
		if err != nil {
			said = err.Error()
		}
		if said != c.want && (err == nil || !strings.Contains(said, c.want)) {
			t.Errorf("%s: %s", c.in, said)
		}
	}
}

func TestMembers(t *testing.T) {
	for in, want := range map[string]string{`{"b": 1, "a": [2]}`: "b=1 a=[2]", `{}`: "", `null`: "", `[1]`: "json: cannot unmarshal array", `{"a": `: "EOF"} {
		var got []string
		err := foreign.Raw{RawMessage: json.RawMessage(in)}.Members(func(name string, d *json.Decoder) error {
			var value json.RawMessage
			err := d.Decode(&value)
			got = append(got, name+"="+string(value))
			return err
		})
		if said := strings.Join(got, " "); err == nil && said != want || err != nil && (want == "" || !strings.Contains(fmt.Sprint(err), want)) {
			t.Errorf("%s: %s, %v", in, said, err)
		}
	}
}
