package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	// The driver's name for database/sql is pgx.
	_ "github.com/jackc/pgx/v5/stdlib"
)

// Names of the environment variables that choose the server.
const (
	envServer  = "STEWARD_TEST_POSTGRES"
	envRequire = "STEWARD_TEST_REQUIRE"
)

// Option changes the server that a test gets.
type Option func(*options)

type options struct{ durable bool }

// Durable asks for a server that writes as a real one does: a commit that was
// acknowledged is on the disk. Tests that kill processes need it; all others are
// faster without. It says nothing about the server of STEWARD_TEST_POSTGRES,
// which is as its owner made it.
func Durable() Option { return func(o *options) { o.durable = true } }

// New returns the URL of a database that belongs to this test alone and is
// dropped when the test ends. Its schema is what migrate makes of an empty
// database; migrate runs once for each server and test binary, the rest are
// clones, so every call in one binary must bring the same function. With a nil
// migrate the database is empty. Migrate must close its connections.
//
// New skips or fails the test when there is no Postgres, see the package text.
func New(t testing.TB, migrate func(dsn string) error, opts ...Option) (dsn string) {
	t.Helper()
	s, err := sharedServer(t.Context(), opts)
	if err != nil {
		unavailable(t, err)
	}
	name := "steward_test_" + strings.ToLower(rand.Text()[:16])
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		if err := s.drop(ctx, name); err != nil {
			t.Logf("The test database %s stays behind: %v", name, err)
		}
	})
	if err := s.create(t.Context(), name, migrate); err != nil {
		t.Fatalf("Cannot make a test database: %v", err)
	}
	return s.dsn(name)
}

// Cluster starts a private server for this test alone, whatever
// STEWARD_TEST_POSTGRES says, and returns the URL by which its superuser reaches
// the database postgres. It ends with the test. It is for tests that change what
// all databases of a server share: roles, settings, the server's life.
func Cluster(t testing.TB, opts ...Option) (dsn string) {
	t.Helper()
	l, err := start(collect(opts))
	if err != nil {
		unavailable(t, err)
	}
	t.Cleanup(func() {
		if err := l.stop(); err != nil {
			t.Errorf("The private Postgres did not stop cleanly: %v", err)
		}
	})
	return l.url.String()
}

// unavailable ends the test: skipped, or failed if Postgres is required.
func unavailable(t testing.TB, err error) {
	t.Helper()
	if slices.Contains(strings.FieldsFunc(os.Getenv(envRequire), notInWord), "postgres") {
		t.Fatalf("%s asks for Postgres, but there is none to use: %v.", envRequire, err)
	}
	t.Skipf("Skipped without a Postgres to use: %v.", err)
}

func notInWord(r rune) bool { return r == ',' || r == ' ' }

func collect(opts []Option) options {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// server is one Postgres in which tests get databases.
type server struct {
	url   url.URL // of a role that may create databases
	admin *sql.DB
	// local is held for as long as tests may come: were it garbage, its pipe
	// would be closed and the server with it. Nil for an outside server.
	local *local
	// outside servers outlive the tests: nothing but the tests' own databases
	// may be left there for a moment, so they get no template.
	outside bool

	template sync.Once
	migrate  uintptr // the function behind the template
	err      error   // why there is no template
}

// servers are made when first asked for and end with the test binary.
//
//nolint:gochecknoglobals // the tests of one binary share their servers
var servers struct {
	sync.Mutex
	made map[options]func() (*server, error)
}

func sharedServer(ctx context.Context, opts []Option) (*server, error) {
	o := collect(opts)
	outside := os.Getenv(envServer)
	if outside != "" {
		o = options{}
	}
	servers.Lock()
	if servers.made == nil {
		servers.made = map[options]func() (*server, error){}
	}
	made, ok := servers.made[o]
	if !ok {
		ctx = context.WithoutCancel(ctx)
		made = sync.OnceValues(func() (*server, error) {
			if outside != "" {
				return openServer(ctx, outside)
			}
			return startServer(o)
		})
		servers.made[o] = made
	}
	servers.Unlock()
	return made()
}

func startServer(o options) (*server, error) {
	l, err := start(o)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("pgx", l.url.String())
	if err != nil {
		return nil, errors.Join(err, l.stop())
	}
	return &server{url: l.url, admin: db, local: l}, nil
}

func openServer(ctx context.Context, dsn string) (*server, error) {
	u, err := url.Parse(dsn)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		// The text may hold a password, so it is not shown.
		return nil, fmt.Errorf("%s is not a postgres:// URL", envServer)
	}
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", envServer, err)
	}
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", envServer, err), db.Close())
	}
	return &server{url: *u, admin: db, outside: true}, nil
}

func (s *server) dsn(database string) string {
	u := s.url
	u.Path = "/" + database
	return u.String()
}

// create makes the database name with the schema that migrate gives.
func (s *server) create(ctx context.Context, name string, migrate func(dsn string) error) error {
	if migrate == nil {
		return s.createEmpty(ctx, name)
	}
	if s.outside {
		if err := s.createEmpty(ctx, name); err != nil {
			return err
		}
		return migrate(s.dsn(name))
	}
	which := reflect.ValueOf(migrate).Pointer()
	s.template.Do(func() {
		s.migrate = which
		s.err = s.createTemplate(context.WithoutCancel(ctx), migrate)
	})
	if s.err != nil {
		return s.err
	}
	if s.migrate != which {
		return errors.New("pgtest.New got two different migrate functions in one test binary; give one, or nil for an empty database")
	}
	return s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+templateName)
}

const templateName = "steward_template"

// createTemplate makes the database that the tests' databases are cloned from.
func (s *server) createTemplate(ctx context.Context, migrate func(dsn string) error) error {
	if err := s.createEmpty(ctx, templateName); err != nil {
		return err
	}
	if err := migrate(s.dsn(templateName)); err != nil {
		return fmt.Errorf("migrate the template: %w", err)
	}
	// A template that somebody is connected to cannot be cloned.
	if err := s.exec(ctx, "ALTER DATABASE "+templateName+" ALLOW_CONNECTIONS false"); err != nil {
		return err
	}
	return s.exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+templateName+"'")
}

// createEmpty makes a database that sorts text as people do, not by bytes, as
// most servers in the field are set up. A query that forgot COLLATE "C" shows
// here. Servers that cannot do so sort as they were set up.
func (s *server) createEmpty(ctx context.Context, name string) error {
	err := s.exec(ctx, "CREATE DATABASE "+name+
		" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
	if err == nil {
		return nil
	}
	return s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8'")
}

func (s *server) drop(ctx context.Context, name string) error {
	return s.exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

// exec runs one statement. Names of databases cannot be parameters; all those
// used here are made in this package of letters, digits and underscores.
func (s *server) exec(ctx context.Context, query string) error {
	if _, err := s.admin.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	return nil
}
