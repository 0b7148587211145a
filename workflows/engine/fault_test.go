package engine_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// errFault is what a broken database says.
var errFault = errors.New("the disk is gone")

// faultStore fails the n-th call inside each transaction; 0 lets everything pass. calls counts them.
type faultStore struct {
	engine.Store
	failAt, calls int
	noSystem      bool // no entry of the register can be stored
}

func (s *faultStore) Do(ctx context.Context, fn func(engine.Tx) error) error {
	return s.Store.Do(ctx, func(tx engine.Tx) error { return fn(faultTx{Tx: tx, s: s}) })
}

// faultTx counts the calls of the way of a vote; what it does not name passes uncounted.
type faultTx struct {
	engine.Tx
	s *faultStore
}

func (t faultTx) fault() error {
	t.s.calls++
	if t.s.calls == t.s.failAt {
		return errFault
	}
	return nil
}

func (t faultTx) Enter(ctx context.Context, key string, at time.Time) (workflows.Code, bool, error) {
	if err := t.fault(); err != nil {
		return "", false, err
	}
	return t.Tx.Enter(ctx, key, at)
}

func (t faultTx) LockRequest(ctx context.Context, id string) (approval.Request, error) {
	if err := t.fault(); err != nil {
		return approval.Request{}, err
	}
	return t.Tx.LockRequest(ctx, id)
}

func (t faultTx) Roster(ctx context.Context, need engine.Need, at time.Time) (workflows.Roster, error) {
	if err := t.fault(); err != nil {
		return workflows.Roster{}, err
	}
	return t.Tx.Roster(ctx, need, at)
}

func (t faultTx) SaveRequest(ctx context.Context, before, after approval.Request) error {
	if err := t.Tx.SaveRequest(ctx, before, after); err != nil {
		return err
	}
	return t.fault()
}

func (t faultTx) SaveSystem(ctx context.Context, before, after register.System) error {
	if t.s.noSystem {
		return errFault
	}
	if err := t.Tx.SaveSystem(ctx, before, after); err != nil {
		return err
	}
	return t.fault()
}

func (t faultTx) Append(ctx context.Context, entries []engine.Entry) error {
	if err := t.Tx.Append(ctx, entries); err != nil {
		return err
	}
	return t.fault()
}

func (t faultTx) PutMails(ctx context.Context, mails []workflows.Mail) error {
	if err := t.Tx.PutMails(ctx, mails); err != nil {
		return err
	}
	return t.fault()
}

func (t faultTx) SetTimers(ctx context.Context, timers []engine.Timer) error {
	if err := t.Tx.SetTimers(ctx, timers); err != nil {
		return err
	}
	return t.fault()
}

func (t faultTx) Leave(ctx context.Context, key string, code workflows.Code) error {
	if err := t.Tx.Leave(ctx, key, code); err != nil {
		return err
	}
	return t.fault()
}

// TestFaultAtEveryCall breaks the database at each call of a vote and of a refusal in turn: nothing of the transaction
// stays, the person's press can be repeated with the same key, and then it counts once.
func TestFaultAtEveryCall(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "steward.db")
	faults := &faultStore{}
	w := openWith(t, url, func(s engine.Store) engine.Store { faults.Store = s; return faults })
	ctx := context.Background()
	for _, who := range []workflows.PersonID{ben, ana} {
		reached := 0
		for n := 1; ; n++ {
			about := w.ask(minimal())
			before := len(w.history(about))
			ev := workflows.Event{
				Key: fmt.Sprintf("portal//%s/%d", who, n), Actor: who, About: about, What: approval.Decided{Approve: true},
			}
			faults.failAt, faults.calls = n, 0
			_, err := w.engine.Apply(ctx, ev)
			faults.failAt = 0
			if err == nil {
				break // every call of the way was broken once
			}
			reached = n
			if !errors.Is(err, errFault) {
				t.Fatalf("call %d: %v", n, err)
			}
			if got := len(w.history(about)); got != before || len(w.request(about).Votes) != 0 {
				t.Errorf("call %d: %d records and %d votes stayed of a transaction that failed", n, got-before, len(w.request(about).Votes))
			}
			if done, err := w.engine.Apply(ctx, ev); err != nil || done.Repeat {
				t.Errorf("call %d: the same press again: %+v, %v", n, done, err)
			}
			if got := len(w.history(about)); got == before {
				t.Errorf("call %d: the repeated press left no record", n)
			}
		}
		if reached < 5 {
			t.Errorf("%s: only %d calls were broken; the test does not see the way of a vote", who, reached)
		}
	}
	w.verified()
}

// openWith is open with something between engine and store.
func openWith(t testing.TB, url string, wrap func(engine.Store) engine.Store) *world {
	t.Helper()
	w := connect(t, url, wrap)
	ctx := context.Background()
	if _, err := w.engine.EnsurePack(ctx, policy.Embedded()); err != nil {
		t.Fatal(err)
	}
	plan := directory.Plan{Source: "test", Rows: len(people()), Changes: people()}
	if err := w.engine.ImportPeople(ctx, plan, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
		t.Fatal(err)
	}
	return w
}

// changedPack is the embedded pack with another version of one flow.
func changedPack(t *testing.T) *policy.Pack {
	t.Helper()
	bundle := string(policy.Embedded().Bundle())
	changed := strings.Replace(bundle, "Paste public text to shorten it", "Paste public text to make it short", 1)
	if changed == bundle {
		t.Fatal("nothing was changed in the pack")
	}
	p, err := policy.LoadBundle([]byte(changed))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// leave imports that a person has left.
func leave(t *testing.T, w *world, who workflows.PersonID) {
	t.Helper()
	rows, err := w.engine.Everyone(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.ID != who {
			continue
		}
		gone := row
		gone.Active, gone.LeftOn = false, "2026-11-23"
		plan := directory.Plan{Source: "leaver", Rows: 1, Changes: []directory.Change{{Row: gone, Before: &row}}}
		if err := w.engine.ImportPeople(context.Background(), plan, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
			t.Fatal(err)
		}
	}
	w.settle()
}
