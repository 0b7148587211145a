package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"steward/bot/portal"
	"steward/bot/teams"
)

// Limits of what one client may take.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 20 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 16 << 10
	pingTimeout   = 2 * time.Second
)

// web is what listens: the portal's address and, where one is set, that of the metrics.
type web struct {
	servers []*http.Server
	address string // of the portal
	// hooksAddress is where chat platforms call; empty where that is the portal's address.
	hooksAddress string
	portal       atomic.Pointer[http.Handler]
	chat         atomic.Pointer[http.Handler] // what chat platforms call; nil where they call nothing
	ping         func(context.Context) error
	draining     atomic.Bool
	failed       chan error
}

// openWeb listens and answers /livez at once; everything else says "starting" until ready is called.
func openWeb(ctx context.Context, l loadedConfig, demo bool, m *meters, log *slog.Logger) (*web, error) {
	w := &web{failed: make(chan error, 3)}
	main := http.NewServeMux()
	w.health(main)
	main.Handle("/", m.timed(http.HandlerFunc(w.servePortal)))
	main.HandleFunc(portal.EventsPath, w.servePortal) // how long somebody looks at a page says nothing of how fast it is
	w.chatPaths(main, m)
	var handler http.Handler = main
	if demo { // on loopback, and there is nothing to hide
		main.Handle("GET /metrics", m.handler())
		handler = onlyHere(main)
	}
	address, err := w.listen(ctx, l.Listen, handler, log)
	if err != nil {
		return nil, busyPort(l, "listen", l.Listen, err)
	}
	if demo && !loopbackAddress(address) { // "localhost" is what the system's tables say it is
		return nil, errors.Join(fmt.Errorf("unsafe: --demo listens on %s, which others reach", address), w.close(ctx, 0))
	}
	w.address = address
	if l.MetricsListen != "" {
		side := http.NewServeMux()
		w.health(side)
		side.Handle("GET /metrics", m.handler())
		if _, err := w.listen(ctx, l.MetricsListen, side, log); err != nil {
			return nil, errors.Join(busyPort(l, "metrics_listen", l.MetricsListen, err), w.close(ctx, 0))
		}
	}
	if l.HooksListen != "" {
		hooks := http.NewServeMux() // and nothing else: this address may be open to the internet
		w.chatPaths(hooks, m)
		if w.hooksAddress, err = w.listen(ctx, l.HooksListen, hooks, log); err != nil {
			return nil, errors.Join(busyPort(l, "hooks_listen", l.HooksListen, err), w.close(ctx, 0))
		}
	}
	return w, nil
}

// slackPaths is where Slack calls us.
const slackPaths = "/slack/"

// chatPaths lets chat platforms reach who answers them.
func (w *web) chatPaths(mux *http.ServeMux, m *meters) {
	for _, path := range []string{slackPaths, teams.Path} {
		mux.Handle(path, m.timed(http.HandlerFunc(w.serveChat)))
	}
}

// busyPort says what to do about an address that cannot be had.
func busyPort(l loadedConfig, key, address string, err error) error {
	o, _ := optionByKey(key)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s: %s is taken by another program; stop that one, or choose another port with --%s 127.0.0.1:PORT",
			l.named(key), address, o.flag)
	}
	return fmt.Errorf("%s: %w; choose another address with --%s", l.named(key), err, o.flag)
}

func (w *web) listen(ctx context.Context, address string, h http.Handler, log *slog.Logger) (string, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	s := &http.Server{
		Handler: guarded(h), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	w.servers = append(w.servers, s)
	go func() {
		if err := s.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.failed <- fmt.Errorf("listener %s: %w", address, err)
		}
	}()
	return listener.Addr().String(), nil
}

// guarded gives every answer, also those of the mux itself, what keeps browsers from making more of it than it is. The
// portal's pages say more.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h := rw.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(rw, r)
	})
}

// health answers whether the process lives and whether it should be sent requests.
func (w *web) health(mux *http.ServeMux) {
	mux.HandleFunc("GET /livez", func(rw http.ResponseWriter, _ *http.Request) { answer(rw, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(rw http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
		defer cancel()
		switch {
		case w.draining.Load():
			answer(rw, http.StatusServiceUnavailable, "stopping")
		case w.portal.Load() == nil:
			answer(rw, http.StatusServiceUnavailable, "starting")
		case w.ping(ctx) != nil:
			answer(rw, http.StatusServiceUnavailable, "the database does not answer")
		default:
			answer(rw, http.StatusOK, "ok")
		}
	})
}

func answer(rw http.ResponseWriter, status int, text string) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = fmt.Fprintln(rw, text)
}

func (w *web) servePortal(rw http.ResponseWriter, r *http.Request) {
	h := w.portal.Load()
	if h == nil {
		starting(rw)
		return
	}
	(*h).ServeHTTP(rw, r)
}

// serveChat passes on what chat platforms send: each proves by its own signature who it is.
func (w *web) serveChat(rw http.ResponseWriter, r *http.Request) {
	h := w.chat.Load()
	switch {
	case w.portal.Load() == nil:
		starting(rw)
	case h == nil:
		http.NotFound(rw, r)
	default:
		(*h).ServeHTTP(rw, r)
	}
}

func starting(rw http.ResponseWriter) {
	rw.Header().Set("Retry-After", "2")
	answer(rw, http.StatusServiceUnavailable, "Steward is starting. Try again in a moment.")
}

// hooks says who answers chat platforms, once requests are let through.
func (w *web) hooks(chat http.Handler) { w.chat.Store(&chat) }

// ready lets requests through.
func (w *web) ready(portal http.Handler, ping func(context.Context) error) {
	w.ping = ping
	w.portal.Store(&portal)
}

// close stops listening and waits for requests in progress; those that take longer are cut off.
func (w *web) close(ctx context.Context, wait time.Duration) error {
	w.draining.Store(true)
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var errs []error
	for _, s := range w.servers {
		if err := s.Shutdown(ctx); err != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}
