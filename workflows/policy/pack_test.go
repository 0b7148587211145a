package policy_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"steward/workflows"
	"steward/workflows/policy"
)

// TestGoldenCases runs the examples that stand in the files of the shipped pack, on several days of the year.
func TestGoldenCases(t *testing.T) {
	t.Parallel()
	p := policy.Embedded()
	for _, day := range []string{"2026-11-25", "2027-02-28", "2028-02-29"} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		results := policy.Test(p, at)
		if len(results) < 30 {
			t.Errorf("only %d golden cases", len(results))
		}
		for _, r := range results {
			if !r.OK {
				t.Error(day, r)
			}
		}
	}
}

func TestTestReportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	p, err := policy.Load(os.DirFS("testdata/trial"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range policy.Test(p, today()) {
		got = append(got, r.String())
	}
	want := []string{
		"ok    trial: Small: low",
		"WRONG trial: Wrong on purpose: wanted low, legal class none, got high, legal class none",
		"WRONG trial: Cannot be sent: wanted low, got a refusal at controls: Please pick controls from the list, such as 27001:A.5.15 or 42001:A.6.2.6.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results differ (-want +got):\n%s", diff)
	}
}

func TestLinesNobodyCanWrite(t *testing.T) {
	t.Parallel()
	p := edited(t, policy.EmbeddedFS(), "ai-impact.yaml", "max_score: 12, max_residual: 6", "max_score: 7, max_residual: 6")
	p = edited(t, asFS(p), "ai-impact.yaml", "expect: [R3, R4], accept: ai_governance_lead", "expect: [R3], accept: owner")
	var wrong []string
	for _, r := range policy.Test(p, today()) {
		if !r.OK {
			wrong = append(wrong, r.String())
		}
	}
	want := []string{
		"WRONG ai-impact: Support chatbot for customers: wanted medium, got no line can have the score 7",
		"WRONG ai-impact: line: Reduced without a control: wanted refused by R3, accepted by owner, got refused by R3 and R4, accepted by ai_governance_lead",
	}
	if diff := cmp.Diff(want, wrong); diff != "" {
		t.Errorf("results differ (-want +got):\n%s", diff)
	}
}

// asFS gives the files of a pack.
func asFS(p *policy.Pack) fstest.MapFS {
	out := fstest.MapFS{}
	for _, name := range p.Files() {
		out[name] = &fstest.MapFile{Data: []byte(p.Text(name))}
	}
	return out
}

// edited loads a pack with one piece of text replaced.
func edited(tb testing.TB, fsys fs.FS, file, from, to string) *policy.Pack {
	tb.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			tb.Fatal(err)
		}
		if name == file {
			if !strings.Contains(string(text), from) {
				tb.Fatalf("%s has no %q", file, from)
			}
			text = []byte(strings.Replace(string(text), from, to, 1))
		}
		out[name] = &fstest.MapFile{Data: text}
	}
	p, err := policy.Load(out)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func TestBundle(t *testing.T) {
	t.Parallel()
	p := policy.Embedded()
	again, err := policy.LoadBundle(p.Bundle())
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash != p.Hash || string(again.Bundle()) != string(p.Bundle()) || len(p.Hash) != 64 {
		t.Errorf("hash %s, want %s", again.Hash, p.Hash)
	}
	if diff := policy.Diff(p, again); diff != nil {
		t.Errorf("the same pack differs: %v", diff)
	}
	for name, bundle := range map[string]string{
		"not JSON": "{", "empty": "{}", "broken": `{"a.yaml": "flow: ["}`, "too large": `{"a.yaml": "` + strings.Repeat("x", 9<<20) + `"}`,
	} {
		if _, err := policy.LoadBundle([]byte(bundle)); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
	_, err = policy.LoadBundle([]byte(`{"a.yaml": "` + strings.Repeat("#", 2<<20) + `"}`))
	if err == nil || !strings.Contains(err.Error(), "the file is larger than 1024 kB") {
		t.Errorf("a large file: %v", err)
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	p := policy.Embedded()
	fsys := asFS(p)
	change := func(file, from, to string) {
		fsys[file] = &fstest.MapFile{Data: []byte(strings.Replace(string(fsys[file].Data), from, to, 1))}
	}
	change("ai-use.yaml", "version: 3", "version: 4")
	change("ai-use.yaml", "{id: D02, when: \"'special_category' in answers.data\", points: 25", "{id: D02, when: \"'special_category' in answers.data\", points: 30")
	change("ai-use.yaml", "  - {id: V5, field: purpose", "  - {id: V9, field: purpose")
	change("ai-use.yaml", "quorum: 1, sla_hours: 8, escalate_to: [ai_governance_lead]", "quorum: 1, sla_hours: 9, escalate_to: [ai_governance_lead]")
	change("organisation.yaml", "worker_representative: true ", "worker_representative: false")
	change("organisation.yaml", `label: "HR lead"`, `label: "People lead"`)
	change("calendars.yaml", `from: "09:00"`, `from: "08:00"`)
	delete(fsys, "policy-exception.yaml")
	text, err := os.ReadFile("testdata/trial/trial.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fsys["trial.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(text), "switch: night_shift", "switch: worker_representative", 1))}
	next, err := policy.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	got := policy.Diff(p, next)
	for _, want := range []string{
		"Organisation", "  ~ Role People lead (hr_lead): changed", "      name: HR lead -> People lead",
		"  ~ Switch worker_representative: changed", "      switched: on -> off", "Calendars", "  ~ Calendar default: changed",
		"      working day: 09:00 to 17:00 -> 08:00 to 17:00", "New AI use (ai-use)", "      version: 3 -> 4", "  ~ Rule D02: changed",
		"      points: 25 -> 30", "  - Check of answers V5: gone", "  + Check of answers V9: new", "  ~ Stage manager of Low: changed",
		"      working time: 8 hours -> 9 hours", "  - The form as a whole: gone", "  + The form as a whole: new",
	} {
		if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("the diff does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(got, "\n"))
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	p := policy.Embedded()
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	h := p.Hours("NO", oslo)
	day := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, oslo)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if h.WorkingDay(day("2027-05-17 12:00")) || !h.WorkingDay(day("2027-05-18 12:00")) || h.WorkingDay(day("2027-05-15 12:00")) {
		t.Error("the calendar of Norway is not as it should be")
	}
	if got := h.Next(day("2026-12-24 18:00")); !got.Equal(day("2026-12-28 09:00")) {
		t.Errorf("next working moment %v", got)
	}
	if h := p.Hours("nowhere", time.UTC); len(h.Holidays) != 0 || h.From != 9*time.Hour || len(h.Weekend) != 2 {
		t.Errorf("an unknown calendar has %+v", h)
	}
	h.Holidays["2027-01-04"] = "changed by a caller"
	if _, changed := p.Hours("NO", oslo).Holidays["2027-01-04"]; changed {
		t.Error("the pack can be changed from outside")
	}
}

// TestCalendars checks the shipped calendars: every code of the sample company, two years, no day outside them.
func TestCalendars(t *testing.T) {
	t.Parallel()
	p := policy.Embedded()
	for code := range strings.FieldsSeq("NO CZ KE GB-ENG SE DE-BE FR PL JP IN-KA US-NY ES-MD BR-SP SG IT IE TR AU-NSW") {
		years := map[string]int{}
		for day, name := range p.Calendars[code].Holidays {
			years[day[:4]]++
			if name == "" {
				t.Errorf("%s %s has no name", code, day)
			}
		}
		if len(years) != 2 || years["2026"] < 7 || years["2027"] < 7 {
			t.Errorf("%s: %v", code, years)
		}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	p := policy.Embedded()
	for role, want := range map[workflows.Role]bool{
		workflows.ComplianceLead: true, workflows.Administrator: true, "ciso": true, "hr_lead": false, workflows.LineManager: false,
	} {
		info, ok := p.Role(role)
		if !ok || info.Guarded() != want {
			t.Errorf("%s: known %v, guarded %v", role, ok, info.Guarded())
		}
	}
	if _, ok := p.Role("gardener"); ok {
		t.Error("a role nobody named is known")
	}
}

func TestFlowLooksUp(t *testing.T) {
	t.Parallel()
	f := shipped(t, "ai-use")
	if _, ok := f.Tier("huge"); ok || f.Display("huge") != "huge" || f.Display("limited") != "Medium" {
		t.Error("tiers")
	}
	if _, ok := f.Chain("huge"); ok {
		t.Error("chains")
	}
	if f.LegalName("annex_iii") != "High-risk area (Annex III)" || f.LegalName("other") != "other" {
		t.Error("legal names")
	}
	if _, ok := policy.Embedded().Flow("holiday"); ok {
		t.Error("flows")
	}
	if f.Policy() != policy.Embedded().Hash || len(f.Views()) != 2 {
		t.Error("pack")
	}
	if info, ok := f.Role("dpo"); !ok || info.Label != "Privacy officer" {
		t.Error("roles")
	}
}

func TestLoadSaysWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	if _, err := policy.Load(os.DirFS("testdata/no-such-folder")); err == nil || errors.As(err, new(policy.Problems)) {
		t.Errorf("a missing folder: %v", err)
	}
	if _, err := policy.Load(fstest.MapFS{"a.yaml/b": {}, "sub/c.yaml": {Data: []byte("x: 1")}}); !errors.As(err, new(policy.Problems)) {
		t.Errorf("sub-folders are not read: %v", err)
	}
	if _, err := policy.Load(unreadable{fstest.MapFS{"a.yaml": {}}}); err == nil || errors.As(err, new(policy.Problems)) {
		t.Errorf("an unreadable file: %v", err)
	}
}

// unreadable lists files and opens none.
type unreadable struct{ fstest.MapFS }

func (u unreadable) ReadFile(string) ([]byte, error) { return nil, fs.ErrPermission }

func TestCRLF(t *testing.T) {
	t.Parallel()
	fsys := asFS(policy.Embedded())
	for name, f := range fsys {
		fsys[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), "\n", "\r\n"))}
	}
	if _, err := policy.Load(fsys); err != nil {
		t.Error(err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	trial, err := os.ReadFile("testdata/trial/trial.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var options strings.Builder
	for i := range 101 {
		fmt.Fprintf(&options, "{value: v%d, label: V}, ", i)
	}
	for name, c := range map[string]struct{ from, to, want string }{
		"options of a select": {
			`{value: free, label: "Free"}`, options.String() + `{value: free, label: "Free"}`, "there are 103 options, a chat form shows 100",
		},
		"length of a condition": {`"answers.share > 5"`, `"` + strings.Repeat("true && ", 400) + `true"`, "expression code point size exceeds limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.Load(files(t, strings.Replace(string(trial), c.from, c.to, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
