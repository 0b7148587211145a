package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// Config is what an engine needs. All fields are required but Surfaces, Mail, Missed, Channels, Anchors and Wake.
type Config struct {
	Store Store
	Now   func() time.Time // business time
	Rand  io.Reader        // salts of commitments; crypto/rand.Reader
	Zone  *time.Location   // the organisation's
	Build string           // version and commit, part of every record
	Log   *slog.Logger
	// Surfaces names the chat surfaces that are switched on; the portal is always one.
	Surfaces []string
	// Mail says that whom no chat account reaches is written to at their address.
	Mail bool
	// Missed says that compliance leads are told daily whom neither a chat nor an e-mail reaches.
	Missed bool
	// Channels are the governance channels: each has one message a request, see [ChannelAccount].
	Channels []workflows.Account
	// Anchors are where checkpoints of the record are posted, see [Engine.PostCheckpoint].
	Anchors []workflows.Account
	// Wake is called after a commit that left something to deliver.
	Wake func()
}

// Engine applies events. It keeps no state but a cache of policy packs, which never change under their hash.
type Engine struct {
	cfg    Config
	shapes map[workflows.Kind]shape
	rouse  chan struct{}

	mu    sync.Mutex
	packs map[string]*policy.Pack
}

// shape is one kind of thing: its machine with what it loads and saves. A new workflow is one more file with one of these.
type shape interface {
	// apply runs one event against one thing and stores everything that follows.
	apply(ctx context.Context, tx Tx, ev workflows.Event) (workflows.Applied, error)
	// woken makes the machine's own timer event.
	woken(w workflows.Woken) workflows.What
	// decode makes an event told by another thing from its stored form.
	decode(kind string, body []byte) (workflows.What, error)
}

// New makes an engine.
func New(cfg Config) *Engine {
	e := &Engine{cfg: cfg, rouse: make(chan struct{}, 1), packs: map[string]*policy.Pack{}}
	e.shapes = map[workflows.Kind]shape{
		workflows.KindRequest: requests{e},
		workflows.KindSystem:  systems{e},
		workflows.KindAbsence: absences{e},
		workflows.KindVendor:  vendors{e},
		workflows.KindPeople:  unreached{e},
	}
	return e
}

// Now is business time, to the millisecond.
func (e *Engine) Now() time.Time { return e.cfg.Now().Truncate(time.Millisecond).UTC() }

// errUndo rolls a transaction back that has nothing to keep.
var errUndo = errors.New("nothing to keep")

// Apply applies one event to one thing in one transaction: inbox key, lock, step, rows, records, outbox, commit. Nothing is
// sent before the commit, and nothing that was committed is forgotten.
//
// A refusal of authority commits, as a record; any other refusal stores nothing and leaves the key unused. A refusal is no
// error. An event whose key was used before changes nothing and gives the code of the first answer.
func (e *Engine) Apply(ctx context.Context, ev workflows.Event) (workflows.Applied, error) {
	sh, ok := e.shapes[ev.About.Kind]
	if !ok {
		return workflows.Applied{}, fmt.Errorf("apply %s: no workflow of kind %q", ev.What.Kind(), ev.About.Kind)
	}
	if ev.At.IsZero() {
		ev.At = e.Now()
	}
	ev.At = ev.At.Truncate(time.Millisecond).UTC()
	var done workflows.Applied
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		if ev.Key != "" {
			code, first, err := tx.Enter(ctx, ev.Key, ev.At)
			if err != nil {
				return err
			}
			if !first {
				done = repeated(ev.About, code)
				return errUndo
			}
		}
		var err error
		done, err = sh.apply(ctx, tx, ev)
		if err != nil || done.Refusal == nil {
			return err
		}
		if !done.Refusal.Authority() {
			return errUndo
		}
		if ev.Key == "" {
			return nil
		}
		return tx.Leave(ctx, ev.Key, done.Refusal.Code)
	})
	switch {
	case errors.Is(err, errUndo):
		return done, nil
	case err != nil:
		return workflows.Applied{}, fmt.Errorf("apply %s to %s: %w", ev.What.Kind(), ev.About, err)
	}
	e.Rouse()
	return done, nil
}

func repeated(about workflows.Ref, code workflows.Code) workflows.Applied {
	done := workflows.Applied{About: about, Repeat: true}
	if code != "" {
		done.Refusal = &workflows.Refusal{Code: code}
	}
	return done
}

// Rouse wakes the loops of this process: something waits that was not there before. Other processes find it by polling.
func (e *Engine) Rouse() {
	select {
	case e.rouse <- struct{}{}:
	default:
	}
	if e.cfg.Wake != nil {
		e.cfg.Wake()
	}
}
