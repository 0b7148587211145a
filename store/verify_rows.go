package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"

	"gorm.io/gorm"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// checkRequest compares the rows of a request with what its records say.
func (v *verifier) checkRequest(ctx context.Context, t *thing) error {
	v.report.Requests++
	var row requestRow
	err := v.on(ctx).Where("id = ?", t.about.ID).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		v.wrong(t.about, t.last, "the request of these records is not there")
		return nil
	}
	if err != nil {
		return err
	}
	parts, err := v.parts(ctx, row.ID, row.Round)
	if err != nil {
		return err
	}
	r, err := assemble(row.Head, parts)
	if err != nil {
		v.wrong(t.about, 0, "its row cannot be read: %v", err)
		return nil
	}
	v.checkHead(t, row, r)
	v.checkAround(t, r)
	v.checkCorrected(t, r)
	v.checkCasts(t, r)
	v.checkConditions(t, r)
	if err := v.checkEmergency(ctx, t, r); err != nil {
		return err
	}
	if err := v.checkAssessments(ctx, t, r); err != nil {
		return err
	}
	if err := v.checkRounds(ctx, t, r); err != nil {
		return err
	}
	return v.checkBeside(ctx, t, r.Waits, r.Concerned())
}

// checkRounds compares each round with the record that began it and with what was shown then.
func (v *verifier) checkRounds(ctx context.Context, t *thing, r approval.Request) error {
	var rows []roundRow
	if err := v.on(ctx).Where("request = ?", r.ID).Order("round").Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		rec, ok := t.request.rounds[row.Round]
		if !ok {
			v.wrong(t.about, 0, "round %d has no record", row.Round)
			continue
		}
		delete(t.request.rounds, row.Round)
		d := rec.detail
		if row.Policy != d.Policy || row.Version != d.Version || row.Tier != string(d.Tier) || row.Why != rec.kind || row.At != millis(rec.at) {
			v.wrong(t.about, rec.n, "round %d is not the one that was recorded", row.Round)
		}
		var sc policy.Screening
		if err := json.Unmarshal([]byte(row.Screening), &sc); err != nil || sc.Policy != row.Policy || sc.Version != row.Version ||
			string(sc.Assessment.Tier) != row.Tier || sc.Flow != r.Flow || sc.Flow != d.Flow || sc.Assessment.LegalClass != d.LegalClass {
			v.wrong(t.about, rec.n, "the base of round %d does not agree with its columns", row.Round)
		}
		if !v.policies[row.Policy] {
			v.wrong(t.about, rec.n, "the policy of round %d is not stored", row.Round)
		}
		switch {
		case rec.shown != nil && !sameContent([]byte(row.Screening), rec.shown):
			v.wrong(t.about, rec.n, "what round %d is decided on is not what was shown", row.Round)
		case rec.shown == nil && !wordlessContent(sc):
			v.wrong(t.about, rec.n, "what round %d was decided on was erased, but the row has something in its place", row.Round)
		}
	}
	for _, round := range slices.Sorted(maps.Keys(t.request.rounds)) {
		v.wrong(t.about, t.request.rounds[round].n, "round %d that it began is missing", round)
	}
	return nil
}

// wordlessContent says whether the base of a round holds nothing that people wrote, as an erasure leaves it.
func wordlessContent(sc policy.Screening) bool {
	return sc.Title == erasedTitle && len(sc.Answers) == 0 && len(sc.Carried) == 0 && len(sc.Lines) == 0 && len(sc.Kept) == 0 && len(sc.Corrected) == 0 &&
		(sc.Renews == nil || len(sc.Renews.Before) == 0)
}

// sameContent says whether the stored base of a round holds what was shown.
func sameContent(screening, shown []byte) bool {
	stored, errStored := object(screening)
	seen, errSeen := object(shown)
	if errStored != nil || errSeen != nil {
		return false
	}
	for _, key := range []string{"title", "answers", "assessment", "plan", "policy", "renews", "kept", "lines", "corrected"} {
		if !reflect.DeepEqual(stored[key], seen[key]) {
			return false
		}
	}
	return true
}

func object(text []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var m map[string]any
	err := dec.Decode(&m)
	return m, err
}

// checkBeside compares the rows of waits and readers of a thing with what they follow from.
func (v *verifier) checkBeside(ctx context.Context, t *thing, follow []workflows.Wait, concerned workflows.Concerned) error {
	about := []any{string(t.about.Kind), t.about.ID}
	var waits []waitRow
	if err := v.on(ctx).Where("about_kind = ? AND about_id = ?", about...).Find(&waits).Error; err != nil {
		return err
	}
	is := make(map[waitRow]waitRow, len(waits))
	for _, w := range waits {
		is[w.key()] = w
	}
	if !maps.Equal(is, waitRows(follow)) {
		v.wrong(t.about, 0, "what waits for whom is not as its row says")
	}
	var people []string
	err := v.on(ctx).Raw("SELECT person FROM readers WHERE about_kind = ? AND about_id = ? ORDER BY person", about...).Scan(&people).Error
	if err == nil && !slices.Equal(people, readers(concerned)) {
		v.wrong(t.about, 0, "who may read it is not as its row says")
	}
	return err
}
