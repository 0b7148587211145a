package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
)

// Sealed implements [engine.Log]. What is news is among the records that the checkpoint has: on Postgres each statement sees what
// was committed before it, so that a leaf may be there by now whose checkpoint is not the one read above.
func (t tx) Sealed(ctx context.Context) (engine.Sealed, error) {
	last, err := t.checkpoint(ctx, 0)
	if err != nil {
		return engine.Sealed{}, failed(err, "read checkpoint")
	}
	s := engine.Sealed{Size: last.Size}
	if s.Posted, s.PostedAt, err = t.posted(ctx); err != nil {
		return engine.Sealed{}, failed(err, "read what was posted")
	}
	ours := workflows.RecordRef()
	err = t.on(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM log_entries WHERE id IN (SELECT l.entry FROM log_leaves l WHERE l.idx >= ? AND l.idx < ?)
		AND NOT (about_kind = ? AND about_id = ? AND `+t.s.dialect.plain(t.s.dialect.says("what"))+` = ?))`,
		s.Posted, s.Size, string(ours.Kind), ours.ID, workflows.FactAnchored).Scan(&s.News).Error
	return s, failed(err, "look for news in the log")
}

// posted gives the size of the checkpoint that was posted last, and when; zero where none was.
func (t tx) posted(ctx context.Context) (int64, time.Time, error) {
	ours := workflows.RecordRef()
	var row logEntryRow
	err := t.on(ctx).Where("about_kind = ? AND about_id = ? AND "+t.s.dialect.plain(t.s.dialect.says("what"))+" = ?",
		string(ours.Kind), ours.ID, workflows.FactAnchored).Order("n DESC").Limit(1).Find(&row).Error
	if err != nil || row.N == 0 {
		return 0, time.Time{}, err
	}
	var rec struct {
		Data struct{ Size int64 }
	}
	if err := json.Unmarshal(row.Entry, &rec); err != nil {
		return 0, time.Time{}, fmt.Errorf("%s record %d: %w", ours, row.N, err)
	}
	return rec.Data.Size, instant(row.At), nil
}

// CheckpointAt gives the checkpoint of exactly so many records, a signed note. [workflows.ErrNotFound] where there is none.
func (s *Store) CheckpointAt(ctx context.Context, size int64) (string, error) {
	row, err := s.reader().checkpoint(ctx, size)
	if err == nil && (row.Size != size || size == 0) {
		err = workflows.ErrNotFound
	}
	return row.Note, failed(err, "read checkpoint of %d records", size)
}
