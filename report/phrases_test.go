package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
)

var codeShape = regexp.MustCompile(`^(context|control|risk|activity|area|statement|principle|framework|finding|obstacle|decision|change|obligation|supplier|threat|path|duty|notice|unit|action|delta)\.([a-z-]*[a-z])?-?$`)

// silent are codes that are never a reason: nothing is to be said of a decision that holds.
var silent = []string{"decision.holds"}

// source is what the sources of the engine say of codes: where each is used and the arguments that go with it.
type source struct {
	args map[string]map[string]bool // of a code, in a call that names it
	used map[string]string          // where
	any  map[string]bool            // arguments of any code, for codes that reach their reason through a variable
}

// read gathers the codes of a package from its sources.
func (s *source) read(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources in %s: %v", dir, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, text, 0)
		if err != nil {
			t.Skipf("%s does not parse: %v", file, err)
		}
		for _, decl := range parsed.Decls {
			s.decl(set, decl)
		}
	}
}

func (s *source) decl(set *token.FileSet, decl ast.Decl) {
	for _, name := range append(named(decl, true), named(decl, false)...) {
		s.any[name] = true
	}
	shared := append(named(decl, true), apart(decl)...) // arguments in a list or a variable of their own
	ast.Inspect(decl, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			if code, is := codeOf(lit); is {
				s.used[code] = set.Position(lit.Pos()).String()
			}
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for _, arg := range call.Args {
			if code, is := codeOf(arg); is {
				if s.args[code] == nil {
					s.args[code] = map[string]bool{}
				}
				for _, name := range append(named(call, false), shared...) {
					s.args[code][name] = true
				}
			}
		}
		return true
	})
}

// apart gives the arguments that stand outside of every call that names a code.
func apart(decl ast.Decl) (names []string) {
	ast.Inspect(decl, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && slices.ContainsFunc(call.Args, func(e ast.Expr) bool { _, is := codeOf(e); return is }) {
			return false
		}
		if lit, ok := n.(*ast.CompositeLit); ok {
			if name := typeOf(lit); name != nil && name.Name == "Arg" {
				names = append(names, first(lit))
			}
		}
		names = append(names, short(n)...)
		return true
	})
	return names
}

// short gives the name of an argument that is made by a call: arg("name", ...).
func short(n ast.Node) []string {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return nil
	}
	by, _ := call.Fun.(*ast.Ident)
	name, _ := call.Args[0].(*ast.BasicLit)
	if by == nil || by.Name != "arg" || name == nil {
		return nil
	}
	text, err := strconv.Unquote(name.Value)
	if err != nil {
		return nil
	}
	return []string{text}
}

func codeOf(n ast.Node) (string, bool) {
	if sum, ok := n.(*ast.BinaryExpr); ok {
		return codeOf(sum.X)
	}
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	code, err := strconv.Unquote(lit.Value)
	return code, err == nil && codeShape.MatchString(code)
}

// named gives the names of the arguments in composite literals: Arg{"name", ...}, or those in a list Args{{"name", ...}}.
func named(n ast.Node, lists bool) (names []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if !lists {
			names = append(names, short(n)...)
		}
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		name := typeOf(lit)
		switch {
		case name == nil:
		case name.Name == "Arg" && !lists:
			names = append(names, first(lit))
		case name.Name == "Args" && lists:
			for _, e := range lit.Elts {
				if inner, ok := e.(*ast.CompositeLit); ok {
					names = append(names, first(inner))
				}
			}
		}
		return true
	})
	return names
}

// typeOf gives the name of the type of a literal, whether or not a package stands before it.
func typeOf(lit *ast.CompositeLit) *ast.Ident {
	if sel, ok := lit.Type.(*ast.SelectorExpr); ok {
		return sel.Sel
	}
	name, _ := lit.Type.(*ast.Ident)
	return name
}

func first(lit *ast.CompositeLit) string {
	if len(lit.Elts) == 0 {
		return ""
	}
	e := lit.Elts[0]
	if pair, ok := e.(*ast.KeyValueExpr); ok {
		e = pair.Value
	}
	if l, ok := e.(*ast.BasicLit); ok {
		if s, err := strconv.Unquote(l.Value); err == nil {
			return s
		}
	}
	return ""
}

// stems are codes that are put together when the engine runs: what can follow each.
func stems() map[string][]string {
	measures := []library.Measure{
		library.OverdueActivities, library.DueActivities, library.RisksAbove, library.RisksUnjudged, library.ControlsFailing, library.ControlsNotClaimed,
		library.ControlsNotEvidenced, library.FindingsOverdue, library.DecisionsLapsed, library.StatementsUnanswered, library.ContextUnknown, library.ContextProposed,
		library.RequirementsBelow, library.SuppliersBlocked, library.ThreatsUnmanaged, library.PathsEasy,
	}
	return map[string][]string{
		"area.":                    list(judge.Overdue, judge.Due, judge.Current, judge.NotDue),
		"principle.":               list(judge.Met, judge.PartlyMet, judge.NotMet, judge.Proposed, judge.Unanswered),
		"obstacle.":                list(measures...),
		"context.data-protection-": {"required", "likely", "not-indicated", "unknown"},
		"action.":                  {"mend-control", "put-in-place", "show-control", "do-activity", "plan-risk", "judge-risk", "mend-finding", "renew-decision", "answer", "sign", "say"},
		"control.supposed-":        {"lost", "shown"},
		"framework.migrated-":      list(library.Same, library.Moved, library.Changed, library.Merged),
		"framework.scored-":        list(library.AnyTicked, library.AllTicked, library.Otherwise),
		"risk.acceptance-":         list(decision.Proposed, decision.Lapsed, decision.Suspended),
	}
}

func sources(t *testing.T) *source {
	t.Helper()
	s := &source{args: map[string]map[string]bool{}, used: map[string]string{}, any: map[string]bool{}}
	s.read(t, "judge")
	s.read(t, "decision")
	s.read(t, "unit")
	s.read(t, "impact")
	for stem, ends := range stems() {
		where, ok := s.used[stem]
		if !ok {
			t.Errorf("nothing is put together from %s any more", stem)
		}
		for _, end := range ends {
			s.used[stem+end] = where
			s.args[stem+end] = s.args[stem]
		}
		delete(s.used, stem)
		delete(s.args, stem)
	}
	for code := range s.args {
		if strings.HasPrefix(code, "notice.") {
			s.args[code]["date"] = true // every notice has the date that passed
		}
	}
	for _, code := range silent {
		delete(s.used, code)
	}
	for code := range s.used {
		if s.args[code] == nil {
			s.args[code] = s.any
		}
	}
	return s
}

func TestEveryCodeHasAPhrase(t *testing.T) {
	book := phrases()
	for code, where := range sources(t).used {
		if _, ok := book[code]; !ok {
			t.Errorf("%s: the code %s has no phrase", where, code)
		}
	}
}

func TestEveryPhraseIsUsed(t *testing.T) {
	s := sources(t)
	for code := range phrases() {
		stem, _, _ := strings.Cut(code, "/")
		if s.used[stem] == "" {
			t.Errorf("nothing says %s", code)
		}
	}
}

func TestPhrasesNameOnlyWhatIsGiven(t *testing.T) {
	s := sources(t)
	for code, phrase := range phrases() {
		stem, _, _ := strings.Cut(code, "/")
		for _, name := range names(phrase) {
			if given := s.args[stem]; (name == "came" || name == "went") && given["was"] && given["now"] {
				continue // made of the two, where they are long lists
			}
			if !s.args[stem][name] {
				t.Errorf("%s speaks of {%s}, which is not given: %v", code, name, slices.Sorted(maps.Keys(s.args[stem])))
			}
		}
	}
}

func TestPhrasesAreSentences(t *testing.T) {
	for code, phrase := range phrases() {
		if strings.HasSuffix(phrase, ".") || strings.Contains(phrase, "  ") || strings.TrimSpace(phrase) != phrase {
			t.Errorf("%s: a phrase has no full stop and no spare space: %q", code, phrase)
		}
		if strings.Count(phrase, "{") != strings.Count(phrase, "}") || strings.Count(phrase, "[") != strings.Count(phrase, "]") {
			t.Errorf("%s: a bracket is not closed: %q", code, phrase)
		}
	}
}

func args(pairs ...string) (out judge.Args) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, judge.Arg{Name: pairs[i], Value: pairs[i+1]})
	}
	return out
}

func TestFill(t *testing.T) {
	tests := []struct {
		template string
		args     judge.Args
		want     string
	}{
		{"plain", nil, "plain"},
		{"a {x} b", args("x", "1"), "a 1 b"},
		{"a[ {x}] b", nil, "a b"},
		{"a[ {x}] b", args("x", "y"), "a y b"},
		{"{n} {n|thing|things}", args("n", "1"), "1 thing"},
		{"{n} {n|thing|things}", args("n", "0"), "0 things"},
		{"{n|a thing|{n} {of|is|are}|none}", args("n", "0"), "none"},
		{"{n|a thing|{n} {of|is|are}|none}", args("n", "2", "of", "1"), "2 is"},
		{"done{n|; one left|; {n} left|}", args("n", "0"), "done"},
		{"{n|one|all {n}}", args("n", "3"), "all 3"},
		{"[{n} {n|was|were} ]left", args("n", "2"), "2 were left"},
		{"{x}", args("x", "{y} [z]", "y", "no"), "{y} [z]"},
		{"unclosed {x", args("x", "1"), "unclosed 1"},
	}
	for _, tt := range tests {
		if got := fill(tt.template, tt.args); got != tt.want {
			t.Errorf("fill(%q, %v) = %q, want %q", tt.template, tt.args, got, tt.want)
		}
	}
}

func TestPhraseOfAValue(t *testing.T) {
	if got, want := Phrase("finding.no-deadline", args("severity", "unknown")), "Nobody has said how severe it is, so it has no deadline"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Phrase("finding.no-deadline", args("severity", "low")), "Severity low: no deadline is set"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Phrase("no.such-code", nil); got != "no.such-code" {
		t.Errorf("a code without a phrase is said as it is, got %q", got)
	}
}
