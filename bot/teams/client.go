package teams

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"steward/bot/egress"
	"steward/workflows"
)

// Connector is what we call of the Bot Connector; [Client] is one. Where it answered, errors are *bot.SendError with its
// code as the reason; see [reason].
type Connector interface {
	// Create gives the id of our conversation with a user, named by their Entra object id. It is the same each time. Where the
	// app is not installed for them, there is none.
	Create(ctx context.Context, service, user string) (conversation string, err error)
	// Send makes a message and gives its id; that is empty where Teams took the message and did not say.
	Send(ctx context.Context, at workflows.Conversation, m Outgoing) (id string, err error)
	// Update replaces what one of our messages says.
	Update(ctx context.Context, at workflows.Conversation, id string, m Outgoing) error
	// Member reads what Teams knows of somebody in a conversation, by their Entra object id.
	Member(ctx context.Context, at workflows.Conversation, user string) (Member, error)
}

// How long a call may take.
const (
	quick = 2500 * time.Millisecond // where somebody looks at a screen
	slow  = 15 * time.Second
)

// answerMost bounds what is read of one answer.
const answerMost = 1 << 20

// ClientConfig is what a [Client] is made of.
type ClientConfig struct {
	AppID  string
	Tenant string // of the organisation whose people we write to
	Cloud  Cloud
	// Trusted are further addresses of the Connector, as [ParseTrusted] gives them.
	Trusted []string
	Tokens  Tokens
	Limits  Limits
	Now     func() time.Time // real time
	// Jitter gives chance between 0 and 1; math/rand's where it is nil.
	Jitter func() float64
}

// Client calls the Bot Connector of Teams. Our token goes to Microsoft's hosts and to no other, whatever address an activity
// names. It tries nothing again but a call whose token had become too old, and never waits for a limit: whoever needs
// something done has a row in the outbox, which does both, for all processes. Its errors are *bot.SendError. It is safe for
// concurrent use.
type Client struct {
	cfg   ClientConfig
	guard egress.Guard
	local []string // origins on this machine that count, too
	http  *http.Client
	pace  *pace
}

var _ Connector = (*Client)(nil)

// NewClient makes a client. It calls nothing.
func NewClient(cfg ClientConfig) *Client {
	if cfg.Jitter == nil {
		cfg.Jitter = rand.Float64
	}
	c := &Client{cfg: cfg, guard: egress.Guard{Hosts: cfg.Cloud.ServiceHosts()}, pace: newPace(cfg.Limits, cfg.Now)}
	for _, text := range cfg.Trusted {
		if u, err := url.Parse(text); err == nil && egress.Loopback(u.Hostname()) {
			c.local = append(c.local, u.Scheme+"://"+u.Host)
			c.guard.Loopback = true
		}
	}
	c.http = c.guard.Client(slow)
	return c
}

// errNoID says that an address cannot be made for want of an id.
var errNoID = errors.New("an id is missing")

// address joins a service's address with the parts of a call's. The service is told by an activity: only Microsoft's hosts and
// those that the operator trusts are called.
func (c *Client) address(service string, parts ...string) (string, error) {
	u, err := c.guard.Address(service)
	switch {
	case err != nil:
		return "", err
	case u.RawQuery != "" || u.Fragment != "", egress.Loopback(u.Hostname()) && !slices.Contains(c.local, u.Scheme+"://"+u.Host):
		return "", egress.ErrForbidden
	}
	for i, p := range parts {
		if p == "" || p == "." || p == ".." { // it would be another address
			return "", errNoID
		}
		parts[i] = url.PathEscape(p)
	}
	return u.JoinPath(parts...).String(), nil
}

// call is one call, as its limits and its faults see it.
type call struct {
	op      operation
	method  string
	service string
	path    []string // not escaped
	counts  string   // the conversation, or the user, that its limits are counted by
	patient bool
	within  time.Duration
	body    any
	answer  any // where the answer is read into; may stay as it is
}

// do makes a call within its time, unless it has to wait. A token that is not taken is replaced once.
func (c *Client) do(ctx context.Context, q call) error {
	at, err := c.address(q.service, q.path...)
	if err != nil {
		return c.fault(q, err)
	}
	ctx, cancel := context.WithTimeout(ctx, q.within)
	defer cancel()
	for again := false; ; again = true {
		if err := c.pace.take(q.op, q.counts, q.patient); err != nil {
			return err
		}
		token, err := c.cfg.Tokens.Token(ctx)
		if err != nil {
			return c.fault(q, unsentError{err})
		}
		err = c.once(ctx, q, at, token)
		if r, ok := errors.AsType[*refused](err); ok && r.status == http.StatusUnauthorized && !again {
			c.cfg.Tokens.Drop(token)
			continue
		}
		return c.fault(q, err)
	}
}

// once makes a call with a token.
func (c *Client) once(ctx context.Context, q call, at, token string) error {
	var body io.Reader
	if q.body != nil {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false) // what it adds counts against the size of a message
		if err := e.Encode(q.body); err != nil {
			return unsentError{err}
		}
		body = &b
	}
	req, err := http.NewRequestWithContext(ctx, q.method, at, body)
	if err != nil {
		return unsentError{err}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, answerMost))
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return &refused{status: resp.StatusCode, code: readCode(raw), after: c.retryAfter(resp.Header)}
	case err != nil:
		return fmt.Errorf("read the answer: %w", err)
	case q.answer == nil || len(bytes.TrimSpace(raw)) == 0:
		return nil
	}
	if err := json.Unmarshal(raw, q.answer); err != nil {
		return errors.New("the answer is no JSON of that shape") // its text may hold what a person wrote
	}
	return nil
}

// retryAfter reads how long to wait, as seconds or as a time; zero where it is not said.
func (c *Client) retryAfter(h http.Header) time.Duration {
	said := h.Get("Retry-After")
	if n, err := strconv.Atoi(said); err == nil {
		return time.Duration(min(max(n, 0), int(pauseMost/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(said); err == nil {
		return max(at.Sub(c.cfg.Now()), 0)
	}
	return 0
}
