package oidc_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot/portal/oidc"
	"steward/bot/surfacetest/fakeoidc"
	"steward/workflows"
)

const redirect = "https://steward.example.com/sign-in/oidc/callback"

// scene is a provider with a client of it, and the time.
type scene struct {
	t        *testing.T
	provider *fakeoidc.Server
	client   *oidc.Client

	mu  sync.Mutex
	now time.Time
}

func (s *scene) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *scene) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func newScene(t *testing.T, change func(*oidc.Config)) *scene {
	t.Helper()
	s := &scene{t: t, now: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)}
	s.provider = fakeoidc.New(s.clock)
	t.Cleanup(s.provider.Close)
	s.provider.Register(redirect)
	s.provider.Behave(fakeoidc.Behaviour{Person: ana()})
	cfg := oidc.Config{
		Issuer: s.provider.Issuer(), ClientID: fakeoidc.ClientID, Secret: func() string { return fakeoidc.Secret }, Redirect: redirect,
		Loopback: true, Now: s.clock,
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	if s.client, err = oidc.New(cfg); err != nil {
		t.Fatal(err)
	}
	return s
}

func ana() fakeoidc.Person {
	return fakeoidc.Person{Subject: "sub-ana", Email: "ana.ruiz@example.com", Verified: true}
}

// visit lets a browser go to the provider and gives what it comes back with.
func (s *scene) visit(at string) url.Values {
	s.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, at, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	back, err := resp.Location()
	if err != nil || !strings.HasPrefix(back.String(), redirect+"?") {
		s.t.Fatalf("status %d, %v, to %v", resp.StatusCode, err, back)
	}
	return back.Query()
}

func (s *scene) begin(fresh bool) (oidc.Attempt, string) {
	s.t.Helper()
	a, at, err := s.client.Begin(s.t.Context(), fresh)
	if err != nil {
		s.t.Fatal(err)
	}
	return a, at
}

// signIn goes the whole way.
func (s *scene) signIn(fresh bool) (workflows.SignIn, error) {
	s.t.Helper()
	a, at := s.begin(fresh)
	return s.client.Finish(s.t.Context(), a, s.visit(at))
}

func (s *scene) refused(name string, err error, want oidc.Reason) {
	s.t.Helper()
	if oidc.ReasonOf(err) != want {
		s.t.Errorf("%s: %v, want %s", name, err, want)
	}
	for _, secret := range []string{fakeoidc.Secret, "code-", "ana.ruiz", "sub-ana", "prose", "<b>"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			s.t.Errorf("%s: the error tells %q: %v", name, secret, err)
		}
	}
}

func TestSignIn(t *testing.T) {
	s := newScene(t, nil)
	a, at := s.begin(false)
	answer := s.visit(at)
	got, err := s.client.Finish(t.Context(), a, answer)
	if err != nil {
		t.Fatal(err)
	}
	if got.Issuer != s.provider.Issuer() || got.Subject != "sub-ana" || got.Match != workflows.MatchEmail || got.Value != "ana.ruiz@example.com" ||
		len(got.Key) != 64 || got.Fresh || !got.AuthAt.Equal(s.clock()) || !slices.Equal(got.AMR, []string{"pwd", "otp"}) {
		t.Errorf("got %+v", got)
	}
	asked := s.provider.Asked()
	sum := sha256.Sum256([]byte(a.Verifier))
	if asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || asked.Get("state") != a.State || asked.Get("nonce") != a.Nonce ||
		asked.Get("scope") != "openid profile email" || asked.Get("prompt") != "" || asked.Get("max_age") != "" {
		t.Errorf("asked for %v", asked)
	}
	if strings.Contains(at, a.Verifier) {
		t.Error("the verifier went along with the challenge")
	}
	other, _ := s.begin(false)
	if other.State == a.State || other.Nonce == a.Nonce || other.Verifier == a.Verifier || len(a.State) != 43 || len(a.Verifier) != 43 {
		t.Errorf("attempts %+v and %+v", a, other)
	}
	if text := fmt.Sprintf("%+v %#v", s.client, s.client); strings.Contains(text, fakeoidc.Secret) {
		t.Error("the secret is printed with the client")
	}
}

// An answer counts for the attempt it belongs to, in time, and for nothing else.
func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *scene, a *oidc.Attempt, answer url.Values)
		want   oidc.Reason
	}{
		"no attempt in this browser": {func(_ *scene, a *oidc.Attempt, _ url.Values) { *a = oidc.Attempt{} }, oidc.ReasonState},
		"an empty state for an empty attempt": {func(s *scene, a *oidc.Attempt, q url.Values) {
			*a = oidc.Attempt{Started: s.clock()}
			q.Set("state", "")
		}, oidc.ReasonState},
		"another state":     {func(_ *scene, _ *oidc.Attempt, q url.Values) { q.Set("state", strings.Repeat("A", 43)) }, oidc.ReasonState},
		"no state":          {func(_ *scene, _ *oidc.Attempt, q url.Values) { q.Del("state") }, oidc.ReasonState},
		"two states":        {func(_ *scene, a *oidc.Attempt, q url.Values) { q.Add("state", a.State) }, oidc.ReasonState},
		"another issuer":    {func(_ *scene, _ *oidc.Attempt, q url.Values) { q.Set("iss", "https://evil.example") }, oidc.ReasonState},
		"no issuer":         {func(_ *scene, _ *oidc.Attempt, q url.Values) { q.Del("iss") }, oidc.ReasonState},
		"no code":           {func(_ *scene, _ *oidc.Attempt, q url.Values) { q.Del("code") }, oidc.ReasonState},
		"two codes":         {func(_ *scene, _ *oidc.Attempt, q url.Values) { q.Add("code", "x") }, oidc.ReasonState},
		"after ten minutes": {func(s *scene, _ *oidc.Attempt, _ url.Values) { s.pass(10*time.Minute + time.Second) }, oidc.ReasonLate},
		"from the future":   {func(s *scene, _ *oidc.Attempt, _ url.Values) { s.pass(-2 * time.Minute) }, oidc.ReasonLate},
		"a made-up code":    {func(_ *scene, _ *oidc.Attempt, q url.Values) { q.Set("code", "x") }, oidc.ReasonCode},
		"another verifier":  {func(_ *scene, a *oidc.Attempt, _ url.Values) { a.Verifier = strings.Repeat("A", 43) }, oidc.ReasonCode},
		"another nonce":     {func(_ *scene, a *oidc.Attempt, _ url.Values) { a.Nonce = strings.Repeat("A", 43) }, oidc.ReasonNonce},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, nil)
			a, at := s.begin(false)
			answer := s.visit(at)
			c.change(s, &a, answer)
			_, err := s.client.Finish(t.Context(), a, answer)
			s.refused(name, err, c.want)
		})
	}
	t.Run("a code that was used", func(t *testing.T) {
		s := newScene(t, nil)
		a, at := s.begin(false)
		answer := s.visit(at)
		if _, err := s.client.Finish(t.Context(), a, answer); err != nil {
			t.Fatal(err)
		}
		_, err := s.client.Finish(t.Context(), a, answer)
		s.refused("replay", err, oidc.ReasonCode)
	})
	t.Run("a provider that takes a code twice gives the same key twice, and the caller refuses that", func(t *testing.T) {
		s := newScene(t, nil)
		s.provider.Behave(fakeoidc.Behaviour{Person: ana(), Reuse: true})
		a, at := s.begin(false)
		answer := s.visit(at)
		first, err := s.client.Finish(t.Context(), a, answer)
		if err != nil {
			t.Fatal(err)
		}
		a.State = strings.Repeat("B", 43) // what the browser keeps is the browser's
		answer.Set("state", a.State)
		second, err := s.client.Finish(t.Context(), a, answer)
		if err != nil || second.Key != first.Key {
			t.Errorf("keys %s and %s, %v", first.Key, second.Key, err)
		}
	})
	t.Run("somebody else's code in one's own attempt", func(t *testing.T) {
		s := newScene(t, nil)
		_, theirs := s.begin(false)
		code := s.visit(theirs).Get("code")
		s.provider.Behave(fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "sub-mallory"}})
		a, at := s.begin(false)
		answer := s.visit(at)
		answer.Set("code", code)
		_, err := s.client.Finish(t.Context(), a, answer)
		s.refused("a careful provider", err, oidc.ReasonCode)

		_, theirs = s.begin(false)
		answer.Set("code", s.visit(theirs).Get("code"))
		s.provider.Behave(fakeoidc.Behaviour{Careless: true})
		_, err = s.client.Finish(t.Context(), a, answer)
		s.refused("a careless provider", err, oidc.ReasonNonce)
	})
	for said, want := range map[string]oidc.Reason{
		"access_denied": oidc.ReasonDenied, "login_required": oidc.ReasonDenied, "temporarily_unavailable": oidc.ReasonAway,
		"unauthorized_client": oidc.ReasonClient, "invalid_request": oidc.ReasonProvider, "<b>": oidc.ReasonProvider,
	} {
		t.Run("the provider says "+said, func(t *testing.T) {
			s := newScene(t, nil)
			s.provider.Behave(fakeoidc.Behaviour{Deny: said})
			_, err := s.signIn(false)
			s.refused(said, err, want)
		})
	}
}

// Every token that is not good is refused, and the same attempt with a good one is not.
func TestBadTokens(t *testing.T) {
	set := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) { c[name] = value }
	}
	at := func(name string, d time.Duration) func(map[string]any) {
		return set(name, time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC).Add(d).Unix())
	}
	for name, c := range map[string]struct {
		claims func(map[string]any)
		sign   fakeoidc.Signer
		want   oidc.Reason
		says   string
	}{
		"wrong nonce":                     {claims: set("nonce", "another"), want: oidc.ReasonNonce},
		"no nonce":                        {claims: func(c map[string]any) { delete(c, "nonce") }, want: oidc.ReasonNonce},
		"wrong audience":                  {claims: set("aud", "somebody"), want: oidc.ReasonToken, says: "expected audience"},
		"no audience":                     {claims: func(c map[string]any) { delete(c, "aud") }, want: oidc.ReasonToken, says: "expected audience"},
		"several audiences and no party":  {claims: set("aud", []string{fakeoidc.ClientID, "somebody"}), want: oidc.ReasonParty},
		"another party":                   {claims: set("azp", "somebody"), want: oidc.ReasonParty},
		"a party that is none":            {claims: set("azp", 7), want: oidc.ReasonParty},
		"wrong issuer":                    {claims: set("iss", "https://evil.example"), want: oidc.ReasonToken, says: "different provider"},
		"an issuer with a slash":          {claims: func(c map[string]any) { c["iss"] = c["iss"].(string) + "/" }, want: oidc.ReasonToken, says: "different provider"},
		"expired":                         {claims: at("exp", -time.Second), want: oidc.ReasonExpired},
		"no expiry":                       {claims: func(c map[string]any) { delete(c, "exp") }, want: oidc.ReasonExpired},
		"not valid yet":                   {claims: at("nbf", 6*time.Minute), want: oidc.ReasonToken, says: "nbf"},
		"made before the attempt":         {claims: at("iat", -3*time.Minute), want: oidc.ReasonTime},
		"made in the future":              {claims: at("iat", 3*time.Minute), want: oidc.ReasonTime},
		"proved in the future":            {claims: at("auth_time", 3*time.Minute), want: oidc.ReasonTime},
		"nobody":                          {claims: set("sub", ""), want: oidc.ReasonToken},
		"a subject without end":           {claims: set("sub", strings.Repeat("x", 256)), want: oidc.ReasonToken},
		"of another access token":         {claims: set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), want: oidc.ReasonToken},
		"signed by an unknown key":        {sign: fakeoidc.SignOther, want: oidc.ReasonToken, says: "verify signature"},
		"signed by nobody":                {sign: fakeoidc.SignNone, want: oidc.ReasonToken, says: "signature algorithm"},
		"signed with the public key":      {sign: fakeoidc.SignHMAC, want: oidc.ReasonToken, says: "signature algorithm"},
		"signed with the client's secret": {sign: fakeoidc.SignSecret, want: oidc.ReasonToken, says: "signature algorithm"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, nil)
			s.provider.Behave(fakeoidc.Behaviour{Person: ana(), Claims: c.claims, Sign: c.sign})
			_, err := s.signIn(false)
			s.refused(name, err, c.want)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("refused for another reason: %v", err)
			}
			s.provider.Behave(fakeoidc.Behaviour{Person: ana()})
			if _, err := s.signIn(false); err != nil {
				t.Errorf("the good one: %v", err)
			}
		})
	}
	t.Run("several audiences with us as the party are good", func(t *testing.T) {
		s := newScene(t, nil)
		s.provider.Behave(fakeoidc.Behaviour{Person: ana(), Claims: func(c map[string]any) {
			c["aud"], c["azp"] = []string{"somebody", fakeoidc.ClientID}, fakeoidc.ClientID
			delete(c, "at_hash")
		}})
		if _, err := s.signIn(false); err != nil {
			t.Error(err)
		}
	})
}

func TestFresh(t *testing.T) {
	s := newScene(t, nil)
	long := s.clock().Add(-6 * time.Hour)
	s.provider.Behave(fakeoidc.Behaviour{Person: ana(), AuthAt: long})
	if got, err := s.signIn(false); err != nil || !got.AuthAt.Equal(long) {
		t.Errorf("single sign-on: %+v, %v", got, err)
	}
	got, err := s.signIn(true)
	if err != nil || !got.Fresh || !got.AuthAt.Equal(s.clock()) {
		t.Errorf("a fresh one: %+v, %v", got, err)
	}
	if q := s.provider.Asked(); q.Get("prompt") != "login" || q.Get("max_age") != "0" {
		t.Errorf("asked for %v", q)
	}
	for name, how := range map[string]fakeoidc.Behaviour{
		"a provider that does not ask again":    {Person: ana(), AuthAt: long, Lazy: true},
		"one that says it was just too long":    {Person: ana(), AuthAt: s.clock().Add(-2*time.Minute - time.Second), Lazy: true},
		"one that does not say when":            {Person: ana(), Claims: func(c map[string]any) { delete(c, "auth_time") }},
		"one that says when as a text":          {Person: ana(), Claims: func(c map[string]any) { c["auth_time"] = "now" }},
		"one that says a time before all times": {Person: ana(), Claims: func(c map[string]any) { c["auth_time"] = -5 }},
	} {
		s.provider.Behave(how)
		_, err := s.signIn(true)
		s.refused(name, err, oidc.ReasonNotFresh)
	}
}

// Which claim finds a person is a setting; an address finds nobody unless it was verified.
func TestClaims(t *testing.T) {
	for name, c := range map[string]struct {
		claim, want string
		match       workflows.MatchBy
		how         fakeoidc.Behaviour
	}{
		"a verified address":               {how: fakeoidc.Behaviour{Person: ana()}, want: "ana.ruiz@example.com"},
		"not verified":                     {how: fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "x", Email: "ana.ruiz@example.com"}}},
		"verified as a text":               {how: fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "x", More: map[string]any{"email": "a@example.com", "email_verified": "true"}}}, want: "a@example.com"},
		"verified as a number":             {how: fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "x", More: map[string]any{"email": "a@example.com", "email_verified": 1}}}},
		"nothing said of it":               {how: fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "x", More: map[string]any{"email": "a@example.com"}}}},
		"an address under another name":    {claim: "upn", match: workflows.MatchEmail, how: fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "x", More: map[string]any{"upn": "a@example.com"}}}},
		"an object of Entra":               {claim: "oid", match: workflows.MatchEntra, how: fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "x", More: map[string]any{"oid": "0A-1"}}}, want: "0A-1"},
		"a personnel number":               {claim: "number", match: workflows.MatchHRID, how: fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "x", More: map[string]any{"number": 4711}}}, want: "4711"},
		"a list":                           {claim: "number", match: workflows.MatchHRID, how: fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "x", More: map[string]any{"number": []string{"1"}}}}},
		"a text without end":               {claim: "number", match: workflows.MatchHRID, how: fakeoidc.Behaviour{Person: fakeoidc.Person{Subject: "x", More: map[string]any{"number": strings.Repeat("1", 400)}}}},
		"from the userinfo endpoint":       {how: fakeoidc.Behaviour{Person: ana(), Thin: true}, want: "ana.ruiz@example.com"},
		"which speaks of somebody else":    {how: fakeoidc.Behaviour{Person: ana(), Thin: true, OtherUser: true}},
		"a provider without such endpoint": {how: fakeoidc.Behaviour{Person: ana(), Thin: true, Metadata: func(d map[string]any) { delete(d, "userinfo_endpoint") }}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, func(cfg *oidc.Config) { cfg.Claim, cfg.Match = c.claim, c.match })
			s.provider.Behave(c.how)
			got, err := s.signIn(false)
			if err != nil || got.Value != c.want || got.Subject == "" {
				t.Errorf("got %q of %q, %v", got.Value, got.Subject, err)
			}
		})
	}
	t.Run("codes of how it was proved are kept, prose is not", func(t *testing.T) {
		s := newScene(t, nil)
		s.provider.Behave(fakeoidc.Behaviour{Person: ana(), Claims: func(c map[string]any) {
			c["amr"] = []string{"MFA", "Ana said so", "", "hwk", "a", "b", "c", "d", "e", "f", "g"}
		}})
		got, err := s.signIn(false)
		if err != nil || !slices.Equal(got.AMR, []string{"mfa", "hwk", "a", "b", "c", "d", "e", "f"}) {
			t.Errorf("%v, %v", got.AMR, err)
		}
	})
}

func TestProviderAway(t *testing.T) {
	ctx := context.WithoutCancel(t.Context())
	t.Run("nothing is known of it", func(t *testing.T) {
		s := newScene(t, nil)
		s.provider.Behave(fakeoidc.Behaviour{Status: 503})
		for range 3 {
			_, _, err := s.client.Begin(ctx, false)
			s.refused("begin", err, oidc.ReasonProvider)
		}
		if n := s.provider.Calls("/.well-known/openid-configuration"); n != 1 {
			t.Errorf("asked %d times within a moment", n)
		}
		s.provider.Behave(fakeoidc.Behaviour{Person: ana()})
		s.pass(5 * time.Second)
		if _, err := s.signIn(false); err != nil {
			t.Errorf("when it is back: %v", err)
		}
	})
	t.Run("what is known of it is kept", func(t *testing.T) {
		s := newScene(t, nil)
		if _, err := s.signIn(false); err != nil {
			t.Fatal(err)
		}
		s.provider.Behave(fakeoidc.Behaviour{Status: 500})
		s.pass(25 * time.Hour)
		for range 2 {
			if _, _, err := s.client.Begin(ctx, false); err != nil {
				t.Error(err)
			}
		}
		if n := s.provider.Calls("/.well-known/openid-configuration"); n != 2 {
			t.Errorf("asked %d times", n)
		}
		a, _ := s.begin(false)
		_, err := s.client.Finish(ctx, a, url.Values{"state": {a.State}, "code": {"x"}, "iss": {s.provider.Issuer()}})
		s.refused("finish", err, oidc.ReasonAway)
	})
	t.Run("it is switched off", func(t *testing.T) {
		s := newScene(t, nil)
		s.provider.Close()
		_, _, err := s.client.Begin(ctx, false)
		s.refused("begin", err, oidc.ReasonAway)
		_, err = s.client.Finish(ctx, oidc.Attempt{}, nil)
		s.refused("finish", err, oidc.ReasonState)
	})
	for name, change := range map[string]func(map[string]any){
		"another issuer":        func(d map[string]any) { d["issuer"] = "https://evil.example" },
		"a token endpoint":      func(d map[string]any) { d["token_endpoint"] = "http://evil.example/token" },
		"no address of keys":    func(d map[string]any) { delete(d, "jwks_uri") },
		"a page that is a file": func(d map[string]any) { d["authorization_endpoint"] = "file:///etc/passwd" },
		"a userinfo endpoint":   func(d map[string]any) { d["userinfo_endpoint"] = "https://user@evil.example" },
		"keys that are text":    func(d map[string]any) { d["jwks_uri"] = 7 },
	} {
		t.Run("metadata that cannot be used: "+name, func(t *testing.T) {
			s := newScene(t, nil)
			s.provider.Behave(fakeoidc.Behaviour{Metadata: change})
			_, _, err := s.client.Begin(ctx, false)
			s.refused(name, err, oidc.ReasonProvider)
		})
	}
	t.Run("the secret goes where the provider wants it", func(t *testing.T) {
		s := newScene(t, nil)
		s.provider.Behave(fakeoidc.Behaviour{Person: ana(), Metadata: func(d map[string]any) {
			d["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
		}})
		if _, err := s.signIn(false); err != nil {
			t.Error(err)
		}
	})
}

func TestCheck(t *testing.T) {
	s := newScene(t, nil)
	probe, err := s.client.Check(t.Context())
	if err != nil || !probe.PKCE || probe.Issuer != s.provider.Issuer() || len(probe.Algorithms) != 3 {
		t.Errorf("%+v, %v", probe, err)
	}
	wrong := newScene(t, func(c *oidc.Config) { c.Secret = func() string { return "old" } })
	_, err = wrong.client.Check(t.Context())
	wrong.refused("an old secret", err, oidc.ReasonClient)
	s.provider.Behave(fakeoidc.Behaviour{Status: 404})
	_, err = s.client.Check(t.Context())
	s.refused("no metadata", err, oidc.ReasonProvider)
}

func TestConfig(t *testing.T) {
	for text, want := range map[string]string{
		"https://login.example.com": "", "https://login.example.com/tenant/v2.0": "", "http://login.example.com": "https://", "login.example.com": "not like",
		"https://u:p@login.example.com": "not like", "https://login.example.com?x=1": "not like", "https://login.example.com#x": "not like", "": "not like",
		"http://127.0.0.1:1": "allow_loopback_platforms", "ftp://127.0.0.1": "https://",
	} {
		if got := oidc.CheckIssuer(text, false); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := oidc.CheckIssuer("http://localhost:1", true); got != "" {
		t.Errorf("a test: %q", got)
	}
	good := oidc.Config{Issuer: "https://x.example", ClientID: "a", Redirect: "b", Secret: func() string { return "" }, Now: time.Now}
	for name, change := range map[string]func(*oidc.Config){
		"issuer": func(c *oidc.Config) { c.Issuer = "x" }, "client": func(c *oidc.Config) { c.ClientID = "" }, "redirect": func(c *oidc.Config) { c.Redirect = "" },
		"secret": func(c *oidc.Config) { c.Secret = nil }, "clock": func(c *oidc.Config) { c.Now = nil },
	} {
		cfg := good
		change(&cfg)
		if _, err := oidc.New(cfg); err == nil {
			t.Errorf("made without %s", name)
		}
	}
	if c, err := oidc.New(good); err != nil || c.Issuer() != "https://x.example" {
		t.Error(err)
	}
}
