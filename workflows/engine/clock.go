package engine

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Clock is business time: real time moved by an offset. Only the demo and simulations ever move it.
type Clock struct {
	real func() time.Time

	mu     sync.Mutex
	offset time.Duration
}

// NewClock makes a clock that shows real time.
func NewClock(real func() time.Time) *Clock { return &Clock{real: real} }

// Now is business time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.real().Add(c.offset)
}

// Set moves business time, so that it is t now.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = t.Sub(c.real())
}

// Travel moves a clock forward from due time to due time: at each it applies what falls due, settles, lets drain send what
// there is to send, and goes on until the clock shows until. The demo's history and the simulations use it, so that time
// that passes quickly does what time that passes slowly does.
func (e *Engine) Travel(ctx context.Context, c *Clock, until time.Time, drain func(context.Context) error) error {
	for {
		if err := e.settle(ctx, drain); err != nil {
			return err
		}
		next, err := e.nextTimer(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(until) {
			break
		}
		if next.After(c.Now()) {
			c.Set(next)
		}
	}
	if until.After(c.Now()) {
		c.Set(until)
	}
	return nil
}

func (e *Engine) nextTimer(ctx context.Context) (time.Time, error) {
	var next time.Time
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		var err error
		next, err = tx.NextTimer(ctx)
		return err
	})
	if err != nil {
		return next, fmt.Errorf("next timer: %w", err)
	}
	return next, nil
}

// settle works until nothing waits at the present business time. What waited for delivery before is sent too.
func (e *Engine) settle(ctx context.Context, drain func(context.Context) error) error {
	for first := true; ; first = false {
		n, err := e.Work(ctx)
		if err != nil || n == 0 && !first {
			return err
		}
		if err := drain(ctx); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}
