package enter

import (
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// With is what the end of a request is read with.
type With struct {
	Flow *policy.Flow
	// On are the assessments that the request stands on: see [approval.Request.StandsOn].
	On   []approval.Request
	Zone *time.Location // the organisation's, in which days end; nil means UTC
}

// Decision reads the end of a request as the register takes it: who, what of which answers, and the conditions.
func Decision(r approval.Request, w With) register.Decision {
	sc, plan := r.Screening, r.Screening.Plan
	answer := func(key string) policy.Answer { return sc.Answers[key] }
	m := w.Flow.Fills()
	d := register.Decision{
		Approved: r.Status == approval.StatusApproved, Stopped: r.Status == approval.StatusStopped, At: r.EndedAt, Sent: r.RoundAt,
		Builder: m.Builds(answer(m.Role).Text),
		System: register.System{
			Request: r.ID, Round: r.Round, Requester: r.Requester, Owner: r.Owner,
			Title: sc.Title, Tool: answer(m.Tool).Text, Vendor: answer(m.Vendor).Text, Plan: answer(m.Plan).Text, Use: answer(m.Use).Text,
			Role: answer(m.Role).Text, Data: answer(m.Data).List, Hosting: answer(m.Hosting).Text, Affected: answer(m.Affected).List,
			Users: answer(m.Users).Text, Tier: sc.Assessment.Tier, LegalClass: sc.Assessment.LegalClass,
			Computed: sc.Assessment.Computed, Hits: hits(sc.Assessment),
			Flow: r.Flow, Policy: sc.Policy, Version: sc.Version, Governors: m.Governors,
			Covers: m.Covers(answer(m.Users).Text),
		},
	}
	if n := sc.Renews; n != nil {
		d.Renewal, d.Same, d.Asker = true, n.Short, n.By
	}
	if !d.Approved {
		return d
	}
	d.ApprovedAt, d.ValidUntil = r.EndedAt, r.ValidUntil
	if !r.ValidUntil.IsZero() {
		d.RenewFrom = r.ValidUntil.AddDate(0, 0, -plan.RenewalLead)
	}
	d.Tasks = tasks(r.Attached)
	w.add(&d, r, r.EndedAt)
	return d
}

// Decides reads what a request brings to the register now: its end, or the emergency approval that it has before that; false where
// it is not what was announced, and something else will come.
func Decides(r approval.Request, what workflows.Registered, w With) (register.Decision, bool) {
	if what.Emergency {
		return Emergency(r, w)
	}
	return Decision(r, w), r.Round == what.Round && r.Status != approval.StatusOpen
}

// Emergency reads the emergency approval of a request that is open as the register takes it; false where it has none that stands.
func Emergency(r approval.Request, w With) (register.Decision, bool) {
	e := r.Emergency
	if !r.InEmergency() {
		return register.Decision{}, false
	}
	d := Decision(r, w)
	d.Approved, d.Emergency, d.At = true, true, e.Answered
	d.ApprovedAt, d.ValidUntil = e.Answered, e.Until
	d.Tasks = tasks(e.Attached)
	w.add(&d, r, e.Answered)
	return d, true
}

// hits gives the rules that people have overridden; under legal hold, those that say that the use is banned.
func hits(a policy.Assessment) (out []string) {
	for _, h := range a.Hits {
		if h.Overridden || a.Tier == policy.TierProhibited && h.Floor == policy.TierProhibited {
			out = append(out, h.Rule)
		}
	}
	return out
}

// add adds what the assessments ask for of something approved at that time.
func (w With) add(d *register.Decision, r approval.Request, at time.Time) {
	m := Measures(r, w, at)
	d.Tasks, d.Newer = append(d.Tasks, m.Tasks...), m.Newer
}

// Measures reads what the assessments that a request stands on ask for: their conditions, under keys that begin with their ids, and which
// of them came in the place of which. Days count from that time.
func Measures(r approval.Request, w With, at time.Time) register.Measures {
	var out register.Measures
	zone := w.Zone
	if zone == nil {
		zone = time.UTC
	}
	for _, a := range w.On {
		attached := a.Measures(at, zone)
		for i, t := range tasks(attached) {
			t.Key, t.From = a.ID+"."+t.Key, register.Origin{Assessment: a.ID, Lines: attached[i].Lines}
			out.Tasks = append(out.Tasks, t)
		}
		for _, was := range r.Assessments {
			if was.Flow == a.Flow {
				if out.Newer == nil {
					out.Newer = map[string]string{}
				}
				out.Newer[was.ID] = a.ID
			}
		}
	}
	return out
}

// tasks gives the conditions of an approval as they begin.
func tasks(attached []approval.Attached) (out []register.Task) {
	for _, a := range attached {
		t := register.Task{
			Key: a.Key, Text: a.Text, GoLive: a.GoLive, Due: a.Due, Verifier: a.Verifier, Evidence: a.Evidence, Refs: a.Refs,
			State: register.TaskOpen,
		}
		if strings.HasPrefix(a.Key, approval.OwnCondition) && len(a.By) > 0 {
			t.By = a.By[0]
		}
		out = append(out, t)
	}
	return out
}
