package bot

import (
	"context"
	"fmt"

	"steward/bot/view"
	"steward/workflows"
)

// Unreached says who is not reached; the store does.
type Unreached interface {
	// Unreached gives up to n people for whom something waits and who have no confirmed account in any chat, due first; nor an
	// address, where mailed says that e-mails are written.
	Unreached(ctx context.Context, mailed bool, n int) ([]workflows.Unreached, error)
}

// maxMissed bounds how many are counted who are not reached.
const maxMissed = 500

// readMissed loads a daily message that somebody gets because others are not reached, and says why it is moot, where it is.
func (c *Courier) readMissed(ctx context.Context, d workflows.Delivery, l letter) (letter, string, error) {
	_, moot, err := c.readerOf(ctx, d, &l)
	if err != nil || moot != "" {
		return l, moot, err
	}
	if err := c.daily(ctx, &l, l.Case.Eyes(), d.Mail); err != nil {
		return l, "", err
	}
	if d.Receipt == nil && !l.holds() {
		return l, mootOver, nil
	}
	return l, "", nil
}

// daily loads what the one message of a day lists, whatever made us write it: what is due for its reader and, for compliance leads, who
// is not reached.
func (c *Courier) daily(ctx context.Context, l *letter, eyes view.Eyes, m workflows.Mail) (err error) {
	if l.Due, err = c.due(ctx, eyes, m); err != nil {
		return fmt.Errorf("deliver: what is due: %w", err)
	}
	if c.cfg.Reach == nil || !eyes.Viewer.Has(workflows.ComplianceLead) {
		return nil
	}
	_, mailed := c.surfaces[workflows.SurfaceMail]
	rows, err := c.cfg.Reach.Unreached(ctx, mailed, maxMissed)
	if err != nil {
		return fmt.Errorf("deliver: who is not reached: %w", err)
	}
	l.Missed.All = len(rows)
	var named []workflows.PersonID
	for _, one := range rows[:min(len(rows), view.MaxListed)] {
		waits, err := c.cfg.Read.Waits(ctx, one.Person)
		if err != nil {
			return fmt.Errorf("deliver: what waits for who is not reached: %w", err)
		}
		named = append(named, one.Person)
		l.Missed.List = append(l.Missed.List, view.MissedOne{Unreached: one, Waits: waits})
	}
	if len(named) == 0 {
		return nil
	}
	roster, err := c.cfg.Read.People(ctx, named, nil, eyes.Now)
	if err != nil {
		return fmt.Errorf("deliver: who is not reached: %w", err)
	}
	for i, one := range l.Missed.List {
		l.Missed.List[i].Name = roster.Name(one.Person)
	}
	return nil
}
