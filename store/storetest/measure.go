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

// measured tells of a request that is approved with its assessment, and gives all three: its measure is a condition of the system.
func (s *story) measured() (request, assessment, system workflows.Ref) {
	s.Helper()
	request = s.grave()
	for _, who := range []workflows.PersonID{ben, yuki, nadia} {
		s.by(who, request, approval.Decided{Approve: true})
	}
	s.by(dan, request, approval.Advised{})
	assessment = s.assess(request)
	for _, who := range []workflows.PersonID{cleo, marek} {
		s.by(who, request, approval.Decided{Approve: true})
	}
	return request, assessment, s.entry(request.ID)
}

// newVersion tells of another version of the assessment, with another measure by that day, and of its acceptance.
func (s *story) newVersion(request, system workflows.Ref, measure, until string) workflows.Ref {
	s.Helper()
	answers := risky()
	line := answers[policy.LinesKey].Lines[0]
	line["measure"], line["measure_until"] = policy.Answer{Text: measure}, policy.Answer{Text: until}
	line["likelihood"], line["residual_consequence"] = policy.Answer{Number: 3}, policy.Answer{Number: 2}
	i := s.by(ana, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-impact", Answers: answers, Linked: request.ID})
	s.by(dan, i, approval.Advised{})
	s.by(cleo, i, approval.Decided{Approve: true})
	s.told(func() bool {
		return slices.ContainsFunc(s.system(system).Tasks, func(t register.Task) bool { return t.From.Assessment == i.ID })
	})
	return i
}

func measureChecks() []check {
	return []check{
		{"the measures of an assessment are conditions of the system, and those of a later version take their place", func(d *db) {
			s := d.story()
			key := newKey(d)
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: key.Public().String()}))
			r, i, sys := s.measured()
			first := i.ID + ".measures_done.1"
			if t, ok := s.system(sys).Task(first); !ok || !t.GoLive || t.Text != "Ranks compared by age each month, by Ana" || !slices.Equal(t.From.Lines, []int{1}) {
				d.Fatalf("%+v", s.system(sys).Tasks)
			}
			d.clean()
			sealer := d.store.NewSealer(key)
			d.sealAll(sealer)
			risk := func(of workflows.Ref, condition, state, reached string) {
				d.Helper()
				bundle := d.export(store.EvidenceOrder{Key: key})
				d.checked(bundle, key)
				for _, row := range d.rowsOf(d.unzip(bundle)["ai_risks.csv"]) {
					if row["request"] == of.ID && (row["ai_system_id"] != sys.ID || row["condition"] != condition || row["condition_state"] != state || row["residual_reached"] != reached) {
						d.Errorf("%v", row)
					}
				}
			}
			risk(i, first, "open", "false")
			s.by(ana, sys, register.Proved{Task: first, Proof: "See the note."})
			s.by(cleo, sys, register.Verified{Task: first})
			d.clean()
			d.sealAll(sealer)
			risk(i, first, "verified", "true")

			j := s.newVersion(r, sys, "CANARY ten read by hand", "2027-03-01")
			second := j.ID + ".measures_done.1"
			if t, ok := s.system(sys).Task(second); !ok || t.GoLive || t.Due.IsZero() {
				d.Errorf("%+v", s.system(sys).Tasks)
			}
			k := s.newVersion(r, sys, "CANARY twenty read by hand", "")
			if t, _ := s.system(sys).Task(second); t.State != register.TaskMoot || t.MootBy != k.ID {
				d.Errorf("%+v", t)
			}
			if t, _ := s.system(sys).Task(first); t.State != register.TaskVerified {
				d.Errorf("%+v", t)
			}
			d.clean()
			d.sealAll(sealer)
			risk(j, second, "moot", "false")

			was := s.system(sys)
			for _, x := range [][2]string{
				{`"moot_by":"` + k.ID, `"moot_by":"IMP-99`},
				{`"from":{"assessment":"` + j.ID, `"from":{"assessment":"IMP-99`},
				{`"state":"moot"`, `"state":"verified"`},
			} {
				d.exec("UPDATE ai_systems SET head = replace(head, ?, ?) WHERE id = ?", x[0], x[1], sys.ID)
				d.wrong(sys, second)
				d.exec("UPDATE ai_systems SET head = ? WHERE id = ?", string(encode(was)), sys.ID)
			}
			d.clean()

			s.by(ana, sys, register.Retired{Reason: "CANARY its data was deleted, and its users were told."})
			s.clock.Set(s.clock.Now().AddDate(6, 0, 0))
			_, err := s.engine.Retire(d.ctx, workflows.Retention{Requests: 36, Copies: 12})
			d.must(err)
			d.must(d.store.Scrub(d.ctx))
			if strings.Contains(d.dump(), "CANARY") {
				d.Error("a measure is there still")
			}
			d.clean()
		}},
	}
}
