package portal

import (
	"encoding/json"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/away"
)

// awayDeed puts a record of an absence into words; ok is false for what others leave.
func awayDeed(rec workflows.Record, name func(workflows.PersonID) string) (d deed, ok bool) {
	var at away.Detail
	_ = json.Unmarshal(rec.Data, &at) // what is not there stays empty
	switch rec.What {
	case away.FactSet:
		return deed{Text: "said when they are away: " + awayTerms(at, name)}, true
	case away.FactChanged:
		return deed{Text: "changed their absence: " + awayTerms(at, name)}, true
	case away.FactBegan:
		return deed{Text: "The absence began: " + awayTerms(at, name), Itself: true}, true
	case away.FactEnded:
		if rec.Actor == workflows.System {
			return deed{Text: "The absence ended", Itself: true}, true
		}
		return deed{Text: "came back"}, true
	case away.FactCancelled:
		if rec.Actor == workflows.System {
			return deed{Text: "The absence was called off", Itself: true}, true
		}
		return deed{Text: "called their absence off"}, true
	case away.FactLost:
		return deed{Text: name(at.Was) + " stands in no longer: they " + lostBecause(at.Because), Tone: card.ToneWarn, Itself: true}, true
	}
	return deed{}, false
}

// awayTerms says from when to when, and who stands in.
func awayTerms(d away.Detail, name func(workflows.PersonID) string) string {
	text := away.Day(d.From) + " to " + away.Day(d.To)
	switch {
	case d.From == "":
		return "nobody knows the days"
	case d.Delegate == "":
		return text + ", nobody stands in"
	case d.HandOver:
		return text + ", " + name(d.Delegate) + " stands in, also for what waits already"
	}
	return text + ", " + name(d.Delegate) + " stands in"
}

// lostBecause says why somebody stands in no longer.
func lostBecause(why away.Lost) string {
	switch why {
	case away.LostLeft:
		return "have left"
	case away.LostAway:
		return "are away, too"
	case away.LostRole:
	}
	return "share neither a role nor the manager any more"
}

// awayOptions are what a list of records can be narrowed to of absences.
func awayOptions() []option {
	return []option{
		{away.FactSet, "Absence announced"},
		{away.FactChanged, "Absence changed"},
		{away.FactBegan, "Absence begun"},
		{away.FactEnded, "Absence ended"},
		{away.FactCancelled, "Absence called off"},
		{away.FactLost, "Delegate lost"},
	}
}
