package register_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// histories is how many random histories each of the two halves of [TestHistories] plays.
const histories = 5000

// TestMain raises the number of histories unless somebody chose one, or asked for a short run.
func TestMain(m *testing.M) {
	flag.Parse()
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() == checks.DefValue && !testing.Short() {
		if err := checks.Value.Set(strconv.Itoa(histories)); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// visited counts the moves that histories made.
type visited struct {
	mu    sync.Mutex
	moves map[string]int
}

// TestHistories plays random histories: people who may and who may not, timers, leavers and later rounds of the request. After
// every step what must always hold is looked at, and at the end every move of the chart was made by some history.
func TestHistories(t *testing.T) {
	seen := &visited{moves: map[string]int{}}
	for half := range 2 {
		t.Run(fmt.Sprint("half ", half), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { newHistory(t, seen).run() })
		})
	}
	t.Cleanup(func() {
		if checks, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String()); err != nil || checks < histories {
			return // too few to see everything
		}
		for _, edge := range register.Edges() {
			if seen.moves[edge] == 0 {
				t.Errorf("no history makes the move %s", edge)
			}
		}
		t.Logf("%d different moves", len(seen.moves))
	})
}

type history struct {
	*play

	T     *rapid.T
	seen  *visited
	round int
	imp   int       // the last version of the assessment
	said  int       // the version of which is known what it asks for
	sent  time.Time // when what was decided on last was asked for
	was   bool      // the event was offered
}

func newHistory(t *rapid.T, seen *visited) *history {
	return &history{T: t, play: &play{at: start(), roster: joiners(nil)}, seen: seen}
}

func (h *history) run() {
	h.begin()
	for range rapid.IntRange(5, 40).Draw(h.T, "steps") {
		h.once()
	}
}

// begin brings the system to where histories seldom come by themselves.
func (h *history) begin() {
	later := func() *register.Decision { h.round++; return approved(before("dpa", dpo), within("train", ciso, 30)) }
	pilot := func(d *register.Decision) {
		h.take(h.registered(d))
		h.take(workflows.Event{Actor: ana, What: register.Piloted{Until: "2026-06-01"}}, nil)
		h.take(workflows.Event{Actor: ana, What: register.Proved{Task: "dpa", Proof: "done"}}, nil)
		h.take(workflows.Event{Actor: dora, What: register.Verified{Task: "dpa"}}, nil)
		h.take(workflows.Event{Actor: ana, What: register.Proved{Task: "train", Proof: "done"}}, nil)
		h.take(workflows.Event{Actor: ugo, What: yes()}, nil)
	}
	switch rapid.SampledFrom([]string{"new", "new", "new", "pilot", "expired", "in use", "emergency", "emergency pilot", "seen", "measured"}).Draw(h.T, "begins") {
	case "pilot":
		pilot(later())
	case "emergency pilot":
		pilot(emergency(before("dpa", dpo)))
	case "expired":
		d := later()
		d.Covers = policy.CoversTeam
		h.take(h.registered(d))
		h.take(workflows.Event{Actor: uma, What: yes()}, nil)
		h.at = h.s.ValidUntil
		h.take(workflows.Event{Actor: workflows.System, What: register.Woken{Woken: workflows.Woken{Name: "expire"}}}, nil)
	case "emergency":
		h.take(h.registered(emergency(within("train", ciso, 30))))
	case "measured": // nothing but a measure comes before use, and a pilot before that
		h.imp, h.said = 1, 1
		h.measures = &register.Measures{Tasks: []register.Task{measure("IMP-1", 1, 0, "read")}, Newer: map[string]string{"IMP-1": "IMP-1"}}
		h.take(h.registered(approved(h.measures.Tasks...)))
		h.take(workflows.Event{Actor: ana, What: register.Piloted{Until: "2026-06-01"}}, nil)
	case "seen":
		h.take(workflows.Event{Actor: workflows.System, What: shown("first")}, nil)
	case "in use":
		h.take(h.registered(approved(within("train", ciso, 30))))
		h.take(workflows.Event{Actor: ana, What: register.Proved{Task: "train", Proof: "done"}}, nil)
		h.take(workflows.Event{Actor: ugo, What: yes()}, nil)
	}
}

func (h *history) registered(d *register.Decision) (workflows.Event, *register.Decision) {
	return workflows.Event{Actor: gina, What: workflows.Registered{Request: d.Request, Round: d.Round}}, d
}

// once makes one step.
func (h *history) once() {
	if rapid.IntRange(0, 5).Draw(h.T, "people leave") == 0 {
		h.roster = joiners(nil, rapid.SliceOfNDistinct(rapid.SampledFrom([]workflows.PersonID{ana, ben, gina, cleo, sam, dora, ugo, mia}), 0, 2, rapid.ID).Draw(h.T, "gone")...)
	}
	h.was = false
	switch rapid.IntRange(0, 39).Draw(h.T, "seldom") { // what people are seldom offered, or hear of in few states only
	case 0, 1:
		h.take(workflows.Event{Actor: workflows.System, What: register.RosterChanged{}}, nil)
	case 2, 3:
		h.take(workflows.Event{Actor: rapid.SampledFrom([]workflows.PersonID{h.s.Owner, uma, ugo, mia}).Draw(h.T, "leaver"), What: register.Left{}}, nil)
	case 5, 6:
		if h.s.Request != "" {
			h.take(h.measured(), nil)
		}
	case 4:
		if h.s.ValidUntil.After(h.at) {
			h.at = h.s.ValidUntil
		}
		h.take(workflows.Event{Actor: workflows.System, What: register.Woken{Woken: workflows.Woken{Name: "expire"}}}, nil)
	default:
		h.take(h.event())
	}
}

// take makes a step and looks at what must always hold.
func (h *history) take(ev workflows.Event, d *register.Decision) {
	before, copied := h.s, clone(h.s)
	h.step(ev, d)
	if !reflect.DeepEqual(before, copied) {
		h.T.Fatalf("%s changed the state it was given", ev.What.Kind())
	}
	no := h.last.Refusal
	if no != nil && h.was && no.Code != workflows.CodeField {
		h.T.Fatalf("%s by %s was offered and is refused: %s", ev.What.Kind(), ev.Actor, no.Sentence)
	}
	if _, decided := ev.What.(workflows.Registered); decided && no != nil && before.State != register.StateRetired {
		h.T.Fatalf("a decision does not reach the register while it is %s: %s", before.State, no.Sentence)
	}
	if no != nil || len(h.last.Records) == 0 {
		if !reflect.DeepEqual(h.s, before) || len(h.last.Effects) > 0 {
			h.T.Fatalf("%s: nothing was done, but something changed", ev.What.Kind())
		}
		return
	}
	h.moved(before, ev)
	h.holds(before, ev)
	h.joined(before, ev)
	h.renews(before, d)
	h.onHold(before, ev)
	h.measuredWell(before, ev)
}

// onHold looks at what must always hold of a legal hold: nobody uses the system meanwhile, and only a decision brings it back.
func (h *history) onHold(before register.System, ev workflows.Event) {
	if h.s.Hold.Round != 0 && h.s.State.Live() {
		h.T.Fatalf("it is %s while its renewal is on legal hold", h.s.State)
	}
	if _, decided := ev.What.(workflows.Registered); before.Hold.Round != 0 && h.s.State.Live() && !decided {
		h.T.Fatalf("%s brought it back from a legal hold", ev.What.Kind())
	}
	if before.State == register.StateSuspended && h.s.State.Live() && !before.Hold.Switched && ev.What.Kind() != "released" {
		h.T.Fatalf("%s released what somebody had switched off", ev.What.Kind())
	}
	if _, decided := ev.What.(workflows.Registered); decided && before.State == register.StateReEvaluation && before.Turned.At.After(h.sent) && h.s.State.Live() &&
		(h.s.State != register.StateReEvaluation || h.s.Turned != before.Turned) {
		h.T.Fatalf("what was asked for on %s answers what was said on %s", h.sent, before.Turned.At)
	}
}

func (h *history) moved(before register.System, ev workflows.Event) {
	edge := register.EdgeOf(before, h.s, ev.What.Kind())
	if edge == "" {
		h.T.Fatalf("%s leads from %s to %s, which the chart does not have", ev.What.Kind(), before.State, h.s.State)
	}
	h.seen.mu.Lock()
	defer h.seen.mu.Unlock()
	h.seen.moves[edge]++
}

// holds looks at what must always hold.
func (h *history) holds(before register.System, ev workflows.Event) {
	s := h.s
	switch {
	case (s.State == register.StateInUse || s.State == register.StatePilot) && s.Held():
		h.T.Fatalf("it is %s with an open condition that is due before", s.State)
	case s.Seq != before.Seq+1:
		h.T.Fatalf("event %d after event %d", s.Seq, before.Seq)
	case before.State == register.StateRetired:
		h.T.Fatal("what was retired changed")
	case s.State.Live() && s.ApprovedAt.IsZero():
		h.T.Fatalf("it is %s without a decision", s.State)
	case before.State == "" && s.Request == "" && s.State != register.StateDiscovered:
		h.T.Fatal("it is in the register without a decision")
	case s.Emergency && (before.State != "" && !before.Emergency || len(s.Joined) > 0 || !s.RenewFrom.IsZero()):
		h.T.Fatalf("an emergency approval after another one, with users, or with a renewal: %+v", s)
	case s.Emergency && s.State.Live() && !slices.Contains(s.Timers, "expire"):
		h.T.Fatal("nothing ends an emergency approval")
	case s.State.Over() && len(s.Waits)+len(s.Timers) > 0:
		h.T.Fatalf("it is over, and something waits: %v %v", s.Waits, s.Timers)
	}
	for _, w := range s.Waits {
		if !h.roster.Active(w.Who) {
			h.T.Fatalf("%s waits for %s, who is not there", w.Why, w.Who)
		}
	}
	for _, t := range s.Tasks {
		was, _ := before.Task(t.Key)
		if t.State == register.TaskVerified && was.State != register.TaskVerified && (ev.Actor == before.Owner || slices.Contains(before.Owners, ev.Actor) || ev.Actor == t.ProvedBy || t.VerifiedBy != ev.Actor) {
			h.T.Fatalf("%s verified %s of %s, proved by %s", ev.Actor, t.Key, before.Owner, t.ProvedBy)
		}
	}
	kind := ev.What.Kind()
	if (kind == "released" || kind == "unchanged") && slices.Contains(append(slices.Clone(before.Owners), before.Owner, before.Requester), ev.Actor) {
		h.T.Fatalf("%s by %s, who asked for it or owned it", kind, ev.Actor)
	}
	if (kind == "verified" || kind == "released" || kind == "unchanged") && !h.roster.Active(before.Owner) {
		h.T.Fatalf("%s while %s has left", kind, before.Owner)
	}
}

// joined looks at what must always hold of users and of those who want to be.
func (h *history) joined(before register.System, ev workflows.Event) {
	seen := map[workflows.PersonID]bool{}
	for _, u := range h.s.Joined {
		if seen[u.Who] {
			h.T.Fatalf("%s joined twice", u.Who)
		}
		seen[u.Who] = true
		if _, was := before.User(u.Who); was {
			continue
		}
		_, agreed := ev.What.(register.JoinAgreed)
		me, _ := h.roster.Person(u.Who)
		switch {
		case !before.State.Live() || !h.at.Before(before.ValidUntil):
			h.T.Fatalf("%s joined while it was %s, approved until %s", u.Who, before.State, before.ValidUntil)
		case agreed && (ev.Actor == u.Who || u.By != ev.Actor):
			h.T.Fatalf("%s let %s join", ev.Actor, u.Who)
		case !agreed && (ev.Actor != u.Who || !before.CoversPerson(me)):
			h.T.Fatalf("%s joined by %s of %s, and nobody agreed", u.Who, ev.What.Kind(), ev.Actor)
		}
	}
	for _, a := range h.s.Asks {
		if a.State == register.AskOpen && (seen[a.Who] || !h.s.State.Live()) {
			h.T.Fatalf("%s still asks to join what is %s", a.Who, h.s.State)
		}
	}
	for _, w := range h.s.Waits {
		if w.Why == workflows.WhyJoin && string(w.Who) == w.Part {
			h.T.Fatalf("%s is asked about themselves", w.Who)
		}
	}
}

// renews looks at what a renewal must keep: what was ended stays so, and nothing that is owed is forgotten or put off.
func (h *history) renews(before register.System, d *register.Decision) {
	if h.s.Renewal != 0 && slices.ContainsFunc(h.s.Waits, func(w workflows.Wait) bool { return w.Why == workflows.WhyRenew }) {
		h.T.Fatal("a renewal is asked for while one is decided on")
	}
	if d == nil || !d.Renewal {
		return
	}
	if before.State.Over() {
		h.T.Fatalf("a renewal brought back what was %s", before.State)
	}
	for _, t := range before.Tasks {
		now, ok := h.s.Task(t.Key)
		owed := d.Approved && (d.Same || t.State != register.TaskVerified)
		if owed && t.From.Assessment != "" { // a later version may name it no more, or want it earlier
			if !ok || now.State != t.State && now.State != register.TaskMoot {
				h.T.Fatalf("the measure %s was %s, and after a renewal it is %+v", t.Key, t.State, now)
			}
			continue
		}
		if owed && (!ok || now.State != t.State || !now.Due.Equal(t.Due)) {
			h.T.Fatalf("the condition %s was %s, due %s, and after a renewal it is %+v", t.Key, t.State, t.Due, now)
		}
		for _, name := range []string{"remind/" + t.Key, "late/" + t.Key} {
			if owed && slices.Contains(before.Fired, name) && slices.Contains(h.s.Timers, name) {
				h.T.Fatalf("%s is said again after a renewal", name)
			}
		}
	}
}

// event draws what happens next; now and then time passes first.
func (h *history) event() (workflows.Event, *register.Decision) {
	h.at = h.at.AddDate(0, 0, rapid.SampledFrom([]int{0, 0, 0, 1, 20, 200}).Draw(h.T, "days"))
	if rapid.IntRange(0, 24).Draw(h.T, "seen") == 0 {
		return workflows.Event{Actor: workflows.System, What: shown(rapid.SampledFrom([]string{"first", "second", "third"}).Draw(h.T, "list"))}, nil
	}
	if h.s.State == register.StateDiscovered && rapid.IntRange(0, 3).Draw(h.T, "asked for") == 0 {
		what := rapid.SampledFrom([]workflows.What{workflows.Requested{Request: "AIR-1"}, workflows.RequestFailed{Request: "AIR-1"}}).Draw(h.T, "request goes")
		return workflows.Event{Actor: other, What: what}, nil
	}
	undecided := h.s.ID != "" && h.s.Request == "" // nothing that is decided on is about it
	if h.s.ID == "" || !undecided && rapid.IntRange(0, 9).Draw(h.T, "decided anew") == 0 {
		h.round++
		d := h.decision()
		return workflows.Event{Actor: gina, What: workflows.Registered{Request: d.Request, Round: h.round}}, d
	}
	if h.s.Emergency && rapid.IntRange(0, 5).Draw(h.T, "emergency ends") == 0 {
		what := workflows.EmergencyEnded{Round: h.s.Round, Withdrawn: rapid.Bool().Draw(h.T, "withdrawn")}
		return workflows.Event{Actor: workflows.System, What: what}, nil
	}
	if rapid.IntRange(0, 7).Draw(h.T, "renewal") == 0 {
		h.round++
		what := rapid.SampledFrom([]workflows.What{
			workflows.RenewalBegan{Round: h.round}, workflows.RenewalFailed{Round: h.round}, workflows.HoldBegan{Round: h.round}, workflows.HoldLifted{Round: h.round},
		}).Draw(h.T, "renewal goes")
		return workflows.Event{Actor: h.s.Owner, What: what}, nil
	}
	who := rapid.SampledFrom([]workflows.PersonID{h.s.Owner, h.s.Owner, gina, cleo, dora, sam, ben, other, uma, ugo, mia, tom}).Draw(h.T, "who")
	task := rapid.SampledFrom([]string{"dpa", "train", "test", "nothing", "IMP-1.measures_done.1"}).Draw(h.T, "task")
	events := append(h.events(task), register.Proved{Task: task, Proof: "done"}, register.Verified{Task: task}, register.RosterChanged{}, register.RosterChanged{}, register.RosterChanged{},
		register.Changed{Trigger: "weather", Reason: why}, register.Retired{Reason: "short"})
	if offered := h.offered(); len(offered) > 0 && rapid.IntRange(0, 9).Draw(h.T, "as offered") > 2 {
		h.was = true
		return rapid.SampledFrom(offered).Draw(h.T, "offered"), nil
	}
	for _, name := range h.s.Timers {
		events = append(events, register.Woken{Woken: workflows.Woken{Name: name}}, register.Woken{Woken: workflows.Woken{Name: name}})
	}
	return workflows.Event{Actor: who, What: rapid.SampledFrom(events).Draw(h.T, "event")}, nil
}

// offered gives what people are offered to do now.
func (h *history) offered() (out []workflows.Event) {
	for _, who := range []workflows.PersonID{ana, ben, cleo, dora, gina, other, sam, uma, ugo, mia, tom} {
		for _, a := range append(register.Actions(h.s, who, h.roster, h.at, true), register.JoinActions(h.s, who, h.roster, h.at)...) {
			often := 4
			switch a.Kind {
			case "joined":
				often = 2 // for everybody is offered it
			case "retired", "revoked", "suspended":
				often = 1 // else most histories end before they have begun
			}
			out = append(out, slices.Repeat([]workflows.Event{{Actor: who, What: h.what(a)}}, often)...)
		}
	}
	return out
}

// what makes the event of an action.
func (h *history) what(a register.Action) workflows.What {
	for _, one := range h.events(a.Task) {
		if one.Kind() == a.Kind {
			switch one.(type) {
			case register.JoinAgreed:
				return register.JoinAgreed{Who: workflows.PersonID(a.Task)}
			case register.JoinRefused:
				return register.JoinRefused{Who: workflows.PersonID(a.Task), Reason: why}
			}
			return one
		}
	}
	h.T.Fatalf("nothing is known about the action %q", a.Kind)
	return nil
}

// events gives one event of each kind that people bring about, those about conditions about that one.
func (h *history) events(task string) []workflows.What {
	return []workflows.What{
		register.Proved{Task: task, Proof: "done"},
		register.Verified{Task: task},
		register.SentBack{Task: task, Reason: why},
		register.Piloted{Until: h.at.AddDate(0, 1, 0).Format(time.DateOnly)},
		register.WentLive{Report: why},
		register.Changed{Trigger: "new_data_class", Reason: why},
		register.Unchanged{Reason: why},
		register.Suspended{Reason: why},
		register.Released{Reason: why},
		register.Revoked{Reason: why},
		register.Retired{Reason: why},
		register.Joined{Within: true, Accepts: true},
		register.JoinAgreed{Who: h.asks()},
		register.JoinRefused{Who: h.asks(), Reason: why},
		register.Left{},
		register.HandedOver{To: rapid.SampledFrom([]workflows.PersonID{ana, dora, other}).Draw(h.T, "to"), Reason: why},
	}
}

// asks draws somebody who wants to join, if anybody does.
func (h *history) asks() workflows.PersonID {
	who := []workflows.PersonID{ugo}
	for _, a := range h.s.Asks {
		who = append(who, a.Who)
	}
	return rapid.SampledFrom(who).Draw(h.T, "asks")
}

// decision draws the end of a round of the request.
func (h *history) decision() *register.Decision {
	var tasks []register.Task
	for _, t := range []register.Task{before("dpa", dpo), within("train", ciso, 30), before("test", ciso)} {
		if rapid.Bool().Draw(h.T, t.Key) {
			tasks = append(tasks, t)
		}
	}
	d := approved(tasks...)
	if h.imp > 0 {
		m := h.asked()
		h.measures = m
		d.Tasks, d.Newer = append(d.Tasks, m.Tasks...), m.Newer
	}
	d.Round, d.At, d.Sent = h.round, h.at, h.at
	if rapid.IntRange(0, 3).Draw(h.T, "asked for long ago") == 0 {
		d.Sent = h.at.AddDate(0, 0, -90)
	}
	h.sent = d.Sent
	if !h.s.ApprovedAt.IsZero() {
		d.Renewal, d.Same = rapid.Bool().Draw(h.T, "to renew"), rapid.Bool().Draw(h.T, "the same")
	}
	if h.s.Owner != "" {
		d.Owner = h.s.Owner
	}
	d.ValidUntil, d.RenewFrom = h.at.AddDate(1, 0, 0), h.at.AddDate(0, 11, 0)
	if h.s.ID == "" && rapid.IntRange(0, 3).Draw(h.T, "in an emergency") == 0 {
		d.Emergency, d.ValidUntil, d.RenewFrom = true, h.at.AddDate(0, 0, 10), time.Time{}
		return d
	}
	d.Covers = rapid.SampledFrom(append(policy.Coverages(), policy.CoversNobody)).Draw(h.T, "covers")
	switch rapid.IntRange(0, 5).Draw(h.T, "outcome") {
	case 0:
		d.Approved = false
	case 1:
		d.Approved, d.Stopped = false, true
	}
	return d
}

// clone copies what a step could change in place.
func clone(s register.System) register.System {
	s.Tasks, s.Waits, s.Told = slices.Clone(s.Tasks), slices.Clone(s.Waits), slices.Clone(s.Told)
	s.Timers, s.Fired, s.Owners = slices.Clone(s.Timers), slices.Clone(s.Fired), slices.Clone(s.Owners)
	s.Joined, s.Asks = slices.Clone(s.Joined), slices.Clone(s.Asks)
	return s
}
