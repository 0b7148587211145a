package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
)

// accounts are the links of one person, changed as asked unless a refusal is set.
type accounts struct {
	links []workflows.Link
	asked []workflows.LinkChange
	no    *workflows.Refusal
	fault error
}

func (a *accounts) LinksOf(_ context.Context, who workflows.PersonID) ([]workflows.Link, error) {
	var out []workflows.Link
	for _, l := range a.links {
		if l.Person == who {
			out = append(out, l)
		}
	}
	return out, a.fault
}

func (a *accounts) ChangeLink(_ context.Context, c workflows.LinkChange) (workflows.Link, *workflows.Refusal, error) {
	a.asked = append(a.asked, c)
	if a.no != nil || a.fault != nil {
		return workflows.Link{}, a.no, a.fault
	}
	for i := range a.links {
		if a.links[i].ID == c.Link && c.Do == workflows.LinkEnd {
			a.links[i].State = workflows.LinkEnded
		}
	}
	return workflows.Link{}, nil, nil
}

func TestLinkCommand(t *testing.T) {
	linked := func(id, surface string, proof workflows.Proof) workflows.Link {
		return workflows.Link{
			Account: workflows.Account{ID: id, Person: "ben", Surface: surface, Tenant: "T1", User: "U-" + id, Confirmed: true, Proof: proof},
			State:   workflows.LinkLinked,
		}
	}
	o := newOffice(t)
	slack, teams, second := linked("link-ben", "slack", workflows.ProofPerson), linked("acc-2", "teams", workflows.ProofImport), linked("acc-3", "slack", workflows.ProofAdmin)
	slack.UsedAt = o.Now().Add(-24 * time.Hour)
	proposed, gone := linked("acc-4", "slack", ""), linked("acc-5", "slack", "")
	proposed.State, gone.State = workflows.LinkProposed, workflows.LinkEnded
	book := &accounts{links: []workflows.Link{slack, teams, second, proposed, gone}}
	t.Run("without chat there is the portal", func(t *testing.T) {
		r := o.command("ben", "link")
		if r.Kind != bot.ReplyCard || !strings.Contains(cardtest.Text(*r.Card), "No chat account is linked to you. I write to you in the portal.") {
			t.Errorf("got %s", shownText(r))
		}
		if r := o.press("ben", card.Action{Verb: view.VerbPrefer, About: "account/acc-2"}); r.Code != workflows.CodeUnknown {
			t.Errorf("got %s", shownText(r))
		}
	})
	o.desk.WithAccounts(book)
	t.Run("it lists the linked accounts in the order in which they are tried", func(t *testing.T) {
		text := cardtest.Text(*o.command("ben", "LINK").Card)
		for _, want := range []string{
			"- Slack: messages go here first; last used Sun 23 Nov; an administrator has to confirm it before you decide by a role there.",
			"- Microsoft Teams", "- Slack 2", "[Use Microsoft Teams first]", "[Use Slack 2 first]", "[Remove Slack *danger]", "(more: Remove Microsoft Teams *danger, Remove Slack 2 *danger, Open in the portal ->/)",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("it does not say %q:\n%s", want, text)
			}
		}
		for _, not := range []string{"Slack 3", "U-", "T1", "[Use Slack first]"} {
			if strings.Contains(text, not) {
				t.Errorf("it says %q:\n%s", not, text)
			}
		}
		if text := cardtest.Text(*o.command("ana", "link").Card); strings.Contains(text, "Slack") {
			t.Errorf("Ana sees Ben's accounts:\n%s", text)
		}
	})
	t.Run("buttons change what they name, as whoever pressed", func(t *testing.T) {
		c := o.command("ben", "link").Card
		r := o.click("ben", c, "Use Microsoft Teams first")
		if r.Code != "" || r.Card == nil || r.Text != view.TextChosen {
			t.Errorf("got %s", shownText(r))
		}
		r = o.click("ben", c, "Remove Slack 2")
		if r.Code != "" || r.Text != view.TextRemoved || strings.Contains(cardtest.Text(*r.Card), "Slack 2") {
			t.Errorf("got %s", shownText(r))
		}
		r = o.click("ben", c, "Remove Slack") // the account he presses from
		if r.Kind != bot.ReplySay || r.Card != nil || r.Text != view.TextRemoved {
			t.Errorf("got %s", shownText(r))
		}
		o.click("ana", c, "Remove Microsoft Teams")
		want := []struct {
			do    workflows.LinkDo
			link  string
			actor workflows.PersonID
		}{{workflows.LinkPrefer, "acc-2", "ben"}, {workflows.LinkEnd, "acc-3", "ben"}, {workflows.LinkEnd, "link-ben", "ben"}, {workflows.LinkEnd, "acc-2", "ana"}}
		for i, w := range want {
			if got := book.asked[i]; got.Do != w.do || got.Link != w.link || got.Actor != w.actor || got.Person != w.actor || got.Account.User != "" ||
				got.Via != (workflows.Via{Surface: "slack", Link: "link-" + string(w.actor)}) {
				t.Errorf("change %d: %+v", i, got)
			}
		}
	})
	t.Run("a refusal is a sentence, a fault is a fault, an old button shows what there is", func(t *testing.T) {
		book.no = workflows.Refuse(workflows.CodeNotNow, "Not from here.")
		if r := o.press("ben", card.Action{Verb: view.VerbUnlink, About: "account/acc-2"}); r.Code != workflows.CodeNotNow || r.Text != "Not from here." {
			t.Errorf("got %s", shownText(r))
		}
		n := len(book.asked)
		for _, verb := range []string{view.VerbApprove, view.VerbMe, view.VerbShow, "gone"} {
			if r := o.press("ben", card.Action{Verb: verb, About: "account/acc-2"}); r.Text != view.TextOldButton || r.Card == nil || len(book.asked) != n {
				t.Errorf("%s: %s", verb, shownText(r))
			}
		}
		book.no, book.fault = nil, errors.New("the disk is gone")
		if _, err := o.desk.Command(t.Context(), o.who("ben"), "link"); !errors.Is(err, book.fault) {
			t.Error(err)
		}
		if _, err := o.desk.Press(t.Context(), o.who("ben"), card.Action{Verb: view.VerbUnlink, About: "account/acc-2"}); !errors.Is(err, book.fault) {
			t.Error(err)
		}
	})
}
