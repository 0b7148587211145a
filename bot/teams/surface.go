package teams

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"steward/bot"
	"steward/workflows"
)

// Sender is what a [Surface] calls; [Client] is one.
type Sender interface {
	Create(ctx context.Context, service, user string) (conversation string, err error)
	Send(ctx context.Context, at workflows.Conversation, m Outgoing) (id string, err error)
	Update(ctx context.Context, at workflows.Conversation, id string, m Outgoing) error
}

// Contacts remembers where people can be written to; the store does.
type Contacts interface {
	// Conversation gives the chat of an account, dead or alive; [workflows.ErrNotFound] where none is known.
	Conversation(ctx context.Context, surface, tenant, user string) (workflows.Conversation, error)
	// SaveConversation notes a chat that is alive, unless something newer is known.
	SaveConversation(ctx context.Context, c workflows.Conversation) error
	// EndConversation notes that a chat is of no use any more, unless its account was heard of after at.
	EndConversation(ctx context.Context, surface, tenant, user, place string, at time.Time) error
}

// SurfaceConfig is what a [Surface] is made of.
type SurfaceConfig struct {
	To       Sender
	Contacts Contacts
	Tenant   string // of the organisation whose people we write to; accounts that name none are its
	// Service is where a chat is begun with somebody who has the app and was not heard of yet; empty means that nobody is
	// written to first.
	Service string
	Log     *slog.Logger
	Now     func() time.Time // real time
	// After waits; [time.After] where it is nil.
	After func(time.Duration) <-chan time.Time
}

// Surface brings messages to people in their own chats with us. What it does not promise, it says: Teams cannot be asked
// whether a message whose answer was lost is there.
//
// Nobody is reached by an id alone. Where the app is installed for somebody there is a chat, which their activities name and
// the contacts keep; where it is not, or not any more, the message has to go to another account of its reader.
type Surface struct{ cfg SurfaceConfig }

var _ bot.Surface = (*Surface)(nil)

// NewSurface makes a surface.
func NewSurface(cfg SurfaceConfig) *Surface {
	if cfg.After == nil {
		cfg.After = time.After
	}
	return &Surface{cfg: cfg}
}

// Name implements [bot.Surface].
func (s *Surface) Name() string { return surfaceName }

// What we say where Teams was not asked.
const (
	reasonNoChat   = "no_conversation"     // the app is not installed for them, as far as we know
	reasonClosed   = "conversation_closed" // they removed or blocked us
	reasonLookup   = "not_looked_up"       // the contacts could not be read
	reasonChannels = "no_channels"         // nothing is told to channels on Teams
)

// Send implements [bot.Surface].
func (s *Surface) Send(ctx context.Context, to workflows.Account, m bot.Message) (bot.Sent, error) {
	begun := s.cfg.Now()
	at, err := s.chat(ctx, to)
	if err != nil {
		return bot.Sent{}, err
	}
	o := outgoing(m, stamp{Delivery: m.Delivery, At: m.At})
	id, err := s.cfg.To.Send(ctx, at, o)
	if errors.Is(err, errMoved) {
		there, lost := s.open(ctx, at.Account)
		switch {
		case lost == nil:
			at = there
			id, err = s.cfg.To.Send(ctx, at, o)
		case passes(lost):
			return bot.Sent{}, lost
		}
	}
	if err != nil {
		s.end(ctx, at, begun, err)
		return bot.Sent{}, err
	}
	return bot.Sent{Place: at.Place, MessageID: id}, nil
}

// patience is how long an update waits before it tries a message again that Teams says is not there: it says so of messages
// that are, for years now, and sometimes for a moment only.
func patience() []time.Duration { return []time.Duration{300 * time.Millisecond, time.Second} }

// Update implements [bot.Surface]. A message of which Teams says several times that it is not there counts as gone.
func (s *Surface) Update(ctx context.Context, r workflows.Receipt, m bot.Message) error {
	begun := s.cfg.Now()
	at, err := s.known(ctx, r.Account)
	switch {
	case errors.Is(err, workflows.ErrNotFound):
		at = workflows.Conversation{Account: at.Account, Service: s.cfg.Service}
	case err != nil:
		return err
	}
	if at.Place != r.Place {
		at = workflows.Conversation{Account: at.Account, Place: r.Place, Service: at.Service}
	}
	if at.Dead || at.Service == "" || r.MessageID == "" || shared(r.Place) {
		return &bot.SendError{Reason: reasonClosed, Gone: true}
	}
	err = s.update(ctx, at, r.MessageID, outgoing(m, stamp{})) // nobody has to be told where it stands any more
	if errors.Is(err, errDead) {
		s.end(ctx, at, begun, err)
	}
	return err
}

// update replaces a message, with patience.
func (s *Surface) update(ctx context.Context, at workflows.Conversation, id string, o Outgoing) error {
	for try, moved := 0, false; ; {
		err := s.cfg.To.Update(ctx, at, id, o)
		switch {
		case errors.Is(err, errMoved) && !moved:
			there, lost := s.open(ctx, at.Account)
			if lost != nil || there.Place != at.Place {
				return err
			}
			at, moved = there, true
			continue
		case reason(err) != codeNoActivity || try == len(patience()):
			return err
		}
		select {
		case <-s.cfg.After(patience()[try]):
			try++
		case <-ctx.Done():
			return &bot.SendError{Reason: reasonTimeout, Retry: true, Err: ctx.Err()}
		}
	}
}

// Find implements [bot.Surface]: the Connector reads no messages back.
func (s *Surface) Find(context.Context, workflows.Account, bot.Message) (bot.Sent, bool, error) {
	return bot.Sent{}, false, bot.ErrCannotAsk
}

// chat finds where somebody can be written to, and begins a chat where none is known.
func (s *Surface) chat(ctx context.Context, to workflows.Account) (workflows.Conversation, error) {
	if to.Person == workflows.Channel {
		return workflows.Conversation{}, &bot.SendError{Reason: reasonChannels, Gone: true}
	}
	at, err := s.known(ctx, to)
	switch {
	case errors.Is(err, workflows.ErrNotFound):
		return s.open(ctx, at.Account)
	case err != nil:
		return at, err
	case at.Dead:
		return at, &bot.SendError{Reason: reasonClosed}
	}
	return at, nil
}

// known reads the chat of an account; [workflows.ErrNotFound] where none is known. The account is filled in all the same.
func (s *Surface) known(ctx context.Context, of workflows.Account) (workflows.Conversation, error) {
	if of.Tenant == "" {
		of.Tenant = s.cfg.Tenant
	}
	key := keyOf(of)
	at, err := s.cfg.Contacts.Conversation(ctx, surfaceName, key.Tenant, key.User)
	switch {
	case err == nil && shared(at.Place):
		err = workflows.ErrNotFound
	case err != nil && !errors.Is(err, workflows.ErrNotFound):
		err = &bot.SendError{Reason: reasonLookup, Retry: true, Err: err}
	}
	at.Account = key
	return at, err
}

// shared says that a conversation is a channel or a chat of several: what is one person's must never be sent there, however
// it came to be noted as theirs.
func shared(place string) bool { return strings.HasPrefix(place, "19:") }

// open begins a chat with somebody who has the app, or finds it again.
func (s *Surface) open(ctx context.Context, who workflows.Account) (workflows.Conversation, error) {
	at := workflows.Conversation{Account: who, Service: s.cfg.Service, SeenAt: s.cfg.Now()}
	if s.cfg.Service == "" || who.Tenant != strings.ToLower(s.cfg.Tenant) {
		return at, &bot.SendError{Reason: reasonNoChat}
	}
	place, err := s.cfg.To.Create(ctx, s.cfg.Service, who.User)
	if err != nil {
		return at, err
	}
	if at.Place = place; shared(place) {
		return at, &bot.SendError{Reason: reasonNoChat}
	}
	if err := s.cfg.Contacts.SaveConversation(ctx, at); err != nil { // it costs one more call next time
		s.cfg.Log.WarnContext(ctx, "teams: conversation not noted", "err", err)
	}
	return at, nil
}

// passes says that an error is worth another try of the same message.
func passes(err error) bool {
	se, ok := errors.AsType[*bot.SendError](err)
	return !ok || se.Retry || se.Pause
}

// end notes that a chat is closed to us, if that is what an error says. Who was heard of since the call began is there again.
func (s *Surface) end(ctx context.Context, at workflows.Conversation, begun time.Time, err error) {
	if !errors.Is(err, errDead) && !errors.Is(err, errMoved) {
		return
	}
	if at.SeenAt.After(begun) { // it was begun meanwhile, or its clock is ahead of ours
		begun = at.SeenAt
	}
	who := at.Account
	if err := s.cfg.Contacts.EndConversation(ctx, surfaceName, who.Tenant, who.User, at.Place, begun); err != nil {
		s.cfg.Log.WarnContext(ctx, "teams: end of a conversation not noted", "err", err)
	}
}

// outgoing draws a message. Reminders leave a part of the limits to others.
func outgoing(m bot.Message, s stamp) Outgoing {
	card := messageCard(m.Card, s)
	o := Outgoing{Card: &card, Summary: messageSummary(m.Card), Patient: m.Why.Daily()}
	if m.Card.Chart != nil {
		plain := plainCard(m.Card, s)
		o.Plain = &plain
	}
	return o
}
