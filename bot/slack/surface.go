package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/workflows"
)

// surfaceName is the stored name of the surface.
const surfaceName = "slack"

// Sender is what a [Surface] calls; [Client] is one.
type Sender interface {
	Post(ctx context.Context, channel string, m Outgoing) (place, ts string, err error)
	Update(ctx context.Context, place, ts string, m Outgoing) error
	History(ctx context.Context, place string, since time.Time, limit int) ([]Posted, error)
	OpenConversation(ctx context.Context, user string) (string, error)
}

// Places remembers where people were written to before.
type Places interface {
	// PlaceOf gives the place of the newest message to an account; [workflows.ErrNotFound] where there is none.
	PlaceOf(ctx context.Context, a workflows.Account) (string, error)
}

// SurfaceConfig is what a [Surface] is made of.
type SurfaceConfig struct {
	To      Sender
	Places  Places
	Scopes  func() []string // what the token may do, as Slack said last
	Channel *Channel        // the governance channel; nil where there is none
}

// Surface brings messages to people on Slack, as direct messages, and to the governance channel. What it does not promise, it
// says: a message whose answer was lost may be there or not, and only the scope im:history lets us look.
type Surface struct{ cfg SurfaceConfig }

// NewSurface makes a surface.
func NewSurface(cfg SurfaceConfig) *Surface { return &Surface{cfg: cfg} }

// Name implements [bot.Surface].
func (s *Surface) Name() string { return surfaceName }

// Send implements [bot.Surface]. A message goes to the user's id; Slack says in which conversation it stands then, and that
// id is kept, for messages are updated there.
func (s *Surface) Send(ctx context.Context, to workflows.Account, m bot.Message) (bot.Sent, error) {
	if err := s.allowed(ctx, to); err != nil {
		return bot.Sent{}, err
	}
	place, ts, err := s.cfg.To.Post(ctx, to.User, outgoing(m))
	if err != nil {
		return bot.Sent{}, err
	}
	return bot.Sent{Place: place, MessageID: ts}, nil
}

// Update implements [bot.Surface].
func (s *Surface) Update(ctx context.Context, r workflows.Receipt, m bot.Message) error {
	if err := s.allowed(ctx, r.Account); err != nil {
		return err
	}
	return s.cfg.To.Update(ctx, r.Place, r.MessageID, outgoing(m))
}

// allowed says why nothing may go to an account. People's own conversations are theirs; a channel is looked at first, before
// every change of what stands there.
func (s *Surface) allowed(ctx context.Context, to workflows.Account) error {
	switch {
	case to.Person != workflows.Channel:
		return nil
	case s.cfg.Channel == nil || s.cfg.Channel.id != to.User: // it is no governance channel any more
		return &bot.SendError{Reason: "channel_not_set", Gone: true}
	}
	return s.cfg.Channel.Allowed(ctx)
}

// outgoing draws a message. Reminders leave a part of the limits to others.
func outgoing(m bot.Message) Outgoing {
	o := Outgoing{
		Text: messageText(m.Card), Blocks: messageBlocks(m.Card), Delivery: m.Delivery, About: m.About.String(), At: m.At,
		Patient: m.Why.Daily(),
	}
	if hasChart(m.Card) {
		o.Plain = plainBlocks(m.Card)
	}
	return o
}

func hasChart(c card.Card) bool { return c.Chart != nil }

// lookBack is how many of the newest messages of a conversation are looked at for one of ours. Somebody who gets more than
// that between a crash and the next start gets one twice.
const lookBack = 300

// Find implements [bot.Surface]: it reads the direct conversation back for the message of this delivery.
func (s *Surface) Find(ctx context.Context, to workflows.Account, m bot.Message) (bot.Sent, bool, error) {
	granted := s.cfg.Scopes()
	if len(granted) == 0 { // at the start: whether it can be asked is not known yet, and a token has scopes
		return bot.Sent{}, false, &bot.SendError{Reason: "scopes_unknown", Pause: true, Reach: bot.ReachMessage, After: time.Second}
	}
	if to.Person == workflows.Channel || !slices.Contains(granted, scopeHistory) {
		return bot.Sent{}, false, bot.ErrCannotAsk
	}
	place, err := s.place(ctx, to, slices.Contains(granted, scopeIM))
	if err != nil {
		return bot.Sent{}, false, err
	}
	list, err := s.cfg.To.History(ctx, place, time.Time{}, lookBack)
	switch {
	case reason(err) == reasonScope: // it was taken away meanwhile
		return bot.Sent{}, false, bot.ErrCannotAsk
	case err != nil:
		return bot.Sent{}, false, err
	}
	for _, p := range list {
		if p.Bot != "" && p.Delivery == m.Delivery && p.About == m.About.String() && p.At.Equal(m.At.Truncate(time.Millisecond)) {
			return bot.Sent{Place: place, MessageID: p.TS}, true, nil
		}
	}
	return bot.Sent{}, false, nil
}

// place finds the direct conversation with a user: where they were written to before, else by opening it.
func (s *Surface) place(ctx context.Context, to workflows.Account, mayOpen bool) (string, error) {
	place, err := s.cfg.Places.PlaceOf(ctx, to)
	switch {
	case err == nil:
		return place, nil
	case !errors.Is(err, workflows.ErrNotFound):
		return "", fmt.Errorf("slack: conversation with an account: %w", err)
	case !mayOpen:
		return "", bot.ErrCannotAsk
	}
	place, err = s.cfg.To.OpenConversation(ctx, to.User)
	if reason(err) == reasonScope {
		return "", bot.ErrCannotAsk
	}
	return place, err
}
