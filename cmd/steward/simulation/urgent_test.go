package simulation_test

import (
	"cmp"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// maybeUrge lets some say, within some days, that what they ask for cannot wait.
func (l *life) maybeUrge(r *asking) {
	l.urged++
	n := l.urged / 4
	if l.urged%4 != 0 {
		return
	}
	l.at(l.clock.Now().Add(time.Duration(1+l.rand.IntN(60))*time.Hour), func() {
		if req := l.request(r.id); req.Status != approval.StatusOpen || req.Emergency != nil {
			return
		}
		until := l.clock.Now().AddDate(0, 0, 1+l.rand.IntN(13)).Format(time.DateOnly)
		if n%3 == 0 { // nobody answers
			l.silent[r.id] = true
		}
		l.apply(workflows.RequestRef(r.id), r.requester, approval.EmergencyAsked{Until: until, Reason: "The fair is next week and we need it there."})
		l.note(deed{request: r.id, who: r.requester, what: "urged"})
		l.after(r.id)
	})
}

// answerUrge gives what somebody answers who is asked whether something may be used before it is decided on; nothing where they do not.
func (l *life) answerUrge(r approval.Request, w workflows.Wait) (deed, workflows.What) {
	d := deed{request: r.ID, who: w.Who}
	const reason = "It was looked at with care and with this result."
	switch {
	case l.silent[r.ID]:
		return d, nil
	case l.chance(25):
		d.what = "declined"
		return d, approval.EmergencyDeclined{Reason: reason}
	case r.Accepted.IsZero(): // nobody is accountable yet
		l.later(r.ID, w)
		return d, nil
	}
	day := l.clock.Now().AddDate(0, 0, 1+l.rand.IntN(12))
	d.what, d.until = "allowed", time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, time.UTC)
	return d, approval.EmergencyAllowed{Until: day.Format(time.DateOnly), Reason: reason}
}

// urgency is the wish for an emergency approval as the oracle knows it.
type urgency struct {
	answered time.Time
	giver    workflows.PersonID
	until    time.Time // zero where it was declined
	over     time.Time
}

func (u *urgency) given() bool { return u != nil && !u.until.IsZero() && u.over.IsZero() }

func (o *oracle) answerUrgent(d deed) {
	o.urgent.answered, o.urgent.giver, o.urgent.until = d.at, d.who, d.until
	told := []workflows.PersonID{o.requester}
	if o.keeper != o.requester {
		told = append(told, o.keeper)
	}
	for _, who := range told {
		o.asks[string(who)+" "+string(workflows.WhyEmergencyAnswer)]++
	}
}

// urgentAlarms: whoever answers is reminded on the next working day; of an emergency approval people hear some days before its end.
func (o *oracle) urgentAlarms() (out []alarm) {
	for _, w := range o.waits {
		if w.why == workflows.WhyEmergency {
			out = append(out, alarm{name: "emergency/" + string(w.who), does: "remind", at: o.of[w.who].diary.morning(w.since, 1), who: w.who})
		}
	}
	if !o.urgent.given() {
		return out
	}
	days := int(o.urgent.until.Sub(o.urgent.answered).Hours() / 24)
	soon := o.urgent.until.AddDate(0, 0, -max(1, min(3, (days+1)/2)))
	return append(out, alarm{name: "emergency soon", does: "emergency ends soon", at: soon}, alarm{name: "emergency end", does: "emergency ends", at: o.urgent.until})
}

// endsSoon tells whoever has to do with it that an emergency approval ends soon.
func (o *oracle) endsSoon(a alarm, at time.Time) {
	if at.Sub(a.at) > 24*time.Hour {
		o.steps = append(o.steps, due{o.id, "reminder_skipped emergency", "", at})
		return
	}
	o.steps = append(o.steps, due{o.id, "reminded emergency", "", at})
	told := []workflows.PersonID{o.requester, o.keeper, o.urgent.giver}
	for _, w := range o.waits {
		if w.why == workflows.WhyDecide {
			told = append(told, w.who)
		}
	}
	o.tellAll(workflows.WhyEnding, told, at)
}

// tellAll tells several people, each once a round, who are there.
func (o *oracle) tellAll(why workflows.Why, people []workflows.PersonID, at time.Time) {
	slices.Sort(people)
	for _, who := range slices.Compact(people) {
		key := string(who) + "/" + string(why) + "/" + approval.PartEmergency
		if _, told := o.told[key]; !told && o.active(who, at) {
			o.told[key] = at
			o.tell(why, who, at)
		}
	}
}

// endUrgent ends the wish, or what was allowed: with the decision, or on its last day.
func (o *oracle) endUrgent(at time.Time, how string) {
	u := o.urgent
	if u == nil || !u.over.IsZero() || !u.answered.IsZero() && u.until.IsZero() {
		return
	}
	given := u.given()
	u.over = at
	o.steps = append(o.steps, due{o.id, approval.FactEmergencyEnded, "", at})
	if !given || how == "approved" {
		return
	}
	told := append([]workflows.PersonID{u.giver}, o.roles[workflows.AIGovernance]...)
	if how == "expired" {
		told = append(told, o.requester, o.keeper)
	}
	o.tellAll(workflows.WhyExpired, slices.DeleteFunc(told, func(who workflows.PersonID) bool { return who == o.actor }), at)
}

// judgeUrgent looks whether every way of an emergency was gone.
func (j *judge) judgeUrgent() {
	j.t.Helper()
	ways := map[string]int{}
	for id := range j.asked {
		if e := j.request(id).Emergency; e != nil {
			ways[string(e.State)+" "+cmp.Or(string(e.End), "stands")]++
			if e.Answered.IsZero() {
				ways["unanswered"]++
			}
			if e.State != approval.EmergencyNo && e.State != approval.EmergencyOver {
				j.t.Errorf("the emergency approval of %s is %s after all is over", id, e.State)
			}
		}
	}
	j.t.Logf("emergencies: %v", ways)
	for _, way := range []string{"declined stands", "over approved", "over expired", "unanswered"} {
		if ways[way] == 0 {
			j.t.Errorf("no emergency is %s: the simulation shows nothing about it", way)
		}
	}
}
