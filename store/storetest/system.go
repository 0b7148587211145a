package storetest

import (
	"steward/workflows"
	"steward/workflows/register"
)

// entry gives the entry of the AI register that a request brought.
func (d *db) entry(request string) workflows.Ref {
	d.Helper()
	id, err := d.store.SystemOf(d.ctx, request)
	d.must(err)
	return workflows.SystemRef(id)
}

// system reads an entry as a page does.
func (d *db) system(about workflows.Ref) register.System {
	d.Helper()
	s, err := d.store.System(d.ctx, about.ID)
	d.must(err)
	return s
}

// lives tells what becomes of an approved system of Lena's with two conditions: the first is proved twice and verified, the second
// waits to be verified. It is reported as changed, switched off, let go again, and owned by Rahul in the end.
func (s *story) lives(about workflows.Ref) {
	s.Helper()
	s.by(lena, about, register.Proved{Task: "own-1", Proof: "CANARY first proof"})
	s.by(cleo, about, register.SentBack{Task: "own-1", Reason: "CANARY this does not show that it was done."})
	done, err := s.engine.Apply(s.ctx, workflows.Event{Actor: ana, About: about, Via: workflows.Via{Surface: "portal"}, What: register.Verified{Task: "own-1"}})
	if s.must(err); done.Refusal == nil || !done.Refusal.Authority() {
		s.Fatalf("the requester verified: %+v", done)
	}
	s.by(lena, about, register.Proved{Task: "own-1", Proof: "CANARY second proof"})
	s.by(cleo, about, register.Verified{Task: "own-1"})
	s.by(lena, about, register.Proved{Task: "own-2", Proof: "CANARY third proof"})
	s.by(lena, about, register.Changed{Trigger: "vendor_change", Reason: "CANARY the vendor was bought by another."})
	s.by(lena, about, register.Suspended{Reason: "CANARY until it is known who they are."})
	s.by(cleo, about, register.Released{Reason: "CANARY the new one was looked at as well."})
	s.by(cleo, about, register.Unchanged{Reason: "CANARY the contract is still the same one."})
	s.by(lena, about, register.HandedOver{To: rahul, Reason: "CANARY he leads the team from now on."})
}
