package bot

import (
	"context"
	"errors"
	"fmt"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// Admit says why somebody may not even look around: they are not active, as for somebody who left and whose account still
// stands. It is zero for everybody else. What is asked beside the desk, as the roster is, is asked here first.
func (d *Desk) Admit(ctx context.Context, who Who) (Reply, error) {
	_, refused, err := d.caller(ctx, who)
	return orZero(refused), err
}

// maxFound is how many requests a search gives.
const maxFound = 10

// Find looks for requests by their id or tool, for somebody who wants to share one: newest first, at most ten, and only what
// they may see where they are. The cards are the ones for everybody's eyes: nobody is named on them, and nothing can be
// pressed. It changes nothing.
func (d *Desk) Find(ctx context.Context, who Who, text string) ([]card.Card, *Reply, error) {
	c, refused, err := d.caller(ctx, who)
	if err != nil || refused != nil {
		return nil, refused, err
	}
	rows, _, err := d.read.RequestRows(ctx, c.Viewer, workflows.RequestFilter{Text: card.Clean(text), Limit: maxFound})
	if err != nil {
		return nil, nil, fmt.Errorf("find requests: %w", err)
	}
	var out []card.Card
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
