package portal

import (
	"encoding/json"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/file"
	"steward/workflows/policy"
)

// draftForm is the form of a new request, as drafts name it.
const draftForm = "request"

// What stands at the files of a form that could not be read.
const (
	textFilesBusy     = "Steward reads other files just now. Choose yours again, and send the form in a minute."
	textFilesTooLarge = "Together the files are too large. " + file.Limits
)

// textForTwo stands for a text that only the two whom it concerns read.
const textForTwo = "Only who asked and who answered read this."

// textElsewhere answers a window in which a form is typed that was changed in another.
const textElsewhere = "This form was changed in another window or chat. Reload the page to go on from there."

// textSignedOut answers a script of a page whose visitor is not signed in any more.
const textSignedOut = "Your sign-in has ended."

// asked says what is asked of somebody, in a list.
func asked(why workflows.Why) string {
	switch why {
	case workflows.WhyDecide:
		return "Decide"
	case workflows.WhyAdvise:
		return "Give advice"
	case workflows.WhyAccept:
		return "Accept being accountable"
	case workflows.WhyQuestion:
		return "Answer a question"
	case workflows.WhyEscalated:
		return "Late: name another holder of the role"
	case workflows.WhyUnblock:
		return "Name somebody from outside"
	case workflows.WhyEmergency:
		return "Say whether it may be used before the decision"
	case workflows.WhyMissing:
		return "Add what has to be there first"
	case workflows.WhyTask:
		return "Fulfil a condition"
	case workflows.WhyVerify:
		return "Verify that a condition is fulfilled"
	case workflows.WhyHandOver:
		return "Name another owner"
	case workflows.WhyReEvaluate:
		return "Look at an approval again"
	case workflows.WhyRenew:
		return "Renew an approval"
	case workflows.WhySeen:
		return "Ask for approval, or retire it"
	case workflows.WhyOverride:
		return "Say which tier fits"
	case workflows.WhyJoin:
		return "Say whether somebody may join"
	case workflows.WhyVendorFact:
		return "Look at the proof of a kept fact again"
	case workflows.WhyAnswer, workflows.WhyProgress, workflows.WhyOutcome, workflows.WhyStop, workflows.WhyInform,
		workflows.WhyRemind, workflows.WhyNoAnswer, workflows.WhyOverruled, workflows.WhyCorrected, workflows.WhyNobody,
		workflows.WhyLink, workflows.WhyLinked, workflows.WhyAnchor, workflows.WhyHandedOver, workflows.WhyEnding, workflows.WhyExpired,
		workflows.WhyJoined, workflows.WhyEmergencyAnswer, workflows.WhyStandIn, workflows.WhyDelegateLost:
	}
	return "Look at it"
}

// noRequests says why a list of requests is empty, and how to begin.
func noRequests(f workflows.RequestFilter) emptyState {
	if narrowed(f) {
		return emptyState{"No request fits.", &link{"/requests", "Show all"}}
	}
	return emptyState{"No requests yet. Those you send, own or decide appear here.", &link{"/requests/new", "Send the first one"}}
}

// nothingFound says what can be found, where nothing was.
func nothingFound(text string) emptyState {
	if text == "" {
		return emptyState{Text: "Type an id such as AIR-42, the name of a tool or of a person, or the number of a control such as A.5.34."}
	}
	return emptyState{"Nothing here is called that, or you may not see it.", &link{"/requests", "All requests you may see"}}
}

func statusOptions() []option {
	return []option{
		{string(approval.StatusOpen), "Open"},
		{string(approval.StatusApproved), "Approved"},
		{string(approval.StatusExpired), "Expired"},
		{string(approval.StatusRejected), "Rejected"},
		{string(approval.StatusWithdrawn), "Withdrawn"},
		{string(approval.StatusStopped), "Stopped"},
	}
}

func statusMark(s string) card.Mark {
	switch approval.Status(s) {
	case approval.StatusApproved:
		return card.Mark{Text: "Approved", Tone: card.ToneGood}
	case approval.StatusExpired:
		return card.Mark{Text: "Expired"}
	case approval.StatusRejected:
		return card.Mark{Text: "Rejected", Tone: card.ToneBad}
	case approval.StatusStopped:
		return card.Mark{Text: "Stopped", Tone: card.ToneBad}
	case approval.StatusWithdrawn:
		return card.Mark{Text: "Withdrawn"}
	case approval.StatusOpen:
	}
	return card.Mark{Text: "Open"}
}

// deed is what a record tells: who did it, or that it followed by itself.
type deed struct {
	Text   string
	Tone   card.Tone
	Itself bool // nobody did it: it followed from the record before, or from the clock
}

// deedOf puts a record into words, with the people as they are called, and the stages or the conditions: part names them by
// their keys. Kinds that are not known here show their name.
func deedOf(rec workflows.Record, part func(key string) string, name func(workflows.PersonID) string) deed {
	if d, ok := systemDeed(rec, part, name); ok {
		return d
	}
	if d, ok := awayDeed(rec, name); ok {
		return d
	}
	if d, ok := vendorDeed(rec); ok {
		return d
	}
	d := detailOf(rec)
	if d, ok := emergencyDeed(rec, d, name); ok {
		return d
	}
	if d, ok := castDeed(rec.What, d); ok {
		return d
	}
	switch rec.What {
	case approval.FactRefused:
		return deed{Text: "was refused: " + words(string(d.Code)), Tone: card.ToneWarn}
	case approval.FactStageOpened:
		return deed{Text: "Stage opened: " + part(d.Stage), Itself: true}
	case approval.FactEnded:
		m := statusMark(string(d.Status))
		return deed{Text: "It ended: " + strings.ToLower(m.Text), Tone: m.Tone, Itself: true}
	case approval.FactExpired:
		return deed{Text: "The approval ended", Itself: true}
	case approval.FactEscalated:
		return deed{Text: "Stage late: " + part(d.Stage) + ". Those who may name somebody else were told", Tone: card.ToneWarn, Itself: true}
	case approval.FactNamed:
		text := "named " + name(d.Person) + ", who may decide now"
		if d.Outsider {
			text = "named " + name(d.Person) + " from outside, who may decide now"
		}
		return deed{Text: text}
	case approval.FactReminded:
		if d.Timer == approval.TimerEnding {
			return deed{Text: "The approval ends soon: " + wereTold(d.People, name), Itself: true}
		}
		if d.Person != "" {
			return deed{Text: name(d.Person) + " was reminded", Itself: true}
		}
		return deed{Text: "A reminder was sent", Itself: true}
	case approval.FactSkipped:
		return deed{Text: "A reminder was overtaken and not sent", Itself: true}
	case approval.FactResumed:
		return deed{Text: "The clock of the stage runs again", Itself: true}
	case approval.FactAssessed:
		return deed{Text: d.Assessment + " about it: " + strings.ToLower(statusMark(string(d.Status)).Text), Itself: true}
	case approval.FactUnlinked:
		return deed{Text: d.Assessment + " does not count for it any more", Itself: true}
	case approval.FactRoster:
		return deed{Text: "People or roles changed: who waits was worked out anew", Itself: true}
	}
	if text := erased(rec); text != "" {
		return deed{Text: text, Itself: true}
	}
	if text := did(rec.What); text != "" {
		return deed{Text: text}
	}
	return deed{Text: words(rec.What)}
}

// castDeed puts a vote, advice or a ruling into words; ok is false for other records.
func castDeed(kind string, d approval.Detail) (is deed, ok bool) {
	switch kind {
	case approval.FactDecided:
		if d.Approve != nil && !*d.Approve {
			return deed{Text: "rejected it", Tone: card.ToneBad}, true
		}
		return deed{Text: "approved it", Tone: card.ToneGood}, true
	case approval.FactAdvised:
		if d.Objection != nil && *d.Objection {
			return deed{Text: "objected", Tone: card.ToneWarn}, true
		}
		return deed{Text: "had no objection", Tone: card.ToneGood}, true
	case approval.FactRuled:
		return deed{Text: ruled(d.Outcome)}, true
	}
	return deed{}, false
}

// wereTold says who was told.
func wereTold(who []workflows.PersonID, name func(workflows.PersonID) string) string {
	var names []string
	for _, p := range who {
		names = append(names, name(p))
	}
	switch n := len(names); n {
	case 0:
		return "nobody was left to be told"
	case 1:
		return names[0] + " was told"
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1] + " were told"
	}
}

// detailOf gives what a record of a request holds; what is not there stays empty.
func detailOf(rec workflows.Record) approval.Detail {
	var d approval.Detail
	_ = json.Unmarshal(rec.Data, &d)
	return d
}

// ruled says how somebody ruled on a legal hold.
func ruled(outcome string) string {
	switch outcome {
	case policy.OutcomeConfirm:
		return "let the classification stand"
	case policy.OutcomeCorrect:
		return "set the answers right"
	case policy.OutcomeCorrectFact:
		return "corrected an answer about the vendor"
	case policy.OutcomeConfirmStop:
		return "confirmed the stop"
	case policy.OutcomeReclassify:
		return "named another tier"
	}
	return "said: " + words(outcome)
}

// did says what somebody did, for the records whose words need nothing of their data; "" for others.
func did(kind string) string {
	switch kind {
	case approval.FactSubmitted:
		return "sent it"
	case approval.FactEdited:
		return "changed the answers: a new round"
	case approval.FactCorrected:
		return "set the answers right: a new round"
	case approval.FactRevised:
		return "corrected an answer about the vendor: the round goes on, votes stand"
	case approval.FactReclassified:
		return "named another tier: a new round"
	case approval.FactRenewed:
		return "asked for the approval to be renewed: a new round"
	case approval.FactAsked:
		return "asked a question"
	case approval.FactAnswered:
		return "answered"
	case approval.FactAccepted:
		return "accepted being accountable"
	case approval.FactDeclined:
		return "declined to be accountable"
	case approval.FactLinked:
		return "added a reference"
	case approval.FactWithdrawn:
		return "withdrew it"
	}
	if text := didElse(kind); text != "" {
		return text
	}
	return didSettings(kind)
}

// words turns a stored name into words: "own_request" becomes "own request".
func words(key string) string { return strings.NewReplacer("_", " ", ".", " ").Replace(key) }
