package portal_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/portal"
	"steward/bot/view"
	"steward/workflows"
)

// book is the links of people's accounts.
type book struct {
	links     []workflows.Link
	confirmed []workflows.LinkChange
	no        *workflows.Refusal
	err       error
}

func (b *book) LinksOf(_ context.Context, who workflows.PersonID) ([]workflows.Link, error) {
	return slices.DeleteFunc(slices.Clone(b.links), func(l workflows.Link) bool { return l.Person != who }), b.err
}

func (b *book) ChangeLink(_ context.Context, c workflows.LinkChange) (workflows.Link, *workflows.Refusal, error) {
	if c.Do == workflows.LinkConfirm {
		b.confirmed = append(b.confirmed, c)
		return workflows.Link{}, b.no, b.err
	}
	i := slices.IndexFunc(b.links, func(l workflows.Link) bool {
		return l.ID == c.Link && l.Person == c.Person && (c.Actor == c.Person || c.Actor == jonas)
	})
	if i < 0 {
		return workflows.Link{}, workflows.Refuse(workflows.CodeStale, "This is not open any more."), nil
	}
	if c.Do == workflows.LinkEnd {
		b.links[i].State = workflows.LinkEnded
	}
	return b.links[i], nil, nil
}

// TestAccounts: whoever is told that an account was linked to them finds it in the portal, and takes it away there.
func TestAccounts(t *testing.T) {
	links := &book{links: []workflows.Link{{
		Account: workflows.Account{ID: "acc-1", Person: ana, Surface: "slack", Confirmed: true, Proof: workflows.ProofPerson}, State: workflows.LinkLinked,
	}}}
	h := newHouse(t, func(c *portal.Config) { c.Desk.(*bot.Desk).WithAccounts(links) })
	seed(t, h)
	if _, err := h.PutNotice(t.Context(), workflows.Notice{
		Delivery: 99, Person: ana, About: workflows.AccountRef("acc-1"), Why: workflows.WhyLinked, Gist: "A Slack account was linked to you.", At: h.Now(),
	}); err != nil {
		t.Fatal(err)
	}
	b, err := h.client.Browser(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	if p := get(t, b, "/", 200); !strings.Contains(p.Body, `<a href="/accounts">A Slack account was linked to you.</a>`) {
		t.Errorf("the news lead nowhere:\n%s", p.Root.Words())
	}
	p := get(t, b, "/accounts", 200)
	if !strings.Contains(p.Root.Words(), "an administrator has to confirm it before you decide by a role there") {
		t.Errorf("it reads:\n%s", p.Root.Words())
	}
	press := func(verb, about string, want int) string {
		t.Helper()
		action := card.Action{Verb: verb, About: about}
		p := post(t, b, "/press", url.Values{"nonce": {"00000000000000fa"}, "action": {action.String()}}, want)
		return p.Path + " " + p.Root.Words()
	}
	if got := press(view.VerbUnlink, "account/acc-9", 409); !strings.Contains(got, "This is not open any more.") {
		t.Errorf("got %s", got)
	}
	if got := press(view.VerbUnlink, "account/acc-1", 200); !strings.HasPrefix(got, "/accounts ") || !strings.Contains(got, view.TextRemoved) ||
		!strings.Contains(got, "No chat account is linked to you") {
		t.Errorf("got %s", got)
	}
}

// TestAdministratorSaysWhoseAnAccountIs: an administrator confirms an account of somebody else, or takes it away, on a page that names
// both. Nobody else has that page.
func TestAdministratorSaysWhoseAnAccountIs(t *testing.T) {
	half := workflows.Account{ID: "acc-1", Person: ana, Surface: "slack", Tenant: "T1", User: "U1", Confirmed: true, Proof: workflows.ProofPerson}
	own := workflows.Account{ID: "acc-2", Person: jonas, Surface: "slack", Tenant: "T1", User: "U2", Confirmed: true, Proof: workflows.ProofPerson}
	links := &book{links: []workflows.Link{{Account: half, State: workflows.LinkLinked}, {Account: own, State: workflows.LinkLinked}}}
	h := newHouse(t, func(c *portal.Config) {
		c.Accounts, c.Names = links, &company{names: map[string]string{"U1": "ana_r"}}
		c.Directory = listed{c.Directory, links}
	})
	const at = "/people/P-014/accounts/acc-1"
	b := h.as(t, jonas)
	if p := get(t, b, "/people/P-014", 200); !strings.Contains(p.Body, `href="`+at+`"`) {
		t.Errorf("the person's page does not lead there:\n%s", p.Root.Words())
	}
	words := get(t, b, at, 200).Root.Words()
	for _, named := range []string{"Slack: Ana Ruiz", "ana_r@chat.example.com", "U1", "T1", "by the person alone", "ana.ruiz@example.com", "Confirm that it is theirs", "Remove"} {
		if !strings.Contains(words, named) {
			t.Errorf("the page does not name %q:\n%s", named, words)
		}
	}
	if len(links.confirmed) != 0 {
		t.Error("looking confirmed it")
	}
	for _, who := range []workflows.PersonID{ana, ben, helen, ola} {
		if p := get(t, h.as(t, who), "/people/P-014", 200); strings.Contains(p.Body, `href="`+at+`"`) {
			t.Errorf("%s is led there", who)
		}
		get(t, h.as(t, who), at, 404)
		post(t, h.as(t, who), at, url.Values{"do": {"confirm"}}, 404)
	}
	if p := post(t, b, at, url.Values{"do": {"confirm"}}, 200); p.Path != "/people/P-014" || !strings.Contains(p.Root.Words(), "The Slack account is confirmed as that of Ana Ruiz") {
		t.Errorf("%s:\n%s", p.Path, p.Root.Words())
	}
	if want := []workflows.LinkChange{{
		Do: workflows.LinkConfirm, Link: "acc-1", Actor: jonas, Person: ana, Via: workflows.Via{Surface: "portal"},
	}}; !slices.Equal(links.confirmed, want) {
		t.Errorf("confirmed %+v", links.confirmed)
	}
	if p := get(t, b, "/people/P-022/accounts/acc-2", 200); strings.Contains(p.Root.Words(), "Confirm that") || !strings.Contains(p.Root.Words(), "Nobody confirms an account of their own") {
		t.Errorf("their own:\n%s", p.Root.Words())
	}
	links.no = workflows.Refuse(workflows.CodeNotNow, "An administrator cannot confirm an account of their own.")
	if p := post(t, b, "/people/P-022/accounts/acc-2", url.Values{"do": {"confirm"}}, 409); !strings.Contains(p.Root.Words(), "of their own") {
		t.Errorf("refused:\n%s", p.Root.Words())
	}
	post(t, b, at, url.Values{"do": {"anything"}}, 400)
	get(t, b, "/people/P-014/accounts/acc-2", 404) // somebody else's
	if p := post(t, b, at, url.Values{"do": {"remove"}}, 200); !strings.Contains(p.Root.Words(), "not linked to Ana Ruiz any more") || links.links[0].State != workflows.LinkEnded {
		t.Errorf("%+v:\n%s", links.links[0], p.Root.Words())
	}
	links.err = errors.New("away")
	get(t, b, at, 500)
}

// listed is a directory with the links of a book.
type listed struct {
	portal.Directory
	links *book
}

func (l listed) LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error) {
	return l.links.LinksOf(ctx, who)
}
