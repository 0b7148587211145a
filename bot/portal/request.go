package portal

import (
	"net/http"
	"slices"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
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
	req, err := p.visible(r, v, id)
	if err != nil {
		return err
	}
	ref := workflows.RequestRef(id)
	var reply bot.Reply
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
	stage, err := p.stageNames(r, req)
	if err != nil {
		return err
	}
	rows, err := p.cfg.Requests.History(r.Context(), ref)
	if err != nil {
		return err
	}
	page := requestPage{Card: titled(1, p.nonce(), *reply.Card), Say: reply.Text, Explain: "/requests/" + id + "/explain"}
	page.Actions = len(page.Card.Buttons)+len(page.Card.More) > 0
	if page.History, err = p.history(r, v, rows, stage); err != nil {
		return err
	}
	return p.show(w, r, v, http.StatusOK, "request", page)
}

// stageNames names the stages of a request as its card does; keys that the policy in force does not have, in words.
func (p *Portal) stageNames(r *http.Request, req approval.Request) (func(key string) string, error) {
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return nil, err
	}
	var flow *policy.Flow
	if i := slices.IndexFunc(flows, func(f *policy.Flow) bool { return f.Key == req.Flow }); i >= 0 {
		flow = flows[i]
	}
	return func(key string) string { return view.StageName(flow, req.Screening.Assessment.Tier, key) }, nil
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
