package portal_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
	"steward/workflows/approval"
)

// holder gives somebody who holds a role.
func (h *house) holder(t *testing.T, role workflows.Role) workflows.PersonID {
	t.Helper()
	for _, p := range h.people {
		if p.Has(role) && !p.HasAny(workflows.ComplianceLead) {
			return p.ID
		}
	}
	t.Fatalf("nobody is %s", role)
	return ""
}

// at gives the browser of a person.
func (h *house) at(t *testing.T, who workflows.PersonID) *portaltest.Browser {
	t.Helper()
	b, err := h.client.Browser(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// link gives the address of the first link with these words; empty where there is none.
func linkOn(p portaltest.Page, words string) string {
	for _, a := range p.Root.Named("a") {
		if a.Words() == words {
			return a.Attr["href"]
		}
	}
	return ""
}

// asks sends n requests of Ana.
func (h *house) asks(t *testing.T, n int) {
	t.Helper()
	for range n {
		_, err := h.Apply(t.Context(), workflows.Event{
			Actor: ana, Via: workflows.Via{Surface: "portal"}, About: workflows.Ref{Kind: workflows.KindRequest},
			What: approval.Submitted{Flow: "ai-use", Answers: answersOf(harmless())},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestRecordPages(t *testing.T) {
	h := newHouse(t, nil)
	h.asks(t, 30)
	auditor, admin := h.holder(t, workflows.InternalAuditor), h.holder(t, workflows.Administrator)
	t.Run("a compliance lead and an auditor read all of it, page by page, and each record has a page", func(t *testing.T) {
		for _, who := range []workflows.PersonID{helen, auditor} {
			b, seen, at := h.at(t, who), map[string]bool{}, "/record"
			for range 10 {
				p := get(t, b, at, 200)
				for _, a := range p.Root.Named("a") {
					if strings.HasPrefix(a.Attr["href"], "/record/request/") {
						if seen[a.Attr["href"]] {
							t.Errorf("%s is there twice", a.Attr["href"])
						}
						seen[a.Attr["href"]] = true
					}
				}
				if at != "/record" && linkOn(p, "Newest") == "" {
					t.Error("no way back to the newest")
				}
				if at = linkOn(p, "Older"); at == "" {
					break
				}
			}
			if len(seen) != 60 {
				t.Errorf("%s: %d records, want 60", who, len(seen))
			}
			for path := range seen {
				get(t, b, path, 200)
				break
			}
		}
	})
	t.Run("others read of what they may see, and nothing else exists for them", func(t *testing.T) {
		for who, want := range map[workflows.PersonID]bool{ana: true, ben: true, "P-015": false, admin: false} {
			p := get(t, h.at(t, who), "/record", 200)
			if got := strings.Contains(p.Body, "/record/request/AIR-1"); got != want {
				t.Errorf("%s reads it: %v", who, got)
			}
			get(t, h.at(t, who), "/record/request/AIR-1/1", map[bool]int{true: 200, false: 404}[want])
			if p := get(t, h.at(t, who), "/record?about=AIR-1", 200); strings.Contains(p.Body, "/record/request/AIR-1/") != want {
				t.Errorf("%s finds it by its id: %v", who, !want)
			}
		}
		for _, path := range []string{"/record/request/AIR-99/1", "/record/request/AIR-1/99", "/record/request/AIR-1/0", "/record/request/AIR-1/x", "/record/nothing/AIR-1/1"} {
			get(t, h.at(t, helen), path, 404)
		}
	})
	t.Run("filters narrow it and stay in the address; one that does not exist is said so", func(t *testing.T) {
		b := h.at(t, helen)
		for path, want := range map[string]int{
			"/record?about=air-1": 2, "/record?about=request%2FAIR-1": 2, "/record?what=submitted&about=AIR-1": 1, "/record?what=stage_opened&about=AIR-1": 1,
			"/record?who=" + string(ana) + "&about=AIR-2": 2, "/record?who=Ana+Ruiz&about=AIR-2": 2, "/record?who=Steward&about=AIR-1": 0, "/record?who=Nobody+at+all": 0,
			"/record?kind=policy": 0, "/record?kind=request&about=AIR-1": 2, "/record?what=something_else": 0,
			"/record?from=2026-11-24&until=2026-11-24&about=AIR-1": 2, "/record?until=2026-11-23": 0, "/record?from=2026-11-25": 0,
		} {
			p := get(t, b, path, 200)
			if n := len(p.Root.Named("tr")) - 1; n != want && (want > 0 || n > 0) {
				t.Errorf("%s: %d lines, want %d", path, n, want)
			}
			if want == 0 && linkOn(p, "Show all") != "/record" {
				t.Errorf("%s does not say how to see all", path)
			}
		}
		p := get(t, b, linkOn(get(t, b, "/record?kind=request&until=2026-11-24", 200), "Older"), 200)
		if !strings.Contains(p.Path, "kind=request") {
			t.Errorf("the next page forgot the filter: %s", p.Path)
		}
		p = get(t, b, "/record?who=ar", 200)
		if !strings.Contains(p.Root.Words(), "Who do you mean?") || p.Root.First("table") != nil {
			t.Error("several people fit, and nobody is asked which")
		}
		for _, bad := range []string{"kind=weather", "about=x", "about=%2F", "from=yesterday", "until=1", "before=x", "before=1", "before=1.x", "who=" + strings.Repeat("a", 201), "what=" + strings.Repeat("a", 101)} {
			get(t, b, "/record?"+bad, 400)
		}
	})
	t.Run("a record shows its hash, its bytes, and what stands beside it", func(t *testing.T) {
		b := h.at(t, helen)
		if _, err := h.Apply(t.Context(), workflows.Event{
			Actor: ben, Via: workflows.Via{Surface: "portal"}, About: workflows.RequestRef("AIR-1"), What: approval.Asked{Text: "Who <b>reads</b> it?"},
		}); err != nil {
			t.Fatal(err)
		}
		rows, err := h.History(t.Context(), workflows.RequestRef("AIR-1"))
		if err != nil {
			t.Fatal(err)
		}
		last := rows[len(rows)-1]
		p := get(t, b, fmt.Sprintf("/record/request/AIR-1/%d", last.Record.N), 200)
		text := p.Root.Words()
		for _, want := range []string{last.Hash, string(last.Entry), "Who <b>reads</b> it?", "Ben Okafor asked a question", "Portal"} {
			if !strings.Contains(flat(text), flat(want)) {
				t.Errorf("%q is not there:\n%s", want, text)
			}
		}
		inert(t, p, 0)
		if linkOn(p, "Record before") == "" || linkOn(p, "Record after") != "" || linkOn(p, "All about it") == "" {
			t.Errorf("the ways from here are %q, %q, %q", linkOn(p, "Record before"), linkOn(p, "Record after"), linkOn(p, "All about it"))
		}
		if first := get(t, b, "/record/request/AIR-1/1", 200); linkOn(first, "Record before") != "" || linkOn(first, "Record after") == "" {
			t.Error("the first record has one before it, or none after it")
		}
	})
}

func TestRecordEntryStrange(t *testing.T) {
	about := workflows.RequestRef("AIR-1")
	for name, row := range map[string]workflows.LogRow{
		"is no record any more": {Record: workflows.Record{About: about, N: 1, At: start.UnixMilli()}, Entry: []byte("\x00no\xff json"), Texts: map[string]string{"reason": "x"}},
		"lost a text": {Record: workflows.Record{
			V: 1, About: about, N: 1, At: start.UnixMilli(), Actor: ben, For: ana, What: "decided", Texts: map[string]string{"reason": "c0ffee"}, Shown: "beef", Cut: true,
		}, Entry: []byte("{}"), Texts: map[string]string{"shown": `{"title":"x"}`}},
	} {
		t.Run("an entry that "+name+" is shown as such", func(t *testing.T) {
			h := newHouse(t, func(c *portal.Config) { c.Records = oneRecord{c.Records, row} })
			p := get(t, h.at(t, helen), "/record/request/AIR-1/1", 200)
			want := "are not a record as Steward writes it"
			if row.Record.V == 1 {
				want = "was destroyed"
			}
			if !strings.Contains(p.Root.Words(), want) {
				t.Errorf("it does not say %q:\n%s", want, p.Root.Words())
			}
			inert(t, p, 0)
			list := get(t, h.at(t, helen), "/record", 200)
			if row.Record.V == 0 && !strings.Contains(list.Root.Words(), "not as Steward writes it") {
				t.Error("the list does not say so")
			}
		})
	}
}

// oneRecord is a log with one entry.
type oneRecord struct {
	portal.Records

	row workflows.LogRow
}

func (o oneRecord) Record(_ context.Context, _ workflows.Person, _ workflows.Ref, n int) (workflows.LogRow, error) {
	if n != 1 {
		return workflows.LogRow{}, workflows.ErrNotFound
	}
	return o.row, nil
}

func (o oneRecord) RecordRows(context.Context, workflows.Person, workflows.RecordFilter) ([]workflows.RecordRow, workflows.RecordKey, error) {
	return []workflows.RecordRow{{Record: o.row.Record}}, workflows.RecordKey{}, nil
}

func TestPeoplePages(t *testing.T) {
	h := newHouse(t, nil)
	h.asks(t, 1)
	admin, auditor := h.holder(t, workflows.Administrator), h.holder(t, workflows.InternalAuditor)
	gone := workflows.PersonID("P-015")
	t.Run("everybody sees who there is; roles are for those who administer them", func(t *testing.T) {
		for who, open := range map[workflows.PersonID]bool{ana: false, auditor: false, admin: true, helen: true} {
			p := get(t, h.at(t, who), "/people", 200)
			text := p.Root.Words()
			if !strings.Contains(text, "Ben Okafor") || strings.Contains(text, "Roles") != open || strings.Contains(text, "have left") != open {
				t.Errorf("%s sees roles %v:\n%s", who, !open, text)
			}
			p = get(t, h.at(t, who), "/people/"+string(helen), 200)
			text = p.Root.Words()
			if !strings.Contains(text, "Helen Marsh") || strings.Contains(text, "Compliance lead") != open || strings.Contains(text, "Accounts") != open ||
				strings.Contains(text, "@example.com") != open {
				t.Errorf("%s sees roles and accounts %v:\n%s", who, !open, text)
			}
		}
		if text := get(t, h.at(t, ana), "/people?role=ciso", 200).Root.Words(); !strings.Contains(text, "Ben Okafor") {
			t.Error("a list narrowed to a role tells who holds it")
		}
		if text := get(t, h.at(t, helen), "/people?role=ciso", 200).Root.Words(); strings.Contains(text, "Ben Okafor") || linkOn(get(t, h.at(t, helen), "/people?role=bcm_lead", 200), "Show all") == "" {
			t.Errorf("the role narrows nothing:\n%s", text)
		}
	})
	t.Run("one sees of oneself what is kept, and what waits", func(t *testing.T) {
		text := get(t, h.at(t, ben), "/people/"+string(ben), 200).Root.Words()
		for _, want := range []string{"What waits for you, and why", "AIR-1", "You are the nearest active manager", "Change your accounts", "Manages", "Ana Ruiz"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not there:\n%s", want, text)
			}
		}
	})
	t.Run("what somebody owns is shown to those who may see it", func(t *testing.T) {
		for who, sees := range map[workflows.PersonID]bool{ben: true, helen: true, admin: false, "P-016": false} {
			if p := get(t, h.at(t, who), "/people/"+string(ana), 200); strings.Contains(p.Body, "/requests/AIR-1") != sees {
				t.Errorf("%s sees it: %v", who, !sees)
			}
		}
		if p := get(t, h.at(t, admin), "/people/"+string(ben), 200); strings.Contains(p.Body, "/requests/AIR-1") {
			t.Error("an administrator reads in what waits for somebody")
		} else if !strings.Contains(p.Root.Words(), "1 thing waits that you do not read here.") {
			t.Error("an administrator is not told that something waits")
		}
		if p := get(t, h.at(t, auditor), "/people/"+string(ben), 200); !strings.Contains(p.Body, "/requests/AIR-1") {
			t.Error("an auditor does not read what waits for somebody")
		}
		if p := get(t, h.at(t, ana), "/people/"+string(ben), 200); strings.Contains(p.Root.Words(), "and why") {
			t.Error("somebody reads that something waits for their manager")
		}
	})
	t.Run("whoever has left exists for those who administer people only", func(t *testing.T) {
		h.Leave(gone)
		get(t, h.at(t, ana), "/people/"+string(gone), 404)
		if text := get(t, h.at(t, helen), "/people/"+string(gone), 200).Root.Words(); !strings.Contains(text, "Has left") {
			t.Errorf("it does not say so:\n%s", text)
		}
		if p := get(t, h.at(t, ana), "/people?left=1", 200); strings.Contains(p.Body, string(gone)) {
			t.Error("the list tells who has left")
		}
		if p := get(t, h.at(t, helen), "/people?left=1", 200); !strings.Contains(p.Body, "/people/"+string(gone)) || strings.Contains(p.Body, "/people/"+string(ana)) {
			t.Error("the list of those who have left is another")
		}
		for _, nobody := range []string{string(gone), "P-999"} {
			get(t, h.at(t, ana), "/people?after="+nobody, 404) // else what comes after would tell
			get(t, h.at(t, helen), "/people?left=1&after="+nobody, 200)
		}
		get(t, h.at(t, ana), "/people?after="+string(ben), 200)
		get(t, h.at(t, helen), "/people/P-999", 404)
		get(t, h.at(t, helen), "/people/"+strings.Repeat("x", 201), 404)
		get(t, h.at(t, helen), "/people?text="+strings.Repeat("x", 201), 400)
		if text := get(t, h.at(t, helen), "/people?text=zzz", 200).Root.Words(); !strings.Contains(text, "Nobody fits") {
			t.Errorf("an empty list says nothing:\n%s", text)
		}
	})
	t.Run("page by page", func(t *testing.T) {
		var many []workflows.Person
		for n := range 120 {
			many = append(many, workflows.Person{ID: workflows.PersonID(fmt.Sprintf("X-%03d", n)), Name: fmt.Sprintf("Person %03d", n), Active: true})
		}
		big := newHouseOf(t, append(many, workflows.Person{ID: helen, Name: "Zoe", Active: true, Roles: []workflows.Role{workflows.ComplianceLead}}), nil)
		b, at, seen := big.at(t, helen), "/people", 0
		for at != "" && seen < 1000 {
			p := get(t, b, at, 200)
			seen += len(p.Root.Named("tr")) - 1
			if at != "/people" && linkOn(p, "From the start") != "/people" {
				t.Errorf("no way back from %s", at)
			}
			at = linkOn(p, "Go on")
		}
		if seen != 121 {
			t.Errorf("%d people on all pages", seen)
		}
	})
}

func TestAccountsOfOthers(t *testing.T) {
	used := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	var links someLinks
	for i, state := range []workflows.LinkState{workflows.LinkLinked, workflows.LinkProposed, workflows.LinkRefused, workflows.LinkEnded} {
		for j, proof := range []workflows.Proof{workflows.ProofImport, workflows.ProofAdmin, workflows.ProofDomain, workflows.ProofPerson, workflows.ProofNone} {
			links = append(links, workflows.Link{
				Account: workflows.Account{ID: fmt.Sprint(i, j), Person: ana, Surface: "slack", User: fmt.Sprint("U", i, j), Proof: proof}, State: state,
				Preferred: i+j == 0, UsedAt: used,
			})
		}
	}
	h := newHouse(t, func(c *portal.Config) { c.Directory = linkedDirectory{c.Directory, links} })
	text := get(t, h.at(t, helen), "/people/"+string(ana), 200).Root.Words()
	for _, want := range []string{"Slack, first choice", "U0 0", "Linked", "Not confirmed", "Not theirs", "Taken away", "by the person alone", "Fri 20 Nov"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there:\n%s", want, text)
		}
	}
	if text := get(t, h.at(t, ben), "/people/"+string(ana), 200).Root.Words(); strings.Contains(text, "U0 0") {
		t.Error("a manager sees the accounts of their people")
	}
}

type someLinks []workflows.Link

type linkedDirectory struct {
	portal.Directory

	links someLinks
}

func (l linkedDirectory) LinksOf(context.Context, workflows.PersonID) ([]workflows.Link, error) {
	return l.links, nil
}

func TestDeliveryPages(t *testing.T) {
	h := newHouse(t, nil)
	h.asks(t, 2)
	admin, auditor := h.holder(t, workflows.Administrator), h.holder(t, workflows.InternalAuditor)
	claim := func() []workflows.Delivery {
		t.Helper()
		got, err := h.Claim(t.Context(), []string{workflows.SurfacePortal}, 1, time.Minute)
		if err != nil || len(got) != 1 {
			t.Fatalf("claimed %v, %v", got, err)
		}
		return got
	}
	dead := claim()[0]
	if err := h.Finish(t.Context(), dead, workflows.Finish{State: workflows.FinishFailed, Reason: "account_inactive"}); err == nil {
		t.Fatal("a delivery that failed was taken for sent")
	}
	one := fmt.Sprintf("/deliveries/%d", dead.ID)
	press := func(p portaltest.Page, path string) url.Values {
		t.Helper()
		form := url.Values{}
		for _, f := range p.Root.Named("form") {
			if f.Attr["action"] == path {
				for _, in := range f.Named("input") {
					form.Set(in.Attr["name"], in.Attr["value"])
				}
			}
		}
		if form.Get("nonce") == "" {
			t.Fatalf("no button for %s", path)
		}
		return form
	}
	t.Run("who has no confirmed account in a chat is listed while something waits for them", func(t *testing.T) {
		if p := get(t, h.at(t, helen), "/deliveries", 200); strings.Contains(p.Root.Words(), "Without a confirmed") {
			t.Error("somebody is listed where all have an account")
		}
		h.Chatless = []workflows.PersonID{ben, "P-016"} // nothing waits for the second one
		defer func() { h.Chatless = nil }()
		p := get(t, h.at(t, helen), "/deliveries", 200)
		if !strings.Contains(p.Root.Words(), "Without a confirmed chat account") || !strings.Contains(p.Body, `href="/people/`+string(ben)+`"`) || strings.Contains(p.Body, `href="/people/P-016"`) {
			t.Errorf("the list is another:\n%s", p.Root.Words())
		}
		if p := get(t, h.at(t, helen), "/deliveries?state=dead", 200); strings.Contains(p.Root.Words(), "Without a confirmed") {
			t.Error("a list that is narrowed has them too")
		}
	})
	t.Run("for others the pages do not exist, nor what they do", func(t *testing.T) {
		for _, who := range []workflows.PersonID{ana, ben, auditor} {
			b, before := h.at(t, who), h.Writes()
			get(t, b, "/deliveries", 404)
			get(t, b, one, 404)
			post(t, b, one+"/retry", url.Values{"nonce": {"0123456789abcdef"}}, 404)
			post(t, b, one+"/give-up", url.Values{"nonce": {"0123456789abcdef"}}, 404)
			if h.Writes() != before {
				t.Errorf("%s changed something", who)
			}
		}
	})
	t.Run("the list says what failed and what waits, and nothing of what it says", func(t *testing.T) {
		for _, who := range []workflows.PersonID{helen, admin} {
			b := h.at(t, who)
			p := get(t, b, "/deliveries", 200)
			text := p.Root.Words()
			for _, want := range []string{"1 message failed", "on the way", "Failed", "To be sent", "Asked to decide", "AIR-1", "Ben Okafor"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: %q is not there:\n%s", who, want, text)
				}
			}
			if strings.Contains(text, "DeepL") {
				t.Errorf("%s reads of what it is about", who)
			}
			if (linkOn(p, "AIR-1") != "") != (who == helen) {
				t.Errorf("%s is led to the request: %v", who, who != helen)
			}
		}
	})
	t.Run("filters narrow the list", func(t *testing.T) {
		b := h.at(t, helen)
		for path, want := range map[string]bool{
			"?state=dead": true, "?state=waiting": false, "?state=sent": false, "?surface=portal": true, "?surface=slack": false, "?surface=other": false,
			"?text=AIR-" + dead.Mail.About.ID[4:]: true, "?text=AIR-99": false, "?text=" + string(dead.Mail.To): true, "?text=Helen+Marsh": false, "?text=zzz": false,
			fmt.Sprintf("?before=%d", dead.ID): false,
		} {
			if p := get(t, b, "/deliveries"+path, 200); strings.Contains(p.Body, `href="`+one+`"`) != want {
				t.Errorf("%s shows it: %v", path, !want)
			}
		}
		if p := get(t, b, "/deliveries?text=ar", 200); !strings.Contains(p.Root.Words(), "Who do you mean?") {
			t.Error("several people fit, and nobody is asked which")
		}
		for _, bad := range []string{"?state=lost", "?before=x", "?before=-1", "?text=" + strings.Repeat("a", 201), "?surface=" + strings.Repeat("a", 51)} {
			get(t, b, "/deliveries"+bad, 400)
		}
		for _, path := range []string{"/deliveries/0", "/deliveries/x", "/deliveries/999"} {
			get(t, b, path, 404)
		}
	})
	t.Run("a retry is one press and one record, and what is given up stays so", func(t *testing.T) {
		b := h.at(t, helen)
		p := get(t, b, one, 200)
		if text := p.Root.Words(); !strings.Contains(text, "Account inactive") || !strings.Contains(text, "Nobody retried it") {
			t.Errorf("the page says:\n%s", text)
		}
		post(t, b, one+"/retry", url.Values{}, 400)
		form := press(p, one+"/retry")
		giving := press(p, one+"/give-up")
		for range 2 {
			if done := post(t, b, one+"/retry", form, 200); done.Path != one || !strings.Contains(done.Root.Words(), "Helen Marsh retried a delivery") {
				t.Fatalf("led to %s:\n%s", done.Path, done.Root.Words())
			}
		}
		held := claim()[0]
		if held.ID != dead.ID {
			t.Fatalf("claimed %d", held.ID)
		}
		if text := get(t, b, one, 200).Root.Words(); !strings.Contains(text, "being sent at this moment") || strings.Contains(text, "Give up") {
			t.Errorf("what is being sent can be changed:\n%s", text)
		}
		if p := post(t, b, one+"/give-up", giving, 409); !strings.Contains(p.Root.Words(), "Nothing was changed") {
			t.Errorf("the refusal says:\n%s", p.Root.Words())
		}
		if err := h.Finish(t.Context(), held, workflows.Finish{State: workflows.FinishRetry, Reason: "timeout"}); err == nil {
			t.Fatal("it was sent")
		}
		at := h.at(t, admin)
		done := post(t, at, one+"/give-up", press(get(t, at, one, 200), one+"/give-up"), 200)
		if text := done.Root.Words(); !strings.Contains(text, "Given up") || !strings.Contains(text, "gave a delivery up") {
			t.Errorf("the page says:\n%s", text)
		}
		rows, err := h.History(t.Context(), workflows.DeliveryRef(dead.ID))
		if err != nil || len(rows) != 2 {
			t.Errorf("%d records, %v", len(rows), err)
		}
		if p := get(t, at, "/record?kind=delivery", 200); !strings.Contains(p.Body, "/record/delivery/") {
			t.Error("an administrator does not read the record of it")
		}
	})
	t.Run("when all has arrived, that is said", func(t *testing.T) {
		if err := h.drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if text := get(t, h.at(t, helen), "/deliveries", 200).Root.Words(); !strings.Contains(text, "Everything has arrived") {
			t.Errorf("it says:\n%s", text)
		}
	})
}
