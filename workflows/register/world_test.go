package register_test

import (
	"fmt"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/register"
)

// The people of these tests.
const (
	ana   workflows.PersonID = "P-ana"   // asks, and owns
	ben   workflows.PersonID = "P-ben"   // manages Ana
	gina  workflows.PersonID = "P-gina"  // AI governance lead
	cleo  workflows.PersonID = "P-cleo"  // compliance lead
	sam   workflows.PersonID = "P-sam"   // CISO
	dora  workflows.PersonID = "P-dora"  // DPO
	other workflows.PersonID = "P-other" // nobody in particular
)

const ciso, dpo workflows.Role = "ciso", "dpo"

func people(gone ...workflows.PersonID) workflows.Roster {
	left := map[workflows.PersonID]bool{}
	for _, id := range gone {
		left[id] = true
	}
	var all []workflows.Person
	for id, roles := range map[workflows.PersonID][]workflows.Role{
		ana: nil, ben: nil, gina: {workflows.AIGovernance}, cleo: {workflows.ComplianceLead}, sam: {ciso}, dora: {dpo}, other: nil,
	} {
		p := workflows.Person{ID: id, Name: string(id), Roles: roles, Active: !left[id]}
		if id == ana {
			p.Manager = ben
		}
		all = append(all, p)
	}
	return workflows.NewRoster(all, nil)
}

func start() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }

// approved is the end of AIR-1, with these conditions.
func approved(tasks ...register.Task) *register.Decision {
	return &register.Decision{Approved: true, At: start(), Sent: start().AddDate(0, 0, -3), System: register.System{
		Request: "AIR-1", Round: 1, Requester: ana, Owner: ana, Title: "Otter.ai", Tool: "Otter.ai", Vendor: "Otter.ai Inc.", Use: "Minutes",
		Tier: "limited", LegalClass: "none", Flow: "ai-use", Policy: "hash", Version: 3, ApprovedAt: start(),
		ValidUntil: start().AddDate(1, 0, 0), RenewFrom: start().AddDate(0, 11, 0),
		Governors: []workflows.Role{workflows.AIGovernance, workflows.ComplianceLead}, Tasks: tasks,
	}}
}

func before(key string, verifier workflows.Role) register.Task {
	return register.Task{Key: key, Text: "Do " + key, GoLive: true, Verifier: verifier}
}

func within(key string, verifier workflows.Role, days int) register.Task {
	return register.Task{Key: key, Text: "Do " + key, Verifier: verifier, Due: start().AddDate(0, 0, days)}
}

// measure is what line n of an assessment asks for: before use, or within so many days.
func measure(assessment string, n, days int, text string) register.Task {
	t := register.Task{
		Key: fmt.Sprintf("%s.measures_done.%d", assessment, n), Text: text, GoLive: days == 0, Verifier: workflows.AIGovernance,
		From: register.Origin{Assessment: assessment, Lines: []int{n}},
	}
	if days > 0 {
		t.Due = start().AddDate(0, 0, days)
	}
	return t
}

// later tells of another version of the assessment, IMP-2 after IMP-1.
func (p *play) later(n int, tasks ...register.Task) {
	p.measures = &register.Measures{Tasks: tasks, Newer: map[string]string{}}
	for i := range n {
		p.measures.Newer[fmt.Sprintf("IMP-%d", i+1)] = fmt.Sprintf("IMP-%d", n)
	}
	p.step(workflows.Event{Actor: gina, What: workflows.Measured{Request: "AIR-1", Assessment: fmt.Sprintf("IMP-%d", n)}}, nil)
}

const why = "Because it is so, and that is reason enough."

// play is one system on its way.
type play struct {
	*testing.T
	s      register.System
	at     time.Time
	roster workflows.Roster
	last   workflows.Outcome[register.System]
	// measures is what the assessments about the request ask for, where an event tells of that.
	measures *register.Measures
}

func begin(t *testing.T, d *register.Decision) *play {
	t.Helper()
	p := &play{T: t, at: start(), roster: people()}
	p.decided(d)
	return p
}

func (p *play) decided(d *register.Decision) {
	p.Helper()
	p.step(workflows.Event{Actor: gina, What: workflows.Registered{Request: d.Request, Round: d.Round}}, d)
	if p.last.Refusal != nil {
		p.Fatal(p.last.Refusal)
	}
}

func (p *play) step(ev workflows.Event, d *register.Decision) {
	ev.About, ev.At = workflows.SystemRef("AIS-1"), p.at
	p.last = register.Step(p.s, ev, register.Facts{Roster: p.roster, Decision: d, Measures: p.measures, Triggers: []string{"new_data_class"}, Found: &register.Found{
		Flow: "ai-use", Policy: "hash", Version: 3, Governors: []workflows.Role{workflows.AIGovernance, workflows.ComplianceLead},
	}})
	p.s = p.last.State
}

// by lets somebody do something that has to be done.
func (p *play) by(who workflows.PersonID, what workflows.What) {
	p.Helper()
	if p.step(workflows.Event{Actor: who, What: what}, nil); p.last.Refusal != nil {
		p.Fatalf("%s by %s: %s", what.Kind(), who, p.last.Refusal.Sentence)
	}
}

// refused lets somebody try what is refused, and changes nothing.
func (p *play) refused(who workflows.PersonID, what workflows.What, code workflows.Code) {
	p.Helper()
	seq := p.s.Seq
	p.step(workflows.Event{Actor: who, What: what}, nil)
	no := p.last.Refusal
	if no == nil || no.Code != code || no.Sentence == "" || p.s.Seq != seq || (len(p.last.Records) == 1) != no.Authority() {
		p.Errorf("%s by %s: %+v with %d records, want %s", what.Kind(), who, no, len(p.last.Records), code)
	}
}

func (p *play) is(state register.State) {
	p.Helper()
	if p.s.State != state {
		p.Errorf("it is %s, want %s", p.s.State, state)
	}
}

// wake fires the timer of that name at a time.
func (p *play) wake(name string, at time.Time) {
	p.Helper()
	p.at = at
	p.by(workflows.System, register.Woken{Woken: workflows.Woken{Name: name}})
}

// told gives who is written to by the last step, with why.
func (p *play) told() map[workflows.PersonID]workflows.Why {
	out := map[workflows.PersonID]workflows.Why{}
	for _, e := range p.last.Effects {
		if n, ok := e.(workflows.Notify); ok {
			out[n.To] = n.Why
		}
	}
	return out
}

// waits gives who waits, as "why person part".
func (p *play) waits() (out []string) {
	for _, w := range p.s.Waits {
		out = append(out, string(w.Why)+" "+string(w.Who)+" "+w.Part)
	}
	return out
}
