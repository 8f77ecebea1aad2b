package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"pgregory.net/rapid"
)

func merged(t *testing.T, base, mine, theirs string) *Merged {
	t.Helper()
	m, err := Merge(named(base), named(mine), named(theirs))
	if err != nil {
		t.Fatalf("the merge failed: %v", err)
	}
	return m
}

func named(texts ...string) (sources []Source) {
	for i, text := range texts {
		sources = append(sources, Source{File: fmt.Sprintf("f%d.yaml", i), Text: []byte(text)})
	}
	return sources
}

func TestMergeKeepsTheTextOfTheirs(t *testing.T) {
	for _, c := range []struct{ name, base, mine, theirs, want string }{
		{
			"two keys of one item",
			"risks:\n- id: r1\n  title: T\n  owner: a # role\n- id: r2\n",
			"risks:\n- id: r1\n  title: New\n  owner: a\n- id: r2\n",
			"risks:\n# first\n- id: r1\n  title: T   # a title\n  owner: b # role\n- id: r2\n",
			"risks:\n# first\n- id: r1\n  title: New   # a title\n  owner: b # role\n- id: r2\n",
		},
		{
			"a word each", "tags: [a, b]\n", "tags: [a, b, c]\n", "tags: [b, d] # words\n", "tags: [b, d, c] # words\n",
		},
		{
			"one word is a list of it", "tags: a\n", "tags: [a, b]\n", "tags: a\nc: d\n", "tags: [a, b]\nc: d\n",
		},
		{
			"a new item in the words of its author",
			"risks:\n- id: r1\n",
			"risks:\n- id: r1\n- id: r2\n  # why\n  title: >\n    Long\n    text\n",
			"risks:\n\n  -   id: r1\n      owner: a\n\n  -   id: r3\n\nx: y\n",
			"risks:\n\n  -   id: r1\n      owner: a\n\n  -   id: r3\n\n  -   id: r2\n      # why\n      title: >\n        Long\n        text\n\nx: y\n",
		},
		{
			"a new item beside a removed one",
			"risks:\n- id: r1\n- id: r2\n", "risks:\n- id: r1\n- id: r3\n", "risks:\n- id: r1\n  a: b\n- id: r2\nx: y\n", "risks:\n- id: r1\n  a: b\n- id: r3\nx: y\n",
		},
		{
			"many new keys at the end of nested blocks",
			"a:\n  b:\n    c: d\n", "a:\n  b:\n    c: d\n    e: f\n  g: h\ni: j\n", "a:\n  b:\n    c: x # here\n", "a:\n  b:\n    c: x # here\n    e: f\n  g: h\ni: j\n",
		},
		{
			"the last key goes, others come",
			"a:\n  b: c\n  d:\n    e: f\n    g: h\n", "a:\n  b: c\n  d:\n    e: f\n  i: j\n", "a:\n  b: x\n  d:\n    e: f\n    g: h\n", "a:\n  b: x\n  d:\n    e: f\n  i: j\n",
		},
		{
			"a new id on one side, a key on the other",
			"c:\n- id: api\n  name: A\n", "c:\n- id: gateway\n  name: A\n  formerly: [api]\n", "c:\n- id: api\n  name: B\n", "c:\n- id: gateway\n  name: B\n  formerly: [api]\n",
		},
		{
			"keys between braces", "a: {b: c, d: e}\n", "a: {b: x, d: e, f: g}\n", "a: {b: c, d: z}\n", "a: {b: x, d: z, f: g}\n",
		},
		{
			"braces that lose and gain", "a: {b: c, d: e, x: y}\n", "a: {d: e, x: y, f: g}\n", "a: {b: c, d: z, x: y} # why\n", "a: {d: z, x: y, f: g} # why\n",
		},
		{
			"a list without ids is one value",
			"a:\n- b: c\nd: e\n", "a:\n- b: c\n  f: g # two\n- b: x\nd: e\n", "a: # list\n  - b: c\nd: y\n", "a: # list\n  - b: c\n    f: g # two\n  - b: x\nd: y\n",
		},
		{
			"no line end at the end", "a: b\nc: d", "a: x\nc: d\ne: f", "a: b\nc: y", "a: x\nc: y\ne: f",
		},
		{
			"a long text", "a: b\nc: d\n", "a: |\n  one\n  two\nc: d\n", "a: b # why\nc: y\n", "a: |- # why\n  one\n  two\nc: y\n",
		},
		{
			"lines end as theirs do", "a: b\nc: d\n", "a: b\nc: d\ne:\n  f: g\n  h: i\n", "a: b\r\nc: y\r\n", "a: b\r\nc: y\r\ne:\r\n  f: g\r\n  h: i\r\n",
		},
		{"all of it goes", "a: b\nc: d\n", "a: b\n", "c: d\n", "{}\n"},
		{"only mine changed", "a: b\n", "a:   x # mine\n", "a: 'b'\n", "a:   x # mine\n"},
		{"only theirs changed", "a: b\n", "a: 'b' # same\n", "a: x\n", "a: x\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := merged(t, c.base, c.mine, c.theirs)
			if len(m.Conflicts) > 0 {
				t.Errorf("conflicts: %+v", m.Conflicts)
			}
			if got := string(m.Sources[0].Text); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestMergeOverFiles(t *testing.T) {
	base := named("a: b\nrisks:\n- id: r1\n  title: T\n- id: r2\n  title: U\ntags: [x]\nlist: [p, p]\n")
	mine := named("a: b\nrisks:\n- id: r1\n  title: T\n- id: r2\n  title: New\n- id: r3\ntags: [x, z]\nowner: me\nlist: [p, p, q]\n")
	theirs := named("a: b\ntags: [x]\n", "risks:\n- id: r1 # private\n  title: Changed\ntags: [y]\n", "risks:\n- id: r2\n  title: U # here\nlist: [p, p]\n")
	m, err := Merge(base, mine, theirs)
	if err != nil || len(m.Conflicts) > 0 {
		t.Fatalf("%v, %+v", err, m)
	}
	for i, want := range []string{
		"a: b\ntags: [x, z]\nowner: me\n",
		"risks:\n- id: r1 # private\n  title: Changed\n- id: r3\ntags: [y]\n",
		"risks:\n- id: r2\n  title: New # here\nlist: [p, p, q]\n",
	} {
		if got := string(m.Sources[i].Text); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", m.Sources[i].File, got, want)
		}
	}
}

func TestMergeConflicts(t *testing.T) {
	const base = "service: {name: S}\nrisks:\n- id: r1\n  title: Lost laptops\n  owner: a\n  controls:\n  - {control: k}\n- id: r2\n  title: Other\n"
	edit := func(old, new string) string { return strings.Replace(base, old, new, 1) }
	first := "- id: r1\n  title: Lost laptops\n  owner: a\n  controls:\n  - {control: k}\n"
	for _, c := range []struct{ name, mine, theirs, path, text string }{
		{
			"one key, two values", edit("owner: a", "owner: b"), edit("owner: a", "owner: c"), "/risks/r1/owner",
			`You changed the owner of risk r1 ("Lost laptops") from "a" to "b"; meanwhile somebody else changed it to "c".`,
		},
		{
			"outside of any item", edit("name: S", "name: M"), edit("name: S", "name: T"), "/service/name",
			`You changed the service name from "S" to "M"; meanwhile somebody else changed it to "T".`,
		},
		{
			"set by both", edit("title: Other", "title: Other\n  due: 1"), edit("title: Other", "title: Other\n  due: 2"), "/risks/r2/due",
			`You set the due of risk r2 ("Other") to "1"; meanwhile somebody else set it to "2".`,
		},
		{
			"mine removed", edit(first, ""), edit("owner: a", "owner: b\n  due: c"), "/risks/r1",
			`You removed risk r1 ("Lost laptops"); meanwhile somebody else changed the owner and due of it.`,
		},
		{
			"theirs removed", edit("owner: a", "owner: b"), edit(first, ""), "/risks/r1",
			`You changed the owner of risk r1 ("Lost laptops"); meanwhile somebody else removed it.`,
		},
		{
			"mine took a key out", edit("  owner: a\n", ""), edit("owner: a", "owner: b"), "/risks/r1/owner",
			`You took out the owner of risk r1 ("Lost laptops"); meanwhile somebody else changed it to "b".`,
		},
		{
			"theirs took a key out", edit("owner: a", "owner: b"), edit("  owner: a\n", ""), "/risks/r1/owner",
			`You changed the owner of risk r1 ("Lost laptops") to "b"; meanwhile somebody else took it out.`,
		},
		{
			"a list without ids", edit("control: k", "control: l"), edit("control: k", "control: m"), "/risks/r1/controls",
			`You changed the controls of risk r1 ("Lost laptops"); meanwhile somebody else changed that too, in another way.`,
		},
		{
			"both added an item", base + "- id: r3\n  title: A\n  owner: x\n", base + "- id: r3\n  title: B\n  due: y\n", "/risks/r3/title",
			`You set the title of risk r3 ("A") to "A"; meanwhile somebody else set it to "B".`,
		},
		{
			"a new id that theirs gave to another", edit("- id: r1", "- id: r9\n  formerly: [r1]"), base + "- id: r9\n  title: Quite another\n", "/risks/r1/id",
			`You gave risk r1 ("Lost laptops") the new id r9; meanwhile somebody else gave that id to another ("Quite another"). Choose another id.`,
		},
		{
			"a new item with an id that theirs gave to another", base + "- id: r9\n  title: Mine\n", edit("- id: r1", "- id: r9\n  formerly: [r1]"), "/risks/r9",
			`You added risk r9 ("Mine"); meanwhile somebody else gave that id to another ("Lost laptops"). Choose another id.`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := merged(t, base, c.mine, c.theirs)
			if len(m.Conflicts) != 1 {
				t.Fatalf("conflicts: %+v", m.Conflicts)
			}
			if got := m.Conflicts[0]; got.Path != c.path || got.Text != c.text {
				t.Errorf("got  %s: %s\nwant %s: %s", got.Path, got.Text, c.path, c.text)
			}
			other := merged(t, base, c.theirs, c.mine)
			if len(other.Conflicts) != 1 || other.Conflicts[0].Path != c.path && c.name[:5] != "a new" {
				t.Errorf("the other way round: %+v", other.Conflicts)
			}
		})
	}
}

func TestBehind(t *testing.T) {
	base := "c:\n- id: api\n- id: db\nf: []\n"
	m := merged(t, base, "c:\n- id: gateway\n  formerly: [api]\n- id: db\n", base+"g:\n- {id: f1, to: api}\n")
	mine, theirs := m.Behind("/g/f1/to")
	if len(mine) != 1 || mine[0].Path != "/c/api/id" || len(theirs) != 1 || theirs[0].Path != "/g" {
		t.Errorf("got %+v and %+v", mine, theirs)
	}
	if mine, theirs = m.Behind("/c/gateway/formerly"); len(mine) != 1 || len(theirs) != 0 {
		t.Errorf("got %+v and %+v", mine, theirs)
	}
}

// The documents of the laws are made of a few names, so that changes meet.

func anyWord(t *rapid.T) string {
	return rapid.SampledFrom([]string{"a", "b", "c", "d", "x: y", "two words", "", "1", "yes", "long\ntext", "# no"}).Draw(t, "word")
}

// anyTree makes a value: nil, a text, a map or a list.
func anyTree(t *rapid.T, depth int) any {
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	switch {
	case depth == 0 || kind < 2:
		return anyWord(t)
	case kind < 5:
		return group(t, depth, "")
	case kind < 8:
		var list []any
		for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"i", "j", "k", "l"}), 0, 3, rapid.ID).Draw(t, "ids") {
			list = append(list, group(t, depth, id))
		}
		return list
	case kind < 9:
		var list []any
		for range rapid.IntRange(0, 3).Draw(t, "words") {
			list = append(list, anyWord(t))
		}
		return list
	}
	var list []any
	for range rapid.IntRange(0, 3).Draw(t, "items") {
		list = append(list, anyTree(t, depth-1))
	}
	return list
}

func group(t *rapid.T, depth int, id string) map[string]any {
	g := map[string]any{}
	for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"p", "q", "r", "title"}), 0, 3, rapid.ID).Draw(t, "keys") {
		g[key] = anyTree(t, depth-1)
	}
	if id != "" {
		g["id"] = id
		if rapid.IntRange(0, 5).Draw(t, "renamed") == 0 {
			g["formerly"] = []any{"former"}
		}
	}
	return g
}

// edited makes a tree that differs here and there.
func edited(t *rapid.T, v any, depth int) any {
	if rapid.IntRange(0, 7).Draw(t, "replace") == 0 {
		return anyTree(t, depth)
	}
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, key := range sortedKeys(v) {
			switch {
			case key == "id":
				out[key] = v[key]
				if rapid.IntRange(0, 5).Draw(t, "rename") == 0 {
					out[key] = rapid.SampledFrom([]string{"m", "x", "y"}).Draw(t, "new id")
					out["formerly"] = []any{v[key]}
				}
			case key == "formerly":
				if out[key] == nil {
					out[key] = v[key]
				}
			case rapid.IntRange(0, 7).Draw(t, "drop") > 0:
				out[key] = edited(t, v[key], depth-1)
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "more") == 0 {
			out[rapid.SampledFrom([]string{"p", "q", "r", "s"}).Draw(t, "key")] = anyTree(t, max(depth-1, 0))
		}
		return out
	case []any:
		var out []any
		for _, item := range v {
			if rapid.IntRange(0, 7).Draw(t, "drop") > 0 {
				out = append(out, edited(t, item, depth-1))
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "more") == 0 {
			if len(v) > 0 {
				if _, is := v[0].(map[string]any); is {
					return append(out, group(t, max(depth-1, 0), rapid.SampledFrom([]string{"m", "n", "o"}).Draw(t, "id")))
				}
			}
			out = append(out, anyWord(t))
		}
		return out
	}
	return v
}

func sortedKeys(m map[string]any) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// laid writes a tree in some layout, with remarks.
func laid(t *rapid.T, v any, pad int, flow bool) string {
	if flow || rapid.IntRange(0, 4).Draw(t, "flow") == 0 {
		return flowed(t, v)
	}
	remark := rapid.SampledFrom([]string{"", "", " # remark"})
	var b strings.Builder
	switch v := v.(type) {
	case map[string]any:
		keys := rapid.Permutation(sortedKeys(v)).Draw(t, "order")
		for i, key := range keys {
			if i > 0 {
				b.WriteString(spaces(pad))
			}
			b.WriteString(key + ":" + nested(t, v[key], pad, remark.Draw(t, "remark")))
		}
		if len(keys) == 0 {
			return "{}"
		}
	case []any:
		gap := rapid.IntRange(1, 3).Draw(t, "gap")
		for i, item := range v {
			if i > 0 {
				b.WriteString(rapid.SampledFrom([]string{"", "", "\n", spaces(pad) + "# above\n"}).Draw(t, "between") + spaces(pad))
			}
			text := laid(t, item, pad+1+gap, false)
			b.WriteString("-" + spaces(gap) + text)
			if !strings.HasSuffix(text, "\n") {
				b.WriteString("\n")
			}
		}
		if len(v) == 0 {
			return "[]"
		}
	case string:
		if strings.Contains(v, "\n") && pad > 0 {
			return "|\n" + spaces(pad) + strings.ReplaceAll(v, "\n", "\n"+spaces(pad)) + "\n"
		}
		return flowed(t, v)
	}
	return b.String()
}

// nested writes what stands behind a colon.
func nested(t *rapid.T, v any, pad int, remark string) string {
	in := pad + rapid.IntRange(1, 3).Draw(t, "indent")
	text := laid(t, v, in, false)
	switch {
	case strings.HasPrefix(text, "|"):
		return " |" + remark + strings.TrimPrefix(text, "|")
	case strings.HasSuffix(text, "\n"):
		return remark + "\n" + spaces(in) + text
	}
	return " " + text + remark + "\n"
}

func flowed(t *rapid.T, v any) string {
	switch v := v.(type) {
	case map[string]any:
		var parts []string
		for _, key := range rapid.Permutation(sortedKeys(v)).Draw(t, "order") {
			parts = append(parts, key+": "+flowed(t, v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, flowed(t, item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	s := v.(string)
	if s == "" && rapid.Bool().Draw(t, "null") {
		return "null"
	}
	if plain(s, true) && rapid.Bool().Draw(t, "plain") {
		return s
	}
	if plain(s, true) {
		return "'" + s + "'"
	}
	return scalar(s, true)
}

func document(t *rapid.T, v any) string {
	text := laid(t, v, 0, false)
	if rapid.Bool().Draw(t, "end") {
		return strings.TrimSuffix(text, "\n")
	}
	return text
}

// three makes a base and two versions of it, as texts.
func three(t *rapid.T) (base, mine, theirs string) {
	b := group(t, 3, "")
	grown := func(v any) any {
		if _, is := v.(map[string]any); is {
			return v
		}
		return map[string]any{"p": v}
	}
	m, th := grown(edited(t, b, 3)), grown(edited(t, b, 3))
	return document(t, b), document(t, m), document(t, th)
}

func TestLawsOfMerging(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, mine, theirs := three(t)
		holds(t, named(base), named(mine), named(theirs))
	})
}

func TestLawsOfMergingOverFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := group(t, 3, "")
		var versions [2][]Source
		for i := range versions {
			v, is := edited(t, b, 3).(map[string]any)
			if !is {
				t.Skip("not keys and values")
			}
			one, other := split(t, v)
			versions[i] = named(document(t, one), document(t, other))
			if _, err := Parse(versions[i]...); err != nil {
				t.Skip("what is an item only in the whole cannot be split")
			}
		}
		base := named(document(t, b))
		for i := range versions {
			// A group in braces that is said in two files, and loses and gains keys, may be refused.
			if _, err := Merge(base, versions[i], versions[1-i]); err != nil && fault.KindOf(err) == fault.Invalid {
				t.Skip(err)
			}
		}
		holds(t, base, versions[0], versions[1])
	})
}

// split parts a tree in two that make it up again; a list may be in both.
func split(t *rapid.T, v map[string]any) (one, other map[string]any) {
	one, other = map[string]any{}, map[string]any{}
	for _, key := range sortedKeys(v) {
		inner, isGroup := v[key].(map[string]any)
		list, isList := v[key].([]any)
		switch n := rapid.IntRange(0, 3).Draw(t, "part"); {
		case n == 0:
			one[key] = v[key]
		case n == 1:
			other[key] = v[key]
		case isGroup:
			one[key], other[key] = split(t, inner)
		case isList:
			at := rapid.IntRange(0, len(list)).Draw(t, "at")
			one[key], other[key] = list[:at], list[at:]
		default:
			one[key], other[key] = v[key], v[key]
		}
	}
	return one, other
}

func fatal(t rapid.TB, what string, base, mine, theirs []Source, out ...[]Source) {
	var b strings.Builder
	for i, sources := range append([][]Source{base, mine, theirs}, out...) {
		for _, s := range sources {
			fmt.Fprintf(&b, "\n--- %s %s\n%s", [...]string{"base", "mine", "theirs", "result", "other"}[i], s.File, s.Text)
		}
	}
	t.Fatalf("%s%s", what, b.String())
}

// holds checks what is so of every merge.
func holds(t rapid.TB, base, mine, theirs []Source) {
	b, x, y := meaningOf(t, base), meaningOf(t, mine), meaningOf(t, theirs)
	m, err := Merge(base, mine, theirs)
	if err != nil {
		fatal(t, err.Error(), base, mine, theirs)
	}
	got := meaningOf(t, m.Sources)
	switch {
	case !alike(got, m.result):
		fatal(t, "the text does not say the result: "+m.result.yaml(), base, mine, theirs, m.Sources)
	case len(m.Mine) == 0 != alike(b, x) || len(m.Theirs) == 0 != alike(b, y):
		fatal(t, fmt.Sprintf("the changes are %v and %v", m.Mine, m.Theirs), base, mine, theirs)
	case alike(b, x) && !alike(got, y) || alike(b, y) && !alike(got, x) || alike(x, y) && !alike(got, x):
		fatal(t, "one change alone came out as another", base, mine, theirs, m.Sources)
	}
	for _, lost := range slices.Concat(missing(b, x, got, m.Conflicts), missing(b, y, got, m.Conflicts)) {
		fatal(t, "lost: "+lost, base, mine, theirs, m.Sources)
	}
	o, err := Merge(base, theirs, mine)
	if err != nil {
		fatal(t, "the other way round: "+err.Error(), base, mine, theirs)
	}
	if len(o.Conflicts) == 0 != (len(m.Conflicts) == 0) || len(m.Conflicts) == 0 && !alike(got, meaningOf(t, o.Sources)) {
		fatal(t, "it is not the same the other way round", base, mine, theirs, m.Sources, o.Sources)
	}
}

func meaningOf(t rapid.TB, sources []Source) *value {
	d, err := Parse(sources...)
	if err != nil {
		t.Fatalf("cannot be read: %v", err)
	}
	return d.meaning()
}

// missing gives each fact in which a version differs from the base and that is neither in the result nor in a conflict.
func missing(base, version, result *value, conflicts []Conflict) (lost []string) {
	in := facts(base, result)
	var there [][2]string
	if result != nil {
		there = leaves("", result)
	}
	for _, f := range facts(base, version) {
		op, text, _ := strings.Cut(f[1], " ")
		is := slices.Contains(there, [2]string{f[0], text})
		told := slices.Contains(in, f) || is && op == string(OpAdd) || !is && op == string(OpRemove) || slices.ContainsFunc(conflicts, func(c Conflict) bool { return within(c.Path, f[0]) || within(f[0], c.Path) })
		if !told {
			lost = append(lost, f[0]+" "+f[1])
		}
	}
	return lost
}

// facts takes changes apart into paths and what is, or is no more, there.
func facts(a, b *value) (found [][2]string) {
	for _, c := range compare(a, b) {
		text := c.Is
		if c.Op == OpRemove {
			text = c.Was
		}
		d, err := Parse(Source{Text: []byte(text)})
		if err != nil {
			panic("the YAML of a change cannot be read: " + text)
		}
		v, op := d.meaning(), c.Op
		if op == OpSet && v.sense != senseWord && v.sense != senseWords {
			found = append(found, [2]string{c.Path, sameText(v)})
			continue
		}
		if op == OpSet { // a text, or words: where both sides set some, the result has those of both
			op = OpAdd
		}
		for _, leaf := range leaves(c.Path, v) {
			found = append(found, [2]string{leaf[0], string(op) + " " + leaf[1]})
		}
	}
	return found
}

// sameText writes values that are alike in one way.
func sameText(v *value) string {
	switch {
	case v == nil:
		return "null"
	case v.sense == senseWord:
		return strconv.Quote(v.text)
	case v.sense == senseWords && len(v.parts) == 1:
		return sameText(v.parts[0])
	}
	parts := make([]string, len(v.parts))
	for i, part := range v.parts {
		if parts[i] = sameText(part); v.sense != senseList && v.sense != senseWords {
			parts[i] = v.names[i] + ": " + parts[i]
		}
	}
	if v.sense != senseList {
		slices.Sort(parts)
	}
	return fmt.Sprint(v.sense, parts)
}

func leaves(path string, v *value) (found [][2]string) {
	if v.sense == senseWord || v.sense == senseList {
		return [][2]string{{path, sameText(v)}}
	}
	for i, name := range v.names {
		at := path + "/" + name
		if v.sense == senseWords {
			at = path
		}
		found = append(found, leaves(at, v.parts[i])...)
	}
	return found
}

// The changes say enough to be made: that is what they are for.
func TestLawOfComparing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, mine, _ := three(t)
		a, b := meaningOf(t, named(base)), meaningOf(t, named(mine))
		changes := compare(a, b)
		if again := compare(a, meaningOf(t, named(mine+"\n# end\n"))); !slices.Equal(changes, again) {
			t.Fatalf("%v\nand then\n%v", changes, again)
		}
		for _, c := range changes {
			a = applied(t, a, strings.Split(c.Path, "/")[1:], c)
		}
		if left := compare(renamed(a), b); len(left) > 0 {
			t.Fatalf("after\n%v\nis left\n%v", changes, left)
		}
	})
}

// applied makes a change. Items stay under the ids that they had.
func applied(t *rapid.T, v *value, path []string, c Change) *value {
	if len(path) > 0 {
		out := &value{sense: senseKeys}
		if v != nil {
			out.sense = v.sense
		}
		done := false
		for i, name := range v.named() {
			part := v.parts[i]
			if name == path[0] {
				part, done = applied(t, part, path[1:], c), true
			}
			out.put(name, part)
		}
		if !done {
			out.put(path[0], applied(t, nil, path[1:], c))
		}
		return out
	}
	var is *value
	if c.Is != "" {
		d, err := Parse(Source{Text: []byte(c.Is)})
		if err != nil {
			t.Fatalf("the YAML of a change cannot be read: %q", c.Is)
		}
		is = d.meaning()
	}
	switch {
	case c.Op == OpAdd && v != nil:
		return mergedWords(nil, is.asWords(), v.asWords())
	case c.Op == OpRemove && (v.sense == senseWords || v.sense == senseWord) && v.yaml() != c.Was:
		return mergedWords(&value{sense: senseWords, names: []string{strings.TrimSpace(unquoted(t, c.Was))}, parts: []*value{{}}}, nil, v.asWords())
	}
	return is
}

func unquoted(t *rapid.T, text string) string {
	d, err := Parse(Source{Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return d.root.Value
}

// renamed puts items under the ids that they have now.
func renamed(v *value) *value {
	if v == nil || v.sense == senseWord || v.sense == senseWords || v.sense == senseList {
		return v
	}
	out := &value{sense: v.sense}
	for i, name := range v.names {
		part := renamed(v.parts[i])
		if v.sense == senseItems {
			name = part.id()
		}
		out.put(name, part)
	}
	return out.orNothing()
}

func FuzzMerge(f *testing.F) {
	f.Add("a: b\n", "a: c\n", "a: b\nd: e\n")
	f.Add("r:\n- id: x\n  t: [a, b]\n- id: y\n", "r:\n- id: z\n  formerly: x\n  t: [a]\n- id: y\n", "r: [{id: x, t: [a, b, c]}, {id: w}]")
	f.Add("? a\n: - b\n  - c\n", "{\"a\": [b, {c: , d}], e: 'f''g'}", "? a\n: - b\n# x\n  - d: e\n    f: |+\n      g\n\n")
	f.Add("a: |2-\n   b", "a:\n- [b: c]\n- - d\n  - e", "a:\r\n  - ? b\r\n  -\r\n  - >\r\n    c\r\n")
	f.Add("\uFEFFé: \"b\\\"\u2028\" # c\u0085d: e\n", "d: [\n e, # f\n g]\n", "--- # x\nd: {e: f,\n # g\n h}\n...\n")
	f.Fuzz(func(t *testing.T, base, mine, theirs string) {
		for _, text := range []string{base, mine, theirs} {
			if _, err := Parse(Source{Text: []byte(text)}); err != nil {
				return
			}
		}
		_, err := Merge(named(base), named(mine), named(theirs))
		_, other := Merge(named(base), named(theirs), named(mine))
		if err == nil && other == nil {
			holds(t, named(base), named(mine), named(theirs))
		}
		for _, err := range []error{err, other} {
			if err != nil && fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
		}
	})
}
