package main

import (
	"io"
	"strings"
	"testing"

	"steward/bot/surfacetest/faketeams"
	"steward/bot/view"
	"steward/workflows"
)

// TestTeamsIdentity lets somebody come to Teams whom no file names there: Piotr Zielinski, a lawyer. They are asked who they
// are, and what they say is good for what they are by relation, until an administrator says so too.
func TestTeamsIdentity(t *testing.T) {
	const piotr = workflows.PersonID("P-009")
	ctx := t.Context()
	a, fake, _ := startOnTeams(t, faketeams.Options{}, io.Discard)
	fake.Watch(t)
	user := fake.AddUser(faketeams.User{Name: "piotr", Email: "Piotr.Zielinski@example.com"})
	if _, err := fake.Install(ctx, user.ID, faketeams.InstallationFirst); err != nil {
		t.Fatal(err)
	}
	shown := func() faketeams.Message {
		t.Helper()
		all := fake.Personal(user.ID)
		if len(all) == 0 {
			t.Fatal("the chat is empty")
		}
		return all[0]
	}
	says := func(words string) string {
		t.Helper()
		if r, err := fake.Say(ctx, user.ID, words); err != nil || r.Trouble != "" {
			t.Fatal(r.Trouble, err)
		}
		return shown().Words()
	}
	press := func(label string) string {
		t.Helper()
		on := shown()
		r, err := fake.Press(ctx, user.ID, on, label)
		if err != nil || r.Trouble != "" {
			t.Fatal(r.Trouble, err)
		}
		return r.Words() + "\n" + shown().Words()
	}
	for _, words := range []string{"inbox", "status AIR-1", "help", "request", "link"} {
		if got := says(words); !strings.Contains(got, "Are you Piotr Zielinski?") || !strings.Contains(got, "Piotr.Zielinski@example.com") {
			t.Errorf("%s: %s", words, got)
		}
	}
	if got := press("Yes, this is me"); !strings.Contains(got, "linked to you, Piotr Zielinski") {
		t.Fatalf("got %s", got)
	}
	if got := says("inbox"); !strings.Contains(got, "Nothing waits for you") {
		t.Errorf("inbox: %s", got)
	}
	links, err := a.store.LinksOf(ctx, piotr)
	if err != nil || len(links) != 2 || links[1].User != user.ID || links[1].Surface != "teams" || !links[1].Limited() {
		t.Fatalf("links %+v, %v; the one of the file comes first", links, err)
	}
	if got := pressAfter(t, fake, user.ID, "link", "Remove Slack"); !strings.Contains(got, "An administrator has to confirm this account") {
		t.Errorf("a half-proved account takes another one away: %s", got)
	}
	if _, no, err := a.engine.ChangeLink(ctx, workflows.LinkChange{
		Do: workflows.LinkConfirm, Link: links[1].ID, Person: piotr, Actor: workflows.System, Via: cliVia(),
	}); err != nil || no != nil {
		t.Fatal(no, err)
	}
	if got := says("link"); strings.Contains(got, "has to confirm it") {
		t.Errorf("link: %s", got)
	}
	pressAfter(t, fake, user.ID, "link", "Remove Microsoft Teams")
	if got := says("inbox"); !strings.Contains(got, "Please ask an administrator of Steward to link it") || strings.Contains(got, "Are you") {
		t.Errorf("after it was taken away: %s", got)
	}
	report, err := a.store.Verify(ctx, nil)
	if err != nil || !report.OK() {
		t.Errorf("verify: %v, %v", report.Problems, err)
	}
}

// pressAfter types words, and presses a button of the answer.
func pressAfter(t *testing.T, fake *faketeams.Server, user, words, label string) string {
	t.Helper()
	if r, err := fake.Say(t.Context(), user, words); err != nil || r.Trouble != "" {
		t.Fatal(r.Trouble, err)
	}
	r, err := fake.Press(t.Context(), user, fake.Personal(user)[0], label)
	if err != nil || r.Trouble != "" {
		t.Fatal(r.Trouble, err)
	}
	return r.Words() + "\n" + fake.Personal(user)[0].Words()
}

// TestTeamsOutsiders lets people come who are not of the company, and people ask where others read along: nobody learns
// anything, and nobody is linked.
func TestTeamsOutsiders(t *testing.T) {
	ctx := t.Context()
	a, fake, _ := startOnTeams(t, faketeams.Options{}, io.Discard)
	ben := fake.AddUser(faketeams.User{ID: benAtTeams, Name: "Ben Okafor", Email: "ben.okafor@example.com"})
	guest := fake.AddUser(faketeams.User{Name: "Ana Ruiz", Email: "ana.ruiz@example.com", Guest: true})
	foreign := fake.AddUser(faketeams.User{Name: "Eve", Email: "ana.ruiz@example.com", Tenant: "aaaaaaaa-0000-4000-8000-000000000002"})
	before, err := a.store.Links(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for name, user := range map[string]string{"a guest": guest.ID, "somebody of another company": foreign.ID} {
		if _, err := fake.Install(ctx, user, faketeams.InstallationFirst); err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, words := range []string{"inbox", "link", "status AIR-1", "request ai-use"} {
			if _, err := fake.Say(ctx, user, words); err != nil {
				t.Fatal(err)
			}
			for _, m := range fake.Personal(user) {
				if m.From == "" {
					told++
				}
				if m.From == "" && !strings.Contains(m.Words(), view.TextNotMember) {
					t.Errorf("%s types %q and reads %s", name, words, m.Words())
				}
			}
		}
		if (told > 0) != (user == guest.ID) { // a call for another tenant is not taken at all
			t.Errorf("%s is answered %d times", name, told)
		}
		found, _, _ := fake.Query(ctx, user, "find", "query", "a")
		if len(found) > 0 {
			t.Errorf("%s finds %v", name, found)
		}
	}
	after, err := a.store.Links(ctx)
	if err != nil || len(after) != len(before) {
		t.Errorf("%d links, and %d before; %v", len(after), len(before), err)
	}
	team := fake.AddTeam("Sales", ben.ID)
	if _, err := fake.InstallIn(ctx, ben.ID, team.ID, faketeams.InstallationFirst); err != nil {
		t.Fatal(err)
	}
	if _, err := fake.Mention(ctx, ben.ID, team.ID, "inbox"); err != nil {
		t.Fatal(err)
	}
	for _, m := range fake.In(team.ID) {
		if m.From == "" && !strings.Contains(m.Words(), "I answer in our own chat") {
			t.Errorf("the team reads %s", m.Words())
		}
	}
	if c, err := a.store.Conversation(ctx, "teams", fake.Options().Tenant, ben.ID); err == nil && strings.HasPrefix(c.Place, "19:") {
		t.Errorf("the team counts as his own chat: %+v", c)
	}
}
