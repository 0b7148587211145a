package register_test

import (
	"slices"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/register"
)

// shown is what a list of seats says of Fireflies.
func shown(file string) register.Seen {
	return register.Seen{
		Tool: "Fireflies", Vendor: "Fireflies.ai Corp.", Source: "Sign-in log", By: "IT operations", At: start().AddDate(0, 0, -1), Accounts: 14, LastUsed: "2026-02-27", File: file,
	}
}

// found begins with a tool that was seen and asked for by nobody.
func found(t *testing.T) *play {
	t.Helper()
	p := &play{T: t, at: start(), roster: people()}
	p.see(shown("one"))
	return p
}

// see shows a tool, with what an entry has without a decision.
func (p *play) see(what register.Seen) {
	p.Helper()
	ev := workflows.Event{Actor: workflows.System, At: p.at, About: workflows.SystemRef("AIS-1"), What: what}
	p.last = register.Step(p.s, ev, register.Facts{Roster: p.roster, Found: &register.Found{
		Flow: "ai-use", Policy: "hash", Version: 3, Governors: []workflows.Role{workflows.AIGovernance, workflows.ComplianceLead},
	}})
	if p.last.Refusal != nil {
		p.Fatal(p.last.Refusal)
	}
	p.s = p.last.State
}

// TestDiscovered: what was seen is nobody's until somebody is named, who asks for approval.
func TestDiscovered(t *testing.T) {
	p := found(t)
	p.is(register.StateDiscovered)
	if got, want := p.waits(), []string{"hand_over P-cleo ", "hand_over P-gina "}; !slices.Equal(got, want) {
		t.Errorf("waits: %v, want %v", got, want)
	}
	if g := p.s.Sighting; g.Times != 1 || !g.Due.Equal(start().AddDate(0, 0, 30)) || g.Accounts != 14 || !p.s.Waits[0].Due.Equal(g.Due) {
		t.Errorf("seen: %+v", g)
	}
	p.refused(ana, register.HandedOver{To: ben, Reason: why}, workflows.CodeNotEntitled)
	p.refused(other, register.Joined{Within: true, Accepts: true}, workflows.CodeNotNow)
	p.by(gina, register.HandedOver{To: ana, Reason: why})
	if len(p.s.Owners) != 0 || p.told()[ana] != workflows.WhySeen {
		t.Errorf("owners before %v, told %v", p.s.Owners, p.told())
	}
	if got, want := p.waits(), []string{"seen P-ana "}; !slices.Equal(got, want) {
		t.Errorf("waits: %v, want %v", got, want)
	}
	p.by(ana, workflows.Requested{Request: "AIR-1"})
	if len(p.s.Waits)+len(p.s.Timers) > 0 {
		t.Errorf("approval is asked for, and still something waits: %v, %v", p.s.Waits, p.s.Timers)
	}
	p.refused(ana, register.Retired{Reason: why}, workflows.CodeNotNow)
	p.by(ana, workflows.RequestFailed{Request: "AIR-1"})
	p.by(ana, workflows.RequestFailed{Request: "AIR-1"}) // means nothing any more
	if p.s.Request != "" || len(p.s.Waits) != 1 {
		t.Errorf("%q withdrawn, waits %v", p.s.Request, p.s.Waits)
	}
	p.by(ana, workflows.Requested{Request: "AIR-1"})
	p.by(ana, workflows.Requested{Request: "AIR-2"})
	p.decided(approved())
	p.is(register.StateInUse)
	if p.s.Sighting.Times != 1 || p.s.Request != "AIR-1" || p.s.Use != "Minutes" {
		t.Errorf("after the decision: %+v", p.s)
	}
	var moved []register.State
	for _, f := range p.last.Records {
		if f.Kind == register.FactMoved {
			d := f.Data.(register.Detail)
			moved = append(moved, d.From, d.To)
		}
	}
	if moved[0] != register.StateDiscovered || moved[len(moved)-1] != register.StateInUse {
		t.Errorf("moves: %v", moved)
	}
}

// TestDiscoveredStopped: it is stopped by a governing role, or given up by its owner, and a request that was rejected ends it, too.
func TestDiscoveredStopped(t *testing.T) {
	p := found(t)
	p.refused(ana, register.Revoked{Reason: why}, workflows.CodeNotEntitled)
	p.refused(gina, register.Suspended{Reason: why}, workflows.CodeNotNow)
	p.refused(gina, register.Revoked{Reason: "short"}, workflows.CodeField)
	p.by(gina, register.Revoked{Reason: why})
	p.is(register.StateStopped)
	if len(p.s.Waits)+len(p.s.Timers) > 0 {
		t.Errorf("stopped, and something waits: %v, %v", p.s.Waits, p.s.Timers)
	}

	p = found(t)
	p.by(cleo, register.HandedOver{To: ben, Reason: why})
	p.by(ben, register.Retired{Reason: why})
	p.is(register.StateRetired)

	p = found(t)
	p.by(ana, workflows.Requested{Request: "AIR-1"})
	no := approved()
	no.Approved = false
	p.decided(no)
	p.is(register.StateRejected)
}

// TestDiscoveredLate: nobody asks; whom it waits for is reminded, and at the end those who look after it are told.
func TestDiscoveredLate(t *testing.T) {
	p := found(t)
	p.wake("remind/seen", start().AddDate(0, 0, 23))
	if got := p.told(); got[gina] != workflows.WhyRemind || got[cleo] != workflows.WhyRemind {
		t.Errorf("told: %v", got)
	}
	p.by(gina, register.HandedOver{To: ana, Reason: why})
	p.wake("late/seen", start().AddDate(0, 0, 30))
	if got := p.told(); got[gina] != workflows.WhyEscalated || got[ana] != "" {
		t.Errorf("told: %v", got)
	}
	p.is(register.StateDiscovered)
	p.roster = people(ana)
	p.by(workflows.System, register.RosterChanged{})
	if got, want := p.waits(), []string{"hand_over P-ben "}; !slices.Equal(got, want) {
		t.Errorf("waits: %v, want %v", got, want)
	}
	p.by(ben, register.HandedOver{To: other, Reason: why})
	if !slices.Equal(p.s.Owners, []workflows.PersonID{ana}) {
		t.Errorf("owners before: %v", p.s.Owners)
	}
}

// TestSeenAgain: the same list says nothing twice; a later one is noted, and tells of what must not be used.
func TestSeenAgain(t *testing.T) {
	p := found(t)
	before := p.s.Seq
	p.see(shown("one"))
	if p.s.Seq != before || len(p.last.Records) > 0 {
		t.Errorf("the same list: event %d after %d", p.s.Seq, before)
	}
	p.at = p.at.AddDate(0, 0, 3)
	p.see(shown("two"))
	if g := p.s.Sighting; g.Times != 2 || !g.First.Equal(start()) || !g.Last.Equal(p.at) || !g.Due.Equal(start().AddDate(0, 0, 30)) {
		t.Errorf("seen again: %+v", g)
	}

	p = begin(t, approved())
	p.see(shown("three"))
	if p.is(register.StateInUse); len(p.told()) > 0 || p.s.Sighting.Times != 1 || !p.s.Sighting.Due.IsZero() {
		t.Errorf("approved, and seen: told %v, %+v", p.told(), p.s.Sighting)
	}
	p.by(ana, register.Suspended{Reason: why})
	p.see(shown("four"))
	if got := p.told(); got[gina] != workflows.WhySeen || got[cleo] != workflows.WhySeen || got[ana] != workflows.WhySeen {
		t.Errorf("suspended, and seen: told %v", got)
	}
	p.by(gina, register.Revoked{Reason: why})
	p.step(workflows.Event{Actor: workflows.System, What: shown("five")}, nil)
	if p.last.Refusal == nil {
		t.Error("what was stopped takes note of being seen; it is another entry")
	}
}

// TestSeenNowhere: where no flow enters the register, nothing that is seen does.
func TestSeenNowhere(t *testing.T) {
	out := register.Step(register.System{}, workflows.Event{Actor: workflows.System, At: time.Now(), About: workflows.SystemRef("AIS-1"), What: shown("one")}, register.Facts{})
	if out.Refusal == nil || out.State.ID != "" {
		t.Errorf("%+v", out)
	}
}
