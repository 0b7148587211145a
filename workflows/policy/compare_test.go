package policy_test

import (
	"io/fs"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"steward/workflows"
	"steward/workflows/policy"
)

// trialFiles is the pack of testdata that uses every key there is.
func trialFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	dir := os.DirFS("testdata/trial")
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal(err, names)
	}
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: text}
	}
	return out
}

func loaded(t *testing.T, fsys fs.FS) *policy.Pack {
	t.Helper()
	p, err := policy.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Whatever is written in a pack and is no comment, no example and no order stands in the comparison with another pack: a
// change of any single value is named, or the page says that only the way of writing differs.
func TestCompareNamesEveryChange(t *testing.T) {
	t.Parallel()
	for name, fsys := range map[string]fstest.MapFS{"shipped": asFS(policy.Embedded()), "trial": trialFiles(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step := 47
			if name == "trial" {
				step = 2
			}
			p := loaded(t, fsys)
			number := regexp.MustCompile(`(points|sla_hours|max_length|min_points|validity_months|renewal_lead_days|max_days|days|max|remind|resume): ?\[?(\d+)`)
			text := regexp.MustCompile(`(label|note|help|text|message|reason|meaning|display|evidence|title|follow_up|question): "([^"]+)"`)
			changed, silent := 0, 0
			for file, one := range fsys {
				body, _, _ := strings.Cut(string(one.Data), "\nexamples:")
				for _, re := range []*regexp.Regexp{number, text} {
					for i, at := range re.FindAllStringSubmatchIndex(body, -1) {
						if i%step != 0 { // a sample: each one compiles the pack
							continue
						}
						value := body[at[4]:at[5]]
						other := "1" + value
						if re == text {
							other = "Otherwise"
						}
						next := fstest.MapFS{}
						maps.Copy(next, fsys)
						next[file] = &fstest.MapFile{Data: []byte(string(one.Data)[:at[4]] + other + string(one.Data)[at[5]:])}
						q, err := policy.Load(next)
						if err != nil {
							continue // it is no policy any more
						}
						changed++
						got := strings.Join(policy.Diff(p, q), "\n")
						if !strings.Contains(got, other) {
							silent++
							t.Errorf("%s: %q -> %q is not named:\n%s", file, body[at[0]:at[1]], other, got)
						}
					}
				}
			}
			if changed < 10 {
				t.Errorf("only %d changes were tried", changed)
			}
		})
	}
}

func TestCompareWords(t *testing.T) {
	t.Parallel()
	p := policy.Embedded()
	fsys := asFS(p)
	change := func(from, to string) {
		t.Helper()
		data := string(fsys["ai-use.yaml"].Data)
		if !strings.Contains(data, from) {
			t.Fatalf("the pack has no %q", from)
		}
		fsys["ai-use.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(data, from, to, 1))}
	}
	change(`{value: trial, label: "On trial with a few people"}`, `{value: trial, label: "On trial"}`)
	change("    required: true\n    max_length: 150", "    required: false\n    max_length: 150")
	got := policy.Compare(p, loaded(t, fsys))
	want := []policy.Part{{Title: "New AI use (ai-use)", Items: []policy.Item{
		{How: policy.Changed, Name: "Question “Which AI tool, feature or model?” (tool)", Details: []policy.Detail{
			{Label: "must be answered", Before: "yes", After: "no"},
		}},
		{How: policy.Changed, Name: "Question “Is it in use already?” (status)", Details: []policy.Detail{
			{Label: "choice trial", Before: "On trial with a few people", After: "On trial"},
		}},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the comparison differs (-want +got):\n%s", diff)
	}
}

func TestCompareFiles(t *testing.T) {
	t.Parallel()
	p := policy.Embedded()
	t.Run("a comment is no change of the policy, but it is one of the file", func(t *testing.T) {
		t.Parallel()
		fsys := asFS(p)
		fsys["calendars.yaml"] = &fstest.MapFile{Data: append([]byte("# A word.\n"), fsys["calendars.yaml"].Data...)}
		next := loaded(t, fsys)
		if got := policy.Diff(p, next); len(got) != 2 || !strings.Contains(got[1], "Only comments") {
			t.Errorf("said %q", got)
		}
		files := policy.CompareFiles(p, next)
		if len(files) != 1 || files[0].File != "calendars.yaml" || files[0].How != policy.Changed || files[0].Lines[0] != (policy.TextLine{Sign: '+', Text: "# A word."}) {
			t.Errorf("files %+v", files)
		}
		if last := files[0].Lines[len(files[0].Lines)-1]; last.Sign != '@' || len(files[0].Lines) != 4 {
			t.Errorf("lines %+v", files[0].Lines)
		}
		if policy.CompareFiles(p, p) != nil || policy.Compare(p, p) != nil {
			t.Error("the same pack differs")
		}
	})
	t.Run("files come and go whole, and the last line counts", func(t *testing.T) {
		t.Parallel()
		fsys := asFS(p)
		delete(fsys, "policy-exception.yaml")
		flow := strings.Replace(string(trialFiles(t)["trial.yaml"].Data), "switch: night_shift", "switch: worker_representative", 1)
		fsys["trial.yaml"] = &fstest.MapFile{Data: []byte(flow)}
		fsys["calendars.yaml"] = &fstest.MapFile{Data: fsys["calendars.yaml"].Data[:len(fsys["calendars.yaml"].Data)-1]}
		next := loaded(t, fsys)
		how := map[string]policy.How{}
		for _, f := range policy.CompareFiles(p, next) {
			how[f.File] = f.How
		}
		want := map[string]policy.How{
			"policy-exception.yaml": policy.Removed, "trial.yaml": policy.Added, "calendars.yaml": policy.Changed,
		}
		if diff := cmp.Diff(want, how); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("what is gone and new in the middle stands between what stays", func(t *testing.T) {
		t.Parallel()
		fsys := asFS(p)
		data := string(fsys["ai-use.yaml"].Data)
		fsys["ai-use.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(strings.Replace(data, "version: 3", "version: 4", 1), "    max_length: 150", "    max_length: 140", 1))}
		var signs strings.Builder
		for _, l := range policy.CompareFiles(p, loaded(t, fsys))[0].Lines {
			signs.WriteRune(l.Sign)
		}
		if signs.String() != "@  -+  @  -+  @" {
			t.Errorf("signs %q", signs.String())
		}
	})
}

func TestRoleDetails(t *testing.T) {
	t.Parallel()
	gained, lost := policy.Embedded().RoleDetails([]workflows.Role{"dpo", "gone_role"}, []workflows.Role{"dpo", "ciso"})
	if len(gained) != 1 || gained[0].Label != "Security officer" || !gained[0].Guarded() || len(lost) != 1 || lost[0].Label != "gone role" {
		t.Errorf("gained %+v, lost %+v", gained, lost)
	}
}
