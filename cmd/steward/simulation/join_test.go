package simulation_test

import (
	"fmt"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/register"
)

// planJoins lets some people want to use a system that has come into the register: of the requester's team, or from elsewhere.
func (l *life) planJoins(id string) {
	for range l.rand.IntN(3) {
		l.at(l.clock.Now().Add(time.Duration(l.rand.IntN(300*24))*time.Hour), func() { l.join(id) })
	}
}

// join lets somebody join a system, or ask to, if they can.
func (l *life) join(id string) {
	l.t.Helper()
	s := l.system(id)
	team := l.teams[l.rand.IntN(len(l.teams))]
	if own := slices.IndexFunc(l.teams, func(t []workflows.PersonID) bool { return slices.Contains(t, s.Requester) }); l.chance(40) && own >= 0 {
		team = l.teams[own]
	}
	who := team[l.rand.IntN(len(team))]
	if l.chance(15) {
		who = l.leaver(l.rand.IntN(3))
	}
	roster, err := l.store.People(l.t.Context(), []workflows.PersonID{who}, nil, l.clock.Now())
	if err != nil {
		l.t.Fatal(err)
	}
	if register.MayJoin(s, who, roster, l.clock.Now()) != nil {
		return
	}
	l.wishes++
	if l.wishes%9 == 0 {
		l.planned[id+"/"+string(who)+"/nobody answers"] = true
	}
	l.press(id, who, register.Joined{Within: true, Accepts: true})
	l.joins[id] = l.clock.Now()
	l.at(l.clock.Now().AddDate(0, 0, 5).Add(time.Hour), func() { l.tend(id) })
	if l.wishes%5 == 0 {
		l.at(l.clock.Now().AddDate(0, 0, 1+l.rand.IntN(40)), func() { l.leave(id, who) })
	}
}

// ignored says that nobody answers the wish of somebody to join.
func (l *life) ignored(id, who string) bool { return l.planned[id+"/"+who+"/nobody answers"] }

// leave ends somebody's use, or takes back their wish.
func (l *life) leave(id string, who workflows.PersonID) {
	s := l.system(id)
	a, asked := s.Ask(who)
	if _, uses := s.User(who); l.active(who, l.clock.Now()) && !s.State.Over() && (uses || asked && a.State == register.AskOpen) {
		l.press(id, who, register.Left{})
	}
}

// covers says whether the approval of a request covers somebody: those of limited risk here are for the team of who asked.
func (j *judge) covers(request string, who workflows.PersonID) bool {
	a := j.asked[request]
	manager := j.of[a.requester].row.Manager
	return a.kind == "limited" && (who == manager || j.of[who].row.Manager == manager)
}

// wish is somebody's wish to join, or their use.
type wish struct {
	who      workflows.PersonID
	at       time.Time
	answered time.Time // or taken back; zero while it waits
	ended    time.Time // by the clock, or with the approval
}

func (w *wish) open(at time.Time) bool {
	return !at.Before(w.at) && (w.answered.IsZero() || at.Before(w.answered)) && (w.ended.IsZero() || at.Before(w.ended))
}

// learnJoin takes in what people did about joining, and what the clock did.
func (e *entry) learnJoin(j *judge, rec workflows.Record, d register.Detail) {
	j.t.Helper()
	at := rec.Time()
	last := func(list []*wish) *wish {
		for _, w := range slices.Backward(list) {
			if w.who == d.Person && w.open(at) {
				return w
			}
		}
		return nil
	}
	asked, uses := last(e.wishes), last(e.users)
	switch rec.What {
	case register.FactJoinAsked:
		if e.wishes = append(e.wishes, &wish{who: d.Person, at: at}); asked != nil || uses != nil || e.covered(d.Person) {
			j.t.Errorf("%s asked to join %s, and had nothing to ask for", d.Person, e.id)
		}
	case register.FactJoined:
		if e.users = append(e.users, &wish{who: d.Person, at: at}); asked == nil && (rec.Actor != d.Person || !e.covered(d.Person)) {
			j.t.Errorf("%s joined %s by %s without a word of their manager", d.Person, e.id, rec.Actor)
		}
		e.answer(j, asked, rec)
	case register.FactJoinRefused:
		e.answer(j, asked, rec)
	case register.FactLeft:
		if asked != nil {
			asked.answered = at
		}
		if uses != nil {
			uses.answered = at
		}
		e.got = append(e.got, due{e.id, register.FactLeft, d.Person, at})
		if rec.Actor == d.Person {
			e.steps = append(e.steps, due{e.id, register.FactLeft, d.Person, at})
		}
	case register.FactJoinEnded:
		e.got = append(e.got, due{e.id, register.FactJoinEnded, d.Person, at})
	}
}

func (e *entry) covered(who workflows.PersonID) bool { return e.member(who) }

// answer takes in what somebody answered, who has to be one who may.
func (e *entry) answer(j *judge, w *wish, rec workflows.Record) {
	j.t.Helper()
	if w == nil {
		return
	}
	at := rec.Time()
	if !slices.Contains(e.answerers(w, at), rec.Actor) {
		j.t.Errorf("%s answered whether %s may join %s, and it was not theirs", rec.Actor, w.who, e.id)
	}
	w.answered = at
	j.invited[invitation(e.id, w.who, workflows.WhyJoined, at)]++
}

// answerers gives who may answer a wish: the line manager, who stands in for them, and after five days the next one above.
func (e *entry) answerers(w *wish, at time.Time) (out []workflows.PersonID) {
	m := e.manager(w.who, at)
	out = append(out, m)
	if a := e.of[m].standIn(at); a != nil && (a.hand || a.named.Before(w.at)) && a.by != w.who && e.active(a.by, at) {
		out = append(out, a.by)
	}
	if next := e.manager(m, at); !at.Before(e.running(w.at.AddDate(0, 0, 5))) && next != "" && !slices.Contains(out, next) {
		out = append(out, next)
	}
	return out
}

// foreseeJoins works out what becomes of every wish by the clock, and who has to hear of it when.
func (e *entry) foreseeJoins(j *judge) {
	for _, u := range slices.Concat(e.users, e.wishes) {
		left := e.of[u.who].left
		if !left.IsZero() && left.After(u.at) && e.lives(left) && (u.answered.IsZero() || !u.answered.Before(left)) && (!slices.Contains(e.wishes, u) || e.closes(u).After(left)) {
			e.steps = append(e.steps, due{e.id, register.FactLeft, u.who, left})
		}
	}
	for _, w := range e.wishes {
		w.ended = e.closes(w)
		if !w.answered.IsZero() && !w.ended.Before(w.answered) {
			w.ended = time.Time{}
		} else {
			e.steps = append(e.steps, due{e.id, register.FactJoinEnded, w.who, w.ended})
			j.invited[invitation(e.id, w.who, workflows.WhyJoined, w.ended)]++
		}
		e.bringToMind(w)
		e.invite(j, w)
	}
}

// closes gives when a wish that nobody answers ends: after two weeks, or when there is nothing to join any more.
func (e *entry) closes(w *wish) time.Time {
	end := e.running(w.at.AddDate(0, 0, 14))
	for _, p := range e.places {
		if p.at.After(w.at) && p.at.Before(end) && !p.state.Live() {
			return p.at
		}
	}
	return end
}

func (e *entry) bringToMind(w *wish) {
	remind := w.at.AddDate(0, 0, 2)
	switch at := e.running(remind); {
	case !w.open(at):
	case at.Sub(remind) > 24*time.Hour:
		e.steps = append(e.steps, due{e.id, register.FactSkipped + " join", w.who, at})
	default:
		e.steps = append(e.steps, due{e.id, register.FactReminded + " join", w.who, at})
		for _, who := range e.answerers(w, at) {
			e.letter(workflows.WhyRemind, who, at, func(at time.Time) bool { return w.open(at) && slices.Contains(e.answerers(w, at), who) })
		}
	}
	if at := e.running(w.at.AddDate(0, 0, 5)); w.open(at) {
		e.steps = append(e.steps, due{e.id, register.FactEscalated + " join", "", at})
	}
}

// invite works out who hears of a wish when: those who may answer it, as soon as they may.
func (e *entry) invite(j *judge, w *wish) {
	times := []time.Time{w.at, e.running(w.at.AddDate(0, 0, 5))}
	for _, m := range e.heads {
		for _, a := range e.of[m].away {
			times = append(append(times, a.turns(e.outages)...), a.lost)
		}
	}
	for n := range simLeaves() {
		times = append(times, e.of[e.leaver(n)].left)
	}
	slices.SortFunc(times, time.Time.Compare)
	var told []workflows.PersonID
	for _, at := range times {
		if !w.open(at) {
			continue
		}
		now := e.answerers(w, at)
		for _, who := range now {
			if !slices.Contains(told, who) {
				j.invited[invitation(e.id, who, workflows.WhyJoin, at)] = 1 // of several wishes at once there is one message
			}
		}
		told = now
	}
}

func invitation(system string, who workflows.PersonID, why workflows.Why, at time.Time) string {
	return fmt.Sprintln(system, who, why, at.UTC())
}

// compareJoins: whoever may answer a wish to join is told of it once, and so is whoever asked of what became of it.
func (j *judge) compareJoins() {
	j.t.Helper()
	got, whys := map[string]int{}, map[workflows.Why]int{}
	for _, m := range j.out.sent {
		if m.surface == workflows.SurfacePortal && (m.why == workflows.WhyJoin || m.why == workflows.WhyJoined) {
			got[invitation(m.about.ID, m.to, m.why, m.at)]++
			whys[m.why]++
		}
	}
	differ(j.t, "wishes to join", got, j.invited)
	j.t.Logf("%d wishes to join: %v", j.wishes, whys)
}
