package store_test

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steward/store"
	"steward/store/ledger"
	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/engine"
)

// TestRestrictedRole runs as a role that the database itself keeps from changing the log: whoever migrates owns the tables,
// whoever serves has no right to UPDATE, DELETE or TRUNCATE there. Triggers alone could be dropped by their owner.
func TestRestrictedRole(t *testing.T) {
	owner := pgtest.Cluster(t)
	opts := store.Options{URL: owner}
	if err := store.GrantAppRole(t.Context(), opts, "steward app"); !errors.Is(err, store.ErrRoleAbsent) {
		t.Errorf("to nobody: %v", err)
	}
	change(t, "pgx", owner, `CREATE ROLE "steward app" LOGIN`)
	change(t, "pgx", owner, "GRANT ALL ON ALL TABLES IN SCHEMA public TO \"steward app\"") // what somebody gave before
	for range 2 {
		if err := store.GrantAppRole(t.Context(), opts, "steward app"); err != nil {
			t.Fatal(err)
		}
	}
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.GrantAppRole(t.Context(), opts, u.User.Username()); !errors.Is(err, store.ErrRoleOwns) {
		t.Errorf("to the owner: %v", err)
	}
	rights(t, opened(t, opts), u.User.Username(), "log_checkpoints log_entries log_files log_keys log_leaves log_nodes log_texts")
	u.User = url.User("steward app")
	s := opened(t, store.Options{URL: u.String(), NoMigrate: true})
	rights(t, s, "steward app", "")
	t.Run("it records, seals, checks, retires and prunes", func(t *testing.T) { worksAlone(t, s) })
	t.Run("it changes nothing that was recorded", func(t *testing.T) { changesNothing(t, connect(t, "pgx", u.String())) })
	change(t, "pgx", u.String(), "DELETE FROM log_texts") // what its time is over for
	if err := store.GrantAppRole(t.Context(), store.Options{URL: u.String()}, "steward app"); !errors.Is(err, store.ErrNotOwner) {
		t.Errorf("by itself: %v", err)
	}
}

// rights compares the role of a store, and what of the log it could change.
func rights(t *testing.T, s *store.Store, role, changes string) {
	t.Helper()
	gotRole, got, err := s.LogRights(t.Context())
	if err != nil || gotRole != role || strings.Join(got, " ") != changes {
		t.Errorf("the role is %q and could change %q (%v), want %q and %q", gotRole, got, err, role, changes)
	}
}

func TestNoRolesOnSQLite(t *testing.T) {
	opts := store.Options{URL: "sqlite:" + filepath.Join(t.TempDir(), "steward.db")}
	if err := store.GrantAppRole(t.Context(), opts, "steward_app"); !errors.Is(err, store.ErrNoRoles) {
		t.Error(err)
	}
	rights(t, opened(t, opts), "", "")
}

// worksAlone does what a server does. There are so many records that the tree of their hashes has nodes.
func worksAlone(t *testing.T, s *store.Store) {
	ctx, about := t.Context(), workflows.Ref{Kind: workflows.KindPeople, ID: "directory"}
	const records = 300
	text, err := ledger.NewKey(rand.Reader, "test")
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Do(ctx, func(tx engine.Tx) error {
		entries := make([]engine.Entry, 0, records)
		for n := 1; n <= records; n++ {
			rec := workflows.Record{V: 1, About: about, N: n, At: 1, Actor: "P-1", What: "people_imported", Build: "test"}
			entries = append(entries, engine.Entry{Record: rec, Bytes: fmt.Appendf(nil,
				`{"v":1,"about":{"kind":"people","id":"directory"},"n":%d,"at":1,"actor":"P-1","via":{"surface":""},"what":"people_imported","build":"test"}`, n)})
		}
		if err := tx.Append(ctx, entries); err != nil {
			return err
		}
		_, err := tx.NewRequestID(ctx, "AIR")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New(engine.Config{Store: s, Now: time.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test"})
	if err := e.UseKey(ctx, workflows.KeyAdded{Key: key.Public().String()}); err != nil {
		t.Fatal(err)
	}
	const all = records + 1 // one of the key
	if done, err := s.NewSealer(key).Seal(ctx); err != nil || done.Added != all {
		t.Fatalf("sealed: %+v, %v", done, err)
	}
	if state, err := s.SealState(ctx); err != nil || state.Size != all || state.Waiting != 0 || len(state.Keys) != 1 {
		t.Errorf("state of the seal: %+v, %v", state, err)
	}
	if one, err := s.Sealing(ctx, about, 7); err != nil || len(one.Path) == 0 {
		t.Errorf("proof of a record: %+v, %v", one, err)
	}
	note, err := s.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	report, err := s.VerifyWith(ctx, store.VerifyOptions{Held: []string{note}})
	if err != nil || !report.OK() || report.Sealed != all {
		t.Errorf("verify: %+v, %v", report, err)
	}
	if _, err := s.Stats(ctx, time.UnixMilli(1)); err != nil {
		t.Error(err)
	}
	if err := s.Prune(ctx, time.UnixMilli(1)); err != nil {
		t.Error(err)
	}
	if _, err := e.Retire(ctx, workflows.Retention{Requests: 1, Copies: 1}); err != nil {
		t.Error(err)
	}
}

// changesNothing tries all that would change the log, with rows in each of its tables but log_texts.
func changesNothing(t *testing.T, db *sql.DB) {
	queries := []string{"UPDATE log_entries SET n = 2", "UPDATE goose_db_version SET version_id = 1"}
	for _, table := range []string{"log_entries", "log_texts", "log_leaves", "log_nodes", "log_checkpoints", "log_keys"} {
		queries = append(queries, "TRUNCATE "+table, "DROP TRIGGER "+table+"_no_change ON "+table)
		if table != "log_texts" {
			queries = append(queries, "DELETE FROM "+table)
		}
	}
	queries = append(queries, "UPDATE log_leaves SET seal = 900", "UPDATE log_nodes SET n = 900", "UPDATE log_checkpoints SET note = ''",
		"UPDATE log_keys SET verifier = 'x'", "UPDATE log_texts SET about_id = 'x'")
	for _, query := range queries {
		_, err := db.ExecContext(t.Context(), query)
		if err == nil || (!strings.Contains(err.Error(), "permission denied") && !strings.Contains(err.Error(), "must be owner")) {
			t.Errorf("%s: got %v", query, err)
		}
	}
}
