package engine

import (
	"context"
	"fmt"
	"time"

	"steward/workflows"
)

// batch is how much the loops take at once.
const batch = 50

// poll is how often a process looks for what others have left, beside being woken by what it did itself.
const poll = 250 * time.Millisecond

// Run carries out what waits, until ctx ends: timers that are due, mails to expand, events told to other things. Any
// number of replicas may run it on one database. Faults are logged and tried again; nothing is lost by them.
func (e *Engine) Run(ctx context.Context) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		done, err := e.Work(ctx)
		if err != nil && ctx.Err() == nil {
			e.cfg.Log.ErrorContext(ctx, "background work failed", "error", err)
		}
		if err == nil && done > 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-e.rouse:
		}
	}
}

// Work does one round of everything that waits and gives how much there was.
func (e *Engine) Work(ctx context.Context) (int, error) {
	fired, err := e.Fire(ctx)
	if err != nil {
		return fired, err
	}
	told, err := e.applyTells(ctx)
	if err != nil {
		return fired + told, err
	}
	expanded, err := e.Expand(ctx, batch)
	return fired + told + expanded, err
}

// Fire applies timers that are due at business time, in the order they fall due, and gives how many it took.
func (e *Engine) Fire(ctx context.Context) (int, error) {
	var due []Timer
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		var err error
		due, err = tx.DueTimers(ctx, e.Now(), batch)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("timers: %w", err)
	}
	for i, t := range due {
		if err := e.fire(ctx, t); err != nil {
			return i, fmt.Errorf("timer %s of %s: %w", t.Name, t.About, err)
		}
	}
	return len(due), nil
}

// fire applies one timer. Whoever removes the row first applies it; a replica that comes second finds it gone.
func (e *Engine) fire(ctx context.Context, t Timer) error {
	sh, ok := e.shapes[t.About.Kind]
	if !ok {
		return nil // left for a newer replica
	}
	return e.cfg.Store.Do(ctx, func(tx Tx) error {
		there, err := tx.TakeTimer(ctx, t)
		if err != nil || !there {
			return err
		}
		now := e.Now()
		_, err = sh.apply(ctx, tx, workflows.Event{
			Actor: workflows.System, At: now, Via: workflows.Via{Surface: "timer"}, About: t.About,
			What: sh.woken(workflows.Woken{Name: t.Name, Late: now.Sub(t.At)}),
		})
		return err
	})
}

// applyTells brings events to other things, each in a transaction of its own.
func (e *Engine) applyTells(ctx context.Context) (int, error) {
	for n := 0; ; n++ {
		more, err := e.applyTell(ctx)
		if err != nil || !more {
			return n, err
		}
	}
}

func (e *Engine) applyTell(ctx context.Context) (bool, error) {
	found := false
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		tells, err := tx.TakeTells(ctx, 1)
		if err != nil || len(tells) == 0 {
			return err
		}
		t := tells[0]
		found = true
		if sh, ok := e.shapes[t.About.Kind]; ok {
			what, err := sh.decode(t.What, t.Body)
			if err != nil {
				return err
			}
			ev := workflows.Event{Actor: workflows.System, At: e.Now(), Via: workflows.Via{Surface: "timer"}, About: t.About, What: what}
			if _, err := sh.apply(ctx, tx, ev); err != nil {
				return err
			}
		}
		return tx.DoneTell(ctx, t.ID)
	})
	if err != nil {
		return false, fmt.Errorf("event for another thing: %w", err)
	}
	return found, nil
}
