package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"steward/workflows/catalog"
	"steward/workflows/policy"
)

func TestAll(t *testing.T) {
	count := map[string]int{}
	seen := map[string]bool{}
	var last string
	for _, c := range catalog.All() {
		if seen[c.ID] || c.Title == "" || !slices.Contains(catalog.Standards(), c.Standard()) {
			t.Errorf("%+v is there twice or lacks something", c)
		}
		seen[c.ID] = true
		if c.Annex() {
			count[c.Standard()]++
		}
		if last > c.Standard() {
			t.Errorf("%s comes after one of %s", c.ID, last)
		}
		last = c.Standard()
	}
	if count["27001"] != 93 || count["42001"] != 38 {
		t.Errorf("there are %v controls in Annex A, want 93 and 38", count)
	}
	ids := make([]string, 0, len(seen))
	for _, c := range catalog.All() {
		ids = append(ids, c.ID)
	}
	if slices.Index(ids, "27001:A.5.9") > slices.Index(ids, "27001:A.5.10") {
		t.Error("A.5.10 comes before A.5.9")
	}
	if c, ok := catalog.Find("42001:8.4"); !ok || c.Annex() {
		t.Errorf("42001:8.4 is %+v", c)
	}
	if _, ok := catalog.Find("8.4"); ok {
		t.Error("an id without its standard is found")
	}
}

// TestPolicyNamesControls: whatever control the shipped policy names is one.
func TestPolicyNamesControls(t *testing.T) {
	pack, err := policy.Load(policy.EmbeddedFS())
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	look := func(where string, ids []string) {
		for _, id := range ids {
			standard, _, _ := strings.Cut(id, ":")
			if !slices.Contains(catalog.Standards(), standard) {
				continue
			}
			named++
			if _, ok := catalog.Find(id); !ok {
				t.Errorf("%s names %s, which is no control", where, id)
			}
		}
	}
	for _, f := range pack.Flows() {
		look(f.Key, f.Serves)
		for _, q := range f.Questions {
			look(f.Key+"."+q.Key, q.Serves)
		}
		for _, r := range f.Rules {
			look(f.Key+"."+r.ID, r.Refs)
		}
	}
	if named == 0 {
		t.Error("the policy names none")
	}
}
