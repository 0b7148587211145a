package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"steward/bot"
	"steward/bot/mail"
	"steward/bot/portal"
	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/directory"
)

// How long an orderly stop may take. Together they stay under the 30 seconds that systemd and compose wait.
const (
	stopRequests   = 10 * time.Second // pages that are being answered
	stopDeliveries = 10 * time.Second // messages that are being sent
)

// appOptions are what an app is started with.
type appOptions struct {
	config loadedConfig
	demo   bool
	log    *slog.Logger
	now    func() time.Time // real time
}

// app is the whole program as serve runs it. A test starts one in its own process with startApp and ends it with stop.
type app struct {
	*core
	chats

	desk    *bot.Desk
	courier *bot.Courier
	sending bot.CourierConfig // what the courier is made of
	watch   *portal.Watch
	key     ledger.Key        // signs checkpoints; the zero key seals nothing
	known   []ledger.Verifier // public halves of the key and of older ones beside it
	mail    *mail.Client      // nil where Steward writes no e-mails

	opts   appOptions
	log    *slog.Logger
	meters *meters
	web    *web
	folder string // of the demo, removed at the end
	stage  stageOfDemo

	halt context.CancelFunc // ends the background loops
	work sync.WaitGroup
}

// startApp opens the listeners, so that /livez answers at once, then the database, and is ready when it returns. ctx only
// bounds the start; what runs afterwards ends by stop.
func startApp(ctx context.Context, opts appOptions) (_ *app, err error) {
	a := &app{opts: opts, log: opts.log, meters: newMeters(readBuild())}
	a.web, err = openWeb(ctx, opts.config, opts.demo, a.meters, opts.log)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.stop(context.WithoutCancel(ctx)))
		}
	}()
	if opts.demo {
		if a.folder, err = os.MkdirTemp("", "steward-demo-"); err != nil {
			return nil, fmt.Errorf("folder of the demo: %w", err)
		}
		opts.config.DatabaseURL = secret{"sqlite:" + a.folder + "/steward.db"}
	}
	if a.core, err = openCore(ctx, opts.config, a.log, opts.now, coreOptions{fast: opts.demo}); err != nil {
		return nil, err
	}
	if opts.demo {
		a.clock.Set(opts.now().Add(-demoDays * 24 * time.Hour))
	}
	if err := a.prepare(ctx); err != nil {
		return nil, err
	}
	handler, err := a.assemble()
	if err != nil {
		return nil, err
	}
	if opts.demo {
		// The history is made in one go: what it leaves behind is collected more often than usual, or the demo would need more
		// memory in that second than ever after.
		before := debug.SetGCPercent(historyGC)
		err := a.makeHistory(ctx)
		debug.SetGCPercent(before)
		if err != nil {
			return nil, fmt.Errorf("history of the demo: %w", err)
		}
	}
	a.run(ctx)
	a.web.ready(handler, a.store.Ping)
	a.work.Go(debug.FreeOSMemory) // a start reads and checks the policy, and needs nothing of that afterwards
	return a, nil
}

// historyGC is by how much of what is in use the heap may grow while the history of the demo is made, in percent.
const historyGC = 60

// prepare sees to it that a policy is in force and that somebody is in the directory, where a file says who.
func (a *app) prepare(ctx context.Context) error {
	hash, err := a.engine.EnsurePack(ctx, a.brought)
	if err != nil {
		return err
	}
	if hash != a.brought.Hash {
		a.log.WarnContext(ctx, "another policy is in force than the one brought along; see steward policy activate",
			"in_force", hash[:12], "brought", a.brought.Hash[:12])
	}
	if _, err := a.inForce(ctx); err != nil {
		return err
	}
	if err := a.useKey(ctx); err != nil {
		return err
	}
	if a.opts.config.People == "" {
		return nil
	}
	rows, err := a.engine.Everyone(ctx)
	if err != nil || len(rows) > 0 {
		return err
	}
	data, err := os.ReadFile(a.opts.config.People)
	if err != nil {
		return fmt.Errorf("%s: %w", a.opts.config.named("people"), err)
	}
	a.log.InfoContext(ctx, "nobody is in the directory yet: importing people", "bytes", len(data))
	return a.firstPeople(ctx, a.opts.config.People, data)
}

// firstPeople fills an empty directory.
func (a *app) firstPeople(ctx context.Context, file string, data []byte) error {
	people, err := directory.ReadPeople(data, knownTo(a.hours.Load(), a.opts.config.Zone, nil))
	if err != nil {
		return badFile(file, err)
	}
	plan, err := directory.NewPlan(nil, people, directory.Options{})
	if err != nil {
		return err
	}
	return a.engine.ImportPeople(ctx, plan, workflows.System, cliVia())
}

// assemble makes desk, courier, portal and chat surfaces. It alone knows both sides of each of their interfaces.
func (a *app) assemble() (http.Handler, error) {
	metered := meteredEngine{Engine: a.engine, meters: a.meters}
	a.desk = bot.NewDesk(metered, a.store, a.store, rand.Text).WithAccounts(accountBook{a.store, a.engine})
	surfaces, err := a.connectChats()
	if err != nil {
		return nil, err
	}
	mailed, err := a.connectMail()
	if err != nil {
		return nil, err
	}
	surfaces = slices.Concat([]bot.Surface{portal.NewSurface(a.store, a.clock.Now)}, surfaces, mailed, a.connectAnchors())
	a.sending = bot.CourierConfig{
		Queue: a.store, Read: a.store, Links: a.store, Reach: a.store, Seals: a.store, Engine: metered, Log: a.log,
		Now: a.opts.now, Grace: stopDeliveries, Surfaces: surfaces,
	}
	a.courier = bot.NewCourier(a.sending)
	a.wake = a.courier.Wake
	a.meters.watch(a.store, a.clock.Now)
	a.watch = portal.NewWatch(a.store, a.log)
	cfg := a.portalConfig()
	if err := a.connectOIDC(&cfg); err != nil {
		return nil, err
	}
	return portal.New(cfg)
}

// portalConfig is what the portal works with, but for who signs people in at their company.
func (a *app) portalConfig() portal.Config {
	b := readBuild()
	return portal.Config{
		Desk: a.desk, Explain: a.desk, Assess: a.desk, Watch: a.watch, Requests: a.store, Register: a.store, Files: a.store, Inbox: a.store, People: a.store, Drafts: a.store, Flows: a.engine, Sessions: a.store, Links: a.store,
		Records: a.store, Seals: a.store, Directory: a.store, Deliveries: a.store, Operator: a.engine,
		Now: a.opts.now, Business: a.clock.Now, Log: a.log, PublicURL: a.opts.config.PublicURL, Demo: a.opts.demo, Tour: a.tour(),
		Build: portal.Build{Version: b.version, Commit: b.commit}, Settings: a.settings(), Texts: a.texts(), Signed: a.store, Evidence: a.evidence(),
		Mailed: a.opts.config.mailOn(), Accounts: accountBook{a.store, a.engine}, Names: chatNames{chats: &a.chats, read: a.store.Conversation, now: a.opts.now},
	}
}

// run starts the background loops. They outlive ctx and end when halt is called.
func (a *app) run(ctx context.Context) {
	ctx, a.halt = context.WithCancel(context.WithoutCancel(ctx))
	halt := a.runLoops(ctx)
	a.stage.travel = func(until time.Time) error {
		halt()
		defer func() { halt = a.runLoops(ctx) }()
		err := newPlayer(a, a.opts.now()).travel(ctx, until)
		if err != nil {
			err = errors.Join(err, ctx.Err()) // a database that is cut off says so in its own words
		}
		return err
	}
	a.work.Go(func() { a.followPolicy(ctx) })
	a.work.Go(func() { a.watch.Run(ctx) })
	if !a.key.Zero() {
		a.work.Go(func() { a.seal(ctx) })
		a.work.Go(func() { a.postCheckpoints(ctx) })
	}
	a.work.Go(func() { a.retire(ctx) })
	a.chats.run(ctx, a.work.Go)
}

// runLoops starts what acts and delivers by itself. What it gives halts that, and returns when nothing is in flight any more.
func (a *app) runLoops(ctx context.Context) (halt func()) {
	ctx, cancel := context.WithCancel(ctx)
	var loops sync.WaitGroup
	for _, loop := range []func(){func() { a.engine.Run(ctx) }, func() { _ = a.courier.Run(ctx) }} {
		loops.Add(1)
		a.work.Go(func() {
			defer loops.Done()
			loop()
		})
	}
	return func() {
		cancel()
		loops.Wait()
	}
}

// followPolicy lets the calendars of a policy count that another process has put in force.
func (a *app) followPolicy(ctx context.Context) {
	tick := time.NewTicker(15 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			before := a.hours.Load().Hash
			if p, err := a.inForce(ctx); err == nil && p.Hash != before {
				a.log.InfoContext(ctx, "policy in force changed", "from", before[:12], "to", p.Hash[:12])
			}
		}
	}
}

// stop ends everything in the order that loses nothing: no new requests, the ones in progress, the loops, the database.
func (a *app) stop(ctx context.Context) error {
	if a.watch != nil {
		a.watch.Close() // pages that are looked at would keep their requests open
	}
	errs := []error{a.web.close(ctx, stopRequests)}
	if a.halt != nil {
		a.halt()
	}
	a.stage.end()
	a.work.Wait()
	if a.mail != nil {
		a.mail.Close()
	}
	if a.core != nil {
		errs = append(errs, a.close())
	}
	if a.folder != "" {
		errs = append(errs, os.RemoveAll(a.folder))
	}
	return errors.Join(errs...)
}
