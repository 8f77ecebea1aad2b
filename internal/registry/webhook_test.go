package registry_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// receiver takes webhooks and answers with a status.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []http.Header
	bodies []string
}

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusOK}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got, r.bodies = append(r.got, q.Header), append(r.bodies, string(body))
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (g *gate) sender() *notify.Sender {
	g.t.Helper()
	s, err := notify.NewSender(notify.HookConfig{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Now: g.now})
	g.must(err)
	return s
}

// happens registers a service, which is news, and goes through the news.
func (g *gate) happens(id ident.ID) {
	g.t.Helper()
	_, err := g.store.Write(g.t.Context(), []store.Entry{{
		Kind: ledger.ServiceRegistered, Actor: "terminal", Service: id, Subject: "service:" + string(id), Content: &store.Registered{Service: id, Name: "A service", Unit: "department"},
	}}, nil)
	g.must(err)
	g.must(g.TellNews(g.t.Context(), "test"))
}

// work does the work that is due.
func (g *gate) work(out registry.Outgoing) {
	g.t.Helper()
	for range 100 {
		n, err := g.DoJobs(g.t.Context(), "test", g.Handlers(out))
		g.must(err)
		if n == 0 {
			return
		}
	}
	g.t.Error("the work never ends")
}

func TestWebhooksAreDelivered(t *testing.T) {
	g := staffed(t)
	good, bad, other := newReceiver(t), newReceiver(t), newReceiver(t)
	bad.status = http.StatusInternalServerError
	set := func(r *receiver, event string) *registry.SetWebhook {
		t.Helper()
		hook, err := g.SetWebhook(t.Context(), g.person("chief"), registry.NewWebhook{URL: r.URL + "/private", Events: []string{event}})
		g.must(err)
		return hook
	}
	hook, failing := set(good, "service.registered"), set(bad, "service.registered")
	set(other, "decision.recorded")
	out := registry.Outgoing{Sender: g.sender()}
	g.happens("e1")
	g.work(out)
	if len(good.bodies) != 1 || len(bad.bodies) != 1 || len(other.bodies) != 0 {
		t.Fatalf("they were told %d, %d and %d times", len(good.bodies), len(bad.bodies), len(other.bodies))
	}
	if err := notify.Verify(hook.Key, good.got[0], []byte(good.bodies[0]), g.now()); err != nil {
		t.Error(err)
	}
	g.pass(time.Minute)
	g.work(out)
	if len(good.bodies) != 1 || len(bad.bodies) != 2 || bad.got[0].Get(notify.HeaderID) != bad.got[1].Get(notify.HeaderID) {
		t.Errorf("only the one that failed is told again, with the same id: %d, %d", len(good.bodies), len(bad.bodies))
	}
	bad.status = http.StatusGone
	g.pass(time.Hour)
	g.work(out)
	lines, err := g.Webhooks(t.Context(), g.person("chief"))
	g.must(err)
	for _, l := range lines {
		if l.ID == failing.ID {
			t.Error("one that wants no more is still told")
		}
		if strings.Contains(l.Host, "private") || !strings.HasPrefix(l.Host, "127.0.0.1:") {
			t.Errorf("it is shown as %s", l.Host)
		}
	}
	_, err = g.RemoveWebhook(t.Context(), g.person("chief"), hook.ID)
	g.must(err)
	g.happens("e2")
	g.work(out)
	if len(good.bodies) != 1 {
		t.Error("one that was removed is still told")
	}
}

// TestNewsIsToldOnceAndNotOfTheTimeBefore: by one replica at a time, of what happened since a webhook was set.
func TestNewsIsToldOnceAndNotOfTheTimeBefore(t *testing.T) {
	g := staffed(t)
	g.happens("before")
	g.pass(time.Minute)
	r := newReceiver(t)
	_, err := g.SetWebhook(t.Context(), g.person("chief"), registry.NewWebhook{URL: r.URL, Events: []string{"service.registered", "webhook.set"}})
	g.must(err)
	g.pass(time.Minute)
	g.happens("e1")
	g.must(g.TellNews(t.Context(), "another"))
	g.pass(time.Hour)
	g.must(g.TellNews(t.Context(), "another"))
	g.work(registry.Outgoing{Sender: g.sender()})
	if len(r.bodies) != 2 || !strings.Contains(r.bodies[0]+r.bodies[1], `"e1"`) || strings.Contains(r.bodies[0]+r.bodies[1], "before") {
		t.Errorf("it is told %q", r.bodies)
	}
}

func TestWhatNeverWorksIsPutAside(t *testing.T) {
	g := staffed(t)
	r := newReceiver(t)
	r.status = http.StatusNotFound
	_, err := g.SetWebhook(t.Context(), g.person("chief"), registry.NewWebhook{URL: r.URL, Events: []string{"service.registered"}})
	g.must(err)
	g.happens("e1")
	g.must(g.store.Enqueue(t.Context(), store.Job{Kind: "juggle", Name: "x", Payload: []byte(`{}`)}, g.now()))
	g.must(g.store.Enqueue(t.Context(), store.Job{Kind: registry.MailJob, Name: "x", Payload: []byte(`[]`)}, g.now()))
	g.work(registry.Outgoing{Sender: g.sender()})
	g.pass(24 * time.Hour)
	g.work(registry.Outgoing{Sender: g.sender()})
	if w, err := g.store.Waiting(t.Context()); err != nil || w.Dead != 3 || w.Jobs != 0 || len(r.bodies) != 1 {
		t.Errorf("%+v wait, told %d times: %v", w, len(r.bodies), err)
	}
}

func TestWhoSetsWebhooks(t *testing.T) {
	g := staffed(t)
	n := registry.NewWebhook{URL: "https://hooks.example/x", Events: []string{"posture.judged"}}
	for _, id := range []string{"manager", "supplier", "nobody"} {
		_, err := g.SetWebhook(t.Context(), g.person(id), n)
		refused(t, err, fault.Forbidden)
		_, err = g.Webhooks(t.Context(), g.person(id))
		refused(t, err, fault.Forbidden)
		_, err = g.RemoveWebhook(t.Context(), g.person(id), "w")
		refused(t, err, fault.Forbidden)
	}
	for _, wrong := range []registry.NewWebhook{{URL: "http://hooks.example", Events: n.Events}, {URL: n.URL}, {URL: "https://u:p@hooks.example", Events: n.Events}, {URL: n.URL, Events: []string{"posture.changed"}}} {
		_, err := g.SetWebhook(t.Context(), g.person("chief"), wrong)
		refused(t, err, fault.Invalid)
	}
	n.ID = "no-such-webhook"
	_, err := g.SetWebhook(t.Context(), g.person("chief"), n)
	refused(t, err, fault.NotFound)
	_, err = g.RemoveWebhook(t.Context(), g.person("chief"), "no-such-webhook")
	refused(t, err, fault.NotFound)
}

// post is a mail server on this machine: it takes everything.
type post struct {
	net.Listener
	letters chan string
}

func newPost(t testing.TB) *post {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &post{l, make(chan string, 10)}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.talk(c)
		}
	}()
	return p
}

func (p *post) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	lines := bufio.NewScanner(c)
	_, _ = fmt.Fprint(c, "220 ready\r\n")
	for lines.Scan() {
		switch verb, _, _ := strings.Cut(lines.Text(), " "); strings.ToUpper(verb) {
		case "DATA":
			_, _ = fmt.Fprint(c, "354 go on\r\n")
			var letter strings.Builder
			for lines.Scan() && lines.Text() != "." {
				letter.WriteString(lines.Text() + "\n")
			}
			p.letters <- letter.String()
			_, _ = fmt.Fprint(c, "250 taken\r\n")
		case "QUIT":
			_, _ = fmt.Fprint(c, "221 goodbye\r\n")
			return
		default:
			_, _ = fmt.Fprint(c, "250 fine\r\n")
		}
	}
}

func TestAnInvitationGoesByMail(t *testing.T) {
	g := staffed(t)
	p, out := g.mailing()
	i, err := g.InvitePerson(t.Context(), g.person("chief"), "manager")
	g.must(err)
	if !i.Mailed {
		t.Error("nothing is sent")
	}
	g.work(out)
	letter := strings.ReplaceAll(<-p.letters, "=\n", "")
	_, rest, found := strings.Cut(letter, "https://bulkhead.example.org"+registry.LinkPath)
	if !found || !strings.Contains(letter, "To: <manager@dept.example>") || len(rest) < 53 {
		t.Fatalf("the letter is\n%s", letter)
	}
	mailed := rest[:53]
	if mailed == i.Link.Reveal() {
		t.Error("the link in the letter was kept until it was sent")
	}
	if who := g.in(g.door.Follow(t.Context(), mailed, office)).who(); who.Person != "manager" {
		t.Errorf("it signs in %s", who.Person)
	}
	_, err = g.door.Follow(t.Context(), i.Link.Reveal(), office)
	refused(t, err, fault.NotFound) // one invitation is one way in

	_, err = g.InvitePerson(t.Context(), g.person("chief"), "elsewhere")
	g.must(err)
	_, err = g.RemovePerson(t.Context(), g.person("chief"), "elsewhere", "")
	g.must(err)
	g.work(out)
	if w, err := g.store.Waiting(t.Context()); err != nil || w.Jobs+w.Dead != 0 || len(p.letters) != 0 {
		t.Errorf("who left meanwhile is written to: %+v, %v", w, err)
	}
}

func TestWorkGoesOnUntilItIsStopped(t *testing.T) {
	g := staffed(t)
	ctx, stop := context.WithCancel(t.Context())
	did := make(chan string, 1)
	handlers := map[string]func(context.Context, store.Job) error{"juggle": func(_ context.Context, j store.Job) error { did <- j.Name; return nil }}
	ended := make(chan error)
	go func() { ended <- g.WorkJobs(ctx, "test", handlers, slog.New(slog.DiscardHandler)) }()
	g.must(g.store.Enqueue(t.Context(), store.Job{Kind: "juggle", Name: "balls", Payload: []byte(`{}`)}, g.now()))
	if name := <-did; name != "balls" {
		t.Errorf("it did %s", name)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestWorkBehindSlowWorkIsDoneOnce has two pieces of work wait, the first of which takes as long as a lease nearly, while
// another replica looks for work.
func TestWorkBehindSlowWorkIsDoneOnce(t *testing.T) {
	g := staffed(t)
	did := map[string]int{}
	var other map[string]func(context.Context, store.Job) error
	slow := map[string]func(context.Context, store.Job) error{"juggle": func(ctx context.Context, j store.Job) error {
		did[j.Name]++
		g.pass(119 * time.Second)
		_, err := g.DoJobs(ctx, "two", other)
		return err
	}}
	other = map[string]func(context.Context, store.Job) error{"juggle": func(_ context.Context, j store.Job) error { did[j.Name]++; return nil }}
	for _, name := range []string{"a", "b", "c"} {
		g.must(g.store.Enqueue(t.Context(), store.Job{Kind: "juggle", Name: name, Payload: []byte(`{}`)}, g.now()))
	}
	for range 3 {
		if _, err := g.DoJobs(t.Context(), "one", slow); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a", "b", "c"} {
		if did[name] != 1 {
			t.Errorf("%s was done %d times", name, did[name])
		}
	}
}
