package engine

import (
	"context"
	"errors"
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
			e.cfg.Log.ErrorContext(ctx, "background work failed", "err", err)
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

// Work does one round of everything that waits and gives how much was done. What fails stops nothing else.
func (e *Engine) Work(ctx context.Context) (int, error) {
	fired, err1 := e.Fire(ctx)
	told, err2 := e.applyTells(ctx)
	expanded, err3 := e.Expand(ctx, batch)
	return fired + told + expanded, errors.Join(err1, err2, err3)
}

// Fire applies timers that are due at business time, in the order they fall due, and gives how many it took. One that
// cannot be applied is put off and keeps no other waiting.
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
	var faults []error
	for _, t := range due {
		if err := e.fire(ctx, t); err != nil {
			putOff := e.putOff(ctx, func(tx Tx) error { return tx.PutOffTimer(ctx, t, wait(t.Attempts)) })
			faults = append(faults, fmt.Errorf("timer %s of %s: %w", t.Name, t.About, errors.Join(err, putOff)))
		}
	}
	return len(due) - len(faults), errors.Join(faults...)
}

// wait is how long something is put off that could not be applied n times before: a second, doubled each time, at most
// about ten minutes. It never ends: what a build cannot apply, the next one may.
func wait(n int) time.Duration { return time.Second << min(n, 9) }

// putOff runs in a transaction of its own, after the one that failed. Where the process is asked to end, it is not for
// the thing that it failed.
func (e *Engine) putOff(ctx context.Context, fn func(Tx) error) error {
	if ctx.Err() == nil {
		return e.cfg.Store.Do(ctx, fn)
	}
	return nil
}

// shapeOf gives the shape of a thing; an error where only a newer build knows the kind.
func (e *Engine) shapeOf(about workflows.Ref) (shape, error) {
	sh, ok := e.shapes[about.Kind]
	if !ok {
		return sh, fmt.Errorf("this build knows no %s; it is left for a newer one", about.Kind)
	}
	return sh, nil
}

// fire applies one timer. Whoever removes the row first applies it; a replica that comes second finds it gone.
func (e *Engine) fire(ctx context.Context, t Timer) error {
	sh, err := e.shapeOf(t.About)
	if err != nil {
		return err
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

// applyTells brings events to other things, each in a transaction of its own. One that cannot be applied is put off, with
// those that follow it to the same thing, and keeps no other thing waiting.
func (e *Engine) applyTells(ctx context.Context) (int, error) {
	var faults []error
	for n := 0; ; n++ {
		t, err := e.applyTell(ctx)
		if t == nil {
			return n, errors.Join(append(faults, err)...)
		}
		if err != nil {
			n--
			putOff := e.putOff(ctx, func(tx Tx) error { return tx.PutOffTell(ctx, t.ID, wait(t.Attempts)) })
			faults = append(faults, fmt.Errorf("event %s for %s: %w", t.What, t.About, errors.Join(err, putOff)))
			if putOff != nil || ctx.Err() != nil {
				return n + 1, errors.Join(faults...)
			}
		}
	}
}

// applyTell takes one event and applies it; nil where none waits.
func (e *Engine) applyTell(ctx context.Context) (t *Tell, err error) {
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		t = nil // of an attempt that the store repeats
		tells, err := tx.TakeTells(ctx, 1)
		if err != nil || len(tells) == 0 {
			return err
		}
		t = &tells[0]
		sh, err := e.shapeOf(t.About)
		if err != nil {
			return err
		}
		what, err := sh.decode(t.What, t.Body)
		if err != nil {
			return err
		}
		ev := workflows.Event{Actor: workflows.System, At: e.Now(), Via: workflows.Via{Surface: "timer"}, About: t.About, What: what}
		if _, err := sh.apply(ctx, tx, ev); err != nil {
			return err
		}
		return tx.DoneTell(ctx, t.ID)
	})
	return t, err
}
