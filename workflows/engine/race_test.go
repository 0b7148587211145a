package engine_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"

	"steward/workflows"
	"steward/workflows/approval"
)

// races is how often the race is run on each database; STEWARD_TEST_RACES raises it for a long run.
func races(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("STEWARD_TEST_RACES"))
	if err != nil {
		return 10
	}
	return n
}

// press is one of the presses that arrive at once.
type press struct {
	who  workflows.PersonID
	key  string
	what workflows.What
}

// presses gives 64 presses on the experts' stage of a request: each of the two CISOs and the adviser with the same
// delivery several times over and with second presses, the manager again, the requester, somebody whose stage comes later.
func presses(round int) []press {
	who := []struct {
		person workflows.PersonID
		what   workflows.What
	}{
		{yuki, approval.Decided{Approve: true}},
		{rahul, approval.Decided{Approve: true}},
		{dan, approval.Advised{}},
		{ben, approval.Decided{Approve: true}},
		{ana, approval.Decided{Approve: true}},
		{helen, approval.Decided{Approve: true}},
		{yuki, approval.Decided{Reason: "I have changed my mind about this tool.", Approve: false}},
		{dan, approval.Advised{Objection: true, Reason: "I have changed my mind about this tool."}},
	}
	out := make([]press, 64)
	for i := range out {
		p := who[i%len(who)]
		out[i] = press{who: p.person, what: p.what, key: fmt.Sprintf("portal//%s/%d/%d/%d", p.person, round, i%len(who), i/16)}
	}
	return out
}

func TestSimultaneousPresses(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		for round := range races(t) {
			about := w.ask(limited())
			w.must(ben, about, approval.Decided{Approve: true})
			done := w.atOnce(about, presses(round))
			w.oneOfEach(about)
			if r := w.request(about); done != len(r.Votes)-1+len(r.Advices) {
				t.Errorf("%s: %d presses were said to be done, stored are %d votes beside Ben's and %d pieces of advice", about.ID, done, len(r.Votes)-1, len(r.Advices))
			}
		}
		w.verified()
	})
}

// atOnce lets all presses arrive at the same time and gives how many were done. Every delivery of one press gets the answer
// the first one got.
func (w *world) atOnce(about workflows.Ref, all []press) (done int) {
	w.t.Helper()
	answers := make([]workflows.Applied, len(all))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, p := range all {
		wg.Go(func() {
			<-start
			var err error
			answers[i], err = w.engine.Apply(context.Background(), workflows.Event{
				Key: p.key, Actor: p.who, Via: workflows.Via{Surface: "portal"}, About: about, What: p.what,
			})
			if err != nil {
				w.t.Errorf("press by %s: %v", p.who, err)
			}
		})
	}
	close(start)
	wg.Wait()
	first := map[string]bool{} // whether the press was done, by its key
	for i, p := range all {
		accepted := answers[i].Refusal == nil
		if before, seen := first[p.key]; seen && before != accepted {
			w.t.Errorf("%s: two deliveries of %s got different answers", about.ID, p.key)
		}
		first[p.key] = accepted
		if accepted && !answers[i].Repeat {
			done++
		}
	}
	return done
}

// TestSimultaneousEnds lets the manager approve and reject and the requester withdraw, all at once (SECURITY 19): one of
// them ends the request, the others are told that it has ended, and the record holds nothing that contradicts the end.
func TestSimultaneousEnds(t *testing.T) {
	ends := []struct {
		who  workflows.PersonID
		what workflows.What
	}{
		{ben, approval.Decided{Approve: true}},
		{ben, approval.Decided{Reason: "We have a tool for this already."}},
		{ana, approval.Withdrawn{}},
	}
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		for round := range races(t) {
			about := w.ask(minimal())
			all := make([]press, 64)
			for i := range all {
				n := (i + round) % len(ends)
				all[i] = press{who: ends[n].who, what: ends[n].what, key: fmt.Sprintf("portal//end/%d/%d/%d", round, n, i/6)}
			}
			if done := w.atOnce(about, all); done != 1 {
				t.Errorf("%s: %d presses were said to have ended it", about.ID, done)
			}
			w.endedOnce(about)
		}
		w.verified()
	})
}

// endedOnce checks that a request ended in one way, and that votes and records say the same.
func (w *world) endedOnce(about workflows.Ref) {
	w.t.Helper()
	r := w.request(about)
	votes, withdrawn := 1, 0
	switch r.Status {
	case approval.StatusWithdrawn:
		votes, withdrawn = 0, 1
	case approval.StatusApproved, approval.StatusRejected:
		if len(r.Votes) == 1 && r.Votes[0].Approve != (r.Status == approval.StatusApproved) {
			w.t.Errorf("%s is %s after the vote %+v", about.ID, r.Status, r.Votes[0])
		}
	default:
		w.t.Errorf("%s is %s", about.ID, r.Status)
	}
	if len(r.Votes) != votes || w.count(about, approval.FactDecided) != votes || w.count(about, approval.FactWithdrawn) != withdrawn ||
		w.count(about, approval.FactEnded) != 1 {
		w.t.Errorf("%s is %s with %d votes; its records: %v", about.ID, r.Status, len(r.Votes), kinds(w.history(about)))
	}
}

// oneOfEach checks that a crowd of presses left one vote a person and round, one advance and one record of each.
func (w *world) oneOfEach(about workflows.Ref) {
	w.t.Helper()
	r := w.request(about)
	seats := map[string]int{}
	for _, v := range r.Votes {
		seats[v.Stage+"/"+string(v.Person)]++
	}
	for seat, n := range seats {
		if n != 1 {
			w.t.Errorf("%s: %s has %d votes", about.ID, seat, n)
		}
	}
	rejected := r.Status == approval.StatusRejected
	switch {
	case rejected: // the second thoughts of one CISO came first
	case len(r.Votes) != 2 || len(r.Advices) != 1:
		w.t.Errorf("%s: %d votes and %d pieces of advice, want 2 and 1", about.ID, len(r.Votes), len(r.Advices))
	case r.Status != approval.StatusOpen || r.Screening.Plan.Stages[r.Stage].Key != "governance":
		w.t.Errorf("%s: %s at stage %d, want it to have moved on to governance", about.ID, r.Status, r.Stage)
	}
	if got := w.count(about, "decided"); got != len(r.Votes) {
		w.t.Errorf("%s: %d records of %d votes", about.ID, got, len(r.Votes))
	}
	opened, ended := 3, 0
	if rejected {
		opened, ended = 2, 1
	}
	if got := w.count(about, approval.FactStageOpened); got != opened {
		w.t.Errorf("%s: stages opened %d times, want %d", about.ID, got, opened)
	}
	if got := w.count(about, approval.FactEnded); got != ended {
		w.t.Errorf("%s: ended %d times, want %d", about.ID, got, ended)
	}
	refused := map[string]int{}
	for i, row := range w.history(about) {
		if row.Record.N != i+1 {
			w.t.Errorf("%s: record %d has number %d", about.ID, i+1, row.Record.N)
		}
		if row.Record.What == "refused" {
			refused[string(row.Record.Actor)+string(row.Record.Data)]++
		}
	}
	for who, n := range refused {
		if n != 1 {
			w.t.Errorf("%s: refusal of %s recorded %d times", about.ID, who, n)
		}
	}
}
