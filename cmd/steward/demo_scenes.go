package main

import (
	"slices"
	"time"

	"steward/workflows"
)

// The people of the sample who act in the demo.
const (
	marek   workflows.PersonID = "P-002" // top management
	grace   workflows.PersonID = "P-003" // top management
	tomas   workflows.PersonID = "P-005" // AI governance lead and compliance lead
	cleo    workflows.PersonID = "P-006" // AI governance lead
	dan     workflows.PersonID = "P-007" // privacy officer
	nadia   workflows.PersonID = "P-008" // legal counsel
	piotr   workflows.PersonID = "P-009" // legal counsel
	yuki    workflows.PersonID = "P-010" // security officer
	rahul   workflows.PersonID = "P-011" // security officer
	ola     workflows.PersonID = "P-012"
	ben     workflows.PersonID = "P-013" // manager of Sales
	ana     workflows.PersonID = "P-014"
	jack    workflows.PersonID = "P-015"
	larissa workflows.PersonID = "P-016"
	mei     workflows.PersonID = "P-017" // manager of Engineering
	sofia   workflows.PersonID = "P-018"
	arjun   workflows.PersonID = "P-019"
	liam    workflows.PersonID = "P-020"
	fatima  workflows.PersonID = "P-021" // manager of Customer care
	jonas   workflows.PersonID = "P-022"
	priya   workflows.PersonID = "P-023"
)

const flowAIUse = "ai-use"

// questionKey names the request with a question that waits for its answer.
const questionKey = "question"

// demoScenes are the requests of the demo: what ended long ago, and one in each state a request can be in.
func demoScenes(now time.Time) []scene {
	return slices.Concat(pastScenes(now), endedScenes(), openScenes())
}

// endedScenes are decided: approved with conditions, approved at once, rejected, withdrawn.
func endedScenes() []scene {
	return []scene{
		{asker: ana, flow: flowAIUse, start: ago(21, 6), answers: otter().answers(), acts: []act{
			approve(ago(20, 2), ben),
			ask(ago(19, 5), dan, "Where are the recordings kept, and when are they deleted?"),
			answerLast(ago(18, 8), ana, "In the vendor's Frankfurt region. We have set deletion after 30 days; the transcript stays with the account team for 12 months."),
			advise(ago(18, 3), dan, false, "Fine with the deletion after 30 days, provided that customers are told before each recording."),
			approve(ago(17, 4), yuki, "least_privilege"),
			accept(ago(16, 7), larissa),
			approve(ago(15, 5), cleo, "recording_notice", "data_limit"),
			prove(ago(3, 4), larissa, "least_privilege", "The account of the meeting room joins and nobody else's; it sees no calendars."),
		}},
		{asker: arjun, flow: flowAIUse, start: ago(14, 5), answers: chatGPT().answers(), acts: []act{approve(ago(13, 6), mei)}},
		{asker: jack, flow: flowAIUse, start: ago(10, 4), answers: pdfTool().answers(), acts: []act{
			reject(ago(9, 3), ben, "Customer price lists must not go into a private account. Use ChatGPT Enterprise, which Arjun got approved."),
		}},
		{asker: ola, flow: flowAIUse, start: ago(8, 6), answers: translator().answers(), acts: []act{
			withdraw(ago(7, 5), ola, "The audit firm sends its reports in English from now on."),
		}},
	}
}

// openScenes wait for somebody.
func openScenes() []scene {
	return []scene{
		// late: the manager has not answered, the stage has escalated
		{asker: larissa, flow: flowAIUse, start: ago(12, 5), answers: images().answers()},
		// with the experts: security and privacy have answered, legal has not
		{asker: jonas, flow: flowAIUse, start: ago(6, 6), answers: chatbot().answers(), acts: []act{
			approve(ago(5, 7), fatima),
			approve(ago(4, 6), yuki, "least_privilege", "logging_on"),
			advise(ago(3, 8), dan, true, "Tickets hold health details now and then. Filter them out before they reach the model, then I have no objection."),
		}},
		// waits for the owner's acceptance
		{asker: priya, flow: flowAIUse, start: ago(5, 4), answers: contracts().answers(), acts: []act{
			approve(ago(4, 5), grace), approve(ago(3, 5), yuki, "data_limit"),
			advise(ago(3, 2), dan, false, "Names of signatories only, and a processing agreement is in place."),
		}},
		// with the experts
		{asker: sofia, flow: flowAIUse, start: ago(4, 3), answers: coding().answers(), acts: []act{approve(ago(2, 22), mei, "code_review")}},
		// second round: edited after the manager had approved
		{asker: ana, flow: flowAIUse, start: ago(3, 4), answers: proposals().answers(), acts: []act{
			approve(ago(2, 3), ben),
			edit(ago(0, 20), ana, proposals().with(
				"Drafts of proposals from our product texts and from the notes of the customer's last calls. The account manager rewrites each one before it is sent.",
				"public", "internal", "personal").answers()),
		}},
		// under legal hold: one of two has confirmed
		{asker: fatima, flow: flowAIUse, start: ago(2, 6), answers: moods().answers(), acts: []act{
			stop(ago(1, 5), nadia, "Reading emotions of staff from their voice at work is a banned practice. There is no way to approve this."),
		}},
		// a question is open
		{key: questionKey, asker: liam, flow: flowAIUse, start: ago(1, 8), answers: tickets().answers(), acts: []act{
			ask(ago(1, 2), mei, "Does it also see tickets of customers who have not agreed to processing outside the EU?"),
		}},
		// fresh: waits for the manager
		{asker: jack, flow: flowAIUse, start: ago(0, 3), answers: callPrep().answers()},
	}
}
