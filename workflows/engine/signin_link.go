package engine

import (
	"context"
	"fmt"

	"steward/workflows"
)

// personRef is the thing whose log holds what was done about one person: links that sign them in, and their being signed out.
func personRef(who workflows.PersonID) workflows.Ref {
	return workflows.Ref{Kind: workflows.KindPeople, ID: string(who)}
}

// wayData is the data of such records.
type wayData struct {
	Person   workflows.PersonID `json:"person"`
	Ends     int64              `json:"ends,omitempty"`     // of a link; Unix milliseconds, real time
	Sessions *int               `json:"sessions,omitempty"` // that were ended
}

// MakeSignInLink stores a one-time link that somebody who runs Steward made for a person, with a record of it: whoever
// holds it can act as that person.
func (e *Engine) MakeSignInLink(ctx context.Context, l workflows.SignInLink, actor workflows.PersonID, via workflows.Via) error {
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		if err := tx.LockPeople(ctx, l.Person); err != nil {
			return err
		}
		if err := tx.PutSignInLink(ctx, l); err != nil {
			return err
		}
		fact := workflows.Fact{Kind: workflows.FactSignInLinkMade, Data: wayData{Person: l.Person, Ends: l.Ends.UnixMilli()}}
		_, err := e.note(ctx, tx, workflows.Event{About: personRef(l.Person), Actor: actor, At: e.Now(), Via: via}, fact)
		return err
	})
	if err != nil {
		return fmt.Errorf("make a sign-in link: %w", err)
	}
	return nil
}

// SignOut ends all sessions of a person and the one-time links that were not used yet, with a record, and gives how many
// sessions there were.
func (e *Engine) SignOut(ctx context.Context, who, actor workflows.PersonID, via workflows.Via) (n int, err error) {
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		if err := tx.LockPeople(ctx, who); err != nil {
			return err
		}
		if n, err = tx.EndSessions(ctx, who); err != nil {
			return err
		}
		fact := workflows.Fact{Kind: workflows.FactSignedOut, Data: wayData{Person: who, Sessions: &n}}
		_, err := e.note(ctx, tx, workflows.Event{About: personRef(who), Actor: actor, At: e.Now(), Via: via}, fact)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sign out: %w", err)
	}
	return n, nil
}
