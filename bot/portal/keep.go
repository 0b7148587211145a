package portal

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"steward/bot"
	"steward/workflows"
)

// keptNow is what the script gets back when it keeps what is typed: the revision to send from now on, and what stands beside
// the form.
type keptNow struct {
	Revision int
	Aside    *titledCard
}

// keep stores a form as it is typed, and gives what follows from it. It is the same as pressing "Save and go on later", but
// for a script: the answer is a piece of a page, and what went wrong is a status with a sentence.
func (p *Portal) keep(w http.ResponseWriter, r *http.Request, v visit) error {
	s, _, err := readSubmission(r)
	if err != nil {
		return err
	}
	s.Go = bot.GoSave
	reply, err := p.cfg.Desk.Submit(r.Context(), v.who(""), s)
	if err != nil {
		return err
	}
	// The form went on by one revision, or else somebody else has been at it: another window, or a chat.
	if reply.Form == nil || reply.Form.Revision != s.Revision+1 {
		return p.piece(w, statusOr(reply.Code, http.StatusConflict), textElsewhere)
	}
	out := keptNow{Revision: reply.Form.Revision}
	if out.Aside, err = p.assessed(r, v, s.Form); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := p.pages.set.ExecuteTemplate(&b, "kept-now", out); err != nil {
		return fmt.Errorf("portal: what was kept: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
	return nil
}

// piece answers a script with a sentence.
func (p *Portal) piece(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
	return nil
}

func statusOr(code workflows.Code, otherwise int) int {
	if code == "" {
		return otherwise
	}
	return statusOf(code)
}

// assessed gives what the policy makes of a form so far; nil where it makes nothing of it.
func (p *Portal) assessed(r *http.Request, v visit, form string) (*titledCard, error) {
	c, ok, err := p.cfg.Assess.Assess(r.Context(), v.who(""), form)
	if err != nil || !ok {
		return nil, err
	}
	card := titled(2, "", c)
	return &card, nil
}

// readSubmission reads a form of ours as it was posted.
func readSubmission(r *http.Request) (bot.Submission, []kept, error) {
	form, err := readForm(r)
	if err != nil {
		return bot.Submission{}, nil, err
	}
	revision, err := strconv.Atoi(form.Get("revision"))
	if err != nil || revision < 0 {
		return bot.Submission{}, nil, errMalformed
	}
	s := bot.Submission{Form: r.PathValue("draft"), Revision: revision, Values: valuesOf(form), Go: bot.Go(form.Get("go"))}
	switch s.Go {
	case bot.GoNext, bot.GoBack, bot.GoSave:
	case "":
		s.Go = bot.GoNext
	default:
		return bot.Submission{}, nil, errMalformed
	}
	return s, typed(form), nil
}
