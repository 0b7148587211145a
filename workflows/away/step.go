package away

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"steward/workflows"
)

// timerTurn is the one timer of an absence: when it begins, then when it ends.
const timerTurn = "turn"

// MaxReason bounds what is written, in characters. longest bounds an absence, in days.
const (
	MaxReason = 300
	longest   = 366
)

// The parts of messages to a delegate.
const (
	PartNamed = "named"
	PartBegan = "began"
	PartOver  = "over" // they are not the delegate any more
)

// Step applies one event to one absence. It is pure: the same arguments give the same outcome, and a stays as it was.
//
// a is the zero value for [Set], whose id comes from ev.About.ID. A refusal leaves the state alone. Events that no longer mean
// anything give a back and nothing else.
func Step(a Absence, ev workflows.Event, f Facts) workflows.Outcome[Absence] {
	x := &step{before: a, a: a, ev: ev, f: f, at: ev.At}
	x.a.Told = slices.Clone(a.Told)
	if no := x.apply(); no != nil {
		return workflows.Outcome[Absence]{State: a, Refusal: no}
	}
	if len(x.facts) == 0 {
		return workflows.Outcome[Absence]{State: a}
	}
	if !moves().Has(a.place(), ev.What.Kind(), x.a.place()) {
		return workflows.Outcome[Absence]{State: a, Refusal: x.words().over()}
	}
	x.settle()
	return workflows.Outcome[Absence]{State: x.a, Effects: x.effects, Records: x.facts}
}

// step is one event on its way through the machine: a is the copy that changes, before is what it was.
type step struct {
	before  Absence
	a       Absence
	ev      workflows.Event
	f       Facts
	at      time.Time
	effects []workflows.Effect
	facts   []workflows.Fact
}

func (x *step) apply() *workflows.Refusal {
	switch what := x.ev.What.(type) {
	case Woken, workflows.Woken:
		x.wake()
		return nil
	case RosterChanged:
		x.rosterChanged()
		return nil
	case What:
		return x.press(what)
	}
	return workflows.Refuse(workflows.CodeUnknown, "Steward does not know this action.")
}

// press applies what a person does. An absence is its person's own: nobody else says it.
func (x *step) press(what What) *workflows.Refusal {
	if !x.f.Roster.Active(x.ev.Actor) {
		return x.words().inactive(x.ev.Actor)
	}
	if set, ok := what.(Set); ok {
		if x.a.State != "" {
			return x.words().over()
		}
		x.a = Absence{ID: x.ev.About.ID, Person: x.ev.Actor, State: StatePlanned}
		return x.set(set.Terms, FactSet)
	}
	switch {
	case x.a.State == "":
		return workflows.Refuse(workflows.CodeUnknown, "There is no such absence.")
	case x.ev.Actor != x.a.Person:
		return x.words().notYours()
	case !x.a.State.Open():
		return x.words().over()
	case x.ev.Seen.Revision != 0 && x.ev.Seen.Revision != x.a.Revision:
		return x.words().stale()
	}
	switch what := what.(type) {
	case Changed:
		return x.set(what.Terms, FactChanged)
	case CameBack:
		x.end()
	}
	return nil
}

// set takes what was said of the absence.
func (x *step) set(t Terms, kind string) *workflows.Refusal {
	t.Reason = strings.TrimSpace(t.Reason)
	if t.Delegate == "" {
		t.HandOver = false
	}
	was := x.before.Delegate
	if no := x.days(t); no != nil {
		return no
	}
	x.a.Terms = t
	if no := x.check(); no != nil {
		return no
	}
	if was != t.Delegate || x.a.Lost != "" {
		x.a.NamedAt, x.a.Lost = x.at, ""
	}
	d := Detail{From: t.From, To: t.To, Delegate: t.Delegate, HandOver: t.HandOver}
	if was != t.Delegate {
		d.Was = was
	}
	x.a.Revision++
	x.fact(kind, d, t.Reason)
	switch {
	case was == t.Delegate && (x.a.Starts != x.before.Starts || x.a.Ends != x.before.Ends || x.before.Lost != ""):
		x.tell(t.Delegate, workflows.WhyStandIn, PartNamed)
	case was != t.Delegate:
		x.tell(was, workflows.WhyStandIn, PartOver)
		x.tell(t.Delegate, workflows.WhyStandIn, PartNamed)
	}
	if x.a.State == StatePlanned && !x.at.Before(x.a.Starts) {
		x.begin()
	}
	return nil
}

// days checks the days and works out the moments they begin and end.
func (x *step) days(t Terms) *workflows.Refusal {
	p, _ := x.f.Roster.Person(x.a.Person)
	from, errFrom := time.Parse(time.DateOnly, t.From)
	to, errTo := time.Parse(time.DateOnly, t.To)
	today := x.at.In(p.Zone()).Format(time.DateOnly)
	w := x.words()
	switch {
	case errFrom != nil:
		return workflows.RefuseField(FieldFrom, w.noDay(today))
	case errTo != nil:
		return workflows.RefuseField(FieldTo, w.noDay(today))
	case x.a.State == StateRunning && t.From != x.a.From:
		return workflows.RefuseField(FieldFrom, w.begun(x.a.From))
	case x.a.State != StateRunning && t.From < today:
		return workflows.RefuseField(FieldFrom, w.pastDay())
	case to.Before(from):
		return workflows.RefuseField(FieldTo, w.backwards())
	case t.To < today:
		return workflows.RefuseField(FieldTo, w.pastDay())
	case to.Sub(from) > longest*24*time.Hour:
		return workflows.RefuseField(FieldTo, w.tooLong())
	case utf8.RuneCountInString(t.Reason) > MaxReason:
		return workflows.RefuseField(FieldReason, w.wordy(utf8.RuneCountInString(t.Reason)))
	}
	x.a.Starts, x.a.Ends = DayStart(from, p), DayStart(to.AddDate(0, 0, 1), p)
	return nil
}

// DayStart gives the moment at which a day begins where the person lives.
func DayStart(day time.Time, p workflows.Person) time.Time {
	noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, p.Zone())
	return workflows.Hours{Zone: p.Zone()}.Midnight(noon).UTC()
}

// The fields at which refusals stand.
const (
	FieldFrom     = "from"
	FieldTo       = "to"
	FieldDelegate = "delegate"
	FieldReason   = "reason"
)

// check says why the absence cannot be as it is said: it meets another one, or whoever is to stand in cannot.
func (x *step) check() *workflows.Refusal {
	w := x.words()
	for _, o := range x.f.Others {
		if o.Person == x.a.Person && overlaps(o, x.a) {
			return workflows.RefuseField(FieldFrom, w.awayAlready(o))
		}
	}
	to := x.a.Delegate
	switch {
	case to == "":
		return nil
	case to == x.a.Person:
		return workflows.RefuseField(FieldDelegate, w.yourself())
	case !x.f.Roster.Active(to):
		return workflows.RefuseField(FieldDelegate, w.hasLeft(to))
	}
	if o, away := x.alsoAway(); away {
		if o.Delegate == x.a.Person {
			return workflows.RefuseField(FieldDelegate, w.circle(o))
		}
		return workflows.RefuseField(FieldDelegate, w.alsoAway(o))
	}
	if !MayStandIn(x.f.Roster, x.a.Person, to) {
		return workflows.RefuseField(FieldDelegate, w.otherRole(to))
	}
	return nil
}

// alsoAway finds an absence of the delegate on one of the days.
func (x *step) alsoAway() (Absence, bool) {
	for _, o := range x.f.Others {
		if o.Person == x.a.Delegate && overlaps(o, x.a) {
			return o, true
		}
	}
	return Absence{}, false
}

// wake begins or ends the absence, when its time has come. After an outage longer than it, it ends at once.
func (x *step) wake() {
	switch {
	case !x.a.State.Open():
	case !x.at.Before(x.a.Ends):
		x.end()
	case x.a.State == StatePlanned && !x.at.Before(x.a.Starts):
		x.begin()
	}
}

func (x *step) begin() {
	x.a.State = StateRunning
	x.fact(FactBegan, Detail{From: x.a.From, To: x.a.To, Delegate: x.lends(), HandOver: x.a.HandOver}, "")
	x.tell(x.lends(), workflows.WhyStandIn, PartBegan)
}

// end ends what has begun, and calls off what has not.
func (x *step) end() {
	kind := FactEnded
	over := !x.at.Before(x.a.Ends)
	if x.a.State == StatePlanned && !over {
		x.a.State, kind = StateCancelled, FactCancelled
	} else {
		x.a.State = StateEnded
	}
	x.fact(kind, Detail{From: x.a.From, To: x.a.To, Delegate: x.lends()}, "")
	if !over {
		x.tell(x.lends(), workflows.WhyStandIn, PartOver)
		x.a.Ends = x.at
	}
}

// lends gives who stands in now; nobody where that was lost.
func (x *step) lends() workflows.PersonID {
	if x.a.Lost != "" {
		return ""
	}
	return x.a.Delegate
}

// rosterChanged ends the absence of somebody who has left, and looks anew at whoever stands in.
func (x *step) rosterChanged() {
	switch {
	case !x.a.State.Open():
		return
	case !x.f.Roster.Active(x.a.Person):
		x.end()
		return
	case x.a.Delegate == "" || x.a.Lost != "":
		return
	}
	_, away := x.alsoAway()
	switch {
	case !x.f.Roster.Active(x.a.Delegate):
		x.lose(LostLeft)
	case away:
		x.lose(LostAway)
	case !MayStandIn(x.f.Roster, x.a.Person, x.a.Delegate):
		x.lose(LostRole)
	}
}

// lose ends that somebody stands in, and tells whoever is away and the compliance leads.
func (x *step) lose(why Lost) {
	x.a.Lost = why
	x.a.Revision++
	x.fact(FactLost, Detail{Was: x.a.Delegate, Because: why}, "")
	x.tell(x.a.Person, workflows.WhyDelegateLost, "")
	for _, p := range x.f.Roster.Holders(workflows.ComplianceLead) {
		if p.ID != x.a.Person && p.ID != x.a.Delegate {
			x.tell(p.ID, workflows.WhyDelegateLost, "")
		}
	}
	if why != LostLeft {
		x.tell(x.a.Delegate, workflows.WhyStandIn, PartOver)
	}
}

// settle sets the timer, brings cards up to date and raises the number. It comes after every step.
func (x *step) settle() {
	about := workflows.AbsenceRef(x.a.ID)
	x.a.Seq++
	turn := workflows.Wake{About: about, Name: timerTurn}
	switch x.a.State {
	case StatePlanned:
		turn.At = x.a.Starts
	case StateRunning:
		turn.At = x.a.Ends
	case StateEnded, StateCancelled, stateNew:
	}
	x.effects = append(x.effects, turn, workflows.Refresh{About: about})
}

// tell writes to somebody once in a step, and notes that they were told.
func (x *step) tell(who workflows.PersonID, why workflows.Why, part string) {
	if who == "" || who == x.ev.Actor && why == workflows.WhyStandIn {
		return
	}
	if i, found := slices.BinarySearch(x.a.Told, who); !found {
		x.a.Told = slices.Insert(x.a.Told, i, who)
	}
	told := slices.ContainsFunc(x.effects, func(e workflows.Effect) bool {
		n, ok := e.(workflows.Notify)
		return ok && n.To == who
	})
	if !told && x.f.Roster.Active(who) { // that it begins today is said with the naming
		x.effects = append(x.effects, workflows.Notify{To: who, About: workflows.AbsenceRef(x.a.ID), Why: why, Part: part})
	}
}

// fact adds one record of what happened.
func (x *step) fact(kind string, d Detail, reason string) {
	f := workflows.Fact{Kind: kind, Data: d}
	if reason != "" {
		f.Texts = map[string]string{"reason": reason}
	}
	x.facts = append(x.facts, f)
}

func (x *step) words() words { return words{a: x.a, roster: x.f.Roster} }
