package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"steward/workflows"
	"steward/workflows/policy"
)

// ChangeLink confirms, refuses, ends or prefers a link, with one record in the same transaction, and tells the person
// elsewhere where an account came or went. A refusal is no error, and stores nothing. A change that is made already, and a
// key that was used before, give the link as it is.
//
// Where a link ends, the ways into the portal that it opened end too: one-time links that were not used yet, sessions that
// began by the account and, where an administrator took it away, all that began by a one-time link.
func (e *Engine) ChangeLink(ctx context.Context, c workflows.LinkChange) (l workflows.Link, no *workflows.Refusal, err error) {
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		l, no = workflows.Link{}, nil
		first := true
		if c.Key != "" {
			var err error
			if _, first, err = tx.Enter(ctx, c.Key, e.Now()); err != nil {
				return err
			}
		}
		before, err := e.lockLink(ctx, tx, c)
		if errors.Is(err, workflows.ErrNotFound) {
			no = workflows.Refuse(workflows.CodeUnknown, sentenceNoLink)
			return errUndo
		}
		if err != nil {
			return err
		}
		if l = before; !first {
			return errUndo
		}
		facts, err := e.linkFacts(ctx, tx, before, c)
		if err != nil {
			return err
		}
		after, refusal := judgeLink(before, c, facts)
		if no = refusal; no != nil || after == before {
			return errUndo
		}
		l = after
		return e.saveLink(ctx, tx, after, c)
	})
	switch {
	case errors.Is(err, errUndo):
		return l, no, nil
	case err != nil:
		return workflows.Link{}, nil, fmt.Errorf("%s: %w", c.Do, err)
	}
	e.Rouse()
	return l, no, nil
}

// lockLink reads the link of a change and holds its person.
func (e *Engine) lockLink(ctx context.Context, tx Tx, c workflows.LinkChange) (workflows.Link, error) {
	read := func() (workflows.Link, error) {
		if c.Link != "" {
			return tx.Link(ctx, c.Link)
		}
		found, err := tx.FindLinks(ctx, c.Account.Surface, c.Account.User)
		l, _, ok := workflows.PickLink(found, c.Account.Tenant)
		if err == nil && !ok {
			err = workflows.ErrNotFound
		}
		return l, err
	}
	l, err := read()
	if err != nil {
		return l, err
	}
	if err := tx.LockPeople(ctx, l.Person); err != nil {
		return l, err
	}
	again, err := read()
	if err == nil && again.Person != l.Person {
		err = workflows.ErrConflict
	}
	return again, err
}

// linkFacts loads what a change of a link is judged by.
func (e *Engine) linkFacts(ctx context.Context, tx Tx, l workflows.Link, c workflows.LinkChange) (linkFacts, error) {
	var f linkFacts
	roster, err := tx.Roster(ctx, Need{People: []workflows.PersonID{l.Person, c.Actor}}, e.Now())
	if err != nil {
		return f, err
	}
	if c.Via.Link != "" {
		if f.Via, err = tx.Link(ctx, c.Via.Link); err != nil && !errors.Is(err, workflows.ErrNotFound) {
			return f, err
		}
	}
	f.Person, _ = roster.Person(l.Person)
	f.Actor, _ = roster.Person(c.Actor)
	if f.Others, err = tx.LinksOf(ctx, l.Person); err != nil {
		return f, err
	}
	if c.Email != "" {
		sharing, err := tx.Sharing(ctx, c.Email)
		if err != nil {
			return f, err
		}
		f.Owner = soleOwner(sharing, c.Email)
	}
	p, err := e.pack(ctx, tx, "")
	if errors.Is(err, workflows.ErrNotFound) { // none in force yet: none that trusts a domain
		return f, nil
	}
	if err != nil {
		return f, err
	}
	f.Identity = p.Organisation.Identity
	return f, nil
}

// linkFacts are what a change of a link is judged by.
type linkFacts struct {
	Person   workflows.Person   // whose link it is
	Actor    workflows.Person   // zero for Steward itself and its command line
	Via      workflows.Link     // through which the actor came; zero for the portal and the command line
	Owner    workflows.PersonID // who alone has the address that the platform gives now
	Others   []workflows.Link   // all links of the person
	Identity policy.Identity
}

// saveLink stores a changed link with its record, and what follows.
func (e *Engine) saveLink(ctx context.Context, tx Tx, l workflows.Link, c workflows.LinkChange) error {
	if err := tx.SaveLink(ctx, l); err != nil {
		return err
	}
	via := c.Via
	if c.Account.User != "" {
		via.Link = l.ID
	}
	actor := c.Actor
	if c.Do == workflows.LinkRefuse {
		actor = workflows.System // whoever said that it is not them
	}
	n, err := e.recordLink(ctx, tx, c.Do, l, workflows.Event{Actor: actor, Via: via})
	if err != nil {
		return err
	}
	if l.State == workflows.LinkEnded {
		if err := tx.MuteLink(ctx, l.ID); err != nil {
			return err
		}
		if err := tx.EndSignIns(ctx, l, c.Actor != l.Person); err != nil {
			return err
		}
	}
	if l.State == workflows.LinkRefused || c.Do == workflows.LinkPrefer {
		return nil
	}
	return e.tellLinked(ctx, tx, l, n, "")
}

// tellLinked tells a person, elsewhere than on the account itself, that it was linked to them or is not any more: a link
// they know nothing of is an attack. The part says more, where there is more to say.
func (e *Engine) tellLinked(ctx context.Context, tx Tx, l workflows.Link, record int, part string) error {
	return tx.PutMails(ctx, []workflows.Mail{{
		About: workflows.AccountRef(l.ID), Record: record, To: l.Person, Why: workflows.WhyLinked, Part: part,
		Lane: lane(workflows.WhyLinked), At: e.Now(),
	}})
}

// tellPassed tells those who answer for Steward that an account passed from one person to another, by the record that says so, and how
// many did at once. Whoever had it is told by themselves.
func (e *Engine) tellPassed(ctx context.Context, tx Tx, l workflows.Link, record, n int) error {
	watch := []workflows.Role{workflows.ComplianceLead, workflows.Administrator}
	roster, err := tx.Roster(ctx, Need{Roles: watch}, e.Now())
	if err != nil {
		return err
	}
	var mails []workflows.Mail
	seen := map[workflows.PersonID]bool{}
	for _, p := range slices.Concat(roster.Holders(watch[0]), roster.Holders(watch[1])) {
		if seen[p.ID] {
			continue
		}
		seen[p.ID] = true
		mails = append(mails, workflows.Mail{
			About: workflows.AccountRef(l.ID), Record: record, Item: len(mails) + 1, To: p.ID, Why: workflows.WhyLinked,
			Part: workflows.PassedPart(n), Lane: lane(workflows.WhyLinked), At: e.Now(),
		})
	}
	return tx.PutMails(ctx, mails)
}
