package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
)

// Message gives the card of a message about a request: the request's card as it is now, with what the message is about on
// top where the card does not say it, and a gist that can stand alone. part narrows it, as in [workflows.Notify].
func Message(c Case, why workflows.Why, part string) card.Card {
	out := Request(c)
	news := c.news(why, part)
	if news == "" {
		return out
	}
	if why == workflows.WhyInform {
		out.Lead = c.informed(out.Lead)
	} else {
		out.Lead = slices.DeleteFunc(slices.Clone(out.Lead), func(line string) bool { return strings.Contains(news, line) })
		out.Lead = slices.Insert(out.Lead, 0, news)
	}
	if len(out.Lead) > card.MaxLead {
		out.Lead = out.Lead[:card.MaxLead]
	}
	out.Gist = short(fmt.Sprintf("%s %s: %s", c.Request.ID, short(c.title(), 80), news), card.MaxGist)
	return fit(out.Cleaned())
}

// News gives a gist without the words that nothing is asked of its reader: two messages with the same news say the same.
func News(gist string) string { return strings.TrimSuffix(gist, " "+textInform) }

// news says what a message tells that the card alone does not; empty where the card says it.
func (c Case) news(why workflows.Why, part string) string {
	switch why {
	case workflows.WhyAnswer:
		if q, ok := c.questionOf(part); ok && !q.Answered.IsZero() {
			return fmt.Sprintf(textNewAnswer, quote(q.Answer, 600))
		}
	case workflows.WhyNoAnswer:
		if q, ok := c.questionOf(part); ok && c.open() && q.Answered.IsZero() {
			return fmt.Sprintf(textNoAnswer, c.Eyes().moment(q.At))
		}
	case workflows.WhyInform:
		if !c.isRequester() && !c.isOwner() && len(c.mine()) == 0 {
			return c.standing() + " " + textInform
		}
	case workflows.WhyEscalated:
		if s, ok := c.stage(); ok && c.Request.Escalated && !c.isAsked(workflows.WhyEscalated) {
			return c.lateSince(s)
		}
	case workflows.WhyOverruled:
		return c.overruled()
	case workflows.WhyNobody:
		if c.open() && len(c.mine()) == 0 {
			return textNotNeeded
		}
	case workflows.WhyEmergencyAnswer:
		return c.emergencyNews(why)
	case workflows.WhyOverride:
		return c.namedNews(part)
	case workflows.WhyCorrected:
		return c.correctedNews()
	case workflows.WhyEnding, workflows.WhyExpired:
		switch {
		case part == approval.PartEmergency:
			return c.emergencyNews(why)
		case why == workflows.WhyEnding:
			return c.ends()
		}
	case workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion, workflows.WhyProgress,
		workflows.WhyOutcome, workflows.WhyStop, workflows.WhyRemind, workflows.WhyUnblock, workflows.WhyTask, workflows.WhyMissing,
		workflows.WhyLink, workflows.WhyLinked, workflows.WhyAnchor, workflows.WhyVerify, workflows.WhyHandOver, workflows.WhyHandedOver,
		workflows.WhyReEvaluate, workflows.WhyRenew, workflows.WhySeen, workflows.WhyJoin, workflows.WhyJoined,
		workflows.WhyEmergency, workflows.WhyStandIn, workflows.WhyDelegateLost, workflows.WhyVendorFact:
	}
	return ""
}

// informed adds to what a card says of where a request stands that its reader is asked nothing.
func (c Case) informed(lead []string) []string {
	out := slices.DeleteFunc(slices.Clone(lead), func(line string) bool { return line == textNothingMore })
	for i, line := range out {
		if strings.HasPrefix(line, c.standing()) {
			out[i] += " " + textInform
			return out
		}
	}
	return append(out, textInform)
}

// questionOf gives the question a message is about.
func (c Case) questionOf(part string) (approval.Question, bool) {
	i := slices.IndexFunc(c.Request.Questions, func(q approval.Question) bool { return questionArg(q.ID) == part })
	if i < 0 {
		return approval.Question{}, false
	}
	return c.Request.Questions[i], true
}

// overruled tells the reader who overruled their objection, and why.
func (c Case) overruled() string {
	for _, a := range slices.Backward(c.Request.Advices) {
		if a.OverruledBy == 0 || (a.Person != c.Viewer.ID && a.For != c.Viewer.ID) {
			continue
		}
		for _, v := range c.Request.Votes {
			if v.ID == a.OverruledBy {
				return fmt.Sprintf(textWasOverruled, c.caster(v.Cast), sentence(short(v.Reason, 600)))
			}
		}
	}
	return ""
}

// Holds says whether a new message of this kind would still tell its reader something true. The courier asks before it
// sends; updates of messages always hold, for they show the present state.
func Holds(c Case, why workflows.Why, part string) bool {
	if part == approval.PartEmergency && (why == workflows.WhyEnding || why == workflows.WhyExpired) {
		return c.emergencyHolds(why)
	}
	switch why {
	case workflows.WhyEmergencyAnswer:
		return c.emergencyHolds(why)
	case workflows.WhyOverride:
		return c.isAsked(why) || c.namedNews(part) != ""
	case workflows.WhyCorrected:
		return c.correctedNews() != ""
	case workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion, workflows.WhyUnblock, workflows.WhyMissing,
		workflows.WhyEmergency:
		return slices.ContainsFunc(c.mine(), func(w workflows.Wait) bool {
			return w.Why == why && (part == "" || w.Part == part)
		})
	case workflows.WhyEscalated:
		return c.open() && c.Request.Escalated
	case workflows.WhyNoAnswer, workflows.WhyProgress, workflows.WhyNobody, workflows.WhyStop:
		return c.open()
	case workflows.WhyEnding:
		return c.Request.Status == approval.StatusApproved && c.Now.Before(c.Request.ValidUntil)
	case workflows.WhyExpired:
		return c.Request.Status == approval.StatusExpired
	case workflows.WhyAnswer, workflows.WhyOutcome, workflows.WhyInform, workflows.WhyRemind, workflows.WhyOverruled, workflows.WhyTask,
		workflows.WhyLink, workflows.WhyLinked, workflows.WhyAnchor, workflows.WhyVerify, workflows.WhyHandOver, workflows.WhyHandedOver,
		workflows.WhyReEvaluate, workflows.WhyRenew, workflows.WhySeen, workflows.WhyJoin, workflows.WhyJoined,
		workflows.WhyStandIn, workflows.WhyDelegateLost, workflows.WhyVendorFact:
	}
	return true
}

// Changed says what is different from what somebody had before their eyes: for the answer to a stale press.
func Changed(c Case, seen workflows.Seen) string {
	r := c.Request
	var out []string
	switch {
	case !c.open():
		out = append(out, c.outcome())
	case seen.Round != 0 && seen.Round != r.Round:
		out = append(out, fmt.Sprintf(textNewRound, c.why(), c.Eyes().moment(r.RoundAt)))
	case seen.Stage != "" && c.stageKey() != seen.Stage:
		out = append(out, c.stageMoved(seen.Stage))
	case seen.Revision != 0 && seen.Revision != r.Revision:
		out = append(out, c.answeredSince())
	default:
		out = append(out, c.standing())
	}
	return strings.Join(out, " ")
}

func (c Case) stageKey() string {
	s, _ := c.stage()
	return s.Key
}

// why says how the present round came about.
func (c Case) why() string {
	switch c.Request.Why {
	case approval.FactRenewed:
		return upper(c.name(c.Request.Asker())) + " asked for the approval to be renewed"
	case "edited":
		return upper(c.name(c.Request.Asker())) + " changed the answers"
	case "corrected":
		return "The answers were corrected"
	case "reclassified":
		return "Another tier was named"
	}
	return "A new round began"
}

func (c Case) stageMoved(stage string) string {
	votes := c.votes(stage)
	if len(votes) == 0 {
		return c.standing()
	}
	last := votes[len(votes)-1]
	s, _ := c.stage()
	return c.voteLine(last) + " " + fmt.Sprintf(textNext, mid(c.stageLabel(s)))
}

func (c Case) answeredSince() string {
	if says := c.correctedSince(); says != "" {
		return says
	}
	for _, q := range slices.Backward(c.Request.Questions) {
		if !q.Answered.IsZero() {
			return fmt.Sprintf(textAnsweredSince, quote(q.Text, 200), quote(q.Answer, 400))
		}
	}
	return textChangedSince
}
