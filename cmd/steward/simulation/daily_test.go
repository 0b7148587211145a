package simulation_test

import (
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// TestDailyNamesAll lets two questions to one person be reminded of on one morning: the daily message names both.
func TestDailyNamesAll(t *testing.T) {
	l := newLife(t, databases()["sqlite"](t), 1)
	l.travel(time.Date(2026, 6, 9, 10, 0, 0, 0, time.UTC))
	who := l.teams[0][0]
	var ids []string
	for range 2 {
		done := l.apply(workflows.Ref{Kind: workflows.KindRequest}, who, approval.Submitted{Flow: "ai-use", Answers: simAnswers("minimal", who, l.clock.Now())})
		l.apply(done.About, l.heads[0], approval.Asked{Text: "Where is it kept, and for how long?"})
		ids = append(ids, done.About.ID)
	}
	l.travel(l.of[who].diary.morning(l.clock.Now(), 3))
	messages := 0
	for _, m := range l.out.sent {
		if m.to != who || m.why != workflows.WhyRemind {
			continue
		}
		messages++
		for _, id := range ids {
			if text := strings.Join(m.lines, "\n"); !strings.Contains(text, id+" ") {
				t.Errorf("on %s it does not name %s:\n%s", m.surface, id, text)
			}
		}
	}
	if messages != len(l.of[who].surfaces()) {
		t.Errorf("%d daily messages on %d surfaces", messages, len(l.of[who].surfaces()))
	}
}
