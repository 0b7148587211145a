package register_test

import (
	"slices"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/register"
)

// emergency is an emergency approval of AIR-1 for ten days, with these conditions.
func emergency(tasks ...register.Task) *register.Decision {
	d := approved(tasks...)
	d.Emergency, d.ValidUntil, d.RenewFrom = true, start().AddDate(0, 0, 10), time.Time{}
	return d
}

func TestEmergency(t *testing.T) {
	t.Run("it is usable at once, and says what was passed on the way", func(t *testing.T) {
		p := begin(t, emergency(within("train", ciso, 30)))
		p.is(register.StateInUse)
		var way []register.State
		for _, f := range p.last.Records[1:] {
			way = append(way, f.Data.(register.Detail).To)
		}
		if !slices.Equal(way, []register.State{"idea", "screening", "approval", "approved", "in_use"}) {
			t.Errorf("it went %v", way)
		}
		if d := p.last.Records[0].Data.(register.Detail); !p.s.Emergency || !d.Emergency {
			t.Error("nothing marks it as an emergency approval")
		}
		p.refused(other, register.Joined{Within: true, Accepts: true}, workflows.CodeNotNow)
	})
	t.Run("a condition that is due before use comes first in an emergency, too", func(t *testing.T) {
		p := begin(t, emergency(before("dpa", dpo)))
		p.is(register.StateApproved)
		p.by(ana, register.Proved{Task: "dpa", Proof: "done"})
		p.by(dora, register.Verified{Task: "dpa"})
		p.is(register.StateInUse)
	})
	t.Run("decided in time, the decision takes its place and what was done goes on", func(t *testing.T) {
		p := begin(t, emergency(before("dpa", dpo)))
		p.by(ana, register.Proved{Task: "dpa", Proof: "done"})
		p.by(dora, register.Verified{Task: "dpa"})
		p.at = p.at.AddDate(0, 0, 5)
		p.decided(approved(before("dpa", dpo), within("train", ciso, 30)))
		p.is(register.StateInUse)
		if p.s.Emergency || !p.s.ValidUntil.Equal(start().AddDate(1, 0, 0)) || p.s.RenewFrom.IsZero() {
			t.Errorf("it is still an emergency: %+v", p.s)
		}
	})
	t.Run("it ends on its day by itself, tells nobody twice, and is brought back by a decision", func(t *testing.T) {
		p := begin(t, emergency())
		p.wake("expire", p.s.ValidUntil)
		p.is(register.StateExpired)
		if len(p.told()) > 0 {
			t.Errorf("the request tells, and so does the entry: %v", p.told())
		}
		seq := p.s.Seq
		p.by(workflows.System, workflows.EmergencyEnded{Round: 1})
		if p.s.Seq != seq {
			t.Error("it ended twice")
		}
		p.decided(approved())
		p.is(register.StateInUse)
	})
	t.Run("its request ends it", func(t *testing.T) {
		for what, want := range map[workflows.EmergencyEnded]register.State{
			{Round: 1}: register.StateExpired, {Round: 1, Withdrawn: true}: register.StateStopped, {Round: 2}: register.StateInUse,
		} {
			p := begin(t, emergency())
			p.by(workflows.System, what)
			p.is(want)
		}
		p := begin(t, emergency())
		p.wake("expire", p.s.ValidUntil)
		p.by(workflows.System, workflows.EmergencyEnded{Round: 1, Withdrawn: true})
		p.is(register.StateStopped)
		p = begin(t, approved())
		p.by(workflows.System, workflows.EmergencyEnded{Round: 1})
		p.is(register.StateInUse)
	})
	t.Run("ended here, its request is told", func(t *testing.T) {
		p := begin(t, emergency())
		p.by(gina, register.Revoked{Reason: why})
		if !slices.Contains(p.last.Effects, workflows.Effect(workflows.Tell{About: workflows.RequestRef("AIR-1"), What: workflows.EmergencyRevoked{Round: 1}})) {
			t.Errorf("it is not: %v", p.last.Effects)
		}
	})
	t.Run("rejected, it is over", func(t *testing.T) {
		p := begin(t, emergency(within("train", ciso, 30)))
		no := approved()
		no.Approved = false
		p.decided(no)
		p.is(register.StateRejected)
		if p.s.Emergency || len(p.s.Tasks) > 0 {
			t.Errorf("something of it is left: %+v", p.s)
		}
	})
}
