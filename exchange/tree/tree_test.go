package tree_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// show writes a tree on one line.
func show(n *tree.Node) string {
	switch {
	case n == nil:
		return "-"
	case n.Kind == tree.Null:
		return "null"
	case n.Kind == tree.Text && n.Quoted:
		return fmt.Sprintf("%q", n.Value)
	case n.Kind == tree.Text:
		return n.Value
	}
	var parts []string
	if n.Kind == tree.List {
		for _, item := range n.All() {
			parts = append(parts, show(item))
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	for key, value := range n.Pairs() {
		parts = append(parts, key+":"+show(value))
	}
	return "{" + strings.Join(parts, " ") + "}"
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"yaml", "b: 1\na: [x, 'y', ~]\nc:\n", `{b:1 a:[x "y" null] c:null}`},
		{"json", `{"b": 1.50, "a": ["x", true, null], "c": {}}`, `{b:1.50 a:["x" true null] c:{}}`},
		{"alias", "a: &x {k: v}\nb: *x\n", "{a:{k:v} b:{k:v}}"},
		{"merge", "a: &x {k: v, l: w}\nb:\n  <<: *x\n  k: own\n", "{a:{k:v l:w} b:{k:own l:w}}"},
		{"merge of several", "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y]}\n", "{a:{k:1} b:{k:2 l:3} c:{k:1 l:3}}"},
		{"own tags", "a: !!str 1\n", "{a:1}"},
		{"a document that says nothing", "---\n---\na: b\n", "{a:b}"},
	} {
		n, err := tree.Read([]byte(c.in), foreign.Default())
		if err != nil || show(n) != c.want {
			t.Errorf("%s: %s, %v", c.name, show(n), err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	laughs := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'h'; c++ {
		laughs += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), c-1)
	}
	tower := "a0: &a0 [x]\n"
	for i := range 100 {
		tower += fmt.Sprintf("a%d: &a%d [*a%d]\n", i+1, i+1, i)
	}
	for _, c := range []struct {
		name, in, says string
		kind           fault.Kind
	}{
		{"tag", "a: 1\nb: !reset null\n", "2:4: the tag !reset", fault.Invalid},
		{"twice", "a: 1\na: 2\n", "twice", fault.Invalid},
		{"twice in JSON", "{\"a\": 1,\n\"a\": 2}", "2:1: the key \"a\" is here twice", fault.Invalid},
		{"two documents", "a: 1\n---\nb: 2\n", "3:1: a second document", fault.Invalid},
		{"no YAML", "a: [1\nb: 2\n", "not valid YAML", fault.Invalid},
		{"no JSON", "{\"a\":\n }", "2:2: this is not valid JSON", fault.Invalid},
		{"cut JSON", "{\"a\": [1,", "not valid JSON", fault.Invalid},
		{"JSON and more", "{} {}", "after the end", fault.Invalid},
		{"comments", "# nothing\n", "nothing but comments", fault.Invalid},
		{"deep YAML", strings.Repeat("[", 100) + strings.Repeat("]", 100), "max depth", fault.TooLarge},
		{"deep JSON", strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), "deeper", fault.TooLarge},
		{"billion laughs", laughs, "more values", fault.TooLarge},
		{"alias of itself", "a: &a [*a]\n", "1:8: the anchor here is used inside itself", fault.Invalid},
		{"tower of aliases", tower, "deeper", fault.TooLarge},
		{"long text over and over", "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a, ", 20) + "]\n", "more text", fault.TooLarge},
		{"a list as a key", "? [a]\n: b\n", "plain word", fault.Invalid},
		{"merge of a text", "a: {<<: b}\n", "merge key", fault.Invalid},
	} {
		n, err := tree.Read([]byte(c.in), foreign.Default())
		if err == nil || n != nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %s, %v, %v", c.name, show(n), fault.KindOf(err), err)
		}
	}
}

func TestNothingCanBeAsked(t *testing.T) {
	var n *tree.Node
	if n.Get("a") != nil || n.Says("a") != "" || n.Is("a") != "" || n.All() != nil || n.Texts() != nil || n.Len() != 0 || n.Keys() != nil || n.Has("a") {
		t.Error("a node that is not there says something")
	}
	n, _ = tree.Read([]byte("on: yes\noff: 'False'\ntext: a\nlist: [a, {}, b]"), foreign.Default())
	if n.Is("on") != "yes" || n.Is("off") != "no" || n.Is("text") != "" || fmt.Sprint(n.Texts("list"), n.Texts("text")) != "[a b] [a]" {
		t.Error(show(n))
	}
}

func TestDecode(t *testing.T) {
	type part struct {
		Name string
		On   *bool
		Size float64
		List []string
	}
	for _, c := range []struct{ in, want string }{
		{"name: 5\non: yes\nlist: [a, 'null', 1]\n", `{"Name":"5","On":true,"Size":0,"List":["a","null","1"]}`},
		{`{"name": "true", "on": null, "size": 1e2}`, `{"Name":"true","On":null,"Size":100,"List":null}`},
		{"base: &b {size: 3, name: x}\n<<: *b\nname: own\n", `{"Name":"own","On":null,"Size":3,"List":null}`},
		{"'<<': {name: x}\n", `{"Name":"","On":null,"Size":0,"List":null}`},
		{"- a\n", "1:1: a list stands here, where the Form has something else"},
		{"name:\n- a\n", "2:1: a list stands here"},
		{"name: {a: b}\n", "1:7: keys stand below here"},
		{`{"on": "maybe"}`, "1:8: `maybe` stands here, where the Form has something else"},
		{strings.Repeat("# long\n", 1<<20), "at most 4194304 are read"},
	} {
		var got part
		said, err := "", tree.Decode("the Form", []byte(c.in), foreign.Default(), &got)
		if text, _ := json.Marshal(got); err == nil {
			said = string(text)
		} else {
			said = err.Error()
		}
		if err == nil && said != c.want || !strings.Contains(said, c.want) {
			t.Errorf("%.40s: %s", c.in, said)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"a: &x {b: c}\nd: {<<: *x}\n---\ne: [1, 2]", `{"a": [1, null, "x"], "b": {}}`, "a: !!map {}", "{{ x }}: y", "? a\n: b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		limits := foreign.Limits{Bytes: 1 << 16, Depth: 16, Items: 1000}
		one, err := tree.ReadAll(text, limits)
		two, again := tree.ReadAll(text, limits)
		if (err == nil) != (again == nil) || err == nil && len(one) == 0 {
			t.Fatal(err, again)
		}
		for i := range one {
			if err == nil && show(one[i]) != show(two[i]) {
				t.Fatal("the same bytes give two trees")
			}
		}
	})
}
