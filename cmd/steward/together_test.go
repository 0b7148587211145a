package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/slack"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/fakeslack"
	"steward/bot/surfacetest/faketeams"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
)

// TestTogether acts out the stories in one house in which everybody works where they like: some in Slack, some in Teams, some in
// the portal. Whoever decides, wherever they do, the others see the same, where they are.
func TestTogether(t *testing.T) {
	for name, database := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			surfacetest.Play(t, func(t *testing.T) surfacetest.World { return mixedWorld(t, database(t)) })
		})
	}
}

// The people of the story of three surfaces: she asks in Slack, he decides in Teams, she decides in the portal.
const (
	inSlack  = "Ana"
	inTeams  = "Ben"
	inPortal = "Cleo"
)

// mixedWorld is a house on all three surfaces. Each person has one account, and uses that one.
func mixedWorld(t *testing.T, dsn string) surfacetest.World {
	t.Helper()
	a := storyApp(t, dsn)
	handler, err := a.assemble()
	if err != nil {
		t.Fatal(err)
	}
	people, err := a.store.FindPeople(t.Context(), "", 200)
	if err != nil {
		t.Fatal(err)
	}
	at := map[workflows.PersonID]string{}
	for i, p := range people {
		at[p.ID] = []string{"slack", "teams", "portal"}[i%3]
		switch first, _, _ := strings.Cut(p.Name, " "); first {
		case inSlack:
			at[p.ID] = "slack"
		case inTeams:
			at[p.ID] = "teams"
		case inPortal:
			at[p.ID] = "portal"
		}
	}
	use := func(surface string) func(workflows.PersonID) bool {
		return func(p workflows.PersonID) bool { return at[p] == surface }
	}
	chatsOf(a, "slack", "teams")
	onSlack, slackSurface := putOnSlack(t, a, slack.ModeHTTP, patient, nil, use("slack"))
	onTeams, teamsSurface := putOnTeams(t, a, patient, nil, use("teams"))
	onTeams.fake.Watch(t)
	courierOf(a, slackSurface, teamsSurface)
	return a.story(t, "", everywhere{at: at, by: map[string]surfacetest.Client{
		"slack":  fakeslack.NewClient(onSlack.fake, onSlack.accounts, onSlack.judge.Refused),
		"teams":  faketeams.NewClient(onTeams.fake, onTeams.accounts, onTeams.judge.Refused),
		"portal": portaltest.NewClient(handler),
	}}, func(ctx context.Context) error {
		return errors.Join(onSlack.surface.Settle(ctx), onTeams.surface.Settle(ctx))
	})
}

// everywhere is a client for people who are each on a surface of their own.
type everywhere struct {
	at map[workflows.PersonID]string
	by map[string]surfacetest.Client
}

func (e everywhere) of(who workflows.PersonID) surfacetest.Client { return e.by[e.at[who]] }

func (e everywhere) Open(ctx context.Context, who workflows.PersonID, words string) (surfacetest.Screen, error) {
	return e.of(who).Open(ctx, who, words)
}

func (e everywhere) Press(ctx context.Context, on surfacetest.Screen, button string) (surfacetest.Screen, error) {
	return e.of(on.Who).Press(ctx, on, button)
}

func (e everywhere) Fill(
	ctx context.Context, form surfacetest.Screen, values card.Values, way bot.Go,
) (surfacetest.Screen, error) {
	return e.of(form.Who).Fill(ctx, form, values, way)
}

func (e everywhere) Told(ctx context.Context, who workflows.PersonID) ([]string, error) {
	return e.of(who).Told(ctx, who)
}
