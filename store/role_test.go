package store_test

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"steward/store"
	"steward/store/ledger"
	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/engine"
)

// TestRestrictedRole runs as a role that the database itself keeps from changing the log, with the grants of the runbook and
// no others: whoever migrates owns the tables, whoever serves has no right to UPDATE, DELETE or TRUNCATE there. Triggers alone
// could be dropped by their owner.
func TestRestrictedRole(t *testing.T) {
	owner := pgtest.Cluster(t)
	if err := migrated(owner); err != nil {
		t.Fatal(err)
	}
	for _, grant := range runbookGrants(t) {
		change(t, "pgx", owner, grant)
	}
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User("steward_app")
	s := opened(t, store.Options{URL: u.String(), NoMigrate: true})
	t.Run("it records, seals, checks and prunes", func(t *testing.T) { worksAlone(t, s) })
	t.Run("it changes nothing that was recorded", func(t *testing.T) { changesNothing(t, connect(t, "pgx", u.String())) })
}

// runbookGrants gives the statements by which the runbook makes the role.
func runbookGrants(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../deploy/RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n    CREATE ROLE steward_app ")
	block, _, ended := strings.Cut(rest, "\n\n")
	grants := strings.Split(strings.TrimSuffix("CREATE ROLE steward_app "+block, ";"), ";\n")
	if !found || !ended || len(grants) != 4 {
		t.Fatalf("the runbook makes the role by %q", grants)
	}
	return grants
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
	if err := e.UseKey(ctx, key.Public().String()); err != nil {
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
	report, err := s.VerifyAgainst(ctx, []string{note}, nil)
	if err != nil || !report.OK() || report.Sealed != all {
		t.Errorf("verify: %+v, %v", report, err)
	}
	if _, err := s.Stats(ctx, time.UnixMilli(1)); err != nil {
		t.Error(err)
	}
	if err := s.Prune(ctx, time.UnixMilli(1)); err != nil {
		t.Error(err)
	}
}

// changesNothing tries all that would change the log, with rows in each of its tables but log_texts.
func changesNothing(t *testing.T, db *sql.DB) {
	queries := []string{"UPDATE log_entries SET n = 2", "UPDATE goose_db_version SET version_id = 1"}
	for _, table := range []string{"log_entries", "log_texts", "log_leaves", "log_nodes", "log_checkpoints", "log_keys"} {
		queries = append(queries, "DELETE FROM "+table, "TRUNCATE "+table, "DROP TRIGGER "+table+"_no_change ON "+table)
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
