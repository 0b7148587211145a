package engine_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/away"
)

func terms(delegate workflows.PersonID, from, to int) away.Terms {
	day := func(n int) string { return monday.AddDate(0, 0, n).Format(time.DateOnly) }
	return away.Terms{From: day(from), To: day(to), Delegate: delegate, HandOver: true}
}

// away says that somebody is away, from so many days after monday to so many.
func (w *world) away(who, delegate workflows.PersonID, from, to int) workflows.Ref {
	w.t.Helper()
	about := w.must(who, workflows.Ref{Kind: workflows.KindAbsence}, away.Set{Terms: terms(delegate, from, to)})
	w.settle()
	return about
}

func (w *world) absence(about workflows.Ref) away.Absence {
	w.t.Helper()
	a, err := w.store.Absence(context.Background(), about.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// decides says whether a decision waits for somebody, and in whose name.
func (w *world) decides(who workflows.PersonID) (is bool, name workflows.PersonID) {
	w.t.Helper()
	got, err := w.store.Waits(context.Background(), who)
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(got, func(x workflows.Wait) bool { return x.Why == workflows.WhyDecide })
	if i < 0 {
		return false, ""
	}
	return true, got[i].For
}

// told says whether somebody was told of a thing for a reason.
func (w *world) told(who workflows.PersonID, about workflows.Ref, why workflows.Why) bool {
	w.t.Helper()
	rows, _, err := w.store.DeliveryRows(context.Background(), workflows.DeliveryFilter{About: about, People: []workflows.PersonID{who}})
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.ContainsFunc(rows, func(d workflows.DeliveryRow) bool { return d.Why == why })
}

// travel moves the clock to an hour of the day, so many days after monday's.
func (w *world) travel(days, hour int) {
	w.t.Helper()
	to := monday.AddDate(0, 0, days).Add(time.Duration(hour) * time.Hour)
	if err := w.engine.Travel(context.Background(), w.clock, to, func(context.Context) error { return nil }); err != nil {
		w.t.Fatal(err)
	}
}

func TestAbsence(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		about := w.ask(minimal())
		absence := w.away(ben, yuki, 1, 3)
		if is, _ := w.decides(yuki); is {
			t.Error("a decision waits for a delegate before the first day")
		}
		w.travel(1, 1)
		if is, name := w.decides(yuki); !is || name != ben {
			t.Errorf("a decision waits for the delegate: %v, in the name of %q", is, name)
		}
		if is, _ := w.decides(ben); !is {
			t.Error("whoever is away cannot decide any more")
		}
		for why, ref := range map[workflows.Why]workflows.Ref{workflows.WhyDecide: about, workflows.WhyStandIn: absence} {
			if !w.told(yuki, ref, why) {
				t.Errorf("the delegate was not told %s", why)
			}
		}
		w.must(ben, absence, away.CameBack{})
		w.settle()
		if is, _ := w.decides(yuki); is {
			t.Error("a decision waits for the delegate of somebody who is back")
		}
		again := w.away(ben, yuki, 2, 3)
		w.travel(2, 1)
		w.must(yuki, about, approval.Decided{Approve: true})
		rows := w.history(about)
		i := slices.IndexFunc(rows, func(r workflows.LogRow) bool { return r.Record.What == approval.FactDecided })
		if r := rows[i].Record; r.Actor != yuki || r.For != ben {
			t.Errorf("decided by %s for %s", r.Actor, r.For)
		}
		w.travel(4, 1)
		if a := w.absence(again); a.State != away.StateEnded {
			t.Errorf("the absence is %s after its last day", a.State)
		}
		w.verified()
	})
}

func TestDelegateLost(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.ask(minimal())
		absence := w.away(ben, yuki, 0, 9)
		if is, _ := w.decides(yuki); !is {
			t.Fatal("nothing waits for the delegate")
		}
		if no := w.apply(yuki, workflows.Ref{Kind: workflows.KindAbsence}, away.Set{Terms: terms(ben, 2, 3)}).Refusal; no == nil || no.Field != away.FieldDelegate {
			t.Errorf("a circle was refused with %+v", no)
		}
		w.away(yuki, "", 5, 6)
		if a := w.absence(absence); a.Lost != away.LostAway {
			t.Errorf("the delegate is away, and lost is %q", a.Lost)
		}
		if is, _ := w.decides(yuki); is {
			t.Error("a decision waits for a delegate who is away")
		}
		for _, who := range []workflows.PersonID{ben, helen} {
			if !w.told(who, absence, workflows.WhyDelegateLost) {
				t.Errorf("%s was not told", who)
			}
		}
		w.must(ben, absence, away.Changed{Terms: terms(cleo, 0, 9)})
		w.settle()
		if is, name := w.decides(cleo); !is || name != ben {
			t.Errorf("a decision waits for the next delegate: %v, in the name of %q", is, name)
		}
		leave(t, w, cleo)
		if a := w.absence(absence); a.Lost != away.LostLeft {
			t.Errorf("the delegate has left, and lost is %q", a.Lost)
		}
		leave(t, w, ben)
		if a := w.absence(absence); a.State != away.StateEnded {
			t.Errorf("the absence of somebody who has left is %s", a.State)
		}
		if no := w.apply(ben, workflows.AbsenceRef("AWAY-9"), away.CameBack{}).Refusal; no == nil || no.Code != workflows.CodeUnknown {
			t.Errorf("an absence that is not there: %+v", no)
		}
		w.verified()
	})
}
