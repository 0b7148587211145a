package bot_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

func TestIdentityImported(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		r := staff(yuki, "yuki@example.com", cleo, "ciso")
		r.Accounts = []workflows.Account{imported(yuki, "U0YUKI")}
		g.people(r)
		t.Run("an account of another tenant is not the one a file names", func(t *testing.T) {
			p := g.profile("U0YUKI", "yuki@example.com")
			p.Tenant = "T0EVIL"
			if _, no := g.who(p); no == nil || no.Text != view.TextNotMember {
				t.Errorf("got %+v", no)
			}
			if l := g.linkOf("U0YUKI"); l.Tenant != "" {
				t.Errorf("a foreign tenant was filled in: %+v", l)
			}
		})
		t.Run("the first use fills the tenant in, as a record; the address does not matter", func(t *testing.T) {
			who := g.in(g.profile("U0YUKI", ""))
			if who.Person != yuki || who.Limited || who.Unchecked || who.Via != (workflows.Via{Surface: "slack", Link: "slack:P-yuki"}) || who.Key != "key" {
				t.Errorf("got %+v", who)
			}
			if l := g.linkOf("U0YUKI"); l.Tenant != tenant || !l.UsedAt.Equal(g.now) {
				t.Errorf("link %+v", l)
			}
		})
		t.Run("use is noted once an hour, without a record", func(t *testing.T) {
			for _, c := range []struct{ after, used time.Duration }{{59 * time.Minute, 0}, {time.Hour, time.Hour}, {90 * time.Minute, time.Hour}} {
				g.business.Set(g.now.Add(c.after))
				g.in(g.profile("U0YUKI", ""))
				if l := g.linkOf("U0YUKI"); !l.UsedAt.Equal(g.now.Add(c.used)) {
					t.Errorf("after %s: used at %s", c.after, l.UsedAt)
				}
			}
			if got := g.whats("slack:P-yuki"); !slices.Equal(got, []string{"account_imported", "account_tenant_filled"}) {
				t.Errorf("records %v", got)
			}
		})
		t.Run("the same file again changes nothing", func(t *testing.T) {
			g.people(r)
			if l := g.linkOf("U0YUKI"); l.Tenant != tenant || len(g.whats(l.ID)) != 2 {
				t.Errorf("link %+v, records %v", l, g.whats(l.ID))
			}
		})
		t.Run("a file counts more than what an account said of itself", func(t *testing.T) {
			p := g.profile("U0ANA", "ana@example.com")
			g.press(p, g.asked(p), "Yes, this is me")
			g.deliver()
			own := g.linkOf("U0ANA")
			a := staff(ana, "ana@example.com", ben)
			a.Accounts = []workflows.Account{imported(ana, "U0ANA")}
			g.people(a)
			if who := g.in(p); who.Person != ana || who.Limited || who.Via.Link != "slack:P-ana" {
				t.Errorf("got %+v", who)
			}
			if got := g.whats(own.ID); !slices.Equal(got, []string{"account_proposed", "account_confirmed", "account_replaced"}) {
				t.Errorf("records %v", got)
			}
			links, err := g.store.LinksOf(t.Context(), ana)
			if err != nil || len(links) != 1 {
				t.Errorf("links %+v, %v", links, err)
			}
		})
		t.Run("a file that names another account moves the link, and is told to who holds a role", func(t *testing.T) {
			moved := r
			moved.Accounts = []workflows.Account{imported(yuki, "U0YUKI2")}
			g.people(moved)
			if _, no := g.who(g.profile("U0YUKI", "")); no == nil {
				t.Error("the account before is still let in")
			}
			if who := g.in(g.profile("U0YUKI2", "")); who.Person != yuki {
				t.Errorf("got %+v", who)
			}
			if got := g.told(yuki, workflows.WhyLinked); !slices.Equal(got, []string{"portal", "portal"}) { // linked, then moved
				t.Errorf("told %v", got)
			}
			if got := g.told(ana, workflows.WhyLinked); !slices.Equal(got, []string{"portal"}) { // of her own press
				t.Errorf("Ana was told %v", got)
			}
		})
		t.Run("whoever holds no role is told when a file moves their link", func(t *testing.T) {
			a := staff(ana, "ana@example.com", ben)
			a.Accounts = []workflows.Account{imported(ana, "U0ANA2")}
			g.people(a)
			if got := g.told(ana, workflows.WhyLinked); !slices.Equal(got, []string{"portal", "portal"}) {
				t.Errorf("Ana was told %v", got)
			}
		})
		g.verified()
	})
}

// TestIdentityRefuses is the list of shapes of accounts. Whoever is not known to be a member is refused, and nothing is
// stored about them.
func TestIdentityRefuses(t *testing.T) {
	g := newGate(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"), policy.Embedded())
	r := staff(yuki, "yuki@example.com", cleo, "ciso")
	r.Accounts = []workflows.Account{imported(yuki, "U0YUKI")}
	g.people(r)
	g.in(g.profile("U0YUKI", "yuki@example.com"))
	for name, change := range map[string]func(*bot.Profile){
		"guest of one channel":          func(p *bot.Profile) { p.Guest = true },
		"stranger of a shared channel":  func(p *bot.Profile) { p.Stranger = true },
		"bot":                           func(p *bot.Profile) { p.Bot = true },
		"deactivated":                   func(p *bot.Profile) { p.Deleted = true },
		"account of another workspace":  func(p *bot.Profile) { p.Tenant = "T0EVIL" },
		"account without a workspace":   func(p *bot.Profile) { p.Tenant = "" },
		"account without an id":         func(p *bot.Profile) { p.User = "" },
		"envelope of no surface":        func(p *bot.Profile) { p.Surface = "" },
		"flags that were never read":    func(p *bot.Profile) { p.ReadAt = time.Time{} },
		"all of it":                     func(p *bot.Profile) { *p = bot.Profile{Bot: true, Guest: true} },
		"workspace in another notation": func(p *bot.Profile) { p.Tenant = strings.ToLower(tenant) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, user := range []string{"U0YUKI", "U0NEW"} { // linked, and not
				p := g.profile(user, "ana@example.com")
				change(&p)
				_, no := g.who(p)
				if no == nil || no.Kind != bot.ReplySay || no.Code != workflows.CodeNotEntitled || no.Card != nil {
					t.Errorf("%s: got %+v", user, no)
				}
				for _, verb := range []string{view.VerbMe, view.VerbNotMe} {
					r, ok, err := g.Press(t.Context(), p, card.Action{Verb: verb, Arg: string(ana)}, "")
					if err != nil || !ok || r.Code != workflows.CodeNotEntitled {
						t.Errorf("%s presses %s: %+v, %v", user, verb, r, err)
					}
				}
				if n, err := g.Propose(t.Context(), []bot.Profile{p}); n != 0 || err != nil {
					t.Errorf("%s: %d proposals, %v", user, n, err)
				}
			}
			if l := g.linkOf("U0NEW"); l.ID != "" {
				t.Errorf("a link: %+v", l)
			}
		})
	}
	t.Run("while the surface's own workspace is not known, nobody is let in", func(t *testing.T) {
		closed := bot.NewIdentity(bot.IdentityConfig{
			Links: g.engine, Read: g.store, Tenant: func(string) string { return "" }, Now: func() time.Time { return g.now },
		})
		p := g.profile("U0YUKI", "")
		p.Tenant = ""
		for _, p := range []bot.Profile{p, g.profile("U0YUKI", "")} {
			if _, no, err := closed.Who(t.Context(), p, ""); err != nil || no == nil || no.Text != view.TextUnread {
				t.Errorf("got %+v, %v", no, err)
			}
		}
	})
	t.Run("other buttons are none of its business", func(t *testing.T) {
		if _, ok, err := g.Press(t.Context(), g.profile("U0YUKI", ""), card.Action{Verb: view.VerbApprove}, ""); ok || err != nil {
			t.Error(ok, err)
		}
	})
	t.Run("flags older than a day are good for reading only, and not for saying who one is", func(t *testing.T) {
		for age, want := range map[time.Duration]bool{24 * time.Hour: false, 24*time.Hour + time.Second: true, -time.Hour: false} {
			p := g.profile("U0YUKI", "")
			p.ReadAt = g.now.Add(-age)
			if who := g.in(p); who.Unchecked != want || who.MaySignIn() == want {
				t.Errorf("read %s ago: %+v", age, who)
			}
		}
		fresh := g.profile("U0BEN", "ben@example.com")
		c := g.asked(fresh)
		stale := fresh
		stale.ReadAt = g.now.Add(-25 * time.Hour)
		if r := g.press(stale, c, "Yes, this is me"); r.Text != view.TextUnread {
			t.Errorf("got %+v", r)
		}
		if n, err := g.Propose(t.Context(), []bot.Profile{{
			Surface: "slack", Tenant: tenant, User: "U0CLEO", Email: "cleo@example.com", ReadAt: stale.ReadAt,
		}}); n != 0 || err != nil {
			t.Errorf("%d proposals, %v", n, err)
		}
	})
}

func TestIdentityProposes(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		p := g.profile("U0ANA", "Ana@Example.com")
		t.Run("equal addresses propose a link, and the card names both", func(t *testing.T) {
			c := g.asked(p)
			for _, want := range []string{"Are you Ana?", "Slack", "~U0ANA, Ana@Example.com", "Ana, Sales, ana@example.com"} {
				if !strings.Contains(cardText(c), want) {
					t.Errorf("the card does not say %q:\n%s", want, cardText(c))
				}
			}
			if l := g.linkOf("U0ANA"); l.State != workflows.LinkProposed || l.Confirmed || l.Proof != workflows.ProofNone {
				t.Errorf("link %+v", l)
			}
			again := g.asked(p)
			if again.About != c.About || len(g.whats(g.linkOf("U0ANA").ID)) != 1 {
				t.Errorf("asked about another link, or proposed twice: %s, %s", c.About, again.About)
			}
		})
		t.Run("yes links the account, is a record, and is told elsewhere", func(t *testing.T) {
			r := g.press(p, g.asked(p), "Yes, this is me")
			if r.Kind != bot.ReplyCard || r.Code != "" || !strings.Contains(r.Card.Gist, "linked to you, Ana") {
				t.Errorf("got %+v", r)
			}
			who := g.in(p)
			if who.Person != ana || !who.Limited || who.MaySignIn() {
				t.Errorf("got %+v", who)
			}
			l := g.linkOf("U0ANA")
			if got := g.whats(l.ID); !slices.Equal(got, []string{"account_proposed", "account_confirmed"}) {
				t.Errorf("records %v", got)
			}
			if got := g.told(ana, workflows.WhyLinked); !slices.Equal(got, []string{"portal"}) {
				t.Errorf("told %v: on the account itself, or not at all", got)
			}
		})
		t.Run("the address of a linked account may change", func(t *testing.T) {
			if who := g.in(g.profile("U0ANA", "ana.ruiz@example.com")); who.Person != ana {
				t.Errorf("got %+v", who)
			}
		})
		t.Run("an account that was linked is never proposed for somebody else", func(t *testing.T) {
			if no := g.admin(workflows.LinkEnd, g.linkOf("U0ANA")); no != nil {
				t.Fatal(no.Sentence)
			}
			if _, no := g.who(g.profile("U0ANA", "yuki@example.com")); no == nil || no.Card != nil || !strings.Contains(no.Text, "Please ask an administrator of Steward to link it: Cleo.") {
				t.Errorf("got %+v", no)
			}
			if _, no := g.who(p); no == nil || no.Card != nil {
				t.Errorf("got %+v", no)
			}
		})
		t.Run("no leaves the account alone, until an administrator links it", func(t *testing.T) {
			p := g.profile("U0BEN", "ben@example.com")
			c := g.asked(p)
			if r := g.press(p, c, "No"); r.Code != "" || !strings.Contains(r.Card.Gist, "I do not ask again") {
				t.Errorf("got %+v", r)
			}
			if _, no := g.who(p); no == nil || no.Card != nil {
				t.Errorf("asked again: %+v", no)
			}
			if r := g.press(p, c, "Yes, this is me"); r.Code != workflows.CodeNotNow {
				t.Errorf("after no, yes: %+v", r)
			}
			l := g.linkOf("U0BEN")
			if no := g.admin(workflows.LinkConfirm, l); no != nil {
				t.Fatal(no.Sentence)
			}
			if who := g.in(p); who.Person != ben || who.Limited || !who.MaySignIn() {
				t.Errorf("got %+v", who)
			}
			if r := g.press(p, c, "No"); r.Code != workflows.CodeNotNow || g.linkOf("U0BEN").State != workflows.LinkLinked {
				t.Errorf("no on an old card: %+v", r)
			}
			if got := g.whats(l.ID); !slices.Equal(got, []string{"account_proposed", "account_refused", "account_confirmed"}) {
				t.Errorf("records %v", got)
			}
		})
		t.Run("whoever said that they are not Ana may turn out to be Cleo", func(t *testing.T) {
			p := g.profile("U0NEW", "old2@example.com")
			r := staff("P-old2", "old2@example.com", cleo)
			g.people(r)
			g.press(p, g.asked(p), "No")
			p.Email = "cleo@example.com"
			if c := g.asked(p); c.Title != "Are you Cleo?" {
				t.Errorf("asked %q", c.Title)
			}
		})
		g.verified()
	})
}

func TestIdentityUserList(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		guest := g.profile("U0GUEST", "ben@example.com")
		guest.Guest = true
		list := []bot.Profile{
			g.profile("U0ANA", "ana@example.com"), g.profile("U0YUKI", "yuki@example.com"), guest, g.profile("U0NONE", ""),
			g.profile("U0WHO", "nobody@example.com"), g.profile("U0OLD", "old@example.com"),
		}
		for _, want := range []int{2, 0} {
			if n, err := g.Propose(t.Context(), list); n != want || err != nil {
				t.Errorf("%d proposals, %v; want %d", n, err, want)
			}
		}
		g.press(list[0], g.asked(list[0]), "Yes, this is me")
		g.press(list[1], g.asked(list[1]), "No")
		if n, err := g.Propose(t.Context(), list); n != 0 || err != nil {
			t.Errorf("%d proposals, %v", n, err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := g.Propose(ended, list); err == nil {
			t.Error("went on after it was stopped")
		}
		g.verified()
	})
}

func TestIdentityTrustedDomain(t *testing.T) {
	bundle := strings.Replace(string(policy.Embedded().Bundle()), "# identity: {trusted", "identity: {trusted", 1)
	p, err := policy.LoadBundle([]byte(bundle))
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"), p)
	yukis := g.profile("U0YUKI", "YUKI@example.com")
	r := g.press(yukis, g.asked(yukis), "Yes, this is me")
	if strings.Contains(r.Card.Gist, "administrator") {
		t.Errorf("got %q", r.Card.Gist)
	}
	if who := g.in(yukis); who.Limited || g.linkOf("U0YUKI").Proof != workflows.ProofDomain {
		t.Errorf("got %+v", who)
	}
	g.people(staff("P-ext", "ext@example.org", cleo, "dpo"))
	ext := g.profile("U0EXT", "ext@example.org")
	g.press(ext, g.asked(ext), "Yes, this is me")
	if !g.in(ext).Limited {
		t.Error("a domain that is not trusted counts")
	}
	g.verified()
}
