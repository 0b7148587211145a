package bot

import (
	"context"
	"fmt"

	"steward/bot/view"
	"steward/workflows"
)

// readSystem loads what a message about a system of the register tells, and says why it is moot, where it is.
func (c *Courier) readSystem(ctx context.Context, d workflows.Delivery, l letter) (letter, string, error) {
	reader := caller{
		Who:    Who{Person: d.Account.Person, Via: workflows.Via{Surface: d.Account.Surface}},
		Viewer: workflows.Person{ID: d.Account.Person}, Now: c.cfg.Engine.Now(),
	}
	e, ok, err := c.desk.entry(ctx, reader, d.Mail.About)
	if err != nil {
		return l, "", fmt.Errorf("deliver: %w", err)
	}
	l.Entry, l.Case = &e, view.Case{Viewer: e.Viewer, Now: e.Now}
	switch {
	case !ok:
		return l, mootGone, nil
	case !e.Viewer.Active:
		return l, mootInactive, nil
	case !e.Whole:
		return l, mootHidden, nil
	}
	if l.Why.Daily() {
		if l.Due, err = c.due(ctx, e.Eyes(), d.Mail); err != nil {
			return l, "", fmt.Errorf("deliver: what is due: %w", err)
		}
	}
	if d.Receipt == nil && !l.holds() {
		return l, mootOver, nil
	}
	return l, "", nil
}
