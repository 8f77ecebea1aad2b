package notify_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
)

var update = flag.Bool("update", false, "write the golden files anew; look at them before they are kept")

func golden(t *testing.T, name string, m notify.Message) {
	t.Helper()
	got := "To: " + m.To() + "\nSubject: " + m.Subject() + "\n\n" + m.Text()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is no longer what it was; run with -update, look at it, and keep it if it is right:\n%s", file, got)
	}
}

func digest() notify.Digest {
	return notify.Digest{
		ID: "digest-1", Address: "owner@department.example", Role: "service owner",
		Services: []notify.Service{
			{ID: "secret-project", Waiting: []notify.Waiting{{notify.Evidence, 1, civil.Date{}}, {notify.Decision, 1, civil.Date{Year: 2026, Month: 11, Day: 30}}}},
			{ID: "permits", Named: true, Waiting: []notify.Waiting{
				{notify.Activity, 2, civil.Date{Year: 2026, Month: 11, Day: 4}},
				{notify.Lapse, 1, civil.Date{Year: 2026, Month: 11, Day: 20}},
				{notify.Decision, 3, civil.Date{Year: 2026, Month: 12, Day: 1}},
				{notify.Reconfirmation, 3, civil.Date{Year: 2027, Month: 1, Day: 31}},
			}},
		},
		Link: "https://bulkhead.example/waiting", Settings: "https://bulkhead.example/settings/email",
	}
}

func TestDigest(t *testing.T) {
	golden(t, "digest.txt", message(t))
	one := digest()
	one.Services = []notify.Service{{ID: "permits", Named: true, Waiting: []notify.Waiting{{notify.Decision, 1, civil.Date{Year: 2026, Month: 12, Day: 1}}}}}
	m, err := one.Message()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "digest_one.txt", m)
}

// TestDigestNamesNoServiceThatMayNotBeNamed: not its id, nor anything that follows from it, such as an order.
func TestDigestNamesNoServiceThatMayNotBeNamed(t *testing.T) {
	unnamed := func(ids ...ident.ID) notify.Message {
		d := digest()
		d.Services = nil
		for i, id := range ids {
			d.Services = append(d.Services, notify.Service{ID: id, Waiting: []notify.Waiting{{notify.Decision, 9 - i, civil.Date{}}}})
		}
		m, err := d.Message()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	a, b := unnamed("aaa", "zzz"), unnamed("zzz", "aaa")
	if a.Text() != b.Text() || strings.Contains(a.Text(), "zzz") || strings.Contains(message(t).Text(), "secret-project") {
		t.Errorf("the text tells which service it is:\n%s", a.Text())
	}
}

// TestDigestDoesNotRestOnOrder: the same services in another order make the same text.
func TestDigestDoesNotRestOnOrder(t *testing.T) {
	d := digest()
	d.Services[0], d.Services[1] = d.Services[1], d.Services[0]
	d.Services[0].Waiting[0], d.Services[0].Waiting[3] = d.Services[0].Waiting[3], d.Services[0].Waiting[0]
	if m, err := d.Message(); err != nil || m.Text() != message(t).Text() {
		t.Errorf("it is\n%s%v", m.Text(), err)
	}
}

func TestDigestIsBounded(t *testing.T) {
	d := digest()
	for more, want := range map[int]string{0: "service-049\n\n- 1 decision to make\n\nSee", 1: "And 1 more service.\n\nSee", 7: "And 7 more services.\n\nSee"} {
		d.Services = nil
		for i := range 50 + more {
			d.Services = append(d.Services, notify.Service{ID: ident.ID(fmt.Sprintf("service-%03d", i)), Named: true, Waiting: []notify.Waiting{{notify.Decision, 1, civil.Date{}}}})
		}
		m, err := d.Message()
		if err != nil || !strings.Contains(m.Text(), want) || strings.Contains(m.Text(), "service-050") || !strings.Contains(m.Subject(), fmt.Sprint(50+more)) {
			t.Errorf("with %d more it is %s\n%s%v", more, m.Subject(), m.Text(), err)
		}
	}
}

func TestDigestRefuses(t *testing.T) {
	for name, change := range map[string]func(*notify.Digest){
		"nothing waits":          func(d *notify.Digest) { d.Services = nil },
		"nothing in a service":   func(d *notify.Digest) { d.Services[0].Waiting = nil },
		"a title for an id":      func(d *notify.Digest) { d.Services[1].ID = "Permits for parking" },
		"a kind that is none":    func(d *notify.Digest) { d.Services[0].Waiting[0].Kind = "the database has no password" },
		"a kind twice":           func(d *notify.Digest) { d.Services[0].Waiting[0].Kind = notify.Decision },
		"a count of none":        func(d *notify.Digest) { d.Services[0].Waiting[0].Count = 0 },
		"a count below none":     func(d *notify.Digest) { d.Services[0].Waiting[0].Count = -1 },
		"a day that is none":     func(d *notify.Digest) { d.Services[0].Waiting[0].First = civil.Date{Year: 2026, Month: 2, Day: 30} },
		"no id":                  func(d *notify.Digest) { d.ID = "" },
		"an id with a full stop": func(d *notify.Digest) { d.ID = "a.b" },
		"no reader":              func(d *notify.Digest) { d.Address = "" },
		"two readers":            func(d *notify.Digest) { d.Address = "a@b.example,c@d.example" },
		"a reader with a name":   func(d *notify.Digest) { d.Address = "Owner <a@b.example>" },
		"no role":                func(d *notify.Digest) { d.Role = "" },
		"a role in two lines":    func(d *notify.Digest) { d.Role = "owner\nBcc: c@d.example" },
		"a link in the clear":    func(d *notify.Digest) { d.Link = "http://bulkhead.example/waiting" },
		"a link to a program":    func(d *notify.Digest) { d.Link = "javascript:alert(1)" },
		"a link to nowhere":      func(d *notify.Digest) { d.Link = "https:///waiting" },
		"a link with a user":     func(d *notify.Digest) { d.Link = "https://a:b@bulkhead.example/" },
		"no settings":            func(d *notify.Digest) { d.Settings = "" },
		"settings in two":        func(d *notify.Digest) { d.Settings = "https://bulkhead.example/>,<mailto:c@d.example" },
	} {
		d := digest()
		change(&d)
		if m, err := d.Message(); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v\n%s", name, err, m.Text())
		} else if strings.Contains(err.Error(), "Permits for parking") || strings.Contains(err.Error(), "database") {
			t.Errorf("%s: the error repeats what was given: %v", name, err)
		}
	}
	d := digest()
	d.Link = "http://127.0.0.1:8080/waiting"
	if _, err := d.Message(); err != nil {
		t.Errorf("a link to this machine: %v", err)
	}
}
