package faketeams

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// Sent is an activity that was sent to the app; [Server.Resend] sends it once more.
type Sent struct{ Activity []byte }

// Decoded gives the activity as an object.
func (one Sent) Decoded() map[string]any {
	var o object
	if json.Unmarshal(one.Activity, &o) != nil {
		return nil
	}
	return o
}

// Ack is how the app answered.
type Ack struct {
	Status int // 0 where there was no answer
	Body   []byte
	JSON   bool          // the body says that it is JSON
	Took   time.Duration // by the real clock
	// Failure says what went wrong: "timeout", "connection_failed", "http_error". Empty where the app answered in time.
	Failure string
}

// String gives the answer as it can be read.
func (a Ack) String() string {
	return fmt.Sprintf("%d %s after %s: %.500s", a.Status, a.Failure, a.Took, a.Body)
}

// The words of [Ack.Failure].
const (
	failTimeout    = "timeout"
	failConnection = "connection_failed"
	failStatus     = "http_error"
)

// appAt is where the app listens.
type appAt struct {
	url    string
	server *httptest.Server // where the handler was given
	client *http.Client
}

// Handle makes the app reachable: handler serves /api/messages.
func (s *Server) Handle(handler http.Handler) {
	server := httptest.NewServer(handler)
	s.HandleAt(server.URL + "/api/messages")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app.server = server
}

// HandleAt does so for an app that listens by itself, such as at "http://127.0.0.1:8080/api/messages".
func (s *Server) HandleAt(endpoint string) {
	s.unhandle()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app = appAt{url: endpoint, client: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 256},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}}
}

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

// Deliver sends an activity to the app as it is, with a good token for the service that it names.
func (s *Server) Deliver(ctx context.Context, activity map[string]any) Ack {
	return s.Resend(ctx, Sent{mustJSON(activity)})
}

// Resend sends an activity once more, with a fresh token, and does nothing with the answer.
func (s *Server) Resend(ctx context.Context, one Sent) Ack {
	return s.DeliverAs(ctx, one.Activity, "Bearer "+s.Mint(Token{Service: str(one.Decoded(), "serviceUrl")}))
}

// DeliverAs sends bytes to the app with headers of a test's own in place of a token, and waits for the answer as long as Teams
// waits.
func (s *Server) DeliverAs(ctx context.Context, body []byte, authorization ...string) Ack {
	within := 3 * s.opt.AckWithin
	if str((Sent{body}).Decoded(), "type") == "invoke" {
		within = s.opt.AckWithin
	}
	s.mu.Lock()
	app := s.app
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)() //nolint:contextcheck // Close ends what is under way, whoever began it
	began, clock := s.opt.Now(), time.Now()
	ack := post(ctx, app, body, authorization)
	ack.Took = time.Since(clock)
	if s.opt.Now().Sub(began) > within {
		ack.Failure = failTimeout
	}
	return ack
}

func post(ctx context.Context, app appAt, body []byte, authorization []string) Ack {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, app.url, bytes.NewReader(body))
	if err != nil || app.client == nil {
		return Ack{Failure: failConnection}
	}
	req.Header["Authorization"] = authorization
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)")
	res, err := app.client.Do(req)
	if err != nil {
		return failedAck(ctx)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return failedAck(ctx)
	}
	ack := Ack{Status: res.StatusCode, Body: bytes.TrimSpace(answer)}
	kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	ack.JSON = err == nil && strings.EqualFold(kind, "application/json")
	if ack.Status/100 != 2 {
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
