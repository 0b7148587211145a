package register_test

import (
	"slices"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/register"
)

// renewed is the end of a round of AIR-1 that was to renew its approval.
func renewed(round int, same bool, tasks ...register.Task) *register.Decision {
	d := approved(tasks...)
	d.Round, d.Renewal, d.Same, d.Asker = round, true, same, ana
	d.ValidUntil, d.RenewFrom = start().AddDate(2, 0, 0), start().AddDate(1, 11, 0)
	return d
}

func TestRenewal(t *testing.T) {
	own := func(text string) register.Task {
		return register.Task{Key: "own-1", Text: text, By: sam, Verifier: ciso, Due: start().AddDate(0, 1, 0)}
	}
	begun := func(t *testing.T) *play {
		p := begin(t, approved(within("train", ciso, 30), within("test", ciso, 40), own("Ask me again.")))
		p.by(ana, register.Proved{Task: "test", Proof: "done"})
		p.by(sam, register.Verified{Task: "test"})
		p.wake("renew", p.s.RenewFrom)
		if !slices.Contains(p.waits(), "renew P-ana ") || p.told()[ana] != workflows.WhyRenew {
			t.Fatalf("the owner is not asked to renew: %v %v", p.waits(), p.told())
		}
		p.by(ana, workflows.RenewalBegan{Round: 2})
		if slices.Contains(p.waits(), "renew P-ana ") {
			t.Error("the owner is asked while it is decided on")
		}
		return p
	}
	t.Run("unchanged, all conditions go on as they are", func(t *testing.T) {
		p := begun(t)
		p.decided(renewed(2, true, within("train", ciso, 400)))
		p.is(register.StateInUse)
		train, _ := p.s.Task("train")
		test, _ := p.s.Task("test")
		again, _ := p.s.Task("own-1")
		if len(p.s.Tasks) != 3 || train.State != register.TaskOpen || !train.Due.Equal(start().AddDate(0, 0, 30)) ||
			test.State != register.TaskVerified || again.Text != "Ask me again." || again.By != sam {
			t.Errorf("the conditions are %+v", p.s.Tasks)
		}
		if p.s.Renewal != 0 || !p.s.ValidUntil.Equal(start().AddDate(2, 0, 0)) {
			t.Errorf("renewed until %s, renewal %d", p.s.ValidUntil, p.s.Renewal)
		}
	})
	t.Run("changed, what is open goes on beside what is new", func(t *testing.T) {
		p := begun(t)
		p.decided(renewed(2, false, own("Ask somebody else.")))
		if _, ok := p.s.Task("test"); ok || len(p.s.Tasks) != 3 {
			t.Errorf("the conditions are %+v", p.s.Tasks)
		}
		if fresh, _ := p.s.Task("own-1.2"); fresh.Text != "Ask somebody else." {
			t.Errorf("two conditions have one key: %+v", p.s.Tasks)
		}
	})
	t.Run("one that fails takes nothing away, and can be tried again", func(t *testing.T) {
		p := begun(t)
		p.by(ana, workflows.RenewalFailed{Round: 3}) // it was edited meanwhile
		p.is(register.StateInUse)
		if !slices.Contains(p.waits(), "renew P-ana ") {
			t.Errorf("it waits for %v", p.waits())
		}
	})
	t.Run("it ends on its day, and is brought back by what is approved later", func(t *testing.T) {
		p := begun(t)
		p.wake("expire", p.s.ValidUntil)
		p.is(register.StateExpired)
		p.at = p.at.Add(48 * time.Hour)
		p.decided(renewed(2, true))
		p.is(register.StateInUse)
	})
	t.Run("what was revoked meanwhile stays so", func(t *testing.T) {
		p := begun(t)
		p.by(gina, register.Revoked{Reason: why})
		p.decided(renewed(2, true))
		p.is(register.StateStopped)
		if len(p.last.Records) > 0 {
			t.Errorf("it left %+v", p.last.Records)
		}
	})
}

// TestRenewalGoesOn renews what was handed over meanwhile, and a condition that everybody has heard of.
func TestRenewalGoesOn(t *testing.T) {
	p := begin(t, approved(within("train", ciso, 30)))
	p.wake("remind/train", start().AddDate(0, 0, 29))
	p.wake("late/train", start().AddDate(0, 0, 35))
	p.wake("renew", p.s.RenewFrom)
	p.by(ana, workflows.RenewalBegan{Round: 2})
	p.by(ana, register.HandedOver{To: sam, Reason: why})
	p.decided(renewed(2, true))
	if p.s.Owner != sam || !slices.Equal(p.s.Owners, []workflows.PersonID{ana}) {
		t.Errorf("it is owned by %s, before by %v: the renewal took it from who it was handed over to", p.s.Owner, p.s.Owners)
	}
	if slices.Contains(p.s.Timers, "remind/train") || slices.Contains(p.s.Timers, "late/train") {
		t.Errorf("what was said is said again: %v", p.s.Timers)
	}
	back := renewed(3, false, within("test", ciso, 400))
	back.Asker = sam
	p.decided(back)
	if p.s.Owner != ana || len(p.s.Owners) > 0 {
		t.Errorf("it is owned by %s, before by %v, and the renewal named %s", p.s.Owner, p.s.Owners, ana)
	}
}
