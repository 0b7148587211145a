package view

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

func madrid(t *testing.T) Eyes {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return Eyes{
		Viewer: workflows.Person{ID: "ana", Name: "Ana Ruiz", Hours: workflows.Hours{Zone: zone}},
		Now:    time.Date(2025, 11, 25, 9, 14, 0, 0, time.UTC),
	}
}

func TestTimesAreTheReaders(t *testing.T) {
	e := madrid(t)
	for _, tt := range []struct{ name, got, want string }{
		{"a moment", e.moment(time.Date(2025, 11, 27, 16, 0, 0, 0, time.UTC)), "Thu 27 Nov 17:00"},
		{"a moment of another year", e.moment(time.Date(2026, 3, 1, 8, 5, 0, 0, time.UTC)), "Sun 1 Mar 2026 09:05"},
		{"the year is the reader's", e.moment(time.Date(2025, 12, 31, 23, 30, 0, 0, time.UTC)), "Thu 1 Jan 2026 00:30"},
		{"a moment in summer time", e.moment(time.Date(2025, 7, 1, 8, 0, 0, 0, time.UTC)), "Tue 1 Jul 10:00"},
		{"a day", e.day(time.Date(2025, 12, 12, 23, 30, 0, 0, time.UTC)), "Sat 13 Dec"},
		{"a stored date", e.date("2026-01-05"), "Mon 5 Jan 2026"},
		{"what is no date stays", e.date("soon"), "soon"},
		{"an hour of today", e.clock(time.Date(2025, 11, 25, 8, 0, 0, 0, time.UTC)), "09:00"},
		{"an hour of another day", e.clock(time.Date(2025, 11, 24, 8, 0, 0, 0, time.UTC)), "Mon 24 Nov 09:00"},
		{"minutes ago", e.ago(e.Now.Add(-4 * time.Minute)), "4 minutes ago"},
		{"now", e.ago(e.Now), "just now"},
		{"the zone", e.zone(), "Times in Europe/Madrid."},
		{"no zone is UTC", Eyes{Now: e.Now}.zone(), "Times in UTC."},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{span(59 * time.Second), "less than a minute"},
		{span(time.Minute), "1 minute"},
		{span(90 * time.Minute), "1 hour"},
		{span(47 * time.Hour), "47 hours"},
		{span(72 * time.Hour), "3 days"},
		{count(1, "condition"), "1 condition"},
		{count(2, "day"), "2 days"},
		{count(3, "query"), "3 queries"},
		{count(0, "point"), "0 points"},
		{and(nil), ""},
		{and([]string{"a"}), "a"},
		{and([]string{"a", "b", "c"}), "a, b and c"},
		{mid("Privacy officer"), "privacy officer"},
		{mid("AI governance lead"), "AI governance lead"},
		{mid("CISO"), "CISO"},
		{mid(""), ""},
		{mid("X"), "X"},
		{humanise("legal_hold"), "Legal hold"},
		{humanise("ai-use"), "Ai use"},
		{upper(""), ""},
		{sentence("a"), "a."},
		{sentence("a?"), "a?"},
		{sentence(" "), ""},
		{workingTime(8 * time.Hour), "1 working day"},
		{workingTime(40 * time.Hour), "5 working days"},
		{workingTime(4 * time.Hour), "4 working hours"},
		{quote("a\u202e\nb", 10), "\u201ca b\u201d"},
		{slug("Risk lines"), "risk-lines"},
		{shortHash("abc"), "abc"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	for word, want := range map[string]string{"Approve": "Approved", "Accept": "Accepted", "Reject": "Rejected", "Look again": "", "": ""} {
		if got, ok := participle(word); got != want || ok != (want != "") {
			t.Errorf("participle(%q) = %q, %t", word, got, ok)
		}
	}
}

// codes lists all refusals.
func codes() []workflows.Code {
	return []workflows.Code{
		workflows.CodeOwnRequest, workflows.CodeTwoStages, workflows.CodeNotEntitled, workflows.CodeProhibited, workflows.CodeDelegate,
		workflows.CodeInactive, workflows.CodeFewDeciders, workflows.CodeNotAccepted, workflows.CodePrecondition, workflows.CodeOnlyNaming,
		workflows.CodeNotIndep, workflows.CodeField, workflows.CodeStale, workflows.CodeDecided, workflows.CodeClosed, workflows.CodeUnknown,
		workflows.CodeNotYours, workflows.CodeNotNow, workflows.CodeTooMany,
	}
}

func TestEveryRefusalHasASentence(t *testing.T) {
	fallback := Sentence(&workflows.Refusal{Code: "something new"})
	var all []string
	for _, code := range codes() {
		s := Sentence(&workflows.Refusal{Code: code})
		if s == fallback || !strings.HasSuffix(s, ".") || strings.Contains(s, "!") || slices.Contains(all, s) {
			t.Errorf("%s: %q", code, s)
		}
		all = append(all, s)
	}
	if got := Sentence(workflows.Refuse(workflows.CodeStale, "Ana changed\u202e it.")); got != "Ana changed it." {
		t.Errorf("the machine's own sentence became %q", got)
	}
}

func TestDue(t *testing.T) {
	e := madrid(t)
	for _, tt := range []struct {
		name string
		due  time.Time
		want bool
	}{
		{"nothing is due", time.Time{}, false},
		{"late", e.Now.Add(-time.Hour), true},
		{"later today", e.Now.Add(5 * time.Hour), true},
		{"tomorrow evening", time.Date(2025, 11, 26, 17, 0, 0, 0, time.UTC), true},
		{"the day after", time.Date(2025, 11, 27, 8, 0, 0, 0, time.UTC), false},
	} {
		if got := Due(e, workflows.Wait{Due: tt.due}); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

func TestLingers(t *testing.T) {
	e := madrid(t)
	for _, tt := range []struct {
		name string
		wait workflows.Wait
		want bool
	}{
		{"asked this morning", workflows.Wait{Since: e.Now.Add(-time.Minute)}, false},
		{"asked yesterday", workflows.Wait{Since: e.Now.AddDate(0, 0, -1)}, true},
		{"asked yesterday, with a time of its own", workflows.Wait{Since: e.Now.AddDate(0, 0, -1), Due: e.Now.AddDate(0, 0, 9)}, false},
	} {
		if got := Lingers(e, tt.wait); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

func TestReadIsTheInverseOfTyped(t *testing.T) {
	for _, tt := range []struct {
		typ policy.QuestionType
		a   policy.Answer
	}{
		{policy.ShortText, policy.Answer{Text: "x"}},
		{policy.LongText, policy.Answer{Text: "a\nb"}},
		{policy.Select, policy.Answer{Text: "own"}},
		{policy.MultiSelect, policy.Answer{List: []string{"a", "b"}}},
		{policy.User, policy.Answer{Text: "ana"}},
		{policy.Date, policy.Answer{Text: "2026-01-05"}},
		{policy.Number, policy.Answer{Number: 4}},
		{policy.Boolean, policy.Answer{Yes: true}},
		{policy.ControlRefs, policy.Answer{List: []string{"27001:A.5.15", "42001:A.6.2.6"}}},
	} {
		q := policy.Question{Key: "q", Type: tt.typ}
		got, e := Read(q, Typed(q, tt.a))
		if e != "" || got.Text != tt.a.Text || got.Number != tt.a.Number || got.Yes != tt.a.Yes || !slices.Equal(got.List, tt.a.List) {
			t.Errorf("%s: %+v became %+v, %q", tt.typ, tt.a, got, e)
		}
	}
	if _, e := Read(policy.Question{Type: policy.Number}, []string{"many"}); e == "" {
		t.Error("a number that is none is taken")
	}
	if a, e := Read(policy.Question{Type: policy.Number}, nil); e != "" || a.Number != 0 {
		t.Error("nothing typed is no number")
	}
}

func TestHiddenCommandsAreNotListed(t *testing.T) {
	for _, w := range Later() {
		if slices.ContainsFunc(Commands(), func(c Command) bool { return strings.HasPrefix(c.Word, w) }) {
			t.Errorf("%s is there already", w)
		}
		if !strings.Contains(NotYet(w), "later version") && !strings.Contains(NotYet(w), "for now") {
			t.Errorf("%s: %q", w, NotYet(w))
		}
	}
}

// TestDueAhead: a daily message names what is brought to mind on that day, though it was written for another reminder.
func TestDueAhead(t *testing.T) {
	e := Eyes{Now: time.Date(2026, 6, 10, 7, 0, 0, 0, time.UTC), Viewer: workflows.Person{ID: "P-1"}}
	for _, tt := range []struct {
		why  workflows.Why
		days int
		want bool
	}{
		{workflows.WhyDecide, 1, true},
		{workflows.WhyDecide, 2, false},
		{workflows.WhyJoin, 3, true},
		{workflows.WhyJoin, 4, false},
		{workflows.WhySeen, 7, true},
		{workflows.WhyHandOver, 7, true},
		{workflows.WhySeen, 8, false},
		{workflows.WhyVendorFact, 31, true},
		{workflows.WhyVendorFact, 32, false},
	} {
		if got := Due(e, workflows.Wait{Why: tt.why, Due: e.Now.AddDate(0, 0, tt.days)}); got != tt.want {
			t.Errorf("%s in %d days is due: %v", tt.why, tt.days, got)
		}
	}
}
