package simulation_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// found is a tool that a list has shown, and what its people do about it.
type found struct {
	tool, system string
	way          int // one after the other: see the constants
}

// What becomes of a tool that was seen.
const (
	foundAsked   = iota // its owner asks for approval
	foundRetired        // its owner ends it
	foundStopped        // a governing role stops it
	foundForgot         // its owner does nothing
	foundTaken          // its owner asks for approval, and takes that back
	foundNobody         // nobody names an owner
	foundWays
)

// planLists lets lists of the tools in use be imported every two months: each with three tools that nobody knew, and some of before.
func (l *life) planLists() {
	for n := range 11 {
		l.at(simBegin.AddDate(0, 2*n, 9).Add(time.Duration(8+l.rand.IntN(8))*time.Hour), func() { l.importList(n) })
	}
}

func (l *life) importList(n int) {
	l.t.Helper()
	now := l.clock.Now()
	sum := sha256.Sum256([]byte{byte(n)})
	list := directory.Tools{Source: hex.EncodeToString(sum[:])}
	add := func(tool string) {
		list.Rows = append(list.Rows, directory.Tool{Name: tool, Vendor: "Maker", Accounts: 3, Source: "Expenses", By: "Accounting", At: now.Add(-time.Minute)})
	}
	for i := range 3 {
		add(fmt.Sprintf("Found %d-%d", n, i))
	}
	if n > 0 {
		add(l.found[len(l.found)-1-n%3].tool)
	}
	out, err := l.engine.ImportTools(l.t.Context(), list, workflows.System, workflows.Via{Surface: "cli"}, false)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, row := range out.New {
		id := row.ID
		l.found = append(l.found, found{row.Tool, id, len(l.found) % foundWays})
		l.systems = append(l.systems, id)
		l.travel(now)
		l.tend(id)
		if way := l.found[len(l.found)-1].way; (way == foundForgot || way == foundNobody) && n > 1 {
			l.at(now.AddDate(0, 0, 31+l.rand.IntN(20)), func() { l.stopFound(id) })
		}
	}
}

// stopFound lets a governing role end at last what nobody does anything about.
func (l *life) stopFound(id string) {
	if who := l.roles[workflows.ComplianceLead][0]; l.can(id, who, (register.Revoked{}).Kind()) {
		l.press(id, who, register.Revoked{Reason: "Nobody has asked for approval, so it is not to be used."})
	}
}

// lookAtFound does what is asked of somebody about a tool that was seen.
func (l *life) lookAtFound(s register.System, w workflows.Wait) {
	l.t.Helper()
	const reason = "It was looked at with care and with this result."
	f := l.found[slices.IndexFunc(l.found, func(f found) bool { return f.system == s.ID })]
	switch {
	case f.way == foundNobody:
	case f.way == foundStopped:
		if l.can(s.ID, w.Who, (register.Revoked{}).Kind()) {
			l.press(s.ID, w.Who, register.Revoked{Reason: reason})
		}
	case w.Why == workflows.WhyHandOver:
		team := l.teams[2+l.rand.IntN(len(l.teams)-2)]
		l.press(s.ID, w.Who, register.HandedOver{To: team[l.rand.IntN(len(team))], Reason: reason})
	case f.way == foundForgot:
	case f.way == foundRetired || f.way == foundTaken && l.planned[s.ID+" taken back"]:
		l.press(s.ID, w.Who, register.Retired{Reason: reason})
	default:
		l.askFor(s, f)
	}
}

// askFor lets the owner of a tool that was seen ask for approval of it.
func (l *life) askFor(s register.System, f found) {
	r := &asking{kind: "minimal", requester: s.Owner, owner: s.Owner}
	answers := simAnswers(r.kind, r.owner, l.clock.Now())
	answers["tool"], answers["vendor"] = policy.Answer{Text: s.Tool}, policy.Answer{Text: s.Vendor}
	l.ask(r, approval.Submitted{Flow: "ai-use", Answers: answers})
	l.travel(l.clock.Now())
	if f.way != foundTaken {
		return
	}
	l.planned[s.ID+" taken back"] = true
	l.at(l.clock.Now().Add(time.Minute), func() {
		if l.request(r.id).Status == approval.StatusOpen {
			l.apply(workflows.RequestRef(r.id), s.Owner, approval.Withdrawn{Reason: "It was the wrong one."})
			l.note(deed{request: r.id, who: s.Owner, what: "withdrawn"})
			l.end(l.request(r.id))
			l.tend(s.ID)
		}
	})
}

// learnSeen takes in what became of a tool that was seen.
func (e *entry) learnSeen(rec workflows.Record) {
	switch at := rec.Time(); rec.What {
	case register.FactSeen:
		if e.begun.IsZero() {
			e.begun, e.due, e.owners = at, at.AddDate(0, 0, 30), []sinceOwner{{at, ""}}
		}
	case register.FactRequested:
		e.asked = append(e.asked, span{from: at})
	case register.FactRequestFailed:
		e.asked[len(e.asked)-1].to = at
	}
}

// unasked says whether it is somebody's to ask for approval of what was seen.
func (e *entry) unasked(at time.Time) bool {
	state := register.StateDiscovered
	for _, p := range e.places {
		if !p.at.After(at) {
			state = p.state
		}
	}
	return state == register.StateDiscovered && !slices.ContainsFunc(e.asked, func(s span) bool { return !at.Before(s.from) && (s.to.IsZero() || at.Before(s.to)) })
}

// foreseeSeen works out who hears when that nobody has asked for approval of what was seen.
func (e *entry) foreseeSeen() {
	if e.due.IsZero() {
		return
	}
	remind := e.due.AddDate(0, 0, -7)
	switch at, ok := e.first(remind, e.unasked); {
	case !ok:
	case at.Sub(remind) > 24*time.Hour:
		e.steps = append(e.steps, due{e.id, register.FactSkipped + " seen", e.owner(at), at})
	default:
		owner := e.owner(at)
		e.steps = append(e.steps, due{e.id, register.FactReminded + " seen", owner, at})
		who := []workflows.PersonID{owner}
		if owner == "" {
			who = e.governors()
		}
		for _, who := range who {
			e.letter(workflows.WhyRemind, who, at, func(at time.Time) bool { return e.unasked(at) && e.owner(at) == owner })
		}
	}
	if at, ok := e.first(e.due, e.unasked); ok {
		e.steps = append(e.steps, due{e.id, register.FactEscalated + " seen", "", at})
		for _, who := range e.governors() {
			e.letter(workflows.WhyEscalated, who, at, e.unasked)
		}
	}
}

func (e *entry) governors() []workflows.PersonID {
	return slices.Concat(e.roles[workflows.AIGovernance], e.roles[workflows.ComplianceLead])
}

// judgeFound looks whether every way of a tool that was seen was gone.
func (j *judge) judgeFound() {
	j.t.Helper()
	states := map[register.State]int{}
	approved := 0
	for _, f := range j.found {
		s := j.system(f.system)
		states[s.State]++
		if !s.ApprovedAt.IsZero() {
			approved++
		}
	}
	if approved == 0 {
		j.t.Error("nothing that was seen was approved: the simulation shows nothing about it")
	}
	j.t.Logf("%d tools were seen: %v", len(j.found), states)
	for _, state := range []register.State{register.StateDiscovered, register.StateRetired, register.StateStopped} {
		if states[state] == 0 {
			j.t.Errorf("nothing that was seen is %s: the simulation shows nothing about it", state)
		}
	}
}
