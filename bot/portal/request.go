package portal

import (
	"net/http"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// requestPage is one request: its card taken apart, and its history.
type requestPage struct {
	Card    titledCard
	Say     string
	Actions bool
	History []entry
	Explain string // path of the page that says why
}

// request shows a request as the desk shows it to the visitor, with all its records beside.
func (p *Portal) request(w http.ResponseWriter, r *http.Request, v visit) error {
	id, ok := shortID(r.PathValue("id"))
	if !ok {
		return errUnknown
	}
	if id != r.PathValue("id") {
		return p.see(w, r, v, "/requests/"+id, "")
	}
	if err := p.readable(r, v, id); err != nil {
		return err
	}
	ref := workflows.RequestRef(id)
	var reply bot.Reply
	var err error
	details := r.URL.Query().Get("show") == view.VerbDetails
	if details {
		reply, err = p.cfg.Desk.Press(r.Context(), v.who(""), card.Action{Verb: view.VerbDetails, About: ref.String()})
	} else {
		reply, err = p.cfg.Desk.Show(r.Context(), v.who(""), ref)
	}
	if err != nil {
		return err
	}
	if reply.Card == nil || reply.Code != "" {
		return p.answer(w, r, v, reply, nil)
	}
	rows, err := p.cfg.Requests.History(r.Context(), ref)
	if err != nil {
		return err
	}
	page := requestPage{Card: titled(1, p.nonce(), *reply.Card), Say: reply.Text, Explain: "/requests/" + id + "/explain"}
	page.Actions = len(page.Card.Buttons)+len(page.Card.More) > 0
	if page.History, err = p.history(r, v, rows, func(key string) string { return words(key) }); err != nil {
		return err
	}
	return p.show(w, r, v, http.StatusOK, "request", page)
}

// explain shows why a request has this tier, these stages, these people and this wait.
func (p *Portal) explain(w http.ResponseWriter, r *http.Request, v visit) error {
	id, ok := shortID(r.PathValue("id"))
	if !ok {
		return errUnknown
	}
	if err := p.readable(r, v, id); err != nil {
		return err
	}
	action := card.Action{Verb: view.VerbExplain, About: workflows.RequestRef(id).String()}
	reply, err := p.cfg.Desk.Press(r.Context(), v.who(""), action)
	if err != nil {
		return err
	}
	return p.answer(w, r, v, reply, nil)
}
