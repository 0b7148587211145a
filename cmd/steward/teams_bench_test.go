package main

import (
	"net/http"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
)

// BenchmarkTeamsAnswerTime sends 20 decisions a second for ten seconds and prints how long the answers took, each after its
// vote was committed, on both databases, with fsync on. People on Teams press again after 5 seconds; the aim is 2 s at the
// 99th percentile. ratio is the median beside that of an activity that asks for nothing, whose token is checked all the same.
func BenchmarkTeamsAnswerTime(b *testing.B) {
	const perSecond, seconds = 20, 10
	for name, database := range benchDatabases() {
		b.Run(name, func(b *testing.B) {
			h := newTeamsHouse(b, storyApp(b, database(b)), patient, nil)
			var presses, bare []faketeams.Sent
			var ids []string
			for range perSecond * seconds {
				id, on := h.asked(b)
				press := h.held(b, h.accounts[h.manager(b, id)], on, "approve")
				presses, ids = append(presses, press), append(ids, id)
				bare = append(bare, altered(b, press, map[string]any{"type": "messageReaction", "name": nil, "value": nil}))
			}
			nothing := h.answered(b, bare, time.Second/perSecond)
			took := h.answered(b, presses, time.Second/perSecond)
			for _, id := range ids {
				if len(h.read(b, id).Votes) != 1 {
					b.Fatalf("%s was answered and not decided", id)
				}
			}
			b.ReportMetric(float64(took[len(took)/2])/float64(nothing[len(nothing)/2]), "ratio")
			reportAnswers(b, took)
		})
	}
}

// answered sends activities again at a pace and waits for all that follows from them.
func (h *teamsHouse) answered(b *testing.B, all []faketeams.Sent, every time.Duration) []time.Duration {
	b.Helper()
	took := paced(all, every, func(one faketeams.Sent) time.Duration {
		ack := h.fake.Resend(b.Context(), one)
		if ack.Status != http.StatusOK || ack.Failure != "" {
			b.Errorf("answered by %s", ack)
		}
		return ack.Took
	})
	if err := h.surface.Settle(b.Context()); err != nil {
		b.Fatal(err)
	}
	return took
}
