package bot

import (
	"context"
	"fmt"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows/policy"
)

// Assess gives what the policy makes of a form as far as its draft is filled in, to be shown beside it. ok is false for forms
// that ask no questions of a flow, and for those that are over or not the caller's. It changes nothing.
func (d *Desk) Assess(ctx context.Context, who Who, form string) (c card.Card, ok bool, err error) {
	by, refused, err := d.caller(ctx, who)
	if err != nil || refused != nil {
		return card.Card{}, false, err
	}
	draft, ok, err := d.draft(ctx, by, form)
	if err != nil || !ok || ended(draft) {
		return card.Card{}, false, err
	}
	f, no, err := d.filling(ctx, by, draft)
	if err != nil || no != nil || f.isAct() || len(f.form.Flow.Rules) == 0 {
		return card.Card{}, false, err
	}
	sc, err := f.form.Flow.Screen(given(f.draft.Answers), f.form.Facts)
	if err != nil {
		return card.Card{}, false, fmt.Errorf("screen a draft so far: %w", err)
	}
	return view.SoFar(f.form, sc), true, nil
}

// given gives the answers that are there: not what was left empty, and not what belongs to the form itself.
func given(all policy.Answers) policy.Answers {
	out := make(policy.Answers, len(all))
	for key, a := range all {
		if a.Text != "" || len(a.List) > 0 || a.Number != 0 || a.Yes || len(a.Lines) > 0 {
			out[key] = a
		}
	}
	return out
}
