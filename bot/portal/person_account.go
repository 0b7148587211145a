package portal

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// linkPage is one account of a person, as an administrator says whose it is. It names both.
type linkPage struct {
	Head         pageHead
	Surface      string
	Person       string
	There, Here  []card.Fact
	Own          bool // nobody confirms an account of their own
	Confirm, End bool // what can be done
	ByFile       bool // the next import would link it again
	Path, Return string
}

// personAccount shows an administrator one account of a person, with what can be done to it. Looking changes nothing.
func (p *Portal) personAccount(w http.ResponseWriter, r *http.Request, v visit) error {
	l, who, err := p.accountOf(r, v)
	if err != nil {
		return err
	}
	mark, surface := linkMark(l.State), view.SurfaceName(l.Surface)
	page := linkPage{
		Head: pageHead{Title: surface + ": " + who.Name, Mark: &mark}, Surface: surface, Person: who.Name, Own: who.ID == v.Person.ID,
		Confirm: l.State != workflows.LinkLinked || l.Limited(), End: l.State == workflows.LinkLinked || l.State == workflows.LinkProposed,
		ByFile: l.Proof == workflows.ProofImport, Path: accountPath(who.ID, l.ID), Return: personPath(who.ID),
		Here: facts("Name", who.Name, "Department", who.Department, "E-mail address", who.Email),
	}
	page.Confirm = page.Confirm && !page.Own && who.Active
	var name, email string
	if p.cfg.Names != nil {
		name, email, _ = p.cfg.Names.ChatName(r.Context(), l.Account)
	}
	page.There = facts("Name", name, "E-mail address", email, "Member id", l.User, "Organisation", l.Tenant, "Linked", proofWord(l.Proof))
	return p.show(w, r, v, http.StatusOK, "person-account", page)
}

// changeAccountOf takes what an administrator says of an account. Whether it counts is the engine's to say.
func (p *Portal) changeAccountOf(w http.ResponseWriter, r *http.Request, v visit) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	l, who, err := p.accountOf(r, v)
	if err != nil {
		return err
	}
	do, done := workflows.LinkConfirm, textConfirmedOf
	switch form.Get("do") {
	case "confirm":
	case "remove":
		do, done = workflows.LinkEnd, textRemovedOf
	default:
		return errMalformed
	}
	_, no, err := p.cfg.Accounts.ChangeLink(r.Context(), workflows.LinkChange{Do: do, Link: l.ID, Actor: v.Person.ID, Person: who.ID, Via: v.who("").Via})
	if err != nil {
		return err
	}
	if no != nil {
		return p.answer(w, r, v, bot.Reply{Kind: bot.ReplySay, Text: view.Sentence(no), Code: no.Code, Path: personPath(who.ID)}, nil)
	}
	return p.see(w, r, v, personPath(who.ID), fmt.Sprintf(done, view.SurfaceName(l.Surface), who.Name))
}

// accountOf finds the account of a person that an administrator looks at; for others there is none.
func (p *Portal) accountOf(r *http.Request, v visit) (workflows.Link, workflows.Person, error) {
	var none workflows.Link
	if !administers(v.Person) || p.cfg.Accounts == nil {
		return none, workflows.Person{}, errUnknown
	}
	who, err := p.person(r.Context(), workflows.PersonID(r.PathValue("person")))
	if err != nil {
		return none, who, err
	}
	links, err := p.cfg.Accounts.LinksOf(r.Context(), who.ID)
	if err != nil {
		return none, who, err
	}
	i := slices.IndexFunc(links, func(l workflows.Link) bool { return l.ID == r.PathValue("link") })
	if i < 0 {
		return none, who, errUnknown
	}
	return links[i], who, nil
}

func accountPath(who workflows.PersonID, link string) string {
	return personPath(who) + "/accounts/" + url.PathEscape(link)
}
