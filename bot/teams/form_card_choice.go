package teams

import (
	"slices"
	"strings"
	"unicode/utf8"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// Radio buttons are used for few options with short labels; more are a list that folds.
const (
	maxRadios = 6
	maxRadio  = 60
)

// choice draws one of several. Nobody can take such a choice back; where none is needed, an option of ours does.
func (s *sheet) choice(f card.Field) adaptivecard.Element {
	e := adaptivecard.InputChoiceSet{Field: s.input(f, ""), Style: adaptivecard.ChoicesExpanded, Value: first(f.Value), Wrap: true}
	noted := false
	for _, o := range f.Options {
		e.Choices = append(e.Choices, option(o))
		noted = noted || o.Note != ""
		if !noted && (len(f.Options) > maxRadios || utf8.RuneCountInString(o.Label) > maxRadio) {
			e.Style, e.Placeholder = adaptivecard.ChoicesCompact, wordChoose
		}
	}
	if !f.Required {
		e.Choices = append(e.Choices, adaptivecard.Choice{Title: wordNone, Value: valueNone})
	}
	return e
}

// groups draws any of several: locked options as text, those that exclude all others in a group of their own. Where a
// question has two groups, neither of them alone can be required.
func (s *sheet) groups(f card.Field) []adaptivecard.Element {
	var locked, some, alone []card.Option
	for _, o := range f.Options {
		switch {
		case o.Locked:
			locked = append(locked, o)
		case slices.Contains(f.Alone, o.Value):
			alone = append(alone, o)
		default:
			some = append(some, o)
		}
	}
	if len(some) == 0 {
		some, alone = alone, nil
	}
	var out []adaptivecard.Element
	if len(locked) > 0 {
		out = append(out, always(f, locked)...)
	}
	if f.Required && len(alone) > 0 && !s.several() {
		f.Required, f.Help = false, strings.TrimSpace(f.Help+" "+wordTick)
	}
	if len(some) > 0 {
		out = append(out, helped(f, s.boxes(f, "", some))...)
	}
	if len(alone) > 0 {
		f.Label, f.Help, f.Required = wordInstead, "", false
		e := s.boxes(f, groupAlone, alone)
		e.Spacing = adaptivecard.SpacingMedium
		out = append(out, e)
	}
	return out
}

// always states options that nobody can take away. They come back with no form; who applies it adds them.
func always(f card.Field, locked []card.Option) []adaptivecard.Element {
	title := wordAlways
	if len(locked) == len(f.Options) {
		title = f.Label
	}
	lines := make([]string, 0, len(locked))
	for _, o := range locked {
		lines = append(lines, noted(o))
	}
	head := adaptivecard.Container{Items: []adaptivecard.Element{heading(title, adaptivecard.SizeDefault)}}
	head.Spacing = adaptivecard.SpacingLarge
	return append([]adaptivecard.Element{head}, pen{}.lines(lines)...)
}

// boxes draws a group of options.
func (s *sheet) boxes(f card.Field, group string, options []card.Option) adaptivecard.InputChoiceSet {
	e := adaptivecard.InputChoiceSet{Field: s.input(f, group), Style: adaptivecard.ChoicesExpanded, IsMultiSelect: true, Wrap: true}
	var ticked []string
	for _, o := range options {
		e.Choices = append(e.Choices, option(o))
		if slices.Contains(f.Value, o.Value) {
			ticked = append(ticked, o.Value)
		}
	}
	e.Value = strings.Join(ticked, ",")
	return e
}

func option(o card.Option) adaptivecard.Choice {
	return adaptivecard.Choice{Title: calm(noted(o)), Value: o.Value}
}

// noted gives the label of an option with its note: a choice has one line.
func noted(o card.Option) string {
	if o.Note == "" {
		return o.Label
	}
	return o.Label + " (" + o.Note + ")"
}
