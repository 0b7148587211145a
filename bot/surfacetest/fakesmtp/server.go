package fakesmtp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// Options are what a server is like. The zero value takes mail from everybody, in the clear.
type Options struct {
	StartTLS bool     // it offers STARTTLS
	Implicit bool     // TLS from the first byte
	User     string   // who has to sign in; empty for nobody
	Password string   // of the user
	Ways     []string // of signing in; PLAIN and LOGIN
	Name     string   // which its certificate is for; 127.0.0.1
	// Taken is called with each message it took, before it says so.
	Taken func(Mail)
}

// Mail is a message the server took.
type Mail struct {
	From, To string // of the envelope
	Text     string // headers and body, with the lines as they came
	Secure   bool   // it came over TLS
	User     string // who was signed in
	Session  int    // number of the connection
	Hello    string
}

// Server is a mail server on this machine.
type Server struct {
	opt    Options
	listen net.Listener
	cert   tls.Certificate
	roots  *x509.CertPool
	work   sync.WaitGroup

	mu       sync.Mutex
	conns    map[net.Conn]bool
	sessions int
	mails    []Mail
	steps    []string
	faults   []*failing
	closed   bool
}

// New starts a server. Whoever cannot have one ends with a panic, as with [net/http/httptest].
func New(opt Options) *Server {
	if opt.Ways == nil {
		opt.Ways = []string{"PLAIN", "LOGIN"}
	}
	if opt.Name == "" {
		opt.Name = "127.0.0.1"
	}
	s := &Server{opt: opt, conns: map[net.Conn]bool{}}
	var err error
	if s.listen, err = net.Listen("tcp", "127.0.0.1:0"); err == nil { //nolint:noctx // it ends with Close
		err = s.certify()
	}
	if err != nil {
		panic(fmt.Sprintf("fakesmtp: %v", err))
	}
	s.work.Go(s.accept)
	return s
}

// certify makes a certificate that nobody but [Server.Roots] knows.
func (s *Server) certify() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "fakesmtp"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), DNSNames: []string{s.opt.Name},
	}
	if ip := net.ParseIP(s.opt.Name); ip != nil {
		about.DNSNames, about.IPAddresses = nil, []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	s.cert = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(leaf)
	return nil
}

// Address is host and port of the server.
func (s *Server) Address() string { return s.listen.Addr().String() }

// Roots vouch for the server's certificate.
func (s *Server) Roots() *x509.CertPool { return s.roots }

// Close ends the server and every connection.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	_ = s.listen.Close()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.work.Wait()
}

// Hang ends every connection there is, as a restart of the server does.
func (s *Server) Hang() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

// Mails gives what the server took, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// To gives what the server took for an address, oldest first.
func (s *Server) To(address string) []Mail {
	var out []Mail
	for _, m := range s.Mails() {
		if m.To == address {
			out = append(out, m)
		}
	}
	return out
}

// Sessions says how many connections there were.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Steps gives the steps that were taken, in their order: "greet", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "end",
// "rset", "quit".
func (s *Server) Steps() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.steps...)
}

func (s *Server) accept() {
	for {
		c, err := s.listen.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = c.Close()
			return
		}
		s.conns[c] = true
		s.sessions++
		t := &talk{server: s, raw: c, conn: c, number: s.sessions}
		s.mu.Unlock()
		s.work.Go(func() {
			t.run()
			_ = c.Close()
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
		})
	}
}
