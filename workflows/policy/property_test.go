package policy_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"steward/workflows/policy"
)

// drawAnswers makes answers to a flow: mostly options that exist, sometimes what a hostile or hurried person sends.
func drawAnswers(t *rapid.T, f *policy.Flow) policy.Answers {
	a := policy.Answers{}
	for _, q := range f.Questions {
		if rapid.IntRange(0, 9).Draw(t, "skip") == 0 {
			continue
		}
		a[q.Key] = drawAnswer(t, q)
	}
	if f.Lines != nil {
		var lines []policy.Line
		for range rapid.IntRange(0, 3).Draw(t, "lines") {
			line := policy.Line{}
			for _, q := range f.Lines.Fields {
				line[q.Key] = drawAnswer(t, q)
			}
			lines = append(lines, line)
		}
		a[policy.LinesKey] = policy.Answer{Lines: lines}
	}
	return a
}

func drawAnswer(t *rapid.T, q policy.Question) policy.Answer {
	values := []string{"gold", "", "a\u202eb"}
	for _, o := range q.Options {
		values = append(values, o.Value, o.Value)
	}
	switch q.Type {
	case policy.MultiSelect:
		return policy.Answer{List: rapid.SliceOfN(rapid.SampledFrom(values), 0, 4).Draw(t, q.Key)}
	case policy.Select:
		return policy.Answer{Text: rapid.SampledFrom(values).Draw(t, q.Key)}
	case policy.Number:
		return policy.Answer{Number: rapid.Int64Range(-1, 6).Draw(t, q.Key)}
	case policy.Boolean:
		return policy.Answer{Yes: rapid.Bool().Draw(t, q.Key)}
	case policy.ControlRefs:
		return policy.Answer{List: rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, q.Key)}
	case policy.Date:
		return policy.Answer{Text: rapid.SampledFrom([]string{"", "2026-11-25", "2027-01-31", "never"}).Draw(t, q.Key)}
	case policy.ShortText, policy.LongText, policy.User:
	}
	return policy.Answer{Text: rapid.String().Draw(t, q.Key)}
}

func clone(t *rapid.T, v, into any) {
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestScreenProperties holds for any answers to any flow: a screening is the same twice and after cleaning, no floor is
// lowered, points alone never stop anything, a plan has somebody in each stage, and nothing that was given is changed.
func TestScreenProperties(t *testing.T) {
	t.Parallel()
	flows := append(policy.Embedded().Flows(), trial(t))
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(flows).Draw(t, "flow")
		a, facts := drawAnswers(t, f), facts()
		if rapid.Bool().Draw(t, "renewal") {
			facts.Renews = &policy.Renews{Before: a, Tier: "limited"}
		}
		var before policy.Answers
		clone(t, a, &before)
		tidy := f.Clean(a, facts)
		if again := f.Clean(tidy, facts); !reflect.DeepEqual(tidy, again) {
			t.Fatalf("cleaning twice differs:\n%v\n%v", tidy, again)
		}
		one, err := f.Screen(a, facts)
		if err != nil {
			t.Fatal(err)
		}
		two, err := f.Screen(tidy, facts)
		if err != nil || !reflect.DeepEqual(one, two) {
			t.Fatalf("screening differs: %v\n%+v\n%+v", err, one, two)
		}
		_ = f.Check(a, 0, facts) // must neither panic nor change the answers
		f.Explain(one)
		var after policy.Answers
		clone(t, a, &after)
		if !reflect.DeepEqual(before, after) {
			t.Fatal("the answers were changed")
		}
		checkScreening(t, f, one)
	})
}

func checkScreening(t *rapid.T, f *policy.Flow, s policy.Screening) {
	rank := func(tier policy.Tier) int {
		return slices.IndexFunc(f.Tiers, func(i policy.TierInfo) bool { return i.Tier == tier })
	}
	a := s.Assessment
	held, points := false, 0
	for _, h := range a.Hits {
		points += h.Points
		if h.Floor != "" && rank(h.Floor) > rank(a.Tier) {
			t.Fatalf("%s has the floor %s and the tier is %s", h.Rule, h.Floor, a.Tier)
		}
		held = held || h.Floor == policy.TierProhibited
	}
	if points != a.Points || rank(a.Tier) < rank(a.FromPoints) {
		t.Fatalf("points %d, sum %d, tier %s, from points %s", a.Points, points, a.Tier, a.FromPoints)
	}
	if held != (a.Tier == policy.TierProhibited) || a.FromPoints == policy.TierProhibited {
		t.Fatalf("tier %s, from points %s, a stop %v", a.Tier, a.FromPoints, held)
	}
	if len(s.Plan.Stages) == 0 {
		t.Fatal("nobody decides")
	}
	for _, st := range s.Plan.Stages {
		if len(st.Members) == 0 || (st.Kind == policy.StageHold) != held {
			t.Fatalf("stage %+v", st)
		}
	}
}

// TestCleanTextProperties: what is kept has no character that hides or turns others.
func TestCleanTextProperties(t *testing.T) {
	t.Parallel()
	f := trial(t)
	hostile := []rune("\u202e\u2066\u200b\u200d\u2060\ufeff\u00ad\u180e\U000e0041\x00\x1b\u0085\r\n\t <script>=cmd|*_`e\u0301")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.SampledFrom(hostile), rapid.Rune())).Draw(t, "text")
		a := policy.Answers{"name": {Text: text}, "shared": {Yes: true}, "why": {Text: text}}
		got := f.Clean(a, facts())
		for _, r := range "\u202e\u2066\u200b\u200d\u2060\ufeff\u00ad\u180e\U000e0041\x00\x1b\u0085\r\t" {
			if strings.ContainsRune(got["name"].Text+got["why"].Text, r) {
				t.Fatalf("%+v kept %U", got, r)
			}
		}
		if strings.Contains(got["name"].Text, "\n") || strings.TrimSpace(got["why"].Text) != got["why"].Text {
			t.Fatalf("not tidy: %+v", got)
		}
	})
}
