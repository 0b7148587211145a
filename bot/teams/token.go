package teams

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// tokenMargin is how long before its end a token is not used any more.
	tokenMargin = 5 * time.Minute
	// tokenHold is how long a failure counts for those who ask next: a bad secret is not tried once for every message.
	tokenHold = time.Second
	// tokenTimeout is how long it may take to get a token.
	tokenTimeout = 10 * time.Second
	// tokenLife is assumed of a token that does not say how long it lives, and maxTokenLife is the longest that is believed.
	tokenLife, maxTokenLife = 10 * time.Minute, 24 * time.Hour
)

// Tokens gives what the Connector lets us in with.
type Tokens interface {
	// Token gives a token that is good for five minutes at least, where Microsoft gives such ones. Errors are *[TokenError],
	// or that of the ctx.
	Token(ctx context.Context) (string, error)
	// Drop forgets a token that the Connector did not take, so that the next one is a new one. It does nothing where that has
	// happened already.
	Drop(token string)
}

// TokenError says why there is no token. It holds codes of Microsoft's sign-in and never what we sent, nor its prose.
type TokenError struct {
	Reason string        // "invalid_client AADSTS7000215", "HTTP status 503"
	Retry  bool          // Microsoft may answer otherwise soon; else somebody has to change the settings or the registration
	After  time.Duration // how long it asked us to wait, zero where it did not
	Err    error         // a fault on the way, nil where there was an answer
}

// Error implements error.
func (e *TokenError) Error() string { return "teams: no token for the Connector: " + e.Reason }

// Unwrap gives the cause.
func (e *TokenError) Unwrap() error { return e.Err }

// TokensConfig says who we are to Microsoft's sign-in. Exactly one of Secret, Certificate and ManagedIdentity is set.
type TokensConfig struct {
	Cloud  Cloud
	Tenant string // of the app's registration
	AppID  string
	// TokenURL is where tokens come from, as [ParseTokenURL] gives it; the tenant's place in the cloud where it is empty.
	TokenURL string
	Loopback bool // it may be on this machine, for tests
	Now      func() time.Time

	Secret Secret
	// Certificate reads a PEM file with the certificate that is registered for the app and its RSA key. It is read again for
	// each token, so a renewed one needs no restart.
	Certificate func() ([]byte, error)
	// ManagedIdentity asks the machine we run on in Azure, whose identity has the app's id.
	ManagedIdentity bool
	// IdentityURL and IdentityHeader are IDENTITY_ENDPOINT and IDENTITY_HEADER, which App Service and Container Apps set. Where
	// they are empty, the metadata service of a virtual machine is asked.
	IdentityURL    string
	IdentityHeader Secret
}

// NewTokens makes tokens by the credential that is set. It asks nobody yet.
func NewTokens(cfg TokensConfig) (Tokens, error) {
	ways := 0
	for _, set := range []bool{!cfg.Secret.Empty(), cfg.Certificate != nil, cfg.ManagedIdentity} {
		if set {
			ways++
		}
	}
	switch {
	case ways != 1:
		return nil, errors.New("exactly one of a secret, a certificate and a managed identity is needed")
	case cfg.AppID == "":
		return nil, errors.New("the app's id is needed")
	case cfg.Now == nil:
		return nil, errors.New("a clock is needed")
	}
	way := newSignIn
	if cfg.ManagedIdentity {
		way = newIdentity
	}
	ask, err := way(cfg)
	if err != nil {
		return nil, err
	}
	return newTokenCache(ask, cfg.Now), nil
}

// granted is a token as it was given.
type granted struct {
	text string
	life time.Duration // from now on
}

// tokenCache keeps a token until five minutes before its end. One caller gets a new one, and the others wait for it. It is
// safe for concurrent use. x/oauth2 has a cache, too, but keeps what the Connector refuses until it ends by itself, and
// knows no clock but its own.
type tokenCache struct {
	ask func(context.Context) (granted, error)
	now func() time.Time

	mu     sync.Mutex
	text   string
	until  time.Time
	busy   chan struct{} // closed when the request that is going on ends; nil where none is
	err    error         // how the last one ended
	failed time.Time     // when that was, where it failed
}

func newTokenCache(ask func(context.Context) (granted, error), now func() time.Time) *tokenCache {
	return &tokenCache{ask: ask, now: now}
}

// Token implements [Tokens].
func (c *tokenCache) Token(ctx context.Context) (string, error) {
	c.mu.Lock()
	now := c.now()
	switch {
	case c.text != "" && now.Before(c.until):
		defer c.mu.Unlock()
		return c.text, nil
	case c.busy == nil && c.err != nil && now.Sub(c.failed) < tokenHold:
		defer c.mu.Unlock()
		return "", c.err
	case c.busy == nil:
		c.busy = make(chan struct{})
		c.mu.Unlock()
		return c.renew(ctx)
	}
	wait := c.busy
	c.mu.Unlock()
	select {
	case <-wait:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return "", c.err
	}
	return c.text, nil
}

// renew gets a new token, for everybody who waits: it does not end with the call that brought it about.
func (c *tokenCache) renew(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tokenTimeout)
	defer cancel()
	got, err := c.ask(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text, c.err = got.text, err
	if now := c.now(); err != nil {
		c.text, c.failed = "", now
	} else {
		c.until = now.Add(got.life - min(tokenMargin, got.life/2))
	}
	close(c.busy)
	c.busy = nil
	return c.text, err
}

// Drop implements [Tokens].
func (c *tokenCache) Drop(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.text == token {
		c.text = ""
	}
}

// lifeOf reads expires_in.
func lifeOf(said any) time.Duration { return life(secondsOf(said)) }

// life is how long a token is believed to live that says these seconds.
func life(seconds float64) time.Duration {
	if !(seconds > 0) { // nor is NaN
		return tokenLife
	}
	return time.Duration(min(seconds, maxTokenLife.Seconds())) * time.Second
}

// secondsOf reads a number that Entra gives as one and the metadata service as a text; what is neither is 0.
func secondsOf(said any) float64 {
	var seconds float64
	if _, err := fmt.Sscan(fmt.Sprint(said), &seconds); err != nil {
		return 0
	}
	return seconds
}

// unreached makes the error of a request that got no answer.
func unreached(err error) error {
	return &TokenError{Reason: "no answer", Retry: true, Err: bare(err)}
}
