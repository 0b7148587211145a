package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"steward/bot"
	"steward/workflows"
	"steward/workflows/approval"
)

// wait fails the test where an event does not come; it never lengthens one that passes.
func wait[T any](t *testing.T, what string, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(20 * time.Second):
		t.Fatalf("waited in vain for %s", what)
	}
	return v
}

// run starts the courier and gives its stop, which waits for its end.
func (b *bench) run(t *testing.T) (stop context.CancelFunc, ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	end := make(chan error, 1)
	go func() { end <- b.Run(ctx) }()
	t.Cleanup(cancel)
	return cancel, end
}

// cutQueue looks until the stop, and then says what SQLite says.
type cutQueue struct {
	bot.Queue

	begun chan struct{}
}

func (q *cutQueue) Claim(ctx context.Context, _ []string, _ int, _ time.Duration) ([]workflows.Delivery, error) {
	close(q.begun)
	<-ctx.Done()
	return nil, errors.New("interrupted")
}

func TestCourierRun(t *testing.T) {
	t.Run("a wake and a tick both make it look", func(t *testing.T) {
		b := newBench(t, nil)
		stop, ended := b.run(t)
		wait(t, "the first look", b.queue.idle)
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.Wake()
		b.Wake() // never blocks
		wait(t, "the delivery after a wake", b.queue.finished)
		b.queue.put(delivery("AIR-2", "P-2", workflows.WhyDecide, "manager"))
		b.ticks <- time.Time{}
		wait(t, "the delivery after a tick", b.queue.finished)
		stop()
		if err := wait(t, "the end", ended); err != nil {
			t.Errorf("ended with %v", err)
		}
	})

	t.Run("it looks again when a short pause is over, and leaves a long one to its usual looks", func(t *testing.T) {
		type look struct {
			after time.Duration
			do    func()
		}
		looks := make(chan look, 2)
		b := newBench(t, func(c *bot.CourierConfig) {
			c.Later = func(d time.Duration, f func()) { looks <- look{d, f} }
		})
		pauses := []time.Duration{5 * time.Second, time.Second}
		b.chat.send = func(context.Context, bot.Message) error {
			if len(pauses) == 0 {
				return nil
			}
			after := pauses[0]
			pauses = pauses[1:]
			return &bot.SendError{Reason: "paced", Pause: true, After: after}
		}
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		stop, ended := b.run(t)
		wait(t, "the long pause", b.queue.finished)
		b.queue.pass(5 * time.Second)
		b.Wake()
		wait(t, "the short pause", b.queue.finished)
		at := wait(t, "what is to be done when it is over", looks)
		b.queue.pass(at.after)
		at.do()
		wait(t, "the delivery", b.queue.finished)
		if at.after != time.Second || len(looks) > 0 {
			t.Errorf("it looks after %s, and %d times more", at.after, len(looks))
		}
		b.ended(t, 1, workflows.FinishSent)
		stop()
		_ = wait(t, "the end", ended)
	})

	t.Run("a stop lets what is in flight finish and claims nothing more", func(t *testing.T) {
		b := newBench(t, nil)
		sending, goOn := make(chan struct{}), make(chan struct{})
		b.chat.send = func(ctx context.Context, _ bot.Message) error {
			close(sending)
			select {
			case <-goOn:
				return ctx.Err()
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		stop, ended := b.run(t)
		wait(t, "the send", sending)
		stop()
		b.queue.put(delivery("AIR-2", "P-2", workflows.WhyDecide, "manager"))
		select {
		case err := <-ended:
			t.Fatalf("it ended with a delivery in flight: %v", err)
		default:
		}
		close(goOn)
		if err := wait(t, "the end", ended); err != nil {
			t.Errorf("ended with %v", err)
		}
		b.ended(t, 1, workflows.FinishSent)
		if s := b.queue.state(2); s != "waiting" {
			t.Errorf("the second delivery is %s, want waiting", s)
		}
	})

	t.Run("what does not finish within the grace time is cancelled and left to the next one", func(t *testing.T) {
		b := newBench(t, func(c *bot.CourierConfig) { c.Grace = time.Millisecond })
		sending := make(chan struct{})
		b.chat.send = func(ctx context.Context, _ bot.Message) error {
			close(sending)
			<-ctx.Done()
			return ctx.Err()
		}
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		stop, ended := b.run(t)
		wait(t, "the send", sending)
		stop()
		_ = wait(t, "the end", ended)
		if s := b.queue.state(1); s != "sending" {
			t.Errorf("it is %s, want sending until the lease runs out", s)
		}
	})

	t.Run("faults of the queue are logged once and tried again", func(t *testing.T) {
		b := newBench(t, nil)
		b.queue.fault = errors.New("connection refused")
		stop, ended := b.run(t)
		for range 5 {
			b.ticks <- time.Time{}
		}
		b.queue.mu.Lock()
		b.queue.fault = nil
		b.queue.mu.Unlock()
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.ticks <- time.Time{}
		wait(t, "the delivery after the fault", b.queue.finished)
		stop()
		_ = wait(t, "the end", ended)
		if n := strings.Count(b.log.String(), "outbox cannot be read"); n != 1 {
			t.Errorf("%d lines about the fault, want 1", n)
		}
	})

	t.Run("a look that the stop cuts off is no fault", func(t *testing.T) {
		cut := &cutQueue{begun: make(chan struct{})}
		b := newBench(t, func(c *bot.CourierConfig) { cut.Queue, c.Queue = c.Queue, cut })
		stop, ended := b.run(t)
		wait(t, "the look", cut.begun)
		stop()
		_ = wait(t, "the end", ended)
		if b.log.Len() > 0 {
			t.Errorf("logged: %s", b.log)
		}
	})

	t.Run("many deliveries, few workers", func(t *testing.T) {
		b := newBench(t, func(c *bot.CourierConfig) { c.Workers = 3 })
		var now, most atomic.Int32
		b.chat.send = func(context.Context, bot.Message) error {
			n := now.Add(1)
			defer now.Add(-1)
			for {
				m := most.Load()
				if n <= m || most.CompareAndSwap(m, n) {
					return nil
				}
			}
		}
		const many = 60
		for i := range many {
			d := delivery("AIR-1", "P-2", workflows.WhyDecide, "manager")
			d.Account.ID = string(rune('A' + i))
			b.queue.put(d)
		}
		stop, ended := b.run(t)
		for range many {
			wait(t, "a delivery", b.queue.finished)
		}
		stop()
		_ = wait(t, "the end", ended)
		if most.Load() > 3 {
			t.Errorf("%d at once, want at most 3", most.Load())
		}
		if got := len(b.chat.gists()); got != many {
			t.Errorf("%d sent, want %d", got, many)
		}
	})

	t.Run("drained abreast, each waits for another one", func(t *testing.T) {
		b := newBench(t, func(c *bot.CourierConfig) { c.Workers, c.Abreast = 4, 2 })
		var now atomic.Int32
		both := make(chan struct{})
		b.chat.send = func(ctx context.Context, _ bot.Message) error {
			switch n := now.Add(1); {
			case n == 2:
				close(both)
			case n > 2:
				return nil
			}
			select {
			case <-both:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		for i := range 7 {
			d := delivery("AIR-1", "P-2", workflows.WhyDecide, "manager")
			d.Account.ID = string(rune('A' + i))
			b.queue.put(d)
		}
		b.drain(t, 7)
		if got := len(b.chat.gists()); got != 7 {
			t.Errorf("%d sent, want 7", got)
		}
	})

	t.Run("without a surface it only waits for its end", func(t *testing.T) {
		b := newBench(t, func(c *bot.CourierConfig) { c.Surfaces = nil })
		stop, ended := b.run(t)
		stop()
		_ = wait(t, "the end", ended)
		if n, err := b.Drain(t.Context()); n != 0 || err != nil {
			t.Errorf("drained %d, %v", n, err)
		}
	})
}

func TestCourierHeartbeat(t *testing.T) {
	t.Run("a long call keeps its claim", func(t *testing.T) {
		b := newBench(t, nil)
		sending, goOn := make(chan struct{}), make(chan struct{})
		b.chat.send = func(context.Context, bot.Message) error { close(sending); <-goOn; return nil }
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		stop, ended := b.run(t)
		wait(t, "the send", sending)
		for range 4 {
			b.queue.pass(testLease / 3)
			b.beats <- time.Time{}
			wait(t, "the extension", b.queue.extended)
		}
		close(goOn)
		wait(t, "the end of the delivery", b.queue.finished)
		stop()
		_ = wait(t, "the end", ended)
		b.ended(t, 1, workflows.FinishSent)
	})

	t.Run("a lost claim cancels the call and reports nothing", func(t *testing.T) {
		b := newBench(t, nil)
		sending := make(chan struct{})
		b.chat.send = func(ctx context.Context, _ bot.Message) error { close(sending); <-ctx.Done(); return ctx.Err() }
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		stop, ended := b.run(t)
		wait(t, "the send", sending)
		b.queue.pass(testLease)
		b.chat.send = nil
		other, err := b.queue.Claim(t.Context(), []string{"chat"}, 1, testLease)
		if err != nil || len(other) != 1 || !other[0].Takeover {
			t.Fatalf("another replica claimed %v, %v", other, err)
		}
		b.beats <- time.Time{}
		stop()
		_ = wait(t, "the end", ended)
		if ends := b.queue.ends(1); len(ends) != 0 {
			t.Errorf("the loser reported %+v", ends)
		}
	})

	t.Run("the end of a claim that was lost is refused", func(t *testing.T) {
		b := newBench(t, nil)
		b.chat.send = func(context.Context, bot.Message) error {
			b.queue.pass(testLease)
			_, err := b.queue.Claim(context.Background(), []string{"chat"}, 1, testLease)
			return err
		}
		b.queue.put(delivery("AIR-1", "P-2", workflows.WhyDecide, "manager"))
		b.drain(t, 1)
		if ends := b.queue.ends(1); len(ends) != 0 {
			t.Errorf("the loser reported %+v", ends)
		}
		if !strings.Contains(b.log.String(), "taken over") {
			t.Error("nothing was logged")
		}
	})
}

func TestCourierPrunes(t *testing.T) {
	hours := make(chan time.Time)
	b := newBench(t, func(c *bot.CourierConfig) {
		tick := c.Tick
		c.Tick = func(d time.Duration) (<-chan time.Time, func()) {
			if d == time.Hour {
				return hours, func() {}
			}
			return tick(d)
		}
	})
	stop, ended := b.run(t)
	hours <- time.Time{}
	b.queue.mu.Lock()
	b.queue.fault = errors.New("connection refused")
	b.queue.mu.Unlock()
	hours <- time.Time{}
	b.ticks <- time.Time{} // the courier has come round
	stop()
	_ = wait(t, "the end", ended)
	if b.queue.pruned != 2 || !strings.Contains(b.log.String(), "not pruned") {
		t.Errorf("pruned %d times, log %s", b.queue.pruned, b.log)
	}
}

func TestCourierDaily(t *testing.T) {
	b := newBench(t, nil)
	b.house.change("AIR-2", func(r *approval.Request) { r.Waits[0].Due = r.Waits[0].Due.AddDate(0, 1, 0) })
	b.queue.put(delivery("AIR-1", "P-2", workflows.WhyRemind, ""))
	b.drain(t, 1)
	b.ended(t, 1, workflows.FinishSent)
	lines := strings.Join(b.chat.sent[0].Card.Sections[0].Lines, "\n")
	if !strings.Contains(lines, "AIR-1") || strings.Contains(lines, "AIR-2") {
		t.Errorf("the daily message lists %q, want only what is due", lines)
	}
}
