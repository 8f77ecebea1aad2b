package junit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/junit"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
)

func read(t testing.TB, text string) foreign.Run {
	t.Helper()
	run, err := junit.Read([]byte(text), foreign.Default())
	if err != nil {
		t.Fatalf("%v", err)
	}
	return run
}

func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/small.xml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(read(t, string(text)), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	readers.Golden(t, "testdata/small.golden.json", string(got))
}

func suites(inside string) string { return "<testsuites>" + inside + "</testsuites>" }

func TestOutcomes(t *testing.T) {
	for _, c := range []struct{ name, in, outcome, results, dropped string }{
		{"nothing", suites(""), "not-run", "", ""},
		{"empty suite", suites(`<testsuite name="a" tests="0"/>`), "not-run", "", ""},
		{"one passed", `<testsuite name="a"><testcase name="x"/></testsuite>`, "passed", "passed", ""},
		{"byte order mark", "\ufeff" + suites(`<testcase name="x"/>`), "passed", "passed", ""},
		{"all skipped", suites(`<testcase name="x"><skipped/></testcase>`), "not-run", "not-run", ""},
		{"skipped and passed", suites(`<testcase name="x"><skipped/></testcase><testcase name="y"/>`), "passed", "not-run passed", ""},
		{"failed then skipped", suites(`<testcase name="x"><failure/><skipped/></testcase>`), "failed", "failed", ""},
		{"skipped then failed", suites(`<testcase name="x"><skipped message="m"/><error message="boom"/></testcase>`), "failed", "failed:boom", ""},
		{"both", suites(`<testcase name="x"><failure message="one"/><error message="two"/></testcase>`), "failed", "failed:one", ""},
		{"status failed", suites(`<testcase name="x" status="Failed"/>`), "failed", "failed", ""},
		{"disabled", suites(`<testcase name="x" status="notrun" result="suppressed"/>`), "not-run", "not-run", ""},
		{"run", suites(`<testcase name="x" status="run" result="completed"/>`), "passed", "passed", ""},
		{"suite failed", suites(`<testsuite name="s"><error message="set-up broke"/></testsuite>`), "failed", "failed:set-up broke", ""},
		{"unlisted", suites(`<testsuite name="s" errors="2"><testcase name="x"/></testsuite>`), "failed", "passed failed:the suite says that tests failed, but lists none of them", `1 suite says that tests failed, but lists none of them; it counts as failed ("s").`},
		{"listed within", `<testsuites failures="1"><testsuite failures="1"><testcase><failure/></testcase></testsuite></testsuites>`, "failed", "failed", ""},
		{"flaky", suites(`<testcase name="x"><flakyFailure/></testcase>`), "passed", "passed", `1 test passed only when it was tried again; it counts as passed ("test x").`},
		{"case in an unknown element", suites(`<group><testcase name="x"><failure/></testcase></group>`), "failed", "failed", `1 element that is not known was left out ("group").`},
		{"failure in an unknown element", suites(`<testcase name="x"><rerunFailure><failure/></rerunFailure></testcase>`), "passed", "passed", "1 repeated attempt at a test that failed was left out."},
		{"text", suites("<testcase name='x'><failure>\n\n first \n second</failure></testcase>"), "failed", "failed:first", ""},
		{"namespace", `<testsuites xmlns="urn:x"><testcase name="x"/></testsuites>`, "passed", "passed", ""},
		{"encoding UTF8", `<?xml version="1.0" encoding="UTF8"?>` + suites(""), "not-run", "", ""},
		{"long", suites(`<testcase name="x"><failure message="` + strings.Repeat("é", 501) + `"/></testcase>`), "failed", "failed:" + strings.Repeat("é", 499) + "…", "1 message was cut at 500 characters."},
	} {
		run := read(t, c.in)
		var results []string
		for _, o := range run.Observations {
			results = append(results, strings.TrimSuffix(string(o.Result)+":"+o.Text, ":"))
		}
		if got := strings.Join(results, " "); string(run.Outcome) != c.outcome || got != c.results || strings.Join(run.Dropped, " ") != c.dropped {
			t.Errorf("%s: %s, %s, %q", c.name, run.Outcome, got, run.Dropped)
		}
	}
}

func TestNamesOfWeaknesses(t *testing.T) {
	for _, c := range []struct{ in, weakness, place string }{
		{`<testcase classname="a.B" name="c d"/>`, "test a.B.c d", "a.B"},
		{`<testcase classname="a.B" name="c" file=".\t\b.py"/>`, "test a.B.c", "t/b.py"},
		{`<testcase name="c"/>`, "test S.c", "S"},
		{`<testcase classname="a"/>`, "test a", "a"},
		{"<testcase classname=\"a\" name=\"&#x202e;x&#10;y\"/>", "test a.x y", "a"},
	} {
		o := read(t, `<testsuite name="S">`+c.in+`</testsuite>`).Observations[0]
		if o.Weakness != c.weakness || o.Place != c.place {
			t.Errorf("%s: %q in %q", c.in, o.Weakness, o.Place)
		}
	}
	if o := read(t, `<testsuite><testcase/></testsuite>`).Observations[0]; o.Weakness != "test" || o.Place != "" {
		t.Errorf("%+v", o)
	}
}

func TestTool(t *testing.T) {
	for in, want := range map[string]string{
		`<testsuites name="api tests"><testsuite name="x"/></testsuites>`:     "api-tests",
		`<testsuites><testsuite name="pytest"/></testsuites>`:                 "pytest",
		`<testsuites><testsuite name="a"/><testsuite name="b"/></testsuites>`: "junit",
		`<testsuite name="com.example.FooTest"/>`:                             "com.example.FooTest",
		`<testsuites/>`: "junit",
	} {
		if got := read(t, in).Tool; got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
}

func TestTime(t *testing.T) {
	for _, c := range []struct{ in, observed, dropped string }{
		{`<testsuite/>`, "", ""},
		{`<testsuite timestamp="2026-03-01T10:00:00.5+01:00"/>`, "2026-03-01T09:00:00Z", ""},
		{`<testsuite timestamp="2026-03-01T10:00:00"/>`, "", `1 timestamp is not a time with Z or an offset, so it was left out ("2026-03-01T10:00:00").`},
		{suites(`<testsuite timestamp="2026-03-01T10:00:00Z"/><testsuite timestamp="2026-03-01T10:30:00+01:00"/>`), "2026-03-01T09:30:00Z", ""},
	} {
		run := read(t, c.in)
		if run.Observed.String() != c.observed || strings.Join(run.Dropped, " ") != c.dropped {
			t.Errorf("%s: %s, %q", c.in, run.Observed, run.Dropped)
		}
	}
}

// A control whose own tests were skipped has not passed because others did.
func TestByControl(t *testing.T) {
	property := func(name, value string) string {
		return `<properties><property name="bulkhead.` + name + `" value="` + value + `"/></properties>`
	}
	run := read(t, suites(
		`<testsuite>`+property("control", "all")+
			`<testcase name="a">`+property("control", "passes")+`</testcase>`+
			`<testcase name="b"><skipped/>`+property("control", "skipped, both")+`</testcase>`+
			`<testcase name="c">`+property("control", "control:both;passes")+property("component", "api")+`</testcase>`+
			property("component", "web")+
			`</testsuite>`+
			`<testsuite>`+property("control", "empty")+`</testsuite>`+
			`<testsuite><testcase name="d"><failure/>`+property("control", "fails")+`</testcase></testsuite>`))
	want := map[string]evidence.Outcome{"all": "passed", "passes": "passed", "skipped": "not-run", "both": "passed", "empty": "not-run", "fails": "failed"}
	for id, o := range run.ByControl {
		if want[string(id)] != o {
			t.Errorf("%s: %s", id, o)
		}
	}
	if fmt.Sprint(run.Controls) != "[all both empty fails passes skipped]" || fmt.Sprint(run.Components) != "[api web]" {
		t.Errorf("%v, %v", run.Controls, run.Components)
	}
	if run.OutcomeFor("skipped") != evidence.NotRun || run.OutcomeFor("other") != evidence.Failed {
		t.Error("OutcomeFor")
	}
	var components []string
	for _, o := range run.Observations {
		components = append(components, string(o.Component))
	}
	if fmt.Sprintf("%q", components) != `["web" "web" "api" ""]` {
		t.Errorf("%q", components)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "1:1: the file is empty"},
		{"not XML", "testsuite", "1:10: this is not valid XML: it has no elements"},
		{"cut off", "<testsuite>\n<testcase", "2:10: this is not valid XML: unexpected EOF"},
		{"crossed", "<testsuite><testcase></testsuite>", "element <testcase> closed by </testsuite>"},
		{"another root", "<html/>", `outermost element is "html"`},
		{"two roots", "<testsuite/><testsuite/>", "more than one document"},
		{"document type", "<!DOCTYPE testsuite SYSTEM \"file:///etc/passwd\">\n<testsuite/>", "1:49: the file has a document type"},
		{"entity", "<testsuite name='&lol;'/>", "invalid character entity &lol;"},
		{"Latin-1", `<?xml version="1.0" encoding="ISO-8859-1"?><testsuite/>`, `encoded as "ISO-8859-1"; only UTF-8 is read`},
		{"UTF-16", "<\x00t\x00", "UTF-16"},
		{"control character", "<testsuite name='\x1b'/>", "illegal character code U+001B"},
		{"case in a case", "<testsuite><testcase><testcase/></testcase></testsuite>", "1:33: a testcase stands inside a testcase"},
		{"suite in a case", "<testsuite><testcase><testsuite/></testcase></testsuite>", "a testsuite stands inside a testcase"},
	} {
		_, err := junit.Read([]byte(c.in), foreign.Default())
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBounds(t *testing.T) {
	lol := `<!DOCTYPE lolz [<!ENTITY a "lol">`
	for c := 'b'; c < 'k'; c++ {
		lol += fmt.Sprintf("<!ENTITY %c \"%s\">", c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
	}
	lol += "]><testsuite name='&j;'/>"
	for _, c := range []struct {
		name, in string
		kind     fault.Kind
	}{
		{"100 MB", "<testsuite>" + strings.Repeat(" ", 100<<20) + "</testsuite>", fault.TooLarge},
		{"nested a million deep", strings.Repeat("<testsuite>", 1_000_000), fault.TooLarge},
		{"a million cases", "<testsuite>" + strings.Repeat("<testcase/>", 1_000_000) + "</testsuite>", fault.TooLarge},
		{"a billion laughs", lol, fault.Invalid},
		{"a huge attribute", "<testsuite><testcase name='" + strings.Repeat("x", 30<<20) + "'/></testsuite>", ""},
		{"many attributes", "<testsuite" + strings.Repeat(" a=''", 1<<20) + "/>", ""},
		{"many suites", "<testsuites>" + strings.Repeat("<testsuite/>", 500_000) + "</testsuites>", ""},
		{"many failures", "<testsuite><testcase>" + strings.Repeat("<failure/>", 500_000) + "</testcase></testsuite>", ""},
		{"many names", "<testsuite><properties><property name='bulkhead.control' value='" + strings.Repeat("a ", 15<<20) + "'/></properties></testsuite>", ""},
		{"one long text", "<testsuite><testcase><failure>" + strings.Repeat("\n", 30<<20) + "</failure></testcase></testsuite>", ""},
	} {
		started := time.Now()
		run, err := junit.Read([]byte(c.in), foreign.Default())
		if (err == nil) != (c.kind == "") || err != nil && fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
		checkBounded(t, run)
		t.Logf("%s: %v", c.name, time.Since(started))
	}
}

func checkBounded(t testing.TB, run foreign.Run) {
	t.Helper()
	if len(run.Observations) > foreign.Default().Items {
		t.Fatalf("%d observations", len(run.Observations))
	}
	for _, o := range run.Observations {
		if len(o.Text) > 4*foreign.MaxText || len(o.Place) > 4*foreign.MaxPlace || len(o.Weakness) > 4*foreign.MaxName || o.Weakness == "" || strings.ContainsAny(o.Text+o.Place+o.Weakness, "\x1b\n\r\x00") {
			t.Fatalf("%+v", o)
		}
	}
	for _, s := range run.Dropped {
		if len(s) > 1000 || strings.ContainsAny(s, "\x1b\n") {
			t.Fatalf("%q", s)
		}
	}
}

func FuzzRead(f *testing.F) {
	small, err := os.ReadFile("testdata/small.xml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><testsuite name="&b;"/>`))
	f.Add([]byte("\xff\xfe<\x00"))
	limits := foreign.Limits{Bytes: 1 << 16, Depth: 8, Items: 50}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		run, err := junit.Read(text, limits)
		again, err2 := junit.Read(text, limits)
		if !reflect.DeepEqual(run, again) || fmt.Sprint(err) != fmt.Sprint(err2) || !bytes.Equal(before, text) {
			t.Fatalf("not the same twice: %v, %v", err, err2)
		}
		if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.TooLarge {
			t.Fatalf("%s: %v", kind, err)
		}
		if len(run.Observations) > limits.Items {
			t.Fatalf("%d observations", len(run.Observations))
		}
		checkBounded(t, run)
	})
}
