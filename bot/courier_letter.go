package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// letter is everything a message is made of, as it is at the moment of delivery.
type letter struct {
	Case   view.Case
	Why    workflows.Why // of the message, which for a refresh is not the mail's
	Part   string
	Entry  *view.Entry       // of a message about a system; Case has its reader then
	Away   *view.Absence     // of a message about an absence; Case has its reader then
	Kept   *view.Vendor      // of a message about what is kept of a vendor; Case has its reader then
	Due    []view.Item       // what the daily message lists
	Missed view.Missed       // whom that of a compliance lead lists beside it
	Link   *view.AccountNews // of a message about the link of an account
	// Note is the checkpoint that a message about the record posts.
	Note string
	// Public says that its reader is a channel: what stands there is the same for whoever is in it.
	Public bool
}

// The reasons for closing a delivery as moot. They are stored.
const (
	mootInactive = "reader not active"
	mootHidden   = "reader may not see it"
	mootGone     = "thing does not exist"
	mootOver     = "does not hold any more"
)

// read loads what a delivery tells and says why it is moot, where it is.
func (c *Courier) read(ctx context.Context, d workflows.Delivery) (letter, string, error) {
	l := letter{Why: d.Mail.Why, Part: d.Mail.Part}
	if d.Mail.Refreshes() && d.Receipt != nil {
		l.Why, l.Part = d.Receipt.Why, d.Receipt.Part
	}
	if d.Mail.About.Kind == workflows.KindAccount {
		return c.readLink(ctx, d, l)
	}
	if d.Mail.About.Kind == workflows.KindRecord {
		return c.readAnchor(ctx, l)
	}
	if d.Mail.About.Kind == workflows.KindSystem {
		return c.readSystem(ctx, d, l)
	}
	if d.Mail.About.Kind == workflows.KindAbsence {
		return c.readAbsence(ctx, d, l)
	}
	if d.Mail.About.Kind == workflows.KindVendor {
		return c.readVendor(ctx, d, l)
	}
	if d.Mail.About.Kind == workflows.KindPeople {
		return c.readMissed(ctx, d, l)
	}
	if d.Mail.About.Kind != workflows.KindRequest {
		return l, "", fmt.Errorf("deliver: no cards for a thing of kind %q", d.Mail.About.Kind)
	}
	reader := caller{
		Who:    Who{Person: d.Account.Person, Via: workflows.Via{Surface: d.Account.Surface}},
		Viewer: workflows.Person{ID: d.Account.Person}, Now: c.cfg.Engine.Now(),
	}
	var err error
	l.Case, err = c.desk.load(ctx, reader, d.Mail.About)
	if errors.Is(err, workflows.ErrNotFound) {
		return l, mootGone, nil
	}
	if err != nil {
		return l, "", fmt.Errorf("deliver: %w", err)
	}
	switch {
	case d.Account.Person == workflows.Channel:
		l.Why, l.Part, l.Public = "", "", true
		return l, "", nil
	case !l.Case.Viewer.Active:
		return l, mootInactive, nil
	case !workflows.MaySee(l.Case.Viewer, l.Case.Request.Concerned()):
		return l, mootHidden, nil
	}
	if l.Why.Daily() {
		if err := c.daily(ctx, &l, l.Case.Eyes(), d.Mail); err != nil {
			return l, "", err
		}
	}
	if d.Receipt == nil && !l.holds() {
		return l, mootOver, nil
	}
	return l, "", nil
}

// due lists what the reader's daily message names: everything that is due, what has waited since an earlier day, and the thing
// that made us write. All reminders of a day are one delivery, so that it has to tell what each of them would have told.
func (c *Courier) due(ctx context.Context, eyes view.Eyes, mail workflows.Mail) ([]view.Item, error) {
	waits, err := c.cfg.Read.Waits(ctx, eyes.Viewer.ID)
	if err != nil {
		return nil, err
	}
	var out []view.Item
	for _, w := range waits {
		if !meant(mail, w) && !view.Due(eyes, w) && !view.Lingers(eyes, w) {
			continue
		}
		title, err := titleOf(ctx, c.cfg.Read, caller{Viewer: eyes.Viewer}, w.About)
		if errors.Is(err, workflows.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, view.Item{Wait: w, Title: title})
	}
	return out, nil
}

// meant says whether a reminder is about something that waits: of the conditions of a system, each has its own.
func meant(m workflows.Mail, w workflows.Wait) bool {
	return w.About == m.About && (m.About.Kind == workflows.KindRequest || m.Part == w.Part)
}

// holds says whether a new message would still tell what is so. Updates always do: they are made from the present state.
func (l letter) holds() bool {
	if l.Why.Daily() {
		return len(l.Due)+l.Missed.All > 0
	}
	if l.Away != nil {
		return view.AwayHolds(*l.Away, l.Why, l.Part)
	}
	if l.Kept != nil {
		return true
	}
	if l.Entry != nil {
		return view.SystemHolds(*l.Entry, l.Why, l.Part)
	}
	return view.Holds(l.Case, l.Why, l.Part)
}

// asks says whether the thing waits for the reader.
func (l letter) asks() bool {
	waits := l.Case.Request.Waits
	switch {
	case l.Entry != nil:
		waits = l.Entry.System.Waits
	case l.Kept != nil:
		waits = l.Kept.Vendor.Waits
	}
	return slices.ContainsFunc(waits, func(w workflows.Wait) bool { return w.Who == l.Case.Viewer.ID })
}

// card makes the card of the message.
func (l letter) card() card.Card {
	if l.Link != nil {
		return l.linkCard()
	}
	if l.Note != "" {
		return view.Checkpoint(l.Part, l.Note)
	}
	if l.Public {
		return view.Public(l.Case)
	}
	if l.Why.Daily() {
		return view.Daily(l.Case.Eyes(), l.Due, l.Missed)
	}
	if l.Away != nil {
		return view.AwayMessage(*l.Away, l.Why, l.Part)
	}
	if l.Kept != nil {
		return view.VendorCard(*l.Kept)
	}
	if l.Entry != nil {
		return view.SystemMessage(*l.Entry, l.Why, l.Part)
	}
	return view.Message(l.Case, l.Why, l.Part)
}
