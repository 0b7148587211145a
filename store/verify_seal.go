package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"steward/store/ledger"
	"steward/workflows"
)

// sealedRow is a leaf with the record it stands for; the record's columns are empty where it is not there.
type sealedRow struct {
	Idx       int64
	Hash      []byte
	Seal      int64
	AboutKind string
	AboutID   string
	N         int
	Bytes     []byte
	Moved     bool `gorm:"-"` // it was found under another number
}

// sealCheck walks along the tree.
type sealCheck struct {
	v     *verifier
	edge  ledger.Frontier
	keys  []ledger.Verifier
	seals []checkpointRow         // that are still ahead
	nodes []nodeRow               // that became whole and are not compared yet
	held  []ledger.HeldCheckpoint // kept elsewhere, that are still ahead
	// lacking is the checkpoint that was last said to be missing.
	lacking int64

	sinceSeal, sinceHeld run
	// What comes after the first checkpoint that does not fit does not fit either, and is not said again.
	sealBroken, heldBroken bool
}

// checkSeal compares the tree with the records, and the checkpoints with the tree.
func (v *verifier) checkSeal(ctx context.Context) error {
	c := &sealCheck{v: v}
	if err := c.readKeys(ctx); err != nil {
		return err
	}
	if err := v.on(ctx).Order("size").Find(&c.seals).Error; err != nil {
		return err
	}
	c.held, v.report.Held = ledger.OpenHeld(v.held, c.keys, func(err error) { v.wrong(workflows.RecordRef(), 0, "%v", err) })
	v.report.Seals = int64(len(c.seals))
	if whole, err := c.walk(ctx); err != nil || !whole {
		return err // nothing after the first gap can be compared
	}
	if n := len(c.held); n > 0 {
		v.keptMore(c.sinceHeld, c.held[n-1].Size)
	}
	for _, ahead := range c.seals {
		v.wrong(workflows.RecordRef(), 0, "%d records were sealed, of which %d are there: the first that is missing is the one %s", ahead.Size, c.edge.Size(), c.sinceSeal.after())
	}
	v.report.Sealed = c.edge.Size()
	var extra struct{ Nodes, Leaves int64 }
	err := v.on(ctx).Raw(`SELECT (SELECT count(*) FROM log_nodes) AS nodes, (SELECT count(*) FROM log_leaves) AS leaves`).Scan(&extra).Error
	if err != nil {
		return err
	}
	if want := nodesOf(c.edge.Size()); extra.Nodes != want || extra.Leaves != c.edge.Size() {
		v.wrong(workflows.RecordRef(), 0, "the tree of %d records has %d leaves and %d nodes that are kept, want %d", c.edge.Size(), extra.Leaves, extra.Nodes, want)
	}
	return v.on(ctx).Raw(`SELECT count(*) FROM log_entries e WHERE NOT EXISTS (SELECT 1 FROM log_leaves l WHERE l.entry = e.id)`).Scan(&v.report.Unsealed).Error
}

// walk takes one leaf after the other, and says whether it got to the end.
func (c *sealCheck) walk(ctx context.Context) (bool, error) {
	for {
		rows, err := c.v.sealed(ctx, c.edge.Size())
		if err != nil {
			return false, err
		}
		if err := c.v.findMoved(ctx, rows); err != nil {
			return false, err
		}
		for _, r := range rows {
			if !c.leaf(r) {
				return false, nil
			}
		}
		if err := c.compareNodes(ctx); err != nil {
			return false, err
		}
		if len(rows) < verifyPage {
			return true, nil
		}
	}
}

// nodesOf is how many nodes are kept for so many leaves.
func nodesOf(size int64) (n int64) {
	for level := ledger.TileLevel; size>>level > 0; level++ {
		n += size >> level
	}
	return n
}

// readKeys reads the keys and compares them with the records that brought them. Only a key that an older one vouches for can
// have signed anything.
func (c *sealCheck) readKeys(ctx context.Context) error {
	var rows []keyRow
	if err := c.v.on(ctx).Order("verifier").Find(&rows).Error; err != nil {
		return err
	}
	stored := map[string]bool{}
	for _, r := range rows {
		stored[r.Verifier] = true
	}
	ring, unvouched := ledger.Keyring{Trusted: c.v.trusted}, []ledger.Verifier(nil)
	for _, k := range c.v.keysAdded {
		key, err := ring.Add(ledger.Vouch(k.KeyAdded))
		switch {
		case errors.Is(err, ledger.ErrNotVouched) && len(ring.Keys()) == 0:
			c.v.wrong(workflows.RecordRef(), k.n, "the key %s is not the one that was given", key.ID())
		case errors.Is(err, ledger.ErrNotVouched):
			c.v.wrong(workflows.RecordRef(), k.n, "the key %s: %v", key.ID(), err)
		case err != nil:
			c.v.wrong(workflows.RecordRef(), k.n, "the key %q cannot be read", k.Key)
		case !stored[k.Key]:
			c.v.wrong(workflows.RecordRef(), k.n, "the key %s that it brought is missing", key.ID())
		}
		if err != nil && !key.Zero() {
			unvouched = append(unvouched, key)
		}
		delete(stored, k.Key)
	}
	for _, text := range slices.Sorted(maps.Keys(stored)) {
		c.v.wrong(workflows.RecordRef(), 0, "no record speaks of the key %q", text)
		if key, err := ledger.ParseVerifier(text); err == nil {
			unvouched = append(unvouched, key)
		}
	}
	c.keys = append(ring.Keys(), unvouched...) // what was said of them is not said again of each checkpoint
	return nil
}

// learnRecord keeps what the records about the record itself say.
func (v *verifier) learnRecord(rec workflows.Record) {
	if rec.What != workflows.FactKeyAdded {
		return
	}
	k := addedKey{n: rec.N}
	if err := json.Unmarshal(rec.Data, &k.KeyAdded); err != nil {
		v.wrong(rec.About, rec.N, "its data cannot be read: %v", err)
		return
	}
	v.keysAdded = append(v.keysAdded, k)
}

// addedKey is a key with the number of its record.
type addedKey struct {
	workflows.KeyAdded

	n int
}

// sealed reads leaves with their records from an index on.
func (t tx) sealed(ctx context.Context, from int64) (rows []sealedRow, err error) {
	err = t.on(ctx).Raw(`SELECT l.idx, l.hash, l.seal, COALESCE(e.about_kind, '') AS about_kind, COALESCE(e.about_id, '') AS about_id,
		COALESCE(e.n, 0) AS n, e.entry AS bytes FROM log_leaves l LEFT JOIN log_entries e ON e.id = l.entry
		WHERE l.idx >= ? ORDER BY l.idx LIMIT ?`, from, verifyPage).Scan(&rows).Error
	return rows, err
}

// findMoved looks for records that leaves lack among those that have none: somebody may have changed their numbers.
func (v *verifier) findMoved(ctx context.Context, leaves []sealedRow) error {
	if !slices.ContainsFunc(leaves, func(r sealedRow) bool { return r.N == 0 }) {
		return nil
	}
	var left []logEntryRow
	err := v.on(ctx).Where("NOT EXISTS (SELECT 1 FROM log_leaves l WHERE l.entry = log_entries.id)").Order("id DESC").Limit(verifyPage).Find(&left).Error
	for i, r := range leaves {
		for _, e := range left {
			if hash := ledger.LeafHash(e.Entry); r.N == 0 && bytes.Equal(hash[:], r.Hash) {
				leaves[i].AboutKind, leaves[i].AboutID, leaves[i].N, leaves[i].Moved = e.AboutKind, e.AboutID, e.N, true
			}
		}
	}
	return err
}

// leaf takes one leaf, and says whether the walk can go on.
func (c *sealCheck) leaf(r sealedRow) bool {
	about := ref(r.AboutKind, r.AboutID)
	if r.Idx != c.edge.Size() {
		c.v.wrong(workflows.RecordRef(), 0, "leaf %d is missing: that of the record %s", c.edge.Size(), c.sinceSeal.after())
		return false
	}
	if len(r.Hash) != len(ledger.Hash{}) {
		c.v.wrong(workflows.RecordRef(), 0, "leaf %d is no hash", r.Idx)
		return false
	}
	hash := ledger.Hash(r.Hash)
	switch {
	case r.Moved:
		c.v.wrong(about, r.N, "it was sealed as leaf %d, but its number in the table is another one now", r.Idx)
	case r.N == 0:
		c.v.wrong(workflows.RecordRef(), 0, "the record of leaf %d is missing, the one %s", r.Idx, c.sinceSeal.after())
	case ledger.LeafHash(r.Bytes) != hash:
		c.v.wrong(about, r.N, "it is not the one that was sealed as leaf %d", r.Idx)
	}
	if len(c.seals) == 0 || c.seals[0].Size != r.Seal {
		if c.lacking != r.Seal {
			c.v.wrong(workflows.RecordRef(), 0, "the checkpoint of %d records, by which leaf %d was sealed, is missing", r.Seal, r.Idx)
		}
		c.lacking = r.Seal
	}
	for _, n := range c.edge.Append(hash) {
		c.nodes = append(c.nodes, nodeRow{n.Level, n.N, bytes.Clone(n.Hash[:])})
	}
	c.sinceSeal.add(placeOf(r))
	c.sinceHeld.add(placeOf(r))
	for len(c.held) > 0 && c.held[0].Size <= c.edge.Size() {
		c.compareHeld(c.held[0])
		c.held = c.held[1:]
	}
	for len(c.seals) > 0 && c.seals[0].Size <= c.edge.Size() {
		c.seal(c.seals[0])
		c.seals = c.seals[1:]
	}
	return true
}

// compareHeld compares a checkpoint that was kept elsewhere with the tree of its size.
func (c *sealCheck) compareHeld(kept ledger.HeldCheckpoint) {
	if kept.Root == c.edge.Root() {
		c.v.report.Held[kept.At].OK = true
		c.sinceHeld.fits()
		return
	}
	if !c.heldBroken {
		c.v.keptOtherwise(c.sinceHeld, kept.Size)
	}
	c.heldBroken = true
}

// seal compares a checkpoint with the tree of its size.
func (c *sealCheck) seal(row checkpointRow) {
	say := func(format string, args ...any) {
		c.v.wrong(workflows.RecordRef(), 0, "the checkpoint of %d records: %s", row.Size, fmt.Sprintf(format, args...))
	}
	root := c.edge.Root()
	signed, err := ledger.OpenCheckpoint(row.Note, c.keys)
	switch {
	case err != nil:
		say("%v", err)
	case signed.Size != row.Size || !bytes.Equal(signed.Root[:], row.Root):
		say("its columns are not what was signed")
	case row.Size != c.edge.Size() || signed.Root != root:
		if !c.sealBroken {
			c.v.signedOtherwise(c.sinceSeal, row.Size)
		}
		c.sealBroken = true
	default:
		c.sinceSeal.fits()
	}
}

// compareNodes compares the nodes that became whole with those that are kept.
func (c *sealCheck) compareNodes(ctx context.Context) error {
	for _, n := range c.nodes {
		var kept []nodeRow
		if err := c.v.on(ctx).Where("level = ? AND n = ?", n.Level, n.N).Find(&kept).Error; err != nil {
			return err
		}
		if len(kept) != 1 || !bytes.Equal(kept[0].Hash, n.Hash) {
			c.v.wrong(workflows.RecordRef(), 0, "node %d of level %d is not that of its leaves", n.N, n.Level)
		}
	}
	c.nodes = c.nodes[:0]
	return nil
}
