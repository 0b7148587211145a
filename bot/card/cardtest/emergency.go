package cardtest

import (
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

// The scenes of emergency approvals: each gives a company with one request that cannot wait, and its id.

func sceneUrgent() (*Company, string) {
	c, id := sceneManager()
	c.at("24 12:00").Do("ana", id, approval.EmergencyAsked{Until: "2025-12-03", Reason: "The customer signs on Friday and wants minutes of the call."})
	return c.at("24 12:05"), id
}

func sceneUrgentAllowed() (*Company, string) {
	c, id := sceneUrgent()
	c.at("24 14:00").Do("cleo", id, approval.EmergencyAllowed{Until: "2025-12-02", Reason: "It records only us, and the customer agreed to it."})
	return c.at("24 14:05"), id
}

func sceneUrgentDeclined() (*Company, string) {
	c, id := sceneUrgent()
	c.at("24 14:00").Do("cleo", id, approval.EmergencyDeclined{Reason: "Customers are recorded who were not told of it yet."})
	return c.at("24 14:05"), id
}

func sceneUrgentEnding() (*Company, string) {
	c, id := sceneUrgentAllowed()
	c.Until(time.Date(2025, 12, 1, 9, 0, 0, 0, time.UTC))
	return c, id
}

func sceneUrgentEnded() (*Company, string) {
	c, id := sceneUrgentAllowed()
	c.Until(time.Date(2025, 12, 3, 9, 0, 0, 0, time.UTC))
	return c, id
}

func sceneUrgentWithdrawn() (*Company, string) {
	c, id := sceneUrgentAllowed()
	c.Do("ana", id, approval.Withdrawn{Reason: "The call was put off."})
	return c, id
}

// emergencyShots lists the cards about emergency approvals.
func emergencyShots() []shot {
	part := approval.PartEmergency
	return []shot{
		{"urgent-giver", sceneUrgent, "cleo", view.Request},
		{"urgent-requester", sceneUrgent, "ana", view.Request},
		{"urgent-manager", sceneUrgent, "ben", view.Request},
		{"urgent-explain", sceneUrgent, "cleo", view.Explain},
		{"urgent-allowed-requester", sceneUrgentAllowed, "ana", message(workflows.WhyEmergencyAnswer, part)},
		{"urgent-allowed-manager", sceneUrgentAllowed, "ben", view.Request},
		{"urgent-allowed-giver", sceneUrgentAllowed, "cleo", view.Request},
		{"urgent-allowed-explain", sceneUrgentAllowed, "helen", view.Explain},
		{"urgent-allowed-portal", sceneUrgentAllowed, "ana", portal},
		{"urgent-declined-requester", sceneUrgentDeclined, "ana", message(workflows.WhyEmergencyAnswer, part)},
		{"urgent-ending-manager", sceneUrgentEnding, "ben", message(workflows.WhyEnding, part)},
		{"urgent-ended-requester", sceneUrgentEnded, "ana", message(workflows.WhyExpired, part)},
		{"urgent-ended-giver", sceneUrgentEnded, "cleo", message(workflows.WhyExpired, part)},
		{"urgent-withdrawn-giver", sceneUrgentWithdrawn, "cleo", message(workflows.WhyExpired, part)},
	}
}

// emergencyActs lists the forms of emergency approvals.
func emergencyActs() []act {
	short := view.Sheet{
		Typed:  card.Values{view.KeyReason: {"soon"}, view.KeyUntil: {"2026-03-01"}},
		Errors: map[string]string{view.KeyUntil: "Give a day from 2025-11-24 to 2025-12-08."},
	}
	return []act{
		{"urgent", sceneManager, "ana", view.VerbEmergency, "", view.Sheet{}},
		{"urgent-late", sceneManager, "ana", view.VerbEmergency, "", short},
		{"urgent-allow", sceneUrgent, "cleo", view.VerbEmergencyAllow, "", view.Sheet{}},
		{"urgent-wait", sceneUrgent, "cleo", view.VerbEmergencyWait, "", view.Sheet{}},
	}
}

// systemUrgent is the system that is there by an emergency approval.
func systemUrgent() *Company {
	c, _ := sceneUrgentAllowed()
	return c
}

func systemUrgentEnded() *Company {
	c, _ := sceneUrgentEnded()
	return c
}

func systemUrgentWithdrawn() *Company {
	c, _ := sceneUrgentWithdrawn()
	return c
}
