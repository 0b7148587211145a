package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/smtp"
	"slices"
	"strings"
	"time"
)

// step is a step of a conversation with a mail server. Each has a time of its own.
type step string

// The steps.
const (
	stepDial  step = "connect"
	stepGreet step = "greeting"
	stepHello step = "EHLO"
	stepTLS   step = "STARTTLS"
	stepAuth  step = "AUTH"
	stepReset step = "RSET"
	stepFrom  step = "MAIL"
	stepTo    step = "RCPT"
	stepData  step = "DATA"
	stepText  step = "text"
	stepEnd   step = "end of text"
)

// longest is how much a server may say to one step, in bytes on the wire.
const longest = 256 << 10

var (
	errNoTLS   = errors.New("the server offers no STARTTLS")
	errNoAuth  = errors.New("the server offers no way to sign in that we know")
	errTooMuch = errors.New("the server says too much")
	errBroken  = errors.New("the connection is of no use any more")
)

// stepError says at which step a conversation ended.
type stepError struct {
	step step
	err  error
}

// Error implements error.
func (e *stepError) Error() string { return string(e.step) + ": " + e.err.Error() }

// Unwrap gives the cause.
func (e *stepError) Unwrap() error { return e.err }

// wire is a connection that lets the other side say only so much.
type wire struct {
	net.Conn

	left int
}

// Read implements [net.Conn].
func (w *wire) Read(b []byte) (int, error) {
	if w.left <= 0 {
		return 0, errTooMuch
	}
	n, err := w.Conn.Read(b[:min(len(b), w.left)])
	w.left -= n
	return n, err
}

// session is one conversation with a mail server. It is used by one message at a time.
type session struct {
	wire   *wire
	smtp   *smtp.Client
	wait   time.Duration // for each step
	sent   int
	broken bool
	idle   *time.Timer // closes it; set while nobody uses it
}

// do runs one step within its time.
func (s *session) do(ctx context.Context, name step, f func() error) error {
	if s.broken {
		return &stepError{name, errBroken}
	}
	ctx, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	s.wire.left = longest
	stop := context.AfterFunc(ctx, func() { _ = s.wire.SetDeadline(time.Unix(1, 0)) })
	err := f()
	if !stop() {
		s.broken = true
	}
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = errors.Join(err, ctx.Err())
	}
	return &stepError{name, err}
}

// dial begins a conversation and brings it to the point at which mail can be sent.
func dial(ctx context.Context, cfg ClientConfig) (*session, error) {
	to, cancel := context.WithTimeout(ctx, cfg.Step)
	defer cancel()
	conn, err := cfg.Dial(to, "tcp", cfg.Server.Address())
	if err != nil {
		return nil, &stepError{stepDial, err}
	}
	s := &session{wire: &wire{Conn: conn}, wait: cfg.Step}
	if err := s.begin(ctx, cfg); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) begin(ctx context.Context, cfg ClientConfig) error {
	secure := &tls.Config{ServerName: cfg.Server.Host, RootCAs: cfg.Roots, MinVersion: tls.VersionTLS12}
	var conn net.Conn = s.wire
	if cfg.Server.Implicit {
		over := tls.Client(s.wire, secure)
		if err := s.do(ctx, stepTLS, func() error { return over.HandshakeContext(ctx) }); err != nil {
			return err
		}
		conn = over
	}
	err := s.do(ctx, stepGreet, func() (err error) {
		s.smtp, err = smtp.NewClient(conn, cfg.Server.Host)
		return err
	})
	if err == nil {
		err = s.do(ctx, stepHello, func() error { return s.smtp.Hello(cfg.Hello) })
	}
	if err == nil && !cfg.Server.Implicit {
		err = s.startTLS(ctx, cfg.Server, secure)
	}
	if err == nil && cfg.Server.User != "" {
		err = s.signIn(ctx, cfg.Server)
	}
	return err
}

// startTLS never goes on in the clear because a server, or somebody between, does not offer TLS.
func (s *session) startTLS(ctx context.Context, at Server, secure *tls.Config) error {
	return s.do(ctx, stepTLS, func() error {
		switch offered, _ := s.smtp.Extension("STARTTLS"); {
		case offered:
			return s.smtp.StartTLS(secure)
		case at.Plain:
			return nil
		}
		return errNoTLS
	})
}

// signIn says who we are, in the first way of ours that the server offers.
func (s *session) signIn(ctx context.Context, at Server) error {
	return s.do(ctx, stepAuth, func() error {
		_, offered := s.smtp.Extension("AUTH")
		ways := strings.Fields(strings.ToUpper(offered))
		switch {
		case slices.Contains(ways, "PLAIN"):
			return s.smtp.Auth(smtp.PlainAuth("", at.User, at.Password.text, at.Host))
		case slices.Contains(ways, "LOGIN"):
			return s.smtp.Auth(&login{at})
		}
		return errNoAuth
	})
}

// login is AUTH LOGIN, which has no standard, but servers that have nothing else.
type login struct{ at Server }

// Start implements [smtp.Auth]. Like PLAIN it tells the password to nobody in the clear.
func (l *login) Start(server *smtp.ServerInfo) (proto string, toServer []byte, err error) {
	if !server.TLS && !l.at.Plain {
		return "", nil, errNoTLS
	}
	return "LOGIN", nil, nil
}

// Next implements [smtp.Auth]. Servers ask for "Username:" and "Password:", each in their own way of writing.
func (l *login) Next(fromServer []byte, more bool) ([]byte, error) {
	asked := strings.ToLower(string(fromServer))
	switch {
	case !more:
		return nil, nil
	case strings.HasPrefix(asked, "user"):
		return []byte(l.at.User), nil
	case strings.HasPrefix(asked, "pass"):
		return []byte(l.at.Password.text), nil
	}
	return nil, errNoAuth
}

// send hands one message over.
func (s *session) send(ctx context.Context, from, to string, text []byte) error {
	var w interface {
		Write(b []byte) (int, error)
		Close() error
	}
	for _, one := range []struct {
		name step
		do   func() error
	}{
		{stepFrom, func() error { return s.smtp.Mail(from) }},
		{stepTo, func() error { return s.smtp.Rcpt(to) }},
		{stepData, func() (err error) { w, err = s.smtp.Data(); return err }},
		{stepText, func() error { _, err := w.Write(text); return err }},
		{stepEnd, func() error { return w.Close() }},
	} {
		if err := s.do(ctx, one.name, one.do); err != nil {
			return err
		}
	}
	s.sent++
	return nil
}

// alive says whether the server still takes mail in this conversation.
func (s *session) alive(ctx context.Context) bool {
	return s.do(ctx, stepReset, s.smtp.Reset) == nil
}

// quit ends the conversation with a word, and waits a moment for the answer.
func (s *session) quit() {
	hangUp := time.AfterFunc(2*time.Second, s.close)
	s.wire.left = longest
	_ = s.smtp.Quit()
	hangUp.Stop()
	s.close()
}

func (s *session) close() { _ = s.wire.Close() }

// untrusted says that an error is about the certificate of the server.
func untrusted(err error) bool {
	_, one := errors.AsType[*tls.CertificateVerificationError](err)
	_, other := errors.AsType[x509.HostnameError](err)
	return one || other
}
