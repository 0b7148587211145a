package view_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
)

// Names come from platforms and from files; whatever they are, the cards about accounts keep to the limits.
func TestAccountCardsKeepToTheLimits(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	hostile := append(cardtest.Hostile(), "", " ", strings.Repeat("W", 5000), strings.Repeat("e\u0301", 400))
	for i, text := range hostile {
		who := workflows.Person{ID: "P-1", Name: text, Email: text, Department: text, Active: true, Hours: workflows.Hours{Zone: zone}}
		link := workflows.Link{Account: workflows.Account{ID: "acc-1", Person: who.ID, Surface: "slack"}, State: workflows.LinkLinked}
		eyes := view.Eyes{Viewer: who, Now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
		many := make([]workflows.Link, 12)
		for i := range many {
			many[i] = link
			many[i].ID, many[i].UsedAt = fmt.Sprint("acc-", i), eyes.Now
			many[i].Surface = []string{"slack", "teams", text}[i%3]
		}
		odd := link
		odd.Surface = text
		company := link
		company.Surface, company.Proof = workflows.SurfaceOIDC, workflows.ProofOIDC
		news := func(l workflows.Link, part string) view.AccountNews {
			return view.AccountNews{Link: l, Part: part, Do: workflows.LinkEnd, By: who, From: who, To: who, At: eyes.Now}
		}
		for name, c := range map[string]card.Card{
			"whose": view.AreYou(view.Whose{Link: link, Person: who, Name: text, Email: text}), "of which nothing is known": view.AreYou(view.Whose{Link: odd, Person: who}),
			"linked": view.LinkedNow(link, who, true), "linked whole": view.LinkedNow(odd, who, false), "not you": view.NotYou(text),
			"accounts": view.Accounts(eyes, many), "one account": view.Accounts(eyes, many[:1]), "no account": view.Accounts(eyes, nil),
			"came": view.LinkNews(eyes, news(link, "")), "went": view.LinkNews(eyes, news(odd, "")), "signed in": view.LinkNews(eyes, news(company, "")),
			"moved": view.LinkNews(eyes, news(link, workflows.PartMoved)), "taken": view.LinkNews(eyes, news(odd, workflows.PartTaken)),
			"passed": view.LinkNews(eyes, news(odd, workflows.PassedPart(12345))),
		} {
			if err := card.Check(c); err != nil {
				t.Errorf("text %d, %s: %v", i, name, err)
			}
		}
		for _, s := range []string{view.WhoToAsk("slack", []workflows.Person{who, who, who, who}), view.WhoToAsk("teams", nil)} {
			if s != card.Clean(s) || len([]rune(s)) > 500 {
				t.Errorf("text %d: %q", i, s)
			}
		}
	}
}

func TestWhoToAsk(t *testing.T) {
	var people []workflows.Person
	for _, name := range []string{"Ana", "Ben", "Cleo", "Dan"} {
		people = append(people, workflows.Person{Name: name})
	}
	if got := view.WhoToAsk("teams", people); !strings.HasSuffix(got, "Microsoft Teams account this is, so I can neither show nor do anything here. Please ask an administrator of Steward to link it: Ana or Ben or Cleo.") {
		t.Errorf("got %q", got)
	}
	if got := view.WhoToAsk("slack", nil); !strings.HasSuffix(got, "Please ask an administrator of Steward to link it.") {
		t.Errorf("got %q", got)
	}
	if got := view.MoreLimited(2); !strings.HasPrefix(got, "2 more things wait for you in the portal") {
		t.Errorf("got %q", got)
	}
}

// The first sign-in with the company account is told in words of its own: nothing is sent there.
func TestNewsOfTheCompanyAccount(t *testing.T) {
	l := workflows.Link{Account: workflows.Account{ID: "acc-1", Surface: workflows.SurfaceOIDC, Proof: workflows.ProofOIDC}, State: workflows.LinkLinked}
	came := view.LinkNews(view.Eyes{}, view.AccountNews{Link: l})
	if !strings.HasPrefix(came.Gist, "You signed in to the portal with your company account for the first time.") ||
		came.Buttons[0].Label != "Remove company account" || !strings.Contains(came.Buttons[0].Confirm.Text, "you are signed out") {
		t.Errorf("%+v", came)
	}
	l.State = workflows.LinkEnded
	if went := view.LinkNews(view.Eyes{}, view.AccountNews{Link: l}); !strings.HasPrefix(went.Gist, "Your company account does not sign you in to the portal any more.") {
		t.Errorf("%+v", went)
	}
	l.Surface, l.State = "slack", workflows.LinkLinked
	if got := view.LinkNews(view.Eyes{}, view.AccountNews{Link: l}).Gist; !strings.HasPrefix(got, "A Slack account was linked to you, by you, signed in with your company account.") {
		t.Errorf("%q", got)
	}
}
