package portal

import (
	"net/http"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// vendorPage is what is kept of one vendor: its card taken apart, and its history.
type vendorPage struct {
	Card    titledCard
	History []entry
}

// vendors lists what is kept of vendors, for those who look after it. A press opens the form.
func (p *Portal) vendors(w http.ResponseWriter, r *http.Request, v visit) error {
	reply, err := p.cfg.Desk.Press(r.Context(), v.who(""), card.Action{Verb: view.VerbVendors, Arg: card.Clean(r.URL.Query().Get("text"))})
	if err != nil {
		return err
	}
	return p.answer(w, r, v, reply, nil)
}

// vendor shows what is kept of one vendor, and what became of it.
func (p *Portal) vendor(w http.ResponseWriter, r *http.Request, v visit) error {
	ref, ok := workflows.ShortRef(r.PathValue("id"))
	if !ok || ref.Kind != workflows.KindVendor {
		return errUnknown
	}
	if ref.ID != r.PathValue("id") {
		return p.see(w, r, v, pathTo(ref), "")
	}
	reply, err := p.cfg.Desk.Show(r.Context(), v.who(""), ref)
	if err != nil {
		return err
	}
	if reply.Card == nil || reply.Code != "" {
		return p.answer(w, r, v, reply, nil)
	}
	page := vendorPage{Card: titled(1, p.nonce(), *reply.Card)}
	rows, err := p.cfg.Requests.History(r.Context(), ref)
	if err != nil {
		return err
	}
	if page.History, err = p.history(r, v, rows, words); err != nil {
		return err
	}
	return p.show(w, r, v, http.StatusOK, "vendor", page)
}

// waitingVendor makes a line of facts that count not much longer.
func (p *Portal) waitingVendor(r *http.Request, v visit, line waiting, about workflows.Ref) (waiting, bool, error) {
	reply, err := p.cfg.Desk.Show(r.Context(), v.who(""), about)
	if err != nil || reply.Card == nil || reply.Code != "" {
		return line, false, err
	}
	line.Title = reply.Card.Title
	return line, true, nil
}
