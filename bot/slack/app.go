package slack

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"steward/bot/turns"
)

// App is the half of the Slack surface that listens: commands, buttons, forms, Home and events come in through it, by HTTP or
// by Socket Mode, and become calls of the [Desk]. It is made by [New] and safe for concurrent use. What it promises:
//
//   - Nothing is parsed that Slack did not sign, and nobody acts whom the envelope does not name.
//   - A decision is committed before it is acked. What takes longer than 2 s is acked with a word that it is being worked on,
//     and its end is told afterwards.
//   - A panic is the end of one turn and of nothing else.
type App struct {
	cfg   Config
	turns *turns.Runner
	back  *places // where to answer forms that were opened from a message

	mu   sync.Mutex
	live int // sockets that are connected
}

// New makes an app. A mode without what it needs is an error.
func New(cfg Config) (*App, error) {
	switch {
	case cfg.Mode == ModeHTTP && len(cfg.Signing) == 0:
		return nil, errors.New("slack: mode http needs the signing secret")
	case cfg.Mode == ModeSocket && cfg.Sockets == nil:
		return nil, errors.New("slack: mode socket needs an app token")
	case cfg.Mode != ModeHTTP && cfg.Mode != ModeSocket:
		return nil, errors.New("slack: the mode is socket or http")
	}
	if cfg.Connections <= 0 {
		cfg.Connections = 2
	}
	if cfg.Command == "" {
		cfg.Command = "/steward"
	}
	return &App{cfg: cfg, turns: turns.New(surfaceName, cfg.Log, cfg.Turns), back: newPlaces(cfg.Now)}, nil
}

// Run listens until ctx ends, then waits for the turns in progress, and ends them after ten seconds. In HTTP mode
// [App.Handler] is what listens.
func (a *App) Run(ctx context.Context) error {
	if a.cfg.Mode == ModeSocket {
		a.listen(ctx)
	} else {
		<-ctx.Done()
	}
	a.turns.Close()
	return nil
}

// Connected is how many sockets are connected now.
func (a *App) Connected() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.live
}

func (a *App) connected(by int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.live += by
}

// Handler serves /slack/commands, /slack/interactions, /slack/events and /slack/options. In socket mode there is nothing:
// Slack allows one of the two, and an address that takes unsigned requests must not exist.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	if a.cfg.Mode != ModeHTTP {
		return mux
	}
	mux.Handle("POST /slack/commands", a.signed(decodeCommand))
	mux.Handle("POST /slack/interactions", a.signed(decodeInteraction))
	mux.Handle("POST /slack/options", a.signed(decodeInteraction))
	mux.Handle("POST /slack/events", a.signed(decodeEvent))
	return mux
}

// Settle waits until nothing is being worked on, with everything that follows at Slack. It is for tests: nothing else may
// begin meanwhile.
func (a *App) Settle(ctx context.Context) error { return a.turns.Settle(ctx) }
