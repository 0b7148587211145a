package view

import (
	"strconv"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// Answer lengths on cards, in runes.
const (
	factLength   = 240
	answerLength = 600
	maxCardFacts = 4
)

// glances lists, in the order of the card, the questions of the shipped flows that have a short label there. A flow with
// other keys shows its first long text and its first choices under their own labels.
func glances() []card.Fact {
	return []card.Fact{
		{Label: labelFor, Value: "purpose"},
		{Label: labelFor, Value: "exception"},
		{Label: "Data", Value: "data"},
		{Label: "Reaches", Value: "system_access"},
		{Label: "Decides", Value: "autonomy"},
		{Label: "Until", Value: "until"},
		{Label: "Risk", Value: "risk"},
		{Label: "Meanwhile", Value: "measure"},
		{Label: "Harm to people", Value: "harm_individuals"},
		{Label: "Concludes", Value: "result"},
	}
}

// facts gives the few answers one needs to decide, and who is accountable and who comes after.
func (c Case) facts() []card.Fact {
	out := append(c.aboutFacts(), c.glances()...)
	if c.Request.Owner != c.Request.Requester || c.isOwner() {
		out = append(out, card.Fact{Label: labelOwner, Value: c.name(c.Request.Owner)})
	}
	if class := c.Request.Screening.Assessment.LegalClass; ranked(c.Flow) && class != c.Flow.LegalRanks[0] {
		out = append(out, card.Fact{Label: labelLegal, Value: legal(c.Flow, class)})
	}
	if kept, ok := c.vendorFact(); ok && c.deciding() {
		out = append(out, kept)
	}
	if next := c.next(); next != "" && c.deciding() {
		out = append(out, card.Fact{Label: labelAfterYou, Value: short(next, factLength)})
	}
	return out
}

func (c Case) glances() []card.Fact {
	var out []card.Fact
	for _, g := range glances() {
		if q, ok := c.Flow.Question(g.Value); ok {
			if value := c.answer(q, c.Request.Screening.Answers[q.Key], factLength); value != "" {
				out = append(out, card.Fact{Label: g.Label, Value: value})
			}
		}
	}
	if len(out) > 0 {
		return out[:min(len(out), maxCardFacts)]
	}
	for _, q := range c.Flow.Questions {
		if q.Type != policy.LongText && q.Type != policy.MultiSelect {
			continue
		}
		if value := c.answer(q, c.Request.Screening.Answers[q.Key], factLength); value != "" && len(out) < maxCardFacts {
			out = append(out, card.Fact{Label: short(q.Label, card.MaxFactLabel), Value: value})
		}
	}
	return out
}

// answer gives an answer in words: labels of options, names of persons, dates of the reader. Empty where there is none.
func (c Case) answer(q policy.Question, a policy.Answer, length int) string {
	return answer(q, a, length, c.Eyes(), c.who)
}

func answer(q policy.Question, a policy.Answer, length int, e Eyes, who func(workflows.PersonID) string) string {
	switch q.Type {
	case policy.Select:
		return optionLabel(q, a.Text)
	case policy.MultiSelect:
		var out []string
		for _, v := range a.List {
			out = append(out, optionLabel(q, v))
		}
		return short(strings.Join(out, " · "), length)
	case policy.ControlRefs:
		return short(strings.Join(a.List, ", "), length)
	case policy.User:
		if a.Text == "" {
			return ""
		}
		return who(workflows.PersonID(a.Text))
	case policy.Date:
		if a.Text == "" {
			return ""
		}
		return e.date(a.Text)
	case policy.Number:
		if a.Number == 0 {
			return ""
		}
		return strconv.FormatInt(a.Number, 10)
	case policy.Boolean:
		if a.Yes {
			return "Yes"
		}
		return ""
	case policy.ShortText, policy.LongText:
	}
	return short(a.Text, length)
}

func optionLabel(q policy.Question, value string) string {
	for _, o := range q.Options {
		if o.Value == value {
			return o.Label
		}
	}
	return short(value, card.MaxOptionLabel)
}
