package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"time"

	"steward/bot"
	"steward/workflows"
)

// How long sign-ins last, real time.
const (
	sessionIdle = 8 * time.Hour      // without use
	sessionMost = 7 * 24 * time.Hour // in any case
	freshFor    = 10 * time.Minute   // after somebody has proved who they are, for what the policy wants a fresh sign-in
)

// How sessions begin, as stored.
const (
	viaLink  = "link"
	viaDemo  = "demo"
	viaOIDC  = "oidc"
	byServer = "cli" // a link made on the server
)

// visit is one request with who makes it. Person is empty where nobody is signed in.
type visit struct {
	Person  workflows.Person
	Session workflows.Session
	Assured workflows.Assurance
	Flash   flash
	Pulse   workflows.Pulse // of their inbox
}

func (v visit) signedIn() bool { return v.Person.ID != "" }

// who is the visitor as the desk takes them; key is the platform key of a press, empty for reading and for forms.
func (v visit) who(key string) bot.Who {
	if key != "" {
		key = "portal//" + string(v.Person.ID) + "/" + key
	}
	via := workflows.Via{Surface: workflows.SurfacePortal, Link: v.Session.Link}
	return bot.Who{Person: v.Person.ID, Via: via, Key: key, Assured: v.Assured}
}

// cookieName has the prefix that binds a cookie to this host and to https, where there is https.
func (p *Portal) cookieName(name string) string {
	if p.secure {
		return "__Host-" + name
	}
	return name
}

func (p *Portal) setCookie(w http.ResponseWriter, name, value string, life time.Duration) {
	c := &http.Cookie{ //nolint:gosec // Secure is set wherever there is https; the demo on loopback has none
		Name: p.cookieName(name), Value: value, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: true, Secure: p.secure, SameSite: http.SameSiteLaxMode,
	}
	if life <= 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (p *Portal) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(p.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// hashed is what the database knows of a token.
func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// visitor finds out who makes a request. A person who has left is nobody, and their session ends.
func (p *Portal) visitor(r *http.Request) (visit, error) {
	token := p.cookie(r, "steward")
	if token == "" {
		return visit{}, nil
	}
	now := p.cfg.Now()
	s, err := p.cfg.Sessions.TouchSession(r.Context(), hashed(token), now, sessionIdle)
	if errors.Is(err, workflows.ErrNotFound) {
		return visit{}, nil
	}
	if err != nil {
		return visit{}, err
	}
	person, err := p.person(r.Context(), s.Person)
	if err != nil {
		return visit{}, err
	}
	if !person.Active {
		return visit{}, p.cfg.Sessions.EndSession(r.Context(), s.Hash)
	}
	return visit{Person: person, Session: s, Assured: p.assured(s)}, nil
}

// assured says how sure a session is of its person. Where people can sign in at their company, a link from a chat is worth no
// more than the chat, and only the provider says that somebody has proved just now who they are.
func (p *Portal) assured(s workflows.Session) workflows.Assurance {
	now, better := p.cfg.Now(), p.cfg.Provider != nil
	switch {
	case s.Via == viaOIDC && now.Sub(s.AuthAt) < freshFor:
		return workflows.AssuredFresh
	case s.Via == viaOIDC:
		return workflows.AssuredPortal
	case !better && (s.Via == viaDemo || s.By == byServer) && now.Sub(s.Started) < freshFor:
		return workflows.AssuredFresh
	case !better, s.By == byServer:
		return workflows.AssuredPortal
	}
	return workflows.AssuredChat
}

// person reads one person; the zero value where there is none.
func (p *Portal) person(ctx context.Context, id workflows.PersonID) (workflows.Person, error) {
	roster, err := p.cfg.People.People(ctx, []workflows.PersonID{id}, nil, p.cfg.Business())
	if err != nil {
		return workflows.Person{}, err
	}
	person, _ := roster.Person(id)
	return person, nil
}

// named reads those of the ids that are people: neither nobody, nor Steward itself, nor a channel.
func (p *Portal) named(r *http.Request, ids []workflows.PersonID) (workflows.Roster, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id workflows.PersonID) bool {
		return id == "" || id == workflows.System || id == workflows.Channel
	})
	return p.cfg.People.People(r.Context(), ids, nil, p.cfg.Business())
}

// findPeople gives the first of the active people, by name, whose name or id contains the text; also whose address does, where
// the visitor may read addresses.
func (p *Portal) findPeople(r *http.Request, v visit, text string, most int) ([]workflows.Person, error) {
	found, _, err := p.cfg.Directory.PeopleRows(r.Context(), workflows.PeopleFilter{
		Text: text, Addresses: workflows.SeesProfile(v.Person, ""), Limit: most,
	})
	return found, err
}

// begin signs a person in with a new token: s says who and how. A session the browser had before ends.
func (p *Portal) begin(w http.ResponseWriter, r *http.Request, s workflows.Session) error {
	if err := p.end(r); err != nil {
		return err
	}
	token, now := p.cfg.Token(), p.cfg.Now()
	s.Hash, s.Agent, s.Started, s.Seen, s.Ends = hashed(token), agent(r.UserAgent()), now, now, now.Add(sessionMost)
	if err := p.cfg.Sessions.PutSession(r.Context(), s); err != nil {
		return err
	}
	p.setCookie(w, "steward", token, sessionMost)
	return nil
}

// end ends the browser's session, where it has one.
func (p *Portal) end(r *http.Request) error {
	token := p.cookie(r, "steward")
	if token == "" {
		return nil
	}
	err := p.cfg.Sessions.EndSession(r.Context(), hashed(token))
	if errors.Is(err, workflows.ErrNotFound) {
		return nil
	}
	return err
}
