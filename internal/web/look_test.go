package web_test

import (
	"cmp"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/proving/browser"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// view is a page as somebody looks at it.
type view struct {
	name, template string
	site           func(testing.TB) *site
	accounts       bool // people may sign in with the account of their organisation too
	come           func(*site, *browser.Tab)
	says           string
	plain          string // what it says where JavaScript is switched off; the same where this is empty
}

// views are all pages, in each state that looks different.
var views = []view{
	{name: "sign-in", template: "sign-in", site: ours, come: to("/sign-in"), says: "Sign in with a passkey", plain: "Passkeys need JavaScript and a browser that knows them. Turn JavaScript on, or use another browser."},
	{name: "sign-in-account", template: "sign-in", site: ours, accounts: true, come: to("/sign-in"), says: "Sign in with your organisation’s account", plain: "Without them, use your organisation’s account."},
	{name: "sign-in-demonstration", template: "sign-in", site: madeUp, come: to("/sign-in"), says: "it printed a link for each role"},
	{name: "first", template: "first", site: unfilled, come: func(s *site, b *browser.Tab) { b.Go(s.firstLink()) }, says: "What is your organisation called?"},
	{name: "first-wrong", template: "first", site: unfilled, come: func(s *site, b *browser.Tab) {
		b.Go(s.firstLink())
		b.Fill("#email", "nobody")
		b.Click("main .button")
	}, says: "There is a problem"},
	{name: "first-choice", template: "first", site: ours, come: func(s *site, b *browser.Tab) { b.Go(s.firstLink()) }, says: "Who are you?"},
	{name: "first-choice-wrong", template: "first", site: ours, come: func(s *site, b *browser.Tab) {
		b.Go(s.firstLink())
		b.Click("main .button")
	}, says: "There is a problem"},
	{name: "link", template: "link", site: ours, come: func(s *site, b *browser.Tab) { b.Go(s.invite("manager")) }, says: "The link works once."},
	{name: "link-demonstration", template: "link", site: madeUp, come: func(s *site, b *browser.Tab) { b.Go(s.demoLink()) }, says: "It works as often as you like."},
	{name: "passkey", template: "passkey", site: ours, come: signedIn("manager"), says: "Make a passkey", plain: "Passkeys need JavaScript and a browser that knows them. Turn JavaScript on, or use another browser."},
	{name: "passkey-account", template: "passkey", site: ours, accounts: true, come: signedIn("manager"), says: "Connect your organisation’s account"},
	{name: "passkey-late", template: "passkey", site: ours, come: func(s *site, b *browser.Tab) {
		signedIn("manager")(s, b)
		s.later(time.Hour)
		b.Go("/account/passkey")
	}, says: "You signed in more than a quarter of an hour ago."},
	{name: "account", template: "account", site: ours, come: func(s *site, b *browser.Tab) {
		signedIn("manager")(s, b)
		b.Go("/account")
	}, says: "You have no passkey."},
	{name: "account-without-a-role", template: "account", site: ours, come: func(s *site, b *browser.Tab) {
		signedIn("nobody")(s, b)
		b.Go("/account")
	}, says: "You hold no role today"},
	{name: "account-demonstration", template: "account", site: madeUp, come: func(s *site, b *browser.Tab) { comeIn(b, s.demoLink(), "/account") }, says: "Everything here is made up."},
	{name: "account-digests-stopped", template: "account", site: decided, come: func(s *site, b *browser.Tab) {
		signedIn("owner")(s, b)
		b.Go(registry.SettingsPath)
		b.Click(`form[action="/account/digests"] button`)
	}, says: "Send me these e-mails"},
	{name: "waiting", template: "waiting", site: decided, come: signedInTo("owner", registry.WaitingPath), says: "Confirm what was recorded on your behalf"},
	{name: "waiting-busy", template: "waiting", site: busy, come: signedInTo("owner", registry.WaitingPath), says: "Decide on what was proposed"},
	{name: "waiting-nothing", template: "waiting", site: decided, come: signedInTo("other", registry.WaitingPath), says: "Nothing waits for you."},
	{name: "minute-first", template: "minute-first", site: decided, come: func(s *site, b *browser.Tab) { b.Go(s.minuteLink()) }, says: "Nothing is confirmed until you have read it and said so."},
	{name: "minute", template: "minute", site: decided, come: toMinute, says: "Confirm that I decided this"},
	{name: "minute-open", template: "minute", site: decided, come: func(s *site, b *browser.Tab) {
		toMinute(s, b)
		b.Click("summary")
	}, says: "When one of these gets worse"},
	{name: "minute-wrong", template: "minute", site: decided, come: func(s *site, b *browser.Tab) {
		toMinute(s, b)
		b.Click("main .second")
	}, says: "There is a problem"},
	{name: "minute-confirmed", template: "minute-done", site: decided, come: func(s *site, b *browser.Tab) {
		toMinute(s, b)
		b.Click("main .button")
	}, says: "You have confirmed the decision"},
	{name: "minute-taken-back", template: "minute-done", site: decided, come: func(s *site, b *browser.Tab) {
		toMinute(s, b)
		b.Fill("#reason", "It was not decided so")
		b.Click("main .second")
	}, says: "The decision is taken back"},
	{name: "minute-of-somebody-else", template: "problem", site: decided, come: func(s *site, b *browser.Tab) { signedInTo("other", s.minuteLink())(s, b) }, says: "for the one who decided"},
	{name: "minute-not-copied-whole", template: "problem", site: decided, come: to(registry.MinutePath + "bh_l_"), says: "not copied whole"},
	{name: "signed-out", template: "signed-out", site: ours, come: func(s *site, b *browser.Tab) {
		signedIn("manager")(s, b)
		b.Go("/account")
		b.Click(`form[action="/sign-out"] button`)
	}, says: "Sign in again"},
	{name: "nowhere", template: "problem", site: ours, come: to("/nowhere"), says: "Page not found"},
	{name: "link-that-does-not-work", template: "problem", site: ours, come: to("/link/bh_l_" + strings.Repeat("A", 48)), says: "This link does not work"},
	{name: "account-that-does-not-answer", template: "problem", site: ours, accounts: true, come: to("/sign-in/account"), says: "Signing in does not work at the moment"},
	{name: "defect", template: "problem", site: ours, come: func(s *site, b *browser.Tab) {
		link := s.invite("manager")
		s.must(s.store.Close())
		b.Go(link)
	}, says: "Sorry, there is a problem with the service"},
}

func unfilled(t testing.TB) *site { return empty(t, false) }
func ours(t testing.TB) *site     { return staffed(t, false) }
func madeUp(t testing.TB) *site   { return staffed(t, true) }
func decided(t testing.TB) *site  { return minuted(t, false) }

// to goes to a path.
func to(path string) func(*site, *browser.Tab) {
	return func(_ *site, b *browser.Tab) { b.Go(path) }
}

// signedIn comes in with a link, up to the page that asks how somebody will sign in from then on.
func signedIn(person string) func(*site, *browser.Tab) {
	return func(s *site, b *browser.Tab) { comeIn(b, s.invite(person), "/account/passkey") }
}

// signedInTo comes in, and goes to a path.
func signedInTo(person, path string) func(*site, *browser.Tab) {
	return func(s *site, b *browser.Tab) {
		signedIn(person)(s, b)
		b.Go(path)
	}
}

// toMinute comes in as the one who decided, and follows the link in their e-mail.
func toMinute(s *site, b *browser.Tab) { signedInTo("owner", s.minuteLink())(s, b) }

// Every page, in each of its states, keeps nobody out: with JavaScript and without, where it says what to do instead.
func TestEveryPageInABrowser(t *testing.T) {
	for _, v := range views {
		t.Run(v.name, func(t *testing.T) {
			s := v.site(t)
			b := browser.Open(t, s.online(v.accounts))
			v.come(s, b)
			b.See(v.says)
			b.Look(v.name)
		})
		t.Run(v.name+" without JavaScript", func(t *testing.T) {
			s := v.site(t)
			b := browser.OpenPlain(t, s.online(v.accounts))
			v.come(s, b)
			b.See(cmp.Or(v.plain, v.says))
			if v.plain != "" { // it is another page then
				b.Look(v.name + "-plain")
			}
		})
	}
}

// No page is forgotten.
func TestEveryTemplateIsLookedAt(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "pages/"), ".html")
		if name != "frame" && !slices.ContainsFunc(views, func(v view) bool { return v.template == name }) {
			t.Errorf("nobody looks at %s in a browser", file)
		}
	}
}
