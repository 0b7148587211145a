package register

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"steward/workflows"
)

// minReason and maxText bound what is written, in characters.
const (
	minReason = 20
	maxText   = 2000
)

// text trims what was written and checks its length.
func text(field, s string, least int) (string, *workflows.Refusal) {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		return s, workflows.RefuseField(field, short(least))
	case n > maxText:
		return s, workflows.RefuseField(field, tooLong(n, maxText))
	}
	return s, nil
}

// governs says whether somebody looks after the system by their role. Its owner does not.
func (x *step) governs(who workflows.PersonID) bool {
	p, ok := x.f.Roster.Person(who)
	return ok && p.Active && who != x.s.Owner && p.HasAny(x.s.Governors...)
}

// heir says whether somebody names another owner when the last one has left.
func (x *step) heir(who workflows.PersonID) bool {
	manager, ok := x.f.Roster.ManagerOf(x.s.Owner)
	return ok && !x.f.Roster.Active(x.s.Owner) && manager.ID == who
}

// apart says whether somebody neither asked for the system nor owns it, nor owned it since it was decided on.
func (x *step) apart(who workflows.PersonID) bool {
	return who != x.s.Owner && who != x.s.Requester && !slices.Contains(x.s.Owners, who)
}

// may refuses the actor what is not theirs to say of the system as a whole. It holds who may say what; presses and buttons ask it.
func (x *step) may(what What) *workflows.Refusal {
	owner, governor, apart := x.ev.Actor == x.s.Owner, x.governs(x.ev.Actor), x.apart(x.ev.Actor)
	switch what.(type) {
	case Piloted, WentLive:
		if !owner {
			return x.words().notOwner()
		}
	case Changed, Suspended, Retired:
		if !owner && !governor {
			return x.words().notTheirs()
		}
	case HandedOver:
		if !owner && !governor && !x.heir(x.ev.Actor) {
			return x.words().notTheirs()
		}
	case Revoked:
		if !governor {
			return x.words().notGovernor(!apart)
		}
	case Unchanged, Released: // the system may be used again by it
		if !governor || !apart {
			return x.words().notGovernor(!apart)
		}
		if !x.f.Roster.Active(x.s.Owner) {
			return x.words().ownerLeft()
		}
	}
	return nil
}

// now refuses what the actor may not say, or what the present state does not allow.
func (x *step) now(what What) *workflows.Refusal {
	if no := x.may(what); no != nil {
		return no
	}
	if !moves().Takes(x.s.place(), what.Kind()) {
		return x.words().notNow()
	}
	if _, again := what.(Released); again && x.s.Hold.Round != 0 {
		return x.words().onHold()
	}
	if _, gone := what.(Retired); gone && x.s.State == StateDiscovered && !x.s.unasked() {
		return x.words().askedFor()
	}
	return nil
}

// turn applies the presses that change the state with a reason.
func (x *step) turn(what What) *workflows.Refusal {
	if no := x.now(what); no != nil {
		return no
	}
	d, to, reason := Detail{Event: what.Kind()}, State(""), ""
	switch what := what.(type) {
	case Changed:
		if !slices.Contains(x.f.Triggers, what.Trigger) {
			return workflows.RefuseField("trigger", "Choose what has changed.")
		}
		reason, to, d.Trigger = what.Reason, StateReEvaluation, what.Trigger
		x.s.Revision++
	case Unchanged:
		reason, to = what.Reason, StateApproved
	case Suspended:
		reason, to = what.Reason, StateSuspended
	case Released:
		reason, to = what.Reason, StateReEvaluation
	case Revoked:
		reason, to = what.Reason, StateStopped
	case Retired:
		reason, to = what.Reason, StateRetired
	default:
		return workflows.Refuse(workflows.CodeUnknown, "Steward does not know this action.")
	}
	reason, no := text("reason", reason, minReason)
	if no != nil {
		return no
	}
	if x.s.State == StateDiscovered {
		d.From = StateDiscovered // there is no approval that it could be about
	}
	x.s.Turned = Turn{Event: d.Event, Trigger: d.Trigger, By: x.ev.Actor, At: x.at, Reason: reason}
	x.fact(FactTurned, d, map[string]string{"reason": reason})
	x.moveOn(what, to)
	return nil
}

// moveOn makes the move. Unchanged brings the system back to where its conditions let it be.
func (x *step) moveOn(what What, to State) {
	x.move(to)
	if _, again := what.(Unchanged); again {
		x.goInUse()
	}
	if !x.s.State.Live() {
		x.s.PilotUntil = ""
	}
	if x.s.Emergency && x.s.State.Over() {
		about := workflows.RequestRef(x.s.Request)
		x.effects = append(x.effects, workflows.Tell{About: about, What: workflows.EmergencyRevoked{Round: x.s.Round}})
	}
	if slices.Contains([]State{StateSuspended, StateStopped, StateRetired}, to) {
		for _, who := range append(x.holders(x.s.Governors), x.s.Owner, x.s.Requester) {
			if who != x.ev.Actor {
				x.tell(who, workflows.WhyStop, "")
			}
		}
		x.tellUsers(workflows.WhyStop)
	}
}

// pilot announces that a limited group uses the system first.
func (x *step) pilot(what Piloted) *workflows.Refusal {
	if no := x.now(what); no != nil {
		return no
	}
	until, err := time.Parse(time.DateOnly, what.Until)
	if err != nil || !until.AddDate(0, 0, 1).After(x.at) {
		return workflows.RefuseField("until", "Give the last day of the pilot, like "+x.at.AddDate(0, 1, 0).Format(time.DateOnly)+".")
	}
	x.s.PilotUntil = what.Until
	x.fact(FactPiloted, Detail{Until: what.Until}, nil)
	return nil
}

// goLive ends a pilot.
func (x *step) goLive(what WentLive) *workflows.Refusal {
	if no := x.now(what); no != nil {
		return no
	}
	report, no := text("report", what.Report, minReason)
	if no != nil {
		return no
	}
	x.s.PilotUntil = ""
	x.s.Turned = Turn{Event: what.Kind(), By: x.ev.Actor, At: x.at, Reason: report}
	x.fact(FactTurned, Detail{Event: what.Kind()}, map[string]string{"reason": report})
	x.move(StateInUse)
	return nil
}

// handOver gives the system to somebody else. Who has verified a condition of it can be its owner all the same: what they judged
// was another's work.
func (x *step) handOver(what HandedOver) *workflows.Refusal {
	if no := x.now(what); no != nil {
		return no
	}
	switch {
	case !x.f.Roster.Active(what.To):
		return workflows.RefuseField("person", "Choose somebody who works here.")
	case what.To == x.s.Owner:
		return workflows.RefuseField("person", "They own it already.")
	}
	reason, no := text("reason", what.Reason, minReason)
	if no != nil {
		return no
	}
	was := x.s.Owner
	if was != "" {
		x.s.Owners = append(x.s.Owners, was)
	}
	x.s.Owner, x.s.Revision = what.To, x.s.Revision+1
	x.fact(FactHandedOver, Detail{Person: what.To, Owner: was}, map[string]string{"reason": reason})
	if x.s.Renewal != 0 || x.s.Emergency { // whoever owns it does not decide on it
		x.effects = append(x.effects, workflows.Tell{About: workflows.RequestRef(x.s.Request), What: RosterChanged{}})
	}
	if !x.s.unasked() { // else they are told what it asks of them
		x.tell(what.To, workflows.WhyHandedOver, "")
	}
	return nil
}
