package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// change changes a delivery and gives the code of the refusal.
func (w *world) change(c workflows.DeliveryChange) workflows.Code {
	w.t.Helper()
	if c.Actor == "" {
		c.Actor = helen
	}
	c.Via = workflows.Via{Surface: "portal"}
	no, err := w.engine.ChangeDelivery(w.t.Context(), c)
	if err != nil {
		w.t.Fatal(err)
	}
	if no == nil {
		return ""
	}
	if no.Sentence == "" {
		w.t.Errorf("%s without a sentence", no.Code)
	}
	return no.Code
}

// stand gives a delivery as it stands.
func (w *world) stand(id int64) workflows.DeliveryRow {
	w.t.Helper()
	row, err := w.store.Delivery(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return row
}

// dead sends a request and gives the delivery to Ben's chat account, which failed for good.
func (w *world) dead() workflows.DeliveryRow {
	w.t.Helper()
	w.chatty("slack")
	w.link(ben, "slack", "slack:P-ben", workflows.LinkLinked, workflows.ProofImport)
	w.ask(minimal())
	w.deliver("slack:P-ben")
	rows, _, err := w.store.DeliveryRows(w.t.Context(), workflows.DeliveryFilter{State: workflows.DeliveryDead})
	if err != nil || len(rows) != 1 {
		w.t.Fatalf("%d deliveries are dead, %v", len(rows), err)
	}
	return rows[0]
}

func (w *world) take(n int) []workflows.Delivery {
	w.t.Helper()
	got, err := w.store.Claim(w.t.Context(), []string{"portal", "slack"}, n, lease)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

func retry(d workflows.DeliveryRow, by workflows.PersonID) workflows.DeliveryChange {
	return workflows.DeliveryChange{Do: workflows.DeliveryRetry, ID: d.ID, Actor: by}
}

func giveUp(d workflows.DeliveryRow, by workflows.PersonID) workflows.DeliveryChange {
	return workflows.DeliveryChange{Do: workflows.DeliveryGiveUp, ID: d.ID, Actor: by}
}

func TestChangeDelivery(t *testing.T) {
	t.Run("a compliance lead retries what failed: it is sent, and one record says who", func(t *testing.T) {
		databases(t, func(t *testing.T, url string) {
			w := open(t, url)
			d := w.dead()
			ref := workflows.DeliveryRef(d.ID)
			if code := w.change(retry(d, helen)); code != "" {
				t.Fatalf("refused: %s", code)
			}
			rows := w.history(ref)
			if len(rows) != 1 || rows[0].Record.What != "delivery_retried" || rows[0].Record.Actor != helen || rows[0].Record.Via.Surface != "portal" {
				t.Fatalf("recorded %+v", rows)
			}
			var data map[string]any
			if err := json.Unmarshal(rows[0].Record.Data, &data); err != nil {
				t.Fatal(err)
			}
			want := map[string]any{
				"of": d.About.String(), "to": string(ben), "why": "decide", "surface": "slack", "was": "dead", "attempts": 1.0, "reason": "not_reached",
			}
			if fmt.Sprint(data) != fmt.Sprint(want) {
				t.Errorf("the record says %v, want %v", data, want)
			}
			if sent := w.deliver(); len(sent) != 1 || sent[0].ID != d.ID || sent[0].Attempts != 1 {
				t.Errorf("sent %+v", sent)
			}
			if code := w.change(retry(d, helen)); code != workflows.CodeNotNow {
				t.Errorf("a retry of what was sent: %q", code)
			}
			if code := w.change(giveUp(d, helen)); code != workflows.CodeNotNow {
				t.Errorf("giving up what was sent: %q", code)
			}
			if n := len(w.history(ref)); n != 1 {
				t.Errorf("%d records", n)
			}
			w.verified()
		})
	})
	t.Run("what is given up is never sent, and may be given up after a retry", func(t *testing.T) {
		databases(t, func(t *testing.T, url string) {
			w := open(t, url)
			d := w.dead()
			w.change(retry(d, helen))
			if code := w.change(giveUp(d, helen)); code != "" {
				t.Fatalf("refused: %s", code)
			}
			if sent := w.deliver(); len(sent) != 0 {
				t.Errorf("sent %+v", sent)
			}
			if got := w.stand(d.ID); got.State != workflows.DeliveryMoot || got.Reason != workflows.ReasonGivenUp {
				t.Errorf("it is %+v", got)
			}
			if n := len(w.history(workflows.DeliveryRef(d.ID))); n != 2 {
				t.Errorf("%d records", n)
			}
			w.verified()
		})
	})
	t.Run("what a courier holds is left alone, and ends as the courier says", func(t *testing.T) {
		databases(t, func(t *testing.T, url string) {
			w := open(t, url)
			d := w.dead()
			w.change(retry(d, helen))
			held := w.take(5)
			if len(held) != 1 {
				t.Fatalf("claimed %+v", held)
			}
			for _, c := range []workflows.DeliveryChange{retry(d, helen), giveUp(d, helen)} {
				if code := w.change(c); code != workflows.CodeNotNow {
					t.Errorf("%s while it is sent: %q", c.Do, code)
				}
			}
			if err := w.store.Finish(t.Context(), held[0], workflows.Finish{State: workflows.FinishSent}); err != nil {
				t.Error(err)
			}
			if got := w.stand(d.ID); got.State != workflows.DeliverySent {
				t.Errorf("it is %s", got.State)
			}
			if n := len(w.history(workflows.DeliveryRef(d.ID))); n != 1 {
				t.Errorf("%d records of one retry", n)
			}
		})
	})
	t.Run("given up while couriers claim, a delivery is sent or given up, and the record agrees", func(t *testing.T) {
		databases(t, raceForDeliveries)
	})
}

// raceForDeliveries gives deliveries up while two couriers claim and finish them.
func raceForDeliveries(t *testing.T, url string) {
	w := open(t, url)
	w.chatty("slack")
	w.link(ben, "slack", "slack:P-ben", workflows.LinkLinked, workflows.ProofImport)
	for range 12 {
		w.ask(minimal())
	}
	w.settle()
	rows, _, err := w.store.DeliveryRows(t.Context(), workflows.DeliveryFilter{State: workflows.DeliveryWaiting, Limit: 200})
	if err != nil || len(rows) < 12 {
		t.Fatalf("%d deliveries wait, %v", len(rows), err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for _, d := range rows {
			if _, err := w.engine.ChangeDelivery(t.Context(), giveUp(d, helen)); err != nil {
				t.Error(err)
			}
		}
	})
	for range 2 {
		all.Go(func() {
			for range rows {
				got, err := w.store.Claim(t.Context(), []string{"portal", "slack"}, 1, lease)
				for _, x := range got {
					err = errors.Join(err, w.store.Finish(t.Context(), x, workflows.Finish{State: workflows.FinishSent}))
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for _, d := range rows {
		records, state := len(w.history(workflows.DeliveryRef(d.ID))), w.stand(d.ID).State
		if records == 1 != (state == workflows.DeliveryMoot) || records == 0 != (state == workflows.DeliverySent) {
			t.Errorf("delivery %d: %d records, %s", d.ID, records, state)
		}
	}
	w.verified()
}

func TestChangeDeliveryRefuses(t *testing.T) {
	w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
	d := w.dead()
	for name, c := range map[string]struct {
		change workflows.DeliveryChange
		want   workflows.Code
	}{
		"somebody without a role":     {retry(d, ana), workflows.CodeNotYours},
		"its own reader":              {giveUp(d, ben), workflows.CodeNotYours},
		"nobody":                      {retry(d, "P-nobody"), workflows.CodeNotYours},
		"the clock":                   {retry(d, workflows.System), workflows.CodeNotYours},
		"a delivery there is none of": {retry(workflows.DeliveryRow{ID: 999}, helen), workflows.CodeUnknown},
		"another change":              {workflows.DeliveryChange{Do: "delivery_sent", ID: d.ID, Actor: helen}, workflows.CodeNotNow},
	} {
		if code := w.change(c.change); code != c.want {
			t.Errorf("%s: %q, want %q", name, code, c.want)
		}
	}
	if n := len(w.history(workflows.DeliveryRef(d.ID))); n != 0 || w.stand(d.ID).State != workflows.DeliveryDead {
		t.Errorf("%d records, %s", n, w.stand(d.ID).State)
	}
}

func TestRetryReaches(t *testing.T) {
	start := func(t *testing.T) (*world, workflows.DeliveryRow) {
		t.Helper()
		w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
		return w, w.dead()
	}
	t.Run("nothing goes to an account that was taken away since, nor to another account under its name", func(t *testing.T) {
		for _, change := range []func(*workflows.Link){
			func(l *workflows.Link) { l.State, l.Confirmed = workflows.LinkEnded, false },
			func(l *workflows.Link) { l.State, l.Confirmed = workflows.LinkProposed, false },
			func(l *workflows.Link) { l.User = "U-other" },
			func(l *workflows.Link) { l.Person = ana },
		} {
			w, d := start(t)
			l, err := w.store.Link(t.Context(), "slack:P-ben")
			if err != nil {
				t.Fatal(err)
			}
			change(&l)
			if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.SaveLink(t.Context(), l) }); err != nil {
				t.Fatal(err)
			}
			if code := w.change(retry(d, helen)); code != workflows.CodeNotNow {
				t.Errorf("%+v: %q", l, code)
			}
			if code := w.change(giveUp(d, helen)); code != "" {
				t.Errorf("giving it up: %q", code)
			}
		}
		w, d := start(t)
		if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.DropLink(t.Context(), "slack:P-ben") }); err != nil {
			t.Fatal(err)
		}
		if code := w.change(retry(d, helen)); code != workflows.CodeNotNow {
			t.Errorf("a link that is gone: %q", code)
		}
	})
	t.Run("nothing goes to somebody who has left", func(t *testing.T) {
		w, d := start(t)
		for _, c := range people() {
			if c.Row.ID == ben {
				c.Row.Active = false
				if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.PutPeople(t.Context(), []directory.Change{c}) }); err != nil {
					t.Fatal(err)
				}
			}
		}
		if code := w.change(retry(d, helen)); code != workflows.CodeNotNow {
			t.Errorf("got %q", code)
		}
	})
	t.Run("the portal and a channel need no link", func(t *testing.T) {
		w, _ := start(t)
		about := w.ask(minimal())
		err := w.store.Do(t.Context(), func(tx engine.Tx) error {
			mails := []workflows.Mail{{About: about, Record: 99, To: ana, Why: workflows.WhyOutcome, At: monday}}
			if err := tx.PutMails(t.Context(), mails); err != nil {
				return err
			}
			taken, err := tx.TakeMails(t.Context(), monday, 50)
			if err != nil {
				return err
			}
			m := taken[len(taken)-1]
			return tx.Expand(t.Context(), m, []engine.Outgoing{
				{Key: "x", Account: engine.ChannelAccount("slack", "C1")}, {Key: "y", Account: workflows.PortalAccount(ana), Why: workflows.WhyOutcome},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range w.take(50) {
			if err := w.store.Finish(t.Context(), x, workflows.Finish{State: workflows.FinishFailed, Reason: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		rows, _, err := w.store.DeliveryRows(t.Context(), workflows.DeliveryFilter{About: about, State: workflows.DeliveryDead})
		if err != nil || len(rows) < 2 {
			t.Fatalf("%d are dead, %v", len(rows), err)
		}
		for _, d := range rows[:2] {
			if code := w.change(retry(d, helen)); code != "" {
				t.Errorf("%s of %s: %q", d.Account.Surface, d.Account.Person, code)
			}
		}
	})
	t.Run("an account that was confirmed since gets what it could not", func(t *testing.T) {
		w, d := start(t)
		w.link(ben, "slack", "slack:P-ben", workflows.LinkLinked, workflows.ProofImport)
		if code := w.change(retry(d, helen)); code != "" {
			t.Fatalf("refused: %s", code)
		}
		if got := w.stand(d.ID); !got.Account.Confirmed {
			t.Errorf("it carries no content: %+v", got)
		}
	})
	t.Run("the question whose an account is goes to an account that is only proposed, without content", func(t *testing.T) {
		w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
		w.chatty("slack")
		l := w.link(ben, "slack", "slack:P-ben", workflows.LinkProposed, workflows.ProofNone)
		about := workflows.AccountRef("slack:P-ben")
		err := w.store.Do(t.Context(), func(tx engine.Tx) error {
			if err := tx.PutMails(t.Context(), []workflows.Mail{{About: about, Record: 1, To: ben, Why: workflows.WhyLink, At: monday}}); err != nil {
				return err
			}
			taken, err := tx.TakeMails(t.Context(), monday, 50)
			if err != nil {
				return err
			}
			return tx.Expand(t.Context(), taken[len(taken)-1], []engine.Outgoing{{Key: "q", Account: l.Account, Why: workflows.WhyLink}})
		})
		if err != nil {
			t.Fatal(err)
		}
		x := w.take(5)[0]
		if err := w.store.Finish(t.Context(), x, workflows.Finish{State: workflows.FinishFailed, Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		if code := w.change(retry(w.stand(x.ID), helen)); code != "" {
			t.Fatalf("refused: %s", code)
		}
		if got := w.stand(x.ID); got.Account.Confirmed || got.State != workflows.DeliveryWaiting {
			t.Errorf("it is %+v", got)
		}
	})
}

func TestChangeDeliveryOnce(t *testing.T) {
	w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
	d := w.dead()
	press := retry(d, helen)
	press.Key = "portal//helen/1"
	for range 3 {
		if code := w.change(press); code != "" {
			t.Errorf("refused: %s", code)
		}
	}
	if n := len(w.history(workflows.DeliveryRef(d.ID))); n != 1 {
		t.Errorf("%d records of one press", n)
	}
}

// brokenDeliveries fails at one call of the way of a change.
type brokenDeliveries struct {
	engine.Tx
	at string
}

func (b brokenDeliveries) broken(call string) error {
	if b.at == call {
		return errFault
	}
	return nil
}

func (b brokenDeliveries) Enter(ctx context.Context, key string, at time.Time) (workflows.Code, bool, error) {
	code, first, err := b.Tx.Enter(ctx, key, at)
	return code, first, errors.Join(err, b.broken("enter"))
}

func (b brokenDeliveries) LockDelivery(ctx context.Context, id int64) (workflows.DeliveryRow, error) {
	d, err := b.Tx.LockDelivery(ctx, id)
	return d, errors.Join(err, b.broken("lock"))
}

func (b brokenDeliveries) Roster(ctx context.Context, need engine.Need, at time.Time) (workflows.Roster, error) {
	r, err := b.Tx.Roster(ctx, need, at)
	return r, errors.Join(err, b.broken("roster"))
}

func (b brokenDeliveries) Link(ctx context.Context, id string) (workflows.Link, error) {
	l, err := b.Tx.Link(ctx, id)
	return l, errors.Join(err, b.broken("link"))
}

func (b brokenDeliveries) RetryDelivery(ctx context.Context, id int64, confirmed bool) error {
	return errors.Join(b.Tx.RetryDelivery(ctx, id, confirmed), b.broken("retry"))
}

func (b brokenDeliveries) GiveUpDelivery(ctx context.Context, id int64) error {
	return errors.Join(b.Tx.GiveUpDelivery(ctx, id), b.broken("give up"))
}

func (b brokenDeliveries) Append(ctx context.Context, entries []engine.Entry) error {
	return errors.Join(b.Tx.Append(ctx, entries), b.broken("append"))
}

// breaking breaks a store at the call that is named at the moment.
type breaking struct {
	engine.Store
	at string
}

func (b *breaking) Do(ctx context.Context, fn func(engine.Tx) error) error {
	return b.Store.Do(ctx, func(tx engine.Tx) error { return fn(brokenDeliveries{tx, b.at}) })
}

func TestChangeDeliveryWhole(t *testing.T) {
	b := &breaking{}
	w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
	d := w.dead()
	b.Store = w.store
	w.engine = engine.New(engine.Config{Store: b, Now: w.clock.Now, Rand: zeroes{}, Zone: time.UTC, Build: "test"})
	press := retry(d, helen)
	press.Key = "portal//helen/1"
	for _, c := range []struct {
		at     string
		change workflows.DeliveryChange
	}{
		{"enter", press},
		{"lock", press},
		{"roster", press},
		{"link", press},
		{"retry", press},
		{"append", press},
		{"give up", giveUp(d, helen)},
		{"append", giveUp(d, helen)},
	} {
		b.at = c.at
		if _, err := w.engine.ChangeDelivery(t.Context(), c.change); !errors.Is(err, errFault) {
			t.Errorf("%s broken at %s: %v", c.change.Do, c.at, err)
		}
		if n := len(w.history(workflows.DeliveryRef(d.ID))); n != 0 || w.stand(d.ID).State != workflows.DeliveryDead {
			t.Errorf("%s broken at %s: %d records, %s", c.change.Do, c.at, n, w.stand(d.ID).State)
		}
	}
	b.at = ""
	if code := w.change(press); code != "" || w.stand(d.ID).State != workflows.DeliveryWaiting {
		t.Errorf("the same press again: %q", code)
	}
}

// zeroes stands for randomness where nothing is secret.
type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }
