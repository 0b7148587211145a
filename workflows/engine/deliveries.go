package engine

import (
	"context"
	"errors"
	"fmt"

	"steward/workflows"
)

// The sentences of refusals about deliveries.
const (
	sentenceNoDelivery = "There is no such delivery any more. What was sent or not needed is kept for a week."
	sentenceNotRunning = "Only an administrator or a compliance lead retries a delivery or gives it up."
	sentenceInFlight   = "It is being sent at this moment. Nothing was changed. Look again in a minute."
	sentenceNotDead    = "It has not failed, or somebody was faster. Nothing was changed."
	sentenceHasEnded   = "It has ended already. Nothing was changed."
	sentenceNoAccount  = "This account is not linked to this person any more, so nothing is sent there. Nothing was changed."
	sentenceHasLeft    = "This person is not active in the directory, so nothing is sent to them. Nothing was changed."
)

// operated is the data of a record about a delivery: ids, codes and counts, nothing of what the message says.
type operated struct {
	Of       string                  `json:"of"` // the thing it is about
	To       workflows.PersonID      `json:"to"`
	Why      workflows.Why           `json:"why,omitempty"`
	Surface  string                  `json:"surface"`
	Was      workflows.DeliveryState `json:"was"`
	Attempts int                     `json:"attempts"`
	Reason   string                  `json:"reason,omitempty"`
}

// ChangeDelivery retries a delivery that failed, or gives up one that waits or failed, with one record in the same
// transaction. A refusal is no error, and stores nothing; a key that was used before changes nothing.
//
// What a courier holds is left alone, since it may be on its way. The row is held while that is judged: a courier that
// claims passes over it, and one that ends an attempt waits and then finds by its fence that the claim is its no more.
//
// A retry goes only where a new message would: to an account that is still linked to a person who is still there. Whether
// they may still see the thing the courier asks at delivery, as ever.
func (e *Engine) ChangeDelivery(ctx context.Context, c workflows.DeliveryChange) (no *workflows.Refusal, err error) {
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		no = nil
		if c.Key != "" {
			code, first, err := tx.Enter(ctx, c.Key, e.Now())
			if err != nil {
				return err
			}
			if !first {
				no = repeated(workflows.DeliveryRef(c.ID), code).Refusal
				return errUndo
			}
		}
		refusal, err := e.changeDelivery(ctx, tx, c)
		if no = refusal; err == nil && no != nil {
			return errUndo
		}
		return err
	})
	switch {
	case errors.Is(err, errUndo):
		return no, nil
	case err != nil:
		return nil, fmt.Errorf("%s %d: %w", c.Do, c.ID, err)
	}
	e.Rouse()
	return nil, nil
}

func (e *Engine) changeDelivery(ctx context.Context, tx Tx, c workflows.DeliveryChange) (*workflows.Refusal, error) {
	d, err := tx.LockDelivery(ctx, c.ID)
	if errors.Is(err, workflows.ErrNotFound) {
		return workflows.Refuse(workflows.CodeUnknown, sentenceNoDelivery), nil
	}
	if err != nil {
		return nil, err
	}
	need := Need{People: []workflows.PersonID{c.Actor, d.Account.Person}}
	roster, err := tx.Roster(ctx, need, e.Now())
	if err != nil {
		return nil, err
	}
	actor, _ := roster.Person(c.Actor)
	if no := judgeDelivery(d, c.Do, actor); no != nil {
		return no, nil
	}
	switch c.Do {
	case workflows.DeliveryRetry:
		confirmed, no, err := reachable(ctx, tx, d, roster)
		if err != nil || no != nil {
			return no, err
		}
		if err := tx.RetryDelivery(ctx, d.ID, confirmed); err != nil {
			return nil, err
		}
	case workflows.DeliveryGiveUp:
		if err := tx.GiveUpDelivery(ctx, d.ID); err != nil {
			return nil, err
		}
	}
	fact := workflows.Fact{Kind: string(c.Do), Data: operated{
		Of: d.About.String(), To: d.Account.Person, Why: d.Why, Surface: d.Account.Surface, Was: d.State, Attempts: d.Attempts, Reason: d.Reason,
	}}
	_, err = e.note(ctx, tx, workflows.Event{About: workflows.DeliveryRef(d.ID), Actor: c.Actor, At: e.Now(), Via: c.Via}, fact)
	return nil, err
}

// judgeDelivery says why not, where the actor may not do this to a delivery as it is.
func judgeDelivery(d workflows.DeliveryRow, do workflows.DeliveryDo, actor workflows.Person) *workflows.Refusal {
	switch {
	case !workflows.RunsDeliveries(actor):
		return workflows.Refuse(workflows.CodeNotYours, sentenceNotRunning)
	case d.Held:
		return workflows.Refuse(workflows.CodeNotNow, sentenceInFlight)
	case do == workflows.DeliveryRetry && !d.Retriable():
		return workflows.Refuse(workflows.CodeNotNow, sentenceNotDead)
	case do == workflows.DeliveryGiveUp && !d.Endable():
		return workflows.Refuse(workflows.CodeNotNow, sentenceHasEnded)
	case do != workflows.DeliveryRetry && do != workflows.DeliveryGiveUp:
		return workflows.Refuse(workflows.CodeNotNow, sentenceHasEnded)
	}
	return nil
}

// reachable says whether something may be sent to the account of a delivery now, and whether it may carry content. The
// account may have been taken away since the delivery failed: its copy in the row does not know that.
func reachable(ctx context.Context, tx Tx, d workflows.DeliveryRow, roster workflows.Roster) (confirmed bool, no *workflows.Refusal, err error) {
	if d.Account.Person == workflows.Channel {
		return true, nil, nil // which channels there are, the surface knows
	}
	if !roster.Active(d.Account.Person) {
		return false, workflows.Refuse(workflows.CodeNotNow, sentenceHasLeft), nil
	}
	if d.Account.Surface == workflows.SurfacePortal || d.Account.Surface == workflows.SurfaceMail {
		return true, nil, nil // these are the person, and no link
	}
	l, err := tx.Link(ctx, d.Account.ID)
	if err != nil && !errors.Is(err, workflows.ErrNotFound) {
		return false, nil, err
	}
	same := err == nil && l.Person == d.Account.Person && l.User == d.Account.User
	switch {
	case same && l.State == workflows.LinkLinked:
		return true, nil, nil
	case same && l.State == workflows.LinkProposed && d.Why == workflows.WhyLink: // it asks whose account this is
		return false, nil, nil
	}
	return false, workflows.Refuse(workflows.CodeNotNow, sentenceNoAccount), nil
}
