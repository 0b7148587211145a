package workflows_test

import (
	"testing"

	"steward/workflows"
)

func TestAssurance(t *testing.T) {
	for has, meets := range map[workflows.Assurance]string{
		"": "yes,yes,no,no,no", workflows.AssuredChat: "yes,yes,no,no,no", workflows.AssuredPortal: "yes,yes,yes,no,no",
		workflows.AssuredFresh: "yes,yes,yes,yes,no", "a word of a newer program": "yes,yes,no,no,no",
	} {
		got := ""
		for _, want := range []string{"", "chat", "portal", "fresh", "a word of a newer program"} {
			got += map[bool]string{true: "yes,", false: "no,"}[has.Meets(want)]
		}
		if got != meets+"," {
			t.Errorf("%q meets %s, want %s", has, got, meets)
		}
	}
}

func TestSessionID(t *testing.T) {
	for hash, want := range map[string]string{"": "", "ab": "ab", "0123456789abcdef0123": "0123456789abcdef"} {
		if got := (workflows.Session{Hash: hash}).ID(); got != want {
			t.Errorf("%q has the id %q", hash, got)
		}
	}
}
