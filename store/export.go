package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"gorm.io/gorm"

	"steward/store/evidence"
	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/register"
)

// ErrNothingSealed says that there is no checkpoint to export evidence by.
var ErrNothingSealed = errors.New("nothing is sealed yet: a running server does that every second, once it has a signing key")

// EvidenceOrder says what to export.
type EvidenceOrder struct {
	Scope workflows.EvidenceScope
	// At is the size of the checkpoint up to which the log is exported; 0 means the newest.
	At       int64
	Key      ledger.Key // signs the bundle; it has to be of this log
	Build    string
	Progress func(done, total int64) // may be nil
}

// ExportEvidence writes a bundle of evidence, see package evidence. It reads one state of the database and keeps little of it
// in memory; compressed files wait in the folder for temporary files until the bundle is put together. The database is let go
// before the first byte is written: w may be as slow as it likes. One export reads at a time, and others wait for it.
func (s *Store) ExportEvidence(ctx context.Context, w io.Writer, o EvidenceOrder) error {
	b, err := s.makeBundle(ctx, o)
	if err == nil {
		err = errors.Join(b.WriteTo(w, o.Key), b.Discard())
	}
	return failed(err, "export evidence")
}

func (s *Store) makeBundle(ctx context.Context, o EvidenceOrder) (b *ledger.Bundle, err error) {
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	err = s.view(ctx, func(t tx) error {
		at, err := t.checkpointAt(ctx, o.At)
		if err != nil {
			return err
		}
		keys, err := t.keysFor(ctx, o.Key.Public())
		if err != nil {
			return err
		}
		b, err = evidence.Make(ctx, exported{t, at.Size}, evidence.Order{
			Scope: o.Scope, Checkpoint: at.Note, Keys: keys, Key: o.Key, Build: o.Build, Progress: o.Progress,
		})
		return err
	})
	if err != nil && b != nil {
		return nil, errors.Join(err, b.Discard())
	}
	return b, err
}

// NoCheckpointError says that there is no checkpoint of a size, and which are nearest. It is a [workflows.ErrNotFound].
type NoCheckpointError struct {
	Size         int64
	Below, Above int64 // sizes of the nearest; 0 where there is none
}

// Error names the sizes that could be meant.
func (e *NoCheckpointError) Error() string {
	out := fmt.Sprintf("there is no checkpoint of %d records here; ", e.Size)
	switch {
	case e.Above == 0:
		return out + fmt.Sprintf("the newest is that of %d", e.Below)
	case e.Below == 0:
		return out + fmt.Sprintf("the oldest is that of %d", e.Above)
	}
	return out + fmt.Sprintf("the nearest are those of %d and %d", e.Below, e.Above)
}

// Unwrap gives [workflows.ErrNotFound].
func (e *NoCheckpointError) Unwrap() error { return workflows.ErrNotFound }

// SealedUpTo gives the size of the checkpoint with that size; of the newest where size is 0. Where there is none it gives a
// [NoCheckpointError].
func (s *Store) SealedUpTo(ctx context.Context, size int64) (int64, error) {
	row, err := s.reader().checkpointAt(ctx, size)
	return row.Size, failed(err, "read checkpoint")
}

func (t tx) checkpointAt(ctx context.Context, size int64) (checkpointRow, error) {
	row, err := t.checkpoint(ctx, size)
	switch {
	case err != nil:
		return row, err
	case size == 0 && row.Size == 0:
		return row, ErrNothingSealed
	case size == 0 || row.Size == size:
		return row, nil
	}
	none := &NoCheckpointError{Size: size, Above: row.Size}
	err = t.on(ctx).Raw("SELECT COALESCE(max(size), 0) FROM log_checkpoints WHERE size < ?", size).Scan(&none.Below).Error
	switch {
	case err != nil:
		return row, err
	case none.Below == 0 && none.Above == 0:
		return row, ErrNothingSealed
	}
	return row, none
}

// keysFor gives the keys of the log up to one of them, in the order in which they came. The key that signs a bundle may be newer
// than its checkpoint.
func (t tx) keysFor(ctx context.Context, signer ledger.Verifier) (keys []ledger.Vouch, err error) {
	about := workflows.RecordRef()
	var rows []logEntryRow
	err = t.on(ctx).Where("about_kind = ? AND about_id = ? AND "+t.s.dialect.says("what")+" = ?", string(about.Kind), about.ID, workflows.FactKeyAdded).
		Order("n").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		var rec struct{ Data workflows.KeyAdded }
		if err := json.Unmarshal(r.Entry, &rec); err != nil {
			return nil, fmt.Errorf("%s record %d: %w", about, r.N, err)
		}
		keys = append(keys, ledger.Vouch(rec.Data))
		if rec.Data.Key == signer.String() {
			return keys, nil
		}
	}
	return nil, fmt.Errorf("the record does not know the key %s: a running server makes it known", signer.ID())
}

// exported is the log as it was when it had so many entries.
type exported struct {
	tx
	size int64
}

var _ evidence.Log = exported{}

// entryColumns are those of an entry, in the order in which scanEntries takes them.
const entryColumns = "SELECT l.idx, e.about_kind, e.about_id, e.n, e.entry FROM log_leaves l JOIN log_entries e ON e.id = l.entry"

// scanEntries reads rows without reflection: there may be a million.
func scanEntries(db *gorm.DB) (out []evidence.Entry, err error) {
	rows, err := db.Rows()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e evidence.Entry
		if err := rows.Scan(&e.Leaf, &e.About.Kind, &e.About.ID, &e.N, &e.Bytes); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// Page implements [evidence.Log].
func (x exported) Page(ctx context.Context, from int64, limit int) ([]evidence.Entry, error) {
	return scanEntries(x.on(ctx).Raw(entryColumns+" WHERE l.idx >= ? AND l.idx < ? ORDER BY l.idx", from, min(from+int64(limit), x.size)))
}

// Requests implements [evidence.Log]. Which entries are wanted is told apart here: asked for by kind and number, a database may
// start from all requests there are, for each thousand leaves anew.
func (x exported) Requests(ctx context.Context, from, to int64) (ids []string, err error) {
	var rows []struct {
		AboutKind workflows.Kind
		AboutID   string
		N         int
	}
	err = x.on(ctx).Raw("SELECT e.about_kind, e.about_id, e.n FROM log_leaves l JOIN log_entries e ON e.id = l.entry WHERE l.idx >= ? AND l.idx < ? ORDER BY l.idx",
		from, min(to, x.size)).Scan(&rows).Error
	for _, r := range rows {
		if r.AboutKind == workflows.KindRequest && r.N == 1 {
			ids = append(ids, r.AboutID)
		}
	}
	return ids, err
}

// Things implements [evidence.Log]. What was sealed later is left out here: asked for by its leaf, a database may read all leaves.
func (x exported) Things(ctx context.Context, kind workflows.Kind, ids []string) (map[string][]evidence.Entry, error) {
	d := x.s.dialect
	where := "e.about_kind = ? AND " + d.in("e.about_id")
	entries, err := scanEntries(x.on(ctx).Raw(entryColumns+" WHERE "+where+" ORDER BY e.about_id, e.n", string(kind), d.list(ids)))
	if err != nil {
		return nil, err
	}
	type key struct {
		id string
		n  int
	}
	beside := map[key][]ledger.Text{}
	err = eachText(x.on(ctx).Raw("SELECT 0, e.about_id, e.n, e.name, e.commitment, e.salt, e.value FROM log_texts e WHERE "+where+
		" ORDER BY e.about_id, e.n, e.name", string(kind), d.list(ids)), func(_ int64, id string, n int, text ledger.Text) {
		beside[key{id, n}] = append(beside[key{id, n}], text)
	})
	out := make(map[string][]evidence.Entry, len(ids))
	for _, e := range entries {
		if e.Leaf >= x.size {
			continue
		}
		e.Texts = beside[key{e.About.ID, e.N}]
		out[e.About.ID] = append(out[e.About.ID], e)
	}
	return out, err
}

// Seen implements [evidence.Log].
func (x exported) Seen(ctx context.Context) (ids []string, err error) {
	err = x.on(ctx).Raw(`SELECT s.id FROM ai_systems s JOIN log_entries e ON e.about_kind = ? AND e.about_id = s.id AND e.n = 1
		WHERE `+x.s.dialect.saysOf("e.entry", "what")+` = ? AND EXISTS (SELECT 1 FROM log_leaves l WHERE l.entry = e.id AND l.idx < ?)
		ORDER BY s.number`, string(workflows.KindSystem), register.FactSeen, x.size).Scan(&ids).Error
	return ids, err
}

// SystemsOf implements [evidence.Log]. Which request was decided on never changes, and the records of its entry say the same.
func (x exported) SystemsOf(ctx context.Context, requests []string) (map[string]string, error) {
	var rows []struct{ Request, ID string }
	d := x.s.dialect
	err := x.on(ctx).Raw("SELECT request, id FROM ai_systems WHERE "+d.in("request"), d.list(requests)).Scan(&rows).Error
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Request] = r.ID
	}
	return out, err
}

// Absences implements [evidence.Log].
func (x exported) Absences(ctx context.Context) (ids []string, err error) {
	err = x.on(ctx).Raw("SELECT id FROM absences ORDER BY number").Scan(&ids).Error
	return ids, err
}

// Vendors implements [evidence.Log].
func (x exported) Vendors(ctx context.Context) (ids []string, err error) {
	err = x.on(ctx).Raw("SELECT id FROM vendors ORDER BY number").Scan(&ids).Error
	return ids, err
}

// Texts implements [evidence.Log].
func (x exported) Texts(ctx context.Context, from, to int64) (map[int64][]ledger.Text, error) {
	out := map[int64][]ledger.Text{}
	err := eachText(x.on(ctx).Raw(`SELECT l.idx, x.about_id, x.n, x.name, x.commitment, x.salt, x.value FROM log_leaves l
		JOIN log_entries e ON e.id = l.entry
		JOIN log_texts x ON x.about_kind = e.about_kind AND x.about_id = e.about_id AND x.n = e.n
		WHERE l.idx >= ? AND l.idx < ? ORDER BY l.idx, x.name`, from, min(to, x.size)), func(leaf int64, _ string, _ int, text ledger.Text) {
		out[leaf] = append(out[leaf], text)
	})
	return out, err
}

// eachText reads rows of texts.
func eachText(db *gorm.DB, do func(leaf int64, id string, n int, text ledger.Text)) (err error) {
	rows, err := db.Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var (
			leaf int64
			id   string
			n    int
			x    ledger.Text
			salt []byte
		)
		if err := rows.Scan(&leaf, &id, &n, &x.Name, &x.Commitment, &salt, &x.Value); err != nil {
			return err
		}
		x.Salt = salt
		do(leaf, id, n, x)
	}
	return rows.Err()
}

// Erasures implements [evidence.Log].
func (x exported) Erasures(ctx context.Context) (out []workflows.Ref, err error) {
	var rows []struct{ AboutKind, AboutID string }
	err = x.on(ctx).Raw("SELECT DISTINCT about_kind, about_id FROM log_entries WHERE "+x.s.dialect.says("what")+` = ? AND EXISTS
		(SELECT 1 FROM log_leaves l WHERE l.entry = log_entries.id AND l.idx < ?) ORDER BY about_kind, about_id`, workflows.FactErased, x.size).Scan(&rows).Error
	for _, r := range rows {
		out = append(out, ref(r.AboutKind, r.AboutID))
	}
	return out, err
}

// Policy implements [evidence.Log].
func (x exported) Policy(ctx context.Context, hash string) ([]byte, error) {
	return x.Bundle(ctx, hash)
}
