package bot

import (
	"context"
	"fmt"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register/enter"
)

// openRenewal opens the form that renews the approval of a system, filled in with the answers that were approved. It asks what the
// policy in force asks today.
func (d *Desk) openRenewal(ctx context.Context, c caller, e view.Entry, draft policy.Draft) (Reply, error) {
	k, err := d.renewed(ctx, c, e)
	if err != nil {
		return Reply{}, err
	}
	draft.Answers = k.Request.Renewable(enter.Entry(e.System), c.Person).Before
	draft.Seen.Round = k.Request.Round
	return d.begin(ctx, c, draft)
}

// renewed reads the request whose approval is to be renewed. Who owns the system reads it, whoever asked for it once.
func (d *Desk) renewed(ctx context.Context, c caller, e view.Entry) (view.Case, error) {
	k := view.Case{Viewer: c.Viewer, Now: c.Now, Surface: c.Via.Surface, Assured: c.Assured, Flow: e.Flow, Roster: e.Roster}
	var err error
	if k.Request, err = d.read.Request(ctx, e.System.Request); err != nil {
		return k, fmt.Errorf("read request %s: %w", e.System.Request, err)
	}
	return k, nil
}

// renews gives what the form of a renewal is held against.
func (f *filling) renews() *policy.Renews {
	if f.draft.Form != view.VerbRenew {
		return nil
	}
	r := f.k.Request.Renewable(enter.Entry(f.e.System), f.Person)
	return &r
}

// renewal gives what a form of a renewal is about once it is sent: the request in which the approval was given.
func (f *filling) renewal() workflows.Ref { return workflows.RequestRef(f.k.Request.ID) }
