package store_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/driver"

	"steward/store"
	"steward/store/pgtest"
)

// landed are the hashes of migrations that have been released. A landed migration is never edited: databases out there have
// run it as it was. Add a file instead, and its line here.
func landedFile() string { return filepath.Join("testdata", "migrations.sha256") }

func TestLandedMigrations(t *testing.T) {
	var got strings.Builder
	versions := map[string][]string{}
	tree := os.DirFS(".")
	err := fs.WalkDir(tree, "migrations", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		got.WriteString(hex.EncodeToString(sum[:]) + "  " + name + "\n")
		dialect := path.Base(path.Dir(name))
		versions[dialect] = append(versions[dialect], path.Base(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(versions["postgres"], versions["sqlite"]) {
		t.Errorf("the databases have different migrations: %v and %v", versions["postgres"], versions["sqlite"])
	}
	want, err := os.ReadFile(landedFile())
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(want)) {
		if !strings.Contains(got.String(), line) {
			t.Errorf("a landed migration was edited or removed: %s", strings.TrimSpace(line))
		}
	}
	if strings.Count(got.String(), "\n") != strings.Count(string(want), "\n") {
		t.Errorf("a migration is not in %s yet: add its hash when it lands", landedFile())
	}
}

func TestMigrate(t *testing.T) {
	t.Run("ten replicas that start at once on an empty Postgres all succeed", func(t *testing.T) {
		url := pgtest.New(t, nil)
		results := make(chan error, 10)
		for range 10 {
			go func() {
				s, err := store.Open(t.Context(), store.Options{URL: url, Conns: 3})
				if err == nil {
					err = s.Close()
				}
				results <- err
			}()
		}
		for range 10 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		if n := count(t, "pgx", url, "SELECT count(*) FROM goose_db_version WHERE version_id > 0"); n != 19 {
			t.Errorf("%d migrations were applied", n)
		}
	})
	t.Run("replicas behind a pooler lock by a table", func(t *testing.T) {
		url := pgtest.New(t, nil)
		results := make(chan error, 3)
		for range 3 {
			go func() { results <- store.Migrate(t.Context(), store.Options{URL: url, PgBouncer: true}) }()
		}
		for range 3 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("three that migrate one SQLite file at once take turns", func(t *testing.T) {
		url := lite(t)
		results := make(chan error, 3)
		for range 3 {
			go func() { results <- store.Migrate(t.Context(), store.Options{URL: url}) }()
		}
		for range 3 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
	})
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run("the version is told without a change, and decides who may open: "+name, func(t *testing.T) {
			url, driverName, dsn := lite(t), "sqlite", ""
			if name == "postgres" {
				url = pgtest.New(t, nil)
				driverName = "pgx"
			}
			dsn = strings.TrimPrefix(url, "sqlite:")
			ctx, opts := t.Context(), store.Options{URL: url}
			st, err := store.SchemaStatus(ctx, opts)
			if err != nil || st.Current != 0 || !st.Pending() || st.Newer() {
				t.Errorf("an empty database: %+v, %v", st, err)
			}
			if _, err := os.Stat(dsn); name == "sqlite" && err == nil {
				t.Error("asking made the file")
			}
			if _, err := store.Open(ctx, store.Options{URL: url, NoMigrate: true}); err == nil || !strings.Contains(err.Error(), "steward migrate") {
				t.Errorf("opened without migrations: %v", err)
			}
			s := opened(t, opts)
			st, err = s.SchemaStatus(ctx)
			if err != nil || st.Pending() || st.Newer() || st.Current == 0 {
				t.Errorf("a migrated database: %+v, %v", st, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			opened(t, store.Options{URL: url, NoMigrate: true})
			change(t, driverName, dsn, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)")
			st, err = store.SchemaStatus(ctx, opts)
			if err != nil || !st.Newer() {
				t.Errorf("a newer database: %+v, %v", st, err)
			}
			if _, err := store.Open(ctx, store.Options{URL: url, Beside: true}); err == nil || !strings.Contains(err.Error(), "newer than this program") {
				t.Errorf("opened a newer database: %v", err)
			}
		})
	}
	t.Run("a migration that fails says why, and leaves nothing half done", func(t *testing.T) {
		url := pgtest.New(t, nil)
		change(t, "pgx", url, "CREATE TABLE people (id text)")
		if err := store.Migrate(t.Context(), store.Options{URL: url}); err == nil || !strings.Contains(err.Error(), "people") {
			t.Errorf("got %v", err)
		}
		if n := count(t, "pgx", url, "SELECT count(*) FROM pg_proc WHERE proname = 'clock_ms'"); n != 0 {
			t.Error("the first half of the migration stayed")
		}
	})
}

// TestViews checks that people's SQL on Postgres has a view for each table, with times that people can read.
func TestViews(t *testing.T) {
	url := pgtest.New(t, migrated)
	db := connect(t, "pgx", url)
	rows, err := db.QueryContext(t.Context(), `SELECT t.table_name, c.table_name IS NOT NULL
		FROM information_schema.tables t LEFT JOIN information_schema.tables c ON c.table_schema = t.table_schema AND c.table_name = 'v_' || t.table_name
		WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND t.table_name NOT LIKE 'goose%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var table string
		var has bool
		if err := rows.Scan(&table, &has); err != nil {
			t.Fatal(err)
		}
		if !has {
			t.Errorf("%s has no view", table)
			continue
		}
		change(t, "pgx", url, "SELECT * FROM v_"+table)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	const columns = `SELECT count(*) FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND table_name NOT LIKE 'goose%' AND `
	if n := count(t, "pgx", url, columns+"t.table_type = 'VIEW' AND c.data_type = 'timestamp with time zone'"); n < 30 {
		t.Errorf("only %d columns of views are times", n)
	}
	if n := count(t, "pgx", url, columns+"t.table_type = 'BASE TABLE' AND c.data_type IN ('timestamp with time zone', 'json', 'jsonb', 'timestamp')"); n != 0 {
		t.Errorf("%d columns of tables have types that SQLite has not", n)
	}
}

// TestSameSchema checks that both databases have the same columns.
func TestSameSchema(t *testing.T) {
	url, file := pgtest.New(t, migrated), lite(t)
	opened(t, store.Options{URL: file})
	want := lines(t, connect(t, "pgx", url), `SELECT table_name || '.' || column_name FROM information_schema.columns JOIN information_schema.tables
		USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'goose%' AND column_name <> 'txid'`)
	got := lines(t, connect(t, "sqlite", strings.TrimPrefix(file, "sqlite:")), `SELECT m.name || '.' || x.name FROM sqlite_schema m, pragma_table_xinfo(m.name) x
		WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite%'`)
	if !slices.Equal(got, want) {
		t.Errorf("SQLite has\n%v\nPostgres has\n%v", got, want)
	}
}

func connect(t *testing.T, name, dsn string) *sql.DB {
	t.Helper()
	var db *sql.DB
	var err error
	if name == "pgx" {
		db, err = sql.Open("pgx", dsn)
	} else {
		db, err = driver.Open("file:" + dsn)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func change(t *testing.T, name, dsn, query string) {
	t.Helper()
	if _, err := connect(t, name, dsn).ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, name, dsn, query string) int {
	t.Helper()
	var n int
	if err := connect(t, name, dsn).QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func lines(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// TestApprovalsFromBefore: what was approved when nothing ended approvals gets its timers by a migration; what a register ends, what
// has no end, and what was not approved gets none.
func TestApprovalsFromBefore(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			url, driverName := lite(t), "sqlite"
			if name == "postgres" {
				url, driverName = pgtest.New(t, migrated), "pgx"
			} else if err := store.Migrate(t.Context(), store.Options{URL: url}); err != nil {
				t.Fatal(err)
			}
			dsn := strings.TrimPrefix(url, "sqlite:")
			change(t, driverName, dsn, `INSERT INTO people (id, name, name_key, email, email_key, manager, department, locale, zone, calendar, active,
				joined_on, left_on, hr_id) VALUES ('ana', 'Ana', 'ana', '', '', '', '', '', '', '', `+map[string]string{"sqlite": "1", "postgres": "true"}[name]+`, '', '', '')`)
			far := time.Now().AddDate(1, 0, 0).UnixMilli()
			soon := time.Now().AddDate(0, 0, 2).UnixMilli()
			for id, row := range map[string]struct {
				status string
				until  int64
			}{
				"EXC-1": {"approved", far}, "EXC-2": {"approved", soon}, "EXC-3": {"approved", 0}, "EXC-4": {"rejected", 0}, "AIR-1": {"approved", far},
			} {
				change(t, driverName, dsn, fmt.Sprintf(`INSERT INTO requests (id, prefix, number, flow, status, seq, revision, round, requester, owner, tier,
					legal_class, title, search_key, policy, stage_key, records, sent_at, round_at, ended_at, valid_until, head)
					VALUES ('%s', 'EXC', 1, 'f', '%s', 1, 1, 1, 'ana', 'ana', 'low', 'none', '', '', '', '', 1, 1, 1, 1, %d, '{}')`, id, row.status, row.until))
			}
			change(t, driverName, dsn, `INSERT INTO ai_systems (id, number, request, round, state, seq, revision, owner, requester, title, tier, legal_class,
				tool, vendor, search_key, flow, policy, records, since, approved_at, valid_until, open_tasks, next_due, head)
				VALUES ('AIS-1', 1, 'AIR-1', 1, 'in_use', 1, 1, 'ana', 'ana', '', 'low', 'none', '', '', '', 'f', '', 1, 1, 1, 1, 0, 0, '{}')`)
			for _, later := range []string{ // as it was before the migrations that follow
				map[string]string{"sqlite": "DROP TABLE absences", "postgres": "DROP TABLE absences CASCADE"}[name], "DROP INDEX waits_for",
				map[string]string{"sqlite": "DROP TABLE vendors", "postgres": "DROP TABLE vendors CASCADE"}[name],
				map[string]string{"sqlite": "DROP TABLE log_files", "postgres": "DROP TABLE log_files CASCADE"}[name],
				"DELETE FROM goose_db_version WHERE version_id >= 15",
			} {
				change(t, driverName, dsn, later)
			}
			if err := store.Migrate(t.Context(), store.Options{URL: url}); err != nil {
				t.Fatal(err)
			}
			got := lines(t, connect(t, driverName, dsn), "SELECT about_kind || ' ' || about_id || ' ' || name || ' ' || at FROM timers ORDER BY about_id, name")
			want := []string{
				fmt.Sprintf("request EXC-1 expire %d", far), fmt.Sprintf("request EXC-1 remind_ending %d", far-7*24*time.Hour.Milliseconds()),
				fmt.Sprintf("request EXC-2 expire %d", soon),
			}
			if !slices.Equal(got, want) {
				t.Errorf("timers %q, want %q", got, want)
			}
		})
	}
}
