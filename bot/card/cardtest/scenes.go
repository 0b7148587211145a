package cardtest

import (
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// at moves the clock to a local time of Madrid in November 2025: "25 10:14".
func (c *Company) at(s string) *Company {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err) // a fixture that is wrong
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", "2025-11-"+s, zone)
	if err != nil {
		panic(err) // a fixture that is wrong
	}
	c.Until(t.UTC())
	return c
}

// The scenes: each gives a company with one request in a certain state, and its id.

func sceneManager() (*Company, string) {
	c := NewCompany()
	id := c.Send("ana", "ai-use", MeetingNotes(), "")
	return c.at("24 11:30"), id
}

func sceneAdvice() (*Company, string) {
	c, id := sceneManager()
	c.at("25 16:14").Do("ben", id, approval.Decided{Approve: true, Conditions: []approval.Choice{{Key: "no_training_term"}}})
	return c.at("25 16:20"), id
}

func sceneGovernance() (*Company, string) {
	c, id := sceneAdvice()
	c.at("26 09:05").Do("dan", id, approval.Advised{})
	return c.at("26 10:00"), id
}

func sceneObjection() (*Company, string) {
	c, id := sceneAdvice()
	c.at("26 09:05").Do("dan", id, approval.Advised{Objection: true, Reason: "Customers are not told that the call is recorded and sent to a vendor."})
	return c.at("26 10:00"), id
}

func sceneQuestion() (*Company, string) {
	c, id := sceneGovernance()
	c.Do("cleo", id, approval.Asked{Text: "Who deletes the recordings, and after how many days?"})
	return c.at("26 10:30"), id
}

func sceneAnswer() (*Company, string) {
	c, id := sceneQuestion()
	c.at("26 15:00").Do("ana", id, approval.Answered{Question: c.Requests[id].Questions[0].ID, Text: "The account team deletes them after 30 days. I do it each Friday."})
	return c.at("26 15:30"), id
}

func sceneNoAnswer() (*Company, string) {
	c, id := sceneQuestion()
	c.Until(time.Date(2025, 12, 12, 12, 0, 0, 0, time.UTC))
	return c, id
}

func sceneApproved() (*Company, string) {
	c, id := sceneAnswer()
	c.at("26 16:00").Do("cleo", id, approval.Decided{Approve: true, Conditions: []approval.Choice{
		{Key: "recording_notice"}, {Text: "Try it with three calls and report to me.", Due: "2025-12-19"},
	}})
	return c.at("26 16:05"), id
}

// sceneRenewed is the same a year later, renewed by Ana with these answers.
func sceneRenewed(more policy.Answers) (*Company, string) {
	c, id := sceneApproved()
	c.Until(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	c.Do("ana", id, approval.Renewed{Answers: with(c.Requests[id].Screening.Answers, more)})
	return c, id
}

func sceneRenewedSame() (*Company, string) { return sceneRenewed(nil) }

func sceneRenewedChanged() (*Company, string) {
	return sceneRenewed(policy.Answers{"users": text("department"), "purpose": text("Minutes of our calls with customers, and of talks with applicants from now on.")})
}

func sceneOverruled() (*Company, string) {
	c, id := sceneObjection()
	c.Do("cleo", id, approval.Decided{Approve: true, Reason: "The invitation text tells them; I have seen it and attach it as a condition.", Conditions: []approval.Choice{{Key: "recording_notice"}}})
	return c.at("26 10:05"), id
}

func sceneRejected() (*Company, string) {
	c, id := sceneManager()
	c.at("25 16:14").Do("ben", id, approval.Decided{Reason: "We have a note taker already; please use that one."})
	return c.at("25 16:20"), id
}

func sceneWithdrawn() (*Company, string) {
	c, id := sceneManager()
	c.Do("ana", id, approval.Withdrawn{Reason: "No budget."})
	return c.at("24 12:00"), id
}

func sceneEdited() (*Company, string) {
	c, id := sceneAdvice()
	c.at("25 17:00").Do("ana", id, approval.Edited{Answers: with(MeetingNotes(), policy.Answers{"vendor_assurances": many("no_training", "dpa", "security_report")})})
	return c.at("25 17:05"), id
}

func sceneOwner() (*Company, string) {
	c := NewCompany()
	id := c.Send("ana", "ai-use", with(MeetingNotes(), policy.Answers{"owner": text("jack")}), "")
	return c.at("24 11:30"), id
}

func sceneOwnerLast() (*Company, string) {
	c, id := sceneOwner()
	c.at("25 16:14").Do("ben", id, approval.Decided{Approve: true})
	c.at("26 09:05").Do("dan", id, approval.Advised{})
	return c.at("26 10:00"), id
}

func sceneDeclined() (*Company, string) {
	c, id := sceneOwner()
	c.Do("jack", id, approval.Declined{Reason: "I am leaving the team."})
	return c.at("24 15:00"), id
}

func sceneLow() (*Company, string) {
	c := NewCompany()
	id := c.Send("ana", "ai-use", PublicText(), "")
	return c.at("24 11:30"), id
}

func sceneLate() (*Company, string) {
	c, id := sceneManager()
	c.Until(time.Date(2025, 11, 28, 15, 0, 0, 0, time.UTC))
	return c, id
}

func sceneDelegate() (*Company, string) {
	c := NewCompany()
	c.Delegations = []workflows.Delegation{{
		ID: "d1", From: "ben", To: "yuki", Starts: c.Now.Add(-time.Hour), Ends: c.Now.AddDate(0, 1, 0), NamedAt: c.Now.AddDate(0, 0, -7), Reason: "On leave.",
	}}
	id := c.Send("ana", "ai-use", MeetingNotes(), "")
	return c.at("24 11:30"), id
}

func sceneDelegateDone() (*Company, string) {
	c, id := sceneDelegate()
	c.Do("yuki", id, approval.Decided{Approve: true})
	return c.at("24 12:00"), id
}

func sceneNobody() (*Company, string) {
	c := NewCompany()
	c.staffOut("cleo")
	id := c.Send("ana", "ai-use", MeetingNotes(), "")
	c.at("25 16:14").Do("ben", id, approval.Decided{Approve: true})
	c.at("26 09:05").Do("dan", id, approval.Advised{})
	return c.at("26 10:00"), id
}

func (c *Company) staffOut(id workflows.PersonID) {
	p := c.People[id]
	p.Active = false
	c.People[id] = p
}

func sceneHigh() (*Company, string) {
	c := NewCompany()
	id := c.Send("ana", "ai-use", Ranking(), "")
	return c.at("24 11:30"), id
}

func sceneHighMissing() (*Company, string) {
	c, id := sceneHigh()
	c.at("25 16:14").Do("ben", id, approval.Decided{Approve: true})
	c.at("26 09:00").Do("nadia", id, approval.Decided{Approve: true})
	c.at("26 09:05").Do("yuki", id, approval.Decided{Approve: true})
	c.at("26 09:10").Do("dan", id, approval.Advised{})
	return c.at("26 10:00"), id
}

func sceneHold() (*Company, string) {
	c := NewCompany()
	id := c.Send("ana", "ai-use", MoodTracking(), "")
	return c.at("24 11:30"), id
}

func sceneHoldHalf() (*Company, string) {
	c, id := sceneHold()
	c.Do("nadia", id, approval.Ruled{Outcome: policy.OutcomeConfirmStop, Reason: "It reads emotions at work from the voice."})
	return c.at("24 12:00"), id
}

func sceneStopped() (*Company, string) {
	c, id := sceneHoldHalf()
	c.Do("helen", id, approval.Ruled{Outcome: policy.OutcomeConfirmStop})
	return c.at("24 12:30"), id
}

// sceneOverride is decided on by the manager, and the compliance lead has named another tier.
func sceneOverride() (*Company, string) {
	c, id := sceneManager()
	c.Do("helen", id, approval.Overridden{Tier: "high", Reason: "Customers are recorded, so more people than usual look at it."})
	return c, id
}

func sceneReclassified() (*Company, string) {
	c, id := sceneHold()
	why := "Staff safety in emergency calls only, confirmed with the works council."
	c.Do("nadia", id, approval.Ruled{Outcome: policy.OutcomeReclassify, Tier: "high", Reason: why})
	c.Do("helen", id, approval.Ruled{Outcome: policy.OutcomeReclassify, Tier: "high", Reason: why})
	return c.at("24 12:30"), id
}

func sceneClassify() (*Company, string) {
	c := NewCompany()
	id := c.Send("ana", "ai-use", Unsure(), "")
	return c.at("24 11:30"), id
}

func sceneException() (*Company, string) {
	c := NewCompany()
	id := c.Send("jack", "policy-exception", Printer(), "")
	return c.at("24 16:00"), id
}

// sceneExceptionApproved is an exception on its way: Arjun carries it, Ben and Yuki have approved it.
func sceneExceptionApproved() (*Company, string) {
	c, id := sceneException()
	c.Do("arjun", id, approval.Accepted{})
	c.Do("ben", id, approval.Decided{Approve: true})
	c.Do("yuki", id, approval.Decided{Approve: true, Reason: "It stands in a network of its own."})
	return c, id
}

func sceneExceptionEnding() (*Company, string) {
	c, id := sceneExceptionApproved()
	c.Until(time.Date(2025, 12, 30, 10, 0, 0, 0, time.UTC))
	return c, id
}

func sceneExceptionEnded() (*Company, string) {
	c, id := sceneExceptionApproved()
	c.Until(time.Date(2026, 1, 7, 10, 0, 0, 0, time.UTC))
	return c, id
}

func sceneImpact() (*Company, string) {
	c, about := sceneHighMissing()
	id := c.Send("ana", "ai-impact", Impact(), about)
	return c.at("26 10:30"), id
}

// assessed is a request of high tier that waits for its assessment, which was sent.
func assessed() (c *Company, about, id string) {
	c, about = sceneHighMissing()
	return c, about, c.Send("ana", "ai-impact", Impact(), about)
}

func sceneImpactMade() (*Company, string) {
	c, about, _ := assessed()
	return c.at("26 10:30"), about
}

func sceneImpactAccepted() (*Company, string) {
	c, about, id := assessed()
	c.Do("dan", id, approval.Advised{})
	c.Do("cleo", id, approval.Decided{Approve: true})
	return c.at("26 11:00"), about
}

func sceneImpactRefused() (*Company, string) {
	c, about, id := assessed()
	c.Do("dan", id, approval.Advised{})
	c.Do("cleo", id, approval.Decided{Reason: "Ask the applicants' side first, and say who reads the unranked ones."})
	return c.at("26 11:00"), about
}

func sceneImpactRefusedItself() (*Company, string) {
	c, about := sceneImpactRefused()
	return c, c.Requests[about].Assessments[0].ID
}

func sceneImpactStale() (*Company, string) {
	c, about := sceneImpactAccepted()
	c.Do("ana", about, approval.Edited{Answers: with(Ranking(), policy.Answers{"data": many("personal", "special_category")})})
	return c.at("26 11:30"), about
}

func sceneImpactMoot() (*Company, string) {
	c, about, id := assessed()
	c.Do("ana", about, approval.Withdrawn{})
	return c.at("26 11:00"), id
}

// sceneHostile is a request whose every typed text is one of the hostile texts.
func sceneHostile(h string) (*Company, string) {
	c := NewCompany()
	cut := func(n int) string {
		r := []rune(strings.ToValidUTF8(h, "?"))
		return string(r[:min(len(r), n)])
	}
	id := c.Send("ana", "ai-use", with(MeetingNotes(), policy.Answers{
		"tool": text("x " + cut(100)), "vendor": text("x " + cut(90)), "purpose": text("At least forty characters before it comes. " + cut(1400)),
	}), "")
	c.Do("ben", id, approval.Asked{Text: "x " + cut(1900)})
	c.Do("ana", id, approval.Answered{Question: c.Requests[id].Questions[0].ID, Text: "x " + cut(1900)})
	c.Do("ben", id, approval.Decided{Approve: true, Reason: "x " + cut(1900), Conditions: []approval.Choice{{Text: "x " + cut(290), Due: "2026-01-31"}}})
	c.Do("dan", id, approval.Advised{Objection: true, Reason: "A long enough objection, with: " + cut(1900)})
	return c.at("24 12:00"), id
}
