package register

import (
	"time"

	"steward/workflows"
)

// What is the sum of what people do to a system. Kind names are stored and never change.
type What interface {
	workflows.What
	register()
}

// Piloted says that a pilot comes before use: once the conditions that are due before are verified, a limited group uses the
// system until a day (2006-01-02). By the owner.
type Piloted struct{ Until string }

// WentLive ends a pilot with what it showed. By the owner.
type WentLive struct{ Report string }

// Proved says that a condition is fulfilled, and how that can be seen: a link or a text, and files beside it. By the owner.
type Proved struct {
	Task, Proof string
	Files       []workflows.File // with their contents
}

// Verified says that the proof of a condition shows that it is fulfilled. By a holder of its verifying role who is not the owner.
type Verified struct{ Task string }

// SentBack says that the proof of a condition does not show it. By whoever may verify it.
type SentBack struct{ Task, Reason string }

// Changed reports a change that makes the approval be looked at again. Trigger is one of the policy.
type Changed struct{ Trigger, Reason string }

// Unchanged says that the approval stands as it is. By a governing role.
type Unchanged struct{ Reason string }

// Suspended switches the system off for now. By the owner or a governing role.
type Suspended struct{ Reason string }

// Released lets a suspended system be looked at again. By a governing role.
type Released struct{ Reason string }

// Revoked ends the approval. By a governing role.
type Revoked struct{ Reason string }

// Retired ends the system: what becomes of its data, access and notices is in the reason. By the owner or a governing role.
type Retired struct{ Reason string }

// HandedOver gives the system to another owner. By the owner, their manager once they have left, or a governing role.
type HandedOver struct {
	To     workflows.PersonID
	Reason string
}

// Joined says that one's own use is inside the intended use and the data of the approval, and that one accepts its conditions. By
// anybody who works here. The approval covers their group, or their line manager is asked.
type Joined struct{ Within, Accepts bool }

// JoinAgreed lets somebody who asked join. By their line manager, never by themselves.
type JoinAgreed struct{ Who workflows.PersonID }

// JoinRefused keeps somebody who asked from joining. By whom it could be agreed.
type JoinRefused struct {
	Who    workflows.PersonID
	Reason string
}

// Left ends one's own use, or takes back that one asked to join.
type Left struct{}

// Seen says that a tool was seen in use in the company, by a list of another program: people's seats, sign-ins, expenses. By an import.
type Seen struct {
	Tool, Vendor string
	Source       string    // the list that shows it: "Sign-in log", "Expenses"
	By           string    // who made the list, or found it there
	At           time.Time // when the list was made
	Accounts     int       // how many people it shows; 0 where it does not say
	LastUsed     string    // 2006-01-02; empty where it does not say
	File         string    // hex SHA-256 of the file
}

// RosterChanged says that people, roles or managers changed: who waits is worked out anew.
type RosterChanged struct{}

// Woken is a timer of the system.
type Woken struct{ workflows.Woken }

// Kind implements [workflows.What].
func (Piloted) Kind() string { return "piloted" }

// Kind implements [workflows.What].
func (WentLive) Kind() string { return "went_live" }

// Kind implements [workflows.What].
func (Proved) Kind() string { return "proved" }

// Kind implements [workflows.What].
func (Verified) Kind() string { return "verified" }

// Kind implements [workflows.What].
func (SentBack) Kind() string { return "sent_back" }

// Kind implements [workflows.What].
func (Changed) Kind() string { return "changed" }

// Kind implements [workflows.What].
func (Unchanged) Kind() string { return "unchanged" }

// Kind implements [workflows.What].
func (Suspended) Kind() string { return "suspended" }

// Kind implements [workflows.What].
func (Released) Kind() string { return "released" }

// Kind implements [workflows.What].
func (Revoked) Kind() string { return "revoked" }

// Kind implements [workflows.What].
func (Retired) Kind() string { return "retired" }

// Kind implements [workflows.What].
func (HandedOver) Kind() string { return "handed_over" }

// Kind implements [workflows.What].
func (Joined) Kind() string { return "joined" }

// Kind implements [workflows.What].
func (JoinAgreed) Kind() string { return "join_agreed" }

// Kind implements [workflows.What].
func (JoinRefused) Kind() string { return "join_refused" }

// Kind implements [workflows.What].
func (Left) Kind() string { return "left" }

// Kind implements [workflows.What].
func (Seen) Kind() string { return "seen" }

// Kind implements [workflows.What].
func (RosterChanged) Kind() string { return "roster_changed" }

func (Piloted) register()       {}
func (WentLive) register()      {}
func (Proved) register()        {}
func (Verified) register()      {}
func (SentBack) register()      {}
func (Changed) register()       {}
func (Unchanged) register()     {}
func (Suspended) register()     {}
func (Released) register()      {}
func (Revoked) register()       {}
func (Retired) register()       {}
func (HandedOver) register()    {}
func (Joined) register()        {}
func (JoinAgreed) register()    {}
func (JoinRefused) register()   {}
func (Left) register()          {}
func (Seen) register()          {}
func (RosterChanged) register() {}
func (Woken) register()         {}
