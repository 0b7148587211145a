package fakeslack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Call is one call of the app: of a method, or of a response URL ("response_url").
type Call struct {
	Method string
	At     time.Time
	Args   map[string]any // without the token
	Status int            // of the answer; 0 where the connection was dropped
	Error  string         // Slack's word, "" where it went well
	// Channel is where a message went, after a user's id was resolved; Name is the message's ts or the view's id.
	Channel, Name string
	RetryAfter    time.Duration // of a 429
}

// Calls gives all calls so far, oldest first.
func (s *Server) Calls(methods ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if len(methods) == 0 || contains(methods, c.Method) {
			out = append(out, c)
		}
	}
	return out
}

// problem is Slack's no: a word, and what it says beside it.
type problem struct {
	word     string
	messages []string // response_metadata.messages
	more     object
	status   int // 200 where zero
}

func no(word string, messages ...string) *problem { return &problem{word: word, messages: messages} }

// request is one call while it is answered. The lock is held.
type request struct {
	args object
	call *Call
}

func (r *request) str(key string) string {
	switch v := r.args[key].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case float64:
		return fmt.Sprintf("%v", v)
	}
	return ""
}

// object reads an argument that is an object, or one packed as JSON, as forms send it.
func (r *request) json(key string, into any) (bool, error) {
	v, ok := r.args[key]
	if !ok || v == nil || v == "" {
		return false, nil
	}
	raw, isText := v.(string)
	if !isText {
		raw = string(mustJSON(v))
	}
	return true, json.Unmarshal([]byte(raw), into)
}

// method is how one method answers.
type method struct {
	scope  string // "" where every token may
	app    bool   // wants the app-level token
	minute int    // how often a minute, where limits count
	run    func(*Server, *request) (object, *problem)
}

// The tiers, as calls a minute.
const (
	tier1 = 1
	tier2 = 20
	tier3 = 50
	tier4 = 100
)

func methods() map[string]method {
	return map[string]method{
		"api.test":              {minute: tier4, run: func(*Server, *request) (object, *problem) { return object{}, nil }},
		"auth.test":             {minute: 600, run: (*Server).authTest},
		"apps.connections.open": {app: true, minute: tier1 * 30, run: (*Server).connectionsOpen},
		"chat.postMessage":      {scope: "chat:write", minute: 300, run: (*Server).postMessage},
		"chat.postEphemeral":    {scope: "chat:write", minute: tier4, run: (*Server).postEphemeral},
		"chat.update":           {scope: "chat:write", minute: tier3, run: (*Server).updateMessage},
		"chat.delete":           {scope: "chat:write", minute: tier3, run: (*Server).deleteMessage},
		"conversations.open":    {scope: "im:write", minute: tier3, run: (*Server).conversationsOpen},
		"conversations.info":    {minute: tier3, run: (*Server).conversationsInfo},
		"conversations.history": {minute: tier3, run: (*Server).conversationsHistory},
		"users.info":            {scope: "users:read", minute: tier4, run: (*Server).usersInfo},
		"users.list":            {scope: "users:read", minute: tier2, run: (*Server).usersList},
		"users.lookupByEmail":   {scope: "users:read.email", minute: tier3, run: (*Server).usersLookup},
		"views.open":            {minute: tier4, run: (*Server).viewsOpen},
		"views.push":            {minute: tier4, run: (*Server).viewsPush},
		"views.update":          {minute: tier4, run: (*Server).viewsUpdate},
		"views.publish":         {minute: tier4, run: (*Server).viewsPublish},
	}
}

// serveAPI answers a method of the Web API.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := trimID(r.URL.Path, "/api/")
	req := &request{call: &Call{Method: name, At: s.opt.Now()}}
	token, err := req.read(r)
	f := s.faultFor(name, r)
	if f != nil && !f.how.after {
		s.failed(w, req, f)
		return
	}
	var out object
	p := &problem{word: "invalid_json"}
	if err == nil {
		if name == "views.update" {
			s.awaitAck(req.str("view_id"))
		}
		out, p = s.answer(name, token, req)
	}
	if p != nil {
		req.call.Error, req.call.Status = p.word, http.StatusOK
		if p.status != 0 {
			req.call.Status = p.status
		}
		out = p.json()
	} else {
		req.call.Status = http.StatusOK
		out["ok"] = true
	}
	if f != nil {
		s.failed(w, req, f)
		return
	}
	s.logged(req)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Oauth-Scopes", strings.Join(s.opt.Scopes, ","))
	if m, ok := s.methods[name]; ok && m.scope != "" {
		w.Header().Set("X-Accepted-Oauth-Scopes", m.scope)
	}
	if req.call.RetryAfter > 0 {
		w.Header().Set("Retry-After", seconds(req.call.RetryAfter))
	}
	w.WriteHeader(req.call.Status)
	_, _ = w.Write(mustJSON(out))
}

func (p *problem) json() object {
	out := object{"ok": false, "error": p.word}
	if len(p.messages) > 0 {
		out["response_metadata"] = object{"messages": p.messages}
		out["errors"] = p.messages
	}
	maps.Copy(out, p.more)
	return out
}

// logged notes a call.
func (s *Server) logged(req *request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, *req.call)
	s.touch()
}

// read takes the arguments and the token of a call, from a form or from JSON.
func (r *request) read(from *http.Request) (token string, err error) {
	body, err := io.ReadAll(io.LimitReader(from.Body, 4<<20))
	if err != nil {
		return "", fmt.Errorf("read call: %w", err)
	}
	token, _ = strings.CutPrefix(from.Header.Get("Authorization"), "Bearer ")
	r.args = object{}
	kind, _, _ := mime.ParseMediaType(from.Header.Get("Content-Type"))
	switch {
	case kind == "application/json" && len(body) > 0:
		err = json.Unmarshal(body, &r.args)
	default:
		var form url.Values
		form, err = url.ParseQuery(string(body))
		for k, v := range form {
			r.args[k] = v[0]
		}
		if t := form.Get("token"); t != "" {
			token = t
		}
	}
	if r.args == nil {
		r.args, err = object{}, errors.New("not an object")
	}
	delete(r.args, "token")
	r.call.Args = r.args
	return token, err
}

// answer runs a method for a token.
func (s *Server) answer(name, token string, req *request) (object, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.methods[name]
	if !ok {
		return nil, no("unknown_method")
	}
	want, other := s.opt.BotToken, s.opt.AppToken
	if m.app {
		want, other = other, want
	}
	switch token {
	case want:
	case "":
		return nil, no("not_authed")
	case other:
		return nil, no("not_allowed_token_type")
	default:
		return nil, no("invalid_auth")
	}
	if m.scope != "" && !s.granted(m.scope) {
		return nil, s.missing(m.scope)
	}
	if wait := s.limited(name, m, req); wait > 0 {
		req.call.RetryAfter = wait
		return nil, &problem{word: "ratelimited", status: http.StatusTooManyRequests}
	}
	return m.run(s, req)
}

func (s *Server) missing(scope string) *problem {
	return &problem{word: "missing_scope", more: object{"needed": scope, "provided": strings.Join(s.opt.Scopes, ",")}}
}

func (s *Server) authTest(*request) (object, *problem) {
	o := object{
		"url": "https://fake.slack.com/", "team": "Fake", "user": "steward", "team_id": s.opt.Team, "user_id": BotUserID, "bot_id": BotID,
		"is_enterprise_install": s.opt.OrgInstall,
	}
	if s.opt.Enterprise != "" {
		o["enterprise_id"] = s.opt.Enterprise
	}
	return o, nil
}
