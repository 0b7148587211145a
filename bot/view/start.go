package view

import (
	"fmt"
	"strings"
	"time"

	"steward/bot/card"
	"steward/workflows/policy"
)

// Unfinished is a form somebody has begun.
type Unfinished struct {
	ID      string
	Flow    string // its title
	SavedAt time.Time
}

// Start offers the kinds of requests a person can send, and the drafts they have begun; first of all, what is approved already and like
// what they have named.
func Start(e Eyes, flows []*policy.Flow, drafts []Unfinished, alike []Entry) card.Card {
	out := card.Card{Title: titleStartCard, Lead: append(offers(alike), textStart), Gist: textStart}
	if len(alike) > 0 {
		out.Gist = short(out.Lead[0], card.MaxGist)
	}
	for _, about := range []bool{false, true} { // what can be begun here comes first
		for _, f := range flows {
			if lines := scopeLines(f); len(lines) > 0 && (f.About != "") == about {
				out.Sections = append(out.Sections, card.Section{Title: f.Title, Lines: lines})
			}
		}
	}
	all := joinButtons(alike)
	for _, d := range drafts[:min(len(drafts), 2)] {
		all = append(all, continueButton(e, d))
	}
	for _, f := range flows {
		if f.About != "" {
			continue // begun from the card of what it is about
		}
		all = append(all, card.Button{
			Label: short(f.Title, card.MaxButtonLabel-1) + ellipsis, Action: card.Action{Verb: VerbRequest, Arg: f.Key},
		})
	}
	for i, b := range all {
		switch {
		case i == 0:
			b.Style = card.StylePrimary
			fallthrough
		case i < card.MaxButtons:
			out.Buttons = append(out.Buttons, b)
		case len(out.More) < card.MaxMore:
			out.More = append(out.More, b)
		}
	}
	if len(drafts) > 0 {
		out.Foot = e.zone()
	}
	if len(out.Sections) > card.MaxSections {
		out.Sections = out.Sections[:card.MaxSections]
	}
	return fit(out.Cleaned())
}

func scopeLines(f *policy.Flow) []string {
	var out []string
	if f.Scope.For != "" {
		out = append(out, sentence(f.Scope.For))
	}
	if f.Scope.NotFor != "" {
		out = append(out, sentence(f.Scope.NotFor))
	}
	if f.About != "" {
		out = append(out, textFromCard)
	}
	return out
}

// continueButton names a draft by when it was saved: "Continue draft of 10:14".
func continueButton(e Eyes, d Unfinished) card.Button {
	label := fmt.Sprintf(buttonContinue, e.clock(d.SavedAt))
	if len([]rune(label)) > card.MaxButtonLabel {
		label = fmt.Sprintf(buttonContinue, strings.TrimPrefix(e.day(d.SavedAt), " "))
	}
	return card.Button{Label: short(label, card.MaxButtonLabel), Action: card.Action{Verb: VerbContinue, Arg: d.ID}}
}

// Questions answers "Why these questions?": each question with the controls it serves.
func Questions(f *policy.Flow) card.Card {
	out := card.Card{
		Title: fmt.Sprintf(titleWhyQuestions, f.Title), Lead: []string{textWhyQuestions}, Gist: textWhyQuestions, Foot: textScreening,
	}
	var lines []string
	for _, q := range f.Questions {
		if len(q.Serves) > 0 {
			lines = append(lines, sentenceOrQuestion(q.Label)+" "+strings.Join(q.Serves, ", "))
		}
	}
	if len(f.Serves) > 0 {
		lines = append(lines, textWholeForm+" "+strings.Join(f.Serves, ", "))
	}
	if len(lines) > 0 {
		out.Sections = []card.Section{{Title: titleServes, Lines: lines}}
	}
	if f.Keep != "" {
		out.Sections = append(out.Sections, card.Section{Title: titleKept, Lines: []string{sentence(upper(f.Keep))}})
	}
	return fit(out.Cleaned())
}
