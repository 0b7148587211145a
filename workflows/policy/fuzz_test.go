package policy_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"steward/workflows/policy"
)

// load loads one flow file beside the organisation of the trial pack and checks what every answer of Load must fulfil.
func load(tb testing.TB, text string) *policy.Pack {
	tb.Helper()
	p, err := policy.Load(files(tb, text))
	if err == nil {
		return p
	}
	var problems policy.Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		tb.Fatalf("%T: %v", err, err)
	}
	lines := strings.Count(text, "\n") + strings.Count(text, "\r") + strings.Count(text, "\u0085") +
		strings.Count(text, "\u2028") + strings.Count(text, "\u2029") + 2
	for _, one := range problems {
		if one.Message == "" || one.Line < 0 || one.Column < 0 || (one.File == "flow.yaml" && one.Line > lines) {
			tb.Fatalf("a problem without place or words: %+v", one)
		}
	}
	return nil
}

// FuzzLoad feeds Load with files: whatever they are, it neither panics nor loads what it cannot run.
func FuzzLoad(f *testing.F) {
	text, err := os.ReadFile("testdata/trial/trial.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("flow: a\nquestions: [{key: a, ask_if: \"answers.a\"}]\n")
	f.Add("a: &a [*a]\n")
	f.Add("? [a, b]\n: {c: !!binary x}\n")
	f.Fuzz(func(t *testing.T, text string) {
		p := load(t, text)
		if p == nil {
			return
		}
		policy.Test(p, today())
		again, err := policy.LoadBundle(p.Bundle())
		if err != nil || (again.Hash != p.Hash && json.Valid([]byte(text))) {
			t.Errorf("the bundle does not load: %v", err)
		}
	})
}

// FuzzCEL feeds conditions: they are refused with a place, or evaluate within the limit.
func FuzzCEL(f *testing.F) {
	for _, source := range []string{
		"answers.plan == 'own'", "answers.data.exists(d, d in ['mail', 'code'])", "size(answers.why) < 20 || answers.why.matches('^a+$')",
		"answers.until_days > 3 && 10 / answers.extra > 2", "[answers.why].map(t, t + t).exists(t, t == '')", "answers.pln == 'own'", "((", "\"",
		"true ? answers.shared : has(answers.shared)", "timestamp('2026-01-01T00:00:00Z') < timestamp(answers.until)", "{'a': [1u, 2.0]}.a == dyn(1)",
	} {
		f.Add(source)
	}
	trial, err := os.ReadFile("testdata/trial/trial.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, source string) {
		quoted, err := json.Marshal(source)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(trial), `"answers.share > 5"`, string(quoted), 1)
		p := load(t, text)
		if p == nil {
			return
		}
		flow, _ := p.Flow("trial")
		for _, a := range []policy.Answers{{}, fit()} {
			if _, err := flow.Screen(a, facts()); err != nil {
				t.Error(err)
			}
		}
	})
}

// files gives the trial pack with another flow file.
func files(tb testing.TB, flow string) fstest.MapFS {
	tb.Helper()
	organisation, err := os.ReadFile("testdata/trial/organisation.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return fstest.MapFS{
		"flow.yaml": {Data: []byte(flow)}, "organisation.yaml": {Data: organisation},
		"calendars.yaml": {Data: []byte("calendars: {default: {}}")},
	}
}
