package teams

import (
	"slices"
	"strings"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
	"steward/bot/view"
)

// formCard draws a page of a form as a dialog. persons are whom a person can be chosen from before anything is typed, which
// is all that phones show.
//
// What is read before sending stands above the fields that have no input, and below the others: a page that is filled in
// begins with its first question.
func formCard(f card.Form, page int, persons []adaptivecard.Choice) adaptivecard.Card {
	f = f.Cleaned()
	s := sheet{form: f, page: page, persons: persons}
	out := s.draw()
	for _, less := range []func(){s.denseAside, s.shortAside, s.fewPersons, s.noServes, s.shortNotes, s.noAside, s.noHelp} {
		if fitsFilled(out) {
			return out
		}
		less()
		out = s.draw()
	}
	if fitsFilled(out) {
		return out
	}
	return elsewhere(f)
}

// fitsFilled says whether Teams takes a form, also when everything in it is ticked and it comes back.
func fitsFilled(c adaptivecard.Card) bool { return adaptivecard.SizeFilled(c) <= maxCard }

// elsewhere leads to a form that is larger than what Teams shows: one whose texts were written elsewhere. No part of it is
// left out here, because a field that is not there comes back as one that was emptied.
func elsewhere(f card.Form) adaptivecard.Card {
	out := sayCard(wordTooLong, true)
	out.Actions = []adaptivecard.Action{pen{dialog: true}.action(card.Button{
		Label: wordPortal, Path: "/forms/" + f.ID, Style: card.StylePrimary,
	}, "")}
	return out
}

// sheet draws one page of a form. What does not fit goes, in the order of its methods below: never an input.
type sheet struct {
	form    card.Form
	page    int
	persons []adaptivecard.Choice

	dense bool // the aside
	cut   bool // something is left out
}

func (s *sheet) denseAside() { s.dense = true }

func (s *sheet) shortAside() {
	if s.form.Aside == nil {
		return
	}
	c := *s.form.Aside
	for range 4 {
		c, _ = shorter(c)
	}
	s.form.Aside = &c
}

// fewPersons leaves the others to be asked for while a name is typed.
func (s *sheet) fewPersons() {
	const few = 20
	s.persons = s.persons[:min(len(s.persons), few)]
}

func (s *sheet) noAside() {
	if s.form.Aside != nil {
		s.form.Aside = &card.Card{Title: s.form.Aside.Title, Mark: s.form.Aside.Mark, Lead: []string{s.form.Aside.Gist}, Cut: true}
	}
}

func (s *sheet) noServes() {
	for i := range s.form.Fields {
		s.form.Fields[i].Serves = nil
	}
	s.form.Extra = slices.DeleteFunc(slices.Clone(s.form.Extra), func(b card.Button) bool {
		return b.Action.Verb == view.VerbQuestions
	})
}

func (s *sheet) shortNotes() {
	const shortNote = 300
	for i, f := range s.form.Fields {
		if short, less := card.Cut(f.Help, shortNote); less && f.Kind == card.FieldNote {
			s.form.Fields[i].Help, s.cut = short, true
		}
	}
}

func (s *sheet) noHelp() {
	for i, f := range s.form.Fields {
		if f.Kind != card.FieldNote {
			s.form.Fields[i].Help = ""
		}
	}
	s.form.Intro, s.cut = nil, true
}

// several says that the form has several pages: nothing is checked by the client then, which would stand in the way of going
// back and of keeping a draft, and the page says what is wrong.
func (s *sheet) several() bool { return s.form.Step != "" }

func (s *sheet) draw() adaptivecard.Card {
	f := s.form
	out := s.head()
	reading := f.Aside != nil && !slices.ContainsFunc(f.Fields, func(one card.Field) bool { return one.Kind != card.FieldNote })
	if reading {
		out = append(out, s.aside(len(out) > 0))
	}
	for _, one := range f.Fields {
		out = append(out, s.field(one)...)
	}
	if f.Aside != nil && !reading {
		out = append(out, s.aside(true))
	}
	if s.cut {
		out = append(out, small(wordCut))
	}
	why, toggle := s.serves()
	out = append(out, why...)
	if len(out) == 0 {
		out = append(out, rich(words(f.Title)))
	}
	return framed(out, s.ways(toggle))
}

// head gives what stands on top: where one is, what has to be set right, what to know.
func (s *sheet) head() []adaptivecard.Element {
	var out []adaptivecard.Element
	if s.form.Step != "" {
		out = append(out, small(s.form.Step))
	}
	if s.form.Error != "" {
		out = append(out, wrong(s.form.Error))
	}
	for i, l := range s.form.Intro {
		e := rich(words(l))
		if i > 0 {
			e.Spacing = adaptivecard.SpacingSmall
		}
		out = append(out, e)
	}
	return out
}

// wrong says what has to be set right.
func wrong(text string) adaptivecard.RichTextBlock {
	return rich(runs(sign(card.ToneBad)+" "+text, adaptivecard.TextRun{
		Weight: adaptivecard.WeightBolder, Color: adaptivecard.ColorAttention,
	}))
}

// aside draws the card that one reads beside the form.
func (s *sheet) aside(apart bool) adaptivecard.Element {
	p := pen{dialog: true, charts: true, dense: s.dense, prefix: "aside-"}
	out := adaptivecard.Container{Items: p.inner(*s.form.Aside), Style: adaptivecard.StyleEmphasis, Bleed: true}
	if apart {
		out.Spacing = adaptivecard.SpacingLarge
	}
	return out
}

// serves gives the control ids that belong to the questions of the page, hidden, and whether there are any.
func (s *sheet) serves() ([]adaptivecard.Element, bool) {
	asked := slices.ContainsFunc(s.form.Extra, func(b card.Button) bool { return b.Action.Verb == view.VerbQuestions })
	rows := []adaptivecard.Element{heading(wordServes, adaptivecard.SizeDefault)}
	for _, f := range s.form.Fields {
		if len(f.Serves) > 0 {
			e := rich(words(f.Label), faint(" · "+strings.Join(f.Serves, ", ")))
			e.Spacing = adaptivecard.SpacingSmall
			rows = append(rows, e)
		}
	}
	if !asked || len(rows) == 1 {
		return nil, false
	}
	out := adaptivecard.Container{Items: rows}
	out.ID, out.IsVisible, out.Separator = idServes, new(false), true
	out.Spacing = adaptivecard.SpacingLarge
	return []adaptivecard.Element{out}, true
}

// idServes is the id of what "Why these questions?" shows.
const idServes = "why"

// ways gives the buttons of a page: on, back, keep it, and what can be looked at beside it. Whatever leads away brings what
// was typed along, so that it is kept.
func (s *sheet) ways(toggle bool) []adaptivecard.Action {
	f := s.form
	style := adaptivecard.ActionPositive
	if f.Danger {
		style = adaptivecard.ActionDestructive
	}
	out := []adaptivecard.Action{s.way(f.Submit, bot.GoNext, style)}
	if f.Back != "" {
		out = append(out, s.way(f.Back, bot.GoBack, ""))
	}
	if s.several() { // it can be gone on with later
		out = append(out, s.way(wordSave, bot.GoSave, ""))
	}
	for _, b := range f.Extra {
		switch {
		case b.Action.Verb != view.VerbQuestions:
			out = append(out, pen{dialog: true}.action(b, ""))
		case toggle:
			out = append(out, adaptivecard.ActionToggleVisibility{Button: face(b, ""), TargetElements: []string{idServes}})
		}
	}
	return out
}

func (s *sheet) way(label string, way bot.Go, style string) adaptivecard.Action {
	data := wire{Form: s.form.ID, Revision: s.form.Revision, Page: s.page, Go: string(way)}
	for _, f := range s.form.Fields {
		switch f.Kind {
		case card.FieldOne, card.FieldMany, card.FieldYes:
			data.Choices = append(data.Choices, f.Key)
		case card.FieldText, card.FieldLong, card.FieldPerson, card.FieldDate, card.FieldNumber, card.FieldNote, card.FieldFiles:
		}
	}
	return adaptivecard.ActionSubmit{
		Button: adaptivecard.Button{Title: calm(label), Style: style}, Data: data, AssociatedInputs: adaptivecard.InputsAuto,
	}
}
