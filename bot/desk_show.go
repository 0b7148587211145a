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
	return d.pressThing(ctx, c, about, card.Action{Verb: view.VerbShow})
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
