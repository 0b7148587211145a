package simulation_test

import (
	"container/heap"
	"context"
	"crypto/rand"
	"log/slog"
	"maps"
	mathrand "math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"steward/bot"
	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// life is the company at work: people look at what waits for them and do something about it, some at once, some late, some
// never; and what they did, in the order of time, is kept for the oracle.
type life struct {
	*staff

	t       *testing.T
	rand    *mathrand.Rand
	store   *store.Store
	engine  *engine.Engine
	courier *bot.Courier
	clock   *engine.Clock
	out     *outbound
	outages []span

	agenda   agenda
	plans    int
	planned  map[string]bool // reactions, by request, round, person and what is asked
	done     []deed
	asked    map[string]*asking // requests by id
	open     map[string]bool    // those of them that may still be decided on
	systems  []string           // ids of the systems that they brought
	aways    []*absence         // that were said
	ends     map[string][]ending
	terms    map[string]map[string]terms // of the conditions of systems
	joins    map[string]time.Time        // when somebody last asked to join
	wishes   int
	renewals map[string]int
	urged    int                  // how often something could not wait
	allowed  map[string]time.Time // emergency approvals, by request
	found    []found              // tools that a list has shown
	silent   map[string]bool      // what nobody does anything about
}

// asking is a request as those who made it know it.
type asking struct {
	id               string
	kind             string
	requester, owner workflows.PersonID
}

// deed is something one person did, and that was taken.
type deed struct {
	at       time.Time
	request  string // empty for what is not about one
	who      workflows.PersonID
	what     string    // "submitted", "approved", "rejected", "advised", "asked", "answered", "accepted", "linked", "edited", "renewed", "withdrawn", "urged", "allowed", "declined", "roster"
	question int       // of an answer: its place among the questions of the request
	short    bool      // of a renewal: nothing has changed
	until    time.Time // of an emergency approval
}

// plan is something that is to happen. Of two at one time the one that was planned first comes first.
type plan struct {
	at time.Time
	n  int
	do func()
}

type agenda []plan

func (a agenda) Len() int      { return len(a) }
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].n < a[j].n
}
func (a *agenda) Push(x any) { *a = append(*a, x.(plan)) }
func (a *agenda) Pop() any {
	last := len(*a) - 1
	x := (*a)[last]
	*a = (*a)[:last]
	return x
}

// newLife opens a company on a database, with surfaces that keep what they are given.
func newLife(t *testing.T, dsn string, seed uint64) *life {
	t.Helper()
	pack := simPack(t)
	l := &life{
		t: t, staff: hire(pack), rand: mathrand.New(mathrand.NewPCG(seed, 2026)), planned: map[string]bool{}, asked: map[string]*asking{},
		open: map[string]bool{}, ends: map[string][]ending{}, terms: map[string]map[string]terms{}, joins: map[string]time.Time{}, renewals: map[string]int{},
		allowed: map[string]time.Time{}, silent: map[string]bool{},
		clock: engine.NewClock(func() time.Time { return simBegin }), outages: simOutages(),
	}
	l.out = &outbound{now: l.clock.Now}
	var err error
	l.store, err = store.Open(t.Context(), store.Options{URL: dsn, Fast: true, Calendars: pack.Hours})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.store.Close() })
	log := slog.New(slog.DiscardHandler)
	l.engine = engine.New(engine.Config{
		Store: quiet{l.store}, Now: l.clock.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: log, Surfaces: []string{"slack", "teams"},
	})
	l.courier = bot.NewCourier(bot.CourierConfig{
		Queue: l.store, Read: l.store, Links: l.store, Engine: l.engine, Log: log, Surfaces: recorders(l.out), Workers: 50,
	})
	if _, err := l.engine.EnsurePack(t.Context(), pack); err != nil {
		t.Fatal(err)
	}
	changes := l.changes()
	plan := directory.Plan{Source: "test", Rows: len(changes), Changes: changes}
	if err := l.engine.ImportPeople(t.Context(), plan, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
		t.Fatal(err)
	}
	return l
}

// simOutages are when the process does not run: three days each, one of them over a change of the clocks.
func simOutages() []span {
	first := time.Date(2026, 11, 3, 13, 37, 0, 0, time.UTC)
	second := time.Date(2027, 3, 25, 22, 11, 0, 0, time.UTC)
	return []span{{first, first.Add(72 * time.Hour)}, {second, second.Add(72 * time.Hour)}}
}

// live lets the two years pass, with so many requests in them.
func (l *life) live(requests int) {
	l.t.Helper()
	within := func(from, to time.Time) time.Time { return from.Add(time.Duration(l.rand.Int64N(int64(to.Sub(from))))) }
	for i := range requests {
		// Two managers have six a quarter, some come in the days before an outage, and the rest is for all.
		team, at := l.rand.IntN(len(l.teams)), within(simBegin, simEnd.AddDate(0, -3, 0))
		switch i % 10 {
		case 0, 1, 2, 3:
			team = i % 2
		case 4:
			out := l.outages[i%len(l.outages)]
			at = within(out.from.AddDate(0, 0, -4), out.from)
		case 5, 6:
			team, at = l.overChange(i)
		}
		l.at(at, func() { l.submit(team) })
	}
	l.leavers()
	l.planAbsences()
	l.planLists()
	for l.agenda.Len() > 0 {
		next := heap.Pop(&l.agenda).(plan)
		l.travel(next.at)
		next.do()
	}
	l.travel(simEnd.AddDate(0, 4, 0))
	st, err := l.store.Stats(l.t.Context(), l.clock.Now())
	if err != nil || st.MailsWaiting+st.TellsWaiting+st.Waiting+st.Sending+st.Dead+st.TimersDue+st.OpenRequests > 0 {
		l.t.Errorf("at the end there waits: %+v, %v", st, err)
	}
}

// overChange gives a team whose manager works through a night in which the clocks change, and a time some days before it.
func (l *life) overChange(n int) (team int, at time.Time) {
	var teams []int
	for i, m := range l.heads {
		if c := l.of[m].row.Calendar; c == "NIGHT" || c == "EARLY" {
			teams = append(teams, i)
		}
	}
	team = teams[n%len(teams)]
	zone := l.of[l.heads[team]].diary.zone
	var changes []time.Time
	for t := simBegin.In(zone); ; {
		_, t = t.ZoneBounds()
		if t.IsZero() || t.After(simEnd.AddDate(0, -1, 0)) {
			break
		}
		changes = append(changes, t)
	}
	return team, changes[l.rand.IntN(len(changes))].Add(-time.Duration(l.rand.Int64N(int64(3 * 24 * time.Hour))))
}

// at plans something for a time at which the process runs, at a millisecond at which no timer fires.
func (l *life) at(t time.Time, do func()) {
	t = t.Truncate(time.Second).Add(time.Duration(1+l.rand.IntN(998)) * time.Millisecond)
	for _, o := range l.outages {
		if !t.Before(o.from) && t.Before(o.to.Add(time.Minute)) {
			t = o.to.Add(time.Minute + time.Duration(l.rand.Int64N(int64(4*time.Hour)))).Truncate(time.Millisecond)
		}
	}
	l.plans++
	heap.Push(&l.agenda, plan{t, l.plans, do})
}

// travel lets time pass. In an outage nothing happens, and all that was due happens after it.
func (l *life) travel(until time.Time) {
	l.t.Helper()
	drain := func(ctx context.Context) error { _, err := l.courier.Drain(ctx); return err }
	for _, o := range l.outages {
		if l.clock.Now().Before(o.to) && !until.Before(o.to) {
			if err := l.engine.Travel(l.t.Context(), l.clock, o.from, drain); err != nil {
				l.t.Fatal(err)
			}
			l.clock.Set(o.to)
		}
	}
	if err := l.engine.Travel(l.t.Context(), l.clock, until, drain); err != nil {
		l.t.Fatal(err)
	}
}

// chance is true so often of a hundred times.
func (l *life) chance(percent int) bool { return l.rand.IntN(100) < percent }

// delay is how long somebody takes: most are quick, some are late, and one in ten never does anything.
func (l *life) delay() (time.Duration, bool) {
	hours := func(from, to int) time.Duration {
		return time.Duration(from)*time.Hour + time.Duration(l.rand.Int64N(int64(to-from)*int64(time.Hour)))
	}
	switch n := l.rand.IntN(100); {
	case n < 50:
		return hours(0, 20), true
	case n < 72:
		return hours(20, 96), true
	case n < 90:
		return hours(96, 360), true
	}
	return 0, false
}

// submit lets somebody of a team ask.
func (l *life) submit(of int) {
	team := l.teams[of]
	who := team[l.rand.IntN(len(team))]
	owner := who
	if l.chance(30) {
		owner = team[l.rand.IntN(len(team))]
	}
	kind := []string{"minimal", "minimal", "limited", "limited", "high", "exception"}[l.rand.IntN(6)]
	flow := "ai-use"
	if kind == "exception" {
		flow = "policy-exception"
	}
	l.ask(&asking{kind: kind, requester: who, owner: owner}, approval.Submitted{Flow: flow, Answers: simAnswers(kind, owner, l.clock.Now())})
}

// ask sends a request, with all that may come of it.
func (l *life) ask(r *asking, what approval.Submitted) {
	who, owner, kind := r.requester, r.owner, r.kind
	done := l.apply(workflows.Ref{Kind: workflows.KindRequest}, who, what)
	r.id = done.About.ID
	l.asked[r.id], l.open[r.id] = r, true
	l.note(deed{request: r.id, who: who, what: "submitted"})
	l.after(r.id)
	l.giveUp(r.id, who)
	if kind == "minimal" || kind == "limited" {
		l.maybeUrge(r)
	}
	if l.chance(8) && what.Answers["tool"].Text == "Shortener" {
		l.at(l.clock.Now().Add(time.Duration(l.rand.Int64N(int64(10*24*time.Hour)))), func() {
			if req := l.request(r.id); req.Status == approval.StatusOpen {
				l.apply(workflows.RequestRef(r.id), who, approval.Edited{Answers: simAnswers(kind, owner, l.clock.Now())})
				l.note(deed{request: r.id, who: who, what: "edited"})
				l.after(r.id)
			}
		})
	}
}

// giveUp lets whoever waits in vain give up in the end.
func (l *life) giveUp(id string, who workflows.PersonID) {
	l.at(l.clock.Now().Add(time.Duration(40+l.rand.IntN(40))*24*time.Hour), func() {
		if req := l.request(id); req.Status == approval.StatusOpen {
			l.apply(workflows.RequestRef(id), who, approval.Withdrawn{Reason: "It took too long."})
			l.note(deed{request: id, who: who, what: "withdrawn"})
			l.end(l.request(id))
		}
	})
}

// ending is the end of a round, as whoever pressed last knows it.
type ending struct {
	at      time.Time
	status  approval.Status
	renews  bool
	parties []workflows.PersonID
}

// end notes how a round ended, and lets people live with what it has brought to the register.
func (l *life) end(r approval.Request) {
	l.ends[r.ID] = append(l.ends[r.ID], ending{l.clock.Now(), r.Status, r.Screening.Renews != nil, []workflows.PersonID{r.Requester, r.Owner, r.Asker()}})
	l.entered(r.ID)
}

func (l *life) note(d deed) { d.at = l.clock.Now(); l.done = append(l.done, d) }

func (l *life) request(id string) approval.Request {
	l.t.Helper()
	r, err := l.store.Request(l.t.Context(), id)
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

// apply is a press. Nobody here presses what they were not offered, so that a refusal is a fault.
func (l *life) apply(about workflows.Ref, who workflows.PersonID, what workflows.What) workflows.Applied {
	l.t.Helper()
	done, err := l.engine.Apply(l.t.Context(), workflows.Event{Actor: who, Via: workflows.Via{Surface: "portal"}, About: about, What: what})
	if err != nil || done.Refusal != nil {
		l.t.Fatalf("%s: %s by %s on %s: %+v, %v", l.clock.Now(), what.Kind(), who, about, done.Refusal, err)
	}
	return done
}

// after lets those for whom something new waits think about it.
func (l *life) after(id string) approval.Request {
	r := l.request(id)
	for _, w := range r.Waits {
		key := id + "/" + strconv.Itoa(r.Round) + "/" + string(w.Who) + "/" + string(w.Why) + "/" + w.Part
		if w.Why == workflows.WhyEscalated || l.planned[key] {
			continue
		}
		l.planned[key] = true
		if w.Why == workflows.WhyQuestion && l.chance(30) {
			continue // questions are forgotten more easily
		}
		l.later(id, w)
	}
	return r
}

// later lets somebody react some time, or never.
func (l *life) later(id string, w workflows.Wait) {
	if d, ever := l.delay(); ever {
		l.at(l.clock.Now().Add(d), func() { l.react(id, w) })
	}
}

// react does what is asked of somebody, if it still is.
func (l *life) react(id string, w workflows.Wait) {
	l.t.Helper()
	r := l.request(id)
	if !slices.ContainsFunc(r.Waits, func(x workflows.Wait) bool { return x.Who == w.Who && x.Why == w.Why && x.Part == w.Part }) {
		return
	}
	about, d := workflows.RequestRef(id), deed{request: id, who: w.Who}
	const reason = "It was looked at with care and with this result."
	var what workflows.What
	switch w.Why {
	case workflows.WhyDecide, workflows.WhyAdvise:
		if again := id + "/" + strconv.Itoa(r.Round) + "/" + string(w.Who) + "/asks/" + w.Part; !l.planned[again] && l.chance(25) {
			l.planned[again] = true
			d.what, what = "asked", approval.Asked{Text: "Where is it kept, and for how long?"}
			if l.chance(30) { // the others wait for the answer
				l.later(id, w)
			}
			break
		}
		if w.Why == workflows.WhyAdvise {
			d.what, what = "advised", approval.Advised{Objection: l.chance(10), Reason: reason}
			break
		}
		yes := approval.Decided{Approve: true, Reason: reason}
		if r.Flow == "ai-use" && r.Stage == len(r.Screening.Plan.Stages)-1 && l.chance(60) {
			yes.Conditions = l.ownCondition()
		}
		d.what, what = "approved", yes
		if l.chance(6) || r.Stage == len(r.Screening.Plan.Stages)-1 && l.notRenewed(r) {
			d.what, what = "rejected", approval.Decided{Reason: reason}
		} else if r.Stage == len(r.Screening.Plan.Stages)-1 && slices.ContainsFunc(r.Waits, func(x workflows.Wait) bool { return x.Why == workflows.WhyAdvise }) {
			return // the last stage waits for its advice
		}
	case workflows.WhyEmergency:
		if d, what = l.answerUrge(r, w); what == nil {
			return
		}
	case workflows.WhyAccept:
		d.what, what = "accepted", approval.Accepted{}
	case workflows.WhyMissing:
		d.what, what = "linked", approval.Linked{Key: w.Part, Ref: "https://example.com/assessment"}
	case workflows.WhyQuestion:
		n, err := strconv.Atoi(w.Part)
		if err != nil {
			l.t.Fatal(err)
		}
		d.question = slices.IndexFunc(r.Questions, func(q approval.Question) bool { return q.ID == n })
		d.what, what = "answered", approval.Answered{Question: n, Text: "In the Frankfurt region, for thirty days."}
	default:
		l.t.Fatalf("nobody here knows what to do about %s", w.Why)
	}
	l.apply(about, w.Who, what)
	l.note(d)
	if now := l.after(id); now.Status != approval.StatusOpen {
		l.end(now)
	} else if d.what == "allowed" {
		l.allowed[id] = l.clock.Now()
		l.entered(id)
	}
	for _, x := range r.Waits {
		if d.what == "answered" && x.Who == r.Questions[d.question].Person {
			l.later(id, x)
		}
	}
}

// simLeaves are when managers leave.
func simLeaves() []time.Time {
	return []time.Time{
		time.Date(2026, 7, 14, 9, 30, 0, 0, time.UTC), time.Date(2027, 2, 9, 15, 0, 0, 0, time.UTC), time.Date(2027, 10, 5, 6, 45, 0, 0, time.UTC),
	}
}

// leaver is the manager who leaves at the n-th of these times.
func (s *staff) leaver(n int) workflows.PersonID { return s.heads[3+n*5] }

// leavers lets three managers leave. Their people's requests go to whoever is above.
func (l *life) leavers() {
	for i, when := range simLeaves() {
		l.at(when, func() {
			m := l.of[l.leaver(i)]
			before, after := m.row, m.row
			after.Active = false
			plan := directory.Plan{Source: "leaver", Rows: 1, Changes: []directory.Change{{Row: after, Before: &before}}}
			if err := l.engine.ImportPeople(l.t.Context(), plan, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
				l.t.Fatal(err)
			}
			m.left = l.clock.Now()
			l.note(deed{what: "roster"})
			l.left(m.row.ID)
			l.travel(l.clock.Now())
			l.stir()
			for _, id := range l.systems {
				l.tend(id)
			}
		})
	}
}

// stir lets those think for whom something waits that did not before: people have come, gone, or stand in for somebody.
func (l *life) stir() {
	for _, id := range slices.Sorted(maps.Keys(l.open)) {
		if l.request(id).Status == approval.StatusOpen {
			l.after(id)
		} else {
			delete(l.open, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.joins)) {
		if l.clock.Now().Before(l.joins[id].AddDate(0, 0, 15)) {
			l.tend(id)
		}
	}
}

// simAnswers are forms that the shipped policy puts into the tier they are named after.
func simAnswers(kind string, owner workflows.PersonID, at time.Time) policy.Answers {
	text := func(s string) policy.Answer { return policy.Answer{Text: s} }
	list := func(s ...string) policy.Answer { return policy.Answer{List: s} }
	if kind == "exception" {
		return policy.Answers{
			"policy": text("devices"), "exception": text("Two old measuring machines stay on an operating system that gets no patches."),
			"why": text("Their maker delivers the new software in autumn."), "systems": text("Lab 3"),
			"until": text(at.AddDate(0, 0, 60).Format(time.DateOnly)), "owner": text(string(owner)), "risk": list("nothing_seen"),
			"measure": text("They are in a network of their own, without a way out."),
		}
	}
	a := policy.Answers{
		"tool": text("Shortener"), "vendor": text("Example"), "plan": text("business_contract"),
		"purpose": text("Shorten public texts that people paste into it."), "status": text("planned"),
		"owner": text(string(owner)), "users": text("only_me"), "our_role": text("use_as_is"), "affected": list("requester_only"),
		"exposure": list("internal_draft"), "data": list("public"), "practices": list("none"), "areas": list("none"),
		"autonomy": text("drafts"), "system_access": list("nothing"),
	}
	if kind == "minimal" {
		return a
	}
	a["affected"], a["data"] = list("employees"), list("internal", "personal")
	if kind == "limited" {
		a["users"] = text("my_team")
	}
	a["data_location"], a["system_access"] = text("eu_eea"), list("reads_workspace")
	a["vendor_assurances"], a["concerns"] = list("no_training", "dpa", "security_report"), list("inaccurate")
	if kind == "high" {
		a["affected"], a["exposure"], a["areas"] = list("applicants"), list("profiles_people"), list("employment")
		a["autonomy"], a["concerns"] = text("recommends"), list("bias", "unexplainable")
	}
	return a
}
