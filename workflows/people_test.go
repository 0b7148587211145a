package workflows_test

import (
	"testing"
	"time"

	"steward/workflows"
)

func crew() workflows.Roster {
	now := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	return workflows.NewRoster([]workflows.Person{
		{ID: "ana", Name: "Ana Ruiz", Manager: "ben", Active: true},
		{ID: "ben", Name: "Ben Okafor", Manager: "marek", Active: false, Roles: []workflows.Role{"ciso"}},
		{ID: "marek", Name: "Old name", Active: false},
		{ID: "marek", Name: "Marek Dvorak", Manager: "ingrid", Active: true, Roles: []workflows.Role{"ciso", "dpo"}},
		{ID: "ingrid", Active: true, Manager: "gone", Roles: []workflows.Role{"dpo"}},
		{ID: "x", Manager: "y", Active: true},
		{ID: "y", Manager: "x", Active: false},
		{ID: "self", Manager: "self", Active: true},
		{ID: "l1", Manager: "l2"},
		{ID: "l2", Manager: "l3"},
		{ID: "l3", Manager: "l4"},
		{ID: "l4", Manager: "l5"},
		{ID: "l5", Active: true},
	}, []workflows.Delegation{
		{ID: "2", From: "marek", To: "ana", Starts: now, Ends: now.AddDate(0, 0, 7)},
		{ID: "1", From: "marek", To: "ingrid", Starts: now, Ends: now.AddDate(0, 0, 7)},
		{ID: "0", From: "ingrid", To: "ana", Starts: now.AddDate(0, 0, 1), Ends: now.AddDate(0, 0, 7)},
	})
}

func TestRosterManagerOf(t *testing.T) {
	r := crew()
	for who, want := range map[workflows.PersonID]workflows.PersonID{
		"ana":    "marek", // ben has left
		"marek":  "ingrid",
		"ingrid": "", // above her is somebody the roster does not know
		"x":      "", // a circle
		"self":   "",
		"l1":     "", // the first active one is too far up
		"l2":     "l5",
		"nobody": "",
	} {
		if m, ok := r.ManagerOf(who); m.ID != want || ok != (want != "") {
			t.Errorf("manager of %s: %q, %t; want %q", who, m.ID, ok, want)
		}
	}
}

func TestRosterPeople(t *testing.T) {
	r := crew()
	if got := r.Holders("ciso"); len(got) != 1 || got[0].Name != "Marek Dvorak" {
		t.Errorf("holders of ciso: %v", got)
	}
	if got := r.Holders("dpo"); len(got) != 2 || got[0].ID != "ingrid" {
		t.Errorf("holders of dpo, by id: %v", got)
	}
	if all := r.All(); len(all) != 12 || all[0].ID != "ana" {
		t.Errorf("all: %d, first %s", len(all), all[0].ID)
	}
	for id, want := range map[workflows.PersonID]string{"ana": "Ana Ruiz", "ingrid": "ingrid", "zoe": "zoe", workflows.System: "Steward"} {
		if got := r.Name(id); got != want {
			t.Errorf("name of %s: %q", id, got)
		}
	}
	if r.Active("ben") || !r.Active("ana") || r.Active("zoe") {
		t.Error("active: ana, not ben who left, not zoe whom nobody knows")
	}
	p, ok := r.Person("marek")
	if !ok || !p.HasAny("gov", "dpo") || p.Has("gov") || p.Zone() != time.UTC {
		t.Errorf("marek: %+v", p)
	}
	berlin := zone(t, "Europe/Berlin")
	if got := (workflows.Person{Hours: workflows.Hours{Zone: berlin}}).Zone(); got != berlin {
		t.Errorf("zone %s", got)
	}
	var none workflows.Roster
	if len(none.All())+len(none.Holders("dpo")) > 0 || none.Active("ana") {
		t.Error("the zero roster is empty")
	}
}

func TestRosterDelegations(t *testing.T) {
	r := crew()
	first := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	if d, ok := r.DelegateOf("marek", first); !ok || d.To != "ingrid" {
		t.Errorf("delegate of marek, first by id: %+v", d)
	}
	if _, ok := r.DelegateOf("marek", first.Add(-time.Nanosecond)); ok {
		t.Error("in force before it starts")
	}
	if _, ok := r.DelegateOf("marek", first.AddDate(0, 0, 7)); ok {
		t.Error("in force at its end")
	}
	if got := r.DelegatorsOf("ana", first); len(got) != 1 {
		t.Errorf("ana acts for %v", got)
	}
	if got := r.DelegatorsOf("ana", first.AddDate(0, 0, 1)); len(got) != 2 || got[0].From != "ingrid" {
		t.Errorf("ana acts for, by id: %v", got)
	}
}
