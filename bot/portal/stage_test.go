package portal_test

import (
	"strings"
	"testing"

	"steward/bot/card/cardtest"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// On the page of a request a stage has one name, on its track and in its history.
func TestStageHasOneName(t *testing.T) {
	h := newHouse(t, nil)
	answers := cardtest.MeetingNotes()
	answers["owner"] = policy.Answer{Text: string(ana)}
	about := workflows.Ref{Kind: workflows.KindRequest}
	for _, ev := range []workflows.Event{
		{Actor: ana, What: approval.Submitted{Flow: "ai-use", Answers: answers}},
		{Actor: ben, What: approval.Decided{Approve: true}},
	} {
		ev.Via, ev.About = workflows.Via{Surface: "portal"}, about
		done, err := h.Apply(t.Context(), ev)
		if err != nil || done.Refusal != nil {
			t.Fatal(done.Refusal, err)
		}
		about = done.About
	}
	words := get(t, h.at(t, ben), "/requests/"+about.ID, 200).Root.Words()
	if !strings.Contains(words, "Stage opened: Privacy officer") || strings.Contains(words, "Experts") {
		t.Errorf("its stages are called\n%s", words)
	}
}
