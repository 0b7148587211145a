package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"gorm.io/gorm"

	"steward/workflows"
)

// Options say which database to use and how.
type Options struct {
	// URL is postgres://... or sqlite:PATH.
	URL string
	// Log takes slow and failed statements, never their values. Nil means no logging.
	Log *slog.Logger
	// Zone is the organisation's zone, for people whose zone is not known. Nil means UTC.
	Zone *time.Location
	// Calendars gives the working hours of a calendar of the pack, in a zone. Nil means nine to five from Monday to Friday.
	Calendars func(code string, zone *time.Location) workflows.Hours
	// Attempts is how often a delivery is tried before it is given up. 0 means 12.
	Attempts int
	// Conns bounds the connections to Postgres, and the reading ones to SQLite. 0 means 16 and 4.
	Conns int
	// Timeout bounds each statement on Postgres. 0 means 30 seconds.
	Timeout time.Duration
	// PgBouncer fits a pooler in transaction mode: no prepared statements, no session lock, no settings at connect.
	PgBouncer bool
	// NoMigrate refuses a database that waits for migrations instead of migrating it.
	NoMigrate bool
	// Beside opens a SQLite file that another process has open, for a command that reads or writes little beside a running
	// server. It takes no lock, never migrates, and makes no file where there is none. Postgres needs no such
	// care; there it only means NoMigrate.
	Beside bool
	// Fast trades the last commits before a power failure for speed on SQLite. For the demo and for tests.
	Fast bool
}

// ErrInUse says that another process has the SQLite file open.
var ErrInUse = errors.New("another steward has this file open: stop it, or use Postgres to run several")

// Store is a database of Steward's. It is safe for concurrent use.
type Store struct {
	dialect dialect
	write   *gorm.DB
	read    *gorm.DB // the same as write on Postgres
	lock    *flock.Flock
	opts    Options
	zones   sync.Map      // name -> *time.Location
	exports chan struct{} // holds one value while evidence is read
}

// Open opens the database, migrates it where the options allow, and refuses one whose schema is newer than this program.
// On SQLite it waits a few seconds for another process to let go of the file, then gives [ErrInUse].
func Open(ctx context.Context, opts Options) (*Store, error) {
	s, err := connect(ctx, withDefaults(opts))
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), s.Close())
	}
	return s, nil
}

// connect opens the database as it is.
func connect(ctx context.Context, opts Options) (*Store, error) {
	s := &Store{opts: opts, exports: make(chan struct{}, 1)}
	var err error
	if path, ok := sqlitePath(opts.URL); ok {
		err = s.openSQLite(ctx, path)
	} else {
		err = s.openPostgres()
	}
	if err == nil {
		err = s.Ping(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), s.Close())
	}
	return s, nil
}

func withDefaults(o Options) Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Calendars == nil {
		o.Calendars = func(_ string, zone *time.Location) workflows.Hours { return workflows.Hours{Zone: zone} }
	}
	if o.Attempts == 0 {
		o.Attempts = 12
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	return o
}

// prepare brings the schema to what this program knows, or says why not.
func (s *Store) prepare(ctx context.Context) error {
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	st, err := statusOf(ctx, db, s.dialect)
	if err != nil {
		return err
	}
	switch {
	case st.Newer():
		return fmt.Errorf("the schema (version %d) is newer than this program (version %d): use a newer steward", st.Current, st.Target)
	case !st.Pending():
		return nil
	case s.opts.NoMigrate || s.opts.Beside:
		return fmt.Errorf("the schema is at version %d and this program needs %d: run steward migrate", st.Current, st.Target)
	}
	return migrate(ctx, db, s.dialect, s.opts)
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	db, err := s.write.DB()
	if err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	if err := db.PingContext(ctx); err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}

// Close ends all connections and lets go of the file.
func (s *Store) Close() error {
	pools := []*gorm.DB{s.write}
	if s.read != s.write {
		pools = append(pools, s.read)
	}
	var errs []error
	for _, db := range pools {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
	}
	return errors.Join(errs...)
}

// sqlitePath gives the path of a sqlite: URL.
func sqlitePath(url string) (string, bool) { return strings.CutPrefix(url, "sqlite:") }
