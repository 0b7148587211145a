package main

import (
	"net"
	"net/http"
	"strings"
)

// onlyHere answers to the loopback address that the demo listens on, and to localhost with its port. Any other name is one
// that somebody pointed to this machine, so that a web site of theirs would be taken for ours (DNS rebinding): it learns
// nothing, not even whether the demo runs well.
func onlyHere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if !ok || !isHere(r.Host, local.String()) {
			answer(rw, http.StatusMisdirectedRequest, "This address is not the demo's. Open the one that it printed when it started.")
			return
		}
		next.ServeHTTP(rw, r)
	})
}

// isHere says whether a Host header names the address that was listened on.
func isHere(host, address string) bool {
	ip, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if port == "80" && !strings.HasSuffix(host, ":80") {
		host = net.JoinHostPort(strings.Trim(host, "[]"), port)
	}
	return host == net.JoinHostPort(ip, port) || strings.EqualFold(host, net.JoinHostPort("localhost", port))
}
