package storetest

import (
	"bytes"
	"fmt"
	"strings"

	"steward/store"
	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/engine"
)

// sealTables are those that hold the seal.
func sealTables() []string { return []string{"log_leaves", "log_nodes", "log_checkpoints", "log_keys"} }

// sealedStory is everything a real engine writes, and more records than one node of the tree has leaves, sealed step by step.
func (d *db) sealedStory() (*store.Sealer, ledger.Key) {
	d.Helper()
	_, sealer, key := d.toldAndSealed()
	return sealer, key
}

// toldAndSealed is the same with whoever tells it, who can go on.
func (d *db) toldAndSealed() (*story, *store.Sealer, ledger.Key) {
	d.Helper()
	s := d.story()
	key := newKey(d)
	d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: key.Public().String()}))
	sealer := d.store.NewSealer(key)
	d.sealAll(sealer)
	s.everything()
	d.sealAll(sealer)
	d.noted(1, 300)
	d.sealAll(sealer)
	if report := d.clean(); report.Unsealed != 0 || report.Seals != 3 {
		d.Fatalf("the report is %+v", report)
	}
	return s, sealer, key
}

// noted appends records of which nothing but the log knows.
func (d *db) noted(from, n int) {
	d.Helper()
	about := notedRef()
	var entries []engine.Entry
	for i := range n {
		rec := workflows.Record{V: 1, About: about, N: from + i, At: now().UnixMilli(), Actor: ana, What: "retried", Build: "test"}
		entries = append(entries, engine.Entry{Record: rec, Bytes: encode(rec)})
	}
	d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, entries) })
}

// held gives the newest checkpoint, as somebody else would keep it.
func (d *db) held() string {
	d.Helper()
	note, err := d.store.Checkpoint(d.ctx)
	d.must(err)
	return note
}

func tamperChecks() []check {
	return []check{
		{"any byte of a sealed record that is changed is found, and the record is named", func(d *db) {
			d.sealedStory()
			d.disarm("log_entries")
			for _, r := range d.rows("log_entries") {
				entry, about := r.bytes("entry"), r.about()
				for at := 0; at < len(entry); at += 1 + len(entry)/40 {
					changed := bytes.Clone(entry)
					changed[at] ^= 1
					d.exec("UPDATE log_entries SET entry = ? WHERE id = ?", changed, r.values[0])
					if report := d.verified(); report.OK() || !strings.HasPrefix(report.Problems[0].String(), about) {
						d.Errorf("byte %d of %s: found %v", at, about, report.Problems)
					}
				}
				d.exec("UPDATE log_entries SET entry = ? WHERE id = ?", entry, r.values[0])
			}
			d.clean()
		}},
		{"a changed cell of a sealed record or of the seal is found", func(d *db) {
			d.sealedStory()
			for _, table := range append(sealTables(), "log_entries", "log_texts") {
				d.disarm(table)
				for _, m := range d.mutations(table) {
					m.try(d)
				}
			}
			for _, r := range d.rows("log_entries") {
				if _, err := d.try("UPDATE log_entries SET id = ? WHERE id = ?", 1_000_000, r.values[0]); err != nil {
					continue // Postgres gives these numbers itself
				}
				if d.verified().OK() {
					d.Errorf("another number for %s was not found", r.about())
				}
				d.exec("UPDATE log_entries SET id = ? WHERE id = ?", r.values[0], 1_000_000)
			}
			d.clean()
		}},
		{"a row of the seal that was removed or put in is found, and two that were swapped", func(d *db) {
			d.sealedStory()
			for _, table := range sealTables() {
				d.disarm(table)
				d.removals(table)
			}
			d.clean()
			for _, c := range []struct{ what, do, undo string }{
				{"a leaf more", "INSERT INTO log_leaves (idx, entry, hash, seal) SELECT idx + 1, entry + 1000000, hash, seal + 1 FROM log_leaves WHERE idx = (SELECT max(idx) FROM log_leaves)", "DELETE FROM log_leaves WHERE idx = (SELECT max(idx) FROM log_leaves)"},
				{"a leaf far away", "INSERT INTO log_leaves (idx, entry, hash, seal) SELECT idx + 10, entry + 1000000, hash, seal + 10 FROM log_leaves WHERE idx = (SELECT max(idx) FROM log_leaves)", "DELETE FROM log_leaves WHERE idx = (SELECT max(idx) FROM log_leaves)"},
				{"a node more", "INSERT INTO log_nodes (level, n, hash) SELECT level + 1, n, hash FROM log_nodes WHERE level = 8 AND n = 0", "DELETE FROM log_nodes WHERE level = 9"},
				{"a checkpoint more", "INSERT INTO log_checkpoints (size, root, note) SELECT size - 1, root, note FROM log_checkpoints WHERE size = (SELECT max(size) FROM log_checkpoints)", "DELETE FROM log_checkpoints WHERE size = (SELECT max(size) - 1 FROM log_checkpoints)"},
				{"a key more", "INSERT INTO log_keys (verifier) SELECT '" + newKey(d).Public().String() + "' FROM log_keys", ""},
			} {
				d.exec(c.do)
				if d.verified().OK() {
					d.Errorf("%s was not found", c.what)
				}
				if c.undo != "" {
					d.exec(c.undo)
					d.clean()
				}
			}
		}},
		{"two sealed records that changed places are found", func(d *db) {
			d.sealedStory()
			d.disarm("log_leaves")
			for _, step := range []string{
				"UPDATE log_leaves SET entry = -1 WHERE idx = 5",
				"UPDATE log_leaves SET entry = (SELECT l.entry FROM log_leaves l WHERE l.idx = 4) + 1000000 WHERE idx = 4",
			} {
				d.exec(step)
			}
			d.exec("UPDATE log_leaves SET entry = (SELECT l.entry FROM log_leaves l WHERE l.idx = 4) - 1000000 WHERE idx = 5")
			if report := d.verified(); report.OK() {
				d.Error("not found")
			}
		}},
		{"an end that was cut off, with its leaves and checkpoints, is found by a checkpoint that was kept", func(d *db) {
			sealer, _ := d.sealedStory()
			d.noted(301, 10)
			older := d.held()
			d.sealAll(sealer)
			newest := d.held()
			for _, note := range []string{older, newest} {
				if wrong := d.against(note); wrong != "" {
					d.Errorf("false alarm: %s", wrong)
				}
			}
			size := d.number("SELECT max(size) FROM log_checkpoints") - 10
			for _, table := range append(sealTables(), "log_entries") {
				d.disarm(table)
			}
			d.exec("DELETE FROM log_checkpoints WHERE size > ?", size)
			d.exec("DELETE FROM log_entries WHERE id IN (SELECT entry FROM log_leaves WHERE idx >= ?)", size)
			d.exec("DELETE FROM log_leaves WHERE idx >= ?", size)
			d.clean() // nothing inside says so
			if wrong := d.against(older); wrong != "" {
				d.Errorf("false alarm: %s", wrong)
			}
			if wrong := d.against(newest); !strings.Contains(wrong, fmt.Sprintf("speaks of %d records, of which %d are there", size+10, size)) {
				d.Errorf("cut off: %s", wrong)
			}
		}},
		{"another history, signed with the same key, is found by a checkpoint that was kept", func(d *db) {
			_, key := d.sealedStory()
			kept := d.held()
			for _, table := range append(sealTables(), "log_entries") {
				d.disarm(table)
			}
			for _, table := range []string{"log_leaves", "log_nodes", "log_checkpoints"} {
				d.exec("DELETE FROM " + table)
			}
			forged := workflows.Record{
				V: 1, About: notedRef(), N: 1, At: now().UnixMilli(), Actor: ben, What: "retried", Build: "test",
			}
			d.exec("UPDATE log_entries SET entry = ? WHERE about_kind = 'delivery' AND n = 1", encode(forged))
			d.sealAll(d.store.NewSealer(key))
			d.clean() // whoever has the key can do so
			if wrong := d.against(kept); !strings.Contains(wrong, "are not those of the checkpoint that was kept") {
				d.Errorf("another history: %s", wrong)
			}
		}},
		{"a checkpoint that this log never signed cannot be held against it", func(d *db) {
			d.sealedStory()
			other := newKey(d)
			note, err := ledger.Checkpoint{Origin: other.Name(), Size: 3}.Sign(other)
			d.must(err)
			for _, text := range []string{note, "no checkpoint", ""} {
				if wrong := d.against(text); !strings.Contains(wrong, "cannot be compared") {
					d.Errorf("%q: %s", text, wrong)
				}
			}
		}},
	}
}

// about names the record of a row of the log, as a problem begins.
func (r row) about() string {
	return fmt.Sprintf("%v/%v record %v:", r.column("about_kind"), r.column("about_id"), r.column("n"))
}
