package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"steward/store/ledger"
)

type leafRow struct {
	Idx   int64
	Entry int64 // id of the row in log_entries
	Hash  []byte
	Seal  int64 // size of the checkpoint it was sealed by
}

// TableName implements gorm's Tabler.
func (leafRow) TableName() string { return "log_leaves" }

type nodeRow struct {
	Level int
	N     int64
	Hash  []byte
}

// TableName implements gorm's Tabler.
func (nodeRow) TableName() string { return "log_nodes" }

type checkpointRow struct {
	Size int64
	Root []byte
	Note string
}

// TableName implements gorm's Tabler.
func (checkpointRow) TableName() string { return "log_checkpoints" }

type keyRow struct {
	Verifier string
}

// TableName implements gorm's Tabler.
func (keyRow) TableName() string { return "log_keys" }

// AddKey implements [engine.Log].
func (t tx) AddKey(ctx context.Context, verifier string) (bool, error) {
	db := t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&keyRow{verifier})
	return db.RowsAffected == 1, failed(db.Error, "keep signing key")
}

// Sealer puts records into the tree and signs how far it has grown. Any number of processes may have one for the same
// database: one at a time seals, the others find nothing to do. A Sealer is not safe for concurrent use.
//
// Records are sealed in the order in which they are found, which is about that of their commits. Each is sealed once, because
// what is looked for is a record without a leaf. The database keeps nothing between two runs of the program that a restored
// backup could make wrong; what [Sealer.Remind] tells does, on purpose.
type Sealer struct {
	// Settle is how long what was sealed is looked at again, in case that something with a smaller number comes late: the number of a
	// record is drawn a moment before its transaction has one.
	Settle time.Duration

	s    *Store
	key  ledger.Key
	edge *ledger.Frontier // of the tree as it was when this sealer sealed last; nil before
	// seen is how far the log was signed, as this sealer knows it: from its own work, and from what it was reminded of.
	seen ledger.Checkpoint
	// low is an id up to which all records are sealed, so that only what is above has to be looked at.
	low  int64
	mark mark
}

// mark is a place in the log that was the end once. Transactions commit in any order: a record with a smaller id may come
// later, until all that ran at that time have ended.
type mark struct {
	id   int64
	next int64     // the number of the next transaction then
	at   time.Time // of the database
}

// settle is longer than that moment can be.
const settle = 5 * time.Second

// sealAtOnce bounds how many records one transaction seals.
const sealAtOnce = 4096

// sealLock is the number of the advisory lock on Postgres: "seal" in ASCII.
const sealLock = 0x7365616c

// Sealed is what one call of [Sealer.Seal] did.
type Sealed struct {
	Added int64
	Size  int64 // records in the tree; 0 where another process was sealing
	More  bool  // there may be more to seal at once
}

// ErrSealBroken says that the tree in the database is not the one that was signed last. Nothing is signed on top of it.
var ErrSealBroken = errors.New("the sealed part of the record is not as it was signed")

// NewSealer makes a sealer that signs with the key, which [engine.Engine.UseKey] made known before.
func (s *Store) NewSealer(key ledger.Key) *Sealer { return &Sealer{Settle: settle, s: s, key: key} }

// Remind tells the sealer of a checkpoint that was kept outside the database: nothing is signed on top of a log that does not
// begin with it.
func (l *Sealer) Remind(c ledger.Checkpoint) {
	if c.Size > l.seen.Size {
		l.seen = c
	}
}

// Seal seals what is not sealed, up to a few thousand records, and signs a checkpoint in the same transaction.
func (l *Sealer) Seal(ctx context.Context) (Sealed, error) {
	now, err := l.s.reader().mark(ctx)
	if err != nil {
		return Sealed{}, failed(err, "seal")
	}
	waits, err := l.s.reader().unsealed(ctx, l.low, 1)
	if err != nil {
		return Sealed{}, failed(err, "seal")
	}
	last, err := l.s.reader().checkpoint(ctx, 0)
	if err != nil {
		return Sealed{}, failed(err, "seal")
	}
	switch {
	case last.Size < l.seen.Size:
		return Sealed{}, failed(l.lost(last.Size), "seal")
	case now.id < l.low:
		return Sealed{}, failed(fmt.Errorf("%w: its newest entry is older than those that were sealed. After a restore on purpose start serve again", ErrSealBroken), "seal")
	}
	done, whole := Sealed{Size: last.Size}, len(waits) == 0
	if !whole {
		var edge *ledger.Frontier
		err = l.s.do(ctx, func(t tx) error {
			done, edge, err = l.seal(ctx, t)
			return err
		})
		if err != nil {
			return Sealed{}, failed(err, "seal")
		}
		if edge == nil {
			return Sealed{}, nil // another process seals
		}
		l.edge, l.seen = edge, ledger.Checkpoint{Origin: l.key.Name(), Size: edge.Size(), Root: edge.Root()}
		whole = !done.More
	}
	if whole {
		l.advance(now)
	}
	return done, nil
}

// advance raises low to the mark where all transactions of its time have ended before this round began, and sets a new one.
func (l *Sealer) advance(now horizon) {
	if l.mark.at.IsZero() || (now.oldest >= l.mark.next && now.at.Sub(l.mark.at) >= l.Settle) {
		l.low = l.mark.id
		l.mark = now.mark
	}
}

// seal does the work inside a transaction. It gives no frontier where another process holds the lock.
func (l *Sealer) seal(ctx context.Context, t tx) (Sealed, *ledger.Frontier, error) {
	if ok, err := t.lockSeal(ctx); err != nil || !ok {
		return Sealed{}, nil, err
	}
	edge, err := l.latest(ctx, t)
	if err != nil {
		return Sealed{}, nil, err
	}
	entries, err := t.unsealed(ctx, l.low, sealAtOnce)
	if err != nil || len(entries) == 0 {
		return Sealed{Size: edge.Size()}, edge, err
	}
	size := edge.Size() + int64(len(entries))
	leaves := make([]string, 0, len(entries))
	var nodes []nodeRow
	for _, e := range entries {
		leaf := ledger.LeafHash(e.Entry)
		leaves = append(leaves, hex.EncodeToString(leaf[:])+strconv.FormatInt(e.ID, 10))
		for _, n := range edge.Append(leaf) {
			nodes = append(nodes, nodeRow{n.Level, n.N, n.Hash[:]})
		}
	}
	root := edge.Root()
	note, err := ledger.Checkpoint{Origin: l.key.Name(), Size: edge.Size(), Root: root}.Sign(l.key)
	if err != nil {
		return Sealed{}, nil, err
	}
	d := t.s.dialect
	if err := t.on(ctx).Exec(d.addLeaves(), size-int64(len(leaves)), size, d.list(leaves)).Error; err != nil {
		return Sealed{}, nil, err
	}
	if len(nodes) > 0 {
		if err := t.on(ctx).CreateInBatches(&nodes, batch).Error; err != nil {
			return Sealed{}, nil, err
		}
	}
	err = t.on(ctx).Create(&checkpointRow{edge.Size(), root[:], note}).Error
	added := int64(len(leaves))
	return Sealed{Added: added, Size: edge.Size(), More: added == sealAtOnce}, edge, err
}

// latest gives the frontier of the newest checkpoint, and refuses one that the tree does not fit.
func (l *Sealer) latest(ctx context.Context, t tx) (*ledger.Frontier, error) {
	last, err := t.checkpoint(ctx, 0)
	if err != nil {
		return nil, err
	}
	var leaves int64
	if err := t.on(ctx).Raw("SELECT COALESCE(max(idx) + 1, 0) FROM log_leaves").Scan(&leaves).Error; err != nil {
		return nil, err
	}
	if leaves != last.Size {
		return nil, fmt.Errorf("%w (%d records are in the tree, %d were signed); steward verify says where", ErrSealBroken, leaves, last.Size)
	}
	if last.Size < l.seen.Size {
		return nil, l.lost(last.Size)
	}
	edge := l.edge
	if edge == nil || edge.Size() != last.Size {
		if edge, err = l.restore(ctx, t, last); err != nil {
			return nil, err
		}
	}
	if root := edge.Root(); last.Size > 0 && string(root[:]) != string(last.Root) {
		return nil, fmt.Errorf("%w (the first %d records); steward verify says where", ErrSealBroken, last.Size)
	}
	return edge.Clone(), nil
}

// lost says that the log was longer once: it was cut off, or the database is a copy of an older one. Whoever restored a copy on
// purpose starts the server anew, and puts the anchor's file aside.
func (l *Sealer) lost(size int64) error {
	return fmt.Errorf("%w: %d records were signed, and %d are there. Compare with steward verify --against; after a restore on purpose put the file of anchor_file aside and start serve again",
		ErrSealBroken, l.seen.Size, size)
}

// restore reads the frontier of a checkpoint that this sealer has not signed, and sees whether its log begins with what it knows.
func (l *Sealer) restore(ctx context.Context, t tx, last checkpointRow) (*ledger.Frontier, error) {
	if err := l.sameLog(last); err != nil {
		return nil, err
	}
	edge, err := ledger.Restore(ctx, t, last.Size)
	if err != nil {
		return nil, fmt.Errorf("%w (%w); steward verify says where", ErrSealBroken, err)
	}
	if l.seen.Size == 0 {
		return edge, nil
	}
	known, err := ledger.Restore(ctx, t, l.seen.Size)
	if err != nil {
		return nil, fmt.Errorf("%w (%w); steward verify says where", ErrSealBroken, err)
	}
	if known.Root() != l.seen.Root {
		return nil, fmt.Errorf("%w (the first %d records); steward verify says where", ErrSealBroken, l.seen.Size)
	}
	return edge, nil
}

// sameLog refuses a key that is named after another log than the one that was signed so far.
func (l *Sealer) sameLog(last checkpointRow) error {
	if last.Size == 0 {
		return nil
	}
	c, err := ledger.ReadCheckpoint(last.Note)
	if err != nil {
		return fmt.Errorf("%w (checkpoint of %d records: %w)", ErrSealBroken, last.Size, err)
	}
	if c.Origin != l.key.Name() {
		return fmt.Errorf("the key is for a log called %q, but this one is called %q: make one with steward key new --name %s", l.key.Name(), c.Origin, c.Origin)
	}
	return nil
}

// lockSeal lets one process at a time seal, until its transaction ends. SQLite has one writer anyway.
func (t tx) lockSeal(ctx context.Context) (ok bool, err error) {
	if t.s.dialect == sqlite {
		return true, nil
	}
	err = t.on(ctx).Raw("SELECT pg_try_advisory_xact_lock(?)", sealLock).Scan(&ok).Error
	return ok, err
}

// unsealedEntry is a record that has no leaf.
type unsealedEntry struct {
	ID    int64
	Entry []byte
}

// unsealed gives records above an id that have no leaf, in the order of their ids.
func (t tx) unsealed(ctx context.Context, low int64, limit int) (rows []unsealedEntry, err error) {
	err = t.on(ctx).Raw(`SELECT e.id, e.entry FROM log_entries e
		WHERE e.id > ? AND NOT EXISTS (SELECT 1 FROM log_leaves l WHERE l.entry = e.id AND l.entry > ?) ORDER BY e.id LIMIT ?`, low, low, limit).Scan(&rows).Error
	return rows, err
}

// horizon is the end of the log now, and the oldest transaction that runs.
type horizon struct {
	mark
	oldest int64
}

// mark reads the end of the log. On SQLite, with one writer, all that has a smaller id has ended.
func (t tx) mark(ctx context.Context) (horizon, error) {
	query := `SELECT COALESCE(max(id), 0) AS id, 0 AS oldest, 0 AS next, ` + t.s.dialect.clock() + ` AS at FROM log_entries`
	if t.s.dialect == postgres {
		query = `SELECT (SELECT COALESCE(max(id), 0) FROM log_entries) AS id, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
			pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next, ` + t.s.dialect.clock() + ` AS at`
	}
	var row struct{ ID, Oldest, Next, At int64 }
	err := t.on(ctx).Raw(query).Scan(&row).Error
	return horizon{mark{row.ID, row.Next, instant(row.At)}, row.Oldest}, err
}

// checkpoint gives the newest checkpoint, or the smallest of at least so many records. Its size is 0 where there is none.
func (t tx) checkpoint(ctx context.Context, atLeast int64) (row checkpointRow, err error) {
	db := t.on(ctx).Order("size DESC").Limit(1)
	if atLeast > 0 {
		db = t.on(ctx).Where("size >= ?", atLeast).Order("size").Limit(1)
	}
	err = db.Find(&row).Error
	return row, err
}

// Checkpoint gives the newest checkpoint, a signed note; empty where nothing is sealed.
func (s *Store) Checkpoint(ctx context.Context) (string, error) {
	row, err := s.reader().checkpoint(ctx, 0)
	return row.Note, failed(err, "read checkpoint")
}

// Leaves implements [ledger.Source].
func (t tx) Leaves(ctx context.Context, from, to int64) ([]ledger.Hash, error) {
	var rows []leafRow
	if err := t.on(ctx).Where("idx >= ? AND idx < ?", from, to).Order("idx").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]ledger.Hash, 0, len(rows))
	for _, r := range rows {
		if r.Idx != from+int64(len(out)) || len(r.Hash) != len(ledger.Hash{}) {
			return nil, fmt.Errorf("leaf %d is missing", from+int64(len(out)))
		}
		out = append(out, ledger.Hash(r.Hash))
	}
	return out, nil
}

// Node implements [ledger.Source].
func (t tx) Node(ctx context.Context, level int, n int64) (ledger.Hash, error) {
	var rows []nodeRow
	if err := t.on(ctx).Where("level = ? AND n = ?", level, n).Find(&rows).Error; err != nil {
		return ledger.Hash{}, err
	}
	if len(rows) != 1 || len(rows[0].Hash) != len(ledger.Hash{}) {
		return ledger.Hash{}, fmt.Errorf("node %d of level %d is missing", n, level)
	}
	return ledger.Hash(rows[0].Hash), nil
}
