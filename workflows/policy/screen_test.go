package policy_test

import (
	"errors"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steward/workflows"
	"steward/workflows/policy"
)

// today is the day of sending of all tests.
func today() time.Time { return time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC) }

func shipped(tb testing.TB, key string) *policy.Flow {
	tb.Helper()
	f, ok := policy.Embedded().Flow(key)
	if !ok {
		tb.Fatalf("no flow %s", key)
	}
	return f
}

func trial(tb testing.TB) *policy.Flow {
	tb.Helper()
	p, err := policy.Load(os.DirFS("testdata/trial"))
	if err != nil {
		tb.Fatal(err)
	}
	f, _ := p.Flow("trial")
	return f
}

func sample(tb testing.TB, f *policy.Flow, name string) policy.Sample {
	tb.Helper()
	for _, s := range f.Samples(today()) {
		if s.Name == name {
			return s
		}
	}
	tb.Fatalf("no example %q", name)
	return policy.Sample{}
}

func screen(tb testing.TB, f *policy.Flow, s policy.Sample) policy.Screening {
	tb.Helper()
	out, err := f.Screen(s.Answers, s.Facts)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// TestScreenGolden writes down what the shipped pack makes of all its golden cases, as a person reads it.
func TestScreenGolden(t *testing.T) {
	t.Parallel()
	const file = "testdata/screen.txt"
	var b strings.Builder
	for _, f := range policy.Embedded().Flows() {
		for _, s := range f.Samples(today()) {
			b.WriteString("=== " + f.Key + ": " + s.Name + "\n")
			lines := f.Explain(screen(t, f, s))
			b.WriteString(strings.Join(lines[1:], "\n") + "\n\n") // the first line has the hash of the pack
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("screening differs (-want +got):\n%s", diff)
	}
}

func TestScreenFreezesThePlan(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-use")
	s := screen(t, f, sample(t, f, "CV ranking"))
	var stages []string
	for _, st := range s.Plan.Stages {
		stages = append(stages, st.Key)
	}
	if want := []string{"manager", "experts", "governance", "executive"}; !reflect.DeepEqual(stages, want) {
		t.Errorf("stages %v, want %v", stages, want)
	}
	if s.Plan.Stages[1].SLA != 40*time.Hour || !s.Plan.Stages[1].Expert || !s.Plan.Stages[1].All {
		t.Errorf("experts: %+v", s.Plan.Stages[1])
	}
	if n := len(s.Plan.Stages[1].Members); n != 3 {
		t.Errorf("%d experts, want 3: applicants are no employees", n)
	}
	if len(s.Plan.Preconditions) != 1 || s.Plan.Preconditions[0].Before != "governance" {
		t.Errorf("preconditions: %+v", s.Plan.Preconditions)
	}
	if s.Plan.MinIndependent != 3 || s.Plan.RenewalLead != 75 || !s.Plan.OwnerAccepts || s.Plan.Assurance != policy.AssuranceChat {
		t.Errorf("plan: %+v", s.Plan)
	}
	want := []workflows.Role{"line_manager", "ciso", "legal_counsel", "ai_governance_lead", "top_management"}
	var got []workflows.Role
	for _, stage := range s.Plan.Stages {
		for _, m := range stage.Members {
			if !m.Advice {
				got = append(got, m.Role)
			}
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("deciders %v, want %v", got, want)
	}
}

func TestScreenOwner(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-use")
	s := sample(t, f, "Paste public text to shorten it")
	if screen(t, f, s).Plan.OwnerIsAsker {
		t.Error("the owner is somebody else")
	}
	s.Facts.Requester = "P-EXAMPLE"
	if !screen(t, f, s).Plan.OwnerIsAsker {
		t.Error("the owner asks")
	}
	impact := shipped(t, "ai-impact")
	if got := impact.Owner(nil, policy.Facts{Requester: "P-1"}); got != "P-1" {
		t.Errorf("owner %q, want the requester", got)
	}
	if got := impact.Owner(nil, policy.Facts{Requester: "P-1", Owner: "P-2"}); got != "P-2" {
		t.Errorf("owner %q, want the fact", got)
	}
}

func TestScreenEnd(t *testing.T) {
	t.Parallel()
	f := shipped(t, "policy-exception")
	p := screen(t, f, sample(t, f, "Shared login for a trade fair stand")).Plan
	if p.ValidUntil != "2026-11-30" || p.ValidityMonths != 0 || p.MaxMonths != 12 {
		t.Errorf("plan: %+v", p)
	}
}

func TestLegalHold(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-use")
	p := screen(t, f, sample(t, f, "Mood tracking of call agents")).Plan
	if len(p.Stages) != 1 || p.Stages[0].Kind != policy.StageHold {
		t.Fatalf("stages: %+v", p.Stages)
	}
	if p.Approve != "" || p.Reject != "" || len(p.Conditions) != 0 || p.OwnerAccepts {
		t.Errorf("a legal hold offers an approval: %+v", p)
	}
}

func TestScreenAs(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-use")
	s := sample(t, f, "Mood tracking of call agents")
	got, err := f.ScreenAs("high", s.Answers, s.Facts)
	if err != nil {
		t.Fatal(err)
	}
	a := got.Assessment
	if a.Tier != "high" || a.Computed != policy.TierProhibited || a.LegalClass != "annex_iii" {
		t.Errorf("tier %s, computed %s, class %s", a.Tier, a.Computed, a.LegalClass)
	}
	for _, h := range a.Hits {
		if h.Overridden != (h.Rule == "P06") {
			t.Errorf("%s overridden: %v", h.Rule, h.Overridden)
		}
	}
	if got.Plan.Approve != "Approve" || len(got.Plan.Stages) == 0 {
		t.Errorf("plan: %+v", got.Plan)
	}
	explained := strings.Join(f.Explain(got), "\n")
	if !strings.Contains(explained, "named by people; the rules give Legal hold") || !strings.Contains(explained, "Overridden.") {
		t.Errorf("explanation:\n%s", explained)
	}
	for tier, want := range map[policy.Tier]string{
		"limited": "Profiling of persons in an Annex III area always stays high.",
		"huge":    "Please choose one of the tiers.",
	} {
		_, err := f.ScreenAs(tier, s.Answers, s.Facts)
		var r *workflows.Refusal
		if !errors.As(err, &r) || r.Sentence != want || r.Field != "tier" {
			t.Errorf("%s: %v, want %q", tier, err, want)
		}
	}
	if _, err := f.ScreenAs("high", s.Answers, policy.Facts{}); err == nil {
		t.Error("no day, no error")
	}
	same, err := f.ScreenAs(policy.TierProhibited, s.Answers, s.Facts)
	if err != nil || same.Assessment.Computed != "" {
		t.Errorf("naming the computed tier: %v, %+v", err, same.Assessment.Computed)
	}
}

func TestRenewal(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-use")
	for name, want := range map[string]string{"Paste public text to shorten it": "manager", "CV ranking": "governance"} {
		s := sample(t, f, name)
		was := screen(t, f, s)
		s.Facts.Renews = &policy.Renews{Before: was.Answers, Tier: was.Assessment.Tier}
		got := screen(t, f, s)
		if p := got.Plan; len(p.Stages) != 1 || p.Stages[0].Key != want || p.MinIndependent != 1 || !got.Renews.Short || len(got.Renews.Changed) > 0 {
			t.Errorf("%s: %+v", name, p.Stages)
		}
		for why, change := range map[string]func(*policy.Renews){
			"another tier":          func(r *policy.Renews) { r.Tier = "prohibited" },
			"a change was reported": func(r *policy.Renews) { r.Whole = true },
			"purpose": func(r *policy.Renews) {
				r.Before = maps.Clone(r.Before)
				r.Before["purpose"] = policy.Answer{Text: "Something else."}
			},
		} {
			again := s
			renews := policy.Renews{Before: was.Answers, Tier: was.Assessment.Tier}
			change(&renews)
			again.Facts.Renews = &renews
			whole := screen(t, f, again)
			if emergency := was.Plan.Emergency; (emergency != nil) != (was.Assessment.Tier == "minimal" || was.Assessment.Tier == "limited") {
				t.Errorf("%s, %s: the emergency path is %+v", name, was.Assessment.Tier, emergency)
			} else if emergency != nil {
				whole.Plan.Emergency = emergency // a renewal has none
			}
			if !reflect.DeepEqual(whole.Plan, was.Plan) || whole.Renews.Short {
				t.Errorf("%s, %s: not the whole chain, but %+v", name, why, whole.Plan.Stages)
			}
			if why == "purpose" && !slices.Equal(whole.Renews.Changed, []string{"purpose"}) {
				t.Errorf("%s: changed are %v", name, whole.Renews.Changed)
			}
		}
		for _, c := range []struct {
			computed, want policy.Tier
			whole, short   bool
		}{
			{was.Assessment.Tier, "limited", false, true},
			{"prohibited", "limited", false, true},
			{"", was.Assessment.Tier, false, false},
			{was.Assessment.Tier, was.Assessment.Tier, true, false},
		} {
			again := s
			if name == "CV ranking" { // never below high
				c.want, c.short = was.Assessment.Tier, false
			}
			again.Facts.Renews = &policy.Renews{Before: was.Answers, Tier: "limited", Computed: c.computed, Whole: c.whole}
			got := screen(t, f, again)
			if got.Assessment.Tier != c.want || got.Renews.Short != c.short || (got.Assessment.Computed == was.Assessment.Tier) != (c.want == "limited") {
				t.Errorf("%s, named limited where the rules gave %q: %+v, short %t", name, c.computed, got.Assessment, got.Renews.Short)
			}
		}
		named, err := f.ScreenAs(was.Assessment.Tier, s.Answers, s.Facts)
		if err != nil || named.Renews == nil || named.Renews.Short || len(named.Plan.Stages) != len(was.Plan.Stages) {
			t.Errorf("%s: people named the tier, and the chain is %+v: %v", name, named.Plan.Stages, err)
		}
	}
}

func TestRuleError(t *testing.T) {
	t.Parallel()
	f := trial(t)
	s := sample(t, f, "Small")
	s.Answers["extra"] = policy.Answer{} // R2 divides by it
	got := screen(t, f, s)
	if got.Assessment.Tier != "high" || got.Assessment.LegalClass != "unclear" {
		t.Errorf("tier %s, class %s: want the strictest way", got.Assessment.Tier, got.Assessment.LegalClass)
	}
	if h := got.Assessment.Hits[0]; !h.Error || h.Rule != "R2" || h.Reason != "rule error" || h.Points != 0 {
		t.Errorf("hit: %+v", h)
	}
	low, err := f.ScreenAs("low", s.Answers, s.Facts)
	if err != nil {
		t.Fatal(err)
	}
	if len(low.Plan.Stages) != 2 || low.Plan.Stages[1].Key != "extra" {
		t.Errorf("a stage that cannot be evaluated is asked: %+v", low.Plan.Stages)
	}
	if c := low.Plan.Conditions[0]; !c.Required || !c.Suggested {
		t.Errorf("a condition that cannot be evaluated is attached: %+v", c)
	}
	if len(low.Plan.Preconditions) != 1 || low.Plan.Assurance != policy.AssuranceChat {
		t.Errorf("plan: %+v", low.Plan)
	}
}

func TestCostLimitIsARuleError(t *testing.T) {
	t.Parallel()
	f := trial(t)
	s := sample(t, f, "Small")
	s.Answers["why"] = policy.Answer{Text: strings.Repeat("x", 3_000_000)} // far above what Check lets pass
	a := screen(t, f, s).Assessment
	if len(a.Hits) != 1 || a.Hits[0].Rule != "R3" || !a.Hits[0].Error || a.Tier != "high" {
		t.Errorf("hits: %+v", a.Hits)
	}
}

// TestBombs runs what Load would refuse, to see that the second fence holds: SECURITY row 18.
func TestBombs(t *testing.T) {
	t.Parallel()
	f := trial(t)
	digits := "[0,1,2,3,4,5,6,7,8,9]"
	loops := "true"
	for _, v := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		loops = digits + ".all(" + v + "," + loops + ")"
	}
	double := "[answers.why]"
	for range 6 {
		double += ".map(t, t+t+t+t+t+t+t+t+t+t)"
	}
	a := policy.Answers{"data": {List: []string{"mail"}}, "why": {Text: strings.Repeat("x", 3000)}}
	for name, source := range map[string]string{"ten million loops": loops, "texts that double": double + ".exists(t, t == '')"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			started := time.Now()
			_, compileErr, runErr := f.CompileForTest(source, a, policy.Facts{Today: today()})
			if compileErr != nil || runErr == nil {
				t.Fatalf("compile %v, run %v", compileErr, runErr)
			}
			if took := time.Since(started); took > time.Minute {
				t.Errorf("stopped only after %v", took)
			}
		})
	}
	if _, err, _ := f.CompileForTest(strings.Repeat("true && ", 400)+"true", a, policy.Facts{}); err == nil {
		t.Error("an expression of 3000 characters compiled")
	}
}

func TestScreenNeedsADay(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-use")
	if _, err := f.Screen(nil, policy.Facts{}); err == nil {
		t.Error("no day, no error")
	}
}

func TestSwitchIsOff(t *testing.T) {
	t.Parallel()
	f := trial(t)
	s := sample(t, f, "Small")
	s.Answers["shared"] = policy.Answer{Yes: true}
	for _, st := range screen(t, f, s).Plan.Stages {
		for _, m := range st.Members {
			if m.Role == "worker_representative" {
				t.Error("a member whose switch is off is asked")
			}
		}
	}
	if _, err := f.ScreenAs("low", s.Answers, s.Facts); err == nil || err.Error() != "What is shared stays high." {
		t.Errorf("override: %v", err)
	}
}

func TestRiskLines(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-impact")
	s := screen(t, f, sample(t, f, "Triage of patient messages, rest still grave"))
	if len(s.Lines) != 1 {
		t.Fatalf("lines: %+v", s.Lines)
	}
	want := policy.LineScore{Score: 20, Level: "high", Residual: 15, ResidualLevel: "high", Accept: "top_management"}
	if s.Lines[0] != want {
		t.Errorf("line %+v, want %+v", s.Lines[0], want)
	}
	if len(s.Carried) != 5 || s.Carried["data"].List[0] != "special_category" {
		t.Errorf("carried: %+v", s.Carried)
	}
	if s.Plan.Approve != "Accept" || s.Plan.Reject != "Look again" || s.Plan.OwnerAccepts {
		t.Errorf("plan: %+v", s.Plan)
	}
	if f.Pages() != 3 || f.LinesPage() != 3 || shipped(t, "ai-use").LinesPage() != 0 {
		t.Errorf("pages %d, lines on %d", f.Pages(), f.LinesPage())
	}
	if f.Lines.Level(0) != "" {
		t.Error("a score of 0 has a level")
	}
}

func BenchmarkScreen(b *testing.B) {
	f := shipped(b, "ai-use")
	s := sample(b, f, "CV ranking")
	for b.Loop() {
		if _, err := f.Screen(s.Answers, s.Facts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEmbedded(b *testing.B) {
	for b.Loop() {
		policy.Embedded()
	}
}

func TestPositions(t *testing.T) {
	t.Parallel()
	// Each scalar holds nope at a place that is easy to count and hard to walk to.
	text, err := os.ReadFile("testdata/trial/trial.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		scalar string
		line   int
		column int
	}{
		"plain":                {"nope", 0, 0},
		"double":               {`"true && nope"`, 0, 9},
		"unicode escapes":      {`"'\x41\u0041\U00000041' == '' || nope"`, 0, 33},
		"an escape at the end": {`"'a\t' == '' || nope"`, 0, 16},
		"single":               {`'''a'' == '''' || nope'`, 0, 18},
		"double on two lines":  {"\"true &&\n      nope\"", 1, -13},
		"double, blank line":   {"\"true &&\n\n      nope\"", 2, -13},
		"joined lines":         {"\"true && \\\n      nope\"", 1, -13},
		"wide letters":         {`"'äö' == '' || nope"`, 0, 15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const at = `"answers.share > 5"`
			before, _, _ := strings.Cut(string(text), at)
			line := strings.Count(before, "\n") + 1
			column := len(before) - strings.LastIndex(before, "\n")
			_, err := policy.Load(files(t, strings.Replace(string(text), at, c.scalar, 1)))
			var problems policy.Problems
			if !errors.As(err, &problems) || len(problems) != 1 {
				t.Fatal(err)
			}
			if got := problems[0]; got.Line != line+c.line || got.Column != column+c.column {
				t.Errorf("%v: want line %d, column %d", got, line+c.line, column+c.column)
			}
		})
	}
}
