package policy_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steward/workflows"
	"steward/workflows/policy"
)

// fit are answers the trial flow accepts.
func fit() policy.Answers {
	return policy.Answers{
		"name": {Text: "Tool"}, "plan": {Text: "own"}, "data": {List: []string{"mail"}}, "share": {Number: 3}, "extra": {Number: 5},
		"owner": {Text: "P-1"}, "until": {Text: "2027-01-31"}, "controls": {List: []string{"42001:A.6.2.6"}},
	}
}

func facts() policy.Facts { return policy.Facts{Today: today(), Requester: "P-2"} }

func TestCheck(t *testing.T) {
	t.Parallel()
	f := trial(t)
	long := strings.Repeat("a", 11)
	for _, c := range []struct {
		name  string
		field string
		value policy.Answer
		want  string
	}{
		{"a required text", "name", policy.Answer{}, "Please fill this in."},
		{"a text of spaces", "name", policy.Answer{Text: " \u200b "}, "Please fill this in."},
		{"a long text", "name", policy.Answer{Text: long}, "Please shorten this to 10 characters; it has 11."},
		{"length counts runes", "name", policy.Answer{Text: strings.Repeat("\u00fc", 10)}, ""},
		{"a required choice", "plan", policy.Answer{}, "Please choose one."},
		{"an unknown option", "plan", policy.Answer{Text: "gold"}, "Please choose one of the options."},
		{"a list for a choice", "plan", policy.Answer{List: []string{"own"}}, "Please choose one."},
		{"a required list", "data", policy.Answer{}, "Please choose at least one."},
		{"an unknown option in a list", "data", policy.Answer{List: []string{"mail", "gold"}}, "Please choose among the options; one of these is not there any more."},
		{"an exclusive option beside another", "data", policy.Answer{List: []string{"mail", "none"}}, "\u201cNone\u201d stands alone. Please take it away, or the others."},
		{"an exclusive option alone", "data", policy.Answer{List: []string{"none"}}, ""},
		{"a number too high", "share", policy.Answer{Number: 10}, "Please give a number from 1 to 9."},
		{"no number", "share", policy.Answer{}, "Please give a number from 1 to 9."},
		{"zero where it is allowed", "extra", policy.Answer{}, ""},
		{"no is an answer", "shared", policy.Answer{}, ""},
		{"nobody", "owner", policy.Answer{}, "Please pick a person."},
		{"a stranger", "owner", policy.Answer{Text: "P-9"}, "This person is not in our directory, or has left. Please pick somebody else."},
		{"no date", "until", policy.Answer{}, "Please pick a date."},
		{"a date that does not exist", "until", policy.Answer{Text: "2027-02-30"}, "Please give a date such as 2027-03-31."},
		{"a date of another age", "until", policy.Answer{Text: "0207-02-03"}, "Please give a date such as 2027-03-31."},
		{"the last day", "until", policy.Answer{Text: "2027-05-25"}, ""},
		{"a day too late", "until", policy.Answer{Text: "2027-05-26"}, "The last possible day is 2027-05-25: 6 months from today."},
		{"a validation", "until", policy.Answer{Text: "2026-11-26"}, "Tomorrow is too soon."},
		{"a validation that cannot be evaluated", "until", policy.Answer{Text: "2026-11-25"}, "Tomorrow is too soon."},
		{"a validation of another field", "why", policy.Answer{Text: "because"}, "Say why without because."},
		{"no controls", "controls", policy.Answer{}, "Please choose at least one."},
		{"no control", "controls", policy.Answer{List: []string{"GDPR:5"}}, "Please pick controls from the list, such as 27001:A.5.15 or 42001:A.6.2.6."},
		{"a control without end", "controls", policy.Answer{List: []string{"42001:" + strings.Repeat("9", 50)}}, "Please pick controls from the list, such as 27001:A.5.15 or 42001:A.6.2.6."},
		{"too many controls", "controls", policy.Answer{List: controls(51)}, "Please pick at most 50 controls."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := fit()
			a[c.field] = c.value
			facts := facts()
			facts.Known = func(id workflows.PersonID) bool { return id == "P-1" }
			r := f.Check(a, 0, facts)
			switch {
			case c.want == "" && r != nil:
				t.Errorf("refused at %s: %s", r.Field, r.Sentence)
			case c.want == "":
			case r == nil || r.Fields[c.field] != c.want || r.Code != workflows.CodeField:
				t.Errorf("got %+v, want %q", r, c.want)
			}
		})
	}
}

func controls(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("42001:A.%d", i)
	}
	return out
}

func TestCheckPage(t *testing.T) {
	t.Parallel()
	f := trial(t)
	r := f.Check(policy.Answers{}, 1, facts())
	if r == nil || r.Field != "name" || len(r.Fields) != 5 || r.Fields["until"] != "" {
		t.Errorf("page 1: %+v", r)
	}
	if r := f.Check(policy.Answers{}, 2, facts()); r == nil || len(r.Fields) != 1 || r.Fields["until"] == "" {
		t.Errorf("page 2: %+v", r)
	}
	if r := f.Check(fit(), 0, facts()); r != nil {
		t.Errorf("fit answers are refused: %v", r)
	}
}

func TestCheckWithoutDayOrDirectory(t *testing.T) {
	t.Parallel()
	a := fit()
	a["until"] = policy.Answer{Text: "2031-01-01"}
	delete(a, "shared")
	r := trial(t).Check(a, 1, policy.Facts{})
	if r != nil {
		t.Errorf("refused: %v", r)
	}
}

func TestCheckEndOfMonth(t *testing.T) {
	t.Parallel()
	f := trial(t)
	facts := facts()
	facts.Today = time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC)
	a := fit()
	a["until"] = policy.Answer{Text: "2027-03-01"}
	if r := f.Check(a, 0, facts); r == nil || r.Sentence != "The last possible day is 2027-02-28: 6 months from today." {
		t.Errorf("got %v", r)
	}
}

func TestCheckLines(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-impact")
	s := sample(t, f, "CV ranking")
	for _, c := range []struct {
		name   string
		change func(line policy.Line) []policy.Line
		field  string
		want   string
	}{
		{"none although harm is named", func(policy.Line) []policy.Line { return nil }, "lines", "You named harm: please add at least one risk line."},
		{"empty lines only", func(policy.Line) []policy.Line { return []policy.Line{{}, {}} }, "lines", "You named harm: please add at least one risk line."},
		{"too many", func(l policy.Line) []policy.Line { return many(l, 21) }, "lines", "Please keep to 20 risk lines."},
		{"a field is missing", func(l policy.Line) []policy.Line { delete(l, "cause"); return []policy.Line{l} }, "lines.0.cause", "Please fill this in."},
		{"an empty line in between", func(l policy.Line) []policy.Line { return []policy.Line{{}, l} }, "lines.0.cause", "Please fill this in."},
		{"worse after treatment", func(l policy.Line) []policy.Line {
			l["residual_likelihood"], l["residual_consequence"] = policy.Answer{Number: 5}, policy.Answer{Number: 5}
			return []policy.Line{l}
		}, "lines.0.residual_likelihood", "Treatment cannot make it worse. Is that another line?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := maps.Clone(s.Answers)
			a[policy.LinesKey] = policy.Answer{Lines: c.change(maps.Clone(a[policy.LinesKey].Lines[0]))}
			r := f.Check(a, 0, s.Facts)
			if r == nil || r.Fields[c.field] != c.want {
				t.Errorf("got %+v, want %q at %s", r, c.want, c.field)
			}
			if r := f.Check(a, 1, s.Facts); r != nil {
				t.Errorf("page 1 has no lines: %v", r)
			}
		})
	}
}

func many(l policy.Line, n int) []policy.Line {
	out := make([]policy.Line, n)
	for i := range out {
		out[i] = l
	}
	return out
}

func TestAsked(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-use")
	keys := func(qs []policy.Question) string {
		var out []string
		for _, q := range qs {
			out = append(out, q.Key)
		}
		return strings.Join(out, " ")
	}
	a := policy.Answers{"data": {List: []string{"public"}}, "exposure": {List: []string{"internal_draft"}}, "affected": {List: []string{"requester_only"}}}
	if got, want := keys(f.Asked(a, 2, facts())), "practices areas autonomy system_access"; got != want {
		t.Errorf("page 2 asks %q, want %q", got, want)
	}
	a["data"] = policy.Answer{List: []string{"personal"}}
	if got, want := keys(f.Asked(a, 2, facts())), "practices areas autonomy system_access data_location vendor_assurances concerns"; got != want {
		t.Errorf("page 2 asks %q, want %q", got, want)
	}
	if got := len(f.Asked(a, 0, facts())); got != 18 {
		t.Errorf("%d questions, want 18", got)
	}
}

func TestCleanDropsWhatWasNotAsked(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-use")
	a := policy.Answers{
		"data": {List: []string{"public"}}, "concerns": {List: []string{"serious_harm"}}, "data_location": {Text: "other"},
		"stranger": {Text: "x"}, "lines": {Lines: []policy.Line{{"cause": {Text: "x"}}}}, "tool": {},
	}
	got := f.Clean(a, facts())
	if diff := cmp.Diff(policy.Answers{"data": {List: []string{"public"}}}, got); diff != "" {
		t.Errorf("clean differs (-want +got):\n%s", diff)
	}
	a["autonomy"] = policy.Answer{Text: "acts_alone"}
	s, err := f.Screen(a, facts())
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range s.Assessment.Hits {
		if h.Rule == "H12" || h.Rule == "A12" || h.Rule == "S01" {
			t.Errorf("%s hit on an answer that was not asked", h.Rule)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	f := trial(t)
	a := fit()
	a["name"] = policy.Answer{Text: "  e\u0301vil\u202e\u200btxt\x00\n ", List: []string{"no"}, Number: 9}
	a["data"] = policy.Answer{List: []string{"zzz", "code", " mail ", "code", "", "aaa"}}
	a["why"] = policy.Answer{Text: "one\r\ntwo\tthree\rfour \xff"}
	a["shared"] = policy.Answer{Yes: true, Text: "x"}
	got := f.Clean(a, facts())
	want := fit()
	want["name"] = policy.Answer{Text: "\u00e9viltxt"}
	want["data"] = policy.Answer{List: []string{"mail", "code", "aaa", "zzz"}}
	want["why"] = policy.Answer{Text: "one\ntwo three\nfour \ufffd"}
	want["shared"] = policy.Answer{Yes: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("clean differs (-want +got):\n%s", diff)
	}
}

func TestCleanLines(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-impact")
	a := policy.Answers{"lines": {Lines: []policy.Line{
		{"cause": {Text: " a\nb "}, "accepted_by": {Text: "P-1"}, "stranger": {Text: "x"}}, {}, {"affected": {Text: "c"}}, {"cause": {Text: "\u200b"}}, {},
	}}}
	want := policy.Answers{"lines": {Lines: []policy.Line{{"cause": {Text: "a b"}}, {}, {"affected": {Text: "c"}}}}}
	if diff := cmp.Diff(want, f.Clean(a, facts())); diff != "" {
		t.Errorf("clean differs (-want +got):\n%s", diff)
	}
	if got := trial(t).CarriedFrom(a); len(got) != 0 {
		t.Errorf("a flow that carries nothing carries %v", got)
	}
}
