package engine

import (
	"context"
	"fmt"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
)

// imported is the data of an import's record: ids, roles and counts, never names.
type imported struct {
	Source  string           `json:"source"` // SHA-256 of the file
	Rows    int              `json:"rows"`
	Changes []directory.Diff `json:"changes"`
}

// ImportPeople stores the changes of a plan with one record that names each, and has every open request look anew at whom
// it waits for. A proposal about roles that the file changes becomes void. A plan without changes leaves no record.
func (e *Engine) ImportPeople(ctx context.Context, plan directory.Plan, actor workflows.PersonID, via workflows.Via) error {
	if len(plan.Changes) == 0 {
		return nil
	}
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		if _, err := tx.HoldPack(ctx); err != nil {
			return err
		}
		if err := tx.PutPeople(ctx, plan.Changes); err != nil {
			return err
		}
		fact := workflows.Fact{Kind: workflows.FactPeopleImported, Data: imported{Source: plan.Source, Rows: plan.Rows, Changes: plan.Diffs}}
		n, err := e.note(ctx, tx, workflows.Event{About: workflows.DirectoryRef(), Actor: actor, At: e.Now(), Via: via}, fact)
		if err != nil {
			return err
		}
		by := workflows.Event{Actor: actor, Via: via}
		if err := e.importedLinks(ctx, tx, plan.Changes, by); err != nil {
			return err
		}
		if err := e.importedRoles(ctx, tx, plan.Changes, by); err != nil {
			return err
		}
		return e.rosterChanged(ctx, tx, n)
	})
	if err != nil {
		return fmt.Errorf("import people: %w", err)
	}
	e.Rouse()
	return nil
}

// ImportAssets stores systems or subjects with one record, and gives how many rows changed.
func (e *Engine) ImportAssets(ctx context.Context, assets []directory.Asset, source string, actor workflows.PersonID, via workflows.Via) (int, error) {
	changed := 0
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		var err error
		if changed, err = tx.PutAssets(ctx, assets); err != nil || changed == 0 {
			return err
		}
		fact := workflows.Fact{Kind: workflows.FactAssetsImported, Data: imported{Source: source, Rows: len(assets)}}
		_, err = e.note(ctx, tx, workflows.Event{About: workflows.DirectoryRef(), Actor: actor, At: e.Now(), Via: via}, fact)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("import: %w", err)
	}
	return changed, nil
}

// Everyone gives all people as stored, ordered by id.
func (e *Engine) Everyone(ctx context.Context) ([]directory.Row, error) {
	var rows []directory.Row
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		var err error
		rows, err = tx.Everyone(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	return rows, nil
}

// note writes one record about a thing that has no machine, and gives its number. The event says about what, by whom, when;
// its What may be missing.
func (e *Engine) note(ctx context.Context, tx Tx, ev workflows.Event, fact workflows.Fact) (int, error) {
	return e.noteAfter(ctx, tx, ev, fact, nil)
}

// noteAfter is note with the short form of the thing's state after the change.
func (e *Engine) noteAfter(ctx context.Context, tx Tx, ev workflows.Event, fact workflows.Fact, after any) (int, error) {
	last, err := tx.LastRecord(ctx, ev.About)
	if err != nil {
		return 0, err
	}
	hash, err := tx.ActivePack(ctx)
	if err != nil {
		return 0, err
	}
	l := &ledger{
		rand: e.cfg.Rand, build: e.cfg.Build, about: ev.About, last: last, policy: hash, event: ev,
	}
	if err := l.write([]workflows.Fact{fact}, after); err != nil {
		return 0, err
	}
	return l.last, tx.Append(ctx, l.entries)
}

// rosterChanged tells every open request, every system whose life is not over, every open absence and every vendor that waits for
// somebody that people changed.
func (e *Engine) rosterChanged(ctx context.Context, tx Tx, record int) error {
	open, err := tx.OpenRequests(ctx)
	if err != nil {
		return err
	}
	living, err := tx.LivingSystems(ctx)
	if err != nil {
		return err
	}
	planned, err := tx.OpenAbsences(ctx)
	if err != nil {
		return err
	}
	aging, err := tx.WaitingVendors(ctx)
	if err != nil {
		return err
	}
	about := make([]workflows.Ref, 0, len(open)+len(living)+len(planned)+len(aging))
	for _, a := range planned { // who stands in no longer is known before the rest looks
		about = append(about, workflows.AbsenceRef(a.ID))
	}
	for _, id := range open {
		about = append(about, workflows.RequestRef(id))
	}
	for _, id := range living {
		about = append(about, workflows.SystemRef(id))
	}
	for _, id := range aging {
		about = append(about, workflows.VendorRef(id))
	}
	return e.lookAnew(ctx, tx, fmt.Sprintf("%s/%d", workflows.DirectoryRef(), record), about)
}

// lookAnew tells things that people, or who is away, changed.
func (e *Engine) lookAnew(ctx context.Context, tx Tx, key string, about []workflows.Ref) error {
	for i, ref := range about {
		t := Tell{
			Key: fmt.Sprintf("%s/%d", key, i), About: ref, What: approval.RosterChanged{}.Kind(), Body: []byte("{}"), At: e.Now(), // of the same name for all
		}
		if err := tx.PutTell(ctx, t); err != nil {
			return err
		}
	}
	return nil
}
