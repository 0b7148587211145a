package store

import (
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/register"
)

// TestSystemTold plays a system through two decisions and compares what the machine made of it with what its records tell.
func TestSystemTold(t *testing.T) {
	const owner, lead, asker workflows.PersonID = "P-owner", "P-lead", "P-asker"
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	roster := workflows.NewRoster([]workflows.Person{
		{ID: owner, Active: true}, {ID: asker, Active: true}, {ID: lead, Active: true, Roles: []workflows.Role{workflows.AIGovernance}},
	}, nil)
	decided := func(round int, texts ...string) *register.Decision {
		d := &register.Decision{Approved: true, At: at, Sent: at, System: register.System{
			Request: "AIR-1", Round: round, Requester: asker, Owner: owner, Title: "Otter.ai", Policy: "hash", Flow: "ai-use",
			ApprovedAt: at, ValidUntil: at.AddDate(1, 0, 0), RenewFrom: at.AddDate(0, 11, 0), Governors: []workflows.Role{workflows.AIGovernance},
		}}
		for i, text := range texts {
			d.Tasks = append(d.Tasks, register.Task{Key: []string{"dpa", "own-1"}[i], Text: text, GoLive: i == 0, Verifier: workflows.AIGovernance})
		}
		d.Tasks[1].By = lead
		return d
	}
	v := &verifier{thing: &thing{about: workflows.SystemRef("AIS-1"), system: newSystemLog()}, policies: map[string]bool{"hash": true}}
	var s register.System
	n := 0
	for _, step := range []struct {
		who  workflows.PersonID
		what workflows.What
		d    *register.Decision
	}{
		{lead, workflows.Registered{}, decided(1, "Sign it.", "Ask again.")},
		{owner, register.Piloted{Until: "2026-06-30"}, nil},
		{owner, register.Proved{Task: "dpa", Proof: "signed"}, nil},
		{lead, register.Verified{Task: "dpa"}, nil},
		{owner, register.Proved{Task: "own-1", Proof: "asked"}, nil},
		{lead, register.SentBack{Task: "own-1", Reason: "This does not show that it was asked."}, nil},
		{lead, register.HandedOver{To: asker, Reason: "They lead the team from now on."}, nil},
		{lead, workflows.Registered{}, decided(2, "Sign it.", "Ask somebody else.")},
		{owner, register.WentLive{Report: "Nothing went wrong in three months."}, nil},
		{lead, register.Revoked{Reason: "The vendor does not exist any more."}, nil},
		{lead, workflows.Registered{}, decided(3, "Sign it.", "Ask somebody else.")},
	} {
		out := register.Step(s, workflows.Event{Actor: step.who, At: at, About: workflows.SystemRef("AIS-1"), What: step.what},
			register.Facts{Roster: roster, Decision: step.d})
		if out.Refusal != nil {
			t.Fatalf("%s: %s", step.what.Kind(), out.Refusal.Sentence)
		}
		s = out.State
		for _, f := range out.Records {
			n++
			texts := map[string][]byte{}
			for name, text := range f.Texts {
				texts[name] = []byte(text)
			}
			if f.Shown != nil {
				texts[shownName] = f.Shown
			}
			v.learnSystem(workflows.Record{
				About: workflows.SystemRef("AIS-1"), N: n, At: at.UnixMilli(), Actor: step.who, What: f.Kind, Data: mustJSON(f.Data),
			}, texts)
		}
		l := v.thing.system
		v.checkEntry(v.thing, s, *l.entry)
		v.checkTasks(v.thing, s)
		if s.State != l.state || s.Owner != l.owner || s.PilotUntil != l.pilot || len(s.Owners) != len(l.owners) {
			t.Errorf("after %s it is %s of %s, pilot %q; its records say %s of %s, pilot %q", step.what.Kind(), s.State, s.Owner, s.PilotUntil, l.state, l.owner, l.pilot)
		}
		for _, p := range v.report.Problems {
			t.Errorf("after %s: %s", step.what.Kind(), p)
		}
		v.report = Report{}
		at = at.Add(time.Hour)
	}
	if s.Tasks[0].State != register.TaskVerified || s.Tasks[1].State != register.TaskOpen {
		t.Errorf("conditions with other words were kept, or one with the same was not: %+v", s.Tasks)
	}
}
