package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/slack"
	"steward/bot/surfacetest/fakeslack"
	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// governance is the id of the governance channel.
const governance = "C0GOVERN"

// mailing is many people on Slack who get a message at the same moment, under a clock that only the test moves: that of the
// fake Slack, of the courier and, as far as waiting goes, of the database. The database has its own, which goes on while the
// machine works: whatever waits there is moved by the difference before every look at it.
type mailing struct {
	*store.Store

	t      *testing.T
	engine *engine.Engine
	raw    *sql.DB
	slack  *fakeslack.Server
	clock  atomic.Pointer[time.Time]
	real   time.Time // until when the database agrees with the clock
	people int
}

func (m *mailing) now() time.Time { return *m.clock.Load() }

// newMailing makes so many managers, each with a request to decide on, and an account on Slack.
func newMailing(t *testing.T, dsn string, people int, opt fakeslack.Options) *mailing {
	t.Helper()
	ctx := t.Context()
	m := &mailing{t: t, people: people}
	begin := time.Now()
	m.clock.Store(&begin)
	opt.Now = m.now
	m.slack = fakeslack.New(opt)
	t.Cleanup(m.slack.Close)
	var err error
	if m.Store, err = store.Open(ctx, store.Options{URL: dsn, Fast: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	m.raw = rawDatabase(t, dsn)
	m.engine = engine.New(m.config()) // without Slack, so that nobody is told there of the requests themselves
	if _, err := m.engine.EnsurePack(ctx, policy.Embedded()); err != nil {
		t.Fatal(err)
	}
	m.employ()
	for i := range people {
		done, err := m.engine.Apply(ctx, workflows.Event{
			Actor: asker(i), Via: workflows.Via{Surface: "portal"}, About: workflows.Ref{Kind: workflows.KindRequest},
			What: approval.Submitted{Flow: "ai-use", Answers: plainAnswers(asker(i))},
		})
		if err != nil || done.Refusal != nil {
			t.Fatalf("ask: %+v, %v", done.Refusal, err)
		}
	}
	m.expand()
	m.exec("DELETE FROM deliveries")
	cfg := m.config()
	cfg.Surfaces, cfg.Channels = []string{"slack"}, []workflows.Account{engine.ChannelAccount("slack", governance)}
	m.engine = engine.New(cfg)
	return m
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
func (m *mailing) employ() {
	m.t.Helper()
	var changes []directory.Change
	for i := range m.people {
		user := fmt.Sprintf("U%06d", i)
		m.slack.AddUser(fakeslack.User{ID: user})
		for id, manager := range map[workflows.PersonID]workflows.PersonID{boss(i): "", asker(i): boss(i)} {
			c := directory.Change{Row: directory.Row{
				Person:   workflows.Person{ID: id, Name: string(id), Email: string(id) + "@example.com", Manager: manager, Active: true},
				ZoneName: "UTC", Calendar: "default",
			}}
			if id == boss(i) {
				c.Accounts = []workflows.Account{{
					ID: "slack:" + user, Person: id, Surface: "slack", User: user, Confirmed: true, Proof: workflows.ProofImport,
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

func (m *mailing) expand() {
	m.t.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = m.engine.Expand(m.t.Context(), 200); err != nil {
			m.t.Fatal(err)
		}
	}
	m.real = time.Now() // what was put in just now waits for nothing
}

// remind puts a reminder for every manager into the outbox, and nothing else.
func (m *mailing) remind() {
	m.t.Helper()
	err := m.Do(m.t.Context(), func(tx engine.Tx) error {
		var mails []workflows.Mail
		for i := range m.people {
			mails = append(mails, workflows.Mail{
				About: workflows.RequestRef(fmt.Sprintf("AIR-%d", i+1)), Record: 900, To: boss(i), Why: workflows.WhyRemind, Lane: workflows.LaneRemind, At: time.Now(),
			})
		}
		return tx.PutMails(m.t.Context(), mails)
	})
	if err != nil {
		m.t.Fatal(err)
	}
	m.expand()
	m.exec("DELETE FROM deliveries WHERE surface <> 'slack'")
	if n := m.number("SELECT count(*) FROM deliveries"); n != int64(m.people) {
		m.t.Fatalf("%d reminders are on their way, want %d", n, m.people)
	}
}

// replica is one process's courier, with a client of its own.
func (m *mailing) replica() *bot.Courier { return m.replicaWith(slack.SurfaceConfig{}) }

func (m *mailing) replicaWith(cfg slack.SurfaceConfig) *bot.Courier {
	m.t.Helper()
	client, err := slack.NewClient(slack.ClientConfig{Token: slack.NewSecret("xoxb-fake"), APIURL: m.slack.APIURL(), Loopback: true, Now: m.now})
	if err != nil {
		m.t.Fatal(err)
	}
	cfg.To, cfg.Places, cfg.Scopes = client, m.Store, func() []string { return m.slack.Options().Scopes }
	if cfg.Channel != nil {
		cfg.Channel = slack.NewChannel(client, governance, m.now, slog.New(slog.DiscardHandler))
	}
	return bot.NewCourier(bot.CourierConfig{
		Queue: m, Read: m.Store, Engine: m.engine, Log: slog.New(slog.DiscardHandler), Surfaces: []bot.Surface{slack.NewSurface(cfg)},
	})
}

// pass moves the clock on.
func (m *mailing) pass(d time.Duration) {
	m.t.Helper()
	real := time.Now()
	by := (d - real.Sub(m.real)).Milliseconds()
	now := m.now().Add(d)
	m.clock.Store(&now)
	m.real = real
	// What is due already is due all the same.
	m.exec(fmt.Sprintf("UPDATE deliveries SET run_at = run_at - (%d) WHERE state = 'waiting' AND run_at > %s - 60000", by, liteClock))
	m.exec(fmt.Sprintf("UPDATE buckets SET paused_until = paused_until - (%d)", by))
}

// liteClock is SQLite's time, as the store asks for it.
const liteClock = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"

// Claim implements bot.Queue, by the clock of the test.
func (m *mailing) Claim(ctx context.Context, surfaces []string, n int, lease time.Duration) ([]workflows.Delivery, error) {
	m.pass(0)
	return m.Store.Claim(ctx, surfaces, n, lease)
}

// drain lets a courier do all it can now.
func (m *mailing) drain(c *bot.Courier) {
	m.t.Helper()
	if _, err := c.Drain(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
}

// deliver lets the replicas take turns until nothing waits. They look as often as they do by themselves, but for the looks at
// which nothing is due.
func (m *mailing) deliver(replicas ...*bot.Courier) time.Duration {
	m.t.Helper()
	const poll = 250 * time.Millisecond
	begun := m.now()
	for turns := 0; m.number("SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'sending')") > 0; turns++ {
		if turns > 100_000 {
			m.t.Fatal("it does not end")
		}
		for _, r := range replicas {
			m.drain(r)
		}
		m.pass(0)
		due := m.number("SELECT COALESCE(min(run_at), 0) - " + liteClock + " FROM deliveries WHERE state = 'waiting'")
		if paused := m.number("SELECT COALESCE(min(paused_until), 0) - " + liteClock + " FROM buckets WHERE paused_until > " + liteClock); paused > 0 {
			due = paused
		}
		m.pass(max((time.Duration(due)*time.Millisecond + poll - 1).Truncate(poll), poll))
	}
	calls := m.slack.Calls("chat.postMessage")
	return calls[len(calls)-1].At.Sub(begun)
}

// TestSlackReminders sends a thousand reminders at once. No call is made while a pause runs, everybody gets one, and all of
// it takes as long as the limits of Slack make it take, and at most a twentieth more.
func TestSlackReminders(t *testing.T) {
	for _, c := range []struct {
		name     string
		people   int
		minute   int // what the workspace lets through
		replicas int
	}{
		{"our limit is Slack's", 1000, 300, 1},
		{"Slack lets through less than we think", 400, 120, 1},
		{"two processes share the limit", 700, 300, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMailing(t, "sqlite:"+t.TempDir()+"/steward.db", c.people, fakeslack.Options{Limits: true, Rates: map[string]int{"chat.postMessage": c.minute}})
			m.remind()
			var replicas []*bot.Courier
			for range c.replicas {
				replicas = append(replicas, m.replica())
			}
			took := m.deliver(replicas...)
			allowed := time.Duration((m.people-1)/c.minute) * time.Minute // in any minute so many
			refused := 0
			for _, call := range m.slack.Calls("chat.postMessage") {
				if call.RetryAfter > 0 {
					refused++
				}
			}
			t.Logf("%d reminders took %s, the limits allow %s: %.1f %% more; %d calls were too many",
				m.people, took.Round(100*time.Millisecond), allowed, 100*(took.Seconds()/allowed.Seconds()-1), refused)
			if early := m.slack.Early(); len(early) > 0 {
				t.Errorf("%d calls while a pause ran, the first at %s", len(early), early[0].At)
			}
			if took > allowed+allowed/20 {
				t.Errorf("it took %s, more than a twentieth above %s", took, allowed)
			}
			for i := range m.people {
				if got := m.slack.DM(fmt.Sprintf("U%06d", i)); len(got) != 1 {
					t.Fatalf("%s got %d reminders", boss(i), len(got))
				}
			}
		})
	}
}

// TestSlackUrgent shows that a thousand reminders do not keep back what somebody waits for.
func TestSlackUrgent(t *testing.T) {
	m := newMailing(t, "sqlite:"+t.TempDir()+"/steward.db", 300, fakeslack.Options{Limits: true})
	m.remind()
	r := m.replica()
	if _, err := r.Drain(t.Context()); err != nil { // until the reminders have used up their part of the minute
		t.Fatal(err)
	}
	before := len(m.slack.Calls("chat.postMessage"))
	err := m.Do(t.Context(), func(tx engine.Tx) error {
		return tx.PutMails(t.Context(), []workflows.Mail{{
			About: workflows.RequestRef("AIR-300"), Record: 901, To: boss(299), Why: workflows.WhyDecide, Part: "manager", Lane: workflows.LaneDecide, At: time.Now(),
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
	m.expand()
	m.exec("DELETE FROM deliveries WHERE surface <> 'slack' OR (why = 'remind' AND person = '" + string(boss(299)) + "')")
	if _, err := r.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := m.slack.Calls("chat.postMessage"); len(got) != before+1 || !strings.Contains(fmt.Sprint(m.slack.DM("U000299")), "AIR-300") {
		t.Errorf("%d calls before, %d after: the decision waits behind reminders", before, len(got))
	}
}
