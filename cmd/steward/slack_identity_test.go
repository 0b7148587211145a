package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"steward/bot/surfacetest/fakeslack"
	"steward/bot/view"
	"steward/workflows"
)

// TestSlackIdentity lets somebody come to Slack whom no file names there: Dan Wolf, the privacy officer. They are asked who
// they are, and what they say is good for what they are by relation, until an administrator says so too.
func TestSlackIdentity(t *testing.T) {
	const user, dan = "U0DANWOLF", workflows.PersonID("P-007")
	ctx := t.Context()
	fake := fakeslack.New(fakeslack.Options{Scopes: append(fakeslack.RequiredScopes(), "users:read.email")})
	t.Cleanup(fake.Close)
	fake.AddUser(fakeslack.User{ID: user, RealName: "dan", Email: "Dan.Wolf@example.com"})
	a := startServer(t, slackConfig(t, fake), io.Discard)
	defer func() {
		if err := a.stop(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	}()
	fake.HandleAt("http://" + a.web.hooksAddress)
	wait(t, "who we are", func() bool { return a.slack.users.Tenant() != "" })
	shown := func() string {
		t.Helper()
		if err := a.slack.app.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		return fake.Ephemeral(user)[0].Words()
	}
	says := func(words string) string {
		t.Helper()
		if r, err := fake.Command(ctx, user, words); err != nil || r.Trouble != "" {
			t.Fatal(r.Trouble, err)
		}
		return shown()
	}
	press := func(label string) string {
		t.Helper()
		if r, err := fake.Press(ctx, user, fake.Ephemeral(user)[0], label); err != nil || r.Trouble != "" {
			t.Fatal(r.Trouble, err)
		}
		return shown()
	}
	for _, words := range []string{"inbox", "status AIR-1", "help", "request", "link"} {
		if got := says(words); !strings.Contains(got, "Are you Dan Wolf?") || !strings.Contains(got, "dan, Dan.Wolf@example.com") {
			t.Errorf("%s: %s", words, got)
		}
	}
	if got := press("Yes, this is me"); !strings.Contains(got, "This Slack account is linked to you, Dan Wolf.") {
		t.Fatalf("got %s", got)
	}
	if got := says("inbox"); !strings.Contains(got, "Nothing waits for you") {
		t.Errorf("inbox: %s", got)
	}
	links, err := a.store.LinksOf(ctx, dan)
	if err != nil || len(links) != 2 || links[1].User != user || !links[1].Limited() {
		t.Fatalf("links %+v, %v; the one of the file comes first", links, err)
	}
	wait(t, "he is told in the portal", func() bool {
		notices, err := a.store.Notices(ctx, dan, 5)
		return err == nil && len(notices) == 1 && strings.Contains(notices[0].Gist, "A Slack account was linked to you")
	})
	if got := says("link"); !strings.Contains(got, "Slack: last used") || !strings.Contains(got, "an administrator has to confirm it") {
		t.Errorf("link: %s", got)
	}
	if got := press("Remove Microsoft Teams"); !strings.Contains(got, "An administrator has to confirm this account before you change your other accounts from here.") {
		t.Errorf("a half-proved account takes another one away: %s", got)
	}
	if _, no, err := a.engine.ChangeLink(ctx, workflows.LinkChange{
		Do: workflows.LinkConfirm, Link: links[1].ID, Person: dan, Actor: workflows.System, Via: cliVia(),
	}); err != nil || no != nil {
		t.Fatal(no, err)
	}
	if got := says("link"); strings.Contains(got, "has to confirm it") {
		t.Errorf("link: %s", got)
	}
	if got := press("Remove Slack"); !strings.Contains(got, view.TextRemoved) {
		t.Errorf("got %s", got)
	}
	if got := says("inbox"); !strings.Contains(got, "Please ask an administrator of Steward to link it") || strings.Contains(got, "Are you") {
		t.Errorf("after it was taken away: %s", got)
	}
	report, err := a.store.Verify(ctx, nil)
	if err != nil || !report.OK() {
		t.Errorf("verify: %v, %v", report.Problems, err)
	}
}
