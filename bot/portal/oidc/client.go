package oidc

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	goidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"steward/workflows"
)

// Config is what a client is made of. All fields but Claim, Match and Loopback are required.
type Config struct {
	Issuer   string // as in the provider's metadata, to the letter
	ClientID string
	Secret   func() string // a function, so that no printing of a config shows it
	Redirect string        // our address that the provider sends browsers back to
	// Claim names the claim by which a person is found at their first sign-in, and Match what it is compared with. Empty means
	// the address, which counts only where the provider says that it has verified it.
	Claim string
	Match workflows.MatchBy
	// Loopback lets the provider be on this machine, without TLS, for tests.
	Loopback bool
	Now      func() time.Time // real time
}

// Client signs people in at one provider. It is safe for concurrent use.
type Client struct {
	cfg  Config
	http *http.Client

	mu       sync.Mutex
	known    *provider
	failed   error
	failedAt time.Time
}

// New makes a client. The provider is not asked yet.
func New(cfg Config) (*Client, error) {
	switch why := CheckIssuer(cfg.Issuer, cfg.Loopback); {
	case why != "":
		return nil, errors.New("oidc: issuer: " + why)
	case cfg.ClientID == "" || cfg.Redirect == "" || cfg.Secret == nil || cfg.Now == nil:
		return nil, errors.New("oidc: client, secret, redirect address or clock is missing")
	}
	if cfg.Claim == "" {
		cfg.Claim, cfg.Match = "email", workflows.MatchEmail
	}
	return &Client{cfg: cfg, http: newHTTP()}, nil
}

// Issuer gives the provider's address.
func (c *Client) Issuer() string { return c.cfg.Issuer }

const (
	// AttemptLife is how long a sign-in may take, from the first page to the answer.
	AttemptLife = 10 * time.Minute
	// skew is how far the provider's clock may be from ours.
	skew = 2 * time.Minute
	// ahead is how far the clock of the replica that began an attempt may be before that of the one that ends it.
	ahead = time.Minute
	// randomLength is the length of 256 random bits, as [random] writes them.
	randomLength = 43
)

// Attempt is what a sign-in has to remember until its answer comes. It is kept in the browser that began it and nowhere else.
type Attempt struct {
	State, Nonce, Verifier string
	Fresh                  bool
	Started                time.Time
}

// Begin gives the address to send a browser to. With fresh, the provider is to ask the person again who they are, however
// lately they have said so.
func (c *Client) Begin(ctx context.Context, fresh bool) (Attempt, string, error) {
	p, err := c.provider(ctx)
	if err != nil {
		return Attempt{}, "", err
	}
	a := Attempt{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier(), Fresh: fresh, Started: c.cfg.Now()}
	opts := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.Verifier), goidc.Nonce(a.Nonce)}
	if fresh {
		opts = append(opts, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return a, p.oauth.AuthCodeURL(a.State, opts...), nil
}

// random gives 256 bits.
func random() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails; it ends the program where there is no randomness
	return base64.RawURLEncoding.EncodeToString(b)
}

// Finish takes what the browser came back with to an attempt it began, gets the token for it, and gives what that says. Every
// error has a [Reason].
func (c *Client) Finish(ctx context.Context, a Attempt, answer url.Values) (workflows.SignIn, error) {
	if err := c.fits(a, answer); err != nil {
		return workflows.SignIn{}, err
	}
	p, err := c.provider(ctx)
	if err != nil {
		return workflows.SignIn{}, err
	}
	if iss := answer.Get("iss"); iss != c.cfg.Issuer && (iss != "" || p.meta.NamesIssuer) { // RFC 9207
		return workflows.SignIn{}, fail(ReasonState, "the answer is of another provider")
	}
	if said := answer.Get("error"); said != "" {
		return workflows.SignIn{}, refusedBy(said)
	}
	code := answer.Get("code")
	if code == "" || len(answer["code"]) > 1 {
		return workflows.SignIn{}, fail(ReasonState, "the answer has not one code")
	}
	ctx = goidc.ClientContext(ctx, c.http)
	token, err := p.oauth.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return workflows.SignIn{}, exchangeError(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		return workflows.SignIn{}, tokenError(err)
	}
	s, err := c.read(a, id, token)
	if err != nil {
		return workflows.SignIn{}, err
	}
	if s.Value == "" && s.Match != "" {
		s.Value = c.ask(ctx, p, id.Subject, token)
	}
	return s, nil
}

// fits says whether an answer is to an attempt, and in time.
func (c *Client) fits(a Attempt, answer url.Values) error {
	state := answer.Get("state")
	switch took := c.cfg.Now().Sub(a.Started); {
	case len(a.State) < randomLength || len(a.Nonce) < randomLength || len(a.Verifier) < randomLength, len(answer["state"]) != 1,
		subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1:
		return &Error{Reason: ReasonState}
	case took > AttemptLife || took < -ahead:
		return &Error{Reason: ReasonLate}
	}
	return nil
}

// refusedBy says what the provider's error is to us.
func refusedBy(said string) error {
	switch said {
	case "access_denied", "login_required", "consent_required", "interaction_required", "account_selection_required":
		return fail(ReasonDenied, "%s", word(said))
	case "temporarily_unavailable", "server_error":
		return fail(ReasonAway, "%s", word(said))
	case "unauthorized_client":
		return fail(ReasonClient, "%s", word(said))
	}
	return fail(ReasonProvider, "%s", word(said))
}

// read checks what go-oidc leaves to its caller, and makes of the token what it says.
func (c *Client) read(a Attempt, id *goidc.IDToken, token *oauth2.Token) (workflows.SignIn, error) {
	now := c.cfg.Now()
	var more claims
	if err := id.Claims(&more); err != nil {
		return workflows.SignIn{}, fail(ReasonToken, "its claims cannot be read")
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1:
		return workflows.SignIn{}, &Error{Reason: ReasonNonce}
	case len(id.Audience) > 1 && more.Party == "", more.Party != "" && more.Party != c.cfg.ClientID:
		return workflows.SignIn{}, &Error{Reason: ReasonParty}
	case id.Subject == "" || len(id.Subject) > maxSubject:
		return workflows.SignIn{}, fail(ReasonToken, "it names nobody")
	case id.IssuedAt.Before(a.Started.Add(-skew)) || id.IssuedAt.After(now.Add(skew)):
		return workflows.SignIn{}, &Error{Reason: ReasonTime}
	case id.AccessTokenHash != "" && id.VerifyAccessToken(token.AccessToken) != nil:
		return workflows.SignIn{}, fail(ReasonToken, "it belongs to another access token")
	}
	at := more.authAt()
	if at.After(now.Add(skew)) {
		return workflows.SignIn{}, &Error{Reason: ReasonTime}
	}
	if a.Fresh && at.Before(a.Started.Add(-skew)) {
		return workflows.SignIn{}, &Error{Reason: ReasonNotFresh}
	}
	key := sha256.Sum256([]byte(c.cfg.Issuer + "\x00" + a.Nonce))
	return workflows.SignIn{
		Key: hex.EncodeToString(key[:]), Issuer: c.cfg.Issuer, Subject: id.Subject,
		Match: c.cfg.Match, Value: more.value(c.cfg.Claim, c.cfg.Match), Fresh: a.Fresh, AuthAt: at, AMR: more.methods(),
	}, nil
}

// ask asks the provider for the claim that is not in the token: some put little there. A fault gives nothing: the claim is
// needed only once.
func (c *Client) ask(ctx context.Context, p *provider, subject string, token *oauth2.Token) string {
	if p.meta.UserInfo == "" {
		return ""
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	var more claims
	if err != nil || info.Subject != subject || info.Claims(&more) != nil {
		return ""
	}
	return more.value(c.cfg.Claim, c.cfg.Match)
}

// Probe is what [Client.Check] found.
type Probe struct {
	Issuer     string
	PKCE       bool // the provider says that it checks challenges by S256; many do and do not say so
	Algorithms []string
}

// Check reads the provider's metadata, whatever is known of it, and offers it a code that is none, to see whether it knows us.
// It signs nobody in. The error has a [Reason]; the probe is that of the metadata where that could be read.
func (c *Client) Check(ctx context.Context) (Probe, error) {
	p, err := c.discover(ctx)
	if err != nil {
		return Probe{}, err
	}
	probe := Probe{Issuer: c.cfg.Issuer, PKCE: slices.Contains(p.meta.Challenges, methodS256), Algorithms: p.meta.Algorithms}
	_, err = p.oauth.Exchange(goidc.ClientContext(ctx, c.http), "steward-doctor", oauth2.VerifierOption(oauth2.GenerateVerifier()))
	if err == nil {
		return probe, fail(ReasonProvider, "it takes a code that is none")
	}
	if err = exchangeError(err); ReasonOf(err) == ReasonCode {
		return probe, nil
	}
	return probe, err
}
