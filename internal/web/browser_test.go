package web_test

import (
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/proving/browser"
)

// The first administrator sets up a new record, makes a passkey, goes, and comes back with it.
func TestTheFirstAdministratorInABrowser(t *testing.T) {
	s := empty(t, false)
	link := s.firstLink()
	b := browser.Open(t, s.online(false))
	b.At("/sign-in")
	b.See("If you cannot sign in")
	b.Go(link)
	b.Click("main .button")
	b.See("There is a problem")
	b.Focused(".problem")
	b.Click(`a[href="#post"]`)
	b.Focused("#post")
	b.Fill("#organisation", `Department: of "Examples"`)
	b.Fill("#post", "Head of security")
	b.Fill("#email", "head.of.security@department.example")
	b.Press("\r")
	b.At("/account/passkey")

	device := b.Authenticator()
	b.Click("[data-passkey]")
	b.At("/account")
	b.See("You are Head of security, head.of.security@department.example.")
	b.See("Administrator the whole organisation")
	b.See("22 November 2026 at 12:00")
	b.Go("/account/passkey")
	b.Click("[data-passkey]")
	b.See("This device has a passkey for you already.")
	b.Focused("#problem")
	b.Go("/account")

	b.Click(`form[action="/sign-out"] button`)
	b.See("You are signed out")
	b.Go("/account")
	b.At("/sign-in")
	b.Click("[data-passkey]")
	b.At("/account")
	b.See("Passkey This one")
	b.Go(link)
	b.See("This link does not work")

	b.Go("/account")
	b.Click(`form[action="/account/passkey/remove"] button`)
	b.See("This is the only way in which you can sign in: make another first.")
	b.Go("/account")
	b.Click(`form[action="/sign-out"] button`)
	b.See("You are signed out")
	b.Go("/sign-in")
	device.Refuse()
	b.Click("[data-passkey]")
	b.See("The passkey was not used: you said no, or it took too long. Try again.")
	b.Focused("#problem")
}

// A passkey that was made for nobody here lets nobody in, and whoever goes on trying has to wait.
func TestAStrangersPasskeyInABrowser(t *testing.T) {
	s := staffed(t, false)
	b := browser.Open(t, s.online(false)+"/sign-in")
	b.Authenticator().Plant("localhost")
	b.Click("[data-passkey]")
	b.See("There is a problem")
	b.Focused("#problem")
	b.Look("sign-in-refused")
	for tries := 0; !strings.Contains(b.Text(), "Too many tries failed: wait"); tries++ {
		if tries == 100 {
			t.Fatalf("it never says that one has to wait:\n%s", b.Text())
		}
		b.Click("[data-passkey]:enabled")
		b.See("There is a problem")
	}
	b.Go(s.invite("manager"))
	b.Click("main .button")
	b.See("Wait before you try again")
	b.Look("wait")
}

// Somebody sees where else they are signed in, and ends that.
func TestSessionsInABrowser(t *testing.T) {
	s := staffed(t, false)
	home := s.online(true)
	one, two := browser.Open(t, home), browser.Open(t, home)
	comeIn(one, s.invite("manager"), "/account/passkey")
	comeIn(two, s.invite("manager"), "/account/passkey")
	two.Go("/account")
	two.See("End all other sessions")
	two.Look("account-sessions")
	two.Click(`form[action="/account/session/end"] button`)
	two.Gone("End all other sessions")
	one.Go("/account")
	one.At("/sign-in")
}

// Who follows the link in an e-mail signs in, is led back to what was recorded on their behalf, and confirms it.
func TestAMinuteInABrowser(t *testing.T) {
	s := minuted(t, false)
	link := s.minuteLink()
	b := browser.Open(t, s.online(false))
	b.Go(link)
	b.Click("main .button")
	b.At("/sign-in")
	comeIn(b, s.invite("owner"), "/account/passkey")
	b.Authenticator()
	b.Click("[data-passkey]")
	b.At(link)
	b.See("The risk is accepted: Loss of records")
	b.Click("main .second")
	b.See("There is a problem")
	b.Focused(".problem")
	b.Click(`a[href="#reason"]`)
	b.Focused("#reason")
	b.Click("main .button")
	b.See("You have confirmed the decision")
	b.Go("/waiting")
	b.See("Nothing waits for you.")
}
