package main

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// sight is a page as somebody sees it.
type sight struct {
	name   string
	who    workflows.PersonID // empty: nobody is signed in
	path   string
	press  []string // what is pressed there one after the other, by the words on it; each leads to another page
	status int      // of the page that is looked at; 0 for 200
}

// browsed is a Wednesday morning in the company of the demo.
func browsed() time.Time { return time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC) }

// helen is the compliance lead, arjun and jonas administer, ingrid has nothing to do here.
const (
	ingrid workflows.PersonID = "P-001"
	helen  workflows.PersonID = "P-004"
)

// demoSights gives all pages of the demo, after making what they show.
func demoSights(t *testing.T, a *app) []sight {
	t.Helper()
	s := stagehand{t: t, a: a, surfers: map[workflows.PersonID]*surfer{}}
	first, second, last := s.draft(ana, 0), s.draft(ana, 1), s.draft(ana, 2)
	other := s.otherPolicy()
	dead, waiting := s.deliveries()
	roles := s.propose(arjun, "/settings/roles/P-014", url.Values{"f.role": {"data_steward"}, "f.reason": {"She looks after the customer data of Sales."}})
	gone := s.propose(jonas, "/settings/roles/P-018", url.Values{"f.role": {"it_operations"}, "f.reason": {"She joins the team that looks after machines."}})
	s.as(jonas).do(http.MethodPost, gone+"/withdraw", nil)
	change := s.propose(arjun, "/settings/policy/"+other, url.Values{"f.reason": {"The words of the works council."}})
	like := s.examples()
	fresh, held, late := like["waits for the manager"], like["legal hold"], like["late"]
	out := []sight{
		{name: "nobody", path: "/sign-in"},
		{name: "the texts", path: "/about"},
		{name: "the texts", path: "/privacy"},
		{name: "the texts", path: "/terms"},
		{name: "the texts", path: "/worker-representatives"},
		{name: "a link that is no link", path: "/sign-in/wrong", status: 404},
		{name: "an inbox with news", who: ana, path: "/"},
		{name: "an inbox with work", who: ben, path: "/"},
		{name: "an empty inbox", who: ingrid, path: "/"},
		{name: "an inbox with proposals", who: jonas, path: "/"},
		{name: "all requests", who: helen, path: "/requests"},
		{name: "some requests", who: ana, path: "/requests?mine=1"},
		{name: "no requests", who: ingrid, path: "/requests"},
		{name: "none found", who: helen, path: "/requests?text=zzzz"},
		{name: "a filter that is none", who: helen, path: "/requests?status=zzzz", status: 400},
		{name: "the register", who: helen, path: "/register"},
		{name: "the register of one", who: ingrid, path: "/register?open=1"},
		{name: "no entry found", who: ana, path: "/register?text=zzzz"},
		{name: "whose entries", who: ana, path: "/register?owner=ar"},
		{name: "a state that is none", who: ana, path: "/register?state=zzzz", status: 400},
		{name: "an entry with conditions", who: helen, path: "/register/AIS-12"},
		{name: "why an entry waits", who: helen, path: "/register/AIS-12/explain"},
		{name: "an entry in use", who: helen, path: "/register/AIS-1"},
		{name: "an entry that was rejected", who: ola, path: "/register/AIS-2"},
		{name: "an entry of others", who: ingrid, path: "/register/AIS-12"},
		{name: "no entry of the register", who: ana, path: "/register/AIS-9999", status: 404},
		{name: "a change to report", who: helen, path: "/register/AIS-12", press: []string{"Report a change…"}},
		{name: "no change reported", who: helen, path: "/register/AIS-12", press: []string{"Report a change…", "Report"}, status: 422},
		{name: "a part of the record about systems", who: helen, path: "/record?kind=system"},
		{name: "an entry's record", who: helen, path: "/record/system/AIS-1/1"},
		{name: "a beginning", who: ana, path: "/requests/new"},
		{name: "a beginning", who: ingrid, path: "/requests/new"},
		{name: "a form", who: ana, path: first},
		{name: "a form with mistakes", who: ana, path: s.draft(ana, 0), press: []string{"Next"}, status: 422},
		{name: "the second page", who: ana, path: second},
		{name: "the last page", who: ana, path: last},
		{name: "somebody else's form", who: ben, path: first, status: 404},
		{name: "reasons to reject", who: fresh.who, path: fresh.path, press: []string{"Reject"}},
		{name: "no reason to reject", who: fresh.who, path: fresh.path, press: []string{"Reject", "Reject"}, status: 422},
		{name: "a question to ask", who: fresh.who, path: fresh.path, press: []string{"Ask"}},
		{name: "a request of others", who: ingrid, path: fresh.path, status: 404},
		{name: "no request", who: helen, path: "/requests/AIR-9999", status: 404},
		{name: "why", who: fresh.who, path: fresh.path + "/explain"},
		{name: "why it is stopped", who: held.who, path: held.path + "/explain"},
		{name: "details", who: late.who, path: late.path + "?show=details"},
		{name: "nothing to find", who: ana, path: "/search"},
		{name: "requests and people", who: helen, path: "/search?q=ana"},
		{name: "controls", who: ana, path: "/search?q=A.5"},
		{name: "nothing found", who: ana, path: "/search?q=zzzz"},
		{name: "accounts", who: ana, path: "/accounts"},
		{name: "nobody away", who: ana, path: "/away"},
		{name: "when somebody is away", who: ben, path: "/away", press: []string{"I am away\u2026"}},
		{name: "no day given", who: ben, path: "/away", press: []string{"I am away\u2026", "Save"}, status: 422},
		{name: "no absence", who: ana, path: "/away/AWAY-9999", status: 404},
		{name: "nothing kept of vendors", who: helen, path: "/vendors"},
		{name: "what to keep of a vendor", who: priya, path: "/vendors", press: []string{"Keep facts of a vendor\u2026"}},
		{name: "no proof given", who: priya, path: "/vendors", press: []string{"Keep facts of a vendor\u2026", "Save"}, status: 422},
		{name: "vendors that are not theirs", who: ana, path: "/vendors", status: 403},
		{name: "no vendor", who: helen, path: "/vendors/VEN-9999", status: 404},
		{name: "sign in again", who: ana, path: "/sign-in/again?to=/requests/AIR-1"},
		{name: "the record", who: helen, path: "/record"},
		{name: "a part of the record", who: ola, path: "/record?kind=request&about=AIR-1"},
		{name: "whose record", who: helen, path: "/record?who=marsh"},
		{name: "no record", who: helen, path: "/record?who=zzzz"},
		{name: "an entry", who: helen, path: "/record/request/AIR-1/1"},
		{name: "checkpoints", who: helen, path: "/record/checkpoints"},
		{name: "evidence", who: helen, path: "/evidence"},
		{name: "no entry", who: helen, path: "/record/request/AIR-1/999", status: 404},
		{name: "a record that is not theirs", who: ingrid, path: "/record" + fresh.path[len("/requests"):] + "/1", status: 404},
		{name: "people", who: helen, path: "/people"},
		{name: "nobody found", who: helen, path: "/people?text=zzzz"},
		{name: "people of one", who: ana, path: "/people"},
		{name: "somebody", who: helen, path: "/people/P-013"},
		{name: "oneself", who: ana, path: "/people/P-014"},
		{name: "somebody who left", who: helen, path: "/people/P-024"},
		{name: "an account of somebody", who: jonas, path: "/people/P-014/accounts/slack:P-014"},
		{name: "an account that is not for them", who: helen, path: "/people/P-014/accounts/slack:P-014", status: 404},
		{name: "deliveries", who: helen, path: "/deliveries"},
		{name: "no deliveries", who: helen, path: "/deliveries?text=AIR-9999"},
		{name: "deliveries that are not theirs", who: ana, path: "/deliveries", status: 404},
		{name: "a delivery that failed", who: helen, path: dead},
		{name: "a delivery that waits", who: arjun, path: waiting},
		{name: "settings", who: arjun, path: "/settings"},
		{name: "settings to read", who: ola, path: "/settings"},
		{name: "settings that are not theirs", who: ana, path: "/settings", status: 404},
		{name: "policies", who: arjun, path: "/settings/policy"},
		{name: "a difference", who: jonas, path: "/settings/policy/" + other},
		{name: "the policy in force", who: arjun, path: "/settings/policy/" + policy.Embedded().Hash},
		{name: "a policy that is none", who: arjun, path: "/settings/policy/" + strings.Repeat("0", 64), status: 404},
		{name: "roles", who: arjun, path: "/settings/roles"},
		{name: "roles of somebody", who: arjun, path: "/settings/roles?text=ana"},
		{name: "roles to give", who: arjun, path: "/settings/roles/P-020"},
		{name: "roles that do not change", who: arjun, path: "/settings/roles/P-020", press: []string{"Propose"}, status: 409},
		{name: "roles to read", who: helen, path: "/settings/roles/P-014"},
		{name: "a proposal to confirm", who: jonas, path: roles},
		{name: "a proposal of one's own", who: arjun, path: roles},
		{name: "a proposal to read", who: ola, path: change},
		{name: "a policy to confirm", who: jonas, path: change},
		{name: "a proposal that was withdrawn", who: jonas, path: gone},
		{name: "nowhere", path: "/nowhere", status: 404},
		{name: "nowhere", who: ana, path: "/nowhere", status: 404},
	}
	for kind, one := range like {
		out = append(out, sight{name: "a request: " + kind, who: helen, path: one.path})
		if one.who != "" {
			out = append(out, sight{name: "waits for somebody: " + kind, who: one.who, path: one.path})
		}
	}
	slices.SortStableFunc(out, func(a, b sight) int { return strings.Compare(string(a.who), string(b.who)) })
	return out
}

// example is a request of the demo, and for whom it waits.
type example struct {
	path string
	who  workflows.PersonID
}

// examples gives a request in each state.
func (s stagehand) examples() map[string]example {
	s.t.Helper()
	ctx, lead := s.t.Context(), workflows.Person{ID: helen, Active: true, Roles: []workflows.Role{workflows.ComplianceLead}}
	rows, _, err := s.a.store.RequestRows(ctx, lead, workflows.RequestFilter{Limit: 200})
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]example{}
	for _, row := range rows {
		r, err := s.a.store.Request(ctx, row.ID)
		if err != nil {
			s.t.Fatal(err)
		}
		one := example{path: "/requests/" + r.ID}
		if len(r.Waits) > 0 {
			one.who = r.Waits[0].Who
		}
		for _, kind := range kindsOf(r) {
			if _, there := out[kind]; !there {
				out[kind] = one
			}
		}
	}
	return out
}

// axeSource is axe-core as npm put it there.
func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../../.ci/axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		lacking(t, "no axe-core; npm ci in .ci/axe gets it")
	}
	return string(source)
}

// startBrowsed starts the demo, which ends with the test.
func startBrowsed(t *testing.T) *app {
	t.Helper()
	a := startDemo(t, browsed())
	t.Cleanup(func() {
		if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return a
}
