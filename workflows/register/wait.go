package register

import (
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

// waits works out what waits for whom: conditions for the owner, proofs for those who verify them, a second look for those who
// look after the system, a renewal for the owner, and an owner where the last one has left.
func (x *step) waits() (out []workflows.Wait) {
	if x.s.State.Over() {
		return nil
	}
	about := workflows.SystemRef(x.s.ID)
	add := func(who workflows.PersonID, why workflows.Why, part string, role workflows.Role, due time.Time) {
		w := workflows.Wait{About: about, Who: who, Why: why, Part: part, Role: role, Since: x.at, Due: due}
		if i := slices.IndexFunc(x.before.Waits, func(o workflows.Wait) bool { return sameWait(o, w) }); i >= 0 {
			w.Since = x.before.Waits[i].Since
		}
		out = append(out, w)
	}
	if x.s.State == StateDiscovered {
		x.seenWaits(add)
		return out
	}
	owned := x.f.Roster.Active(x.s.Owner)
	if !owned {
		for _, who := range x.heirs() {
			add(who, workflows.WhyHandOver, "", "", time.Time{})
		}
	}
	if owned {
		x.taskWaits(add)
	}
	if x.s.State == StatePilot && owned {
		add(x.s.Owner, workflows.WhyTask, pilotPart, workflows.Owner, x.pilotEnds())
	}
	if x.s.State == StateReEvaluation && owned {
		for _, who := range x.holders(x.s.Governors, append(slices.Clone(x.s.Owners), x.s.Owner, x.s.Requester)...) {
			add(who, workflows.WhyReEvaluate, "", "", time.Time{})
		}
	}
	if owned && x.renewing() {
		add(x.s.Owner, workflows.WhyRenew, "", workflows.Owner, x.s.ValidUntil)
	}
	return append(out, x.joinWaits()...)
}

// taskWaits adds what waits of conditions.
func (x *step) taskWaits(add func(workflows.PersonID, workflows.Why, string, workflows.Role, time.Time)) {
	for _, t := range x.s.Tasks {
		switch t.State {
		case TaskOpen:
			add(x.s.Owner, workflows.WhyTask, t.Key, workflows.Owner, t.Due)
		case TaskProved:
			for _, who := range x.holders(x.verifiers(t), x.barred(t)...) {
				add(who, workflows.WhyVerify, t.Key, x.verifies(t, who), time.Time{})
			}
		case TaskVerified, TaskMoot:
		}
	}
}

// pilotPart names the end of a pilot where conditions are named by their keys.
const pilotPart = "pilot"

// pilotEnds gives the end of the last day of the pilot, in UTC; zero where there is none.
func (x *step) pilotEnds() time.Time {
	day, err := time.Parse(time.DateOnly, x.s.PilotUntil)
	if err != nil {
		return time.Time{}
	}
	return day.AddDate(0, 0, 1).Add(-time.Second)
}

// heirs are those who name another owner when the last one has left.
func (x *step) heirs() []workflows.PersonID {
	if m, ok := x.f.Roster.ManagerOf(x.s.Owner); ok {
		return []workflows.PersonID{m.ID}
	}
	return x.holders(x.s.Governors, x.s.Owner)
}

// renewing says that the approval ends soon, or has ended, and that no renewal is decided on.
func (x *step) renewing() bool {
	return x.s.Renewal == 0 && !x.s.RenewFrom.IsZero() && !x.at.Before(x.s.RenewFrom) && (x.s.State.Live() || x.s.State == StateExpired)
}

// The names of timers.
const (
	timerRenew  = "renew"
	timerExpire = "expire"
	timerRemind = "remind/" // the key of a condition follows
	timerLate   = "late/"   // the key of a condition follows
)

// tooLate is how late a reminder is recorded as skipped and not sent.
const tooLate = 24 * time.Hour

// lateAfter is how long a condition may be overdue before those who look after the system are told.
const lateAfter = 5 * 24 * time.Hour

// timers gives what is to wake the system, by name.
func (x *step) timers() map[string]time.Time {
	out := map[string]time.Time{}
	if x.s.State.Over() {
		return out
	}
	if !x.s.ValidUntil.IsZero() && x.s.State != StateExpired {
		out[timerExpire] = x.s.ValidUntil
		if x.s.RenewFrom.After(x.at) {
			out[timerRenew] = x.s.RenewFrom
		}
	}
	x.joinTimers(out)
	x.seenTimers(out)
	owned := x.f.Roster.Active(x.s.Owner)
	if end := x.pilotEnds(); x.s.State == StatePilot && owned && !slices.Contains(x.s.Fired, timerRemind+pilotPart) {
		out[timerRemind+pilotPart] = end.AddDate(0, 0, -1)
	}
	for _, t := range x.s.Tasks {
		if t.Settled() || t.Due.IsZero() {
			continue
		}
		if t.State == TaskOpen && owned && !slices.Contains(x.s.Fired, timerRemind+t.Key) {
			out[timerRemind+t.Key] = t.Due.AddDate(0, 0, -1)
		}
		if !slices.Contains(x.s.Fired, timerLate+t.Key) {
			out[timerLate+t.Key] = t.Due.Add(lateAfter)
		}
	}
	return out
}

// setTimers asks for what is to wake the system, and takes back what is not.
func (x *step) setTimers() {
	about, want := workflows.SystemRef(x.s.ID), x.timers()
	for _, name := range x.before.Timers {
		if _, ok := want[name]; !ok {
			x.effects = append(x.effects, workflows.Wake{About: about, Name: name})
		}
	}
	x.s.Timers = nil
	for name := range want {
		x.s.Timers = append(x.s.Timers, name)
	}
	slices.Sort(x.s.Timers)
	for _, name := range x.s.Timers {
		x.effects = append(x.effects, workflows.Wake{About: about, Name: name, At: want[name]})
	}
}

// reminded gives who is reminded: the owner, or, of a tool that was seen, whoever it waits for.
func (x *step) reminded(key string) (who []workflows.PersonID) {
	if key != SeenPart {
		return []workflows.PersonID{x.s.Owner}
	}
	for _, w := range x.s.Waits {
		who = append(who, w.Who)
	}
	return who
}

// wake does what a timer is for. One that is not armed any more means nothing.
func (x *step) wake(what workflows.Woken) *workflows.Refusal {
	if !slices.Contains(x.s.Timers, what.Name) {
		return nil
	}
	if at, armed := x.timers()[what.Name]; armed && x.at.Before(at) {
		return nil // it was moved meanwhile
	}
	x.acted = true
	if x.wakeJoin(what) {
		return nil
	}
	if key, ok := strings.CutPrefix(what.Name, timerRemind); ok {
		x.s.Fired = append(x.s.Fired, what.Name)
		if what.Late > tooLate {
			x.fact(FactSkipped, Detail{Task: key, Person: x.s.Owner}, nil)
			return nil
		}
		x.fact(FactReminded, Detail{Task: key, Person: x.s.Owner}, nil)
		for _, who := range x.reminded(key) {
			x.tell(who, workflows.WhyRemind, key)
		}
		return nil
	}
	if key, ok := strings.CutPrefix(what.Name, timerLate); ok {
		x.s.Fired = append(x.s.Fired, what.Name)
		x.fact(FactEscalated, Detail{Task: key}, nil)
		for _, who := range x.holders(x.s.Governors, x.s.Owner) {
			x.tell(who, workflows.WhyEscalated, key)
		}
		return nil
	}
	if what.Name == timerExpire {
		x.move(StateExpired)
		x.s.PilotUntil = ""
		if x.s.Emergency {
			return nil // its request tells those who have to know
		}
		for _, who := range append(x.holders(x.s.Governors), x.s.Owner, x.s.Requester) {
			x.tell(who, workflows.WhyExpired, "")
		}
		x.tellUsers(workflows.WhyExpired)
		return nil
	}
	x.fact(FactReminded, Detail{Event: timerRenew, Person: x.s.Owner}, nil)
	return nil
}
