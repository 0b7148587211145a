package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// statement is one statement of a decision as it went to the database.
type statement struct {
	query string
	args  []any
}

// recorder is a connection pool that notes every statement of its transactions. It serves one worker.
type recorder struct {
	*sql.DB
	decisions [][]statement
}

// BeginTx implements gorm's ConnPoolBeginner.
func (r *recorder) BeginTx(ctx context.Context, opts *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := r.DB.BeginTx(ctx, opts)
	r.decisions = append(r.decisions, nil)
	return &recorderTx{Tx: tx, r: r}, err
}

type recorderTx struct {
	*sql.Tx
	r *recorder
}

func (t *recorderTx) note(query string, args []any) {
	last := len(t.r.decisions) - 1
	t.r.decisions[last] = append(t.r.decisions[last], statement{query, slices.Clone(args)})
}

func (t *recorderTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	t.note(query, args)
	return t.Tx.ExecContext(ctx, query, args...)
}

func (t *recorderTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	t.note(query, args)
	return t.Tx.QueryContext(ctx, query, args...)
}

func (t *recorderTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	t.note(query, args)
	return t.Tx.QueryRowContext(ctx, query, args...)
}

// benchmark is a prepared database of which every measurement takes a clone.
type benchmark struct {
	b     *testing.B
	admin *pgx.Conn
	base  url.URL
	name  string
	made  int
}

// BenchmarkDecisions measures decisions a second through the engine beside the very same statements, recorded from it and
// sent raw through pgx in one round trip each, on clones of one database with fsync on. It prints the ratio for 1, 8 and 32
// workers; the aims are 0.8, 0.55 and 0.55.
func BenchmarkDecisions(b *testing.B) {
	for _, workers := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			n := min(200*workers, 1600)
			m := prepare(b, n)
			recorded := m.record(n)
			var ratios, perSecond, bare []float64
			for range 3 {
				ours, raw := m.throughEngine(n, workers), m.throughPgx(recorded, workers)
				ratios = append(ratios, raw.Seconds()/ours.Seconds())
				perSecond = append(perSecond, float64(n)/ours.Seconds())
				bare = append(bare, float64(n)/raw.Seconds())
			}
			slices.Sort(ratios)
			slices.Sort(perSecond)
			slices.Sort(bare)
			b.ReportMetric(ratios[1], "ratio")
			b.ReportMetric(perSecond[1], "decisions/s")
			b.ReportMetric(bare[1], "raw-decisions/s")
			b.ReportMetric(float64(len(recorded[0])), "statements")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// prepare makes a database in which n requests wait for their managers.
func prepare(b *testing.B, n int) *benchmark {
	b.Helper()
	dsn := pgtest.New(b, func(dsn string) error { return Migrate(context.Background(), Options{URL: dsn}) }, pgtest.Durable())
	s, e := benchEngine(b, dsn)
	ctx := context.Background()
	if _, err := e.EnsurePack(ctx, policy.Embedded()); err != nil {
		b.Fatal(err)
	}
	if err := e.ImportPeople(ctx, directory.Plan{Source: "bench", Changes: benchPeople()}, workflows.System, workflows.Via{}); err != nil {
		b.Fatal(err)
	}
	for range n {
		done, err := e.Apply(ctx, workflows.Event{
			Actor: "P-asker", About: workflows.Ref{Kind: workflows.KindRequest}, What: approval.Submitted{Flow: "ai-use", Answers: benchAnswers()},
		})
		if err != nil || done.Refusal != nil {
			b.Fatalf("ask: %+v, %v", done.Refusal, err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		b.Fatal(err)
	}
	m := &benchmark{b: b, base: *u, name: u.Path[1:]}
	admin := *u
	admin.Path = "/postgres"
	if m.admin, err = pgx.Connect(ctx, admin.String()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = m.admin.Close(context.Background()) })
	return m
}

// clone gives the URL of a fresh copy of the prepared database, written out to disk.
func (m *benchmark) clone() string {
	m.made++
	name := fmt.Sprintf("%s_%d", m.name, m.made)
	// Closed connections take a moment to go away, and a template must have none.
	if _, err := m.admin.Exec(context.Background(), "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", m.name); err != nil {
		m.b.Fatal(err)
	}
	if _, err := m.admin.Exec(context.Background(), "CREATE DATABASE "+name+" TEMPLATE "+m.name); err != nil {
		m.b.Fatal(err)
	}
	if _, err := m.admin.Exec(context.Background(), "CHECKPOINT"); err != nil {
		m.b.Fatal(err)
	}
	m.b.Cleanup(func() { _, _ = m.admin.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)") })
	u := m.base
	u.Path = "/" + name
	return u.String()
}

// record runs every decision once through the engine and gives its statements.
func (m *benchmark) record(n int) [][]statement {
	s, e := benchEngine(m.b, m.clone())
	pool, err := s.write.DB()
	if err != nil {
		m.b.Fatal(err)
	}
	warm(m.b, e)
	r := &recorder{DB: pool}
	s.write.ConnPool, s.write.Statement.ConnPool = r, r
	for i := range n {
		decide(m.b, e, i)
	}
	if len(r.decisions) != n {
		m.b.Fatalf("%d transactions for %d decisions", len(r.decisions), n)
	}
	s.write.ConnPool, s.write.Statement.ConnPool = pool, pool
	if err := s.Close(); err != nil {
		m.b.Fatal(err)
	}
	return r.decisions
}

func (m *benchmark) throughEngine(n, workers int) time.Duration {
	s, e := benchEngine(m.b, m.clone())
	warm(m.b, e)
	took := spread(n, workers, func(int) func(int) { return func(i int) { decide(m.b, e, i) } })
	if err := s.Close(); err != nil {
		m.b.Fatal(err)
	}
	return took
}

func (m *benchmark) throughPgx(decisions [][]statement, workers int) time.Duration {
	dsn := m.clone()
	ctx := context.Background()
	conns := make([]*pgx.Conn, workers)
	for i := range conns {
		var err error
		if conns[i], err = pgx.Connect(ctx, dsn); err != nil {
			m.b.Fatal(err)
		}
	}
	took := spread(len(decisions), workers, func(w int) func(int) {
		return func(i int) {
			if err := send(ctx, conns[w], decisions[i]); err != nil {
				m.b.Error(err)
			}
		}
	})
	var votes int
	if err := conns[0].QueryRow(ctx, "SELECT count(*) FROM votes").Scan(&votes); err != nil || votes != len(decisions) {
		m.b.Fatalf("%d votes of %d decisions came of the raw statements, %v: they did not do the same work", votes, len(decisions), err)
	}
	for _, c := range conns {
		if err := c.Close(ctx); err != nil {
			m.b.Fatal(err)
		}
	}
	return took
}

// send sends the statements of one decision, one round trip each, and reads what comes back.
func send(ctx context.Context, c *pgx.Conn, statements []statement) error {
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	for _, st := range statements {
		rows, err := tx.Query(ctx, st.query, st.args...)
		if err != nil {
			return err
		}
		for rows.Next() {
			if _, err := rows.Values(); err != nil {
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("%s: %w", st.query, err)
		}
	}
	return tx.Commit(ctx)
}

// spread runs n jobs on the workers and gives how long they took.
func spread(n, workers int, job func(worker int) func(int)) time.Duration {
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	start := time.Now()
	for w := range workers {
		do := job(w)
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func benchEngine(b *testing.B, dsn string) (*Store, *engine.Engine) {
	b.Helper()
	s, err := Open(context.Background(), Options{URL: dsn, Conns: 32, Calendars: policy.Embedded().Hours})
	if err != nil {
		b.Fatal(err)
	}
	return s, engine.New(engine.Config{
		Store: s, Now: time.Now, Rand: rand.Reader, Zone: time.UTC, Build: "bench", Log: slog.New(slog.DiscardHandler),
	})
}

// warm fills the engine's cache of policies.
func warm(b *testing.B, e *engine.Engine) {
	b.Helper()
	if _, err := e.Pack(context.Background(), ""); err != nil {
		b.Fatal(err)
	}
}

// decide is the manager's approval of request i.
func decide(b *testing.B, e *engine.Engine, i int) {
	b.Helper()
	done, err := e.Apply(context.Background(), workflows.Event{
		Key: fmt.Sprintf("bench/%d", i), Actor: "P-boss", Via: workflows.Via{Surface: "portal"},
		About: workflows.RequestRef(fmt.Sprintf("AIR-%d", i+1)), What: approval.Decided{Approve: true},
	})
	if err != nil || done.Refusal != nil {
		b.Errorf("decide %d: %+v, %v", i, done.Refusal, err)
	}
}

func benchPeople() []directory.Change {
	row := func(id, manager workflows.PersonID, roles ...workflows.Role) directory.Change {
		p := workflows.Person{ID: id, Name: string(id), Email: string(id) + "@example.com", Manager: manager, Active: true, Roles: roles}
		return directory.Change{Row: directory.Row{Person: p, ZoneName: "UTC", Calendar: "default"}}
	}
	return []directory.Change{
		row("P-boss", "", workflows.TopManagement), row("P-asker", "P-boss"), row("P-ciso", "P-boss", "ciso"), row("P-dpo", "P-boss", "dpo"),
		row("P-gov", "P-boss", workflows.AIGovernance), row("P-lead", "P-boss", workflows.ComplianceLead),
	}
}

// benchAnswers are those of an ordinary request of the middle tier: manager, experts with advice, governance.
func benchAnswers() policy.Answers {
	text := func(s string) policy.Answer { return policy.Answer{Text: s} }
	list := func(s ...string) policy.Answer { return policy.Answer{List: s} }
	return policy.Answers{
		"tool": text("Otter.ai"), "vendor": text("Otter.ai, Inc."), "plan": text("business_contract"),
		"purpose": text("Minutes of customer calls, read by the account team after a person checked them."),
		"status":  text("planned"), "owner": text("P-asker"), "users": text("my_team"), "our_role": text("use_as_is"),
		"affected": list("employees"), "exposure": list("internal_draft"), "data": list("internal", "personal"),
		"practices": list("none"), "areas": list("none"), "autonomy": text("drafts"), "system_access": list("reads_workspace"),
		"data_location": text("eu_eea"), "vendor_assurances": list("no_training", "dpa", "security_report"), "concerns": list("inaccurate"),
	}
}
