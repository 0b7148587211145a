package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
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

// word is one vote as the test reckons it: who pressed, for whom (4 is nobody else).
type word struct{ actor, principal int }

// TestSampledGraphs presses in sampled companies, through the engine and the real store (SECURITY 7; the model test of
// package approval tries all of them without a store). The graph itself says which presses count: each is taken or refused
// as it says, what is stored is what was taken, and a request is approved exactly when a word counted in each stage.
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
		approved, lent, refused, n := 0, 0, 0, graphs()
		for range n {
			g := sample(r)
			w.found(g)
			about := w.must(member(0), workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{
				Flow: "pair", Answers: policy.Answers{"owner": text(string(member(g.owner)))},
			})
			words, no := w.walk(r, g, about)
			refused += no
			for _, one := range words {
				if one.principal < 4 {
					lent++
				}
			}
			if w.holds(g, w.request(about), words) {
				approved++
			} else {
				w.must(member(0), about, approval.Withdrawn{})
			}
			if t.Failed() {
				return
			}
		}
		t.Logf("%d graphs, %d ended approved, %d votes by delegates, %d presses refused", n, approved, lent, refused)
		if approved == 0 || lent == 0 || refused == 0 {
			t.Error("nothing was approved, nobody decided for another, or nothing was refused: the walk tests too little")
		}
		report, err := w.store.Verify(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range report.Problems { // no absence could lend as these people do
			if !strings.Contains(p.Wrong, "no absence says so") {
				t.Error(p)
			}
		}
	})
}

// walk presses until nothing is left to press, at first also what may not count, and gives the words that counted and how
// many presses were refused.
func (w *world) walk(r *rand.Rand, g graph, about workflows.Ref) (words []word, refused int) {
	w.t.Helper()
	for n := range 4 {
		open := g.open(words)
		if len(words) == 2 || n > 0 && len(open) == 0 {
			return words, refused
		}
		press := word{actor: r.IntN(4), principal: r.IntN(5)}
		if tempting := g.tempting(words); len(open) > 0 && (n > 1 || r.IntN(2) > 0) {
			press = open[r.IntN(len(open))]
			if lent := lentOf(open); len(lent) > 0 && r.IntN(4) > 0 { // they are few
				press = lent[r.IntN(len(lent))]
			}
		} else if len(tempting) > 0 {
			press = tempting[r.IntN(len(tempting))]
		}
		if press.actor == press.principal {
			press.principal = 4
		}
		ev := workflows.Event{Actor: member(press.actor), Via: workflows.Via{Surface: "portal"}, About: about, What: approval.Decided{Approve: true}}
		if press.principal < 4 {
			ev.For = member(press.principal)
		}
		done, err := w.engine.Apply(w.t.Context(), ev)
		if err != nil {
			w.t.Fatalf("%+v: %v", g, err)
		}
		counted, ok := g.counts(words, press)
		if ok != (done.Refusal == nil) {
			w.t.Errorf("%+v after %v: press %v counts %v, and the engine said %+v", g, words, press, ok, done.Refusal)
			return words, refused
		}
		if ok {
			words = append(words, counted)
		} else {
			refused++
		}
	}
	return words, refused
}

// open gives the presses that count after these words.
func (g graph) open(words []word) []word {
	var out []word
	for actor := range 4 {
		for principal := range 5 {
			press := word{actor, principal}
			if _, ok := g.counts(words, press); ok && actor != principal {
				out = append(out, press)
			}
		}
	}
	return out
}

// lentOf gives the presses that say for whom they are.
func lentOf(presses []word) (out []word) {
	for _, press := range presses {
		if press.principal < 4 {
			out = append(out, press)
		}
	}
	return out
}

// tempting gives the presses that do not count and nearly would: of delegates for whoever named them, of whoever can decide
// for the requester but for one thing, and of those whose word has counted. Lent words come first; they are few.
func (g graph) tempting(words []word) []word {
	var lent, own []word
	for actor := range 4 {
		for principal := range 5 {
			press := word{actor, principal}
			if _, ok := g.counts(words, press); ok || actor == principal {
				continue
			}
			switch {
			case principal < 4 && g.delegate[principal] == actor && (len(words) == 1 || principal == g.manager[0]):
				lent = append(lent, press)
			case principal == 4:
				own = append(own, press)
			}
		}
	}
	if len(lent) > 0 {
		return lent
	}
	return own
}

// counts says whether a press counts after these words, and as whose word. It is separation of duties told by the graph
// alone: neither requester nor owner, nobody in two stages, a delegate only straight from whoever has the right, and only
// one who could decide in their place.
func (g graph) counts(words []word, press word) (word, bool) {
	if len(words) == 2 || !g.free(words, press.actor) {
		return word{}, false
	}
	right := func(who int) bool { return len(words) == 1 || who == g.manager[0] } // everybody holds the second stage's role
	if press.principal == 4 && right(press.actor) {
		return press, true
	}
	for from := range 4 {
		asked := press.principal == 4 || press.principal == from
		if asked && g.delegate[from] == press.actor && right(from) && g.free(words, from) && (len(words) == 1 || g.standsIn(from, press.actor)) {
			return word{press.actor, from}, true
		}
	}
	return word{}, false
}

// free says that somebody is neither requester nor owner, and their word is in no stage yet.
func (g graph) free(words []word, who int) bool {
	for _, one := range words {
		if who == one.actor || who == one.principal {
			return false
		}
	}
	return who != 0 && who != g.owner
}

// standsIn says that somebody may decide for a manager: they stand above the requester, or have the same manager.
func (g graph) standsIn(from, to int) bool {
	up := g.manager[0]
	for range 3 {
		if up == to {
			return true
		}
		if up == 4 {
			break
		}
		up = g.manager[up]
	}
	return g.manager[from] < 4 && g.manager[from] == g.manager[to]
}

// sample draws a company. In every other one the requester is the owner and each of the rest is named by another, so that also
// fifty graphs see votes by delegates: all of them left to chance, one run in ten saw none.
func sample(r *rand.Rand) graph {
	g := graph{owner: r.IntN(4)}
	for i := range 4 {
		for _, who := range []*int{&g.manager[i], &g.delegate[i]} {
			if *who = r.IntN(5); *who == i {
				*who = 4
			}
		}
	}
	if r.IntN(2) == 0 {
		g.owner, g.manager[0] = 0, 1+r.IntN(3)
		step := 1 + r.IntN(2)
		for i := range 3 {
			g.delegate[1+i] = 1 + (i+step)%3
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

// holds compares what is stored with the words that counted, and says whether the request was approved.
func (w *world) holds(g graph, r approval.Request, words []word) bool {
	w.t.Helper()
	var stored []word
	for i, v := range r.Votes {
		one := word{principal: 4}
		for p := range 4 {
			if v.Person == member(p) {
				one.actor = p
			}
			if v.For == member(p) {
				one.principal = p
			}
		}
		stored = append(stored, one)
		if stage := []string{"manager", "governance"}[min(i, 1)]; v.Stage != stage {
			w.t.Errorf("%+v: vote %d is in stage %s", g, i+1, v.Stage)
		}
	}
	if !slices.Equal(stored, words) {
		w.t.Errorf("%+v: stored are %v, counted were %v", g, stored, words)
	}
	want := approval.StatusOpen
	if len(words) == 2 {
		want = approval.StatusApproved
	}
	if r.Status != want {
		w.t.Errorf("%+v: %s after %v", g, r.Status, words)
	}
	return r.Status == approval.StatusApproved
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
