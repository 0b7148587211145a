package engine_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// told counts what went to an account, new messages and updates apart.
func told(all []workflows.Delivery, account string, why workflows.Why) (fresh, updates int) {
	for _, d := range all {
		switch {
		case d.Account.ID != account || why != "" && d.Mail.Why != why:
		case d.Receipt == nil:
			fresh++
		default:
			updates++
		}
	}
	return fresh, updates
}

// TestMailbox: by e-mail goes what no chat account can carry, once, and nothing that would only update a message.
func TestMailbox(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.deliver()
		w.engine = engine.New(engine.Config{
			Store: w.store, Now: w.clock.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
			Surfaces: []string{"slack"}, Mail: true,
		})
		w.link(ben, "slack", "slack:ben", workflows.LinkLinked, workflows.ProofImport)
		w.link(yuki, "slack", "slack:yuki", workflows.LinkProposed, workflows.ProofNone)
		w.link(dan, "teams", "teams:dan", workflows.LinkLinked, workflows.ProofImport) // which is off
		check := func(all []workflows.Delivery, account string, why workflows.Why, want int) {
			t.Helper()
			if fresh, updates := told(all, account, why); fresh != want || updates != 0 && account[:5] == "mail:" {
				t.Errorf("%s has %d messages of %q and %d updates, want %d and none", account, fresh, why, updates, want)
			}
		}
		about := w.ask(limited())
		all := w.deliver()
		check(all, "slack:ben", workflows.WhyDecide, 1)
		check(all, "mail:P-ben", "", 0)
		check(all, "mail:P-ana", "", 0) // she knows that she asked
		w.must(ben, about, approval.Decided{Approve: true})
		all = w.deliver()
		check(all, "slack:yuki", workflows.WhyLink, 1)
		check(all, "mail:P-yuki", workflows.WhyDecide, 1)
		check(all, "mail:P-dan", "", 1)
		check(all, "mail:P-ana", "", 0)
		w.must(yuki, about, approval.Decided{Approve: true})
		w.must(dan, about, approval.Advised{})
		w.must(cleo, about, approval.Decided{Approve: true})
		all = w.deliver()
		check(all, "mail:P-ana", workflows.WhyOutcome, 1)
		check(all, "mail:P-yuki", "", 0)
		check(all, "mail:P-dan", "", 0)

		second := w.ask(limited())
		all = w.deliver("slack:ben")
		check(all, "slack:ben", workflows.WhyDecide, 1)
		check(all, "mail:P-ben", workflows.WhyDecide, 1)
		w.must(ben, second, approval.Decided{Reason: "We have a note taker already; please use that one."})
		w.deliver()

		third := w.ask(limited())
		all = w.deliver("slack:ben", "mail:P-ben")
		check(all, "mail:P-ben", workflows.WhyDecide, 1)
		if all = w.deliver(); len(all) != 0 {
			t.Errorf("what failed everywhere comes back: %v", whys(all))
		}
		t.Run("a failed one is retried while its reader is there", func(t *testing.T) {
			rows, _, err := w.store.DeliveryRows(t.Context(), workflows.DeliveryFilter{Surface: "mail", State: workflows.DeliveryDead})
			if err != nil || len(rows) != 1 || rows[0].About != third {
				t.Fatalf("%+v, %v", rows, err)
			}
			no, err := w.engine.ChangeDelivery(t.Context(), workflows.DeliveryChange{Do: workflows.DeliveryRetry, ID: rows[0].ID, Actor: helen})
			if err != nil || no != nil {
				t.Fatalf("%+v, %v", no, err)
			}
			check(w.deliver(), "mail:P-ben", workflows.WhyDecide, 1)
		})
		t.Run("who has no address is told in the portal alone", func(t *testing.T) {
			nobody := people()[2]
			nobody.Row.Email = ""
			err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.PutPeople(t.Context(), []directory.Change{nobody}) })
			if err != nil {
				t.Fatal(err)
			}
			w.must(ben, third, approval.Decided{Reason: "We have a note taker already; please use that one."})
			all := w.deliver()
			check(all, "mail:P-ana", "", 0)
			check(all, "portal:P-ana", workflows.WhyOutcome, 1)
		})
	})
}

// TestMailboxBudget lets a manager of eight decide on six requests in a quarter, some of them late: by e-mail they get no more
// new messages than in a chat, and no more than PRODUCT 8.6 allows, which also has three campaigns to fit in.
func TestMailboxBudget(t *testing.T) {
	quarter := func(t *testing.T, url, account string, chats ...string) (n int) {
		t.Helper()
		w := open(t, url)
		w.deliver()
		w.engine = engine.New(engine.Config{
			Store: w.store, Now: w.clock.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
			Surfaces: chats, Mail: true,
		})
		w.link(ben, "slack", "slack:ben", workflows.LinkLinked, workflows.ProofImport)
		count := func(context.Context) error {
			fresh, _ := told(w.deliver(), account, "")
			n += fresh
			return nil
		}
		pass := func(d time.Duration) {
			t.Helper()
			if err := w.engine.Travel(t.Context(), w.clock, w.clock.Now().Add(d), count); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 6 {
			about := w.ask(limited())
			pass(time.Duration(1+i%3) * 24 * time.Hour)
			w.must(ben, about, approval.Decided{Reason: "We have a note taker already; please use that one."})
			pass(time.Duration(14-i%3) * 24 * time.Hour)
		}
		return n
	}
	databases(t, func(t *testing.T, url string) {
		byMail := quarter(t, url, "mail:P-ben")
		if byMail < 6 || byMail > 17 {
			t.Errorf("%d e-mails in a quarter", byMail)
		}
		if other, kind := t.TempDir(), t.Name(); kind == "TestMailboxBudget/sqlite" {
			if inChat := quarter(t, "sqlite:"+other+"/chat.db", "slack:ben", "slack"); byMail > inChat {
				t.Errorf("%d e-mails, and %d messages in a chat", byMail, inChat)
			}
		}
	})
}
