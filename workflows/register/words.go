package register

import (
	"fmt"
	"strings"

	"steward/workflows"
)

// words makes the sentences of refusals: who, what, what next. They are shown as they stand.
type words struct {
	s      System
	roster workflows.Roster
}

func (w words) inactive(who workflows.PersonID) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeInactive, w.roster.Name(who)+" is not active in the directory, so nothing was done.")
}

func (w words) over() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeClosed, "This system is "+strings.ReplaceAll(string(w.s.State), "_", " ")+". A new use begins with a new request.")
}

func (w words) notOwner() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotYours, "That is for the owner, "+w.roster.Name(w.s.Owner)+".")
}

func (w words) notGovernor(owner bool) *workflows.Refusal {
	names := make([]string, len(w.s.Governors))
	for i, r := range w.s.Governors {
		names[i] = r.Words()
	}
	who := strings.Join(names, " or ")
	if owner {
		return workflows.Refuse(workflows.CodeNotEntitled, "You own this system, so somebody else has to say that: "+who+".")
	}
	return workflows.Refuse(workflows.CodeNotEntitled, "That is for "+who+".")
}

func (w words) ownProof() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeOwnRequest, "You own this system or gave this proof, so somebody else verifies it.")
}

func (w words) notVerifier(t Task) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotEntitled, "This condition is verified by "+t.Verifier.Words()+".")
}

func (w words) verifiedAlready(t Task) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDecided, w.roster.Name(t.VerifiedBy)+" has verified this condition already. Nothing more is needed.")
}

func (w words) notProved() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "There is no proof of this condition yet. "+w.roster.Name(w.s.Owner)+" gives it first.")
}

func (w words) notNow() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "The system is "+strings.ReplaceAll(string(w.s.State), "_", " ")+", so that is not possible now.")
}

func short(least int) string {
	if least == 1 {
		return "Write something here."
	}
	return fmt.Sprintf("Write at least %d characters.", least)
}

func tooLong(n, most int) string {
	return fmt.Sprintf("This has %d characters; at most %d fit. Please shorten it.", n, most)
}
