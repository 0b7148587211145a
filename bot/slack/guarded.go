package slack

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

var errPanic = errors.New("panic")

// guarded runs the work of a turn; a panic is an error like any other. Errors are logged here, once, without the text of
// people.
func (a *App) guarded(ctx context.Context, work func(context.Context) outcome) (o outcome) {
	defer func() {
		if r := recover(); r != nil {
			a.cfg.Log.ErrorContext(ctx, "panic in a turn", "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			o = outcome{err: errPanic}
		}
	}()
	o = work(ctx)
	if o.err != nil {
		a.cfg.Log.ErrorContext(ctx, "slack: turn failed", "err", o.err)
	}
	return o
}

// survive keeps a panic from ending the process.
func (a *App) survive(ctx context.Context, where string) {
	if r := recover(); r != nil {
		a.cfg.Log.ErrorContext(ctx, "panic", "where", where, "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
	}
}
