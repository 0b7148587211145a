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
			var wg sync.WaitGroup
			for _, p := range presses(round) {
				wg.Go(func() {
					_, err := w.engine.Apply(context.Background(), workflows.Event{
						Key: p.key, Actor: p.who, Via: workflows.Via{Surface: "portal"}, About: about, What: p.what,
					})
					if err != nil {
						t.Errorf("press by %s: %v", p.who, err)
					}
				})
			}
			wg.Wait()
			w.oneOfEach(about)
		}
		w.verified()
	})
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
	if got := w.count(about, "stage_opened"); !rejected && got != 3 {
		w.t.Errorf("%s: stages opened %d times, want 3", about.ID, got)
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
