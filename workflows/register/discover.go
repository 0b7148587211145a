package register

import (
	"slices"
	"time"

	"steward/workflows"
)

// Sighting is where a tool was seen last, as a list of another program shows it.
type Sighting struct {
	First    time.Time `json:"first"` // when it was seen first: the import, not the list
	Last     time.Time `json:"last"`  // the last import that showed it
	Times    int       `json:"times"`
	Source   string    `json:"source"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"` // when the list was made
	Accounts int       `json:"accounts,omitempty"`
	LastUsed string    `json:"last_used,omitempty"` // 2006-01-02
	File     string    `json:"file"`                // hex SHA-256
	// Due is until when an approval of it is asked for, or it is stopped.
	Due time.Time `json:"due,omitzero"`
}

// Found is what an entry of a tool that was seen has beside its names: the flow by which approval of it is asked for.
type Found struct {
	Flow      string
	Policy    string // content hash of the pack
	Version   int
	Governors []workflows.Role // who look after it until it has an owner
}

// How long there is to ask for approval of what was seen, or to stop it, in days, and how long before the end that is brought to mind.
const (
	seenDays       = 30
	seenRemindDays = 7
)

// SeenPart names what is to be done about a tool that was seen, where conditions are named by their keys.
const SeenPart = "seen"

// seen takes what a list shows. What nobody knew becomes an entry that is not approved; what is stopped, has ended or is switched
// off, and is in use all the same, is told to those who look after it. The same list again says nothing new.
func (x *step) seen(what Seen) *workflows.Refusal {
	if x.s.Sighting.File == what.File {
		return nil
	}
	x.acted = true
	what.At = what.At.Truncate(time.Millisecond).UTC() // as the record has it
	if x.s.State == "" {
		if x.f.Found == nil {
			return workflows.Refuse(workflows.CodeUnknown, "No kind of request enters the AI register.")
		}
		x.found(what, *x.f.Found)
	}
	g := &x.s.Sighting
	g.Last, g.Times, g.Source, g.By, g.At, g.Accounts, g.LastUsed, g.File = x.at, g.Times+1, what.Source, what.By, what.At, what.Accounts, what.LastUsed, what.File
	if g.First.IsZero() {
		g.First = x.at
	}
	texts := map[string]string{"source": what.Source, "seen_by": what.By}
	d := Detail{Seen: &SeenDetail{
		Listed: millis(what.At), Accounts: what.Accounts, LastUsed: what.LastUsed, File: what.File, Due: millis(g.Due),
	}}
	if x.before.State != "" {
		x.fact(FactSeen, d, texts)
		x.seenAgain()
		return nil
	}
	d.Flow, d.Policy, d.Version, d.Governors = x.s.Flow, x.s.Policy, x.s.Version, x.s.Governors
	x.fact(FactSeen, d, texts)
	x.facts[len(x.facts)-1].Shown = x.s.Content()
	x.move(StateDiscovered)
	return nil
}

// found makes the entry.
func (x *step) found(what Seen, f Found) {
	x.s.ID, x.s.Revision = x.ev.About.ID, 1
	x.s.Title, x.s.Tool, x.s.Vendor = what.Tool, what.Tool, what.Vendor
	x.s.Flow, x.s.Policy, x.s.Version, x.s.Governors = f.Flow, f.Policy, f.Version, f.Governors
	x.s.Sighting.Due = x.at.AddDate(0, 0, seenDays)
}

// seenAgain tells those who look after a system that it is used although it must not be.
func (x *step) seenAgain() {
	if x.s.State.Live() || x.s.State == StateDiscovered {
		return
	}
	for _, who := range append(x.holders(x.s.Governors, x.s.Owner), x.s.Owner) {
		x.tell(who, workflows.WhySeen, "")
	}
}

// requested notes the request by which approval of what was seen is asked for. The first one counts.
func (x *step) requested(id string) {
	if id == "" || !x.s.unasked() {
		return
	}
	x.acted = true
	x.s.Request = id
	x.fact(FactRequested, Detail{Request: id}, nil)
}

// requestFailed notes that such a request was withdrawn: somebody else asks, or it is stopped.
func (x *step) requestFailed(id string) {
	if x.s.State != StateDiscovered || id == "" || x.s.Request != id {
		return
	}
	x.acted = true
	x.s.Request = ""
	x.fact(FactRequestFailed, Detail{Request: id}, nil)
}

// unasked says that it is somebody's to ask for approval of what was seen, or to stop it.
func (s System) unasked() bool { return s.State == StateDiscovered && s.Request == "" }

// seenWaits gives what waits while nobody has asked for approval: for the owner to do so or to stop it; for an owner, where there is
// none.
func (x *step) seenWaits(add func(workflows.PersonID, workflows.Why, string, workflows.Role, time.Time)) {
	switch {
	case !x.s.unasked():
	case x.f.Roster.Active(x.s.Owner):
		add(x.s.Owner, workflows.WhySeen, "", workflows.Owner, x.s.Sighting.Due)
	default:
		for _, who := range x.heirs() {
			add(who, workflows.WhyHandOver, "", "", x.s.Sighting.Due)
		}
	}
}

// seenTimers adds what is to bring to mind that nobody has asked for approval.
func (x *step) seenTimers(out map[string]time.Time) {
	if !x.s.unasked() {
		return
	}
	for name, at := range map[string]time.Time{
		timerRemind + SeenPart: x.s.Sighting.Due.AddDate(0, 0, -seenRemindDays), timerLate + SeenPart: x.s.Sighting.Due,
	} {
		if !slices.Contains(x.s.Fired, name) {
			out[name] = at
		}
	}
}
