package register

import (
	"fmt"
	"strings"

	"steward/workflows"
)

// Words gives the state as it stands in a sentence after "is".
func (s State) Words() string {
	switch s {
	case StateApproved:
		return "approved and not in use yet"
	case StatePilot:
		return "in a pilot"
	case StateInUse:
		return "in use"
	case StateReEvaluation:
		return "looked at again"
	case StateDiscovered:
		return "seen in the company and not approved"
	case StateIdea, StateScreening, StateAssessment, StateDesign, StateValidation, StateApproval, StateSuspended, StateRetired,
		StateRejected, StateStopped, StateExpired, stateNew:
	}
	return strings.ReplaceAll(string(s), "_", " ")
}

// words makes the sentences of refusals: who, what, what next. They are shown as they stand.
type words struct {
	s      System
	roster workflows.Roster
}

func (w words) inactive(who workflows.PersonID) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeInactive, w.roster.Name(who)+" is not active in the directory. An administrator can look into it.")
}

func (w words) over() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeClosed, "This system is "+w.s.State.Words()+". A new use begins with a new request.")
}

func (w words) stale() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeStale, "This has changed since you opened it. Here is how it stands now; nothing was changed.")
}

func (w words) notOwner() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotYours, "That is for the owner, "+w.roster.Name(w.s.Owner)+".")
}

// governors names the roles that look after the system.
func (w words) governors() string {
	names := make([]string, len(w.s.Governors))
	for i, r := range w.s.Governors {
		names[i] = r.Words()
	}
	return strings.Join(names, " or ")
}

func (w words) notGovernor(party bool) *workflows.Refusal {
	if party {
		return workflows.Refuse(workflows.CodeNotEntitled, "You asked for this system, or own or owned it, so somebody else has to say that: "+w.governors()+".")
	}
	return workflows.Refuse(workflows.CodeNotEntitled, "That is for "+w.governors()+".")
}

func (w words) notTheirs() *workflows.Refusal {
	if w.s.Owner == "" {
		return workflows.Refuse(workflows.CodeNotEntitled, "That is for "+w.governors()+".")
	}
	return workflows.Refuse(workflows.CodeNotEntitled, "That is for the owner, "+w.roster.Name(w.s.Owner)+", or for "+w.governors()+".")
}

func (w words) ownerLeft() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeInactive, w.roster.Name(w.s.Owner)+", the owner, has left. Name a new owner first; nothing was changed.")
}

func (w words) ownProof() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeOwnRequest, "You own this system, or did, or gave this proof, so somebody else verifies it.")
}

func (w words) notVerifier(t Task) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotEntitled, "This condition is verified by "+t.Verifier.Words()+".")
}

func (w words) verifiedAlready(t Task) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDecided, w.roster.Name(t.VerifiedBy)+" has verified this condition already. Nothing more is needed.")
}

func (w words) moot(t Task) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, t.MootBy+" does not name this condition any more. Nothing more is needed.")
}

func (w words) notProved() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "There is no proof of this condition yet. "+w.roster.Name(w.s.Owner)+" gives it first.")
}

func (w words) notNow() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "The system is "+w.s.State.Words()+" now, so this cannot be done. Nothing was changed.")
}

func (w words) askedFor() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, w.s.Request+" asks for approval of it. Withdraw that first; nothing was changed.")
}

func (w words) onHold() *workflows.Refusal {
	says := "is on legal hold"
	if w.s.Hold.Lifted {
		says = "is decided on after a legal hold"
	}
	return workflows.Refuse(workflows.CodeNotNow, w.s.Request+", which asks for it, "+says+". Until then it stays suspended; nothing was changed.")
}

func (w words) notJoinable() *workflows.Refusal {
	says := "The system is " + w.s.State.Words() + " now"
	switch {
	case w.s.State.Live() && w.s.Emergency:
		says = "This system is used under an emergency approval, and the full decision is pending"
	case w.s.Released():
		says = "This system was suspended, and is looked at before it is used again"
	case w.s.State.Live():
		says = "The approval of this system has ended"
	}
	return workflows.Refuse(workflows.CodeNotNow, says+", so nobody can join it. Nothing was changed.")
}

func (w words) theirs() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDecided, "You asked for this system or own it, so there is nothing to join.")
}

func (w words) userAlready() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDecided, "You have joined this system already. Nothing more is needed.")
}

func (w words) askedAlready(by []answerer) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDecided, "You have asked already: "+w.answerers(by)+" answers.")
}

func (w words) ownJoin() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeOwnRequest, "You asked to join yourself, so somebody else answers it.")
}

func (w words) notAnswerer(by []answerer) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotEntitled, "That is for the line manager of whoever asks: "+w.answerers(by)+".")
}

func (w words) joinedAlready(who workflows.PersonID) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDecided, w.roster.Name(who)+" has joined already. Nothing more is needed.")
}

func (w words) answeredAlready(a Ask) *workflows.Refusal {
	if a.State == AskRefused {
		return workflows.Refuse(workflows.CodeDecided, w.roster.Name(a.By)+" has refused this already. Nothing was changed.")
	}
	return workflows.Refuse(workflows.CodeDecided, "This has ended without an answer; they can ask again. Nothing was changed.")
}

func (w words) noUser() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "You have not joined this system, so there is nothing to leave.")
}

// answerers names who answers a wish to join.
func (w words) answerers(by []answerer) string {
	var names []string
	for _, a := range by {
		names = append(names, w.roster.Name(a.who))
	}
	if len(names) == 0 {
		return w.governors()
	}
	return strings.Join(names, " or ")
}

func short(least int) string {
	if least == 1 {
		return "Write something here."
	}
	return fmt.Sprintf("Say why in at least %d characters: it stays in the record.", least)
}

func tooLong(n, most int) string {
	return fmt.Sprintf("This has %d characters; at most %d fit. Please shorten it.", n, most)
}
