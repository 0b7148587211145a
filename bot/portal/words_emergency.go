package portal

import (
	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
)

// emergencyDeed puts a record about an emergency approval into words; ok is false for all others.
func emergencyDeed(rec workflows.Record, d approval.Detail, name func(workflows.PersonID) string) (out deed, ok bool) {
	switch rec.What {
	case approval.FactEmergencyAsked:
		return deed{Text: "asked for an emergency approval" + lastDay(d.Until), Tone: card.ToneWarn}, true
	case approval.FactEmergencyAllowed:
		return deed{Text: "gave an emergency approval", Tone: card.ToneWarn}, true
	case approval.FactEmergencyDeclined:
		return deed{Text: "declined an emergency approval"}, true
	case approval.FactEmergencyEnded:
		return emergencyOver(d), true
	}
	switch {
	case rec.What == approval.FactReminded && d.Timer == approval.TimerEmergencyEnding:
		return deed{Text: "The emergency approval ends soon: " + wereTold(d.People, name), Itself: true}, true
	case rec.What == approval.FactReminded && d.Timer == approval.TimerEmergency:
		return deed{Text: name(d.Person) + " was reminded of the emergency approval", Itself: true}, true
	}
	return deed{}, false
}

// emergencyOver says why an emergency approval, or the wish for one, was over.
func emergencyOver(d approval.Detail) deed {
	if d.ValidUntil == 0 {
		return deed{Text: "The wish for an emergency approval ended without an answer", Itself: true}
	}
	switch d.End {
	case approval.EmergencyApproved:
		return deed{Text: "The approval took the place of the emergency approval", Tone: card.ToneGood, Itself: true}
	case approval.EmergencyExpired:
		return deed{Text: "The emergency approval ended before the decision", Tone: card.ToneBad, Itself: true}
	case approval.EmergencyTier:
		return deed{Text: "The emergency approval ended: the tier has no such way", Tone: card.ToneBad, Itself: true}
	case approval.EmergencyEntry:
		return deed{Text: "The emergency approval ended with its entry in the register", Tone: card.ToneBad, Itself: true}
	case approval.EmergencyRejected, approval.EmergencyWithdrawn, approval.EmergencyStopped:
	}
	return deed{Text: "The emergency approval ended with the request", Tone: card.ToneBad, Itself: true}
}
