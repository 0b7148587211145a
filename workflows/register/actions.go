package register

import (
	"time"

	"steward/workflows"
)

// Action is something that a person can do to a system now.
type Action struct {
	Kind string // of the event
	Task string // key of the condition, for those about one
}

// Actions gives what a person can do to a system at a moment, in the order in which it is offered: what waits first, then changes,
// then what ends it. triggers says that the policy knows changes that make an approval be looked at again.
func Actions(s System, who workflows.PersonID, roster workflows.Roster, at time.Time, triggers bool) (out []Action) {
	x := &step{before: s, s: s, f: Facts{Roster: roster}, ev: workflows.Event{Actor: who, At: at}, at: at}
	if s.State == "" || s.State.Over() || !roster.Active(who) {
		return nil
	}
	owner, governor, owned := who == s.Owner, x.governs(who), roster.Active(s.Owner)
	clears := governor && owned && x.apart(who)
	for _, t := range s.Tasks {
		switch {
		case t.State == TaskOpen && owner:
			out = append(out, Action{Proved{}.Kind(), t.Key})
		case t.State == TaskProved && owned && !owner && who != t.ProvedBy && x.verifies(t, who) != "":
			out = append(out, Action{Verified{}.Kind(), t.Key}, Action{SentBack{}.Kind(), t.Key})
		}
	}
	manager, _ := roster.ManagerOf(s.Owner)
	for _, one := range []struct {
		what What
		may  bool
	}{
		{Unchanged{}, clears},
		{Released{}, clears},
		{WentLive{}, owner},
		{Piloted{}, owner},
		{Changed{}, (owner || governor) && triggers},
		{Suspended{}, owner || governor},
		{HandedOver{}, owner || governor || !owned && manager.ID == who},
		{Retired{}, owner || governor},
		{Revoked{}, governor},
	} {
		if one.may && x.possible(one.what) {
			out = append(out, Action{Kind: one.what.Kind()})
		}
	}
	return out
}
