package policy_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"steward/workflows/policy"
)

func TestCovers(t *testing.T) {
	t.Parallel()
	flow, ok := loaded(t, policy.EmbeddedFS()).Flow("ai-use")
	if !ok {
		t.Fatal("no such flow")
	}
	for answer, want := range map[string]policy.Coverage{
		"only_me": policy.CoversNobody, "my_team": policy.CoversTeam, "department": policy.CoversDepartment, "all_staff": policy.CoversEveryone,
		"": policy.CoversNobody,
	} {
		if got := flow.Fills().Covers(answer); got != want {
			t.Errorf("the answer %q covers %q, want %q", answer, got, want)
		}
	}
}

// TestCoversProblems says at which place a group is wrong that an approval is to cover.
func TestCoversProblems(t *testing.T) {
	t.Parallel()
	const line = "users: plan, builders: [own], governed_by: [ciso]}"
	for name, c := range map[string]struct{ text, want string }{
		"an answer that there is not": {
			"users: plan, governed_by: [ciso], covers: {team: [fre]}}", `unknown answer of plan "fre" (did you mean "free"?)`,
		},
		"a group that there is not": {
			"users: plan, governed_by: [ciso], covers: {temas: [free]}}", `unknown key "temas" (did you mean "team"?)`,
		},
		"one answer for two groups": {
			"users: plan, governed_by: [ciso], covers: {everyone: [free], team: [free]}}", `answer "free" is here twice (rename one of them, or leave it out)`,
		},
		"no question about users": {
			"governed_by: [ciso], covers: {team: [free]}}", "nothing says who will use it (name the question under users)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys := trialFiles(t)
			text := string(fsys["trial.yaml"].Data)
			if !strings.Contains(text, line) {
				t.Fatal("the trial flow has no such line")
			}
			fsys["trial.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(text, line, c.text, 1))}
			_, err := policy.Load(fsys)
			if err == nil || !strings.Contains(err.Error(), "trial.yaml:63:") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the pack says %v, want %s", err, c.want)
			}
		})
	}
}
