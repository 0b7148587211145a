package away

import (
	"fmt"
	"time"

	"steward/workflows"
)

// words makes the sentences of refusals: who, what, what next. They are shown as they stand.
type words struct {
	a      Absence
	roster workflows.Roster
}

func (w words) inactive(who workflows.PersonID) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, w.roster.Name(who)+" is not active in the directory. An administrator can look into it.")
}

func (w words) notYours() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotYours, "Only "+w.roster.Name(w.a.Person)+" can change that.")
}

func (w words) over() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeClosed, "This absence is over. Nothing was changed.")
}

func (w words) stale() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeStale, "This has changed since you opened it. Here is how it stands now; nothing was changed.")
}

func (w words) noDay(today string) string { return "Give a day, like " + today + "." }

func (w words) begun(from string) string {
	return "You are away since " + Day(from) + ". The first day does not change any more."
}

func (w words) pastDay() string { return "Give today or a later day." }

func (w words) backwards() string { return "The last day comes before the first." }

func (w words) tooLong() string { return "That is more than a year. Give an earlier last day." }

func (w words) wordy(n int) string {
	return fmt.Sprintf("This has %d characters; at most %d fit. Please shorten it.", n, MaxReason)
}

func (w words) awayAlready(o Absence) string {
	return fmt.Sprintf("You are away from %s to %s already. Change that absence, or give other days.", Day(o.From), Day(o.To))
}

func (w words) yourself() string { return "That is you. Choose somebody else, or nobody." }

func (w words) hasLeft(who workflows.PersonID) string {
	return w.roster.Name(who) + " does not work here any more. Choose somebody else, or nobody."
}

func (w words) circle(o Absence) string {
	return fmt.Sprintf("%s is away from %s to %s and has named you to stand in. Choose somebody else, or nobody.",
		w.roster.Name(o.Person), Day(o.From), Day(o.To))
}

func (w words) alsoAway(o Absence) string {
	return fmt.Sprintf("%s is away from %s to %s. Choose somebody else, or nobody.", w.roster.Name(o.Person), Day(o.From), Day(o.To))
}

func (w words) otherRole(who workflows.PersonID) string {
	return w.roster.Name(who) + " shares neither a role nor the manager with you, and so cannot decide for you. Choose somebody who does, or nobody."
}

// Day gives a day in words: "Thu 24 Dec 2026"; what is no day stays as it is.
func Day(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("Mon 2 Jan 2006")
}
