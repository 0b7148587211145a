package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"steward/workflows"
	"steward/workflows/engine"
)

// entry is a record with one text. Its salt is fixed: nothing here is secret.
func entry(id string, n int, reason string) engine.Entry {
	salt := []byte("0123456789abcdef")
	text := id + strconv.Itoa(n) + reason
	sum := sha256.Sum256(append(slices.Clone(salt), text...))
	c := hex.EncodeToString(sum[:])
	rec := workflows.Record{
		V: 1, About: workflows.RequestRef(id), N: n, At: now().UnixMilli(), Actor: yuki, Via: workflows.Via{Surface: "portal"},
		What: "decided", Texts: map[string]string{"reason": c}, Build: "test",
	}
	raw, err := json.Marshal(rec)
	if err != nil {
		panic(err)
	}
	return engine.Entry{Record: rec, Bytes: raw, Texts: []engine.Text{
		{Commitment: c, Name: "reason", Salt: salt, Value: []byte(text)},
	}}
}

// refused checks that the database itself refuses a statement.
func (d *db) refused(query, because string) {
	d.Helper()
	if _, err := d.try(query); err == nil || !strings.Contains(err.Error(), because) {
		d.Errorf("%s: got %v, want a refusal with %q", query, err, because)
	}
}

func logChecks() []check {
	return []check{
		{"records are found again in order, with their bytes and texts as they were", func(d *db) {
			first, second := entry("AIR-1", 1, "one"), entry("AIR-1", 2, "two \x00\xff")
			d.do(func(tx engine.Tx) error {
				return tx.Append(d.ctx, []engine.Entry{first, second, entry("AIR-2", 1, "other")})
			})
			rows, err := d.store.History(d.ctx, workflows.RequestRef("AIR-1"))
			d.must(err)
			if len(rows) != 2 || rows[0].Record.N != 1 || rows[1].Texts["reason"] != "AIR-12two \x00\xff" {
				d.Errorf("got %+v", rows)
			}
			leaf := sha256.Sum256(append([]byte{0}, first.Bytes...))
			if rows[0].Hash != hex.EncodeToString(leaf[:]) {
				d.Errorf("the leaf hash is %s", rows[0].Hash)
			}
			d.do(func(tx engine.Tx) error {
				n, err := tx.LastRecord(d.ctx, workflows.RequestRef("AIR-1"))
				if n != 2 {
					d.Errorf("the last record is %d", n)
				}
				none, err2 := tx.LastRecord(d.ctx, workflows.RequestRef("AIR-\x00"))
				if none != 0 || err2 != nil {
					d.Errorf("a thing without records has %d, %v", none, err2)
				}
				return err
			})
		}},
		{"a number that exists already is a conflict", func(d *db) {
			add := func() error {
				return d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{entry("AIR-1", 1, "x")}) })
			}
			d.must(add())
			d.is(add(), workflows.ErrConflict)
		}},
		{"appending nothing is nothing", func(d *db) {
			d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, nil) })
		}},
		{"the database refuses to change, remove, replace or truncate records", func(d *db) {
			d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{entry("AIR-1", 1, "x")}) })
			d.refused("UPDATE log_entries SET n = 2", "append-only")
			d.refused("DELETE FROM log_entries", "append-only")
			d.refused("UPDATE log_texts SET value = salt", "append-only")
			if d.lite() {
				return
			}
			d.refused("TRUNCATE log_entries", "append-only")
			d.refused("TRUNCATE log_texts", "append-only")
			d.refused("TRUNCATE log_files", "append-only")
			d.refused("INSERT INTO log_entries (about_kind, about_id, n, at, entry) SELECT about_kind, about_id, n, at, entry FROM log_entries "+
				"ON CONFLICT (about_kind, about_id, n) DO UPDATE SET at = 0", "append-only")
		}},
	}
}
