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

// lead says what is asked of the reader and until when; where nothing is, how it stands or ended.
func (c Case) lead() []string {
	if !c.open() {
		return c.withEmergency(c.ended())
	}
	out := c.asks()
	if len(out) == 0 {
		out = c.unasked()
	}
	out = c.withEmergency(out)
	if c.onHold() && (c.isRequester() || c.isOwner()) {
		out = append([]string{textStopNow}, out...)
	}
	if why := c.voided(); why != "" {
		return append([]string{why}, out...)[:min(len(out)+1, card.MaxLead)]
	}
	if c.Request.Round > 1 && (c.deciding() || c.tookPart()) {
		out = append([]string{fmt.Sprintf(textNewRound, c.why(), c.Eyes().moment(c.Request.RoundAt))}, out...)
	}
	return out[:min(len(out), card.MaxLead)]
}

// asks says what waits for the reader, each in one sentence or two; empty where nothing does.
func (c Case) asks() []string {
	var out []string
	for _, w := range c.mine() {
		out = append(out, strings.TrimSpace(c.ask(w)+" "+c.askMore(w)))
	}
	switch {
	case len(out) == 0:
	case c.deciding():
		out = append(out, c.pause())
	case !c.isAsked(workflows.WhyEscalated) && !c.isAsked(workflows.WhyUnblock):
		out = append(out, c.standing())
	}
	return slices.Compact(slices.DeleteFunc(out, func(s string) bool { return s == "" }))
}

// unasked says how it stands to somebody of whom nothing is asked.
func (c Case) unasked() []string {
	var out []string
	if own, ok := c.ownCast(); ok {
		out = append(out, own)
	}
	switch {
	case c.isRequester():
		out = append(out, fmt.Sprintf(textYouSent, c.Eyes().moment(c.Request.SentAt)))
	case c.isOwner():
		out = append(out, fmt.Sprintf(textYouOwn, c.full(c.Request.Requester)))
	case len(out) == 0:
		out = append(out, fmt.Sprintf(textSentBy, c.full(c.Request.Requester), c.Eyes().moment(c.Request.SentAt)))
	}
	out = append(out, c.standing())
	if c.isRequester() || c.isOwner() {
		out = append(out, textWellTell)
	}
	return out
}

// tookPart says that the reader decided or advised in an earlier round.
func (c Case) tookPart() bool {
	theirs := func(v approval.Cast) bool {
		return v.Round < c.Request.Round && (v.Person == c.Viewer.ID || v.For == c.Viewer.ID)
	}
	return slices.ContainsFunc(c.Request.Votes, func(v approval.Vote) bool { return theirs(v.Cast) }) ||
		slices.ContainsFunc(c.Request.Advices, func(v approval.Advice) bool { return theirs(v.Cast) }) ||
		slices.ContainsFunc(c.Request.Rulings, func(v approval.Ruling) bool { return theirs(v.Cast) })
}

func (c Case) onHold() bool {
	s, ok := c.stage()
	return ok && s.Kind == policy.StageHold
}

// ask says in one sentence what one wait asks of the reader, with until when.
func (c Case) ask(w workflows.Wait) string {
	switch w.Why {
	case workflows.WhyDecide:
		return c.askDecide(w)
	case workflows.WhyAdvise:
		return c.until(w, textAsksAdvice, c.full(c.Request.Asker()), c.forWhom(w), c.as(c.seatRoles(w)...))
	case workflows.WhyAccept:
		return fmt.Sprintf(textAskAccept, c.full(c.Request.Asker()))
	case workflows.WhyQuestion:
		return c.askAnswer(w)
	case workflows.WhyEscalated:
		return c.askNaming()
	case workflows.WhyUnblock:
		s, _ := c.stage()
		return fmt.Sprintf(textUnblock, mid(c.stageLabel(s)))
	case workflows.WhyMissing:
		return c.askMissing(w)
	case workflows.WhyEmergency:
		return c.askEmergency(w)
	case workflows.WhyOverride:
		return fmt.Sprintf(textAskOverride, mid(c.role(w.Role)))
	case workflows.WhyTask:
		return textTask
	case workflows.WhyStop:
		return textStopNow
	case workflows.WhyAnswer, workflows.WhyProgress, workflows.WhyOutcome, workflows.WhyInform, workflows.WhyRemind,
		workflows.WhyNoAnswer, workflows.WhyOverruled, workflows.WhyNobody,
		workflows.WhyLink, workflows.WhyLinked, workflows.WhyAnchor, workflows.WhyVerify, workflows.WhyHandOver, workflows.WhyHandedOver,
		workflows.WhyReEvaluate, workflows.WhyRenew, workflows.WhyEnding, workflows.WhyExpired, workflows.WhySeen, workflows.WhyJoin, workflows.WhyJoined,
		workflows.WhyEmergencyAnswer, workflows.WhyCorrected, workflows.WhyStandIn, workflows.WhyDelegateLost, workflows.WhyVendorFact: // of requests nobody waits for those
	}
	return c.standing()
}

// askMore says what the reader should know beside what is asked.
func (c Case) askMore(w workflows.Wait) string {
	switch {
	case w.Why == workflows.WhyAdvise:
		return textAdviceDoes
	case w.Why == workflows.WhyQuestion && c.paused():
		return textQuestClock
	case w.Why == workflows.WhyUnblock:
		return c.namedBefore()
	case w.For == "" && stageWaits(w.Why):
		return c.namedBy(w.Who)
	}
	return ""
}

// namedBefore says of everybody named from outside in the present stage that they have not decided: they left, are away, or late.
func (c Case) namedBefore() string {
	s, _ := c.stage()
	var out []string
	for _, n := range c.Request.Namings {
		if n.Outsider && n.Round == c.Request.Round && n.Stage == s.Key {
			out = append(out, fmt.Sprintf(textUnblockMore, upper(c.name(n.Person)), c.Eyes().moment(n.At)))
		}
	}
	return strings.Join(out, " ")
}

func (c Case) askDecide(w workflows.Wait) string {
	as, who := c.as(c.seatRoles(w)...), c.full(c.Request.Asker())
	switch s, _ := c.stage(); s.Kind {
	case policy.StageHold:
		return c.until(w, textHoldAsk, c.forWhom(w), as)
	case policy.StageClassify:
		return c.until(w, textClassifyAsk, who, c.forWhom(w), as)
	case policy.StageDecide:
	}
	return fmt.Sprintf(textAsksYou, who, strings.ToLower(c.plan().Approve)) + " " + c.until(w, textYouDecide, c.forWhom(w), as)
}

// until fills a sentence that ends with until when: nothing where nothing is due, a sentence of its own where it is late.
func (c Case) until(w workflows.Wait, format string, args ...any) string {
	due, late := "", ""
	switch {
	case w.Due.IsZero():
	case c.Now.After(w.Due) && c.kept:
		late = fmt.Sprintf(textItWasDue, c.Eyes().moment(w.Due))
	case c.Now.After(w.Due):
		late = fmt.Sprintf(textWasDue, c.Eyes().moment(w.Due), c.Eyes().ago(w.Due))
	default:
		due = fmt.Sprintf(textDueNow, c.Eyes().moment(w.Due))
	}
	return strings.ReplaceAll(fmt.Sprintf(format, append(args, due)...), ", .", ".") + late
}

// seatRoles gives the roles in which the reader is asked: one press can answer for several.
func (c Case) seatRoles(w workflows.Wait) []workflows.Role {
	kinds := []string{approval.Decided{}.Kind(), approval.Ruled{}.Kind()}
	if w.Why == workflows.WhyAdvise {
		kinds = []string{approval.Advised{}.Kind()}
	}
	for _, a := range c.actions() {
		if slices.Contains(kinds, a.Kind) && len(a.Roles) > 0 {
			return a.Roles
		}
	}
	return []workflows.Role{w.Role}
}

func (c Case) forWhom(w workflows.Wait) string {
	if w.For == "" {
		return ""
	}
	return fmt.Sprintf(textFor, c.who(w.For))
}

// askMissing says what has to be there first: another owner, or a reference.
func (c Case) askMissing(w workflows.Wait) string {
	if c.Request.Declined && w.Part == policy.OwnerKey {
		return fmt.Sprintf(textDeclined, upper(c.name(c.Request.Owner)))
	}
	for _, p := range c.unmet() {
		if p.Key == w.Part {
			says := fmt.Sprintf(textMissing, sentence(p.Text))
			if a, ok := c.Request.Assessed(p.Flow); ok && c.Assessment != nil && a.ID == c.Assessment.Request.ID {
				says += " " + a.ID + ": " + c.assessedState()
			}
			return says
		}
	}
	return c.standing()
}

func (c Case) askAnswer(w workflows.Wait) string {
	for _, q := range c.openQuestions() {
		if questionArg(q.ID) == w.Part || w.Part == "" {
			return fmt.Sprintf(textAsksQuest, upper(c.full(q.Person)), quote(q.Text, 600))
		}
	}
	return c.standing()
}

// askNaming says that the stage is late, and whom the reader may name.
func (c Case) askNaming() string {
	s, _ := c.stage()
	for _, a := range c.actions() {
		if a.Kind == (approval.Named{}).Kind() && len(c.button(a)) > 0 {
			return fmt.Sprintf(textLateNaming, upper(c.waiting()), mid(c.stageLabel(s)), another(s))
		}
	}
	return fmt.Sprintf(textLateNobody, upper(c.waiting()), mid(c.stageLabel(s)), "no "+strings.TrimPrefix(another(s), "an"))
}

// another says who can be named in a stage that is late.
func another(s policy.Stage) string {
	if len(s.Members) == 1 && s.Members[0].Role == workflows.LineManager {
		return "another manager"
	}
	return "another holder of the role"
}

// unmet gives the preconditions without a link.
func (c Case) unmet() []policy.Precondition {
	var out []policy.Precondition
	for _, p := range c.plan().Preconditions {
		if !c.Request.Meets(p) {
			out = append(out, p)
		}
	}
	return out
}

// waiting names who is asked for a decision or advice.
func (c Case) waiting() string {
	if out := c.asked(stageWaits); len(out) > 0 {
		return c.names(out)
	}
	return "nobody"
}

// ownCast gives what the reader did in this round, as a sentence, and the stage that comes next where it has come.
func (c Case) ownCast() (string, bool) {
	mine := func(v approval.Cast) bool { return v.Person == c.Viewer.ID || v.For == c.Viewer.ID }
	for _, v := range slices.Backward(c.votes("")) {
		if mine(v.Cast) {
			return c.thenNext(c.voteLine(v), v.Stage), true
		}
	}
	for _, v := range slices.Backward(c.rulings("")) {
		if mine(v.Cast) {
			if v.Stage == approval.PartOverride { // the stage that it is in was there before
				return c.rulingLine(v), true
			}
			return c.thenNext(c.rulingLine(v), v.Stage), true
		}
	}
	for _, v := range slices.Backward(c.advices("")) {
		if mine(v.Cast) {
			return c.thenNext(c.adviceLine(v), v.Stage), true
		}
	}
	return "", false
}

func (c Case) thenNext(line, stage string) string {
	s, ok := c.stage()
	if !ok || s.Key == stage {
		return line
	}
	return line + " " + fmt.Sprintf(textNext, mid(c.stageLabel(s)))
}
