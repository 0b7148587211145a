package approval

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"steward/workflows"
)

// tooLate is how long after its time a reminder is still worth sending.
const tooLate = 24 * time.Hour

// due gives when the present stage's deadline runs out for a person who was asked at since: working time of their own, not
// counting the pauses. Zero while the clock stands still and where the stage has no deadline.
func (r Request) due(p workflows.Person, since time.Time) time.Time {
	left := r.stage().SLA
	if left <= 0 || r.StageAt.IsZero() || r.paused() {
		return zeroTime()
	}
	from := r.StageAt
	if since.After(from) {
		from = since
	}
	for _, pause := range r.Pauses {
		if !pause.To.After(from) {
			continue
		}
		if pause.From.After(from) {
			worked := p.Hours.Between(from, pause.From)
			if worked >= left {
				return p.Hours.Add(from, left)
			}
			left -= worked
		}
		from = pause.To
	}
	return p.Hours.Add(from, left)
}

// arm sets, moves and cancels timers so that they match the state.
func (s *step) arm() {
	want := s.timers()
	for _, t := range s.before.Timers {
		if !slices.ContainsFunc(want, func(w Timer) bool { return w.Name == t.Name }) && !s.fired(t.Name) {
			s.effects = append(s.effects, workflows.Wake{About: s.about(), Name: t.Name})
		}
	}
	for _, w := range want {
		if !slices.ContainsFunc(s.before.Timers, func(t Timer) bool { return t.Name == w.Name && t.At.Equal(w.At) }) {
			s.effects = append(s.effects, workflows.Wake{About: s.about(), Name: w.Name, At: w.At})
		}
	}
	s.r.Timers = want
}

// fired says that this very step was woken by the timer: it is gone already.
func (s *step) fired(name string) bool {
	switch w := s.ev.What.(type) {
	case Woken:
		return w.Name == name
	case workflows.Woken:
		return w.Name == name
	}
	return false
}

// timers gives all timers the present state asks for, sorted by name.
func (s *step) timers() []Timer {
	var out []Timer
	add := func(t Timer) {
		named := func(x Timer) bool { return x.Name == t.Name }
		if slices.Contains(s.r.Fired, t.Name) || slices.ContainsFunc(out, named) {
			return
		}
		if t.reminds() && !t.At.After(s.at) && !s.armed(t) {
			return // a reminder whose time has passed reminds of nothing
		}
		t.At = t.At.UTC()
		out = append(out, t)
	}
	if s.r.ended() {
		for _, t := range s.r.lapseTimers() {
			add(t)
		}
	} else {
		s.stageTimers(add)
		s.questionTimers(add)
		s.heldTimers(add)
		s.emergencyTimers(add)
	}
	slices.SortFunc(out, func(a, b Timer) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// reminds says that a timer only reminds: after its time it reminds of nothing.
func (t Timer) reminds() bool {
	switch t.Does {
	case TimerEscalate, TimerResume, TimerExpire, TimerEmergencyEnd:
		return false
	default:
		return true
	}
}

func (s *step) armed(t Timer) bool {
	return slices.ContainsFunc(s.before.Timers, func(x Timer) bool { return x.Name == t.Name && x.At.Equal(t.At) })
}

// timerName puts round and stage into the name: a timer that comes late is known by it.
func (s *step) timerName(does TimerKind, rest ...string) string {
	return strings.Join(append([]string{string(does), strconv.Itoa(s.r.Round), s.r.stage().Key}, rest...), "/")
}

// stageTimers: for each person asked, the morning of the day their time runs out, if they were asked on an earlier day, and
// the next one; and the escalation at the latest of their times.
func (s *step) stageTimers(add func(Timer)) {
	var latest time.Time
	for _, w := range s.r.Waits {
		if w.Due.IsZero() {
			continue
		}
		if w.Due.After(latest) {
			latest = w.Due
		}
		p, ok := s.f.Roster.Person(w.Who)
		if !ok {
			continue
		}
		if morning := p.Hours.Start(w.Due); morning.After(w.Since) && !sameDay(w.Since, w.Due, p.Zone()) {
			add(Timer{Name: s.timerName(TimerRemind, string(w.Who), "due"), At: morning, Does: TimerRemind, Who: w.Who})
		}
		add(Timer{
			Name: s.timerName(TimerRemind, string(w.Who), "late"), At: p.Hours.Morning(w.Due, 1),
			Does: TimerRemind, Who: w.Who,
		})
	}
	if !latest.IsZero() && !s.r.Escalated {
		add(Timer{Name: s.timerName(TimerEscalate), At: latest, Does: TimerEscalate})
	}
}

// questionTimers: the requester is reminded of open questions; at last the clock runs again.
func (s *step) questionTimers(add func(Timer)) {
	days := s.r.Screening.Plan.QuestionDays
	for _, q := range s.r.Questions {
		if !q.Open() || q.Resumed {
			continue
		}
		who := s.hours(s.r.Asker())
		for _, n := range days.Remind {
			add(Timer{
				Name: s.timerName(TimerAnswer, strconv.Itoa(q.ID), strconv.Itoa(n)),
				At:   who.Morning(q.At, n), Does: TimerAnswer, Question: q.ID,
			})
		}
		if days.Resume > 0 {
			add(Timer{
				Name: s.timerName(TimerResume, strconv.Itoa(q.ID)),
				At:   who.Morning(q.At, days.Resume), Does: TimerResume, Question: q.ID,
			})
		}
	}
}

// heldTimers: whoever keeps the next stage from opening, and whoever is to name an outsider, is reminded in the rhythm of questions;
// the latter each time that it is asked anew.
func (s *step) heldTimers(add func(Timer)) {
	remind := func(w workflows.Wait, since time.Time, parts ...string) {
		for _, n := range s.r.Screening.Plan.QuestionDays.Remind {
			name := s.timerName(TimerHeld, append(append([]string{string(w.Who)}, parts...), strconv.Itoa(n))...)
			add(Timer{Name: name, At: s.hours(w.Who).Morning(since, n), Does: TimerHeld, Who: w.Who})
		}
	}
	for _, w := range s.r.Waits {
		switch {
		case w.Why == workflows.WhyUnblock:
			remind(w, w.Since, string(w.Why), strconv.Itoa(len(s.r.Namings)))
		case !s.r.HeldAt.IsZero() && (w.Why == workflows.WhyAccept || w.Why == workflows.WhyMissing):
			remind(w, s.r.HeldAt)
		}
	}
}

func (s *step) hours(p workflows.PersonID) workflows.Hours {
	person, _ := s.f.Roster.Person(p)
	return person.Hours
}

func sameDay(a, b time.Time, zone *time.Location) bool {
	return a.In(zone).Format(time.DateOnly) == b.In(zone).Format(time.DateOnly)
}
