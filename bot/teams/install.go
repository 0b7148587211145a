package teams

import (
	"context"
	"strings"
	"time"

	"steward/bot/turns"
	"steward/workflows"
)

// installed takes the news that the app was put into somebody's chats, or taken out of them. It is silent: an administrator
// may install it for everybody, and nobody asked us anything yet. Both kinds of such news may come twice and in any order.
func (a *App) installed(act activity, what string) (turns.Turn, bool) {
	s := a.spotOf(act)
	for _, m := range act.Added {
		user := strings.ToLower(m.AADObjectID)
		switch {
		case user == "" || user == s.at.Account.User:
		case s.at.Account.User != "": // an administrator's doing, or a chat of several: whose it is, would be a guess
			return turns.Turn{}, false
		default:
			s.at.Account.User, s.at.Member = user, m.ID
		}
	}
	if !act.personal() || s.at.Account.User == "" {
		return turns.Turn{}, false
	}
	do := func(ctx context.Context) error {
		if strings.HasPrefix(what, "remove") {
			who := s.at.Account
			return a.cfg.Chats.EndConversation(ctx, surfaceName, who.Tenant, who.User, s.at.Place, a.when(s.at))
		}
		p := s.meet(ctx)
		if a.cfg.Met == nil {
			return nil
		}
		return a.cfg.Met(ctx, p)
	}
	return turns.Turn{
		Work: func(context.Context) turns.Outcome { return turns.Outcome{} },
		After: func(ctx context.Context, _ turns.Outcome, _ bool) {
			if err := do(ctx); err != nil {
				a.cfg.Log.WarnContext(ctx, "teams: install not noted", "action", what, "err", err)
			}
		},
	}, true
}

// note remembers where somebody can be written to: in their own chat with us, and nowhere else, for others read along there.
func (a *App) note(ctx context.Context, at workflows.Conversation) {
	at.SeenAt = a.when(at)
	if err := a.cfg.Chats.SaveConversation(ctx, at); err != nil {
		a.cfg.Log.WarnContext(ctx, "teams: conversation not noted", "err", err)
	}
}

// when is the moment something was learned: when Teams says it happened, and never in the future.
func (a *App) when(at workflows.Conversation) time.Time {
	if now := a.cfg.Now(); at.SeenAt.IsZero() || at.SeenAt.After(now) {
		return now
	}
	return at.SeenAt
}
