package approval_test

import (
	"slices"
	"testing"

	"steward/workflows"
	"steward/workflows/approval"
)

func TestByRelation(t *testing.T) {
	cast := func(p workflows.PersonID, roles ...workflows.Role) approval.Cast {
		return approval.Cast{Person: p, Roles: roles}
	}
	r := approval.Request{
		Requester: "asks", Owner: "owns",
		Waits: []workflows.Wait{
			{Who: "manages", Why: workflows.WhyDecide, Role: workflows.LineManager},
			{Who: "officer", Why: workflows.WhyDecide, Role: "ciso"},
			{Who: "late", Why: workflows.WhyEscalated},
		},
		Votes:     []approval.Vote{{Cast: cast("managed", workflows.LineManager)}, {Cast: cast("voted", "ciso")}},
		Questions: []approval.Question{{Cast: cast("wondered", workflows.LineManager)}, {Cast: cast("probed", "ciso")}},
		Advices:   []approval.Advice{{Cast: cast("advised", "dpo")}},
		Rulings:   []approval.Ruling{{Cast: cast("ruled", "legal_counsel")}},
		Namings:   []approval.Naming{{Person: "named", By: "names", Role: "ciso"}},
		Told:      []workflows.PersonID{"told"},
	}
	for who, want := range map[workflows.PersonID]bool{
		"asks": true, "owns": true, "manages": true, "managed": true, "wondered": true,
		"officer": false, "late": false, "voted": false, "probed": false, "advised": false, "ruled": false, "named": false, "names": false, "told": false,
		"nobody": false, "": false,
	} {
		if got := r.ByRelation(who); got != want {
			t.Errorf("%s: %v", who, got)
		}
	}
	for who, want := range map[workflows.PersonID][]workflows.Role{
		"managed": nil, "wondered": nil, "voted": {"ciso"}, "probed": {"ciso"}, "advised": {"dpo"}, "ruled": {"legal_counsel"}, "names": {"ciso"}, "named": nil,
	} {
		if got := r.ByRole(approval.Request{}, who); !slices.Equal(got, want) {
			t.Errorf("%s acted as %v", who, got)
		}
		if got := r.ByRole(r, who); got != nil {
			t.Errorf("%s acted as %v since", who, got)
		}
	}
	both := approval.Request{Votes: []approval.Vote{{Cast: cast("both", workflows.LineManager, "ciso")}, {Cast: cast("both", "ciso", "dpo")}}}
	if got := both.ByRole(approval.Request{}, "both"); !slices.Equal(got, []workflows.Role{"ciso", "dpo"}) {
		t.Errorf("got %v", got)
	}
}
