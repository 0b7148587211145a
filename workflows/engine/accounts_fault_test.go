package engine_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

// linkFaults fails the n-th call about links inside each transaction; 0 lets everything pass.
type linkFaults struct {
	engine.Store
	failAt, calls int
}

func (s *linkFaults) Do(ctx context.Context, fn func(engine.Tx) error) error {
	return s.Store.Do(ctx, func(tx engine.Tx) error { return fn(linkFaultTx{tx, s}) })
}

type linkFaultTx struct {
	engine.Tx
	s *linkFaults
}

func (t linkFaultTx) fault() error {
	t.s.calls++
	if t.s.calls == t.s.failAt {
		return errFault
	}
	return nil
}

func (t linkFaultTx) Enter(ctx context.Context, key string, at time.Time) (workflows.Code, bool, error) {
	if err := t.fault(); err != nil {
		return "", false, err
	}
	return t.Tx.Enter(ctx, key, at)
}

func (t linkFaultTx) Link(ctx context.Context, id string) (workflows.Link, error) {
	if err := t.fault(); err != nil {
		return workflows.Link{}, err
	}
	return t.Tx.Link(ctx, id)
}

func (t linkFaultTx) FindLinks(ctx context.Context, surface, user string) ([]workflows.Link, error) {
	if err := t.fault(); err != nil {
		return nil, err
	}
	return t.Tx.FindLinks(ctx, surface, user)
}

func (t linkFaultTx) LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error) {
	if err := t.fault(); err != nil {
		return nil, err
	}
	return t.Tx.LinksOf(ctx, who)
}

func (t linkFaultTx) LockPeople(ctx context.Context, who ...workflows.PersonID) error {
	if err := t.fault(); err != nil {
		return err
	}
	return t.Tx.LockPeople(ctx, who...)
}

func (t linkFaultTx) Sharing(ctx context.Context, email string) ([]workflows.Person, error) {
	if err := t.fault(); err != nil {
		return nil, err
	}
	return t.Tx.Sharing(ctx, email)
}

func (t linkFaultTx) Roster(ctx context.Context, need engine.Need, at time.Time) (workflows.Roster, error) {
	if err := t.fault(); err != nil {
		return workflows.Roster{}, err
	}
	return t.Tx.Roster(ctx, need, at)
}

func (t linkFaultTx) SaveLink(ctx context.Context, l workflows.Link) error {
	return errors.Join(t.Tx.SaveLink(ctx, l), t.fault())
}

func (t linkFaultTx) DropLink(ctx context.Context, id string) error {
	return errors.Join(t.Tx.DropLink(ctx, id), t.fault())
}

func (t linkFaultTx) MuteLink(ctx context.Context, id string) error {
	return errors.Join(t.Tx.MuteLink(ctx, id), t.fault())
}

func (t linkFaultTx) EndSignIns(ctx context.Context, l workflows.Link, sessions bool) error {
	return errors.Join(t.Tx.EndSignIns(ctx, l, sessions), t.fault())
}

func (t linkFaultTx) NoteUse(ctx context.Context, id string, at time.Time) error {
	return errors.Join(t.Tx.NoteUse(ctx, id, at), t.fault())
}

func (t linkFaultTx) LastRecord(ctx context.Context, about workflows.Ref) (int, error) {
	if err := t.fault(); err != nil {
		return 0, err
	}
	return t.Tx.LastRecord(ctx, about)
}

func (t linkFaultTx) ActivePack(ctx context.Context) (string, error) {
	if err := t.fault(); err != nil {
		return "", err
	}
	return t.Tx.ActivePack(ctx)
}

func (t linkFaultTx) Append(ctx context.Context, entries []engine.Entry) error {
	return errors.Join(t.Tx.Append(ctx, entries), t.fault())
}

func (t linkFaultTx) PutMails(ctx context.Context, mails []workflows.Mail) error {
	return errors.Join(t.Tx.PutMails(ctx, mails), t.fault())
}

func (t linkFaultTx) Tried(ctx context.Context, m workflows.Mail) ([]string, error) {
	if err := t.fault(); err != nil {
		return nil, err
	}
	return t.Tx.Tried(ctx, m)
}

func (t linkFaultTx) ReadRequest(ctx context.Context, id string) (approval.Request, error) {
	if err := t.fault(); err != nil {
		return approval.Request{}, err
	}
	return t.Tx.ReadRequest(ctx, id)
}

// TestExpandFaultAtEveryCall breaks the database at each call of working out where a mail goes: it waits, and goes there once.
func TestExpandFaultAtEveryCall(t *testing.T) {
	faults := &linkFaults{}
	w := openWith(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"), func(s engine.Store) engine.Store { faults.Store = s; return faults })
	e := engine.New(engine.Config{
		Store: faults, Now: w.clock.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler), Surfaces: []string{"slack"},
	})
	w.settle()
	w.link(ana, "slack", "acc-ana", workflows.LinkLinked, workflows.ProofPerson)
	w.link(ben, "slack", "acc-ben", workflows.LinkProposed, "")
	w.ask(limited())
	reached := 0
	for n := 1; ; n++ {
		faults.failAt, faults.calls = n, 0
		done, err := e.Expand(t.Context(), 50)
		faults.failAt = 0
		if err == nil {
			break
		}
		if reached = n; !errors.Is(err, errFault) || done != 0 {
			t.Fatalf("call %d: %d, %v", n, done, err)
		}
		if got, err := w.store.Claim(t.Context(), []string{"portal", "slack"}, 10, lease); err != nil || len(got) != 0 {
			t.Fatalf("call %d: of a transaction that failed stayed %+v, %v", n, got, err)
		}
	}
	if reached < 6 {
		t.Errorf("only %d calls were broken", reached)
	}
	if _, err := e.Expand(t.Context(), 50); err != nil {
		t.Fatal(err)
	}
	all := w.deliver()
	same(t, "the requester", sentTo(all, ana, workflows.WhyProgress), "acc-ana", "portal:P-ana")
	same(t, "the question", sentTo(all, ben, workflows.WhyLink), "acc-ben")
}

// TestLinkFaultAtEveryCall breaks the database at each call of each change of a link: nothing of the transaction stays, and
// the same again does it.
func TestLinkFaultAtEveryCall(t *testing.T) {
	faults := &linkFaults{}
	w := openWith(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"), func(s engine.Store) engine.Store { faults.Store = s; return faults })
	w.settle()
	a := workflows.Account{Surface: "slack", Tenant: "T1", User: "U1"}
	find := func() workflows.Link {
		found, err := w.store.FindLinks(t.Context(), a.Surface, a.User)
		if err != nil {
			t.Fatal(err)
		}
		l, _, _ := workflows.PickLink(found, a.Tenant)
		return l
	}
	change := func(do workflows.LinkDo, from workflows.Account, actor workflows.PersonID) func() error {
		return func() error {
			_, no, err := w.engine.ChangeLink(t.Context(), workflows.LinkChange{
				Do: do, Key: "slack/T1/U1/" + string(do), Link: find().ID, Person: yuki, Actor: actor, Account: from, Email: "yuki@example.com",
				Via: workflows.Via{Surface: "slack"},
			})
			if no != nil {
				err = errors.Join(err, no)
			}
			return err
		}
	}
	seed := func(id string, state workflows.LinkState, tenant string) {
		t.Helper()
		l := workflows.Link{Account: workflows.Account{ID: id, Person: ana, Surface: a.Surface, Tenant: tenant, User: a.User}, State: state}
		if state == workflows.LinkLinked {
			l.Person, l.Proof, l.Confirmed = yuki, workflows.ProofImport, true
		}
		if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.SaveLink(t.Context(), l) }); err != nil {
			t.Fatal(err)
		}
	}
	seed("acc-refused", workflows.LinkRefused, "T1")
	for _, c := range []struct {
		name    string
		prepare func()
		do      func() error
		least   int // calls
	}{
		{"propose, in place of a link that was refused", nil, func() error {
			_, err := w.engine.ProposeLink(t.Context(), a, "yuki@example.com")
			return err
		}, 10},
		{"confirm", nil, change(workflows.LinkConfirm, a, yuki), 10},
		{"use", nil, func() error { _, err := w.engine.UseLink(t.Context(), a); return err }, 2},
		{"prefer", nil, change(workflows.LinkPrefer, workflows.Account{}, workflows.System), 8},
		{"end", nil, change(workflows.LinkEnd, workflows.Account{}, yuki), 10},
		{"fill in the tenant, in place of a link that was there", func() { seed("slack:P-yuki", workflows.LinkLinked, "") }, func() error {
			_, err := w.engine.UseLink(t.Context(), a)
			return err
		}, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.prepare != nil {
				c.prepare()
			}
			before := find()
			reached := 0
			for n := 1; ; n++ {
				faults.failAt, faults.calls = n, 0
				err := c.do()
				faults.failAt = 0
				if err == nil {
					break
				}
				if reached = n; !errors.Is(err, errFault) {
					t.Fatalf("call %d: %v", n, err)
				}
				if got := find(); got != before {
					t.Errorf("call %d: of a transaction that failed stayed %+v", n, got)
				}
			}
			if reached < c.least {
				t.Errorf("only %d calls were broken; the test does not see the way", reached)
			}
			if find() == before {
				t.Error("in the end nothing was done")
			}
		})
	}
	for _, err := range []error{
		func() error {
			_, err := w.engine.ProposeLink(t.Context(), workflows.Account{Surface: "slack", User: "U1"}, "")
			return err
		}(),
		func() error {
			_, err := w.engine.UseLink(t.Context(), workflows.Account{Surface: "slack", User: "U1"})
			return err
		}(),
		func() error {
			_, err := w.engine.UseLink(t.Context(), workflows.Account{Surface: "slack", Tenant: "T1", User: "U2"})
			return err
		}(),
	} {
		if !errors.Is(err, workflows.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

// A replica without randomness makes no ids.
func TestLinkWithoutRandomness(t *testing.T) {
	w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
	e := engine.New(engine.Config{
		Store: w.store, Now: w.clock.Now, Rand: strings.NewReader(""), Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
	})
	if _, err := e.ProposeLink(t.Context(), workflows.Account{Surface: "slack", Tenant: "T1", User: "U1"}, "yuki@example.com"); err == nil {
		t.Error("made an id out of nothing")
	}
}
