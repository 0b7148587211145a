package bot_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/store"
	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// The people of the identity tests. Yuki is the security officer, Ana an employee of Ben's, Old has left.
const (
	ana  = workflows.PersonID("P-ana")
	ben  = workflows.PersonID("P-ben")
	yuki = workflows.PersonID("P-yuki")
	cleo = workflows.PersonID("P-cleo")
	old  = workflows.PersonID("P-old")
)

// gate is an identity on the real engine and store.
type gate struct {
	*bot.Identity

	t        *testing.T
	store    *store.Store
	engine   *engine.Engine
	business *engine.Clock
	now      time.Time // real time
	key      int

	delivered []workflows.Delivery
}

// tenant is our own workspace in these tests.
const tenant = "T0HOME"

// onBoth runs a test on both databases.
func onBoth(t *testing.T, f func(t *testing.T, g *gate)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		f(t, newGate(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"), policy.Embedded()))
	})
	t.Run("postgres", func(t *testing.T) { f(t, newGate(t, postgresURL(t), policy.Embedded())) })
}

func postgresURL(t *testing.T) string {
	t.Helper()
	return pgtest.New(t, func(dsn string) error { return store.Migrate(context.Background(), store.Options{URL: dsn}) })
}

func newGate(t *testing.T, url string, p *policy.Pack) *gate {
	t.Helper()
	g := connectGate(t, url)
	if _, err := g.engine.EnsurePack(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	g.people(
		staff(ana, "ana@example.com", ben), staff(ben, "ben@example.com", cleo), staff(yuki, "yuki@example.com", cleo, "ciso"),
		staff(cleo, "cleo@example.com", "", workflows.Administrator, workflows.TopManagement), func() directory.Row {
			r := staff(old, "old@example.com", cleo)
			r.Active, r.LeftOn = false, "2026-01-01"
			return r
		}(),
	)
	return g
}

func connectGate(t *testing.T, url string) *gate {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: url, Fast: true, Calendars: policy.Embedded().Hours})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	g := &gate{t: t, store: s, now: now, business: engine.NewClock(func() time.Time { return now })}
	g.engine = engine.New(engine.Config{
		Store: s, Now: g.business.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
		Surfaces: []string{"slack", "teams"},
	})
	g.Identity = bot.NewIdentity(bot.IdentityConfig{
		Links: g.engine, Read: s, Tenant: func(string) string { return tenant }, Now: func() time.Time { return g.now }, Business: g.business.Now,
	})
	return g
}

func staff(id workflows.PersonID, email string, manager workflows.PersonID, roles ...workflows.Role) directory.Row {
	name := strings.ToUpper(string(id[2:3])) + string(id[3:])
	return directory.Row{
		Person:   workflows.Person{ID: id, Name: name, Email: email, Manager: manager, Active: true, Roles: roles, Department: "Sales"},
		ZoneName: "Europe/Madrid", Calendar: "default",
	}
}

// people imports rows as they are.
func (g *gate) people(rows ...directory.Row) {
	g.t.Helper()
	stored, err := g.engine.Everyone(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	plan := directory.Plan{Source: "file", Rows: len(rows)}
	for _, r := range rows {
		c := directory.Change{Row: r, Accounts: r.Accounts}
		if i := slices.IndexFunc(stored, func(s directory.Row) bool { return s.ID == r.ID }); i >= 0 {
			c.Before = &stored[i]
		}
		plan.Changes = append(plan.Changes, c)
	}
	if err := g.engine.ImportPeople(g.t.Context(), plan, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
		g.t.Fatal(err)
	}
}

// imported is the account that a file of people names.
func imported(who workflows.PersonID, user string) workflows.Account {
	return workflows.Account{
		ID: "slack:" + string(who), Person: who, Surface: "slack", User: user, Confirmed: true, Proof: workflows.ProofImport,
	}
}

// profile is a member of our workspace.
func (g *gate) profile(user, email string) bot.Profile {
	return bot.Profile{Surface: "slack", Tenant: tenant, User: user, Name: "~" + user, Email: email, ReadAt: g.now}
}

// who asks who somebody is; no is the reply, nil where they are let in.
func (g *gate) who(p bot.Profile) (bot.Who, *bot.Reply) {
	g.t.Helper()
	who, no, err := g.Who(g.t.Context(), p, "key")
	if err != nil {
		g.t.Fatal(err)
	}
	if (no == nil) == (who.Person == "") {
		g.t.Fatalf("who %+v, reply %+v", who, no)
	}
	return who, no
}

// in is who for somebody who has to be let in.
func (g *gate) in(p bot.Profile) bot.Who {
	g.t.Helper()
	who, no := g.who(p)
	if no != nil {
		g.t.Fatalf("not let in: %s", shownText(*no))
	}
	return who
}

// asked gives the card that asks an account whose it is.
func (g *gate) asked(p bot.Profile) card.Card {
	g.t.Helper()
	_, no := g.who(p)
	if no == nil || no.Card == nil || len(no.Card.Buttons) != 2 {
		g.t.Fatalf("not asked: %+v", no)
	}
	if err := card.Check(*no.Card); err != nil {
		g.t.Error(err)
	}
	return *no.Card
}

// press presses a button of the card, from an account.
func (g *gate) press(p bot.Profile, c card.Card, label string) bot.Reply {
	g.t.Helper()
	i := slices.IndexFunc(c.Buttons, func(b card.Button) bool { return b.Label == label })
	if i < 0 {
		g.t.Fatalf("no button %q", label)
	}
	g.key++
	r, ok, err := g.Press(g.t.Context(), p, c.Buttons[i].Action, fmt.Sprint("slack/", p.User, "/", g.key))
	if err != nil || !ok {
		g.t.Fatal(ok, err)
	}
	return r
}

// linkOf gives the link of an account of our workspace; zero where there is none.
func (g *gate) linkOf(user string) workflows.Link {
	g.t.Helper()
	found, err := g.store.FindLinks(g.t.Context(), "slack", user)
	if err != nil {
		g.t.Fatal(err)
	}
	l, _, _ := workflows.PickLink(found, tenant)
	return l
}

// whats gives the kinds of the records about the link of an account, in order, after checking that none names anybody.
func (g *gate) whats(id string) []string {
	g.t.Helper()
	rows, err := g.store.History(g.t.Context(), workflows.AccountRef(id))
	if err != nil {
		g.t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Record.What)
		text := fmt.Sprint(r.Record, string(r.Record.Data), string(r.Record.After), r.Texts)
		for _, secret := range []string{"example.com", "U0", tenant, "Yuki", "Ana"} {
			if strings.Contains(text, secret) {
				g.t.Errorf("the record %s holds %q: %s", r.Record.What, secret, text)
			}
		}
	}
	return out
}

// verified checks the whole database.
func (g *gate) verified() {
	g.t.Helper()
	report, err := g.store.Verify(g.t.Context(), nil)
	if err != nil {
		g.t.Fatal(err)
	}
	if !report.OK() {
		g.t.Errorf("verify: %+v", report.Problems)
	}
}

// admin is what an administrator does on the server.
func (g *gate) admin(do workflows.LinkDo, l workflows.Link) *workflows.Refusal {
	g.t.Helper()
	_, no, err := g.engine.ChangeLink(g.t.Context(), workflows.LinkChange{
		Do: do, Link: l.ID, Person: l.Person, Actor: workflows.System, Via: workflows.Via{Surface: "cli"},
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return no
}

// deliver expands and delivers what waits, and gives everything that was delivered so far.
func (g *gate) deliver() []workflows.Delivery {
	g.t.Helper()
	for {
		n, err := g.engine.Work(g.t.Context())
		if err != nil {
			g.t.Fatal(err)
		}
		got, err := g.store.Claim(g.t.Context(), []string{"portal", "slack", "teams"}, 50, time.Minute)
		if err != nil {
			g.t.Fatal(err)
		}
		if n == 0 && len(got) == 0 {
			return g.delivered
		}
		for _, d := range got {
			if err := g.store.Finish(g.t.Context(), d, workflows.Finish{State: workflows.FinishSent}); err != nil {
				g.t.Fatal(err)
			}
		}
		g.delivered = append(g.delivered, got...)
	}
}

// told gives on which surfaces a person was told something, in order.
func (g *gate) told(who workflows.PersonID, why workflows.Why) []string {
	g.t.Helper()
	var out []string
	for _, d := range g.deliver() {
		if d.Account.Person == who && d.Mail.Why == why {
			out = append(out, d.Account.Surface)
		}
	}
	return out
}

// cardText gives all words of a card.
func cardText(c card.Card) string {
	out := append([]string{c.Title, c.Gist, c.Foot}, c.Lead...)
	for _, f := range c.Facts {
		out = append(out, f.Label+": "+f.Value)
	}
	for _, s := range c.Sections {
		out = append(out, s.Title)
		out = append(out, s.Lines...)
	}
	for _, b := range append(slices.Clone(c.Buttons), c.More...) {
		out = append(out, "["+b.Label+"]")
	}
	return strings.Join(out, "\n")
}
