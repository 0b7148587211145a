package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Status is the version of a schema: that of the database, and that this program wants.
type Status struct {
	Current, Target int64
	Absent          bool // there is no SQLite file yet
}

// Pending says that migrations wait.
func (s Status) Pending() bool { return s.Current < s.Target }

// Newer says that the database is of a newer program.
func (s Status) Newer() bool { return s.Current > s.Target }

// Migrate brings the schema of the database up to date. Any number of replicas may do so at once; on SQLite no server may
// have the file open.
func Migrate(ctx context.Context, opts Options) error {
	opts.NoMigrate, opts.Beside = false, false
	s, err := Open(ctx, opts)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return s.Close()
}

// SchemaStatus gives the version of the schema of a database and changes nothing. A SQLite file that does not exist has
// version 0 and is not made.
func SchemaStatus(ctx context.Context, opts Options) (Status, error) {
	if path, ok := sqlitePath(opts.URL); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			target, err := newestMigration(sqlite)
			return Status{Target: target, Absent: true}, err
		}
	}
	opts.Beside = true
	s, err := connect(ctx, withDefaults(opts))
	if err != nil {
		return Status{}, err
	}
	st, err := s.SchemaStatus(ctx)
	return st, errors.Join(err, s.Close())
}

// SchemaStatus gives the version of the schema.
func (s *Store) SchemaStatus(ctx context.Context) (Status, error) {
	db, err := s.read.DB()
	if err != nil {
		return Status{}, fmt.Errorf("read schema version: %w", err)
	}
	return statusOf(ctx, db, s.dialect)
}

func statusOf(ctx context.Context, db *sql.DB, d dialect) (Status, error) {
	target, err := newestMigration(d)
	if err != nil {
		return Status{}, err
	}
	st := Status{Target: target}
	query := "SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'"
	if d == postgres {
		query = "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('goose_db_version')"
	}
	var n int
	if err := db.QueryRowContext(ctx, query).Scan(&n); err != nil {
		return st, fmt.Errorf("read schema version: %w", err)
	}
	if n == 0 {
		return st, nil
	}
	var current sql.NullInt64
	if err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&current); err != nil {
		return st, fmt.Errorf("read schema version: %w", err)
	}
	st.Current = current.Int64
	return st, nil
}

func newestMigration(d dialect) (int64, error) {
	files, err := fs.Glob(migrations, "migrations/"+string(d)+"/*.sql")
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("no migrations for %s: %w", d, err)
	}
	return goose.NumericComponent(files[len(files)-1])
}

// migrate applies what waits. On Postgres a lock lets one replica at a time through, on SQLite the caller holds the file.
func migrate(ctx context.Context, db *sql.DB, d dialect, o Options) error {
	files, err := fs.Sub(migrations, "migrations/"+string(d))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	gooseDialect := goose.DialectSQLite3
	if d == postgres {
		gooseDialect = goose.DialectPostgres
		locker, err := lockOption(o)
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		options = append(options, locker)
	}
	provider, err := goose.NewProvider(gooseDialect, db, files, options...)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", plain(err))
	}
	return nil
}

// patience is for how many seconds a replica waits for another that migrates.
const patience = 300

// lockOption chooses the lock: one of the session, or a row of a table where a pooler shares sessions among clients.
func lockOption(o Options) (goose.ProviderOption, error) {
	if o.PgBouncer {
		locker, err := lock.NewPostgresTableLocker(lock.WithTableLockTimeout(time.Second, patience))
		return goose.WithLocker(locker), err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, patience))
	return goose.WithSessionLocker(locker), err
}

// plain adds what Postgres says beside its message, for an operator to act on. Migrations hold no one's words.
func plain(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Detail != "" {
		return fmt.Errorf("%w (%s)", err, pg.Detail)
	}
	return err
}
