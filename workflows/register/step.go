package register

import (
	"slices"
	"time"

	"steward/workflows"
)

// Step applies one event to one system. It is pure: the same arguments give the same outcome, and s stays as it was.
//
// s is the zero value for the first [workflows.Registered], whose id comes from ev.About.ID. A refusal leaves the state alone;
// one of authority carries one fact "refused". Events that no longer mean anything give s back and nothing else.
func Step(s System, ev workflows.Event, f Facts) workflows.Outcome[System] {
	if ev.For == ev.Actor {
		ev.For = ""
	}
	x := &step{before: s, s: s.clone(), ev: ev, f: f, at: ev.At}
	if no := x.apply(); no != nil {
		return x.refused(no)
	}
	if !x.acted {
		return workflows.Outcome[System]{State: s}
	}
	if !moves().Has(s.place(), ev.What.Kind(), x.s.place()) {
		return x.refused(workflows.Refuse(workflows.CodeNotNow, "That is not possible for this system now."))
	}
	x.settle()
	return workflows.Outcome[System]{State: x.s, Effects: x.effects, Records: x.facts}
}

// step is one event on its way through the machine: s is the copy that changes, before is what it was.
type step struct {
	before  System
	s       System
	ev      workflows.Event
	f       Facts
	at      time.Time
	effects []workflows.Effect
	facts   []workflows.Fact
	acted   bool // something happened; false for events that mean nothing any more
}

func (x *step) apply() *workflows.Refusal {
	switch what := x.ev.What.(type) {
	case workflows.Registered:
		return x.registered()
	case workflows.RenewalBegan:
		x.renewal(what.Round, 0, FactRenewalBegan)
		return nil
	case workflows.RenewalFailed:
		x.renewal(0, what.Round, FactRenewalFailed)
		return nil
	case workflows.Measured:
		x.measured(what)
		return nil
	case workflows.HoldBegan:
		x.holdBegan(what.Round)
		return nil
	case workflows.HoldLifted:
		x.holdLifted(what.Round)
		return nil
	case workflows.EmergencyEnded:
		x.endEmergency(what)
		return nil
	case Woken:
		return x.wake(what.Woken)
	case workflows.Woken:
		return x.wake(what)
	case Seen:
		return x.seen(what)
	case workflows.Requested:
		x.requested(what.Request)
		return nil
	case workflows.RequestFailed:
		x.requestFailed(what.Request)
		return nil
	case RosterChanged:
		x.rosterChanged()
		return nil
	case What:
		return x.press(what)
	}
	return workflows.Refuse(workflows.CodeUnknown, "Steward does not know this action.")
}

// press applies what a person does. What holds for all of it is checked here, once.
func (x *step) press(what What) *workflows.Refusal {
	switch {
	case x.s.State == "":
		return workflows.Refuse(workflows.CodeUnknown, "There is no such system in the register.")
	case !x.f.Roster.Active(x.ev.Actor):
		return x.words().inactive(x.ev.Actor)
	case x.s.State.Over():
		return x.words().over()
	case x.ev.Seen.Revision != 0 && x.ev.Seen.Revision != x.s.Revision:
		return x.words().stale()
	}
	x.acted = true
	switch what := what.(type) {
	case Proved:
		return x.prove(what)
	case Verified:
		return x.verify(what)
	case SentBack:
		return x.sendBack(what)
	case Piloted:
		return x.pilot(what)
	case WentLive:
		return x.goLive(what)
	case HandedOver:
		return x.handOver(what)
	case Joined:
		return x.join(what)
	case JoinAgreed:
		return x.agree(what)
	case JoinRefused:
		return x.refuseJoin(what)
	case Left:
		return x.leave()
	default:
		return x.turn(what)
	}
}

// rosterChanged looks anew at who waits. Where nobody else does, nothing has happened.
func (x *step) rosterChanged() {
	if x.s.State == "" || x.s.State.Over() {
		return
	}
	x.gone()
	waits := x.waits()
	if !slices.EqualFunc(x.before.Waits, waits, sameWait) {
		x.acted = true
		x.fact(FactRoster, Detail{}, nil)
	}
}

// renewal notes that a round to renew the approval has begun, or has come to nothing: round is the one that is under way then, of the
// one that has ended. It means nothing to a system that is over, nor where a later round has come.
func (x *step) renewal(round, of int, fact string) {
	if x.s.State == "" || x.s.State.Over() || of != 0 && (x.s.Renewal == 0 || of < x.s.Renewal) || round != 0 && round <= x.s.Round {
		return
	}
	x.acted = true
	x.s.Renewal = round
	x.fact(fact, Detail{Request: x.s.Request, Round: max(round, of)}, nil)
	if round == 0 {
		x.holdOver()
	}
}

// endEmergency ends the emergency approval by which the system is here. Whoever has to know is told by its request, which has ended it.
func (x *step) endEmergency(what workflows.EmergencyEnded) {
	to := StateExpired
	if what.Withdrawn {
		to = StateStopped
	}
	if x.s.State == "" || x.s.State.Over() || !x.s.Emergency || x.s.Round != what.Round || x.s.State == to {
		return
	}
	x.acted = true
	x.move(to)
	x.s.PilotUntil = ""
}

// move brings the system into another state, with a record of it.
func (x *step) move(to State) {
	if x.s.State == to {
		return
	}
	x.fact(FactMoved, Detail{From: x.s.place(), To: to}, nil)
	x.s.State, x.s.Since = to, x.at
}

// settle works out who waits, what is to wake the system, and what follows for its cards. It comes after every step.
func (x *step) settle() {
	x.s.Seq++
	x.endAsks()
	waits := x.waits()
	for _, w := range waits {
		switch {
		case slices.ContainsFunc(x.before.Waits, func(o workflows.Wait) bool { return sameWait(o, w) }):
		case w.Why == workflows.WhyJoin:
			x.write(w.Who, w.Why, w.Part)
		default:
			x.tell(w.Who, w.Why, w.Part)
		}
	}
	x.s.Waits = waits
	x.setTimers()
	x.effects = append(x.effects, workflows.Refresh{About: workflows.SystemRef(x.s.ID)})
}

func sameWait(a, b workflows.Wait) bool {
	return a.Who == b.Who && a.Why == b.Why && a.Part == b.Part && a.Role == b.Role
}

// tell writes to somebody, and notes that they were told: they read the system from then on.
func (x *step) tell(who workflows.PersonID, why workflows.Why, part string) {
	if who == "" || who == workflows.System {
		return
	}
	if i, found := slices.BinarySearch(x.s.Told, who); !found {
		x.s.Told = slices.Insert(x.s.Told, i, who)
	}
	x.write(who, why, part)
}

// write writes to somebody who reads no more by that than everybody. Who has just acted needs no message about it.
func (x *step) write(who workflows.PersonID, why workflows.Why, part string) {
	one := workflows.Notify{To: who, About: workflows.SystemRef(x.s.ID), Why: why, Part: part}
	told := slices.ContainsFunc(x.effects, func(e workflows.Effect) bool {
		n, ok := e.(workflows.Notify)
		return ok && n.To == who && n.Why == why
	})
	if !told && who != x.ev.Actor { // several conditions are one message
		x.effects = append(x.effects, one)
	}
}

// fact adds one record of what happened.
func (x *step) fact(kind string, d Detail, texts map[string]string) {
	for name, text := range texts {
		if text == "" {
			delete(texts, name)
		}
	}
	if len(texts) == 0 {
		texts = nil
	}
	x.facts = append(x.facts, workflows.Fact{Kind: kind, Data: d, Texts: texts})
}

// refused gives the outcome of a refusal: nothing changes, and one of authority is recorded.
func (x *step) refused(no *workflows.Refusal) workflows.Outcome[System] {
	out := workflows.Outcome[System]{State: x.before, Refusal: no}
	if no.Authority() {
		out.Records = []workflows.Fact{{Kind: FactRefused, Data: Detail{Code: no.Code, Event: x.ev.What.Kind(), From: x.before.State}}}
	}
	return out
}

func (x *step) words() words { return words{x.s, x.f.Roster} }
