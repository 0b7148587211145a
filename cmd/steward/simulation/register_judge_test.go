package simulation_test

import (
	"encoding/json"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// entry is a system as its records tell it, and what has to happen to it by the clock.
type entry struct {
	*staff

	id, request string
	outages     []span
	horizon     time.Time
	begun       time.Time
	until       time.Time // of an approval that is no system's
	periods     []period  // of each decision that it brought here
	owners      []sinceOwner
	places      []sincePlace
	ends        time.Time // when it was over; zero while it lives
	tasks       map[string]*obligation
	terms       map[string]terms
	wishes      []*wish
	due         time.Time // until when somebody asks for approval of what was seen
	asked       []span    // while somebody does; the last may have no end
	users       []*wish
	member      func(workflows.PersonID) bool // whom the approval covers

	steps, got []due
	letters    []expected
}

type sinceOwner struct {
	at  time.Time
	who workflows.PersonID
}

// period is how long an approval lasts.
type period struct{ at, until, renew time.Time }

type sincePlace struct {
	at    time.Time
	state register.State
}

// terms are what a condition asks for that the clock has to do with.
type terms struct {
	due    time.Time
	before bool
}

// obligation is a condition with the times at which it was open.
type obligation struct {
	due      time.Time
	before   bool   // it is due before use
	open     []span // the last may have no end
	prover   workflows.PersonID
	verified time.Time
}

func (o *obligation) isOpen(at time.Time) bool {
	return slices.ContainsFunc(o.open, func(s span) bool { return !at.Before(s.from) && (s.to.IsZero() || at.Before(s.to)) })
}

// judgeRegister holds every system against its records: born of a decision, in use only with what comes before, reminded,
// escalated and ended once, at its time. It gives the messages that follow.
func (j *judge) judgeRegister() {
	j.t.Helper()
	states := map[register.State]int{}
	for _, id := range j.systems {
		s := j.system(id)
		states[s.State]++
		e := &entry{staff: j.staff, id: id, request: s.Request, outages: j.outages, horizon: j.clock.Now(), tasks: map[string]*obligation{}, terms: j.terms[id]}
		e.member = func(who workflows.PersonID) bool { return j.covers(s.Request, who) }
		rows, err := j.store.History(j.t.Context(), workflows.SystemRef(id))
		if err != nil {
			j.t.Fatal(err)
		}
		for _, row := range rows {
			e.learn(j, row.Record)
		}
		e.foresee()
		e.foreseeJoins(j)
		e.foreseeSeen()
		j.steps, j.want, j.letters = append(j.steps, e.got...), append(j.want, e.steps...), append(j.letters, e.letters...)
		j.decided(e)
	}
	j.t.Logf("systems at the end: %v", states)
	for _, state := range []register.State{register.StateExpired, register.StateRetired, register.StateStopped, register.StateRejected, register.StateInUse} {
		if states[state] == 0 {
			j.t.Errorf("no system is %s: the simulation shows nothing about it", state)
		}
	}
}

// learn takes in one record, and complains of what must not be.
func (e *entry) learn(j *judge, rec workflows.Record) {
	j.t.Helper()
	var d register.Detail
	if err := json.Unmarshal(rec.Data, &d); err != nil {
		j.t.Fatal(err)
	}
	at := rec.Time()
	task := e.tasks[d.Task]
	switch rec.What {
	case register.FactRegistered:
		e.registered(j, d, at)
	case register.FactMoved:
		e.moved(j, d, at)
	case register.FactHandedOver:
		e.owners = append(e.owners, sinceOwner{at, d.Person})
	case register.FactProved:
		task.open[len(task.open)-1].to, task.prover = at, rec.Actor
	case register.FactSentBack:
		task.open = append(task.open, span{from: at})
	case register.FactVerified:
		owner := e.owner(at)
		if task.verified = at; rec.Actor == owner || rec.Actor == task.prover || !e.works(owner, at) {
			j.t.Errorf("%s verified %s of %s, which %s owns and %s proved", rec.Actor, d.Task, e.id, owner, task.prover)
		}
	case register.FactReminded, register.FactSkipped:
		e.got = append(e.got, due{e.id, rec.What + " " + d.Task + d.Event, d.Person, at})
	case register.FactEscalated:
		e.got = append(e.got, due{e.id, rec.What + " " + d.Task + d.Event, "", at})
	case register.FactSeen, register.FactRequested, register.FactRequestFailed:
		e.learnSeen(rec)
	default:
		e.learnJoin(j, rec, d)
	}
}

// registered takes in a decision.
func (e *entry) registered(j *judge, d register.Detail, at time.Time) {
	j.t.Helper()
	if e.begun.IsZero() {
		e.begun = at
	} else if before := e.owner(at); d.Renewal && d.Owner != before {
		j.t.Errorf("%s was renewed, and went from %s to %s by that", e.id, before, d.Owner)
	}
	p := period{at: at}
	if d.ValidUntil > 0 {
		p.until = time.UnixMilli(d.ValidUntil)
	}
	if d.RenewFrom > 0 {
		p.renew = time.UnixMilli(d.RenewFrom)
	}
	e.owners, e.periods = append(e.owners, sinceOwner{at, d.Owner}), append(e.periods, p)
	for _, key := range d.Conditions {
		if e.tasks[key] == nil {
			e.tasks[key] = &obligation{due: e.terms[key].due, before: e.terms[key].before, open: []span{{from: at}}}
		}
	}
	for key, o := range e.tasks {
		if !slices.Contains(d.Conditions, key) && o.verified.IsZero() && d.Renewal {
			j.t.Errorf("%s was renewed, and its condition %s, which nobody has verified, is forgotten", e.id, key)
		}
	}
}

// decided holds what came into the register against the ends of its request: each approval once, and a rejection where nothing was
// approved before.
func (j *judge) decided(e *entry) {
	j.t.Helper()
	var want, got []time.Time
	if at, ok := j.allowed[e.request]; ok {
		want = append(want, at)
	}
	for _, end := range j.ends[e.request] {
		if end.status == approval.StatusApproved || end.status == approval.StatusRejected && !end.renews {
			want = append(want, end.at)
		}
	}
	for _, p := range e.periods {
		got = append(got, p.at)
	}
	if !slices.EqualFunc(got, want, time.Time.Equal) {
		j.t.Errorf("%s came into the register at %v, its request %s was decided on at %v", e.id, got, e.request, want)
	}
}

func (e *entry) moved(j *judge, d register.Detail, at time.Time) {
	j.t.Helper()
	e.places = append(e.places, sincePlace{at, d.To})
	switch d.To {
	case register.StateInUse, register.StatePilot:
		for key, o := range e.tasks {
			if o.before && o.verified.IsZero() {
				j.t.Errorf("%s came into use with %s open", e.id, key)
			}
		}
	case register.StateExpired:
		e.got = append(e.got, due{e.id, "expired", "", at})
	case register.StateRetired, register.StateStopped, register.StateRejected:
		e.ends = at
	default: // of the others nothing follows here
	}
	if d.From.Over() && at.After(e.begun) {
		j.t.Errorf("%s was over and came to life again", e.id)
	}
}

func (e *entry) owner(at time.Time) (who workflows.PersonID) {
	for _, o := range e.owners {
		if !o.at.After(at) {
			who = o.who
		}
	}
	return who
}

// works says whether somebody has not left yet.
func (e *entry) works(who workflows.PersonID, at time.Time) bool {
	left := e.of[who].left
	return left.IsZero() || at.Before(left)
}

// lives says whether the system has not ended for good.
func (e *entry) lives(at time.Time) bool { return e.ends.IsZero() || at.Before(e.ends) }

// running gives the first moment at or after t at which the process runs.
func (e *entry) running(t time.Time) time.Time { return running(e.outages, t) }

func running(outages []span, t time.Time) time.Time {
	for _, out := range outages {
		if t.After(out.from) && t.Before(out.to) {
			return out.to
		}
	}
	return t
}

// first gives the first moment from t on at which something holds; it changes only when records, or leavers, change it.
func (e *entry) first(t time.Time, holds func(time.Time) bool) (time.Time, bool) {
	times := []time.Time{t}
	for _, o := range e.owners {
		times = append(times, o.at)
	}
	for _, s := range e.asked {
		times = append(times, s.to)
	}
	for _, o := range e.tasks {
		for _, s := range o.open {
			times = append(times, s.from)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	for _, at := range times {
		if at = e.running(at); !at.Before(t) && at.Before(e.horizon) && holds(at) {
			return at, true
		}
	}
	return time.Time{}, false
}

// foresee works out what has to happen by the clock.
func (e *entry) foresee() {
	for i, p := range e.periods {
		next := e.horizon
		if i+1 < len(e.periods) {
			next = e.periods[i+1].at
		}
		if at := e.running(p.renew); !p.renew.IsZero() && e.lives(at) && at.Before(next) {
			e.steps = append(e.steps, due{e.id, register.FactReminded + " renew", e.owner(at), at})
		}
		if at := e.running(p.until); !p.until.IsZero() && e.lives(at) && at.Before(next) {
			e.steps = append(e.steps, due{e.id, "expired", "", at})
		}
	}
	for key, o := range e.tasks {
		if !o.due.IsZero() {
			e.remindAndEscalate(key, o)
		}
	}
}

func (e *entry) remindAndEscalate(key string, o *obligation) {
	remind := o.due.AddDate(0, 0, -1)
	at, ok := e.first(remind, func(at time.Time) bool { return e.lives(at) && o.isOpen(at) && e.works(e.owner(at), at) })
	switch {
	case !ok:
	case at.Sub(remind) > 24*time.Hour:
		e.steps = append(e.steps, due{e.id, register.FactSkipped + " " + key, e.owner(at), at})
	default:
		e.steps = append(e.steps, due{e.id, register.FactReminded + " " + key, e.owner(at), at})
		who := e.owner(at)
		e.letter(workflows.WhyRemind, who, at, func(at time.Time) bool { return e.lives(at) && o.isOpen(at) && e.owner(at) == who && e.works(who, at) })
	}
	late := o.due.AddDate(0, 0, 5)
	open := func(at time.Time) bool { return e.lives(at) && (o.verified.IsZero() || at.Before(o.verified)) }
	if at := e.running(late); open(at) && at.Before(e.horizon) {
		e.steps = append(e.steps, due{e.id, register.FactEscalated + " " + key, "", at})
		var told []workflows.PersonID
		for _, role := range []workflows.Role{"ai_governance_lead", workflows.ComplianceLead} {
			for _, who := range e.roles[role] {
				if who != e.owner(at) && !slices.Contains(told, who) {
					told = append(told, who)
					e.letter(workflows.WhyEscalated, who, at, open)
				}
			}
		}
	}
}

// letter lets a message wait for its reader's working hours, and for the end of an outage.
func (e *entry) letter(why workflows.Why, who workflows.PersonID, at time.Time, holds func(time.Time) bool) {
	at = e.of[who].diary.next(e.of[who].diary.next(e.running(e.of[who].diary.next(at))))
	e.letters = append(e.letters, expected{request: e.id, why: why, who: who, at: at, holds: holds(at)})
}
