package register

import (
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

// JoinActions gives what a person can do now about joining a system: answer those who asked, in the order in which they did, join,
// or leave.
func JoinActions(s System, who workflows.PersonID, roster workflows.Roster, at time.Time) (out []Action) {
	x := asking(s, who, roster, at)
	if s.State == "" || s.State.Over() || !roster.Active(who) {
		return nil
	}
	for _, a := range s.Asks {
		if _, no := x.answers(a.Who); no == nil {
			out = append(out, Action{JoinAgreed{}.Kind(), string(a.Who)}, Action{JoinRefused{}.Kind(), string(a.Who)})
		}
	}
	if x.mayJoin() == nil {
		out = append(out, Action{Kind: Joined{}.Kind()})
	}
	if x.mayLeave() == nil {
		out = append(out, Action{Kind: Left{}.Kind()})
	}
	return out
}

// MayJoin says why somebody cannot join now; nil where they can.
func MayJoin(s System, who workflows.PersonID, roster workflows.Roster, at time.Time) *workflows.Refusal {
	return asking(s, who, roster, at).mayJoin()
}

// MayAnswer says why somebody cannot answer the wish of another to join now; nil where they can.
func MayAnswer(s System, who, asks workflows.PersonID, roster workflows.Roster, at time.Time) *workflows.Refusal {
	_, no := asking(s, who, roster, at).answers(asks)
	return no
}

// Answerers gives who answers the open wish of somebody to join: their line manager or who stands in for one; those who look after the
// system where there is no manager. Of somebody who has not asked it gives who would be asked.
func Answerers(s System, asks workflows.PersonID, roster workflows.Roster, at time.Time) (out []workflows.PersonID) {
	a, asked := s.Ask(asks)
	if !asked || a.State != AskOpen {
		a = Ask{Who: asks, At: at}
	}
	for _, one := range asking(s, asks, roster, at).answerers(a) {
		out = append(out, one.who)
	}
	return out
}

// asking is a step that changes nothing: it tells what somebody can do.
func asking(s System, who workflows.PersonID, roster workflows.Roster, at time.Time) *step {
	return &step{before: s, s: s, f: Facts{Roster: roster}, ev: workflows.Event{Actor: who, At: at}, at: at}
}

// mayJoin refuses who has nothing to join, or cannot now.
func (x *step) mayJoin() *workflows.Refusal {
	who := x.ev.Actor
	if !x.f.Roster.Active(who) {
		return x.words().inactive(who)
	}
	if !x.s.Joinable(x.at) || !moves().Takes(x.s.place(), Joined{}.Kind()) {
		return x.words().notJoinable()
	}
	if who == x.s.Owner || who == x.s.Requester {
		return x.words().theirs()
	}
	if _, is := x.s.User(who); is {
		return x.words().userAlready()
	}
	if a, asked := x.s.Ask(who); asked && a.State == AskOpen {
		return x.words().askedAlready(x.answerers(a))
	}
	return nil
}

// join takes somebody's word that their use is inside the approval and that they accept its conditions. It makes them a user where
// the approval covers their group, and else asks their line manager.
func (x *step) join(what Joined) *workflows.Refusal {
	if no := x.mayJoin(); no != nil {
		return no
	}
	wrong := map[string]string{}
	if !what.Within {
		wrong["within"] = "This approval does not cover another use or other data. Please make a request of your own for that."
	}
	if !what.Accepts {
		wrong["accept"] = "The system is used under its conditions only. Where they do not fit, please make a request of your own."
	}
	if len(wrong) > 0 {
		return workflows.RefuseFields(wrong)
	}
	me, _ := x.f.Roster.Person(x.ev.Actor)
	x.forget(me.ID)
	if x.s.CoversPerson(me) {
		x.s.Joined = append(x.s.Joined, User{Who: me.ID, At: x.at})
		x.fact(FactJoined, Detail{Person: me.ID, Covers: x.s.Covers}, nil)
		return nil
	}
	x.s.Asks = append(x.s.Asks, Ask{Who: me.ID, At: x.at, State: AskOpen})
	x.fact(FactJoinAsked, Detail{Person: me.ID}, nil)
	return nil
}

// forget drops what became of an earlier wish of somebody.
func (x *step) forget(who workflows.PersonID) {
	x.s.Asks = slices.DeleteFunc(x.s.Asks, func(a Ask) bool { return a.Who == who })
}

// answerer is somebody who answers a wish to join; for whom, where they stand in; as line manager, or by a role that looks after it.
type answerer struct {
	who, standsFor workflows.PersonID
	role           workflows.Role
}

// answerers gives who answers a wish to join: the line manager; who stands in for them; once it is late, the manager's manager. Where
// there is no manager, those who look after the system. Nobody answers their own.
func (x *step) answerers(a Ask) (out []answerer) {
	role := workflows.LineManager
	add := func(who, standsFor workflows.PersonID) {
		if who != a.Who && x.f.Roster.Active(who) && !slices.ContainsFunc(out, func(o answerer) bool { return o.who == who }) {
			out = append(out, answerer{who, standsFor, role})
		}
	}
	manager, ok := x.f.Roster.ManagerOf(a.Who)
	if !ok {
		role = ""
		for _, who := range x.holders(x.s.Governors, a.Who) {
			add(who, "")
		}
		return out
	}
	add(manager.ID, "")
	if d, away := x.f.Roster.DelegateOf(manager.ID, x.at); away && x.standsIn(d, a) {
		add(d.To, manager.ID)
	}
	if next, ok := x.f.Roster.ManagerOf(manager.ID); ok && a.Late {
		add(next.ID, "")
	}
	return out
}

// standsIn says whether a delegate answers for a line manager: they were named before, or open work was handed over, and they report
// to the same manager, or are that manager.
func (x *step) standsIn(d workflows.Delegation, a Ask) bool {
	from, ok := x.f.Roster.Person(d.From)
	to, known := x.f.Roster.Person(d.To)
	peer := ok && known && from.Manager != "" && (to.Manager == from.Manager || to.ID == from.Manager)
	return peer && (d.HandOver || d.NamedAt.Before(a.At))
}

// answers finds an open wish to join that the actor answers.
func (x *step) answers(who workflows.PersonID) (int, *workflows.Refusal) {
	i := slices.IndexFunc(x.s.Asks, func(a Ask) bool { return a.Who == who })
	_, user := x.s.User(who)
	switch {
	case x.ev.Actor == who:
		return 0, x.words().ownJoin()
	case i < 0 && user:
		return 0, x.words().joinedAlready(who)
	case i < 0:
		return 0, workflows.Refuse(workflows.CodeUnknown, "Nobody of that name has asked to join this system.")
	}
	mine := slices.ContainsFunc(x.answerers(x.s.Asks[i]), func(a answerer) bool { return a.who == x.ev.Actor })
	switch {
	case !mine:
		return 0, x.words().notAnswerer(x.answerers(x.s.Asks[i]))
	case x.s.Asks[i].State != AskOpen:
		return 0, x.words().answeredAlready(x.s.Asks[i])
	case !x.s.Joinable(x.at):
		return 0, x.words().notJoinable()
	}
	return i, nil
}

// agree lets somebody join by the word of another.
func (x *step) agree(what JoinAgreed) *workflows.Refusal {
	i, no := x.answers(what.Who)
	if no != nil {
		return no
	}
	a := x.s.Asks[i]
	x.forget(a.Who)
	x.s.Joined = append(x.s.Joined, User{Who: a.Who, At: x.at, By: x.ev.Actor})
	x.fact(FactJoined, Detail{Person: a.Who}, nil)
	x.write(a.Who, workflows.WhyJoined, string(a.Who))
	return nil
}

// refuseJoin keeps somebody from joining, with the reason.
func (x *step) refuseJoin(what JoinRefused) *workflows.Refusal {
	i, no := x.answers(what.Who)
	if no != nil {
		return no
	}
	reason, no := text("reason", what.Reason, minReason)
	if no != nil {
		return no
	}
	a := &x.s.Asks[i]
	a.State, a.By, a.EndedAt, a.Reason = AskRefused, x.ev.Actor, x.at, reason
	x.fact(FactJoinRefused, Detail{Person: a.Who}, map[string]string{"reason": reason})
	x.write(a.Who, workflows.WhyJoined, string(a.Who))
	return nil
}

// leave ends somebody's use, or takes back what they asked for.
func (x *step) leave() *workflows.Refusal {
	if no := x.mayLeave(); no != nil {
		return no
	}
	x.drop(x.ev.Actor)
	return nil
}

func (x *step) mayLeave() *workflows.Refusal {
	a, asked := x.s.Ask(x.ev.Actor)
	if _, is := x.s.User(x.ev.Actor); !is && (!asked || a.State != AskOpen) {
		return x.words().noUser()
	}
	return nil
}

// drop ends the use of somebody who does not want to go on, or is not there any more.
func (x *step) drop(who workflows.PersonID) {
	x.s.Joined = slices.DeleteFunc(x.s.Joined, func(u User) bool { return u.Who == who })
	x.forget(who)
	x.fact(FactLeft, Detail{Person: who}, nil)
}

// tellUsers tells who joined that it must not be used any more. They read no more by that.
func (x *step) tellUsers(why workflows.Why) {
	for _, u := range x.s.Joined {
		x.write(u.Who, why, "")
	}
}

// gone drops users, and those who want to be, who have left the company. Every one of them is in the roster.
func (x *step) gone() {
	var who []workflows.PersonID
	for _, u := range x.s.Joined {
		who = append(who, u.Who)
	}
	for _, a := range x.s.Asks {
		if a.State == AskOpen {
			who = append(who, a.Who)
		}
	}
	for _, id := range who {
		if p, known := x.f.Roster.Person(id); known && !p.Active {
			x.acted = true
			x.drop(id)
		}
	}
}

// endAsks ends what was asked of a system that cannot be joined any more, with a word to those who asked.
func (x *step) endAsks() {
	if x.s.State.Live() {
		return
	}
	for i, a := range x.s.Asks {
		if a.State == AskOpen {
			x.endAsk(i)
		}
	}
}

func (x *step) endAsk(i int) {
	a := &x.s.Asks[i]
	a.State, a.EndedAt = AskEnded, x.at
	x.fact(FactJoinEnded, Detail{Person: a.Who}, nil)
	x.write(a.Who, workflows.WhyJoined, string(a.Who))
}

// joinWaits gives what waits of wishes to join.
func (x *step) joinWaits() (out []workflows.Wait) {
	for _, a := range x.s.Asks {
		if a.State != AskOpen {
			continue
		}
		for _, one := range x.answerers(a) {
			out = append(out, workflows.Wait{
				About: workflows.SystemRef(x.s.ID), Who: one.who, For: one.standsFor, Why: workflows.WhyJoin, Part: string(a.Who), Role: one.role,
				Since: a.At, Due: a.Due(),
			})
		}
	}
	return out
}

// The names of timers of a wish to join; the id of who asked follows.
const (
	timerJoinRemind = "join/remind/"
	timerJoinLate   = "join/late/"
	timerJoinEnd    = "join/end/"
)

// joinTimers adds what is to wake the system about wishes to join.
func (x *step) joinTimers(out map[string]time.Time) {
	for _, a := range x.s.Asks {
		if a.State != AskOpen {
			continue
		}
		if !a.Reminded {
			out[timerJoinRemind+string(a.Who)] = a.At.AddDate(0, 0, askRemindDays)
		}
		if !a.Late {
			out[timerJoinLate+string(a.Who)] = a.Due()
		}
		out[timerJoinEnd+string(a.Who)] = a.Ends()
	}
}

// EventJoin is the event of facts about a wish to join.
const EventJoin = "join"

// wakeJoin does what a timer about a wish to join is for; done is false for any other.
func (x *step) wakeJoin(what workflows.Woken) (done bool) {
	who, late := strings.CutPrefix(what.Name, timerJoinLate)
	who, end := strings.CutPrefix(who, timerJoinEnd)
	who, remind := strings.CutPrefix(who, timerJoinRemind)
	if !late && !end && !remind {
		return false
	}
	i := slices.IndexFunc(x.s.Asks, func(a Ask) bool { return string(a.Who) == who })
	a, d := &x.s.Asks[i], Detail{Event: EventJoin, Person: workflows.PersonID(who)}
	switch {
	case end:
		x.endAsk(i)
	case late:
		a.Late = true // who is asked now is told as everybody for whom something waits
		x.fact(FactEscalated, d, nil)
	case what.Late > tooLate:
		a.Reminded = true
		x.fact(FactSkipped, d, nil)
	default:
		a.Reminded = true
		x.fact(FactReminded, d, nil)
		for _, one := range x.answerers(*a) {
			x.write(one.who, workflows.WhyRemind, who)
		}
	}
	return true
}
