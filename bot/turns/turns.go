package turns

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"steward/bot"
)

// How long things may take, and how much may be done at once.
const (
	// Budget is how long an ack is held back for the work: Slack waits for 3 s, and people on Teams press again after 5.
	Budget = 2 * time.Second
	// Timeout bounds one turn with everything it does at the platform afterwards.
	Timeout = 50 * time.Second
	// Grace is how long turns in progress may go on when the runner is told to stop. What they have not done by then, nobody
	// was told that it is done.
	Grace = 10 * time.Second
	// Most is how many turns are worked on at the same time.
	Most = 512
	// Each is how many of them may be one account's: nobody takes the room of all others.
	Each = 128
)

// errPanic is what became of a turn whose work panicked.
var errPanic = errors.New("panic")

// Outcome is what the desk made of a turn.
type Outcome struct {
	Reply bot.Reply
	Err   error
}

// Turn is one envelope on its way: what is to be done, what is said in the ack, and what is done at the platform afterwards.
type Turn struct {
	By string // the account whose turn it is; "" for the platform's own
	// First runs before everything else, beside the work: it is for what the platform gives little time for.
	First func(ctx context.Context)
	Work  func(ctx context.Context) Outcome
	// Ack gives the body of an ack in time; nil means an empty one.
	Ack func(context.Context, Outcome) any
	// Slow is the body of an ack that could not wait for the work.
	Slow any
	// After runs when ack and work are done. late says that the ack did not wait.
	After func(ctx context.Context, o Outcome, late bool)
}

// Limits bound a [Runner]. Zero values take the constants above.
type Limits struct {
	Budget, Grace time.Duration
	Most, Each    int
}

// Runner runs turns. It is safe for concurrent use.
type Runner struct {
	name   string
	log    *slog.Logger
	limits Limits
	room   chan struct{} // one place for every turn
	work   sync.WaitGroup
	halt   context.Context
	stop   context.CancelFunc // ends all turns

	mu     sync.Mutex
	closed bool           // no turn begins any more
	of     map[string]int // turns in progress by account
}

// New makes a runner. The name of the surface stands in the log.
func New(name string, log *slog.Logger, l Limits) *Runner {
	if l.Budget <= 0 {
		l.Budget = Budget
	}
	if l.Grace <= 0 {
		l.Grace = Grace
	}
	if l.Most <= 0 {
		l.Most = Most
	}
	if l.Each <= 0 {
		l.Each = Each
	}
	r := &Runner{name: name, log: log, limits: l, room: make(chan struct{}, l.Most), of: map[string]int{}}
	r.halt, r.stop = context.WithCancel(context.Background()) //nolint:forbidigo,gosec // the life of the runner, which Close ends
	return r
}

// Begin runs a turn and gives the body of its ack when the work is done, or the time for it is over. acked must be called
// when the ack is out: only then what comes after begins. A turn that finds no room, or whose account has as many as it may
// have, is not begun, and ok is false.
func (r *Runner) Begin(ctx context.Context, t Turn) (body any, acked func(), ok bool) {
	if !r.enter(t.By) {
		return nil, func() {}, false
	}
	// The turn outlives the request it came with: what was begun is finished.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), Timeout)
	unwatch := context.AfterFunc(r.halt, cancel) //nolint:contextcheck // it ends with the runner, too
	done, out := make(chan Outcome, 1), make(chan struct{})
	late := make(chan bool, 1)
	go func() {
		defer r.leave(t.By)
		defer cancel()
		defer unwatch()
		defer r.Survive(ctx, "turn")
		var firsts sync.WaitGroup
		if t.First != nil {
			firsts.Go(func() { defer r.Survive(ctx, "first"); t.First(ctx) })
		}
		o := r.guarded(ctx, t.Work)
		done <- o
		<-out
		firsts.Wait()
		if t.After != nil {
			t.After(ctx, o, <-late)
		}
	}()
	clock := time.NewTimer(r.limits.Budget)
	defer clock.Stop()
	select {
	case o := <-done:
		late <- false
		if t.Ack != nil {
			body = t.Ack(ctx, o)
		}
	case <-clock.C:
		late <- true
		body = t.Slow
	}
	return body, sync.OnceFunc(func() { close(out) }), true
}

func (r *Runner) enter(by string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || by != "" && r.of[by] >= r.limits.Each {
		return false
	}
	select {
	case r.room <- struct{}{}:
		r.of[by]++
		r.work.Add(1)
		return true
	default:
		return false
	}
}

func (r *Runner) leave(by string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of[by]--; r.of[by] == 0 {
		delete(r.of, by)
	}
	<-r.room
	r.work.Done()
}

// Close lets no turn begin any more, waits for those in progress, and ends them when the grace is over.
func (r *Runner) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	defer time.AfterFunc(r.limits.Grace, r.stop).Stop()
	r.work.Wait()
}

// Settle waits until nothing is being worked on, with everything that follows at the platform. It is for tests: nothing else
// may begin meanwhile.
func (r *Runner) Settle(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		r.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// guarded runs the work of a turn; a panic is an error like any other. Errors are logged here, once, without the text of
// people.
func (r *Runner) guarded(ctx context.Context, work func(context.Context) Outcome) (o Outcome) {
	defer func() {
		if p := recover(); p != nil {
			r.log.ErrorContext(ctx, "panic in a turn", "surface", r.name, "kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			o = Outcome{Err: errPanic}
		}
	}()
	o = work(ctx)
	if o.Err != nil {
		r.log.ErrorContext(ctx, "turn failed", "surface", r.name, "err", o.Err)
	}
	return o
}

// Survive keeps a panic from ending the process. It is deferred.
func (r *Runner) Survive(ctx context.Context, where string) {
	if p := recover(); p != nil {
		r.log.ErrorContext(ctx, "panic", "surface", r.name, "where", where, "kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
	}
}
