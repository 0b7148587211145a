package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/engine"
)

type timerRow struct {
	AboutKind string
	AboutID   string
	Name      string
	At        int64
	Attempts  int
	NotBefore int64
}

// TableName implements gorm's Tabler.
func (timerRow) TableName() string { return "timers" }

// SetTimers implements [engine.Timers]: one statement for those that are removed and one for the others. Of two timers of
// one name the last counts.
func (t tx) SetTimers(ctx context.Context, timers []engine.Timer) error {
	last := make(map[timerRow]int64, len(timers))
	for _, x := range timers {
		last[timerRow{AboutKind: string(x.About.Kind), AboutID: x.About.ID, Name: x.Name}] = millis(x.At)
	}
	var gone, set []timerRow
	for row, at := range last {
		if row.At = at; at == 0 {
			gone = append(gone, row)
		} else {
			set = append(set, row)
		}
	}
	if len(gone) > 0 {
		slices.SortFunc(gone, compareTimers)
		var args []any
		for _, g := range gone {
			args = append(args, g.AboutKind, g.AboutID, g.Name)
		}
		err := t.on(ctx).Exec("DELETE FROM timers WHERE (about_kind, about_id, name) IN ("+values(len(gone), 3)+")", args...).Error
		if err != nil {
			return failed(err, "remove timers")
		}
	}
	if len(set) == 0 {
		return nil
	}
	slices.SortFunc(set, compareTimers)
	err := t.on(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "about_kind"}, {Name: "about_id"}, {Name: "name"}},
		DoUpdates: clause.AssignmentColumns([]string{"at", "attempts", "not_before"}),
	}).Create(&set).Error
	return failed(err, "set timers")
}

// compareTimers gives all transactions one order of locks.
func compareTimers(a, b timerRow) int {
	return cmp.Or(cmp.Compare(a.AboutKind, b.AboutKind), cmp.Compare(a.AboutID, b.AboutID), cmp.Compare(a.Name, b.Name))
}

// TakeTimer implements [engine.Timers]. Of several replicas one gets it.
func (t tx) TakeTimer(ctx context.Context, timer engine.Timer) (bool, error) {
	db := t.on(ctx).Exec("DELETE FROM timers WHERE about_kind = ? AND about_id = ? AND name = ? AND at = ?",
		string(timer.About.Kind), timer.About.ID, timer.Name, millis(timer.At))
	return db.RowsAffected == 1, failed(db.Error, "take timer %s of %s", timer.Name, timer.About)
}

// DueTimers implements [engine.Timers].
func (t tx) DueTimers(ctx context.Context, at time.Time, n int) ([]engine.Timer, error) {
	var rows []timerRow
	err := t.on(ctx).Raw(`SELECT about_kind, about_id, name, at, attempts FROM timers WHERE at <= ? AND not_before <= `+t.s.dialect.clock()+`
		ORDER BY at, about_kind, about_id, name LIMIT ?`, millis(at), n).Scan(&rows).Error
	if err != nil {
		return nil, failed(err, "read due timers")
	}
	out := make([]engine.Timer, 0, len(rows))
	for _, r := range rows {
		out = append(out, engine.Timer{About: ref(r.AboutKind, r.AboutID), Name: r.Name, At: instant(r.At), Attempts: r.Attempts})
	}
	return out, nil
}

// PutOffTimer implements [engine.Timers]. A timer that was moved meanwhile stays as it is.
func (t tx) PutOffTimer(ctx context.Context, timer engine.Timer, wait time.Duration) error {
	err := t.on(ctx).Exec("UPDATE timers SET attempts = attempts + 1, not_before = "+t.s.dialect.clock()+
		" + ? WHERE about_kind = ? AND about_id = ? AND name = ? AND at = ?",
		wait.Milliseconds(), string(timer.About.Kind), timer.About.ID, timer.Name, millis(timer.At)).Error
	return failed(err, "put off timer %s of %s", timer.Name, timer.About)
}

// NextTimer implements [engine.Timers].
func (t tx) NextTimer(ctx context.Context) (time.Time, error) {
	var at int64
	err := t.on(ctx).Raw(`SELECT COALESCE(min(at), 0) FROM (SELECT min(at) AS at FROM timers
		UNION ALL SELECT min(held_until) FROM mails WHERE NOT expanded AND held_until > 0) AS waits`).Scan(&at).Error
	return instant(at), failed(err, "read next timer")
}

func ref(kind, id string) workflows.Ref { return workflows.Ref{Kind: workflows.Kind(kind), ID: id} }
