package store

import (
	"context"

	"steward/workflows"
	"steward/workflows/engine"
)

// logEntryRow is a row of the log as it is inserted; the database gives id (and txid).
type logEntryRow struct {
	AboutKind string
	AboutID   string
	N         int
	At        int64
	Entry     []byte
}

// TableName implements gorm's Tabler.
func (logEntryRow) TableName() string { return "log_entries" }

type logTextRow struct {
	Commitment string
	AboutKind  string
	AboutID    string
	N          int
	Name       string
	Salt       []byte
	Value      []byte
}

// TableName implements gorm's Tabler.
func (logTextRow) TableName() string { return "log_texts" }

// LastRecord implements [engine.Log].
func (t tx) LastRecord(ctx context.Context, about workflows.Ref) (int, error) {
	if !storable(about.ID) {
		return 0, nil
	}
	var n int
	err := t.on(ctx).Raw("SELECT COALESCE(max(n), 0) FROM log_entries WHERE about_kind = ? AND about_id = ?",
		string(about.Kind), about.ID).Scan(&n).Error
	return n, failed(err, "read last record of %s", about)
}

// Append implements [engine.Log].
func (t tx) Append(ctx context.Context, entries []engine.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	rows := make([]logEntryRow, 0, len(entries))
	var texts []logTextRow
	for _, e := range entries {
		r := e.Record
		rows = append(rows, logEntryRow{string(r.About.Kind), r.About.ID, r.N, r.At, e.Bytes})
		for _, x := range e.Texts {
			// A text may be empty, but never NULL.
			texts = append(texts, logTextRow{
				x.Commitment, string(r.About.Kind), r.About.ID, r.N, x.Name, x.Salt, append([]byte{}, x.Value...),
			})
		}
	}
	if err := t.on(ctx).Create(&rows).Error; err != nil {
		return failed(err, "append to the log of %s", entries[0].Record.About)
	}
	if len(texts) == 0 {
		return nil
	}
	if err := t.on(ctx).Create(&texts).Error; err != nil {
		return failed(err, "store texts of %s", entries[0].Record.About)
	}
	return t.putFiles(ctx, entries)
}
