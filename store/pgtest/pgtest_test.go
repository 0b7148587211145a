package pgtest_test

import (
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"steward/store/pgtest"
)

var migrations atomic.Int32

func migrate(dsn string) error {
	migrations.Add(1)
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	_, err = db.Exec(`CREATE TABLE word (w text); INSERT INTO word VALUES ('b'), ('A'), ('a')`)
	return errors.Join(err, db.Close())
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func one[T any](t *testing.T, db *sql.DB, query string, args ...any) T {
	t.Helper()
	var v T
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func TestNew(t *testing.T) {
	pgtest.New(t, migrate) // makes the template, if no test before did
	before := migrations.Load()
	t.Run("tests share nothing", func(t *testing.T) {
		a, b := open(t, pgtest.New(t, migrate)), open(t, pgtest.New(t, migrate))
		if _, err := a.ExecContext(t.Context(), `DELETE FROM word`); err != nil {
			t.Fatal(err)
		}
		if n := one[int](t, b, `SELECT count(*) FROM word`); n != 3 {
			t.Errorf("the other test's database has %d words, want 3", n)
		}
	})

	t.Run("many at once", func(t *testing.T) {
		for range 20 {
			t.Run("one", func(t *testing.T) {
				t.Parallel()
				db := open(t, pgtest.New(t, migrate))
				if n := one[int](t, db, `SELECT count(*) FROM word`); n != 3 {
					t.Errorf("%d words, want 3", n)
				}
			})
		}
	})

	if n := migrations.Load() - before; n != 0 && os.Getenv("STEWARD_TEST_POSTGRES") == "" {
		t.Errorf("migrated %d times more, want clones", n)
	}

	t.Run("nil migrate gives an empty database", func(t *testing.T) {
		db := open(t, pgtest.New(t, nil))
		if n := one[int](t, db, `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`); n != 0 {
			t.Errorf("%d tables, want none", n)
		}
	})

	t.Run("the database goes with its test, open connections or not", func(t *testing.T) {
		var name string
		t.Run("inner", func(t *testing.T) {
			dsn := pgtest.New(t, nil)
			db, err := sql.Open("pgx", dsn)
			if err != nil {
				t.Fatal(err)
			}
			name = one[string](t, db, `SELECT current_database()`)
		})
		db := open(t, pgtest.New(t, nil))
		if n := one[int](t, db, `SELECT count(*) FROM pg_database WHERE datname = $1`, name); n != 0 {
			t.Errorf("database %s is still there", name)
		}
	})
}

// A forgotten COLLATE "C" must show in tests.
func TestSortsAsPeopleDo(t *testing.T) {
	db := open(t, pgtest.New(t, migrate))
	if n := one[int](t, db, `SELECT count(*) FROM pg_collation WHERE collprovider = 'i'`); n == 0 {
		t.Skip("Skipped: this Postgres was built without ICU.")
	}
	if got := one[string](t, db, `SELECT string_agg(w, '' ORDER BY w) FROM word`); got != "aAb" {
		t.Errorf("sorted %q, want aAb", got)
	}
	if got := one[string](t, db, `SELECT string_agg(w, '' ORDER BY w COLLATE "C") FROM word`); got != "Aab" {
		t.Errorf("sorted by bytes %q, want Aab", got)
	}
}

func TestDurable(t *testing.T) {
	fast, durable := open(t, pgtest.New(t, migrate)), open(t, pgtest.New(t, migrate, pgtest.Durable()))
	if os.Getenv("STEWARD_TEST_POSTGRES") != "" {
		t.Skip("Skipped: the server of STEWARD_TEST_POSTGRES is as its owner made it.")
	}
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		query := `SELECT current_setting($1)`
		if got := one[string](t, durable, query, setting); got != "on" {
			t.Errorf("durable: %s is %s", setting, got)
		}
		if got := one[string](t, fast, query, setting); got != "off" {
			t.Errorf("fast: %s is %s", setting, got)
		}
	}
}

func TestCluster(t *testing.T) {
	var socket string
	t.Run("listens on a socket and not on the network", func(t *testing.T) {
		db := open(t, pgtest.Cluster(t))
		if got := one[string](t, db, `SELECT current_setting('listen_addresses')`); got != "" {
			t.Errorf("listens on %q", got)
		}
		socket = one[string](t, db, `SELECT current_setting('unix_socket_directories')`)
	})
	if _, err := os.Stat(socket); socket != "" && !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there after the test: %v", socket, err)
	}
}

// TestWithoutPostgres runs this binary again where no Postgres can be found.
func TestWithoutPostgres(t *testing.T) {
	const again = "STEWARD_PGTEST_AGAIN"
	if os.Getenv(again) != "" {
		pgtest.New(t, nil)
		return
	}
	t.Parallel()
	for _, c := range []struct{ name, require, verdict string }{
		{"skips", "", "--- SKIP"},
		{"skips if something else is required", "chromium", "--- SKIP"},
		{"fails if required", "chromium,postgres", "--- FAIL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWithoutPostgres$", "-test.v")
			cmd.Env = append(os.Environ(), again+"=1",
				"STEWARD_TEST_POSTGRES=mysql://x:secret@nowhere/", "STEWARD_TEST_REQUIRE="+c.require)
			out, err := cmd.CombinedOutput()
			if failed := c.verdict == "--- FAIL"; failed != (err != nil) {
				t.Errorf("exit: %v", err)
			}
			for _, want := range []string{c.verdict, "STEWARD_TEST_POSTGRES is not a postgres:// URL"} {
				if !strings.Contains(string(out), want) {
					t.Errorf("missing %q in:\n%s", want, out)
				}
			}
			if strings.Contains(string(out), "secret") {
				t.Errorf("the password is in the output:\n%s", out)
			}
		})
	}
}

// TestDiesWithTheTests kills a test binary that has a server running.
func TestDiesWithTheTests(t *testing.T) {
	const told = "STEWARD_PGTEST_TELL"
	if file := os.Getenv(told); file != "" {
		dsn := pgtest.Cluster(t)
		if err := os.WriteFile(file, []byte(dsn), 0o600); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	if runtime.GOOS == "windows" {
		t.Skip("Skipped: no private Postgres on Windows.")
	}
	pgtest.Cluster(t) // skips here, with the reason, where there is none
	file := filepath.Join(t.TempDir(), "dsn")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDiesWithTheTests$")
	cmd.Env = append(os.Environ(), told+"="+file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	dsn := eventually(t, func() (string, bool) {
		b, err := os.ReadFile(file)
		return string(b), err == nil && len(b) > 0
	})
	dir := one[string](t, open(t, dsn), `SELECT current_setting('unix_socket_directories')`)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says killed
	eventually(t, func() (string, bool) {
		_, err := os.Stat(dir)
		return "", errors.Is(err, os.ErrNotExist)
	})
}

func eventually(t *testing.T, try func() (string, bool)) string {
	t.Helper()
	for range 600 {
		if v, ok := try(); ok {
			return v
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("did not happen within 30 seconds")
	return ""
}

// TestOutsideServer runs the tests above against a server that is given.
func TestOutsideServer(t *testing.T) {
	if os.Getenv("STEWARD_TEST_POSTGRES") != "" {
		t.Skip("Skipped: the tests run on an outside server already.")
	}
	dsn := pgtest.Cluster(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^(TestNew|TestSortsAsPeopleDo)$")
	cmd.Env = append(os.Environ(), "STEWARD_TEST_POSTGRES="+dsn, "STEWARD_TEST_REQUIRE=postgres")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := one[int](t, open(t, dsn), `SELECT count(*) FROM pg_database WHERE datname LIKE 'steward%'`); n != 0 {
		t.Errorf("%d databases were left on the server", n)
	}
}
