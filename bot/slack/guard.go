package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// errForbidden says that an address is not one we talk to. Its text never repeats the address: it may carry a secret.
var errForbidden = errors.New("not an address of Slack's")

// apiURL is where Slack's methods are.
const apiURL = "https://slack.com/api/"

// ParseAPIURL checks where Slack's methods are said to be and gives the address in full; empty means Slack itself. Other
// hosts than Slack's are taken on this machine only, and only where loopback allows it: they would be given the token.
func ParseAPIURL(text string, loopback bool) (string, error) {
	if text == "" {
		return apiURL, nil
	}
	u, err := url.Parse(strings.TrimSuffix(text, "/") + "/")
	switch {
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return "", errors.New("it is not like https://slack.com/api/")
	case slackHost(u.Hostname()) && u.Scheme == "https" && u.Port() == "":
		return u.String(), nil
	case !loopbackHost(u.Hostname()):
		return "", errors.New("it is no host of Slack's, and would be given the token")
	case !loopback:
		return "", errors.New("it is on this machine; that needs allow_loopback_platforms, which is for tests")
	case u.Scheme != "https" && u.Scheme != "http":
		return "", errors.New("it is not like https://slack.com/api/")
	}
	return u.String(), nil
}

// slackHost says that a host is one of Slack's.
func slackHost(host string) bool {
	host = strings.ToLower(host)
	for _, own := range []string{"slack.com", "slack-gov.com"} {
		if host == own || strings.HasSuffix(host, "."+own) {
			return true
		}
	}
	return false
}

// loopbackHost says that a host is this machine without asking anybody for it.
func loopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || (err == nil && ip.Unmap().IsLoopback())
}

// guard keeps what we are told to call within Slack: addresses come in envelopes, and an envelope may be forged one day.
// Both halves hold alone: the name must be one of Slack's, and what it resolves to must not be inside our network.
type guard struct {
	loopback bool // this machine counts as Slack, for tests
	resolver *net.Resolver
}

// address checks an address that came in an envelope: https, one of Slack's hosts, nothing before the host, no port.
func (g guard) address(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.User != nil || u.Opaque != "" || strings.ContainsAny(u.Host, "%\\"):
		return nil, errForbidden
	case g.loopback && loopbackHost(u.Hostname()) && (u.Scheme == "http" || u.Scheme == "https"):
		return u, nil
	case u.Scheme != "https" || !slackHost(u.Hostname()) || u.Port() != "":
		return nil, errForbidden
	}
	return u, nil
}

// client makes the client for such addresses. It follows no redirect, keeps no cookies, and refuses at the dial whatever
// the name has been made to resolve to inside a network. Only where the operator has set a proxy it dials that one, which
// then does the resolving.
func (g guard) client(timeout time.Duration) *http.Client {
	inside := &net.Dialer{Timeout: timeout, Resolver: g.resolver}
	outside := &net.Dialer{Timeout: timeout, Resolver: g.resolver, Control: g.control}
	proxy := proxyAddress()
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if proxy != "" && addr == proxy {
					return inside.DialContext(ctx, network, addr)
				}
				return outside.DialContext(ctx, network, addr)
			},
			ForceAttemptHTTP2: true, TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout,
			IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 8, MaxResponseHeaderBytes: 64 << 10,
		},
	}
}

// proxyAddress is the host:port of the proxy that leads to Slack, "" where there is none.
func proxyAddress() string {
	u, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: "hooks.slack.com"}})
	if err != nil || u == nil {
		return ""
	}
	return hostPort(u)
}

// hostPort is what is dialled for a proxy's address.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// control looks at the very address that is about to be dialled, after all resolving.
func (g guard) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial: %w", errForbidden)
	}
	ip := at.Addr().Unmap()
	if g.loopback && ip.IsLoopback() {
		return nil
	}
	if !public(ip) {
		return fmt.Errorf("dial: %w: it is inside a network", errForbidden)
	}
	return nil
}

// public says that an address is one on the internet: neither this machine nor a private, link-local, metadata, shared,
// test or reserved one, nor one of those wrapped in an IPv6 transition address.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if translated := netip.MustParsePrefix("64:ff9b::/96"); translated.Contains(ip) { // where a network speaks IPv6 only
		b := ip.As16()
		return public(netip.AddrFrom4([4]byte(b[12:])))
	}
	if ip.Zone() != "" || !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range reserved() {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// reserved lists what the registries for special addresses (RFC 6890) hold beyond what netip knows.
func reserved() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range [...]string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "::/96",
	} {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}
