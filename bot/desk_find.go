package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// Admit says why somebody may not even look around: they are not active, as for somebody who left and whose account still
// stands. It is zero for everybody else. What is asked beside the desk, as the roster is, is asked here first.
func (d *Desk) Admit(ctx context.Context, who Who) (Reply, error) {
	_, refused, err := d.caller(ctx, who)
	return orZero(refused), err
}

// maxFound is how many cards a search gives.
const maxFound = 10

// Find looks for systems of the AI register by their id, tool or vendor, and for requests by their id or title, for somebody who
// wants to share one: systems first, each newest first, at most ten in all. The cards are the ones for everybody's eyes: of a system
// what everybody reads, of a request, which has to be one that they may see where they are, nobody's name; and nothing can be
// pressed. It changes nothing.
func (d *Desk) Find(ctx context.Context, who Who, text string) ([]card.Card, *Reply, error) {
	c, refused, err := d.caller(ctx, who)
	if err != nil || refused != nil {
		return nil, refused, err
	}
	text = card.Clean(text)
	out, err := d.publicSystems(ctx, c, text)
	if err != nil || len(out) == maxFound {
		return out, nil, err
	}
	rows, _, err := d.read.RequestRows(ctx, c.Viewer, workflows.RequestFilter{Text: text, Limit: maxFound - len(out)})
	if err != nil {
		return nil, nil, fmt.Errorf("find requests: %w", err)
	}
	for _, r := range rows {
		k, sees, err := d.look(ctx, c, workflows.RequestRef(r.ID))
		if errors.Is(err, workflows.ErrNotFound) || err == nil && !sees {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		out = append(out, view.Public(k))
	}
	return out, nil, nil
}

// publicSystems gives the cards for everybody's eyes of the systems that a text finds.
func (d *Desk) publicSystems(ctx context.Context, c caller, text string) (out []card.Card, err error) {
	rows, _, err := d.read.SystemRows(ctx, workflows.SystemFilter{Text: text, Limit: maxFound})
	if err != nil {
		return nil, fmt.Errorf("find systems: %w", err)
	}
	for _, r := range rows {
		e, ok, err := d.entry(ctx, c, workflows.SystemRef(r.ID))
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, view.SystemPublic(e))
		}
	}
	return out, nil
}

// maxOffered is how many entries a search may have found for it to say of each how to join it.
const maxOffered = 3

// alike gives the approved uses that are like the tool that somebody named, newest first.
func (d *Desk) alike(ctx context.Context, c caller, tool, vendor string) (out []view.Entry, err error) {
	if tool = card.Clean(tool); tool == "" {
		return nil, nil
	}
	rows, err := d.read.AlikeSystems(ctx, tool, card.Clean(vendor), c.Now.UnixMilli(), view.MaxAlike)
	if err != nil {
		return nil, fmt.Errorf("look for systems alike: %w", err)
	}
	for _, r := range rows {
		e, ok, err := d.entry(ctx, c, workflows.SystemRef(r.ID))
		if err != nil {
			return nil, err
		}
		if ok && !e.System.Emergency { // that is not decided on yet
			out = append(out, e)
		}
	}
	return out, nil
}

// register finds systems by their id, tool or vendor, newest first: for anybody who works here.
func (d *Desk) register(ctx context.Context, c caller, text string) (Reply, error) {
	if text = card.Clean(text); text == "" {
		return say(workflows.CodeField, view.TextFindWhat), nil
	}
	found, more, err := d.systems(ctx, c, workflows.SystemFilter{Text: text, Limit: view.MaxListed})
	if err != nil {
		return Reply{}, err
	}
	if len(found) <= maxOffered && !more {
		for i, r := range found {
			e, ok, err := d.entry(ctx, c, workflows.SystemRef(r.ID))
			if err != nil {
				return Reply{}, err
			}
			if ok {
				found[i].Entry = &e
			}
		}
	}
	return showCard(view.Found(c.eyes(), text, found, more)), nil
}

// systems gives the first systems that a filter lets through, with the names of their owners.
func (d *Desk) systems(ctx context.Context, c caller, f workflows.SystemFilter) (found []view.SystemRow, more bool, err error) {
	rows, next, err := d.read.SystemRows(ctx, f)
	if err != nil {
		return nil, false, fmt.Errorf("find systems: %w", err)
	}
	owners := make([]workflows.PersonID, 0, len(rows))
	for _, r := range rows {
		owners = append(owners, r.Owner)
	}
	roster, err := d.read.People(ctx, owners, nil, c.Now)
	if err != nil {
		return nil, false, fmt.Errorf("owners of systems: %w", err)
	}
	flows, err := d.engine.Flows(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("flows in force: %w", err)
	}
	for _, r := range rows {
		row := view.SystemRow{SystemRow: r, Owner: roster.Name(r.Owner)}
		if i := slices.IndexFunc(flows, func(f *policy.Flow) bool { return f.Key == r.Flow }); i >= 0 {
			row.Flow = flows[i]
		}
		found = append(found, row)
	}
	return found, next != "", nil
}
