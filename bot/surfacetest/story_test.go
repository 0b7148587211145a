package surfacetest

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestStoriesCanBeRead(t *testing.T) {
	names, err := fs.Glob(stories, "testdata/scenarios/*.txt")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d stories, %v", len(names), err)
	}
	used := map[string]bool{}
	for _, name := range names {
		text, err := stories.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "# ") {
			t.Errorf("%s does not say what it tells", name)
		}
		steps, err := readStory(strings.NewReader(string(text)), verbs())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, s := range steps {
			used[s.verb.form] = true
		}
	}
	if len(used) < 20 {
		t.Errorf("the stories use %d of %d steps", len(used), len(Verbs()))
	}
	for _, v := range slices.Concat(systemVerbs(), linkVerbs()) {
		if !used[v.form] {
			t.Errorf("no story uses %q", v.form)
		}
	}
}

func TestReadStory(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a step that does not exist":   {"ana dances", "line 1: no such step"},
		"a value without a step":       {"  tool = Otter", "line 1: want"},
		"a value without a key":        {"ana approves R\n  Otter", "line 2: want"},
		"a request in small letters":   {"ana approves r", "no such step"},
		"a remark and an empty line":   {"# remark\n\nana approves R\n", ""},
		"a system and a condition":     {"S is the system of R\nexpect condition own-1 of S open\nana begins S with a pilot until 2026-12-18", ""},
		"a condition that is no key":   {"expect condition own/1 of S open", "no such step"},
		"a text with names and colons": {"yuki asks about R: Who: Ana, or R?", ""},
	} {
		_, err := readStory(strings.NewReader(c.text), verbs())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{"26h": 26 * time.Hour, "3 days": 72 * time.Hour, "30m": 30 * time.Minute} {
		if got, err := duration(text); got != want || err != nil {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
	if _, err := duration("soon"); err == nil {
		t.Error("soon is a duration")
	}
}

func TestSample(t *testing.T) {
	people, err := Sample()
	if err != nil || len(people) != 25 {
		t.Fatalf("%d people, %v", len(people), err)
	}
	first := map[string]bool{}
	for _, p := range people {
		name, _, _ := strings.Cut(p.Name, " ")
		if first[name] {
			t.Errorf("two people are called %s: stories could not tell them apart", name)
		}
		first[name] = true
	}
}
