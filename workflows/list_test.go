package workflows_test

import (
	"testing"
	"time"

	"steward/workflows"
)

// TestDueFor: what is due of the viewer, else when the stage is.
func TestDueFor(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 11, 26, hour, 0, 0, 0, time.UTC) }
	wait := func(who workflows.PersonID, why workflows.Why, due time.Time) workflows.Wait {
		return workflows.Wait{Who: who, Why: why, Due: due}
	}
	both := []workflows.Wait{
		wait("helen", workflows.WhyDecide, at(9)), wait("tomas", workflows.WhyDecide, at(17)), wait("dan", workflows.WhyAdvise, at(12)),
		wait("ana", workflows.WhyMissing, at(20)),
	}
	for _, c := range []struct {
		name    string
		waits   []workflows.Wait
		visitor workflows.PersonID
		want    time.Time
	}{
		{"who decides sees their own", both, "helen", at(9)},
		{"who adds something sees their own", both, "ana", at(20)},
		{"others see the last of the stage", both, "ola", at(17)},
		{"where nobody decides, what else is due", both[3:], "ola", at(20)},
		{"a wait of the visitor without an end", []workflows.Wait{wait("ana", workflows.WhyQuestion, time.Time{}), both[0]}, "ana", at(9)},
		{"of several of one's own, the first", append(both[:1:1], wait("helen", workflows.WhyQuestion, at(8))), "helen", at(8)},
		{"nothing is due", nil, "ola", time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := workflows.DueFor(c.visitor, c.waits); !got.Equal(c.want) {
				t.Errorf("due %s, want %s", got, c.want)
			}
		})
	}
}
