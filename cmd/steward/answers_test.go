package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/policy"
)

func TestReadAnswersOfLines(t *testing.T) {
	pack, err := bringPack("")
	if err != nil {
		t.Fatal(err)
	}
	flow, _ := pack.Flow("ai-impact")
	got, problems := readAnswers("a.yaml", []byte("lines:\n  - {cause: Wrong answers, likelihood: 3, treatment: reduce, control_refs: [\"42001:A.9.3\"]}\n"), flow)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := policy.Answers{policy.LinesKey: {Lines: []policy.Line{{
		"cause": {Text: "Wrong answers"}, "likelihood": {Number: 3}, "treatment": {Text: "reduce"}, "control_refs": {List: []string{"42001:A.9.3"}},
	}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for text, want := range map[string]string{
		"lines: none":                 "a.yaml:1:8: a list of lines is expected here",
		"lines: [{colour: blue}]":     `a.yaml:1:10: a line has no field "colour"`,
		"lines: [{likelihood: much}]": "a.yaml:1:22: likelihood is a whole number",
		"lines: [{cause: [a]}]":       "a.yaml:1:17: one value is expected here",
		"- a":                         `a.yaml: lines like "tool: Otter.ai" are expected`,
		"a: [":                        "a.yaml:2:1: this is not YAML: did not find expected node content while parsing a flow node; check indentation and quotes",
	} {
		_, problems := readAnswers("a.yaml", []byte(text), flow)
		if got := strings.Join(problems, "\n"); !strings.HasPrefix(got, want[:min(len(want), 30)]) {
			t.Errorf("%s gives %q, want %q", text, got, want)
		}
	}
}

func TestReadAnswersOfAllTypes(t *testing.T) {
	flow := &policy.Flow{Key: "x", Questions: []policy.Question{{Key: "n", Type: policy.Number}, {Key: "b", Type: policy.Boolean}, {Key: "d", Type: policy.Date}}}
	got, problems := readAnswers("a.yaml", []byte("n: 7\nb: true\nd: 2026-12-01\n"), flow)
	want := policy.Answers{"n": {Number: 7}, "b": {Yes: true}, "d": {Text: "2026-12-01"}}
	if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
		t.Errorf("problems %q (-want +got):\n%s", problems, diff)
	}
	if _, problems := readAnswers("a.yaml", []byte("n: x\nb: y\n"), flow); len(problems) != 2 {
		t.Errorf("problems %q", problems)
	}
}

func TestDiffLine(t *testing.T) {
	off := false
	for want, d := range map[string]directory.Diff{
		"P-1  new  +dpo": {Person: "P-1", New: true, RolesAdded: []workflows.Role{"dpo"}, Active: &off},
		"P-2  active, roles  switched off  -ciso": {
			Person: "P-2", Fields: []string{"active", "roles"}, RolesRemoved: []workflows.Role{"ciso"}, Active: &off,
		},
	} {
		if got := diffLine(d); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}

// Long lists are cut, with the number of what is left out.
func TestLongListsAreCut(t *testing.T) {
	var out bytes.Buffer
	p := program{out: &out}
	p.showPlan(directory.Plan{Rows: 60, Added: 60, Diffs: make([]directory.Diff, 60)})
	if !strings.HasSuffix(out.String(), "  and 10 more\n") {
		t.Errorf("says %q", out.String())
	}
	err := badFile("x.csv", make(directory.Problems, 150))
	if !strings.HasPrefix(err.Error(), "x.csv has 150 mistakes; nothing was stored:\n") || !strings.HasSuffix(err.Error(), "\nand 50 more") {
		t.Errorf("says %q", err)
	}
}

// What people do is counted by its outcome.
func TestMeteredEngine(t *testing.T) {
	a := startDemo(t, time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC))
	defer func() { _ = a.stop(context.WithoutCancel(t.Context())) }()
	e := meteredEngine{Engine: a.engine, meters: a.meters}
	for range 2 {
		_, err := e.Apply(t.Context(), workflows.Event{Actor: "P-014", Key: "k", About: workflows.RequestRef("AIR-99"), What: approval.Decided{Approve: true}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Apply(t.Context(), workflows.Event{About: workflows.Ref{Kind: "nothing"}, What: approval.Decided{Approve: true}}); err == nil {
		t.Error("an event for an unknown kind of thing passes")
	}
	families, err := a.meters.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "steward_events_total" {
				got[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
			}
			if f.GetName() == "steward_requests_open" {
				got["open"] = m.GetGauge().GetValue()
			}
		}
	}
	if diff := cmp.Diff(map[string]float64{"refused": 2, "failed": 1, "open": 8}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
