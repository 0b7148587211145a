package register_test

import (
	"slices"
	"testing"

	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// stopped is the end of a round of AIR-1 in which a legal hold was confirmed.
func stopped(round int) *register.Decision {
	d := renewed(round, false)
	d.Approved, d.Stopped, d.Tier, d.LegalClass, d.Hits = false, true, policy.TierProhibited, "prohibited", []string{"P06"}
	return d
}

// TestHold puts the renewal of what is in use on legal hold: it is switched off at once, and comes back by a decision alone.
func TestHold(t *testing.T) {
	held := func(t *testing.T) *play {
		d := approved()
		d.Covers = policy.CoversEveryone
		p := begin(t, d)
		p.by(other, register.Joined{Within: true, Accepts: true})
		p.by(ana, register.Changed{Trigger: "new_data_class", Reason: why})
		p.by(workflows.System, workflows.HoldBegan{Round: 2})
		p.is(register.StateSuspended)
		if told := p.told(); told[other] != workflows.WhyStop || len(told) != 1 {
			t.Fatalf("told: %v", told)
		}
		p.by(workflows.System, workflows.RenewalBegan{Round: 2})
		return p
	}
	t.Run("nobody releases it meanwhile", func(t *testing.T) {
		p := held(t)
		p.refused(gina, register.Released{Reason: why}, workflows.CodeNotNow)
		if slices.ContainsFunc(register.Actions(p.s, gina, p.roster, p.at, true), func(a register.Action) bool { return a.Kind == "released" }) {
			t.Error("it is offered all the same")
		}
	})
	t.Run("confirmed, it is stopped and users are told", func(t *testing.T) {
		p := held(t)
		p.decided(stopped(2))
		p.is(register.StateStopped)
		if p.told()[other] != workflows.WhyStop || !slices.Equal(p.s.Hits, []string{"P06"}) || p.s.Hold.Round != 0 {
			t.Errorf("told %v; hits %v; hold %+v", p.told(), p.s.Hits, p.s.Hold)
		}
	})
	t.Run("another tier leaves it off until its chain has decided", func(t *testing.T) {
		p := held(t)
		p.by(workflows.System, workflows.HoldLifted{Round: 3})
		p.is(register.StateSuspended)
		p.refused(gina, register.Released{Reason: why}, workflows.CodeNotNow)
		d := renewed(3, false, before("dpa", dpo))
		d.Computed, d.Hits = policy.TierProhibited, []string{"P06"}
		p.decided(d)
		p.is(register.StateApproved)
		if p.s.Computed != policy.TierProhibited || p.s.Hold.Round != 0 {
			t.Errorf("%+v", p.s)
		}
	})
	t.Run("an edit can put it on hold again", func(t *testing.T) {
		p := held(t)
		p.by(workflows.System, workflows.HoldLifted{Round: 3})
		p.by(workflows.System, workflows.HoldBegan{Round: 4})
		p.by(workflows.System, workflows.HoldBegan{Round: 4}) // told twice
		if len(p.last.Records) != 0 || p.s.Hold.Lifted || !p.s.Hold.Switched {
			t.Errorf("%+v", p.s.Hold)
		}
	})
	t.Run("a renewal that comes to nothing releases nothing", func(t *testing.T) {
		p := held(t)
		p.by(workflows.System, workflows.RenewalFailed{Round: 2})
		p.is(register.StateSuspended)
		if p.told()[gina] != workflows.WhyStop {
			t.Errorf("those who look after it are not told: %v", p.told())
		}
		p.by(gina, register.Released{Reason: why})
		p.is(register.StateReEvaluation)
	})
	t.Run("what was switched off before stays so", func(t *testing.T) {
		p := begin(t, approved())
		p.by(ana, register.Suspended{Reason: why})
		p.by(workflows.System, workflows.HoldBegan{Round: 2})
		p.by(workflows.System, workflows.HoldLifted{Round: 3})
		p.decided(renewed(3, false))
		p.is(register.StateSuspended)
	})
	t.Run("what has ended meanwhile is not switched off, and not forgotten", func(t *testing.T) {
		p := begin(t, approved())
		p.wake("expire", p.s.ValidUntil)
		p.by(workflows.System, workflows.HoldBegan{Round: 2})
		p.is(register.StateExpired)
		p.by(workflows.System, workflows.HoldLifted{Round: 3})
		p.decided(renewed(3, false))
		p.is(register.StateInUse)
	})
	t.Run("it means nothing to what is over, or after a later round", func(t *testing.T) {
		p := begin(t, approved())
		for _, what := range []workflows.What{workflows.HoldBegan{Round: 1}, workflows.HoldLifted{Round: 2}} {
			if p.by(workflows.System, what); len(p.last.Records) != 0 {
				t.Errorf("%s: %+v", what.Kind(), p.last.Records)
			}
		}
		p.by(gina, register.Revoked{Reason: why})
		if p.by(workflows.System, workflows.HoldBegan{Round: 2}); len(p.last.Records) != 0 {
			t.Errorf("%+v", p.last.Records)
		}
	})
}
