package approval_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// histories is how many random histories each of the two halves of [TestHistories] plays.
const histories = "5000"

// TestMain raises the number of histories unless somebody chose one, or asked for a short run.
func TestMain(m *testing.M) {
	flag.Parse()
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() == checks.DefValue && !testing.Short() {
		if err := checks.Value.Set(histories); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestHistories plays random histories on random companies and plans and checks after every event what must always hold.
// rapid prints the seed of a history that fails, and shortens it.
func TestHistories(t *testing.T) {
	for _, half := range []string{"first half", "second half"} {
		t.Run(half, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { newHistory(t).play() })
		})
	}
}

// history is one random history with what it remembers to check against.
type history struct {
	*company
	t      *rapid.T
	active map[string]time.Time // timers by the effects alone
	names  []string             // of every timer ever set
	told   map[string]bool
	sample bool // check the expensive things too
}

var plans = [][]string{
	{"stage manager line_manager sla 8 escalate gov"},
	{"min 2", "stage manager line_manager sla 8 escalate gov", "stage experts ciso legal dpo? all expert sla 24 escalate compliance_lead", "stage governance gov sla 8 escalate compliance_lead", "condition dpa required go-live", "condition train 30"},
	{"min 3", "missing ia governance", "stage classify legal sla 8 classify", "stage manager line_manager sla 8 escalate compliance_lead", "stage experts ciso legal dpo? all expert sla 40", "stage governance gov sla 24", "stage executive top_management sla 24", "notify compliance_lead"},
	{"tier prohibited", "stage hold legal compliance_lead quorum 2 sla 24 legal_hold", "notify dpo"},
	{"min 2", "stage committee ciso legal gov quorum 2 must gov sla 16 escalate top_management"},
	{"no-acceptance", "stage privacy dpo? all sla 8", "stage pair ciso legal all sla 8", "until 2027-03-01", "months 2"},
	{"stage last gov dpo? all expert sla 8"},
	{"min 2", "emergency gov 14", "condition dpa required go-live", "stage manager line_manager sla 8 escalate gov", "stage governance gov sla 8 escalate compliance_lead"},
	{"min 2", "override legal compliance_lead", "correctable home", "stage manager line_manager sla 8 escalate gov", "stage experts ciso legal all expert sla 24"},
	{"tier high", "min 2", "correctable away", "stage manager line_manager sla 8 escalate gov", "stage experts ciso dpo? all expert sla 24", "stage governance gov sla 8"},
	{"tier minimal", "correctable home", "stage experts legal all expert sla 24"},
	{"tier high", "override legal compliance_lead", "stage classify legal sla 8 classify", "stage governance gov sla 8"},
	{"no-acceptance", "emergency ciso 3", "stage governance gov legal quorum 2 sla 40 escalate compliance_lead"},
}

var roles = []workflows.Role{"ciso", "legal", "dpo", "gov", workflows.ComplianceLead, workflows.TopManagement, workflows.Administrator}

func newHistory(t *rapid.T) *history {
	h := &history{company: newCompany(), t: t, active: map[string]time.Time{}, told: map[string]bool{}}
	for i := range 6 {
		p := workflows.Person{ID: person(i), Name: strings.ToUpper(string(person(i))), Active: h.dice(12) > 0}
		if m := h.dice(7); m < 6 && m != i {
			p.Manager = person(m)
		}
		for _, role := range roles {
			if h.dice(3) == 0 {
				p.Roles = append(p.Roles, role)
			}
		}
		h.people[p.ID] = p
	}
	for i := range h.dice(4) {
		h.delegations = append(h.delegations, workflows.Delegation{
			ID: fmt.Sprint(i), From: person(h.dice(6)), To: person(h.dice(6)),
			Starts: h.at.AddDate(0, 0, -1), Ends: h.at.AddDate(0, 0, 30), NamedAt: h.at.AddDate(0, 0, h.dice(3)-2),
		})
	}
	h.sample = h.dice(8) == 0
	return h
}

func person(i int) workflows.PersonID { return workflows.PersonID(string(rune('a' + i))) }

func (h *history) dice(n int) int { return rapid.IntRange(0, n-1).Draw(h.t, "") }

func (h *history) play() {
	h.choosePlan()
	h.apply(workflows.Event{Actor: person(0), What: approval.Submitted{}})
	for range 4 + h.dice(22) {
		h.at = h.at.Add(time.Duration(h.dice(600)) * time.Minute)
		h.apply(h.event())
	}
}

func (h *history) choosePlan() {
	if err := h.plan(plans[h.dice(len(plans))]); err != nil {
		h.t.Fatal(err)
	}
	if h.dice(2) == 0 {
		h.next.Answers = policy.Answers{"owner": {Text: string(person(h.dice(6)))}}
	}
}

// event draws an event; half of them by somebody who is waited for, so that histories come far.
func (h *history) event() workflows.Event {
	ev := workflows.Event{Actor: person(h.dice(6))}
	if n := len(h.r.Waits); n > 0 && h.dice(4) > 0 {
		w := h.r.Waits[h.dice(n)]
		ev.Actor, ev.For = w.Who, w.For
		ev.What = h.wanted(w)
		return ev
	}
	if h.dice(5) == 0 {
		ev.For = person(h.dice(6))
	}
	if h.dice(3) == 0 {
		ev.Seen = workflows.Seen{Round: h.dice(3), Revision: h.dice(4), Stage: []string{"", "manager", "experts"}[h.dice(3)]}
	}
	ev.What = h.anything()
	return ev
}

const long = "a reason that is long enough to be one"

// wanted is what somebody who is waited for would do.
func (h *history) wanted(w workflows.Wait) workflows.What {
	if h.dice(8) == 0 {
		return approval.Asked{Text: "Why?"}
	}
	switch w.Why {
	case workflows.WhyAccept:
		return approval.Accepted{}
	case workflows.WhyMissing:
		return approval.Linked{Key: w.Part, Ref: "AII-1"}
	case workflows.WhyAdvise:
		return approval.Advised{Objection: h.dice(2) == 0, Reason: long}
	case workflows.WhyQuestion:
		return h.answer()
	case workflows.WhyEmergency:
		return h.emergency(1)
	case workflows.WhyOverride:
		return h.overridden()
	case workflows.WhyEscalated, workflows.WhyUnblock:
		return h.naming()
	default:
		if h.r.Screening.Plan.Stages[h.r.Stage].Kind != policy.StageDecide {
			return h.ruling()
		}
		return approval.Decided{Approve: h.dice(10) > 0, Reason: long}
	}
}

func (h *history) answer() workflows.What {
	id := 1
	if n := len(h.r.Questions); n > 0 {
		id = h.r.Questions[h.dice(n)].ID
	}
	return approval.Answered{Question: id, Text: "Because."}
}

func (h *history) naming() workflows.What {
	if h.r.Status == "" {
		return approval.Named{Role: "gov", Person: person(1), Reason: long} // its submission was refused
	}
	members := h.r.Screening.Plan.Stages[h.r.Stage].Members
	return approval.Named{Role: members[h.dice(len(members))].Role, Person: person(h.dice(6)), Reason: long}
}

func (h *history) ruling() workflows.What {
	h.choosePlan()
	outcomes := []string{policy.OutcomeConfirm, policy.OutcomeCorrect, policy.OutcomeConfirmStop, policy.OutcomeReclassify}
	tier := policy.Tier("high")
	if h.dice(2) == 0 {
		tier = h.next.Assessment.Tier
	}
	return approval.Ruled{Outcome: outcomes[h.dice(4)], Tier: tier, Reason: long}
}

// emergency asks for an emergency approval, or answers such a wish.
func (h *history) emergency(from int) workflows.What {
	until := h.at.AddDate(0, 0, h.dice(18)-1).Format(time.DateOnly)
	switch from + h.dice(3-from) {
	case 0:
		return approval.EmergencyAsked{Until: until, Reason: long}
	case 1:
		return approval.EmergencyAllowed{Until: until, Reason: long}
	}
	return approval.EmergencyDeclined{Reason: long}
}

// overridden names a tier: the one that was named before, more often than not.
func (h *history) overridden() workflows.What {
	h.choosePlan()
	for _, v := range h.r.Rulings {
		hold := policy.TierProhibited
		if v.Round == h.r.Round && v.Stage == approval.PartOverride && h.dice(4) > 0 && (v.Tier == hold) == (h.next.Assessment.Tier == hold) {
			h.next.Assessment.Tier = v.Tier
		}
	}
	return approval.Overridden{Tier: h.next.Assessment.Tier, Reason: long}
}

// corrected finds another place, and with it any other plan.
func (h *history) corrected() workflows.What {
	h.choosePlan()
	return approval.Corrected{Reason: long, Fixes: []policy.Fix{{Key: "place", Answer: []string{[]string{"home", "away", "far"}[h.dice(3)]}, Proof: "There."}}}
}

func (h *history) anything() workflows.What {
	switch h.dice(21) {
	case 16, 17:
		return h.overridden()
	case 18, 19, 20:
		return h.corrected()
	case 0:
		h.choosePlan()
		return approval.Edited{}
	case 1, 2, 3:
		return approval.Decided{Approve: h.dice(6) > 0, Reason: long, Conditions: []approval.Choice{{Key: "train"}}[:h.dice(2)]}
	case 4:
		return approval.Advised{Objection: h.dice(2) == 0, Reason: long}
	case 5:
		return h.ruling()
	case 6:
		return approval.Asked{Text: "Why?"}
	case 7:
		return h.answer()
	case 8:
		return []workflows.What{approval.Accepted{}, approval.Declined{}, approval.Submitted{}}[h.dice(3)]
	case 9:
		return approval.Linked{Key: "ia", Ref: "AII-1"}
	case 10:
		return h.naming()
	case 11:
		p := h.people[person(1+h.dice(5))]
		p.Active, p.Manager = h.dice(4) > 0, person(h.dice(6))
		h.people[p.ID] = p
		return approval.RosterChanged{}
	case 12:
		if h.dice(6) == 0 {
			return approval.Withdrawn{}
		}
		return approval.RosterChanged{}
	case 13, 14:
		if h.r.InEmergency() && h.dice(4) == 0 {
			return workflows.EmergencyRevoked{Round: h.r.Emergency.Round}
		}
		if n := h.dice(8); n < 6 && h.r.Requester != "" && h.r.Emergency == nil {
			return approval.EmergencyAsked{Until: h.at.AddDate(0, 0, n).Format(time.DateOnly), Reason: long}
		}
		return h.emergency(0)
	}
	return h.timer()
}

// timer wakes one of the timers ever set, most of them not due or long gone, or moves the clock to the next one.
func (h *history) timer() workflows.What {
	if n := len(h.r.Timers); n > 0 && h.dice(3) > 0 {
		next := h.r.Timers[h.dice(n)]
		if next.At.After(h.at) {
			h.at = next.At
		}
		return approval.Woken{Woken: workflows.Woken{Name: next.Name, Late: time.Duration(h.dice(2)) * 30 * time.Hour}}
	}
	name := "nothing"
	if n := len(h.names); n > 0 {
		name = h.names[h.dice(n)]
	}
	return workflows.Woken{Name: name}
}

// apply plays one event and checks everything.
func (h *history) apply(ev workflows.Event) {
	before := h.r
	was := ""
	if h.sample {
		was = snapshot(before)
	}
	out := h.step(ev)
	if h.sample {
		h.must(snapshot(before) == was, "the step changed its input")
		again := h.step(ev)
		h.must(snapshot(again.State) == snapshot(out.State), "the same step gave another state")
		h.must(asJSON(again.Effects, again.Records) == asJSON(out.Effects, out.Records), "the same step gave other effects")
	}
	h.numbers(before, out)
	if out.Refusal != nil {
		h.refused(before, out)
		return
	}
	if _, ok := ev.What.(approval.Woken); ok && len(out.Records) > 0 {
		delete(h.active, ev.What.(approval.Woken).Name)
	}
	if w, ok := ev.What.(workflows.Woken); ok && len(out.Records) > 0 {
		delete(h.active, w.Name)
	}
	h.r = out.State
	h.effects(out.Effects)
	h.casts(before)
	h.waits()
	h.emergencies(before, ev, out)
	if what, ok := ev.What.(approval.Corrected); ok {
		h.voids(before, what)
	}
	if before.Status == approval.StatusOpen && h.r.Status == approval.StatusApproved {
		h.approved()
	}
}

func (h *history) must(ok bool, what string, args ...any) {
	if !ok {
		h.t.Fatalf(what, args...)
	}
}

// snapshot gives everything in a request as text.
func snapshot(r approval.Request) string {
	return asJSON(r, r.Screening, r.Votes, r.Rulings, r.Advices, r.Questions)
}

func asJSON(v ...any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// numbers only grow, and what has ended stays as it is.
func (h *history) numbers(before approval.Request, out workflows.Outcome[approval.Request]) {
	after := out.State
	h.must(after.Seq >= before.Seq && after.Round >= before.Round && after.Revision >= before.Revision, "a number fell")
	h.must(after.Round == before.Round || after.Revision > before.Revision, "a new round without a new revision")
	if out.Refusal == nil {
		h.must(after.Seq-before.Seq == min(len(out.Records), 1), "seq rose by %d with %d records", after.Seq-before.Seq, len(out.Records))
		h.must(len(out.Records) > 0 || !slices.ContainsFunc(out.Effects, isMail), "mail without a record")
	}
	switch before.Status {
	case "", approval.StatusOpen:
	case approval.StatusApproved: // time alone goes on, to one word before its end and that end
		over := after.Status == approval.StatusExpired && !h.at.Before(before.ValidUntil)
		h.must(after.Status == before.Status || over, "an approval became %s", after.Status)
		h.must(after.EndedAt.Equal(before.EndedAt) && after.ValidUntil.Equal(before.ValidUntil), "an approval was changed")
	default:
		h.must(after.Status == before.Status && len(out.Effects)+len(out.Records) == 0, "something happened after the end")
	}
}

func isMail(e workflows.Effect) bool {
	switch e.(type) {
	case workflows.Notify, workflows.Refresh:
		return true
	}
	return false
}

// refused: nothing changes, nobody is told, and authority leaves one record.
func (h *history) refused(before approval.Request, out workflows.Outcome[approval.Request]) {
	h.must(len(out.Effects) == 0, "a refusal had effects")
	h.must(len(out.Records) == 0 || out.Refusal.Authority(), "a refusal of %s left a record", out.Refusal.Code)
	h.must(len(out.Records) == 1 || !out.Refusal.Authority(), "a refusal of authority left no record")
	h.must(out.State.Seq == before.Seq && len(out.State.Votes) == len(before.Votes), "a refusal changed something")
	h.must(out.Refusal.Sentence != "" && !strings.Contains(out.Refusal.Sentence, "!"), "a sentence is empty or shouts: %q", out.Refusal.Sentence)
	h.must(!strings.HasPrefix(out.Refusal.Sentence, "This is not possible at this point."), "a move that the chart does not have")
}

// effects: one refresh at most, nobody told twice, and the timers set and not cancelled are those of the state.
func (h *history) effects(effects []workflows.Effect) {
	refreshes := 0
	for _, e := range effects {
		switch e := e.(type) {
		case workflows.Refresh:
			refreshes++
		case workflows.Wake:
			delete(h.active, e.Name)
			if !e.At.IsZero() {
				h.active[e.Name] = e.At
				h.names = append(h.names, e.Name)
			}
		case workflows.Notify:
			h.told1(e)
		}
	}
	if !slices.ContainsFunc(h.r.Waits, func(w workflows.Wait) bool { return w.Why == workflows.WhyUnblock }) {
		maps.DeleteFunc(h.told, func(key string, _ bool) bool { return strings.Contains(key, string(workflows.WhyUnblock)) }) // it may come again
	}
	h.must(refreshes <= 1, "%d refreshes", refreshes)
	h.must(len(h.active) == len(h.r.Timers), "timers by effects %v, by state %v", h.active, h.r.Timers)
	for _, timer := range h.r.Timers {
		h.must(h.active[timer.Name].Equal(timer.At), "timer %s is not set as the state says", timer.Name)
	}
	if h.r.Status != approval.StatusOpen {
		lives := h.r.Status == approval.StatusApproved && !h.r.ValidUntil.IsZero() // it ends by itself
		h.must((len(h.active) == 0 || lives) && len(h.r.Waits) == 0, "something waits after the end")
		_, ends := h.active[string(approval.TimerExpire)]
		h.must(ends == lives, "nothing ends the approval, or something what has ended")
	}
}

func (h *history) told1(e workflows.Notify) {
	h.must(slices.Contains(h.r.Told, e.To), "%s was told and may not read", e.To)
	hold := h.r.Screening.Plan.Stages[h.r.Stage].Kind == policy.StageHold && e.Why == workflows.WhyDecide
	if e.Why.Update() || e.Why.Daily() || hold {
		return
	}
	key := fmt.Sprint(e.To, e.Why, e.Part, h.r.Round)
	h.must(!h.told[key], "%s was told twice: %s", e.To, key)
	h.told[key] = true
}
