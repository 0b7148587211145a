package main

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"steward/bot"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// momentary reads every thing once a moment. The demo's history delivers all that one event led to at one standstill of the
// clock: nothing changes between two messages about the same request, so it is read for the first of them. Whoever moves time
// on has to call forget.
type momentary struct {
	bot.Reader

	// settled says that nobody comes, goes or stands in for anybody: then people are read once for all moments. That is so while
	// the history is made, and not when a visitor moves the clock.
	settled bool

	mu       sync.Mutex // held while something is read: others wait for what they would read too
	requests map[string]approval.Request
	systems  map[string]register.System
	people   map[string]workflows.Roster
}

func newMomentary(r bot.Reader) *momentary {
	return &momentary{Reader: r, requests: map[string]approval.Request{}, systems: map[string]register.System{}, people: map[string]workflows.Roster{}}
}

// forget lets everything that may have changed be read anew.
func (m *momentary) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.requests)
	clear(m.systems)
	if !m.settled {
		clear(m.people)
	}
}

// Request implements [bot.Reader].
func (m *momentary) Request(ctx context.Context, id string) (approval.Request, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, ok := m.requests[id]; ok {
		return r, nil
	}
	r, err := m.Reader.Request(ctx, id)
	if err == nil {
		m.requests[id] = r
	}
	return r, err
}

// System implements [bot.Reader].
func (m *momentary) System(ctx context.Context, id string) (register.System, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.systems[id]; ok {
		return s, nil
	}
	s, err := m.Reader.System(ctx, id)
	if err == nil {
		m.systems[id] = s
	}
	return s, err
}

// People implements [bot.Reader].
func (m *momentary) People(
	ctx context.Context, named []workflows.PersonID, roles []workflows.Role, at time.Time,
) (workflows.Roster, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := keyOf(named) + ";" + keyOf(roles)
	if r, ok := m.people[key]; ok {
		return r, nil
	}
	r, err := m.Reader.People(ctx, named, roles, at)
	if err == nil {
		m.people[key] = r
	}
	return r, err
}

// keyOf is the same for the same names in any order. Ids of people and names of roles hold no space.
func keyOf[S ~string](names []S) string {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	words := make([]string, 0, len(names))
	for _, n := range names {
		words = append(words, string(n))
	}
	return strings.Join(words, " ")
}
