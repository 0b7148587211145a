package engine_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

// TestUnreachedAreNamedDaily: whoever has work and is reached in no chat and by no e-mail is in the daily message of the compliance leads,
// once a day at their hour, for as long as it is so.
func TestUnreachedAreNamedDaily(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.engine = engine.New(engine.Config{
			Store: w.store, Now: w.clock.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
			Surfaces: []string{"slack"}, Missed: true,
		})
		w.link(ana, "slack", "acc-ana", workflows.LinkLinked, workflows.ProofImport)
		w.link(ben, "slack", "acc-ben", workflows.LinkProposed, "") // asked whose it is, which reaches nobody
		w.deliver()
		days := map[string]int{} // of the daily messages to the lead that are about nobody's own work
		drain := func(context.Context) error {
			for _, d := range w.deliver() {
				if d.Mail.About != workflows.DirectoryRef() {
					continue
				}
				if d.Mail.To != helen || d.Mail.Why != workflows.WhyRemind || d.Account.Surface != "portal" {
					t.Errorf("sent %+v", d)
				}
				local := w.clock.Now().In(london(t))
				if local.Hour() != 9 {
					t.Errorf("sent at %s", local)
				}
				days[local.Format(time.DateOnly)]++
			}
			return nil
		}
		travel := func(days int) {
			t.Helper()
			if err := w.engine.Travel(t.Context(), w.clock, w.clock.Now().AddDate(0, 0, days), drain); err != nil {
				t.Fatal(err)
			}
		}
		travel(3)
		if len(days) != 0 {
			t.Errorf("sent on %v, and nobody waits", days)
		}
		about := w.ask(limited())
		travel(5)
		if len(days) < 2 {
			t.Errorf("sent on %v", days)
		}
		for day, n := range days {
			if n != 1 {
				t.Errorf("%d on %s", n, day)
			}
		}
		before := len(days)
		w.must(ana, about, approval.Withdrawn{Reason: "It is not needed any more."})
		travel(4)
		if len(days) != before {
			t.Errorf("sent on %v, and nothing waits any more", days)
		}
	})
}

func london(t *testing.T) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return z
}
