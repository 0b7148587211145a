package bot

import (
	"context"
	"errors"
	"fmt"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// LinkBook gives links of accounts by our ids; the store is one.
type LinkBook interface {
	// Link gives a link in any state; [workflows.ErrNotFound] where there is none.
	Link(ctx context.Context, id string) (workflows.Link, error)
}

// mayCarry says whether anything may be sent to the account of a delivery: everything in the portal and to an account that is
// linked; to any other only the question whose it is.
func mayCarry(d workflows.Delivery) bool {
	return d.Account.Surface == workflows.SurfacePortal || d.Account.Confirmed || d.Mail.Why == workflows.WhyLink
}

// readLink loads what a message about the link of an account tells, and says why it is moot, where it is. Such a message
// holds nothing of any other thing.
func (c *Courier) readLink(ctx context.Context, d workflows.Delivery, l letter) (letter, string, error) {
	if c.cfg.Links == nil {
		return l, mootGone, nil
	}
	link, err := c.cfg.Links.Link(ctx, d.Mail.About.ID)
	if errors.Is(err, workflows.ErrNotFound) {
		return l, mootGone, nil
	}
	if err != nil {
		return l, "", fmt.Errorf("deliver: %w", err)
	}
	l.Link, l.Case.Now = &link, c.cfg.Engine.Now()
	roster, err := c.cfg.Read.People(ctx, []workflows.PersonID{d.Mail.To}, nil, l.Case.Now)
	if err != nil {
		return l, "", fmt.Errorf("deliver: look up the person: %w", err)
	}
	l.Case.Viewer, _ = roster.Person(d.Mail.To)
	switch asks := l.Why == workflows.WhyLink; {
	case !l.Case.Viewer.Active:
		return l, mootInactive, nil
	case link.Person != d.Mail.To:
		return l, mootHidden, nil
	case asks && (link.State != workflows.LinkProposed || link.ID != d.Account.ID):
		return l, mootOver, nil
	case !asks && (link.ID == d.Account.ID || link.State != workflows.LinkLinked && link.State != workflows.LinkEnded):
		return l, mootOver, nil
	}
	return l, "", nil
}

// linkCard makes the card of such a message.
func (l letter) linkCard() card.Card {
	if l.Why == workflows.WhyLink {
		return view.AreYou(view.Whose{Link: *l.Link, Person: l.Case.Viewer})
	}
	return view.LinkNews(*l.Link)
}
