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
	"steward/workflows"
)

// book is the links of the courier's tests.
type book struct {
	links map[string]workflows.Link
	rows  []workflows.LogRow
	fault error
}

func (b book) History(context.Context, workflows.Ref) ([]workflows.LogRow, error) {
	return b.rows, b.fault
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
	t.Run("who did it and when is told, and whose the account is now to those who answer for Steward", func(t *testing.T) {
		row := func(do workflows.LinkDo, actor workflows.PersonID, data string) []workflows.LogRow {
			return []workflows.LogRow{{Record: workflows.Record{What: string(do), Actor: actor, At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).UnixMilli(), Data: []byte(data)}}}
		}
		mine, theirs := link(workflows.LinkLinked, workflows.ProofImport), link(workflows.LinkLinked, workflows.ProofImport)
		theirs.ID, theirs.Person = "slack:P-3", "P-3"
		ended := link(workflows.LinkEnded, "")
		replaced := row(workflows.LinkReplace, workflows.System, `{"person":"P-2","by":"slack:P-3"}`)
		for name, c := range map[string]struct {
			links map[string]workflows.Link
			rows  []workflows.LogRow
			part  string
			role  workflows.Role
			want  []string // nothing: it is moot
		}{
			"by a file": {links: map[string]workflows.Link{"acc-1": mine}, rows: row(workflows.LinkImport, workflows.System, `{"person":"P-2"}`), want: []string{
				"linked to you by an administrator's file on Mon",
			}},
			"in the place of another": {links: map[string]workflows.Link{"acc-1": mine}, rows: row(workflows.LinkImport, workflows.System, `{"person":"P-2"}`), part: workflows.PartMoved, want: []string{
				"The one before is not linked to you any more",
			}},
			"taken away by somebody": {links: map[string]workflows.Link{"acc-1": ended}, rows: row(workflows.LinkEnd, "P-3", `{"person":"P-2"}`), want: []string{
				"not linked to you any more: taken away by Cleo Marsh on Mon", "who can link it again",
			}},
			"taken away on the server": {links: map[string]workflows.Link{"acc-1": ended}, rows: row(workflows.LinkEnd, workflows.System, `{"person":"P-2"}`), want: []string{
				"by whoever runs Steward on its server on Mon",
			}},
			"somebody else's now": {links: map[string]workflows.Link{"slack:P-3": theirs}, rows: replaced, part: workflows.PartTaken, want: []string{
				"is somebody else's now, by a file that an administrator imported on Mon", "tell your administrator at once",
			}},
			"passed on, to who answers for Steward": {links: map[string]workflows.Link{"slack:P-3": theirs}, rows: replaced, part: workflows.PassedPart(3), role: workflows.ComplianceLead, want: []string{
				"A Slack account was that of Ben Okafor and is that of Cleo Marsh now, by a file that an administrator imported on Mon", "2 accounts more passed",
			}},
			"passed on, to somebody else": {links: map[string]workflows.Link{"slack:P-3": theirs}, rows: replaced, part: workflows.PassedPart(3)},
			"passed on by the file itself": {links: map[string]workflows.Link{"acc-1": mine}, rows: row(workflows.LinkImport, workflows.System, `{"person":"P-2","from":"P-3"}`), part: workflows.PassedPart(1), role: workflows.Administrator, want: []string{
				"was that of Cleo Marsh and is that of Ben Okafor now",
			}},
			"no such record": {links: map[string]workflows.Link{"acc-1": mine}},
		} {
			t.Run(name, func(t *testing.T) {
				d := letterOf(workflows.WhyLinked, other)
				d.Mail.Record, d.Mail.Part = 1, c.part
				b, f := send(t, d, book{links: c.links, rows: c.rows}, func(b *bench) {
					p := b.house.people["P-2"]
					p.Roles = append(p.Roles, c.role)
					b.house.people["P-2"] = p
				})
				if len(c.want) == 0 {
					if f.State != workflows.FinishMoot {
						t.Errorf("ended as %+v", f)
					}
					return
				}
				if f.State != workflows.FinishSent {
					t.Fatalf("ended as %+v", f)
				}
				for _, want := range c.want {
					if text := cardtest.Text(b.chat.sent[0].Card); !strings.Contains(text, want) {
						t.Errorf("want %q:\n%s", want, text)
					}
				}
			})
		}
	})
	t.Run("a fault of ours is tried again", func(t *testing.T) {
		_, f := send(t, letterOf(workflows.WhyLink, own), book{fault: errors.New("the disk is gone")}, nil)
		if f.State != workflows.FinishRetry {
			t.Errorf("ended as %+v", f)
		}
	})
}
