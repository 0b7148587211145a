package away

import "steward/workflows"

// What is the sum of what people do to an absence. Kind names are stored and never change.
type What interface {
	workflows.What
	away()
}

// Terms are what somebody says of an absence.
type Terms struct {
	From, To string             // first and last day, 2006-01-02
	Delegate workflows.PersonID // empty: nobody stands in
	Reason   string             // may be empty
	HandOver bool               // what waits already is handed over, too, not only what comes
}

// Set says that the actor is away.
type Set struct{ Terms }

// Changed says it anew.
type Changed struct{ Terms }

// CameBack ends an absence before its time, or calls one off that has not begun.
type CameBack struct{}

// RosterChanged says that people, roles, managers or other absences changed: whether the delegate still is one is looked at anew.
type RosterChanged struct{}

// Woken is the timer of the absence: it begins, or ends.
type Woken struct{ workflows.Woken }

// Kind implements [workflows.What].
func (Set) Kind() string { return "away_set" }

// Kind implements [workflows.What].
func (Changed) Kind() string { return "away_changed" }

// Kind implements [workflows.What].
func (CameBack) Kind() string { return "came_back" }

// Kind implements [workflows.What].
func (RosterChanged) Kind() string { return "roster_changed" }

func (Set) away()      {}
func (Changed) away()  {}
func (CameBack) away() {}

// The kinds of facts that an absence leaves. They are stored and never change.
const (
	FactSet       = "absence_set"
	FactChanged   = "absence_changed"
	FactBegan     = "absence_began"
	FactEnded     = "absence_ended"
	FactCancelled = "absence_cancelled"
	FactLost      = "delegate_lost"
)

// Detail is the data of every fact of an absence; each kind fills what it has. It holds ids, days and codes only.
type Detail struct {
	From     string             `json:"from,omitempty"`
	To       string             `json:"to,omitempty"`
	Delegate workflows.PersonID `json:"delegate,omitempty"`
	HandOver bool               `json:"hand_over,omitempty"`
	Was      workflows.PersonID `json:"was,omitempty"`     // the delegate before
	Because  Lost               `json:"because,omitempty"` // why a delegate was lost
}

// Lost says why somebody stands in no longer. The values are stored.
type Lost string

// The ways to lose a delegate.
const (
	LostLeft Lost = "left" // they left, or were switched off
	LostRole Lost = "role" // they share neither role nor manager any more
	LostAway Lost = "away" // they are away on one of the days
)
