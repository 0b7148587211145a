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
		return c.emergencyAnswer(c.form(VerbEmergencyAllow, "", buttonEmergencyAllow, card.StylePrimary))
	case approval.EmergencyDeclined{}.Kind():
		return c.emergencyAnswer(c.form(VerbEmergencyWait, "", buttonEmergencyWait, card.StylePlain))
	}
	return nil
}

// emergencyAnswer gives a button that answers, or the way to where that is pressed.
func (c Case) emergencyAnswer(b card.Button) []card.Button {
	if InPortal(c) {
		return c.elsewhere(buttonInPortal, buttonSignIn)
	}
	return []card.Button{b}
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
