package portal

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// Desk is where presses and forms go; [bot.Desk] is one.
type Desk interface {
	Command(ctx context.Context, who bot.Who, words string) (bot.Reply, error)
	Show(ctx context.Context, who bot.Who, about workflows.Ref) (bot.Reply, error)
	Press(ctx context.Context, who bot.Who, a card.Action) (bot.Reply, error)
	Submit(ctx context.Context, who bot.Who, s bot.Submission) (bot.Reply, error)
}

// Assessor says what the policy makes of a form as far as it is filled in; [bot.Desk] is one.
type Assessor interface {
	// Assess gives the card to show beside the form; ok is false where there is nothing to assess.
	Assess(ctx context.Context, who bot.Who, form string) (c card.Card, ok bool, err error)
}

// Explainer says what waits for a person, and why; [bot.Desk] is one.
type Explainer interface {
	// Duties gives what waits for a person; ok is false where it is not for the visitor's eyes.
	Duties(ctx context.Context, who bot.Who, of workflows.PersonID) (d view.Duties, ok bool, err error)
}

// Config is what a portal is made of. The readers and the desk are required.
type Config struct {
	Desk     Desk
	Explain  Explainer
	Requests Requests
	Register Register
	Files    Files
	Inbox    Inbox
	People   People
	Drafts   Drafts
	Flows    Flows
	Sessions Sessions
	Links    SignInLinks
	Watch    *Watch // sees what changes, for pages that are looked at
	Assess   Assessor
	// Settings is for those who run Steward; nil where there are no such pages.
	Settings *Settings
	// Texts are what the public pages say.
	Texts Texts

	Records    Records
	Seals      Seals    // nil where nothing is said of it
	Evidence   Evidence // nil where nothing can be exported
	Directory  Directory
	Deliveries Deliveries
	Operator   Operator

	// Provider signs people in at their company, and SignIns says who they are here; nil where they come by one-time links only.
	Provider Provider
	SignIns  SignIns
	// Signed lists and ends one's own sessions; Accounts and Names let administrators say whose an account is, and somebody who
	// came by the provider confirm their chat accounts. Each may be nil: what needs it is left out then.
	Signed   SessionList
	Accounts bot.Accounts
	Names    ChatNames

	// Mailed says that whom no chat account reaches is written to at their address.
	Mailed bool

	Now      func() time.Time // real time: sessions, links, limits
	Business func() time.Time // business time: what is due, how long ago
	Log      *slog.Logger

	// PublicURL is where people reach the portal, without a path: "https://steward.example.com". Empty on loopback.
	PublicURL string
	// Demo lets anybody act as anybody and refuses every host name but those of this machine. The caller makes sure that
	// the listener is on loopback.
	Demo bool
	// Tour is the demo's clock and walk; nil shows neither.
	Tour  *Tour
	Build Build

	// Token gives 256 random bits in hex. Nil means crypto/rand.
	Token func() string
	// Burst and Every bound the posts of one person: so many at once, and one more each Every. Zero means 60 and 1 s. What
	// one person reads, and what all post together, is bounded by multiples of them.
	Burst int
	Every time.Duration
}

// Build says what is running.
type Build struct{ Version, Commit string }

// Portal is the handler of all pages. It is safe for concurrent use.
type Portal struct {
	cfg    Config
	secure bool // reached by https
	local  bool // reached by names of this machine only
	pages  pages
	assets assets
	limits limits
	taking taking
	routes []route
	beat   time.Duration // between two signs of life of a stream
}

// route is one address. Open ones need no sign-in; free ones cost nothing, since they only say no; bare ones give no page,
// but a file, a piece of a page or a stream; those that ask the identity provider cost, whoever comes.
type route struct {
	method, path           string
	open, free, bare, asks bool
	body                   int64 // the largest that may be sent there; 0 is that of a form without files
	serve                  func(http.ResponseWriter, *http.Request, visit) error
}

// Site is the portal as it is served. It knows its addresses, so that whoever tests a running program can forget none.
type Site struct {
	http.Handler

	routes []route
}

// Routes gives every address as "METHOD /path", with wildcards as [http.ServeMux] writes them.
func (s Site) Routes() []string {
	var out []string
	for _, r := range s.routes {
		out = append(out, r.method+" "+r.path)
	}
	return out
}

// New makes the portal's handler, a [Site].
func New(cfg Config) (http.Handler, error) {
	p, err := newPortal(cfg)
	if err != nil {
		return nil, err
	}
	h, err := p.handler()
	return Site{h, p.routes}, err
}

func newPortal(cfg Config) (*Portal, error) {
	switch {
	case cfg.Desk == nil || cfg.Explain == nil || cfg.Requests == nil || cfg.Register == nil || cfg.Files == nil || cfg.Inbox == nil || cfg.People == nil || cfg.Drafts == nil ||
		cfg.Flows == nil || cfg.Sessions == nil || cfg.Links == nil || cfg.Watch == nil || cfg.Assess == nil ||
		cfg.Records == nil || cfg.Directory == nil || cfg.Deliveries == nil || cfg.Operator == nil:
		return nil, errors.New("portal: a reader or the desk is missing")
	case cfg.Now == nil || cfg.Business == nil:
		return nil, errors.New("portal: a clock is missing")
	case (cfg.Provider == nil) != (cfg.SignIns == nil):
		return nil, errors.New("portal: an identity provider needs somebody who knows its people, and the other way round")
	case cfg.Demo && cfg.Provider != nil:
		return nil, errors.New("portal: in the demo everybody is who they say")
	case cfg.Demo && cfg.PublicURL != "":
		return nil, errors.New("portal: the demo has no public address")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Token == nil {
		cfg.Token = randomToken
	}
	if cfg.Burst <= 0 {
		cfg.Burst = 60
	}
	if cfg.Every <= 0 {
		cfg.Every = time.Second
	}
	p := &Portal{cfg: cfg, limits: newLimits(cfg.Burst, cfg.Every, cfg.Now), local: cfg.PublicURL == "", beat: beatEvery}
	if cfg.PublicURL != "" {
		u, err := url.Parse(cfg.PublicURL)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || (u.Path != "" && u.Path != "/") {
			return nil, fmt.Errorf("portal: public address %q: want https://host without a path", cfg.PublicURL)
		}
		p.secure, p.local = u.Scheme == "https", loopback(u.Host)
		p.cfg.PublicURL = u.Scheme + "://" + u.Host
	}
	var err error
	if p.pages, err = readPages(); err != nil {
		return nil, err
	}
	p.assets, err = readAssets()
	p.routes = p.allRoutes()
	return p, err
}

func randomToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails; it ends the program where there is no randomness
	return hex.EncodeToString(b)
}

func (p *Portal) allRoutes() []route {
	routes := []route{
		{method: "GET", path: "/{$}", serve: p.inbox},
		{method: "GET", path: "/requests", serve: p.requests},
		{method: "GET", path: "/requests/new", serve: p.newRequest},
		{method: "POST", path: "/requests/new", serve: p.startRequest},
		{method: "GET", path: "/requests/{id}", serve: p.request},
		{method: "GET", path: "/requests/{id}/explain", serve: p.explain},
		{method: "GET", path: registerPath, serve: p.register},
		{method: "GET", path: registerPath + "/{id}", serve: p.system},
		{method: "GET", path: registerPath + "/{id}/explain", serve: p.explainSystem},
		{method: "GET", path: registerPath + "/{id}/proofs/{n}/{file}", serve: p.proofFile},
		{method: "GET", path: "/forms/{draft}", serve: p.form},
		{method: "POST", path: "/forms/{draft}", serve: p.submit},
		{method: "POST", path: "/forms/{draft}/keep", bare: true, serve: p.keep},
		{method: "POST", path: "/forms/{draft}" + filesPath, body: maxFilesBody, serve: p.submitFiles},
		{method: "POST", path: "/press", serve: p.press},
		{method: "GET", path: "/search", serve: p.search},
		{method: "GET", path: EventsPath, bare: true, serve: p.events},
		{method: "GET", path: view.PathAccounts, serve: p.accounts},
		{method: "GET", path: view.PathAway, serve: p.away},
		{method: "GET", path: view.PathAway + "/{id}", serve: p.absence},
		{method: "GET", path: view.PathVendors, serve: p.vendors},
		{method: "GET", path: view.PathVendors + "/{id}", serve: p.vendor},
		{method: "GET", path: "/record", serve: p.record},
		{method: "GET", path: "/record/{kind}/{id}/{n}", serve: p.recordEntry},
		{method: "GET", path: checkpointsPath, serve: p.checkpoints},
		{method: "GET", path: checkpointsPath + ".txt", bare: true, serve: p.checkpointText},
		{method: "GET", path: evidencePath, serve: p.evidence},
		{method: "POST", path: evidencePath, serve: p.exportEvidence},
		{method: "GET", path: "/people", serve: p.people},
		{method: "GET", path: "/people/{person}", serve: p.profile},
		{method: "GET", path: "/people/{person}/accounts/{link}", serve: p.personAccount},
		{method: "POST", path: "/people/{person}/accounts/{link}", serve: p.changeAccountOf},
		{method: "GET", path: "/deliveries", serve: p.deliveries},
		{method: "GET", path: "/deliveries/{delivery}", serve: p.delivery},
		{method: "POST", path: "/deliveries/{delivery}/retry", serve: p.retryDelivery},
		{method: "POST", path: "/deliveries/{delivery}/give-up", serve: p.giveUpDelivery},
		{method: "GET", path: view.PathAccounts + "/confirm/{link}", serve: p.confirmAccount},
		{method: "POST", path: view.PathAccounts + "/confirm/{link}", serve: p.accountConfirmed},
		{method: "POST", path: view.PathAccounts + "/sign-ins", serve: p.endSignIns},
		{method: "GET", path: view.PathSignInAgain, serve: p.signInAgain},
		{method: "GET", path: "/sign-in", open: true, serve: p.signIn},
		{method: "GET", path: "/sign-in/{token}", open: true, serve: p.signInLink},
		{method: "POST", path: "/sign-in/{token}", open: true, serve: p.useSignInLink},
		{method: "POST", path: "/sign-out", open: true, serve: p.signOut},
		{method: "GET", path: staticPath + "{file}", open: true, bare: true, serve: p.static},
	}
	routes = slices.Concat(routes, p.settingsRoutes(), p.textRoutes(), p.demoRoutes())
	if p.cfg.Provider != nil {
		routes = append(routes,
			route{method: "GET", path: pathOIDC, open: true, serve: p.beginOIDC},
			route{method: "GET", path: PathCallback, open: true, asks: true, serve: p.callback})
	}
	return routes
}

// handler wires the routes. From outside in: headers, panics, host, origin, routes, size of the body, sign-in.
func (p *Portal) handler() (http.Handler, error) {
	mux := http.NewServeMux()
	for _, r := range p.routes {
		mux.Handle(r.method+" "+r.path, p.visited(r))
	}
	origin := http.NewCrossOriginProtection()
	if p.cfg.PublicURL != "" {
		if err := origin.AddTrustedOrigin(p.cfg.PublicURL); err != nil {
			return nil, fmt.Errorf("portal: %w", err)
		}
	}
	origin.SetDenyHandler(p.visited(route{open: true, free: true, serve: p.foreign}))
	return p.headers(p.recovered(p.ownHost(origin.Handler(p.lost(mux))))), nil
}
