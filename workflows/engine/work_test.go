package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

// TestWorkGoesOn puts a timer and events in front that no build can apply: they are put off and named, and everything else
// happens.
func TestWorkGoesOn(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		ctx := context.Background()
		w := open(t, url)
		good := w.ask(minimal())
		before := w.request(good)
		newer := workflows.Ref{Kind: "comet", ID: "C-1"}
		err := w.store.Do(ctx, func(tx engine.Tx) error {
			for _, tell := range []engine.Tell{
				{Key: "newer", About: newer, What: "seen", Body: []byte("{}"), At: monday},
				{Key: "unknown event", About: workflows.RequestRef("AIR-1"), What: "abducted", Body: []byte("{}"), At: monday},
				{Key: "no such request", About: workflows.RequestRef("AIR-999"), What: "roster_changed", Body: []byte("{}"), At: monday},
			} {
				if err := tx.PutTell(ctx, tell); err != nil {
					return err
				}
			}
			return tx.SetTimers(ctx, []engine.Timer{{About: newer, Name: "return", At: monday.Add(-time.Hour)}})
		})
		if err != nil {
			t.Fatal(err)
		}
		w.must(ben, good, approval.Decided{Approve: true})
		_, err = w.engine.Work(ctx)
		if err == nil {
			t.Fatal("nothing was said of what failed")
		}
		for _, want := range []string{"timer return of comet/C-1: this build knows no comet", "event seen for comet/C-1", "event abducted for request/AIR-1"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("the error does not say %q: %v", want, err)
			}
		}
		if n, err := w.engine.Work(ctx); err != nil {
			t.Errorf("what was put off was tried again at once, %d done: %v", n, err)
		}
		if got := w.request(good); got.Status == before.Status {
			t.Errorf("the request did not go on: %s", got.Status)
		}
		if got := whys(w.claim()); len(got) == 0 {
			t.Error("nobody was told")
		}
	})
}
