package approval

import (
	"slices"
	"strconv"

	"steward/workflows"
)

// wake does what a timer is for. One that is not armed any more, of an old stage or a moved deadline, means nothing.
func (s *step) wake(what workflows.Woken) *workflows.Refusal {
	t, ok := s.r.timer(what.Name)
	if !ok || s.at.Before(t.At) {
		return nil
	}
	s.acted = true
	s.r.Fired = append(s.r.Fired, t.Name)
	late := max(what.Late, s.at.Sub(t.At))
	switch t.Does {
	case TimerEscalate:
		s.visible, s.r.Escalated = true, true
		s.fact(FactEscalated, Detail{Stage: s.r.stage().Key, People: s.bench().escalation()}, nil)
	case TimerResume:
		s.resume(t)
	case TimerRemind, TimerHeld, TimerAnswer:
		d := Detail{Stage: s.r.stage().Key, Timer: t.Does, Person: s.whom(t), ID: t.Question}
		if late > tooLate {
			s.fact(FactSkipped, d, nil)
			return nil
		}
		s.remind(t, d)
	case TimerEnding:
		s.ending(what.Late > tooLate)
	case TimerExpire:
		s.expire()
	case TimerEmergency, TimerEmergencyEnding:
		s.remindEmergency(t, late > tooLate)
	case TimerEmergencyEnd:
		s.visible = true
		s.endEmergency(EmergencyExpired)
	}
	return nil
}

// timer finds what is to wake the request. Of an approval it follows from its end alone: one that was given before approvals
// ended by themselves has no timers of its own, and is woken all the same.
func (r Request) timer(name string) (Timer, bool) {
	timers := r.Timers
	if r.ended() {
		timers = r.lapseTimers()
	}
	i := slices.IndexFunc(timers, func(t Timer) bool { return t.Name == name })
	if i < 0 || slices.Contains(r.Fired, name) {
		return Timer{}, false
	}
	return timers[i], true
}

// resume lets the clock run again although a question has no answer, and tells who asked.
func (s *step) resume(t Timer) {
	q := s.r.question(t.Question)
	q.Resumed = true
	s.visible = true
	s.resumeClock()
	s.fact(FactResumed, Detail{Stage: q.Stage, ID: q.ID}, nil)
	s.tell(q.Person, workflows.WhyNoAnswer, strconv.Itoa(q.ID))
}

// remind puts a line into a person's daily message.
func (s *step) remind(t Timer, d Detail) {
	part := s.r.stage().Key
	if t.Does == TimerAnswer {
		part = strconv.Itoa(t.Question)
	}
	s.fact(FactReminded, d, nil)
	s.tell(d.Person, workflows.WhyRemind, part)
}

// whom gives the person a timer reminds; of a question whoever it waits for now.
func (s *step) whom(t Timer) workflows.PersonID {
	for _, w := range s.r.Waits {
		if t.Does == TimerAnswer && w.Why == workflows.WhyQuestion && w.Part == strconv.Itoa(t.Question) {
			return w.Who
		}
	}
	return t.Who
}
