package store

import (
	"context"
	"encoding/json"

	"steward/workflows"
)

// readErased reads which texts were destroyed with a record of it: only those may be missing.
func (v *verifier) readErased(ctx context.Context) error {
	v.erased = map[string]bool{}
	var rows []logEntryRow
	err := v.on(ctx).Where(v.s.dialect.says("what")+" = ?", workflows.FactErased).Find(&rows).Error
	for _, row := range rows {
		var rec struct {
			Data struct{ Commitments []string }
		}
		if json.Unmarshal(row.Entry, &rec) != nil {
			continue // said where the record is read
		}
		for _, c := range rec.Data.Commitments {
			v.erased[c] = true
		}
	}
	return err
}

// checkErased finds people who were erased and have a name or an address again.
func (v *verifier) checkErased(ctx context.Context) error {
	ids, err := v.erasedPeople(ctx)
	if err != nil || len(ids) == 0 {
		return err
	}
	var back []string
	err = v.on(ctx).Raw("SELECT id FROM people WHERE "+v.s.dialect.in("id")+" AND (name <> ? OR email <> '' OR active) ORDER BY id",
		v.s.dialect.list(ids), workflows.ErasedName).Scan(&back).Error
	for _, id := range back {
		v.wrong(ref(string(workflows.KindPeople), id), 0, "the person was erased, and is in the directory again")
	}
	return err
}
