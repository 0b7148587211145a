package fakesmtp

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
)

// talk is one connection.
type talk struct {
	server *Server
	raw    net.Conn
	conn   net.Conn
	in     *bufio.Reader
	number int

	secure      bool
	user, hello string
	from, to    string
	ended       bool
}

func (t *talk) run() {
	if t.server.opt.Implicit && !t.upgrade() {
		return
	}
	t.in = bufio.NewReader(t.conn)
	if !t.step("greet", "220 fake ESMTP") {
		return
	}
	for !t.ended {
		text, err := t.line()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(text, " ")
		t.obey(strings.ToUpper(verb), rest)
	}
}

func (t *talk) line() (string, error) {
	text, err := t.in.ReadString('\n')
	if err != nil {
		return "", err
	}
	if !strings.HasSuffix(text, "\r\n") || len(text) > 1000 {
		t.say("500 5.5.2 not a line")
		return "", io.ErrUnexpectedEOF
	}
	return strings.TrimSuffix(text, "\r\n"), nil
}

func (t *talk) say(text string) {
	if _, err := io.WriteString(t.conn, text+"\r\n"); err != nil {
		t.ended = true
	}
}

// step answers a step, or lets it go wrong; it says whether it went well.
func (t *talk) step(name, answer string) bool {
	how := t.server.at(name)
	switch {
	case how == nil:
		t.say(answer)
		return !t.ended
	case how.mute:
		_, _ = io.Copy(io.Discard, t.in) // until the other side has enough
		t.ended = true
	case how.drop:
		_ = t.raw.Close()
		t.ended = true
	default:
		t.say(how.reply)
		t.ended = t.ended || strings.HasPrefix(how.reply, "421") || name == "greet"
	}
	return false
}

func (t *talk) obey(verb, rest string) {
	opt := t.server.opt
	switch {
	case verb == "EHLO" || verb == "HELO":
		t.greet(verb, rest)
	case verb == "QUIT":
		t.step("quit", "221 2.0.0 bye")
		t.ended = true
	case verb == "RSET":
		t.from, t.to = "", ""
		t.step("rset", "250 2.0.0 ok")
	case t.hello == "":
		t.say("503 5.5.1 say EHLO first")
	case verb == "STARTTLS" && opt.StartTLS && !t.secure:
		if t.step("starttls", "220 2.0.0 go ahead") && t.upgrade() {
			t.in, t.hello = bufio.NewReader(t.conn), ""
		}
	case verb == "AUTH" && opt.User != "" && t.user == "":
		t.auth(rest)
	case opt.User != "" && t.user == "":
		t.say("530 5.7.0 Authentication required")
	case verb == "MAIL":
		t.mail(rest)
	case verb == "RCPT" && t.from != "":
		t.rcpt(rest)
	case verb == "DATA" && t.to != "":
		t.data()
	default:
		t.say("503 5.5.1 bad sequence of commands")
	}
}

func (t *talk) greet(verb, name string) {
	opt := t.server.opt
	lines := []string{"fake"}
	if verb == "EHLO" {
		lines = append(lines, "8BITMIME", "ENHANCEDSTATUSCODES")
		if opt.StartTLS && !t.secure {
			lines = append(lines, "STARTTLS")
		}
		if opt.User != "" && (t.secure || !opt.StartTLS) {
			lines = append(lines, "AUTH "+strings.Join(opt.Ways, " "))
		}
	}
	for i := range lines {
		lines[i] = map[bool]string{true: "250 ", false: "250-"}[i == len(lines)-1] + lines[i]
	}
	if t.step("ehlo", strings.Join(lines, "\r\n")) {
		t.hello = name
	}
}

func (t *talk) upgrade() bool {
	over := tls.Server(t.raw, &tls.Config{Certificates: []tls.Certificate{t.server.cert}, MinVersion: tls.VersionTLS12})
	if over.Handshake() != nil { //nolint:noctx // it ends with the connection
		t.ended = true
		return false
	}
	t.conn, t.secure = over, true
	return true
}

func (t *talk) auth(rest string) {
	way, first, _ := strings.Cut(rest, " ")
	if !slices.Contains(t.server.opt.Ways, strings.ToUpper(way)) {
		t.say("504 5.5.4 not this way")
		return
	}
	var user, password string
	switch strings.ToUpper(way) {
	case "PLAIN":
		parts := bytes.Split(decode(first), []byte{0})
		if len(parts) == 3 {
			user, password = string(parts[1]), string(parts[2])
		}
	case "LOGIN":
		var said []string
		for _, ask := range []string{"Username:", "Password:"} {
			t.say("334 " + base64.StdEncoding.EncodeToString([]byte(ask)))
			text, err := t.line()
			if err != nil {
				t.ended = true
				return
			}
			said = append(said, string(decode(text)))
		}
		user, password = said[0], said[1]
	}
	if user != t.server.opt.User || password != t.server.opt.Password {
		t.server.at("auth")
		t.say("535 5.7.8 Authentication credentials invalid for " + user)
		return
	}
	if t.step("auth", "235 2.7.0 welcome") {
		t.user = user
	}
}

func decode(s string) []byte {
	out, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return out
}

// path reads an address in angle brackets, as in "FROM:<ana@example.com> BODY=8BITMIME".
func path(rest, word string) (string, bool) {
	text, ok := strings.CutPrefix(rest, word+":<")
	address, _, closed := strings.Cut(text, ">")
	return address, ok && closed && strings.Count(address, "@") == 1 && !strings.ContainsAny(address, " <\t")
}

func (t *talk) mail(rest string) {
	from, ok := path(rest, "FROM")
	if !ok {
		t.say("501 5.1.7 no address")
		return
	}
	if t.step("mail", "250 2.1.0 ok") {
		t.from, t.to = from, ""
	}
}

func (t *talk) rcpt(rest string) {
	to, ok := path(rest, "TO")
	if !ok {
		t.say("501 5.1.3 no address")
		return
	}
	if t.step("rcpt", "250 2.1.5 ok") {
		t.to = to
	}
}

func (t *talk) data() {
	if !t.step("data", "354 go on") {
		return
	}
	var text strings.Builder
	for {
		line, err := t.line()
		if err != nil {
			t.ended = true
			return
		}
		if line == "." {
			break
		}
		text.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
	}
	m := Mail{From: t.from, To: t.to, Text: text.String(), Secure: t.secure, User: t.user, Session: t.number, Hello: t.hello}
	t.from, t.to = "", ""
	s := t.server
	s.mu.Lock()
	stands := true
	for _, f := range s.faults {
		if f.step == "end" && f.left != 0 {
			stands = f.how.taken
			break
		}
	}
	if stands {
		s.mails = append(s.mails, m)
	}
	n := len(s.mails)
	s.mu.Unlock()
	if stands && s.opt.Taken != nil {
		s.opt.Taken(m)
	}
	t.step("end", fmt.Sprintf("250 2.0.0 taken as %d", n))
}
