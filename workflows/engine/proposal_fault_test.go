package engine_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// proposalFaults fails the n-th call of a transaction about proposals.
type proposalFaults struct {
	engine.Store
	failAt, calls int
}

func (s *proposalFaults) Do(ctx context.Context, fn func(engine.Tx) error) error {
	return s.Store.Do(ctx, func(tx engine.Tx) error { return fn(proposalFaultTx{tx, s}) })
}

type proposalFaultTx struct {
	engine.Tx
	s *proposalFaults
}

func (t proposalFaultTx) fault() error {
	t.s.calls++
	if t.s.calls == t.s.failAt {
		return errFault
	}
	return nil
}

func (t proposalFaultTx) HoldPack(ctx context.Context) (string, error) {
	hash, err := t.Tx.HoldPack(ctx)
	return hash, errors.Join(err, t.fault())
}

func (t proposalFaultTx) NewProposalID(ctx context.Context) (string, error) {
	id, err := t.Tx.NewProposalID(ctx)
	return id, errors.Join(err, t.fault())
}

func (t proposalFaultTx) Proposal(ctx context.Context, id string) (workflows.Proposal, error) {
	p, err := t.Tx.Proposal(ctx, id)
	return p, errors.Join(err, t.fault())
}

func (t proposalFaultTx) OpenProposals(ctx context.Context) ([]workflows.Proposal, error) {
	p, err := t.Tx.OpenProposals(ctx)
	return p, errors.Join(err, t.fault())
}

func (t proposalFaultTx) SaveProposal(ctx context.Context, p workflows.Proposal) error {
	return errors.Join(t.Tx.SaveProposal(ctx, p), t.fault())
}

func (t proposalFaultTx) SetRoles(ctx context.Context, who workflows.PersonID, roles []workflows.Role) error {
	return errors.Join(t.Tx.SetRoles(ctx, who, roles), t.fault())
}

func (t proposalFaultTx) PutBundle(ctx context.Context, hash string, bundle []byte, at time.Time) error {
	return errors.Join(t.Tx.PutBundle(ctx, hash, bundle, at), t.fault())
}

func (t proposalFaultTx) Activate(ctx context.Context, from, to string, at time.Time) error {
	return errors.Join(t.Tx.Activate(ctx, from, to, at), t.fault())
}

func (t proposalFaultTx) Roster(ctx context.Context, need engine.Need, at time.Time) (workflows.Roster, error) {
	r, err := t.Tx.Roster(ctx, need, at)
	return r, errors.Join(err, t.fault())
}

func (t proposalFaultTx) Append(ctx context.Context, entries []engine.Entry) error {
	return errors.Join(t.Tx.Append(ctx, entries), t.fault())
}

func (t proposalFaultTx) PutTell(ctx context.Context, one engine.Tell) error {
	return errors.Join(t.Tx.PutTell(ctx, one), t.fault())
}

func (t proposalFaultTx) Enter(ctx context.Context, key string, at time.Time) (workflows.Code, bool, error) {
	c, first, err := t.Tx.Enter(ctx, key, at)
	return c, first, errors.Join(err, t.fault())
}

// records verifies the database and counts its records.
func (w *world) records() int64 {
	w.t.Helper()
	w.verified()
	report, err := w.store.Verify(context.Background(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return report.Records
}

// Wherever a transaction about a proposal breaks, nothing of it stays, and the same press counts once afterwards.
func TestProposalFaults(t *testing.T) {
	faults := &proposalFaults{}
	w := openWith(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"), func(s engine.Store) engine.Store { faults.Store = s; return faults })
	w.settle()
	w.administered(arjun, jonas)
	w.ask(minimal())
	ctx, stricter := context.Background(), changedPack(t)
	// broken runs what until no call of it is broken, and gives how many were.
	broken := func(what func() error) int {
		t.Helper()
		for n := 1; ; n++ {
			before := w.records()
			faults.failAt, faults.calls = n, 0
			err := what()
			faults.failAt = 0
			if err == nil {
				return n - 1
			}
			if !errors.Is(err, errFault) {
				t.Fatalf("call %d: %v", n, err)
			}
			if after := w.records(); after != before {
				t.Fatalf("call %d left something: %d records, then %d", n, before, after)
			}
		}
	}
	var p, overtaken workflows.Proposal
	asking := func(into *workflows.Proposal, ask workflows.ProposalAsk, pack *policy.Pack) func() error {
		return func() error {
			ask.Reason, ask.Actor = "Because.", arjun
			got, no, err := w.engine.Propose(ctx, ask, pack)
			if *into = got; no != nil {
				t.Fatal(no.Sentence)
			}
			return err
		}
	}
	settling := func(p *workflows.Proposal, who workflows.PersonID, want workflows.Code) func() error {
		return func() error {
			_, no, err := w.engine.SettleProposal(ctx, workflows.ProposalAct{ID: p.ID, Do: workflows.DoConfirm, From: p.From, To: p.To, Actor: who})
			if err == nil && code(no) != want {
				t.Fatalf("refused: %v", no)
			}
			return err
		}
	}
	counts := []int{
		broken(asking(&p, w.policyAsk(stricter), stricter)),
		broken(settling(&p, arjun, workflows.CodeOwnRequest)),
		broken(settling(&p, jonas, "")),
		broken(asking(&overtaken, w.rolesAsk(ben, "hr_lead"), nil)),
		broken(asking(&p, w.rolesAsk(ben, "dpo"), nil)),
		broken(settling(&p, jonas, "")),
	}
	if slices.Min(counts) < 5 {
		t.Errorf("calls broken: %v", counts)
	}
	if w.state(overtaken.ID) != workflows.ProposalVoid {
		t.Error("not overtaken")
	}
	faults.failAt, faults.calls = 1, 0
	if err := w.engine.Activate(ctx, policy.Embedded(), stricter.Hash, workflows.System, workflows.Via{}); !errors.Is(err, errFault) {
		t.Errorf("activated: %v", err)
	}
}
