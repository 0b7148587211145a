package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/portal"
	"steward/bot/slack"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/fakeslack"
	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// TestSlackStories acts out the same stories as TestStories through Slack's commands, buttons and modals, by one transport on
// each database: they have nothing to do with each other.
func TestSlackStories(t *testing.T) {
	playOnDatabases(t, 1, func(t *testing.T, dsn string) surfacetest.World {
		t.Helper()
		mode := slack.ModeHTTP
		if strings.HasPrefix(dsn, "sqlite:") {
			mode = slack.ModeSocket
		}
		return slackWorld(t, dsn, mode)
	})
}

// everybody is for houses in which all people are on one surface.
func everybody(workflows.PersonID) bool { return true }

// peopleOnSlack gives those of the sample's people who are there an account, as an administrator's file would.
func peopleOnSlack(t testing.TB, a *app, fake *fakeslack.Server, there func(workflows.PersonID) bool) map[workflows.PersonID]string {
	t.Helper()
	ctx := t.Context()
	rows, err := a.engine.Everyone(ctx)
	if err != nil {
		t.Fatal(err)
	}
	accounts := map[workflows.PersonID]string{}
	var changes []directory.Change
	for i, r := range rows {
		if !there(r.ID) {
			continue
		}
		user := "U0PEOPLE" + string(rune('A'+i))
		fake.AddUser(fakeslack.User{ID: user, RealName: r.Name, Email: r.Email, TZ: r.ZoneName})
		accounts[r.ID] = user
		changes = append(changes, directory.Change{Row: r, Before: &rows[i], Accounts: []workflows.Account{{
			ID: "slack:" + string(r.ID), Person: r.ID, Surface: "slack", User: user, Confirmed: true, Proof: workflows.ProofImport,
		}}})
	}
	plan := directory.Plan{Source: "slack", Rows: len(changes), Changes: changes}
	if err := a.engine.ImportPeople(ctx, plan, workflows.System, cliVia()); err != nil {
		t.Fatal(err)
	}
	return accounts
}

// signInLinks makes addresses nobody follows in a story.
type signInLinks struct{}

func (signInLinks) SignInURL(_ context.Context, who bot.Who, path string) (string, error) {
	return "https://steward.example.com/sign-in/" + string(who.Person) + path, nil
}

// slackHouse is the program with Slack as its only chat, and everybody on it.
type slackHouse struct {
	*app

	fake     *fakeslack.Server
	surface  *slack.App
	accounts map[workflows.PersonID]string // user ids
	judge    *fakeslack.Judge
}

// slackWorld is a house of a story.
func slackWorld(t *testing.T, dsn string, mode slack.Mode) surfacetest.World {
	t.Helper()
	return slackWorldOf(t, storyApp(t, dsn), mode)
}

// slackWorldOf is a program whose people use Slack.
func slackWorldOf(t *testing.T, a *app, mode slack.Mode) surfacetest.World {
	t.Helper()
	h := newSlackHouse(t, a, mode, patient, nil)
	w := h.story(t, "slack", fakeslack.NewClient(h.fake, h.accounts, h.judge.Refused), h.surface.Settle)
	users := 0
	comes := func(_ context.Context, p workflows.Person, guest bool) (string, error) {
		users++
		return h.fake.AddUser(fakeslack.User{ID: fmt.Sprint("U0NEWCOMER", users), RealName: p.Name, Email: p.Email, Guest: guest}).ID, nil
	}
	w.Newcomers = chatNewcomers(t, a, "Slack", w.Client, h.accounts, comes)
	return w
}

// patient is how long the fake Slack waits for an ack where a test is not about that: the machine may be busy.
const patient = time.Minute

// newSlackHouse puts an app on a fake Slack that waits so long for acks, 0 being Slack's 3 seconds. between, where given,
// stands between the surface and its desk.
func newSlackHouse(t testing.TB, a *app, mode slack.Mode, within time.Duration, between func(slack.Desk) slack.Desk) *slackHouse {
	t.Helper()
	chatsOf(a, "slack")
	h, surface := putOnSlack(t, a, mode, within, between, everybody)
	courierOf(a, surface)
	return h
}

// chatsOf gives a story's app an engine that tells people on these chat surfaces.
func chatsOf(a *app, surfaces ...string) {
	a.engine = engine.New(engine.Config{
		Store: a.store, Now: a.clock.Now, Rand: rand.Reader, Zone: a.zone, Build: "test", Log: a.log, Surfaces: surfaces,
	})
}

// courierOf gives a story's app a courier to the portal and to these surfaces.
func courierOf(a *app, surfaces ...bot.Surface) {
	a.courier = bot.NewCourier(bot.CourierConfig{
		Queue: a.store, Read: a.store, Links: a.store, Reach: a.store, Engine: a.engine, Log: a.log, Now: time.Now,
		Surfaces: append([]bot.Surface{portal.NewSurface(a.store, a.clock.Now)}, surfaces...),
	})
}

// putOnSlack makes both halves of the surface, for an app whose engine knows of it.
func putOnSlack(
	t testing.TB, a *app, mode slack.Mode, within time.Duration, between func(slack.Desk) slack.Desk,
	who func(workflows.PersonID) bool,
) (*slackHouse, bot.Surface) {
	t.Helper()
	h := &slackHouse{app: a}
	h.fake = fakeslack.New(fakeslack.Options{
		AckWithin: within, Scopes: append(fakeslack.RequiredScopes(), "im:write", "users:read.email"),
		Settled: func(ctx context.Context) error { return h.surface.Settle(ctx) },
	})
	t.Cleanup(h.fake.Close)
	h.accounts = peopleOnSlack(t, a, h.fake, who)
	client, err := slack.NewClient(slack.ClientConfig{
		Token: slack.NewSecret("xoxb-fake"), AppToken: slack.NewSecret("xapp-fake"), APIURL: h.fake.APIURL(), Loopback: true, Now: unhurried(),
	})
	if err != nil {
		t.Fatal(err)
	}
	users := slack.NewUsers(slack.UsersConfig{API: client, Log: a.log, Now: time.Now})
	if err := users.Ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	identity := bot.NewIdentity(bot.IdentityConfig{
		Links: a.engine, Read: a.store, Tenant: func(string) string { return users.Tenant() }, Now: time.Now, Business: a.clock.Now,
	})
	h.judge = fakeslack.NewJudge(bot.NewDesk(a.engine, a.store, a.store, rand.Text).WithAccounts(accountBook{a.store, a.engine}))
	var desk slack.Desk = h.judge
	if between != nil {
		desk = between(desk)
	}
	h.surface, err = slack.New(slack.Config{
		API: client, Identity: identity, Profiles: users, Desk: desk, Links: signInLinks{}, People: a.store, Receipts: a.store, Log: a.log,
		Now: time.Now, Tenant: users.Tenant, Self: users.Self, Mode: mode, Signing: []slack.Secret{slack.NewSecret("secret")}, Sockets: client,
	})
	if err != nil {
		t.Fatal(err)
	}
	listen(t, h.surface, h.fake, mode)
	return h, slack.NewSurface(slack.SurfaceConfig{To: client, Places: a.store, Scopes: users.Scopes})
}

// listen connects the surface to the fake, and disconnects it when the test ends.
func listen(t testing.TB, surface *slack.App, fake *fakeslack.Server, mode slack.Mode) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- surface.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	if mode == slack.ModeHTTP {
		fake.Handle(surface.Handler())
		return
	}
	if err := fake.Await(ctx, func() bool { return fake.Connections() > 0 }); err != nil {
		t.Fatal(err)
	}
}

// unhurried is a clock that moves by a minute with every look, so that nothing is ever held back for being too fast.
func unhurried() func() time.Time {
	var minutes atomic.Int64
	begin := time.Now()
	return func() time.Time { return begin.Add(time.Duration(minutes.Add(1)) * time.Minute) }
}
