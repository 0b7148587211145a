package teams

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// maxBody bounds what Teams may send at once. A dialog with everything typed into it is well under it.
const maxBody = 1 << 20

// serve takes one activity. Nothing of it is decoded before its token was found to be from Teams and for us, and nothing is
// done before the token covers what the body says of its origin. Who has no good token is told nothing.
func (a *App) serve(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Encoding") != "" {
		w.WriteHeader(http.StatusUnsupportedMediaType)
		return
	}
	token, err := a.cfg.Gate.Signed(r.Context(), r.Header.Values("Authorization"))
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	act, err := readActivity(body)
	if err != nil {
		a.cfg.Log.WarnContext(r.Context(), "teams: signed, yet not understood", "bytes", len(body))
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if err := token.Covers(act.claimed()); err != nil {
		a.refuse(w, r, err)
		return
	}
	answer, acked, ok := a.receive(r.Context(), act)
	defer acked()
	switch {
	case !ok:
		a.cfg.Log.WarnContext(r.Context(), "teams: no room for another turn")
		w.WriteHeader(http.StatusServiceUnavailable)
	case answer == nil:
		w.WriteHeader(http.StatusOK)
	default:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			a.cfg.Log.WarnContext(r.Context(), "teams: answer not written", "err", err)
		}
	}
	if f, can := w.(http.Flusher); can {
		f.Flush()
	}
}

// refuse answers a request without a good token, and says in the log only which check failed.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusUnauthorized
	switch {
	case errors.Is(err, ErrTenant):
		status = http.StatusForbidden
	case errors.Is(err, ErrKeys):
		status = http.StatusServiceUnavailable
	}
	a.cfg.Log.WarnContext(r.Context(), "teams: not taken", "status", status, "why", err)
	w.WriteHeader(status)
}

// Verified makes a verifier the [Gate] of an app.
func Verified(v *Verifier) Gate { return gate{v} }

type gate struct{ of *Verifier }

// Signed implements [Gate].
func (g gate) Signed(ctx context.Context, authorization []string) (Covering, error) {
	t, err := g.of.Signed(ctx, authorization)
	if err != nil {
		return nil, err
	}
	return t, nil
}
