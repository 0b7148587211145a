package oidc

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	goidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"steward/bot/egress"
)

// How the provider's metadata is kept.
const (
	knownFor   = 24 * time.Hour  // before it is read again
	failedFor  = 5 * time.Second // before it is tried again
	callLimit  = 10 * time.Second
	maxAnswer  = 1 << 20
	wellKnown  = "/.well-known/openid-configuration"
	methodS256 = "S256"
)

// provider is what is known of the identity provider.
type provider struct {
	*goidc.Provider

	oauth    oauth2.Config
	verifier *goidc.IDTokenVerifier
	meta     metadata
	readAt   time.Time
}

// metadata is what go-oidc does not give of the discovery document.
type metadata struct {
	Keys        string   `json:"jwks_uri"`
	UserInfo    string   `json:"userinfo_endpoint"`
	Challenges  []string `json:"code_challenge_methods_supported"`
	AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	Algorithms  []string `json:"id_token_signing_alg_values_supported"`
	NamesIssuer bool     `json:"authorization_response_iss_parameter_supported"`
}

// CheckIssuer says what is wrong with the address of a provider; empty where nothing is.
func CheckIssuer(text string, loopback bool) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Opaque != "":
		return "it is not like https://login.example.com"
	case u.Scheme == "https":
		return ""
	case u.Scheme != "http" || !egress.Loopback(u.Hostname()):
		return "it has to begin with https://"
	case !loopback:
		return "it is on this machine; that needs allow_loopback_platforms, which is for tests"
	}
	return ""
}

// newHTTP makes what talks to the provider: it follows no redirect, waits for nothing long, and reads nothing large. Unlike
// what a chat platform sends, the addresses come from the operator and from a provider that the operator trusts, and may
// well be inside the company's network.
func newHTTP() *http.Client {
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: callLimit, ResponseHeaderTimeout: callLimit,
		IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{
		Timeout: callLimit, Transport: bounded{t},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded cuts answers off that are too long to be what was asked for.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	}
	return resp, err
}

// provider gives what is known of the provider, and reads it where that is nothing, or old. What is known is kept while it
// cannot be read again. Of many who ask at once, one reads.
func (c *Client) provider(ctx context.Context) (*provider, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.cfg.Now()
	switch {
	case c.known != nil && now.Sub(c.known.readAt) < knownFor:
		return c.known, nil
	case c.failed != nil && now.Sub(c.failedAt) < failedFor && now.Sub(c.failedAt) >= 0:
		if c.known != nil {
			return c.known, nil
		}
		return nil, c.failed
	}
	p, err := c.discover(context.WithoutCancel(ctx)) // others wait for it, too
	if err != nil {
		c.failed, c.failedAt = err, now
		if c.known != nil {
			return c.known, nil
		}
		return nil, err
	}
	c.known, c.failed = p, nil
	return p, nil
}

// discover reads the provider's metadata.
func (c *Client) discover(ctx context.Context) (*provider, error) {
	found, err := goidc.NewProvider(goidc.ClientContext(ctx, c.http), c.cfg.Issuer)
	if err != nil {
		return nil, discoveryError(err)
	}
	p := &provider{Provider: found, readAt: c.cfg.Now()}
	if err := found.Claims(&p.meta); err != nil {
		return nil, fail(ReasonProvider, "its metadata cannot be read")
	}
	end := found.Endpoint()
	for name, at := range map[string]string{"authorization_endpoint": end.AuthURL, "token_endpoint": end.TokenURL, "jwks_uri": p.meta.Keys} {
		if !c.goodAddress(at) {
			return nil, fail(ReasonProvider, "its %s is no https address", name)
		}
	}
	if p.meta.UserInfo != "" && !c.goodAddress(p.meta.UserInfo) {
		return nil, fail(ReasonProvider, "its userinfo_endpoint is no https address")
	}
	end.AuthStyle = oauth2.AuthStyleInHeader // client_secret_basic, which is also the default of the standard
	if m := p.meta.AuthMethods; len(m) > 0 && !slices.Contains(m, "client_secret_basic") && slices.Contains(m, "client_secret_post") {
		end.AuthStyle = oauth2.AuthStyleInParams
	}
	p.oauth = oauth2.Config{
		ClientID: c.cfg.ClientID, ClientSecret: c.cfg.Secret(), Endpoint: end, RedirectURL: c.cfg.Redirect,
		Scopes: []string{goidc.ScopeOpenID, goidc.ScopeProfile, goidc.ScopeEmail},
	}
	p.verifier = found.Verifier(&goidc.Config{ClientID: c.cfg.ClientID, Now: c.cfg.Now})
	return p, nil
}

func discoveryError(err error) error {
	if _, ok := errors.AsType[*goidc.IssuerMismatchError](err); ok {
		return &Error{Reason: ReasonProvider, Err: err}
	}
	return awayError(err)
}

func (c *Client) goodAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User == nil &&
		(u.Scheme == "https" || c.cfg.Loopback && u.Scheme == "http" && egress.Loopback(u.Hostname()))
}
