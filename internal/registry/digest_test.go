package registry_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// dispatch does the work that waits and is due, and gives what was sent.
func (c chamber) dispatch(box *letterbox) []string {
	c.t.Helper()
	handlers := c.Handlers(registry.Outgoing{Mailer: box.mailer(c.t, c.time), Server: "https://bulkhead.dept.example/"})
	for {
		n, err := c.DoJobs(c.t.Context(), "test", handlers)
		if err != nil {
			c.t.Fatal(err)
		}
		if n == 0 {
			return box.letters()
		}
	}
}

func (c chamber) enqueue() {
	c.t.Helper()
	if err := c.EnqueueDigests(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

// Each Monday whoever has an address is told how much waits for them, once, and nothing of what it is.
func TestADigestEachWeek(t *testing.T) {
	c := chambered(t, offices, claims)
	c.proposed("manager", "acceptance", "r1")
	c.rest()
	box := newLetterbox(t)
	c.enqueue()
	c.enqueue()
	if got := c.dispatch(box); len(got) != 0 {
		t.Errorf("on a Sunday there came %q", got)
	}
	c.wait(20 * time.Hour) // Monday morning
	got := c.dispatch(box)
	if len(got) != 2 { // the director and the service owner; nobody else can be written to
		t.Fatalf("%d letters were sent", len(got))
	}
	for _, text := range got {
		for _, says := range []string{"1 thing waits for you", "portal", "1 decision to make", "https://bulkhead.dept.example" + registry.WaitingPath, "https://bulkhead.dept.example" + registry.SettingsPath} {
			if !strings.Contains(text, says) {
				t.Errorf("it does not say %q:\n%s", says, text)
			}
		}
		for _, hides := range []string{"acceptance", "r1", "Loss of records", "Benefits"} {
			if strings.Contains(text, "\n- "+hides) || hides == "Loss of records" && strings.Contains(text, hides) {
				t.Errorf("it tells %q:\n%s", hides, text)
			}
		}
	}
	c.enqueue()
	if got := c.dispatch(box); len(got) != 2 {
		t.Errorf("on one Monday there came %d", len(got))
	}
	c.wait(7 * 24 * time.Hour)
	if got := c.dispatch(box); len(got) != 4 {
		t.Errorf("after another week there are %d", len(got))
	}
}

func TestADigestIsStopped(t *testing.T) {
	c := chambered(t, offices, claims)
	c.proposed("manager", "acceptance", "r1")
	box := newLetterbox(t)
	c.enqueue()
	if err := c.SetDigests(t.Context(), c.person("owner"), false); err != nil {
		t.Fatal(err)
	}
	c.wait(20 * time.Hour)
	if got := c.dispatch(box); len(got) != 1 || strings.Contains(got[0], "owner@") {
		t.Errorf("sent were %q", got)
	}
	if err := c.SetDigests(t.Context(), c.person("owner"), true); err != nil {
		t.Fatal(err)
	}
	c.enqueue()
	c.wait(7 * 24 * time.Hour)
	if got := c.dispatch(box); len(got) != 3 {
		t.Errorf("wanted again there are %d", len(got))
	}
}

// Where nothing waits nothing is sent, and a service with a marking is not named.
func TestADigestIsSafe(t *testing.T) {
	c := chambered(t, offices, claims)
	if _, waits, err := c.Digest(t.Context(), "owner", "d1", "https://bulkhead.dept.example"); waits || err != nil {
		t.Errorf("of nothing: %v, %v", waits, err)
	}
	c.put(strings.Replace(claims, "classification: OFFICIAL\n", "classification: OFFICIAL\n  markings: [SENSITIVE]\n", 1))
	c.proposed("manager", "acceptance", "r1")
	c.rest()
	digest, waits, err := c.Digest(t.Context(), "owner", "d1", "https://bulkhead.dept.example")
	if err != nil || !waits || digest.Services[0].Named {
		t.Errorf("%+v, %v", digest, err)
	}
	message, err := digest.Message()
	if err != nil || strings.Contains(message.Text(), "portal") {
		t.Errorf("%v:\n%s", err, message.Text())
	}
}

// A replica whose clock is a little behind does not have what was sent sent again.
func TestADigestIsNotAddedJustBeforeItsTime(t *testing.T) {
	c := chambered(t, offices, claims)
	c.proposed("manager", "acceptance", "r1")
	c.rest()
	box := newLetterbox(t)
	c.wait(18*time.Hour + 58*time.Minute) // Monday, two minutes to seven
	c.enqueue()
	c.wait(time.Hour)
	if got := c.dispatch(box); len(got) != 0 {
		t.Errorf("there came %q", got)
	}
	c.wait(7 * 24 * time.Hour)
	if got := c.dispatch(box); len(got) != 2 {
		t.Errorf("a week later there came %d", len(got))
	}
}
