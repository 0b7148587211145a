package storetest

import (
	"fmt"
	"slices"
	"strings"

	"steward/store"
	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/engine"
)

// witnessed is a log that was sealed step by step, with what a witness kept after each.
type witnessed struct {
	*db
	key   ledger.Key
	kept  []string // checkpoints, oldest first
	sizes []int64
}

// witness seals 1, 9, 300 and 1 more records of one thing, each by a checkpoint of its own.
func (d *db) witness() *witnessed {
	d.Helper()
	s := d.story()
	w := &witnessed{db: d, key: newKey(d)}
	d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: w.key.Public().String()}))
	n := 1
	for _, more := range []int{1, 9, 300, 1} {
		d.noted(n, more)
		n += more
		w.seal()
	}
	d.disarmed()
	d.clean()
	if wrong := w.against(w.kept...); wrong != "" {
		d.Fatalf("false alarm: %s", wrong)
	}
	return w
}

// disarmed takes the guards from the log and its seal.
func (d *db) disarmed() {
	d.Helper()
	for _, table := range append(sealTables(), "log_entries") {
		d.disarm(table)
	}
}

func (w *witnessed) seal() {
	w.Helper()
	w.sizes = append(w.sizes, w.sealAll(w.store.NewSealer(w.key)))
	w.kept = append(w.kept, w.held())
}

// cut takes away all that was sealed after so many records.
func (w *witnessed) cut(size int64) {
	w.Helper()
	w.exec("DELETE FROM log_entries WHERE id IN (SELECT entry FROM log_leaves WHERE idx >= ?)", size)
	w.cutSeal(size)
}

// cutSeal takes away the seal of all that was sealed after so many records.
func (w *witnessed) cutSeal(size int64) {
	w.Helper()
	w.exec("DELETE FROM log_checkpoints WHERE size > ?", size)
	w.exec("DELETE FROM log_leaves WHERE idx >= ?", size)
	w.exec("DELETE FROM log_nodes WHERE (n + 1) << level > ?", size)
}

// replace puts another record in the place of the n-th.
func (w *witnessed) replace(n int) {
	w.Helper()
	rec := workflows.Record{V: 1, About: notedRef(), N: n, At: now().UnixMilli(), Actor: ben, What: "retried", Build: "test"}
	w.exec("UPDATE log_entries SET entry = ? WHERE about_kind = 'delivery' AND n = ?", encode(rec), n)
}

// resealed signs everything anew that comes after so many records, as who has the key can, and seals all by one checkpoint.
func (w *witnessed) resealed(size int64) {
	w.Helper()
	w.cutSeal(size)
	w.sealAll(w.store.NewSealer(w.key))
	w.clean() // nothing inside says so
}

// says checks what is found with the checkpoints that were kept, and that it is the first of all.
func (w *witnessed) says(kept []string, want string) {
	w.Helper()
	wrong, _, _ := strings.Cut(w.against(kept...), "\n")
	if !strings.Contains(wrong, want) {
		w.Errorf("it reads %q, want %q", wrong, want)
	}
}

func againstChecks() []check {
	return []check{
		{"of each checkpoint that was kept it is said whether the record continues it, in the order in which they were given", func(d *db) {
			w := d.witness()
			again := w.kept[3]
			w.cut(w.sizes[2])
			report, err := d.store.VerifyWith(d.ctx, store.VerifyOptions{Held: []string{again, w.kept[1], "x", w.kept[0]}})
			d.must(err)
			want := []ledger.Held{{Size: w.sizes[3]}, {Size: w.sizes[1], OK: true}, {}, {Size: w.sizes[0], OK: true}}
			if !slices.Equal(report.Held, want) {
				d.Errorf("held are %+v, want %+v", report.Held, want)
			}
		}},
		{"of a record that was cut off at the end, a kept checkpoint names the last that is left", func(d *db) {
			w := d.witness()
			w.cut(w.sizes[1])
			w.clean()
			w.says(w.kept, fmt.Sprintf("the checkpoint that was kept speaks of %d records, of which %d are there: the last that is there is delivery/7 record 10.", w.sizes[3], w.sizes[1]))
			w.says(w.kept[:2], "")
			w.cutSeal(0)
			w.says(w.kept[:1], fmt.Sprintf("speaks of %d records, of which 0 are there: no record is sealed.", w.sizes[0]))
		}},
		{"of a record that was signed otherwise, kept checkpoints name the place as narrowly as they lie", func(d *db) {
			w := d.witness()
			w.replace(11)
			w.resealed(w.sizes[1])
			w.says(w.kept, fmt.Sprintf("the first %d records are not those of the checkpoint that was kept", w.sizes[2]))
			w.says(w.kept, fmt.Sprintf("The first %d are those of an older checkpoint that was kept, so that the first other one is among the 300 records from delivery/7 record 11 to delivery/7 record 310", w.sizes[1]))
			w.says(w.kept[:2], "")
			w.says(w.kept[3:], "Which is the first cannot be told by this checkpoint alone")
		}},
		{"a single record between two kept checkpoints is named itself", func(d *db) {
			w := d.witness()
			w.replace(311)
			w.resealed(w.sizes[2])
			w.says(w.kept, fmt.Sprintf("delivery/7 record 311: it is not the record that was leaf %d when the checkpoint of %d records that was kept was signed", w.sizes[2], w.sizes[3]))
		}},
		{"an older copy that somebody went on with is found, from the first record after it on", func(d *db) {
			w := d.witness()
			w.cut(w.sizes[1])
			w.noted(11, 1) // what happened in the meantime
			other := entry("AIR-9", 1, "x")
			other.Record.About, other.Record.Texts = workflows.Ref{Kind: workflows.KindDelivery, ID: "8"}, nil
			w.do(func(tx engine.Tx) error {
				return tx.Append(w.ctx, []engine.Entry{{Record: other.Record, Bytes: encode(other.Record)}})
			})
			w.noted(12, 400)
			w.seal()
			w.clean()
			w.says(w.kept[:4], fmt.Sprintf("The first %d are those of an older checkpoint that was kept, so that the first other one is among the 300 records from delivery/7 record 11 to", w.sizes[1]))
		}},
		{"what older keys signed holds after a change of the key, and shows what was changed before", func(d *db) {
			w := d.witness()
			s := d.story()
			older := w.key
			w.key = newKey(d)
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded(older.Vouch(w.key.Public()))))
			w.noted(312, 5)
			w.seal()
			if wrong := w.against(w.kept...); wrong != "" {
				w.Errorf("false alarm: %s", wrong)
			}
			stranger := newKey(d)
			c := w.checkpointed(w.key.Public())
			forged, err := c.Sign(stranger)
			w.must(err)
			w.says([]string{forged}, "cannot be compared: it is not signed by a key of this log")
			w.replace(311)
			w.resealed(w.sizes[2])
			w.says(w.kept, "delivery/7 record 311: it is not the record that was leaf")
		}},
		{"a key for which no older one vouches is named, whatever it signed", func(d *db) {
			w := d.witness()
			s := d.story()
			genuine, own := w.key, newKey(d)
			w.replace(1)
			w.cutSeal(0)
			w.key = own
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: own.Public().String()}))
			w.seal()
			w.says(nil, "the key "+own.Public().ID()+": no older key of this log vouches for it")
			forged := workflows.KeyAdded(own.Vouch(own.Public()))
			forged.By = genuine.Public().String()
			w.exec("DELETE FROM log_keys WHERE verifier = ?", own.Public().String())
			d.must(s.engine.UseKey(d.ctx, forged))
			w.says(nil, "no older key of this log vouches for it")
			report, err := w.store.VerifyWith(w.ctx, store.VerifyOptions{Keys: []ledger.Verifier{own.Public()}})
			w.must(err)
			if len(report.Problems) == 0 || !strings.Contains(report.Problems[0].Wrong, "the key "+genuine.Public().ID()+" is not the one that was given") {
				w.Errorf("by a key from elsewhere: %v", report.Problems)
			}
		}},
		{"a record that was changed together with its leaf is named by the checkpoint it was sealed by", func(d *db) {
			w := d.witness()
			w.replace(311)
			leaf := ledger.LeafHash(w.entryOf(311))
			w.exec("UPDATE log_leaves SET hash = ? WHERE idx = ?", leaf[:], w.sizes[2])
			w.found("a record with its leaf", notedRef(), 311, fmt.Sprintf("it is not the record that was sealed as leaf %d", w.sizes[2]))
			w.replace(15)
			leaf = ledger.LeafHash(w.entryOf(15))
			w.exec("UPDATE log_leaves SET hash = ? WHERE idx = ?", leaf[:], w.sizes[1]+4)
			report := w.verified()
			if !strings.Contains(report.Problems[0].Wrong, "the first that is not is among the 300 records from delivery/7 record 11 to delivery/7 record 310") {
				w.Errorf("it reads %v", report.Problems)
			}
		}},
		{"a leaf, a record or a checkpoint that is missing is named by what stands before it", func(d *db) {
			w := d.witness()
			w.exec("DELETE FROM log_entries WHERE about_kind = 'delivery' AND n = 311")
			w.found("the newest record", workflows.RecordRef(), 0, "is missing, the one sealed right after delivery/7 record 310")
			w.exec("DELETE FROM log_leaves WHERE idx = ?", w.sizes[2])
			w.found("and its leaf", workflows.RecordRef(), 0, "the first that is missing is the one sealed right after delivery/7 record 310")
			w.exec("DELETE FROM log_leaves WHERE idx = ?", w.sizes[1])
			w.found("a leaf in the middle", workflows.RecordRef(), 0, "that of the record sealed right after delivery/7 record 10")
			w.exec("DELETE FROM log_leaves WHERE idx = 0")
			w.found("the first leaf", workflows.RecordRef(), 0, "leaf 0 is missing: that of the record sealed first of all")
		}},
	}
}

// notedRef is the thing of the records that [db.noted] appends.
func notedRef() workflows.Ref { return workflows.Ref{Kind: workflows.KindDelivery, ID: "7"} }

// entryOf gives the bytes of such a record.
func (d *db) entryOf(n int) (raw []byte) {
	d.Helper()
	d.must(d.raw.QueryRowContext(d.ctx, d.placeholders("SELECT entry FROM log_entries WHERE about_kind = 'delivery' AND n = ?"), n).Scan(&raw))
	return raw
}

// against verifies with checkpoints that were kept, and gives what is wrong, a line each.
func (d *db) against(notes ...string) string {
	d.Helper()
	report, err := d.store.VerifyWith(d.ctx, store.VerifyOptions{Held: notes})
	d.must(err)
	return lines(report)
}

func lines(report store.Report) string {
	var all []string
	for _, p := range report.Problems {
		all = append(all, p.String())
	}
	return strings.Join(all, "\n")
}
