package policy_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"steward/workflows"
	"steward/workflows/policy"
)

// samplePeople reads the small company the demo shows.
func samplePeople(tb testing.TB) []workflows.Person {
	tb.Helper()
	text, err := os.ReadFile("testdata/people.csv")
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	byEmail := map[string]workflows.PersonID{}
	for _, r := range rows[1:] {
		byEmail[r[1]] = workflows.PersonID(r[0])
	}
	var out []workflows.Person
	for _, r := range rows[1:] {
		p := workflows.Person{ID: workflows.PersonID(r[0]), Email: r[1], Name: r[2], Manager: byEmail[r[3]], Active: r[8] == "true"}
		for role := range strings.SplitSeq(r[9], ";") {
			if role != "" {
				p.Roles = append(p.Roles, workflows.Role(role))
			}
		}
		out = append(out, p)
	}
	return out
}

func findings(p *policy.Pack, people []workflows.Person) []string {
	var out []string
	for _, f := range policy.CheckPeople(p, people) {
		out = append(out, f.String())
	}
	return out
}

func TestCheckPeopleOfTheSample(t *testing.T) {
	t.Parallel()
	got := strings.Join(findings(policy.Embedded(), samplePeople(t)), "\n") + "\n"
	const file = "testdata/people.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("findings differ (-want +got):\n%s", diff)
	}
}

// people makes active people: "id manager role role".
func people(lines ...string) []workflows.Person {
	var out []workflows.Person
	for _, line := range lines {
		words := strings.Fields(line)
		p := workflows.Person{ID: workflows.PersonID(words[0]), Name: words[0], Active: true}
		if words[1] != "-" {
			p.Manager = workflows.PersonID(words[1])
		}
		for _, role := range words[2:] {
			p.Roles = append(p.Roles, workflows.Role(role))
		}
		out = append(out, p)
	}
	return out
}

func TestCheckPeople(t *testing.T) {
	t.Parallel()
	shipped := policy.Embedded()
	trial, err := policy.Load(os.DirFS("testdata/trial"))
	if err != nil {
		t.Fatal(err)
	}
	big := edited(t, asFS(trial), "trial.yaml", "roles: [ai_governance_committee, ciso], quorum: 2, of: 3, must_include: [ciso]", "roles: [ai_governance_committee], quorum: 3, of: 3")
	few := edited(t, asFS(trial), "trial.yaml", "min_independent: {low: 1, high: 2}", "min_independent: {low: 2, high: 2}")
	for _, c := range []struct {
		name   string
		pack   *policy.Pack
		people []workflows.Person
		want   string
	}{
		{"nobody at all", shipped, nil, "error: Security officer: no active person holds the role (New AI use: experts; Policy exception: security)."},
		{"nobody for an emergency", shipped, nil, "warning: AI governance lead: no active person holds the role, so nothing can be allowed in an emergency (New AI use)."},
		{
			"one for an emergency", shipped, people("a - ai_governance_lead"),
			"warning: AI governance lead: a is the only one; what they ask for or own cannot be allowed in an emergency (New AI use).",
		},
		{
			"nobody has a manager", shipped, people("a -", "b -"),
			"error: Line manager: nobody has an active one (New AI use: manager; Policy exception: manager).",
		},
		{
			"a role the pack does not know", shipped, people("a b wizard owner", "b -"),
			`warning: The role "wizard", held by a, is not one the pack knows as held by name.`,
		},
		{
			"a relation held by name", shipped, people("a b owner", "b -"),
			`warning: The role "owner", held by a, is not one the pack knows as held by name.`,
		},
		{
			"one person with all roles", shipped, people("a b", "b c ciso dpo legal_counsel ai_governance_lead top_management compliance_lead worker_representative", "c -"),
			"error: New AI use, High: there are not enough different people for all stages, whoever asks.",
		},
		{
			"the manager is the only expert", shipped,
			people("a m", "m t ciso", "x t ciso", "t - top_management", "g t ai_governance_lead", "h t ai_governance_lead", "i t ai_governance_lead", "l t legal_counsel", "n t legal_counsel", "k t compliance_lead", "d t dpo", "w t worker_representative"),
			"warning: Policy exception, Low: there are not enough different people for all stages in these cases: a with owner x.",
		},
		{
			"a committee too small", big, people("a b ai_governance_committee", "b - ai_governance_committee ciso"),
			"error: Committee: 3 must decide together, and only a and b can (Trial: committee).",
		},
		{
			"a committee without spare", big, people("a b ai_governance_committee", "b - ai_governance_committee", "c b ai_governance_committee"),
			"warning: Committee: all of a, b and c are needed; a request one of them makes or owns needs somebody from outside (Trial: committee).",
		},
		{
			"a chain that asks too few", few, people("a b", "b -"),
			"error: Trial, Low: 1 person is asked to decide, and min_independent asks for 2.",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := findings(c.pack, c.people)
			if !slices.Contains(got, c.want) {
				t.Errorf("%q is not among:\n%s", c.want, strings.Join(got, "\n"))
			}
		})
	}
}

// TestCheckPeopleEnough has three independent holders of each role and a manager for everybody but the top: all that is
// left are the cases nobody can help.
func TestCheckPeopleEnough(t *testing.T) {
	t.Parallel()
	lines := []string{"top -"}
	for _, role := range []string{"ciso", "dpo", "legal_counsel", "ai_governance_lead", "top_management", "compliance_lead", "worker_representative"} {
		for _, n := range []string{"1", "2", "3", "4"} {
			lines = append(lines, role+n+" boss "+role)
		}
	}
	lines = append(lines, "boss top", "ana boss", "ben boss")
	want := []string{
		"warning: Line manager: top has no active one; their requests need somebody from outside (New AI use: manager; Policy exception: manager).",
		"warning: Line manager: a request whose owner is the requester's line manager needs somebody from outside (New AI use: manager; Policy exception: manager).",
	}
	if diff := cmp.Diff(want, findings(policy.Embedded(), people(lines...))); diff != "" {
		t.Errorf("findings differ (-want +got):\n%s", diff)
	}
}

func BenchmarkCheckPeople(b *testing.B) {
	p, all := policy.Embedded(), samplePeople(b)
	for b.Loop() {
		policy.CheckPeople(p, all)
	}
}
