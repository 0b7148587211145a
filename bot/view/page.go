package view

import (
	"slices"

	"steward/bot/card"
)

// pageFacts gives the facts of the portal's page: those of the card, and the rest below as far as there is room. The tier and the legal class
// always have it.
func (c Case) pageFacts() []card.Fact {
	out, rest := c.facts(), c.allFacts()
	out = out[:min(len(out), card.MaxFacts-2)]
	ranks := slices.DeleteFunc(slices.Clone(rest), func(f card.Fact) bool { return f.Label != labelTier && f.Label != labelLegal })
	for _, f := range slices.Concat(ranks, rest) {
		if !slices.ContainsFunc(out, func(have card.Fact) bool { return have.Label == f.Label }) && len(out) < card.MaxFacts {
			out = append(out, f)
		}
	}
	return out
}

// pageSections gives everything about a request: the portal's page is its card with nothing left out.
func (c Case) pageSections() []card.Section {
	var out []card.Section
	add := func(title string, lines []string, folded bool) {
		if len(lines) > 0 {
			out = append(out, card.Section{Title: title, Lines: lines, Folded: folded})
		}
	}
	add(titleRenewal, c.renewalLines(), false)
	add(titleQuestions, c.questionLines(10), false)
	add(titleMissing, c.missingLines(), false)
	title, assessed := c.assessedLines(0)
	add(title, assessed, false)
	add(titleReferences, c.referenceLines(), false)
	carried, lines := c.carriedLines()
	add(carried, lines, false)
	add(titleAdvice, c.adviceLines(), false)
	add(titleNamedTier, c.namedLines(), false)
	if c.Request.Approved() {
		add(titleConditions, c.attachedLines(), false)
	} else {
		always, suggested := c.conditionLabels()
		add(titleAlways, always, false)
		add(titleSuggested, suggested, false)
	}
	add(TitleAnswers, c.answerLines(), false)
	add(titleRisks, c.riskLines(), false)
	out = append(out, Form{Flow: c.Flow}.views(c.Request.Screening.Assessment)...)
	add(titleAskReview, c.reviewQuestions(), false)
	add(titleDecisions, c.decisionLines(), false)
	add(titleEarlier, c.earlierLines(), true)
	return out
}
