package workflows

import "time"

// Effect is what follows from a step, as meaning and never as wording. The engine stores effects in the transaction of
// the step; the courier and the timers carry them out after commit.
type Effect interface{ effect() }

// Notify tells one person about a thing. It becomes a new message, or, for [Why.Update], an update of the one they have.
type Notify struct {
	To    PersonID
	About Ref
	Why   Why
	// Part narrows the subject inside the thing: a stage key, a question id. It is part of the mail's identity.
	Part string
}

// Refresh brings every card that was ever sent about the thing up to its present state.
type Refresh struct{ About Ref }

// Wake asks for a [Woken] event about the thing at a time. A later Wake of the same name replaces the earlier one; a zero
// At cancels it.
type Wake struct {
	About Ref
	Name  string
	At    time.Time
}

// Open makes a new thing in the same transaction.
type Open struct {
	About Ref
	What  What
}

// Tell brings an event to another, existing thing, applied later in a transaction of its own.
type Tell struct {
	About Ref
	What  What
}

func (Notify) effect()  {}
func (Refresh) effect() {}
func (Wake) effect()    {}
func (Open) effect()    {}
func (Tell) effect()    {}

// Woken is the event of a timer. Name is the one given in [Wake].
type Woken struct {
	Name string `json:"name"`
	// Late is how long after its time the timer was applied, where that matters (an outage). Reminders overtaken by a
	// later one are recorded as skipped, not sent.
	Late time.Duration `json:"late,omitempty"`
}

// Kind implements [What].
func (Woken) Kind() string { return "woken" }

// Why says why a person is told. It is stored and selects the words; it never is the words.
type Why string

// The reasons for telling somebody about a request.
const (
	WhyDecide    Why = "decide"     // you decide this stage
	WhyAdvise    Why = "advise"     // you are asked for advice
	WhyAccept    Why = "accept"     // you are to accept being the owner
	WhyQuestion  Why = "question"   // somebody asks you something
	WhyAnswer    Why = "answer"     // your question was answered
	WhyProgress  Why = "progress"   // your request moved; updates the message you have
	WhyOutcome   Why = "outcome"    // it ended: approved, rejected, withdrawn, stopped
	WhyStop      Why = "stop"       // legal hold: stop, or do not start
	WhyEscalated Why = "escalated"  // a stage is late; you may name another holder
	WhyInform    Why = "inform"     // for information only
	WhyRemind    Why = "remind"     // part of the daily message
	WhyUnblock   Why = "unblock"    // nobody independent is left: name an outsider
	WhyNoAnswer  Why = "no_answer"  // your question was not answered; the clock runs again
	WhyOverruled Why = "overruled"  // your objection was overruled, with the reason
	WhyTask      Why = "task"       // a condition is yours to fulfil
	WhyMissing   Why = "missing"    // a precondition (a linked assessment) is missing
	WhyNobody    Why = "not_needed" // what you were asked for is not needed any more
	WhyEnding    Why = "ending"     // its approval ends soon, by itself
	WhyExpired   Why = "expired"    // its approval has ended; also of an entry of the AI register
	// WhyEmergency and WhyEmergencyAnswer are of the short way for what cannot wait: you answer it, and it was answered.
	WhyEmergency       Why = "emergency"
	WhyEmergencyAnswer Why = "emergency_answer"
	// WhyOverride is that somebody names another tier for a request, and that it takes you to do so, too.
	WhyOverride Why = "override"
	// WhyCorrected is that an expert corrected an answer about the vendor, so that votes that were given are void.
	WhyCorrected Why = "corrected"
)

// The reasons for telling somebody about an entry of the AI register, beside [WhyTask], [WhyStop], [WhyEscalated], [WhyRemind]
// and [WhyExpired].
const (
	WhyVerify     Why = "verify"      // the proof of a condition waits for you
	WhyHandOver   Why = "hand_over"   // its owner has left: name another one
	WhyHandedOver Why = "handed_over" // you own it now
	WhyReEvaluate Why = "re_evaluate" // something has changed: look at the approval again
	WhyRenew      Why = "renew"       // its approval ends soon
	WhySeen       Why = "seen"        // it is used and not approved: ask for approval, or stop it
	WhyJoin       Why = "join"        // somebody asks to join it: their line manager answers
	WhyJoined     Why = "joined"      // you asked to join it: what became of that
)

// The reasons for telling somebody about an absence.
const (
	WhyStandIn      Why = "stand_in"      // you stand in for somebody, or no longer do
	WhyDelegateLost Why = "delegate_lost" // nobody stands in for somebody any more
)

// WhyVendorFact is the reason for telling somebody about what is kept of a vendor, beside [WhyRemind]: it counts not much longer.
const WhyVendorFact Why = "vendor_fact"

// The reasons for writing about the link of an account. Such mails are about the link, and hold nothing of any other thing.
const (
	WhyLink   Why = "link"   // to the account itself: whose is it?
	WhyLinked Why = "linked" // to the person, elsewhere: an account was linked to you, or is not any more
)

// WhyAnchor is the reason for posting a checkpoint of the record where it can be held against the record later. Such a mail is
// about the record itself, and its part is the size of the checkpoint.
const WhyAnchor Why = "anchor"

// Update says that such a mail updates the message its reader has already, where there is one.
func (w Why) Update() bool { return w == WhyProgress || w == WhyNobody }

// Daily says that such a mail goes into the reader's one daily message at 09:00 local.
func (w Why) Daily() bool { return w == WhyRemind }

// InHours says that such a mail is sent within its reader's working hours only. It is so for what Steward says because time
// has passed: the clock of one person, or the end of an outage, is no reason to wake another one up.
func (w Why) InHours() bool {
	switch w {
	case WhyRemind, WhyEscalated, WhyNoAnswer, WhyRenew, WhyEnding, WhyExpired, WhyStandIn, WhyDelegateLost:
		return true
	default:
		return false
	}
}
