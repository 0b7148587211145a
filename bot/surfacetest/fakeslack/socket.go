package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Slack's bounds of Socket Mode.
const (
	maxSockets = 10
	maxAck     = 20 * 1024 // bytes; a longer one is dropped without a word
)

// sockets are the app's connections.
type sockets struct {
	tickets map[string]bool
	open    []*socket
	next    int // whose turn it is
	waiting map[string]*envelope
	ended   bool
}

func newSockets() sockets {
	return sockets{tickets: map[string]bool{}, waiting: map[string]*envelope{}}
}

// envelope is something that waits for its ack. Its channel is closed where the connection ends first.
type envelope struct {
	on   *socket
	back chan []byte
}

// socket is one connection.
type socket struct {
	conn  *websocket.Conn
	write sync.Mutex
}

func (c *socket) send(v any) error {
	c.write.Lock()
	defer c.write.Unlock()
	return c.conn.WriteJSON(v)
}

func (s *Server) connectionsOpen(*request) (object, *problem) {
	ticket := fmt.Sprintf("%08x", s.number())
	s.sockets.tickets[ticket] = true
	return object{"url": "ws" + strings.TrimPrefix(s.http.URL, "http") + "/socket/?ticket=" + ticket + "&app_id=" + AppID}, nil
}

// Connections gives how many sockets are open.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets.open)
}

// serveSocket is one connection from its handshake to its end.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	good := s.sockets.tickets[ticket] && !s.sockets.ended
	delete(s.sockets.tickets, ticket) // once
	if good {
		s.work.Add(1)
	}
	s.mu.Unlock()
	if !good {
		http.Error(w, "no such ticket", http.StatusNotFound)
		return
	}
	defer s.work.Done()
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	c := &socket{conn: conn}
	if !s.joined(c) {
		return
	}
	defer s.left(c)
	stop := make(chan struct{})
	s.work.Go(func() { s.ping(c, stop) })
	defer close(stop)
	s.hear(c)
}

// joined greets a connection and takes it in; one too many is sent away.
func (s *Server) joined(c *socket) bool {
	s.mu.Lock()
	n := len(s.sockets.open)
	if s.sockets.ended {
		s.mu.Unlock()
		return false
	}
	s.mu.Unlock()
	if n >= maxSockets {
		_ = c.send(object{"type": "disconnect", "reason": "too_many_websockets", "debug_info": object{"host": "fake"}})
		return false
	}
	hello := object{
		"type": "hello", "num_connections": n + 1, "connection_info": object{"app_id": AppID},
		"debug_info": object{"host": "fake", "build_number": 1, "approximate_connection_time": 18060},
	}
	if c.send(hello) != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sockets.ended {
		return false
	}
	s.sockets.open = append(s.sockets.open, c)
	s.touch()
	return true
}

func (s *Server) left(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets.open = slices.DeleteFunc(s.sockets.open, func(o *socket) bool { return o == c })
	for id, e := range s.sockets.waiting {
		if e.on == c {
			close(e.back)
			delete(s.sockets.waiting, id)
		}
	}
	s.touch()
}

// ping keeps a connection alive, as Slack does.
func (s *Server) ping(c *socket, stop chan struct{}) {
	tick := time.NewTicker(s.opt.PingEvery)
	defer tick.Stop()
	for {
		_ = c.conn.WriteControl(websocket.PingMessage, []byte("Ping from fake"), time.Now().Add(time.Second))
		select {
		case <-tick.C:
		case <-stop:
			return
		}
	}
}

// hear reads acks until the connection ends.
func (s *Server) hear(c *socket) {
	for {
		_, raw, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		var ack struct {
			Envelope string          `json:"envelope_id"`
			Payload  json.RawMessage `json:"payload"`
		}
		if len(raw) >= maxAck || json.Unmarshal(raw, &ack) != nil {
			continue
		}
		s.mu.Lock()
		if e := s.sockets.waiting[ack.Envelope]; e != nil {
			e.back <- ack.Payload
			delete(s.sockets.waiting, ack.Envelope)
		}
		s.mu.Unlock()
	}
}

// overSocket sends something to any one of the connections and waits for its ack.
func (s *Server) overSocket(ctx context.Context, one Sent) Ack {
	s.mu.Lock()
	if len(s.sockets.open) == 0 {
		s.mu.Unlock()
		return Ack{Failure: failNoSocket}
	}
	s.sockets.next = (s.sockets.next + 1) % len(s.sockets.open)
	c := s.sockets.open[s.sockets.next]
	id := fmt.Sprintf("%08x-fake", s.number())
	back := make(chan []byte, 1)
	s.sockets.waiting[id] = &envelope{on: c, back: back}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.sockets.waiting, id)
		s.mu.Unlock()
	}()
	frame := object{"envelope_id": id, "payload": json.RawMessage(one.Payload), "accepts_response_payload": one.Kind != KindEvent}
	switch one.Kind {
	case KindCommand:
		frame["type"] = "slash_commands"
	case KindEvent:
		frame["type"], frame["retry_attempt"], frame["retry_reason"] = "events_api", one.Retry, one.Reason
	case KindInteraction, KindOptions:
		frame["type"] = "interactive"
	}
	if err := c.send(frame); err != nil {
		return Ack{Failure: failConnection}
	}
	select {
	case body, ok := <-back:
		if !ok {
			return Ack{Failure: failConnection}
		}
		return Ack{Status: http.StatusOK, Body: body, JSON: true}
	case <-ctx.Done():
		return failedAck(ctx)
	}
}

// Disconnect sends a frame of type "disconnect" with a reason ("warning", "refresh_requested", "link_disabled") to all
// connections. But for a warning, Slack then closes them.
func (s *Server) Disconnect(reason string) {
	for _, c := range s.connected() {
		_ = c.send(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "fake"}})
		if reason != "warning" {
			_ = c.conn.Close()
		}
	}
}

// Drop breaks all connections without a word.
func (s *Server) Drop() {
	for _, c := range s.connected() {
		_ = c.conn.Close()
	}
}

// SendFrame sends a frame of a test's own to every connection.
func (s *Server) SendFrame(frame map[string]any) {
	for _, c := range s.connected() {
		_ = c.send(frame)
	}
}

func (s *Server) connected() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sockets.open)
}

func (s *Server) closeSockets() {
	s.mu.Lock()
	s.sockets.ended = true
	s.mu.Unlock()
	s.Drop()
}
