package portal_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot/surfacetest/portaltest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// jack has nothing to do with any of it.
const jack workflows.PersonID = "P-015"

// typed stands in all that only those read who may read all of an entry.
const typed = "Wolverine"

// entry makes an entry of the AI register that Ana owns; see [typed].
func entry(n int, change func(*register.System)) register.System {
	s := register.System{
		ID: fmt.Sprintf("AIS-%d", n), State: register.StateInUse, Since: start, Seq: 1, Revision: 1, Request: fmt.Sprintf("AIR-%d", n), Round: 1,
		Requester: ana, Owner: ana, Title: typed + " for letters", Tool: fmt.Sprintf("Tool %d", n), Vendor: "Inkwell", Use: typed + " in use.",
		Data: []string{"public"}, Tier: "limited", LegalClass: "none", Flow: "ai-use", Policy: policy.Embedded().Hash,
		ApprovedAt: start, ValidUntil: start.AddDate(1, 0, 0), Governors: []workflows.Role{workflows.AIGovernance},
	}
	if flow, ok := policy.Embedded().Flow("ai-use"); ok {
		s.LegalClass = flow.LegalRanks[0]
	}
	if change != nil {
		change(&s)
	}
	return s
}

// proven is the condition of an entry whose proof Ana gave.
func proven(proof string) register.Task {
	return register.Task{
		Key: "own-1", Text: typed + " is tried by three people.", Due: start.AddDate(0, 0, 10), Verifier: workflows.AIGovernance, Evidence: typed + " minutes",
		Refs: []string{"42001:A.9.3"}, State: register.TaskProved, Proof: proof, ProvedBy: ana, ProvedAt: start,
	}
}

// rowsOf gives the ids in a list of the register, in its order.
func rowsOf(p portaltest.Page) []string {
	var out []string
	for _, td := range p.Root.Named("td") {
		if td.Attr["data-label"] == "Id" {
			out = append(out, td.Words())
		}
	}
	return out
}

func TestRegisterList(t *testing.T) {
	h := newHouse(t, nil)
	h.PutSystem(entry(1, nil))
	h.PutSystem(entry(2, func(s *register.System) {
		s.State, s.Tier, s.Owner = register.StateApproved, "high", ben
		s.Tasks = []register.Task{{Key: "a", Text: typed, GoLive: true, State: register.TaskOpen}, {Key: "b", Text: typed, Due: start.AddDate(0, 0, -3), State: register.TaskOpen}}
	}))
	h.PutSystem(entry(3, func(s *register.System) { s.ValidUntil = start.AddDate(0, 0, 60) }))
	h.PutSystem(entry(4, func(s *register.System) {
		s.State, s.ValidUntil, s.ApprovedAt = register.StateRejected, time.Time{}, time.Time{}
	}))
	h.PutSystem(entry(5, func(s *register.System) { s.Tool, s.Vendor, s.ValidUntil = "", "", time.Time{} }))
	t.Run("everybody reads the list, and nobody reads there what a request says", func(t *testing.T) {
		for _, who := range []workflows.PersonID{ana, ben, jack, jonas, ola, helen} {
			p := get(t, h.at(t, who), "/register", 200)
			if got := rowsOf(p); !slices.Equal(got, []string{"AIS-5", "AIS-4", "AIS-3", "AIS-2", "AIS-1"}) {
				t.Errorf("%s sees %q", who, got)
			}
			text := flat(p.Root.Words())
			for _, want := range []string{"Tool 2 Inkwell", "Approved", "In use", "Rejected", "High", "Ben Okafor", "Wed 24 Nov 2027", "2 open", "3 days late", "No end", "without a name"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s does not read %q:\n%s", who, want, text)
				}
			}
			if strings.Contains(p.Body, typed) {
				t.Errorf("%s reads what was typed", who)
			}
			if linkOn(p, "AIS-2") != "/register/AIS-2" {
				t.Error("the id does not lead to the entry")
			}
		}
	})
	t.Run("filters narrow it and stay in the address", func(t *testing.T) {
		b := h.at(t, jack)
		for query, want := range map[string][]string{
			"state=approved": {"AIS-2"}, "tier=high": {"AIS-2"}, "owner=Ben+Okafor": {"AIS-2"}, "owner=" + string(ana): {"AIS-5", "AIS-4", "AIS-3", "AIS-1"},
			"open=1": {"AIS-2"}, "late=1": {"AIS-2"}, "ends=1": {"AIS-3"}, "text=tool+3": {"AIS-3"}, "text=INKWELL&state=rejected": {"AIS-4"},
			"owner=Nobody+at+all": nil, "state=retired": nil, "text=zzz": nil,
		} {
			p := get(t, b, "/register?"+query, 200)
			if got := rowsOf(p); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
			if linkOn(p, "Show all") != "/register" {
				t.Errorf("%s does not say how to see all", query)
			}
			if want == nil && !strings.Contains(p.Root.Words(), "No entry fits.") {
				t.Errorf("%s says nothing:\n%s", query, p.Root.Words())
			}
		}
		if p := get(t, b, "/register?owner=ar", 200); !strings.Contains(p.Root.Words(), "Who do you mean?") || len(rowsOf(p)) > 0 {
			t.Error("several people fit, and nobody is asked which")
		}
	})
	t.Run("a value that is none is said at the form", func(t *testing.T) {
		for query, want := range map[string]string{
			"state=idea": "no such state", "state=zzz": "no such state", "tier=zzz": "no such tier", "open=yes": "Set it here", "late=0": "Set it here", "ends=30": "Set it here",
			"text=" + strings.Repeat("a", 201): "too long", "owner=" + strings.Repeat("a", 201): "too long", "before=AIR-1": "no such page", "before=x": "no such page", "before=ais-1": "no such page",
		} {
			p := get(t, h.at(t, jack), "/register?"+query, 400)
			if !strings.Contains(p.Root.Words(), want) || p.Root.First("select") == nil || len(rowsOf(p)) > 0 {
				t.Errorf("%.30s: no form that says %q:\n%s", query, want, p.Root.Words())
			}
		}
	})
	t.Run("a search tells nobody what a title says", func(t *testing.T) {
		for _, who := range []workflows.PersonID{jack, jonas, helen, ola, ana} { // it is the same search for all
			if got := rowsOf(get(t, h.at(t, who), "/register?text="+typed, 200)); len(got) > 0 {
				t.Errorf("%s finds %s", who, got)
			}
			if p := get(t, h.at(t, who), "/search?q="+typed, 200); strings.Contains(p.Body, "/register/AIS-1") {
				t.Errorf("%s finds it everywhere", who)
			}
		}
		if p := get(t, h.at(t, jack), "/search?q=inkwell", 200); !strings.Contains(p.Body, "/register/AIS-1") || strings.Contains(p.Body, typed) {
			t.Error("a vendor is not found, or more is")
		}
	})
	t.Run("an id leads to its page from each search", func(t *testing.T) {
		for _, from := range []string{"/register?text=ais-2", "/search?q=AIS-2", "/requests?text=+ais-2"} {
			if p := get(t, h.at(t, jack), from, 200); p.Path != "/register/AIS-2" {
				t.Errorf("%s leads to %s", from, p.Path)
			}
		}
		if p := get(t, h.at(t, jack), "/register?text=AIS-99", 200); !strings.Contains(p.Root.Words(), "No entry fits.") {
			t.Error("an entry that is none is found")
		}
	})
}

func TestRegisterPages(t *testing.T) {
	h := newHouse(t, nil)
	b := h.at(t, jack)
	if text := get(t, b, "/register", 200).Root.Words(); !strings.Contains(text, "enters it once it has been decided on") {
		t.Errorf("an empty register does not say what fills it:\n%s", text)
	}
	for n := range 120 {
		h.PutSystem(entry(n+1, nil))
	}
	var seen []string
	for at := "/register?state=in_use"; at != "" && len(seen) < 1000; {
		p := get(t, b, at, 200)
		if len(seen) > 0 && linkOn(p, "Newest") != "/register?state=in_use" {
			t.Errorf("no way back from %s", at)
		}
		seen = append(seen, rowsOf(p)...)
		at = linkOn(p, "Older")
	}
	if len(seen) != 120 || seen[0] != "AIS-120" || seen[119] != "AIS-1" {
		t.Errorf("%d entries from %s to %s", len(seen), seen[0], seen[len(seen)-1])
	}
}

func TestSystemPage(t *testing.T) {
	h := newHouse(t, nil)
	h.asks(t, 1)
	h.PutSystem(entry(1, func(s *register.System) {
		s.State, s.Tasks, s.Turned = register.StateApproved, []register.Task{proven("https://wiki.example.com/minutes?id=7")}, register.Turn{Event: "changed", By: ana, At: start, Reason: typed}
	}))
	t.Run("those who may read it read all of it", func(t *testing.T) {
		for _, who := range []workflows.PersonID{ana, ola, helen} {
			p := get(t, h.at(t, who), "/register/AIS-1", 200)
			text := flat(p.Root.Words())
			for _, want := range []string{
				typed + " for letters", typed + " in use.", typed + " is tried by three people.", "Proof: " + typed + " minutes", "To be verified", "in 10 days", "AI governance lead",
				"42001:A.9.3", "by Ana Ruiz, Tue 24 Nov", "History", "AI register",
			} {
				if !strings.Contains(text, want) {
					t.Errorf("%s does not read %q:\n%s", who, want, text)
				}
			}
			if linkOn(p, "https://wiki.example.com/minutes?id=7") != "https://wiki.example.com/minutes?id=7" || linkOn(p, "AIR-1") != "/requests/AIR-1" {
				t.Error("the proof, or the request, has no link")
			}
		}
	})
	t.Run("everybody else reads the card, and nothing that was typed", func(t *testing.T) {
		for _, who := range []workflows.PersonID{jack, jonas, "P-001"} {
			p := get(t, h.at(t, who), "/register/AIS-1", 200)
			text := flat(p.Root.Words())
			for _, want := range []string{"AIS-1", "Tool 1", "Inkwell", "Ana Ruiz"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s does not read %q:\n%s", who, want, text)
				}
			}
			for _, not := range []string{typed, "wiki.example.com", "History", "AIR-1", `value="change|`, `value="suspend|`, `value="explain|`} {
				if strings.Contains(p.Body, not) {
					t.Errorf("%s reads %q", who, not)
				}
			}
			get(t, h.at(t, who), "/record/system/AIS-1/1", 404)
		}
	})
	t.Run("what is no entry is nothing", func(t *testing.T) {
		missing := get(t, h.at(t, jack), "/requests/AIR-99", 404).Root.First("main").Words()
		for _, id := range []string{"AIS-99", "AIS-0", "AIR-1", "x", "AIS", "AIS-1%00", "%2f%2fevil.example", "AIS-1%0d%0aSet-Cookie:x"} {
			p, err := h.at(t, helen).Get(t.Context(), "/register/"+id)
			if err != nil || p.Status != 404 || p.Root.First("main").Words() != missing {
				t.Errorf("%s: status %d, %v", id, p.Status, err)
			}
		}
		if p := get(t, h.at(t, jack), "/register/ais-1", 200); p.Path != "/register/AIS-1" {
			t.Errorf("it is shown at %s", p.Path)
		}
	})
	t.Run("only an address with https is a link, and texts stay texts", func(t *testing.T) {
		for i, proof := range append(hostile(), "javascript:alert(1)", "http://wiki.example.com/", "https://", "https://a b/", "https://you@evil.example/", "See https://wiki.example.com/", "//evil.example") {
			h.PutSystem(entry(1, func(s *register.System) { s.Tool, s.Tasks = proof, []register.Task{proven(proof)} }))
			for _, path := range []string{"/register/AIS-1", "/register"} {
				p := get(t, h.at(t, helen), path, 200)
				inert(t, p, i)
				for _, a := range p.Root.Named("a") {
					if !strings.HasPrefix(a.Attr["href"], "/") && !strings.HasPrefix(a.Attr["href"], "#") {
						t.Errorf("%q became the link %q", proof, a.Attr["href"])
					}
				}
			}
		}
	})
}

// A condition goes its way by the buttons of the page: who owns the system gives the proof, somebody else verifies it.
func TestSystemPresses(t *testing.T) {
	h := newHouse(t, nil)
	governor := h.holder(t, workflows.AIGovernance)
	h.PutSystem(entry(1, func(s *register.System) {
		s.State, s.Told = register.StateApproved, []workflows.PersonID{governor}
		s.Tasks = []register.Task{{Key: "own-1", Text: "Three people try it.", GoLive: true, Verifier: workflows.AIGovernance, State: register.TaskOpen}}
		s.Waits = []workflows.Wait{{About: workflows.SystemRef("AIS-1"), Who: ana, Why: workflows.WhyTask, Part: "own-1", Since: start}}
	}))
	b := h.at(t, ana)
	if p := get(t, b, "/", 200); !strings.Contains(p.Root.Words(), "Fulfil a condition") || !strings.Contains(p.Body, `href="/register/AIS-1"`) || !strings.Contains(p.Root.Words(), typed) {
		t.Errorf("the inbox does not lead to it:\n%s", p.Root.Words())
	}
	at := press(t, b, get(t, b, "/register/AIS-1", 200), view.VerbProve)
	if !strings.HasPrefix(at, "/forms/") || linkOn(get(t, b, at, 200), "Back to AIS-1") != "/register/AIS-1" {
		t.Fatalf("the button leads to %s", at)
	}
	send(t, b, at, url.Values{}, 422)
	p := send(t, b, at, url.Values{"f.proof": {"https://wiki.example.com/trial"}}, 200)
	if p.Path != "/register/AIS-1" || !strings.Contains(p.Root.Words(), "To be verified") {
		t.Errorf("after the proof, %s:\n%s", p.Path, p.Root.Words())
	}
	other := h.at(t, governor)
	if at := press(t, other, get(t, other, "/register/AIS-1", 200), view.VerbVerify); at != "/register/AIS-1" {
		t.Errorf("the press leads to %s", at)
	}
	text := flat(get(t, other, "/register/AIS-1", 200).Root.Words())
	for _, want := range []string{
		"In use", "Verified", "gave the proof of a condition: Three people try it", "verified a condition: Three people try it", "State: in use", "https://wiki.example.com/trial",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there:\n%s", want, text)
		}
	}
	if text := get(t, h.at(t, helen), "/record?about=ais-1&kind=system", 200).Root.Words(); !strings.Contains(text, "gave the proof of a condition") || !strings.Contains(text, typed) {
		t.Errorf("the record does not tell it:\n%s", text)
	}
	refused := post(t, h.at(t, jack), "/press", url.Values{"nonce": {"00000000000000aa"}, "action": {"verify|system/AIS-1||1|2|own-1"}}, 403)
	if strings.Contains(refused.Body, typed) {
		t.Error("a refusal tells what was typed")
	}
}

// press presses the button with this verb and gives the address it leads to.
func press(t *testing.T, b *portaltest.Browser, p portaltest.Page, verb string) string {
	t.Helper()
	for _, f := range p.Root.Named("form") {
		form := url.Values{}
		for _, in := range f.Named("input") {
			form.Set(in.Attr["name"], in.Attr["value"])
		}
		if f.Attr["action"] == "/press" && strings.HasPrefix(form.Get("action"), verb+"|") {
			return post(t, b, "/press", form, 200).Path
		}
	}
	t.Fatalf("no button to %s:\n%s", verb, p.Root.Words())
	return ""
}

func TestWhatARequestBecame(t *testing.T) {
	h := newHouse(t, nil)
	seed(t, h)
	if p := get(t, h.at(t, ana), "/requests/AIR-1", 200); strings.Contains(p.Root.Words(), "In the register") {
		t.Error("an open request is in the register")
	}
	b := h.at(t, ben)
	press(t, b, get(t, b, "/requests/AIR-1", 200), view.VerbApprove)
	p := get(t, h.at(t, ana), "/requests/AIR-1", 200)
	if !strings.Contains(flat(p.Root.Words()), "In the register: AIS-1, in use") || linkOn(p, "AIS-1, in use") != "/register/AIS-1" {
		t.Errorf("the page does not say what it became:\n%s", p.Root.Words())
	}
	for who, sees := range map[workflows.PersonID]bool{ana: true, ben: true, helen: true, jack: false, jonas: false} {
		if p := get(t, h.at(t, who), "/people/"+string(ana), 200); strings.Contains(p.Body, "/register/AIS-1") != sees {
			t.Errorf("%s sees on her page what she owns: %v", who, !sees)
		}
	}
	text := flat(get(t, h.at(t, ana), "/register/AIS-1", 200).Root.Words())
	for _, want := range []string{"It entered the register with the decision on AIR-1", "Passed with its request: screening", "State: in use"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there:\n%s", want, text)
		}
	}
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	t.Cleanup(h.config.Watch.Close)
	for _, path := range []string{"/register", "/register/AIS-1", "/requests/AIR-1"} {
		if at := watchOf(t, h, ana, path); !strings.Contains(at, "AIS-1=") {
			t.Errorf("%s watches %q", path, at)
		}
	}
	l := listen(t, h, server, jack, watchOf(t, h, jack, "/register"))
	if _, err := h.Apply(t.Context(), workflows.Event{
		Actor: ana, Via: workflows.Via{Surface: "portal"}, About: workflows.SystemRef("AIS-1"), What: register.Retired{Reason: "Nobody has used it since the summer."},
	}); err != nil {
		t.Fatal(err)
	}
	look(t, h)
	if got := l.next(); !strings.Contains(got, `"AIS-1":`) {
		t.Errorf("the list does not hear of it: %q", got)
	}
	if l := listen(t, h, server, jack, "AIS-99=0"); l.code != 404 {
		t.Errorf("an entry that is none is watched: status %d", l.code)
	}
}
