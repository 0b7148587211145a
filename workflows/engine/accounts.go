package engine

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"steward/workflows"
)

// useEvery is how often the use of a link is noted.
const useEvery = time.Hour

// linkData is the data of the records about a link: our ids and codes, never the platform's id, a name or an address.
type linkData struct {
	Person workflows.PersonID `json:"person"`
	Proof  workflows.Proof    `json:"proof,omitempty"`
	By     string             `json:"by,omitempty"` // the link that takes its place
	// From is whose the account was until then, where it was linked to somebody else.
	From workflows.PersonID `json:"from,omitempty"`
}

// linkAfter is the short form of a link's state on each of its records; verify compares it with the row.
type linkAfter struct {
	Person  workflows.PersonID  `json:"person"`
	State   workflows.LinkState `json:"state"`
	Limited bool                `json:"limited,omitempty"`
}

// UseLink finds the link of an account that is being used in its tenant, which is not empty, and notes the use, at most once
// an hour and without a record. The first use of an account that an administrator's file names fills the tenant in, as a
// record: the file cannot know it. Whoever calls has made sure that the tenant is the surface's own.
// [workflows.ErrNotFound] where there is no link in any state.
func (e *Engine) UseLink(ctx context.Context, a workflows.Account) (l workflows.Link, err error) {
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		found, err := tx.FindLinks(ctx, a.Surface, a.User)
		if err != nil {
			return err
		}
		var settled, ok bool
		if l, settled, ok = workflows.PickLink(found, a.Tenant); !ok || a.Tenant == "" {
			return workflows.ErrNotFound
		}
		if !settled {
			if l, err = e.fillTenant(ctx, tx, a, found); err != nil {
				return err
			}
		}
		now := e.Now()
		if l.State != workflows.LinkLinked || now.Sub(l.UsedAt) < useEvery {
			return nil
		}
		l.UsedAt = now
		return tx.NoteUse(ctx, l.ID, now)
	})
	if err != nil {
		return workflows.Link{}, fmt.Errorf("use of an account: %w", err)
	}
	return l, nil
}

// fillTenant gives the link that a file made its tenant. Any other link of the account in that tenant makes way: what an
// administrator says counts more than what an address suggests.
func (e *Engine) fillTenant(ctx context.Context, tx Tx, a workflows.Account, found []workflows.Link) (workflows.Link, error) {
	found, err := e.holdLinks(ctx, tx, a, found)
	if err != nil {
		return workflows.Link{}, err
	}
	l, settled, ok := workflows.PickLink(found, a.Tenant)
	if !ok || settled { // somebody else was faster
		return l, nil
	}
	l.Tenant = a.Tenant
	ev := workflows.Event{Actor: workflows.System, Via: workflows.Via{Surface: a.Surface, Link: l.ID}}
	for _, other := range found {
		if other.Tenant != a.Tenant {
			continue
		}
		l.Preferred = l.Preferred || other.Preferred && other.Person == l.Person
		if err := e.replaceLink(ctx, tx, other, l, ev); err != nil {
			return l, err
		}
	}
	if err := tx.SaveLink(ctx, l); err != nil {
		return l, err
	}
	_, err = e.recordLink(ctx, tx, workflows.LinkTenant, l, ev)
	return l, err
}

// holdLinks holds everyone to whom an account is linked, and more, and reads its links again.
func (e *Engine) holdLinks(ctx context.Context, tx Tx, a workflows.Account, found []workflows.Link, more ...workflows.PersonID) ([]workflows.Link, error) {
	held := more
	for _, l := range found {
		held = append(held, l.Person)
	}
	if err := tx.LockPeople(ctx, held...); err != nil {
		return nil, err
	}
	again, err := tx.FindLinks(ctx, a.Surface, a.User)
	for _, l := range again {
		if !slices.Contains(held, l.Person) {
			return nil, workflows.ErrConflict // linked to somebody else in between
		}
	}
	return again, err
}

// replaceLink removes a link of an account to which another one counts from now on. Where the other is of somebody else, nothing more
// is told there, the ways into the portal that it opened end, and who had it is told, with those who have to know.
func (e *Engine) replaceLink(ctx context.Context, tx Tx, old, by workflows.Link, ev workflows.Event) error {
	passes := old.Person != by.Person
	if passes {
		if err := tx.MuteLink(ctx, old.ID); err != nil {
			return err
		}
	}
	if passes && old.State == workflows.LinkLinked {
		if err := tx.EndSignIns(ctx, old, true); err != nil {
			return err
		}
	}
	if err := tx.DropLink(ctx, old.ID); err != nil {
		return err
	}
	was := old.State
	old.State, old.Proof = workflows.LinkGone, workflows.ProofNone
	n, err := e.recordLinkAs(ctx, tx, workflows.LinkReplace, old, linkData{Person: old.Person, By: by.ID}, ev)
	if err != nil || !passes || was != workflows.LinkLinked {
		return err
	}
	if err := e.tellLinked(ctx, tx, old, n, workflows.PartTaken); err != nil {
		return err
	}
	return e.tellPassed(ctx, tx, old, n, 1)
}

// recordLink writes one record about a link as it is after the change, and gives its number.
func (e *Engine) recordLink(ctx context.Context, tx Tx, do workflows.LinkDo, l workflows.Link, ev workflows.Event) (int, error) {
	return e.recordLinkAs(ctx, tx, do, l, linkData{Person: l.Person, Proof: l.Proof}, ev)
}

func (e *Engine) recordLinkAs(ctx context.Context, tx Tx, do workflows.LinkDo, l workflows.Link, data linkData, ev workflows.Event) (int, error) {
	ev.About, ev.At = workflows.AccountRef(l.ID), e.Now()
	fact := workflows.Fact{Kind: string(do), Data: data}
	return e.noteAfter(ctx, tx, ev, fact, linkAfter{Person: l.Person, State: l.State, Limited: l.Limited()})
}

// ProposeLink proposes that an account, whose tenant is the surface's own, belongs to the one person who has the address
// that the platform gives for it. Nothing follows from a proposal but a question to the account. It gives the link that
// there is where it is proposed or linked already, and [workflows.ErrNotFound] where nothing is to be proposed:
//
//   - nobody in the directory has exactly this address, or more than one has a similar one, or they have left;
//   - they have a linked account on the surface already;
//   - the account was linked before, or its holder has said that they are somebody else: an administrator decides then.
func (e *Engine) ProposeLink(ctx context.Context, a workflows.Account, email string) (l workflows.Link, err error) {
	if a.Surface == "" || a.Tenant == "" || a.User == "" {
		return l, fmt.Errorf("propose a link: an account without its tenant: %w", workflows.ErrNotFound)
	}
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		l, err = e.propose(ctx, tx, a, email)
		return err
	})
	if err != nil {
		return workflows.Link{}, fmt.Errorf("propose a link: %w", err)
	}
	return l, nil
}

func (e *Engine) propose(ctx context.Context, tx Tx, a workflows.Account, email string) (workflows.Link, error) {
	sharing, err := tx.Sharing(ctx, email)
	if err != nil {
		return workflows.Link{}, err
	}
	owner := soleOwner(sharing, email)
	found, err := tx.FindLinks(ctx, a.Surface, a.User)
	if err != nil {
		return workflows.Link{}, err
	}
	if found, err = e.holdLinks(ctx, tx, a, found, owner); err != nil {
		return workflows.Link{}, err
	}
	others, err := tx.LinksOf(ctx, owner)
	if err != nil {
		return workflows.Link{}, err
	}
	old, _, ok := workflows.PickLink(found, a.Tenant)
	switch {
	case ok && old.State == workflows.LinkLinked:
		return old, nil
	case owner == "" || has(others, a), ok && old.State == workflows.LinkEnded:
		return workflows.Link{}, workflows.ErrNotFound
	case ok && old.Person == owner && old.State == workflows.LinkProposed:
		return old, nil
	case ok && old.Person == owner:
		return workflows.Link{}, workflows.ErrNotFound
	}
	a.Person, a.Confirmed, a.Proof = owner, false, workflows.ProofNone
	if a.ID, err = e.newLinkID(); err != nil {
		return workflows.Link{}, err
	}
	l := workflows.Link{Account: a, State: workflows.LinkProposed, New: true}
	ev := workflows.Event{Actor: workflows.System, Via: workflows.Via{Surface: a.Surface, Link: a.ID}}
	if ok {
		if err := e.replaceLink(ctx, tx, old, l, ev); err != nil {
			return workflows.Link{}, err
		}
	}
	if err := tx.SaveLink(ctx, l); err != nil {
		return workflows.Link{}, err
	}
	_, err = e.recordLink(ctx, tx, workflows.LinkPropose, l, ev)
	return l, err
}

// newLinkID gives an id that says nothing about the account.
func (e *Engine) newLinkID() (string, error) {
	raw := make([]byte, 8)
	if _, err := io.ReadFull(e.cfg.Rand, raw); err != nil {
		return "", fmt.Errorf("id of a link: %w", err)
	}
	return "acc-" + hex.EncodeToString(raw), nil
}
