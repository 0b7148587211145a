package teams

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// signIn is Microsoft's sign-in, or the metadata service of a machine in Azure, as it is to an app.
type signIn struct {
	*httptest.Server

	mu      sync.Mutex
	status  int
	header  http.Header
	body    string // in place of a token, where it is not ""
	life    any
	hold    chan struct{}
	arrived chan struct{}
	form    url.Values  // of the last request
	asked   http.Header // likewise

	calls atomic.Int32
	shift atomic.Int64
}

func newSignInServer(t *testing.T) *signIn {
	t.Helper()
	s := &signIn{life: 3599}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *signIn) now() time.Time {
	return time.Unix(1_790_000_000, 0).Add(time.Duration(s.shift.Load()))
}
func (s *signIn) pass(d time.Duration)   { s.shift.Add(int64(d)) }
func (s *signIn) change(f func(*signIn)) { s.mu.Lock(); defer s.mu.Unlock(); f(s) }

func (s *signIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := s.calls.Add(1)
	_ = r.ParseForm()
	s.mu.Lock()
	s.form, s.asked = r.Form, r.Header
	status, header, body, life, hold, arrived := s.status, s.header, s.body, s.life, s.hold, s.arrived
	s.mu.Unlock()
	if arrived != nil {
		arrived <- struct{}{}
	}
	if hold != nil {
		<-hold
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	maps.Copy(w.Header(), header)
	if status != 0 {
		w.WriteHeader(status)
	}
	if body == "" {
		body = string(mustJSON(object{"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": fmt.Sprint("token-", n)}))
	}
	_, _ = fmt.Fprint(w, body)
}

func (s *signIn) tokens(t *testing.T, change ...func(*TokensConfig)) Tokens {
	t.Helper()
	cfg := TokensConfig{
		Cloud: CloudPublic, Tenant: testTenant, AppID: testApp, TokenURL: s.URL + "/" + testTenant + "/oauth2/v2.0/token", Loopback: true,
		Now: s.now, Secret: NewSecret("CANARY-secret~8Q"),
	}
	for _, f := range change {
		f(&cfg)
	}
	tokens, err := NewTokens(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// gives asks for a token and compares it.
func gives(t *testing.T, tokens Tokens, want string) {
	t.Helper()
	if got, err := tokens.Token(t.Context()); got != want || err != nil {
		t.Errorf("token %q, %v; want %q", got, err, want)
	}
}

func TestTokensBySecret(t *testing.T) {
	for cloud, scope := range map[Cloud]string{
		CloudPublic: "https://api.botframework.com/.default", CloudGCCH: "https://api.botframework.us/.default",
	} {
		s := newSignInServer(t)
		gives(t, s.tokens(t, func(c *TokensConfig) { c.Cloud = cloud }), "token-1")
		want := url.Values{
			"grant_type": {"client_credentials"}, "client_id": {testApp}, "client_secret": {"CANARY-secret~8Q"}, "scope": {scope},
		}
		if s.form.Encode() != want.Encode() || s.asked.Get("Authorization") != "" {
			t.Errorf("%s: asked with %v", cloud, s.form)
		}
	}
}

func TestTokensAreKept(t *testing.T) {
	s := newSignInServer(t)
	tokens := s.tokens(t)
	gives(t, tokens, "token-1")
	s.pass(3599*time.Second - tokenMargin - time.Second)
	gives(t, tokens, "token-1")
	s.pass(time.Second)
	gives(t, tokens, "token-2")

	tokens.Drop("token-1") // of long ago
	gives(t, tokens, "token-2")
	tokens.Drop("token-2")
	tokens.Drop("token-2")
	gives(t, tokens, "token-3")
	if n := s.calls.Load(); n != 3 {
		t.Errorf("asked %d times", n)
	}
}

// How long a token lives is Microsoft's word, and odd words are taken with care.
func TestTokensLife(t *testing.T) {
	for name, c := range map[string]struct {
		said any
		want time.Duration // how long it is kept
	}{
		"an hour":            {3600, 55 * time.Minute},
		"an hour, as a text": {"3600", 55 * time.Minute},
		"a day":              {86400, 24*time.Hour - 5*time.Minute},
		"a year":             {365 * 86400, 24*time.Hour - 5*time.Minute},
		"eight minutes":      {480, 4 * time.Minute},
		"no word":            {nil, 5 * time.Minute},
		"nothing":            {0, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignInServer(t)
			s.life = c.said
			tokens := s.tokens(t)
			gives(t, tokens, "token-1")
			s.pass(c.want - time.Second)
			gives(t, tokens, "token-1")
			s.pass(time.Second)
			gives(t, tokens, "token-2")
		})
	}
	for _, odd := range []any{"soon", -7, nil, []string{"1"}, "NaN", true} {
		if got := lifeOf(odd); got != tokenLife {
			t.Errorf("%v lives %s", odd, got)
		}
	}
}

func TestTokensSingleFlight(t *testing.T) {
	s := newSignInServer(t)
	hold, arrived := make(chan struct{}), make(chan struct{}, 8)
	s.change(func(s *signIn) { s.hold, s.arrived = hold, arrived })
	tokens := s.tokens(t)
	first, hangUp := context.WithCancel(t.Context())
	var all sync.WaitGroup
	ask := func(ctx context.Context) {
		if got, err := tokens.Token(ctx); got != "token-1" || err != nil {
			t.Errorf("token %q, %v", got, err)
		}
	}
	all.Go(func() { ask(first) })
	<-arrived
	for range 30 {
		all.Go(func() { ask(t.Context()) })
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := tokens.Token(gone); got != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("somebody who does not wait: %q, %v", got, err)
	}
	hangUp() // the one who asks is gone; the others need the token all the same
	close(hold)
	all.Wait()
	if n := s.calls.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestTokensRefused(t *testing.T) {
	const prose = "AADSTS7000215: Invalid client secret provided for CANARY-secret~8Q. Trace ID: 00000000"
	for name, c := range map[string]struct {
		status int
		header http.Header
		body   string
		want   TokenError
	}{
		"a bad secret": {
			http.StatusUnauthorized, nil, `{"error":"invalid_client","error_description":"` + prose + `","error_codes":[7000215],"trace_id":"x"}`,
			TokenError{Reason: "invalid_client AADSTS7000215"},
		},
		"an unknown tenant": {
			http.StatusBadRequest, nil, `{"error":"invalid_request","error_codes":[90002,1,2,3,4]}`, TokenError{Reason: "invalid_request AADSTS90002 AADSTS1 AADSTS2"},
		},
		"too often": {
			http.StatusTooManyRequests,
			http.Header{"Retry-After": {"17"}},
			`{"error":"temporarily_unavailable"}`,
			TokenError{Reason: "temporarily_unavailable", Retry: true, After: 17 * time.Second},
		},
		"out of order":       {http.StatusServiceUnavailable, http.Header{"Retry-After": {"99999999"}}, "<html>" + prose, TokenError{Reason: "HTTP status 503", Retry: true, After: time.Hour}},
		"a date to retry at": {http.StatusBadGateway, http.Header{"Retry-After": {"Wed, 21 Oct 2026 07:28:00 GMT"}}, "", TokenError{Reason: "HTTP status 502", Retry: true}},
		"a redirect":         {http.StatusTemporaryRedirect, http.Header{"Location": {"/elsewhere"}}, " ", TokenError{Reason: "HTTP status 307"}},
		"prose for a code":   {http.StatusBadRequest, nil, `{"error":"` + prose + `"}`, TokenError{Reason: "HTTP status 400"}},
		"an error with 200":  {http.StatusOK, nil, `{"error":"invalid_scope"}`, TokenError{Reason: "invalid_scope"}},
		"no token":           {http.StatusOK, nil, `{"token_type":"Bearer"}`, TokenError{Reason: "an answer that is none", Retry: true}},
		"no JSON":            {http.StatusOK, nil, prose, TokenError{Reason: "an answer that is none", Retry: true}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignInServer(t)
			s.status, s.header, s.body = c.status, c.header, c.body
			tokens := s.tokens(t)
			_, err := tokens.Token(t.Context())
			var e *TokenError
			if !errors.As(err, &e) || *e != c.want {
				t.Fatalf("got %#v, want %#v", err, c.want)
			}
			if strings.Contains(fmt.Sprintf("%v %+v %#v", err, e, e), "CANARY") {
				t.Errorf("the secret is in %v", err)
			}
			// It is not tried again at once, and it is later.
			if _, again := tokens.Token(t.Context()); !errors.Is(again, err) || s.calls.Load() != 1 {
				t.Errorf("asked %d times, %v", s.calls.Load(), again)
			}
			s.change(func(s *signIn) { s.status, s.header, s.body = 0, nil, "" })
			s.pass(tokenHold)
			gives(t, tokens, "token-2")
		})
	}
}

func TestTokensUnreached(t *testing.T) {
	s := newSignInServer(t)
	tokens := s.tokens(t)
	identity := s.tokens(t, func(c *TokensConfig) {
		c.Secret, c.ManagedIdentity, c.IdentityURL, c.IdentityHeader = Secret{}, true, s.URL+"/msi/token", NewSecret("CANARY-header")
	})
	s.Close()
	for _, tokens := range []Tokens{tokens, identity} {
		_, err := tokens.Token(t.Context())
		var e *TokenError
		if !errors.As(err, &e) || e.Reason != "no answer" || !e.Retry || e.Err == nil || strings.Contains(fmt.Sprint(err, e.Err), "CANARY") {
			t.Errorf("got %v of %v", err, e)
		}
	}
}

// Those who wait for a token that does not come are told why.
func TestTokensRefusedForAll(t *testing.T) {
	s := newSignInServer(t)
	hold, arrived := make(chan struct{}), make(chan struct{}, 8)
	s.change(func(s *signIn) {
		s.hold, s.arrived, s.status, s.body = hold, arrived, http.StatusUnauthorized, `{"error":"invalid_client"}`
	})
	tokens := s.tokens(t)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			var e *TokenError
			if got, err := tokens.Token(t.Context()); got != "" || !errors.As(err, &e) {
				t.Errorf("token %q, %v", got, err)
			}
		})
	}
	<-arrived
	close(hold)
	all.Wait()
	if n := s.calls.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestTokensByIdentity(t *testing.T) {
	s := newSignInServer(t)
	s.life = "86399"
	tokens := s.tokens(t, func(c *TokensConfig) {
		c.Secret, c.ManagedIdentity, c.IdentityURL, c.IdentityHeader = Secret{}, true, s.URL+"/msi/token", NewSecret("853b9a84")
	})
	gives(t, tokens, "token-1")
	want := url.Values{"api-version": {"2019-08-01"}, "resource": {"https://api.botframework.com"}, "client_id": {testApp}}
	if s.form.Encode() != want.Encode() || s.asked.Get("X-IDENTITY-HEADER") != "853b9a84" || s.asked.Get("Metadata") != "" {
		t.Errorf("asked with %v, %v", s.form, s.asked)
	}
	s.pass(23 * time.Hour)
	gives(t, tokens, "token-1")

	// App Service says when it ends.
	tokens.Drop("token-1")
	s.change(func(s *signIn) {
		s.body = string(mustJSON(object{"access_token": "until", "expires_on": fmt.Sprint(s.now().Add(2 * time.Hour).Unix()), "token_type": "Bearer"}))
	})
	gives(t, tokens, "until")
	s.change(func(s *signIn) { s.body = "" })
	s.pass(2*time.Hour - tokenMargin - time.Second)
	gives(t, tokens, "until")
	s.pass(time.Second)
	gives(t, tokens, "token-3")

	tokens.Drop("token-3")
	s.change(func(s *signIn) {
		s.status, s.header = http.StatusFound, http.Header{"Location": {s.URL + "/elsewhere"}}
	})
	var e *TokenError
	if _, err := tokens.Token(t.Context()); !errors.As(err, &e) || e.Reason != "HTTP status 302" || s.calls.Load() != 4 {
		t.Errorf("a redirect: %v, asked %d times", err, s.calls.Load())
	}
	s.pass(tokenHold)
	s.change(func(s *signIn) { s.status, s.body = 0, "{}" })
	if _, err := tokens.Token(t.Context()); !errors.As(err, &e) || e.Reason != "an answer that is none" {
		t.Errorf("no token: %v", err)
	}
}

// On a virtual machine the address is a constant that nothing here can answer at; what is sent there is looked at instead.
func TestTokensByMachine(t *testing.T) {
	for cloud, resource := range map[Cloud]string{CloudPublic: "https://api.botframework.com", CloudGCCH: "https://api.botframework.us"} {
		req, err := identityRequest(t.Context(), TokensConfig{Cloud: cloud, AppID: testApp})
		if err != nil {
			t.Fatal(err)
		}
		want := "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&client_id=" + testApp + "&resource=" + url.QueryEscape(resource)
		if req.URL.String() != want || req.Header.Get("Metadata") != "true" || req.Header.Get("X-IDENTITY-HEADER") != "" {
			t.Errorf("%s: %s, %v", cloud, req.URL, req.Header)
		}
	}
}

func TestNewTokensRefuses(t *testing.T) {
	for name, change := range map[string]func(*TokensConfig){
		"nothing":                   func(c *TokensConfig) { c.Secret = Secret{} },
		"two ways":                  func(c *TokensConfig) { c.ManagedIdentity = true },
		"no app":                    func(c *TokensConfig) { c.AppID = "" },
		"no clock":                  func(c *TokensConfig) { c.Now = nil },
		"no tenant":                 func(c *TokensConfig) { c.Tenant = "" },
		"somebody else's address":   func(c *TokensConfig) { c.TokenURL = "https://login.microsoftonline.com.evil.example/token" },
		"the other cloud's address": func(c *TokensConfig) { c.TokenURL = "https://login.microsoftonline.us/token" },
		"this machine":              func(c *TokensConfig) { c.TokenURL = "http://127.0.0.1:1/token" },
		"a far identity": func(c *TokensConfig) {
			c.Secret, c.ManagedIdentity, c.IdentityURL = Secret{}, true, "http://10.0.0.1/token"
		},
		"a named identity": func(c *TokensConfig) {
			c.Secret, c.ManagedIdentity, c.IdentityURL = Secret{}, true, "http://msi.example/"
		},
		"an identity with a user": func(c *TokensConfig) {
			c.Secret, c.ManagedIdentity, c.IdentityURL = Secret{}, true, "http://a:b@127.0.0.1/"
		},
		"an identity in a file": func(c *TokensConfig) {
			c.Secret, c.ManagedIdentity, c.IdentityURL = Secret{}, true, "file://localhost/etc"
		},
	} {
		cfg := TokensConfig{Tenant: testTenant, AppID: testApp, Now: time.Now, Secret: NewSecret("CANARY")}
		change(&cfg)
		if tokens, err := NewTokens(cfg); err == nil || tokens != nil || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: %v, %v", name, tokens, err)
		}
	}
	for _, at := range []string{"http://169.254.129.2:8081/msi/token", "http://localhost:12356/msi/token", "http://[fe80::1]:1/"} {
		if _, err := NewTokens(TokensConfig{AppID: testApp, Now: time.Now, ManagedIdentity: true, IdentityURL: at}); err != nil {
			t.Errorf("%s: %v", at, err)
		}
	}
}

func TestSecretShowsNothing(t *testing.T) {
	s := NewSecret("CANARY")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "config", TokensConfig{Secret: s})
	text, _ := json.Marshal(s)
	for _, shown := range []string{fmt.Sprintf("%v %s %+v %#v %q", s, s, s, s, s), fmt.Sprintf("%+v %#v", TokensConfig{Secret: s}, TokensConfig{Secret: s}), string(text), log.String()} {
		if strings.Contains(shown, "CANARY") {
			t.Errorf("the secret is in %s", shown)
		}
	}
	if s.Reveal() != "CANARY" || s.Empty() || !(Secret{}).Empty() {
		t.Error("it is lost")
	}
}

// FuzzCredential reads files that may be anything.
func FuzzCredential(f *testing.F) {
	key := mustKey(2048)
	f.Add(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := parseCredential(text); err == nil && (c.leaf == nil || c.key == nil || !c.key.PublicKey.Equal(c.leaf.PublicKey)) {
			t.Fatal("half a credential")
		}
	})
}
