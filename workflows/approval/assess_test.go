package approval_test

import (
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

const impactFlow = "ai-impact"

// assessing plays a request that waits for an assessment before its only stage.
func assessing(t *testing.T) *company {
	t.Helper()
	c := newCompany()
	for _, line := range []string{"ana Ana Ruiz, manager ben", "ben Ben Sato", "cleo Cleo Ng, roles gov"} {
		if err := c.person(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.plan([]string{"stage governance gov sla 8"}); err != nil {
		t.Fatal(err)
	}
	c.next.Plan.Preconditions = []policy.Precondition{{Key: "impact", Text: "An assessment.", Before: "governance", Flow: impactFlow, Elsewhere: true}}
	c.next.Answers = policy.Answers{"owner": {Text: "ana"}}
	c.done(t, "ana", approval.Submitted{})
	return c
}

// made says where the assessment stands.
func (c *company) assess(t *testing.T, id string, status approval.Status, change func(*approval.Made)) workflows.Outcome[approval.Request] {
	t.Helper()
	m := approval.Made{
		Triggers:   []string{"new_data_class"},
		Assessment: approval.Assessment{ID: id, Flow: impactFlow, Round: 1, Status: status, SentAt: c.at, Tier: "medium", ValidUntil: c.at.AddDate(1, 0, 0)},
	}
	if change != nil {
		change(&m)
	}
	c.made = []approval.Made{m}
	return c.done(t, workflows.System, workflows.Assessed{Request: id})
}

func (c *company) waitsFor(why workflows.Why) (n int) {
	for _, w := range c.r.Waits {
		if w.Why == why {
			n++
		}
	}
	return n
}

func TestAssessmentMeetsWhatIsAskedForWhenItIsAccepted(t *testing.T) {
	c := assessing(t)
	if !c.r.StageAt.IsZero() || c.waitsFor(workflows.WhyMissing) != 1 {
		t.Fatalf("it waits for %+v", c.r.Waits)
	}
	c.assess(t, "IMP-1", approval.StatusOpen, nil)
	if !c.r.StageAt.IsZero() || c.waitsFor(workflows.WhyMissing) != 0 {
		t.Errorf("while others decide on it nobody else is waited for: %+v", c.r.Waits)
	}
	c.assess(t, "IMP-1", approval.StatusRejected, nil)
	if !c.r.StageAt.IsZero() || c.waitsFor(workflows.WhyMissing) != 1 {
		t.Errorf("not accepted: %+v", c.r.Waits)
	}
	c.assess(t, "IMP-2", approval.StatusApproved, nil)
	if c.r.StageAt.IsZero() || len(c.r.Links) != 1 || c.r.Links[0].Ref != "IMP-2" || c.r.Links[0].Key != impactFlow || len(c.r.Assessments) != 2 {
		t.Fatalf("accepted: %+v", c.r.Links)
	}
	c.assess(t, "IMP-2", approval.StatusExpired, nil)
	if len(c.r.Links) != 0 || c.waitsFor(workflows.WhyMissing) != 1 {
		t.Errorf("out of date: %+v, %+v", c.r.Links, c.r.Waits)
	}
	if out := c.step(workflows.Event{Actor: "cleo", What: approval.Decided{Approve: true}}); out.Refusal == nil || out.Refusal.Code != workflows.CodePrecondition {
		t.Errorf("approved without it: %+v", out.Refusal)
	}
}

func TestAssessmentThatDoesNotCount(t *testing.T) {
	for name, change := range map[string]func(*approval.Made){
		"made for other answers": func(m *approval.Made) { m.Differs = []string{"data"} },
		"out of date":            func(m *approval.Made) { m.ValidUntil = m.SentAt },
	} {
		c := assessing(t)
		c.assess(t, "IMP-1", approval.StatusApproved, change)
		if len(c.r.Links) != 0 || !c.r.StageAt.IsZero() || c.waitsFor(workflows.WhyMissing) != 1 {
			t.Errorf("%s: %+v, %+v", name, c.r.Links, c.r.Waits)
		}
	}
	c := assessing(t)
	c.assess(t, "IMP-1", approval.StatusApproved, nil)
	c.made[0].Differs = []string{"data"} // of the answers that are sent now
	out := c.done(t, "ana", approval.Edited{})
	if len(c.r.Links) != 0 || !c.r.StageAt.IsZero() {
		t.Errorf("edited: %+v", c.r.Links)
	}
	if !has(out.Effects, func(n workflows.Notify) bool { return n.To == "ana" && n.Why == workflows.WhyMissing }) {
		t.Error("nobody was told that a new one is needed")
	}
}

func TestAssessmentBeforeAReportedChangeDoesNotCountForTheRenewal(t *testing.T) {
	for trigger, counts := range map[string]bool{"new_data_class": false, "vendor_change": true} {
		c := assessing(t)
		c.next.Plan.Registers = true
		c.done(t, "ana", approval.Edited{})
		c.assess(t, "IMP-1", approval.StatusApproved, nil)
		c.done(t, "cleo", approval.Decided{Approve: true})
		c.at = c.at.Add(48 * time.Hour)
		c.entry = &approval.Entry{ID: "AIS-1", Owner: "ana", From: c.at, Until: c.at.AddDate(1, 0, 0), Doubted: true, Trigger: trigger, Reported: c.at.Add(-time.Hour)}
		n := c.r.Renewable(*c.entry, "ana")
		c.next.Renews = &n
		c.done(t, "ana", approval.Renewed{})
		if c.r.StageAt.IsZero() == counts {
			t.Errorf("%s: opened %t", trigger, counts)
		}
		if a, _ := c.r.Assessed(impactFlow); a.Fits() != counts {
			t.Errorf("%s: %+v", trigger, a)
		}
		if counts {
			continue
		}
		c.assess(t, "IMP-2", approval.StatusApproved, nil)
		if c.r.StageAt.IsZero() || c.r.Links[0].Ref != "IMP-2" {
			t.Errorf("%s: a later one does not count: %+v", trigger, c.r.Links)
		}
	}
}

func TestWhatCameToNothingLetsGoOfItsAssessment(t *testing.T) {
	c := assessing(t)
	c.assess(t, "IMP-1", approval.StatusOpen, nil)
	out := c.done(t, "ana", approval.Withdrawn{})
	ends := func(tell workflows.Tell) bool {
		return tell.About.ID == "IMP-1" && tell.What == workflows.SubjectEnded{Request: "AIR-42"}
	}
	if !has(out.Effects, ends) {
		t.Errorf("%+v", out.Effects)
	}
	c.assess(t, "IMP-1", approval.StatusWithdrawn, nil)
	if c.r.Status != approval.StatusWithdrawn || c.r.Assessments[0].Status != approval.StatusWithdrawn {
		t.Errorf("%+v", c.r.Assessments)
	}
	if out := c.assess(t, "IMP-2", approval.StatusOpen, nil); !has(out.Effects, func(tell workflows.Tell) bool { return tell.About.ID == "IMP-2" }) {
		t.Error("one that was sent too late goes on")
	}
}

func TestAnAssessmentTellsTheRequestThatItIsAbout(t *testing.T) {
	c := newCompany()
	for _, line := range []string{"ana Ana Ruiz, manager ben", "ben Ben Sato", "cleo Cleo Ng, roles gov"} {
		if err := c.person(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.plan([]string{"no-acceptance", "stage governance gov sla 8"}); err != nil {
		t.Fatal(err)
	}
	tells := func(out workflows.Outcome[approval.Request]) bool {
		return has(out.Effects, func(tell workflows.Tell) bool {
			return tell.About == workflows.RequestRef("AIR-7") && tell.What == workflows.Assessed{Request: "AIR-42"}
		})
	}
	if !tells(c.done(t, "ana", approval.Submitted{Linked: "AIR-7"})) || !tells(c.done(t, "ana", approval.Edited{})) {
		t.Error("it says nothing when it is sent")
	}
	if out := c.step(workflows.Event{Actor: workflows.System, What: workflows.SubjectEnded{Request: "AIR-8"}}); out.State.Status != approval.StatusOpen {
		t.Error("another request ended it")
	}
	late := *c
	late.done(t, workflows.System, workflows.SubjectEnded{Request: "AIR-7"})
	if late.r.Status != approval.StatusWithdrawn || !late.r.Moot {
		t.Errorf("%s", late.r.Status)
	}
	if !tells(c.done(t, "cleo", approval.Decided{Approve: true})) {
		t.Error("it says nothing when it is accepted")
	}
}

func TestALinkOfAnAssessmentIsNotTyped(t *testing.T) {
	c := assessing(t)
	for ref, ok := range map[string]bool{"IMP-1": false, "https://wiki.example.com/impact": true} {
		out := c.step(workflows.Event{Actor: "ana", What: approval.Linked{Key: "impact", Ref: ref}})
		if (out.Refusal == nil) != ok {
			t.Errorf("%s: %+v", ref, out.Refusal)
		}
	}
	c.r.Screening.Plan.Preconditions[0].Elsewhere = false
	if out := c.step(workflows.Event{Actor: "ana", What: approval.Linked{Key: "impact", Ref: "https://wiki.example.com/impact"}}); out.Refusal == nil {
		t.Error("the policy takes none made elsewhere")
	}
}
