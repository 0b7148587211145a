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
		if _, err := e.Work(ctx); err != nil {
			return err
		}
		if err := drain(ctx); err != nil {
			return err
		}
		waits, next, err := e.ahead(ctx)
		switch {
		case err != nil:
			return err
		case waits:
		case next.IsZero() || next.After(until):
			if until.After(c.Now()) {
				c.Set(until)
			}
			return nil
		case next.After(c.Now()):
			c.Set(next)
		}
	}
}

// ahead says whether anything waits at the present business time, and when the next timer falls due.
func (e *Engine) ahead(ctx context.Context) (waits bool, next time.Time, err error) {
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		due, err := tx.DueTimers(ctx, e.Now(), 1)
		if err != nil {
			return err
		}
		tells, err := tx.TakeTells(ctx, 1)
		if err != nil {
			return err
		}
		mails, err := tx.TakeMails(ctx, e.Now(), 1)
		if err != nil {
			return err
		}
		waits = len(due)+len(tells)+len(mails) > 0
		next, err = tx.NextTimer(ctx)
		return err
	})
	if err != nil {
		return false, next, fmt.Errorf("what is ahead: %w", err)
	}
	return waits, next, nil
}
