package simulation_test

import (
	"fmt"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/away"
)

// absence is somebody who is away, as those who said it know it.
type absence struct {
	span         // its end comes earlier where they come back, or leave
	id           string
	who          workflows.PersonID
	by           workflows.PersonID // who stands in; empty where nobody does
	first, last  string             // the days that are said
	named        time.Time          // when it was said
	hand         bool               // what waits already is handed over, too
	lost         time.Time          // when by could not stand in any more
	lostByAway   bool
	early        bool // they came back, or called it off
	notice, days int
}

// stands says whether somebody stands in at a time.
func (a *absence) stands(at time.Time) bool {
	return a.by != "" && !at.Before(a.from) && !at.Before(a.named) && at.Before(a.to) && (a.lost.IsZero() || at.Before(a.lost))
}

// standIn gives the absence in which somebody stands in for a person at a time; nil where nobody does.
func (m *member) standIn(at time.Time) *absence {
	i := slices.IndexFunc(m.away, func(a *absence) bool { return a.stands(at) })
	if i < 0 {
		return nil
	}
	return m.away[i]
}

// absence gives the absence of a person at a time, whoever stands in; nil where they are there.
func (m *member) absence(at time.Time) *absence {
	i := slices.IndexFunc(m.away, func(a *absence) bool { return !at.Before(a.from) && !at.Before(a.named) && at.Before(a.to) })
	if i < 0 {
		return nil
	}
	return m.away[i]
}

// turns gives when an absence changes what waits for whom.
func (a *absence) turns(outages []span) []time.Time {
	out := []time.Time{a.named}
	for _, at := range []time.Time{a.from, a.to} {
		if at = running(outages, at); at.After(a.named) {
			out = append(out, at)
		}
	}
	return out
}

// dayStart gives the first moment of a day, found by looking at the clock on the wall.
func dayStart(zone *time.Location, day string) time.Time {
	noon, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	for t := noon.Add(-48 * time.Hour); ; t = t.Add(15 * time.Minute) {
		if t.In(zone).Format(time.DateOnly) == day {
			return t
		}
	}
}

// planAbsences lets managers be away for some days: announced or from one day to the next, with a colleague of the same rank or their
// own manager standing in or nobody, with or without handing over what waits already. Some come back early, some call it off, some
// lose who stands in for them.
func (l *life) planAbsences() {
	var all []*absence
	plan := func(a absence) bool {
		zone := l.of[a.who].diary.zone
		day := a.from.In(zone)
		a.first, a.last = day.Format(time.DateOnly), day.AddDate(0, 0, a.days-1).Format(time.DateOnly)
		a.from, a.to = dayStart(zone, a.first), dayStart(zone, day.AddDate(0, 0, a.days).Format(time.DateOnly))
		meets := slices.ContainsFunc(all, func(b *absence) bool {
			return a.from.Add(-48*time.Hour).Before(b.to) && b.from.Before(a.to.Add(48*time.Hour)) && // days are not the same everywhere
				(a.who == b.who || a.who == b.by && !a.lostByAway || a.by != "" && (a.by == b.who))
		})
		if !meets {
			all = append(all, &a)
		}
		return !meets
	}
	for n, at := range simLeaves() {
		who := l.leaver(n)
		if n == 2 { // who leaves is away
			plan(absence{who: who, by: l.peers(who)[0], span: span{from: at.AddDate(0, 0, -4)}, days: 9, notice: 240})
			continue
		}
		plan(absence{who: l.peers(who)[n], by: who, span: span{from: at.AddDate(0, 0, -4)}, days: 9, notice: 240}) // who stands in leaves
	}
	for i := range 60 {
		m := l.heads[l.rand.IntN(len(l.heads))]
		if i%3 == 0 {
			m = l.heads[i%2] // who has the most to decide
		}
		a := absence{who: m, days: 3 + l.rand.IntN(12), notice: 24 * (3 + l.rand.IntN(20)), early: i%7 == 6}
		a.from = simBegin.AddDate(0, 1, l.rand.IntN(690))
		peers := l.peers(m)
		a.by = peers[l.rand.IntN(len(peers))]
		switch i % 10 {
		case 3:
			a.by = ""
		case 4:
			a.by = l.of[m].row.Manager
		case 5, 6:
			a.notice, a.hand = 0, true
		case 7:
			a.notice = 0
		case 8:
			a.hand = true
		}
		if plan(a) && i%10 == 9 { // who stands in is away themself after all
			plan(absence{who: a.by, span: span{from: a.from.AddDate(0, 0, 2)}, days: 3, notice: 48, lostByAway: true})
		}
	}
	for n, a := range all {
		l.at(a.from.Add(-time.Duration(a.notice)*time.Hour+time.Duration(6+l.rand.IntN(6))*time.Hour), func() { l.goAway(a, n) })
	}
}

// peers are the other managers under the same director.
func (s *staff) peers(m workflows.PersonID) (out []workflows.PersonID) {
	for _, p := range s.heads {
		if p != m && s.of[p].row.Manager == s.of[m].row.Manager {
			out = append(out, p)
		}
	}
	return out
}

// goAway lets somebody say that they are away, if they still are there by then.
func (l *life) goAway(a *absence, n int) {
	now := l.clock.Now()
	zone := l.of[a.who].diary.zone
	if today := now.In(zone).Format(time.DateOnly); today > a.first {
		a.first, a.from = today, dayStart(zone, today)
	}
	if !l.active(a.who, now) || a.first > a.last {
		return
	}
	if !l.active(a.by, now) {
		a.by, a.hand = "", false
	}
	done := l.apply(workflows.Ref{Kind: workflows.KindAbsence}, a.who, away.Set{Terms: away.Terms{From: a.first, To: a.last, Delegate: a.by, HandOver: a.hand}})
	a.id, a.named = done.About.ID, now
	l.aways, l.of[a.who].away = append(l.aways, a), append(l.of[a.who].away, a)
	for _, b := range l.aways {
		if b.by == a.who && b.lost.IsZero() && now.Before(b.to) && a.from.Before(b.to) && b.from.Before(a.to) {
			b.lost = now
		}
	}
	l.travel(now)
	l.stir()
	if a.from.After(now) {
		l.at(a.from.Add(time.Minute), l.stir)
	}
	if a.early {
		back := a.from.Add(time.Duration(a.days) * 12 * time.Hour)
		if n%2 == 0 && a.from.Sub(now) > 48*time.Hour {
			back = a.from.Add(-24 * time.Hour)
		}
		l.at(back, func() { l.comeBack(a) })
	}
}

// comeBack ends an absence before its time, or calls it off.
func (l *life) comeBack(a *absence) {
	if now := l.clock.Now(); l.active(a.who, now) && now.Before(a.to) {
		l.apply(workflows.AbsenceRef(a.id), a.who, away.CameBack{})
		a.to = now
		l.travel(now)
	} else {
		a.early = false
	}
}

// left ends what somebody who has left cannot be any more.
func (l *life) left(who workflows.PersonID) {
	now := l.clock.Now()
	for _, a := range l.aways {
		switch {
		case !now.Before(a.to):
		case a.who == who:
			a.to, a.early = now, true
		case a.by == who && a.lost.IsZero():
			a.lost = now
		}
	}
}

// absentWait is something that waits for somebody who is away.
type absentWait struct {
	request      string
	who, by      workflows.PersonID // by stands in, or nobody does
	opened       time.Time          // when it began to wait for who is away, or before
	since, until time.Time          // how long it waited so
	due          time.Time          // when the time of the stage runs out for who is away
	escalated    bool               // already before they went
}

// noteAbsent notes what waits for managers who are away.
func (o *oracle) noteAbsent(at time.Time) {
	still := map[string]bool{}
	for _, w := range o.waits {
		a := o.of[w.who].absence(at)
		if w.why != workflows.WhyDecide || w.by.IsZero() || a == nil {
			continue
		}
		key := fmt.Sprint(o.round, o.stage, w.who, a.id)
		still[key] = true
		if o.absent[key] == nil {
			o.absent[key] = &absentWait{request: o.id, who: w.who, by: a.by, opened: w.since, since: at, escalated: o.escalated}
		}
		o.absent[key].due, o.absent[key].until = w.by, time.Time{}
	}
	for key, w := range o.absent {
		if !still[key] && w.until.IsZero() {
			w.until = at
		}
	}
}

// judgeAbsences holds every absence against its record, and what waits for who is away against what was told: before the time of the
// stage runs out, who stands in has heard of it, or it has gone to whoever hears of what is late.
func (j *judge) judgeAbsences() {
	j.t.Helper()
	for _, a := range j.aways {
		j.absence(a)
	}
	heard, late := 0, 0
	for _, w := range j.absent {
		limit := w.due
		if w.since.After(limit) {
			limit = w.since
		}
		limit = running(j.outages, limit)
		told := slices.ContainsFunc(j.out.sent, func(m outgoing) bool {
			return m.to == w.by && m.about.ID == w.request && m.why == workflows.WhyDecide && !m.at.Before(w.opened) && !m.at.After(limit)
		})
		raised := w.escalated || slices.ContainsFunc(j.steps, func(d due) bool {
			return d.request == w.request && d.kind == "escalated" && !d.at.After(limit)
		})
		switch {
		case told:
			heard++
		case !w.until.IsZero() && !w.until.After(limit): // it was decided, or they were back
		case raised:
			late++
		default:
			j.t.Errorf("%s waits for %s, who is away, since %s; by %s nobody else has heard of it (%s stands in)", w.request, w.who, w.since, limit, w.by)
		}
	}
	j.t.Logf("%d absences; of %d things that waited for who was away, %d were told to who stands in, %d escalated", len(j.aways), len(j.absent), heard, late)
	if heard == 0 || late == 0 {
		j.t.Error("nobody who stands in was asked anything, or nothing escalated while they were away: the simulation shows nothing about it")
	}
}

// absence holds one absence against its record, and says what has to be told of it.
func (j *judge) absence(a *absence) {
	j.t.Helper()
	rows, err := j.store.History(j.t.Context(), workflows.AbsenceRef(a.id))
	if err != nil {
		j.t.Fatal(err)
	}
	for _, row := range rows {
		j.steps = append(j.steps, due{a.id, row.Record.What, "", row.Record.Time()})
	}
	e := &entry{staff: j.staff, id: a.id, outages: j.outages, horizon: j.clock.Now()}
	want := func(what string, at time.Time) { j.want = append(j.want, due{a.id, what, "", at}) }
	end := a.to
	if !a.early {
		end = e.running(a.to)
	}
	lost := func(at time.Time) bool { return !a.lost.IsZero() && !at.Before(a.lost) }
	stands := func(at time.Time) bool { return at.Before(end) && !lost(at) && e.works(a.by, at) }
	tell := func(who workflows.PersonID, why workflows.Why, at time.Time, holds func(time.Time) bool) {
		if who != "" && e.works(who, at) {
			e.letter(why, who, at, func(at time.Time) bool { return holds(at) && e.works(who, at) })
		}
	}
	want(away.FactSet, a.named)
	tell(a.by, workflows.WhyStandIn, a.named, stands)
	began := a.named
	if a.from.After(a.named) {
		began = e.running(a.from)
	}
	if began.Before(end) {
		want(away.FactBegan, began)
		if began.After(a.named) && !lost(began) {
			tell(a.by, workflows.WhyStandIn, began, stands)
		}
	}
	if a.lost.IsZero() || a.lost.Before(end) {
		switch {
		case a.early && !began.Before(end):
			want(away.FactCancelled, end)
		default:
			want(away.FactEnded, end)
		}
	}
	over := func(time.Time) bool { return true }
	if a.early && !lost(end) {
		tell(a.by, workflows.WhyStandIn, end, over)
	}
	if !a.lost.IsZero() {
		want(away.FactLost, a.lost)
		for _, who := range append([]workflows.PersonID{a.who}, j.roles[workflows.ComplianceLead]...) {
			tell(who, workflows.WhyDelegateLost, a.lost, func(at time.Time) bool { return at.Before(end) })
		}
		tell(a.by, workflows.WhyStandIn, a.lost, over)
	}
	j.letters = append(j.letters, e.letters...)
}
