package portal

import (
	"fmt"
	"net/http"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// accountsPage is the page of one's accounts: the desk's card, what can be confirmed, and where one is signed in.
type accountsPage struct {
	Card    titledCard
	Confirm []offer
	Company string      // where the company signs people in, for those who came another way; empty for others
	Known   string      // host of the provider by whose account the visitor came
	Signed  []signedRow // nil where that is not known
	Others  bool        // there are more than this one
}

// offer is an account that its owner may confirm here.
type offer struct{ Name, Path, Why string }

// signedRow is one session.
type signedRow struct {
	ID, Browser, How string
	Here             bool
	Since, Used      when
}

// accounts shows which chat accounts are linked to the visitor, with buttons to change that, and where they are signed in. It is
// where somebody takes away what is not theirs, so it needs no chat.
func (p *Portal) accounts(w http.ResponseWriter, r *http.Request, v visit) error {
	reply, err := p.cfg.Desk.Command(r.Context(), v.who(""), view.WordLink)
	if err != nil {
		return err
	}
	if reply.Card == nil || reply.Code != "" {
		return p.answer(w, r, v, reply, nil)
	}
	page := accountsPage{Card: titled(1, p.nonce(), *reply.Card)}
	if v.Session.Via == viaOIDC {
		page.Known = hostOf(p.cfg.Provider.Issuer())
	}
	if err := p.offers(r, v, &page); err != nil {
		return err
	}
	if err := p.signedIn(r, v, &page); err != nil {
		return err
	}
	return p.show(w, r, v, http.StatusOK, "accounts", page)
}

// offers lists the accounts that the visitor can confirm.
func (p *Portal) offers(r *http.Request, v visit, page *accountsPage) error {
	if p.cfg.Provider == nil || p.cfg.Accounts == nil || p.cfg.Names == nil {
		return nil
	}
	links, err := p.cfg.Accounts.LinksOf(r.Context(), v.Person.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		if !confirmable(l) {
			continue
		}
		if v.Session.Via != viaOIDC {
			page.Company = beginPath(view.PathAccounts, false)
			return nil
		}
		o := offer{Name: view.SurfaceName(l.Surface), Path: view.PathAccounts + "/confirm/" + l.ID, Why: textWhyProposed}
		if l.State == workflows.LinkLinked {
			o.Why = textWhyLimited
		}
		page.Confirm = append(page.Confirm, o)
	}
	return nil
}

// confirmable says whether a link is one that its person can confirm.
func confirmable(l workflows.Link) bool {
	return l.Surface != workflows.SurfaceOIDC && (l.State == workflows.LinkProposed || l.State == workflows.LinkLinked && l.Limited())
}

// signedIn lists where the visitor is signed in.
func (p *Portal) signedIn(r *http.Request, v visit, page *accountsPage) error {
	if p.cfg.Signed == nil {
		return nil
	}
	now := p.cfg.Now()
	sessions, err := p.cfg.Signed.SessionsOf(r.Context(), v.Person.ID, now, now.Add(-sessionIdle))
	if err != nil {
		return err
	}
	c := clock{zone: v.Person.Zone(), now: now}
	for _, s := range sessions {
		row := signedRow{ID: s.ID(), Browser: card.Clean(s.Agent), How: began(s), Here: s.Hash == v.Session.Hash, Since: c.at(s.Started), Used: c.at(s.Seen)}
		if row.Browser == "" {
			row.Browser = textSomeBrowser
		}
		page.Others = page.Others || !row.Here
		page.Signed = append(page.Signed, row)
	}
	return nil
}

// endSignIns signs the visitor out somewhere, or everywhere but here.
func (p *Portal) endSignIns(w http.ResponseWriter, r *http.Request, v visit) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	if p.cfg.Signed == nil {
		return errUnknown
	}
	id, say := form.Get("end"), textSignedOutOne
	switch {
	case id == "others":
		say = textSignedOutRest
		err = p.cfg.Signed.EndOtherSessions(r.Context(), v.Person.ID, v.Session.Hash)
	case id == v.Session.ID():
		return p.signOut(w, r, v)
	case !nonceGood(id): // an id has the same form
		return errMalformed
	default:
		err = p.cfg.Signed.EndSessionOf(r.Context(), v.Person.ID, id)
	}
	if err != nil {
		return err
	}
	return p.see(w, r, v, view.PathAccounts, say)
}

// confirmPage names both identities: whoever confirms has to see whose account it is.
type confirmPage struct {
	Surface      string
	Here, There  []card.Fact
	Proposed     bool
	Path, Return string
}

// confirmAccount asks somebody who came by the provider whether a chat account is theirs. Looking changes nothing.
func (p *Portal) confirmAccount(w http.ResponseWriter, r *http.Request, v visit) error {
	l, name, email, err := p.toConfirm(r, v)
	if err != nil {
		return err
	}
	page := confirmPage{
		Surface: view.SurfaceName(l.Surface), Proposed: l.State == workflows.LinkProposed, Path: r.URL.Path, Return: view.PathAccounts,
		Here: facts("Name", v.Person.Name, "Department", v.Person.Department, "E-mail address", v.Person.Email,
			"Signed in at", hostOf(p.cfg.Provider.Issuer())),
		There: facts("Name", name, "E-mail address", email, "Member id", l.User),
	}
	return p.show(w, r, v, http.StatusOK, "confirm-account", page)
}

// accountConfirmed takes their yes. Whether it counts is the engine's to say.
func (p *Portal) accountConfirmed(w http.ResponseWriter, r *http.Request, v visit) error {
	l, _, _, err := p.toConfirm(r, v)
	if err != nil {
		return err
	}
	_, no, err := p.cfg.Accounts.ChangeLink(r.Context(), workflows.LinkChange{
		Do: workflows.LinkConfirm, Link: l.ID, Actor: v.Person.ID, Person: v.Person.ID, Via: v.who("").Via,
	})
	if err != nil {
		return err
	}
	if no != nil {
		return p.answer(w, r, v, bot.Reply{Kind: bot.ReplySay, Text: view.Sentence(no), Code: no.Code, Path: view.PathAccounts}, nil)
	}
	return p.see(w, r, v, view.PathAccounts, fmt.Sprintf(textConfirmedFor, view.SurfaceName(l.Surface)))
}

// toConfirm finds the account that is to be confirmed, and how its platform calls it now. An account of which that says
// nothing is not confirmed: nobody could see whose it is.
func (p *Portal) toConfirm(r *http.Request, v visit) (l workflows.Link, name, email string, err error) {
	if p.cfg.Provider == nil || p.cfg.Accounts == nil || p.cfg.Names == nil {
		return l, "", "", errUnknown
	}
	links, err := p.cfg.Accounts.LinksOf(r.Context(), v.Person.ID)
	if err != nil {
		return l, "", "", err
	}
	for _, one := range links {
		if one.ID != r.PathValue("link") || !confirmable(one) {
			continue
		}
		if v.Session.Via != viaOIDC {
			return l, "", "", refuse(http.StatusForbidden, titleCompanyFirst, textCompanyFirst)
		}
		name, email, ok := p.cfg.Names.ChatName(r.Context(), one.Account)
		if !ok {
			return l, "", "", refuse(http.StatusServiceUnavailable, titleNoName, fmt.Sprintf(textNoName, view.SurfaceName(one.Surface)))
		}
		return one, name, email, nil
	}
	return l, "", "", refuse(http.StatusNotFound, titleNoSuchAccount, textNoSuchAccount)
}

// facts makes facts of pairs, without those that are empty.
func facts(pairs ...string) []card.Fact {
	var out []card.Fact
	for i := 0; i+1 < len(pairs); i += 2 {
		if text := card.Clean(pairs[i+1]); text != "" {
			out = append(out, card.Fact{Label: pairs[i], Value: text})
		}
	}
	return out
}
