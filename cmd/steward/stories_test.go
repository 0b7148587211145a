package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/portaltest"
	"steward/store"
	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/directory"
)

// TestStories acts out the stories of all surfaces in the program as serve assembles it, through the portal's forms, on
// both databases. Only the loops do not run: a story says when time passes and what is due is done. Whatever happened in a
// story, the log agrees with it afterwards.
func TestStories(t *testing.T) {
	playOnDatabases(t, 0, storyWorld)
}

// playOnDatabases acts out the stories in worlds on each kind of database. The worlds of the three surfaces have the numbers 0 to 2:
// in a short run, as under the race detector, each story is acted out on one surface and one database.
func playOnDatabases(t *testing.T, surface int, build func(t *testing.T, dsn string) surfacetest.World) {
	t.Helper()
	databases := storyDatabases()
	for i, name := range slices.Sorted(maps.Keys(databases)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			number, of := surface*len(databases)+i, 3*len(databases)
			surfacetest.PlayShare(t, number, of, func(t *testing.T) surfacetest.World { return build(t, databases[name](t)) })
		})
	}
}

// storyDatabases gives a fresh database of each kind.
func storyDatabases() map[string]func(t *testing.T) string {
	return map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { t.Helper(); return "sqlite:" + filepath.Join(t.TempDir(), "steward.db") },
		"postgres": emptyPostgres,
	}
}

// emptyPostgres gives a migrated database with nothing in it.
func emptyPostgres(t *testing.T) string {
	t.Helper()
	return pgtest.New(t, migrateEmpty)
}

// storyWorld is the program on a database, with the sample's people, on a Tuesday morning.
func storyWorld(t *testing.T, dsn string) surfacetest.World {
	t.Helper()
	return portalWorld(t, storyApp(t, dsn))
}

// portalWorld is a program whose people use the portal.
func portalWorld(t *testing.T, a *app) surfacetest.World {
	t.Helper()
	handler, err := a.assemble()
	if err != nil {
		t.Fatal(err)
	}
	client := portaltest.NewClient(handler)
	w := a.story(t, "portal", client, nil)
	w.Newcomers = portalNewcomers(t, a, handler, client)
	return w
}

// storyApp is a program that has everything but its surfaces. When the test ends, what was done is verified.
func storyApp(t testing.TB, dsn string) *app {
	t.Helper()
	return storyAppOn(t, dsn, "")
}

// storyAppOn is such a program with the policy of a folder; empty for the one that it brings along.
func storyAppOn(t testing.TB, dsn, policyDir string) *app {
	t.Helper()
	ctx := t.Context()
	p := program{now: time.Now}
	config, err := p.loadConfig(p.serveCommand().Flags())
	if err != nil {
		t.Fatal(err)
	}
	config.DatabaseURL, config.PolicyDir = secret{dsn}, policyDir
	config.People = filepath.Join("..", "..", "bot", "surfacetest", "testdata", "people.csv")
	log := slog.New(slog.DiscardHandler)
	a := &app{opts: appOptions{config: config, demo: true, log: log, now: time.Now}, log: log, meters: newMeters(readBuild())}
	if a.core, err = openCore(ctx, config, log, time.Now, coreOptions{fast: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		report, err := a.store.Verify(context.WithoutCancel(ctx), nil)
		if err != nil || !report.OK() || report.Records == 0 {
			t.Errorf("verify after the story: %+v, %v", report, err)
		}
		if err := a.close(); err != nil {
			t.Error(err)
		}
	})
	a.clock.Set(time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC))
	if err := a.prepare(ctx); err != nil {
		t.Fatal(err)
	}
	return a
}

// story is the world of a story in which people use client, which is on the surface. Before settling, idle waits for what a
// surface still does.
func (a *app) story(t testing.TB, surface string, client surfacetest.Client, idle func(context.Context) error) surfacetest.World {
	t.Helper()
	people, err := a.store.FindPeople(t.Context(), "", 200)
	if err != nil {
		t.Fatal(err)
	}
	drain := func(ctx context.Context) error { _, err := a.courier.Drain(ctx); return err }
	later := func(ctx context.Context, d time.Duration) error {
		if idle != nil {
			if err := idle(ctx); err != nil {
				return err
			}
		}
		return a.engine.Travel(ctx, a.clock, a.clock.Now().Add(d), drain)
	}
	desk := bot.NewDesk(a.engine, a.store, a.store, rand.Text)
	shown := func(ctx context.Context, who workflows.PersonID, id string) (card.Card, bool, error) {
		ref, _ := workflows.ShortRef(id)
		r, err := desk.Show(ctx, bot.Who{Person: who, Via: workflows.Via{Surface: surface}}, ref)
		if err != nil || r.Card == nil {
			return card.Card{}, false, err
		}
		return *r.Card, true, nil
	}
	if testing.Short() || !strings.HasPrefix(a.opts.config.DatabaseURL.reveal(), "sqlite:") {
		shown = nil // what is drawn does not depend on the database
	}
	return surfacetest.World{
		People: people, Client: client, Request: a.store.Request, System: a.store.System, SystemOf: a.store.SystemOf, Later: later, Card: shown,
		Settle: func(ctx context.Context) error { return later(ctx, 0) },
		Leave:  rollOf(t, a).leave,
		Seen:   seers(a),
	}
}

// seers imports lists of tools as the operator does, each with one tool.
func seers(a *app) func(ctx context.Context, tool, vendor string) (string, error) {
	lists := 0
	return func(ctx context.Context, tool, vendor string) (string, error) {
		lists++
		line := surfacetest.SeenTool(tool, vendor)
		line.At = a.clock.Now()
		list := directory.Tools{Source: fmt.Sprintf("%064d", lists), Rows: []directory.Tool{line}}
		out, err := a.engine.ImportTools(ctx, list, workflows.System, cliVia(), false)
		if err != nil {
			return "", err
		}
		return slices.Concat(out.New, out.Again, out.Known, out.Off, out.Older)[0].ID, nil
	}
}

// migrateEmpty makes the schema of a test's database. It is one function: pgtest makes one template for it.
func migrateEmpty(dsn string) error {
	return store.Migrate(context.Background(), store.Options{URL: dsn})
}
