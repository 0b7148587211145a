package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// LinkBook gives links of accounts by our ids; the store is one.
type LinkBook interface {
	// Link gives a link in any state; [workflows.ErrNotFound] where there is none.
	Link(ctx context.Context, id string) (workflows.Link, error)
	// History gives the records of a thing, oldest first.
	History(ctx context.Context, about workflows.Ref) ([]workflows.LogRow, error)
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
	l.Case.Now = c.cfg.Engine.Now()
	news, ok, err := c.linkNews(ctx, d.Mail)
	if err != nil {
		return l, "", fmt.Errorf("deliver: %w", err)
	}
	if !ok {
		return l, mootGone, nil
	}
	roster, err := c.cfg.Read.People(ctx, []workflows.PersonID{d.Mail.To, news.By.ID, news.From.ID, news.To.ID}, nil, l.Case.Now)
	if err != nil {
		return l, "", fmt.Errorf("deliver: look up the person: %w", err)
	}
	for _, p := range []*workflows.Person{&news.By, &news.From, &news.To} {
		if found, ok := roster.Person(p.ID); ok {
			*p = found
		}
	}
	l.Case.Viewer, _ = roster.Person(d.Mail.To)
	l.Link = &news
	return l, l.linkMoot(d), nil
}

// linkMoot says why such a message is moot, "" where it is not.
func (l letter) linkMoot(d workflows.Delivery) string {
	link := l.Link.Link
	_, passed := workflows.Passed(d.Mail.Part)
	switch asks := l.Why == workflows.WhyLink; {
	case !l.Case.Viewer.Active:
		return mootInactive
	case passed && !l.Case.Viewer.HasAny(workflows.ComplianceLead, workflows.Administrator):
		return mootHidden
	case passed, d.Mail.Part == workflows.PartTaken && l.Link.From.ID == d.Mail.To:
		return ""
	case link.Person != d.Mail.To:
		return mootHidden
	case asks && (link.State != workflows.LinkProposed || link.ID != d.Account.ID):
		return mootOver
	case !asks && (link.ID == d.Account.ID || link.State != workflows.LinkLinked && link.State != workflows.LinkEnded):
		return mootOver
	}
	return ""
}

// linkNews reads the link that a mail is about, and what its record says of the change. Where another link has taken its place, that
// one is read: the record says whose the account was.
func (c *Courier) linkNews(ctx context.Context, m workflows.Mail) (view.AccountNews, bool, error) {
	news := view.AccountNews{Part: m.Part}
	id := m.About.ID
	if m.Record > 0 {
		rows, err := c.cfg.Links.History(ctx, m.About)
		if err != nil {
			return news, false, fmt.Errorf("read what became of an account: %w", err)
		}
		if m.Record > len(rows) {
			return news, false, nil
		}
		rec := rows[m.Record-1].Record
		var data struct {
			Person, From workflows.PersonID
			By           string
		}
		if err := json.Unmarshal(rec.Data, &data); err != nil {
			return news, false, fmt.Errorf("read what became of an account: %w", err)
		}
		news.Do, news.At, news.From.ID, news.To.ID = workflows.LinkDo(rec.What), time.UnixMilli(rec.At), data.From, data.Person
		if rec.Actor != workflows.System {
			news.By.ID = rec.Actor
		}
		if data.By != "" {
			id, news.From.ID = data.By, data.Person
		}
	}
	var err error
	news.Link, err = c.cfg.Links.Link(ctx, id)
	if errors.Is(err, workflows.ErrNotFound) {
		return news, false, nil
	}
	if id != m.About.ID {
		news.To.ID = news.Link.Person
	}
	return news, true, err
}

// linkCard makes the card of such a message.
func (l letter) linkCard() card.Card {
	if l.Why == workflows.WhyLink {
		return view.AreYou(view.Whose{Link: l.Link.Link, Person: l.Case.Viewer})
	}
	return view.LinkNews(l.Case.Eyes(), *l.Link)
}
