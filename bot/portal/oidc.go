package portal

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"steward/bot/portal/oidc"
	"steward/workflows"
)

// PathCallback is where the identity provider sends browsers back to: it is registered there.
const PathCallback = "/sign-in/oidc/callback"

// pathOIDC is where a sign-in at the identity provider begins.
const pathOIDC = "/sign-in/oidc"

// way is what a browser keeps while its person is at the provider, in a cookie. Nothing in it is trusted for more than that
// the answer belongs to this browser: who comes back is said by the provider's token.
type way struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Fresh    bool   `json:"f,omitempty"`
	Started  int64  `json:"t"`
	To       string `json:"to,omitempty"` // where to go on
}

// beginPath gives the address that begins a sign-in at the provider.
func beginPath(to string, fresh bool) string {
	q := url.Values{}
	if to != "" {
		q.Set("to", to)
	}
	if fresh {
		q.Set("fresh", "1")
	}
	if len(q) == 0 {
		return pathOIDC
	}
	return pathOIDC + "?" + q.Encode()
}

// beginOIDC sends the browser to the provider. It stores nothing: whoever follows this address without meaning to has lost
// nothing, and nobody can use up what others need to sign in.
func (p *Portal) beginOIDC(w http.ResponseWriter, r *http.Request, _ visit) error {
	fresh := r.URL.Query().Get("fresh") == "1"
	a, at, err := p.cfg.Provider.Begin(r.Context(), fresh)
	if err != nil {
		return p.notSignedIn(r, err)
	}
	raw, err := json.Marshal(way{
		State: a.State, Nonce: a.Nonce, Verifier: a.Verifier, Fresh: a.Fresh, Started: a.Started.UnixMilli(), To: localPath(r.URL.Query().Get("to")),
	})
	if err != nil {
		return err
	}
	p.setCookie(w, "steward-way", base64.RawURLEncoding.EncodeToString(raw), oidc.AttemptLife)
	http.Redirect(w, r, at, http.StatusSeeOther) //nolint:gosec // the provider's own address, of which the request chose nothing
	return nil
}

// takeWay reads the cookie of a sign-in and removes it: an answer counts once.
func (p *Portal) takeWay(w http.ResponseWriter, r *http.Request) (oidc.Attempt, string) {
	text := p.cookie(r, "steward-way")
	if text == "" {
		return oidc.Attempt{}, ""
	}
	p.setCookie(w, "steward-way", "", 0)
	return readWay(text)
}

// readWay reads the cookie of a sign-in; what is none of ours is no attempt.
func readWay(text string) (oidc.Attempt, string) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var c way
	if err != nil || json.Unmarshal(raw, &c) != nil {
		return oidc.Attempt{}, ""
	}
	return oidc.Attempt{
		State: c.State, Nonce: c.Nonce, Verifier: c.Verifier, Fresh: c.Fresh, Started: time.UnixMilli(c.Started),
	}, localPath(c.To)
}

// asked says whether what a browser came back with is of an attempt that it began: only then is the provider asked.
func (p *Portal) asked(r *http.Request) bool {
	a, _ := readWay(p.cookie(r, "steward-way"))
	return a.State != "" && a.State == r.URL.Query().Get("state")
}

// callback takes what a browser comes back with from the provider, and signs its person in. It is the one GET that changes
// something, and it does so only for the browser that began, and once: the cookie is gone, the code is used, and the key of
// the sign-in is stored with it.
func (p *Portal) callback(w http.ResponseWriter, r *http.Request, v visit) error {
	attempt, to := p.takeWay(w, r)
	s, err := p.cfg.Provider.Finish(r.Context(), attempt, r.URL.Query())
	if err != nil {
		return p.notSignedIn(r, err)
	}
	link, no, err := p.cfg.SignIns.SignIn(r.Context(), s)
	if err != nil {
		return err
	}
	if no != nil {
		p.cfg.Log.WarnContext(r.Context(), "sign-in refused", "reason", string(no.Code))
		return refuse(http.StatusForbidden, titleNotSignedIn, no.Sentence)
	}
	who, err := p.person(r.Context(), link.Person)
	if err != nil {
		return err
	}
	if !who.Active {
		return refuse(http.StatusForbidden, titleNotSignedIn, textNotActive)
	}
	if err := p.begin(w, r, workflows.Session{Person: who.ID, Via: viaOIDC, Link: link.ID, AuthAt: s.AuthAt}); err != nil {
		return err
	}
	if to == "" {
		to = "/"
	}
	return p.see(w, r, v, to, "")
}

// notSignedIn turns what went wrong on the way into a page. The log has the reason; neither has what the provider said.
func (p *Portal) notSignedIn(r *http.Request, err error) error {
	reason := oidc.ReasonOf(err)
	if reason == "" {
		return err
	}
	p.cfg.Log.WarnContext(r.Context(), "sign-in refused", "reason", string(reason), "err", err)
	status, text := whyNot(reason)
	return refuse(status, titleNotSignedIn, text)
}

// againPage is the page for those who are signed in and have to do it once more.
type againPage struct {
	Demo  bool
	Begin string // empty where there is no provider
	To    string
}

// signInAgain is where somebody goes on whose sign-in is not good enough for what they want to decide. From a chat they come to
// their company's sign-in, and from there to a fresh one.
func (p *Portal) signInAgain(w http.ResponseWriter, r *http.Request, v visit) error {
	page := againPage{Demo: p.cfg.Demo, To: localPath(r.URL.Query().Get("to"))}
	if page.To == "" {
		page.To = "/"
	}
	if p.cfg.Provider != nil {
		page.Begin = beginPath(page.To, v.Session.Via == viaOIDC)
	}
	return p.show(w, r, v, http.StatusOK, "sign-in-again", page)
}
