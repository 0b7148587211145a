package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"steward/bot"
	"steward/workflows"
)

// replica is one process's courier. Claims of several go in turn; see [mailing.drain].
type replica struct {
	*bot.Courier
	*mailing

	turn bool // it may claim once
}

var _ bot.Queue = (*replica)(nil)

// replica makes one process's courier to a surface.
func (m *mailing) replica(surfaces ...bot.Surface) *replica {
	r := &replica{mailing: m}
	r.Courier = bot.NewCourier(bot.CourierConfig{
		Queue: r, Read: m.Store, Engine: m.engine, Log: slog.New(slog.DiscardHandler), Surfaces: surfaces,
		Later: func(d time.Duration, _ func()) { m.looks = append(m.looks, m.now().Add(d)) },
	})
	return r
}

// Claim implements bot.Queue, by the clock of the test.
func (r *replica) Claim(ctx context.Context, surfaces []string, n int, lease time.Duration) ([]workflows.Delivery, error) {
	if !r.turn {
		return nil, nil
	}
	r.turn = false
	r.hold()
	for id, at := range r.held {
		if !at.After(r.now()) {
			delete(r.held, id)
			r.exec(fmt.Sprintf("UPDATE deliveries SET run_at = 0 WHERE id = %d AND state = 'waiting'", id))
		}
	}
	for bucket, until := range r.pauses {
		if !until.After(r.now()) {
			delete(r.pauses, bucket)
			r.exec("UPDATE buckets SET paused_until = 0 WHERE name = '" + bucket + "'")
		}
	}
	return r.Store.Claim(ctx, surfaces, n, lease)
}

// Finish implements bot.Queue. Whatever has to wait does so by the clock of the test.
func (r *replica) Finish(ctx context.Context, d workflows.Delivery, f workflows.Finish) error {
	err := r.Store.Finish(ctx, d, f)
	if err != nil || f.After <= 0 {
		return err
	}
	until := r.now().Add(f.After)
	r.held[d.ID] = until
	r.exec(fmt.Sprintf("UPDATE deliveries SET run_at = %d WHERE id = %d AND state = 'waiting'", never, d.ID))
	if f.State != workflows.FinishPause || f.Bucket == "" {
		return nil
	}
	if until.After(r.pauses[f.Bucket]) {
		r.pauses[f.Bucket] = until
	}
	r.exec(fmt.Sprintf("UPDATE buckets SET paused_until = %d WHERE name = '%s'", never, f.Bucket))
	return nil
}

// never is a time, in Unix milliseconds, that no test sees.
const never = 1 << 45

// liteClock is SQLite's time, as the store asks for it.
const liteClock = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"

// hold takes what the engine lets wait over from the database's clock to the test's.
func (m *mailing) hold() {
	m.t.Helper()
	rows, err := m.raw.QueryContext(m.t.Context(), fmt.Sprintf(
		"SELECT id, run_at - %s FROM deliveries WHERE state = 'waiting' AND run_at > %s AND run_at < %d", liteClock, liteClock, never))
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, wait int64
		if err := rows.Scan(&id, &wait); err != nil {
			m.t.Fatal(err)
		}
		m.held[id] = m.now().Add(time.Duration(wait) * time.Millisecond)
	}
	if err := rows.Err(); err != nil {
		m.t.Fatal(err)
	}
	m.exec(fmt.Sprintf("UPDATE deliveries SET run_at = %d WHERE state = 'waiting' AND run_at > %s", never, liteClock))
}

// pass moves the clock on.
func (m *mailing) pass(d time.Duration) {
	m.t.Helper()
	m.hold()
	now := m.now().Add(d)
	m.clock.Store(&now)
}

// drain lets replicas do all they can now: each claims once, with what that brings, and then it is the next one's turn.
func (m *mailing) drain(all ...*replica) (attempts int) {
	m.t.Helper()
	for before := -1; attempts != before; {
		before = attempts
		for _, r := range all {
			r.turn = true
			n, err := r.Drain(m.t.Context())
			if err != nil {
				m.t.Fatal(err)
			}
			attempts += n
		}
	}
	return attempts
}

// deliver lets the replicas work until nothing waits, and says how long it took to the last message. They look as often as
// they do by themselves, but for the looks at which nothing is due.
func (m *mailing) deliver(replicas ...*replica) time.Duration {
	m.t.Helper()
	begun, last := m.now(), m.now()
	for turns := 0; m.number("SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'sending')") > 0; turns++ {
		if turns > 100_000 {
			m.t.Fatal("it does not end")
		}
		if m.drain(replicas...) > 0 {
			last = m.now()
		}
		m.pass(m.nextLook())
	}
	return last.Sub(begun)
}

// nextLook is how long it is to the next look at which something may be due.
func (m *mailing) nextLook() time.Duration {
	m.t.Helper()
	const poll = 250 * time.Millisecond
	next := time.Hour
	if len(m.pauses) == 0 && len(m.held) == 0 {
		next = 0
	}
	for _, at := range m.pauses {
		next = min(next, at.Sub(m.now()))
	}
	for _, at := range m.held {
		if len(m.pauses) == 0 {
			next = min(next, at.Sub(m.now()))
		}
	}
	next = max((next + poll - 1).Truncate(poll), poll)
	m.looks = slices.DeleteFunc(m.looks, func(at time.Time) bool { return !at.After(m.now()) })
	for _, at := range m.looks {
		next = min(next, at.Sub(m.now()))
	}
	return next
}
