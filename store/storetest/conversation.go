package storetest

import (
	"sync"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// chat is the conversation of a person's account as it was seen at a time.
func chat(who workflows.PersonID, at time.Time) workflows.Conversation {
	return workflows.Conversation{
		Account: workflows.Account{Surface: "teams", Tenant: "tenant-1", User: "user-" + string(who)},
		Place:   "a:1" + string(who), Service: "https://smba.trafficmanager.net/emea/tenant-1/", Member: "29:" + string(who), Bot: "28:app",
		SeenAt: at,
	}
}

// chatOf reads the conversation of a person's account.
func (d *db) chatOf(who workflows.PersonID) workflows.Conversation {
	d.Helper()
	a := chat(who, now()).Account
	got, err := d.store.Conversation(d.ctx, a.Surface, a.Tenant, a.User)
	d.must(err)
	return got
}

func (d *db) endChat(c workflows.Conversation, at time.Time) {
	d.Helper()
	d.must(d.store.EndConversation(d.ctx, c.Account.Surface, c.Account.Tenant, c.Account.User, c.Place, at))
}

// changed gives a conversation with what is special about it.
func changed(c workflows.Conversation, change func(*workflows.Conversation)) workflows.Conversation {
	change(&c)
	return c
}

func conversationChecks() []check {
	return []check{
		{"a conversation comes back as it was seen, and the newest word about it counts", func(d *db) {
			first := chat(ana, now())
			d.must(d.store.SaveConversation(d.ctx, first))
			same(d, d.chatOf(ana), first)
			moved := changed(first, func(c *workflows.Conversation) {
				c.Place, c.Service, c.SeenAt = "a:1other", "https://smba.trafficmanager.net/amer/tenant-1/", now().Add(time.Second)
			})
			d.must(d.store.SaveConversation(d.ctx, moved))
			same(d, d.chatOf(ana), moved)
			d.must(d.store.SaveConversation(d.ctx, first)) // it comes a second time, or late
			same(d, d.chatOf(ana), moved)
			for _, a := range []workflows.Account{
				{Surface: "slack", Tenant: "tenant-1", User: first.Account.User},
				{Surface: "teams", Tenant: "tenant-2", User: first.Account.User},
				{Surface: "teams", Tenant: "tenant-1", User: "\x00"},
			} {
				_, err := d.store.Conversation(d.ctx, a.Surface, a.Tenant, a.User)
				d.is(err, workflows.ErrNotFound)
			}
		}},
		{"what a word about the same conversation leaves out stays, of another one it does not", func(d *db) {
			d.must(d.store.SaveConversation(d.ctx, chat(ana, now())))
			bare := changed(chat(ana, now().Add(time.Hour)), func(c *workflows.Conversation) { c.Member, c.Bot = "", "" })
			d.must(d.store.SaveConversation(d.ctx, bare))
			same(d, d.chatOf(ana), chat(ana, now().Add(time.Hour)))
			other := changed(bare, func(c *workflows.Conversation) { c.Place, c.SeenAt = "a:1other", now().Add(2*time.Hour) })
			d.must(d.store.SaveConversation(d.ctx, other))
			same(d, d.chatOf(ana), other)
		}},
		{"a word that says nothing new is written down once a minute", func(d *db) {
			d.must(d.store.SaveConversation(d.ctx, chat(ana, now())))
			bare := changed(chat(ana, now().Add(time.Second)), func(c *workflows.Conversation) { c.Member, c.Bot = "", "" })
			d.must(d.store.SaveConversation(d.ctx, chat(ana, now().Add(59*time.Second))))
			d.must(d.store.SaveConversation(d.ctx, bare))
			same(d, d.chatOf(ana), chat(ana, now()))
			d.must(d.store.SaveConversation(d.ctx, chat(ana, now().Add(time.Minute))))
			same(d, d.chatOf(ana), chat(ana, now().Add(time.Minute)))
		}},
		{"a conversation that ended lives again when its person is heard of", func(d *db) {
			c := chat(ana, now())
			d.must(d.store.SaveConversation(d.ctx, c))
			d.must(d.store.SaveConversation(d.ctx, chat(ben, now())))
			d.endChat(changed(c, func(c *workflows.Conversation) { c.Place = "a:1before" }), now().Add(time.Second))
			d.endChat(c, now().Add(-time.Second)) // learned before they were heard of
			d.endChat(changed(c, func(c *workflows.Conversation) { c.Place = "\x00" }), now())
			same(d, d.chatOf(ana), c)
			d.endChat(c, now().Add(time.Second))
			same(d, d.chatOf(ana), changed(c, func(c *workflows.Conversation) { c.Dead, c.SeenAt = true, now().Add(time.Second) }))
			same(d, d.chatOf(ben), chat(ben, now()))
			d.must(d.store.SaveConversation(d.ctx, c)) // an old word
			if !d.chatOf(ana).Dead {
				d.Error("an old word made it alive")
			}
			d.must(d.store.SaveConversation(d.ctx, chat(ana, now().Add(time.Second))))
			same(d, d.chatOf(ana), chat(ana, now().Add(time.Second)))
		}},
		{"of many that note one conversation at once, the newest word stays", func(d *db) {
			var all sync.WaitGroup
			errs := make(chan error, 8)
			for i := range 8 {
				s := d.store
				if i%2 == 1 {
					s = d.replica()
				}
				all.Go(func() { errs <- s.SaveConversation(d.ctx, chat(ana, now().Add(time.Duration(i)*time.Hour))) })
			}
			all.Wait()
			for range 8 {
				d.must(<-errs)
			}
			same(d, d.chatOf(ana), chat(ana, now().Add(7*time.Hour)))
		}},
		{"a conversation of nobody, nowhere or in broken text is refused", func(d *db) {
			for _, spoil := range []func(*workflows.Conversation){
				func(c *workflows.Conversation) { c.Account.Surface = "" }, func(c *workflows.Conversation) { c.Account.User = "" },
				func(c *workflows.Conversation) { c.Place = "" }, func(c *workflows.Conversation) { c.Service = "\xff" },
			} {
				if err := d.store.SaveConversation(d.ctx, changed(chat(ana, now()), spoil)); err == nil {
					d.Error("it was stored")
				}
			}
		}},
		{"the chats of a surface are counted, and the one heard of last is named", func(d *db) {
			stats := func(want store.ConversationStats) {
				d.Helper()
				got, err := d.store.ConversationStats(d.ctx, "teams")
				d.must(err)
				same(d, got, want)
			}
			stats(store.ConversationStats{})
			d.must(d.store.SaveConversation(d.ctx, chat(ana, now().Add(time.Hour))))
			d.must(d.store.SaveConversation(d.ctx, chat(ben, now())))
			d.must(d.store.SaveConversation(d.ctx, changed(chat(yuki, now().Add(2*time.Hour)), func(c *workflows.Conversation) { c.Account.Surface = "elsewhere" })))
			stats(store.ConversationStats{Alive: 2, Last: chat(ana, now().Add(time.Hour))})
			d.endChat(chat(ana, now()), now().Add(2*time.Hour))
			stats(store.ConversationStats{Alive: 1, Dead: 1, Last: chat(ben, now())})
		}},
		{"people whom a surface cannot write to are those with an account there or with none", func(d *db) {
			d.people()
			on := func(who workflows.PersonID, id, tenant string, st workflows.LinkState) workflows.Link {
				return workflows.Link{State: st, Account: workflows.Account{
					ID: id, Person: who, Surface: "teams", Tenant: tenant, User: "user-" + string(who), Confirmed: st == workflows.LinkLinked,
				}}
			}
			d.link(
				on(ana, "acc-1", "tenant-1", workflows.LinkLinked), on(ben, "acc-2", "tenant-1", workflows.LinkLinked),
				on(yuki, "acc-3", "", workflows.LinkLinked), on(rahul, "acc-4", "tenant-9", workflows.LinkLinked),
				on(marek, "acc-5", "tenant-1", workflows.LinkEnded), link(marek, ""), link(helen, ""),
			)
			for _, who := range []workflows.PersonID{ben, yuki, rahul} {
				d.must(d.store.SaveConversation(d.ctx, chat(who, now())))
			}
			none := person("P-none", "")
			gone := person("P-gone", "")
			gone.Row.Active = false
			d.do(func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{none, gone}) })
			ids := func() (out []workflows.PersonID) {
				list, err := d.store.WithoutConversation(d.ctx, "teams")
				d.must(err)
				for _, p := range list {
					out = append(out, p.ID)
				}
				return out
			}
			same(d, ids(), []workflows.PersonID{ana, "P-none", rahul}) // Rahul's chat is another tenant's
			d.endChat(chat(ben, now()), now())
			same(d, ids(), []workflows.PersonID{ana, ben, "P-none", rahul})
		}},
	}
}
