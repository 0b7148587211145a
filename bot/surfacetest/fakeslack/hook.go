package fakeslack

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// How long, and how often, a response URL can be used.
const (
	hookLife = 30 * time.Minute
	hookUses = 5
)

// hook is a response URL.
type hook struct {
	user, channel string
	message       string // ts of the message it came from, "" for a command
	at            time.Time
	used          int
}

// newHook makes a response URL. The lock is held.
func (s *Server) newHook(user, channel, ts string) string {
	id := fmt.Sprintf("%s-%024x", s.id("H"), s.number())
	s.hooks[id] = &hook{user: user, channel: channel, message: ts, at: s.opt.Now()}
	return s.http.URL + "/hooks/" + id
}

// serveHook takes what the app sends to a response URL.
func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	req := &request{args: object{}, call: &Call{Method: "response_url", At: s.opt.Now()}}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(body, &req.args)
	}
	f := s.faultFor("response_url", r)
	if f != nil && !f.how.after {
		s.failed(w, req, f)
		return
	}
	p := no("invalid_payload")
	if err == nil && req.args != nil {
		req.call.Args = req.args
		p = s.responded(trimID(r.URL.Path, "/hooks/"), req)
	}
	req.call.Status = http.StatusOK
	out := object{"ok": true}
	if p != nil {
		req.call.Error, req.call.Status, out = p.word, http.StatusBadRequest, p.json()
		if p.status != 0 {
			req.call.Status = p.status
		}
	}
	if f != nil {
		s.failed(w, req, f)
		return
	}
	s.logged(req)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(req.call.Status)
	_, _ = w.Write(mustJSON(out))
}

// responded does what the app asks for by a response URL.
func (s *Server) responded(id string, req *request) *problem {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.hooks[id]
	switch {
	case !ok:
		return &problem{word: "invalid_url", status: http.StatusNotFound}
	case h.used >= hookUses:
		return &problem{word: "used_url", status: http.StatusNotFound}
	case s.opt.Now().Sub(h.at) > hookLife:
		return &problem{word: "expired_url", status: http.StatusNotFound}
	}
	original := s.message(h.channel, h.message)
	if h.message == "" || original != nil && original.Gone {
		original = nil
	}
	if truth(req.args, "delete_original") {
		if original == nil {
			return no("message_not_found")
		}
		h.used++
		original.Gone = true
		s.touch()
		return nil
	}
	c, p := s.content(req)
	if p != nil {
		return p
	}
	if c.text == "" && len(c.blocks) == 0 {
		return no("no_text")
	}
	h.used++
	defer s.touch()
	req.call.Channel = h.channel
	if truth(req.args, "replace_original") && original != nil {
		s.edit(original, c) // what is ephemeral stays so, and what is not stays so
		req.call.Name = original.TS
		return nil
	}
	if str(req.args, "response_type") != "in_channel" {
		req.call.Name = s.note(h.channel, h.user, c).TS
		return nil
	}
	at := s.channels[h.channel]
	m := &Message{Channel: at.ID, TS: s.timestamp(), User: BotUserID, Text: c.text, Blocks: s.stamped(c.blocks)}
	at.messages = append(at.messages, m)
	req.call.Name = m.TS
	return nil
}
