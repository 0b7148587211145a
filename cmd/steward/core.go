package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// core is the part of the program that every command needs that touches the database: the store and the engine on it.
type core struct {
	store  *store.Store
	engine *engine.Engine
	clock  *engine.Clock
	zone   *time.Location
	// brought is the pack of the folder that was named, or of this program. The one in force may be another.
	brought *policy.Pack
	// hours is the pack whose calendars count; it follows the pack in force.
	hours *atomic.Pointer[policy.Pack]
	wake  func() // called by the engine when something waits; nil until there is a courier
}

// coreOptions say how the database is opened.
type coreOptions struct {
	beside bool // a command beside a running server: it migrates nothing
	fast   bool // the demo's database needs to survive nothing
}

// openCore opens the database and makes an engine on it.
func openCore(ctx context.Context, l loadedConfig, log *slog.Logger, now func() time.Time, opts coreOptions) (*core, error) {
	pack, err := bringPack(l.PolicyDir)
	if err != nil {
		return nil, err
	}
	c := &core{clock: engine.NewClock(now), brought: pack, hours: &atomic.Pointer[policy.Pack]{}}
	c.hours.Store(pack)
	if c.zone, err = organisationZone(l.Zone, pack); err != nil {
		return nil, err
	}
	c.store, err = store.Open(ctx, store.Options{
		URL: l.DatabaseURL.reveal(), Log: log, Zone: c.zone, Beside: opts.beside, Fast: opts.fast,
		Calendars: func(code string, zone *time.Location) workflows.Hours { return c.hours.Load().Hours(code, zone) },
	})
	if err != nil {
		return nil, explainOpen(l, err)
	}
	surfaces, channels := l.surfaces()
	c.engine = engine.New(engine.Config{
		Store: c.store, Now: c.clock.Now, Rand: rand.Reader, Zone: c.zone, Build: readBuild().String(), Log: log,
		Surfaces: surfaces, Mail: l.mailOn(), Missed: true, Channels: channels, Anchors: l.anchors(), Wake: func() {
			if c.wake != nil {
				c.wake()
			}
		},
	})
	return c, nil
}

// explainOpen adds which setting chose the database, and says so where all that is missing is its folder.
func explainOpen(l loadedConfig, err error) error {
	if reason := l.noFolder(); reason != "" {
		return fmt.Errorf("%s: %s", l.named("database_url"), reason)
	}
	return fmt.Errorf("%s: %w", l.named("database_url"), err)
}

// close ends the connections.
func (c *core) close() error { return c.store.Close() }

// inForce gives the pack in force and lets its calendars count from now on; the pack brought along where none is yet.
func (c *core) inForce(ctx context.Context) (*policy.Pack, error) {
	p, err := c.engine.Pack(ctx, "")
	if errors.Is(err, workflows.ErrNotFound) {
		return c.brought, nil
	}
	if err != nil {
		return nil, err
	}
	c.hours.Store(p)
	return p, nil
}

// bringPack loads the folder, or the pack in this program where none is named.
func bringPack(dir string) (*policy.Pack, error) {
	if dir == "" {
		return policy.Load(policy.EmbeddedFS())
	}
	p, err := policy.Load(os.DirFS(dir))
	if problems, ok := errors.AsType[policy.Problems](err); ok {
		return nil, bad("the policy in %s has %s:\n%s", dir, count(len(problems), "mistake"), problems)
	}
	return p, err
}

// organisationZone is the zone that was set, or that of the policy.
func organisationZone(name string, p *policy.Pack) (*time.Location, error) {
	if name == "" {
		name = p.Organisation.Zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone %q of the organisation: %w", name, err)
	}
	return zone, nil
}

// count gives "1 mistake", "2 mistakes".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
