package bot_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// faulty is the engine and the store of an identity, of which one call fails.
type faulty struct {
	fails string
	found []workflows.Link
}

var errGate = errors.New("the disk is gone")

func (f faulty) fault(what string) error {
	if f.fails == what {
		return errGate
	}
	return nil
}

func (f faulty) UseLink(context.Context, workflows.Account) (workflows.Link, error) {
	return workflows.Link{}, f.fault("use")
}

func (f faulty) ProposeLink(context.Context, workflows.Account, string) (workflows.Link, error) {
	if f.fails == "people" { // there is one to ask about
		return workflows.Link{State: workflows.LinkProposed}, nil
	}
	return workflows.Link{State: workflows.LinkLinked}, f.fault("propose")
}

func (f faulty) ChangeLink(context.Context, workflows.LinkChange) (workflows.Link, *workflows.Refusal, error) {
	return workflows.Link{State: workflows.LinkLinked}, nil, f.fault("change")
}

func (f faulty) FindLinks(context.Context, string, string) ([]workflows.Link, error) {
	return f.found, f.fault("find")
}

func (f faulty) People(context.Context, []workflows.PersonID, []workflows.Role, time.Time) (workflows.Roster, error) {
	return workflows.Roster{}, f.fault("people")
}

// TestIdentityFaults: whatever cannot be read or stored, nobody is let in, and the surface gets an error to answer.
func TestIdentityFaults(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	p := bot.Profile{Surface: "slack", Tenant: tenant, User: "U1", Email: "ana@example.com", ReadAt: now}
	linked := []workflows.Link{{Account: workflows.Account{Tenant: tenant, Person: ana}, State: workflows.LinkLinked}}
	refused := []workflows.Link{{Account: workflows.Account{Tenant: tenant, Person: ana}, State: workflows.LinkRefused}}
	identity := func(f faulty) *bot.Identity {
		return bot.NewIdentity(bot.IdentityConfig{Links: f, Read: f, Tenant: func(string) string { return tenant }, Now: func() time.Time { return now }})
	}
	for _, f := range []faulty{{fails: "find"}, {fails: "propose"}, {fails: "use", found: linked}, {fails: "people"}, {fails: "propose", found: refused}} {
		who, no, err := identity(f).Who(t.Context(), p, "")
		if !errors.Is(err, errGate) || no != nil || who.Person != "" {
			t.Errorf("%s: who %+v, %+v, %v", f.fails, who, no, err)
		}
	}
	if _, no, err := identity(faulty{found: refused}).Who(t.Context(), p, ""); err != nil || no != nil {
		t.Errorf("linked by somebody else in between: %+v, %v", no, err)
	}
	ended := faulty{found: []workflows.Link{{Account: workflows.Account{Person: ana}, State: workflows.LinkLinked}}}
	if _, no, err := identity(ended).Who(t.Context(), p, ""); err != nil || no == nil { // taken away between reading and use
		t.Errorf("got %+v, %v", no, err)
	}
	for _, f := range []faulty{{fails: "change"}, {fails: "people"}} {
		for _, verb := range []string{view.VerbMe, view.VerbNotMe} {
			if _, ok, err := identity(f).Press(t.Context(), p, card.Action{Verb: verb, Arg: "P-ana"}, ""); !ok || !errors.Is(err, errGate) {
				t.Errorf("%s: %v, %v", f.fails, ok, err)
			}
		}
	}
	for _, f := range []faulty{{fails: "find"}, {fails: "propose"}} {
		if n, err := identity(f).Propose(t.Context(), []bot.Profile{p, p}); n != 0 || !errors.Is(err, errGate) {
			t.Errorf("%s: %d proposals, %v", f.fails, n, err)
		}
	}
	if n, err := identity(faulty{found: linked}).Propose(t.Context(), []bot.Profile{p}); n != 0 || err != nil {
		t.Errorf("%d proposals for a linked account, %v", n, err)
	}
}
