package approval_test

import (
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

const found = "The contract that was signed says otherwise."

// bureau is a request under the shipped policy, among people who can decide on any tier.
type bureau struct {
	flow   *policy.Flow
	roster workflows.Roster
	r      approval.Request
	at     time.Time
}

// shipped is the flow of the shipped pack.
func shipped() *policy.Flow {
	flow, ok := policy.Embedded().Flow("ai-use")
	if !ok {
		panic("the shipped pack has no ai-use")
	}
	return flow
}

func newBureau(flow *policy.Flow) *bureau {
	var people []workflows.Person
	for id, role := range map[workflows.PersonID]workflows.Role{
		"ana": "", "jack": "", "ben": "", "yuki": "ciso", "nadia": "legal_counsel", "dan": "dpo", "cleo": "ai_governance_lead",
		"helen": workflows.ComplianceLead, "olga": workflows.TopManagement,
	} {
		p := workflows.Person{ID: id, Name: strings.ToUpper(string(id[:1])) + string(id[1:]), Active: true}
		if role != "" {
			p.Roles = []workflows.Role{role}
		}
		if id == "ana" {
			p.Manager = "ben"
		}
		people = append(people, p)
	}
	return &bureau{flow: flow, roster: workflows.NewRoster(people, nil), at: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
}

// answers are of a request that the experts for security and privacy look at.
func (b *bureau) answers(place string, assured ...string) policy.Answers {
	return policy.Answers{
		"tool": {Text: "Otter.ai"}, "vendor": {Text: "Otter.ai, Inc."}, "plan": {Text: "business_contract"},
		"purpose": {Text: "Minutes of our own team meetings, read by the team only."}, "status": {Text: "planned"}, "owner": {Text: "jack"},
		"users": {Text: "my_team"}, "our_role": {Text: "use_as_is"}, "affected": {List: []string{"employees"}},
		"exposure": {List: []string{"internal_draft"}}, "data": {List: []string{"internal", "personal"}}, "practices": {List: []string{"none"}},
		"areas": {List: []string{"none"}}, "autonomy": {Text: "drafts"}, "system_access": {List: []string{"reads_workspace"}},
		"data_location": {Text: place}, "vendor_assurances": {List: assured}, "concerns": {List: []string{"inaccurate"}},
	}
}

// do applies an event, with what the policy says to it, and keeps what came of it.
func (b *bureau) do(t interface{ Fatal(...any) }, who workflows.PersonID, what workflows.What) workflows.Outcome[approval.Request] {
	ev := workflows.Event{Actor: who, At: b.at, About: workflows.RequestRef("AIR-1"), Via: workflows.Via{Surface: "portal"}, What: what}
	f := approval.Facts{Roster: b.roster, Zone: time.UTC}
	if basis, starts := approval.BasisOf(b.r, ev, nil); starts {
		next, no, err := b.flow.Judge(basis.Tier, basis.Answers, policy.Facts{Today: b.at, Requester: "ana"})
		if no != nil || err != nil {
			t.Fatal(no, err)
		}
		f.Next = next
	}
	var err error
	var no *workflows.Refusal
	if f.Correction, no, err = approval.Correct(b.r, ev, b.flow, time.UTC); err != nil || no != nil {
		return workflows.Outcome[approval.Request]{State: b.r, Refusal: no}
	}
	out := approval.Step(b.r, ev, f)
	if out.Refusal == nil {
		b.r = out.State
	}
	return out
}

// done is do, of what is not refused.
func (b *bureau) done(t *testing.T, who workflows.PersonID, what workflows.What) workflows.Outcome[approval.Request] {
	t.Helper()
	out := b.do(t, who, what)
	if out.Refusal != nil {
		t.Fatalf("%s by %s: %+v", what.Kind(), who, out.Refusal)
	}
	return out
}

// asked is a request that waits for its experts: its manager has approved.
func asked(t *testing.T) *bureau {
	t.Helper()
	b := newBureau(shipped())
	b.done(t, "ana", approval.Submitted{Flow: "ai-use", Answers: b.answers("eu_eea", "no_training", "dpa", "security_report")})
	b.done(t, "ben", approval.Decided{Approve: true})
	return b
}

func fix(place string, assured ...string) approval.Corrected {
	return approval.Corrected{Reason: found, Fixes: []policy.Fix{
		{Key: "data_location", Answer: []string{place}, Proof: "https://example.com/terms"},
		{Key: "vendor_assurances", Answer: assured, Proof: "Contract, annex 3"},
	}}
}

func told(out workflows.Outcome[approval.Request], why workflows.Why) (who []workflows.PersonID) {
	for _, e := range out.Effects {
		if n, ok := e.(workflows.Notify); ok && n.Why == why {
			who = append(who, n.To)
		}
	}
	return who
}

func TestCorrect(t *testing.T) {
	t.Run("votes stand where the tier does not rise", func(t *testing.T) {
		b := asked(t)
		before := b.r
		out := b.done(t, "dan", fix("adequate", "no_training", "dpa", "security_report"))
		if b.r.Round != 1 || b.r.Revision != before.Revision+1 || b.r.Screening.Answers["data_location"].Text != "adequate" || len(b.r.Votes) != 1 {
			t.Errorf("round %d, revision %d: %+v", b.r.Round, b.r.Revision, b.r.Screening.Answers["data_location"])
		}
		c := b.r.Screening.Corrected
		if len(c) != 1 || c[0].By != "dan" || !slices.Equal(c[0].Was, []string{"eu_eea"}) || c[0].Proof != "https://example.com/terms" {
			t.Errorf("corrected is %+v", c)
		}
		d := out.Records[0].Data.(approval.Detail)
		if out.Records[0].Kind != approval.FactRuled || len(d.Fixes) != 1 || out.Records[1].Kind != approval.FactRevised || out.Records[1].Shown == nil {
			t.Errorf("recorded is %+v", out.Records)
		}
		if got := told(out, workflows.WhyCorrected); len(got) > 0 {
			t.Errorf("told: %v", got)
		}
		old := workflows.Event{
			Actor: "yuki", At: b.at, About: workflows.RequestRef("AIR-1"), What: approval.Decided{Approve: true},
			Seen: workflows.Seen{Round: 1, Stage: "experts", Revision: before.Revision},
		}
		stale := approval.Step(b.r, old, approval.Facts{Roster: b.roster, Zone: time.UTC})
		if stale.Refusal == nil || stale.Refusal.Code != workflows.CodeStale || !strings.Contains(stale.Refusal.Sentence, "Dan corrected") {
			t.Errorf("a stale press: %+v", stale.Refusal)
		}
	})
	t.Run("votes are void where it rises, and each is told once", func(t *testing.T) {
		b := asked(t)
		b.done(t, "yuki", approval.Decided{Approve: true})
		out := b.done(t, "dan", fix("other", "change_notice"))
		if b.r.Round != 2 || b.r.Why != approval.FactCorrected || b.r.Screening.Assessment.Tier != "high" || b.r.Screening.Plan.Stages[b.r.Stage].Key != "manager" {
			t.Fatalf("round %d because %s, %s", b.r.Round, b.r.Why, b.r.Screening.Assessment.Tier)
		}
		messages := map[workflows.PersonID]int{}
		for _, e := range out.Effects {
			if n, ok := e.(workflows.Notify); ok && !n.Why.Update() {
				messages[n.To]++
			}
		}
		for _, who := range []workflows.PersonID{"ana", "jack", "ben", "yuki"} {
			if messages[who] < 1 || who != "ana" && who != "jack" && messages[who] != 1 {
				t.Errorf("%s got %d messages", who, messages[who])
			}
		}
		if messages["dan"] > 0 || !slices.Equal(told(out, workflows.WhyCorrected), []workflows.PersonID{"yuki"}) {
			t.Errorf("messages %v, told why: %v", messages, told(out, workflows.WhyCorrected))
		}
	})
	t.Run("votes are void where data leaves the approved classes", func(t *testing.T) {
		b := asked(t)
		b.done(t, "dan", fix("other", "no_training", "dpa", "security_report"))
		if b.r.Round != 2 || b.r.Screening.Assessment.Tier != "limited" {
			t.Errorf("round %d, %s", b.r.Round, b.r.Screening.Assessment.Tier)
		}
	})
	t.Run("a correction stays with the request, also where it is answered otherwise", func(t *testing.T) {
		b := asked(t)
		b.done(t, "dan", fix("adequate", "no_training", "dpa", "security_report"))
		b.done(t, "ana", approval.Edited{Answers: b.answers("eu_eea", "no_training", "dpa", "security_report")})
		if len(b.r.Screening.Corrected) != 1 || b.r.Screening.Answers["data_location"].Text != "eu_eea" {
			t.Errorf("corrected is %+v", b.r.Screening.Corrected)
		}
	})
	t.Run("a tier that people named stays unless the rules give a higher one", func(t *testing.T) {
		b := asked(t)
		for _, who := range []workflows.PersonID{"nadia", "helen"} {
			b.done(t, who, approval.Overridden{Tier: "high", Reason: found})
		}
		b.done(t, "yuki", fix("adequate", "no_training"))
		if b.r.Round != 2 || b.r.Screening.Assessment.Tier != "high" || b.r.Screening.Assessment.Computed != "limited" {
			t.Errorf("round %d, %+v", b.r.Round, b.r.Screening.Assessment)
		}
	})
	t.Run("only experts of the round correct, with a proof and a reason", func(t *testing.T) {
		b := asked(t)
		right := fix("adequate")
		for who, code := range map[workflows.PersonID]workflows.Code{
			"ana": workflows.CodeOwnRequest, "jack": workflows.CodeOwnRequest, "ben": workflows.CodeNotEntitled, "cleo": workflows.CodeNotEntitled,
			"nadia": workflows.CodeNotEntitled, "olga": workflows.CodeNotEntitled,
		} {
			out := b.do(t, who, right)
			if out.Refusal == nil || out.Refusal.Code != code || len(out.Records) != 1 || out.Records[0].Kind != approval.FactRefused {
				t.Errorf("%s: %+v, records %+v", who, out.Refusal, out.Records)
			}
		}
		for _, c := range []struct {
			what  approval.Corrected
			field string
		}{
			{approval.Corrected{Reason: "Short.", Fixes: right.Fixes}, "reason"},
			{approval.Corrected{Reason: found}, policy.FixAnswer + "data_location"},
			{approval.Corrected{Reason: found, Fixes: []policy.Fix{{Key: "data", Answer: []string{"public"}, Proof: "x"}}}, policy.FixAnswer + "data_location"},
			{approval.Corrected{Reason: found, Fixes: []policy.Fix{{Key: "data_location", Answer: []string{"adequate"}}}}, policy.FixProof + "data_location"},
			{approval.Corrected{Reason: found, Fixes: []policy.Fix{{Key: "data_location", Answer: []string{"adequate"}, Proof: strings.Repeat("x", 501)}}}, policy.FixProof + "data_location"},
			{approval.Corrected{Reason: found, Fixes: []policy.Fix{{Key: "data_location", Answer: []string{"moon"}, Proof: "x"}}}, policy.FixAnswer + "data_location"},
			{approval.Corrected{Reason: found, Fixes: []policy.Fix{{Key: "data_location", Proof: "x"}}}, policy.FixAnswer + "data_location"},
		} {
			if out := b.do(t, "dan", c.what); out.Refusal == nil || out.Refusal.Fields[c.field] == "" {
				t.Errorf("%+v: %+v", c.what, out.Refusal)
			}
		}
	})
}

// TestCorrectHistories plays random corrections among votes, and reckons by itself when votes are void: where the tier that the rules give
// is higher than before, or where data was at a place of the approved classes and is not any more.
func TestCorrectHistories(t *testing.T) {
	places := []string{"own", "eu_eea", "adequate", "other", "unknown"}
	terms := []string{"no_training", "dpa", "security_report", "ip_terms", "change_notice"}
	order := []policy.Tier{"minimal", "limited", "high", "prohibited"}
	flow := shipped()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == histories { // a real screening takes its time
		if err := checks.Value.Set("500"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = checks.Value.Set(histories) })
	}
	people := []workflows.PersonID{"ana", "jack", "ben", "yuki", "nadia", "dan", "cleo", "olga"}
	rapid.Check(t, func(t *rapid.T) {
		b := newBureau(flow)
		dice := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "") }
		draw := func() (string, []string) {
			var assured []string
			for _, term := range terms {
				if dice(2) == 0 {
					assured = append(assured, term)
				}
			}
			return places[dice(len(places))], assured
		}
		place, assured := draw()
		b.do(t, "ana", approval.Submitted{Flow: "ai-use", Answers: b.answers(place, assured...)})
		for range 3 + dice(12) {
			b.at = b.at.Add(time.Duration(1+dice(90)) * time.Minute)
			before, who := b.r, people[dice(len(people))]
			if dice(2) == 0 {
				for _, what := range []workflows.What{approval.Decided{Approve: true, Reason: found}, approval.Advised{}, approval.Accepted{}, approval.Linked{Key: "impact_assessment_started", Ref: "https://example.com/ia"}} {
					b.do(t, who, what)
				}
				continue
			}
			to, terms := draw()
			out := b.do(t, who, fix(to, terms...))
			if out.Refusal != nil {
				continue
			}
			if who != "yuki" && who != "dan" && who != "nadia" {
				t.Fatalf("%s has corrected it", who)
			}
			sc, err := b.flow.Screen(b.answers(to, terms...), policy.Facts{Today: b.at, Requester: "ana"})
			if err != nil {
				t.Fatal(err)
			}
			was := before.Screening.Answers["data_location"].Text
			leaves := slices.Index(places, was) < 3 && slices.Index(places, to) >= 3
			rises := slices.Index(order, sc.Assessment.Tier) > slices.Index(order, before.Screening.Assessment.Tier)
			if void := b.r.Round > before.Round; void != (rises || leaves) {
				t.Fatalf("from %s at %s to %s at %s: round %d after %d", before.Screening.Assessment.Tier, was, sc.Assessment.Tier, to, b.r.Round, before.Round)
			}
			if b.r.Screening.Assessment.Tier != sc.Assessment.Tier || b.r.Revision != before.Revision+1 || len(b.r.Votes) != len(before.Votes) ||
				b.r.Status != approval.StatusOpen {
				t.Fatalf("a correction made %s, revision %d, %s", b.r.Screening.Assessment.Tier, b.r.Revision, b.r.Status)
			}
		}
	})
}

// voids checks that a correction voids votes where the tier rises or data leaves home, and nowhere else, and takes no stage away.
func (h *history) voids(before approval.Request, what approval.Corrected) {
	order := "minimal limited high prohibited"
	was, is := before.Screening, h.r.Screening
	rises := strings.Index(order, string(is.Assessment.Tier)) > strings.Index(order, string(was.Assessment.Tier))
	leaves := was.Answers["place"].Text == "home" && what.Fixes[0].Answer[0] != "home"
	h.must((h.r.Round > before.Round) == (rises || leaves), "from %s at %s to %s at %s: round %d after %d", was.Assessment.Tier,
		was.Answers["place"].Text, is.Assessment.Tier, is.Answers["place"].Text, h.r.Round, before.Round)
	h.must(h.r.Revision == before.Revision+1 && len(h.r.Votes) == len(before.Votes), "a correction is a vote, or no revision")
	for _, st := range was.Plan.Stages {
		has := slices.ContainsFunc(is.Plan.Stages, func(x policy.Stage) bool { return x.Key == st.Key && len(x.Members) >= len(st.Members) })
		h.must(has || h.r.Round > before.Round, "a correction took %s away", st.Key)
	}
}
