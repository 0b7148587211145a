package mail

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"steward/bot/egress"
)

// Server is where mail is handed over, and as whom.
type Server struct {
	Host     string
	Port     string
	Implicit bool // TLS from the first byte; else STARTTLS
	Plain    bool // TLS may be missing: a server on this machine, for tests
	User     string
	Password Secret
}

// Address is host and port, for people and for dialling.
func (s Server) Address() string { return net.JoinHostPort(s.Host, s.Port) }

// ParseServer reads the address of a mail server: smtp://USER:PASSWORD@HOST:587 for STARTTLS, smtps://HOST:465 for TLS from the
// first byte. The sender may stand behind it, as ?from=ADDRESS, and is given back as it is. loopback lets a server on this
// machine do without TLS. Errors never repeat the text: there is a password in it.
func ParseServer(text string, loopback bool) (s Server, from string, err error) {
	u, err := url.Parse(text)
	if err != nil {
		return s, "", errors.New("it cannot be read as a URL; special characters in the user or the password belong in percent encoding, as in %40 for @")
	}
	s = Server{Host: u.Hostname(), Port: u.Port(), Implicit: u.Scheme == "smtps", User: u.User.Username()}
	password, given := u.User.Password()
	s.Password = NewSecret(password)
	query, bad := url.ParseQuery(u.RawQuery)
	from = query.Get("from")
	delete(query, "from")
	switch {
	case u.Scheme != "smtp" && u.Scheme != "smtps":
		err = errors.New("it begins neither with smtp:// nor with smtps://")
	case !hostname(s.Host):
		err = errors.New("it needs the name of the mail server, as in smtp://USER:PASSWORD@smtp.example.com:587")
	case strings.Trim(u.Path, "/") != "" || u.Fragment != "" || bad != nil || len(query) > 0:
		err = errors.New("behind the mail server nothing may stand but ?from=ADDRESS")
	case u.User != nil && (s.User == "" || !given || password == ""):
		err = errors.New("user and password belong together, as in smtp://USER:PASSWORD@HOST")
	case strings.ContainsAny(s.User+password, "\x00\r\n"):
		err = errors.New("user or password has a character that no mail server takes")
	}
	if err != nil {
		return Server{}, "", err
	}
	if s.Port == "" {
		s.Port = map[bool]string{true: "465", false: "587"}[s.Implicit]
	}
	if n, err := strconv.ParseUint(s.Port, 10, 16); err != nil || n == 0 {
		return Server{}, "", errors.New("its port is not from 1 to 65535")
	}
	s.Plain = loopback && !s.Implicit && egress.Loopback(s.Host)
	return s, from, nil
}

// hostname says that a text is a name or an address of a machine.
func hostname(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	return s != "" && len(s) < 254 && !strings.ContainsFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_'
	})
}
