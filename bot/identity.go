package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// Profile is what a platform says of the account behind an envelope that the surface has authenticated.
type Profile struct {
	Surface string // "slack", "teams"
	Tenant  string // workspace, enterprise or tenant id
	User    string // the platform's immutable user id
	Name    string // shown to its owner only, never compared
	Email   string // proposes a link and never makes one

	Guest    bool // of this tenant, but not one of its members
	Stranger bool // of another tenant
	Bot      bool
	Deleted  bool
	// ReadAt is when the platform last said so, real time. The zero value means that it never did: nothing is known then,
	// and nobody is let in.
	ReadAt time.Time
}

// Account is the account of the profile; whose it is, the profile does not say.
func (p Profile) Account() workflows.Account {
	return workflows.Account{Surface: p.Surface, Tenant: p.Tenant, User: p.User}
}

// Links is what [Identity] asks of the engine. Every change is a record in the transaction of the change.
type Links interface {
	// UseLink finds the link of an account that is being used now: it fills in the tenant where an administrator's file could
	// not name one, and notes the use, at most once an hour. [workflows.ErrNotFound] where there is no link in any state.
	UseLink(ctx context.Context, a workflows.Account) (workflows.Link, error)
	// ProposeLink proposes that the account is the person's who alone has this address. [workflows.ErrNotFound] where that is
	// nobody, or where it must not be proposed.
	ProposeLink(ctx context.Context, a workflows.Account, email string) (workflows.Link, error)
	// ChangeLink confirms, refuses, ends or prefers a link. A refusal is no error.
	ChangeLink(ctx context.Context, c workflows.LinkChange) (workflows.Link, *workflows.Refusal, error)
	// LinksOf gives the linked accounts of a person, the preferred one first.
	LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error)
}

// IdentityConfig is what an [Identity] works with.
type IdentityConfig struct {
	Links Links
	Read  Reader
	// Tenant gives the surface's own tenant, "" while it is not known. Accounts of another are strangers.
	Tenant func(surface string) string
	Now    func() time.Time // real time
}

// Identity finds the person behind an account. It lets nobody in of whom it does not know that they may: guests, strangers,
// bots, deactivated users, accounts of another tenant, and accounts whose flags could not be read.
type Identity struct{ cfg IdentityConfig }

// NewIdentity makes an identity.
func NewIdentity(cfg IdentityConfig) *Identity { return &Identity{cfg: cfg} }

// flagsLife is how long what a platform said of an account is good enough to decide on.
const flagsLife = 24 * time.Hour

// Who gives the person behind the profile, for the [Desk], with the surface's key of the delivery. The reply is set instead
// where the account is refused, or linked to nobody: then it asks for a confirmation, or says who can help.
func (i *Identity) Who(ctx context.Context, p Profile, key string) (Who, *Reply, error) {
	if no := i.refused(p); no != "" {
		r := say(workflows.CodeNotEntitled, no)
		return Who{}, &r, nil
	}
	l, err := i.cfg.Links.UseLink(ctx, p.Account())
	if err != nil && !errors.Is(err, workflows.ErrNotFound) {
		return Who{}, nil, fmt.Errorf("find the person of an account: %w", err)
	}
	if err != nil || l.State != workflows.LinkLinked {
		r := say(workflows.CodeNotEntitled, view.TextNotLinked)
		return Who{}, &r, nil
	}
	return Who{
		Person: l.Person, Via: workflows.Via{Surface: p.Surface, Link: l.ID}, Key: key, Limited: l.Limited(),
		Unchecked: i.cfg.Now().Sub(p.ReadAt) > flagsLife,
	}, nil, nil
}

// refused says why an account is not let in, "" where it may be.
func (i *Identity) refused(p Profile) string {
	own := i.cfg.Tenant(p.Surface)
	switch {
	case p.ReadAt.IsZero() || own == "" || p.User == "":
		return view.TextUnread
	case p.Bot, p.Deleted, p.Guest, p.Stranger, p.Tenant != own:
		return view.TextNotMember
	}
	return ""
}

// Press takes a press on the card that asks whose account this is. ok is false for every other button, and nothing was done
// then. A surface asks here before [Identity.Who]: the presser has no link yet.
func (i *Identity) Press(ctx context.Context, p Profile, a card.Action, key string) (r Reply, ok bool, err error) {
	switch a.Verb {
	case view.VerbMe:
		r, err = i.Confirm(ctx, p, workflows.PersonID(a.Arg), key)
		return r, true, err
	case view.VerbNotMe:
		r, err = i.change(ctx, workflows.LinkRefuse, p, workflows.PersonID(a.Arg), key)
		return r, true, err
	}
	return Reply{}, false, nil
}

// Confirm takes the press on "Yes, this is me". The person is the one the card named; the account is the one that pressed.
func (i *Identity) Confirm(ctx context.Context, p Profile, person workflows.PersonID, key string) (Reply, error) {
	return i.change(ctx, workflows.LinkConfirm, p, person, key)
}

func (i *Identity) change(ctx context.Context, do workflows.LinkDo, p Profile, person workflows.PersonID, key string) (Reply, error) {
	if no := i.refused(p); no != "" {
		return say(workflows.CodeNotEntitled, no), nil
	}
	l, no, err := i.cfg.Links.ChangeLink(ctx, workflows.LinkChange{
		Do: do, Key: key, Actor: person, Person: person, Via: workflows.Via{Surface: p.Surface}, Account: p.Account(), Email: p.Email,
	})
	if err != nil {
		return Reply{}, fmt.Errorf("%s: %w", do, err)
	}
	switch {
	case no != nil:
		return say(no.Code, view.Sentence(no)), nil
	case l.State == workflows.LinkLinked:
		return say("", view.TextLinked), nil
	}
	return say("", view.TextNotLinked), nil
}

// Propose proposes links for the accounts of a surface's user list: of each that may be let in, is linked to nobody, and has
// the address of exactly one person. It gives how many are new.
func (i *Identity) Propose(ctx context.Context, list []Profile) (n int, err error) {
	for _, p := range list {
		if i.refused(p) != "" {
			continue
		}
		l, err := i.cfg.Links.ProposeLink(ctx, p.Account(), p.Email)
		switch {
		case errors.Is(err, workflows.ErrNotFound):
		case err != nil:
			return n, fmt.Errorf("propose links: %w", err)
		case l.New:
			n++
		}
	}
	return n, nil
}
