package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

func TestApply(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := context.Background()

		t.Run("a repeated key changes nothing and gives the first answer", func(t *testing.T) {
			about := w.ask(minimal())
			ev := workflows.Event{Key: "portal//ben/1", Actor: ben, About: about, What: approval.Decided{Approve: true}}
			first, err := w.engine.Apply(ctx, ev)
			if err != nil || first.Refusal != nil || first.Repeat {
				t.Fatalf("first press: %+v, %v", first, err)
			}
			again, err := w.engine.Apply(ctx, ev)
			if err != nil || !again.Repeat || again.Refusal != nil {
				t.Errorf("second delivery: %+v, %v", again, err)
			}
			if r := w.request(about); r.Status != approval.StatusApproved || len(r.Votes) != 1 {
				t.Errorf("%s with %d votes", r.Status, len(r.Votes))
			}
		})
		t.Run("a refusal of authority is a record, once an hour, and its key gives the same answer", func(t *testing.T) {
			about := w.ask(minimal())
			for i := range 3 {
				ev := workflows.Event{Key: fmt.Sprintf("portal//ana/own/%d", i/2), Actor: ana, About: about, What: approval.Decided{Approve: true}}
				done, err := w.engine.Apply(ctx, ev)
				if err != nil || done.Refusal == nil || done.Refusal.Code != workflows.CodeOwnRequest {
					t.Fatalf("press %d: %+v, %v", i, done, err)
				}
			}
			if got := w.count(about, "refused"); got != 1 {
				t.Errorf("%d records of the refusal, want 1", got)
			}
			w.clock.Set(w.clock.Now().Add(time.Hour))
			w.apply(ana, about, approval.Decided{Approve: true})
			if got := w.count(about, "refused"); got != 2 {
				t.Errorf("%d records after an hour, want 2", got)
			}
		})
		t.Run("a stale press stores nothing and does not use its key", func(t *testing.T) {
			about := w.ask(minimal())
			before := len(w.history(about))
			ev := workflows.Event{
				Key: "portal//ben/stale", Actor: ben, About: about, Seen: workflows.Seen{Stage: "manager", Round: 1, Revision: 99},
				What: approval.Decided{Approve: true},
			}
			done, err := w.engine.Apply(ctx, ev)
			if err != nil || done.Refusal == nil || done.Refusal.Code != workflows.CodeStale {
				t.Fatalf("stale press: %+v, %v", done, err)
			}
			if got := len(w.history(about)); got != before {
				t.Errorf("%d records, want %d", got, before)
			}
			ev.Seen.Revision = 1
			if done, err = w.engine.Apply(ctx, ev); err != nil || done.Refusal != nil {
				t.Errorf("the same key on the present card: %+v, %v", done, err)
			}
		})
		t.Run("bad answers are refused at their fields and no number is used up", func(t *testing.T) {
			last := w.ask(minimal())
			bad := minimal()
			bad["purpose"], bad["plan"] = text("Too short"), text("barter")
			done := w.apply(ana, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-use", Answers: bad})
			if done.Refusal == nil || done.Refusal.Fields["purpose"] == "" || done.Refusal.Fields["plan"] == "" {
				t.Fatalf("refusal: %+v", done.Refusal)
			}
			if next := w.ask(minimal()); !follows(last.ID, next.ID) {
				t.Errorf("%s follows %s", next.ID, last.ID)
			}
		})
		t.Run("things that do not exist are said to be unknown", func(t *testing.T) {
			done := w.apply(ben, workflows.RequestRef("AIR-999"), approval.Decided{Approve: true})
			if done.Refusal == nil || done.Refusal.Code != workflows.CodeUnknown {
				t.Errorf("unknown request: %+v", done.Refusal)
			}
			done = w.apply(ana, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "no-such-flow"})
			if done.Refusal == nil || done.Refusal.Code != workflows.CodeUnknown {
				t.Errorf("unknown flow: %+v", done.Refusal)
			}
		})
		w.verified()
	})
}

// follows says whether b is the next id after a.
func follows(a, b string) bool {
	var x, y int
	_, err1 := fmt.Sscanf(a, "AIR-%d", &x)
	_, err2 := fmt.Sscanf(b, "AIR-%d", &y)
	return err1 == nil && err2 == nil && y == x+1
}

func TestTimers(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := context.Background()
		none := func(context.Context) error { return nil }

		t.Run("a stage escalates once at the end of its working hours, and silence never approves", func(t *testing.T) {
			about := w.ask(limited())
			if err := w.engine.Travel(ctx, w.clock, monday.AddDate(0, 0, 21), none); err != nil {
				t.Fatal(err)
			}
			r := w.request(about)
			if r.Status != approval.StatusOpen || !r.Escalated || len(r.Votes) != 0 {
				t.Errorf("%s, escalated %v, %d votes", r.Status, r.Escalated, len(r.Votes))
			}
			if got := w.count(about, "escalated"); got != 1 {
				t.Errorf("escalated %d times", got)
			}
		})
		t.Run("after an outage overtaken reminders are skipped and the escalation still happens", func(t *testing.T) {
			about := w.ask(limited())
			w.clock.Set(w.clock.Now().AddDate(0, 0, 10))
			w.settle()
			if w.count(about, "reminder_skipped") == 0 || w.count(about, "escalated") != 1 {
				t.Errorf("records: %v", kinds(w.history(about)))
			}
		})
		w.verified()
	})
}

func kinds(rows []workflows.LogRow) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Record.What)
	}
	return out
}

func TestPacks(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := context.Background()
		old, err := w.engine.InForce(ctx)
		if err != nil {
			t.Fatal(err)
		}
		about := w.ask(minimal())
		stricter := changedPack(t)

		if err := w.engine.Activate(ctx, stricter, "not in force", helen, workflows.Via{}); !errors.Is(err, workflows.ErrConflict) {
			t.Errorf("activation over a pack that is not in force: %v", err)
		}
		if err := w.engine.Activate(ctx, stricter, old, helen, workflows.Via{Surface: "cli"}); err != nil {
			t.Fatal(err)
		}
		rows := w.history(workflows.Ref{Kind: workflows.KindPolicy, ID: "pack"})
		if len(rows) != 2 || rows[1].Record.What != "policy_activated" || rows[1].Record.Actor != helen ||
			!strings.Contains(string(rows[1].Record.Data), old) || !strings.Contains(string(rows[1].Record.Data), stricter.Hash) {
			t.Errorf("records of activations: %+v", rows)
		}
		if raw, err := w.engine.Pack(ctx, old); err != nil || string(raw.Bundle()) != string(policy.Embedded().Bundle()) {
			t.Errorf("the old pack is not there as it was: %v", err)
		}
		if got, _ := w.engine.EnsurePack(ctx, policy.Embedded()); got != stricter.Hash {
			t.Errorf("a start put %s in force, want %s to stay", got, stricter.Hash)
		}
		if r := w.request(about); r.Screening.Policy != old {
			t.Error("a change of policy changed an open round")
		}
		w.must(ana, about, approval.Edited{Answers: minimal()})
		r := w.request(about)
		if r.Screening.Policy != stricter.Hash || r.Round != 2 {
			t.Errorf("round %d under %s, want an edit to come under the policy in force", r.Round, r.Screening.Policy)
		}
		if !slices.ContainsFunc(w.history(about), func(row workflows.LogRow) bool {
			return row.Record.What == "edited" && row.Record.Policy == stricter.Hash
		}) {
			t.Error("the record of the edit does not name the new policy")
		}
		w.verified()
	})
}

func TestRosterChanged(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := context.Background()
		about := w.ask(minimal())
		if got := waits(t, w, marek); got != 0 {
			t.Fatalf("Marek has %d waits before Ben leaves", got)
		}
		leave(t, w, ben)
		if got := waits(t, w, ben); got != 0 {
			t.Errorf("%d things still wait for somebody who has left", got)
		}
		if got := waits(t, w, marek); got != 1 {
			t.Errorf("%d things wait for the manager above, want 1", got)
		}
		w.must(marek, about, approval.Decided{Approve: true})
		if r := w.request(about); r.Status != approval.StatusApproved {
			t.Errorf("%s after the manager above approved", r.Status)
		}
		rows, err := w.store.History(ctx, workflows.Ref{Kind: workflows.KindPeople, ID: "directory"})
		if err != nil || len(rows) != 2 {
			t.Errorf("%d records of imports, %v", len(rows), err)
		}
		w.verified()
	})
}

func waits(t *testing.T, w *world, who workflows.PersonID) int {
	t.Helper()
	got, err := w.store.Waits(context.Background(), who)
	if err != nil {
		t.Fatal(err)
	}
	return len(got)
}

func TestDelegate(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.away(ben, marek, 0, 13)
		about := w.ask(minimal())
		w.must(marek, about, approval.Decided{Approve: true})
		for _, row := range w.history(about) {
			if row.Record.What == "decided" && (row.Record.Actor != marek || row.Record.For != ben) {
				t.Errorf("the record names %s for %q, want Marek for Ben", row.Record.Actor, row.Record.For)
			}
		}
		if w.count(about, "decided") != 1 {
			t.Error("the delegate's decision left no record")
		}
		w.verified()
	})
}
