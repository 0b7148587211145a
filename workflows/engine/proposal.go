package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/policy"
)

// proposalAfter is the whole of a proposal on each of its records; verify compares it with the row.
type proposalAfter struct {
	What      workflows.ProposalKind  `json:"what"`
	Subject   workflows.PersonID      `json:"subject,omitempty"`
	From      string                  `json:"from"`
	To        string                  `json:"to"`
	By        workflows.PersonID      `json:"by"`
	At        int64                   `json:"at"`
	State     workflows.ProposalState `json:"state"`
	SettledBy workflows.PersonID      `json:"settled_by,omitempty"`
	SettledAt int64                   `json:"settled_at,omitempty"`
	Alone     bool                    `json:"alone,omitempty"`
}

func afterOf(p workflows.Proposal) proposalAfter {
	a := proposalAfter{
		What: p.What, Subject: p.Subject, From: p.From, To: p.To, By: p.By, At: p.At.UnixMilli(), State: p.State, SettledBy: p.SettledBy, Alone: p.Alone,
	}
	if !p.SettledAt.IsZero() {
		a.SettledAt = p.SettledAt.UnixMilli()
	}
	return a
}

// refusedProposal is the data of the record of a refusal of authority.
type refusedProposal struct {
	Do   workflows.ProposalDo `json:"do"`
	Code workflows.Code       `json:"code"`
}

// rolesChanged is the data of the record in the log of the directory.
type rolesChanged struct {
	Person   workflows.PersonID `json:"person"`
	Added    []workflows.Role   `json:"roles_added,omitempty"`
	Removed  []workflows.Role   `json:"roles_removed,omitempty"`
	Proposal string             `json:"proposal"`
	By       workflows.PersonID `json:"by"` // who proposed it
	Alone    bool               `json:"alone,omitempty"`
}

// Propose stores a proposal with its reason, or says why there is none; nothing comes into force by it. A pack that is
// proposed is stored with it; for roles it is nil. Where the same is proposed already, that proposal comes back with the
// refusal.
func (e *Engine) Propose(ctx context.Context, ask workflows.ProposalAsk, pack *policy.Pack) (p workflows.Proposal, no *workflows.Refusal, err error) {
	if (ask.What == workflows.ProposePolicy) != (pack != nil && pack.Hash == ask.To) {
		return p, nil, fmt.Errorf("propose %s: the pack is not the one that is named", ask.What)
	}
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		facts, err := e.proposalFacts(ctx, tx, ask.What, ask.Subject, ask.Actor)
		if err != nil {
			return err
		}
		if p, no = workflows.Propose(ask, facts); no != nil {
			return errUndo
		}
		if pack != nil {
			if err := tx.PutBundle(ctx, pack.Hash, pack.Bundle(), facts.Now); err != nil {
				return err
			}
		}
		if p.ID, err = tx.NewProposalID(ctx); err != nil {
			return err
		}
		fact := workflows.Fact{Kind: workflows.FactProposed, Texts: map[string]string{"reason": strings.TrimSpace(ask.Reason)}}
		return e.saveProposal(ctx, tx, p, workflows.Event{Actor: ask.Actor, Via: ask.Via}, fact)
	})
	switch {
	case errors.Is(err, errUndo):
		return p, no, nil
	case errors.Is(err, workflows.ErrConflict):
		return workflows.Proposal{}, workflows.Overtaken(), nil
	case err != nil:
		return workflows.Proposal{}, nil, fmt.Errorf("propose %s: %w", ask.What, err)
	}
	return p, nil, nil
}

// SettleProposal confirms a proposal, which puts it in force in the same transaction, or withdraws it; or it says why not, see
// [workflows.Proposal.Settle]. A refusal of authority is a record, once a week for each person and reason.
func (e *Engine) SettleProposal(ctx context.Context, act workflows.ProposalAct) (p workflows.Proposal, no *workflows.Refusal, err error) {
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		if _, err := tx.HoldPack(ctx); err != nil {
			return err
		}
		before, err := tx.Proposal(ctx, act.ID)
		if errors.Is(err, workflows.ErrNotFound) {
			no = workflows.NoProposal()
			return errUndo
		}
		if err != nil {
			return err
		}
		facts, err := e.proposalFacts(ctx, tx, before.What, before.Subject, act.Actor)
		if err != nil {
			return err
		}
		by := workflows.Event{Actor: act.Actor, Via: act.Via}
		if p, no = before.Settle(act, facts); no != nil {
			return e.refuseProposal(ctx, tx, p, act, no)
		}
		if p == before {
			return errUndo
		}
		if p.State == workflows.ProposalWithdrawn {
			return e.saveProposal(ctx, tx, p, by, workflows.Fact{Kind: workflows.FactProposalWithdrawn})
		}
		if err := e.saveProposal(ctx, tx, p, by, workflows.Fact{Kind: workflows.FactProposalConfirmed}); err != nil {
			return err
		}
		return e.enforce(ctx, tx, p, by)
	})
	switch {
	case errors.Is(err, errUndo):
		return p, no, nil
	case errors.Is(err, workflows.ErrConflict):
		return workflows.Proposal{}, workflows.Overtaken(), nil
	case err != nil:
		return workflows.Proposal{}, nil, fmt.Errorf("%s proposal %s: %w", act.Do, act.ID, err)
	}
	e.Rouse()
	return p, no, nil
}

// proposalFacts loads what a proposal is judged by, and holds the pack in force.
func (e *Engine) proposalFacts(ctx context.Context, tx Tx, what workflows.ProposalKind, subject, actor workflows.PersonID) (workflows.ProposalFacts, error) {
	f := workflows.ProposalFacts{Now: e.Now()}
	var err error
	if f.InForce, err = tx.HoldPack(ctx); err != nil {
		return f, err
	}
	pack, err := e.pack(ctx, tx, f.InForce)
	if err != nil {
		return f, err
	}
	for _, r := range pack.Organisation.Roles {
		if !r.Relation {
			f.Known = append(f.Known, r.Key)
		}
	}
	roster, err := tx.Roster(ctx, Need{People: []workflows.PersonID{subject, actor}, Roles: []workflows.Role{workflows.Administrator}}, f.Now)
	if err != nil {
		return f, err
	}
	f.Actor, _ = roster.Person(actor)
	for _, p := range roster.Holders(workflows.Administrator) {
		f.Administrators = append(f.Administrators, p.ID)
	}
	if what == workflows.ProposeRoles {
		f.Subject, _ = roster.Person(subject)
		f.InForce = workflows.RoleList(f.Subject.Roles)
	}
	f.Open, err = tx.OpenProposals(ctx)
	return f, err
}

// saveProposal stores a proposal with one record.
func (e *Engine) saveProposal(ctx context.Context, tx Tx, p workflows.Proposal, by workflows.Event, fact workflows.Fact) error {
	if err := tx.SaveProposal(ctx, p); err != nil {
		return err
	}
	by.About, by.At = workflows.ProposalRef(p.ID), e.Now()
	_, err := e.noteAfter(ctx, tx, by, fact, afterOf(p))
	return err
}

// refuseProposal keeps a refusal of authority as a record; any other leaves nothing.
func (e *Engine) refuseProposal(ctx context.Context, tx Tx, p workflows.Proposal, act workflows.ProposalAct, no *workflows.Refusal) error {
	if !no.Authority() {
		return errUndo
	}
	key := fmt.Sprintf("refused/%s/%s/%s/%s", workflows.ProposalRef(p.ID), act.Actor, act.Do, no.Code)
	switch _, first, err := tx.Enter(ctx, key, e.Now()); {
	case err != nil:
		return err
	case !first:
		return errUndo
	}
	fact := workflows.Fact{Kind: workflows.FactProposalRefused, Data: refusedProposal{Do: act.Do, Code: no.Code}}
	return e.saveProposal(ctx, tx, p, workflows.Event{Actor: act.Actor, Via: act.Via}, fact)
}

// enforce puts a confirmed proposal in force.
func (e *Engine) enforce(ctx context.Context, tx Tx, p workflows.Proposal, by workflows.Event) error {
	if p.What == workflows.ProposePolicy {
		pack, err := e.pack(ctx, tx, p.To)
		if err != nil {
			return err
		}
		return e.activate(ctx, tx, pack, workflows.Activation{From: p.From, To: p.To, Proposal: p.ID, By: p.By, Alone: p.Alone}, by)
	}
	had, gets := workflows.RolesOf(p.From), workflows.RolesOf(p.To)
	if err := tx.SetRoles(ctx, p.Subject, gets); err != nil {
		return err
	}
	data := rolesChanged{
		Person: p.Subject, Proposal: p.ID, By: p.By, Alone: p.Alone,
		Added: workflows.RolesWithout(gets, had), Removed: workflows.RolesWithout(had, gets),
	}
	by.About, by.At = workflows.DirectoryRef(), e.Now()
	n, err := e.note(ctx, tx, by, workflows.Fact{Kind: workflows.FactRolesChanged, Data: data})
	if err != nil {
		return err
	}
	mine := func(o workflows.Proposal) bool { return o.What == workflows.ProposeRoles && o.Subject == p.Subject }
	if err := e.overtake(ctx, tx, by, mine); err != nil {
		return err
	}
	return e.rosterChanged(ctx, tx, n)
}

// overtake makes open proposals void, each with a record: something else came into force in their place.
func (e *Engine) overtake(ctx context.Context, tx Tx, by workflows.Event, which func(workflows.Proposal) bool) error {
	open, err := tx.OpenProposals(ctx)
	if err != nil {
		return err
	}
	for _, o := range open {
		if !which(o) {
			continue
		}
		if err := e.saveProposal(ctx, tx, o.Overtake(by.Actor, e.Now()), by, workflows.Fact{Kind: workflows.FactProposalVoid}); err != nil {
			return err
		}
	}
	return nil
}

// importedRoles makes proposals void that are about people whose roles a file changes, or who left by it.
func (e *Engine) importedRoles(ctx context.Context, tx Tx, changes []directory.Change, by workflows.Event) error {
	moved := map[workflows.PersonID]bool{}
	for _, c := range changes {
		moved[c.Row.ID] = !c.Row.Active || c.Before == nil || workflows.RoleList(c.Before.Roles) != workflows.RoleList(c.Row.Roles)
	}
	return e.overtake(ctx, tx, by, func(o workflows.Proposal) bool { return o.What == workflows.ProposeRoles && moved[o.Subject] })
}
