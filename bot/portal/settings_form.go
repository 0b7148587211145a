package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// said is a refusal with what had been typed, so that the page comes back as it was.
type said struct {
	no      *workflows.Refusal
	form    url.Values
	instead string // the proposal that says the same already
	again   string // the page to come back to after a better sign-in
}

func (s *said) status() int {
	if s == nil {
		return http.StatusOK
	}
	return statusOf(s.no.Code)
}

// settingsForm is a form of the settings pages.
type settingsForm struct {
	Action, Submit string
	Note           string
	Hidden         []option
	Inputs         []input
	Errors         []fieldError
	Error          string // for the whole
	Instead        *link
}

// newSettingsForm makes a form with the fields, filled with what was typed where it was refused.
func newSettingsForm(action, submit, note string, s *said, fields ...card.Field) *settingsForm {
	f := &settingsForm{Action: action, Submit: submit, Note: note}
	if s != nil && len(s.no.Fields) == 0 {
		f.Error = s.no.Sentence
	}
	if s != nil && s.instead != "" {
		f.Instead = &link{Path: proposalPath(s.instead), Label: "Open proposal " + s.instead}
	}
	if s != nil && s.again != "" {
		f.Instead = &link{Path: view.PathSignInAgain + "?" + url.Values{"to": {s.again}}.Encode(), Label: "Sign in"}
	}
	for _, field := range fields {
		if s != nil {
			field.Value, field.Error = slices.Clone(s.form[fieldPrefix+field.Key]), s.no.Fields[field.Key]
		}
		in := inputOf(field)
		f.Inputs = append(f.Inputs, in)
		if field.Error != "" {
			f.Errors = append(f.Errors, fieldError{Anchor: in.target(), Label: field.Label, Error: field.Error})
		}
	}
	return f
}

func reasonField() card.Field {
	return card.Field{Key: "reason", Kind: card.FieldLong, Label: "Why?", Help: helpReason, Required: true, MaxLength: workflows.MaxReason}
}

// reasonOf reads the reason that was typed, without what steers a terminal or hides text.
func reasonOf(form url.Values) string {
	return strings.TrimSpace(card.CleanLines(form.Get(fieldPrefix + "reason")))
}

func proposalPath(id string) string { return "/settings/proposals/" + id }

// seeProposal leads to a proposal that was made.
func (p *Portal) seeProposal(w http.ResponseWriter, r *http.Request, v visit, id string) error {
	alone, err := p.alone(r, v)
	if err != nil {
		return err
	}
	say := sayProposed
	if alone {
		say = sayProposedAlone
	}
	return p.see(w, r, v, proposalPath(id), say)
}
