package view

import (
	"fmt"
	"slices"

	"steward/bot/card"
	"steward/workflows/policy"
)

// Form is what the pages of a flow's form are made from.
type Form struct {
	Eyes  Eyes
	Flow  *policy.Flow
	Facts policy.Facts
	Names Names
	Votes int // cast already: what an edit voids
	// Lead is how many pages come before the flow's first: 1 where somebody said first what they correct, else 0.
	Lead int
	// Alike are approved uses that are like what is asked for, on the pages on which they are offered.
	Alike []Entry
}

// pages gives the number of pages, with those before and the preview.
func (f Form) pages() int { return f.Lead + f.Flow.Pages() + 1 }

// IsPreview says whether a page of the form is the last, "Check and send".
func (f Form) IsPreview(page int) bool { return page >= f.pages() }

// Intake gives one page of questions of a flow's form. The last page is [Preview].
func Intake(f Form, s Sheet) card.Form {
	page := s.Draft.Page - f.Lead
	out := s.form(f.title(), textNextPage)
	out.Step = fmt.Sprintf(textPage, s.Draft.Page, f.pages())
	if s.Draft.Page > 1 {
		out.Back = textBack
	}
	if page == 1 {
		out.Intro = append(out.Intro, f.intro(s)...)
	}
	if f.Flow.Lines != nil && page == f.Flow.LinesPage() {
		f.lines(&out, s)
	} else {
		for _, q := range f.Flow.Asked(s.Draft.Answers, page, f.Facts) {
			out.Fields = append(out.Fields, s.field(q, s.Draft.Answers[q.Key], "", f.Names))
		}
	}
	out.Intro = slices.Concat(offers(f.Alike), out.Intro, f.keptLines(page, s.Draft.Answers))
	out.Extra = f.extra()
	return out.Cleaned()
}

// Offers says whether a page is one on which approved uses are offered that are like what is asked for: the one after that on which the
// tool is named, and the last.
func (f Form) Offers(page int) bool {
	q, ok := f.Flow.Question(f.Flow.Fills().Tool)
	return ok && (f.IsPreview(page) || page-f.Lead == q.Page+1)
}

// extra gives the buttons beside a page: to join what is approved already, and why all this is asked.
func (f Form) extra() []card.Button {
	return append(joinButtons(f.Alike), card.Button{Label: buttonQuestions, Action: card.Action{Verb: VerbQuestions, Arg: f.Flow.Key}})
}

// title is that of the flow, or says whose approval is renewed.
func (f Form) title() string {
	if r := f.Facts.Renews; r != nil {
		return fmt.Sprintf(titleRenewing, r.System)
	}
	return f.Flow.Title
}

// intro says first what sending will do, where it does more than ask.
func (f Form) intro(s Sheet) []string {
	var out []string
	switch {
	case s.Draft.Form == VerbEdit && f.Votes > 0:
		out = append(out, fmt.Sprintf(textEditVoids, count(f.Votes, "decision")))
	case s.Draft.Form == VerbEdit:
		out = append(out, textEditStarts)
	case s.Draft.Form == VerbRenew:
		out = append(out, textRenewIntro)
	case s.Draft.Form == VerbRule:
		out = append(out, textCorrectStarts)
	}
	return out
}

// Preview gives the last page, "Check and send": the answers, the assessment with every rule that hit, and who decides.
func Preview(f Form, s Sheet, sc policy.Screening) card.Form {
	submit := textSend
	if s.Draft.Form == VerbEdit {
		submit = textSendAgain
	}
	out := s.form(f.title(), submit)
	if s.Draft.Form == VerbRenew {
		out.Submit = textRenewSend
	}
	out.Step = fmt.Sprintf(textPage, f.pages(), f.pages())
	out.Back = textBack
	out.Intro = append(out.Intro, textPreview)
	if r := sc.Renews; r != nil && len(r.Changed) == 0 {
		out.Submit = textRenewSame
		out.Intro = append(out.Intro, textRenewAttest)
	} else if r == nil {
		out.Intro = append(out.Intro, f.intro(s)...)
	}
	aside := Assessment(f, sc)
	out.Aside = &aside
	last := func(r *policy.Renews) string { return f.Eyes.dayOf(r.Until.In(f.Flow.Location())) }
	out.Fields = append(out.Fields, notes(titleRenewal, renewalLines(f.Flow, sc, f.Eyes, last, f.who))...)
	out.Fields = append(out.Fields, notes(TitleAnswers, answerLines(f.Flow, sc, f.Eyes, f.who))...)
	out.Fields = append(out.Fields, notes(titleRisks, riskLines(f.Flow, sc.Answers[policy.LinesKey].Lines, sc.Lines, f.Eyes, f.role))...)
	out.Intro = append(offers(f.Alike), out.Intro...)
	out.Extra = f.extra()
	return out.Cleaned()
}

// notes sets lines as text to read, in as many notes as they need.
func notes(title string, lines []string) []card.Field {
	var out []card.Field
	text := ""
	flush := func() {
		if text == "" {
			return
		}
		label := title
		if len(out) > 0 {
			label = fmt.Sprintf(textContinued, title, len(out)+1)
		}
		out = append(out, card.Field{Key: fmt.Sprintf("note.%s.%d", slug(title), len(out)+1), Kind: card.FieldNote, Label: label, Help: text})
		text = ""
	}
	for _, l := range lines {
		l = short(l, card.MaxNote)
		if text != "" && len([]rune(text))+len([]rune(l))+1 > card.MaxNote {
			flush()
		}
		if text != "" {
			text += "\n"
		}
		text += l
	}
	flush()
	return out
}
