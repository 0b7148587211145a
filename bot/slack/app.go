package slack

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"steward/bot"
)

// How long things may take. Slack waits 3 s for an ack, and a trigger lives as long.
const (
	// ackBudget is how long an ack is held back for the work, so that what it acks is committed.
	ackBudget = 2 * time.Second
	// workTimeout bounds one turn with everything it does at Slack afterwards.
	workTimeout = 50 * time.Second
	// stopGrace is how long turns in progress may go on when the app is told to stop. What they have not done by then,
	// nobody was told that it is done.
	stopGrace = 10 * time.Second
	// maxTurns bounds what is worked on at the same time; more is refused with a sentence.
	maxTurns = 256
)

// App is the half of the Slack surface that listens: commands, buttons, forms, Home and events come in through it, by HTTP or
// by Socket Mode, and become calls of the [Desk]. It is made by [New] and safe for concurrent use. What it promises:
//
//   - Nothing is parsed that Slack did not sign, and nobody acts whom the envelope does not name.
//   - A decision is committed before it is acked. What takes longer than 2 s is acked with a word that it is being worked on,
//     and its end is told afterwards.
//   - A panic is the end of one turn and of nothing else.
type App struct {
	cfg    Config
	room   chan struct{} // one place for every turn
	work   sync.WaitGroup
	back   *places       // where to answer forms that were opened from a message
	budget time.Duration // [ackBudget]; tests have less patience
	grace  time.Duration // [stopGrace]
	halt   context.Context
	stop   context.CancelFunc // ends all turns

	mu     sync.Mutex
	live   int  // sockets that are connected
	closed bool // no turn begins any more
}

// New makes an app. A mode without what it needs is an error.
func New(cfg Config) (*App, error) {
	switch {
	case cfg.Mode == ModeHTTP && len(cfg.Signing) == 0:
		return nil, errors.New("slack: mode http needs the signing secret")
	case cfg.Mode == ModeSocket && cfg.Sockets == nil:
		return nil, errors.New("slack: mode socket needs an app token")
	case cfg.Mode != ModeHTTP && cfg.Mode != ModeSocket:
		return nil, errors.New("slack: the mode is socket or http")
	}
	if cfg.Connections <= 0 {
		cfg.Connections = 2
	}
	if cfg.Command == "" {
		cfg.Command = "/steward"
	}
	a := &App{cfg: cfg, room: make(chan struct{}, maxTurns), back: newPlaces(cfg.Now), budget: ackBudget, grace: stopGrace}
	a.halt, a.stop = context.WithCancel(context.Background()) //nolint:forbidigo // the app's own life, which Run ends
	return a, nil
}

// Run listens until ctx ends, then waits for the turns in progress, and ends them after ten seconds. In HTTP mode
// [App.Handler] is what listens.
func (a *App) Run(ctx context.Context) error {
	if a.cfg.Mode == ModeSocket {
		a.listen(ctx)
	} else {
		<-ctx.Done()
	}
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	defer time.AfterFunc(a.grace, a.stop).Stop()
	a.work.Wait()
	return nil
}

// Connected is how many sockets are connected now.
func (a *App) Connected() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.live
}

func (a *App) connected(by int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.live += by
}

// Handler serves /slack/commands, /slack/interactions, /slack/events and /slack/options. In socket mode there is nothing:
// Slack allows one of the two, and an address that takes unsigned requests must not exist.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	if a.cfg.Mode != ModeHTTP {
		return mux
	}
	mux.Handle("POST /slack/commands", a.signed(decodeCommand))
	mux.Handle("POST /slack/interactions", a.signed(decodeInteraction))
	mux.Handle("POST /slack/options", a.signed(decodeInteraction))
	mux.Handle("POST /slack/events", a.signed(decodeEvent))
	return mux
}

// outcome is what the desk made of a turn.
type outcome struct {
	reply bot.Reply
	err   error
}

// turn is one envelope on its way: what is to be done, what is said in the ack, and what is done at Slack afterwards.
type turn struct {
	// first runs before everything else, beside the work: it uses the trigger up while it is young.
	first func(ctx context.Context)
	work  func(ctx context.Context) outcome
	// ack gives the body of an ack in time; nil means an empty one.
	ack func(context.Context, outcome) any
	// slow is the body of an ack that could not wait for the work.
	slow any
	// after runs when ack and work are done.
	after func(ctx context.Context, o outcome, late bool)
}

// begin runs a turn and gives the body of its ack when the work is done, or the time for it is over. acked must be called
// when the ack is out: only then the calls of Slack begin. A turn that finds no room is not begun.
func (a *App) begin(ctx context.Context, t turn) (body any, acked func(), ok bool) {
	if !a.enter() {
		return nil, func() {}, false
	}
	// The turn outlives the request it came with: what was begun is finished.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workTimeout)
	unwatch := context.AfterFunc(a.halt, cancel) //nolint:contextcheck // it ends with the app, too
	done, out := make(chan outcome, 1), make(chan struct{})
	late := make(chan bool, 1)
	go func() {
		defer a.leave()
		defer cancel()
		defer unwatch()
		defer a.survive(ctx, "turn")
		var firsts sync.WaitGroup
		if t.first != nil {
			firsts.Go(func() { defer a.survive(ctx, "view"); t.first(ctx) })
		}
		o := a.guarded(ctx, t.work)
		done <- o
		<-out
		firsts.Wait()
		if t.after != nil {
			t.after(ctx, o, <-late)
		}
	}()
	clock := time.NewTimer(a.budget)
	defer clock.Stop()
	select {
	case o := <-done:
		late <- false
		if t.ack != nil {
			body = t.ack(ctx, o)
		}
	case <-clock.C:
		late <- true
		body = t.slow
	}
	return body, sync.OnceFunc(func() { close(out) }), true
}

func (a *App) enter() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	select {
	case a.room <- struct{}{}:
		a.work.Add(1)
		return true
	default:
		return false
	}
}

func (a *App) leave() {
	<-a.room
	a.work.Done()
}

// Settle waits until nothing is being worked on, with everything that follows at Slack. It is for tests: nothing else may
// begin meanwhile.
func (a *App) Settle(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		a.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
