package approval

import (
	"cmp"
	"slices"
	"time"

	"steward/workflows"
)

// endEmergency ends an emergency approval, or the wish for one that nobody has answered. An approval of the request takes its place;
// any other end stops the use, and everybody who has to know is told.
func (s *step) endEmergency(end EmergencyEnd) {
	e := s.r.Emergency
	if e == nil || e.State == EmergencyNo {
		return
	}
	allowed := e.State == EmergencyGiven
	if end == EmergencyWithdrawn && !e.Until.IsZero() && !s.r.renewing() {
		s.tellEntry(workflows.EmergencyEnded{Round: e.Round, Withdrawn: true})
	}
	if e.State == EmergencyOver {
		return
	}
	e.State, e.Over, e.End = EmergencyOver, s.at, end
	s.fact(FactEmergencyEnded, Detail{End: end, ValidUntil: millis(e.Until)}, nil)
	if !allowed || end == EmergencyApproved || end == EmergencyEntry {
		return // the register tells of what was done to its entry
	}
	who := s.concernedEmergency()
	if end == EmergencyExpired || end == EmergencyTier {
		s.tellEntry(workflows.EmergencyEnded{Round: e.Round})
		who = insert(insert(who, s.r.Requester), s.r.Owner) // at another end they are told of that
	}
	for _, p := range who {
		if s.f.Roster.Active(p) && (p != s.ev.Actor || end == EmergencyExpired) {
			s.tell(p, workflows.WhyExpired, PartEmergency)
		}
	}
}

// revokeEmergency takes note that the entry was ended in the AI register. It means nothing to an emergency approval that is over.
func (s *step) revokeEmergency(what workflows.EmergencyRevoked) {
	if s.r.InEmergency() && s.r.Emergency.Round == what.Round {
		s.acted, s.visible = true, true
		s.endEmergency(EmergencyEntry)
	}
}

// concernedEmergency gives who allowed the use and all who could have, sorted.
func (s *step) concernedEmergency() []workflows.PersonID {
	e := s.r.Emergency
	out := insert(nil, e.Giver)
	for _, h := range s.f.Roster.Holders(e.Role) {
		if !s.r.isParty(h.ID) {
			out = insert(out, h.ID)
		}
	}
	return out
}

// tellEntry brings an event to the entry that the request has in the AI register.
func (s *step) tellEntry(what workflows.What) {
	if s.f.Entry != nil {
		s.effects = append(s.effects, workflows.Tell{About: workflows.SystemRef(s.f.Entry.ID), What: what})
	}
}

// emergencyTimers: who answers is reminded on the next working day; of an emergency approval those concerned are told before its
// end, and the end is kept.
func (s *step) emergencyTimers(add func(Timer)) {
	e := s.r.Emergency
	if e == nil {
		return
	}
	name := func(does TimerKind) string { return PartEmergency + "/" + string(does) }
	for _, w := range s.r.Waits {
		if w.Why == workflows.WhyEmergency {
			add(Timer{Name: name(TimerEmergency) + "/" + string(w.Who), At: s.hours(w.Who).Morning(w.Since, 1), Does: TimerEmergency, Who: w.Who})
		}
	}
	if e.State != EmergencyGiven {
		return
	}
	days := int(e.Until.Sub(e.Answered) / (24 * time.Hour))
	lead := cmp.Or(min((days+1)/2, 3), 1)
	add(Timer{Name: name(TimerEmergencyEnding), At: e.Until.AddDate(0, 0, -lead), Does: TimerEmergencyEnding})
	add(Timer{Name: name(TimerEmergencyEnd), At: e.Until, Does: TimerEmergencyEnd})
}

// remindEmergency reminds who is to answer; or requester, owner, giver and whoever decides now, of an end that comes.
func (s *step) remindEmergency(t Timer, late bool) {
	d := Detail{Timer: t.Does, Person: t.Who}
	if t.Does == TimerEmergencyEnding {
		e := s.r.Emergency
		d.ValidUntil = millis(e.Until)
		for _, p := range append([]workflows.PersonID{s.r.Requester, s.r.Owner, e.Giver}, deciding(s.r.Waits)...) {
			if s.f.Roster.Active(p) {
				d.People = insert(d.People, p)
			}
		}
	}
	if late {
		s.fact(FactSkipped, d, nil)
		return
	}
	s.fact(FactReminded, d, nil)
	if t.Does == TimerEmergency {
		s.tell(t.Who, workflows.WhyRemind, PartEmergency)
	}
	for _, p := range d.People {
		s.tell(p, workflows.WhyEnding, PartEmergency)
	}
}

// deciding gives the people who are asked to decide.
func deciding(waits []workflows.Wait) []workflows.PersonID {
	return asked(slices.DeleteFunc(slices.Clone(waits), func(w workflows.Wait) bool { return w.Why != workflows.WhyDecide }))
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
