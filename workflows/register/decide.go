package register

import (
	"fmt"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// registered takes the end of a request: the first makes the entry, a later one changes it.
func (x *step) registered() *workflows.Refusal {
	d := x.f.Decision
	if d == nil || d.Request == "" || x.s.ID != "" && d.Request != x.s.Request && !x.s.unasked() {
		return workflows.Refuse(workflows.CodeUnknown, "The register takes only what was decided on.")
	}
	if d.Renewal && x.s.State.Over() {
		return nil // it was ended meanwhile: a renewal brings nothing back that somebody has stopped
	}
	if d.Emergency && x.s.ID != "" && x.s.State != StateDiscovered {
		return nil // what is there has come further
	}
	x.acted = true
	first, was := x.s.ID == "" || x.s.State == StateDiscovered, x.s
	kept := x.take(*d)
	texts, by := ownTexts(x.s.Tasks)
	is := Detail{
		Request: d.Request, Round: d.Round, Flow: d.Flow, Policy: d.Policy, Version: d.Version, Tier: d.Tier, LegalClass: d.LegalClass,
		Requester: d.Requester, Owner: x.s.Owner, Owners: x.s.Owners, Governors: d.Governors, ApprovedAt: millis(x.s.ApprovedAt),
		ValidUntil: millis(x.s.ValidUntil), RenewFrom: millis(x.s.RenewFrom), Conditions: x.s.keys(), By: by, Kept: kept, Covers: x.s.Covers,
		Renewal: d.Renewal, Emergency: d.Emergency, Computed: d.Computed, Hits: d.Hits, Measures: x.s.origins(),
		Doubted: x.doubted(was, *d),
	}
	x.s.Fired = is.FiredAfter(was.Fired, was.PilotUntil != "")
	x.facts = append(x.facts, workflows.Fact{Kind: FactRegistered, Shown: x.s.Content(), Texts: texts, Data: is})
	x.moot(d.Newer)
	if first {
		x.passed(*d, was.place())
	} else {
		x.s.State, x.s.Since = was.State, was.Since
	}
	x.outcome(*d, was)
	return nil
}

// take takes what was decided on. Conditions that were there before keep what was done about them: it gives their keys.
func (x *step) take(d Decision) (kept []string) {
	old := x.s
	x.s = d.System
	x.s.ID, x.s.Seq, x.s.Records, x.s.Shown, x.s.Told = x.ev.About.ID, old.Seq, old.Records, old.Shown, old.Told
	x.s.Waits, x.s.Timers, x.s.PilotUntil, x.s.Revision = old.Waits, old.Timers, old.PilotUntil, old.Revision+1
	x.s.Joined, x.s.Asks, x.s.Sighting = old.Joined, old.Asks, old.Sighting
	if me, ok := x.f.Roster.Person(d.Requester); ok && d.Approved && !d.Emergency {
		x.s.Group = group(d.Covers, me)
	} else {
		x.s.Covers = policy.CoversNobody
	}
	x.s.Tasks = slices.Clone(d.Tasks)
	for i, t := range x.s.Tasks {
		if t.State == "" {
			x.s.Tasks[i].State = TaskOpen
		}
		_, taken := old.Task(t.Key)
		switch had, ok := t.before(old.Tasks); {
		case ok && !slices.Contains(kept, had.Key):
			x.s.Tasks[i], kept = t.goesOn(had), append(kept, had.Key)
			if d.Renewal && t.GoLive == had.GoLive {
				x.s.Tasks[i].Due = had.Due // a renewal is no respite
			}
		case taken && d.Renewal && (t.By != "" || t.From.Assessment != ""):
			x.s.Tasks[i].Key = freeKey(t.Key, old.Tasks, x.s.Tasks)
		}
	}
	if d.Renewal {
		kept = x.carry(old, d.Same, kept)
		x.stays(old, d.Asker)
	} else if old.Emergency {
		x.stays(old, d.Owner)
	}
	if x.doubted(old, d) {
		x.s.Turned = old.Turned
	}
	if !d.Approved {
		x.s.ApprovedAt, x.s.ValidUntil, x.s.RenewFrom = time.Time{}, time.Time{}, time.Time{}
		x.s.Tasks, x.s.PilotUntil, kept = nil, "", nil
	}
	return kept
}

// carry takes over the conditions of the approval that was renewed which the new one does not have: all of them where nothing has
// changed, else those that are not verified yet, for nothing that is owed is forgotten by a renewal.
func (x *step) carry(old System, same bool, kept []string) []string {
	for _, t := range old.Tasks {
		if _, ok := x.s.Task(t.Key); !ok && (same || t.State != TaskVerified) {
			x.s.Tasks, kept = append(x.s.Tasks, t), append(kept, t.Key)
		}
	}
	return kept
}

// stays leaves the system with whoever it was handed over to while it was decided on.
func (x *step) stays(old System, asker workflows.PersonID) {
	if i := slices.Index(old.Owners, asker); i >= 0 && old.Owner != asker {
		x.s.Owner, x.s.Owners = old.Owner, slices.Clone(old.Owners[i:])
	}
}

// freeKey gives a key like this one that no condition has.
func freeKey(key string, lists ...[]Task) string {
	all := slices.Concat(lists...)
	for n := 2; ; n++ {
		free := fmt.Sprintf("%s.%d", key, n)
		if !slices.ContainsFunc(all, func(t Task) bool { return t.Key == free }) {
			return free
		}
	}
}

// goesOn gives the condition with what was done about it before.
func (t Task) goesOn(had Task) Task {
	t.Key, t.State, t.Proof, t.Files, t.ProvedBy, t.ProvedAt = had.Key, had.State, had.Proof, had.Files, had.ProvedBy, had.ProvedAt
	t.VerifiedBy, t.VerifiedAt, t.Returned, t.ReturnedBy = had.VerifiedBy, had.VerifiedAt, had.Returned, had.ReturnedBy
	return t
}

// passed records the states that the system has passed on the way of its request.
func (x *step) passed(d Decision, from State) {
	way := []State{StateIdea, StateScreening} // a legal hold goes no further
	switch {
	case d.Emergency: // what comes between is not done yet
		way = append(way, StateApproval)
	case !d.Stopped:
		way = append(way, StateAssessment)
		if d.Builder {
			way = append(way, StateDesign)
		}
		way = append(way, StateValidation, StateApproval)
	}
	for _, to := range way {
		x.fact(FactMoved, Detail{From: from, To: to, At: d.Sent.UnixMilli()}, nil)
		from = to
	}
	x.s.State = way[len(way)-1]
}

// outcome brings the system to where the decision leaves it. What was in use stays so, if nothing has to be done before. A decision
// releases nothing that somebody has switched off, but what its own legal hold has.
func (x *step) outcome(d Decision, before System) {
	was := before.State
	switch {
	case d.Stopped:
		x.move(StateStopped)
		x.tellUsers(workflows.WhyStop)
	case !d.Approved:
		x.move(StateRejected)
	case was == StateSuspended && !before.Hold.Switched:
	case x.doubted(before, d): // what was decided on was asked for before somebody doubted it, and nobody has answered them
	default:
		if was != StateInUse && was != StatePilot && was != StateApproved || x.s.Held() {
			x.move(StateApproved)
		}
		x.goInUse()
	}
}

// doubted says that a change was reported, or it was switched off and on again, since what is decided on was asked for.
func (x *step) doubted(before System, d Decision) bool {
	return d.Approved && before.State == StateReEvaluation && before.Turned.At.After(d.Sent)
}

// goInUse lets an approved system come into use once nothing has to be done before: into a pilot, where one was announced.
func (x *step) goInUse() {
	if x.s.State != StateApproved || x.s.Held() {
		return
	}
	if x.s.PilotUntil != "" {
		x.move(StatePilot)
		return
	}
	x.move(StateInUse)
}

// keys gives the keys of the conditions.
func (s System) keys() (out []string) {
	for _, t := range s.Tasks {
		out = append(out, t.Key)
	}
	return out
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
