package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"steward/bot"
)

// hub is the side of Slack in Socket Mode: it hands out addresses and keeps the connections that were dialled.
type hub struct {
	t     *testing.T
	http  *httptest.Server
	conns chan *websocket.Conn

	mu     sync.Mutex
	faults []error // of the next calls of OpenSocket
	opened int
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, conns: make(chan *websocket.Conn, 10)}
	up := websocket.Upgrader{}
	h.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := up.Upgrade(w, r, nil)
		if err == nil {
			h.conns <- c
		}
	}))
	t.Cleanup(h.http.Close)
	return h
}

func (h *hub) OpenSocket(context.Context) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened++
	if len(h.faults) > 0 {
		err := h.faults[0]
		h.faults = h.faults[1:]
		return "", err
	}
	return "ws" + strings.TrimPrefix(h.http.URL, "http"), nil
}

func (h *hub) conn() *websocket.Conn {
	h.t.Helper()
	select {
	case c := <-h.conns:
		h.t.Cleanup(func() { _ = c.Close() })
		return c
	case <-time.After(10 * time.Second):
		h.t.Fatal("nobody dialled")
		return nil
	}
}

func (h *hub) send(c *websocket.Conn, text string) {
	h.t.Helper()
	if err := c.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		h.t.Fatal(err)
	}
}

// ack reads one ack.
func (h *hub) ack(c *websocket.Conn) map[string]any {
	h.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	var out map[string]any
	if err := c.ReadJSON(&out); err != nil {
		h.t.Fatal(err)
	}
	return out
}

// listening starts an app on the hub with n connections.
func (h *hub) listening(n int) *scene {
	h.t.Helper()
	s := newScene(h.t)
	cfg := s.cfg
	cfg.Mode, cfg.Sockets, cfg.Connections = ModeSocket, h, n
	var err error
	if s.app, err = New(cfg); err != nil {
		h.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.app.Run(ctx) }()
	h.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			h.t.Error(err)
		}
		if n := s.app.Connected(); n != 0 {
			h.t.Errorf("%d connections are left", n)
		}
	})
	return s
}

func TestSocketMode(t *testing.T) {
	t.Run("commands, presses and events come in and are acked by their envelope", func(t *testing.T) {
		h := newHub(t)
		s := h.listening(1)
		c := h.conn()
		h.send(c, `{"type":"hello","num_connections":1}`)
		h.send(c, `not json`)
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "Nothing waits for you."}
		h.send(c, `{"type":"slash_commands","envelope_id":"e1","accepts_response_payload":true,"payload":{"command":"/steward","text":"inbox",
			"user_id":"U1","team_id":"T1","trigger_id":"trigger","is_enterprise_install":"false","response_url":"https://hooks.slack.com/x"}}`)
		if a := h.ack(c); a["envelope_id"] != "e1" || !strings.Contains(textOf(a["payload"]), "Nothing waits for you.") {
			t.Errorf("ack %v", a)
		}
		payload, _ := json.Marshal(button1("act:1", about.String(), map[string]any{"user": map[string]any{"id": "U1"}, "team": map[string]any{"id": "T1"}}))
		h.send(c, `{"type":"interactive","envelope_id":"e2","payload":`+string(payload)+`}`)
		if a := h.ack(c); a["envelope_id"] != "e2" || !strings.Contains(s.happened(), "pressed:approve") {
			t.Errorf("ack %v before the press was done: %s", a, s.happened())
		}
		for _, unknown := range []string{
			`{"type":"events_api","envelope_id":"e","payload":{"type":"event_callback","event":{"type":"reaction_added","user":"U1"}}}`,
			`{"type":"something_new","envelope_id":"e","payload":{}}`, `{"type":"interactive","envelope_id":"e","payload":7}`,
			`{"type":"slash_commands","envelope_id":"e","payload":{}}`,
		} {
			h.send(c, unknown)
			if a := h.ack(c); a["envelope_id"] != "e" || a["payload"] != nil {
				t.Errorf("%s is acked by %v", unknown, a)
			}
		}
	})
	t.Run("before a connection ends the next one stands, and what still comes on the old one is answered", func(t *testing.T) {
		h := newHub(t)
		s := h.listening(1)
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "Done."}
		old := h.conn()
		h.send(old, `{"type":"disconnect","reason":"warning"}`)
		next := h.conn()
		for _, c := range []*websocket.Conn{old, next} {
			h.send(c, `{"type":"slash_commands","envelope_id":"e1","payload":{"command":"/steward","user_id":"U1","team_id":"T1"}}`)
			if a := h.ack(c); a["envelope_id"] != "e1" {
				t.Errorf("ack %v", a)
			}
		}
		h.send(old, `{"type":"disconnect","reason":"refresh_requested"}`)
		_ = old.Close()
		h.send(next, `{"type":"something_new","envelope_id":"e2"}`)
		if a := h.ack(next); a["envelope_id"] != "e2" {
			t.Errorf("ack %v", a)
		}
	})
	t.Run("a connection that is lost is opened again, and so are all", func(t *testing.T) {
		h := newHub(t)
		h.listening(2)
		for _, c := range []*websocket.Conn{h.conn(), h.conn()} {
			_ = c.Close()
		}
		h.conn()
		h.conn()
	})
	t.Run("an answer of Slack's is heeded, and then it goes on", func(t *testing.T) {
		h := newHub(t)
		h.faults = []error{&bot.SendError{Reason: "ratelimited", Pause: true, After: time.Millisecond}, errors.New("no route")}
		h.listening(1)
		h.conn()
		if h.opened != 3 {
			t.Errorf("opened %d times", h.opened)
		}
	})
	t.Run("pings are answered", func(t *testing.T) {
		h := newHub(t)
		h.listening(1)
		c := h.conn()
		ponged := make(chan string, 1)
		c.SetPongHandler(func(data string) error { ponged <- data; return nil })
		if err := c.WriteControl(websocket.PingMessage, []byte("p1"), time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		go func() { _, _, _ = c.ReadMessage() }()
		select {
		case got := <-ponged:
			if got != "p1" {
				t.Errorf("pong %q", got)
			}
		case <-time.After(10 * time.Second):
			t.Error("no pong")
		}
	})
}

func textOf(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
