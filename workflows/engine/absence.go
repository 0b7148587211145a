package engine

import (
	"context"
	"errors"
	"fmt"

	"steward/workflows"
	"steward/workflows/away"
)

// absences is the shape of absences.
type absences struct{ e *Engine }

// absenceAfter is all of an absence but what was written in it and who was told; verify compares it with the row.
type absenceAfter struct {
	Person   workflows.PersonID `json:"person"`
	From     string             `json:"from"`
	To       string             `json:"to"`
	Delegate workflows.PersonID `json:"delegate,omitempty"`
	HandOver bool               `json:"hand_over,omitempty"`
	State    away.State         `json:"state"`
	Starts   int64              `json:"starts"`
	Ends     int64              `json:"ends"`
	NamedAt  int64              `json:"named_at,omitempty"`
	Lost     away.Lost          `json:"lost,omitempty"`
	Seq      int                `json:"seq"`
	Revision int                `json:"revision"`
}

func absenceState(a away.Absence) absenceAfter {
	s := absenceAfter{
		Person: a.Person, From: a.From, To: a.To, Delegate: a.Delegate, HandOver: a.HandOver, State: a.State,
		Starts: a.Starts.UnixMilli(), Ends: a.Ends.UnixMilli(), Lost: a.Lost, Seq: a.Seq, Revision: a.Revision,
	}
	if !a.NamedAt.IsZero() {
		s.NamedAt = a.NamedAt.UnixMilli()
	}
	return s
}

func (s absences) woken(w workflows.Woken) workflows.What { return away.Woken{Woken: w} }

func (s absences) decode(kind string, _ []byte) (workflows.What, error) {
	if kind == (away.RosterChanged{}).Kind() {
		return away.RosterChanged{}, nil
	}
	return nil, fmt.Errorf("no event %q can be told to an absence", kind)
}

func (s absences) apply(ctx context.Context, tx Tx, ev workflows.Event) (workflows.Applied, error) {
	before, no, err := s.load(ctx, tx, &ev)
	if err != nil || no != nil {
		return workflows.Applied{About: ev.About, Refusal: no}, err
	}
	f, err := s.facts(ctx, tx, before, ev)
	if err != nil {
		return workflows.Applied{}, err
	}
	out := away.Step(before, ev, f)
	done := workflows.Applied{About: ev.About, Refusal: out.Refusal}
	if len(out.Records) == 0 {
		return done, nil
	}
	p, _ := f.Roster.Person(ev.Actor)
	if done.Refusal, err = s.e.mayVia(ctx, tx, ev, lendsRoles(p, ev.What)); err != nil || done.Refusal != nil {
		return done, err
	}
	return done, s.save(ctx, tx, before, ev, out)
}

// lendsRoles says that somebody has another person decide in their roles. That is no less than deciding.
func lendsRoles(p workflows.Person, what workflows.What) bool {
	switch what := what.(type) {
	case away.Set:
		return what.Delegate != "" && len(p.Roles) > 0
	case away.Changed:
		return what.Delegate != "" && len(p.Roles) > 0
	}
	return false
}

// load reads and locks the absence of an event, or gives a new one its id.
func (s absences) load(ctx context.Context, tx Tx, ev *workflows.Event) (away.Absence, *workflows.Refusal, error) {
	if _, isNew := ev.What.(away.Set); isNew {
		id, err := tx.NewAbsenceID(ctx)
		ev.About = workflows.AbsenceRef(id)
		return away.Absence{}, nil, err
	}
	a, err := tx.LockAbsence(ctx, ev.About.ID)
	if errors.Is(err, workflows.ErrNotFound) {
		return a, workflows.Refuse(workflows.CodeUnknown, "There is no such absence."), nil
	}
	return a, nil, err
}

// facts loads what the step may know. Person and delegates are held first: of two who name each other at once, the second sees
// what the first has said.
func (s absences) facts(ctx context.Context, tx Tx, a away.Absence, ev workflows.Event) (away.Facts, error) {
	person, people := a.Person, []workflows.PersonID{ev.Actor}
	if person == "" {
		person = ev.Actor
	}
	people = append(people, person)
	for _, who := range []workflows.PersonID{a.Delegate, delegateIn(ev.What)} {
		if who != "" {
			people = append(people, who)
		}
	}
	var f away.Facts
	err := tx.LockPeople(ctx, people...)
	if err == nil {
		f.Roster, err = tx.Roster(ctx, Need{People: people, Roles: []workflows.Role{workflows.ComplianceLead}}, ev.At)
	}
	if err != nil {
		return f, err
	}
	others, err := tx.OpenAbsences(ctx, people...)
	for _, o := range others {
		if o.ID != a.ID {
			f.Others = append(f.Others, o)
		}
	}
	return f, err
}

// delegateIn gives whom an event names as delegate.
func delegateIn(what workflows.What) workflows.PersonID {
	switch what := what.(type) {
	case away.Set:
		return what.Delegate
	case away.Changed:
		return what.Delegate
	}
	return ""
}

// save stores a step that was done: row, records, effects. What waits for the person looks anew at who may decide it, and
// absences in which they were to stand in at whether they still do.
func (s absences) save(ctx context.Context, tx Tx, before away.Absence, ev workflows.Event, out workflows.Outcome[away.Absence]) error {
	a := out.State
	hash, err := tx.ActivePack(ctx)
	if err != nil {
		return err
	}
	l := &ledger{
		rand: s.e.cfg.Rand, build: s.e.cfg.Build, event: ev, about: ev.About, last: before.Records, policy: hash, revision: a.Revision,
	}
	if err := l.write(out.Records, absenceState(a)); err != nil {
		return err
	}
	a.Records = l.last
	if err := tx.SaveAbsence(ctx, before, a); err != nil {
		return err
	}
	if err := tx.Append(ctx, l.entries); err != nil {
		return err
	}
	if err := s.e.effects(ctx, tx, ev, l.last, !a.State.Open(), out.Effects); err != nil {
		return err
	}
	about, err := tx.WaitingFor(ctx, a.Person)
	if err != nil {
		return err
	}
	named, err := tx.OpenAbsences(ctx, a.Person)
	if err != nil {
		return err
	}
	for _, o := range named {
		if o.Delegate == a.Person {
			about = append(about, workflows.AbsenceRef(o.ID))
		}
	}
	return s.e.lookAnew(ctx, tx, fmt.Sprintf("%s/%d/anew", ev.About, l.last), about)
}
