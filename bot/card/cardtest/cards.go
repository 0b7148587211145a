package cardtest

import (
	"fmt"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// Card is one card of the catalogue.
type Card struct {
	Name string // also the name of its golden file
	Card card.Card
}

// scene makes a company with a request in some state.
type scene func() (*Company, string)

// shot is one card to take of a scene.
type shot struct {
	name   string
	scene  scene
	viewer workflows.PersonID
	show   func(view.Case) card.Card
}

// message makes the card of a message.
func message(why workflows.Why, part string) func(view.Case) card.Card {
	return func(c view.Case) card.Card {
		if part == "question" {
			part = fmt.Sprint(c.Request.Questions[0].ID)
		}
		return view.Message(c, why, part)
	}
}

// portal shows a card as the portal does: its page is the card with nothing left out.
func portal(c view.Case) card.Card {
	c.Surface = "portal"
	return view.Request(c)
}

// shots lists the cards about requests. A new card is one line.
func shots() []shot {
	return []shot{
		{"manager-decides", sceneManager, "ben", view.Request},
		{"manager-requester", sceneManager, "ana", view.Request},
		{"manager-reader", sceneManager, "helen", view.Request},
		{"manager-details", sceneManager, "ben", view.Details},
		{"manager-explain", sceneManager, "ben", view.Explain},
		{"low-one-press", sceneLow, "ben", view.Request},
		{"advice-adviser", sceneAdvice, "dan", view.Request},
		{"advice-manager-after", sceneAdvice, "ben", view.Request},
		{"advice-requester", sceneAdvice, "ana", view.Request},
		{"advice-given", sceneGovernance, "dan", view.Request},
		{"governance-decides", sceneGovernance, "cleo", view.Request},
		{"objection-decider", sceneObjection, "cleo", view.Request},
		{"objection-adviser", sceneObjection, "dan", view.Request},
		{"question-requester", sceneQuestion, "ana", view.Request},
		{"question-asker", sceneQuestion, "cleo", view.Request},
		{"question-reader", sceneQuestion, "helen", view.Request},
		{"answer-asker", sceneAnswer, "cleo", message(workflows.WhyAnswer, "question")},
		{"no-answer-asker", sceneNoAnswer, "cleo", message(workflows.WhyNoAnswer, "question")},
		{"approved-requester", sceneApproved, "ana", message(workflows.WhyOutcome, "")},
		{"approved-manager", sceneApproved, "ben", view.Request},
		{"approved-details", sceneApproved, "helen", view.Details},
		{"approved-explain", sceneApproved, "ola", view.Explain},
		{"renewed-same-governance", sceneRenewedSame, "cleo", view.Request},
		{"renewed-same-explain", sceneRenewedSame, "cleo", view.Explain},
		{"renewed-changed-manager", sceneRenewedChanged, "ben", view.Request},
		{"renewed-changed-portal", sceneRenewedChanged, "ben", portal},
		{"overruled-adviser", sceneOverruled, "dan", message(workflows.WhyOverruled, "")},
		{"rejected-requester", sceneRejected, "ana", message(workflows.WhyOutcome, "")},
		{"rejected-manager", sceneRejected, "ben", view.Request},
		{"withdrawn-requester", sceneWithdrawn, "ana", view.Request},
		{"withdrawn-manager", sceneWithdrawn, "ben", view.Request},
		{"edited-manager", sceneEdited, "ben", view.Request},
		{"edited-adviser", sceneEdited, "dan", message(workflows.WhyNobody, "")},
		{"edited-details", sceneEdited, "ben", view.Details},
		{"owner-accepts", sceneOwner, "jack", view.Request},
		{"owner-waited-for", sceneOwnerLast, "ana", view.Request},
		{"owner-last-governance", sceneOwnerLast, "cleo", view.Request},
		{"owner-declined", sceneDeclined, "ana", view.Request},
		{"late-manager", sceneLate, "ben", view.Request},
		{"late-requester", sceneLate, "ana", view.Request},
		{"late-may-name", sceneLate, "cleo", message(workflows.WhyEscalated, "")},
		{"delegate-decides", sceneDelegate, "yuki", view.Request},
		{"delegate-done", sceneDelegateDone, "yuki", view.Request},
		{"delegate-done-for", sceneDelegateDone, "ben", view.Request},
		{"delegate-explain", sceneDelegate, "yuki", view.Explain},
		{"nobody-left", sceneNobody, "helen", view.Request},
		{"high-manager", sceneHigh, "ben", view.Request},
		{"high-requester", sceneHigh, "ana", view.Request},
		{"high-missing", sceneHighMissing, "ana", view.Request},
		{"high-explain", sceneHighMissing, "helen", view.Explain},
		{"hold-legal", sceneHold, "nadia", view.Request},
		{"hold-requester", sceneHold, "ana", message(workflows.WhyStop, "legal_hold")},
		{"hold-half-compliance", sceneHoldHalf, "helen", view.Request},
		{"hold-half-legal", sceneHoldHalf, "nadia", view.Request},
		{"hold-informed", sceneHold, "dan", message(workflows.WhyInform, "")},
		{"stopped-requester", sceneStopped, "ana", message(workflows.WhyOutcome, "")},
		{"override-asked", sceneOverride, "nadia", view.Request},
		{"corrected-adviser", sceneCorrected, "dan", view.Request},
		{"corrected-manager", sceneCorrected, "ben", view.Request},
		{"corrected-explain", sceneCorrected, "ana", view.Explain},
		{"corrected-void-manager", sceneCorrectedVoid, "ben", view.Request},
		{"corrected-void-requester", sceneCorrectedVoid, "ana", message(workflows.WhyCorrected, "vendor_answer")},
		{"override-answered", sceneOverride, "helen", view.Request},
		{"reclassified-manager", sceneReclassified, "ben", view.Request},
		{"reclassified-explain", sceneReclassified, "helen", view.Explain},
		{"classify-legal", sceneClassify, "nadia", view.Request},
		{"classify-requester", sceneClassify, "ana", view.Request},
		{"portal-decider", sceneObjection, "cleo", portal},
		{"portal-approved", sceneApproved, "ana", portal},
		{"exception-manager", sceneException, "ben", view.Request},
		{"exception-details", sceneException, "jack", view.Details},
		{"exception-ending", sceneExceptionEnding, "jack", message(workflows.WhyEnding, "")},
		{"exception-ending-explain", sceneExceptionEnding, "helen", view.Explain},
		{"exception-ended", sceneExceptionEnded, "jack", message(workflows.WhyExpired, "")},
		{"exception-ended-verifier", sceneExceptionEnded, "yuki", message(workflows.WhyExpired, "")},
		{"exception-ended-explain", sceneExceptionEnded, "helen", view.Explain},
		{"exception-ended-portal", sceneExceptionEnded, "arjun", portal},
		{"exception-ended-public", sceneExceptionEnded, "helen", view.Public},
		{"impact-adviser", sceneImpact, "dan", view.Request},
		{"impact-details", sceneImpact, "ana", view.Details},
		{"impact-made-owner", sceneImpactMade, "ana", view.Request},
		{"impact-accepted-lead", sceneImpactAccepted, "cleo", view.Request},
		{"impact-accepted-portal", sceneImpactAccepted, "cleo", portal},
		{"impact-refused-owner", sceneImpactRefused, "ana", view.Request},
		{"impact-refused", sceneImpactRefusedItself, "ana", view.Request},
		{"impact-stale-owner", sceneImpactStale, "ana", view.Request},
		{"impact-moot", sceneImpactMoot, "ana", view.Request},
	}
}

// note is a signed checkpoint as it is posted.
const note = "steward-3f9c21d0\n12408\nsl3WuOmBTJlFGbS7AgyW4VlQLoMbT8gWG5i0c8T6CHs=\n\n" +
	"\u2014 steward-3f9c21d0 Ej6bc0vvn3qTn9C9ZQyYw5nYk1mX9kGkXg1Vt4mD8Yw2cH0v5sGm7bQH5mDq0hJr3KX3oQ2p9b8cX0aZl4sW1n6TDQo=\n"

// Cards gives the whole catalogue, hostile texts last.
func Cards() []Card {
	var out []Card
	for _, s := range append(shots(), emergencyShots()...) {
		c, id := s.scene()
		out = append(out, Card{Name: s.name, Card: s.show(c.Case(id, s.viewer))})
	}
	out = append(append(append(append(out, systemCards()...), append(absences(), vendors()...)...), lists()...), accounts()...)
	out = append(out, Card{Name: "checkpoint", Card: view.Checkpoint("12408", note)})
	return append(out, HostileCards()...)
}

// HostileCards gives, for each hostile text, the cards of a request that has it in every place where people type.
func HostileCards() []Card {
	var out []Card
	for i, h := range Hostile() {
		c, id := sceneHostile(h)
		for _, who := range []workflows.PersonID{"cleo", "ana"} {
			out = append(out,
				Card{Name: fmt.Sprintf("hostile-%03d-%s", i, who), Card: view.Request(c.Case(id, who))},
				Card{Name: fmt.Sprintf("hostile-%03d-%s-details", i, who), Card: view.Details(c.Case(id, who))},
			)
		}
		out = append(out, Card{Name: fmt.Sprintf("hostile-%03d-duties", i), Card: view.ExplainDuties(c.duties("cleo", "cleo", 0))})
		out = append(out, Card{Name: fmt.Sprintf("hostile-%03d-absence", i), Card: view.AwayCard(hostileAbsence(h))})
		out = append(out, Card{Name: fmt.Sprintf("hostile-%03d-vendor", i), Card: view.VendorCard(hostileVendor(h))})
		s := hostileSystem(h)
		for _, who := range []workflows.PersonID{"cleo", "jack"} {
			out = append(out,
				Card{Name: fmt.Sprintf("hostile-%03d-%s-system", i, who), Card: view.System(s.Entry("AIS-1", who))},
				Card{Name: fmt.Sprintf("hostile-%03d-%s-system-details", i, who), Card: view.SystemDetails(s.Entry("AIS-1", who))},
			)
		}
	}
	return out
}
