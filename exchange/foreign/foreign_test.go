package foreign_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

func TestText(t *testing.T) {
	limits := foreign.Limits{Bytes: 40, Depth: 4, Items: 4}
	for _, c := range []struct{ name, in, want, fault string }{
		{"plain", "<a/>", "<a/>", ""},
		{"byte order mark", "\ufeff<a/>", "<a/>", ""},
		{"UTF-16 LE with a mark", "\xff\xfe<\x00a\x00", "", "UTF-16"},
		{"UTF-16 BE with a mark", "\xfe\xff\x00<\x00a", "", "UTF-16"},
		{"UTF-16 LE", "{\x00}\x00", "", "UTF-16"},
		{"UTF-16 BE", "\x00{\x00}", "", "UTF-16"},
		{"UTF-32 BE", "\x00\x00\x00{", "", "UTF-32"},
		{"Latin-1", "one\ncaf\xe9", "", "2:4: the file is not UTF-8"},
		{"zero byte", "é\n\na\x00", "", "3:2: the file is not UTF-8"},
		{"empty", " \n", "", "1:1: the file is empty"},
		{"nothing", "", "", "1:1: the file is empty"},
		{"too large", strings.Repeat("a", 41), "", "41 bytes"},
	} {
		got, err := foreign.Text([]byte(c.in), limits)
		if string(got) != c.want || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func TestLine(t *testing.T) {
	for _, c := range []struct {
		in   string
		most int
		want string
		cut  bool
	}{
		{"", 10, "", false},
		{" a \r\n\t b ", 10, "a b", false},
		{"red \x1b[31m\u202eevil\u2069 \u200f", 40, "red [31mevil", false},
		{"1234567890", 10, "1234567890", false},
		{"12345678901", 10, "123456789…", true},
		{"éééééééé é é", 10, "éééééééé…", true},
		{"bad \xff byte", 40, "bad byte", false},
	} {
		got, cut := foreign.Line(c.in, c.most)
		if got != c.want || cut != c.cut || utf8.RuneCountInString(got) > c.most {
			t.Errorf("Line(%q) = %q, %v", c.in, got, cut)
		}
	}
	if got, _ := foreign.FirstLine("\n \x1b\n  second\nthird", 10); got != "second" {
		t.Errorf("FirstLine = %q", got)
	}
}

func TestNamesThatAreCutStayDifferent(t *testing.T) {
	long := strings.Repeat("x", 5000)
	a, b := foreign.Name(long+"a"), foreign.Name(long+"b")
	if a == b || utf8.RuneCountInString(a) > foreign.MaxName {
		t.Errorf("%q and %q", a, b)
	}
	if got := foreign.Name("short\nname"); got != "short name" {
		t.Errorf("Name = %q", got)
	}
}

func TestTool(t *testing.T) {
	for _, c := range []struct{ name, version, want string }{
		{"Trivy", "0.50", "Trivy 0.50"}, {"Snyk Code", "", "Snyk-Code"}, {" Snyk \n Open Source ", "1 beta", "Snyk-Open-Source 1 beta"}, {"", "", ""},
	} {
		if got := foreign.Tool(c.name, c.version); got != c.want {
			t.Errorf("Tool(%q, %q) = %q", c.name, c.version, got)
		}
	}
}

func TestPlace(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "",
		".":                            "",
		"./src/a.go":                   "src/a.go",
		`src\sub\..\a.go`:              "src/a.go",
		"src/a%20b.go":                 "src/a b.go",
		"src/100%.go":                  "src/100%.go",
		"src/":                         "src",
		"../up.go":                     "../up.go",
		"image//usr/share/x":           "image/usr/share/x",
		"file:///srv/a.go":             "/srv/a.go",
		"file:/srv/a.go":               "/srv/a.go",
		"FILE:///C:/src/a.go":          "C:/src/a.go",
		"https://me:pw@Host/a?t=1#x":   "https://host/a",
		"https://host":                 "https://host",
		"HTTPS://host/A/../b":          "https://host/A/../b",
		"a\x1b[2Jb":                    "a[2Jb",
		"a\nb":                         "a b",
		"pkg:golang/example.org/x@1.0": "pkg:golang/example.org/x@1.0",
	} {
		if got := foreign.Place(in); got != want {
			t.Errorf("Place(%q) = %q, not %q", in, got, want)
		}
	}
}

func TestOutcomeOfAll(t *testing.T) {
	for _, c := range []struct {
		in   []evidence.Outcome
		want evidence.Outcome
	}{
		{nil, evidence.NotRun},
		{[]evidence.Outcome{evidence.NotRun}, evidence.NotRun},
		{[]evidence.Outcome{evidence.NotRun, evidence.Passed}, evidence.Passed},
		{[]evidence.Outcome{evidence.NeedsReview, evidence.Passed}, evidence.NeedsReview},
		{[]evidence.Outcome{evidence.NeedsReview, evidence.Unknown}, evidence.Unknown},
		{[]evidence.Outcome{evidence.Failed, evidence.Unknown, evidence.Passed}, evidence.Failed},
		{[]evidence.Outcome{evidence.NotApplicable}, evidence.NotApplicable},
	} {
		tally := foreign.Tally{}
		for _, o := range c.in {
			tally[o]++
		}
		if got := tally.Outcome(); got != c.want {
			t.Errorf("%v: %s", c.in, got)
		}
	}
}

// What passed goes first, then what does not apply; what failed is never left out.
func TestWhatIsLeftOut(t *testing.T) {
	c := foreign.NewCollector(foreign.Default())
	for i := range 1500 {
		for _, o := range []evidence.Outcome{evidence.Passed, evidence.Failed, evidence.NotApplicable} {
			c.Add(evidence.Observation{Result: o, Text: fmt.Sprint(i)})
		}
	}
	var run foreign.Run
	c.Finish(&run)
	count := map[evidence.Outcome]int{}
	for _, o := range run.Observations {
		if count[o.Result]++; o.Text != fmt.Sprint(count[o.Result]-1) {
			t.Fatalf("the first are not kept: %v", o)
		}
	}
	if count[evidence.Failed] != 1500 || count[evidence.Passed] != 0 || count[evidence.NotApplicable] != 500 {
		t.Errorf("%v", count)
	}
	want := "[1500 results that passed were counted but are not listed. 1000 results that did not apply were counted but are not listed.]"
	if fmt.Sprint(run.Dropped) != want {
		t.Errorf("%v", run.Dropped)
	}
}

func TestCollectorKeepsTheLimits(t *testing.T) {
	c := foreign.NewCollector(foreign.Limits{Bytes: 10, Items: 3})
	if !c.Add(evidence.Observation{Text: "123456"}) || c.Add(evidence.Observation{Aliases: []string{"12345"}}) {
		t.Error("bytes")
	}
	c = foreign.NewCollector(foreign.Limits{Bytes: 10, Items: 1})
	if !c.Add(evidence.Observation{}) || c.Add(evidence.Observation{}) {
		t.Error("items")
	}
	ids := c.IDs("control:mfa, UP claim:/architecture/components/web")
	if fmt.Sprint(ids) != "[mfa]" {
		t.Errorf("ids: %v", ids)
	}
}

func TestFaultsNameThePlace(t *testing.T) {
	err := foreign.TooLarge([]byte("a\néb"), 4, "too much")
	if fault.KindOf(err) != fault.TooLarge || err.Error() != "2:2: too much" {
		t.Errorf("%v", err)
	}
}
