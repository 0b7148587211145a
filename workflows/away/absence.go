package away

import (
	"slices"
	"time"

	"steward/workflows"
)

// State is where an absence stands. The values are stored and never change.
type State string

// The states of an absence.
const (
	StatePlanned   State = "planned"
	StateRunning   State = "running"
	StateEnded     State = "ended"
	StateCancelled State = "cancelled"

	stateNew State = "new"
)

// Open says that the absence is still ahead or goes on.
func (s State) Open() bool { return s == StatePlanned || s == StateRunning }

// Absence is one person who is away.
type Absence struct {
	ID     string
	Person workflows.PersonID
	Terms

	State   State
	Starts  time.Time // when the first day begins in the person's zone
	Ends    time.Time // when the last day is over; earlier where they came back
	NamedAt time.Time // when the delegate was named
	// Lost says why the delegate, who is still named, stands in no longer; empty where they do.
	Lost Lost

	Told     []workflows.PersonID // the delegates, also former ones, and whoever was told that one was lost; sorted
	Seq      int
	Revision int
	Records  int
}

// Facts are what a step may know beside state and event, loaded in the same transaction.
type Facts struct {
	// Roster holds the person, the delegates of state and event with their managers, and the compliance leads.
	Roster workflows.Roster
	// Others are the open absences of the person and of those delegates, without this one.
	Others []Absence
}

// Concerned says who is part of the absence, for [workflows.MaySee].
func (a Absence) Concerned() workflows.Concerned {
	return workflows.Concerned{About: workflows.AbsenceRef(a.ID), Requester: a.Person, Owner: a.Person, Informed: a.Told}
}

// Lends gives the delegation that the absence is; ok is false where nobody stands in, or nothing is ahead any more.
func Lends(a Absence) (d workflows.Delegation, ok bool) {
	if !a.State.Open() || a.Delegate == "" || a.Lost != "" {
		return d, false
	}
	return workflows.Delegation{
		ID: a.ID, From: a.Person, To: a.Delegate, Starts: a.Starts, Ends: a.Ends, NamedAt: a.NamedAt, HandOver: a.HandOver,
	}, true
}

// Actions gives the kinds of what a person can do to the absence now.
func Actions(a Absence, who workflows.PersonID) []string {
	if who != a.Person || !a.State.Open() {
		return nil
	}
	return []string{Changed{}.Kind(), CameBack{}.Kind()}
}

// overlaps says whether two absences share a moment.
func overlaps(a, b Absence) bool {
	return a.State.Open() && b.State.Open() && a.Starts.Before(b.Ends) && b.Starts.Before(a.Ends)
}

// MayStandIn says whether somebody could stand in for a person, as far as roles and managers go: they hold one of the person's
// roles, have the same manager, or are a manager above.
func MayStandIn(roster workflows.Roster, person, delegate workflows.PersonID) bool {
	p, ok := roster.Person(person)
	d, known := roster.Person(delegate)
	if !ok || !known || !d.Active || person == delegate {
		return false
	}
	return d.HasAny(p.Roles...) || p.Manager != "" && p.Manager == d.Manager || above(roster, p, delegate)
}

// above says whether somebody is one of the managers above a person.
func above(roster workflows.Roster, p workflows.Person, who workflows.PersonID) bool {
	seen := []workflows.PersonID{p.ID}
	for ok := true; ok && p.Manager != "" && !slices.Contains(seen, p.Manager); p, ok = roster.Person(p.Manager) {
		if p.Manager == who {
			return true
		}
		seen = append(seen, p.Manager)
	}
	return false
}

// moves is the step table. The chart in doc.go says the same, and a test compares the two.
func moves() workflows.Moves[State] {
	open := []State{StatePlanned, StateRunning}
	return workflows.Moves[State]{
		{From: []State{stateNew}, Events: []string{"away_set"}, To: open},
		{From: []State{StatePlanned}, Events: []string{"away_changed"}, To: open},
		{From: []State{StateRunning}, Events: []string{"away_changed"}, To: []State{StateRunning}},
		{From: []State{StatePlanned}, Events: []string{"woken"}, To: []State{StateRunning, StateEnded}},
		{From: []State{StateRunning}, Events: []string{"woken"}, To: []State{StateEnded}},
		{From: []State{StatePlanned}, Events: []string{"came_back"}, To: []State{StateCancelled}},
		{From: []State{StateRunning}, Events: []string{"came_back"}, To: []State{StateEnded}},
		{From: []State{StatePlanned}, Events: []string{"roster_changed"}, To: []State{StatePlanned, StateCancelled}},
		{From: []State{StateRunning}, Events: []string{"roster_changed"}, To: []State{StateRunning, StateEnded}},
	}
}

// place gives where the absence stands; the zero absence is new.
func (a Absence) place() State {
	if a.State == "" {
		return stateNew
	}
	return a.State
}
