package store

import (
	"context"
	"encoding/json"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/away"
)

// absenceRow is one person who is away, or was.
type absenceRow struct {
	ID       string `gorm:"primaryKey"`
	Number   int64
	Person   string
	FromDay  string
	ToDay    string
	Delegate string
	Reason   string
	HandOver bool
	State    string
	Starts   int64
	Ends     int64
	NamedAt  int64
	Lost     string
	Told     string
	Seq      int
	Revision int
	Records  int
}

// TableName implements gorm's Tabler.
func (absenceRow) TableName() string { return "absences" }

func newAbsenceRow(a away.Absence) absenceRow {
	_, number := split(a.ID)
	return absenceRow{
		ID: a.ID, Number: number, Person: string(a.Person), FromDay: a.From, ToDay: a.To, Delegate: string(a.Delegate), Reason: a.Reason,
		HandOver: a.HandOver, State: string(a.State), Starts: millis(a.Starts), Ends: millis(a.Ends), NamedAt: millis(a.NamedAt),
		Lost: string(a.Lost), Told: jsonList(a.Told), Seq: a.Seq, Revision: a.Revision, Records: a.Records,
	}
}

func (r absenceRow) absence() (away.Absence, error) {
	a := away.Absence{
		ID: r.ID, Person: workflows.PersonID(r.Person),
		Terms: away.Terms{From: r.FromDay, To: r.ToDay, Delegate: workflows.PersonID(r.Delegate), Reason: r.Reason, HandOver: r.HandOver},
		State: away.State(r.State), Starts: instant(r.Starts), Ends: instant(r.Ends), NamedAt: instant(r.NamedAt), Lost: away.Lost(r.Lost),
		Seq: r.Seq, Revision: r.Revision, Records: r.Records,
	}
	return a, json.Unmarshal([]byte(r.Told), &a.Told)
}

// delegationOf is the row that stands beside an absence; false where it lends nothing.
func delegationOf(a away.Absence) (delegationRow, bool) {
	d, lends := away.Lends(a)
	return newDelegationRow(d), lends
}

// NewAbsenceID implements [engine.Absences].
func (t tx) NewAbsenceID(ctx context.Context) (string, error) {
	return t.NewRequestID(ctx, workflows.AbsencePrefix)
}

// LockAbsence implements [engine.Absences].
func (t tx) LockAbsence(ctx context.Context, id string) (away.Absence, error) {
	return absence(t.on(ctx).Clauses(clause.Locking{Strength: "UPDATE"}), id)
}

func absence(db *gorm.DB, id string) (away.Absence, error) {
	var row absenceRow
	if !storable(id) {
		return away.Absence{}, failed(workflows.ErrNotFound, "read absence")
	}
	if err := db.Where("id = ?", id).Take(&row).Error; err != nil {
		return away.Absence{}, failed(err, "read absence %s", id)
	}
	a, err := row.absence()
	return a, failed(err, "read absence %s", id)
}

// SaveAbsence implements [engine.Absences]. The caller holds the absence, so that only a fault of ours gives [workflows.ErrConflict].
func (t tx) SaveAbsence(ctx context.Context, before, after away.Absence) error {
	err := t.saveAbsenceRow(ctx, before, after)
	if err == nil {
		err = t.saveLent(ctx, before, after)
	}
	if err == nil {
		err = t.saveReaders(ctx, workflows.AbsenceRef(after.ID), before.Concerned(), after.Concerned())
	}
	return failed(err, "save absence %s", after.ID)
}

func (t tx) saveAbsenceRow(ctx context.Context, before, after away.Absence) error {
	row := newAbsenceRow(after)
	if !storable(row.ID, row.Person, row.FromDay, row.ToDay, row.Delegate, row.Reason, row.State, row.Lost) {
		return errText
	}
	if before.ID == "" {
		return t.on(ctx).Create(&row).Error
	}
	db := t.on(ctx).Model(&absenceRow{}).Where("id = ? AND seq = ?", before.ID, before.Seq).Select("*").Omit("id", "number").Updates(&row)
	if db.Error == nil && db.RowsAffected == 0 {
		return workflows.ErrConflict
	}
	return db.Error
}

// saveLent writes the delegation of an absence, or takes it away.
func (t tx) saveLent(ctx context.Context, before, after away.Absence) error {
	was, had := delegationOf(before)
	is, lends := delegationOf(after)
	switch {
	case lends && is != was:
		return t.putDelegation(ctx, is)
	case had && !lends:
		return t.on(ctx).Exec("DELETE FROM delegations WHERE id = ?", after.ID).Error
	}
	return nil
}

// OpenAbsences implements [engine.Absences].
func (t tx) OpenAbsences(ctx context.Context, of ...workflows.PersonID) ([]away.Absence, error) {
	query := t.on(ctx).Where("state IN ('planned', 'running')")
	if len(of) > 0 {
		d, list := t.s.dialect, t.s.dialect.list(asText(of))
		query = query.Where("("+d.in("person")+" OR "+d.in("delegate")+")", list, list)
	}
	return absences(query.Order("number"))
}

func absences(query *gorm.DB) ([]away.Absence, error) {
	var rows []absenceRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, failed(err, "read absences")
	}
	out := make([]away.Absence, 0, len(rows))
	for _, r := range rows {
		a, err := r.absence()
		if err != nil {
			return nil, failed(err, "read absence %s", r.ID)
		}
		out = append(out, a)
	}
	return out, nil
}

// WaitingFor implements [engine.Absences].
func (t tx) WaitingFor(ctx context.Context, who workflows.PersonID) ([]workflows.Ref, error) {
	var rows []struct{ AboutKind, AboutID string }
	err := t.on(ctx).Raw(`SELECT about_kind, about_id FROM waits WHERE person = ? UNION SELECT about_kind, about_id FROM waits WHERE for_person = ?
		ORDER BY about_kind, about_id`, string(who), string(who)).Scan(&rows).Error
	out := make([]workflows.Ref, 0, len(rows))
	for _, r := range rows {
		out = append(out, ref(r.AboutKind, r.AboutID))
	}
	return out, failed(err, "read what waits for %s", who)
}

// Absence reads one absence; [workflows.ErrNotFound] where there is none.
func (s *Store) Absence(ctx context.Context, id string) (away.Absence, error) {
	return absence(s.read.WithContext(ctx), id)
}

// AbsencesOf gives the absences of a person that are not over, and those in which they stand in, in their natural order.
func (s *Store) AbsencesOf(ctx context.Context, who workflows.PersonID) ([]away.Absence, error) {
	return s.reader().OpenAbsences(ctx, who)
}
