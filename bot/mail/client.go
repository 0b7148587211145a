package mail

import (
	"cmp"
	"context"
	"crypto/x509"
	"net"
	"sync"
	"time"

	"steward/bot"
	"steward/bot/pace"
)

// ClientConfig is what a [Client] works with. Zero values of the last group take the defaults named there.
type ClientConfig struct {
	Server Server
	Hello  string           // what we call ourselves: a domain, by which some relays know their own
	Now    func() time.Time // real time, for the pace

	Roots  *x509.CertPool // who vouches for the server; the system's
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
	Step   time.Duration // of one step of a conversation; 10 s
	Idle   time.Duration // how long a conversation is kept for the next message; 20 s
	Most   int           // conversations at once; 2
	Second int           // messages a second; 2
	Minute int           // messages a minute; 60
}

// perSession is how many messages go by one conversation; servers end it at some number.
const perSession = 50

// Client hands messages to one mail server. It is safe for concurrent use and never waits for its own limits: it says how
// long to wait, for whoever asks has a row to wait in.
type Client struct {
	cfg  ClientConfig
	pace *pace.Pace
	room chan struct{} // one for each conversation

	mu     sync.Mutex
	idle   []*session
	closed bool
}

// NewClient makes a client. It calls nobody yet.
func NewClient(cfg ClientConfig) *Client {
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{}).DialContext
	}
	cfg.Hello = cmp.Or(cfg.Hello, "localhost")
	cfg.Step, cfg.Idle = cmp.Or(cfg.Step, 10*time.Second), cmp.Or(cfg.Idle, 20*time.Second)
	cfg.Most, cfg.Second, cfg.Minute = cmp.Or(cfg.Most, 2), cmp.Or(cfg.Second, 2), cmp.Or(cfg.Minute, 60)
	return &Client{cfg: cfg, pace: pace.New(cfg.Now), room: make(chan struct{}, cfg.Most)}
}

// beat is a second that limits are counted over, and a little for what takes longer on its way.
const beat = time.Second + 5*time.Millisecond

// Send hands one message over. Errors are *[bot.SendError]; they hold no address.
func (c *Client) Send(ctx context.Context, from, to string, text []byte) error {
	select {
	case c.room <- struct{}{}:
		defer func() { <-c.room }()
	default:
		return &bot.SendError{Reason: reasonBusy, Pause: true, Reach: bot.ReachSurface, After: 250 * time.Millisecond}
	}
	v := c.pace.Take(
		pace.Rule{Key: "*"},
		pace.Rule{Key: "message", Windows: []pace.Window{{Most: c.cfg.Second, Per: beat}, {Most: c.cfg.Minute, Per: time.Minute + beat}}},
	)
	if v.Wait > 0 {
		return &bot.SendError{Reason: reasonPaced, Pause: true, Reach: bot.ReachSurface, After: v.Wait}
	}
	s, err := c.session(ctx)
	if err == nil {
		err = s.send(ctx, from, to, text)
		c.put(s, err)
	}
	se := fault(err)
	if se == nil {
		return nil
	}
	if se.Pause {
		c.pace.Pause("*", se.After)
	}
	return se
}

// Check goes all the way to the point at which a message could be sent, and sends none. Errors are *[bot.SendError].
func (c *Client) Check(ctx context.Context) error {
	s, err := dial(ctx, c.cfg)
	if err == nil {
		s.quit()
		return nil
	}
	return fault(err)
}

// session gives a conversation that was kept, if the server still takes mail in it, or begins one.
func (c *Client) session(ctx context.Context) (*session, error) {
	for {
		s := c.kept()
		if s == nil {
			return dial(ctx, c.cfg)
		}
		if s.alive(ctx) {
			return s, nil
		}
		s.close()
	}
}

// kept takes a conversation that nobody uses, nil where there is none.
func (c *Client) kept() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := len(c.idle); n > 0; n = len(c.idle) {
		s := c.idle[n-1]
		c.idle = c.idle[:n-1]
		if s.idle.Stop() { // else its time is over, and it is being ended
			return s
		}
	}
	return nil
}

// put keeps a conversation for the next message, where it is of any use. After a refusal a new one is clean.
func (c *Client) put(s *session, err error) {
	if s.broken || err != nil && !answered(err) {
		s.close()
		return
	}
	c.mu.Lock()
	keep := !c.closed && err == nil && s.sent < perSession
	if keep {
		s.idle = time.AfterFunc(c.cfg.Idle, s.quit)
		c.idle = append(c.idle, s)
	}
	c.mu.Unlock()
	if !keep {
		s.quit()
	}
}

// Close ends the conversations that are kept. Messages in flight go on.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	for s := c.kept(); s != nil; s = c.kept() {
		s.quit()
	}
}
