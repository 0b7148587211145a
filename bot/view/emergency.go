package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// The words of emergency approvals.
const (
	buttonEmergency      = "Cannot wait\u2026"
	buttonEmergencyAllow = "Allow for now\u2026"
	buttonEmergencyWait  = "Let it wait\u2026"
	titleEmergency       = "Cannot wait"
	titleEmergencyAllow  = "Allow for now"
	titleEmergencyWait   = "Let it wait"
	titleEmergencyLines  = "Emergency approval"

	textEmergencyAsk     = "%s cannot wait and asks to use it before the decision, until %s: %s You may allow that%s as %s. It is no vote: you may still decide."
	textEmergencyAsked   = "An emergency approval until %s was asked for; no answer yet by %s."
	textEmergencyNobody  = "An emergency approval until %s was asked for, and nobody is left who could give it."
	textEmergencyGiven   = "Emergency approval until %s: it may be used until then, under its conditions. The full decision is pending; without it the use stops on that day."
	textEmergencyEnds    = "The emergency approval ends on %s. If the decision is not made by then, the use has to stop."
	textEmergencyEnded   = "The emergency approval ended on %s, before the decision. It must not be used until it is decided on."
	textEmergencyTier    = "The emergency approval has ended: the answers are in a higher tier now. It must not be used until it is decided on."
	textEmergencyEntry   = "The emergency approval was ended in the register. It must not be used until it is decided on."
	textEmergencyOver    = "The emergency approval has ended with it: it must not be used any more."
	textEmergencyNo      = "%s declined an emergency approval: %s It has to wait for the decision."
	textEmergencyBy      = "%s allowed it for now: %s"
	textEmergencyWish    = "Asked for by %s, %s, until %s: %s"
	textEmergencyYes     = "Allowed by %s, %s, until %s: %s"
	textEmergencyRefused = "Declined by %s, %s: %s"
	textEmergencyCounts  = "It counts for nothing in the decision."
	textEmergencyPending = "emergency approval until %s, the full decision is pending"

	textSysEmergency      = "Emergency approval until %s: the full decision on %s is pending. Without it the use stops on that day."
	textSysEmergencyFirst = "It is not to be used before the conditions due before that are verified."
	textSysEmergencyOver  = "The emergency approval ended before the decision on %[2]s. It must not be used until that is made."
	textSysEmergencyStop  = "The emergency approval ended on %s: %s was withdrawn. It must not be used."

	textEmergencyIntro      = "Somebody who looks after this can allow the use for a short time, before it is decided on. The decision goes on meanwhile; if it is not made in time, the use stops. This can be asked for once."
	textEmergencyAllowIntro = "It may be used from now on, under the conditions below; those due before use come first. If it is not decided on by that day, the use stops. Your press is no vote: you may still decide."
	textEmergencyWaitIntro  = "It is used only once it is decided on. There is no second emergency approval for a request."
	textEmergencyUntil      = "Needed until"
	textEmergencyLast       = "Last day"
	textEmergencyMost       = "%s at the latest."
	textEmergencyWhy        = "Why it cannot wait"
	textEmergencyWhyHelp    = "At least 20 characters. Whoever answers reads it."
	textEmergencyReason     = "At least 20 characters. It stays in the record, and whoever asked reads it."
	textEmergencySubmit     = "Ask"

	doneEmergency      = "You asked for an emergency approval of %s. You will get a message when it is answered; do not use it before that."
	doneEmergencyAllow = "You allowed it for now."
	doneEmergencyWait  = "It has to wait for the decision. %s was told."
)

// The verbs of emergency approvals. Each opens a form.
const (
	VerbEmergency      = "emergency"
	VerbEmergencyAllow = "emergency_allow"
	VerbEmergencyWait  = "emergency_wait"
)

// emergencyButtons gives the button of an action about an emergency approval; none for other actions.
func (c Case) emergencyButtons(a approval.Action) []card.Button {
	switch a.Kind {
	case approval.EmergencyAsked{}.Kind():
		return []card.Button{c.form(VerbEmergency, "", buttonEmergency, card.StylePlain)}
	case approval.EmergencyAllowed{}.Kind():
		if InPortal(c) {
			return c.elsewhere(buttonInPortal, buttonSignIn)
		}
		return []card.Button{c.form(VerbEmergencyAllow, "", buttonEmergencyAllow, card.StylePrimary)}
	case approval.EmergencyDeclined{}.Kind():
		if InPortal(c) {
			return c.elsewhere(buttonInPortal, buttonSignIn)
		}
		return []card.Button{c.form(VerbEmergencyWait, "", buttonEmergencyWait, card.StylePlain)}
	}
	return nil
}

// emergencyForm asks for an emergency approval, or for the answer to such a wish.
func (c Case) emergencyForm(s Sheet) card.Form {
	title, submit, intro, help := titleEmergency, textEmergencySubmit, textEmergencyIntro, textEmergencyWhyHelp
	label, day := textEmergencyWhy, textEmergencyUntil
	switch s.Draft.Form {
	case VerbEmergencyAllow:
		title, submit, intro, help = titleEmergencyAllow, titleEmergencyAllow, textEmergencyAllowIntro, textEmergencyReason
		label, day = textReasonLabel, textEmergencyLast
	case VerbEmergencyWait:
		title, submit, intro, help = titleEmergencyWait, titleEmergencyWait, textEmergencyWaitIntro, textEmergencyReason
		label, day = textReasonLabel, ""
	}
	out := s.form(c.titled(title, ""), submit)
	out.Aside = c.aside()
	out.Intro = append(out.Intro, intro)
	e := c.Request.Emergency
	if e != nil && s.Draft.Form != VerbEmergency {
		out.Intro = append(out.Intro, c.emergencyWish(*e))
	}
	if day != "" {
		until := s.text(card.FieldDate, KeyUntil, day, "", 0)
		until.Required = true
		if p := c.plan().Emergency; p != nil {
			until.Help = fmt.Sprintf(textEmergencyMost, upper(c.lastDay(c.Now.AddDate(0, 0, p.MaxDays))))
		}
		if e != nil && s.Typed == nil && len(until.Value) == 0 {
			until.Value = []string{e.Needed}
		}
		out.Fields = append(out.Fields, until)
	}
	if s.Draft.Form == VerbEmergencyAllow {
		out.Fields = append(out.Fields, c.choiceFields(s)...)
		if no := s.Errors[KeyChosen]; no != "" && out.Error == "" {
			out.Error = no
		}
	}
	reason := s.text(card.FieldLong, KeyReason, label, help, approval.MaxText)
	reason.Required = true
	out.Fields = append(out.Fields, reason)
	return out
}

// askEmergency says in a sentence or two what a wish for an emergency approval asks of the reader.
func (c Case) askEmergency(w workflows.Wait) string {
	e := c.Request.Emergency
	if e == nil {
		return c.standing()
	}
	return fmt.Sprintf(textEmergencyAsk, upper(c.full(e.By)), c.Eyes().date(e.Needed), quote(e.Reason, 600), c.forWhom(w), c.as(w.Role))
}

// emergency says where an emergency approval stands, and what it means for the use; empty where there is nothing to say to the reader.
func (c Case) emergency() string {
	e := c.Request.Emergency
	if e == nil {
		return ""
	}
	switch e.State {
	case approval.EmergencyOpen:
		who := c.asked(func(why workflows.Why) bool { return why == workflows.WhyEmergency })
		if len(who) == 0 {
			return fmt.Sprintf(textEmergencyNobody, c.Eyes().date(e.Needed))
		}
		return fmt.Sprintf(textEmergencyAsked, c.Eyes().date(e.Needed), c.names(who))
	case approval.EmergencyGiven:
		return fmt.Sprintf(textEmergencyGiven, c.lastDay(e.Until))
	case approval.EmergencyNo:
		if c.open() && (c.isRequester() || c.isOwner()) {
			return fmt.Sprintf(textEmergencyNo, upper(c.name(e.Giver)), quote(e.Answer, 300))
		}
		return ""
	case approval.EmergencyOver:
	}
	return c.emergencyOver(*e)
}

// emergencyOver says what the end of an emergency approval means; empty where nothing was allowed, or a decision took its place.
func (c Case) emergencyOver(e approval.Emergency) string {
	switch {
	case e.Until.IsZero() || c.Request.Approved() || c.Request.Screening.Renews != nil:
		return ""
	case !c.open():
		return textEmergencyOver
	case e.End == approval.EmergencyTier:
		return textEmergencyTier
	case e.End == approval.EmergencyEntry:
		return textEmergencyEntry
	}
	return fmt.Sprintf(textEmergencyEnded, c.lastDay(e.Over))
}

// withEmergency adds to a lead where an emergency approval stands, unless the reader is asked about it there.
func (c Case) withEmergency(lead []string) []string {
	line := c.emergency()
	if line == "" || c.isAsked(workflows.WhyEmergency) {
		return lead
	}
	at := min(len(lead), 1)
	return slices.Insert(slices.Clone(lead), at, line)
}

// emergencyNews says what a message about an emergency approval tells.
func (c Case) emergencyNews(why workflows.Why) string {
	e := c.Request.Emergency
	switch {
	case e == nil:
		return ""
	case why == workflows.WhyEnding:
		return fmt.Sprintf(textEmergencyEnds, c.lastDay(e.Until))
	case why == workflows.WhyEmergencyAnswer && e.State == approval.EmergencyGiven:
		return fmt.Sprintf(textEmergencyBy, upper(c.full(e.Giver)), quote(e.Answer, 300)) + " " + c.emergency()
	}
	return c.emergency()
}

// emergencyHolds says whether a message about an emergency approval would still tell something true.
func (c Case) emergencyHolds(why workflows.Why) bool {
	e := c.Request.Emergency
	switch {
	case e == nil:
		return false
	case why == workflows.WhyEnding:
		return c.Request.InEmergency() && c.Now.Before(e.Until)
	case why == workflows.WhyExpired:
		return c.emergencyOver(*e) != ""
	}
	return !e.Answered.IsZero()
}

// emergencyWish says who asked for an emergency approval, when, until when and why.
func (c Case) emergencyWish(e approval.Emergency) string {
	return fmt.Sprintf(textEmergencyWish, c.name(e.By), c.Eyes().moment(e.At), c.Eyes().date(e.Needed), quote(e.Reason, 600))
}

// emergencyLines tells the whole of an emergency approval.
func (c Case) emergencyLines() []string {
	e := c.Request.Emergency
	if e == nil {
		return nil
	}
	out := []string{c.emergencyWish(*e)}
	who := c.name(e.Giver)
	if e.For != "" {
		who += fmt.Sprintf(textFor, c.who(e.For))
	}
	switch {
	case e.Answered.IsZero():
	case e.Until.IsZero():
		out = append(out, fmt.Sprintf(textEmergencyRefused, who, c.Eyes().moment(e.Answered), quote(e.Answer, 600)))
	default:
		out = append(out, fmt.Sprintf(textEmergencyYes, who, c.Eyes().moment(e.Answered), c.lastDay(e.Until), quote(e.Answer, 600)))
	}
	if line := c.emergency(); line != "" && e.State != approval.EmergencyNo {
		out = append(out, line)
	}
	return append(out, textEmergencyCounts)
}

// emergencyDone says what a form about an emergency approval did.
func (c Case) emergencyDone(verb string) string {
	switch e := c.Request.Emergency; {
	case e == nil:
	case verb == VerbEmergency:
		return fmt.Sprintf(doneEmergency, c.Request.ID)
	case verb == VerbEmergencyAllow:
		return strings.TrimSpace(doneEmergencyAllow + " " + c.emergency())
	case verb == VerbEmergencyWait:
		return fmt.Sprintf(doneEmergencyWait, upper(c.name(e.By)))
	}
	return c.standing()
}

// pendingUntil says of an entry that it is there by an emergency approval, for lists and marks.
func pendingUntil(e Eyes, until time.Time) string {
	return fmt.Sprintf(textEmergencyPending, e.day(until))
}

// urgent says where a system stands that is there by an emergency approval; empty for all others.
func (e Entry) urgent() string {
	s := e.System
	if !s.Emergency {
		return ""
	}
	until := e.names().lastDay(s.ValidUntil)
	switch {
	case s.State == register.StateExpired:
		return fmt.Sprintf(textSysEmergencyOver, until, s.Request)
	case s.State == register.StateStopped && s.Turned.Event == "":
		return fmt.Sprintf(textSysEmergencyStop, e.Eyes().day(s.Since), s.Request)
	case s.State == register.StateApproved:
		return fmt.Sprintf(textSysEmergency, until, s.Request) + " " + textSysEmergencyFirst
	case s.State == register.StateInUse, s.State == register.StatePilot:
		return fmt.Sprintf(textSysEmergency, until, s.Request)
	}
	return ""
}
