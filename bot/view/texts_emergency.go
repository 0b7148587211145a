package view

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
