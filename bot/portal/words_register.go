package portal

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// The words of the AI register.

// What is wrong with a filter of the register.
const (
	problemState = "There is no such state. Choose one from the list."
	problemTier  = "There is no such tier. Choose one from the list."
	problemLong  = "This is too long to find. Look for a few words, an id such as AIS-7, or a name."
	problemTick  = "A tick is there or not. Set it here and show the list again."
	problemPage  = "There is no such page of the list. Start from the newest entry."
)

// noSystems says why a list of entries is empty, and what fills it.
func noSystems(q url.Values) emptyState {
	if q.Get("text") != "" {
		return emptyState{"No entry fits. " + view.TextNotThere, &link{registerPath, "Show all"}}
	}
	if registerFilters(q, nil).Clear != "" || q.Get("before") != "" {
		return emptyState{"No entry fits.", &link{registerPath, "Show all"}}
	}
	return emptyState{
		"Nothing is in the register yet. Each request for an AI tool enters it once it has been decided on, with its state, owner and conditions.",
		&link{"/requests/new", "Send a request"},
	}
}

// systemStates are the states that an entry can be in.
func systemStates() []option {
	var out []option
	for _, s := range []register.State{
		register.StateDiscovered, register.StateApproved, register.StatePilot, register.StateInUse, register.StateReEvaluation, register.StateSuspended,
		register.StateExpired, register.StateRetired, register.StateRejected, register.StateStopped,
	} {
		out = append(out, option{string(s), view.StateWord(string(s))})
	}
	return out
}

// systemName is how an entry is called for those who do not read its request.
func systemName(tool string) string {
	if tool = strings.TrimSpace(card.Clean(tool)); tool != "" {
		return tool
	}
	return "AI system without a name"
}

// until says until when an entry is approved: the last day, where the organisation's days end. An emergency approval is called so.
func (c clock) until(flow *policy.Flow, row workflows.SystemRow) string {
	day := c.lastDay(flow, row)
	if row.Emergency && day != "" {
		return "Emergency approval until " + day + "; the full decision is pending"
	}
	return day
}

func (c clock) lastDay(flow *policy.Flow, row workflows.SystemRow) string {
	switch {
	case register.State(row.State).Over(): // it is not approved any more
	case !row.ValidUntil.IsZero() && flow != nil:
		return c.day(row.ValidUntil.In(flow.Location()).Format(time.DateOnly))
	case !row.ValidUntil.IsZero():
		return c.day(row.ValidUntil.UTC().Format(time.DateOnly))
	case !row.ApprovedAt.IsZero():
		return "No end"
	}
	return ""
}

// taskMark tells where a condition stands.
func taskMark(t register.Task) card.Mark {
	switch t.State {
	case register.TaskVerified:
		return card.Mark{Text: "Verified", Tone: card.ToneGood}
	case register.TaskProved:
		return card.Mark{Text: "To be verified"}
	case register.TaskMoot:
		return card.Mark{Text: "No longer asked for"}
	case register.TaskOpen:
	}
	if t.Returned != "" {
		return card.Mark{Text: "Sent back", Tone: card.ToneWarn}
	}
	return card.Mark{Text: "Open"}
}

// textGoLive is when a condition without a day is due.
const textGoLive = "before use"

// textCovered stands where nobody had to agree that somebody joins.
const textCovered = "nobody: the approval covers them"

// inRegister tells on the page of a request what it became.
func inRegister(s register.System) string { return s.ID + ", " + s.State.Words() }

// thingAt names what an address of ours shows.
func thingAt(path string) string {
	switch {
	case within(path, registerPath):
		return "the entry"
	case within(path, "/requests"):
		return "the request"
	}
	return "its page"
}

// systemDetail gives what a record of an entry holds; what is not there stays empty.
func systemDetail(rec workflows.Record) register.Detail {
	var d register.Detail
	_ = json.Unmarshal(rec.Data, &d)
	return d
}

// systemDeed puts a record of an entry of the register into words; ok is false for what others leave, too, and for what is not
// known here. part names a condition by its key.
func systemDeed(rec workflows.Record, part func(key string) string, name func(workflows.PersonID) string) (d deed, ok bool) {
	at := systemDetail(rec)
	of := ""
	if at.Task != "" {
		of = ": " + part(at.Task)
	}
	switch rec.What {
	case register.FactRegistered:
		return deed{Text: filled(at), Itself: true}, true
	case register.FactMoved:
		return moved(at), true
	case register.FactSeen:
		return seenDeed(at), true
	case register.FactRequested:
		return deed{Text: "Approval of it is asked for: " + at.Request, Itself: true}, true
	case register.FactRequestFailed:
		return deed{Text: "That request was withdrawn: " + at.Request, Itself: true, Tone: card.ToneWarn}, true
	case register.FactRenewalBegan:
		return deed{Text: fmt.Sprintf("A renewal has begun: %s, round %d", at.Request, at.Round), Itself: true}, true
	case register.FactRenewalFailed:
		return deed{Text: fmt.Sprintf("The renewal came to nothing; the approval goes on to its end: %s, round %d", at.Request, at.Round), Itself: true, Tone: card.ToneWarn}, true
	case register.FactHoldBegan:
		return deed{Text: fmt.Sprintf("%s is on legal hold, so it was switched off: round %d", at.Request, at.Round), Itself: true, Tone: card.ToneBad}, true
	case register.FactHoldLifted:
		return deed{Text: fmt.Sprintf("Another tier was named for %s, whose chain decides: round %d", at.Request, at.Round), Itself: true, Tone: card.ToneWarn}, true
	case register.FactMeasured:
		return deed{Text: "What is to be done follows " + at.Assessment + " now", Itself: true}, true
	case register.FactMooted:
		return deed{Text: at.Assessment + " does not name a condition any more" + of, Itself: true}, true
	case register.FactPiloted:
		return deed{Text: "announced a pilot" + lastDay(at.Until)}, true
	case register.FactProved:
		return deed{Text: "gave the proof of a condition" + of}, true
	case register.FactVerified:
		return deed{Text: "verified a condition" + of, Tone: card.ToneGood}, true
	case register.FactSentBack:
		return deed{Text: "sent the proof of a condition back" + of, Tone: card.ToneWarn}, true
	case register.FactTurned:
		return turned(at), true
	case register.FactHandedOver:
		if at.Person == "" {
			return deed{Text: "handed it over to another owner"}, true
		}
		return deed{Text: "made " + name(at.Person) + " the owner"}, true
	case register.FactJoined, register.FactJoinAsked, register.FactJoinRefused, register.FactJoinEnded, register.FactLeft:
		return joining(rec, at, name), true
	}
	if rec.About.Kind != workflows.KindSystem {
		return deed{}, false
	}
	switch rec.What {
	case register.FactReminded:
		return deed{Text: reminded(at, part, name), Itself: true}, true
	case register.FactEscalated:
		if at.Task == register.SeenPart {
			return deed{Text: "Nobody asked for approval of it in time. Those who look after it were told", Tone: card.ToneWarn, Itself: true}, true
		}
		if at.Task == "" {
			return deed{Text: "Nobody has answered " + name(at.Person) + " yet: the next manager up was asked, too", Tone: card.ToneWarn, Itself: true}, true
		}
		return deed{Text: "A condition is late" + of + ". Those who look after the system were told", Tone: card.ToneWarn, Itself: true}, true
	}
	return deed{}, false
}

// seenDeed puts into words that a list shows a tool.
func seenDeed(at register.Detail) deed {
	text := "A list shows it in use"
	if at.Seen != nil && at.Seen.Accounts > 0 {
		text += ", by " + strconv.Itoa(at.Seen.Accounts) + " people"
	}
	return deed{Text: text, Itself: true, Tone: card.ToneWarn}
}

// joining puts into words who uses a system, or wants to.
func joining(rec workflows.Record, at register.Detail, name func(workflows.PersonID) string) deed {
	who := name(at.Person)
	switch {
	case rec.What == register.FactJoinAsked:
		return deed{Text: "asked to join"}
	case rec.What == register.FactJoinRefused:
		return deed{Text: "did not let " + who + " join", Tone: card.ToneWarn}
	case rec.What == register.FactJoinEnded:
		return deed{Text: "Nobody let " + who + " join in time, or it could not be joined any more", Tone: card.ToneWarn, Itself: true}
	case rec.What == register.FactLeft && rec.Actor == at.Person:
		return deed{Text: "does not use it any more"}
	case rec.What == register.FactLeft:
		return deed{Text: who + " has left, and is no user any more", Itself: true}
	case rec.Actor == at.Person:
		return deed{Text: "joined: the approval covers their group", Tone: card.ToneGood}
	}
	return deed{Text: "let " + who + " join", Tone: card.ToneGood}
}

// filled says from which request an entry was filled.
func filled(d register.Detail) string {
	if d.Request == "" {
		return "It entered the register"
	}
	if d.Emergency {
		return "It entered the register with an emergency approval of " + d.Request
	}
	if d.Round > 1 {
		return "It was brought up to date from " + d.Request + ", round " + strconv.Itoa(d.Round)
	}
	return "It entered the register with the decision on " + d.Request
}

// moved says which state an entry came into. Those of its request it passed before it was there.
func moved(d register.Detail) deed {
	switch {
	case d.To == "":
		return deed{Text: "It came into another state", Itself: true}
	case d.At != 0:
		return deed{Text: "Passed with its request: " + d.To.Words(), Itself: true}
	}
	return deed{Text: "State: " + d.To.Words(), Tone: view.SystemMark(string(d.To)).Tone, Itself: true}
}

// turned says what somebody gave a reason for.
func turned(d register.Detail) deed {
	switch d.Event {
	case register.WentLive{}.Kind():
		return deed{Text: "ended the pilot: it is used from now on", Tone: card.ToneGood}
	case register.Changed{}.Kind():
		if d.Trigger != "" {
			return deed{Text: "reported a change: " + view.TriggerWord(d.Trigger), Tone: card.ToneWarn}
		}
		return deed{Text: "reported a change", Tone: card.ToneWarn}
	case register.Unchanged{}.Kind():
		return deed{Text: "let the approval stand", Tone: card.ToneGood}
	case register.Suspended{}.Kind():
		return deed{Text: "suspended it", Tone: card.ToneWarn}
	case register.Released{}.Kind():
		return deed{Text: "ended the suspension"}
	case register.Revoked{}.Kind():
		if d.From == register.StateDiscovered {
			return deed{Text: "stopped it", Tone: card.ToneBad}
		}
		return deed{Text: "revoked the approval", Tone: card.ToneBad}
	case register.Retired{}.Kind():
		return deed{Text: "retired it"}
	}
	return deed{Text: "changed its state"}
}

// pilotTask stands where records name a condition, for the end of a pilot.
const pilotTask = "pilot"

func reminded(d register.Detail, part func(string) string, name func(workflows.PersonID) string) string {
	who := "The owner"
	if d.Person != "" {
		who = name(d.Person)
	}
	switch {
	case d.Event == register.EventJoin:
		return "Whoever answers was reminded that " + who + " asks to join"
	case d.Event != "":
		return who + " was reminded that the approval ends"
	case d.Task == register.SeenPart:
		return "Whoever it waits for was reminded that nobody has asked for approval"
	case d.Task == pilotTask:
		return who + " was reminded of the end of the pilot"
	case d.Task != "":
		return who + " was reminded of a condition: " + part(d.Task)
	}
	return who + " was reminded"
}

// lastDay tells a stored day (2006-01-02) behind what lasts until then.
func lastDay(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return " until " + day.Format("2 Jan 2006")
}

// proofNote says who gave the proof of a condition and when, who verified it, and why it was sent back.
func proofNote(t register.Task, roster workflows.Roster, c clock) string {
	var out []string
	if t.ProvedBy != "" && t.State != register.TaskOpen {
		out = append(out, "by "+roster.Name(t.ProvedBy)+", "+c.moment(t.ProvedAt))
	}
	switch {
	case t.State == register.TaskVerified:
		out = append(out, "verified by "+roster.Name(t.VerifiedBy)+", "+c.moment(t.VerifiedAt))
	case t.State == register.TaskOpen && t.Returned != "":
		out = append(out, "sent back: "+card.Clean(t.Returned))
	case t.State == register.TaskMoot:
		out = append(out, t.MootBy+" does not name it any more")
	}
	return strings.Join(out, "; ")
}

// shortened keeps the beginning of a condition's words where only its name is wanted.
func shortened(s string) string {
	const most = 80
	r := []rune(strings.TrimSuffix(strings.TrimSpace(s), "."))
	if len(r) <= most {
		return string(r)
	}
	return strings.TrimSpace(string(r[:most-1])) + "…"
}

// evidenceNote says what is to prove that a condition is fulfilled.
func evidenceNote(t register.Task) string {
	var out []string
	if t.From.Assessment != "" {
		out = append(out, "From "+view.FromWhere(t.From))
	}
	if t.Evidence != "" {
		out = append(out, "Proof: "+card.Clean(t.Evidence))
	}
	return strings.Join(out, ". ")
}
