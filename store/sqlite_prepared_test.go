package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	sqlitedriver "github.com/ncruces/go-sqlite3/driver"
)

// counting counts what is prepared on the connections below.
type counting struct {
	driver.Connector

	mu       sync.Mutex
	prepared map[string]int
	closed   int
}

func (c *counting) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &countingConn{conn.(sqliteConn), c}, nil //nolint:forcetypeassert // a test
}

type countingConn struct {
	sqliteConn

	c *counting
}

func (c *countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.c.mu.Lock()
	c.c.prepared[query]++
	c.c.mu.Unlock()
	s, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &countingStmt{s.(sqliteStmt), c.c}, nil //nolint:forcetypeassert // a test
}

type countingStmt struct {
	sqliteStmt

	c *counting
}

func (s *countingStmt) Close() error {
	s.c.mu.Lock()
	s.c.closed++
	s.c.mu.Unlock()
	return s.sqliteStmt.Close()
}

// preparedPool is a pool of one connection, and what is prepared on it.
func preparedPool(t *testing.T) (*sql.DB, *counting) {
	t.Helper()
	below, err := (&sqlitedriver.SQLite{}).OpenConnector("file:" + filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	c := &counting{Connector: below, prepared: map[string]int{}}
	pool := sql.OpenDB(preparing{c})
	pool.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = pool.Close() })
	mustExec(t, pool, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
	return pool, c
}

func mustExec(t *testing.T, pool *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := pool.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

const insertT, selectT = "INSERT INTO t (name) VALUES (?)", "SELECT * FROM t WHERE id >= ? ORDER BY id LIMIT ?"

func TestPreparedStatements(t *testing.T) {
	t.Run("a text is prepared once", func(t *testing.T) {
		pool, c := preparedPool(t)
		for i := range 5 {
			mustExec(t, pool, insertT, fmt.Sprint("n", i))
			if got := count(t, pool, selectT, i+1, 10); got != 1 {
				t.Errorf("round %d finds %d rows, want the newest", i, got)
			}
		}
		if c.prepared[insertT] != 1 || c.prepared[selectT] != 1 {
			t.Errorf("prepared %v", c.prepared)
		}
	})
	t.Run("what failed can be used again", func(t *testing.T) {
		pool, c := preparedPool(t)
		mustExec(t, pool, insertT, "a")
		if _, err := pool.ExecContext(t.Context(), insertT, "a"); err == nil {
			t.Fatal("a name was stored twice")
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := pool.ExecContext(gone, insertT, "b"); !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled: %v", err)
		}
		mustExec(t, pool, insertT, "b")
		if got := count(t, pool, selectT, 0, 10); got != 2 || c.prepared[insertT] != 1 {
			t.Errorf("%d rows, prepared %v", got, c.prepared)
		}
	})
	t.Run("one in use is prepared a second time", func(t *testing.T) {
		pool, c := preparedPool(t)
		mustExec(t, pool, insertT, "a")
		mustExec(t, pool, insertT, "b")
		tx, err := pool.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		outer, err := tx.QueryContext(t.Context(), selectT, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = outer.Close() }()
		for n := 2; outer.Next(); n-- {
			inner, err := tx.QueryContext(t.Context(), selectT, 3-n, 10)
			if err != nil {
				t.Fatal(err)
			}
			if got := rows(t, inner); got != n {
				t.Errorf("%d rows inside, want %d", got, n)
			}
		}
		if err := errors.Join(outer.Err(), outer.Close(), tx.Commit()); err != nil {
			t.Fatal(err)
		}
		if c.prepared[selectT] != 2 || c.closed != 1 { // of two that are the same one is kept
			t.Errorf("prepared %v, closed %d", c.prepared, c.closed)
		}
	})
	t.Run("a changed table is seen", func(t *testing.T) {
		pool, _ := preparedPool(t)
		mustExec(t, pool, insertT, "a")
		count(t, pool, selectT, 0, 10)
		mustExec(t, pool, "ALTER TABLE t ADD COLUMN more TEXT DEFAULT 'x'")
		got, err := pool.QueryContext(t.Context(), selectT, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = got.Close() }()
		var id int
		var name, more string
		if !got.Next() || got.Scan(&id, &name, &more) != nil || more != "x" {
			t.Errorf("row %d %q %q, %v", id, name, more, got.Err())
		}
	})
	t.Run("the one not used for longest goes", func(t *testing.T) {
		pool, c := preparedPool(t)
		before := c.closed
		for i := range maxPrepared + 10 {
			count(t, pool, fmt.Sprintf("SELECT %d", i))
		}
		if got := c.closed - before; got != 10 {
			t.Errorf("%d statements were closed, want 10", got)
		}
		count(t, pool, "SELECT 9")
		count(t, pool, "SELECT 10")
		if c.prepared["SELECT 9"] != 2 || c.prepared["SELECT 11"] != 1 {
			t.Errorf("the wrong ones went: %d, %d", c.prepared["SELECT 9"], c.prepared["SELECT 11"])
		}
	})
	t.Run("all are closed with their connection", func(t *testing.T) {
		pool, c := preparedPool(t)
		mustExec(t, pool, insertT, "a")
		count(t, pool, selectT, 0, 10)
		if err := pool.Close(); err != nil {
			t.Fatal(err)
		}
		if c.closed != 2 {
			t.Errorf("%d closed, want 2", c.closed)
		}
	})
}

func TestKeepsStatements(t *testing.T) {
	for query, want := range map[string]bool{
		"SELECT 1": true, "\n  with x AS (SELECT 1) SELECT * FROM x": true, "UPDATE\nt SET a = 1": true, "DELETE FROM t": true,
		"INSERT INTO t VALUES (1)": true, "PRAGMA user_version": false, "CREATE TABLE x (a)": false, "": false,
	} {
		if keeps(query) != want {
			t.Errorf("keeps(%q) is %t", query, !want)
		}
	}
}

func count(t *testing.T, pool *sql.DB, query string, args ...any) int {
	t.Helper()
	found, err := pool.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return rows(t, found)
}

func rows(t *testing.T, found *sql.Rows) int {
	t.Helper()
	n := 0
	for found.Next() {
		n++
	}
	if err := errors.Join(found.Err(), found.Close()); err != nil {
		t.Fatal(err)
	}
	return n
}
