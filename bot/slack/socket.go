package slack

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	slackgo "github.com/slack-go/slack"

	"steward/bot"
)

// Socket Mode. slack-go's own client drops a connection at the first word of a coming disconnect, acks still queued with it,
// and dials anew only then; it also leaves unacked what it does not know, so that Slack sends it again. So we keep the
// connections ourselves, on gorilla/websocket, which slack-go brings along: a connection that is to end is read until the
// next one stands.
const (
	silence    = 60 * time.Second // without a ping or a word for so long, a connection is lost
	writeWait  = 5 * time.Second
	drainTime  = 20 * time.Second // how long a connection that is to end is still read
	shortBreak = time.Second
	longBreak  = time.Minute // after an answer that will not change by asking again
)

// listen keeps the connections until ctx ends.
func (a *App) listen(ctx context.Context) {
	var all sync.WaitGroup
	for range a.cfg.Connections {
		all.Go(func() { a.keepSocket(ctx, &all) })
	}
	all.Wait()
}

// keepSocket keeps one connection: whenever it is lost or about to end, it opens the next.
func (a *App) keepSocket(ctx context.Context, all *sync.WaitGroup) {
	wait := shortBreak
	for ctx.Err() == nil {
		c, err := a.dial(ctx)
		if err != nil {
			wait = a.pause(ctx, err, wait)
			continue
		}
		wait = shortBreak
		ending := make(chan struct{})
		over := make(chan struct{})
		all.Go(func() {
			defer close(over)
			a.connected(+1)
			defer a.connected(-1)
			c.read(ctx, ending)
		})
		select {
		case <-over:
		case <-ending: // it is read on until Slack closes it, while the next one is opened
		}
	}
}

// pause waits before the next attempt and gives how long the one after that may be.
func (a *App) pause(ctx context.Context, err error, wait time.Duration) time.Duration {
	if ctx.Err() != nil {
		return wait
	}
	if se, ok := errors.AsType[*bot.SendError](err); ok {
		switch {
		case se.After > 0:
			wait = se.After
		case !se.Retry:
			wait = longBreak
		}
	}
	a.cfg.Log.WarnContext(ctx, "slack: no connection", "err", err, "again_in", wait)
	timer := time.NewTimer(wait + rand.N(wait/4+1)) //nolint:gosec // only to spread attempts
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	return min(2*wait, longBreak)
}

func (a *App) dial(ctx context.Context) (*socket, error) {
	url, err := a.cfg.Sockets.OpenSocket(ctx)
	if err != nil {
		return nil, err
	}
	dialer := websocket.Dialer{HandshakeTimeout: 10 * time.Second, Proxy: http.ProxyFromEnvironment}
	conn, res, err := dialer.DialContext(ctx, url, nil)
	if res != nil && res.Body != nil {
		_ = res.Body.Close()
	}
	if err != nil {
		return nil, errors.New("slack: the socket could not be opened") // the address holds a ticket: it is not for a log
	}
	conn.SetReadLimit(maxBody)
	return &socket{app: a, conn: conn}, nil
}

// socket is one connection.
type socket struct {
	app  *App
	conn *websocket.Conn

	mu       sync.Mutex // of writes
	draining bool       // about to end; only read looks at it
}

// frame is what comes in. Slack documents it under "Using Socket Mode".
type frame struct {
	Type     string          `json:"type"`
	ID       string          `json:"envelope_id"`
	Reason   string          `json:"reason"`
	Payload  json.RawMessage `json:"payload"`
	Response bool            `json:"accepts_response_payload"`
}

// read takes frames until the connection ends. ending is closed at the first word that it is about to.
func (s *socket) read(ctx context.Context, ending chan<- struct{}) {
	stop := context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	defer stop()
	defer func() { _ = s.conn.Close() }()
	var turns sync.WaitGroup
	defer turns.Wait()
	s.conn.SetPingHandler(func(data string) error {
		s.alive()
		err := s.conn.WriteControl(websocket.PongMessage, []byte(data), until(writeWait))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
	for {
		s.alive()
		_, text, err := s.conn.ReadMessage()
		if err != nil {
			if ctx.Err() == nil && !s.draining {
				s.app.cfg.Log.InfoContext(ctx, "slack: connection lost")
			}
			return
		}
		var f frame
		switch err := json.Unmarshal(text, &f); {
		case err != nil:
		case f.Type == "disconnect":
			s.drain(ctx, f.Reason, ending)
		case f.ID != "":
			turns.Go(func() { s.take(ctx, f) })
		}
	}
}

// alive puts off the end that silence brings. One that is to end has its time set already.
func (s *socket) alive() {
	if !s.draining {
		_ = s.conn.SetReadDeadline(until(silence))
	}
}

// drain lets the next connection be opened, and this one be read a little longer.
func (s *socket) drain(ctx context.Context, reason string, ending chan<- struct{}) {
	if s.draining {
		return
	}
	s.app.cfg.Log.InfoContext(ctx, "slack: connection is replaced", "reason", reason)
	s.draining = true
	_ = s.conn.SetReadDeadline(until(drainTime))
	close(ending)
}

// take works on one envelope and acks it. What we do not know is acked, too: else it would come again. What found no room is
// not: it shall come again.
func (s *socket) take(ctx context.Context, f frame) {
	defer s.app.turns.Survive(ctx, "envelope")
	env, err := f.envelope()
	if err != nil {
		s.app.cfg.Log.WarnContext(ctx, "slack: envelope not understood", "type", f.Type, "bytes", len(f.Payload))
	}
	body, acked, ok := s.app.receive(ctx, env)
	defer acked()
	if !ok {
		return
	}
	out := map[string]any{"envelope_id": f.ID}
	if body != nil {
		out["payload"] = body
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.conn.SetWriteDeadline(until(writeWait))
	if err := s.conn.WriteJSON(out); err != nil {
		s.app.cfg.Log.WarnContext(ctx, "slack: ack not sent", "type", f.Type)
	}
}

func (f frame) envelope() (envelope, error) {
	switch f.Type {
	case "slash_commands":
		return commandOf(f.Payload)
	case "interactive":
		return interactionOf(f.Payload)
	case "events_api":
		return decodeEvent(f.Payload)
	}
	return envelope{}, nil
}

// commandOf decodes a command as Socket Mode brings it: JSON, with truth values as texts.
func commandOf(payload []byte) (envelope, error) {
	var v map[string]any
	if err := json.Unmarshal(payload, &v); err != nil {
		return envelope{}, errShape
	}
	text := func(key string) string { s, _ := v[key].(string); return s }
	c := slackgo.SlashCommand{
		TeamID: text("team_id"), EnterpriseID: text("enterprise_id"), ChannelID: text("channel_id"), UserID: text("user_id"),
		Command: text("command"), Text: text("text"), ResponseURL: text("response_url"), TriggerID: text("trigger_id"),
		IsEnterpriseInstall: v["is_enterprise_install"] == true || strings.EqualFold(text("is_enterprise_install"), "true"),
	}
	if c.Command == "" || c.UserID == "" {
		return envelope{}, errShape
	}
	return envelope{command: &c}, nil
}

// until is a deadline of the network. It goes by the machine's clock, whatever clock signatures go by.
func until(d time.Duration) time.Time { return time.Now().Add(d) } //nolint:forbidigo // see above
