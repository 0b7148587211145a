package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// The ids of the app and its bot.
const (
	AppID     = "A0STEWARD"
	BotID     = "B0STEWARD"
	BotUserID = "U0STEWARD"
)

// Options say what kind of workspace it is. The zero value is a workspace with the required scopes and no limits.
type Options struct {
	// Now is the clock of triggers, response URLs, rate limits and the times in ids. Nil means the real one.
	Now func() time.Time
	// SigningSecret signs what is sent to the app; "secret" where empty.
	SigningSecret string
	// BotToken and AppToken are the ones the app has to use; "xoxb-fake" and "xapp-fake" where empty.
	BotToken, AppToken string
	// Team is the workspace, "T0FAKE" where empty; Enterprise the Grid organisation, "" where there is none.
	Team, Enterprise string
	// OrgInstall says that the app is installed for the whole organisation: its payloads name no team.
	OrgInstall bool
	// Scopes are those that were granted; nil means [RequiredScopes] with im:write.
	Scopes []string
	// Command is the slash command; "/steward" where empty.
	Command string
	// Limits makes the rate limits count.
	Limits bool
	// Rates replaces how often a method may be called in a minute, where limits count.
	Rates map[string]int
	// AckWithin is how long the app may take to ack, 3 s where zero. It counts by the real clock and by Now.
	AckWithin time.Duration
	// PingEvery is the time between pings of a socket, 5 s where zero.
	PingEvery time.Duration
	// SignedAt is the time that signatures carry; nil means the real one, which the app compares it with.
	SignedAt func() time.Time
	// Settled is called at the end of every driver, before it looks at what the person sees, so that what the app does after
	// its ack is done. Nil means that a test waits with [Server.Await] where it has to.
	Settled func(context.Context) error
}

// RequiredScopes are what the app cannot do without.
func RequiredScopes() []string { return []string{"commands", "chat:write", "users:read"} }

// Server is the fake. Its methods may be called from many goroutines.
type Server struct {
	opt  Options
	http *httptest.Server
	work sync.WaitGroup // goroutines of our own
	stop context.CancelFunc
	life context.Context //nolint:containedctx // the server's own life, ended by Close

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced whenever anything changes
	serial   int
	last     time.Time // of the newest timestamp given
	app      appAt
	users    []User
	methods  map[string]method
	channels map[string]*channel
	dms      map[string]*channel // by user
	notes    []*Message          // ephemeral ones, oldest first
	views    map[string]*View
	stacks   map[string][]string      // user -> ids of the open modals, the root first
	homes    map[string]string        // user -> id of the home view
	sending  map[string]chan struct{} // views that were sent; closed when the ack was taken in
	triggers map[string]*trigger
	hooks    map[string]*hook
	calls    []Call
	faults   []*fault
	limits   limits
	sockets  sockets
	retries  []retry
}

// New starts a fake Slack on loopback.
func New(opt Options) *Server {
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.SignedAt == nil {
		opt.SignedAt = time.Now
	}
	def(&opt.SigningSecret, "secret")
	def(&opt.BotToken, "xoxb-fake")
	def(&opt.AppToken, "xapp-fake")
	def(&opt.Team, "T0FAKE")
	def(&opt.Command, "/steward")
	if opt.Scopes == nil {
		opt.Scopes = append(RequiredScopes(), "im:write")
	}
	if opt.AckWithin == 0 {
		opt.AckWithin = 3 * time.Second
	}
	if opt.PingEvery == 0 {
		opt.PingEvery = 5 * time.Second
	}
	life, stop := context.WithCancel(context.Background())
	s := &Server{
		opt: opt, life: life, stop: stop, changed: make(chan struct{}),
		methods: methods(), channels: map[string]*channel{}, dms: map[string]*channel{}, views: map[string]*View{}, stacks: map[string][]string{}, homes: map[string]string{},
		sending: map[string]chan struct{}{}, triggers: map[string]*trigger{}, hooks: map[string]*hook{}, limits: newLimits(), sockets: newSockets(),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.serveAPI)
	mux.HandleFunc("/hooks/", s.serveHook)
	mux.HandleFunc("/socket/", s.serveSocket)
	s.http = httptest.NewServer(mux)
	s.AddUser(User{ID: BotUserID, Name: "steward", RealName: "Steward", Bot: true})
	return s
}

// Close ends everything: sockets, deliveries under way, the listener. Nothing of it runs any more when it returns.
func (s *Server) Close() {
	s.stop()
	s.closeSockets()
	s.unhandle()
	s.http.CloseClientConnections()
	s.http.Close()
	s.work.Wait()
}

// APIURL is what the app is given in place of Slack's API; it ends in "/api/".
func (s *Server) APIURL() string { return s.http.URL + "/api/" }

// Options gives the options with all that was filled in.
func (s *Server) Options() Options { return s.opt }

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

// timestamp makes a ts that no other message has, and that grows. The lock is held.
func (s *Server) timestamp() string {
	at := s.opt.Now().UTC().Truncate(time.Microsecond)
	if !at.After(s.last) {
		at = s.last.Add(time.Microsecond)
	}
	s.last = at
	return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000)
}

func (s *Server) granted(scope string) bool { return slices.Contains(s.opt.Scopes, scope) }

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

func truth(o object, key string) bool {
	switch v := o[key].(type) {
	case bool:
		return v
	case string:
		return v == "true" || v == "1"
	}
	return false
}

// falsy says that something was switched off.
func falsy(o object, key string) bool {
	return o[key] == false || o[key] == "false" || o[key] == "0"
}

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

func trimID(path, prefix string) string { return strings.Trim(strings.TrimPrefix(path, prefix), "/") }
