package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"steward/workflows"
)

// signInPage is what the page of /sign-in shows.
type signInPage struct {
	Demo   bool
	Begin  string // where the company signs people in; empty where it does not
	Walk   bool   // the strip of the demo leads through it
	People []workflows.Person
	To     string // where to go on
	Ended  bool   // a post came without a session
	Kept   []kept
}

// maxChoices bounds lists of people on a page.
const maxChoices = 150

func (p *Portal) signIn(w http.ResponseWriter, r *http.Request, v visit) error {
	return p.showSignIn(w, r, v, http.StatusOK, signInPage{To: localPath(r.URL.Query().Get("to"))})
}

func (p *Portal) showSignIn(w http.ResponseWriter, r *http.Request, v visit, status int, page signInPage) error {
	page.Demo, page.Walk = p.cfg.Demo, p.cfg.Tour != nil
	if p.cfg.Provider != nil {
		page.Begin = beginPath(page.To, false)
	}
	if p.cfg.Demo {
		var err error
		if page.People, err = p.findPeople(r, v, "", maxChoices); err != nil {
			return err
		}
	}
	return p.show(w, r, v, status, "sign-in", page)
}

// signInDemo lets the visitor act as a person. The route exists in the demo only.
func (p *Portal) signInDemo(w http.ResponseWriter, r *http.Request, v visit) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	who, err := p.person(r.Context(), workflows.PersonID(form.Get("person")))
	if err != nil {
		return err
	}
	if !who.Active {
		return refuse(http.StatusNotFound, "There is no such person", "Choose a person from the list.")
	}
	if err := p.begin(w, r, workflows.Session{Person: who.ID, Via: viaDemo}); err != nil {
		return err
	}
	to := localPath(form.Get("to"))
	if to == "" {
		to = "/"
	}
	return p.see(w, r, v, to, "")
}

// signInLink shows whose a one-time link is. It uses nothing up: programs that look into links before people do would.
func (p *Portal) signInLink(w http.ResponseWriter, r *http.Request, v visit) error {
	link, err := p.cfg.Links.SignInLink(r.Context(), hashed(r.PathValue("token")), p.cfg.Now())
	if err != nil {
		return deadLink(err)
	}
	who, err := p.person(r.Context(), link.Person)
	if err != nil {
		return err
	}
	if !who.Active {
		return deadLink(workflows.ErrNotFound)
	}
	return p.show(w, r, v, http.StatusOK, "sign-in-link", who)
}

func (p *Portal) useSignInLink(w http.ResponseWriter, r *http.Request, v visit) error {
	link, err := p.cfg.Links.UseSignInLink(r.Context(), hashed(r.PathValue("token")), p.cfg.Now())
	if err != nil {
		return deadLink(err)
	}
	who, err := p.person(r.Context(), link.Person)
	if err != nil {
		return err
	}
	if !who.Active {
		return deadLink(workflows.ErrNotFound)
	}
	if err := p.begin(w, r, workflows.Session{Person: who.ID, Via: viaLink, By: link.By, Link: link.Link}); err != nil {
		return err
	}
	to := localPath(r.URL.Query().Get("to")) // a link from chat leads on to what it was asked for
	if to == "" {
		to = "/"
	}
	return p.see(w, r, v, to, "")
}

func deadLink(err error) error {
	if !errors.Is(err, workflows.ErrNotFound) {
		return err
	}
	return refuse(http.StatusNotFound, "This link does not work any more",
		"A sign-in link works once and for 10 minutes, for a person who is in the directory. Ask for a new one: send “link” to Steward in your chat, or ask your administrator.")
}

func (p *Portal) signOut(w http.ResponseWriter, r *http.Request, _ visit) error {
	if err := p.end(r); err != nil {
		return err
	}
	p.setCookie(w, "steward", "", 0)
	return p.see(w, r, visit{}, "/sign-in", "")
}

// localPath gives a path of ours, or "" for anything that could lead elsewhere.
func localPath(s string) string {
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") || len(s) > 500 {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.HasPrefix(u.Path, "/sign-in") {
		return ""
	}
	return u.RequestURI()
}
