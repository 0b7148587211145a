package store_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/store"
	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/engine"
)

// TestRestrictedRole runs as a role that the database itself keeps from changing the log, as the runbook advises: whoever
// migrates owns the tables, whoever serves has no right to UPDATE, DELETE or TRUNCATE there. Triggers alone could be dropped
// by their owner.
func TestRestrictedRole(t *testing.T) {
	owner := pgtest.Cluster(t)
	if err := migrated(owner); err != nil {
		t.Fatal(err)
	}
	for _, grant := range []string{
		"CREATE ROLE steward_app LOGIN",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO steward_app",
		"REVOKE UPDATE, DELETE, TRUNCATE ON log_entries, log_texts FROM steward_app",
		"REVOKE INSERT, UPDATE, DELETE ON goose_db_version FROM steward_app",
	} {
		change(t, "pgx", owner, grant)
	}
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User("steward_app")
	s := opened(t, store.Options{URL: u.String(), NoMigrate: true})
	ctx, about := t.Context(), workflows.Ref{Kind: workflows.KindPeople, ID: "directory"}
	err = s.Do(ctx, func(tx engine.Tx) error {
		rec := workflows.Record{V: 1, About: about, N: 1, At: 1, Actor: "P-1", What: "people_imported", Build: "test"}
		if err := tx.Append(ctx, []engine.Entry{{Record: rec, Bytes: []byte(`{"v":1,"about":{"kind":"people","id":"directory"},"n":1,"at":1,"actor":"P-1","via":{"surface":""},"what":"people_imported","build":"test"}`)}}); err != nil {
			return err
		}
		_, err := tx.NewRequestID(ctx, "AIR")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if report, err := s.Verify(ctx, nil); err != nil || !report.OK() || report.Records != 1 {
		t.Errorf("verify: %+v, %v", report, err)
	}
	if _, err := s.Stats(ctx, time.UnixMilli(1)); err != nil {
		t.Error(err)
	}
	if err := s.Prune(ctx, time.UnixMilli(1)); err != nil {
		t.Error(err)
	}
	db := connect(t, "pgx", u.String())
	for _, query := range []string{"UPDATE log_entries SET n = 2", "DELETE FROM log_entries", "TRUNCATE log_entries", "DELETE FROM log_texts", "DROP TRIGGER log_entries_no_change ON log_entries"} {
		if _, err := db.ExecContext(ctx, query); err == nil || (!strings.Contains(err.Error(), "permission denied") && !strings.Contains(err.Error(), "must be owner")) {
			t.Errorf("%s: got %v", query, err)
		}
	}
}
