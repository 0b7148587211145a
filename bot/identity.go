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
}

// LinkReader is what [Identity] reads; the store is one.
type LinkReader interface {
	// FindLinks gives the links of an account of a platform, in any state and any tenant.
	FindLinks(ctx context.Context, surface, user string) ([]workflows.Link, error)
	// People gives the people named, and the active holders of the roles.
	People(ctx context.Context, named []workflows.PersonID, roles []workflows.Role, at time.Time) (workflows.Roster, error)
}

// IdentityConfig is what an [Identity] works with.
type IdentityConfig struct {
	Links Links
	Read  LinkReader
	// Tenant gives the surface's own tenant, "" while it is not known. Accounts of another are strangers.
	Tenant func(surface string) string
	Now    func() time.Time // real time
	// Business is business time, in which uses of an account are counted; nil means Now.
	Business func() time.Time
}

// Identity finds the person behind an account. It lets nobody in of whom it does not know that they may: guests, strangers,
// bots, deactivated users, accounts of another tenant, and accounts whose flags could not be read.
//
// # Why
//
// A platform signs who pressed, and says nothing about which human that is. Three things make an account a person's: an
// administrator's file, an administrator's word, and the person's own word together with an e-mail address that the
// platform gives and does not vouch for. The last is weak (whoever can change their address there could become anybody),
// so it is asked for in so many words, holds for what a person is by relation only, and is told to the person elsewhere;
// see [workflows.Account.Limited]. An address never links anything by itself.
type Identity struct{ cfg IdentityConfig }

// NewIdentity makes an identity.
func NewIdentity(cfg IdentityConfig) *Identity {
	if cfg.Business == nil {
		cfg.Business = cfg.Now
	}
	return &Identity{cfg: cfg}
}

const (
	// flagsLife is how long what a platform said of an account is good enough to decide on.
	flagsLife = 24 * time.Hour
	// useNoted is how often the use of an account is noted.
	useNoted = time.Hour
)

// Who gives the person behind the profile, for the [Desk], with the surface's key of the delivery. The reply is set instead
// where the account is refused, or linked to nobody: then it asks for a confirmation, or says who can help.
//
// Where what the platform said of the account is older than a day, the surface reads it again before it asks; if that
// failed, the person may read, and decides nothing.
func (i *Identity) Who(ctx context.Context, p Profile, key string) (Who, *Reply, error) {
	if no := i.refused(p); no != "" {
		return Who{}, refusal(no), nil
	}
	l, err := i.link(ctx, p)
	switch {
	case errors.Is(err, workflows.ErrNotFound):
		r, err := i.stranger(ctx, p)
		return Who{}, r, err
	case err != nil:
		return Who{}, nil, err
	case l.State == workflows.LinkProposed:
		r, err := i.areYou(ctx, p, l)
		return Who{}, r, err
	}
	return Who{
		Person: l.Person, Via: workflows.Via{Surface: p.Surface, Link: l.ID}, Key: key, Limited: l.Limited(),
		Unchecked: i.old(p),
	}, nil, nil
}

// refused says why an account is not let in, "" where it may be.
func (i *Identity) refused(p Profile) string {
	own := i.cfg.Tenant(p.Surface)
	switch {
	case p.ReadAt.IsZero() || own == "" || p.User == "" || p.Surface == "":
		return view.TextUnread
	case p.Bot, p.Deleted, p.Guest, p.Stranger, p.Tenant != own:
		return view.TextNotMember
	}
	return ""
}

func refusal(text string) *Reply {
	r := say(workflows.CodeNotEntitled, text)
	return &r
}

// link finds the link of an account that may be let in: a linked one, or the proposal that there is, or a new one.
// [workflows.ErrNotFound] where there is nothing to propose. The usual case is one read.
func (i *Identity) link(ctx context.Context, p Profile) (workflows.Link, error) {
	found, err := i.cfg.Read.FindLinks(ctx, p.Surface, p.User)
	if err != nil {
		return workflows.Link{}, fmt.Errorf("find the person of an account: %w", err)
	}
	l, settled, ok := workflows.PickLink(found, p.Tenant)
	switch {
	case !ok || l.State != workflows.LinkLinked:
		if l, err = i.cfg.Links.ProposeLink(ctx, p.Account(), p.Email); err != nil {
			return l, fmt.Errorf("propose a link: %w", err)
		}
	case !settled || i.cfg.Business().Sub(l.UsedAt) >= useNoted:
		if l, err = i.cfg.Links.UseLink(ctx, p.Account()); err != nil {
			return l, fmt.Errorf("use an account: %w", err)
		}
	}
	if l.State != workflows.LinkLinked && l.State != workflows.LinkProposed {
		return l, workflows.ErrNotFound
	}
	return l, nil
}

// areYou asks the holder of an account whether they are the person whose address it has.
func (i *Identity) areYou(ctx context.Context, p Profile, l workflows.Link) (*Reply, error) {
	who, err := i.person(ctx, l.Person)
	if err != nil {
		return nil, err
	}
	c := view.AreYou(view.Whose{Link: l, Person: who, Name: p.Name, Email: p.Email})
	return &Reply{Kind: ReplyCard, Card: &c, Code: workflows.CodeNotEntitled}, nil
}

// stranger says who can help an account that is linked to nobody.
func (i *Identity) stranger(ctx context.Context, p Profile) (*Reply, error) {
	roster, err := i.cfg.Read.People(ctx, nil, []workflows.Role{workflows.Administrator}, i.cfg.Business())
	if err != nil {
		return nil, fmt.Errorf("who administers: %w", err)
	}
	return refusal(view.WhoToAsk(p.Surface, roster.Holders(workflows.Administrator))), nil
}

func (i *Identity) person(ctx context.Context, id workflows.PersonID) (workflows.Person, error) {
	roster, err := i.cfg.Read.People(ctx, []workflows.PersonID{id}, nil, i.cfg.Business())
	if err != nil {
		return workflows.Person{}, fmt.Errorf("look up the person: %w", err)
	}
	who, _ := roster.Person(id)
	return who, nil
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

// Confirm takes the press on "Yes, this is me". The person is the one the card named, and trusted for nothing: the account is
// the one that pressed, and what was proposed for it is looked up. Pressed twice, it is one press.
func (i *Identity) Confirm(ctx context.Context, p Profile, person workflows.PersonID, key string) (Reply, error) {
	return i.change(ctx, workflows.LinkConfirm, p, person, key)
}

func (i *Identity) change(ctx context.Context, do workflows.LinkDo, p Profile, person workflows.PersonID, key string) (Reply, error) {
	if no := i.refused(p); no != "" {
		return *refusal(no), nil
	}
	if i.old(p) { // the address, too, may be another one by now
		return *refusal(view.TextUnread), nil
	}
	l, no, err := i.cfg.Links.ChangeLink(ctx, workflows.LinkChange{
		Do: do, Key: key, Actor: person, Person: person, Via: workflows.Via{Surface: p.Surface}, Account: p.Account(), Email: p.Email,
	})
	if err != nil {
		return Reply{}, fmt.Errorf("%s: %w", do, err)
	}
	if no != nil {
		return say(no.Code, view.Sentence(no)), nil
	}
	if l.State != workflows.LinkLinked {
		c := view.NotYou(p.Surface)
		return Reply{Kind: ReplyCard, Card: &c}, nil
	}
	who, err := i.person(ctx, l.Person)
	if err != nil {
		return Reply{}, err
	}
	c := view.LinkedNow(l, who, l.Limited() && len(who.Roles) > 0)
	return Reply{Kind: ReplyCard, Card: &c}, nil
}

// old says whether what the platform said of the account is too old to decide on.
func (i *Identity) old(p Profile) bool { return i.cfg.Now().Sub(p.ReadAt) > flagsLife }

// Propose proposes links for the accounts of a surface's user list: of each that may be let in, is linked to nobody, and has
// the address of exactly one person. It gives how many are new. One that fails does not keep the others from being
// proposed; the error joins what failed.
func (i *Identity) Propose(ctx context.Context, list []Profile) (n int, err error) {
	var faults []error
	for _, p := range list {
		if ctx.Err() != nil {
			return n, errors.Join(append(faults, ctx.Err())...)
		}
		made, err := i.propose(ctx, p)
		if err != nil {
			faults = append(faults, err)
		}
		if made {
			n++
		}
	}
	return n, errors.Join(faults...)
}

func (i *Identity) propose(ctx context.Context, p Profile) (bool, error) {
	if p.Email == "" || i.refused(p) != "" || i.old(p) {
		return false, nil
	}
	found, err := i.cfg.Read.FindLinks(ctx, p.Surface, p.User)
	if err != nil {
		return false, fmt.Errorf("find the person of an account: %w", err)
	}
	if l, _, ok := workflows.PickLink(found, p.Tenant); ok && l.State != workflows.LinkProposed && l.State != workflows.LinkRefused {
		return false, nil
	}
	l, err := i.cfg.Links.ProposeLink(ctx, p.Account(), p.Email)
	if errors.Is(err, workflows.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("propose links: %w", err)
	}
	return l.New, nil
}
