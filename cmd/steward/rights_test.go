package main

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"

	"steward/store/pgtest"
)

// TestGrantAppRole goes the way of the runbook: one role owns the tables and migrates, another serves.
func TestGrantAppRole(t *testing.T) {
	owner := pgtest.Cluster(t)
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	us := u.User.Username()
	u.User = url.User("steward_app")
	env := func(dsn string) []string {
		return []string{"STEWARD_DATABASE_URL=" + dsn, "STEWARD_SIGNING_KEY=" + newSecretKey(t)}
	}
	does := func(dsn string, want int, says, args string) {
		t.Helper()
		code, out, errs := try(t, env(dsn), strings.Fields(args)...)
		if code != want || !strings.Contains(out+errs, says) {
			t.Errorf("steward %s: exit code %d\n%s%s\nwant %d and %q", args, code, out, errs, want, says)
		}
	}
	const grant = "migrate --grant-app-role steward_app"
	does(owner, exitUsage, "by CREATE ROLE steward_app LOGIN", grant)
	db, err := sql.Open("pgx", owner)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "CREATE ROLE steward_app LOGIN"); err != nil {
		t.Fatal(err)
	}
	does(owner, exitOK, "steward_app can serve: it adds to the log and cannot change it.", grant)
	does(owner, exitUsage, "could change the log", "migrate --grant-app-role "+us)
	does(owner, exitOK, "the role "+us+" could change the log", "doctor")
	ctx, cancel := context.WithCancel(t.Context())
	out, errs, code := serve(ctx, t, "--database-url", u.String(), "--people", "sample/people.csv")
	wait(t, "ready", func() bool { return strings.Contains(out.String(), "Steward is ready") })
	cancel()
	if got := <-code; got != exitOK || strings.Contains(errs.String(), "permission denied") {
		t.Errorf("served with exit code %d\n%s", got, errs)
	}
	for _, args := range []string{"migrate", "import people sample/people.csv", "policy activate", "verify"} {
		does(u.String(), exitOK, "", args)
	}
	does(u.String(), exitOK, "the role steward_app adds to the log and cannot change it", "doctor")
	does(u.String(), exitUsage, "only the role that owns the tables", grant)
	does("sqlite:"+t.TempDir()+"/steward.db", exitUsage, "SQLite has no roles", grant)
}
