package mail

import (
	"context"
	"net/mail"
	"time"

	"steward/bot"
	"steward/workflows"
)

// Sender is what a [Surface] calls; [Client] is one.
type Sender interface {
	Send(ctx context.Context, from, to string, text []byte) error
}

// Directory knows everybody's address; the store does.
type Directory interface {
	People(ctx context.Context, named []workflows.PersonID, roles []workflows.Role, at time.Time) (workflows.Roster, error)
}

// SurfaceConfig is what a [Surface] is made of.
type SurfaceConfig struct {
	To     Sender
	People Directory
	From   mail.Address     // see [ParseSender]
	Base   string           // the portal's address, which links begin with
	Now    func() time.Time // real time
}

// Surface brings messages to people's mailboxes. What it does not promise, it says: a mail server cannot be asked whether a
// message whose answer was lost was taken.
type Surface struct{ cfg SurfaceConfig }

var _ bot.Surface = (*Surface)(nil)

// NewSurface makes a surface.
func NewSurface(cfg SurfaceConfig) *Surface { return &Surface{cfg: cfg} }

// Name implements [bot.Surface].
func (s *Surface) Name() string { return workflows.SurfaceMail }

// Send implements [bot.Surface]. The receipt says who and which message, and not at which address.
func (s *Surface) Send(ctx context.Context, to workflows.Account, m bot.Message) (bot.Sent, error) {
	address, err := s.address(ctx, to.Person)
	if err != nil {
		return bot.Sent{}, err
	}
	l := compose(m, s.cfg.From, s.cfg.Base)
	l.To, l.At = address, s.cfg.Now()
	if err := s.cfg.To.Send(ctx, s.cfg.From.Address, address, l.bytes()); err != nil {
		return bot.Sent{}, err
	}
	return bot.Sent{Place: string(to.Person), MessageID: l.ID}, nil
}

// address gives where somebody of the directory is written to now.
func (s *Surface) address(ctx context.Context, who workflows.PersonID) (string, error) {
	roster, err := s.cfg.People.People(ctx, []workflows.PersonID{who}, nil, s.cfg.Now())
	if err != nil {
		return "", &bot.SendError{Reason: reasonLookup, Retry: true, Err: err}
	}
	switch p, _ := roster.Person(who); {
	case who == workflows.Channel || !p.Active || p.Email == "":
		return "", &bot.SendError{Reason: reasonNobody}
	case !Sendable(p.Email):
		return "", &bot.SendError{Reason: reasonAddress}
	default:
		return p.Email, nil
	}
}

// Update implements [bot.Surface]: what was sent stays as it is. The engine asks for no updates here.
func (s *Surface) Update(context.Context, workflows.Receipt, bot.Message) error {
	return &bot.SendError{Reason: reasonUpdate}
}

// Find implements [bot.Surface]: mail servers cannot be asked.
func (s *Surface) Find(context.Context, workflows.Account, bot.Message) (bot.Sent, bool, error) {
	return bot.Sent{}, false, bot.ErrCannotAsk
}
