package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// standing says in one sentence or two where an open request is.
func (c Case) standing() string {
	if !c.open() {
		return c.outcome()
	}
	if c.Request.Declined {
		return fmt.Sprintf(textDeclined, upper(c.name(c.Request.Owner)))
	}
	s, ok := c.stage()
	if !ok {
		return ""
	}
	if c.Request.StageAt.IsZero() {
		if unmet := c.unmet(); len(unmet) > 0 && unmet[0].Before == s.Key {
			if id, making := c.making(); making {
				return fmt.Sprintf(textWaitsFor, id)
			}
			return fmt.Sprintf(textWaitsLink, sentence(unmet[0].Text))
		}
		return fmt.Sprintf(textWaitsOwner, c.name(c.Request.Owner))
	}
	out := c.standingAnswer(s)
	if out == "" {
		out = c.standingStage(s)
	}
	if c.Request.Escalated {
		out += " " + c.lateSince(s)
	}
	return out
}

// standingAnswer names who has to answer first, whose question it is, and whose clock stands still until then; empty where no
// answer is waited for.
func (c Case) standingAnswer(s policy.Stage) string {
	open := c.openQuestions()
	answer := c.asked(func(why workflows.Why) bool { return why == workflows.WhyQuestion })
	if !c.paused() || len(open) == 0 || len(answer) == 0 {
		return ""
	}
	var who []string
	for _, p := range answer {
		who = append(who, c.name(p))
	}
	still := mid(c.stageLabel(s))
	if people := c.asked(stageWaits); len(people) > 0 && len(people) <= 4 {
		still = c.names(people)
	}
	return fmt.Sprintf(textWaitsAnswer, strings.Join(who, " or "), c.name(open[0].Person), still)
}

// stageWaits says that such a wait is for a decision, or for advice.
func stageWaits(why workflows.Why) bool {
	return why == workflows.WhyDecide || why == workflows.WhyAdvise
}

// asked gives those who are waited for in such a way, each once.
func (c Case) asked(is func(workflows.Why) bool) []workflows.PersonID {
	var out []workflows.PersonID
	for _, w := range c.Request.Waits {
		if is(w.Why) && !slices.Contains(out, w.Who) {
			out = append(out, w.Who)
		}
	}
	return out
}

// standingStage names who is waited for, as what, and until when.
func (c Case) standingStage(s policy.Stage) string {
	people := c.asked(stageWaits)
	var due time.Time
	for _, w := range c.Request.Waits {
		if stageWaits(w.Why) && w.Due.After(due) {
			due = w.Due
		}
	}
	tail := ""
	if !due.IsZero() {
		tail = fmt.Sprintf(textDueBy, c.Eyes().moment(due))
		if c.Now.After(due) {
			tail = fmt.Sprintf(textDueWas, c.Eyes().moment(due))
		}
	}
	label := mid(c.stageLabel(s))
	switch who := c.names(people); {
	case len(people) == 0:
		return fmt.Sprintf(textUnblocked, label)
	case len(people) > 4:
		return fmt.Sprintf(textWaitingFor, label+tail)
	case len(s.Members) > 1 || s.Kind != policy.StageDecide:
		return fmt.Sprintf(textWaitingMany, who, label, tail)
	default:
		return fmt.Sprintf(textWaitingStage, who, label, tail)
	}
}

// paused says that the clock of the present stage stands still.
func (c Case) paused() bool {
	n := len(c.Request.Pauses)
	return n > 0 && c.Request.Pauses[n-1].To.IsZero()
}

// pause says whose question keeps the clock; empty where it runs.
func (c Case) pause() string {
	open := c.openQuestions()
	if !c.paused() || len(open) == 0 {
		return ""
	}
	return fmt.Sprintf(textPaused, c.name(open[0].Person))
}

// lateSince says who was told that the stage is late.
func (c Case) lateSince(s policy.Stage) string {
	var out []workflows.PersonID
	for _, w := range c.Request.Waits {
		if w.Why == workflows.WhyEscalated {
			out = append(out, w.Who)
		}
	}
	if len(out) > 0 {
		return fmt.Sprintf(textLateSince, upper(c.names(out)), were(len(out)), another(s))
	}
	var roles []string
	for _, r := range s.EscalateTo {
		roles = append(roles, mid(c.role(r)))
	}
	if len(roles) == 0 {
		return fmt.Sprintf(textLateSince, "Nobody", were(1), another(s))
	}
	return fmt.Sprintf(textLateSince, upper(and(roles)), were(len(roles)), another(s))
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// outcome says in a sentence how a request ended.
func (c Case) outcome() string {
	r := c.Request
	at := c.Eyes().moment(r.EndedAt)
	with := ""
	if n := len(c.allAttached()); n > 0 {
		with = fmt.Sprintf(textWith, count(n, "condition"))
	}
	switch r.Status {
	case approval.StatusExpired:
		return c.expired() + " " + c.endedBy(true, with)
	case approval.StatusApproved:
		out := c.endedBy(true, with)
		if !r.ValidUntil.IsZero() {
			out += fmt.Sprintf(textApprovedUntil, c.lastDay(r.ValidUntil))
		}
		return out
	case approval.StatusRejected:
		return c.endedBy(false, "")
	case approval.StatusWithdrawn:
		if r.Moot {
			return fmt.Sprintf(textMoot, r.Linked, at)
		}
		return fmt.Sprintf(textWithdrawn, c.name(r.Asker()), at)
	case approval.StatusStopped:
		return fmt.Sprintf(textStopped, at)
	case approval.StatusOpen:
	}
	return ""
}

// expired says that the approval has ended, and what that means, in the flow's words where it has any.
func (c Case) expired() string {
	return fmt.Sprintf(textEndedOn, c.lastDay(c.Request.ValidUntil)) + " " + cmp.Or(sentence(c.plan().Ended), textEndedMeans)
}

// ends says that the approval ends by itself, and what to do where it is still needed.
func (c Case) ends() string { return fmt.Sprintf(textEnding, c.lastDay(c.Request.ValidUntil)) }

// endedBy names the last vote, in the flow's own word: "Approved by Cleo Marsh, Wed 26 Nov 16:00, with 3 conditions."
func (c Case) endedBy(approve bool, with string) string {
	word, by := c.plan().Reject, "nobody"
	if approve {
		word = c.plan().Approve
	}
	for _, v := range c.votes("") {
		if v.Approve == approve {
			by = c.caster(v.Cast)
		}
	}
	if past, ok := participle(word); ok {
		return fmt.Sprintf(textApproved, past, by, c.Eyes().moment(c.Request.EndedAt), with)
	}
	return fmt.Sprintf(textAppQuoted, word, by, c.Eyes().moment(c.Request.EndedAt), with)
}

// lastDay gives a day that ends somewhere, as the organisation counts days.
func (c Case) lastDay(t time.Time) string {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	return c.Eyes().dayOf(t.In(zone))
}

// ended gives the lead of a request that is over: the end with the reason, and what it means for the reader.
func (c Case) ended() []string {
	r := c.Request
	first := c.outcome()
	if votes := c.votes(""); len(votes) > 0 && r.Status != approval.StatusWithdrawn {
		if reason := votes[len(votes)-1].Reason; reason != "" {
			first += " " + fmt.Sprintf(textReason, sentence(short(reason, 600)))
		}
	}
	out := []string{first}
	switch {
	case !c.isRequester() && !c.isOwner():
		return append(out, textNothingMore)
	case r.Moot:
		return append(out, textNothingMore)
	case c.Subject != nil && !r.Approved():
		return append(out, fmt.Sprintf(textAgainFrom, c.Subject.name()))
	case c.Subject != nil && r.Status == approval.StatusExpired:
		return out // its flow says what follows
	case r.Status == approval.StatusRejected || r.Status == approval.StatusWithdrawn || r.Status == approval.StatusExpired:
		return append(out, textAskAgain)
	case len(c.allAttached()) > 0:
		return append(out, fmt.Sprintf(textConditions, count(len(c.allAttached()), "condition"), c.name(r.Owner)))
	}
	return out
}
