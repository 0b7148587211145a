package register

import (
	"steward/workflows"
)

// holdBegan switches the system off because its renewal is on legal hold. Requester and owner are told by the request; users are told
// here. It means nothing to a system that is over, nor where a later round has come.
func (x *step) holdBegan(round int) {
	if x.s.State == "" || x.s.State == StateDiscovered || x.s.State.Over() || round <= x.s.Round || round <= x.s.Hold.Round {
		return
	}
	x.acted = true
	x.s.Hold = Hold{Round: round, Since: x.at, Switched: x.s.State.Live() || x.s.Hold.Switched}
	x.fact(FactHoldBegan, Detail{Request: x.s.Request, Round: round, From: x.s.State}, nil)
	if !x.s.State.Live() {
		return
	}
	x.move(StateSuspended)
	x.s.PilotUntil = ""
	x.tellUsers(workflows.WhyStop)
}

// holdLifted notes that another tier was named. The system stays switched off until its chain has decided.
func (x *step) holdLifted(round int) {
	if x.s.Hold.Round == 0 || x.s.State.Over() || round <= x.s.Hold.Round {
		return
	}
	x.acted = true
	x.s.Hold.Round, x.s.Hold.Lifted = round, true
	x.fact(FactHoldLifted, Detail{Request: x.s.Request, Round: round}, nil)
}

// holdOver ends the hold because the renewal came to nothing. What it has switched off stays so: those who look after the system say
// what becomes of it.
func (x *step) holdOver() {
	if x.s.Hold.Round == 0 {
		return
	}
	x.s.Hold = Hold{}
	if x.s.State != StateSuspended {
		return
	}
	for _, who := range append(x.holders(x.s.Governors), x.s.Owner) {
		x.tell(who, workflows.WhyStop, "")
	}
}
