package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/gorm"
)

// lockWait is how long Open waits for another process to let go of the file, as it does at a restart.
const lockWait = 3 * time.Second

// openSQLite takes the file's lock and makes two pools: one connection that writes, and a few that only read. The driver is
// known to this file alone.
func (s *Store) openSQLite(ctx context.Context, path string) error {
	if path == "" {
		return errors.New("sqlite: needs a path")
	}
	s.dialect = sqlite
	if err := s.holdFile(ctx, path); err != nil {
		return err
	}
	var err error
	if s.write, err = sqlitePool(path, 1, false, s.opts); err != nil {
		return err
	}
	conns := s.opts.Conns
	if conns == 0 {
		conns = 4
	}
	s.read, err = sqlitePool(path, conns, true, s.opts)
	return err
}

// holdFile takes the lock, or looks that the file is there: SQLite would make one, also for who only wants to read.
func (s *Store) holdFile(ctx context.Context, path string) (err error) {
	if !s.opts.Beside {
		s.lock, err = lockFile(ctx, path, lockWait)
		return err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no database at %s: run steward migrate, or start steward serve, which makes it", path)
	}
	return nil
}

// lockFile takes the lock beside the file, or gives [ErrInUse] after the wait.
func lockFile(ctx context.Context, path string, wait time.Duration) (*flock.Flock, error) {
	// The file may hold people's reasons: it is for its owner only. Only a missing file is made, never an existing one changed.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	ok, err := lock.TryLockContext(waiting, 50*time.Millisecond)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil, ErrInUse
	}
	if err != nil || !ok {
		return nil, fmt.Errorf("lock %s.lock: %w", path, err)
	}
	return lock, nil
}

// sqlitePool opens connections to the file. recursive_triggers lets the log's triggers see what REPLACE removes.
func sqlitePool(path string, conns int, readOnly bool, o Options) (*gorm.DB, error) {
	synchronous := "FULL"
	if o.Fast {
		synchronous = "OFF"
	}
	// modeof gives files that SQLite makes beside it the mode of the database itself.
	q := url.Values{"modeof": {path}, "_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "foreign_keys(1)", "recursive_triggers(1)",
		"secure_delete(1)", // what is erased is overwritten
	}}
	if readOnly {
		q["_pragma"] = append(q["_pragma"], "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
	}
	// SQLite takes a plus sign as it stands.
	query := strings.ReplaceAll(q.Encode(), "+", "%20")
	connector, err := (&driver.SQLite{}).OpenConnector("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(preparing{connector})
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	db, err := gorm.Open(gormlite.OpenDB(pool), gormConfig(o.Log))
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return db, nil
}

// sqliteCode gives SQLite's code of an error, for the log of statements.
func sqliteCode(err error) (string, bool) {
	var e *sqlite3.Error
	if !errors.As(err, &e) {
		return "", false
	}
	return fmt.Sprintf("sqlite-%d", e.ExtendedCode()), true
}
