package storetest

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	"github.com/ncruces/go-sqlite3/driver"

	"steward/store"
	"steward/workflows"
	"steward/workflows/engine"
)

// check is one thing that a database has to do, said in a sentence.
type check struct {
	name string
	run  func(*db)
}

// Run runs all checks. fresh gives the URL of an empty database for the test it is called with.
func Run(t *testing.T, fresh func(testing.TB) string) {
	t.Helper()
	lists := [][]check{
		txChecks(), inboxChecks(), requestChecks(), systemChecks(), registerChecks(), discoverChecks(), joinChecks(), renewChecks(), fileChecks(), awayChecks(), vendorChecks(), emergencyChecks(), impactChecks(), measureChecks(), raceChecks(), peopleChecks(), accountChecks(), conversationChecks(), assetChecks(),
		policyChecks(), proposalChecks(), logChecks(), postChecks(), claimChecks(), finishChecks(), operateChecks(), timerChecks(), draftChecks(), listChecks(), browseChecks(), deliveryChecks(), pulseChecks(), portalChecks(), signInChecks(), hostileChecks(),
		pruneChecks(), faultChecks(), verifyChecks(), sealChecks(), tamperChecks(), againstChecks(), columnChecks(), propertyChecks(), manyChecks(),
		eraseChecks(), exportChecks(), exportRegisterChecks(), scopeChecks(),
	}
	for _, list := range lists {
		for _, c := range list {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.run(open(t, fresh(t)))
			})
		}
	}
}

// db is one database under test.
type db struct {
	*testing.T
	ctx   context.Context //nolint:containedctx // the test's own
	url   string
	store *store.Store
	raw   *sql.DB // behind the store's back
}

// now is business time in the checks.
func now() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }

// attempts is how often a delivery is tried.
const attempts = 3

func open(t *testing.T, address string) *db {
	t.Helper()
	d := &db{T: t, ctx: t.Context(), url: address}
	d.store = d.another(store.Options{})
	path, lite := strings.CutPrefix(address, "sqlite:")
	var err error
	if lite {
		d.raw, err = driver.Open("file:" + (&url.URL{Path: path}).EscapedPath() + "?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)")
	} else {
		d.raw, err = sql.Open("pgx", address)
	}
	d.must(err)
	d.Cleanup(func() { d.must(d.raw.Close()) })
	return d
}

// another opens the database once more, as another replica does.
func (d *db) another(opts store.Options) *store.Store {
	d.Helper()
	opts.URL, opts.Fast, opts.Attempts = d.url, true, attempts
	opts.Calendars = func(code string, zone *time.Location) workflows.Hours {
		return workflows.Hours{Zone: zone, Holidays: map[string]string{"2026-12-25": code}}
	}
	s, err := store.Open(d.ctx, opts)
	d.must(err)
	d.Cleanup(func() {
		if err := s.Close(); err != nil {
			d.Error(err)
		}
	})
	return s
}

// replica is another replica on Postgres; SQLite has one process, so it is the store itself there.
func (d *db) replica() *store.Store {
	if d.lite() {
		return d.store
	}
	return d.another(store.Options{})
}

func (d *db) lite() bool { return strings.HasPrefix(d.url, "sqlite:") }

func (d *db) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// is checks that an error is one of ours.
func (d *db) is(err, want error) {
	d.Helper()
	if !errors.Is(err, want) {
		d.Fatalf("got error %v, want %v", err, want)
	}
}

// do runs a transaction that has to commit.
func (d *db) do(fn func(engine.Tx) error) {
	d.Helper()
	d.must(d.store.Do(d.ctx, fn))
}

// exec changes the database behind the store's back. Placeholders are question marks.
func (d *db) exec(query string, args ...any) int64 {
	d.Helper()
	n, err := d.try(query, args...)
	if err != nil {
		d.Fatalf("%s: %v", query, err)
	}
	return n
}

func (d *db) try(query string, args ...any) (int64, error) {
	res, err := d.raw.ExecContext(d.ctx, d.placeholders(query), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// number reads one number.
func (d *db) number(query string, args ...any) int64 {
	d.Helper()
	var n int64
	if err := d.raw.QueryRowContext(d.ctx, d.placeholders(query), args...).Scan(&n); err != nil {
		d.Fatalf("%s: %v", query, err)
	}
	return n
}

func (d *db) placeholders(query string) string {
	if d.lite() {
		return query
	}
	i := 0
	return regexp.MustCompile(`\?`).ReplaceAllStringFunc(query, func(string) string {
		i++
		return "$" + strconv.Itoa(i)
	})
}

// disarm takes the triggers off a table, as whoever owns the database can.
func (d *db) disarm(table string) {
	d.Helper()
	if !d.lite() {
		d.exec("ALTER TABLE " + table + " DISABLE TRIGGER USER")
		return
	}
	for _, name := range d.words("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", table) {
		d.exec("DROP TRIGGER " + name)
	}
}

// words reads one column of text.
func (d *db) words(query string, args ...any) []string {
	d.Helper()
	rows, err := d.raw.QueryContext(d.ctx, d.placeholders(query), args...)
	d.must(err)
	defer func() { d.must(rows.Close()) }()
	var out []string
	for rows.Next() {
		var s string
		d.must(rows.Scan(&s))
		out = append(out, s)
	}
	d.must(rows.Err())
	return out
}
