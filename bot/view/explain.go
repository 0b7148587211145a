package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
)

// Explain says why a request has its tier, its stages and its people, and why it waits: from what was stored when it was
// sent, evaluating nothing again.
func Explain(c Case) card.Card {
	out := c.head()
	out.Lead = []string{c.whyReader(), c.standing()}
	out.Lead = slices.DeleteFunc(out.Lead, func(s string) bool { return s == "" })
	out.Facts = []card.Fact{{Label: labelTier, Value: c.tierFact()}}
	if ranked(c.Flow) {
		out.Facts = append(out.Facts, card.Fact{Label: labelLegal, Value: legal(c.Flow, c.Request.Screening.Assessment.LegalClass)})
	}
	add := func(title string, lines []string) {
		if len(lines) > 0 {
			out.Sections = append(out.Sections, card.Section{Title: title, Lines: lines})
		}
	}
	add(titleWhyTierLong, slices.Concat([]string{c.tierSentence()}, c.namedLines(), c.correctedLines(), c.allHits()))
	add(titleRenewal, c.renewalLines())
	add(titleWhyStages, c.stageLines())
	add(titleWhyPeople, c.peopleLines())
	if c.open() {
		add(titleWhyWait, c.waitLines())
	} else {
		add(titleOutcome, c.endLines())
	}
	add(titleEmergencyLines, c.emergencyLines())
	add(titleConditions, c.attachedLines())
	out.Buttons = c.back(card.Button{Label: buttonDetails, Action: c.act(VerbDetails, "")})
	return c.finish(out)
}

// whyReader says why the reader is asked, or that they are not.
func (c Case) whyReader() string {
	for _, seat := range approval.Seats(c.Request, c.Roster, c.Now) {
		for _, e := range seat.May {
			if e.Person == c.Viewer.ID {
				return c.entitled(e)
			}
		}
	}
	switch {
	case c.isAsked(workflows.WhyEmergency):
		return fmt.Sprintf(textHolds, "You", "hold", mid(c.role(c.Request.Screening.Plan.Emergency.Approver)))
	case c.isRequester():
		return textWhyRequester
	case c.isOwner():
		return textWhyOwner
	case len(c.mine()) > 0:
		return ""
	}
	return textWhyReader
}

// entitled says why somebody may fill a seat.
func (c Case) entitled(e approval.Eligible) string {
	who, role := upper(c.name(e.Person)), mid(c.role(e.Role))
	are, has, act := "is", "holds", "acts"
	if e.Person == c.Viewer.ID {
		are, has, act = "are", "hold", "act"
	}
	switch e.How {
	case approval.ByRelation:
		return fmt.Sprintf(textIsManager, who, are, c.name(c.Request.Requester))
	case approval.ByDelegation:
		return fmt.Sprintf(textIsDelegate, who, act, c.who(e.For), role)
	case approval.ByNaming:
		if e.Role == workflows.LineManager {
			return fmt.Sprintf(textIsNamedAbove, who, are, c.name(c.Request.Requester))
		}
		return fmt.Sprintf(textIsNamed, who, has, role)
	case approval.ByOutsider:
		return strings.TrimSpace(fmt.Sprintf(textIsOutsider, who, are, role) + " " + c.namedBy(e.Person))
	}
	return fmt.Sprintf(textHolds, who, has, role)
}

// namedBy says who named somebody from outside in the present stage, when, and why; empty where nobody did.
func (c Case) namedBy(p workflows.PersonID) string {
	s, _ := c.stage()
	for _, n := range slices.Backward(c.Request.Namings) {
		if !n.Outsider || n.Person != p || n.Round != c.Request.Round || n.Stage != s.Key {
			continue
		}
		out := fmt.Sprintf(textNamedBy, upper(c.name(n.By)), whom(p == c.Viewer.ID), c.Eyes().moment(n.At))
		if n.Reason != "" {
			out += " " + fmt.Sprintf(textNamedWhy, quote(n.Reason, 600))
		}
		return out
	}
	return ""
}

// whom says you, or them.
func whom(you bool) string {
	if you {
		return "you"
	}
	return "them"
}

// tierSentence says how points and floors made the tier.
func (c Case) tierSentence() string {
	a := c.Request.Screening.Assessment
	from := c.tierName(a.FromPoints)
	out := fmt.Sprintf(textTierFrom, count(a.Points, "point"), mid(from))
	if a.Computed != "" {
		return out + " " + fmt.Sprintf(textTierNamed, mid(c.tierName(a.Computed)), mid(c.tierName(a.Tier)))
	}
	if a.Tier != a.FromPoints {
		return out + " " + fmt.Sprintf(textTierFloor, mid(c.tierName(a.Tier)))
	}
	return out
}

// stageLines says what each stage needs, and when and under which policy that was fixed.
func (c Case) stageLines() []string {
	s := c.Request.Screening
	out := []string{fmt.Sprintf(textFixed, c.Eyes().moment(c.Request.RoundAt), fmt.Sprintf(textPolicy, c.Flow.Key, s.Version, shortHash(s.Policy)))}
	for _, st := range s.Plan.Stages {
		out = append(out, stageSentence(st, c.role))
	}
	if s.Plan.OwnerAccepts && !s.Plan.OwnerIsAsker {
		out = append(out, textOwnerFirst)
	}
	for _, p := range s.Plan.Preconditions {
		out = append(out, sentence(p.Text))
	}
	switch n := s.Plan.MinIndependent; {
	case n == 1:
		out = append(out, textIndependentOne)
	case n > 1:
		out = append(out, fmt.Sprintf(textIndependent, n))
	}
	return out
}

// endLines says how the request ended, and of an approval that ends by itself when that is and when it is spoken of before.
func (c Case) endLines() []string {
	out := []string{c.outcome()}
	word, end := c.Request.Ends()
	if end.IsZero() {
		return out
	}
	line := fmt.Sprintf(textEndsItself, c.lastDay(end))
	if !word.IsZero() {
		line += " " + fmt.Sprintf(textWordBefore, c.lastDay(word))
	}
	return append(out, line)
}

// peopleLines says who fills or may fill the seats of the present stage and why, and who holds a role but may not.
func (c Case) peopleLines() []string {
	var out []string
	named := map[workflows.PersonID]bool{}
	for _, seat := range approval.Seats(c.Request, c.Roster, c.Now) {
		if seat.By != nil {
			named[seat.By.Person] = true
			out = append(out, fmt.Sprintf(textFilled, upper(c.caster(*seat.By)), c.as(seat.By.Roles...), c.Eyes().moment(seat.By.At)))
		}
		for _, e := range seat.May {
			if !named[e.Person] {
				named[e.Person] = true
				out = append(out, c.entitled(e))
			}
		}
		if seat.Open && len(seat.May) == 0 {
			out = append(out, fmt.Sprintf(textNobody, c.as(seat.Roles...)))
		}
	}
	for _, r := range approval.Explain(c.Request, c.Roster, c.Now) {
		if r.About == approval.AboutPeople && r.Who != "" && !named[r.Who] {
			named[r.Who] = true
			out = append(out, fmt.Sprintf(textBarred, c.full(r.Who)))
		}
	}
	return out
}

// waitLines says what waits for whom, since when and until when.
func (c Case) waitLines() []string {
	var out []string
	if c.paused() {
		out = append(out, textClockStill)
	}
	for _, w := range c.Request.Waits {
		line := fmt.Sprintf(textWaitLine, upper(c.name(w.Who)), c.forWhom(w), askedOfThem(w.Why), c.Eyes().moment(w.Since))
		if !w.Due.IsZero() {
			line += fmt.Sprintf(textDueBy, c.Eyes().moment(w.Due))
		}
		out = append(out, sentence(line))
	}
	return out
}

// askedOfThem says in a few words what somebody is asked, for whoever reads about it.
func askedOfThem(why workflows.Why) string {
	switch why {
	case workflows.WhyDecide:
		return "to decide"
	case workflows.WhyAdvise:
		return "for advice"
	case workflows.WhyAccept:
		return "to accept being accountable"
	case workflows.WhyQuestion:
		return "to answer a question"
	case workflows.WhyEscalated:
		return "to name another holder, if they wish: the stage is late"
	case workflows.WhyUnblock:
		return "to name somebody, because nobody independent is left"
	case workflows.WhyEmergency:
		return "whether it may be used before the decision"
	case workflows.WhyOverride:
		return "which tier fits"
	case workflows.WhyMissing:
		return "for something that is missing"
	case workflows.WhyTask:
		return "to fulfil a condition"
	case workflows.WhyVerify:
		return "to verify that a condition is fulfilled"
	case workflows.WhyHandOver:
		return "to name another owner"
	case workflows.WhyReEvaluate:
		return "to look at the approval again"
	case workflows.WhyRenew:
		return "to renew the approval"
	case workflows.WhySeen:
		return "to ask for approval, or to retire it"
	case workflows.WhyJoin:
		return "whether somebody may join"
	case workflows.WhyVendorFact:
		return "to look at the proof of a kept fact again"
	case workflows.WhyStop, workflows.WhyAnswer, workflows.WhyProgress, workflows.WhyOutcome, workflows.WhyInform,
		workflows.WhyRemind, workflows.WhyNoAnswer, workflows.WhyOverruled, workflows.WhyNobody,
		workflows.WhyLink, workflows.WhyLinked, workflows.WhyAnchor, workflows.WhyHandedOver, workflows.WhyEnding, workflows.WhyExpired,
		workflows.WhyJoined, workflows.WhyEmergencyAnswer, workflows.WhyCorrected, workflows.WhyStandIn, workflows.WhyDelegateLost:
	}
	return "to look at it"
}
