package faketeams

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// The ids that count where [Options] name no others.
const (
	AppID  = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
	Tenant = "11111111-2222-4333-8444-555555555555"
	Secret = "fake-secret"
	// Issuer is who signs for the public cloud, GovIssuer for the one of the government.
	Issuer    = "https://api.botframework.com"
	GovIssuer = "https://api.botframework.us"
)

// Options say what kind of Teams it is. The zero value is a tenant of the public cloud, with no limits.
type Options struct {
	// Now is the clock of rate limits, of the lives of tokens and of the times in ids. Nil means the real one.
	Now func() time.Time
	// SignedAt is the time that tokens for the app carry; nil means the real one, which the app compares it with.
	SignedAt func() time.Time
	// AppID is the bot's id, AppSecret its secret, BotName what people call it; made up where empty.
	AppID, AppSecret, BotName string
	// Tenant is the home tenant of the bot, and of people who name none.
	Tenant string
	// Certificate is the one the app may sign its assertions with, in place of the secret.
	Certificate *x509.Certificate
	// Issuer signs for the app; [Issuer] where empty.
	Issuer string
	// Scope is what a token has to be asked for; that of the issuer where empty.
	Scope string
	// Limits makes the rate limits count.
	Limits bool
	// AckWithin is how long the app may take to answer an invoke, 5 s where zero; for all else it is three times that.
	AckWithin time.Duration
	// Settled is called at the end of every driver, before it looks at what the person sees, so that what the app does after
	// its answer is done. Nil means that a test waits with [Server.Await] where it has to.
	Settled func(context.Context) error
}

func (o Options) filled() Options {
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.SignedAt == nil {
		o.SignedAt = time.Now
	}
	if o.AckWithin == 0 {
		o.AckWithin = 5 * time.Second
	}
	def(&o.AppID, AppID)
	def(&o.AppSecret, Secret)
	def(&o.BotName, "Steward")
	def(&o.Tenant, Tenant)
	def(&o.Issuer, Issuer)
	def(&o.Scope, o.Issuer+"/.default")
	return o
}

// Server is the fake. Its methods may be called from many goroutines.
type Server struct {
	opt  Options
	http *httptest.Server
	stop context.CancelFunc
	life context.Context //nolint:containedctx // the server's own life, ended by Close

	mu         sync.Mutex
	changed    chan struct{} // closed and replaced whenever anything changes
	serial     int
	last       time.Time // of the newest id given
	complaints []string
	app        appAt
	keys       keyring
	issued     map[string]*issued // by access token
	assertions map[string]bool    // ids of assertions that were used
	users      map[string]*User   // by their Entra object id
	region     map[string]string  // tenant -> where its service is
	places     map[string]*place  // conversations, by id
	personal   map[string]*place  // by user
	teams      map[string]*Team
	dialogs    map[string]*Dialog // by user
	calls      []Call
	faults     []*fault
	limits     limits
	kinds      map[string]kind
}

// New starts a fake Teams on loopback.
func New(opt Options) *Server {
	life, stop := context.WithCancel(context.Background())
	s := &Server{
		opt: opt.filled(), life: life, stop: stop, changed: make(chan struct{}), issued: map[string]*issued{}, assertions: map[string]bool{},
		users: map[string]*User{}, region: map[string]string{}, places: map[string]*place{}, personal: map[string]*place{}, teams: map[string]*Team{},
		dialogs: map[string]*Dialog{}, limits: newLimits(), kinds: kinds(),
	}
	s.keys.add(newKey("key-1", "msteams", "webchat", "directline"))
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Close ends everything: deliveries under way, the listener. Nothing of it runs any more when it returns.
func (s *Server) Close() {
	s.stop()
	s.unhandle()
	s.http.CloseClientConnections()
	s.http.Close()
}

// serve finds who answers. It does not clean paths: Teams does not either.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.EscapedPath(); {
	case path == pathMetadata:
		s.serveMetadata(w, r)
	case path == pathKeys:
		s.serveKeys(w, r)
	case path == pathIdentity:
		s.serveIdentity(w, r)
	case strings.HasSuffix(path, "/oauth2/v2.0/token"):
		s.serveToken(w, r)
	default:
		s.serveConnector(w, r)
	}
}

// Options gives the options with all that was filled in.
func (s *Server) Options() Options { return s.opt }

// BotID is the bot's id among people: "28:" and the app's.
func (s *Server) BotID() string { return "28:" + s.opt.AppID }

// Origin is the address of the fake, without a path.
func (s *Server) Origin() string { return s.http.URL }

// ServiceURL is where the Connector of a tenant answers, as activities name it; of the home tenant where empty. It ends in a
// slash.
func (s *Server) ServiceURL(tenant string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.service(tenant)
}

func (s *Server) service(tenant string) string {
	if tenant == "" {
		tenant = s.opt.Tenant
	}
	region := s.region[tenant]
	if region == "" {
		region = "emea"
	}
	return s.http.URL + "/" + region + "/" + tenant + "/"
}

// Move moves a tenant's service to another region: activities name that from then on, and the former place knows nothing.
func (s *Server) Move(tenant, region string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.region[tenant] = region
}

// Await waits until a condition holds; it is looked at whenever anything changes here.
func (s *Server) Await(ctx context.Context, holds func() bool) error {
	for {
		s.mu.Lock()
		next := s.changed
		s.mu.Unlock()
		if holds() {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("waited in vain: %w", context.Cause(ctx))
		}
	}
}

// touch says that something changed. The lock is held.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// number gives the next number for an id. The lock is held.
func (s *Server) number() int { s.serial++; return s.serial }

// stamp makes an id of a message: milliseconds that no other message has, and that grow. The lock is held.
func (s *Server) stamp() string {
	at := s.opt.Now().UTC().Truncate(time.Millisecond)
	if !at.After(s.last) {
		at = s.last.Add(time.Millisecond)
	}
	s.last = at
	return fmt.Sprint(at.UnixMilli())
}

// object is a JSON object.
type object = map[string]any

// str reads a text below an object, "" where there is none.
func str(o object, path ...string) string {
	for _, key := range path[:len(path)-1] {
		o, _ = o[key].(object)
	}
	text, _ := o[path[len(path)-1]].(string)
	return text
}

func truth(o object, key string) bool { b, _ := o[key].(bool); return b }

// list reads a list of objects; anything else in it is left out.
func list(v any) []object {
	all, _ := v.([]any)
	var out []object
	for _, one := range all {
		if o, ok := one.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

func mustJSON(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return raw
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
