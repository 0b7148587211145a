package card

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// The limits of a card, in runes. They are the narrowest of the platforms, less what renderers add.
const (
	MaxButtons      = 3
	MaxMore         = 5 // a menu in chat has no more
	MaxButtonLabel  = 30
	MaxKicker       = 30
	MaxTitle        = 120
	MaxMark         = 24
	MaxLead         = 6
	MaxParagraph    = 1000
	MaxFacts        = 10
	MaxFactLabel    = 40
	MaxFactValue    = 400
	MaxSteps        = 10
	MaxStepText     = 200
	MaxSections     = 12
	MaxSectionTitle = 80
	MaxLines        = 40
	MaxLine         = 2000
	MaxFoot         = 400
	MaxGist         = 300
	MaxText         = 9000 // of a whole card: a chat message ends at about 13,000 characters with its markup
	MaxCards        = 12   // of a group of a home
)

// Limits of a chart.
const (
	MaxChartTitle  = 50
	MaxChartLabels = 20
	MaxChartLabel  = 20
	MaxSeries      = 6
)

// Check gives every way in which a card breaks the neutral limits, or nil. Tests call it; production makes cards that pass.
func Check(c Card) error {
	k := &checker{}
	k.text("title", c.Title, 1, MaxTitle)
	k.text("kicker", c.Kicker, 0, MaxKicker)
	k.text("gist", c.Gist, 1, MaxGist)
	k.text("foot", c.Foot, 0, MaxFoot)
	if c.Mark != nil {
		k.text("mark", c.Mark.Text, 1, MaxMark)
		k.that(toneKnown(c.Mark.Tone), "mark: tone %q is not known", c.Mark.Tone)
	}
	k.most("lead", len(c.Lead), MaxLead)
	for _, p := range c.Lead {
		k.text("lead", p, 1, MaxParagraph)
	}
	k.body(c)
	k.most("buttons", len(c.Buttons), MaxButtons)
	k.most("more", len(c.More), MaxMore)
	seen := map[string]bool{}
	for _, b := range append(append([]Button{}, c.Buttons...), c.More...) {
		k.button(b, c.About)
		k.that(!seen[b.Label], "button %q is there twice", b.Label)
		seen[b.Label] = true
	}
	if c.Chart != nil {
		k.chart(*c.Chart)
	}
	k.that(k.size <= MaxText, "%d runes of text, at most %d", k.size, MaxText)
	return errors.Join(k.problems...)
}

// CheckHome gives every way in which a home breaks the limits, or nil.
func CheckHome(h Home) error {
	k := &checker{}
	k.text("title", h.Title, 1, MaxTitle)
	k.that(len(h.Groups) > 0, "a home without groups")
	for _, g := range h.Groups {
		k.text("group", g.Title, 1, MaxSectionTitle)
		k.text("group empty", g.Empty, 0, MaxParagraph)
		k.that(len(g.Cards) > 0 || g.Empty != "", "group %q has neither cards nor a sentence", g.Title)
		k.most("cards of "+g.Title, len(g.Cards), MaxCards)
		for _, c := range g.Cards {
			k.add(Check(c), "group %q, card %q", g.Title, c.Title)
		}
	}
	if h.More != nil {
		k.button(*h.More, "")
	}
	return errors.Join(k.problems...)
}

// CheckChart gives every way in which a chart breaks the limits, or nil.
func CheckChart(c Chart) error {
	k := &checker{}
	k.chart(c)
	return errors.Join(k.problems...)
}

type checker struct {
	problems []error
	size     int // runes of text seen
}

func (k *checker) that(ok bool, format string, args ...any) {
	if !ok {
		k.problems = append(k.problems, fmt.Errorf(format, args...))
	}
}

func (k *checker) add(err error, format string, args ...any) {
	if err != nil {
		k.problems = append(k.problems, fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err))
	}
}

// text checks a text of one line.
func (k *checker) text(what, s string, least, most int) {
	n := utf8.RuneCountInString(s)
	k.size += n
	k.that(n >= least, "%s is empty", what)
	k.that(n <= most, "%s has %d runes, at most %d: %.40q", what, n, most, s)
	k.that(s == Clean(s), "%s is not clean: %.80q", what, s)
}

func (k *checker) most(what string, n, most int) {
	k.that(n <= most, "%d %s, at most %d", n, what, most)
}

func (k *checker) body(c Card) {
	k.most("facts", len(c.Facts), MaxFacts)
	for _, f := range c.Facts {
		k.text("fact label", f.Label, 1, MaxFactLabel)
		k.text("fact "+f.Label, f.Value, 1, MaxFactValue)
	}
	k.most("steps", len(c.Track), MaxSteps)
	for _, s := range c.Track {
		k.text("step", s.Label, 1, MaxStepText)
		k.text("step note", s.Note, 0, MaxStepText)
		k.that(s.State == StepDone || s.State == StepHere || s.State == StepNext || s.State == StepBad,
			"step %q: state %q is not known", s.Label, s.State)
	}
	k.most("sections", len(c.Sections), MaxSections)
	for _, s := range c.Sections {
		k.text("section title", s.Title, 1, MaxSectionTitle)
		k.most("lines of "+s.Title, len(s.Lines), MaxLines)
		k.that(len(s.Lines) > 0, "section %q is empty", s.Title)
		for _, l := range s.Lines {
			k.text("line", l, 1, MaxLine)
		}
	}
}

func (k *checker) button(b Button, about string) {
	k.text("button", b.Label, 1, MaxButtonLabel)
	k.that((b.Path == "") != (b.Action.Verb == ""), "button %q needs an action or a path, one of them", b.Label)
	k.that(b.Style == StylePlain || b.Style == StylePrimary || b.Style == StyleDanger, "button %q: style %q", b.Label, b.Style)
	if b.Action.Verb != "" {
		back, err := ParseAction(b.Action.String())
		k.that(err == nil && back == b.Action, "button %q: the action does not survive: %v", b.Label, err)
		k.that(about == "" || b.Action.About == "" || b.Action.About == about, "button %q is about another thing", b.Label)
	}
	if b.Confirm != nil {
		k.text("confirm title", b.Confirm.Title, 1, 100)
		k.text("confirm text", b.Confirm.Text, 1, 300)
		k.text("confirm yes", b.Confirm.Yes, 1, MaxButtonLabel)
		k.text("confirm no", b.Confirm.No, 1, MaxButtonLabel)
	}
}

func (k *checker) chart(c Chart) {
	k.that(c.Kind == ChartBar || c.Kind == ChartLine, "chart kind %q is not known", c.Kind)
	k.text("chart title", c.Title, 1, MaxChartTitle)
	k.that(len(c.Labels) > 0, "a chart without labels")
	k.most("chart labels", len(c.Labels), MaxChartLabels)
	for _, l := range c.Labels {
		k.text("chart label", l, 1, MaxChartLabel)
	}
	k.that(len(c.Series) > 0, "a chart without series")
	k.most("series", len(c.Series), MaxSeries)
	for _, s := range c.Series {
		k.text("series", s.Name, 1, MaxChartLabel)
		k.that(len(s.Values) == len(c.Labels), "series %q has %d values for %d labels", s.Name, len(s.Values), len(c.Labels))
	}
}

func toneKnown(t Tone) bool {
	return t == ToneNeutral || t == ToneGood || t == ToneWarn || t == ToneBad
}
