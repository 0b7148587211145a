package engine

import (
	"context"
	"fmt"
	"time"

	"steward/workflows"
)

// unreached is the watch over those for whom something waits where no chat and no mailbox reaches them: compliance leads read it in their
// daily message. It is a timer about the directory, which is there only as long as there is somebody.
type unreached struct{ e *Engine }

const timerUnreached = "unreached"

// apply takes the timer, and nothing else: the directory has no machine.
func (s unreached) apply(ctx context.Context, tx Tx, ev workflows.Event) (workflows.Applied, error) {
	if w, ok := ev.What.(workflows.Woken); !ok || w.Name != timerUnreached {
		return workflows.Applied{}, fmt.Errorf("the directory takes no %s", ev.What.Kind())
	}
	return workflows.Applied{About: ev.About}, s.e.tellUnreached(ctx, tx)
}

func (unreached) woken(w workflows.Woken) workflows.What { return w }

func (unreached) decode(kind string, _ []byte) (workflows.What, error) {
	return nil, fmt.Errorf("the directory takes no %s", kind)
}

// watchUnreached sets the timer, where a mail that asks something of its reader reaches them in the portal only.
func (e *Engine) watchUnreached(ctx context.Context, tx Tx, m workflows.Mail) error {
	if !e.cfg.Missed || len(e.cfg.Surfaces) == 0 || lane(m.Why) != workflows.LaneDecide || m.About.Kind == workflows.KindAccount {
		return nil
	}
	links, err := tx.LinksOf(ctx, m.To)
	if err != nil || linkedAnywhere(links) {
		return err
	}
	return e.wakeUnreached(ctx, tx)
}

// wakeUnreached sets the timer to the next time at which a compliance lead begins to work: until then that stays the same time.
func (e *Engine) wakeUnreached(ctx context.Context, tx Tx) error {
	leads, err := e.leads(ctx, tx)
	if err != nil || len(leads) == 0 {
		return err
	}
	now := e.Now()
	var first time.Time
	for _, p := range leads {
		at := p.Hours.Next(now)
		if !at.After(now) {
			at = p.Hours.Morning(now, 1)
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return tx.SetTimers(ctx, []Timer{{About: workflows.DirectoryRef(), Name: timerUnreached, At: first}})
}

// tellUnreached puts those who are not reached into the daily message of the compliance leads, as long as there is somebody. There is
// no record of it: the day stands in the place of its number.
func (e *Engine) tellUnreached(ctx context.Context, tx Tx) error {
	rows, err := tx.Unreached(ctx, e.cfg.Mail, 1)
	if err != nil || len(rows) == 0 {
		return err
	}
	leads, err := e.leads(ctx, tx)
	if err != nil {
		return err
	}
	now := e.Now()
	var mails []workflows.Mail
	for i, p := range leads {
		mails = append(mails, workflows.Mail{
			About: workflows.DirectoryRef(), Record: dayNumber(now.In(p.Zone())), Item: i, To: p.ID, Why: workflows.WhyRemind,
			Lane: lane(workflows.WhyRemind), At: now,
		})
	}
	if err := tx.PutMails(ctx, mails); err != nil {
		return err
	}
	return e.wakeUnreached(ctx, tx)
}

// dayNumber counts the days of a calendar.
func dayNumber(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

func (e *Engine) leads(ctx context.Context, tx Tx) ([]workflows.Person, error) {
	roster, err := tx.Roster(ctx, Need{Roles: []workflows.Role{workflows.ComplianceLead}}, e.Now())
	return roster.Holders(workflows.ComplianceLead), err
}
