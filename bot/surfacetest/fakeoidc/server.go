package fakeoidc

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// The client that the provider knows.
const (
	ClientID = "steward"
	Secret   = "a secret of the fake provider"
)

// Person is an account at the provider.
type Person struct {
	Subject  string
	Email    string
	Verified bool
	More     map[string]any // further claims
}

// Behaviour is how the provider behaves. The zero value is a good one at which nobody is signed in.
type Behaviour struct {
	Person Person    // who is signed in there, in every browser
	AuthAt time.Time // when they last proved it; zero is now

	Lazy       bool                        // it does not ask again where it should
	Reuse      bool                        // codes work more than once
	Careless   bool                        // it does not look at verifiers
	Thin       bool                        // the claims about the person are not in the token, only at the userinfo endpoint
	OtherUser  bool                        // the userinfo endpoint speaks of somebody else
	Deny       string                      // it sends everybody back with this error
	Status     int                         // of the token endpoint and of the metadata, other than 200
	Claims     func(claims map[string]any) // changes what the token says
	Sign       Signer                      // who signs
	Metadata   func(doc map[string]any)    // changes the metadata
	OtherState bool                        // it sends people back with another state
}

// Server is the provider.
type Server struct {
	http *httptest.Server
	now  func() time.Time

	mu       sync.Mutex
	how      Behaviour
	redirect string
	codes    map[string]*grant
	seen     []url.Values // what the authorization endpoint was asked
	n        int
	calls    map[string]int
}

// grant is what a code stands for.
type grant struct {
	challenge, nonce, redirect string
	person                     Person
	authAt                     time.Time
	used                       bool
}

// New makes a provider and starts it. now is its clock.
func New(now func() time.Time) *Server {
	s := &Server{now: now, codes: map[string]*grant{}, calls: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", s.metadata)
	mux.HandleFunc("GET /authorize", s.authorize)
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("GET /userinfo", s.userinfo)
	mux.HandleFunc("GET /keys", s.keys)
	s.http = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.calls[r.URL.Path]++
		s.mu.Unlock()
		mux.ServeHTTP(rw, r)
	}))
	return s
}

// Close ends it.
func (s *Server) Close() { s.http.Close() }

// Issuer is its address.
func (s *Server) Issuer() string { return s.http.URL }

// Register says where it sends browsers back to; anything else is refused.
func (s *Server) Register(redirect string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.redirect = redirect
}

// Behave sets how it behaves from now on.
func (s *Server) Behave(how Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.how = how
}

// Asked gives what the authorization endpoint was asked last.
func (s *Server) Asked() url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) == 0 {
		return nil
	}
	return s.seen[len(s.seen)-1]
}

// Calls counts the calls of a path.
func (s *Server) Calls(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[path]
}

func (s *Server) metadata(rw http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.how.Status != 0 {
		rw.WriteHeader(s.how.Status)
		return
	}
	doc := map[string]any{
		"issuer": s.http.URL, "authorization_endpoint": s.http.URL + "/authorize", "token_endpoint": s.http.URL + "/token",
		"jwks_uri": s.http.URL + "/keys", "userinfo_endpoint": s.http.URL + "/userinfo", "response_types_supported": []string{"code"},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		"code_challenge_methods_supported": []string{"S256"}, "authorization_response_iss_parameter_supported": true,
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
	}
	if s.how.Metadata != nil {
		s.how.Metadata(doc)
	}
	answer(rw, http.StatusOK, doc)
}

// authorize is what a browser opens: whoever is signed in is sent back at once, as with single sign-on.
func (s *Server) authorize(rw http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	s.seen = append(s.seen, q)
	switch {
	case q.Get("client_id") != ClientID || q.Get("redirect_uri") != s.redirect:
		http.Error(rw, "unknown client or redirect address", http.StatusBadRequest)
		return
	case q.Get("response_type") != "code" || !slices.Contains(strings.Fields(q.Get("scope")), "openid"),
		q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43, len(q.Get("state")) < 16 || len(q.Get("nonce")) < 16:
		http.Error(rw, "this is no authorization code flow with PKCE, state and nonce", http.StatusBadRequest)
		return
	}
	back := url.Values{"state": {q.Get("state")}, "iss": {s.http.URL}}
	if s.how.OtherState {
		back.Set("state", "another state than the one that was sent")
	}
	switch {
	case s.how.Deny != "":
		back.Set("error", s.how.Deny)
		back.Set("error_description", "<b>Prose</b> of the provider")
	case s.how.Person.Subject == "":
		back.Set("error", "login_required")
	default:
		back.Set("code", s.grant(q))
	}
	http.Redirect(rw, r, s.redirect+"?"+back.Encode(), http.StatusFound)
}

func (s *Server) grant(q url.Values) string {
	at := s.how.AuthAt
	if at.IsZero() || !s.how.Lazy && (q.Get("prompt") == "login" || q.Get("max_age") == "0") {
		at = s.now()
	}
	s.n++
	code := fmt.Sprintf("code-%d", s.n)
	s.codes[code] = &grant{
		challenge: q.Get("code_challenge"), nonce: q.Get("nonce"), redirect: q.Get("redirect_uri"), person: s.how.Person, authAt: at,
	}
	return code
}

func (s *Server) token(rw http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.how.Status != 0 {
		rw.WriteHeader(s.how.Status)
		return
	}
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	} else { // RFC 6749, section 2.3.1
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	}
	if id != ClientID || subtle.ConstantTimeCompare([]byte(secret), []byte(Secret)) != 1 {
		answer(rw, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	g := s.codes[r.PostFormValue("code")]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case g == nil || g.used && !s.how.Reuse, r.PostFormValue("grant_type") != "authorization_code",
		r.PostFormValue("redirect_uri") != g.redirect,
		g.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) && !s.how.Careless:
		answer(rw, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "prose that is not ours to log"})
		return
	}
	g.used = true
	access := "access " + g.person.Subject
	answer(rw, http.StatusOK, map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": s.idToken(g, access),
	})
}

func (s *Server) userinfo(rw http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	subject, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer access ")
	if !ok || subject != s.how.Person.Subject {
		rw.WriteHeader(http.StatusUnauthorized)
		return
	}
	claims := s.about(s.how.Person)
	if s.how.OtherUser {
		claims["sub"] = "somebody else"
	}
	answer(rw, http.StatusOK, claims)
}

func answer(rw http.ResponseWriter, status int, body any) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(body)
}
