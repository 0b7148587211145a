package view_test

import (
	"strings"
	"testing"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

func TestPublic(t *testing.T) {
	c := cardtest.NewCompany()
	id := c.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	public := func() string { return cardtest.Text(view.Public(c.Case(id, workflows.Channel))) }
	open := public()
	for _, want := range []string{id, "Otter.ai", "Medium", "1 of 3", "Line manager"} {
		if !strings.Contains(open, want) {
			t.Errorf("the card of an open request does not say %q:\n%s", want, open)
		}
	}
	c.Do("ben", id, approval.Decided{Reason: "We have a note taker already; please use that one."})
	if over := public(); !strings.Contains(over, "Rejected") || strings.Contains(over, "note taker") {
		t.Errorf("the card of a rejected request:\n%s", over)
	}
	id = c.Send("jack", "policy-exception", cardtest.Printer(), "")
	if got := public(); !strings.Contains(got, "Policy exception") {
		t.Errorf("a request without a tool:\n%s", got)
	}
}

// TestPublicNamesNobody goes through random histories: whatever was typed or pressed, the channel reads neither names nor
// answers nor reasons, and can press nothing.
func TestPublicNamesNobody(t *testing.T) {
	for seed := range uint64(300) {
		c, id := cardtest.Random(seed)
		k := c.Case(id, workflows.Channel)
		shown := view.Public(k)
		if err := card.Check(shown); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if len(shown.Buttons)+len(shown.More)+len(shown.Sections)+len(shown.Lead)+len(shown.Track) > 0 {
			t.Fatalf("seed %d: more than id, tool, tier, stage and outcome: %+v", seed, shown)
		}
		text := cardtest.Text(shown)
		tool := k.Request.Screening.Answers["tool"].Text
		told := func(s string) bool { return len(s) > 8 && strings.Contains(text, s) && !strings.Contains(tool, s[:8]) }
		for _, p := range c.Roster().All() {
			if told(p.Name) {
				t.Fatalf("seed %d names %s:\n%s", seed, p.Name, text)
			}
		}
		for key, a := range k.Request.Screening.Answers {
			if key != "tool" && told(a.Text) {
				t.Fatalf("seed %d tells the answer to %s:\n%s", seed, key, text)
			}
		}
		for _, v := range k.Request.Votes {
			if told(v.Reason) {
				t.Fatalf("seed %d tells a reason:\n%s", seed, text)
			}
		}
	}
}
