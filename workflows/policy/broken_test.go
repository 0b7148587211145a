package policy_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"steward/workflows/policy"
)

var update = flag.Bool("update", false, "rewrite golden files")

const wantFile = "want.txt"

// TestBroken loads broken packs: each txtar holds the files of a pack and, in want.txt, everything Load says about them.
func TestBroken(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testBroken(t, name)
		})
	}
}

// TestNamedMistakes asks of the mistakes that people make most: each is found, at a place, with a hint.
func TestNamedMistakes(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all policy.Problems
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, problems := loadBroken(t, archive)
		all = append(all, problems...)
	}
	for mistake, message := range map[string]string{
		"unknown key":                               `^unknown key "`,
		"unknown role":                              `^unknown role "`,
		"unknown question in a condition":           `^unknown name "answers\.`,
		"unknown option in a condition":             `is no option of answers\.`,
		"condition of the wrong type":               `^found no matching overload`,
		"condition that is no condition":            `^a condition must be true or false`,
		"owner as verifier":                         `^the owner cannot verify`,
		"ask_if of its own page":                    `of page 1 depends on page 1$`,
		"ask_if of a later page":                    `of page 1 depends on page 3$`,
		"validation whose field is on another page": `the condition reads page 2 last$`,
		"quorum larger than its group":              `^the quorum \d is larger than its group`,
		"duplicate question":                        `^question "tool" is here twice`,
		"duplicate rule":                            `^rule "A18" is here twice`,
		"duplicate stage":                           `^stage "manager" is here twice`,
		"duplicate flow":                            `^flow "same" is here twice`,
		"over 10 options without groups":            `^there are 11 options, a group shows 10`,
		"over 10 options in a group":                `^a group of options shows 10`,
		"label longer than a chat form shows":       `^the label has 50 characters`,
		"option longer than a chat form shows":      `^the label has 84 characters`,
		"comma in an option value":                  `has a comma$`,
	} {
		like, found := regexp.MustCompile(message), 0
		for _, p := range all {
			if !like.MatchString(p.Message) {
				continue
			}
			found++
			if p.File == "" || p.Line < 1 || p.Column < 1 || p.Hint == "" {
				t.Errorf("%s: %s has no place or no hint", mistake, p)
			}
		}
		if found == 0 {
			t.Errorf("%s is not found", mistake)
		}
	}
}

// loadBroken loads the pack of an archive and gives what the archive wants said, and what Load says.
func loadBroken(t *testing.T, archive *txtar.Archive) (want string, problems policy.Problems) {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range archive.Files {
		if f.Name == wantFile {
			want = string(f.Data)
			continue
		}
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	if _, err := policy.Load(fsys); !errors.As(err, &problems) {
		t.Fatalf("got %v, want problems", err)
	}
	return want, problems
}

func testBroken(t *testing.T, name string) {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want, problems := loadBroken(t, archive)
	got := problems.Error() + "\n"
	if *update {
		archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == wantFile })
		archive.Files = append(archive.Files, txtar.File{Name: wantFile, Data: []byte(got)})
		if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems differ (-want +got):\n%s", diff)
	}
}
