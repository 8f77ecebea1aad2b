package ident_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

type level int

func (l level) MarshalText() ([]byte, error) {
	if l == 0 {
		return nil, errors.New("no level")
	}
	return []byte([]string{"low", "high"}[l-1]), nil
}

// byPointer is text only through a pointer.
type byPointer struct{ text string }

func (p *byPointer) MarshalText() ([]byte, error) { return []byte(p.text), nil }

type base struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type component struct {
	base
	Level    level              `json:"level"`
	Uses     []ident.Ref        `json:"uses"`
	Steps    []string           `json:"steps" c1:"list"`
	Position int                `json:"-"`
	Read     time.Time          `json:"read" c1:"-"`
	Labels   map[string]string  `json:"labels,omitempty"`
	Public   *bool              `json:"public"`
	Since    time.Time          `json:"since,omitzero"`
	Parts    []component        `json:"parts"`
	By       map[ident.Ref]bool `json:"by"`
	Cost     uint32             `json:"cost"`
	Any      any                `json:"any"`
	hidden   float64
}

type document struct {
	Bulkhead   string                 `json:"bulkhead"`
	Components []component            `json:"components"`
	Lead       *component             `json:"lead"`
	Matrix     [][]int                `json:"matrix" c1:"list"`
	Ordered    map[string][]string    `json:"ordered" c1:"list"`
	Nothing    struct{ A, B string }  `json:"nothing"`
	Named      map[string]*component  `json:"named"`
	Text       byPointer              `json:"text"`
	Texts      []byPointer            `json:"texts"`
	Free       map[string]any         `json:"free"`
	Loop       map[string]interface{} `json:"loop" c1:"list"`
}

func sample() document {
	no := false
	return document{
		Bulkhead: "service/v1",
		Components: []component{
			{base: base{ID: "web", Title: "Front \"end\"\n"}, Level: 2, Steps: []string{"b", "a"}, Position: 7},
			{base: base{ID: "api", Title: "Cafe\u0301 \u2028 </script>"}, Uses: []ident.Ref{ident.To("risk", "r2"), ident.To("risk", "r1"), {}}, Public: &no},
			{base: base{ID: "db"}, Labels: map[string]string{"z": "1", "a": "2", "none": ""}, Since: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), Cost: 12},
		},
		Lead:    &component{By: map[ident.Ref]bool{ident.To("risk", "r2"): true, ident.To("risk", "r1"): true, {}: false}},
		Matrix:  [][]int{{3, 2, 10}, nil, {0}},
		Ordered: map[string][]string{"x": {"b", "a"}},
		Named:   map[string]*component{"nil": nil, "empty": {}, "one": {hidden: 1, Any: []any{"z", 1, "a", nil, map[string]any{"id": "m"}}}},
		Text:    byPointer{"held"},
		Texts:   []byPointer{{"b"}, {""}, {"a"}},
		Free:    map[string]any{"zero": 0, "number": json.Number("12"), "no": false, "list": []any{"b", "a"}},
		Loop:    map[string]any{"list": []any{"b", "a"}},
	}
}

const sampleCanon = `{"bulkhead":"service/v1","components":[` +
	`{"id":"api","public":false,"title":"Café ` + "\u2028" + ` </script>","uses":["","risk:r1","risk:r2"]},` +
	`{"cost":12,"id":"db","labels":{"a":"2","z":"1"},"since":"2026-03-31T00:00:00Z"},` +
	`{"id":"web","level":"high","steps":["b","a"],"title":"Front \"end\"\n"}],` +
	`"free":{"list":["a","b"],"number":12},"lead":{"by":{"risk:r1":true,"risk:r2":true}},"loop":{"list":["b","a"]},` +
	`"matrix":[[10,2,3],[],[0]],"named":{"one":{"any":[1,null,"a",{"id":"m"},"z"]}},"ordered":{"x":["b","a"]},` +
	`"text":"held","texts":["","a","b"]}`

func canon(t testing.TB, v any) string {
	t.Helper()
	out, err := ident.Canon(v)
	if err != nil {
		t.Fatalf("Canon(%#v): %v", v, err)
	}
	return string(out)
}

func TestCanonOfADocument(t *testing.T) {
	if got := canon(t, sample()); got != sampleCanon {
		t.Errorf("got  %s\nwant %s", got, sampleCanon)
	}
	doc := sample()
	if got := canon(t, &doc); got != sampleCanon { // addressable values take another way
		t.Errorf("by pointer: got  %s\nwant %s", got, sampleCanon)
	}
}

type pair struct{ A, B int }

func TestCanon(t *testing.T) {
	yes, zero, empty := true, 0, ""
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, `null`},
		{false, `false`},
		{0, `0`},
		{"", `""`},
		{struct{}{}, `{}`},
		{[]int(nil), `[]`},
		{map[string]int(nil), `{}`},
		{(*int)(nil), `null`},
		{&yes, `true`},
		{int8(-5), `-5`},
		{uint64(1<<53 - 1), `9007199254740991`},
		{int64(-(1<<53 - 1)), `-9007199254740991`},
		{level(1), `"low"`},
		{byPointer{"x"}, `"x"`},
		{&byPointer{"x"}, `"x"`},
		{ident.Ref{}, `""`},
		{ident.ID("a"), `"a"`},
		{[]int{3, 10, 2, 2}, `[10,2,2,3]`},
		{[]*int{&zero, nil}, `[0,null]`},
		{[]string{"b", "", "a", "b"}, `["","a","b","b"]`},
		{[]string{"\t", "\n", "\"", "!", "#", "\\", "]", "["}, `["\t","\n","!","\"","#","[","\\","]"]`},
		{[]string{"\ufb00", "\U0001F600", "\u20ac", "z"}, `["z","€","😀","ﬀ"]`},
		{[]pair{{2, 0}, {0, 1}, {}}, `[{"A":2},{"B":1},{}]`},
		{[]base{{ID: "b"}, {Title: "z"}, {ID: "a", Title: "2"}, {ID: "a", Title: "1"}, {}}, `[{"title":"z"},{},{"id":"a","title":"1"},{"id":"a","title":"2"},{"id":"b"}]`},
		{[]any{base{ID: "b"}, &base{ID: "a"}, map[string]any{"id": "aa"}}, `[{"id":"a"},{"id":"aa"},{"id":"b"}]`},
		{[]any{map[string]any{"id": []string{"z"}}, map[string]any{"id": base{ID: "a"}}}, `[{"id":["z"]},{"id":{"id":"a"}}]`},
		{[]map[string]int{{"id": 10}, {"id": 9}}, `[{"id":10},{"id":9}]`},
		{[][]string{{"b", "a"}, {"a"}}, `[["a","b"],["a"]]`},
		{map[string]any{"a": map[string]any{"b": []int{}, "c": map[string]any{}}, "d": &yes}, `{"d":true}`},
		{map[string]*int{"zero": &zero, "none": nil}, `{"zero":0}`},
		{map[string]*string{"empty": &empty}, `{"empty":""}`},
		{map[string]any{"zero": 0, "time": time.Time{}, "local": time.Time{}.In(time.FixedZone("x", 60))}, `{}`},
		{map[string]level{"a": 0, "b": 1}, `{"b":"low"}`},
		{map[ident.ID]int{"b": 1, "a": 2}, `{"a":2,"b":1}`},
		{struct {
			*base
			Z int `json:"z,string"`
		}{Z: 1}, `{"z":1}`},
		{struct{ *base }{&base{ID: "x"}}, `{"id":"x"}`},
		{struct {
			Base base `json:""`
		}{base{ID: "x"}}, `{"Base":{"id":"x"}}`},
		{json.Number("-0"), `0`},
	} {
		got, err := ident.Canon(c.value)
		if err != nil || string(got) != c.want {
			t.Errorf("Canon(%#v) = %s, %v, not %s", c.value, got, err, c.want)
		}
	}
}

// The samples of RFC 8785 (3.2.2 and 3.2.3) and of its test data, as far as they apply: c1 has no floats, leaves empty
// members out and normalises text, under which U+FB33 is two characters, so that U+FB00 stands in for it.
func TestCanonRFC8785(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"`, `"€$\u000f\nA'B\"\\\\\"/"`},
		{
			`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb00":"Ligature","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"ﬀ\":\"Ligature\"}",
		},
		{
			`{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}`,
			`{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}`,
		},
		{
			`{"1":{"f":{"f":"hi","F":5},"\n":56},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}`,
			`{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"111":[{"E":"no","e":"yes"}]}`,
		},
		{`{"a":"</script>\u007f\u2028\b\f\u001f"}`, "{\"a\":\"</script>\u007f\u2028\\b\\f\\u001f\"}"},
		{`"A\u030a"`, `"Å"`}, // unicode.json, which RFC 8785 alone would leave decomposed
		{`[null,true,false]`, `[false,null,true]`},
		{`{"\ufb33":1}`, "{\"\u05d3\u05bc\":1}"},
	} {
		if got := canon(t, decode(t, c.in)); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.in, got, c.want)
		}
	}
}

type fataler interface {
	Fatalf(format string, args ...any)
}

func decode(t fataler, text string) any {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

type risk struct {
	Score float64 `json:"score"`
}

type service struct {
	Risks []risk `json:"risks"`
}

type ring struct {
	Next *ring `json:"next"`
}

type self struct {
	//lint:ignore U1000 that it embeds itself is what is tested
	*self
	A int
}

type mutualA struct {
	B *mutualB
	X float64
}

type mutualB struct{ A *mutualA }

func TestCanonRefuses(t *testing.T) {
	circle := &ring{}
	circle.Next = circle
	turning := map[string]any{}
	turning["x"] = turning
	for _, c := range []struct {
		value any
		kind  fault.Kind
		says  string
	}{
		{service{}, fault.Internal, "service.Risks[].Score is a float64"},
		{&service{}, fault.Internal, "*ident_test.service.Risks[].Score is a float64"},
		{map[string]any{"a": []any{1.5}}, fault.Internal, `map[string]interface {}["a"][0] is a float64`},
		{mutualA{}, fault.Internal, "mutualA.X is a float64"},
		{mutualB{}, fault.Internal, "mutualB.A.X is a float64"},
		{struct{ base2 }{}, fault.Internal, ".base2.Inner.Bad is a float32"},
		{struct{ A []byte }{}, fault.Internal, ".A is a slice of bytes"},
		{struct{ A [2]int }{}, fault.Internal, ".A is a array"},
		{struct{ A func() }{}, fault.Internal, ".A is a func"},
		{struct{ A **int }{}, fault.Internal, ".A is a pointer to a ptr"},
		{struct{ A *any }{}, fault.Internal, ".A is a pointer to a interface"},
		{struct{ A map[int]string }{}, fault.Internal, ".A is a map whose keys"},
		{struct {
			A int `c1:"list"`
		}{}, fault.Internal, ".A is marked as a list but holds none"},
		{struct {
			A []int `c1:"lst"`
		}{}, fault.Internal, `.A has the c1 tag "lst"`},
		{struct {
			base
			Twice string `json:"title"`
		}{}, fault.Internal, `has two members called "title"`},
		{struct {
			*pair `json:"p"`
		}{}, fault.Internal, ".pair is embedded and not exported"},
		{self{}, fault.Internal, "embeds itself"},
		{struct{ A int64 }{1 << 53}, fault.Invalid, ".A is an integer beyond"},
		{struct{ A int64 }{-1 << 53}, fault.Invalid, ".A is an integer beyond"},
		{struct{ A uint64 }{math.MaxUint64}, fault.Invalid, ".A is an integer beyond"},
		{json.Number("1.0"), fault.Invalid, `is "1.0"`},
		{document{Components: []component{{}, {base: base{Title: "a\xff"}}}}, fault.Invalid, `document.Components[1].base.Title is text that is not valid UTF-8: "a\xff"`},
		{map[string]int{"\x80": 1, "\x81": 2, "\xe2\x82": 3, "\u20ac": 4}, fault.Invalid, "not valid UTF-8"},
		{map[string]int{"\u00e9": 1, "e\u0301": 2}, fault.Invalid, "two keys"},
		{[]level{0}, fault.Internal, "[0] cannot be written as text: no level"},
		{[]ident.Ref{ident.To("risk", "R")}, fault.Invalid, "[0] cannot be written as text"},
		{map[ident.Ref]int{ident.To("risk", "R"): 1}, fault.Invalid, "has a key that cannot be written as text"},
		{circle, fault.Invalid, "is nested more than 64 deep"},
		{turning, fault.Invalid, "is nested more than 64 deep"},
	} {
		got, err := ident.Canon(c.value)
		if got != nil || err == nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%T: got %s, %v (%s), which should say %q", c.value, got, err, fault.KindOf(err), c.says)
		}
	}
}

type base2 struct {
	Inner struct{ Bad float32 }
}

type nest map[string]nest

func TestCanonDepth(t *testing.T) {
	deep := func(n int) any {
		var v any = 1
		for range n {
			v = []any{v}
		}
		return v
	}
	if got := canon(t, deep(64)); got != strings.Repeat("[", 64)+"1"+strings.Repeat("]", 64) {
		t.Error(got)
	}
	if _, err := ident.Canon(deep(65)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("65 deep: %v", err)
	}
	if got := canon(t, struct {
		A nest `c1:"-"`
		B nest
	}{B: nest{"x": {"y": {}}}}); got != `{}` {
		t.Error(got)
	}
}

// An encoder that refused a value, or a type, goes on as if it had not.
func TestEncoderAfterARefusal(t *testing.T) {
	e := ident.NewEncoder()
	for range 3 {
		if _, err := e.Sum(mutualA{}); err == nil {
			t.Error("a float was taken")
		}
		if _, err := e.Sum(mutualB{}); err == nil {
			t.Error("a float was taken, the second time")
		}
		if _, err := e.Canon([]any{[]any{"b", "a"}, "\xff"}); err == nil {
			t.Error("bad text was taken")
		}
		got, err := e.Canon(sample())
		if err != nil || string(got) != sampleCanon {
			t.Errorf("%s, %v", got, err)
		}
	}
	first, _ := e.Canon("first")
	if _, err := e.Canon("other"); err != nil || string(first) != `"first"` {
		t.Error("what was given out was written over")
	}
}

// Adding a field to a type does not change the digest of what does not use it.
func TestDigestSurvivesANewField(t *testing.T) {
	type before struct {
		base
		Uses []ident.Ref `json:"uses"`
	}
	type more struct {
		X map[string]int `json:"x"`
	}
	type after struct {
		base
		Added   string      `json:"added"`
		Uses    []ident.Ref `json:"uses"`
		Flag    *bool       `json:"flag"`
		Level   level       `json:"level"`
		More    more        `json:"more"`
		Pointer *more       `json:"pointer"`
		When    time.Time   `json:"when"`
		Any     any         `json:"any"`
		List    []more      `json:"list" c1:"list"`
		more
	}
	old, err := ident.Sum([]before{{base: base{ID: "a"}, Uses: []ident.Ref{ident.Claim("x")}}, {}})
	if err != nil {
		t.Fatal(err)
	}
	now, err := ident.Sum([]after{{base: base{ID: "a"}, Uses: []ident.Ref{ident.Claim("x")}}, {Pointer: &more{}, List: []more{}}})
	if err != nil || now != old {
		t.Errorf("%s became %s, %v", old, now, err)
	}
}

// golden is what is digested in testdata/digests.golden. Entries are added, never changed or taken away.
func golden() []struct {
	name  string
	value any
} {
	yes, no := true, false
	return []struct {
		name  string
		value any
	}{
		{"nothing", nil},
		{"empty", struct{}{}},
		{"text", "Cafe\u0301 \"x\"\t\u0001\u2028 😀"},
		{"document", sample()},
		{"references", []ident.Ref{ident.Requirement("p", "2024-05", "i1"), ident.Claim("risks", "r1").In("payments"), ident.To("control", "c#k")}},
		{"set-by-id", []base{{ID: "b", Title: "1"}, {ID: "a"}, {Title: "none"}, {ID: "b", Title: "0"}, {ID: "B"}}},
		{"set-of-text", []string{"b", "a", "\ufb00", "😀", "b", ""}},
		{"set-of-numbers", []int64{10, 9, -1, 1<<53 - 1, 0, 9}},
		{"pointers", struct{ A, B, C *bool }{&yes, &no, nil}},
		{"keys", map[string]int{"\ufb00": 1, "😀": 2, "\r": 3, "": 4, "zero": 0}},
		{"lists", struct {
			List [][]string `json:"list" c1:"list"`
			Set  [][]string `json:"set"`
		}{[][]string{{"z", "y"}, {"b", "a"}}, [][]string{{"z", "y"}, {"b", "a"}}}},
	}
}

// TestGoldenDigests fails when any digest that was ever given out would be given differently now.
func TestGoldenDigests(t *testing.T) {
	kept := map[string]string{}
	file, err := os.Open("testdata/digests.golden")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, _, _ := strings.Cut(lines.Text(), "\t")
		kept[name] = lines.Text()
	}
	for _, g := range golden() {
		bytes := canon(t, g.value)
		digest, err := ident.Sum(g.value)
		if err != nil || digest != ident.Hash([]byte(bytes)) {
			t.Errorf("%s: %s, %v", g.name, digest, err)
		}
		line := g.name + "\t" + bytes + "\t" + string(digest)
		if kept[g.name] != line {
			t.Errorf("the golden line of %s is\n%q\nand would now be\n%s", g.name, kept[g.name], line)
		}
		delete(kept, g.name)
	}
	for name := range kept {
		t.Errorf("%s is in the golden file but no longer tested", name)
	}
}

func TestParseDigest(t *testing.T) {
	good := ident.Hash(nil)
	if got, err := ident.ParseDigest(string(good)); err != nil || got != good {
		t.Errorf("%s, %v", got, err)
	}
	if good != "c1-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Error(good)
	}
	_, err := ident.ParseDigest(strings.ToUpper(string(good)))
	checkFault(t, "upper case", err, "is not a digest", string(good))
	for _, bad := range []string{"", "c1-sha256:", string(good[:73]), string(good) + "0", "c1-sha256:" + strings.Repeat("g", 64), "sha256:" + strings.Repeat("a", 64)} {
		_, err := ident.ParseDigest(bad)
		checkFault(t, bad, err, "is not a digest", "")
	}
}

// node is drawn at random; it has no lists, so its canonical form says all there is to say.
type node struct {
	ID    string            `json:"id"`
	Text  string            `json:"text"`
	Yes   bool              `json:"yes"`
	Count int64             `json:"count"`
	Maybe *bool             `json:"maybe,omitempty"`
	Tags  []string          `json:"tags"`
	Of    ident.Ref         `json:"of"`
	Names map[string]string `json:"names"`
	Nodes []node            `json:"nodes"`
	Part  *node             `json:"part"`
}

func drawNode(t *rapid.T, depth int) node {
	n := node{
		ID:    rapid.SampledFrom([]string{"", "a", "b", "c", "\n", "\"", "é", "\ufb00", "😀"}).Draw(t, "id"),
		Text:  rapid.String().Draw(t, "text"),
		Yes:   rapid.Bool().Draw(t, "yes"),
		Count: rapid.Int64Range(-1<<53+1, 1<<53-1).Draw(t, "count"),
		Maybe: rapid.Ptr(rapid.Bool(), true).Draw(t, "maybe"),
		Tags:  rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "tags"),
	}
	for _, key := range rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "names") {
		if n.Names == nil {
			n.Names = map[string]string{}
		}
		n.Names[norm.NFC.String(key)] = rapid.String().Draw(t, "name")
	}
	if rapid.Bool().Draw(t, "refers") {
		n.Of = drawRef(t)
	}
	if depth > 0 {
		for range rapid.IntRange(0, 4).Draw(t, "nodes") {
			n.Nodes = append(n.Nodes, drawNode(t, depth-1))
		}
		if rapid.Bool().Draw(t, "has part") {
			part := drawNode(t, depth-1)
			n.Part = &part
		}
	}
	return n
}

func shuffled(t *rapid.T, n node) node {
	n.Tags = slices.Clone(n.Tags)
	if len(n.Tags) > 0 {
		n.Tags = rapid.Permutation(n.Tags).Draw(t, "tags")
	}
	nodes := make([]node, len(n.Nodes))
	for i := range nodes {
		nodes[i] = shuffled(t, n.Nodes[i])
	}
	if len(nodes) > 0 {
		nodes = rapid.Permutation(nodes).Draw(t, "nodes")
	}
	n.Nodes = nodes
	return n
}

func TestCanonProperties(t *testing.T) {
	e := ident.NewEncoder()
	give := func(t *rapid.T, v any) string {
		out, err := e.Canon(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := drawNode(t, 3)
		want := give(t, n)
		if got := give(t, shuffled(t, n)); got != want {
			t.Fatalf("another order gives another form:\n%s\n%s", want, got)
		}
		if got := give(t, &n); got != want {
			t.Fatalf("by pointer:\n%s\n%s", want, got)
		}
		text, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		var again node
		if err := json.Unmarshal(text, &again); err != nil || give(t, again) != want {
			t.Fatalf("a round trip through JSON gives another form, %v", err)
		}
		var back node
		if err := json.Unmarshal([]byte(want), &back); err != nil || give(t, back) != want {
			t.Fatalf("the canonical form is not its own, %v:\n%s", err, want)
		}
		if n.Maybe == nil && !hasMaybe(n) { // untyped JSON cannot tell a zero that was meant
			if got := give(t, decode(t, string(text))); got != want {
				t.Fatalf("untyped JSON gives another form:\n%s\n%s", want, got)
			}
		}
	})
}

func hasMaybe(n node) bool {
	return n.Maybe != nil || slices.ContainsFunc(n.Nodes, hasMaybe) || n.Part != nil && hasMaybe(*n.Part)
}

func TestDuplicatesCount(t *testing.T) {
	if canon(t, []string{"a", "a"}) == canon(t, []string{"a"}) {
		t.Error("a duplicate went unnoticed")
	}
}

func FuzzCanonString(f *testing.F) {
	for _, s := range []string{"", "plain", "é", "e\u0301", "\xff", "\x00\x1f\x7f\u2028", "\\\"\b\f\n\r\t", "😀\ufb33", "a" + strings.Repeat("\u0301", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out, err := ident.Canon(s)
		if err != nil {
			if strings.ToValidUTF8(s, "") == s {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		var back string
		if err := json.Unmarshal(out, &back); err != nil || back != norm.NFC.String(s) {
			t.Fatalf("%q became %s, which is read as %q, %v", s, out, back, err)
		}
		if again := canon(t, back); again != string(out) {
			t.Fatalf("%q: %s, then %s", s, out, again)
		}
		set, err := ident.Canon([]string{s, "a", "\n", "\ufb00", "😀"})
		if err != nil {
			t.Fatal(err)
		}
		var elems []string
		if err := json.Unmarshal(set, &elems); err != nil || !slices.IsSortedFunc(elems, byUTF16) {
			t.Fatalf("%s is not in order, %v", set, err)
		}
	})
}

// byUTF16 compares the plain way, unit by unit.
func byUTF16(x, y string) int {
	return slices.Compare(utf16.Encode([]rune(x)), utf16.Encode([]rune(y)))
}

func ExampleCanon() {
	type component struct {
		ID    string   `json:"id"`
		Title string   `json:"title"`
		Uses  []string `json:"uses"`
		Steps []string `json:"steps" c1:"list"`
	}
	out, _ := ident.Canon([]component{
		{ID: "web", Uses: []string{"db", "api"}, Steps: []string{"stop", "start"}},
		{ID: "api", Title: "The API"},
	})
	fmt.Println(string(out))
	// Output: [{"id":"api","title":"The API"},{"id":"web","steps":["stop","start"],"uses":["api","db"]}]
}

func ExampleSum() {
	type risk struct {
		ID    string `json:"id"`
		Added string `json:"added"` // not used, so not in the digest
	}
	digest, _ := ident.Sum(risk{ID: "r1"})
	fmt.Println(digest == ident.Hash([]byte(`{"id":"r1"}`)))
	// Output: true
}

func ExampleEncoder() {
	e := ident.NewEncoder()
	for _, set := range [][]string{{"a", "b"}, {"b", "a"}} {
		digest, _ := e.Sum(set)
		fmt.Println(digest)
	}
	// Output:
	// c1-sha256:0473ef2dc0d324ab659d3580c1134e9d812035905c4781fdd6d529b0c6860e13
	// c1-sha256:0473ef2dc0d324ab659d3580c1134e9d812035905c4781fdd6d529b0c6860e13
}

type item struct {
	ID       ident.ID          `json:"id"`
	Title    string            `json:"title"`
	Kind     string            `json:"kind"`
	Uses     []ident.Ref       `json:"uses"`
	Tags     []string          `json:"tags"`
	Score    int               `json:"score"`
	Live     bool              `json:"live"`
	Notes    string            `json:"notes"`
	Owner    *base             `json:"owner"`
	Labels   map[string]string `json:"labels"`
	Position int               `json:"-"`
}

func items(n int) []item {
	all := make([]item, n)
	for i := range all {
		all[i] = item{
			ID: ident.ID(fmt.Sprintf("item-%05d", (i*7919)%n)), Title: "A component that does something", Kind: "service",
			Uses: []ident.Ref{ident.Claim("components", "b"), ident.To("risk", "a")}, Tags: []string{"web", "api", "db"}, Score: i, Live: i%2 == 0,
			Owner: &base{ID: "team", Title: "The team’s name"},
		}
	}
	return all
}

func BenchmarkSumDocument(b *testing.B) {
	e, doc := ident.NewEncoder(), struct{ Items []item }{items(5000)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Sum(&doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSumRecords(b *testing.B) {
	e, all := ident.NewEncoder(), items(5000)
	b.ReportAllocs()
	for b.Loop() {
		for i := range all {
			if _, err := e.Sum(&all[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkJSONForComparison(b *testing.B) {
	doc := struct{ Items []item }{items(5000)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(&doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSumOne(b *testing.B) {
	one := items(1)[0]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ident.Sum(&one); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseRef(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ident.ParseRef("payments/claim:/architecture/components/api"); err != nil {
			b.Fatal(err)
		}
	}
}
