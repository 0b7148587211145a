package portal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"steward/bot/card"
	"steward/workflows"
)

// Evidence writes bundles of evidence.
type Evidence interface {
	// Export records that a person exports evidence, and why, and then writes the bundle. Nothing is written where that fails;
	// an error may be a [workflows.Refusal].
	Export(ctx context.Context, w io.Writer, by workflows.PersonID, via workflows.Via, scope workflows.EvidenceScope, reason string) error
	// Proves says in sentences what a bundle proves and what it does not.
	Proves() (does, doesNot []string)
}

// evidencePath is the page of exports.
const evidencePath = "/evidence"

// evidenceWithin bounds how long a download may take.
const evidenceWithin = 30 * time.Minute

// evidencePage asks what is to be exported and why.
type evidencePage struct {
	Head   pageHead
	Form   *settingsForm
	Proves []string
	Not    []string
}

func (p *Portal) evidence(w http.ResponseWriter, r *http.Request, v visit) error {
	return p.showEvidence(w, r, v, nil)
}

func (p *Portal) showEvidence(w http.ResponseWriter, r *http.Request, v visit, s *said) error {
	if p.cfg.Evidence == nil || !workflows.ExportsEvidence(v.Person) {
		return errUnknown
	}
	page := evidencePage{
		Head: pageHead{Title: "Evidence"},
		Form: newSettingsForm(evidencePath, "Export", noteEvidence, s, evidenceFields()...),
	}
	page.Proves, page.Not = p.cfg.Evidence.Proves()
	return p.show(w, r, v, s.status(), "evidence", page)
}

func evidenceFields() []card.Field {
	return []card.Field{
		{Key: "from", Kind: card.FieldDate, Label: "First day", Help: helpEvidenceDay},
		{Key: "to", Kind: card.FieldDate, Label: "Last day", Help: helpEvidenceDay},
		{Key: "standard", Kind: card.FieldOne, Label: "Standard", Value: []string{""}, Options: []card.Option{
			{Label: "Both"}, // a choice among radio buttons cannot be taken back otherwise
			{Value: "27001", Label: "ISO/IEC 27001"}, {Value: "42001", Label: "ISO/IEC 42001"},
		}},
		{Key: "control", Kind: card.FieldText, Label: "Control", Help: helpEvidenceControl, MaxLength: 40},
		{Key: "request", Kind: card.FieldText, Label: "Request", Help: helpEvidenceRequest, MaxLength: 40},
		{Key: "sample", Kind: card.FieldNumber, Label: "Size of a sample", Help: helpEvidenceSample},
		{Key: "seed", Kind: card.FieldText, Label: "Seed of the sample", Help: helpEvidenceSeed, MaxLength: 100},
		{Key: "reason", Kind: card.FieldLong, Label: "What is it for?", Help: helpEvidenceReason, Required: true, MaxLength: workflows.MaxEvidenceReason},
	}
}

// evidenceScope reads what is to be exported.
func evidenceScope(form url.Values) (s workflows.EvidenceScope, no *workflows.Refusal) {
	typed := func(key string) string { return strings.TrimSpace(form.Get(fieldPrefix + key)) }
	list := func(key string) []string {
		if typed(key) == "" {
			return nil
		}
		return []string{typed(key)}
	}
	s = workflows.EvidenceScope{
		From: typed("from"), To: typed("to"), Standards: list("standard"), Controls: list("control"), Requests: list("request"), Seed: typed("seed"),
	}
	if text := typed("sample"); text != "" {
		var err error
		if s.Sample, err = strconv.Atoi(text); err != nil {
			return s, workflows.RefuseField("sample", "Give a whole number, or leave it empty for no sample.")
		}
	}
	return s, nil
}

// exportEvidence gives the bundle as a file.
func (p *Portal) exportEvidence(w http.ResponseWriter, r *http.Request, v visit) error {
	if p.cfg.Evidence == nil || !workflows.ExportsEvidence(v.Person) {
		return errUnknown
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	scope, no := evidenceScope(form)
	if no == nil && reasonOf(form) == "" {
		no = workflows.RefuseField("reason", "Say what the evidence is for. The reason stays in the record.")
	}
	if no != nil {
		return p.showEvidence(w, r, v, &said{no: no, form: form})
	}
	deadline := http.NewResponseController(w).SetWriteDeadline(p.cfg.Now().Add(evidenceWithin))
	if deadline != nil && !errors.Is(deadline, http.ErrNotSupported) {
		return deadline
	}
	out := &download{w: w, name: "evidence-" + p.cfg.Business().UTC().Format("2006-01-02-150405") + ".zip"}
	err = p.cfg.Evidence.Export(r.Context(), out, v.Person.ID, v.who("").Via, scope, reasonOf(form))
	if refusal, ok := errors.AsType[*workflows.Refusal](err); ok && !out.begun {
		return p.showEvidence(w, r, v, &said{no: refusal, form: form})
	}
	return err
}

// download is a file that begins with its first byte: until then a page can still say what is wrong.
type download struct {
	w     http.ResponseWriter
	name  string
	begun bool
}

// Write implements io.Writer.
func (d *download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		d.w.Header().Set("Content-Type", "application/zip")
		d.w.Header().Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
	}
	return d.w.Write(b)
}
