package egress

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

// platform is a guard for the hosts of one.
func platform() Guard {
	return Guard{Hosts: []string{"slack.com", "*.slack.com", "slack-gov.com", "*.slack-gov.com", "exact.example"}}
}

func TestGuardAddress(t *testing.T) {
	local := platform()
	local.Loopback = true
	for _, bad := range []string{
		"", "hooks.slack.com", "//hooks.slack.com/x", "ftp://hooks.slack.com/x", "file:///etc/passwd", "javascript:alert(1)",
		"http://hooks.slack.com/actions/T/1/x", // no TLS
		"https://hooks.slack.com.evil/actions", "https://hooks.slack.com.evil.example/x", "https://evilslack.com/x", "https://slack.com.co/x",
		"https://hooks-slack.com/x", "https://slack.co/x", "https://.slack.com@evil.example/x",
		"https://hooks.slack.com@evil.example/x", "https://hooks.slack.com:443@evil.example/x", "https://user@hooks.slack.com/x",
		"https://hooks.slack.com:secret@169.254.169.254/x", "https://evil.example/?hooks.slack.com", "https://evil.example/hooks.slack.com",
		"https://evil.example#hooks.slack.com", "https://hooks.slack.com:8443/x", "https://hooks.slack.com\\@evil.example/x",
		"https://169.254.169.254/latest/meta-data", "https://127.0.0.1/x", "https://[::1]/x", "https://[::ffff:127.0.0.1]/x",
		"https://[::ffff:169.254.169.254]/x", "https://2130706433/x", "https://0x7f.1/x", "http://localhost:8080/x", "https://localhost/x",
		"https://hooks.slаck.com/x", // a Cyrillic а
		"https://hooks.slack.com%2eevil.example/x", "https://below.exact.example/x", "https://.slack.com/x", "https://*.slack.com.evil/x", "https:hooks.slack.com/x", "https://hooks.slack.com\x00.evil/x",
	} {
		if u, err := platform().Address(bad); err == nil {
			t.Errorf("%q was taken, as host %q", bad, u.Host)
		} else if !errors.Is(err, ErrForbidden) || bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, good := range []string{
		"https://hooks.slack.com/actions/T1/2/x", "https://HOOKS.SLACK.COM/commands/x", "https://hooks.slack-gov.com/x", "https://slack.com/x", "https://exact.example/x",
	} {
		if _, err := platform().Address(good); err != nil {
			t.Errorf("%q was refused", good)
		}
	}
	for _, test := range []string{"http://127.0.0.1:4711/hooks/x", "http://localhost:1/x", "http://[::1]:1/x"} {
		if _, err := local.Address(test); err != nil {
			t.Errorf("%q was refused in a test", test)
		}
	}
	for _, bad := range []string{"http://10.0.0.1/x", "http://hooks.slack.com/x", "http://localhost.evil.example/x", "ftp://127.0.0.1/x"} {
		if _, err := local.Address(bad); err == nil {
			t.Errorf("%q was taken because tests may use this machine", bad)
		}
	}
}

func TestGuardPublic(t *testing.T) {
	for _, inside := range []string{
		"127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "169.254.170.2",
		"100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
		"ff02::1", "64:ff9b::169.254.169.254", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::", "2001:db8::1", "100::1",
	} {
		if public(netip.MustParseAddr(inside)) {
			t.Errorf("%s passes for an address on the internet", inside)
		}
	}
	for _, outside := range []string{"3.64.1.1", "44.232.1.1", "100.63.1.1", "172.32.0.1", "2a05:d014::1", "2600:1f14::5", "64:ff9b::302:101"} {
		if !public(netip.MustParseAddr(outside)) {
			t.Errorf("%s does not pass for an address on the internet", outside)
		}
	}
}

// resolver answers every name with these addresses, one after the other, as somebody does whose name servers are his own.
func resolver(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go serveNames(server, answers)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// serveNames speaks as much of the name protocol (RFC 1035) as an answer with one address takes.
func serveNames(server net.PacketConn, answers []string) {
	buf := make([]byte, 1500)
	for n := 0; ; {
		size, from, err := server.ReadFrom(buf)
		if err != nil {
			return
		}
		q := buf[:size]
		end := 12
		for q[end] != 0 {
			end += int(q[end]) + 1
		}
		end += 5
		kind := q[end-3]
		ip := netip.MustParseAddr(answers[min(n, len(answers)-1)])
		out := append([]byte{}, q[:end]...)
		out[2], out[3], out[6], out[7], out[8], out[9], out[10], out[11] = 0x84, 0, 0, 0, 0, 0, 0, 0
		if kind == 1 && ip.Is4() || kind == 28 && ip.Is6() {
			n++
			raw := ip.AsSlice()
			out[7] = 1
			out = append(out, 0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 0, 0, byte(len(raw)))
			out = append(out, raw...)
		}
		_, _ = server.WriteTo(out, from)
	}
}

func TestGuardDial(t *testing.T) {
	hit := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit = true }))
	defer inside.Close()
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	for name, answers := range map[string][]string{
		"a name of this machine":               {"127.0.0.1"},
		"one that is so only the second time":  {"203.0.113.9", "127.0.0.1"},
		"the metadata service":                 {"169.254.169.254"},
		"a private address":                    {"10.0.0.7"},
		"this machine in IPv6":                 {"::1"},
		"this machine, mapped into IPv6":       {"::ffff:127.0.0.1"},
		"the metadata service, NAT64":          {"64:ff9b::a9fe:a9fe"},
		"the metadata service of another kind": {"fd00:ec2::254"},
	} {
		t.Run(name, func(t *testing.T) {
			c := Guard{Resolver: resolver(t, answers...)}.Client(2 * time.Second)
			for range len(answers) + 1 {
				// The port is that of a server on this machine: only the dial can refuse it.
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://hooks.slack.com.example:"+port+"/x", nil)
				if err != nil {
					t.Fatal(err)
				}
				resp, err := c.Do(req)
				if err == nil {
					_ = resp.Body.Close()
				}
				if !errors.Is(err, ErrForbidden) {
					t.Errorf("called in spite of its address: %v", err)
				}
			}
			if hit {
				t.Error("the call arrived")
			}
		})
	}
}

// TestGuardProxy shows that only the operator's own proxy is dialled inside the network.
func TestGuardProxy(t *testing.T) {
	for given, want := range map[string]string{
		"http://proxy.corp:3128": "proxy.corp:3128", "http://proxy.corp": "proxy.corp:80", "https://proxy.corp": "proxy.corp:443",
		"socks5://[fd00::1]": "[fd00::1]:1080",
	} {
		u, err := url.Parse(given)
		if err != nil {
			t.Fatal(err)
		}
		if got := hostPort(u); got != want {
			t.Errorf("%s is dialled at %q, want %q", given, got, want)
		}
	}
	if got := platform().proxy(); got != "" {
		t.Errorf("a proxy %q, and none is set", got)
	}
}

// TestGuardClient shows a call that arrives, and that where it is sent on to is not called.
func TestGuardClient(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	call := func(g Guard) (int, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := g.Client(5 * time.Second).Do(req)
		if err != nil {
			return 0, err
		}
		return resp.StatusCode, resp.Body.Close()
	}
	if status, err := call(Guard{Loopback: true}); err != nil || status != http.StatusTemporaryRedirect {
		t.Errorf("got %d, %v", status, err)
	}
	if _, err := call(platform()); !errors.Is(err, ErrForbidden) {
		t.Errorf("this machine was called: %v", err)
	}
	if err := platform().control("tcp", "nonsense", nil); !errors.Is(err, ErrForbidden) {
		t.Errorf("an address that is none: %v", err)
	}
}
