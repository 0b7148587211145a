package portal_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
	"steward/workflows/policy"
)

// Who runs the sample company's Steward, and who only reads.
const (
	arjun workflows.PersonID = "P-019" // administrator
	jonas workflows.PersonID = "P-022" // administrator
	ola   workflows.PersonID = "P-012" // internal auditor
)

// as is a browser in which somebody is signed in.
func (h *house) as(t *testing.T, who workflows.PersonID) *portaltest.Browser {
	t.Helper()
	b, err := h.client.Browser(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fields gives the hidden fields of the form that posts to an address, as a browser would send them.
func fields(t *testing.T, p portaltest.Page, action string) url.Values {
	t.Helper()
	for _, f := range p.Root.Named("form") {
		if f.Attr["action"] != action {
			continue
		}
		out := url.Values{}
		for _, in := range f.Named("input") {
			if in.Attr["type"] == "hidden" || in.Has("checked") {
				out.Add(in.Attr["name"], in.Attr["value"])
			}
		}
		return out
	}
	t.Fatalf("%s has no form that posts to %s:\n%s", p.Path, action, p.Root.Words())
	return nil
}

func hasForm(p portaltest.Page, action string) bool {
	for _, f := range p.Root.Named("form") {
		if f.Attr["action"] == action {
			return true
		}
	}
	return false
}

func with(form url.Values, key string, values ...string) url.Values {
	form[key] = values
	return form
}

func says(t *testing.T, p portaltest.Page, want ...string) {
	t.Helper()
	text := p.Root.Words()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not say %q:\n%s", p.Path, w, text)
		}
	}
}

// changed is the shipped policy with one text replaced.
func changed(t *testing.T, from, to string) *policy.Pack {
	t.Helper()
	before := string(policy.Embedded().Bundle())
	after := strings.Replace(before, from, to, 1)
	if after == before {
		t.Fatalf("the pack has no %q", from)
	}
	p, err := policy.LoadBundle([]byte(after))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhoReadsSettings(t *testing.T) {
	h := newHouse(t, nil)
	h.folder = changed(t, "On trial with a few people", "On trial")
	routes, err := portal.Routes(h.config)
	if err != nil {
		t.Fatal(err)
	}
	if _, no, err := h.Propose(t.Context(), workflows.ProposalAsk{
		What: workflows.ProposePolicy, From: policy.Embedded().Hash, To: h.folder.Hash, Reason: "Because.", Actor: arjun,
	}, h.folder); no != nil || err != nil {
		t.Fatal(no, err)
	}
	fill := strings.NewReplacer("{hash}", h.folder.Hash, "{person}", string(ana), "{id}", "1")
	tried, before := 0, h.Writes()
	for _, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		if !strings.HasPrefix(path, "/settings") {
			continue
		}
		tried++
		path = fill.Replace(path)
		for _, c := range []struct {
			who       workflows.PersonID
			get, post int
		}{{ana, 404, 404}, {ben, 404, 404}, {helen, 200, 403}, {ola, 200, 403}, {arjun, 200, 0}} {
			b, want := h.as(t, c.who), c.get
			if method == http.MethodPost {
				want = c.post
			}
			before := h.Writes()
			var p portaltest.Page
			if method == http.MethodPost {
				p, err = b.Post(t.Context(), path, url.Values{"f.reason": {"Mine."}})
			} else {
				p, err = b.Get(t.Context(), path)
			}
			if err != nil {
				t.Fatal(err)
			}
			if want != 0 && p.Status != want {
				t.Errorf("%s %s by %s: status %d, want %d", method, path, c.who, p.Status, want)
			}
			if c.who != arjun && h.Writes() != before {
				t.Errorf("%s %s by %s wrote something", method, path, c.who)
			}
			if c.get == 404 && method == http.MethodGet && strings.Contains(p.Body, "127.0.0.1:8080") {
				t.Errorf("%s shows settings to %s", path, c.who)
			}
		}
		res := do(h.handler, method, "http://localhost"+path, nil)
		if want := map[string]int{"GET": 303, "POST": 401}[method]; res.status != want {
			t.Errorf("%s %s by nobody: status %d, want %d", method, path, res.status, want)
		}
	}
	if tried != 11 || h.Writes() == before {
		t.Errorf("%d routes tried", tried)
	}
	if p := get(t, h.as(t, ana), "/", 200); strings.Contains(p.Body, `href="/settings"`) {
		t.Error("the navigation of an employee leads to the settings")
	}
	t.Run("a portal without settings has no such pages", func(t *testing.T) {
		h := newHouse(t, func(c *portal.Config) { c.Settings = nil })
		get(t, h.as(t, arjun), "/settings", 404)
		if p := get(t, h.as(t, arjun), "/", 200); strings.Contains(p.Body, `href="/settings"`) {
			t.Error("the navigation leads there")
		}
	})
}

func TestConfiguration(t *testing.T) {
	h := newHouse(t, nil)
	p := get(t, h.as(t, helen), "/settings", 200)
	says(t, p, "Nothing waits for a second person", "127.0.0.1:8080", "default", "steward.yaml:3:1", "set, and never shown", "not set")
	if strings.Contains(p.Root.Words(), "One person administers") {
		t.Error("two administer")
	}
	h.Leave(jonas)
	says(t, get(t, h.as(t, helen), "/settings", 200), "One person administers Steward")
	h.Leave(arjun)
	says(t, get(t, h.as(t, helen), "/settings", 200), "Nobody administers Steward")
}

func TestPolicyNeedsTwo(t *testing.T) {
	h := newHouse(t, nil)
	h.folder = changed(t, "points: 25", "points: 35")
	from, to := policy.Embedded().Hash, h.folder.Hash
	at := "/settings/policy/" + to
	first, second := h.as(t, arjun), h.as(t, jonas)

	p := get(t, first, "/settings/policy", 200)
	says(t, p, "The policy folder holds another policy")
	p = get(t, first, at, 200)
	says(t, p, "points", "25", "35", "The files, line by line", from, to)
	plain, err := first.Get(t.Context(), at+"/difference.txt")
	if err != nil || plain.Status != 200 || !strings.HasPrefix(plain.Header.Get("Content-Type"), "text/plain") || !strings.Contains(plain.Body, "points: 25 -> 35") {
		t.Errorf("plain text: %d %v:\n%s", plain.Status, err, plain.Body)
	}
	form := fields(t, p, at)
	p = post(t, first, at, form, 422)
	says(t, p, "One answer needs another look", "Say in a sentence why")
	p = post(t, first, at, with(form, "f.reason", "  The <b>works council</b> asked.\r\nTwice. "), 200)
	if p.Path != "/settings/proposals/1" {
		t.Fatalf("led to %s", p.Path)
	}
	says(t, p, "Waits for a second person", "Arjun Patel proposes", "The <b>works council</b> asked.", "You proposed this", "35", "proposed it")
	if hasForm(p, p.Path+"/confirm") {
		t.Error("who proposed it has a button to put it in force")
	}
	seen := get(t, second, "/settings/proposals/1", 200)
	confirm := fields(t, seen, "/settings/proposals/1/confirm")
	p = post(t, first, "/settings/proposals/1/confirm", confirm, 403)
	says(t, p, "Who proposes a change does not put it in force")
	p = post(t, first, at, with(form, "f.reason", "Again."), 409)
	says(t, p, "The same is proposed already", "Open proposal 1")

	says(t, get(t, second, "/", 200), "Policy "+to[:12], "Changes of Steward that need a second person")
	if strings.Contains(get(t, first, "/", 200).Root.Words(), "Changes of Steward that need a second person") {
		t.Error("it waits for who proposed it")
	}
	says(t, get(t, second, "/settings", 200), "Proposal 1", "Arjun Patel")
	p = post(t, second, "/settings/proposals/1/confirm", url.Values{"from": {from}, "to": {from}}, 409)
	says(t, p, "Something else came into force meanwhile")
	if got, _ := h.Pack(t.Context(), ""); got.Hash != from {
		t.Fatal("it is in force already")
	}
	p = post(t, second, "/settings/proposals/1/confirm", confirm, 200)
	says(t, p, "It is in force.", "Put in force by", "Jonas Weber")
	post(t, second, "/settings/proposals/1/confirm", confirm, 200) // pressed twice
	if got, _ := h.Pack(t.Context(), ""); got.Hash != to {
		t.Error("it is not in force")
	}
	p = get(t, second, "/settings/policy", 200)
	says(t, p, to[:12], "in force", "Jonas Weber", "Arjun Patel")
	says(t, get(t, second, at, 200), "This policy is in force")
	says(t, get(t, second, "/settings/policy/"+from, 200), "What it changes", "Propose it")
	says(t, get(t, h.as(t, helen), "/settings/proposals/1", 200), "In force", "25", "35")
}

// A session from a chat is worth no more than the chat: whoever stole an administrator's account there changes nothing of
// Steward itself, where people can sign in at their company.
func TestSettingsFromChat(t *testing.T) {
	c := newCompany(t, nil)
	c.folder = changed(t, "points: 25", "points: 35")
	from, to := policy.Embedded().Hash, c.folder.Hash
	at, of := "/settings/policy/"+to, "/settings/roles/"+string(arjun)
	chat, server := c.linked(arjun, "slack"), c.linked(arjun, "cli")
	typed := url.Values{"from": {from}, "f.reason": {"My long reason"}}
	roles := url.Values{"from": {"administrator it_operations"}, "f.role": {"administrator", "ciso"}, "f.reason": {"My long reason"}}
	before := c.Writes()
	for path, form := range map[string]url.Values{at: typed, of: roles} {
		p := post(t, chat, path, form, 409)
		says(t, p, "A sign-in link from a chat is not enough", "My long reason")
		if want := `href="/sign-in/again?to=` + url.QueryEscape(path) + `"`; !strings.Contains(p.Body, want) {
			t.Errorf("%s does not lead on by %s", path, want)
		}
	}
	if got := c.Writes(); got != before {
		t.Errorf("%d writes", got-before)
	}
	if p := post(t, server, at, typed, 200); p.Path != "/settings/proposals/1" {
		t.Fatal(p.Path)
	}
	c.Leave(jonas) // nobody else administers
	const confirm = "/settings/proposals/1/confirm"
	p := get(t, chat, "/settings/proposals/1", 200)
	says(t, p, "To put this in force, sign in with your company account first")
	if hasForm(p, confirm) {
		t.Error("there is a button to put it in force")
	}
	both := url.Values{"from": {from}, "to": {to}}
	says(t, post(t, chat, confirm, both, 409), "A sign-in link from a chat is not enough")
	if got, _ := c.Pack(t.Context(), ""); got.Hash != from {
		t.Fatal("it is in force")
	}
	says(t, post(t, server, confirm, both, 200), "It is in force")
}

func TestPolicyAddresses(t *testing.T) {
	h := newHouse(t, nil)
	b := h.as(t, arjun)
	for _, hash := range []string{strings.Repeat("a", 64), "x", policy.Embedded().Hash[:12], strings.ToUpper(policy.Embedded().Hash)} {
		get(t, b, "/settings/policy/"+hash, 404)
	}
	get(t, b, "/settings/proposals/99", 404)
	post(t, b, "/settings/proposals/99/confirm", nil, 404)
	h.broken = errors.New("ai-use.yaml:1:1: <b>mistake</b>\nai-use.yaml:2:1: another")
	says(t, get(t, b, "/settings/policy", 200), "The policy folder has mistakes", "<b>mistake</b>", "another")
	h.broken = nil
	t.Run("what was proposed under another policy is not put in force", func(t *testing.T) {
		h := newHouse(t, nil)
		h.folder = changed(t, "points: 25", "points: 35")
		late := get(t, h.as(t, jonas), "/settings/policy/"+h.folder.Hash, 200)
		form := with(fields(t, late, "/settings/policy/"+h.folder.Hash), "f.reason", "Mine.")
		between := changed(t, "On trial with a few people", "On trial")
		for _, do := range []func() (workflows.Proposal, *workflows.Refusal, error){
			func() (workflows.Proposal, *workflows.Refusal, error) {
				return h.Propose(t.Context(), workflows.ProposalAsk{What: workflows.ProposePolicy, From: policy.Embedded().Hash, To: between.Hash, Reason: "x", Actor: arjun}, between)
			},
			func() (workflows.Proposal, *workflows.Refusal, error) {
				return h.SettleProposal(t.Context(), workflows.ProposalAct{ID: "1", Do: workflows.DoConfirm, From: policy.Embedded().Hash, To: between.Hash, Actor: jonas})
			},
		} {
			if _, no, err := do(); no != nil || err != nil {
				t.Fatal(no, err)
			}
		}
		p := post(t, h.as(t, jonas), "/settings/policy/"+h.folder.Hash, form, 409)
		says(t, p, "Something else came into force meanwhile", "Mine.")
		if got := fields(t, p, "/settings/policy/"+h.folder.Hash).Get("from"); got != between.Hash {
			t.Errorf("the form holds %q, want the policy in force now", got)
		}
	})
	t.Run("withdrawn, and turned down", func(t *testing.T) {
		h := newHouse(t, nil)
		for i, who := range []workflows.PersonID{arjun, jonas} {
			h.folder = changed(t, "points: 25", []string{"points: 35", "points: 45"}[i])
			at := "/settings/policy/" + h.folder.Hash
			made := post(t, h.as(t, arjun), at, with(fields(t, get(t, h.as(t, arjun), at, 200), at), "f.reason", "x"), 200).Path
			form := fields(t, get(t, h.as(t, who), made, 200), made+"/withdraw")
			p := post(t, h.as(t, who), made+"/withdraw", form, 200)
			says(t, p, "Withdrawn. Nothing was changed.", "Withdrawn by")
			if hasForm(p, made+"/confirm") || hasForm(p, made+"/withdraw") {
				t.Error("it can still be settled")
			}
			post(t, h.as(t, jonas), made+"/confirm", form, 409)
		}
	})
}

func TestRolesNeedTwo(t *testing.T) {
	h := newHouse(t, nil)
	first, second := h.as(t, arjun), h.as(t, jonas)
	says(t, get(t, h.as(t, helen), "/settings/roles", 200), "Privacy officer", "Advises in requests", "Administrator", "Arjun Patel")
	p := get(t, first, "/settings/roles?text=ruiz", 200)
	if !strings.Contains(p.Body, `href="/settings/roles/`+string(ana)+`"`) {
		t.Error("the search does not lead to Ana")
	}
	says(t, get(t, first, "/settings/roles?text=nobody+like+this", 200), "Nobody active fits.")
	at := "/settings/roles/" + string(ana)
	form := fields(t, get(t, first, at, 200), at)
	p = post(t, first, at, with(form, "f.role", "dpo"), 422)
	for _, in := range p.Root.Named("input") {
		if in.Attr["value"] == "dpo" && !in.Has("checked") {
			t.Error("the tick is gone")
		}
	}
	post(t, first, at, with(with(form, "f.reason", "x"), "f.role", "dpo hr_lead"), 400)
	says(t, post(t, first, at, with(form, "f.role", "emperor"), 422), "knows no such role")
	p = post(t, first, at, with(form, "f.role", "dpo", "hr_lead"), 200)
	says(t, p, "Roles of Ana Ruiz", "Privacy officer", "Gets", "HR lead", "You proposed this")
	if _, ok := h.holds(t, ana, "dpo"); ok {
		t.Error("a proposal gave the role")
	}
	says(t, get(t, first, at, 200), "Proposal 1")
	says(t, get(t, second, "/", 200), "Roles of Ana Ruiz")
	p = get(t, second, "/settings/proposals/1", 200)
	post(t, second, "/settings/proposals/1/confirm", fields(t, p, "/settings/proposals/1/confirm"), 200)
	if _, ok := h.holds(t, ana, "dpo"); !ok {
		t.Error("she has no role after it was confirmed")
	}
	says(t, get(t, first, at, 200), "Privacy officer, HR lead")

	at = "/settings/roles/" + string(arjun)
	form = with(with(fields(t, get(t, second, at, 200), at), "f.reason", "He moves on."), "f.role", "it_operations")
	made := post(t, second, at, form, 200)
	says(t, made, "Loses", "Administers Steward.")
	confirm := fields(t, get(t, first, made.Path, 200), made.Path+"/confirm")
	p, err := first.Post(t.Context(), made.Path+"/confirm", confirm)
	if err != nil || p.Status != 404 { // the page they came from is not theirs any more
		t.Errorf("status %d, %v", p.Status, err)
	}
	if _, ok := h.holds(t, arjun, workflows.Administrator); ok {
		t.Error("he still administers")
	}
	says(t, get(t, second, "/settings/roles/"+string(jonas), 200), "You administer Steward alone")
	get(t, second, "/settings/roles/P-999", 404)
	h.Leave(ana)
	p = get(t, second, "/settings/roles/"+string(ana), 200)
	says(t, p, "Not active")
	if hasForm(p, "/settings/roles/"+string(ana)) {
		t.Error("roles of who left can be proposed")
	}
}

func (h *house) holds(t *testing.T, who workflows.PersonID, role workflows.Role) (workflows.Person, bool) {
	t.Helper()
	roster, err := h.People(t.Context(), nil, nil, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	p, _ := roster.Person(who)
	return p, p.Has(role)
}

func TestAlone(t *testing.T) {
	h := newHouse(t, nil)
	h.Leave(jonas)
	h.folder = changed(t, "points: 25", "points: 35")
	b, at := h.as(t, arjun), "/settings/policy/"+h.folder.Hash
	p := get(t, b, at, 200)
	says(t, p, "You administer Steward alone")
	p = post(t, b, at, with(fields(t, p, at), "f.reason", "x"), 200)
	says(t, p, "nobody else looked at it")
	says(t, get(t, b, "/", 200), "Changes of Steward that need a second person")
	p = post(t, b, p.Path+"/confirm", fields(t, p, p.Path+"/confirm"), 200)
	says(t, p, "Put in force alone by")
	says(t, get(t, b, "/settings", 200), "none, and the record says so")
	says(t, get(t, b, "/settings/policy", 200), "alone")
}

// A second person approves bytes: what is made not to be seen is shown by its number.
func TestDifferenceHidesNothing(t *testing.T) {
	h := newHouse(t, nil)
	h.folder = changed(t, "On trial with a few people", "On \u202etrial\u200b <img src=x>")
	at := "/settings/policy/" + h.folder.Hash
	p := get(t, h.as(t, arjun), at, 200)
	inert(t, p, 0)
	says(t, p, "On [U+202E]trial[U+200B] <img src=x>")
	plain, err := h.as(t, arjun).Get(t.Context(), at+"/difference.txt")
	if err != nil || !strings.Contains(plain.Body, "[U+202E]") || strings.ContainsRune(plain.Body, '\u202e') {
		t.Errorf("%v:\n%s", err, plain.Body)
	}
	for i, evil := range hostile() {
		made := post(t, h.as(t, arjun), at, with(fields(t, p, at), "f.reason", "x "+evil), 200)
		inert(t, made, i)
		inert(t, get(t, h.as(t, jonas), made.Path, 200), i)
		post(t, h.as(t, arjun), made.Path+"/withdraw", fields(t, made, made.Path+"/withdraw"), 200)
	}
}
