package mail

import (
	"context"
	"errors"
	"net"
	"net/smtp"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/surfacetest/fakesmtp"
)

const (
	from = "steward@example.com"
	to   = "ben@example.com"
	text = "From: <steward@example.com>\r\nSubject: x\r\n\r\n.a line with a dot\r\n"
)

// at makes a client of a fake server. change may alter how it works.
func at(t *testing.T, opt fakesmtp.Options, change func(*ClientConfig)) (*Client, *fakesmtp.Server) {
	t.Helper()
	fake := fakesmtp.New(opt)
	t.Cleanup(fake.Close)
	host, port, err := net.SplitHostPort(fake.Address())
	if err != nil {
		t.Fatal(err)
	}
	cfg := ClientConfig{
		Server: Server{Host: host, Port: port, Implicit: opt.Implicit, Plain: !opt.StartTLS && !opt.Implicit, User: opt.User, Password: NewSecret(opt.Password)},
		Hello:  "example.com", Now: time.Now, Roots: fake.Roots(), Second: 1000, Minute: 10_000,
	}
	if change != nil {
		change(&cfg)
	}
	c := NewClient(cfg)
	t.Cleanup(c.Close)
	return c, fake
}

func send(t *testing.T, c *Client) *bot.SendError {
	t.Helper()
	return sendError(t, c.Send(t.Context(), from, to, []byte(text)))
}

func sendError(t *testing.T, err error) *bot.SendError {
	t.Helper()
	if err == nil {
		return nil
	}
	se, ok := errors.AsType[*bot.SendError](err)
	if !ok {
		t.Fatalf("%T: %v", err, err)
	}
	for _, word := range []string{from, to, "CANARY"} {
		if strings.Contains(se.Reason, word) || se.Err != nil && strings.Contains(se.Err.Error(), word) {
			t.Errorf("%s is in %q, %v", word, se.Reason, se.Err)
		}
	}
	return se
}

func TestClient(t *testing.T) {
	for name, opt := range map[string]fakesmtp.Options{
		"in the clear, on this machine": {},
		"STARTTLS, PLAIN":               {StartTLS: true, User: "steward", Password: "pass word", Ways: []string{"XOAUTH2", "PLAIN"}},
		"STARTTLS, LOGIN":               {StartTLS: true, User: "steward@example.com", Password: "p", Ways: []string{"LOGIN", "XOAUTH2"}},
		"TLS from the first byte":       {Implicit: true, User: "steward", Password: "p"},
		"LOGIN on this machine":         {User: "u", Password: "p", Ways: []string{"LOGIN"}},
	} {
		t.Run(name, func(t *testing.T) {
			c, fake := at(t, opt, nil)
			for range 3 {
				if se := send(t, c); se != nil {
					t.Fatal(se.Reason, se.Err)
				}
			}
			all := fake.Mails()
			if len(all) != 3 || fake.Sessions() != 1 {
				t.Fatalf("%d messages by %d connections", len(all), fake.Sessions())
			}
			m := all[0]
			if m.From != from || m.To != to || m.Text != text || m.User != opt.User || m.Secure != (opt.StartTLS || opt.Implicit) || m.Hello != "example.com" {
				t.Errorf("%+v", m)
			}
			if err := c.Check(t.Context()); err != nil || len(fake.Mails()) != 3 {
				t.Errorf("a check sends %d, %v", len(fake.Mails())-3, err)
			}
			c.Close()
			if steps := fake.Steps(); steps[len(steps)-1] != "quit" {
				t.Errorf("the last step is %s", steps[len(steps)-1])
			}
			if se := send(t, c); se != nil || len(fake.Mails()) != 4 {
				t.Errorf("after the end: %v", se)
			}
		})
	}
}

// TestClientFaults lets each step go wrong in each way: what the courier is told decides whether something is lost or comes twice.
func TestClientFaults(t *testing.T) {
	type want struct {
		reason        string
		retry, unsure bool
		pause         time.Duration
	}
	lost := want{reason: ReasonLost, retry: true}
	for _, c := range []struct {
		step string
		how  fakesmtp.How
		want want
		took int
	}{
		{"greet", fakesmtp.Reply(421, "CANARY busy"), want{reason: "smtp_421", pause: pauseBusy}, 0},
		{"greet", fakesmtp.Reply(554, "5.3.2 no service"), want{reason: "smtp_554_5.3.2", pause: pauseBroken}, 0},
		{"greet", fakesmtp.Drop(), want{reason: ReasonLost, pause: pauseLost}, 0},
		{"greet", fakesmtp.Mute(), want{reason: ReasonTimeout, pause: pauseLost}, 0},
		{"greet", fakesmtp.Say("220-" + strings.Repeat(strings.Repeat("x", 900)+"\r\n220-", 400)), want{reason: reasonTooMuch, pause: pauseLost}, 0},
		{"ehlo", fakesmtp.Drop(), want{reason: ReasonLost, pause: pauseLost}, 0},
		{"starttls", fakesmtp.Reply(454, "4.7.0 TLS not available"), want{reason: "smtp_454_4.7.0", pause: pauseBusy}, 0},
		{"starttls", fakesmtp.Drop(), want{reason: ReasonLost, pause: pauseLost}, 0},
		{"auth", fakesmtp.Reply(535, "5.7.8 CANARY"), want{reason: "smtp_535_5.7.8", pause: pauseBroken}, 0},
		{"auth", fakesmtp.Reply(454, "4.7.0 later"), want{reason: "smtp_454_4.7.0", pause: pauseBusy}, 0},
		{"mail", fakesmtp.Reply(550, "5.7.60 "+from+" may not send"), want{reason: "smtp_550_5.7.60", pause: pauseBroken}, 0},
		{"mail", fakesmtp.Reply(451, "4.3.0 later"), want{reason: "smtp_451_4.3.0", pause: pauseBusy}, 0},
		{"mail", fakesmtp.Reply(421, "bye"), want{reason: "smtp_421", pause: pauseBusy}, 0},
		{"mail", fakesmtp.Drop(), lost, 0},
		{"rcpt", fakesmtp.Reply(450, "4.2.1 "+to+" is greylisted"), want{reason: "smtp_450_4.2.1", retry: true}, 0},
		{"rcpt", fakesmtp.Reply(550, "5.1.1 "+to+" CANARY unknown"), want{reason: "smtp_550_5.1.1"}, 0},
		{"rcpt", fakesmtp.Reply(530, "5.7.0 sign in"), want{reason: "smtp_530_5.7.0", pause: pauseBroken}, 0},
		{"rcpt", fakesmtp.Mute(), want{reason: ReasonTimeout, retry: true}, 0},
		{"data", fakesmtp.Reply(451, "later"), want{reason: "smtp_451", retry: true}, 0},
		{"data", fakesmtp.Reply(554, "no"), want{reason: "smtp_554"}, 0},
		{"data", fakesmtp.Drop(), lost, 0},
		{"end", fakesmtp.Reply(452, "4.3.1 full"), want{reason: "smtp_452_4.3.1", retry: true}, 0},
		{"end", fakesmtp.Reply(554, "5.7.1 spam"), want{reason: "smtp_554_5.7.1"}, 0},
		{"end", fakesmtp.Reply(421, "4.3.2 going down"), want{reason: "smtp_421_4.3.2", pause: pauseBusy}, 0},
		{"end", fakesmtp.Drop(), want{reason: ReasonLost, retry: true, unsure: true}, 0},
		{"end", fakesmtp.DropAfter(), want{reason: ReasonLost, retry: true, unsure: true}, 1},
		{"end", fakesmtp.Mute(), want{reason: ReasonTimeout, retry: true, unsure: true}, 0},
		{"end", fakesmtp.Reply(354, "what"), want{reason: "smtp_354", retry: true, unsure: true}, 0},
		{"end", fakesmtp.Say("no code"), want{reason: ReasonLost, retry: true, unsure: true}, 0},
	} {
		t.Run(c.step+" "+c.want.reason, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
			client, fake := at(t, fakesmtp.Options{StartTLS: true, User: "u", Password: "p"}, func(cfg *ClientConfig) {
				cfg.Now = func() time.Time { return now }
				if c.want.reason == ReasonTimeout {
					cfg.Step = 500 * time.Millisecond
				}
			})
			fake.Fail(c.step, 1, c.how)
			se := send(t, client)
			if se == nil {
				t.Fatal("it went well")
			}
			got := want{reason: se.Reason, retry: se.Retry, unsure: se.Unsure}
			if se.Pause {
				got.pause = se.After
			}
			if got != c.want || se.Gone || se.Pause && (se.Reach != bot.ReachSurface || se.Retry) {
				t.Errorf("%+v, want %+v; %+v", got, c.want, se)
			}
			if n := len(fake.Mails()); n != c.took {
				t.Errorf("it took %d", n)
			}
			if se.Pause { // and until then nobody is asked again
				before := fake.Sessions()
				if again := send(t, client); again == nil || again.Reason != reasonPaced || again.After != se.After || fake.Sessions() != before {
					t.Errorf("during the pause: %+v", again)
				}
				now = now.Add(se.After)
			}
			if se := send(t, client); se != nil || len(fake.Mails()) != c.took+1 {
				t.Errorf("afterwards: %+v", se)
			}
		})
	}
}

func TestClientTrust(t *testing.T) {
	for name, c := range map[string]struct {
		opt    fakesmtp.Options
		change func(*ClientConfig)
		want   string
	}{
		"a certificate of nobody's":        {fakesmtp.Options{StartTLS: true}, func(c *ClientConfig) { c.Roots = nil }, ReasonUntrusted},
		"nobody's, from the first byte":    {fakesmtp.Options{Implicit: true}, func(c *ClientConfig) { c.Roots = nil }, ReasonUntrusted},
		"a certificate for another server": {fakesmtp.Options{StartTLS: true, Name: "mail.example.net"}, nil, ReasonUntrusted},
		"no STARTTLS":                      {fakesmtp.Options{User: "u", Password: "p"}, func(c *ClientConfig) { c.Server.Plain = false }, ReasonNoTLS},
		"no way to sign in":                {fakesmtp.Options{StartTLS: true, User: "u", Password: "p", Ways: []string{"XOAUTH2"}}, nil, ReasonNoAuth},
		"no sign-in, and one is wanted":    {fakesmtp.Options{StartTLS: true}, func(c *ClientConfig) { c.Server.User = "u" }, ReasonNoAuth},
		"a wrong password": {
			fakesmtp.Options{StartTLS: true, User: "u", Password: "p", Ways: []string{"LOGIN"}},
			func(c *ClientConfig) { c.Server.Password = NewSecret("CANARY") }, "smtp_535_5.7.8",
		},
		"nobody there": {fakesmtp.Options{}, func(c *ClientConfig) { c.Server.Port = "1" }, ReasonLost},
	} {
		t.Run(name, func(t *testing.T) {
			client, fake := at(t, c.opt, c.change)
			for _, se := range []*bot.SendError{sendError(t, client.Check(t.Context())), send(t, client)} {
				if se == nil || se.Reason != c.want || !se.Pause || se.Reach != bot.ReachSurface {
					t.Errorf("%+v", se)
				}
			}
			if slices.Contains(fake.Steps(), "auth") && c.want == ReasonNoTLS {
				t.Error("the password was said in the clear")
			}
		})
	}
	if _, _, err := (&login{}).Start(&smtp.ServerInfo{Name: "smtp.example.com"}); err == nil {
		t.Error("LOGIN says the password in the clear")
	}
	if _, err := (&login{}).Next([]byte("Fingerprint:"), true); err == nil {
		t.Error("LOGIN answers any question")
	}
}

func TestClientLimits(t *testing.T) {
	t.Run("a second and a minute", func(t *testing.T) {
		now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
		c, fake := at(t, fakesmtp.Options{}, func(c *ClientConfig) { c.Now, c.Second, c.Minute = func() time.Time { return now }, 2, 3 })
		for range 2 {
			if se := send(t, c); se != nil {
				t.Fatal(se)
			}
		}
		if se := send(t, c); se == nil || se.Reason != reasonPaced || !se.Pause || se.After != beat {
			t.Errorf("%+v", se)
		}
		now = now.Add(beat)
		if se := send(t, c); se != nil {
			t.Error(se)
		}
		now = now.Add(beat)
		if se := send(t, c); se == nil || se.After != time.Minute+beat-2*beat {
			t.Errorf("%+v", se)
		}
		if n := len(fake.Mails()); n != 3 {
			t.Errorf("%d messages", n)
		}
	})
	t.Run("conversations at once", func(t *testing.T) {
		inside, goOn := make(chan struct{}), make(chan struct{})
		c, _ := at(t, fakesmtp.Options{Taken: func(fakesmtp.Mail) { inside <- struct{}{}; <-goOn }}, func(c *ClientConfig) { c.Most = 1 })
		done := make(chan error)
		go func() { done <- c.Send(context.WithoutCancel(t.Context()), from, to, []byte(text)) }()
		<-inside
		if se := send(t, c); se == nil || se.Reason != reasonBusy || !se.Pause {
			t.Errorf("%+v", se)
		}
		goOn <- struct{}{}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Run("messages by one connection", func(t *testing.T) {
		c, fake := at(t, fakesmtp.Options{}, nil)
		for range perSession + 1 {
			if se := send(t, c); se != nil {
				t.Fatal(se)
			}
		}
		if n := fake.Sessions(); n != 2 {
			t.Errorf("%d connections", n)
		}
	})
	t.Run("a connection that the server ended is no fault of the next message", func(t *testing.T) {
		c, fake := at(t, fakesmtp.Options{}, nil)
		for n := range 2 {
			if se := send(t, c); se != nil || fake.Sessions() != n+1 {
				t.Fatal(se, fake.Sessions())
			}
			fake.Hang()
		}
	})
	t.Run("one that nobody uses is ended", func(t *testing.T) {
		quit := make(chan struct{})
		c, fake := at(t, fakesmtp.Options{}, func(c *ClientConfig) {
			c.Idle = time.Millisecond
			c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, address)
				return &ending{conn, quit}, err
			}
		})
		if se := send(t, c); se != nil {
			t.Fatal(se)
		}
		<-quit
		if se := send(t, c); se != nil || fake.Sessions() != 2 {
			t.Error(se, fake.Sessions())
		}
	})
	t.Run("a stop in the middle", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c, _ := at(t, fakesmtp.Options{Taken: func(fakesmtp.Mail) { cancel() }}, nil)
		se := sendError(t, c.Send(ctx, from, to, []byte(text)))
		if se != nil && !se.Unsure { // the answer may have been faster
			t.Errorf("%+v", se)
		}
		if se := sendError(t, c.Send(ctx, from, to, []byte(text))); se == nil || se.Pause {
			t.Errorf("a stop pauses everybody: %+v", se)
		}
	})
}

// ending says when a connection is closed.
type ending struct {
	net.Conn

	closed chan struct{}
}

func (e *ending) Close() error {
	select {
	case <-e.closed:
	default:
		close(e.closed)
	}
	return e.Conn.Close()
}
