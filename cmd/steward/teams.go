package main

import (
	"context"

	"steward/bot"
	"steward/bot/teams"
)

// onTeams is everything of Steward that is on Microsoft Teams.
type onTeams struct {
	tenant   string
	users    *teams.Users
	verifier *teams.Verifier
	client   *teams.Client
	app      *teams.App
	surface  *teams.Surface
}

// connectTeams makes both halves of the Teams surface. Nothing is called before [onTeams.run].
func (a *app) connectTeams() (*onTeams, error) {
	l := &a.opts.config
	t := &onTeams{tenant: l.TeamsTenantID}
	tokens, err := newTeamsTokens(l, a.opts.now)
	if err != nil {
		return nil, err
	}
	if t.client, err = newTeamsClient(l, tokens, a.opts.now); err != nil {
		return nil, err
	}
	t.verifier = teams.NewVerifier(teamsVerifierConfig(l, a.log, a.opts.now))
	t.users = teams.NewUsers(teams.UsersConfig{API: t.client, Chats: a.store, Log: a.log, Now: a.opts.now})
	t.surface = teams.NewSurface(teams.SurfaceConfig{
		To: t.client, Contacts: a.store, Tenant: t.tenant, Service: l.teamsService(), Log: a.log, Now: a.opts.now,
	})
	t.app = teams.New(teams.Config{
		Gate: teams.Verified(t.verifier), Identity: a.identity, Profiles: t.users, Desk: a.desk, Chats: a.store, Writer: t.client,
		Links: chatLinks{store: a.store, base: a.url(), now: a.opts.now, by: "teams"}, People: a.store, Receipts: a.store, Log: a.log, Now: a.opts.now,
		Met: func(ctx context.Context, p bot.Profile) error {
			_, err := a.identity.Propose(ctx, []bot.Profile{p})
			return err
		},
	})
	return t, nil
}

// run keeps both halves going until ctx ends.
func (t *onTeams) run(ctx context.Context, start func(func())) {
	start(func() { t.verifier.Run(ctx) })
	start(func() { t.app.Run(ctx) })
}
