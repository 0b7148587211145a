package bot

import (
	"context"
	"fmt"

	"steward/bot/view"
	"steward/workflows"
)

// readAbsence loads what a message about an absence tells, and says why it is moot, where it is.
func (c *Courier) readAbsence(ctx context.Context, d workflows.Delivery, l letter) (letter, string, error) {
	reader, moot, err := c.readerOf(ctx, d, &l)
	if err != nil || moot != "" {
		return l, moot, err
	}
	x, ok, err := c.desk.absence(ctx, reader, d.Mail.About)
	if err != nil {
		return l, "", fmt.Errorf("deliver: %w", err)
	}
	if !ok {
		return l, mootHidden, nil
	}
	l.Away = &x
	if d.Receipt == nil && !l.holds() {
		return l, mootOver, nil
	}
	return l, "", nil
}

// readerOf gives whom a delivery is for as the desk knows them, puts them into the letter, and says why it is moot where they have left.
func (c *Courier) readerOf(ctx context.Context, d workflows.Delivery, l *letter) (caller, string, error) {
	reader := caller{Who: Who{Person: d.Account.Person, Via: workflows.Via{Surface: d.Account.Surface}}, Now: c.cfg.Engine.Now()}
	roster, err := c.cfg.Read.People(ctx, []workflows.PersonID{d.Account.Person}, nil, reader.Now)
	if err != nil {
		return reader, "", fmt.Errorf("deliver: %w", err)
	}
	reader.Viewer, _ = roster.Person(d.Account.Person)
	l.Case = view.Case{Viewer: reader.Viewer, Now: reader.Now}
	if !reader.Viewer.Active {
		return reader, mootInactive, nil
	}
	return reader, "", nil
}
