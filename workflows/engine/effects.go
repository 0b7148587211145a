package engine

import (
	"context"
	"fmt"

	"steward/workflows"
)

// effects stores what follows from a step, in its transaction. record is the number of the step's last record; ended says
// that the thing has ended, which gives the last state of its cards the fast lane.
func (e *Engine) effects(ctx context.Context, tx Tx, ev workflows.Event, record int, ended bool, effects []workflows.Effect) error {
	var mails []workflows.Mail
	var timers []Timer
	for i, effect := range effects {
		switch ef := effect.(type) {
		case workflows.Notify:
			mails = append(mails, workflows.Mail{
				About: ef.About, Record: record, Item: i, To: ef.To, Why: ef.Why, Part: ef.Part, Lane: lane(ef.Why), At: ev.At,
			})
		case workflows.Refresh:
			m := workflows.Mail{About: ef.About, Record: record, Item: i, Lane: workflows.LaneRefresh, At: ev.At}
			if ended {
				m.Lane = workflows.LaneOutcome
			}
			mails = append(mails, m)
		case workflows.Wake:
			timers = append(timers, Timer{About: ef.About, Name: ef.Name, At: ef.At})
		case workflows.Open:
			if err := e.open(ctx, tx, ev, ef); err != nil {
				return err
			}
		case workflows.Tell:
			raw, err := told(ef.What)
			if err != nil {
				return err
			}
			key := fmt.Sprintf("%s/%d/%d", ev.About, record, i)
			if err := tx.PutTell(ctx, Tell{Key: key, About: ef.About, What: ef.What.Kind(), Body: raw, At: ev.At}); err != nil {
				return err
			}
		}
	}
	if len(mails) > 0 {
		if err := tx.PutMails(ctx, mails); err != nil {
			return err
		}
	}
	if len(timers) > 0 {
		return tx.SetTimers(ctx, timers)
	}
	return nil
}

// open makes a new thing in the same transaction. A refusal there is a mistake of ours: the step that asked for it fails.
func (e *Engine) open(ctx context.Context, tx Tx, ev workflows.Event, ef workflows.Open) error {
	sh, ok := e.shapes[ef.About.Kind]
	if !ok {
		return fmt.Errorf("open %s: no workflow of kind %q", ef.About, ef.About.Kind)
	}
	done, err := sh.apply(ctx, tx, workflows.Event{Actor: ev.Actor, For: ev.For, At: ev.At, Via: ev.Via, About: ef.About, What: ef.What})
	if err != nil {
		return err
	}
	if done.Refusal != nil {
		return fmt.Errorf("open %s: %w", ef.About, done.Refusal)
	}
	return nil
}

func lane(why workflows.Why) workflows.Lane {
	switch why {
	case workflows.WhyOutcome, workflows.WhyStop, workflows.WhyOverruled, workflows.WhyExpired, workflows.WhyJoined,
		workflows.WhyEmergencyAnswer:
		return workflows.LaneOutcome
	case workflows.WhyRemind:
		return workflows.LaneRemind
	case workflows.WhyAnchor:
		return workflows.LaneDigest
	case workflows.WhyProgress, workflows.WhyInform, workflows.WhyNobody:
		return workflows.LaneRefresh
	case workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion, workflows.WhyAnswer,
		workflows.WhyEscalated, workflows.WhyUnblock, workflows.WhyNoAnswer, workflows.WhyTask, workflows.WhyMissing,
		workflows.WhyLink, workflows.WhyLinked, workflows.WhyVerify, workflows.WhyHandOver, workflows.WhyHandedOver, workflows.WhyReEvaluate,
		workflows.WhyRenew, workflows.WhyEnding, workflows.WhySeen, workflows.WhyJoin, workflows.WhyEmergency, workflows.WhyOverride, workflows.WhyCorrected, workflows.WhyStandIn, workflows.WhyDelegateLost,
		workflows.WhyVendorFact:
		return workflows.LaneDecide
	}
	return workflows.LaneDecide
}
