package bot

import (
	"context"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// Show gives the card of a thing as it is now, for one reader. It changes nothing.
func (d *Desk) Show(ctx context.Context, who Who, about workflows.Ref) (Reply, error) {
	c, refused, err := d.caller(ctx, who)
	if err != nil || refused != nil {
		return orZero(refused), err
	}
	if about.Kind == workflows.KindSystem {
		return d.pressSystem(ctx, c, about, card.Action{Verb: view.VerbShow})
	}
	if about.Kind == workflows.KindAbsence {
		return d.pressAbsence(ctx, c, about, card.Action{Verb: view.VerbShow})
	}
	if about.Kind == workflows.KindVendor {
		return d.pressVendor(ctx, c, about, card.Action{Verb: view.VerbShow})
	}
	if no, err := d.withheld(ctx, c, about, view.VerbShow); no != nil || err != nil {
		return orZero(no), err
	}
	k, ok, err := d.look(ctx, c, about)
	if err != nil {
		return Reply{}, err
	}
	if !ok {
		return unknown(about.ID), nil
	}
	return d.shown(k, view.VerbShow), nil
}

// Home gives a person's own page. It changes nothing. Somebody who is not active gets an empty one.
func (d *Desk) Home(ctx context.Context, who Who) (card.Home, error) {
	c, refused, err := d.caller(ctx, who)
	if err != nil {
		return card.Home{}, err
	}
	if refused != nil {
		return view.NoHome(refused.Text), nil
	}
	var f view.HomeFacts
	if f.Waits, f.All, err = d.waiting(ctx, c, view.MaxListed); err != nil {
		return card.Home{}, err
	}
	if f.Mine, _, err = d.rows(ctx, c, view.MaxListed); err != nil {
		return card.Home{}, err
	}
	if f.Uses, err = d.uses(ctx, c, view.MaxListed); err != nil {
		return card.Home{}, err
	}
	if f.Drafts, err = d.unfinished(ctx, c); err != nil {
		return card.Home{}, err
	}
	if f.Away, err = d.absences(ctx, c); err != nil {
		return card.Home{}, err
	}
	return view.Home(c.eyes(), f), nil
}
