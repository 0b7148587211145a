package view_test

import (
	"testing"

	"steward/bot/card/cardtest"
	"steward/bot/view"
)

// A stage that only one role is left in is called after it on the cards, and so it is beside them.
func TestStageNameIn(t *testing.T) {
	c := cardtest.NewCompany()
	id := c.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	r, flow := c.Requests[id], c.Flow("ai-use")
	for key, want := range map[string]string{"manager": "Line manager", "experts": "Privacy officer", "gone_since": "Gone since"} {
		if got := view.StageNameIn(r, flow, key); got != want {
			t.Errorf("%s is called %q, want %q", key, got, want)
		}
	}
	if got := view.StageName(flow, r.Screening.Assessment.Tier, "experts"); got != "Experts" {
		t.Errorf("of no request, the stage is called %q", got)
	}
	if got := view.StageNameIn(r, nil, "experts"); got != "Experts" {
		t.Errorf("without the policy it is called %q", got)
	}
}
