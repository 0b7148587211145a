package main

import (
	"context"
	"time"

	"steward/bot"
	"steward/bot/slack"
)

// onSlack is everything of Steward that is on Slack.
type onSlack struct {
	client  *slack.Client
	users   *slack.Users
	app     *slack.App
	surface *slack.Surface
}

// newSlackClient makes what calls Slack. It calls nothing yet.
func newSlackClient(l *loadedConfig, now func() time.Time) (*slack.Client, error) {
	return slack.NewClient(slack.ClientConfig{
		Token: slack.NewSecret(l.SlackBotToken.reveal()), AppToken: slack.NewSecret(l.SlackAppToken.reveal()),
		APIURL: l.SlackAPIURL, Loopback: l.AllowLoopback, Now: now,
	})
}

// connectSlack makes both halves of the Slack surface. Nothing is called before [onSlack.run].
func (a *app) connectSlack() (*onSlack, error) {
	l := &a.opts.config
	s := &onSlack{}
	var err error
	if s.client, err = newSlackClient(l, a.opts.now); err != nil {
		return nil, err
	}
	s.users = slack.NewUsers(slack.UsersConfig{
		API: s.client, Log: a.log, Now: a.opts.now, Zone: a.zone, Listed: func(ctx context.Context, all []bot.Profile) error {
			n, err := a.identity.Propose(ctx, all)
			if n > 0 {
				a.log.InfoContext(ctx, "links of accounts proposed", "links", n)
			}
			return err
		},
	})
	var channel *slack.Channel
	if l.SlackChannel != "" {
		channel = slack.NewChannel(s.client, l.SlackChannel, a.opts.now, a.log)
	}
	s.surface = slack.NewSurface(slack.SurfaceConfig{To: s.client, Places: a.store, Scopes: s.users.Scopes, Channel: channel})
	s.app, err = slack.New(slack.Config{
		API: s.client, Identity: a.identity, Profiles: s.users, Desk: a.desk, People: a.store, Receipts: a.store, Log: a.log, Now: a.opts.now,
		Links:  chatLinks{store: a.store, base: a.url(), now: a.opts.now, by: "slack"},
		Tenant: s.users.Tenant, Self: s.users.Self, Mode: l.slackMode(), Signing: l.slackSigning(), Sockets: s.client,
		Connections: l.SlackConns, Command: l.SlackCommand,
	})
	return s, err
}

// run keeps both halves going until ctx ends.
func (s *onSlack) run(ctx context.Context, start func(func())) {
	start(func() { s.users.Run(ctx) })
	start(func() { _ = s.app.Run(ctx) })
}
