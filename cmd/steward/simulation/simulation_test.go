package simulation_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/away"
	"steward/workflows/register"
)

// simRequests is how many requests people make in the two years: so many that two of the managers have six a quarter, fewer
// with -short.
func simRequests() int {
	if testing.Short() {
		return 60
	}
	return 200
}

// simSeeds are the runs: one, of a fixed seed, and more where RAPID_CHECKS asks for more than usual. STEWARD_TEST_SEED names
// the one to look at again.
func simSeeds() []uint64 {
	if seed, err := strconv.ParseUint(os.Getenv("STEWARD_TEST_SEED"), 10, 64); err == nil {
		return []uint64{seed}
	}
	checks, _ := strconv.Atoi(os.Getenv("RAPID_CHECKS"))
	out := []uint64{1}
	for seed := uint64(2); len(out) < checks/2500; seed++ {
		out = append(out, seed)
	}
	return out
}

// TestTwoYears lets two hundred people in twelve zones work for two years of business time, with all that comes of it: clocks
// that change, holidays, absences with and without somebody who stands in, leavers, silence, approvals that are joined, renewed
// or run out, what cannot wait, tools that nobody has asked for, and two outages of three days. An oracle that shares no code with the
// product works out from policy, calendar and what people did when each reminder, escalation and end of waiting for an answer
// has to happen, and whom it has to reach at what time; the record and the messages have to say the same, to the millisecond. What
// waits for somebody who is away is held against the time of its stage: by then somebody else has heard of it.
//
// All three kinds of surface take part as surfaces that keep what they are given: the fakes of Slack and Teams are too slow
// for two years, and what they refuse does not depend on the time of the year. They work for a shorter while in
// TestReplicas of the program.
func TestTwoYears(t *testing.T) {
	for name, database := range databases() {
		for _, seed := range simSeeds() {
			t.Run(fmt.Sprintf("%s, seed %d", name, seed), func(t *testing.T) {
				t.Parallel()
				began := time.Now()
				l := newLife(t, database(t), seed)
				l.live(simRequests())
				j := &judge{life: l}
				j.judge()
				report, err := l.store.Verify(t.Context(), nil)
				if err != nil || len(report.Problems) > 0 {
					t.Errorf("verify: %+v, %v", report, err)
				}
				t.Logf("seed %d: %d requests, %d deeds, %s", seed, len(l.asked), len(l.done), time.Since(began).Round(time.Second))
			})
		}
	}
}

// judge compares what happened with what had to happen.
type judge struct {
	*life

	steps, want []due
	letters     []expected
	asks        map[string]int // "request person why"
	absent      []*absentWait
	invited     map[string]int // who was to be told of a wish to join, and of its answer
}

func (j *judge) judge() {
	j.t.Helper()
	j.asks, j.invited = map[string]int{}, map[string]int{}
	for _, id := range slices.Sorted(maps.Keys(j.asked)) {
		o := &oracle{staff: j.staff, asking: j.asked[id], outages: j.outages}
		o.run(j.deeds(id), simEnd.AddDate(0, 4, 0))
		j.absent = slices.AppendSeq(j.absent, maps.Values(o.absent))
		j.want = append(j.want, o.steps...)
		j.letters = append(j.letters, o.letters...)
		for key, n := range o.asks {
			j.asks[id+" "+key] = n
		}
		j.steps = append(j.steps, j.recorded(id)...)
	}
	j.judgeRegister()
	j.judgeLapses()
	j.judgeAbsences()
	j.judgeRenewals()
	j.judgeUrgent()
	j.judgeFound()
	j.compareSteps()
	j.compareDaily()
	j.compareLetters()
	j.compareAsks()
	j.compareJoins()
	j.nothingTwice()
	j.oneOfEach()
	j.inHours()
	j.budget()
}

// deeds gives what people did that may change a request, in the order of time.
func (j *judge) deeds(id string) (out []deed) {
	for _, d := range j.done {
		if d.request == id || d.request == "" {
			out = append(out, d)
		}
	}
	for _, a := range j.aways {
		for _, at := range a.turns(j.outages) {
			out = append(out, deed{at: at, what: "roster"})
		}
	}
	slices.SortStableFunc(out, func(a, b deed) int { return a.at.Compare(b.at) })
	return out
}

// recorded reads from the record what happened by the clock.
func (j *judge) recorded(id string) (out []due) {
	j.t.Helper()
	rows, err := j.store.History(j.t.Context(), workflows.RequestRef(id))
	if err != nil {
		j.t.Fatal(err)
	}
	for _, row := range rows {
		d := due{request: id, kind: row.Record.What, at: row.Record.Time()}
		switch row.Record.What {
		case approval.FactReminded, approval.FactSkipped:
			var detail approval.Detail
			if err := json.Unmarshal(row.Record.Data, &detail); err != nil {
				j.t.Fatal(err)
			}
			d.who = detail.Person
			switch detail.Timer {
			case approval.TimerEnding:
				d.kind += " ending"
			case approval.TimerEmergencyEnding:
				d.kind += " emergency"
			default: // what is said to one person
			}
		case approval.FactEscalated, approval.FactResumed, approval.FactEmergencyEnded:
		default:
			continue
		}
		out = append(out, d)
	}
	return out
}

// differ reports what is in one list more often than in the other, at most a few of each.
func differ[K comparable](t *testing.T, what string, got, want map[K]int) {
	t.Helper()
	bad := 0
	for _, k := range append(slices.Collect(maps.Keys(got)), slices.Collect(maps.Keys(want))...) {
		if got[k] == want[k] {
			continue
		}
		if bad++; bad <= 8 {
			t.Errorf("%s: %v happened %d times, want %d", what, k, got[k], want[k])
		}
	}
	if bad > 8 {
		t.Errorf("%s: %d differences", what, bad)
	}
}

// compareSteps: each reminder, escalation and end of waiting once, at its time.
func (j *judge) compareSteps() {
	j.t.Helper()
	got, want, kinds := map[string]int{}, map[string]int{}, map[string]int{}
	for _, d := range j.steps {
		got[d.String()]++
		kinds[d.kind]++
	}
	for _, d := range j.want {
		want[d.String()]++
	}
	differ(j.t, "steps", got, want)
	j.t.Logf("steps: %v", kinds)
	for _, kind := range []string{
		approval.FactReminded, approval.FactSkipped, approval.FactEscalated, approval.FactResumed,
		"reminded own-1", "escalated own-1", "reminded renew", "expired", // of systems
		"reminded ending", "lapsed", // of exceptions
		"reminded join", "escalated join", register.FactJoinEnded, register.FactLeft,
		"reminded emergency", approval.FactEmergencyEnded,
		"reminded seen", "escalated seen",
		away.FactSet, away.FactBegan, away.FactEnded, away.FactCancelled, away.FactLost,
	} {
		if kinds[kind] == 0 {
			j.t.Errorf("nothing was %s: the simulation shows nothing about it", kind)
		}
	}
}

// compareDaily: one message a person and day on each of their surfaces, at the time of the first reminder of that day, and
// only where something is due.
func (j *judge) compareDaily() {
	j.t.Helper()
	type key struct {
		who           workflows.PersonID
		date, surface string
	}
	times, maybe := map[key]time.Time{}, map[key]bool{}
	for _, l := range j.letters {
		if l.why != workflows.WhyRemind {
			continue
		}
		for _, s := range j.of[l.who].surfaces() {
			k := key{l.who, j.of[l.who].diary.date(l.at), s}
			if maybe[k] = true; l.holds && (times[k].IsZero() || l.at.Before(times[k])) {
				times[k] = l.at
			}
		}
	}
	got, want := map[string]int{}, map[string]int{}
	for _, m := range j.out.sent {
		k := key{m.to, j.of[m.to].diary.date(m.at), m.surface}
		if m.why == workflows.WhyRemind && (!maybe[k] || !times[k].IsZero()) {
			got[fmt.Sprint(k, m.at.UTC())]++
		}
	}
	for k, at := range times {
		want[fmt.Sprint(k, at.UTC())]++
	}
	differ(j.t, "daily messages", got, want)
	j.compareLines()
}

// compareLines: the daily message names everything whose reminder it is, unless there is more than a list names.
func (j *judge) compareLines() {
	j.t.Helper()
	named, full := map[string]bool{}, map[string]bool{}
	for _, m := range j.out.sent {
		if m.why == workflows.WhyRemind && len(m.lines) > view.MaxListed {
			full[fmt.Sprint(m.to, j.of[m.to].diary.date(m.at), m.surface)] = true
		}
		for _, line := range m.lines {
			if m.why == workflows.WhyRemind {
				id, _, _ := strings.Cut(line, " ")
				named[fmt.Sprint(m.to, j.of[m.to].diary.date(m.at), m.surface, id)] = true
			}
		}
	}
	for _, l := range j.letters {
		for _, s := range j.of[l.who].surfaces() {
			if date := j.of[l.who].diary.date(l.at); l.why == workflows.WhyRemind && l.holds && !full[fmt.Sprint(l.who, date, s)] && !named[fmt.Sprint(l.who, date, s, l.request)] {
				j.t.Errorf("the daily message of %s on %s, %s, does not name %s", l.who, s, date, l.request)
			}
		}
	}
}

// compareLetters: each escalation, each question without an answer, each end of an exception and each word to who stands in is told
// once, at its time.
func (j *judge) compareLetters() {
	j.t.Helper()
	got, want := map[string]int{}, map[string]int{}
	line := func(request, surface string, why workflows.Why, who workflows.PersonID, at time.Time) string {
		return fmt.Sprintln(request, surface, why, who, at.UTC())
	}
	for _, l := range j.letters {
		if l.holds && l.why != workflows.WhyRemind {
			for _, s := range j.of[l.who].surfaces() {
				want[line(l.request, s, l.why, l.who, l.at)]++
			}
		}
	}
	for _, m := range j.out.sent {
		ends := m.why == workflows.WhyEnding || m.why == workflows.WhyExpired && m.about.Kind == workflows.KindRequest
		stands := m.why == workflows.WhyStandIn || m.why == workflows.WhyDelegateLost
		if m.why == workflows.WhyEscalated || m.why == workflows.WhyNoAnswer || ends || stands {
			got[line(m.about.ID, m.surface, m.why, m.to, m.at)]++
		}
	}
	differ(j.t, "escalations, questions without an answer, ends of exceptions and who stands in", got, want)
}

// compareAsks: whoever is asked something is told once on each of their surfaces.
func (j *judge) compareAsks() {
	j.t.Helper()
	got, want := map[string]int{}, maps.Clone(j.asks)
	for _, m := range j.out.sent {
		switch m.why {
		case workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion, workflows.WhyMissing,
			workflows.WhyEmergency, workflows.WhyEmergencyAnswer:
			if m.surface == workflows.SurfacePortal {
				got[fmt.Sprintf("%s %s %s", m.about.ID, m.to, m.why)]++
			}
		default: // nothing is asked
		}
	}
	differ(j.t, "asked", got, want)
}

// nothingTwice: no delivery makes two messages, and what the portal is told the chat is told too.
func (j *judge) nothingTwice() {
	j.t.Helper()
	seen := map[int64]int{}
	told := map[string]int{}
	for _, m := range j.out.sent {
		if seen[m.delivery]++; seen[m.delivery] > 1 {
			j.t.Errorf("delivery %d was sent %d times", m.delivery, seen[m.delivery])
		}
		chat := j.of[m.to].chat
		switch {
		case m.surface == workflows.SurfacePortal && chat != "":
			told[fmt.Sprint(m.about, m.to, m.why)]++
		case m.surface == chat:
			told[fmt.Sprint(m.about, m.to, m.why)]--
		case m.surface != workflows.SurfacePortal:
			j.t.Errorf("%s was told on %s, where they have no account", m.to, m.surface)
		}
	}
	for what, n := range told {
		if n != 0 {
			j.t.Errorf("%s: %d more in the portal than in the chat", what, n)
		}
	}
}

// oneOfEach: whoever asked has one message about how it goes, which is updated; that it ended is said once a round, as is what
// is for information only.
func (j *judge) oneOfEach() {
	j.t.Helper()
	told := map[string]int{}
	for _, m := range j.out.sent {
		switch m.why {
		case workflows.WhyProgress, workflows.WhyOutcome, workflows.WhyInform:
			told[fmt.Sprintln(m.about, m.surface, m.to, m.why)]++
		default: // may be said again
		}
	}
	for what, n := range told {
		rounds := len(j.ends[strings.TrimPrefix(strings.Fields(what)[0], string(workflows.KindRequest)+"/")])
		if strings.HasSuffix(what, string(workflows.WhyProgress)+"\n") {
			rounds = 1
		}
		if n > rounds {
			j.t.Errorf("told %d times in %d rounds: %s", n, rounds, what)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(j.asked)) {
		want := map[workflows.PersonID]int{j.asked[id].requester: 0}
		for _, end := range j.ends[id] {
			slices.Sort(end.parties)
			for _, who := range slices.Compact(end.parties) {
				want[who]++
			}
		}
		for who, n := range want {
			got := told[fmt.Sprintln(workflows.RequestRef(id), workflows.SurfacePortal, who, workflows.WhyOutcome)]
			if got != n || n == 0 {
				j.t.Errorf("%s was told %d times how %s ended, want %d", who, got, id, n)
			}
		}
	}
}

// inHours: what Steward says because time has passed is said while its reader works.
func (j *judge) inHours() {
	j.t.Helper()
	outside := map[workflows.Why]int{}
	for _, m := range j.out.sent {
		if j.of[m.to].diary.working(m.at) {
			continue
		}
		outside[m.why]++
		switch m.why {
		case workflows.WhyRemind, workflows.WhyEscalated, workflows.WhyNoAnswer, workflows.WhyRenew, workflows.WhyEnding, workflows.WhyExpired,
			workflows.WhyStandIn, workflows.WhyDelegateLost:
			j.t.Errorf("%s was told %s at %s, and does not work then", m.to, m.why, m.at.In(j.of[m.to].diary.zone))
		default: // it follows from somebody's press
		}
	}
	j.t.Logf("outside working hours, all following from somebody's press: %v", outside)
}
