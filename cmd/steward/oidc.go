package main

import (
	"context"
	"time"

	"steward/bot"
	"steward/bot/portal"
	"steward/bot/portal/oidc"
	"steward/workflows"
)

// newOIDC makes what signs people in at their company. It asks nobody yet.
func newOIDC(l *loadedConfig, base string, now func() time.Time) (*oidc.Client, error) {
	claim, match := l.oidcMatch()
	return oidc.New(oidc.Config{
		Issuer: l.OIDCIssuer, ClientID: l.OIDCClientID, Secret: l.OIDCSecret.reveal, Redirect: base + portal.PathCallback,
		Claim: claim, Match: match, Loopback: l.AllowLoopback, Now: now,
	})
}

// connectOIDC lets people sign in at their company, where there is a provider. They confirm their chat accounts then.
func (a *app) connectOIDC(cfg *portal.Config) error {
	l := &a.opts.config
	if !l.oidcOn() {
		return nil
	}
	client, err := newOIDC(l, a.url(), a.opts.now)
	if err != nil {
		return err
	}
	cfg.Provider, cfg.SignIns = client, a.engine
	return nil
}

// chatNames tells how accounts are called on the platforms that are on.
type chatNames struct {
	chats *chats
	read  func(ctx context.Context, surface, tenant, user string) (workflows.Conversation, error)
	now   func() time.Time
}

// ChatName implements [portal.ChatNames].
func (n chatNames) ChatName(ctx context.Context, a workflows.Account) (name, email string, ok bool) {
	var p bot.Profile
	switch {
	case a.Surface == "slack" && n.chats.slack != nil:
		p = n.chats.slack.users.Profile(ctx, a.User)
	case a.Surface == "teams" && n.chats.teams != nil:
		at, err := n.read(ctx, a.Surface, n.chats.teams.tenant, a.User)
		if err != nil {
			return "", "", false
		}
		p = n.chats.teams.users.Profile(ctx, at)
	}
	known := !p.ReadAt.IsZero() && n.now().Sub(p.ReadAt) <= 24*time.Hour
	if !known || p.Guest || p.Stranger || p.Bot || p.Deleted || p.Tenant != n.chats.tenant(a.Surface) || a.Tenant != "" && p.Tenant != a.Tenant {
		return "", "", false
	}
	return p.Name, p.Email, true
}
