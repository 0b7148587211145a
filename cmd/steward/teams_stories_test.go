package main

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/faketeams"
	"steward/bot/teams"
	"steward/bot/turns"
	"steward/workflows"
	"steward/workflows/directory"
)

// TestTeamsStories acts out the same stories as TestStories through Teams' messages, cards and dialogs.
func TestTeamsStories(t *testing.T) {
	playOnDatabases(t, 2, teamsWorld)
}

// teamsHouse is the program with Teams as its only chat, and everybody on it.
type teamsHouse struct {
	*app

	fake     *faketeams.Server
	surface  *teams.App
	client   *teams.Client
	accounts map[workflows.PersonID]string // Entra object ids
	judge    *faketeams.Judge
}

// teamsWorld is a house of a story.
func teamsWorld(t *testing.T, dsn string) surfacetest.World {
	t.Helper()
	return teamsWorldOf(t, storyApp(t, dsn))
}

// teamsWorldOf is a program whose people use Teams.
func teamsWorldOf(t *testing.T, a *app) surfacetest.World {
	t.Helper()
	h := newTeamsHouse(t, a, patient, nil)
	h.fake.Watch(t)
	w := h.story(t, "teams", faketeams.NewClient(h.fake, h.accounts, h.judge.Refused), h.surface.Settle)
	comes := func(ctx context.Context, p workflows.Person, guest bool) (string, error) {
		user := h.fake.AddUser(faketeams.User{Name: p.Name, Email: p.Email, Guest: guest})
		_, err := h.fake.Install(ctx, user.ID, faketeams.InstallationFirst)
		return user.ID, err
	}
	w.Newcomers = chatNewcomers(t, a, "Microsoft Teams", w.Client, h.accounts, comes)
	return w
}

// peopleOnTeams gives those of the sample's people who are there an account, as an administrator's file would.
func peopleOnTeams(t testing.TB, a *app, fake *faketeams.Server, there func(workflows.PersonID) bool) map[workflows.PersonID]string {
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
		user := fake.AddUser(faketeams.User{Name: r.Name, Email: r.Email, Zone: r.ZoneName})
		accounts[r.ID] = user.ID
		changes = append(changes, directory.Change{Row: r, Before: &rows[i], Accounts: []workflows.Account{{
			ID: "teams:" + string(r.ID), Person: r.ID, Surface: "teams", User: user.ID, Confirmed: true, Proof: workflows.ProofImport,
		}}})
	}
	plan := directory.Plan{Source: "teams", Rows: len(changes), Changes: changes}
	if err := a.engine.ImportPeople(ctx, plan, workflows.System, cliVia()); err != nil {
		t.Fatal(err)
	}
	return accounts
}

// newTeamsHouse puts an app on a fake Teams that waits so long for answers, 0 being Teams' own patience. between, where
// given, stands between the surface and its desk.
func newTeamsHouse(t testing.TB, a *app, within time.Duration, between func(teams.Desk) teams.Desk) *teamsHouse {
	t.Helper()
	chatsOf(a, "teams")
	h, surface := putOnTeams(t, a, within, between, everybody)
	courierOf(a, surface)
	return h
}

// putOnTeams makes both halves of the surface, for an app whose engine knows of it, and installs the app for those who are there.
func putOnTeams(
	t testing.TB, a *app, within time.Duration, between func(teams.Desk) teams.Desk, who func(workflows.PersonID) bool,
) (*teamsHouse, bot.Surface) {
	t.Helper()
	h := &teamsHouse{app: a}
	h.fake = faketeams.New(faketeams.Options{AckWithin: within, Settled: func(ctx context.Context) error { return h.surface.Settle(ctx) }})
	t.Cleanup(h.fake.Close)
	h.accounts = peopleOnTeams(t, a, h.fake, who)
	l := teamsSettings(h.fake)
	tokens, err := newTeamsTokens(&l, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if h.client, err = newTeamsClient(&l, tokens, unhurried()); err != nil {
		t.Fatal(err)
	}
	identity := bot.NewIdentity(bot.IdentityConfig{
		Links: a.engine, Read: a.store, Tenant: func(string) string { return l.TeamsTenantID }, Now: time.Now, Business: a.clock.Now,
	})
	h.judge = faketeams.NewJudge(bot.NewDesk(a.engine, a.store, a.store, rand.Text).WithAccounts(accountBook{a.store, a.engine}))
	var desk teams.Desk = h.judge
	if between != nil {
		desk = between(desk)
	}
	h.surface = teams.New(teams.Config{
		Gate: teams.Verified(teams.NewVerifier(teamsVerifierConfig(&l, a.log, time.Now))), Identity: identity,
		Profiles: teams.NewUsers(teams.UsersConfig{API: h.client, Chats: a.store, Log: a.log, Now: time.Now}), Desk: desk, Chats: a.store,
		Writer: h.client, Links: signInLinks{}, People: a.store, Receipts: a.store, Log: a.log, Now: time.Now,
		Turns: turns.Limits{Budget: within}, // a busy machine is no slow database
	})
	h.fake.Handle(h.surface.Handler())
	for _, user := range h.accounts {
		if _, err := h.fake.Install(t.Context(), user, faketeams.InstallationFirst); err != nil {
			t.Fatal(err)
		}
	}
	return h, teams.NewSurface(teams.SurfaceConfig{
		To: h.client, Contacts: a.store, Tenant: l.TeamsTenantID, Service: l.TeamsServiceURL, Log: a.log, Now: time.Now,
	})
}

// teamsSettings are the settings of a server whose Teams is the fake.
func teamsSettings(fake *faketeams.Server) loadedConfig {
	l := loadedConfig{config: defaults(), from: origins{}}
	l.TeamsAppID, l.TeamsTenantID, l.TeamsSecret = fake.Options().AppID, fake.Options().Tenant, secret{fake.Options().AppSecret}
	l.TeamsMetadataURL, l.TeamsTokenURL, l.TeamsServiceURL, l.AllowLoopback = fake.MetadataURL(), fake.TokenURL(), fake.ServiceURL(""), true
	return l
}
