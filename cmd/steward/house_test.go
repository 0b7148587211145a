package main

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// startServer runs the server as serve does, until it is told to stop.
func startServer(t *testing.T, l loadedConfig, log io.Writer) *app {
	t.Helper()
	return startServerAt(t, l, log, time.Now)
}

// startServerAt does so with a clock of the test's.
func startServerAt(t *testing.T, l loadedConfig, log io.Writer, now func() time.Time) *app {
	t.Helper()
	a, err := startApp(t.Context(), appOptions{
		config: l, now: now, log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The people of these tests: Ana asks, Ben is her manager.
const (
	anaRuiz   workflows.PersonID = "P-014"
	benOkafor workflows.PersonID = "P-013"
)

// ask sends a request of Ana's, and nobody is told of it yet.
func (a *app) ask(t testing.TB) (id string) {
	t.Helper()
	done, err := a.engine.Apply(t.Context(), workflows.Event{
		Actor: anaRuiz, Via: workflows.Via{Surface: "portal"}, About: workflows.Ref{Kind: workflows.KindRequest},
		What: approval.Submitted{Flow: "ai-use", Answers: plainAnswers(anaRuiz)},
	})
	if err != nil || done.Refusal != nil {
		t.Fatalf("ask: %+v, %v", done.Refusal, err)
	}
	return done.About.ID
}

// withdraw takes a request of Ana's back.
func (a *app) withdraw(t testing.TB, id string) {
	t.Helper()
	if done, err := a.engine.Apply(t.Context(), workflows.Event{
		Actor: anaRuiz, Via: workflows.Via{Surface: "portal"}, About: workflows.RequestRef(id), What: approval.Withdrawn{},
	}); err != nil || done.Refusal != nil {
		t.Fatalf("withdraw: %+v, %v", done.Refusal, err)
	}
}

// settled does all that is due, and delivers what can be delivered.
func (a *app) settled(t testing.TB) {
	t.Helper()
	drain := func(ctx context.Context) error { _, err := a.courier.Drain(ctx); return err }
	if err := a.engine.Travel(t.Context(), a.clock, a.clock.Now(), drain); err != nil {
		t.Fatal(err)
	}
}

func (a *app) read(t testing.TB, id string) approval.Request {
	t.Helper()
	r, err := a.store.Request(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// manager gives who decides first.
func (a *app) manager(t testing.TB, id string) workflows.PersonID {
	t.Helper()
	return a.read(t, id).Waits[0].Who
}

// requests counts all requests.
func (a *app) requests(t testing.TB) int {
	t.Helper()
	rows, _, err := a.store.RequestRows(t.Context(), workflows.Person{ID: "P-004", Active: true, Roles: []workflows.Role{workflows.ComplianceLead}},
		workflows.RequestFilter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return len(rows)
}

// records counts the records of a request that say a thing.
func (a *app) records(t testing.TB, id, what string) int {
	t.Helper()
	rows, err := a.store.History(t.Context(), workflows.RequestRef(id))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range rows {
		if r.Record.What == what {
			n++
		}
	}
	return n
}

// delay is how long a database takes that has a bad day.
type delay time.Duration

func (d delay) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(d)):
	}
}
