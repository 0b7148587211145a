package register

import (
	"steward/workflows"
	"steward/workflows/policy"
)

// The kinds of facts that a system leaves. They are stored and never change.
const (
	FactRegistered = "registered"
	FactMoved      = "moved"
	FactPiloted    = "piloted"
	FactProved     = "proved"
	FactVerified   = "verified"
	FactSentBack   = "sent_back"
	FactTurned     = "turned" // a person gave the reason of a move: Event says which
	FactHandedOver = "handed_over"
	FactReminded   = "reminded"
	FactEscalated  = "escalated"
	FactRoster     = "roster_changed"
	FactSkipped    = "reminder_skipped"
	FactRefused    = "refused"
)

// Detail is the data of every fact of a system; each kind fills what it has. It holds ids, codes and numbers only.
type Detail struct {
	From       State              `json:"from,omitempty"`
	To         State              `json:"to,omitempty"`
	At         int64              `json:"at,omitempty"` // Unix milliseconds, of a move that was made before it was recorded
	Request    string             `json:"request,omitempty"`
	Round      int                `json:"round,omitempty"`
	Flow       string             `json:"flow,omitempty"`
	Policy     string             `json:"policy,omitempty"`
	Tier       policy.Tier        `json:"tier,omitempty"`
	LegalClass string             `json:"legal_class,omitempty"`
	Requester  workflows.PersonID `json:"requester,omitempty"`
	Owner      workflows.PersonID `json:"owner,omitempty"`
	ValidUntil int64              `json:"valid_until,omitempty"` // Unix milliseconds
	Conditions []string           `json:"conditions,omitempty"`
	Task       string             `json:"task,omitempty"`
	Role       workflows.Role     `json:"role,omitempty"` // by which somebody verified
	Until      string             `json:"until,omitempty"`
	Trigger    string             `json:"trigger,omitempty"`
	Person     workflows.PersonID `json:"person,omitempty"`
	Code       workflows.Code     `json:"code,omitempty"`
	Event      string             `json:"event,omitempty"`
}

// content gives the canonical content of the entry, as it came from the decision.
func (s System) content() []byte {
	return workflows.Canonical(map[string]any{
		"title": s.Title, "tool": s.Tool, "vendor": s.Vendor, "plan": s.Plan, "use": s.Use, "role": s.Role, "data": s.Data,
		"hosting": s.Hosting, "affected": s.Affected, "users": s.Users, "tasks": taskTexts(s.Tasks),
	})
}

func taskTexts(tasks []Task) map[string]string {
	out := map[string]string{}
	for _, t := range tasks {
		out[t.Key] = t.Text
	}
	return out
}
