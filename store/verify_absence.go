package store

import (
	"context"
	"encoding/json"
	"errors"

	"gorm.io/gorm"

	"steward/workflows"
	"steward/workflows/away"
)

// absenceLog is what the records of an absence say.
type absenceLog struct {
	last   *recordedAbsence
	reason recordedWords
}

// recordedAbsence is what the last record of an absence says about it: all but what was written, and who was told.
type recordedAbsence struct {
	Person   string `json:"person"`
	From     string `json:"from"`
	To       string `json:"to"`
	Delegate string `json:"delegate"`
	HandOver bool   `json:"hand_over"`
	State    string `json:"state"`
	Starts   int64  `json:"starts"`
	Ends     int64  `json:"ends"`
	NamedAt  int64  `json:"named_at"`
	Lost     string `json:"lost"`
	Seq      int    `json:"seq"`
	Revision int    `json:"revision"`
}

// learnAbsence keeps what a record says about an absence.
func (v *verifier) learnAbsence(rec workflows.Record, texts map[string][]byte) {
	l := v.thing.absence
	if rec.What == away.FactSet || rec.What == away.FactChanged {
		l.reason = wordsOf(rec, "reason", texts)
	}
	if len(rec.After) == 0 {
		return // the last one of a step has it
	}
	var a recordedAbsence
	if err := json.Unmarshal(rec.After, &a); err != nil {
		v.wrong(rec.About, rec.N, "it does not say how the absence is after it")
		return
	}
	l.last = &a
}

// checkAbsence compares an absence, and the delegation beside it, with its records.
func (v *verifier) checkAbsence(ctx context.Context, t *thing) error {
	var row absenceRow
	err := v.on(ctx).Where("id = ?", t.about.ID).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		v.wrong(t.about, t.last, "the absence of these records is not there")
		return nil
	}
	if err != nil {
		return err
	}
	a, err := row.absence()
	if err != nil {
		v.wrong(t.about, 0, "its row cannot be read: %v", err)
		return nil
	}
	is := recordedAbsence{
		row.Person, row.FromDay, row.ToDay, row.Delegate, row.HandOver, row.State, row.Starts, row.Ends, row.NamedAt, row.Lost, row.Seq, row.Revision,
	}
	switch {
	case t.absence.last == nil:
		v.wrong(t.about, t.last, "no record says how the absence is")
	case is != *t.absence.last:
		v.wrong(t.about, t.last, "the absence is %s, and not as this record left it: %s", is.State, t.absence.last.State)
	}
	v.same(t, []compared{
		{"number", row.Number == newAbsenceRow(a).Number},
		{"reason", v.says(row.Reason, t.absence.reason)},
		{"number of records", row.Records == t.last},
	})
	if err := v.checkLent(ctx, t, a); err != nil {
		return err
	}
	return v.checkBeside(ctx, t, nil, a.Concerned())
}

// checkLent compares the delegation beside an absence with what that lends.
func (v *verifier) checkLent(ctx context.Context, t *thing, a away.Absence) error {
	var rows []delegationRow
	if err := v.on(ctx).Where("id = ?", a.ID).Find(&rows).Error; err != nil {
		return err
	}
	want, lends := delegationOf(a)
	if lends != (len(rows) == 1) || lends && rows[0] != want {
		v.wrong(t.about, 0, "who may decide in its person's place is not as its row says")
	}
	return nil
}

// unrecordedAbsences finds absences that no record speaks of, and delegations that no absence lends.
func (v *verifier) unrecordedAbsences(ctx context.Context) error {
	var ids, lent []string
	err := v.on(ctx).Raw(`SELECT id FROM absences a WHERE NOT EXISTS
		(SELECT 1 FROM log_entries e WHERE e.about_kind = ? AND e.about_id = a.id) ORDER BY number`, string(workflows.KindAbsence)).Scan(&ids).Error
	for _, id := range ids {
		v.wrong(workflows.AbsenceRef(id), 0, "the absence is there, but no record of it")
	}
	if err != nil {
		return err
	}
	err = v.on(ctx).Raw("SELECT id FROM delegations d WHERE NOT EXISTS (SELECT 1 FROM absences a WHERE a.id = d.id) ORDER BY id").Scan(&lent).Error
	for _, id := range lent {
		v.wrong(workflows.AbsenceRef(id), 0, "somebody may decide in another's place, but no absence says so")
	}
	return err
}
