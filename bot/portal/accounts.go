package portal

import (
	"net/http"

	"steward/bot/view"
)

// accounts shows which chat accounts are linked to the visitor, with buttons to change that. It is where somebody takes an
// account away that is not theirs, so it needs no chat.
func (p *Portal) accounts(w http.ResponseWriter, r *http.Request, v visit) error {
	reply, err := p.cfg.Desk.Command(r.Context(), v.who(""), view.WordLink)
	if err != nil {
		return err
	}
	return p.answer(w, r, v, reply, nil)
}
