package portal

import (
	"net/http/httptest"
	"strings"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/workflows"
)

// Routes gives every route of a portal as "METHOD /path", for tests that must not forget one.
func Routes(cfg Config) ([]string, error) {
	p, err := newPortal(cfg)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range p.routes {
		out = append(out, r.method+" "+r.path)
	}
	return out, nil
}

// LocalPath and Hashed are tested directly.
var (
	LocalPath = localPath
	Hashed    = hashed
)

// Drawn is a card or a form as a page, and the part of the page that draws it.
type Drawn struct{ Page, Part string }

// Drawer draws cards and forms as the portal's pages do.
type Drawer struct{ p *Portal }

// NewDrawer makes a drawer.
func NewDrawer(cfg Config) (Drawer, error) {
	p, err := newPortal(cfg)
	return Drawer{p}, err
}

// Card draws a card the way an answer that only shows something is drawn.
func (d Drawer) Card(c card.Card) (Drawn, error) {
	return d.p.draw("card", "card", titled(1, strings.Repeat("0", nonceLength), c))
}

// Form draws a form.
func (d Drawer) Form(f card.Form) (Drawn, error) {
	content, err := d.p.formPage(httptest.NewRequest("GET", "/forms/x", nil), bot.Reply{Form: &f})
	if err != nil {
		return Drawn{}, err
	}
	return d.p.draw("form", "form", content)
}

func (p *Portal) draw(page, part string, content any) (Drawn, error) {
	r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
	v := visit{Person: workflows.Person{ID: "P-1", Name: "Ana Ruiz", Active: true}}
	if err := p.show(w, r, v, 200, page, content); err != nil {
		return Drawn{}, err
	}
	var b strings.Builder
	err := p.pages[page].ExecuteTemplate(&b, part, content)
	return Drawn{Page: w.Body.String(), Part: b.String()}, err
}

// Deed puts a record into words.
func Deed(rec workflows.Record) string {
	return deedOf(rec, func(key string) string { return key }).Text
}

// Asked, StatusOf and Plot are tested directly.
var (
	Asked    = asked
	StatusOf = statusOf
	Plot     = plot
)

// Due gives the words of a due date.
func Due(zone *time.Location, now, due time.Time) string {
	return clock{zone: zone, now: now}.due(due).Text
}

// Input gives the parts of a field as its template sees it: choices, those that stand alone, whether it is a list.
func Input(f card.Field) (choices, lone int, list bool) {
	in := inputOf(f)
	return len(in.Choices), len(in.Lone), in.Select
}
