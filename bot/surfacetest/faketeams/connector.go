package faketeams

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Call is one call of the app.
type Call struct {
	// Op says what for: "create", "send", "reply", "update", "delete", "members", "pagedmembers", "member", "team", "channels",
	// and beside the Connector "metadata", "keys", "token", "identity".
	Op string
	At time.Time
	// Conversation and Activity are those that the address names, with what it made for a message and a new conversation.
	Conversation, Activity string
	Member                 string
	Body                   map[string]any
	Status                 int    // of the answer; 0 where the connection was dropped
	Error                  string // Teams' word, "" where it went well
	RetryAfter             time.Duration
}

// Calls gives all calls so far, oldest first.
func (s *Server) Calls(ops ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return len(ops) > 0 && !contains(ops, c.Op) })
}

// connects says whether an operation is one of the Connector's.
func connects(op string) bool {
	return !contains([]string{"metadata", "keys", "token", "identity"}, op)
}

// logged notes a call, with the fault it ran into.
func (s *Server) logged(c Call, how *How) {
	if how != nil {
		c.Error, c.Status, c.RetryAfter = how.word(), how.status, how.retryAfter
	} else if c.Status == 0 {
		c.Status = http.StatusOK
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	s.touch()
}

// Teams' words for what went wrong.
const (
	codeNoActivity     = "ActivityNotFoundInConversation"
	codeNoConversation = "ConversationNotFound"
	codeNoMember       = "MemberNotFoundInConversation"
	codeNotInRoster    = "BotNotInConversationRoster"
	codeForbidden      = "ForbiddenOperationException"
	codeBlocked        = "MessageWritesBlocked"
	codeBadSyntax      = "BadSyntax"
	codeBadArgument    = "BadArgument"
	codeTooBig         = "MessageSizeTooBig"
)

func errorBody(code, message string) object {
	return object{"error": object{"code": code, "message": message}}
}

// problem is Teams' no.
type problem struct {
	status     int
	code, text string
	retryAfter time.Duration
}

func no(status int, code, format string, args ...any) *problem {
	return &problem{status: status, code: code, text: fmt.Sprintf(format, args...)}
}

func (p *problem) body() object {
	if p.code == codeBlocked { // in a shape of its own
		inner := object{"subCode": codeBlocked, "details": p.text, "errorCode": nil, "errorSubCode": nil}
		return object{"errorCode": 209, "message": string(mustJSON(inner))}
	}
	return errorBody(p.code, p.text)
}

// request is one call of the Connector while it is answered.
type request struct {
	call   *Call
	tenant string // that the address names
	query  url.Values
	raw    []byte
}

// answer is what a call comes to: a status and, where there is one, a body.
type answer struct {
	status int
	body   any
}

// serveConnector answers a call of the Connector.
func (s *Server) serveConnector(w http.ResponseWriter, r *http.Request) {
	req := &request{call: &Call{At: s.opt.Now()}, query: r.URL.Query()}
	run, p := s.route(req, r)
	how := s.faultFor(req.call.Op, r)
	if how != nil && !how.after {
		s.logged(*req.call, how)
		failed(w, how)
		return
	}
	var a answer
	if p == nil {
		p = req.read(r)
	}
	if p == nil {
		s.mu.Lock()
		if p = s.admitted(req, r); p == nil {
			a, p = run(s, req)
		}
		s.mu.Unlock()
	}
	if p != nil {
		req.call.Status, req.call.Error, req.call.RetryAfter = p.status, p.code, p.retryAfter
	} else {
		req.call.Status = a.status
	}
	s.logged(*req.call, how)
	switch {
	case how != nil:
		failed(w, how)
	case p != nil && p.status == http.StatusUnauthorized:
		w.WriteHeader(p.status)
	case p != nil:
		if p.retryAfter > 0 {
			w.Header().Set("Retry-After", seconds(p.retryAfter))
		}
		writeJSON(w, p.status, p.body())
	case a.body == nil:
		w.WriteHeader(a.status)
	default:
		writeJSON(w, a.status, a.body)
	}
}

// run is how a call is answered. The lock is held.
type run func(*Server, *request) (answer, *problem)

// route finds out what a call is for. Addresses are taken as they are: an empty part means that somebody joined them badly.
func (s *Server) route(req *request, r *http.Request) (run, *problem) {
	parts := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	if contains(parts, "") {
		s.mu.Lock()
		s.complain("address", "%s has two slashes, or one at its end", r.URL.EscapedPath())
		s.mu.Unlock()
		return nil, no(http.StatusNotFound, "NotFound", "No HTTP resource was found.")
	}
	for i, one := range parts {
		plain, err := url.PathUnescape(one)
		if err != nil {
			return nil, no(http.StatusBadRequest, codeBadSyntax, "Bad address.")
		}
		parts[i] = plain
	}
	lost := no(http.StatusNotFound, "NotFound", "No HTTP resource was found.")
	if len(parts) < 4 || parts[2] != "v3" {
		return nil, lost
	}
	s.mu.Lock()
	here := strings.HasSuffix(s.service(parts[1]), "/"+parts[0]+"/"+parts[1]+"/")
	s.mu.Unlock()
	if !here {
		return nil, lost
	}
	req.tenant = parts[1]
	run, ok := req.pick(r.Method, parts[3:])
	if !ok {
		return nil, no(http.StatusMethodNotAllowed, "MethodNotAllowed", "The requested resource does not support it.")
	}
	return run, nil
}

// pick names the operation behind a method and the parts of an address after v3.
func (req *request) pick(method string, parts []string) (run, bool) {
	at := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	kind := method + " " + parts[0]
	if len(parts) > 2 {
		kind += "/*/" + parts[2]
	}
	if len(parts) > 3 {
		kind += "/*"
	}
	req.call.Conversation, req.call.Activity = at(1), at(3)
	ops := map[string]struct {
		op  string
		run run
	}{
		"POST conversations":                {"create", (*Server).create},
		"POST conversations/*/activities":   {"send", (*Server).send},
		"POST conversations/*/activities/*": {"reply", (*Server).send},
		"PUT conversations/*/activities/*":  {"update", (*Server).update},
		"DELETE conversations/*/activities/*": {
			"delete", (*Server).remove,
		},
		"GET conversations/*/members":      {"members", (*Server).members},
		"GET conversations/*/pagedmembers": {"pagedmembers", (*Server).pagedMembers},
		"GET conversations/*/members/*":    {"member", (*Server).oneMember},
		"GET teams":                        {"team", (*Server).oneTeam},
		"GET teams/*/conversations":        {"channels", (*Server).channels},
	}
	one, ok := ops[kind]
	if !ok || len(parts) > 4 || one.op == "create" && len(parts) > 1 || one.op != "create" && len(parts) < 2 {
		return nil, false
	}
	req.call.Op = one.op
	if one.op == "member" {
		req.call.Member, req.call.Activity = req.call.Activity, ""
	}
	return one.run, true
}

// maxBody is more than any call may have.
const maxBody = 1 << 20

// read takes the body of a call.
func (req *request) read(r *http.Request) *problem {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return no(http.StatusBadRequest, codeBadSyntax, "The body broke off.")
	}
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		return nil
	}
	req.raw = raw
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if kind != "application/json" {
		return no(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "Send JSON.")
	}
	if err := json.Unmarshal(raw, &req.call.Body); err != nil || req.call.Body == nil {
		return no(http.StatusBadRequest, codeBadSyntax, "Not an object of JSON.")
	}
	return nil
}

// admitted checks the bearer token, and counts the call where limits count. The lock is held.
func (s *Server) admitted(req *request, r *http.Request) *problem {
	all := r.Header.Values("Authorization")
	token, ok := "", false
	if len(all) == 1 {
		token, ok = strings.CutPrefix(all[0], "Bearer ")
	}
	got := s.issued[token]
	if !ok || got == nil || !s.opt.Now().Before(got.until) {
		return no(http.StatusUnauthorized, "Unauthorized", "Authorization has been denied for this request.")
	}
	return s.limited(req)
}
