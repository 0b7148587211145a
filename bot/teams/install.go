package teams

import (
	"context"
	"strings"
	"sync"
	"time"

	"steward/bot/turns"
	"steward/workflows"
)

// installed takes the news that the app was put into somebody's chats, or taken out of them. It is silent: an administrator
// may install it for everybody, and nobody asked us anything yet. Both kinds of such news may come twice and in any order.
func (a *App) installed(act activity, what string) (turns.Turn, bool) {
	s := a.spotOf(act)
	if s.at.Account.User == "" {
		for _, m := range act.Added {
			if m.AADObjectID != "" {
				s.at.Account.User, s.at.Member = strings.ToLower(m.AADObjectID), m.ID
			}
		}
	}
	if !act.personal() || s.at.Account.User == "" {
		return turns.Turn{}, false
	}
	do := func(ctx context.Context) error {
		if strings.HasPrefix(what, "remove") {
			a.seen.forget(s.at.Account)
			who := s.at.Account
			return a.cfg.Chats.EndConversation(ctx, surfaceName, who.Tenant, who.User, s.at.Place, a.seen.when(s.at))
		}
		a.seen.note(ctx, s.at)
		if a.cfg.Met == nil {
			return nil
		}
		return a.cfg.Met(ctx, s.meet(ctx))
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

// chatLife is how long it is known without the store where somebody can be written to.
const chatLife = 24 * time.Hour

// maxChats is how many of them are kept in mind.
const maxChats = 50_000

// chats keeps the store's memory of where people can be written to fresh, and asks it for nothing that did not change. It is
// a convenience of this process; losing it costs a write for each person.
type chats struct {
	cfg Config

	mu sync.Mutex
	by map[workflows.Account]workflows.Conversation
}

func newChats(cfg Config) *chats {
	return &chats{cfg: cfg, by: map[workflows.Account]workflows.Conversation{}}
}

// note remembers that somebody wrote from a chat of their own.
func (c *chats) note(ctx context.Context, at workflows.Conversation) {
	at.SeenAt = c.when(at)
	c.mu.Lock()
	old, known := c.by[at.Account]
	c.mu.Unlock()
	if known && old.Place == at.Place && old.Service == at.Service && at.SeenAt.Sub(old.SeenAt) < chatLife {
		return
	}
	if err := c.cfg.Chats.SaveConversation(ctx, at); err != nil {
		c.cfg.Log.WarnContext(ctx, "teams: conversation not noted", "err", err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.by) >= maxChats {
		clear(c.by)
	}
	c.by[at.Account] = at
}

// when is the moment something was learned: when Teams says it happened, and never in the future.
func (c *chats) when(at workflows.Conversation) time.Time {
	if now := c.cfg.Now(); at.SeenAt.IsZero() || at.SeenAt.After(now) {
		return now
	}
	return at.SeenAt
}

func (c *chats) forget(who workflows.Account) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.by, who)
}
