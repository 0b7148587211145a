package main

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
	"steward/bot/teams"
	"steward/workflows"
)

// benAtTeams is Ben Okafor's object id in the sample's file of people.
const benAtTeams = "f3e3b95f-a31b-4fa4-aeef-4730a3920b83"

// teamsConfig are the settings of a whole server whose Teams is the fake, as they are read from the environment.
func teamsConfig(t *testing.T, fake *faketeams.Server) loadedConfig {
	t.Helper()
	p := program{now: time.Now, env: []string{
		"STEWARD_LISTEN=127.0.0.1:0", "STEWARD_HOOKS_LISTEN=localhost:0", "STEWARD_PEOPLE=sample/people.csv",
		"STEWARD_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "steward.db"), "STEWARD_TEAMS_APP_ID=" + fake.Options().AppID,
		"STEWARD_TEAMS_TENANT_ID=" + fake.Options().Tenant, "STEWARD_TEAMS_APP_SECRET=" + fake.Options().AppSecret,
		"STEWARD_TEAMS_OPENID_METADATA_URL=" + fake.MetadataURL(), "STEWARD_TEAMS_TOKEN_URL=" + fake.TokenURL(),
		"STEWARD_TEAMS_SERVICE_URL=" + fake.ServiceURL(""), "STEWARD_ALLOW_LOOPBACK_PLATFORMS=true",
	}}
	l, err := p.loadConfig(p.serveCommand().Flags())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// startOnTeams runs the server on a fake Teams, as serve does and by its clock, and stops it when the test ends.
func startOnTeams(t *testing.T, opt faketeams.Options, log io.Writer) (a *app, fake *faketeams.Server, stop func()) {
	t.Helper()
	return startOnTeamsWith(t, opt, log, nil)
}

// startOnTeamsWith does so after before was called, where it is given.
func startOnTeamsWith(
	t *testing.T, opt faketeams.Options, log io.Writer, before func(*faketeams.Server),
) (a *app, fake *faketeams.Server, stop func()) {
	t.Helper()
	opt.Settled = func(ctx context.Context) error { return a.teams.app.Settle(ctx) }
	fake = faketeams.New(opt)
	t.Cleanup(fake.Close)
	if before != nil {
		before(fake)
	}
	a = startServerAt(t, teamsConfig(t, fake), log, fake.Options().Now)
	stop = sync.OnceFunc(func() {
		if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	fake.HandleAt("http://" + a.web.hooksAddress + teams.Path)
	return a, fake, stop
}

// TestServeOnTeams runs the server on the fake Teams, as serve does it.
func TestServeOnTeams(t *testing.T) {
	const appSecret, typed = "the-secret-of-the-app", "request the moon for Zanzibar"
	ctx, log := t.Context(), &lines{}
	a, fake, stop := startOnTeams(t, faketeams.Options{AppSecret: appSecret}, log)
	fake.Watch(t)
	ben := fake.AddUser(faketeams.User{ID: benAtTeams, Name: "Ben Okafor", Email: "ben.okafor@example.com"})
	ana := fake.AddUser(faketeams.User{Name: "Ana Ruiz", Email: "ana.ruiz@example.com"}) // no file names her account
	for _, base := range []string{"http://" + a.web.address, "http://" + a.web.hooksAddress} {
		for path, want := range map[string]int{
			teams.Path: http.StatusUnauthorized, teams.Path + "/": http.StatusNotFound, teams.Path + "/x": http.StatusNotFound,
			"/slack/commands": http.StatusNotFound, "/slack/events": http.StatusNotFound,
		} {
			if got := posted(ctx, base+path); got != want {
				t.Errorf("an unsigned call of %s%s: %d, want %d", base, path, got, want)
			}
		}
	}
	for _, path := range []string{"/", "/livez", "/readyz", "/metrics", "/sign-in", "/api", "/static/steward.css", "/slack/commands"} {
		if got := httpStatus(t, "http://"+a.web.hooksAddress+path); got != http.StatusNotFound {
			t.Errorf("the address for platforms answers %s with %d", path, got)
		}
	}
	if got := httpStatus(t, "http://"+a.web.hooksAddress+teams.Path); got != http.StatusMethodNotAllowed {
		t.Errorf("looking at it: %d", got)
	}
	wait(t, "the keys are read before anybody presses anything", func() bool { return len(fake.Calls("keys")) == 1 })
	for _, user := range []string{ben.ID, ana.ID} {
		all, err := fake.Install(ctx, user, faketeams.ConversationFirst)
		for _, r := range all {
			if fake.Read(r.Sent, r.Ack); err != nil {
				t.Fatal(err)
			}
		}
		if got := fake.Personal(user); len(got) > 0 {
			t.Errorf("an install says %s", got[0].Words())
		}
	}
	for _, base := range []string{"http://" + a.web.address, "http://" + a.web.hooksAddress} {
		fake.HandleAt(base + teams.Path)
		for words, want := range map[string]string{"inbox": "Nothing waits for you", typed: "Ask for approval"} {
			r, err := fake.Say(ctx, ben.ID, words)
			if fake.Read(r.Sent, r.Ack); err != nil {
				t.Fatal(err)
			}
			if got := fake.Personal(ben.ID)[0].Words(); !strings.Contains(got, want) {
				t.Errorf("%s is answered with %s", words, got)
			}
		}
	}
	links, err := a.store.Links(ctx)
	if err != nil || !slices.ContainsFunc(links, func(l workflows.Link) bool {
		return l.State == workflows.LinkProposed && l.User == ana.ID && l.Person == anaRuiz && l.Surface == "teams"
	}) {
		t.Errorf("no link is proposed for who has installed the app: %v", err)
	}
	stop()
	for _, word := range []string{
		appSecret, "ben.okafor@example.com", "Ben Okafor", "Ana Ruiz", "ana.ruiz@example.com", "fake.", "eyJ", "Zanzibar", benAtTeams, ana.MRI, fake.Chat(ana.ID),
	} {
		if strings.Contains(log.String(), word) {
			t.Errorf("%s is in the log", word)
		}
	}
}
