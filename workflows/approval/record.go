package approval

import (
	"steward/workflows"
	"steward/workflows/policy"
)

// The kinds of facts a request leaves. They are stored and never change.
const (
	FactSubmitted    = "submitted"
	FactEdited       = "edited"
	FactCorrected    = "corrected"
	FactReclassified = "reclassified"
	FactRenewed      = "renewed"
	FactRevised      = "revised" // an expert corrected answers about the vendor, and the round goes on
	FactStageOpened  = "stage_opened"
	FactDecided      = "decided"
	FactAdvised      = "advised"
	FactRuled        = "ruled"
	FactAsked        = "asked"
	FactAnswered     = "answered"
	FactAccepted     = "accepted"
	FactDeclined     = "declined"
	FactLinked       = "linked"
	FactUnlinked     = "unlinked" // an assessment does not count any more
	FactAssessed     = "assessed" // where an assessment about it stands
	FactNamed        = "named"
	FactWithdrawn    = "withdrawn"
	FactReminded     = "reminded"
	FactSkipped      = "reminder_skipped"
	FactEscalated    = "escalated"
	FactResumed      = "clock_resumed"
	FactRoster       = "roster_changed"
	FactEnded        = "ended"
	FactExpired      = "expired"
	FactRefused      = "refused"

	FactEmergencyAsked    = "emergency_asked"
	FactEmergencyAllowed  = "emergency_allowed"
	FactEmergencyDeclined = "emergency_declined"
	FactEmergencyEnded    = "emergency_ended" // End says why
)

// Detail is the data of every fact of a request; each kind fills what it has. It holds ids, codes and numbers only.
type Detail struct {
	Flow       string               `json:"flow,omitempty"`
	Version    int                  `json:"version,omitempty"`
	Policy     string               `json:"policy,omitempty"`
	Was        string               `json:"was,omitempty"` // the policy of the round before
	Tier       policy.Tier          `json:"tier,omitempty"`
	LegalClass string               `json:"legal_class,omitempty"`
	Round      int                  `json:"round,omitempty"`
	Revision   int                  `json:"revision,omitempty"`
	Stage      string               `json:"stage,omitempty"`
	Kind       policy.StageKind     `json:"kind,omitempty"`
	ID         int                  `json:"id,omitempty"` // of the vote, ruling, advice or question
	Roles      []workflows.Role     `json:"roles,omitempty"`
	Entitled   string               `json:"why_entitled,omitempty"`
	For        workflows.PersonID   `json:"for,omitempty"` // also where the delegation was found by the machine
	Approve    *bool                `json:"approve,omitempty"`
	Objection  *bool                `json:"objection,omitempty"`
	Outcome    string               `json:"outcome,omitempty"`
	Conditions []string             `json:"conditions,omitempty"` // keys; "own-1" for the first of one's own, in each vote anew
	Overruled  []int                `json:"overruled,omitempty"`  // ids of advice
	Voided     int                  `json:"voided,omitempty"`     // votes, rulings and advice that lost their effect
	Key        string               `json:"key,omitempty"`
	Linked     string               `json:"linked,omitempty"` // the request it is about
	Assessment string               `json:"assessment,omitempty"`
	Owner      workflows.PersonID   `json:"owner,omitempty"`
	Person     workflows.PersonID   `json:"person,omitempty"`
	People     []workflows.PersonID `json:"people,omitempty"`
	Added      []workflows.PersonID `json:"added,omitempty"`
	Removed    []workflows.PersonID `json:"removed,omitempty"`
	Outsider   bool                 `json:"outsider,omitempty"`
	Status     Status               `json:"status,omitempty"`
	ValidUntil int64                `json:"valid_until,omitempty"` // Unix milliseconds
	Timer      TimerKind            `json:"timer,omitempty"`
	Code       workflows.Code       `json:"code,omitempty"`
	Event      string               `json:"event,omitempty"`
	System     string               `json:"system,omitempty"`  // the entry whose approval the round is to renew
	Renews     int                  `json:"renews,omitempty"`  // the round that approved it last
	Changed    []string             `json:"changed,omitempty"` // keys of the answers that differ from that round
	Short      bool                 `json:"short,omitempty"`   // unchanged: the short chain of a renewal
	Until      string               `json:"until,omitempty"`   // the day until which a use is needed before it is decided on
	End        EmergencyEnd         `json:"end,omitempty"`     // why an emergency approval, or the wish for one, is over
	Fixes      []Fixed              `json:"fixes,omitempty"`   // answers that an expert corrected; their proofs are in what is shown next
}

// Fixed is an answer that an expert corrected, and what it was.
type Fixed struct {
	Key    string   `json:"key"`
	Answer []string `json:"answer,omitempty"`
	Was    []string `json:"was,omitempty"`
}

// shown is what a decider sees of a revision: all that is decided on, and nothing that a colleague's vote changes.
type shown struct {
	Title      string             `json:"title"`
	Answers    policy.Answers     `json:"answers"`
	Assessment policy.Assessment  `json:"assessment"`
	Plan       policy.Plan        `json:"plan"`
	Policy     string             `json:"policy"`
	Answered   []shownAnswer      `json:"answered"`
	Renews     *policy.Renews     `json:"renews,omitempty"`
	Kept       []policy.KeptFact  `json:"kept,omitempty"`
	Lines      []policy.LineScore `json:"lines,omitempty"`
	Corrected  []policy.Corrected `json:"corrected,omitempty"`
}

type shownAnswer struct {
	ID     int    `json:"id"`
	Text   string `json:"text"`
	Answer string `json:"answer"`
}

// content gives the canonical content of the present revision: JSON with sorted keys and no white space.
func (r Request) content() []byte {
	sc := r.Screening
	v := shown{Title: sc.Title, Answers: sc.Answers, Assessment: sc.Assessment, Plan: sc.Plan, Policy: sc.Policy, Renews: sc.Renews, Kept: sc.Kept, Lines: sc.Lines, Corrected: sc.Corrected}
	for _, q := range r.Questions {
		if q.Round == r.Round && !q.Answered.IsZero() {
			v.Answered = append(v.Answered, shownAnswer{ID: q.ID, Text: q.Text, Answer: q.Answer})
		}
	}
	return workflows.Canonical(v)
}
