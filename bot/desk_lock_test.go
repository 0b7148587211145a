package bot_test

import (
	"context"
	"sync"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// locked puts the calls of an office in a row.
type locked struct {
	*office

	mu sync.Mutex
}

func (l *locked) Apply(ctx context.Context, ev workflows.Event) (workflows.Applied, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.office.Apply(ctx, ev)
}

func (l *locked) Request(ctx context.Context, id string) (approval.Request, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.office.Request(ctx, id)
}

func (l *locked) People(ctx context.Context, named []workflows.PersonID, roles []workflows.Role, at time.Time) (workflows.Roster, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.office.People(ctx, named, roles, at)
}

func (l *locked) Draft(ctx context.Context, id string) (policy.Draft, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.office.Draft(ctx, id)
}

func (l *locked) SaveDraft(ctx context.Context, d policy.Draft) (policy.Draft, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.office.SaveDraft(ctx, d)
}

func (l *locked) System(ctx context.Context, id string) (register.System, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.office.System(ctx, id)
}
