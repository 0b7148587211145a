package main

import (
	"context"
	"sync"
	"time"

	"steward/bot/portal"
)

// auditor is who checks the record in the demo's walk.
const auditor = ola

// stageOfDemo moves the clock of the running demo and checks its record. It implements [portal.Stage].
type stageOfDemo struct {
	app    *app
	travel func(until time.Time) error // set before requests are let through
	moving sync.Mutex                  // held while the clock moves, and from the end on
	ended  sync.Once
	tour   portal.Tour

	mu   sync.Mutex
	last *portal.Checked
}

// tour gives the portal what its strip works with; nil outside the demo. It is whole before requests are let through.
func (a *app) tour() *portal.Tour {
	if !a.opts.demo {
		return nil
	}
	return &a.stage.tour
}

// open says that the history is made.
func (s *stageOfDemo) open(a *app, question string) {
	s.app = a
	s.tour = portal.Tour{Stage: s, Asker: ana, Watcher: ben, Auditor: auditor, Question: question, Began: a.clock.Now()}
}

// end waits until the clock stands, and lets nobody move it any more.
func (s *stageOfDemo) end() { s.ended.Do(s.moving.Lock) }

// Advance implements [portal.Stage]. While the clock moves nothing else acts or delivers: what falls due on the way is done
// and told at its own time, before the clock goes on. A browser that goes away stops nothing; the end of the program does.
func (s *stageOfDemo) Advance(ctx context.Context, by time.Duration) (int, error) {
	if !s.moving.TryLock() {
		return 0, portal.ErrMoving
	}
	defer s.moving.Unlock()
	ctx = context.WithoutCancel(ctx)
	before, err := s.records(ctx)
	if err != nil {
		return 0, err
	}
	if err := s.travel(s.app.clock.Now().Add(by)); err != nil {
		return 0, err
	}
	after, err := s.records(ctx)
	return after - before, err
}

// records counts all records.
func (s *stageOfDemo) records(ctx context.Context) (int, error) {
	st, err := s.app.store.Stats(ctx, s.app.clock.Now())
	return int(st.LogEntries), err
}

// Check implements [portal.Stage].
func (s *stageOfDemo) Check(ctx context.Context) (portal.Checked, error) {
	report, err := s.app.store.Verify(ctx, nil)
	if err != nil {
		return portal.Checked{}, err
	}
	c := portal.Checked{Records: int(report.Records), Requests: int(report.Requests)}
	if !report.OK() {
		c.Problem = report.Problems[0].String()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = &c
	return c, nil
}

// Checked implements [portal.Stage].
func (s *stageOfDemo) Checked() (portal.Checked, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		return portal.Checked{}, false
	}
	return *s.last, true
}
