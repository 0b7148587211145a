package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// Details gives everything about a request on one card, to read: all answers, every rule that hit, conditions, decisions
// with their reasons. What does not fit is in the portal, and the card says so.
func Details(c Case) card.Card {
	out := c.head()
	out.Lead = []string{c.standing()}
	out.Facts = c.allFacts()
	out.Track = c.track()
	out.Sections = c.pageSections()
	for i := range out.Sections {
		out.Sections[i].Folded = true
	}
	out.Buttons = c.back()
	return c.finish(out)
}

// back gives the ways on from a card that explains: in the portal back to the request's page, which has everything; in chat
// back to the card, and what else there is.
func (c Case) back(also ...card.Button) []card.Button {
	if c.Surface == workflows.SurfacePortal {
		return []card.Button{{Label: fmt.Sprintf(buttonBackTo, c.Request.ID), Path: Path(c.Request.ID)}}
	}
	out := append([]card.Button{{Label: buttonBack, Action: showAction(workflows.RequestRef(c.Request.ID).String())}}, also...)
	return append(out, card.Button{Label: buttonPortal, Path: Path(c.Request.ID)})
}

// Path gives the portal's page of a request.
func Path(id string) string { return "/requests/" + id }

func (c Case) allFacts() []card.Fact {
	s := c.Request.Screening
	out := append(c.aboutFacts(), []card.Fact{
		{Label: labelKind, Value: c.Flow.Title},
		{Label: labelAskedBy, Value: upper(c.full(c.Request.Requester))},
		{Label: labelOwner, Value: upper(c.full(c.Request.Owner))},
		{Label: labelSent, Value: c.Eyes().moment(c.Request.SentAt)},
		{Label: labelTier, Value: c.tierFact()},
	}...)
	if ranked(c.Flow) {
		out = append(out, card.Fact{Label: labelLegal, Value: legal(c.Flow, s.Assessment.LegalClass)})
	}
	if c.Request.Round > 1 {
		out = append(out, card.Fact{Label: labelRound, Value: fmt.Sprint(c.Request.Round)})
	}
	if !c.Request.ValidUntil.IsZero() {
		out = append(out, card.Fact{Label: labelValid, Value: c.lastDay(c.Request.ValidUntil)})
	}
	return append(out, card.Fact{Label: labelPolicy, Value: fmt.Sprintf(textPolicy, c.Flow.Key, s.Version, shortHash(s.Policy))})
}

// tierFact gives the tier with its meaning and, where people named it, the one the rules gave.
func (c Case) tierFact() string {
	info := c.tier()
	out := info.Display
	if info.Meaning != "" {
		out += ": " + info.Meaning
	}
	if was := c.Request.Screening.Assessment.Computed; was != "" && was != info.Tier {
		out += " " + fmt.Sprintf(textComputed, c.tierName(was))
	}
	return short(out, card.MaxFactValue)
}

func shortHash(h string) string { return h[:min(len(h), 12)] }

func (c Case) answerLines() []string {
	return answerLines(c.Flow, c.Request.Screening, c.Eyes(), c.who)
}

func (c Case) allHits() []string {
	if len(c.Request.Screening.Assessment.Hits) == 0 {
		return []string{textNoHits}
	}
	return hitLines(c.Flow, c.Request.Screening.Assessment, true)
}

// decisionLines gives the decisions of the round with their reasons and chosen conditions.
func (c Case) decisionLines() []string {
	var out []string
	for _, v := range c.votes("") {
		line := c.voteLine(v)
		if v.Reason != "" {
			line += " " + fmt.Sprintf(textReason, sentence(short(v.Reason, answerLength)))
		}
		if chosen := c.chosen(v); chosen != "" {
			line += " " + fmt.Sprintf(textChosen, chosen)
		}
		out = append(out, line)
	}
	for _, r := range c.rulings("") {
		out = append(out, c.rulingLine(r))
	}
	return out
}

// chosen names the conditions somebody chose beside the required ones.
func (c Case) chosen(v approval.Vote) string {
	var out []string
	for _, choice := range v.Conditions {
		i := slices.IndexFunc(c.plan().Conditions, func(one policy.Condition) bool { return one.Key == choice.Key })
		switch {
		case choice.Key == "":
			out = append(out, fmt.Sprintf(textOwnChoice, quote(choice.Text, 300), c.Eyes().date(choice.Due)))
		case i >= 0:
			out = append(out, strings.TrimSuffix(c.plan().Conditions[i].Label, "."))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return sentence(strings.Join(out, "; "))
}

// earlierLines says what became of earlier rounds.
func (c Case) earlierLines() []string {
	var out []string
	for _, v := range c.Request.Votes {
		if v.Round < c.Request.Round {
			out = append(out, fmt.Sprintf(textEarlierVote, v.Round, c.voteLine(v)))
		}
	}
	return out
}

func (c Case) riskLines() []string {
	s := c.Request.Screening
	return riskLines(c.Flow, s.Answers[policy.LinesKey].Lines, s.Lines, c.Eyes(), c.role)
}
