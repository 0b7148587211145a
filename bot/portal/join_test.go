package portal_test

import (
	"slices"
	"strings"
	"testing"

	"steward/bot/portal"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// TestJoinPages: everybody finds how to join an entry and what they joined; who joined is read by those who read the whole.
func TestJoinPages(t *testing.T) {
	h := newHouse(t, nil)
	h.PutSystem(entry(1, func(s *register.System) {
		s.Covers = policy.CoversEveryone
		s.Joined = []register.User{{Who: jonas, At: start}, {Who: jack, At: start, By: ben}}
	}))
	h.PutSystem(entry(2, func(s *register.System) {
		s.Asks = []register.Ask{{Who: jonas, At: start, State: register.AskOpen}}
		s.Waits = []workflows.Wait{{About: workflows.SystemRef("AIS-2"), Who: ben, Why: workflows.WhyJoin, Part: string(jonas), Role: workflows.LineManager, Since: start, Due: start.AddDate(0, 0, 5)}}
	}))
	for who, want := range map[workflows.PersonID][]string{jack: {"AIS-1"}, jonas: {"AIS-1"}, ben: nil, ana: nil} {
		if got := rowsOf(get(t, h.at(t, who), "/register?mine=1", 200)); !slices.Equal(got, want) {
			t.Errorf("%s has joined %v, want %v", who, got, want)
		}
	}
	p := get(t, h.at(t, ben), "/register?text=tool+1", 200)
	if text := flat(p.Root.Words()); !strings.Contains(text, "It is for everybody who works here. The approval covers your group: you can join at once.") || !strings.Contains(p.Body, `value="join|system/AIS-1|`) {
		t.Errorf("a search does not say how to join:\n%s", text)
	}
	for _, who := range []workflows.PersonID{ana, ola, helen} {
		text := flat(get(t, h.at(t, who), "/register/AIS-1", 200).Root.Words())
		for _, want := range []string{"Who joined", "Jack Turner", "Jonas Weber", "Ben Okafor", "the approval covers them"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not read %q:\n%s", who, want, text)
			}
		}
	}
	if text := flat(get(t, h.at(t, ben), "/register/AIS-1", 200).Root.Words()); strings.Contains(text, "Jonas Weber") || !strings.Contains(text, "2 people") {
		t.Errorf("whoever does not read the whole reads who joined:\n%s", text)
	}
	inbox := flat(get(t, h.at(t, ben), "/", 200).Root.Words())
	if !strings.Contains(inbox, "Tool 2Say whether somebody may join") || strings.Contains(inbox, typed) {
		t.Errorf("the inbox of who answers:\n%s", inbox)
	}
	if text := flat(get(t, h.at(t, ben), "/register/AIS-2", 200).Root.Words()); !strings.Contains(text, "due in 5 days") || strings.Contains(text, typed) {
		t.Errorf("the page for who answers:\n%s", text)
	}
}

// TestWhyNotToJoin: why somebody may not join is for them and for whoever said so.
func TestWhyNotToJoin(t *testing.T) {
	row := workflows.LogRow{
		Record: workflows.Record{What: register.FactJoinRefused, Actor: ola, For: ben, Data: []byte(`{"person":"` + string(jonas) + `"}`)},
		Texts:  map[string]string{"reason": typed},
	}
	for who, reads := range map[workflows.PersonID]bool{ola: true, ben: true, jonas: true, ana: false, helen: false} {
		if got := portal.ForTwo(row, who).Texts["reason"]; (got == typed) != reads || got == "" {
			t.Errorf("%s reads %q", who, got)
		}
	}
	row.Record.What = register.FactJoined
	if got := portal.ForTwo(row, ana).Texts["reason"]; got != typed || row.Texts["reason"] != typed {
		t.Errorf("of another record %q is left", got)
	}
}
