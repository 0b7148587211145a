package storetest

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	formats "github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"steward/store"
	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/engine"
)

// signingKey makes a key that the log knows.
func (d *db) signingKey(name string) ledger.Key {
	d.Helper()
	k := namedKey(d, name)
	d.do(func(tx engine.Tx) error {
		added, err := tx.AddKey(d.ctx, k.Public().String())
		if err == nil && !added {
			d.Error("a new key is not new")
		}
		return err
	})
	return k
}

// newKey makes a signing key for the log of these checks.
func newKey(d *db) ledger.Key { return namedKey(d, "test") }

func namedKey(d *db, name string) ledger.Key {
	d.Helper()
	text, err := ledger.NewKey(rand.Reader, name)
	d.must(err)
	k, err := ledger.ParseKey(text)
	d.must(err)
	return k
}

// sealAll seals until nothing is left and gives the number of records in the tree.
func (d *db) sealAll(s *store.Sealer) (size int64) {
	d.Helper()
	for {
		done, err := s.Seal(d.ctx)
		d.must(err)
		if !done.More {
			return done.Size
		}
	}
}

// appendSome adds records about a thing.
func (d *db) appendSome(id string, from, n int) {
	d.Helper()
	d.do(func(tx engine.Tx) error {
		entries := make([]engine.Entry, 0, n)
		for i := range n {
			entries = append(entries, entry(id, from+i, "x"))
		}
		return tx.Append(d.ctx, entries)
	})
}

// checkpointed reads the newest checkpoint with the keys.
func (d *db) checkpointed(keys ...ledger.Verifier) ledger.Checkpoint {
	d.Helper()
	note, err := d.store.Checkpoint(d.ctx)
	d.must(err)
	c, err := ledger.OpenCheckpoint(note, keys)
	d.must(err)
	return c
}

// byAnother has another implementation of the standards check a record's checkpoint and proof.
func (d *db) byAnother(s workflows.Sealing, key ledger.Key, leaf ledger.Hash, path ledger.Proof) {
	d.Helper()
	verifier, err := note.NewVerifier(key.Public().String())
	d.must(err)
	theirs, _, _, err := formats.ParseCheckpoint([]byte(s.Checkpoint), key.Name(), verifier)
	d.must(err)
	var hashes [][]byte
	for _, h := range path {
		hashes = append(hashes, h[:])
	}
	index := uint64(s.Leaf) //nolint:gosec // not negative
	if err := proof.VerifyInclusion(rfc6962.DefaultHasher, index, theirs.Size, leaf[:], hashes, theirs.Hash); err != nil {
		d.Errorf("leaf %d of %d: %v", s.Leaf, theirs.Size, err)
	}
	other := ledger.LeafHash([]byte("other"))
	if proof.VerifyInclusion(rfc6962.DefaultHasher, index, theirs.Size, other[:], hashes, theirs.Hash) == nil {
		d.Errorf("the proof of leaf %d of %d proves another record", s.Leaf, theirs.Size)
	}
}

func sealChecks() []check {
	return []check{
		{"records are sealed once, by whichever replica, while others are written", func(d *db) {
			key := d.signingKey("test")
			const writers, each = 8, 60
			var work, sealing sync.WaitGroup
			over := make(chan struct{})
			for _, s := range []*store.Store{d.store, d.replica()} {
				sealing.Go(func() {
					sealer := s.NewSealer(key)
					for {
						if _, err := sealer.Seal(d.ctx); err != nil {
							d.Error(err)
							return
						}
						select {
						case <-over:
							return
						default:
						}
					}
				})
				if d.lite() {
					break // one process
				}
			}
			for w := range writers {
				work.Go(func() {
					id := "AIR-" + strconv.Itoa(w+1)
					for n := range each {
						err := d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{entry(id, n+1, "x")}) })
						if err != nil {
							d.Error(err)
						}
					}
				})
			}
			work.Wait()
			close(over)
			sealing.Wait()
			if size := d.sealAll(d.store.NewSealer(key)); size != writers*each {
				d.Errorf("%d records are sealed, want %d", size, writers*each)
			}
			if c := d.checkpointed(key.Public()); c.Size != writers*each || c.Origin != "test" {
				d.Errorf("the checkpoint is %+v", c)
			}
			if n := d.number("SELECT count(DISTINCT entry) FROM log_leaves"); n != writers*each {
				d.Errorf("%d records have a leaf", n)
			}
			report := d.verified()
			for _, p := range report.Problems {
				if !strings.Contains(p.Wrong, "no record speaks of the key") && p.About.Kind != workflows.KindRequest {
					d.Error(p)
				}
			}
			if report.Sealed != writers*each || report.Unsealed != 0 {
				d.Errorf("verify counts %d sealed and %d not", report.Sealed, report.Unsealed)
			}
		}},
		{"a record that commits late is sealed, though others with higher numbers were before", func(d *db) {
			if d.lite() {
				return // with one writer nothing commits late
			}
			key := d.signingKey("test")
			sealer := d.store.NewSealer(key)
			sealer.Settle = 0
			d.appendSome("AIR-1", 1, 3)
			written, may, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			go func() {
				ended <- d.store.Do(d.ctx, func(tx engine.Tx) error {
					err := tx.Append(d.ctx, []engine.Entry{entry("AIR-2", 1, "late")})
					close(written)
					<-may
					return err
				})
			}()
			<-written
			d.appendSome("AIR-3", 1, 3)
			for range 3 { // the first sets a mark behind the late one, the second could go on to it
				if size := d.sealAll(sealer); size != 6 {
					d.Errorf("%d records are sealed, want 6", size)
				}
			}
			close(may)
			d.must(<-ended)
			if size := d.sealAll(sealer); size != 7 {
				d.Errorf("%d records are sealed after the late one, want 7", size)
			}
		}},
		{"what was sealed is not looked at again once it has settled", func(d *db) {
			if !d.lite() {
				return // there it waits for all transactions of all databases of the server, those of other tests too
			}
			key := d.signingKey("test")
			d.appendSome("AIR-1", 1, 3)
			quick, slow := d.store.NewSealer(key), d.store.NewSealer(key)
			quick.Settle, slow.Settle = 0, time.Hour
			for range 2 { // the first round sets a mark, the second goes on to it
				d.sealAll(slow) // it knows the tree that it sealed
				d.sealAll(quick)
			}
			d.disarm("log_leaves")
			d.exec("DELETE FROM log_leaves WHERE idx = 1") // as if that record were not sealed
			for _, c := range []struct {
				sealer *store.Sealer
				finds  int64
			}{{quick, 0}, {slow, 1}} {
				if done, err := c.sealer.Seal(d.ctx); err != nil || done.Added != c.finds {
					d.Errorf("it seals %d records, want %d; %v", done.Added, c.finds, err)
				}
			}
		}},
		{"another key of the same name goes on, one of another name does not", func(d *db) {
			first := d.signingKey("test")
			d.appendSome("AIR-1", 1, 300)
			d.sealAll(d.store.NewSealer(first))
			before := d.checkpointed(first.Public())
			second := d.signingKey("test")
			d.appendSome("AIR-1", 301, 300)
			if size := d.sealAll(d.store.NewSealer(second)); size != 600 {
				d.Errorf("%d records are sealed, want 600", size)
			}
			d.checkpointed(second.Public())
			if before.Size != 300 {
				d.Errorf("the first checkpoint has %d records", before.Size)
			}
			d.appendSome("AIR-1", 601, 1)
			other := d.signingKey("other")
			if _, err := d.store.NewSealer(other).Seal(d.ctx); err == nil || !strings.Contains(err.Error(), `this one is called "test"`) {
				d.Errorf("a key of another name: %v", err)
			}
		}},
		{"a record shows its place and a proof that leads to the newest checkpoint", func(d *db) {
			key := d.signingKey("test")
			d.appendSome("AIR-1", 1, 700)
			d.sealAll(d.store.NewSealer(key))
			d.appendSome("AIR-1", 701, 1)
			for _, n := range []int{1, 256, 257, 700} {
				s, err := d.store.Sealing(d.ctx, workflows.RequestRef("AIR-1"), n)
				d.must(err)
				path := make(ledger.Proof, 0, len(s.Path))
				for _, text := range s.Path {
					raw, err := base64.StdEncoding.DecodeString(text)
					d.must(err)
					path = append(path, ledger.Hash(raw))
				}
				c, err := ledger.OpenCheckpoint(s.Checkpoint, []ledger.Verifier{key.Public()})
				d.must(err)
				leaf := ledger.LeafHash(entry("AIR-1", n, "x").Bytes)
				if err := ledger.CheckProof(path, c.Size, c.Root, s.Leaf, leaf); err != nil || c.Size != 700 || s.Root != c.Root.String() {
					d.Errorf("record %d: %v, %+v", n, err, s)
				}
				d.byAnother(s, key, leaf, path)
			}
			for _, n := range []int{701, 702} {
				_, err := d.store.Sealing(d.ctx, workflows.RequestRef("AIR-1"), n)
				d.is(err, workflows.ErrNotFound)
			}
			_, err := d.store.Sealing(d.ctx, workflows.RequestRef("AIR-\x00"), 1)
			d.is(err, workflows.ErrNotFound)
			state, err := d.store.SealState(d.ctx)
			d.must(err)
			if state.Size != 700 || state.Waiting != 1 || len(state.Keys) != 1 || state.Checkpoint == "" {
				d.Errorf("the state is %+v", state)
			}
			lead := workflows.Person{ID: "P-1", Active: true, Roles: []workflows.Role{workflows.ComplianceLead}}
			rows, _, err := d.store.RecordRows(d.ctx, lead, workflows.RecordFilter{Limit: 2})
			d.must(err)
			if len(rows) != 2 || rows[0].Sealed || !rows[1].Sealed {
				d.Errorf("the list says %+v", rows)
			}
		}},
		{"the numbers say how much is sealed, how much is not, and for how long", func(d *db) {
			key := d.signingKey("test")
			of := func() store.Stats {
				st, err := d.store.Stats(d.ctx, now().Add(time.Minute))
				d.must(err)
				return st
			}
			if st := of(); st.Checkpointed != 0 || st.Unsealed != 0 || st.OldestUnsealed != 0 {
				d.Errorf("of nothing: %+v", st)
			}
			d.appendSome("AIR-1", 1, 3)
			if st := of(); st.Checkpointed != 0 || st.Unsealed != 3 || st.OldestUnsealed != time.Minute {
				d.Errorf("before the first seal: %+v", st)
			}
			d.sealAll(d.store.NewSealer(key))
			if st := of(); st.Checkpointed != 3 || st.Unsealed != 0 || st.OldestUnsealed != 0 {
				d.Errorf("after it: %+v", st)
			}
			d.appendSome("AIR-1", 4, 2)
			if st := of(); st.Checkpointed != 3 || st.Unsealed != 2 || st.OldestUnsealed != time.Minute {
				d.Errorf("with a tail: %+v", st)
			}
		}},
		{"a leaf whose checkpoint is not read yet is no news", func(d *db) {
			d.appendSome("AIR-1", 1, 1)
			hash := "sha256('')"
			if d.lite() {
				hash = "zeroblob(32)"
			}
			d.exec("INSERT INTO log_leaves (idx, entry, hash, seal) SELECT 0, id, " + hash + ", 1 FROM log_entries")
			d.do(func(tx engine.Tx) error {
				s, err := tx.Sealed(d.ctx)
				if s.News || s.Size != 0 {
					d.Errorf("of no records there is a checkpoint to post: %+v", s)
				}
				return err
			})
		}},
		{"nothing is signed on top of a tree that was changed", func(d *db) {
			key := d.signingKey("test")
			d.appendSome("AIR-1", 1, 300)
			d.sealAll(d.store.NewSealer(key))
			d.appendSome("AIR-1", 301, 1)
			d.disarm("log_leaves")
			d.exec("UPDATE log_leaves SET hash = (SELECT hash FROM log_leaves WHERE idx = 0) WHERE idx = 299")
			if _, err := d.store.NewSealer(key).Seal(d.ctx); !errors.Is(err, store.ErrSealBroken) {
				d.Errorf("got %v", err)
			}
		}},
		{"a sealer that has seen more signs nothing on top of a log that was cut off", func(d *db) {
			key := d.signingKey("test")
			sealer := d.store.NewSealer(key)
			d.appendSome("AIR-1", 1, 100)
			d.sealAll(sealer)
			d.appendSome("AIR-1", 101, 200)
			d.sealAll(sealer)
			known := d.checkpointed(key.Public())
			w := &witnessed{db: d}
			d.disarmed()
			w.cut(100)
			before := 0
			for _, more := range []int{0, 1, 300} { // nothing waits; something does; it has grown past what was signed
				d.appendSome("AIR-2", before+1, more-before)
				before = more
				if done, err := sealer.Seal(d.ctx); !errors.Is(err, store.ErrSealBroken) {
					d.Errorf("after %d more: %+v, %v", more, done, err)
				}
				restarted := d.store.NewSealer(key)
				restarted.Remind(known)
				if done, err := restarted.Seal(d.ctx); more > 0 && !errors.Is(err, store.ErrSealBroken) {
					d.Errorf("after %d more, by a new one that was reminded: %+v, %v", more, done, err)
				}
			}
			if size := d.sealAll(d.store.NewSealer(key)); size != 400 { // who restores a copy starts anew, and knows it
				d.Errorf("by one that knows nothing %d records are sealed, want 400", size)
			}
		}},
		{"a sealer signs nothing on top of a log of the same size that another one made anew", func(d *db) {
			key := d.signingKey("test")
			sealer := d.store.NewSealer(key)
			d.appendSome("AIR-1", 1, 300)
			d.sealAll(sealer)
			known := d.checkpointed(key.Public())
			w := &witnessed{db: d}
			d.disarmed()
			d.exec("UPDATE log_entries SET entry = ? WHERE n = 7", entry("AIR-1", 7, "another").Bytes)
			w.cutSeal(0)
			if done, err := sealer.Seal(d.ctx); !errors.Is(err, store.ErrSealBroken) {
				d.Errorf("after its seal was taken away: %+v, %v", done, err)
			}
			d.sealAll(d.store.NewSealer(key))
			d.appendSome("AIR-1", 301, 1)
			restarted := d.store.NewSealer(key)
			restarted.Remind(known)
			for name, one := range map[string]*store.Sealer{"itself": sealer, "a new one that was reminded": restarted} {
				if done, err := one.Seal(d.ctx); !errors.Is(err, store.ErrSealBroken) {
					d.Errorf("by %s: %+v, %v", name, done, err)
				}
			}
		}},
		{"the database refuses to change or remove what was sealed", func(d *db) {
			d.signingKey("test")
			d.appendSome("AIR-1", 1, 256)
			d.sealAll(d.store.NewSealer(d.signingKey("test")))
			for _, table := range []string{"log_leaves", "log_nodes", "log_checkpoints", "log_keys"} {
				if d.number("SELECT count(*) FROM "+table) == 0 {
					d.Errorf("%s is empty", table)
				}
				d.refused("DELETE FROM "+table, "append-only")
			}
			d.refused("UPDATE log_leaves SET entry = entry + 1", "append-only")
			d.refused("UPDATE log_nodes SET n = n + 1", "append-only")
			d.refused("UPDATE log_checkpoints SET note = 'x'", "append-only")
			d.refused("UPDATE log_keys SET verifier = 'x'", "append-only")
		}},
	}
}
