package approval

import (
	"steward/workflows"
	"steward/workflows/policy"
)

// What is the sum of what can happen to a request. Kind names are stored and never change.
type What interface {
	workflows.What
	approval()
}

// Submitted makes the request. Facts.Next holds its screening. Owner comes from the answers.
type Submitted struct {
	Flow    string
	Answers policy.Answers
	Draft   string // the draft it came from; finished in the same transaction
	Linked  string // id of the request it is about, for flows that are about one
}

// Edited changes the answers: a new round under the policy in force, which voids votes. By the requester.
type Edited struct {
	Answers policy.Answers
	Draft   string
}

// Renewed begins a round that is to renew the approval of the entry that the request brought into the AI register, from a month or so
// before it ends. By the owner of the entry, who says by it that the answers are so today.
type Renewed struct {
	Answers policy.Answers
	Draft   string
}

// Decided is a vote in the present stage.
type Decided struct {
	Approve    bool
	Reason     string
	Conditions []Choice // chosen beside the required ones
}

// Advised is advice in the present stage.
type Advised struct {
	Objection bool
	Reason    string // at least 20 characters for an objection
}

// Ruled names an outcome of a classify or legal_hold stage. Facts.Next is set for correct_answers and reclassify.
type Ruled struct {
	Outcome string
	Tier    policy.Tier    // reclassify
	Answers policy.Answers // correct_answers: the whole set
	Reason  string
}

// Overridden names another tier for what is decided on. By one holder of each role that the plan names: once all of them name the same
// one, the round ends and the chain of that tier begins.
type Overridden struct {
	Tier   policy.Tier
	Reason string // at least 20 characters
}

// Corrected sets answers about the vendor right, by an expert. What differs from what was answered has a proof.
type Corrected struct {
	Fixes  []policy.Fix
	Reason string // at least 20 characters
}

// Asked puts a question to the requester.
type Asked struct{ Text string }

// Answered answers a question; by requester or owner.
type Answered struct {
	Question int
	Text     string
}

// Accepted is the owner's acceptance of this round.
type Accepted struct{}

// Declined is the owner's refusal to be accountable; the requester names another owner by an edit, or withdraws.
type Declined struct{ Reason string }

// Withdrawn ends the request at the requester's wish, any time before the last vote.
type Withdrawn struct{ Reason string }

// Linked meets a precondition with a reference. By requester, owner or somebody who decides.
type Linked struct {
	Key string
	Ref string
}

// Named makes a person eligible for a seat of the present stage (see [Naming]).
type Named struct {
	Role   workflows.Role
	Person workflows.PersonID
	Reason string
}

// EmergencyAsked asks that the use be allowed for a short time before it is decided on. By requester or owner, once a request.
type EmergencyAsked struct {
	Until  string // the day until which it is needed; 2006-01-02
	Reason string // why it cannot wait; at least 20 characters
}

// EmergencyAllowed allows the use until a day, as the plan's limit lets. By a holder of the role that the plan names, who takes no
// part in deciding by that.
type EmergencyAllowed struct {
	Until      string   // the last day; 2006-01-02
	Reason     string   // at least 20 characters
	Conditions []Choice // chosen beside the required ones, among those of the plan
}

// EmergencyDeclined says that the use has to wait for the decision. By whoever could allow it.
type EmergencyDeclined struct{ Reason string }

// RosterChanged says that people, roles or managers changed: who waits is worked out anew.
type RosterChanged struct{}

// Woken is a timer of the request.
type Woken struct{ workflows.Woken }

// Kind implements [workflows.What].
func (Submitted) Kind() string { return "submitted" }

// Kind implements [workflows.What].
func (Edited) Kind() string { return "edited" }

// Kind implements [workflows.What].
func (Renewed) Kind() string { return "renewed" }

// Kind implements [workflows.What].
func (Decided) Kind() string { return "decided" }

// Kind implements [workflows.What].
func (Advised) Kind() string { return "advised" }

// Kind implements [workflows.What].
func (Ruled) Kind() string { return "ruled" }

// Kind implements [workflows.What].
func (Overridden) Kind() string { return "overridden" }

// Kind implements [workflows.What].
func (Corrected) Kind() string { return "vendor_corrected" }

// Kind implements [workflows.What].
func (Asked) Kind() string { return "asked" }

// Kind implements [workflows.What].
func (Answered) Kind() string { return "answered" }

// Kind implements [workflows.What].
func (Accepted) Kind() string { return "accepted" }

// Kind implements [workflows.What].
func (Declined) Kind() string { return "declined" }

// Kind implements [workflows.What].
func (Withdrawn) Kind() string { return "withdrawn" }

// Kind implements [workflows.What].
func (Linked) Kind() string { return "linked" }

// Kind implements [workflows.What].
func (Named) Kind() string { return "named" }

// Kind implements [workflows.What].
func (EmergencyAsked) Kind() string { return "emergency_asked" }

// Kind implements [workflows.What].
func (EmergencyAllowed) Kind() string { return "emergency_allowed" }

// Kind implements [workflows.What].
func (EmergencyDeclined) Kind() string { return "emergency_declined" }

// Kind implements [workflows.What].
func (RosterChanged) Kind() string { return "roster_changed" }

// DraftOf gives the draft that an event sends off; empty where it sends none.
func DraftOf(what workflows.What) string {
	switch what := what.(type) {
	case Submitted:
		return what.Draft
	case Edited:
		return what.Draft
	case Renewed:
		return what.Draft
	}
	return ""
}

func (Submitted) approval()         {}
func (Edited) approval()            {}
func (Renewed) approval()           {}
func (Decided) approval()           {}
func (Advised) approval()           {}
func (Ruled) approval()             {}
func (Overridden) approval()        {}
func (Corrected) approval()         {}
func (Asked) approval()             {}
func (Answered) approval()          {}
func (Accepted) approval()          {}
func (Declined) approval()          {}
func (Withdrawn) approval()         {}
func (Linked) approval()            {}
func (Named) approval()             {}
func (EmergencyAsked) approval()    {}
func (EmergencyAllowed) approval()  {}
func (EmergencyDeclined) approval() {}
func (RosterChanged) approval()     {}
func (Woken) approval()             {}
