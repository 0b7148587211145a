package bot_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"steward/workflows"
)

// parts gives what a person was told about links: the thing, the part of the mail and the surface.
func (g *gate) parts(who workflows.PersonID) []string {
	g.t.Helper()
	var out []string
	for _, d := range g.deliver() {
		if d.Account.Person == who && d.Mail.Why == workflows.WhyLinked {
			out = append(out, fmt.Sprintf("%s %q %s", d.Mail.About.ID, d.Mail.Part, d.Account.Surface))
		}
	}
	return out
}

// TestIdentityPasses: an account that was one person's and is another's by a file. Who had it is told elsewhere, and those who answer for
// Steward; nothing more of theirs reaches it, from the import on and not only from its first use, and what it opened is closed.
func TestIdentityPasses(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		lead, lena := workflows.PersonID("P-lead"), workflows.PersonID("P-lena")
		g.people(staff(lead, "lead@example.com", cleo, workflows.ComplianceLead))
		file := func(who workflows.PersonID, user string) {
			t.Helper()
			r := staff(who, string(who[2:])+"@example.com", cleo)
			r.Accounts = []workflows.Account{imported(who, user)}
			g.people(r)
		}
		session := func(hash string, l workflows.Link) {
			t.Helper()
			if err := g.store.PutSession(t.Context(), workflows.Session{
				Hash: hash, Person: l.Person, Via: "link", Link: l.ID, Started: g.now, Seen: g.now, Ends: g.now.Add(time.Hour),
			}); err != nil {
				t.Fatal(err)
			}
		}
		signedIn := func(who workflows.PersonID, hash string) bool {
			t.Helper()
			all, err := g.store.SessionsOf(t.Context(), who, g.now, g.now.Add(-time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(all, func(s workflows.Session) bool { return s.Hash == hash })
		}
		t.Run("one that its person took themselves is another's from the import on", func(t *testing.T) {
			p := g.profile("U0ANA", "ana@example.com")
			g.press(p, g.asked(p), "Yes, this is me")
			anas := g.linkOf("U0ANA")
			if no := g.admin(workflows.LinkConfirm, anas); no != nil {
				t.Fatal(no.Sentence)
			}
			session("a-session", anas)
			g.deliver()
			if !signedIn(ana, "a-session") {
				t.Fatal("no session")
			}
			file(lena, "U0ANA")
			if l, err := g.store.Link(t.Context(), anas.ID); err == nil {
				t.Errorf("it is still there: %+v", l)
			}
			if signedIn(ana, "a-session") {
				t.Error("whoever came by the account is still signed in as Ana")
			}
			if got := g.parts(ana); len(got) != 3 || got[2] != anas.ID+` "taken" portal` {
				t.Errorf("Ana was told %v", got)
			}
			for _, who := range []workflows.PersonID{lead, cleo} {
				if got := g.parts(who); !slices.Equal(got, []string{anas.ID + ` "passed 1" portal`}) {
					t.Errorf("%s was told %v", who, got)
				}
			}
			if got := g.whats(anas.ID); !slices.Equal(got, []string{"account_proposed", "account_confirmed", "account_confirmed", "account_replaced"}) {
				t.Errorf("records %v", got)
			}
			if who := g.in(p); who.Person != lena || who.Limited {
				t.Errorf("got %+v", who)
			}
			if got := g.parts(lead); len(got) != 1 {
				t.Errorf("its first use told more: %v", got)
			}
		})
		t.Run("one that a file moves, and gives to somebody else", func(t *testing.T) {
			file(ben, "U0BEN")
			g.in(g.profile("U0BEN", ""))
			bens := g.linkOf("U0BEN")
			session("b-session", bens)
			before := len(g.parts(lead))
			b, y := staff(ben, "ben@example.com", cleo), staff("P-zoe", "zoe@example.com", cleo)
			b.Accounts, y.Accounts = []workflows.Account{imported(ben, "U0BEN2")}, []workflows.Account{imported("P-zoe", "U0BEN")} // she is new
			g.people(b, y)
			if signedIn(ben, "b-session") {
				t.Error("whoever came by the account before is still signed in as Ben")
			}
			if got := g.parts(ben); !slices.Equal(got, []string{bens.ID + ` "moved" portal`}) {
				t.Errorf("Ben was told %v", got)
			}
			if got := g.parts(lead)[before:]; !slices.Equal(got, []string{`slack:P-zoe "passed 1" portal`}) {
				t.Errorf("the lead was told %v", got)
			}
			if who := g.in(g.profile("U0BEN", "ben@example.com")); who.Person != "P-zoe" {
				t.Errorf("the account before is %s's", who.Person)
			}
			if who := g.in(g.profile("U0BEN2", "")); who.Person != ben {
				t.Errorf("got %+v", who)
			}
		})
		t.Run("several at once are one message to those who answer for Steward", func(t *testing.T) {
			before := len(g.parts(lead))
			one, two := staff(lena, "lena@example.com", cleo), staff(ben, "ben@example.com", cleo)
			one.Accounts, two.Accounts = []workflows.Account{imported(lena, "U0BEN2")}, []workflows.Account{imported(ben, "U0ANA")}
			g.people(one, two)
			if got := g.parts(lead)[before:]; !slices.Equal(got, []string{`slack:P-lena "passed 2" portal`}) {
				t.Errorf("the lead was told %v", got)
			}
		})
		t.Run("one that nobody had is no news for them", func(t *testing.T) {
			before := len(g.parts(lead))
			file("P-max", "U0MAX")
			if got := g.parts(lead)[before:]; len(got) != 0 {
				t.Errorf("the lead was told %v", got)
			}
		})
		g.verified()
	})
}
