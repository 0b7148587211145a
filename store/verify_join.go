package store

import (
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// joinLog is who joined a system, and who asked to, as its records say.
type joinLog struct {
	users []register.User
	asks  []register.Ask
	words map[workflows.PersonID]recordedWords // why somebody was refused
}

// learn takes in one record, and says what cannot be; empty where all can.
func (l *joinLog) learn(rec workflows.Record, d register.Detail, state register.State, texts map[string][]byte) string {
	switch rec.What {
	case register.FactJoined:
		return l.joined(rec, d, state)
	case register.FactJoinAsked:
		l.forget(d.Person)
		l.asks = append(l.asks, register.Ask{Who: d.Person, At: rec.Time(), State: register.AskOpen})
		return unfit(state, d.Person, rec.Actor != d.Person)
	case register.FactJoinRefused:
		l.ask(d.Person, func(a *register.Ask) { a.State, a.By, a.EndedAt = register.AskRefused, rec.Actor, rec.Time() })
		if l.words == nil {
			l.words = map[workflows.PersonID]recordedWords{}
		}
		l.words[d.Person] = wordsOf(rec, "reason", texts)
	case register.FactJoinEnded:
		l.ask(d.Person, func(a *register.Ask) { a.State, a.EndedAt = register.AskEnded, rec.Time() })
	case register.FactLeft:
		l.forget(d.Person)
		l.users = slices.DeleteFunc(l.users, func(u register.User) bool { return u.Who == d.Person })
	case register.FactReminded, register.FactSkipped:
		if d.Event == register.EventJoin {
			l.ask(d.Person, func(a *register.Ask) { a.Reminded = true })
		}
	case register.FactEscalated:
		if d.Event == register.EventJoin {
			l.ask(d.Person, func(a *register.Ask) { a.Late = true })
		}
	}
	return ""
}

// joined takes in that somebody is a user: by their own word where the approval covers their group, else by that of another.
func (l *joinLog) joined(rec workflows.Record, d register.Detail, state register.State) string {
	asked := slices.ContainsFunc(l.asks, func(a register.Ask) bool { return a.Who == d.Person && a.State == register.AskOpen })
	u := register.User{Who: d.Person, At: rec.Time()}
	alone := rec.Actor == d.Person
	if !alone {
		u.By = rec.Actor
	}
	l.forget(d.Person)
	l.users = append(l.users, u)
	return unfit(state, d.Person, alone == (d.Covers == policy.CoversNobody) || !alone && !asked)
}

// unfit says that somebody joined what cannot be joined, or by nobody's word.
func unfit(state register.State, who workflows.PersonID, nobody bool) string {
	switch {
	case !state.Live():
		return "it says that " + string(who) + " joined, or asked to, but no approval stands then"
	case nobody:
		return "it says that " + string(who) + " joined, or asked to, by nobody's word who could say so"
	}
	return ""
}

func (l *joinLog) ask(who workflows.PersonID, change func(*register.Ask)) {
	for i := range l.asks {
		if l.asks[i].Who == who {
			change(&l.asks[i])
		}
	}
}

func (l *joinLog) forget(who workflows.PersonID) {
	l.asks = slices.DeleteFunc(l.asks, func(a register.Ask) bool { return a.Who == who })
	delete(l.words, who)
}

// checkJoined compares who uses a system, and who wants to, with its records.
func (v *verifier) checkJoined(t *thing, s register.System) {
	l := t.system.join
	users := slices.EqualFunc(s.Joined, l.users, func(a, b register.User) bool { return a.Who == b.Who && a.By == b.By && a.At.Equal(b.At) })
	asks := slices.EqualFunc(s.Asks, l.asks, func(a, b register.Ask) bool {
		said := v.says(a.Reason, l.words[a.Who])
		at := a.At.Equal(b.At) && a.EndedAt.Equal(b.EndedAt)
		a.Reason, a.At, a.EndedAt, b.At, b.EndedAt = "", time.Time{}, time.Time{}, time.Time{}, time.Time{}
		return said && at && a == b
	})
	v.same(t, []compared{{"list of users", users}, {"list of those who ask to join", asks}})
}
