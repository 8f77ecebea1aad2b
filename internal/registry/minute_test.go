package registry_test

import (
	"encoding/json"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// minutes records the paper that is the minute of a meeting.
func (c chamber) minutes() {
	c.t.Helper()
	_, err := c.RecordEvidence(c.t.Context(), c.person("manager"), "portal", []evidence.Record{{
		ID: "minute-1", Subject: []ident.Ref{ident.To(ident.KindRisk, "r1")}, Kind: "review", Strength: "documented", Outcome: "passed", Observed: day(c.t, "2026-11-20"),
	}})
	if err != nil {
		c.t.Fatal(err)
	}
}

func minuting(t testing.TB) registry.Minuting {
	m := registry.Minuting{Making: accepting(t), OnBehalfOf: "owner", Minute: "minute-1", Made: day(t, "2026-11-20")}
	m.Wanted.ID = "minuted"
	return m
}

// mailed does the background work that writes to people, and gives the links that were sent.
func (c chamber) mailed(post *letterbox) (links []string) {
	c.t.Helper()
	handlers := c.Handlers(registry.Outgoing{Mailer: post.mailer(c.t, c.time), Server: "https://bulkhead.dept.example"})
	for {
		n, err := c.DoJobs(c.t.Context(), "test", handlers)
		if err != nil {
			c.t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	for _, text := range post.letters() {
		for line := range strings.Lines(text) {
			if _, secret, is := strings.Cut(strings.TrimSpace(line), registry.MinutePath); is {
				links = append(links, secret)
			}
		}
	}
	return links
}

func TestAMinuteCountsAsAttestedOnceConfirmed(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	out := must(t)(c.Minute(t.Context(), c.person("manager"), "portal", minuting(t)))
	if out.Decision.By != "manager" || out.Decision.OnBehalfOf != "owner" || out.State.Attested {
		t.Errorf("it was recorded as %+v", out)
	}
	if state, _, attested := c.state("minuted"); state != "holds" || attested {
		t.Errorf("before it is confirmed it is %s, attested %v", state, attested)
	}
	links := c.mailed(newLetterbox(t))
	if len(links) != 1 {
		t.Fatalf("%d links were sent", len(links))
	}
	_, err := c.ConfirmByLink(t.Context(), c.person("sro"), links[0])
	refusedAs(t, err, fault.Forbidden, "for the one who decided")
	if _, err := c.ConfirmByLink(t.Context(), c.person("owner"), links[0]); err != nil {
		t.Fatal(err)
	}
	if state, _, attested := c.state("minuted"); state != "holds" || !attested {
		t.Errorf("once confirmed it is %s, attested %v", state, attested)
	}
	_, err = c.ConfirmByLink(t.Context(), c.person("owner"), links[0])
	refusedAs(t, err, fault.NotFound, "used already")
	got, err := c.OneDecision(t.Context(), c.person("manager"), "portal", "minuted")
	if err != nil || got.Line.Attested != "minute" {
		t.Errorf("%+v, %v", got, err)
	}
}

// However many follow the link at the same moment, one confirms.
func TestALinkConfirmsOnce(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	must(t)(c.Minute(t.Context(), c.person("manager"), "portal", minuting(t)))
	link := c.mailed(newLetterbox(t))[0]
	var wg sync.WaitGroup
	var mu sync.Mutex
	confirmed := 0
	for range 10 {
		wg.Go(func() {
			_, err := c.ConfirmByLink(t.Context(), c.person("owner"), link)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				confirmed++
			}
		})
	}
	wg.Wait()
	if confirmed != 1 {
		t.Errorf("it was confirmed %d times", confirmed)
	}
}

func TestAMinuteIsConfirmedInTime(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	must(t)(c.Minute(t.Context(), c.person("manager"), "portal", minuting(t)))
	link := c.mailed(newLetterbox(t))[0]
	c.wait(14 * 24 * time.Hour)
	_, err := c.ConfirmByLink(t.Context(), c.person("owner"), link)
	refusedAs(t, err, fault.NotFound, "too old")
	_, err = c.Confirm(t.Context(), c.person("owner"), "portal", "minuted")
	refusedAs(t, err, fault.Conflict, "is over")
	if _, _, attested := c.state("minuted"); attested {
		t.Error("it is attested all the same")
	}
}

// Where no e-mail is set up, who decided confirms where they are signed in.
func TestAMinuteIsConfirmedWithoutEmail(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	must(t)(c.Minute(t.Context(), c.person("manager"), "portal", minuting(t)))
	_, err := c.Confirm(t.Context(), c.person("sro"), "portal", "minuted")
	refusedAs(t, err, fault.Forbidden, "by the one who decided")
	if _, err := c.Confirm(t.Context(), c.person("owner"), "portal", "minuted"); err != nil {
		t.Fatal(err)
	}
	if n, err := c.DoJobs(t.Context(), "test", c.Handlers(registry.Outgoing{})); n != 1 || err != nil {
		t.Errorf("%d pieces of work, %v", n, err)
	}
}

func TestAMinuteNeedsWhatADecisionNeeds(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	for says, change := range map[string]func(*registry.Minuting){
		"has no evidence":             func(m *registry.Minuting) { m.Minute = "nothing" },
		"is made, not minuted":        func(m *registry.Minuting) { m.OnBehalfOf = "manager" },
		"does not hold that role":     func(m *registry.Minuting) { m.OnBehalfOf = "lead" },
		"has not come yet":            func(m *registry.Minuting) { m.Made = day(t, "2027-01-01") },
		"for 1 year at the most":      func(m *registry.Minuting) { m.ValidUntil = day(t, "2028-01-01") },
		"there is no risk in the ser": func(m *registry.Minuting) { m.Wanted = wanted("acceptance", "r9") },
	} {
		m := minuting(t)
		change(&m)
		_, err := c.Minute(t.Context(), c.person("manager"), "portal", m)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
}

// The work that sends the link holds no link, so that nobody who reads the database can confirm for somebody else.
func TestTheLinkLiesNowhere(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	must(t)(c.Minute(t.Context(), c.person("manager"), "portal", minuting(t)))
	jobs, err := c.store.ClaimJobs(t.Context(), "test", autumn, time.Minute, 10)
	if err != nil || len(jobs) != 1 {
		t.Fatalf("%d jobs, %v", len(jobs), err)
	}
	var payload map[string]string
	if err := json.Unmarshal(jobs[0].Payload, &payload); err != nil || len(payload) != 2 || payload["service"] != "portal" || payload["decision"] != "minuted" {
		t.Errorf("the work is %s, %v", jobs[0].Payload, err)
	}
}

// letterbox is a mail server on this machine that keeps what it is sent.
type letterbox struct {
	net.Listener
	mu   sync.Mutex
	kept []string
}

func newLetterbox(t testing.TB) *letterbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &letterbox{Listener: listener}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			b.take(textproto.NewConn(conn))
		}
	}()
	return b
}

// take has one conversation, and keeps the letter of it.
func (b *letterbox) take(c *textproto.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.PrintfLine("220 ready")
	for {
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		switch word, _, _ := strings.Cut(line, " "); word {
		case "DATA":
			_ = c.PrintfLine("354 go on")
			lines, err := c.ReadDotLines()
			if err != nil {
				return
			}
			b.mu.Lock()
			b.kept = append(b.kept, strings.ReplaceAll(strings.Join(lines, "\n")+"\n", "=\n", ""))
			b.mu.Unlock()
			_ = c.PrintfLine("250 kept")
		case "QUIT":
			_ = c.PrintfLine("221 goodbye")
			return
		default:
			_ = c.PrintfLine("250 fine")
		}
	}
}

func (b *letterbox) mailer(t testing.TB, now func() time.Time) *notify.Mailer {
	t.Helper()
	m, err := notify.NewMailer(notify.MailConfig{Address: b.Addr().String(), From: "bulkhead@dept.example", Security: notify.Unsecure, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (b *letterbox) letters() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.kept)
}

// Who decided says that a minute is wrong with the link that they were sent, and then nothing of it can be confirmed.
func TestAMinuteThatIsWrongIsTakenBack(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	must(t)(c.Minute(t.Context(), c.person("manager"), "portal", minuting(t)))
	link := c.mailed(newLetterbox(t))[0]
	shown, err := c.MinuteOfLink(t.Context(), c.person("owner"), link)
	if err != nil || shown.About != "Loss of records" || shown.Recorder != "Delivery manager" || shown.Decision.ID != "minuted" || shown.Ends == 0 {
		t.Fatalf("it is shown as %+v, %v", shown, err)
	}
	_, err = c.MinuteOfLink(t.Context(), c.person("sro"), link)
	refusedAs(t, err, fault.Forbidden, "for the one who decided")
	_, err = c.RefuseByLink(t.Context(), c.person("sro"), link, "Not so")
	refusedAs(t, err, fault.Forbidden, "for the one who decided")
	must(t)(c.RefuseByLink(t.Context(), c.person("owner"), link, "Not so"))
	if state, _, attested := c.state("minuted"); state != "retracted" || attested {
		t.Errorf("it is %s, attested %v", state, attested)
	}
	_, err = c.ConfirmByLink(t.Context(), c.person("owner"), link)
	refusedAs(t, err, fault.NotFound, "used already")
	_, err = c.Confirm(t.Context(), c.person("owner"), "portal", "minuted")
	refusedAs(t, err, fault.Conflict, "was taken back")
	if got := c.waits("owner"); len(got) != 0 {
		t.Errorf("it waits still: %q", got)
	}
}
