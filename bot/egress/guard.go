package egress

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

// ErrForbidden says that an address is not one we call. Its text never repeats the address: it may carry a secret.
var ErrForbidden = errors.New("not an address of the platform's")

// Guard keeps what we are told to call within the hosts of a platform. The zero value lets nothing through.
type Guard struct {
	// Hosts are the platform's, in small letters; "*.example.com" stands for every name below example.com, not for itself.
	Hosts []string
	// Loopback makes this machine count as the platform, for tests: on any port, and without TLS.
	Loopback bool
	// Resolver finds addresses of names; nil means the system's.
	Resolver *net.Resolver
}

// Host says that a name is one of the platform's hosts.
func (g Guard) Host(name string) bool {
	name = strings.ToLower(name)
	for _, own := range g.Hosts {
		if below, ok := strings.CutPrefix(own, "*"); name == own || ok && len(name) > len(below) && strings.HasSuffix(name, below) {
			return true
		}
	}
	return false
}

// Loopback says that a name is this machine without asking anybody for it.
func Loopback(name string) bool {
	ip, err := netip.ParseAddr(name)
	return strings.EqualFold(name, "localhost") || (err == nil && ip.Unmap().IsLoopback())
}

// Address checks an address that came from outside: https, one of the platform's hosts, nothing before the host, no port.
// Every error is [ErrForbidden].
func (g Guard) Address(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.User != nil || u.Opaque != "" || strings.ContainsAny(u.Host, "%\\"):
		return nil, ErrForbidden
	case g.Loopback && Loopback(u.Hostname()) && (u.Scheme == "http" || u.Scheme == "https"):
		return u, nil
	case u.Scheme != "https" || !g.Host(u.Hostname()) || u.Port() != "":
		return nil, ErrForbidden
	}
	return u, nil
}

// Client makes the client for such addresses; no call takes longer than timeout. It follows no redirect, keeps no cookies,
// and refuses at the dial whatever a name has been made to resolve to inside a network, with [ErrForbidden]. Only where the
// operator has set a proxy it dials that one, which then does the resolving.
func (g Guard) Client(timeout time.Duration) *http.Client {
	inside := &net.Dialer{Timeout: timeout, Resolver: g.Resolver}
	outside := &net.Dialer{Timeout: timeout, Resolver: g.Resolver, Control: g.control}
	proxy := g.proxy()
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

// proxy is the host:port of the proxy that leads to the platform, "" where there is none.
func (g Guard) proxy() string {
	for _, host := range g.Hosts {
		to := &url.URL{Scheme: "https", Host: strings.Replace(host, "*", "any", 1)}
		if u, err := http.ProxyFromEnvironment(&http.Request{URL: to}); err == nil && u != nil {
			return hostPort(u)
		}
	}
	return ""
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
func (g Guard) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial: %w", ErrForbidden)
	}
	ip := at.Addr().Unmap()
	if g.Loopback && ip.IsLoopback() {
		return nil
	}
	if !public(ip) {
		return fmt.Errorf("dial: %w: it is inside a network", ErrForbidden)
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
