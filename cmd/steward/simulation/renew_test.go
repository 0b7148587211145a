package simulation_test

import (
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
	"steward/workflows/register/enter"
)

// maybeRenew lets an owner renew the approval of a system, as it was or changed, sooner or when it has ended already, or let it run
// out. A manager who owns one lets it run out: of what their people asked for they could not both ask and decide.
func (l *life) maybeRenew(s register.System) {
	switch n := l.rand.IntN(100); {
	case slices.Contains(l.heads, s.Owner):
	case n < 45:
		l.renew(s.ID, false)
	case n < 70:
		l.renew(s.ID, true)
	case n < 85:
		l.at(s.ValidUntil.AddDate(0, 0, 1+l.rand.IntN(20)), func() { l.renew(s.ID, false) })
	}
}

// renew asks for an approval to be renewed, if its owner still can.
func (l *life) renew(id string, changed bool) {
	l.t.Helper()
	s := l.system(id)
	if slices.Contains(l.heads, s.Owner) || !slices.ContainsFunc(s.Waits, func(w workflows.Wait) bool { return w.Who == s.Owner && w.Why == workflows.WhyRenew }) {
		return
	}
	answers := l.request(s.Request).Renewable(enter.Entry(s), s.Owner).Before
	if changed {
		answers["purpose"] = policy.Answer{Text: "Shorten texts that people paste into it, as of " + l.clock.Now().Format(time.DateOnly) + " also minutes."}
	}
	doubted := s.State == register.StateReEvaluation || s.State == register.StateSuspended
	l.apply(workflows.RequestRef(s.Request), s.Owner, approval.Renewed{Answers: answers})
	l.note(deed{request: s.Request, who: s.Owner, what: "renewed", short: !changed && !doubted})
	l.renewals[map[bool]string{true: "changed", false: "unchanged"}[changed]]++
	l.open[s.Request] = true
	if n := l.renewals["changed"] + l.renewals["unchanged"]; n%5 == 3 {
		l.silent[s.Request+" is not renewed"] = true
	}
	l.travel(l.clock.Now())
	l.after(s.Request)
	l.giveUp(s.Request, s.Owner)
}

// notRenewed says that a renewal is rejected: what it is to renew was ended since it began, or it is one of those that are.
func (l *life) notRenewed(r approval.Request) bool {
	n := r.Screening.Renews
	return n != nil && (l.silent[r.ID+" is not renewed"] || l.system(n.System).State.Over())
}

// learnTerms takes note of what the conditions of a system ask for, when a decision has brought them.
func (l *life) learnTerms(id string) {
	if l.terms[id] == nil {
		l.terms[id] = map[string]terms{}
	}
	for _, t := range l.system(id).Tasks {
		l.terms[id][t.Key] = terms{t.Due, t.GoLive}
	}
}

// judgeRenewals looks whether every way of a renewal was gone.
func (j *judge) judgeRenewals() {
	j.t.Helper()
	ways := map[string]int{}
	for _, ends := range j.ends {
		for _, end := range ends {
			if end.renews {
				ways[string(end.status)]++
			}
		}
	}
	j.t.Logf("renewals: asked %v, ended %v", j.renewals, ways)
	for _, way := range []approval.Status{approval.StatusApproved, approval.StatusRejected, approval.StatusWithdrawn} {
		if ways[string(way)] == 0 {
			j.t.Errorf("no renewal was %s: the simulation shows nothing about it", way)
		}
	}
	if j.renewals["changed"] == 0 || j.renewals["unchanged"] == 0 {
		j.t.Errorf("renewals: %v", j.renewals)
	}
}
