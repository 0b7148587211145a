package portal_test

import (
	"context"
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
	i := slices.IndexFunc(b.links, func(l workflows.Link) bool { return l.ID == c.Link && l.Person == c.Person && c.Actor == c.Person })
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
