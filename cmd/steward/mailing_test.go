package main

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// mailing is many people on one chat platform who get a message at the same moment, under a clock that only the test moves:
// that of the fake platform, of the courier and, as far as waiting goes, of the database.
type mailing struct {
	*store.Store

	t       *testing.T
	surface string
	engine  *engine.Engine
	raw     *sql.DB
	clock   atomic.Pointer[time.Time]
	people  int

	// Nothing in the database waits by its own clock, which goes on while the machine works, but by these.
	held   map[int64]time.Time  // when a delivery that waits is due
	pauses map[string]time.Time // until when a bucket is paused
	looks  []time.Time          // when replicas look by themselves, beside their usual looks
}

func (m *mailing) now() time.Time { return *m.clock.Load() }

// newMailing starts the clock. There is nobody yet; see [mailing.fill].
func newMailing(t *testing.T, surface string, people int) *mailing {
	t.Helper()
	m := &mailing{t: t, surface: surface, people: people, held: map[int64]time.Time{}, pauses: map[string]time.Time{}}
	begin := time.Now()
	m.clock.Store(&begin)
	return m
}

// fill makes the managers, each with a request to decide on and an account on the platform, which user makes for the one of a
// number. Channels are told what everybody is.
func (m *mailing) fill(dsn string, user func(i int) string, channels ...workflows.Account) {
	m.t.Helper()
	ctx := m.t.Context()
	var err error
	if m.Store, err = store.Open(ctx, store.Options{URL: dsn, Fast: true, Calendars: roundTheClock}); err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = m.Close() })
	m.raw = rawDatabase(m.t, dsn)
	m.engine = engine.New(m.config()) // without the platform, so that nobody is told there of the requests themselves
	if _, err := m.engine.EnsurePack(ctx, policy.Embedded()); err != nil {
		m.t.Fatal(err)
	}
	m.employ(user)
	for i := range m.people {
		m.ask(i)
	}
	m.expand()
	m.exec("DELETE FROM deliveries")
	cfg := m.config()
	cfg.Surfaces, cfg.Channels = []string{m.surface}, channels
	m.engine = engine.New(cfg)
}

// roundTheClock are the hours of people who are always at work: the test may run at any hour.
func roundTheClock(_ string, zone *time.Location) workflows.Hours {
	return workflows.Hours{Zone: zone, To: 24 * time.Hour, Weekend: []time.Weekday{}}
}

func (m *mailing) config() engine.Config {
	return engine.Config{Store: m.Store, Now: time.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler)}
}

// rawDatabase opens a database beside the store, for what the store lets nobody do.
func rawDatabase(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	name, source := "pgx", dsn
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		name, source = "sqlite3", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	raw, err := sql.Open(name, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return raw
}

func (m *mailing) exec(query string) {
	m.t.Helper()
	if _, err := m.raw.ExecContext(m.t.Context(), query); err != nil {
		m.t.Fatal(err)
	}
}

func (m *mailing) number(query string) (n int64) {
	m.t.Helper()
	if err := m.raw.QueryRowContext(m.t.Context(), query).Scan(&n); err != nil {
		m.t.Fatal(err)
	}
	return n
}

// employ imports the people and their accounts, as an administrator's file does.
func (m *mailing) employ(user func(i int) string) {
	m.t.Helper()
	var changes []directory.Change
	for i := range m.people {
		account := user(i)
		for id, manager := range map[workflows.PersonID]workflows.PersonID{boss(i): "", asker(i): boss(i)} {
			c := directory.Change{Row: directory.Row{
				Person:   workflows.Person{ID: id, Name: string(id), Email: string(id) + "@example.com", Manager: manager, Active: true},
				ZoneName: "UTC", Calendar: "default",
			}}
			if id == boss(i) {
				c.Accounts = []workflows.Account{{
					ID: m.surface + ":" + account, Person: id, Surface: m.surface, User: account, Confirmed: true, Proof: workflows.ProofImport,
				}}
			}
			changes = append(changes, c)
		}
	}
	plan := directory.Plan{Source: "test", Rows: len(changes), Changes: changes}
	if err := m.engine.ImportPeople(m.t.Context(), plan, workflows.System, cliVia()); err != nil {
		m.t.Fatal(err)
	}
}

// ask sends a request of a number's asker to their manager.
func (m *mailing) ask(i int) (id string) {
	m.t.Helper()
	done, err := m.engine.Apply(m.t.Context(), workflows.Event{
		Actor: asker(i), Via: workflows.Via{Surface: "portal"}, About: workflows.Ref{Kind: workflows.KindRequest},
		What: approval.Submitted{Flow: "ai-use", Answers: plainAnswers(asker(i))},
	})
	if err != nil || done.Refusal != nil {
		m.t.Fatalf("ask: %+v, %v", done.Refusal, err)
	}
	return done.About.ID
}

// decide approves a request as a number's manager.
func (m *mailing) decide(i int, id string) {
	m.t.Helper()
	done, err := m.engine.Apply(m.t.Context(), workflows.Event{
		Actor: boss(i), Via: workflows.Via{Surface: "portal"}, About: workflows.RequestRef(id), What: approval.Decided{Approve: true},
	})
	if err != nil || done.Refusal != nil {
		m.t.Fatalf("decide: %+v, %v", done.Refusal, err)
	}
	m.expand()
}

func (m *mailing) expand() {
	m.t.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = m.engine.Expand(m.t.Context(), 200); err != nil {
			m.t.Fatal(err)
		}
	}
}

// put puts mails into the outbox, for one surface alone.
func (m *mailing) put(mails ...workflows.Mail) {
	m.t.Helper()
	err := m.Do(m.t.Context(), func(tx engine.Tx) error { return tx.PutMails(m.t.Context(), mails) })
	if err != nil {
		m.t.Fatal(err)
	}
	m.expand()
	m.exec("DELETE FROM deliveries WHERE surface <> '" + m.surface + "'")
}

// remind puts a reminder for every manager into the outbox, and nothing else.
func (m *mailing) remind() {
	m.t.Helper()
	var mails []workflows.Mail
	for i := range m.people {
		mails = append(mails, workflows.Mail{
			About: workflows.RequestRef(fmt.Sprintf("AIR-%d", i+1)), Record: 900, To: boss(i), Why: workflows.WhyRemind, Lane: workflows.LaneRemind, At: time.Now(),
		})
	}
	m.put(mails...)
	if n := m.number("SELECT count(*) FROM deliveries"); n != int64(m.people) {
		m.t.Fatalf("%d reminders are on their way, want %d", n, m.people)
	}
}

// tellOne puts one message for the first manager into the outbox.
func (m *mailing) tellOne(why workflows.Why) {
	m.t.Helper()
	m.tell(0, why)
}

// tell puts one message for a number's manager into the outbox.
func (m *mailing) tell(i int, why workflows.Why) {
	m.t.Helper()
	m.put(workflows.Mail{
		About: workflows.RequestRef(fmt.Sprintf("AIR-%d", i+1)), Record: 900, To: boss(i), Why: why, Part: "manager", Lane: workflows.LaneDecide, At: time.Now(),
	})
}

// refresh puts an update of every message about a number's request into the outbox.
func (m *mailing) refresh(i int) {
	m.t.Helper()
	m.put(workflows.Mail{About: workflows.RequestRef(fmt.Sprintf("AIR-%d", i+1)), Record: 901, Lane: workflows.LaneRefresh, At: time.Now()})
}
