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
	var named []workflows.PersonID
	if l.Why == workflows.WhyJoin { // its part is who asks, and who asked is named also when they have joined
		named = append(named, workflows.PersonID(l.Part))
	}
	e, ok, err := c.desk.entry(ctx, reader, d.Mail.About, named...)
	if err != nil {
		return l, "", fmt.Errorf("deliver: %w", err)
	}
	l.Entry, l.Case = &e, view.Case{Viewer: e.Viewer, Now: e.Now}
	switch {
	case !ok:
		return l, mootGone, nil
	case !e.Viewer.Active:
		return l, mootInactive, nil
	case !e.Whole && !e.System.Part(e.Viewer.ID) && (d.Receipt == nil || l.Why != workflows.WhyJoin && l.Why != workflows.WhyJoined):
		return l, mootHidden, nil // a card about joining tells what everybody reads, and is never left as it was
	}
	if l.Why.Daily() {
		if err := c.daily(ctx, &l, e.Eyes(), d.Mail); err != nil {
			return l, "", err
		}
	}
	if d.Receipt == nil && !l.holds() {
		return l, mootOver, nil
	}
	return l, "", nil
}
