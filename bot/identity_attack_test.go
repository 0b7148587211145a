package bot_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/workflows"
)

// TestIdentityAttacks is the list of ways to become somebody else.
func TestIdentityAttacks(t *testing.T) {
	none := func(t *testing.T, g *gate, p bot.Profile) {
		t.Helper()
		if _, no := g.who(p); no == nil || no.Card != nil {
			t.Errorf("%q is asked, or let in: %+v", p.Email, no)
		}
		if n, err := g.Propose(t.Context(), []bot.Profile{p}); n != 0 || err != nil {
			t.Errorf("%q: %d proposals, %v", p.Email, n, err)
		}
		if r, err := g.Confirm(t.Context(), p, yuki, ""); err != nil || r.Code == "" {
			t.Errorf("%q confirms: %+v, %v", p.Email, r, err)
		}
		if l := g.linkOf(p.User); l.ID != "" {
			t.Errorf("%q: a link %+v", p.Email, l)
		}
	}
	onBoth(t, func(t *testing.T, g *gate) {
		t.Run("addresses that only look alike, and addresses with a plus", func(t *testing.T) {
			for _, email := range []string{
				"yuki+x@example.com", "yuki@example.com+x", "yuk\u0131@example.com", "yuk\u0130@example.com", "yu\u212ai@example.com",
				"\uff59uki@example.com", "yuki@example\uff0ecom", "yuk\u0456@example.com", "yuki@ex\u0430mple.com", "y\u200buki@example.com",
				" yuki@example.com", "yuki@example.com ", "yuki@example.com\x00", "yuki@example.com.", "yuki@sub.example.com",
				"\"yuki\"@example.com", "Yuki <yuki@example.com>", "yuki@example.com,ana@example.com", "yuki@example.com@evil.org",
				"yuki@xn--example.com", "%@example.com", "yuki\xff@example.com", "", "@", "yuki",
			} {
				none(t, g, g.profile("U0EVIL", email))
			}
		})
		t.Run("an address that two people have in similar forms", func(t *testing.T) {
			g.people(staff("P-kim", "kim@example.com", cleo), staff("P-kim2", "\u212aim@example.com", cleo))
			none(t, g, g.profile("U0KIM", "kim@example.com"))
		})
		t.Run("the address of somebody who left", func(t *testing.T) {
			none(t, g, g.profile("U0OLD", "old@example.com"))
		})
		t.Run("the address of somebody who left, given to somebody new: the account from before stays whose it was", func(t *testing.T) {
			r := staff("P-max", "max@example.com", cleo)
			r.Accounts = []workflows.Account{imported("P-max", "U0MAX")}
			g.people(r)
			p := g.profile("U0MAX", "max@example.com")
			g.in(p)
			left := r
			left.Active, left.Email, left.Accounts = false, "max.old@example.com", nil
			g.people(left, staff("P-maxine", "max@example.com", cleo))
			if who := g.in(p); who.Person != "P-max" { // whom the desk refuses: they have left
				t.Errorf("got %+v", who)
			}
			if c := g.asked(g.profile("U0MAXINE", "max@example.com")); c.Title != "Are you Maxine?" {
				t.Errorf("asked %q", c.Title)
			}
		})
		t.Run("an account that takes the address of somebody who is linked", func(t *testing.T) {
			r := staff("P-lea", "lea@example.com", cleo, "ciso")
			r.Accounts = []workflows.Account{imported("P-lea", "U0LEA")}
			g.people(r)
			none(t, g, g.profile("U0EVIL", "lea@example.com")) // before she used hers
			g.in(g.profile("U0LEA", ""))
			none(t, g, g.profile("U0EVIL", "lea@example.com"))
		})
		t.Run("an account that an administrator took away before it was ever used", func(t *testing.T) {
			r := staff("P-ida", "ida@example.com", cleo)
			r.Accounts = []workflows.Account{imported("P-ida", "U0IDA")}
			g.people(r)
			p := g.profile("U0IDA", "ida@example.com")
			if no := g.admin(workflows.LinkEnd, g.linkOf("U0IDA")); no != nil {
				t.Fatal(no.Sentence)
			}
			if _, no := g.who(p); no == nil || no.Card != nil {
				t.Errorf("got %+v", no)
			}
			if no := g.admin(workflows.LinkConfirm, g.linkOf("U0IDA")); no != nil {
				t.Fatal(no.Sentence)
			}
			if who := g.in(p); who.Limited || g.linkOf("U0IDA").Tenant != tenant {
				t.Errorf("got %+v", who)
			}
		})
		t.Run("an address that changes between question and answer", func(t *testing.T) {
			p := g.profile("U0MIA", "mia@example.com")
			g.people(staff("P-mia", "mia@example.com", cleo))
			c := g.asked(p)
			for _, email := range []string{"other@example.com", "yuki@example.com", "", "mia+x@example.com"} {
				changed := p
				changed.Email = email
				if r := g.press(changed, c, "Yes, this is me"); r.Code != workflows.CodeNotNow {
					t.Errorf("with %q: %+v", email, r)
				}
			}
			g.people(staff("P-mia", "mia.new@example.com", cleo)) // and on our side
			if r := g.press(p, c, "Yes, this is me"); r.Code != workflows.CodeNotNow {
				t.Errorf("got %+v", r)
			}
			if _, no := g.who(p); no == nil || no.Card != nil {
				t.Errorf("asked on an address nobody has: %+v", no)
			}
		})
		t.Run("a question that another account answers, or whose button names another person", func(t *testing.T) {
			p := g.profile("U0YUKI", "yuki@example.com")
			c := g.asked(p)
			for _, label := range []string{"Yes, this is me", "No"} {
				for _, other := range []bot.Profile{
					g.profile("U0EVIL", "evil@example.com"), g.profile("U0EVIL", "yuki@example.com"), func() bot.Profile {
						q := p
						q.Surface = "teams"
						return q
					}(),
				} {
					if r := g.press(other, c, label); r.Code == "" {
						t.Errorf("%s of %s: %+v", label, other.User, r)
					}
				}
			}
			for _, arg := range []string{"", string(ana), "P-nobody", "system", string(old)} {
				r, err := g.Confirm(t.Context(), p, workflows.PersonID(arg), "")
				if err != nil || r.Code != workflows.CodeStale {
					t.Errorf("a button that names %q: %+v, %v", arg, r, err)
				}
			}
			if l := g.linkOf("U0YUKI"); l.State != workflows.LinkProposed || l.Person != yuki {
				t.Errorf("link %+v", l)
			}
		})
		t.Run("the address of the security officer, who has no account yet: linked, and good for nothing they have by their role", func(t *testing.T) {
			p := g.profile("U0YUKI", "yuki@example.com")
			r := g.press(p, g.asked(p), "Yes, this is me")
			if !strings.Contains(r.Card.Gist, "waits in the portal until an administrator has confirmed this account") {
				t.Errorf("got %+v", r.Card)
			}
			who := g.in(p)
			if who.Person != yuki || !who.Limited || who.MaySignIn() {
				t.Errorf("got %+v", who)
			}
			if got := g.told(yuki, workflows.WhyLinked); !slices.Equal(got, []string{"portal"}) {
				t.Errorf("Yuki was told %v", got)
			}
		})
		t.Run("a half-proved account that manages the other accounts of its person", func(t *testing.T) {
			r := staff(yuki, "yuki@example.com", cleo, "ciso")
			r.Accounts = []workflows.Account{{
				ID: "teams:P-yuki", Person: yuki, Surface: "teams", User: "0-oid", Confirmed: true, Proof: workflows.ProofImport,
			}}
			g.people(r)
			evil := g.linkOf("U0YUKI")
			change := func(do workflows.LinkDo, link string, via workflows.Via, actor workflows.PersonID) *workflows.Refusal {
				t.Helper()
				_, no, err := g.engine.ChangeLink(t.Context(), workflows.LinkChange{Do: do, Link: link, Person: yuki, Actor: actor, Via: via})
				if err != nil {
					t.Fatal(err)
				}
				return no
			}
			via := workflows.Via{Surface: "slack", Link: evil.ID}
			for _, c := range []struct {
				do    workflows.LinkDo
				link  string
				via   workflows.Via
				actor workflows.PersonID
			}{
				{workflows.LinkEnd, "teams:P-yuki", via, yuki},
				{workflows.LinkPrefer, evil.ID, via, yuki},
				{workflows.LinkPrefer, "teams:P-yuki", via, yuki},
				{workflows.LinkConfirm, evil.ID, via, yuki},
				{workflows.LinkConfirm, evil.ID, workflows.Via{Surface: "portal"}, yuki},
				{workflows.LinkConfirm, evil.ID, workflows.Via{Surface: "portal"}, ana},
				{workflows.LinkEnd, evil.ID, workflows.Via{Surface: "portal"}, ana},
				{workflows.LinkPrefer, evil.ID, workflows.Via{Surface: "portal"}, ben},
				{workflows.LinkEnd, "teams:P-yuki", workflows.Via{Surface: "slack", Link: "slack:P-lea"}, yuki}, // through an account of somebody else
				{workflows.LinkRefuse, "teams:P-yuki", via, yuki},
				{workflows.LinkTenant, evil.ID, via, yuki},
			} {
				if no := change(c.do, c.link, c.via, c.actor); no == nil {
					t.Errorf("%s of %s through %s by %s was done", c.do, c.link, c.via.Link, c.actor)
				}
			}
			links, err := g.store.LinksOf(t.Context(), yuki)
			if err != nil || links[0].ID != "teams:P-yuki" { // though the other was used last
				t.Errorf("Yuki is written to on %+v first, %v", links, err)
			}
			if no := change(workflows.LinkEnd, evil.ID, workflows.Via{Surface: "portal"}, yuki); no != nil {
				t.Errorf("Yuki cannot take the account away: %s", no.Sentence)
			}
			if _, no := g.who(g.profile("U0YUKI", "yuki@example.com")); no == nil || no.Card != nil {
				t.Errorf("got %+v", no)
			}
		})
		t.Run("an administrator who confirms an account of their own", func(t *testing.T) {
			p := g.profile("U0CLEO", "cleo@example.com")
			g.press(p, g.asked(p), "Yes, this is me")
			l := g.linkOf("U0CLEO")
			own := workflows.LinkChange{Do: workflows.LinkConfirm, Link: l.ID, Person: cleo, Actor: cleo, Via: workflows.Via{Surface: "portal"}}
			if _, no, err := g.engine.ChangeLink(t.Context(), own); err != nil || no == nil || !g.linkOf("U0CLEO").Limited() {
				t.Errorf("got %+v, %v", no, err)
			}
			if no := g.admin(workflows.LinkConfirm, l); no != nil || g.linkOf("U0CLEO").Limited() || g.in(p).Limited {
				t.Errorf("whoever runs Steward: %+v", no)
			}
			if no := g.admin(workflows.LinkConfirm, g.linkOf("U0CLEO")); no != nil || len(g.whats(l.ID)) != 3 {
				t.Errorf("once more: %+v, records %v", no, g.whats(l.ID))
			}
		})
		t.Run("an account of somebody who left is confirmed by nobody", func(t *testing.T) {
			p := g.profile("U0ZOE", "zoe@example.com")
			g.people(staff("P-zoe", "zoe@example.com", cleo))
			c := g.asked(p)
			gone := staff("P-zoe", "zoe@example.com", cleo)
			gone.Active = false
			g.people(gone)
			if r := g.press(p, c, "Yes, this is me"); r.Code != workflows.CodeNotNow {
				t.Errorf("got %+v", r)
			}
			if no := g.admin(workflows.LinkConfirm, g.linkOf("U0ZOE")); no == nil {
				t.Error("an administrator confirmed it")
			}
		})
		g.verified()
	})
}

// TestIdentityReplay sends the same press many times at once, and presses from two accounts at once.
func TestIdentityReplay(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		p := g.profile("U0ANA", "ana@example.com")
		c := g.asked(p)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				r, _, err := g.Press(t.Context(), p, c.Buttons[0].Action, "slack/T0HOME/U0ANA/same")
				if err != nil || r.Code != "" {
					t.Errorf("got %+v, %v", r, err)
				}
			})
		}
		all.Wait()
		l := g.linkOf("U0ANA")
		if got := g.whats(l.ID); !slices.Equal(got, []string{"account_proposed", "account_confirmed"}) {
			t.Errorf("records %v", got)
		}
		if got := g.told(ana, workflows.WhyLinked); len(got) != 1 {
			t.Errorf("told %v", got)
		}
		t.Run("after the link was taken away, an old press does not bring it back", func(t *testing.T) {
			if no := g.admin(workflows.LinkEnd, l); no != nil {
				t.Fatal(no.Sentence)
			}
			if _, _, err := g.Press(t.Context(), p, c.Buttons[0].Action, "slack/T0HOME/U0ANA/same"); err != nil {
				t.Fatal(err)
			}
			if r := g.press(p, c, "Yes, this is me"); r.Code != workflows.CodeNotNow || g.linkOf("U0ANA").State != workflows.LinkEnded {
				t.Errorf("got %+v", r)
			}
		})
		t.Run("of two accounts with one address that press at once, one is linked", func(t *testing.T) {
			one, two := g.profile("U0BEN1", "ben@example.com"), g.profile("U0BEN2", "ben@example.com")
			cards := []card.Card{g.asked(one), g.asked(two)}
			var both sync.WaitGroup
			for i, p := range []bot.Profile{one, two} {
				both.Go(func() {
					if _, _, err := g.Press(t.Context(), p, cards[i].Buttons[0].Action, ""); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
			linked := 0
			for _, user := range []string{"U0BEN1", "U0BEN2"} {
				if g.linkOf(user).State == workflows.LinkLinked {
					linked++
				}
			}
			if linked != 1 {
				t.Errorf("%d accounts are linked", linked)
			}
		})
		t.Run("an account that is used by many at once is proposed and filled in once", func(t *testing.T) {
			r := staff(yuki, "yuki@example.com", cleo, "ciso")
			r.Accounts = []workflows.Account{imported(yuki, "U0YUKI")}
			g.people(r)
			var many sync.WaitGroup
			for range 20 {
				many.Go(func() {
					if who, no, err := g.Who(t.Context(), g.profile("U0YUKI", ""), ""); err != nil || no != nil || who.Person != yuki {
						t.Errorf("got %+v, %+v, %v", who, no, err)
					}
					if _, no, err := g.Who(t.Context(), g.profile("U0CLEO", "cleo@example.com"), ""); err != nil || no == nil || no.Card == nil {
						t.Errorf("got %+v, %v", no, err)
					}
				})
			}
			many.Wait()
			if got := g.whats("slack:P-yuki"); len(got) != 2 {
				t.Errorf("records %v", got)
			}
			if got := g.whats(g.linkOf("U0CLEO").ID); len(got) != 1 {
				t.Errorf("records %v", got)
			}
		})
		g.verified()
	})
}
