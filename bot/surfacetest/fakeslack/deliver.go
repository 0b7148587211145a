package fakeslack

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Kind says to which of the app's endpoints something goes.
type Kind string

// The kinds.
const (
	KindCommand     Kind = "commands"
	KindInteraction Kind = "interactions"
	KindEvent       Kind = "events"
	KindOptions     Kind = "options"
)

// Sent is something that was sent to the app; [Server.Resend] sends it once more.
type Sent struct {
	Kind    Kind
	Payload []byte // JSON: the form of a command, the payload of an interaction, the event's outer object
	// Retry and Reason are those of a repeated event.
	Retry  int
	Reason string
}

// String gives what was sent as it can be read.
func (one Sent) String() string { return fmt.Sprintf("%s %d %s", one.Kind, one.Retry, one.Payload) }

// Ack is how the app answered.
type Ack struct {
	Status int           // 200 over a socket; 0 where there was no answer
	Body   []byte        // over a socket: the payload of the ack
	JSON   bool          // the body says that it is JSON, as what comes over a socket always does
	Took   time.Duration // by the real clock
	// Failure is Slack's word for what went wrong: "timeout", "http_error", "connection_failed", "no_connection". Empty where
	// the app acked in time.
	Failure string
	// NoRetry says that the app asked not to be sent an event again.
	NoRetry bool
}

// String gives the answer as it can be read.
func (a Ack) String() string {
	return fmt.Sprintf("%d %s after %s: %.500s", a.Status, a.Failure, a.Took, a.Body)
}

// appAt is where the app listens; url is empty for Socket Mode.
type appAt struct {
	url    string
	server *httptest.Server // where the handler was given
	client *http.Client
}

// Handle makes the app reachable at its HTTP endpoints: handler serves /slack/commands, /slack/interactions, /slack/events and
// /slack/options. Without it the app is reached over Socket Mode.
func (s *Server) Handle(handler http.Handler) {
	server := httptest.NewServer(handler)
	s.HandleAt(server.URL)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app.server = server
}

// HandleAt does so for an app that listens by itself, such as at "http://127.0.0.1:8080".
func (s *Server) HandleAt(base string) {
	s.unhandle()
	s.mu.Lock()
	defer s.mu.Unlock()
	transport := &http.Transport{MaxIdleConnsPerHost: 256}
	s.app = appAt{url: strings.TrimSuffix(base, "/"), client: &http.Client{Transport: transport, CheckRedirect: noRedirect}}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// unhandle lets go of the app.
func (s *Server) unhandle() {
	s.mu.Lock()
	old := s.app
	s.app = appAt{}
	s.mu.Unlock()
	if old.client != nil {
		old.client.CloseIdleConnections()
	}
	if old.server != nil {
		old.server.CloseClientConnections()
		old.server.Close()
	}
}

// Sign gives the headers of a request to the app, signed as Slack signs: HMAC-SHA256 over "v0:", the time, ":" and the body.
func Sign(secret string, at time.Time, body []byte) http.Header {
	ts := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", ts, body)
	h := http.Header{}
	h.Set("X-Slack-Request-Timestamp", ts)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return h
}

// Resend sends something to the app once more, freshly signed, and does nothing with the answer.
func (s *Server) Resend(ctx context.Context, one Sent) Ack { return s.deliver(ctx, one) }

// deliver sends something to the app and waits for its ack, for as long as Slack waits.
func (s *Server) deliver(ctx context.Context, one Sent) Ack {
	s.mu.Lock()
	app := s.app
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, s.opt.AckWithin)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)() //nolint:contextcheck // Close ends what is under way, whoever began it
	began, clock := s.opt.Now(), time.Now()
	var ack Ack
	if app.url != "" {
		ack = s.post(ctx, app, one)
	} else {
		ack = s.overSocket(ctx, one)
	}
	ack.Took = time.Since(clock)
	if s.opt.Now().Sub(began) > s.opt.AckWithin {
		ack.Failure = failTimeout
	}
	return ack
}

// Slack's words for why the app did not ack.
const (
	failTimeout    = "timeout"
	failStatus     = "http_error"
	failConnection = "connection_failed"
	failNoSocket   = "no_connection"
)

// post sends something to an HTTP endpoint.
func (s *Server) post(ctx context.Context, app appAt, one Sent) Ack {
	body, kind := one.form()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, app.url+"/slack/"+string(one.Kind), strings.NewReader(body))
	if err != nil {
		return Ack{Failure: failConnection}
	}
	req.Header = Sign(s.opt.SigningSecret, s.opt.SignedAt(), []byte(body))
	req.Header.Set("Content-Type", kind)
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	if one.Retry > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(one.Retry))
		req.Header.Set("X-Slack-Retry-Reason", one.Reason)
	}
	res, err := app.client.Do(req)
	if err != nil {
		return failedAck(ctx)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return failedAck(ctx)
	}
	ack := Ack{Status: res.StatusCode, Body: answer, NoRetry: res.Header.Get("X-Slack-No-Retry") == "1"}
	media, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	ack.JSON = err == nil && media == "application/json"
	good := ack.Status == http.StatusOK
	if one.Kind == KindEvent {
		good = ack.Status/100 == 2
	}
	if !good {
		ack.Failure = failStatus
	}
	return ack
}

func failedAck(ctx context.Context) Ack {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return Ack{Failure: failTimeout}
	}
	return Ack{Failure: failConnection}
}

// form gives the body as it goes over HTTP.
func (one Sent) form() (body, kind string) {
	const form = "application/x-www-form-urlencoded"
	switch one.Kind {
	case KindEvent:
		return string(one.Payload), "application/json"
	case KindCommand:
		var fields map[string]string
		if err := json.Unmarshal(one.Payload, &fields); err != nil {
			return string(one.Payload), form // a test's own bytes
		}
		values := url.Values{}
		for k, v := range fields {
			values.Set(k, v)
		}
		return values.Encode(), form
	case KindInteraction, KindOptions:
	}
	return url.Values{"payload": {string(one.Payload)}}.Encode(), form
}
