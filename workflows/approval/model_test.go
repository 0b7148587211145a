package approval_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// world is one case of the small model: four people, of whom 0 asks; who manages whom and who delegates to whom (4 stands
// for nobody); and the owner. Everybody holds the role of the second stage, so only separation of duties holds them back.
type world struct {
	manager, delegate [4]int
	owner             int
}

// TestSmallModel tries every press of everybody in every reachable state of every such world up to renaming (SECURITY 7):
// no vote of requester or owner ever counts, nobody fills two stages, and no approval has fewer than two people.
func TestSmallModel(t *testing.T) {
	var cases, approvals atomic.Int64
	for half := range 2 {
		t.Run(fmt.Sprintf("half %d", half), func(t *testing.T) {
			t.Parallel()
			n := 0
			for w := range worlds() {
				if n++; n%2 != half || testing.Short() && n%50 > 1 {
					continue
				}
				cases.Add(1)
				approvals.Add(int64(explore(t, w)))
				if t.Failed() {
					return
				}
			}
		})
	}
	t.Cleanup(func() {
		t.Logf("%d worlds, %d ways to an approval", cases.Load(), approvals.Load())
		if approvals.Load() == 0 {
			t.Error("no world allows any approval: the model tests nothing")
		}
	})
}

// worlds gives one world of each class of worlds that differ only in the names of persons 1, 2 and 3.
func worlds() func(func(world) bool) {
	return func(yield func(world) bool) {
		for n := range 1 << 18 {
			w := world{owner: n & 3}
			for i := range 4 {
				w.manager[i], w.delegate[i] = pick(i, n>>(2+2*i)), pick(i, n>>(10+2*i))
			}
			if w.canonical() && !yield(w) {
				return
			}
		}
	}
}

// pick maps two bits to one of the three others, or to nobody.
func pick(self, bits int) int {
	if other := bits & 3; other != self {
		return other
	}
	return 4
}

func (w world) canonical() bool {
	for _, p := range [][5]int{{0, 1, 3, 2, 4}, {0, 2, 1, 3, 4}, {0, 2, 3, 1, 4}, {0, 3, 1, 2, 4}, {0, 3, 2, 1, 4}} {
		var x world
		x.owner = p[w.owner]
		for i := range 4 {
			x.manager[p[i]], x.delegate[p[i]] = p[w.manager[i]], p[w.delegate[i]]
		}
		if x.less(w) {
			return false
		}
	}
	return true
}

func (w world) less(o world) bool {
	a := slices.Concat(w.manager[:], w.delegate[:], []int{w.owner})
	b := slices.Concat(o.manager[:], o.delegate[:], []int{o.owner})
	return slices.Compare(a, b) < 0
}

func (w world) facts() approval.Facts {
	at := when("2026-11-02 08:00")
	var people []workflows.Person
	var delegations []workflows.Delegation
	for i := range 4 {
		p := workflows.Person{ID: person(i), Name: string(person(i)), Active: true, Roles: []workflows.Role{"gov"}}
		if w.manager[i] < 4 {
			p.Manager = person(w.manager[i])
		}
		people = append(people, p)
		if w.delegate[i] < 4 {
			delegations = append(delegations, workflows.Delegation{
				ID: string(person(i)), From: person(i), To: person(w.delegate[i]),
				Starts: at.AddDate(0, 0, -1), Ends: at.AddDate(0, 0, 1), NamedAt: at.AddDate(0, 0, -1),
			})
		}
	}
	next := &policy.Screening{
		Answers: policy.Answers{"owner": {Text: string(person(w.owner))}},
		Plan: policy.Plan{MinIndependent: 2, Stages: []policy.Stage{
			{Key: "manager", Kind: policy.StageDecide, Quorum: 1, Members: []policy.Member{{Role: workflows.LineManager}}},
			{Key: "governance", Kind: policy.StageDecide, Quorum: 1, Members: []policy.Member{{Role: "gov"}}},
		}},
	}
	return approval.Facts{Roster: workflows.NewRoster(people, delegations), Next: next}
}

// explore presses everything in every reachable state and gives the number of ways to an approval.
func explore(t *testing.T, w world) int {
	f := w.facts()
	event := func(actor, forID workflows.PersonID, what workflows.What) workflows.Event {
		return workflows.Event{Actor: actor, For: forID, What: what, At: when("2026-11-02 08:00"), About: workflows.RequestRef("AIR-1")}
	}
	first := approval.Step(approval.Request{}, event(person(0), "", approval.Submitted{}), f)
	todo := []approval.Request{first.State}
	approvals := 0
	for len(todo) > 0 {
		r := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for actor := range 4 {
			for forID := range 5 {
				if forID == actor {
					continue
				}
				out := approval.Step(r, event(person(actor), lent(forID), approval.Decided{Approve: true}), f)
				if out.Refusal != nil {
					continue
				}
				check(t, w, out.State)
				if out.State.Status == approval.StatusApproved {
					approvals++
				} else {
					todo = append(todo, out.State)
				}
			}
		}
	}
	return approvals
}

func lent(i int) workflows.PersonID {
	if i == 4 {
		return ""
	}
	return person(i)
}

// check looks at votes only: whose word was counted, and how often.
func check(t *testing.T, w world, r approval.Request) {
	t.Helper()
	words := map[workflows.PersonID]int{}
	pressed := map[workflows.PersonID]bool{}
	for _, v := range r.Votes {
		words[v.Person]++
		if v.For != "" {
			words[v.For]++
		}
		pressed[v.Person] = true
	}
	for who, n := range words {
		if who == person(0) || who == person(w.owner) {
			t.Errorf("%+v: the vote of requester or owner counted: %+v", w, r.Votes)
		}
		if n > 1 {
			t.Errorf("%+v: %s filled two stages: %+v", w, who, r.Votes)
		}
	}
	if r.Status == approval.StatusApproved && len(pressed) < 2 {
		t.Errorf("%+v: approved by one person: %+v", w, r.Votes)
	}
}
