package portal_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/surfacetest"
	"steward/workflows"
	"steward/workflows/policy"
)

// frail is the house behind the settings, whose n-th answer fails.
type frail struct {
	*surfacetest.Memory

	failAt, calls int
}

var errFrail = errors.New("dial tcp: secret words")

func (f *frail) fault() error {
	f.calls++
	if f.calls == f.failAt {
		return errFrail
	}
	return nil
}

func (f *frail) People(ctx context.Context, named []workflows.PersonID, roles []workflows.Role, at time.Time) (workflows.Roster, error) {
	r, err := f.Memory.People(ctx, named, roles, at)
	return r, errors.Join(err, f.fault())
}

func (f *frail) PeopleRows(ctx context.Context, by workflows.PeopleFilter) ([]workflows.Person, workflows.PersonID, error) {
	rows, next, err := f.Memory.PeopleRows(ctx, by)
	return rows, next, errors.Join(err, f.fault())
}

func (f *frail) History(ctx context.Context, about workflows.Ref) ([]workflows.LogRow, error) {
	rows, err := f.Memory.History(ctx, about)
	return rows, errors.Join(err, f.fault())
}

func (f *frail) Pack(ctx context.Context, hash string) (*policy.Pack, error) {
	p, err := f.Memory.Pack(ctx, hash)
	return p, errors.Join(err, f.fault())
}

func (f *frail) Proposal(ctx context.Context, id string) (workflows.Proposal, error) {
	p, err := f.Memory.Proposal(ctx, id)
	return p, errors.Join(err, f.fault())
}

func (f *frail) OpenProposals(ctx context.Context) ([]workflows.Proposal, error) {
	p, err := f.Memory.OpenProposals(ctx)
	return p, errors.Join(err, f.fault())
}

func (f *frail) Proposals(ctx context.Context, n int) ([]workflows.Proposal, error) {
	p, err := f.Memory.Proposals(ctx, n)
	return p, errors.Join(err, f.fault())
}

func (f *frail) Propose(ctx context.Context, ask workflows.ProposalAsk, pack *policy.Pack) (workflows.Proposal, *workflows.Refusal, error) {
	if err := f.fault(); err != nil {
		return workflows.Proposal{}, nil, err
	}
	return f.Memory.Propose(ctx, ask, pack)
}

func (f *frail) SettleProposal(ctx context.Context, act workflows.ProposalAct) (workflows.Proposal, *workflows.Refusal, error) {
	if err := f.fault(); err != nil {
		return workflows.Proposal{}, nil, err
	}
	return f.Memory.SettleProposal(ctx, act)
}

// Whichever answer fails on the way to a page or through a press, it is our fault, it says nothing of the cause, and what was
// typed comes back.
func TestSettingsFaults(t *testing.T) {
	behind := &frail{}
	h := newHouse(t, func(c *portal.Config) {
		behind.Memory = c.People.(*surfacetest.Memory)
		c.People, c.Directory, c.Requests, c.Settings.Proposals, c.Settings.Guard = behind, behind, behind, behind, behind
	})
	h.folder = changed(t, "points: 25", "points: 35")
	from, at := policy.Embedded().Hash, "/settings/policy/"+h.folder.Hash
	first, second := h.as(t, arjun), h.as(t, jonas)
	press := func(path string, form url.Values) int {
		t.Helper()
		for n := 1; ; n++ {
			behind.failAt, behind.calls = n, 0
			p, err := first.Post(t.Context(), path, form)
			behind.failAt = 0
			switch {
			case err != nil:
				t.Fatal(err)
			case p.Status != http.StatusInternalServerError:
				return n - 1
			case strings.Contains(p.Body, "secret words") || !strings.Contains(p.Body, "My long reason"):
				t.Errorf("POST %s, answer %d:\n%s", path, n, p.Root.Words())
			}
			if n > 50 {
				t.Fatalf("POST %s does not end", path)
			}
		}
	}
	typed := url.Values{"from": {from}, "f.reason": {"My long reason"}}
	roles := url.Values{"from": {""}, "f.reason": {"My long reason"}, "f.role": {"dpo"}}
	other := url.Values{"from": {from}, "to": {from}, "f.reason": {"My long reason"}}
	post(t, first, at, typed, 200)
	broken := []int{press(at, typed), press("/settings/roles/"+string(ana), roles), press("/settings/proposals/1/confirm", other)}
	for _, n := range broken {
		if n < 4 {
			t.Errorf("answers that failed: %v", broken)
		}
	}
	for _, path := range []string{
		"/", "/settings", "/settings/policy", at, at + "/difference.txt", "/settings/policy/" + from, "/settings/roles", "/settings/roles?text=ana",
		"/settings/roles/" + string(ana), "/settings/proposals/1", "/settings/proposals/2",
	} {
		for n := 1; ; n++ {
			behind.failAt, behind.calls = n, 0
			p, err := second.Get(t.Context(), path)
			behind.failAt = 0
			if err != nil || strings.Contains(p.Body, "secret words") {
				t.Fatalf("GET %s, answer %d: %v", path, n, err)
			}
			if p.Status == http.StatusOK {
				if n < 3 {
					t.Errorf("GET %s asks %d times", path, n-1)
				}
				break
			}
			if p.Status != http.StatusInternalServerError || n > 50 {
				t.Fatalf("GET %s, answer %d: status %d", path, n, p.Status)
			}
		}
	}
}

// What the command line has done is nobody's by name, and a policy that is not stored any more leaves no difference.
func TestProposalsOfOthers(t *testing.T) {
	h := newHouse(t, nil)
	next := changed(t, "points: 25", "points: 35")
	for _, to := range []*policy.Pack{next, nil} {
		ask := workflows.ProposalAsk{What: workflows.ProposePolicy, From: policy.Embedded().Hash, To: "gone", Reason: "Because.", Actor: workflows.System}
		if to != nil {
			ask.To = to.Hash
		}
		if _, no, err := h.Propose(t.Context(), ask, to); no != nil || err != nil {
			t.Fatal(no, err)
		}
	}
	b := h.as(t, arjun)
	says(t, get(t, b, "/settings/proposals/1", 200), "Whoever runs the server proposes:", "Put it in force")
	p := get(t, b, "/settings/proposals/2", 200)
	says(t, p, "not stored any more")
	if hasForm(p, p.Path+"/confirm") {
		t.Error("what cannot be seen can be put in force")
	}
	post(t, b, "/settings/proposals/1/confirm", fields(t, get(t, b, "/settings/proposals/1", 200), "/settings/proposals/1/confirm"), 200)
	says(t, get(t, h.as(t, helen), "/settings/proposals/2", 200), "Void", "Overtaken by a change of")
	for _, kind := range []string{
		workflows.FactProposed, workflows.FactProposalConfirmed, workflows.FactProposalWithdrawn, workflows.FactProposalRefused, workflows.FactProposalVoid,
		workflows.FactPolicyActivated, workflows.FactRolesChanged,
	} {
		if got := portal.Deed(workflows.Record{What: kind}); got == strings.ReplaceAll(kind, "_", " ") {
			t.Errorf("%s has no words", kind)
		}
	}
}
