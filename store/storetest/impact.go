package storetest

import (
	"strings"

	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// grave tells of a request of high tier, of Ana's and owned by her, that waits for its assessment.
func (s *story) grave() workflows.Ref {
	s.Helper()
	return s.ask(policy.Answers{
		"owner": {Text: string(ana)}, "affected": {List: []string{"applicants"}}, "exposure": {List: []string{"profiles_people"}},
		"areas": {List: []string{"employment"}}, "autonomy": {Text: "recommends"}, "concerns": {List: []string{"bias", "unexplainable"}},
	})
}

// risky are answers of an assessment with one risk line, whose measure is a condition.
func risky() policy.Answers {
	out := harmless()
	line := policy.Line{
		"cause": {Text: "CANARY older applicants are ranked lower"}, "affected": {Text: "applicants"}, "treatment": {Text: "reduce"},
		"likelihood": {Number: 4}, "consequence": {Number: 4}, "measure": {Text: "Ranks compared by age each month, by Ana"},
		"control_refs": {List: []string{"42001:A.6.2.6"}}, "residual_likelihood": {Number: 2}, "residual_consequence": {Number: 3},
	}
	out["harm_individuals"], out["consulted"], out["result"] = policy.Answer{List: []string{"unfair"}}, policy.Answer{List: []string{"workers"}}, policy.Answer{Text: "go_with_measures"}
	out[policy.LinesKey] = policy.Answer{Lines: []policy.Line{line}}
	return out
}

// assess tells of an assessment about a request and of its acceptance.
func (s *story) assess(about workflows.Ref) workflows.Ref {
	s.Helper()
	i := s.by(ana, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-impact", Answers: risky(), Linked: about.ID})
	s.told(func() bool { return len(s.request(about.ID).Assessments) > 0 })
	s.by(dan, i, approval.Advised{})
	s.by(cleo, i, approval.Decided{Approve: true})
	s.told(func() bool { return len(s.request(about.ID).Links) > 0 })
	return i
}

func impactChecks() []check {
	return []check{
		{"an assessment is linked when it is accepted, and another one when the request has changed", func(d *db) {
			s := d.story()
			r := s.grave()
			i := s.assess(r)
			if got := s.request(r.ID); got.Links[0].Ref != i.ID || got.Assessments[0].Status != approval.StatusApproved {
				d.Errorf("%+v, %+v", got.Links, got.Assessments)
			}
			d.clean()
			s.by(ana, r, approval.Edited{Answers: s.request(r.ID).Screening.Answers})
			if got := s.request(r.ID); len(got.Links) != 1 {
				d.Errorf("nothing has changed: %+v", got.Assessments)
			}
			changed := s.request(r.ID).Screening.Answers
			changed["data"] = policy.Answer{List: []string{"special_category"}}
			s.by(ana, r, approval.Edited{Answers: changed})
			if got := s.request(r.ID); len(got.Links) != 0 || len(got.Assessments[0].Differs) == 0 {
				d.Errorf("other data: %+v, %+v", got.Links, got.Assessments)
			}
			d.clean()
			if i = s.assess(r); s.request(r.ID).Links[0].Ref != i.ID {
				d.Errorf("%+v", s.request(r.ID).Links)
			}
			d.clean()
		}},
		{"a request that comes to nothing lets go of its assessment", func(d *db) {
			s := d.story()
			r := s.grave()
			i := s.by(ana, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-impact", Answers: risky(), Linked: r.ID})
			s.told(func() bool { return len(s.request(r.ID).Assessments) > 0 })
			s.by(ana, r, approval.Withdrawn{Reason: "It is not needed any more."})
			s.told(func() bool { return s.request(i.ID).Status == approval.StatusWithdrawn })
			d.clean()
			d.exec("UPDATE requests SET head = replace(head, ?, ?) WHERE id = ?", `"moot":true,`, "", i.ID)
			if report := d.verified(); len(report.Problems) != 1 || !strings.Contains(report.Problems[0].Wrong, "its reason for its end is not the one") {
				d.Errorf("as though the owner had withdrawn it: %v", report.Problems)
			}
		}},
		{"the risks of an assessment are in the evidence, with who accepted what is left", func(d *db) {
			s := d.story()
			key := newKey(d)
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: key.Public().String()}))
			r := s.grave()
			open := s.by(ana, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-impact", Answers: risky(), Linked: r.ID})
			s.told(func() bool { return len(s.request(r.ID).Assessments) > 0 })
			s.by(ana, open, approval.Edited{Answers: risky()})
			sealer := d.store.NewSealer(key)
			d.sealAll(sealer)
			risks := func(accepted string) {
				d.Helper()
				bundle := d.export(store.EvidenceOrder{Key: key})
				d.checked(bundle, key)
				rows := d.rowsOf(d.unzip(bundle)["ai_risks.csv"])
				if len(rows) != 1 {
					d.Fatalf("the risks are %v", rows)
				}
				for column, want := range map[string]string{
					"request": open.ID, "flow": "ai-impact", "round": "2", "line": "1", "cause": "CANARY older applicants are ranked lower", "affected": "applicants",
					"likelihood": "4", "consequence": "4", "treatment": "reduce", "control_refs": "42001:A.6.2.6", "score": "16", "level": "high",
					"residual": "6", "residual_level": "low", "accept_role": "owner", "accepted_by": accepted, "other": "",
				} {
					if got := rows[0][column]; got != want {
						d.Errorf("%s is %q, want %q", column, got, want)
					}
				}
			}
			risks("")
			s.by(dan, open, approval.Advised{})
			s.by(cleo, open, approval.Decided{Approve: true})
			d.clean()
			d.sealAll(sealer)
			risks(string(ana))
		}},
		{"an assessment that was changed behind its back is found", func(d *db) {
			s := d.story()
			r := s.grave()
			i := s.assess(r)
			was := s.request(r.ID)
			for _, x := range [][3]string{
				{`"assessments":[{"id":"` + i.ID, `"assessments":[{"id":"IMP-99`, "there is no such request"},
				{`"assessments":[{"id":"` + i.ID, `"assessments":[{"id":"` + r.ID, "is about something else"},
			} {
				d.exec("UPDATE requests SET head = replace(head, ?, ?) WHERE id = ?", x[0], x[1], r.ID)
				d.wrong(r, x[2])
				d.exec("UPDATE requests SET head = ? WHERE id = ?", string(encode(was)), r.ID)
			}
			d.clean()
			scored := d.words("SELECT screening FROM rounds WHERE request = ?", i.ID)[0]
			without := s.request(i.ID).Screening
			without.Lines = nil
			d.exec("UPDATE rounds SET screening = ? WHERE request = ?", string(encode(without)), i.ID)
			d.wrong(i, "is not what was shown")
			d.exec("UPDATE rounds SET screening = ? WHERE request = ?", scored, i.ID)
			again := s.by(ana, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-impact", Answers: risky(), Linked: r.ID})
			s.told(func() bool { return len(s.request(r.ID).Assessments) > 1 })
			d.exec("UPDATE requests SET head = replace(head, ?, ?) WHERE id = ?", `"id":"`+again.ID+`","flow":"ai-impact","round":1,"status":"open"`,
				`"id":"`+again.ID+`","flow":"ai-impact","round":1,"status":"approved"`, r.ID)
			d.wrong(r, "it takes "+again.ID+" for accepted")
		}},
	}
}
