package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/surfacetest/fakeoidc"
	"steward/bot/surfacetest/fakeslack"
	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/policy"
)

// oidcConfig is the settings of a server whose people sign in at the provider.
func oidcConfig(t *testing.T, provider *fakeoidc.Server) loadedConfig {
	t.Helper()
	l := loadedConfig{config: defaults(), from: origins{}}
	for _, o := range options() {
		l.from[o.key] = "default"
	}
	l.Listen, l.People = "127.0.0.1:0", "sample/people.csv"
	l.DatabaseURL = secret{"sqlite:" + filepath.Join(t.TempDir(), "steward.db")}
	l.OIDCIssuer, l.OIDCClientID, l.OIDCSecret, l.AllowLoopback = provider.Issuer(), fakeoidc.ClientID, secret{fakeoidc.Secret}, true
	if problems := l.check(); len(problems) > 0 {
		t.Fatal(problems)
	}
	return l
}

// surfer is a browser of somebody.
type surfer struct {
	t    *testing.T
	http *http.Client
	base string
}

func newSurfer(t *testing.T, base string) *surfer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &surfer{t, &http.Client{Jar: jar, Timeout: 20 * time.Second}, base}
}

func (s *surfer) do(method, path string, form url.Values) (status int, at, body string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := s.http.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, resp.Request.URL.RequestURI(), string(text)
}

// in says whether the browser is signed in as somebody.
func (s *surfer) in(name string) bool {
	s.t.Helper()
	_, at, body := s.do(http.MethodGet, "/", nil)
	return at == "/" && strings.Contains(body, name)
}

// TestSignInAtTheCompany is the whole way on the real program: in by the provider, a vote that says so, out by all the ways
// there are.
func TestSignInAtTheCompany(t *testing.T) {
	ctx := t.Context()
	provider := fakeoidc.New(time.Now)
	t.Cleanup(provider.Close)
	a := startServer(t, oidcConfig(t, provider), io.Discard)
	defer func() {
		if err := a.stop(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	}()
	provider.Register(a.url() + portal.PathCallback)
	benThere := fakeoidc.Person{Subject: "00u-ben", Email: "Ben.Okafor@example.com", Verified: true}
	as := func(p fakeoidc.Person) { provider.Behave(fakeoidc.Behaviour{Person: p}) }

	as(fakeoidc.Person{Subject: "00u-eve", Email: benThere.Email}) // the address is not verified
	eve := newSurfer(t, a.url())
	if status, _, body := eve.do(http.MethodGet, "/sign-in/oidc", nil); status != 403 || eve.in("Ben Okafor") {
		t.Errorf("an address that nobody has verified: %d\n%s", status, body)
	}
	as(benThere)
	first := newSurfer(t, a.url())
	if status, at, _ := first.do(http.MethodGet, "/sign-in/oidc?to=/requests", nil); status != 200 || at != "/requests" || !first.in("Ben Okafor") {
		t.Fatalf("%d %s", status, at)
	}
	as(fakeoidc.Person{Subject: "00u-eve", Email: benThere.Email, Verified: true}) // now it is, and taken
	if status, _, _ := eve.do(http.MethodGet, "/sign-in/oidc", nil); status != 403 || eve.in("Ben Okafor") {
		t.Errorf("a second account with a taken address: %d", status)
	}
	links, err := a.store.LinksOf(ctx, ben)
	if err != nil {
		t.Fatal(err)
	}
	var link workflows.Link
	for _, l := range links {
		if l.Surface == workflows.SurfaceOIDC {
			link = l
		}
	}
	if link.User != "00u-ben" || link.Tenant != provider.Issuer() || link.Proof != workflows.ProofOIDC {
		t.Fatalf("links %+v", links)
	}

	s := &player{app: a, now: time.Now(), ids: map[int]string{}}
	if err := s.send(ctx, 0, scene{asker: ana, flow: flowAIUse, answers: harmlessUse()}); err != nil {
		t.Fatal(err)
	}
	_, _, page := first.do(http.MethodGet, "/requests/AIR-1", nil)
	action, nonce := between(page, `name="action" value="approve|`, `"`), between(page, `name="nonce" value="`, `"`)
	if status, at, body := first.do(http.MethodPost, "/press", url.Values{"action": {"approve|" + action}, "nonce": {nonce}}); status != 200 || at != "/requests/AIR-1" {
		t.Fatalf("%d %s\n%s", status, at, body)
	}
	r, err := a.store.Request(ctx, "AIR-1")
	if err != nil || len(r.Votes) != 1 || r.Votes[0].Via != (workflows.Via{Surface: "portal", Link: link.ID}) {
		t.Errorf("votes %+v, %v", r.Votes, err)
	}

	second := newSurfer(t, a.url())
	as(benThere)
	second.do(http.MethodGet, "/sign-in/oidc", nil)
	_, _, accounts := second.do(http.MethodGet, "/accounts", nil)
	if strings.Count(accounts, "with your company account") != 2 {
		t.Errorf("signed in at:\n%s", accounts)
	}
	second.do(http.MethodPost, "/accounts/sign-ins", url.Values{"end": {"others"}})
	if first.in("Ben Okafor") || !second.in("Ben Okafor") {
		t.Error("everywhere else is not where it should be")
	}
	if _, no, err := a.engine.ChangeLink(ctx, workflows.LinkChange{Do: workflows.LinkEnd, Link: link.ID, Person: ben, Actor: workflows.System, Via: cliVia()}); no != nil || err != nil {
		t.Fatal(no, err)
	}
	if second.in("Ben Okafor") {
		t.Error("signed in by an account that is not theirs any more")
	}
	if status, _, _ := second.do(http.MethodGet, "/sign-in/oidc", nil); status != 403 || second.in("Ben Okafor") {
		t.Errorf("signed in again: %d", status)
	}
	if _, no, err := a.engine.ChangeLink(ctx, workflows.LinkChange{Do: workflows.LinkConfirm, Link: link.ID, Person: ben, Actor: workflows.System, Via: cliVia()}); no != nil || err != nil {
		t.Fatal(no, err)
	}
	second.do(http.MethodGet, "/sign-in/oidc", nil)
	if !second.in("Ben Okafor") {
		t.Fatal("not let in after an administrator said so")
	}
	leaves(t, a, ben, false)
	if second.in("Ben Okafor") {
		t.Error("somebody who left is signed in")
	}
	if status, _, _ := second.do(http.MethodGet, "/sign-in/oidc", nil); status != 403 {
		t.Errorf("somebody who left signs in: %d", status)
	}
	leaves(t, a, ben, true)
	if second.in("Ben Okafor") {
		t.Error("the session came back with the person")
	}
	report, err := a.store.Verify(ctx, nil)
	if err != nil || !report.OK() {
		t.Errorf("verify: %v, %v", report.Problems, err)
	}
}

// leaves switches somebody off, or on again.
func leaves(t *testing.T, a *app, who workflows.PersonID, back bool) {
	t.Helper()
	rows, err := a.engine.Everyone(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.ID == who {
			before := r
			r.Active = back
			plan := directory.Plan{Source: "x", Rows: 1, Changes: []directory.Change{{Row: r, Before: &before}}}
			if err := a.engine.ImportPeople(t.Context(), plan, workflows.System, cliVia()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func between(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

// harmlessUse is answers that one manager decides on.
func harmlessUse() policy.Answers {
	one := func(s string) policy.Answer { return policy.Answer{Text: s} }
	many := func(s ...string) policy.Answer { return policy.Answer{List: s} }
	return policy.Answers{
		"tool": one("DeepL Write (deepl.com)"), "vendor": one("DeepL"), "plan": one("free_or_private_account"),
		"purpose": one("Shorten public text for our newsletter, I read every line."), "status": one("planned"), "owner": one(string(ana)),
		"users": one("only_me"), "our_role": one("use_as_is"), "affected": many("requester_only"), "exposure": many("internal_draft"),
		"data": many("public"), "practices": many("none"), "areas": many("none"), "autonomy": one("drafts"), "system_access": many("nothing"),
	}
}

// TestConfirmChatAccountByOIDC: Dan's Slack account is known by its address only. Signed in at the company he confirms it,
// with both identities before his eyes, and from then on it decides by his roles.
func TestConfirmChatAccountByOIDC(t *testing.T) {
	const user = "U0DANWOLF"
	ctx := t.Context()
	fake := fakeslack.New(fakeslack.Options{Scopes: append(fakeslack.RequiredScopes(), "users:read.email")})
	t.Cleanup(fake.Close)
	fake.AddUser(fakeslack.User{ID: user, RealName: "dan", Email: "Dan.Wolf@example.com"})
	provider := fakeoidc.New(time.Now)
	t.Cleanup(provider.Close)
	l := slackConfig(t, fake)
	l.OIDCIssuer, l.OIDCClientID, l.OIDCSecret = provider.Issuer(), fakeoidc.ClientID, secret{fakeoidc.Secret}
	a := startServer(t, l, io.Discard)
	defer func() { _ = a.stop(context.WithoutCancel(ctx)) }()
	fake.HandleAt("http://" + a.web.hooksAddress)
	provider.Register(a.url() + portal.PathCallback)
	provider.Behave(fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "00u-dan", Email: "dan.wolf@example.com", Verified: true}})
	wait(t, "who we are", func() bool { return a.slack.users.Tenant() != "" })
	if r, err := fake.Command(ctx, user, "help"); err != nil || r.Trouble != "" {
		t.Fatal(r.Trouble, err)
	}
	if err := a.slack.app.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	if r, err := fake.Press(ctx, user, fake.Ephemeral(user)[0], "Yes, this is me"); err != nil || r.Trouble != "" {
		t.Fatal(r.Trouble, err)
	}
	if err := a.slack.app.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	half := func() workflows.Link {
		t.Helper()
		links, err := a.store.FindLinks(ctx, "slack", user)
		if err != nil || len(links) != 1 {
			t.Fatal(links, err)
		}
		return links[0]
	}
	if !half().Limited() {
		t.Fatalf("%+v", half())
	}
	b := newSurfer(t, a.url())
	b.do(http.MethodGet, "/sign-in/oidc", nil)
	at := "/accounts/confirm/" + half().ID
	if _, _, body := b.do(http.MethodGet, "/accounts", nil); !strings.Contains(body, `href="`+at+`"`) {
		t.Fatalf("nothing is offered:\n%s", body)
	}
	_, _, body := b.do(http.MethodGet, at, nil)
	for _, named := range []string{"<dd>dan</dd>", "Dan.Wolf@example.com", user, "Dan Wolf", "dan.wolf@example.com"} {
		if !strings.Contains(body, named) {
			t.Errorf("%q is not named:\n%s", named, body)
		}
	}
	if status, _, body := b.do(http.MethodPost, at, nil); status != 200 || !strings.Contains(body, "Your Slack account is confirmed.") {
		t.Errorf("%d\n%s", status, body)
	}
	if l := half(); l.Limited() || l.Proof != workflows.ProofOIDC {
		t.Errorf("%+v", l)
	}
	if report, err := a.store.Verify(ctx, nil); err != nil || !report.OK() {
		t.Errorf("verify: %v, %v", report.Problems, err)
	}
	names := chatNames{chats: &a.chats, read: a.store.Conversation, now: a.opts.now}
	for name, account := range map[string]workflows.Account{
		"a platform that is off": {Surface: "teams", User: "x"}, "nobody": {Surface: "slack", User: "U0NOBODY"},
		"another workspace": {Surface: "slack", Tenant: "T0OTHER", User: user}, "": {},
	} {
		if _, _, ok := names.ChatName(ctx, account); ok {
			t.Errorf("%s has a name", name)
		}
	}
}

func TestDoctorOnSignIn(t *testing.T) {
	provider := fakeoidc.New(time.Now)
	t.Cleanup(provider.Close)
	for name, c := range map[string]struct {
		change func(*loadedConfig)
		how    fakeoidc.Behaviour
		want   []string
	}{
		"off":           {func(l *loadedConfig) { l.OIDCIssuer = "" }, fakeoidc.Behaviour{}, []string{"ok sign-in by one-time links"}},
		"good":          {nil, fakeoidc.Behaviour{}, []string{"ok sign-in the discovery document of", "ok client " + provider.Issuer() + " takes our id and secret; it has to send people back to https://steward.example.com/sign-in/oidc/callback"}},
		"wrong secret":  {func(l *loadedConfig) { l.OIDCSecret = secret{"CANARY-old"} }, fakeoidc.Behaviour{}, []string{"ok sign-in", "fail client"}},
		"says no PKCE":  {nil, fakeoidc.Behaviour{Metadata: func(d map[string]any) { delete(d, "code_challenge_methods_supported") }}, []string{"warn sign-in", "ok client"}},
		"signs badly":   {nil, fakeoidc.Behaviour{Metadata: func(d map[string]any) { d["id_token_signing_alg_values_supported"] = []string{"HS256"} }}, []string{"fail sign-in"}},
		"no discovery":  {nil, fakeoidc.Behaviour{Status: 404}, []string{"fail sign-in the discovery document of"}},
		"other issuer":  {nil, fakeoidc.Behaviour{Metadata: func(d map[string]any) { d["issuer"] = "https://evil.example" }}, []string{"fail sign-in"}},
		"not reachable": {func(l *loadedConfig) { l.OIDCIssuer = "http://127.0.0.1:1" }, fakeoidc.Behaviour{}, []string{"fail sign-in"}},
		"no address":    {func(l *loadedConfig) { l.PublicURL, l.Listen = "", "127.0.0.1:8080" }, fakeoidc.Behaviour{}, []string{"ok sign-in", "ok client " + provider.Issuer() + " takes our id and secret; it has to send people back to http://127.0.0.1:8080/"}},
		"cannot be one": {func(l *loadedConfig) { l.AllowLoopback = false }, fakeoidc.Behaviour{}, []string{"fail sign-in"}},
	} {
		t.Run(name, func(t *testing.T) {
			provider.Behave(c.how)
			x := &examination{program: program{now: time.Now}, l: oidcConfig(t, provider)}
			x.l.PublicURL = "https://steward.example.com"
			if c.change != nil {
				c.change(&x.l)
			}
			x.oidc(t.Context())
			var said []string
			for _, d := range x.found {
				said = append(said, string(d.State)+" "+d.Check+" "+d.Said)
				if d.State != stateOK && d.Hint == "" && name != "cannot be one" || strings.Contains(d.Said, "CANARY") {
					t.Errorf("%+v", d)
				}
			}
			if len(said) != len(c.want) {
				t.Fatalf("it says %q", said)
			}
			for i, want := range c.want {
				if !strings.HasPrefix(said[i], want) {
					t.Errorf("it says %q, want %q", said[i], want)
				}
			}
		})
	}
}

// Where the policy wants a fresh sign-in and there is no provider, the doctor says so.
func TestDoctorOnAssurance(t *testing.T) {
	c, err := openCore(t.Context(), loadedConfig{config: config{DatabaseURL: secretOf(t.TempDir())}, from: origins{}}, newLog(io.Discard, 0), time.Now, coreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.close() }()
	x := &examination{program: program{now: time.Now}}
	x.assurance(t.Context(), c)
	if len(x.found) != 0 {
		t.Errorf("the shipped policy: %+v", x.found)
	}
	flow := c.brought.Flows()[0]
	flow.Chains[0].Assurance = policy.AssuranceFresh
	x.assurance(t.Context(), c)
	if len(x.found) != 1 || x.found[0].State != stateWarn {
		t.Errorf("%+v", x.found)
	}
	x.l.OIDCIssuer, x.found = "https://login.example.com", nil
	if x.assurance(t.Context(), c); len(x.found) != 0 {
		t.Errorf("with a provider: %+v", x.found)
	}
}

func TestOIDCSettings(t *testing.T) {
	good := map[string]string{
		"STEWARD_OIDC_ISSUER": "https://login.example.com", "STEWARD_OIDC_CLIENT_ID": "steward", "STEWARD_OIDC_CLIENT_SECRET": "CANARY-secret",
	}
	for name, c := range map[string]struct {
		change map[string]string
		want   string
	}{
		"good":             {nil, ""},
		"a claim":          {map[string]string{"STEWARD_OIDC_CLAIM": "oid=entra_object_id"}, ""},
		"a claim as a URL": {map[string]string{"STEWARD_OIDC_CLAIM": "https://example.com/number=hr_id"}, ""},
		"no column":        {map[string]string{"STEWARD_OIDC_CLAIM": "oid"}, "is not CLAIM=COLUMN"},
		"another column":   {map[string]string{"STEWARD_OIDC_CLAIM": "sub=name"}, "is not CLAIM=COLUMN"},
		"no claim":         {map[string]string{"STEWARD_OIDC_CLAIM": "=email"}, "is not CLAIM=COLUMN"},
		"in the clear":     {map[string]string{"STEWARD_OIDC_ISSUER": "http://login.example.com"}, "it has to begin with https://"},
		"on this machine":  {map[string]string{"STEWARD_OIDC_ISSUER": "http://127.0.0.1:1"}, "allow_loopback_platforms"},
		"no client":        {map[string]string{"STEWARD_OIDC_CLIENT_ID": ""}, "needs oidc_client_id as well"},
		"no secret":        {map[string]string{"STEWARD_OIDC_CLIENT_SECRET": ""}, "needs oidc_client_secret as well"},
		"the id twice":     {map[string]string{"STEWARD_OIDC_CLIENT_SECRET": "steward"}, "this is the id"},
		"off":              {map[string]string{"STEWARD_OIDC_ISSUER": ""}, "sign-in by OIDC is off"},
	} {
		t.Run(name, func(t *testing.T) {
			var environ []string
			for key, value := range good {
				if v, ok := c.change[key]; ok {
					value = v
				}
				if value != "" {
					environ = append(environ, key+"="+value)
				}
			}
			if v := c.change["STEWARD_OIDC_CLAIM"]; v != "" {
				environ = append(environ, "STEWARD_OIDC_CLAIM="+v)
			}
			var out, errs bytes.Buffer
			p := program{in: strings.NewReader(""), out: &out, err: &errs, now: time.Now, env: environ}
			code := p.run(t.Context(), []string{"config", "check", "--config", "/dev/null"})
			if (code == exitOK) != (c.want == "") || !strings.Contains(errs.String(), c.want) || strings.Contains(errs.String()+out.String(), "CANARY") {
				t.Errorf("code %d: %s%s", code, &out, &errs)
			}
		})
	}
	p := program{in: strings.NewReader(""), out: io.Discard, err: io.Discard, now: time.Now, env: []string{"STEWARD_OIDC_ISSUER=https://x", "STEWARD_OIDC_CLIENT_ID=a", "STEWARD_OIDC_CLIENT_SECRET=b"}}
	l, err := p.loadConfig(p.serveCommand().Flags())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.checkDemo(); err == nil || !strings.Contains(err.Error(), "unsafe: --demo with oidc_issuer") {
		t.Errorf("the demo with a provider: %v", err)
	}
}
