package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// standing says where the system stands, in a sentence or two, without anything that somebody typed.
func (e Entry) standing() string {
	s, since := e.System, e.Eyes().day(e.System.Since)
	if out := e.urgent(); out != "" {
		return out
	}
	switch s.State {
	case register.StateDiscovered:
		return e.seenStanding()
	case register.StateApproved:
		return fmt.Sprintf(textSysApproved, e.before()) + e.ends()
	case register.StatePilot:
		return fmt.Sprintf(textSysPilot, e.Eyes().date(s.PilotUntil)) + e.ends()
	case register.StateInUse:
		return fmt.Sprintf(textSysInUse, since) + e.ends()
	case register.StateReEvaluation:
		switch {
		case s.Released():
			return fmt.Sprintf(textSysReleased, since) + e.ends()
		case s.Held():
			return fmt.Sprintf(textSysAgainHeld, since, e.before()) + e.ends()
		}
		return fmt.Sprintf(textSysAgain, since) + e.ends()
	case register.StateSuspended:
		if s.Hold.Round != 0 {
			return e.held(since)
		}
		return fmt.Sprintf(textSysSuspended, since)
	case register.StateRetired:
		return fmt.Sprintf(textSysRetired, since)
	case register.StateRejected:
		return fmt.Sprintf(textSysRejected, since)
	case register.StateStopped:
		if s.Tier == "" {
			return fmt.Sprintf(textSysSeenOver, since)
		}
		if s.Turned.Event == (register.Revoked{}).Kind() {
			return fmt.Sprintf(textSysRevoked, since)
		}
		return fmt.Sprintf(textSysStopped, since)
	case register.StateExpired:
		out := fmt.Sprintf(textSysExpired, e.names().lastDay(s.ValidUntil))
		if s.Renewal != 0 {
			out += fmt.Sprintf(textSysRenewal, s.Request)
		}
		return out
	case register.StateIdea, register.StateScreening, register.StateAssessment, register.StateDesign, register.StateValidation,
		register.StateApproval:
	}
	return StateWord(string(s.State)) + "."
}

// before counts the conditions that are open and due before use, with their verb.
func (e Entry) before() string {
	n := 0
	for _, t := range e.System.Tasks {
		if t.GoLive && !t.Settled() {
			n++
		}
	}
	if n == 1 {
		return "1 condition is"
	}
	return fmt.Sprintf("%d conditions are", n)
}

// ends adds when the approval ends.
func (e Entry) ends() string {
	if e.System.ValidUntil.IsZero() {
		return ""
	}
	out := fmt.Sprintf(textSysEnds, e.names().lastDay(e.System.ValidUntil))
	if e.System.Renewal != 0 {
		out += fmt.Sprintf(textSysRenewal, e.System.Request)
	}
	return out
}

// turned says who said last where it is to stand, and why, to those who may read that.
func (e Entry) turned() string {
	t := e.System.Turned
	if t.Event == "" || !e.Whole {
		return ""
	}
	what := ""
	switch t.Event {
	case register.Changed{}.Kind():
		what = fmt.Sprintf(textTurnChanged, mid(TriggerWord(t.Trigger)))
	case register.Unchanged{}.Kind():
		what = textTurnUnchanged
	case register.Suspended{}.Kind():
		what = textTurnSuspended
	case register.Released{}.Kind():
		what = textTurnReleased
	case register.Revoked{}.Kind():
		what = textTurnRevoked
		if e.System.Tier == "" {
			what = textTurnStopped
		}
	case register.Retired{}.Kind():
		what = textTurnRetired
	case register.WentLive{}.Kind():
		what = textTurnLive
	default:
		return ""
	}
	return fmt.Sprintf(textTurned, upper(e.names().name(t.By)), what, e.Eyes().moment(t.At), sentence(short(t.Reason, 600)))
}

// TriggerWord gives a change that makes an approval be looked at again, in words: "intended_use_change" is "Intended use change".
func TriggerWord(trigger string) string { return humanise(trigger) }

// ask says in a sentence or two what one wait asks of the reader, with until when.
func (e Entry) ask(w workflows.Wait) string {
	n := e.names()
	t, isTask := e.System.Task(w.Part)
	switch {
	case e.seen() && !w.Due.IsZero():
		return e.askSeen(w)
	case w.Why == workflows.WhyTask && isTask:
		out := fmt.Sprintf(textAskTask, e.dueOf(t), quote(t.Text, 300))
		if t.Returned != "" {
			out += " " + fmt.Sprintf(textTaskReturned, sentence(short(t.Returned, 300)))
		}
		return out
	case w.Why == workflows.WhyTask:
		return fmt.Sprintf(textAskPilot, e.Eyes().date(e.System.PilotUntil))
	case w.Why == workflows.WhyVerify && isTask:
		return fmt.Sprintf(textAskVerify, upper(n.full(t.ProvedBy)), quote(t.Text, 300), quote(t.Proof, 300), mid(n.role(w.Role))) + filesLine(t)
	case w.Why == workflows.WhyHandOver:
		return fmt.Sprintf(textAskHandOver, n.who(e.System.Owner))
	case w.Why == workflows.WhyReEvaluate:
		return textAskLook
	case w.Why == workflows.WhyRenew:
		if e.System.State == register.StateExpired {
			return textAskRenewEnded
		}
		return fmt.Sprintf(textAskRenew, n.lastDay(e.System.ValidUntil))
	case w.Why == workflows.WhyJoin:
		return e.askJoin(w)
	}
	return e.standing()
}

// dueOf says until when a condition is to be fulfilled.
func (e Entry) dueOf(t register.Task) string {
	switch {
	case t.GoLive || t.Due.IsZero():
		return textBeforeUse
	case e.Now.After(t.Due):
		return fmt.Sprintf(textTaskWasDue, e.names().lastDay(t.Due), e.Eyes().ago(t.Due))
	}
	return "by " + e.names().lastDay(t.Due)
}

// SystemMessage gives the card of a message about a system, with what the message is about on top where the card does not say
// it. part narrows it, as in [workflows.Notify].
func SystemMessage(e Entry, why workflows.Why, part string) card.Card {
	out := System(e)
	news := e.news(why, part)
	if news == "" || !e.Whole && why != workflows.WhyJoin && why != workflows.WhyJoined {
		return out
	}
	out.Lead = slices.DeleteFunc(out.Lead, func(line string) bool {
		return strings.Contains(news, line) || why == workflows.WhyJoin && line == e.joinsHow() // they answered, and want nothing for themselves
	})
	out.Lead = slices.Insert(out.Lead, 0, news)
	out.Lead = out.Lead[:min(len(out.Lead), card.MaxLead)]
	out.Gist = short(fmt.Sprintf("%s %s: %s", e.System.ID, short(e.title(), 80), news), card.MaxGist)
	return fit(out.Cleaned())
}

// news says what a message tells that the card alone does not; empty where the card says it.
func (e Entry) news(why workflows.Why, part string) string {
	switch why {
	case workflows.WhyHandedOver:
		if e.Viewer.ID == e.System.Owner {
			return textNowYours
		}
	case workflows.WhyEscalated:
		if part == register.SeenPart && e.seen() {
			return fmt.Sprintf(textSeenLate, e.Eyes().day(e.System.Sighting.Due))
		}
		if t, ok := e.System.Task(part); ok && !t.Settled() {
			return fmt.Sprintf(textTaskOverdue, e.names().lastDay(t.Due), quote(t.Text, 300))
		}
	case workflows.WhySeen:
		if !e.seen() {
			return strings.TrimSpace(fmt.Sprintf(textSeenStill, e.Eyes().day(e.System.Sighting.At)) + " " + e.standing())
		}
	case workflows.WhyStop, workflows.WhyExpired:
		return strings.TrimSpace(e.standing() + " " + e.turned())
	case workflows.WhyJoin: // answered by now
		if !slices.ContainsFunc(e.mine(), func(w workflows.Wait) bool { return w.Why == why && w.Part == part }) {
			return e.became(workflows.PersonID(part))
		}
	case workflows.WhyJoined:
		return e.became(e.Viewer.ID)
	case workflows.WhyTask, workflows.WhyVerify, workflows.WhyHandOver, workflows.WhyReEvaluate,
		workflows.WhyRenew, workflows.WhyRemind, workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion,
		workflows.WhyAnswer, workflows.WhyProgress, workflows.WhyOutcome, workflows.WhyInform, workflows.WhyUnblock, workflows.WhyNoAnswer,
		workflows.WhyOverruled, workflows.WhyMissing, workflows.WhyNobody, workflows.WhyLink, workflows.WhyLinked, workflows.WhyAnchor,
		workflows.WhyEnding, workflows.WhyEmergency, workflows.WhyEmergencyAnswer, workflows.WhyOverride, workflows.WhyCorrected, workflows.WhyStandIn, workflows.WhyDelegateLost,
		workflows.WhyVendorFact:
	}
	return ""
}

// SystemHolds says whether a new message of this kind would still tell its reader something true.
func SystemHolds(e Entry, why workflows.Why, part string) bool {
	switch why {
	case workflows.WhyTask, workflows.WhyVerify, workflows.WhyHandOver, workflows.WhyReEvaluate, workflows.WhyRenew, workflows.WhyJoin:
		return slices.ContainsFunc(e.mine(), func(w workflows.Wait) bool { return w.Why == why && (part == "" || w.Part == part) })
	case workflows.WhySeen:
		return !e.System.State.Over() && !e.System.State.Live() && (!e.seen() || len(e.mine()) > 0)
	case workflows.WhyEscalated:
		t, ok := e.System.Task(part)
		return part == register.SeenPart && e.seen() && e.System.Request == "" || ok && !t.Settled() && !e.System.State.Over()
	case workflows.WhyHandedOver:
		return e.Viewer.ID == e.System.Owner
	case workflows.WhyStop:
		return e.System.State == register.StateSuspended || e.System.State.Over()
	case workflows.WhyExpired:
		return e.System.State == register.StateExpired
	case workflows.WhyJoined:
		return e.became(e.Viewer.ID) != ""
	case workflows.WhyRemind, workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion, workflows.WhyAnswer,
		workflows.WhyProgress, workflows.WhyOutcome, workflows.WhyInform, workflows.WhyUnblock, workflows.WhyNoAnswer, workflows.WhyOverruled,
		workflows.WhyMissing, workflows.WhyNobody, workflows.WhyLink, workflows.WhyLinked, workflows.WhyAnchor, workflows.WhyEnding,
		workflows.WhyEmergency, workflows.WhyEmergencyAnswer, workflows.WhyOverride, workflows.WhyCorrected, workflows.WhyStandIn, workflows.WhyDelegateLost,
		workflows.WhyVendorFact:
	}
	return true
}

// SystemDone says what a press or a form about a system did, in a sentence or two; of an answer to who asked to join, whom it answered.
func SystemDone(e Entry, verb string, answered ...workflows.PersonID) string {
	if Joins(verb) {
		return e.joinDone(verb, answered)
	}
	said := map[string]string{
		VerbProve: textDoneProve, VerbVerify: textDoneVerify, VerbSendBack: textDoneSendBack, VerbPilot: textDonePilot,
		VerbGoLive: textDoneLive, VerbChange: textDoneChange, VerbUnchanged: textDoneUnchanged, VerbSuspend: textDoneStop,
		VerbRelease: textDoneRelease, VerbRevoke: textDoneStop, VerbRetire: textDoneStop, VerbHandOver: textDoneHandOver,
	}[verb]
	switch {
	case verb == VerbHandOver && e.System.Owner == e.Viewer.ID:
		said = textNowYours
	case verb == VerbHandOver:
		said = fmt.Sprintf(said, upper(e.names().who(e.System.Owner)))
	}
	return strings.TrimSpace(said + " " + e.standing())
}

// SystemFormDone says what a form about a system did: of several proofs, which way its sender judged one.
func SystemFormDone(e Entry, d policy.Draft) string {
	switch outcome := Own(d, KeyOutcome).Text; {
	case d.Form == VerbAnswerJoin && outcome == OutcomeAgreed:
		return SystemDone(e, VerbAgree, JoinAnswered(d))
	case d.Form != VerbJudge:
		return SystemDone(e, d.Form, JoinAnswered(d))
	case outcome == OutcomeVerified:
		return SystemDone(e, VerbVerify)
	}
	return SystemDone(e, VerbSendBack)
}

// SystemAlready answers a form about a system that did its work.
func SystemAlready(e Entry) string { return textWasDone + " " + e.standing() }

// SystemCannot says why something cannot be done to a system, or not any more, by this reader.
func SystemCannot(e Entry, verb, arg string) *workflows.Refusal {
	if verb == VerbRenew {
		return e.cannotRenew()
	}
	if no := e.cannotJoin(verb, arg); no != nil {
		return no
	}
	return e.cannot()
}

// cannot says where the system stands, so that something cannot be done to it.
func (e Entry) cannot() *workflows.Refusal {
	if e.System.State.Over() {
		return workflows.Refuse(workflows.CodeClosed, e.standing()+" "+textNothingMore)
	}
	return workflows.Refuse(workflows.CodeNotNow, textCannotNow+" "+e.standing())
}
