package engine

import (
	"context"
	"errors"

	"steward/workflows"
)

// The sentences of refusals that are about the account and not about the person.
const (
	sentenceSignAgain = "The account by which you signed in is not linked to you any more. Nothing was done; please sign in again."
	sentenceUnlinked  = "This account is not linked to you any more. Nothing was done here; you can use the portal."
	sentenceByRole    = "This account is linked, but an administrator has to confirm it before you decide here by a role. Nothing was decided; you can decide in the portal."
)

// mayVia asks, in the transaction of the step, whether the account through which it came, or by which its actor signed in to
// the portal, is still the actor's, and good enough for it: an account for which only its holder stands does nothing that is for
// the holders of a role; byRole says that this is. The surface asked the same before; between its question and this
// transaction an administrator may have taken the account away.
func (e *Engine) mayVia(ctx context.Context, tx Tx, ev workflows.Event, byRole bool) (*workflows.Refusal, error) {
	if ev.Via.Link == "" {
		return nil, nil
	}
	unlinked := sentenceUnlinked
	if ev.Via.Surface == workflows.SurfacePortal {
		unlinked = sentenceSignAgain
	}
	l, err := tx.Link(ctx, ev.Via.Link)
	if errors.Is(err, workflows.ErrNotFound) {
		return workflows.Refuse(workflows.CodeNotNow, unlinked), nil
	}
	if err != nil {
		return nil, err
	}
	switch {
	case l.State != workflows.LinkLinked || l.Person != ev.Actor:
		return workflows.Refuse(workflows.CodeNotNow, unlinked), nil
	case l.Limited() && byRole:
		return workflows.Refuse(workflows.CodeNotNow, sentenceByRole), nil
	}
	return nil, nil
}
