package register_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/register"
)

func TestBorn(t *testing.T) {
	for name, c := range map[string]struct {
		decision *register.Decision
		change   func(*register.Decision)
		state    register.State
		way      string
	}{
		"nothing to do": {approved(), nil, register.StateInUse, "idea screening assessment validation approval approved in_use"},
		"a condition later": {
			approved(within("train", ciso, 30)), nil, register.StateInUse, "idea screening assessment validation approval approved in_use",
		},
		"a condition before": {
			approved(before("dpa", dpo)), nil, register.StateApproved, "idea screening assessment validation approval approved",
		},
		"we build it": {
			approved(), func(d *register.Decision) { d.Builder = true }, register.StateInUse,
			"idea screening assessment design validation approval approved in_use",
		},
		"rejected": {
			approved(before("dpa", dpo)), func(d *register.Decision) { d.Approved = false }, register.StateRejected,
			"idea screening assessment validation approval rejected",
		},
		"stopped": {
			approved(), func(d *register.Decision) { d.Approved, d.Stopped = false, true }, register.StateStopped,
			"idea screening stopped",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.change != nil {
				c.change(c.decision)
			}
			p := begin(t, c.decision)
			p.is(c.state)
			var way []string
			for _, f := range p.last.Records {
				if f.Kind == register.FactMoved {
					way = append(way, string(f.Data.(register.Detail).To))
				}
			}
			if got := strings.Join(way, " "); got != c.way {
				t.Errorf("it passed %s, want %s", got, c.way)
			}
			if first := p.last.Records[0]; first.Kind != register.FactRegistered || !strings.Contains(string(first.Shown), `"tool":"Otter.ai"`) {
				t.Errorf("the first record is %s, shown %s", first.Kind, first.Shown)
			}
			if p.s.State.Over() && (len(p.s.Waits)+len(p.s.Timers)+len(p.s.Tasks) > 0 || !p.s.ValidUntil.IsZero()) {
				t.Errorf("something waits of what is over: %+v", p.s)
			}
		})
	}
	none := register.Step(register.System{}, workflows.Event{Actor: ana, What: workflows.Registered{Request: "AIR-1"}}, register.Facts{Roster: people()})
	if none.Refusal == nil {
		t.Error("an entry is made without a decision")
	}
}

func TestConditions(t *testing.T) {
	p := begin(t, approved(before("dpa", dpo), within("train", ciso, 30)))
	if got := p.waits(); !slices.Equal(got, []string{"task P-ana dpa", "task P-ana train"}) || p.told()[ana] != workflows.WhyTask {
		t.Errorf("it waits for %v, told are %v", got, p.told())
	}
	p.refused(other, register.Proved{Task: "dpa", Proof: "x"}, workflows.CodeNotYours)
	p.refused(ana, register.Proved{Task: "dpa", Proof: " "}, workflows.CodeField)
	p.refused(ana, register.Proved{Task: "nothing", Proof: "x"}, workflows.CodeUnknown)
	p.refused(dora, register.Verified{Task: "dpa"}, workflows.CodeNotNow)
	p.by(ana, register.Proved{Task: "dpa", Proof: "https://example.com/dpa.pdf"})
	if got := p.waits(); !slices.Equal(got, []string{"verify P-dora dpa", "task P-ana train"}) || p.told()[dora] != workflows.WhyVerify {
		t.Errorf("it waits for %v, told are %v", got, p.told())
	}
	p.refused(ana, register.Verified{Task: "dpa"}, workflows.CodeOwnRequest)
	p.refused(sam, register.Verified{Task: "dpa"}, workflows.CodeNotEntitled)
	p.refused(dora, register.SentBack{Task: "dpa", Reason: "no"}, workflows.CodeField)
	p.by(dora, register.SentBack{Task: "dpa", Reason: why})
	if task, _ := p.s.Task("dpa"); task.State != register.TaskOpen || task.Returned != why || p.told()[ana] != workflows.WhyTask {
		t.Errorf("after it was sent back: %+v, told are %v", task, p.told())
	}
	p.by(ana, register.Proved{Task: "dpa", Proof: "https://example.com/dpa-2.pdf"})
	p.is(register.StateApproved)
	p.by(dora, register.Verified{Task: "dpa"})
	p.is(register.StateInUse)
	p.refused(dora, register.SentBack{Task: "dpa", Reason: why}, workflows.CodeDecided)
	p.refused(ana, register.Proved{Task: "dpa", Proof: "again"}, workflows.CodeDecided)
	if task, _ := p.s.Task("train"); task.State != register.TaskOpen {
		t.Errorf("the other one is %+v", task)
	}
}

// TestVerifierIsOwner: where nobody else holds the verifying role, those who look after the system verify.
func TestVerifierIsOwner(t *testing.T) {
	d := approved(before("dpa", dpo))
	d.Owner = dora
	p := begin(t, d)
	p.by(dora, register.Proved{Task: "dpa", Proof: "done"})
	if got := p.waits(); !slices.Equal(got, []string{"verify P-cleo dpa", "verify P-gina dpa"}) {
		t.Errorf("it waits for %v", got)
	}
	p.refused(dora, register.Verified{Task: "dpa"}, workflows.CodeOwnRequest)
	p.by(gina, register.Verified{Task: "dpa"})
	p.is(register.StateInUse)
}

func TestPilot(t *testing.T) {
	p := begin(t, approved(before("dpa", dpo)))
	p.refused(ana, register.Piloted{Until: "soon"}, workflows.CodeField)
	p.refused(ana, register.Piloted{Until: "2026-03-01"}, workflows.CodeField)
	p.refused(gina, register.Piloted{Until: "2026-06-01"}, workflows.CodeNotYours)
	p.by(ana, register.Piloted{Until: "2026-06-01"})
	p.by(ana, register.Proved{Task: "dpa", Proof: "done"})
	p.by(dora, register.Verified{Task: "dpa"})
	p.is(register.StatePilot)
	if got := p.waits(); !slices.Equal(got, []string{"task P-ana pilot"}) || !slices.Contains(p.s.Timers, "remind/pilot") {
		t.Errorf("it waits for %v; timers %v", got, p.s.Timers)
	}
	p.refused(ana, register.Piloted{Until: "2026-06-01"}, workflows.CodeNotNow)
	p.refused(ana, register.WentLive{Report: "good"}, workflows.CodeField)
	p.by(ana, register.WentLive{Report: why})
	p.is(register.StateInUse)
	p.refused(ana, register.WentLive{Report: why}, workflows.CodeNotNow)
}

// TestStale: a press on an older proof, change or owner decides nothing.
func TestStale(t *testing.T) {
	p := begin(t, approved(before("dpa", dpo)))
	p.by(ana, register.Proved{Task: "dpa", Proof: "one"})
	seen := workflows.Seen{Revision: p.s.Revision}
	p.by(ana, register.Proved{Task: "dpa", Proof: "another"})
	p.step(workflows.Event{Actor: dora, Seen: seen, What: register.Verified{Task: "dpa"}}, nil)
	if no := p.last.Refusal; no == nil || no.Code != workflows.CodeStale || p.s.State != register.StateApproved {
		t.Errorf("on an older proof: %+v", no)
	}
	seen.Revision = p.s.Revision
	p.step(workflows.Event{Actor: dora, Seen: seen, What: register.Verified{Task: "dpa"}}, nil)
	p.is(register.StateInUse)
}

// TestParties: whoever asked for a system, or owned it, lets nothing of it be used again, whatever role they hold.
func TestParties(t *testing.T) {
	d := approved()
	d.Requester = cleo
	p := begin(t, d)
	p.by(ana, register.Suspended{Reason: why})
	p.refused(cleo, register.Released{Reason: why}, workflows.CodeNotEntitled)
	p.by(gina, register.HandedOver{To: other, Reason: why})
	p.by(other, register.HandedOver{To: gina, Reason: why})
	p.by(gina, register.HandedOver{To: ana, Reason: why})
	p.refused(gina, register.Released{Reason: why}, workflows.CodeNotEntitled)
	if got := register.Actions(p.s, gina, p.roster, p.at, true); slices.ContainsFunc(got, func(a register.Action) bool { return a.Kind == "released" }) {
		t.Errorf("who owned it is offered %v", got)
	}
	p.decided(approved()) // a decision on the request releases nothing
	p.is(register.StateSuspended)
	p.by(gina, register.Released{Reason: why})
	p.is(register.StateReEvaluation)
}

func TestTurns(t *testing.T) {
	p := begin(t, approved())
	p.refused(other, register.Changed{Trigger: "new_data_class", Reason: why}, workflows.CodeNotEntitled)
	p.refused(ana, register.Changed{Trigger: "weather", Reason: why}, workflows.CodeField)
	p.by(ana, register.Changed{Trigger: "new_data_class", Reason: why})
	p.is(register.StateReEvaluation)
	if got := p.waits(); !slices.Equal(got, []string{"re_evaluate P-cleo ", "re_evaluate P-gina "}) {
		t.Errorf("it waits for %v", got)
	}
	p.refused(ana, register.Unchanged{Reason: why}, workflows.CodeNotEntitled)
	p.refused(gina, register.Unchanged{Reason: "short"}, workflows.CodeField)
	p.by(gina, register.Unchanged{Reason: why})
	p.is(register.StateInUse)
	p.refused(gina, register.Unchanged{Reason: why}, workflows.CodeNotNow)
	p.by(ana, register.Suspended{Reason: why})
	p.is(register.StateSuspended)
	if told := p.told(); told[gina] != workflows.WhyStop || told[cleo] != workflows.WhyStop || told[ana] != "" {
		t.Errorf("told are %v", told)
	}
	p.refused(ana, register.Released{Reason: why}, workflows.CodeNotEntitled)
	p.by(cleo, register.Released{Reason: why})
	p.is(register.StateReEvaluation)
	p.refused(ana, register.Revoked{Reason: why}, workflows.CodeNotEntitled)
	p.by(cleo, register.Revoked{Reason: why})
	p.is(register.StateStopped)
	p.refused(cleo, register.Released{Reason: why}, workflows.CodeClosed)
	q := begin(t, approved())
	q.by(ana, register.Retired{Reason: why})
	q.is(register.StateRetired)
	q.refused(ana, register.Changed{Trigger: "new_data_class", Reason: why}, workflows.CodeClosed)
}

func TestTimers(t *testing.T) {
	p := begin(t, approved(within("train", ciso, 30)))
	if want := []string{"expire", "late/train", "remind/train", "renew"}; !slices.Equal(p.s.Timers, want) {
		t.Errorf("timers are %v, want %v", p.s.Timers, want)
	}
	p.at = start().AddDate(0, 0, 1)
	p.by(workflows.System, register.Woken{Woken: workflows.Woken{Name: "remind/train"}})
	if len(p.last.Records) != 0 {
		t.Error("a timer that is early does something")
	}
	late := *p
	late.step(workflows.Event{Actor: workflows.System, What: register.Woken{Woken: workflows.Woken{Name: "remind/train", Late: 48 * time.Hour}}}, nil)
	late.at = start().AddDate(0, 0, 31)
	late.step(workflows.Event{Actor: workflows.System, What: register.Woken{Woken: workflows.Woken{Name: "remind/train", Late: 48 * time.Hour}}}, nil)
	if len(late.last.Records) != 1 || late.last.Records[0].Kind != register.FactSkipped || len(late.told()) > 0 {
		t.Errorf("of a reminder that is late: %+v, told are %v", late.last.Records, late.told())
	}
	p.wake("remind/train", start().AddDate(0, 0, 29))
	if p.told()[ana] != workflows.WhyRemind || slices.Contains(p.s.Timers, "remind/train") {
		t.Errorf("told are %v; timers %v", p.told(), p.s.Timers)
	}
	p.wake("late/train", start().AddDate(0, 0, 35))
	if told := p.told(); told[gina] != workflows.WhyEscalated || told[cleo] != workflows.WhyEscalated {
		t.Errorf("told are %v", told)
	}
	p.by(workflows.System, register.Woken{Woken: workflows.Woken{Name: "late/train"}})
	if len(p.last.Records) != 0 {
		t.Error("it escalates twice")
	}
	p.wake("renew", start().AddDate(0, 11, 0))
	if got := p.waits(); !slices.Equal(got, []string{"task P-ana train", "renew P-ana "}) {
		t.Errorf("it waits for %v", got)
	}
	p.wake("expire", start().AddDate(1, 0, 0))
	p.is(register.StateExpired)
	if told := p.told(); told[ana] != workflows.WhyExpired || told[gina] != workflows.WhyExpired {
		t.Errorf("told are %v", told)
	}
	p.by(ana, register.Retired{Reason: why})
	for _, e := range p.last.Effects {
		if w, ok := e.(workflows.Wake); ok && !w.At.IsZero() {
			t.Errorf("it is woken after its end: %+v", w)
		}
	}
}

func TestRenewed(t *testing.T) {
	p := begin(t, approved(before("dpa", dpo)))
	p.by(ana, register.Proved{Task: "dpa", Proof: "done"})
	p.by(dora, register.Verified{Task: "dpa"})
	p.at = start().AddDate(0, 11, 0)
	again := approved(before("dpa", dpo), within("train", ciso, 365))
	again.Round, again.ValidUntil, again.RenewFrom = 2, start().AddDate(2, 0, 0), start().AddDate(1, 11, 0)
	p.decided(again)
	p.is(register.StateInUse)
	if task, _ := p.s.Task("dpa"); task.State != register.TaskVerified || p.s.Round != 2 {
		t.Errorf("after a renewal: %+v", p.s)
	}
	more := approved(before("dpa", dpo), before("test", ciso))
	more.Round = 3
	p.decided(more)
	p.is(register.StateApproved)
	no := approved()
	no.Round, no.Approved = 4, false
	p.decided(no)
	p.is(register.StateRejected)
	p.decided(again)
	p.is(register.StateApproved) // what was done about conditions went with the approval
	strange := approved()
	strange.Request = "AIR-2"
	p.step(workflows.Event{Actor: gina, What: workflows.Registered{Request: "AIR-2"}}, strange)
	if p.last.Refusal == nil {
		t.Error("another request changes the entry")
	}
}

func TestOwnerLeaves(t *testing.T) {
	p := begin(t, approved(within("train", ciso, 30)))
	p.roster = people(ana)
	p.by(workflows.System, register.RosterChanged{})
	if got := p.waits(); !slices.Equal(got, []string{"hand_over P-ben "}) || p.told()[ben] != workflows.WhyHandOver {
		t.Errorf("it waits for %v, told are %v", got, p.told())
	}
	p.by(workflows.System, register.RosterChanged{})
	if len(p.last.Records)+len(p.last.Effects) > 0 {
		t.Error("nobody else waits, and something happens")
	}
	p.refused(other, register.HandedOver{To: other, Reason: why}, workflows.CodeNotEntitled)
	p.refused(ben, register.HandedOver{To: ana, Reason: why}, workflows.CodeField)
	p.by(ben, register.HandedOver{To: other, Reason: why})
	if got := p.waits(); !slices.Equal(got, []string{"task P-other train"}) || p.s.Owner != other {
		t.Errorf("it waits for %v; the owner is %s", got, p.s.Owner)
	}
	p.roster = people(ana, other, ben)
	p.by(workflows.System, register.RosterChanged{})
	if got := p.waits(); !slices.Equal(got, []string{"hand_over P-cleo ", "hand_over P-gina "}) {
		t.Errorf("it waits for %v", got)
	}
	p.refused(ana, register.Retired{Reason: why}, workflows.CodeInactive)
}

func TestActions(t *testing.T) {
	kinds := func(p *play, who workflows.PersonID) string {
		var out []string
		for _, a := range register.Actions(p.s, who, p.roster, p.at, true) {
			out = append(out, strings.TrimSuffix(a.Kind+" "+a.Task, " "))
		}
		return strings.Join(out, ", ")
	}
	p := begin(t, approved(before("dpa", dpo)))
	for who, want := range map[workflows.PersonID]string{
		ana: "proved dpa, piloted, changed, suspended, handed_over, retired", gina: "changed, suspended, handed_over, retired, revoked",
		dora: "", other: "", "P-nobody": "",
	} {
		if got := kinds(p, who); got != want {
			t.Errorf("%s can do %q, want %q", who, got, want)
		}
	}
	p.by(ana, register.Proved{Task: "dpa", Proof: "done"})
	if got := kinds(p, dora); got != "verified dpa, sent_back dpa" {
		t.Errorf("Dora can do %q", got)
	}
	p.by(dora, register.Verified{Task: "dpa"})
	p.by(gina, register.Suspended{Reason: why})
	if got := kinds(p, gina); got != "released, handed_over, retired, revoked" {
		t.Errorf("Gina can do %q", got)
	}
	if got := register.Actions(p.s, ana, p.roster, p.at.Add(time.Hour), false); len(got) != 2 {
		t.Errorf("Ana can do %v", got)
	}
}

func TestMeasures(t *testing.T) {
	read, count := measure("IMP-1", 1, 0, "read"), measure("IMP-1", 2, 30, "count")
	p := begin(t, approved(read, count))
	p.is(register.StateApproved)
	p.by(ana, register.Proved{Task: read.Key, Proof: "See the note."})
	p.refused(ana, register.Verified{Task: read.Key}, workflows.CodeOwnRequest)
	p.by(gina, register.Verified{Task: read.Key})
	p.is(register.StateInUse)

	// the same words go on under their key, what is new begins, and what is not named any more is moot
	p.later(2, measure("IMP-2", 1, 0, "read"), measure("IMP-2", 2, 0, "tell"))
	p.is(register.StateApproved)
	if who := p.told(); who[ana] != workflows.WhyTask {
		t.Errorf("told: %v", who)
	}
	is := func(key string, state register.TaskState, from string) {
		t.Helper()
		if got, _ := p.s.Task(key); got.State != state || got.From.Assessment != from {
			t.Errorf("%s is %+v", key, got)
		}
	}
	is(read.Key, register.TaskVerified, "IMP-2")
	is(count.Key, register.TaskMoot, "IMP-1")
	is("IMP-2.measures_done.2", register.TaskOpen, "IMP-2")
	p.refused(ana, register.Proved{Task: count.Key, Proof: "Done."}, workflows.CodeNotNow)
	seq := p.s.Seq
	if p.later(2, measure("IMP-2", 1, 0, "read"), measure("IMP-2", 2, 0, "tell")); p.s.Seq != seq {
		t.Error("the same version a second time changed something")
	}
	if n, _ := p.s.Open(); n != 1 {
		t.Errorf("%d are open", n)
	}

	// what is named no more keeps nobody from using it
	p.later(3, measure("IMP-3", 1, 0, "read"))
	p.is(register.StateInUse)

	// a renewal brings no condition a second time, and what its assessment does not name is moot
	p.later(4, measure("IMP-4", 1, 0, "read"), measure("IMP-4", 2, 60, "count"))
	d := approved(measure("IMP-5", 1, 0, "read"))
	d.Round, d.Renewal, d.Newer = 2, true, map[string]string{"IMP-4": "IMP-5", "IMP-5": "IMP-5"}
	p.decided(d)
	is(read.Key, register.TaskVerified, "IMP-5")
	is("IMP-4.measures_done.2", register.TaskMoot, "IMP-4")
	p.is(register.StateInUse)
}
