package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"steward/bot"
	"steward/workflows"
)

// How long sign-ins last, real time.
const (
	sessionIdle = 8 * time.Hour      // without use
	sessionMost = 7 * 24 * time.Hour // in any case
)

// visit is one request with who makes it. Person is empty where nobody is signed in.
type visit struct {
	Person  workflows.Person
	Session workflows.Session
	Flash   flash
	Pulse   workflows.Pulse // of their inbox
}

func (v visit) signedIn() bool { return v.Person.ID != "" }

// who is the visitor as the desk takes them; key is the platform key of a press, empty for reading and for forms.
func (v visit) who(key string) bot.Who {
	if key != "" {
		key = "portal//" + string(v.Person.ID) + "/" + key
	}
	return bot.Who{Person: v.Person.ID, Via: workflows.Via{Surface: workflows.SurfacePortal}, Key: key}
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
	s, err := p.cfg.Sessions.TouchSession(r.Context(), hashed(token), now)
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
	if !now.Before(s.Ends) || now.Sub(s.Seen) > sessionIdle || !person.Active {
		return visit{}, p.cfg.Sessions.EndSession(r.Context(), s.Hash)
	}
	return visit{Person: person, Session: s}, nil
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

// begin signs a person in with a new token. A session the browser had before ends.
func (p *Portal) begin(w http.ResponseWriter, r *http.Request, who workflows.PersonID, via string) error {
	if err := p.end(r); err != nil {
		return err
	}
	token, now := p.cfg.Token(), p.cfg.Now()
	err := p.cfg.Sessions.PutSession(r.Context(), workflows.Session{
		Hash: hashed(token), Person: who, Via: via, Started: now, Seen: now, Ends: now.Add(sessionMost),
	})
	if err != nil {
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
