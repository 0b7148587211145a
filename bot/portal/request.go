package portal

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// requestPage is one request: its card taken apart, and its history.
type requestPage struct {
	Card    titledCard
	Say     string
	Kind    string
	Due     when // when the present stage is due; empty where nothing is
	Actions bool // there is something to press
	Waits   bool // something waits for the visitor
	History []entry
	Explain string // path of the page that says why
	Entry   *link  // what it became in the AI register; nil where it has no entry there

	seqs map[string]int
}

func (r requestPage) watches() map[string]int { return r.seqs }

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
	flow, err := p.flowOf(r, req.Flow)
	if err != nil {
		return err
	}
	rows, err := p.cfg.Requests.History(r.Context(), ref)
	if err != nil {
		return err
	}
	page := requestPage{
		Card: titled(1, p.nonce(), *reply.Card), Say: reply.Text, Explain: "/requests/" + id + "/explain", seqs: map[string]int{id: req.Seq},
	}
	if err := p.became(r, &page, id); err != nil {
		return err
	}
	page.Actions = len(page.Card.Buttons)+len(page.Card.More) > 0
	page.Due, page.Waits = p.waitsUntil(v, req.Waits)
	if flow != nil {
		page.Kind = flow.Title
	}
	stage := func(key string) string { return view.StageNameIn(req, flow, key) }
	if page.History, err = p.history(r, v, rows, stage); err != nil {
		return err
	}
	return p.show(w, r, v, http.StatusOK, "request", page)
}

// waitsUntil says until when a thing waits, as its visitor sees it, and whether it waits for them.
func (p *Portal) waitsUntil(v visit, all []workflows.Wait) (due when, mine bool) {
	if due = p.clock(v).due(workflows.DueFor(v.Person.ID, all)); strings.HasPrefix(due.Text, "in ") { // alone beside the title it has to say what
		due.Text = "due " + due.Text
	}
	return due, slices.ContainsFunc(all, func(w workflows.Wait) bool { return w.Who == v.Person.ID })
}

// became adds what a request became in the AI register.
func (p *Portal) became(r *http.Request, page *requestPage, request string) error {
	id, err := p.cfg.Register.SystemOf(r.Context(), request)
	if errors.Is(err, workflows.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	sys, err := p.cfg.Register.System(r.Context(), id)
	if err != nil {
		return err
	}
	page.Entry, page.seqs[id] = &link{systemPath(id), inRegister(sys)}, sys.Seq
	return nil
}

// flowOf gives the flow of a request as the policy in force has it; nil where it has none.
func (p *Portal) flowOf(r *http.Request, key string) (*policy.Flow, error) {
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return nil, err
	}
	return flowIn(flows, key), nil
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
