package portal

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
)

// maxBody bounds a form without files.
const maxBody = 64 << 10

// contentPolicy allows pages the style, scripts, pictures and streams of our own files and nothing else: no script or style
// in a page, no frame, no foreign form target.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// headers sets what every answer carries, whatever it is.
func (p *Portal) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		// Not "no-referrer": browsers then send "Origin: null" with our own forms, and those without Sec-Fetch-Site would be refused.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
		h.Set("Cache-Control", "no-store")
		if p.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// recovered turns a panic into a page. What a handler had begun to send is cut off by the server.
func (p *Portal) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer p.recover(w, r)
		next.ServeHTTP(w, r)
	})
}

func (p *Portal) recover(w http.ResponseWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	p.cfg.Log.ErrorContext(r.Context(), "panic in a page", "kind", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
	p.broken(w, r, visit{}, errPanic)
}

// ownHost answers to names of this machine only where people reach the portal by one, so that no web site can reach it
// through a name of its own that it points to 127.0.0.1.
func (p *Portal) ownHost(next http.Handler) http.Handler {
	if !p.local {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.Host) {
			_ = p.show(w, r, visit{}, http.StatusMisdirectedRequest, "message", message{
				Title: "This address is not ours",
				Text:  "Steward runs here for this machine only and answers to localhost and 127.0.0.1. Open it under one of these names.",
			})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
