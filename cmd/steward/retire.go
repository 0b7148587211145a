package main

import (
	"context"
	"fmt"
	"time"

	"steward/workflows"
)

// retireLook is how often it is looked for what its time to be kept is over for.
const retireLook = time.Hour

// retention is how long things are kept.
func (l loadedConfig) retention() workflows.Retention {
	return workflows.Retention{Requests: l.KeepRequests, Copies: l.KeepCopies}
}

// checkRetention says what is wrong with these settings.
func (l *loadedConfig) checkRetention() (problems []string) {
	const most = 1200 // a hundred years
	for key, months := range map[string]int{"keep_people_months": l.KeepPeople, "keep_requests_months": l.KeepRequests, "keep_copies_months": l.KeepCopies} {
		if months < 0 || months > most {
			problems = append(problems, fmt.Sprintf("%s: %d is not from 0 (for ever) to %d", l.named(key), months, most))
		}
	}
	return problems
}

// retire destroys what its time is over for, until ctx ends. A start is not held up by it.
func (a *app) retire(ctx context.Context) {
	look := time.NewTimer(time.Minute)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			look.Reset(retireLook)
		}
		n, err := a.engine.Retire(ctx, a.opts.config.retention())
		switch {
		case err != nil && ctx.Err() == nil:
			a.log.ErrorContext(ctx, "what its time is over for is not destroyed", "error", err)
		case n > 0:
			a.log.InfoContext(ctx, "requests, systems and reasons that were kept long enough lost their words", "count", n)
			if err := a.store.Scrub(ctx); err != nil && ctx.Err() == nil {
				a.log.WarnContext(ctx, "the files of the database still hold them for a while", "error", err)
			}
		}
	}
}
