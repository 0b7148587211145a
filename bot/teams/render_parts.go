package teams

import (
	"strings"
	"unicode/utf8"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// factLabel is the width of the labels of facts: of the longest words among them, so that values have two thirds of a phone.
const factLabel = "92px"

// facts gives a row for each fact: its label in a narrow column, its value beside. A fact set would be the format's own way,
// but it parses what it shows, and values are what people typed.
func facts(all []card.Fact) []adaptivecard.Element {
	out := make([]adaptivecard.Element, 0, len(all))
	for i, f := range all {
		out = append(out, row(i == 0, adaptivecard.Column{Width: factLabel, Items: []adaptivecard.Element{rich(faint(f.Label))}},
			adaptivecard.Column{Width: "stretch", Items: []adaptivecard.Element{rich(words(f.Value))}}))
	}
	return out
}

// row makes a line of columns; the first of several stands off what is above.
func row(first bool, columns ...adaptivecard.Column) adaptivecard.ColumnSet {
	out := adaptivecard.ColumnSet{Columns: columns}
	out.Spacing = adaptivecard.SpacingSmall
	if first {
		out.Spacing = adaptivecard.SpacingMedium
	}
	return out
}

// track gives the stages one below the other: where each stands, by a sign, its name, and who and when.
func track(steps []card.Step) []adaptivecard.Element {
	out := make([]adaptivecard.Element, 0, len(steps))
	for i, s := range steps {
		mark, color := stepSign(s.State)
		name := words(s.Label)
		if s.State == card.StepHere || s.State == card.StepBad {
			name = strong(s.Label)
		}
		if s.Note != "" {
			name = append(name, faint(" · "+s.Note)...)
		}
		beside := adaptivecard.Column{Width: "stretch", Items: []adaptivecard.Element{rich(name)}}
		beside.Spacing = adaptivecard.SpacingNone
		one := row(i == 0, adaptivecard.Column{Width: "20px", Items: []adaptivecard.Element{
			rich(runs(mark, adaptivecard.TextRun{Weight: adaptivecard.WeightBolder, Color: color})),
		}}, beside)
		one.Separator = i == 0
		out = append(out, one)
	}
	return out
}

// sections gives the lists, folded ones last. Where all are folded and there are several, they are what the card is for, and
// none is.
func (p pen) sections(c card.Card) []adaptivecard.Element {
	var out, folded []adaptivecard.Element
	aside := len(c.Sections) == 1
	for _, s := range c.Sections {
		aside = aside || !s.Folded
	}
	for i, s := range c.Sections {
		if s.Folded && aside && len(s.Lines) > 0 {
			folded = append(folded, p.fold(s, i)...)
			continue
		}
		out = append(out, p.section(s, len(out) == 0)...)
	}
	return append(out, folded...)
}

// section gives a titled list.
func (p pen) section(s card.Section, first bool) []adaptivecard.Element {
	head := adaptivecard.Container{Items: []adaptivecard.Element{heading(s.Title, adaptivecard.SizeDefault)}}
	head.Spacing = adaptivecard.SpacingMedium
	head.Separator = first
	return append([]adaptivecard.Element{head}, p.lines(s.Lines)...)
}

// fold gives a list that a press on its title shows.
func (p pen) fold(s card.Section, n int) []adaptivecard.Element {
	body, show, hide := p.id("s", n), p.id("s", n)+"-show", p.id("s", n)+"-hide"
	hidden := func(id string, visible bool) adaptivecard.Layout {
		out := adaptivecard.Layout{ID: id}
		if !visible {
			out.IsVisible = new(false)
		}
		return out
	}
	ways := func(word string) adaptivecard.RichTextBlock {
		return rich(runs(word, adaptivecard.TextRun{Color: adaptivecard.ColorAccent}))
	}
	head := adaptivecard.ColumnSet{
		Layout: adaptivecard.Layout{Spacing: adaptivecard.SpacingMedium, Separator: true},
		Columns: []adaptivecard.Column{
			{Width: "stretch", Items: []adaptivecard.Element{heading(s.Title, adaptivecard.SizeDefault)}},
			{Width: "auto", Layout: hidden(show, true), Items: []adaptivecard.Element{ways(wordShow)}},
			{Width: "auto", Layout: hidden(hide, false), Items: []adaptivecard.Element{ways(wordHide)}},
		},
		SelectAction: adaptivecard.ActionToggleVisibility{
			Button: adaptivecard.Button{Title: cut(calm(s.Title), maxActionTitle)}, TargetElements: []string{body, show, hide},
		},
	}
	return []adaptivecard.Element{head, adaptivecard.Container{Layout: hidden(body, false), Items: p.lines(s.Lines)}}
}

// lines gives the lines of a list, each with a dot unless it has a number.
func (p pen) lines(all []string) []adaptivecard.Element {
	if len(all) == 0 {
		return nil
	}
	marked := make([]string, 0, len(all))
	for _, l := range all {
		if !numbered(l) && len(all) > 1 {
			l = "•  " + l
		}
		marked = append(marked, l)
	}
	if p.dense {
		return []adaptivecard.Element{closer(rich(words(strings.Join(marked, "\n"))))}
	}
	out := make([]adaptivecard.Element, 0, len(all))
	for _, l := range marked {
		out = append(out, closer(rich(words(l))))
	}
	return out
}

// numbered says that a line begins with a number of its own: "1. ".
func numbered(l string) bool {
	rest := strings.TrimLeft(l, "0123456789")
	return len(rest) < len(l) && strings.HasPrefix(rest, ". ") && utf8.RuneCountInString(rest) > 2
}
