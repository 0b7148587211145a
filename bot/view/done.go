package view

import (
	"fmt"
	"strings"

	"steward/workflows"
	"steward/workflows/approval"
)

// Done says what a press or a form did, in a sentence or two.
func Done(c Case, verb string) string {
	switch verb {
	case VerbRequest:
		return fmt.Sprintf(textSent, c.Request.ID) + " " + c.standing()
	case VerbEdit:
		return fmt.Sprintf(textSentAgain, c.Request.ID) + " " + c.standing()
	case VerbRenew:
		return fmt.Sprintf(textRenewDone, c.Request.ID) + " " + c.standing()
	case VerbDecide, VerbApprove, VerbReject, VerbNoObjection, VerbObject, VerbRule, VerbOverride, VerbCorrect:
		if own, ok := c.ownCast(); ok {
			return strings.TrimSpace(own + " " + c.after())
		}
	case VerbAsk:
		return fmt.Sprintf(textAsked, c.who(c.Request.Asker()))
	case VerbAnswer:
		return textAnswered
	case VerbAccept:
		return fmt.Sprintf(textAccepted, c.Request.ID)
	case VerbDecline:
		return fmt.Sprintf(textDeclinedNow, c.who(c.Request.Asker()))
	case VerbWithdraw:
		return fmt.Sprintf(textWithdrawnNow, c.Request.ID)
	case VerbLink:
		return textLinked
	case VerbName:
		return textNamed
	case VerbEmergency, VerbEmergencyAllow, VerbEmergencyWait:
		return c.emergencyDone(verb)
	}
	return c.standing()
}

// after says what comes after a decision: where it is now, or what its end adds to it.
func (c Case) after() string {
	switch {
	case c.open():
		return c.standing()
	case c.Request.Status == approval.StatusStopped:
		return c.outcome()
	case !c.Request.ValidUntil.IsZero():
		return strings.TrimSpace(fmt.Sprintf(textApprovedUntil, c.lastDay(c.Request.ValidUntil)))
	}
	return ""
}

// AlreadySent answers a form that did its work: it says so, and where it is now.
func AlreadySent(c Case, form string) string {
	if form == VerbRequest || form == VerbEdit || form == VerbRenew {
		return fmt.Sprintf(textWasSent, c.Request.ID) + " " + c.standing()
	}
	return textWasDone + " " + c.standing()
}

// Stale says that a press decided nothing because what it was on has changed, and what is so now.
func Stale(c Case, no *workflows.Refusal, seen workflows.Seen) string {
	if no.Sentence != "" {
		return Sentence(no)
	}
	return strings.TrimSpace(Sentence(no) + " " + Changed(c, seen))
}

// CannotNow says why something cannot be done, or not any more, by this reader.
func CannotNow(c Case, verb string) *workflows.Refusal {
	switch {
	case !c.open():
		return workflows.Refuse(workflows.CodeClosed, c.outcome()+" "+textNothingMore)
	case c.onHold() && (verb == VerbDecide || verb == VerbReject || verb == VerbApprove):
		return &workflows.Refusal{Code: workflows.CodeProhibited, Sentence: Sentence(&workflows.Refusal{Code: workflows.CodeProhibited})}
	}
	if own, ok := c.ownCast(); ok && (verb == VerbDecide || verb == VerbReject || verb == VerbObject) {
		return workflows.Refuse(workflows.CodeDecided, own+" "+textNothingMore)
	}
	return workflows.Refuse(workflows.CodeNotNow, textCannotNow+" "+c.standing())
}

// Voids counts what an edit voids: votes, rulings and advice of the present round.
func Voids(c Case) int { return len(c.votes("")) + len(c.rulings("")) + len(c.advices("")) }

// OnlyOwner is said to somebody who begins what only the owner of a thing begins.
func OnlyOwner(c Case) string {
	return fmt.Sprintf(textOnlyOwner, upper(c.who(c.Request.Owner)), c.Request.ID)
}
