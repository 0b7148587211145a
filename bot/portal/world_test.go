package portal_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/portal"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
	"steward/workflows/policy"
)

// house is a whole Steward in memory with the portal in front.
type house struct {
	*surfacetest.Memory

	people  []workflows.Person
	handler http.Handler
	config  portal.Config
	courier *bot.Courier
	client  *portaltest.Client
	log     *lines
	clock   *realClock
	folder  *policy.Pack // the policy folder
	broken  error        // what is wrong with it
}

// realClock is real time under the test's hand.
type realClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *realClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *realClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start is a Tuesday morning in Madrid.
var start = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

func newHouse(t *testing.T, change func(*portal.Config)) *house {
	t.Helper()
	people, err := surfacetest.Sample()
	if err != nil {
		t.Fatal(err)
	}
	return newHouseOf(t, people, change)
}

// newHouseOf is a house of other people.
func newHouseOf(t *testing.T, people []workflows.Person, change func(*portal.Config)) *house {
	t.Helper()
	m := surfacetest.NewMemory(people, start)
	n := 0
	token := func() string { n++; return fmt.Sprintf("%064x", n) }
	h := &house{Memory: m, people: people, log: &lines{}, clock: &realClock{now: start}}
	logger := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	desk := bot.NewDesk(m, m, m, token)
	h.config = portal.Config{
		Desk: desk, Explain: desk, Assess: desk, Watch: portal.NewWatch(m, logger), Requests: m, Register: m, Files: m, Inbox: m, People: m, Drafts: m, Flows: m, Sessions: m, Links: m,
		Records: m, Seals: sealedBook(), Evidence: evidenceBook{new([]string)}, Directory: m, Deliveries: m, Operator: m,
		Now: h.clock.Now, Business: m.Now, Log: logger, Demo: true, Token: token, Burst: 10_000,
		Build: portal.Build{Version: "v0.0.0-test"},
	}
	var err error
	if h.folder, err = m.Pack(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	h.config.Settings = &portal.Settings{
		Rows:      []portal.Setting{{Name: "listen", Usage: "where the portal listens", Value: "127.0.0.1:8080", Origin: "default"}, {Name: "database_url", Secret: true, Set: true, Origin: "steward.yaml:3:1"}, {Name: "zone"}},
		Proposals: m, Guard: m, Folder: func(context.Context) (*policy.Pack, error) { return h.folder, h.broken },
	}
	if change != nil {
		change(&h.config)
	}
	handler, err := portal.New(h.config)
	if err != nil {
		t.Fatal(err)
	}
	h.handler = handler
	h.courier = bot.NewCourier(bot.CourierConfig{
		Queue: m, Read: m, Engine: m, Surfaces: []bot.Surface{h.surface()}, Log: logger,
	})
	h.client = portaltest.NewClient(h.handler)
	return h
}

func (h *house) surface() bot.Surface { return portal.NewSurface(h.Memory, h.Now) }

func (h *house) drain(ctx context.Context) error {
	_, err := h.courier.Drain(ctx)
	return err
}

func (h *house) world() surfacetest.World {
	return surfacetest.World{
		People: h.people, Client: h.client, Request: h.Request, System: h.System, SystemOf: h.SystemOf,
		Seen:   h.See,
		Leave:  func(ctx context.Context, who workflows.PersonID) error { return h.Depart(ctx, who) },
		Settle: func(ctx context.Context) error { return h.Settle(ctx, h.drain) },
		Later:  func(ctx context.Context, d time.Duration) error { return h.Travel(ctx, h.Now().Add(d), h.drain) },
	}
}

func TestStories(t *testing.T) {
	surfacetest.Play(t, func(t *testing.T) surfacetest.World {
		t.Helper()
		return newHouse(t, nil).world()
	})
}
