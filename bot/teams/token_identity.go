package teams

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"steward/bot/egress"
)

// imdsURL is where a virtual machine in Azure asks for tokens of its identities.
const imdsURL = "http://169.254.169.254/metadata/identity/oauth2/token"

// maxIdentityAnswer bounds what is read of an answer.
const maxIdentityAnswer = 64 << 10

// newIdentity makes what asks the machine we run on for a token of its identity, by Microsoft's "Use managed identities on a
// virtual machine" or, where the platform has said an address, "Use managed identities for App Service". What it answers is
// a credential, and so it is asked here and never through a proxy.
func newIdentity(cfg TokensConfig) (func(context.Context) (granted, error), error) {
	if cfg.IdentityURL != "" {
		u, err := url.Parse(cfg.IdentityURL)
		if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" || !besideUs(u.Hostname()) {
			return nil, errors.New("the identity endpoint is not on this machine")
		}
	}
	client := &http.Client{
		Timeout:       tokenTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext, DisableKeepAlives: true,
			MaxResponseHeaderBytes: 64 << 10,
		},
	}
	return func(ctx context.Context) (granted, error) {
		req, err := identityRequest(ctx, cfg)
		if err != nil {
			return granted{}, unreached(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			return granted{}, unreached(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxIdentityAnswer))
		if err != nil {
			return granted{}, unreached(err)
		}
		return readIdentity(resp, body, cfg.Now())
	}, nil
}

// identityRequest is what the machine is asked.
func identityRequest(ctx context.Context, cfg TokensConfig) (*http.Request, error) {
	address, version := imdsURL, "2018-02-01"
	if cfg.IdentityURL != "" {
		address, version = cfg.IdentityURL, "2019-08-01"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.URL.RawQuery = url.Values{
		"api-version": {version}, "resource": {cfg.Cloud.Issuer()}, "client_id": {cfg.AppID},
	}.Encode()
	if cfg.IdentityURL == "" {
		req.Header.Set("Metadata", "true")
	} else {
		req.Header.Set("X-Identity-Header", cfg.IdentityHeader.Reveal())
	}
	return req, nil
}

// readIdentity reads the answer. How long the token lives is expires_in on a virtual machine; App Service has expires_on, in
// seconds since 1970.
func readIdentity(resp *http.Response, body []byte, now time.Time) (granted, error) {
	var said struct {
		Token string `json:"access_token"`
		In    any    `json:"expires_in"`
		On    any    `json:"expires_on"`
	}
	if resp.StatusCode != http.StatusOK {
		return granted{}, refusedAnswer(resp.StatusCode, resp.Header, body)
	}
	if json.Unmarshal(body, &said) != nil || said.Token == "" {
		return granted{}, &TokenError{Reason: "an answer that is none", Retry: true}
	}
	seconds := secondsOf(said.In)
	if said.In == nil {
		seconds = secondsOf(said.On) - float64(now.Unix())
	}
	return granted{text: said.Token, life: life(seconds)}, nil
}

// besideUs says that a host is this machine, or what its hypervisor answers for it.
func besideUs(host string) bool {
	ip, err := netip.ParseAddr(host)
	return egress.Loopback(host) || err == nil && ip.IsLinkLocalUnicast()
}
