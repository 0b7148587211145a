package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"steward/bot"
	"steward/bot/teams"
	"steward/store"
	"steward/workflows"
	"steward/workflows/engine"
)

// chats is everything of Steward that is on a chat platform.
type chats struct {
	identity *bot.Identity // of accounts there; nil where Steward is on none
	slack    *onSlack      // nil where Steward is not on Slack
	teams    *onTeams      // nil where Steward is not on Teams
}

// surfaces names the chat surfaces that are on, and the channels that everybody's news goes to.
func (l *loadedConfig) surfaces() (names []string, channels []workflows.Account) {
	if l.slackOn() {
		names = append(names, "slack")
		if l.SlackChannel != "" {
			channels = append(channels, engine.ChannelAccount("slack", l.SlackChannel))
		}
	}
	if l.teamsOn() {
		names = append(names, "teams")
	}
	return names, channels
}

// connectChats makes both halves of the chat surfaces that are on. Nothing is called before [chats.run].
func (a *app) connectChats() (surfaces []bot.Surface, err error) {
	l := &a.opts.config
	if !l.slackOn() && !l.teamsOn() {
		return nil, nil
	}
	a.identity = bot.NewIdentity(bot.IdentityConfig{
		Links: a.engine, Read: a.store, Tenant: a.tenant, Now: a.opts.now, Business: a.clock.Now,
	})
	paths := http.NewServeMux()
	if l.slackOn() {
		if a.slack, err = a.connectSlack(); err != nil {
			return nil, err
		}
		surfaces = append(surfaces, a.slack.surface)
		paths.Handle(slackPaths, a.slack.app.Handler())
	}
	if l.teamsOn() {
		if a.teams, err = a.connectTeams(); err != nil {
			return nil, err
		}
		surfaces = append(surfaces, a.teams.surface)
		paths.Handle(teams.Path, a.teams.app.Handler())
	}
	a.web.hooks(paths)
	return surfaces, nil
}

// tenant is what our accounts on a surface are keyed by, "" while it is not known.
func (c *chats) tenant(surface string) string {
	switch {
	case surface == "slack" && c.slack != nil:
		return c.slack.users.Tenant()
	case surface == "teams" && c.teams != nil:
		return c.teams.tenant
	}
	return ""
}

// run keeps the chat surfaces going until ctx ends.
func (c *chats) run(ctx context.Context, start func(func())) {
	if c.slack != nil {
		c.slack.run(ctx, start)
	}
	if c.teams != nil {
		c.teams.run(ctx, start)
	}
}

// chatLinks makes links that sign somebody in from a chat.
type chatLinks struct {
	store *store.Store
	base  string
	now   func() time.Time
	by    string // the surface
}

// SignInURL implements the surfaces' Links: one use, ten minutes, and then on to the path. Where there is nobody to sign in,
// it is the page itself.
func (c chatLinks) SignInURL(ctx context.Context, who bot.Who, path string) (string, error) {
	if path != "" && (path[0] != '/' || strings.HasPrefix(path, "//")) { // it came back from a client, and would be another host
		path = "/"
	}
	if who.Person == "" {
		return c.base + path, nil
	}
	link, at := newSignInLink(who.Person, c.by, c.base, c.now())
	link.Link = who.Via.Link
	if err := c.store.PutSignInLink(ctx, link); err != nil {
		return "", fmt.Errorf("make a sign-in link: %w", err)
	}
	if path == "" || path == "/" {
		return at, nil
	}
	return at + "?to=" + url.QueryEscape(path), nil
}
