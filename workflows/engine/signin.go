package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"steward/workflows"
)

// The sentences of refusals of a sign-in. They tell a stranger nothing about who is in the directory.
const (
	sentenceUsedSignIn  = "This sign-in was used already. Please begin again."
	sentenceNobody      = "You are signed in at your company, but Steward does not know which person of its directory you are. Please ask an administrator of Steward: your address there has to be the one in the directory."
	sentenceOtherSignIn = "Another account of your company's sign-in counts as yours in Steward. Please ask an administrator of Steward which one it is to be."
	sentenceEndedSignIn = "An administrator of Steward has to say again whose account this is."
	sentenceLeaver      = "Steward's directory says that you are not active. An administrator of Steward can look into it."
)

// SignIn finds the person behind an account at the identity provider, whose token the caller has verified: the one it is
// linked to or, the first time, the one person the token's claim leads to. Then it is linked, which is a record, and the
// person is told. From there on the claim counts for nothing: whoever changes their address there, or gets the address of
// somebody who has left, stays who they are. A refusal is no error, and stores nothing.
//
// Nobody is found where a claim leads to several people, to one who is not active, or to one who signs in with another
// account of the same provider: an administrator decides then.
func (e *Engine) SignIn(ctx context.Context, s workflows.SignIn) (l workflows.Link, no *workflows.Refusal, err error) {
	if s.Issuer == "" || s.Subject == "" || s.Key == "" {
		return l, nil, errors.New("sign in: no issuer, subject or key")
	}
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		l, no = workflows.Link{}, nil
		_, first, err := tx.Enter(ctx, "oidc/"+s.Key, e.Now())
		if err != nil {
			return err
		}
		if !first {
			no = workflows.Refuse(workflows.CodeStale, sentenceUsedSignIn)
			return errUndo
		}
		if l, no, err = e.signIn(ctx, tx, s); err != nil || no == nil {
			return err
		}
		return errUndo
	})
	switch {
	case errors.Is(err, errUndo):
		return workflows.Link{}, no, nil
	case err != nil:
		return workflows.Link{}, nil, fmt.Errorf("sign in: %w", err)
	}
	e.Rouse()
	return l, nil, nil
}

func (e *Engine) signIn(ctx context.Context, tx Tx, s workflows.SignIn) (workflows.Link, *workflows.Refusal, error) {
	found, err := tx.FindLinks(ctx, workflows.SurfaceOIDC, s.Subject)
	if err != nil {
		return workflows.Link{}, nil, err
	}
	owner, err := e.matched(ctx, tx, s)
	if err != nil {
		return workflows.Link{}, nil, err
	}
	if found, err = e.holdLinks(ctx, tx, s.Account(), found, owner); err != nil {
		return workflows.Link{}, nil, err
	}
	for _, l := range found {
		if l.Tenant == s.Issuer {
			no, err := e.signInAgain(ctx, tx, &l, s)
			return l, no, err
		}
	}
	if owner == "" {
		return workflows.Link{}, workflows.Refuse(workflows.CodeUnknown, sentenceNobody), nil
	}
	others, err := tx.LinksOf(ctx, owner)
	if err != nil {
		return workflows.Link{}, nil, err
	}
	if has(others, s.Account()) {
		return workflows.Link{}, workflows.Refuse(workflows.CodeNotNow, sentenceOtherSignIn), nil
	}
	l, err := e.firstSignIn(ctx, tx, owner, s)
	return l, nil, err
}

// signInAgain lets somebody in by the account that is linked to them.
func (e *Engine) signInAgain(ctx context.Context, tx Tx, l *workflows.Link, s workflows.SignIn) (*workflows.Refusal, error) {
	if l.State != workflows.LinkLinked {
		return workflows.Refuse(workflows.CodeNotNow, sentenceEndedSignIn), nil
	}
	roster, err := tx.Roster(ctx, Need{People: []workflows.PersonID{l.Person}}, e.Now())
	if err != nil {
		return nil, err
	}
	if !roster.Active(l.Person) {
		return workflows.Refuse(workflows.CodeInactive, sentenceLeaver), nil
	}
	if now := e.Now(); now.Sub(l.UsedAt) >= useEvery {
		l.UsedAt = now
		if err := tx.NoteUse(ctx, l.ID, now); err != nil {
			return nil, err
		}
	}
	return nil, e.recordFresh(ctx, tx, *l, s)
}

// firstSignIn links the account to its person.
func (e *Engine) firstSignIn(ctx context.Context, tx Tx, owner workflows.PersonID, s workflows.SignIn) (workflows.Link, error) {
	a := s.Account()
	a.Person, a.Confirmed, a.Proof = owner, true, workflows.ProofOIDC
	var err error
	if a.ID, err = e.newLinkID(); err != nil {
		return workflows.Link{}, err
	}
	l := workflows.Link{Account: a, State: workflows.LinkLinked, New: true, UsedAt: e.Now()}
	if err := tx.SaveLink(ctx, l); err != nil {
		return l, err
	}
	n, err := e.recordLink(ctx, tx, workflows.LinkConfirm, l, signedIn(l))
	if err != nil {
		return l, err
	}
	if err := e.recordFresh(ctx, tx, l, s); err != nil {
		return l, err
	}
	return l, e.tellLinked(ctx, tx, l, n, "")
}

// signedIn is the event of somebody's own sign-in by the account of a link.
func signedIn(l workflows.Link) workflows.Event {
	return workflows.Event{Actor: l.Person, Via: workflows.Via{Surface: workflows.SurfacePortal, Link: l.ID}}
}

// freshData is the data of the record of a fresh sign-in.
type freshData struct {
	Person workflows.PersonID `json:"person"`
	AuthAt int64              `json:"auth_at"` // Unix milliseconds, by the provider's clock
	AMR    []string           `json:"amr,omitempty"`
}

// recordFresh records a sign-in that the policy asked for. Others leave none: when people come to the portal is nobody's
// business for years.
func (e *Engine) recordFresh(ctx context.Context, tx Tx, l workflows.Link, s workflows.SignIn) error {
	if !s.Fresh || s.AuthAt.IsZero() {
		return nil
	}
	ev := signedIn(l)
	ev.About, ev.At = workflows.AccountRef(l.ID), e.Now()
	fact := workflows.Fact{Kind: string(workflows.LinkSignIn), Data: freshData{Person: l.Person, AuthAt: s.AuthAt.UnixMilli(), AMR: s.AMR}}
	_, err := e.noteAfter(ctx, tx, ev, fact, linkAfter{Person: l.Person, State: l.State, Limited: l.Limited()})
	return err
}

// matched gives the one active person to whom the claim of a sign-in leads, "" where there is none or more than one.
func (e *Engine) matched(ctx context.Context, tx Tx, s workflows.SignIn) (workflows.PersonID, error) {
	if s.Value == "" {
		return "", nil
	}
	var people []workflows.Person
	var err error
	switch s.Match {
	case workflows.MatchEmail:
		people, err = tx.Sharing(ctx, s.Value)
		return soleOwner(people, s.Value), err
	case workflows.MatchHRID:
		people, err = tx.WithHRID(ctx, s.Value)
	case workflows.MatchID:
		people, err = e.persons(ctx, tx, workflows.PersonID(s.Value))
	case workflows.MatchEntra:
		people, err = e.withEntra(ctx, tx, strings.ToLower(s.Value))
	}
	if err != nil || len(people) != 1 || !people[0].Active {
		return "", err
	}
	return people[0].ID, nil
}

func (e *Engine) persons(ctx context.Context, tx Tx, ids ...workflows.PersonID) ([]workflows.Person, error) {
	roster, err := tx.Roster(ctx, Need{People: ids}, e.Now())
	var out []workflows.Person
	for _, id := range ids {
		if p, ok := roster.Person(id); ok {
			out = append(out, p)
		}
	}
	return out, err
}

// withEntra gives the people for whom an administrator has named the object of Entra: its account on Teams is theirs.
func (e *Engine) withEntra(ctx context.Context, tx Tx, object string) ([]workflows.Person, error) {
	links, err := tx.FindLinks(ctx, "teams", object)
	var ids []workflows.PersonID
	for _, l := range links {
		if l.State == workflows.LinkLinked && (l.Proof == workflows.ProofImport || l.Proof == workflows.ProofAdmin) {
			ids = append(ids, l.Person)
		}
	}
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return e.persons(ctx, tx, ids...)
}
