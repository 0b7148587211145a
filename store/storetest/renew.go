package storetest

import (
	"slices"
	"strings"

	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// renew lets the owner of an entry renew its approval, with the answers that were approved but for some.
func (s *story) renew(about workflows.Ref, more policy.Answers) workflows.Ref {
	s.Helper()
	sys := s.system(about)
	s.clock.Set(sys.RenewFrom)
	owner := answers(more)
	owner[policy.OwnerKey] = policy.Answer{Text: string(sys.Owner)}
	r := s.by(sys.Owner, workflows.RequestRef(sys.Request), approval.Renewed{Answers: owner})
	s.told(func() bool { return s.system(about).Renewal > 0 })
	return r
}

// told brings what one thing tells another one, until that shows.
func (s *story) told(until func() bool) {
	s.Helper()
	for range 10 {
		_, err := s.engine.Work(s.ctx)
		if s.must(err); until() {
			return
		}
	}
	s.Fatal("what was told does not arrive")
}

func renewChecks() []check {
	return []check{
		{"a renewal is a round whose base holds what was approved before, and its end brings the entry up to date", func(d *db) {
			s := d.story()
			about := s.entry(s.approved().ID)
			s.lives(about)
			was := s.system(about)
			r := s.renew(about, nil)
			d.clean()
			if got := s.request(r.ID); got.Round != 2 || got.Asker() != rahul || !got.Screening.Renews.Short || len(got.Screening.Plan.Stages) != 1 ||
				got.Screening.Renews.Before["purpose"].Text == "" {
				d.Fatalf("the round is %+v", got.Screening.Renews)
			}
			s.by(cleo, r, approval.Decided{Approve: true})
			s.told(func() bool { return s.system(about).Round == 2 })
			d.clean()
			got := s.system(about)
			if !got.ValidUntil.After(was.ValidUntil) || len(got.Tasks) < len(was.Tasks) || got.Renewal != 0 {
				d.Errorf("it was %+v and is %+v", was, got)
			}
			for _, t := range was.Tasks {
				if now, ok := got.Task(t.Key); !ok || now.State != t.State || !now.Due.Equal(t.Due) || now.Text != t.Text {
					d.Errorf("the condition %+v became %+v", t, now)
				}
			}
		}},
		{"one that was rejected leaves the entry as it is, and what was changed behind its back is found", func(d *db) {
			s := d.story()
			about := s.entry(s.approved().ID)
			r := s.renew(about, policy.Answers{"tool": {Text: "Otter.ai Business"}})
			if got := s.request(r.ID).Screening.Renews; !slices.Equal(got.Changed, []string{"tool"}) || got.Short {
				d.Errorf("changed are %v", got.Changed)
			}
			restore := d.rewrite(about, func(s *register.System) { s.Renewal = 0 })
			d.wrong(about, "its renewal is not")
			restore()
			s.by(ben, r, approval.Decided{Reason: because})
			s.told(func() bool { return s.system(about).Renewal == 0 })
			d.clean()
			if got := s.system(about); got.State != register.StateInUse || got.Round != 1 || got.ValidUntil.IsZero() {
				d.Errorf("after a rejection it is %+v", got)
			}
			d.disarm("rounds")
			d.exec(`UPDATE rounds SET screening = replace(screening, 'Otter.ai, Inc.', 'Another one') WHERE request = 'AIR-1' AND round = 2`)
			if report := d.verified(); !slices.ContainsFunc(report.Problems, func(p store.Problem) bool {
				return p.About == r && p.N > 0 && strings.Contains(p.Wrong, "what round 2 is decided on is not what was shown")
			}) {
				d.Errorf("another base: found %v", report.Problems)
			}
		}},
		{"one on legal hold suspends the entry and stops it once that is confirmed, and what was changed behind its back is found", func(d *db) {
			s := d.story()
			about := s.entry(s.approved().ID)
			s.lives(about)
			r := s.renew(about, policy.Answers{"practices": {List: []string{"emotion_work_school"}}})
			s.told(func() bool { return s.system(about).State == register.StateSuspended })
			d.clean()
			restore := d.rewrite(about, func(s *register.System) { s.Hold.Switched = false })
			d.wrong(about, "its legal hold is not")
			restore()
			for _, who := range []workflows.PersonID{nadia, helen} {
				s.by(who, r, approval.Ruled{Outcome: policy.OutcomeConfirmStop, Reason: because})
			}
			s.told(func() bool { return s.system(about).State == register.StateStopped })
			d.clean()
			if got := s.system(about); !slices.Equal(got.Hits, []string{"P06"}) || got.Hold.Round != 0 {
				d.Errorf("stopped it is %+v", got)
			}
			restore = d.rewrite(about, func(s *register.System) { s.Hits = nil })
			d.wrong(about, "its tier by the rules is not")
			restore()
		}},
		{"an expert corrects an answer, votes stand or are void, and what was changed behind its back is found", func(d *db) {
			s := d.story()
			r := s.ask(nil)
			s.by(ben, r, approval.Decided{Approve: true})
			found := func(place string) approval.Corrected {
				return approval.Corrected{Reason: because, Fixes: []policy.Fix{{Key: "data_location", Answer: []string{place}, Proof: "Annex 3"}}}
			}
			s.by(dan, r, found("adequate"))
			d.clean()
			is := s.request(r.ID)
			if is.Round != 1 || is.Screening.Answers["data_location"].Text != "adequate" || len(is.Screening.Corrected) != 1 {
				d.Errorf("round %d with %+v", is.Round, is.Screening.Corrected)
			}
			d.exec(`UPDATE rounds SET screening = replace(screening, 'Annex 3', 'Annex 4') WHERE request = 'AIR-1'`)
			if report := d.verified(); !slices.ContainsFunc(report.Problems, func(p store.Problem) bool { return p.About == r }) {
				d.Error("another proof is not found")
			}
			d.exec(`UPDATE rounds SET screening = replace(screening, 'Annex 4', 'Annex 3') WHERE request = 'AIR-1'`)
			s.by(dan, r, found("other"))
			d.clean()
			if is = s.request(r.ID); is.Round != 2 || len(is.Screening.Corrected) != 2 {
				d.Errorf("round %d with %+v", is.Round, is.Screening.Corrected)
			}
		}},
		{"another tier that two name begins a round, and the entry says what the rules gave", func(d *db) {
			s := d.story()
			r := s.ask(nil)
			for _, x := range []struct {
				who  workflows.PersonID
				tier policy.Tier
			}{{helen, "minimal"}, {nadia, "high"}, {nadia, "minimal"}} {
				s.by(x.who, r, approval.Overridden{Tier: x.tier, Reason: because})
			}
			d.clean()
			s.by(lena, r, approval.Accepted{})
			s.by(ben, r, approval.Decided{Approve: true})
			d.clean()
			if got := s.system(s.entry(r.ID)); got.Tier != "minimal" || got.Computed != "limited" {
				d.Errorf("the entry is %+v", got)
			}
		}},
	}
}
