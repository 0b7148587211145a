package engine

import (
	"context"
	"slices"

	"steward/workflows"
	"steward/workflows/directory"
)

// importing is what the file of an import does to links.
type importing struct {
	owners map[string]workflows.PersonID // of the accounts of the people whom the file changes, before it
	by     workflows.Event
	passed []passed
}

// passed is a record that says that an account passed from one person to another.
type passed struct {
	link   workflows.Link
	record int
}

func accountKey(a workflows.Account) string { return a.Surface + "\x00" + a.User }

// importedLinks writes a record about each account that a file links to somebody who was there before, or takes from somebody. Who
// holds a role is told, and everybody to whom another account is linked than before; what waited for an account that the file names
// no more goes elsewhere.
func (e *Engine) importedLinks(ctx context.Context, tx Tx, changes []directory.Change, by workflows.Event) error {
	im := importing{owners: map[string]workflows.PersonID{}, by: by}
	for _, c := range changes {
		if c.Before == nil {
			continue
		}
		for _, a := range c.Before.Accounts {
			im.owners[accountKey(a)] = c.Before.ID
		}
	}
	for _, c := range changes {
		for _, a := range c.Accounts {
			if a.Proof != workflows.ProofImport {
				continue
			}
			a.Person = c.Row.ID
			if err := e.importedAccount(ctx, tx, c, a, &im); err != nil {
				return err
			}
		}
	}
	if len(im.passed) == 0 {
		return nil
	}
	return e.tellPassed(ctx, tx, im.passed[0].link, im.passed[0].record, len(im.passed))
}

func (e *Engine) importedAccount(ctx context.Context, tx Tx, c directory.Change, a workflows.Account, im *importing) error {
	moved := false
	if c.Before != nil {
		i := slices.IndexFunc(c.Before.Accounts, func(b workflows.Account) bool { return a.ID == b.ID })
		if i >= 0 && c.Before.Accounts[i].User == a.User && c.Before.Accounts[i].Proof == a.Proof {
			return nil
		}
		moved = i >= 0 && c.Before.Accounts[i].User != a.User
	}
	l := workflows.Link{Account: a, State: workflows.LinkLinked}
	if err := e.takeOver(ctx, tx, l, im.by); err != nil {
		return err
	}
	from := im.owners[accountKey(a)]
	if from == c.Row.ID {
		from = ""
	}
	if c.Before == nil && from == "" {
		return nil // the record of the import names who came
	}
	if moved {
		if err := tx.MuteLink(ctx, a.ID); err != nil {
			return err
		}
		if err := tx.EndSignIns(ctx, l, true); err != nil {
			return err
		}
	}
	n, err := e.recordLinkAs(ctx, tx, workflows.LinkImport, l, linkData{Person: l.Person, Proof: l.Proof, From: from}, im.by)
	if err != nil {
		return err
	}
	if from != "" {
		im.passed = append(im.passed, passed{l, n})
	}
	switch {
	case moved:
		return e.tellLinked(ctx, tx, l, n, workflows.PartMoved)
	case c.Before != nil && len(c.Row.Roles) > 0:
		return e.tellLinked(ctx, tx, l, n, "")
	}
	return nil
}

// takeOver ends at once what links an account of a file to somebody else: else what they are told would reach the person whom
// the file names.
func (e *Engine) takeOver(ctx context.Context, tx Tx, l workflows.Link, by workflows.Event) error {
	found, err := tx.FindLinks(ctx, l.Surface, l.User)
	if err != nil {
		return err
	}
	for _, other := range found {
		if other.Person == l.Person || other.State != workflows.LinkLinked {
			continue
		}
		if err := tx.LockPeople(ctx, other.Person); err != nil {
			return err
		}
		if err := e.replaceLink(ctx, tx, other, l, by); err != nil {
			return err
		}
	}
	return nil
}
