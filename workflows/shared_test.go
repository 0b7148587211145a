package workflows_test

import (
	"testing"
	"time"

	"steward/workflows"
)

func TestMaySee(t *testing.T) {
	c := workflows.Concerned{
		About: workflows.RequestRef("AIR-42"), Requester: "ana", Owner: "omar",
		Deciders: []workflows.PersonID{"ben", "", "dee"}, Informed: []workflows.PersonID{"helen"},
	}
	for _, tt := range []struct {
		name   string
		viewer workflows.Person
		want   bool
	}{
		{"requester", workflows.Person{ID: "ana", Active: true}, true},
		{"owner", workflows.Person{ID: "omar", Active: true}, true},
		{"decider", workflows.Person{ID: "ben", Active: true}, true},
		{"delegate", workflows.Person{ID: "dee", Active: true}, true},
		{"whoever was told", workflows.Person{ID: "helen", Active: true}, true},
		{"compliance lead", workflows.Person{ID: "c", Active: true, Roles: []workflows.Role{workflows.ComplianceLead}}, true},
		{"internal auditor", workflows.Person{ID: "i", Active: true, Roles: []workflows.Role{workflows.InternalAuditor}}, true},
		{"external auditor", workflows.Person{ID: "e", Active: true, Roles: []workflows.Role{workflows.ExternalAuditor}}, false},
		{"administrator", workflows.Person{ID: "a", Active: true, Roles: []workflows.Role{workflows.Administrator}}, false},
		{"the manager's manager, by rank alone", workflows.Person{ID: "marek", Active: true}, false},
		{"a decider who has left", workflows.Person{ID: "ben"}, false},
		{"a compliance lead who has left", workflows.Person{ID: "c", Roles: []workflows.Role{workflows.ComplianceLead}}, false},
		{"nobody", workflows.Person{Active: true}, false},
	} {
		if got := workflows.MaySee(tt.viewer, c); got != tt.want {
			t.Errorf("%s sees it: %t", tt.name, got)
		}
	}
}

// TestRefusalAuthority names every code once: which are records, and which store nothing.
func TestRefusalAuthority(t *testing.T) {
	authority := []workflows.Code{
		workflows.CodeOwnRequest, workflows.CodeTwoStages, workflows.CodeNotEntitled, workflows.CodeProhibited,
		workflows.CodeDelegate, workflows.CodeInactive, workflows.CodeFewDeciders, workflows.CodeNotAccepted,
		workflows.CodePrecondition, workflows.CodeOnlyNaming, workflows.CodeNotIndep,
	}
	silent := []workflows.Code{
		workflows.CodeField, workflows.CodeStale, workflows.CodeDecided, workflows.CodeClosed, workflows.CodeUnknown,
		workflows.CodeNotYours, workflows.CodeNotNow, workflows.CodeTooMany, "a code of a newer version",
	}
	for _, code := range authority {
		if !workflows.Refuse(code, "No.").Authority() {
			t.Errorf("%s is one of authority", code)
		}
	}
	for _, code := range silent {
		if workflows.Refuse(code, "No.").Authority() {
			t.Errorf("%s stores nothing", code)
		}
	}
	no := workflows.RefuseField("reason", "Say why.")
	if no.Code != workflows.CodeField || no.Fields["reason"] != "Say why." || no.Error() != "Say why." {
		t.Errorf("%+v", no)
	}
}

func TestRef(t *testing.T) {
	ref := workflows.RequestRef("AIR-42")
	if got, ok := workflows.ParseRef(ref.String()); !ok || got != ref || ref.String() != "request/AIR-42" {
		t.Errorf("%s: %v %t", ref, got, ok)
	}
	for _, bad := range []string{"", "request", "/AIR-42", "request/"} {
		if _, ok := workflows.ParseRef(bad); ok {
			t.Errorf("%q is a reference", bad)
		}
	}
}

func TestSmallWords(t *testing.T) {
	if !workflows.WhyProgress.Update() || workflows.WhyOutcome.Update() || !workflows.WhyRemind.Daily() || workflows.WhyDecide.Daily() {
		t.Error("progress updates, reminders are daily, the others are new messages")
	}
	if (workflows.Woken{}).Kind() != "woken" {
		t.Error("kinds are stored and never change")
	}
	if !(workflows.Mail{Why: workflows.WhyDecide}).Refreshes() || (workflows.Mail{To: "ana"}).Refreshes() {
		t.Error("a mail to nobody is a refresh")
	}
	if got := (workflows.Record{At: 1_700_000_000_123}).Time(); got.Location() != time.UTC || got.UnixMilli() != 1_700_000_000_123 {
		t.Errorf("time %s", got)
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"AIR-42": "AIR-42", "air-7": "AIR-7", "AIR": "", "AIR-": "", "-7": "", "AIR-7a": "", "A1-7": "", "AIR 7": "", "ÄIR-7": "",
		"ABCDEFGHIJKLMNOP-12345": "",
	} {
		id, ok := workflows.RequestID(typed)
		if ok != (want != "") || ok && id != want {
			t.Errorf("%q: %q, %v; want %q", typed, id, ok, want)
		}
	}
}
