package portal

import (
	"net/http"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// away shows what a visitor has said of when they are away, and in whose place they decide. A press opens the form.
func (p *Portal) away(w http.ResponseWriter, r *http.Request, v visit) error {
	reply, err := p.cfg.Desk.Press(r.Context(), v.who(""), card.Action{Verb: view.VerbAbsences})
	if err != nil {
		return err
	}
	return p.answer(w, r, v, reply, nil)
}

// absence shows one absence.
func (p *Portal) absence(w http.ResponseWriter, r *http.Request, v visit) error {
	ref, ok := workflows.ShortRef(r.PathValue("id"))
	if !ok || ref.Kind != workflows.KindAbsence {
		return errUnknown
	}
	if ref.ID != r.PathValue("id") {
		return p.see(w, r, v, pathTo(ref), "")
	}
	reply, err := p.cfg.Desk.Show(r.Context(), v.who(""), ref)
	if err != nil {
		return err
	}
	return p.answer(w, r, v, reply, nil)
}

// awayLines gives the visitor's absences, and those in which they stand in, a sentence each.
func (p *Portal) awayLines(r *http.Request, v visit) ([]string, error) {
	reply, err := p.cfg.Desk.Press(r.Context(), v.who(""), card.Action{Verb: view.VerbAbsences})
	if err != nil || reply.Card == nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(reply.Card.Lead), func(line string) bool { return !strings.HasPrefix(line, workflows.AbsencePrefix+"-") }), nil
}
