package bot

import (
	"context"
	"time"
)

// Run works until ctx ends, then claims nothing more, lets the deliveries in flight finish for the grace time, and returns.
// It returns nil after such a stop; it has no other way to end. Faults of the queue are logged and tried again.
func (c *Courier) Run(ctx context.Context) error {
	if len(c.names) == 0 {
		<-ctx.Done()
		return nil
	}
	p := &pool{courier: c, free: c.cfg.Workers, done: make(chan struct{}, c.cfg.Workers)}
	// Work outlives ctx by the grace time, and not longer.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()

	poll, stopPoll := c.cfg.Tick(c.cfg.Poll)
	defer stopPoll()
	prune, stopPrune := c.cfg.Tick(c.cfg.Prune)
	defer stopPrune()
	for {
		p.claim(ctx, work)
		select {
		case <-ctx.Done():
			p.finish(cancel)
			return nil
		case <-p.done:
			p.free++
		case <-poll:
		case <-c.wake:
		case <-prune:
			c.prune(ctx)
		}
	}
}

func (c *Courier) prune(ctx context.Context) {
	if c.cfg.Now == nil {
		return
	}
	if err := c.cfg.Queue.Prune(ctx, c.cfg.Now()); err != nil && ctx.Err() == nil {
		c.cfg.Log.WarnContext(ctx, "outbox not pruned", "err", err)
	}
}

// pool counts workers. Only the loop of Run touches it.
type pool struct {
	courier *Courier
	free    int
	done    chan struct{}
	faults  int // claims in a row that failed
}

// claim fills the free workers until the queue has nothing more for them.
func (p *pool) claim(ctx, work context.Context) {
	c := p.courier
	for p.free > 0 && ctx.Err() == nil {
		ds, err := c.cfg.Queue.Claim(ctx, c.names, p.free, c.cfg.Lease)
		if err != nil {
			p.fault(ctx, err)
			return
		}
		if p.faults > 0 {
			c.cfg.Log.InfoContext(ctx, "outbox can be read again", "failed_claims", p.faults)
			p.faults = 0
		}
		if len(ds) == 0 {
			return
		}
		for _, d := range ds {
			p.free--
			go func() {
				defer func() { p.done <- struct{}{} }()
				c.deliver(work, d)
			}()
		}
	}
}

// fault logs the first of a row of failed claims, and every hundredth. What fails while it stops was cut off by the stop,
// whatever a database calls that.
func (p *pool) fault(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if p.faults%100 == 0 {
		p.courier.cfg.Log.ErrorContext(ctx, "outbox cannot be read", "failed_claims", p.faults+1, "err", err)
	}
	p.faults++
}

// finish waits for the deliveries in flight; when the grace time is over it cancels them and waits for their end.
func (p *pool) finish(cancel context.CancelFunc) {
	grace := time.AfterFunc(p.courier.cfg.Grace, cancel)
	defer grace.Stop()
	for ; p.free < p.courier.cfg.Workers; p.free++ {
		<-p.done
	}
}
