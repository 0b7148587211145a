package teams

import (
	"context"
	"net/http"

	"steward/bot/turns"
)

// App is the half of the Teams surface that listens: messages, buttons, dialogs and installs come in through it and become
// calls of the [Desk]. It is made by [New] and safe for concurrent use. What it promises:
//
//   - Nothing is done that Teams did not sign for us, and nobody acts whom the activity does not name.
//   - A decision is committed before it is answered. What takes longer than 2 s is answered with a word that it is being
//     worked on, and its end is told in the chat.
//   - Whatever Teams sends that we have nothing for is answered with 200: it would stop delivering.
//   - A panic is the end of one turn and of nothing else.
type App struct {
	cfg   Config
	turns *turns.Runner
}

// New makes an app.
func New(cfg Config) *App {
	return &App{cfg: cfg, turns: turns.New(surfaceName, cfg.Log, cfg.Turns)}
}

// Run waits until ctx ends, then for the turns in progress, and ends them after ten seconds. [App.Handler] is what listens.
func (a *App) Run(ctx context.Context) {
	<-ctx.Done()
	a.turns.Close()
}

// Settle waits until nothing is being worked on, with everything that follows at Teams. It is for tests: nothing else may
// begin meanwhile.
func (a *App) Settle(ctx context.Context) error { return a.turns.Settle(ctx) }

// Path is where Teams calls us.
const Path = "/api/messages"

// Handler serves [Path].
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+Path, a.serve)
	return mux
}

// receive finds out what an activity asks for and does it. The body is that of the answer, nil for an empty one; acked must
// be called when the answer is out. ok is false where there was no room: nothing was done then.
func (a *App) receive(ctx context.Context, act activity) (body any, acked func(), ok bool) {
	t, known := a.sorted(act)
	if !known {
		return nil, func() {}, true
	}
	t.By = act.account().User
	return a.turns.Begin(ctx, t)
}

// sorted makes a turn of an activity; known is false where there is nothing to do.
func (a *App) sorted(act activity) (t turns.Turn, known bool) {
	switch act.Type {
	case "message":
		return a.message(act)
	case "invoke":
		return a.invoked(act)
	case "installationUpdate":
		return a.installed(act, act.Action)
	case "conversationUpdate":
		for _, m := range act.Added {
			if m.ID != "" && m.ID == act.Recipient.ID {
				return a.installed(act, "add")
			}
		}
	}
	return turns.Turn{}, false
}
