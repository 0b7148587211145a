package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/workflows"
)

// book is the links of the courier's tests.
type book struct {
	links map[string]workflows.Link
	fault error
}

func (b book) Link(_ context.Context, id string) (workflows.Link, error) {
	l, ok := b.links[id]
	if !ok && b.fault == nil {
		return l, workflows.ErrNotFound
	}
	return l, b.fault
}

// letterOf is a message about the link of an account of Ben's, to one of his accounts.
func letterOf(why workflows.Why, to workflows.Account) workflows.Delivery {
	return workflows.Delivery{
		Mail:    workflows.Mail{About: workflows.AccountRef("acc-1"), To: "P-2", Why: why, Lane: workflows.LaneDecide},
		Account: to,
	}
}

func TestCourierAboutLinks(t *testing.T) {
	own := workflows.Account{ID: "acc-1", Person: "P-2", Surface: "chat", Tenant: "T1", User: "U-1"}
	other := account("P-2")
	link := func(state workflows.LinkState, proof workflows.Proof) workflows.Link {
		l := workflows.Link{Account: own, State: state}
		l.Surface, l.Proof, l.Confirmed = "slack", proof, state == workflows.LinkLinked
		return l
	}
	send := func(t *testing.T, d workflows.Delivery, links bot.LinkBook, change func(*bench)) (*bench, workflows.Finish) {
		t.Helper()
		b := newBench(t, func(c *bot.CourierConfig) { c.Links = links })
		if change != nil {
			change(b)
		}
		b.queue.put(d)
		b.drain(t, 1)
		ends := b.queue.ends(1)
		for _, m := range b.chat.sent {
			if err := card.Check(m.Card); err != nil {
				t.Error(err)
			}
		}
		return b, ends[len(ends)-1]
	}
	t.Run("an account that is not linked is asked whose it is, and told nothing else", func(t *testing.T) {
		b, f := send(t, letterOf(workflows.WhyLink, own), book{links: map[string]workflows.Link{"acc-1": link(workflows.LinkProposed, "")}}, nil)
		if f.State != workflows.FinishSent || len(b.chat.sent) != 1 {
			t.Fatalf("ended as %+v", f)
		}
		text := cardtest.Text(b.chat.sent[0].Card)
		for _, want := range []string{"Are you Ben Okafor?", "[Yes, this is me", "[No]"} {
			if !strings.Contains(text, want) {
				t.Errorf("it does not say %q:\n%s", want, text)
			}
		}
		for _, secret := range []string{"AIR", "Otter", "request", "decide"} {
			if strings.Contains(text, secret) {
				t.Errorf("it says %q:\n%s", secret, text)
			}
		}
	})
	t.Run("news of a link go to the other accounts, with a way to undo it", func(t *testing.T) {
		for _, c := range []struct {
			link workflows.Link
			want string
		}{
			{link(workflows.LinkLinked, workflows.ProofPerson), "A Slack account was linked to you, by somebody who uses it and has your e-mail address there.\nIt can ask in your name"},
			{link(workflows.LinkLinked, workflows.ProofAdmin), "A Slack account was linked to you by an administrator."},
			{link(workflows.LinkEnded, ""), "A Slack account is not linked to you any more"},
		} {
			b, f := send(t, letterOf(workflows.WhyLinked, other), book{links: map[string]workflows.Link{"acc-1": c.link}}, nil)
			if f.State != workflows.FinishSent || f.Receipt.Why != workflows.WhyLinked {
				t.Fatalf("ended as %+v", f)
			}
			text := cardtest.Text(b.chat.sent[0].Card)
			if !strings.Contains(text, c.want) || strings.Contains(text, "[Remove Slack") != (c.link.State == workflows.LinkLinked) {
				t.Errorf("want %q:\n%s", c.want, text)
			}
		}
	})
	t.Run("moot where it does not hold any more", func(t *testing.T) {
		proposed, linked := link(workflows.LinkProposed, ""), link(workflows.LinkLinked, workflows.ProofPerson)
		moved := linked
		moved.Person = "P-3"
		for name, c := range map[string]struct {
			why    workflows.Why
			to     workflows.Account
			links  bot.LinkBook
			change func(*bench)
		}{
			"answered already":        {why: workflows.WhyLink, to: own, links: book{links: map[string]workflows.Link{"acc-1": linked}}},
			"of another account":      {why: workflows.WhyLink, to: other, links: book{links: map[string]workflows.Link{"acc-1": proposed}}},
			"gone":                    {why: workflows.WhyLink, to: own, links: book{}},
			"no chat at all":          {why: workflows.WhyLinked, to: other},
			"somebody else's":         {why: workflows.WhyLinked, to: other, links: book{links: map[string]workflows.Link{"acc-1": moved}}},
			"news on the account":     {why: workflows.WhyLinked, to: func() workflows.Account { a := own; a.Confirmed = true; return a }(), links: book{links: map[string]workflows.Link{"acc-1": linked}}},
			"only proposed once more": {why: workflows.WhyLinked, to: other, links: book{links: map[string]workflows.Link{"acc-1": proposed}}},
			"its person has left":     {why: workflows.WhyLinked, to: other, links: book{links: map[string]workflows.Link{"acc-1": linked}}, change: func(b *bench) { p := b.house.people["P-2"]; p.Active = false; b.house.people["P-2"] = p }},
		} {
			t.Run(name, func(t *testing.T) {
				b, f := send(t, letterOf(c.why, c.to), c.links, c.change)
				if f.State != workflows.FinishMoot || len(b.chat.sent) != 0 {
					t.Errorf("ended as %+v", f)
				}
			})
		}
	})
	t.Run("news do not go to an account that is not linked", func(t *testing.T) {
		unlinked := other
		unlinked.Confirmed = false
		b, f := send(t, letterOf(workflows.WhyLinked, unlinked), book{links: map[string]workflows.Link{"acc-1": link(workflows.LinkLinked, workflows.ProofAdmin)}}, nil)
		if f.State != workflows.FinishFailed || len(b.chat.sent) != 0 {
			t.Errorf("ended as %+v", f)
		}
	})
	t.Run("a fault of ours is tried again", func(t *testing.T) {
		_, f := send(t, letterOf(workflows.WhyLink, own), book{fault: errors.New("the disk is gone")}, nil)
		if f.State != workflows.FinishRetry {
			t.Errorf("ended as %+v", f)
		}
	})
}
