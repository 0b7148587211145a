package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// graphs is how many graphs of managers and delegates are tried on each database; STEWARD_TEST_GRAPHS sets another number.
func graphs() int {
	n, err := strconv.Atoi(os.Getenv("STEWARD_TEST_GRAPHS"))
	switch {
	case err == nil:
		return n
	case testing.Short():
		return 50
	}
	return 1000
}

// graph is one sampled company of four, of whom the first asks: who manages whom, who decides for whom (4 stands for
// nobody), and who is to own the use. Everybody holds the role of the second stage.
type graph struct {
	manager, delegate [4]int
	owner             int
}

func member(i int) workflows.PersonID { return workflows.PersonID(fmt.Sprintf("P-%d", i)) }

// TestSampledGraphs presses at random in sampled companies, through the engine and the real store (SECURITY 7; the model
// test of package approval tries all of them without a store). Whatever is pressed by whom for whom: no word of requester
// or owner counts, nobody's word counts in two stages, and two different people press before anything is approved.
// STEWARD_TEST_SEED repeats a run.
func TestSampledGraphs(t *testing.T) {
	seed, err := strconv.ParseUint(os.Getenv("STEWARD_TEST_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	databases(t, func(t *testing.T, url string) {
		t.Parallel()
		t.Logf("STEWARD_TEST_SEED=%d", seed)
		w := connect(t, url, nil)
		if _, err := w.engine.EnsurePack(t.Context(), twoStages(t)); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(seed, 1))
		approved, lent, n := 0, 0, graphs()
		for range n {
			g := sample(r)
			w.found(g)
			about := w.must(member(0), workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{
				Flow: "pair", Answers: policy.Answers{"owner": text(string(member(g.owner)))},
			})
			for range 8 {
				ev := workflows.Event{Actor: member(r.IntN(4)), Via: workflows.Via{Surface: "portal"}, About: about, What: approval.Decided{Approve: true}}
				if f := r.IntN(8); f < 4 && member(f) != ev.Actor {
					ev.For = member(f)
				}
				if _, err := w.engine.Apply(t.Context(), ev); err != nil {
					t.Fatalf("%+v: %v", g, err)
				}
			}
			end := w.request(about)
			for _, v := range end.Votes {
				if v.For != "" {
					lent++
				}
			}
			if w.holds(g, end) {
				approved++
			} else {
				w.must(member(0), about, approval.Withdrawn{})
			}
			if t.Failed() {
				return
			}
		}
		t.Logf("%d graphs, %d ended approved, %d votes by delegates", n, approved, lent)
		if approved == 0 || lent == 0 {
			t.Error("nothing was approved, or nobody decided for another: the walk tests too little")
		}
		w.verified()
	})
}

func sample(r *rand.Rand) graph {
	g := graph{owner: r.IntN(4)}
	for i := range 4 {
		for _, who := range []*int{&g.manager[i], &g.delegate[i]} {
			if *who = r.IntN(5); *who == i {
				*who = 4
			}
		}
	}
	return g
}

// found makes the company of a graph out of the one before.
func (w *world) found(g graph) {
	w.t.Helper()
	ctx := context.Background()
	before, err := w.engine.Everyone(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	plan := directory.Plan{Source: "graph", Rows: 4}
	for i := range 4 {
		row := directory.Row{Person: workflows.Person{
			ID: member(i), Name: string(member(i)), Email: fmt.Sprintf("%d@example.com", i), Active: true, Roles: []workflows.Role{workflows.AIGovernance},
		}, ZoneName: "UTC", Calendar: "default"}
		if g.manager[i] < 4 {
			row.Manager = member(g.manager[i])
		}
		change := directory.Change{Row: row}
		if i < len(before) {
			change.Before = &before[i]
		}
		plan.Changes = append(plan.Changes, change)
	}
	if err := w.engine.ImportPeople(ctx, plan, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
		w.t.Fatal(err)
	}
	err = w.store.Do(ctx, func(tx engine.Tx) error {
		for i := range 4 {
			to, ends := g.delegate[i], w.clock.Now().AddDate(0, 0, 1)
			if to == 4 { // nobody: the one before ends
				to, ends = (i+1)%4, w.clock.Now().AddDate(0, 0, -1)
			}
			from := w.clock.Now().AddDate(0, 0, -2)
			err := tx.PutDelegation(ctx, workflows.Delegation{
				ID: fmt.Sprint("D-", i), From: member(i), To: member(to), Starts: from, Ends: ends, NamedAt: from,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// holds checks whose words counted, and says whether the request was approved. It looks at nothing but the votes.
func (w *world) holds(g graph, r approval.Request) bool {
	w.t.Helper()
	words, pressed := map[workflows.PersonID]int{}, map[workflows.PersonID]bool{}
	for _, v := range r.Votes {
		pressed[v.Person] = true
		words[v.Person]++
		if v.For == "" {
			continue
		}
		words[v.For]++
		lent := false
		for i := range 4 {
			lent = lent || member(i) == v.For && g.delegate[i] < 4 && member(g.delegate[i]) == v.Person
		}
		if !lent {
			w.t.Errorf("%+v: %s decided for %s, who never named them", g, v.Person, v.For)
		}
	}
	for who, n := range words {
		if who == member(0) || who == member(g.owner) {
			w.t.Errorf("%+v: the word of requester or owner counted: %+v", g, r.Votes)
		}
		if n > 1 {
			w.t.Errorf("%+v: the word of %s counted twice: %+v", g, who, r.Votes)
		}
	}
	if r.Status != approval.StatusApproved {
		return false
	}
	if len(pressed) < 2 {
		w.t.Errorf("%+v: approved by one person: %+v", g, r.Votes)
	}
	return true
}

// twoStages is a policy of one flow: the line manager, then a holder of a role, and two independent people in all.
func twoStages(t *testing.T) *policy.Pack {
	t.Helper()
	p, err := policy.Load(fstest.MapFS{"pair.yaml": {Data: []byte(`version: 1
flow: pair
title: "Pair"
prefix: PAIR
questions:
  - {key: owner, page: 1, label: "Who will own it?", type: user, required: true}
tiers:
  order: [minimal]
  display: {minimal: "Low"}
  by_points: [{tier: minimal, min: 0}]
  legal_rank: [none]
rules: []
approval_chains:
  common: {requester_never_approves: true, owner_never_approves: true, one_person_one_stage: true, min_independent: {minimal: 2}}
  minimal:
    stages:
      - {key: manager, roles: [line_manager], quorum: 1, sla_hours: 8, escalate_to: [compliance_lead]}
      - {key: governance, roles: [ai_governance_lead], quorum: 1, sla_hours: 8, escalate_to: [compliance_lead]}
    validity_months: 12
examples:
  - {name: "Anything", expect: minimal, answers: {owner: "P-1"}}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
