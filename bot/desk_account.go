package bot

import (
	"context"
	"fmt"
	"slices"

	"steward/bot/view"
	"steward/workflows"
)

// Accounts are the linked accounts of people, as the desk shows and changes them.
type Accounts interface {
	// LinksOf gives the links of a person in any state, first the one where they are told first.
	LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error)
	// ChangeLink prefers or ends a link. A refusal is no error.
	ChangeLink(ctx context.Context, c workflows.LinkChange) (workflows.Link, *workflows.Refusal, error)
}

// WithAccounts lets the desk show people their accounts; without it the portal is the only one. It gives the desk.
func (d *Desk) WithAccounts(a Accounts) *Desk {
	d.accounts = a
	return d
}

// accountsCard lists the caller's accounts.
func (d *Desk) accountsCard(ctx context.Context, c caller, text string) (Reply, error) {
	var links []workflows.Link
	if d.accounts != nil {
		all, err := d.accounts.LinksOf(ctx, c.Person)
		if err != nil {
			return Reply{}, fmt.Errorf("accounts: %w", err)
		}
		links = slices.DeleteFunc(all, func(l workflows.Link) bool {
			return l.State != workflows.LinkLinked || l.Surface == workflows.SurfaceOIDC // nobody is told anything there
		})
	}
	r := showCard(view.Accounts(c.eyes(), links))
	r.Text, r.Path = text, view.PathAccounts
	return r, nil
}

// changeAccount takes a press on the card of one's accounts. Whose account it is, and what may be done to it from where, is
// the engine's to say.
func (d *Desk) changeAccount(ctx context.Context, c caller, ref workflows.Ref, verb string) (Reply, error) {
	do, text := workflows.LinkPrefer, view.TextChosen
	switch verb {
	case view.VerbPrefer:
	case view.VerbUnlink:
		do, text = workflows.LinkEnd, view.TextRemoved
	default:
		return d.accountsCard(ctx, c, view.TextOldButton)
	}
	if d.accounts == nil {
		return unknown(""), nil
	}
	_, no, err := d.accounts.ChangeLink(ctx, workflows.LinkChange{
		Do: do, Key: c.Key, Link: ref.ID, Actor: c.Person, Person: c.Person, Via: c.Via,
	})
	switch {
	case err != nil:
		return Reply{}, fmt.Errorf("change an account: %w", err)
	case no != nil:
		return say(no.Code, view.Sentence(no)), nil
	case verb == view.VerbUnlink && ref.ID == c.Via.Link:
		return say("", text), nil // whoever presses there next is nobody we know
	}
	return d.accountsCard(ctx, c, text)
}
