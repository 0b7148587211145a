package register_test

import (
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/register"
)

// TestDoubtStays: what was asked for before a change was reported does not answer that.
func TestDoubtStays(t *testing.T) {
	for name, doubt := range map[string]func(*play){
		"a reported change": func(p *play) { p.by(cleo, register.Changed{Trigger: "new_data_class", Reason: why}) },
		"switched off and on again": func(p *play) {
			p.by(gina, register.Suspended{Reason: why})
			p.by(gina, register.Released{Reason: why})
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := begin(t, approved())
			p.at = p.at.AddDate(0, 11, 0)
			again := func(round int, sent time.Time) *register.Decision {
				d := approved()
				d.Renewal, d.Same, d.Round, d.Asker, d.Sent, d.At = true, true, round, p.s.Owner, sent, p.at
				d.ApprovedAt, d.ValidUntil = p.at, p.at.AddDate(1, 0, 0)
				return d
			}
			sent := p.at
			p.step(workflows.Event{Actor: p.s.Owner, What: workflows.RenewalBegan{Round: 2}}, nil)
			p.at = p.at.Add(time.Hour)
			doubt(p)
			said := p.s.Turned
			p.at = p.at.Add(time.Hour)
			p.decided(again(2, sent))
			if p.s.State != register.StateReEvaluation || p.s.Turned != said || p.s.Round != 2 {
				t.Fatalf("it is %s, and the last word is %+v", p.s.State, p.s.Turned)
			}
			p.at = p.at.Add(time.Hour)
			sent = p.at
			p.at = p.at.Add(time.Hour)
			p.decided(again(3, sent))
			if p.s.State != register.StateInUse || p.s.Turned.Event != "" {
				t.Errorf("what was asked for afterwards leaves it %s, with %+v", p.s.State, p.s.Turned)
			}
		})
	}
}

// TestHandedOverInEmergency: the decision does not take back what was handed over before it.
func TestHandedOverInEmergency(t *testing.T) {
	p := begin(t, emergency())
	was := p.s.Owner
	p.by(was, register.HandedOver{To: ben, Reason: why})
	told := false
	for _, e := range p.last.Effects {
		x, ok := e.(workflows.Tell)
		told = told || ok && x.About == workflows.RequestRef("AIR-1") && x.What.Kind() == "roster_changed"
	}
	if !told {
		t.Error("its request does not hear who owns it now")
	}
	d := approved()
	d.Round = 1
	p.decided(d)
	if p.s.Owner != ben || len(p.s.Owners) != 1 || p.s.Owners[0] != was {
		t.Errorf("it is owned by %s, before that by %v", p.s.Owner, p.s.Owners)
	}
}

// TestFormerOwnerDoesNotVerify: a proof does not become somebody else's by handing the system over and giving it again.
func TestFormerOwnerDoesNotVerify(t *testing.T) {
	p := begin(t, approved(before("dpa", dpo)))
	p.by(p.s.Owner, register.HandedOver{To: dora, Reason: why}) // who holds the role that verifies
	p.by(dora, register.Proved{Task: "dpa", Proof: "As dora says."})
	p.by(dora, register.HandedOver{To: ben, Reason: why})
	p.by(ben, register.Proved{Task: "dpa", Proof: "As dora says, again."})
	p.refused(dora, register.Verified{Task: "dpa"}, workflows.CodeOwnRequest)
	for _, w := range p.s.Waits {
		if w.Who == dora {
			t.Errorf("a former owner is asked: %+v", w)
		}
	}
	if p.s.State != register.StateApproved {
		t.Errorf("it is %s", p.s.State)
	}
}
