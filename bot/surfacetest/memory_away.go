package surfacetest

import (
	"context"
	"fmt"
	"slices"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/away"
	"steward/workflows/register"
)

// applyAbsence does what the engine does: step, record, effects, and whatever waits for the person looks anew at who decides.
func (m *Memory) applyAbsence(ev workflows.Event) (workflows.Applied, error) {
	if _, isNew := ev.What.(away.Set); isNew {
		ev.About = workflows.AbsenceRef(fmt.Sprintf("%s-%d", workflows.AbsencePrefix, len(m.absences)+1))
	}
	before := away.Absence{}
	at := slices.IndexFunc(m.absences, func(a away.Absence) bool { return a.ID == ev.About.ID })
	f := away.Facts{Roster: m.roster()}
	if at >= 0 {
		before = m.absences[at]
	}
	for _, a := range m.absences {
		if a.ID != before.ID && a.State.Open() {
			f.Others = append(f.Others, a)
		}
	}
	out := away.Step(before, ev, f)
	if len(out.Records) == 0 {
		return workflows.Applied{About: ev.About, Refusal: out.Refusal}, nil
	}
	a := out.State
	n, err := m.record(ev, 0, a.Revision, out.Records)
	if err != nil {
		return workflows.Applied{}, err
	}
	if a.Records = n; at >= 0 {
		m.absences[at] = a
	} else {
		m.absences = append(m.absences, a)
	}
	for _, e := range out.Effects {
		m.effect(e, ev, n)
	}
	return workflows.Applied{About: ev.About}, m.lookAnew(ev)
}

// lookAnew tells all things that people, or who is away, changed.
func (m *Memory) lookAnew(ev workflows.Event) error {
	ev = workflows.Event{Actor: workflows.System, At: ev.At, Via: workflows.Via{Surface: "timer"}}
	for _, id := range m.order {
		ev.About, ev.What = workflows.RequestRef(id), approval.RosterChanged{}
		if _, err := m.apply(ev); err != nil {
			return err
		}
	}
	for _, s := range slices.Clone(m.systems) {
		ev.About, ev.What = workflows.SystemRef(s.ID), register.RosterChanged{}
		if _, err := m.apply(ev); err != nil {
			return err
		}
	}
	for _, a := range slices.Clone(m.absences) {
		ev.About, ev.What = workflows.AbsenceRef(a.ID), away.RosterChanged{}
		if _, err := m.apply(ev); err != nil {
			return err
		}
	}
	return nil
}

// roster gives everybody, with who stands in for whom.
func (m *Memory) roster() workflows.Roster {
	var lent []workflows.Delegation
	for _, a := range m.absences {
		if d, ok := away.Lends(a); ok {
			lent = append(lent, d)
		}
	}
	return workflows.NewRoster(m.people, lent)
}

// Absence implements [bot.Absences].
func (m *Memory) Absence(_ context.Context, id string) (away.Absence, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.absences {
		if a.ID == id {
			return a, nil
		}
	}
	return away.Absence{}, workflows.ErrNotFound
}

// AbsencesOf implements [bot.Absences].
func (m *Memory) AbsencesOf(_ context.Context, who workflows.PersonID) (out []away.Absence, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.absences {
		if a.State.Open() && (a.Person == who || a.Delegate == who) {
			out = append(out, a)
		}
	}
	return out, nil
}
