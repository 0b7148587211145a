package engine_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

// chatty is the world with chat surfaces switched on.
func (w *world) chatty(on ...string) {
	w.engine = engine.New(engine.Config{
		Store: w.store, Now: w.clock.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler), Surfaces: on,
	})
}

// link stores a link as it is, with a record of it.
func (w *world) link(who workflows.PersonID, surface, id string, state workflows.LinkState, proof workflows.Proof) workflows.Link {
	w.t.Helper()
	l := workflows.Link{
		Account: workflows.Account{
			ID: id, Person: who, Surface: surface, Tenant: "T1", User: "U-" + id, Confirmed: state == workflows.LinkLinked, Proof: proof,
		},
		State: state,
	}
	if err := w.store.Do(w.t.Context(), func(tx engine.Tx) error { return tx.SaveLink(w.t.Context(), l) }); err != nil {
		w.t.Fatal(err)
	}
	return l
}

// deliver claims what waits on all surfaces and ends it: as failed for good on accounts named, else as sent.
func (w *world) deliver(broken ...string) []workflows.Delivery {
	w.t.Helper()
	var all []workflows.Delivery
	for {
		w.settle()
		got, err := w.store.Claim(w.t.Context(), []string{"portal", "slack", "teams", "mail"}, 100, lease)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(got) == 0 {
			return all
		}
		for _, d := range got {
			f := workflows.Finish{State: workflows.FinishSent, Receipt: &workflows.Receipt{
				Delivery: d.ID, Account: d.Account, About: d.Mail.About, Why: d.Mail.Why, Part: d.Mail.Part, Place: d.Account.ID, MessageID: d.Token, At: monday,
			}}
			switch {
			case slices.Contains(broken, d.Account.ID), d.Account.Surface != "portal" && !d.Account.Confirmed && d.Mail.Why != workflows.WhyLink:
				f = workflows.Finish{State: workflows.FinishFailed, Reason: "not_reached"}
			case d.Receipt != nil:
				f.Receipt = d.Receipt
			}
			if err := w.store.Finish(w.t.Context(), d, f); err != nil {
				w.t.Fatal(err)
			}
			all = append(all, d)
		}
	}
}

// sentTo gives the accounts, in order, to which something about the request went for a person.
func sentTo(all []workflows.Delivery, who workflows.PersonID, why workflows.Why) []string {
	var out []string
	for _, d := range all {
		if d.Account.Person == who && d.Mail.Why == why {
			out = append(out, d.Account.ID)
		}
	}
	slices.Sort(out)
	return out
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestPlaces(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.chatty("slack", "teams")
		w.deliver()
		decide := func(t *testing.T, broken ...string) []workflows.Delivery {
			t.Helper()
			w.ask(limited())
			return w.deliver(broken...)
		}
		t.Run("who has no account is told in the portal", func(t *testing.T) {
			same(t, "Ben", sentTo(decide(t), ben, workflows.WhyDecide), "portal:P-ben")
		})
		t.Run("an account of which only an address says whose it is gets one question, once, and no content", func(t *testing.T) {
			w.link(ben, "slack", "acc-ben", workflows.LinkProposed, "")
			for i := range 3 {
				all := decide(t)
				same(t, "Ben", sentTo(all, ben, workflows.WhyDecide), "portal:P-ben")
				want := []string{"acc-ben"}
				if i > 0 {
					want = nil
				}
				same(t, "the question", sentTo(all, ben, workflows.WhyLink), want...)
				for _, d := range all {
					if d.Account.ID == "acc-ben" && d.Mail.About != workflows.AccountRef("acc-ben") {
						t.Errorf("content for an account that is not linked: %+v", d.Mail)
					}
				}
			}
		})
		t.Run("who asks nothing of their reader asks nobody who they are", func(t *testing.T) {
			w.link(ana, "slack", "acc-ana", workflows.LinkProposed, "")
			all := decide(t)
			same(t, "Ana", sentTo(all, ana, workflows.WhyProgress), "portal:P-ana")
			same(t, "the question", sentTo(all, ana, workflows.WhyLink))
		})
		t.Run("the preferred account is told, else the one used last, and only on surfaces that are on", func(t *testing.T) {
			one := w.link(ben, "slack", "acc-ben", workflows.LinkLinked, workflows.ProofImport)
			two := w.link(ben, "teams", "acc-ben2", workflows.LinkLinked, workflows.ProofAdmin)
			three := w.link(ben, "pigeon", "acc-ben3", workflows.LinkLinked, workflows.ProofAdmin)
			use := func(l workflows.Link, at time.Time, preferred bool) {
				l.UsedAt, l.Preferred = at, preferred
				if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.SaveLink(t.Context(), l) }); err != nil {
					t.Fatal(err)
				}
			}
			use(one, monday, false)
			same(t, "used", sentTo(decide(t), ben, workflows.WhyDecide), "acc-ben", "portal:P-ben")
			use(two, monday.Add(time.Hour), false)
			same(t, "used later", sentTo(decide(t), ben, workflows.WhyDecide), "acc-ben2", "portal:P-ben")
			use(one, monday, true)
			same(t, "preferred", sentTo(decide(t), ben, workflows.WhyDecide), "acc-ben", "portal:P-ben")
			use(three, monday.Add(2*time.Hour), true)
			same(t, "preferred elsewhere", sentTo(decide(t), ben, workflows.WhyDecide), "acc-ben2", "portal:P-ben")
		})
		t.Run("where an account cannot be reached for good, the next one gets it, and nothing twice", func(t *testing.T) {
			all := decide(t, "acc-ben2")
			same(t, "Ben", sentTo(all, ben, workflows.WhyDecide), "acc-ben", "acc-ben2", "portal:P-ben")
			all = decide(t, "acc-ben", "acc-ben2")
			same(t, "none reached", sentTo(all, ben, workflows.WhyDecide), "acc-ben", "acc-ben2", "portal:P-ben")
			all = decide(t, "portal:P-ben")
			same(t, "the portal is broken", sentTo(all, ben, workflows.WhyDecide), "acc-ben2", "portal:P-ben")
			if got := w.deliver(); len(got) != 0 {
				t.Errorf("more was sent: %v", whys(got))
			}
		})
		t.Run("what waits for an account that is taken away goes to the next one, and its messages are left as they are", func(t *testing.T) {
			about := w.ask(limited())
			w.settle()
			_, no, err := w.engine.ChangeLink(t.Context(), workflows.LinkChange{
				Do: workflows.LinkEnd, Link: "acc-ben2", Person: ben, Actor: ben, Via: workflows.Via{Surface: "portal"},
			})
			if err != nil || no != nil {
				t.Fatal(no, err)
			}
			all := w.deliver()
			same(t, "Ben", sentTo(all, ben, workflows.WhyDecide), "acc-ben", "acc-ben2", "portal:P-ben") // the second of them failed
			same(t, "news of it", sentTo(all, ben, workflows.WhyLinked), "acc-ben", "portal:P-ben")
			w.must(ana, about, approval.Withdrawn{Reason: "Not needed any more."})
			for _, d := range w.deliver() {
				if d.Account.ID == "acc-ben2" {
					t.Errorf("told on the account that was taken away: %+v", d.Mail)
				}
			}
		})
		t.Run("reminders of a day go on to the next account, too", func(t *testing.T) {
			w.link(ben, "teams", "acc-ben4", workflows.LinkLinked, workflows.ProofAdmin)
			if err := w.store.Do(t.Context(), func(tx engine.Tx) error {
				return tx.PutMails(t.Context(), []workflows.Mail{{
					About: workflows.RequestRef("AIR-1"), Record: 99, To: ben, Why: workflows.WhyRemind, Lane: workflows.LaneRemind, At: monday.Add(900 * time.Hour),
				}})
			}); err != nil {
				t.Fatal(err)
			}
			same(t, "Ben", sentTo(w.deliver("acc-ben"), ben, workflows.WhyRemind), "acc-ben", "acc-ben4", "portal:P-ben")
		})
	})
}

// TestHalfProvedAccountIsTold: an account for which only its holder stands carries what they have by relation.
func TestHalfProvedAccountIsTold(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.chatty("slack", "teams")
		for _, who := range []workflows.PersonID{ana, ben, yuki} {
			w.link(who, "slack", "acc-"+string(who), workflows.LinkLinked, workflows.ProofPerson)
		}
		about := w.ask(limited())
		all := w.deliver()
		same(t, "the requester", sentTo(all, ana, workflows.WhyProgress), "acc-P-ana", "portal:P-ana")
		same(t, "the line manager", sentTo(all, ben, workflows.WhyDecide), "acc-P-ben", "portal:P-ben")
		w.must(ben, about, approval.Decided{Approve: true})
		same(t, "the security officer", sentTo(w.deliver(), yuki, workflows.WhyDecide), "portal:P-yuki")
		remind := workflows.Mail{About: about, Record: 98, To: ana, Why: workflows.WhyRemind, Lane: workflows.LaneRemind, At: monday.Add(900 * time.Hour)}
		if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.PutMails(t.Context(), []workflows.Mail{remind}) }); err != nil {
			t.Fatal(err)
		}
		same(t, "the daily message, which names all that is due", sentTo(w.deliver(), ana, workflows.WhyRemind), "portal:P-ana")
		gone := workflows.Mail{About: workflows.RequestRef("AIR-404"), Record: 1, To: ana, Why: workflows.WhyInform, Lane: workflows.LaneRefresh, At: monday}
		if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.PutMails(t.Context(), []workflows.Mail{gone}) }); err != nil {
			t.Fatal(err)
		}
		same(t, "of what is not there", sentTo(w.deliver(), ana, workflows.WhyInform), "portal:P-ana")
		w.link(yuki, "teams", "acc-whole", workflows.LinkLinked, workflows.ProofImport)
		about = w.ask(limited())
		w.must(ben, about, approval.Decided{Approve: true})
		same(t, "with a whole account beside it", sentTo(w.deliver(), yuki, workflows.WhyDecide), "acc-whole", "portal:P-yuki")
	})
}

// TestViaLink: the account through which a press came is asked in the transaction of the press.
func TestViaLink(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.chatty("slack")
		through := func(who workflows.PersonID, link string, about workflows.Ref, what workflows.What) workflows.Applied {
			t.Helper()
			done, err := w.engine.Apply(t.Context(), workflows.Event{
				Key: "slack/T1/" + link + "/" + what.Kind() + about.ID, Actor: who, Via: workflows.Via{Surface: "slack", Link: link}, About: about, What: what,
			})
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		refused := func(what string, done workflows.Applied, says string) {
			t.Helper()
			if done.Refusal == nil || done.Refusal.Code != workflows.CodeNotNow || !strings.Contains(done.Refusal.Sentence, says) {
				t.Errorf("%s: %+v", what, done.Refusal)
			}
		}
		w.link(ana, "slack", "acc-ana", workflows.LinkLinked, workflows.ProofPerson)
		w.link(ben, "slack", "acc-ben", workflows.LinkLinked, workflows.ProofPerson)
		yukis := w.link(yuki, "slack", "acc-yuki", workflows.LinkLinked, workflows.ProofPerson)
		helens := w.link(helen, "slack", "acc-helen", workflows.LinkLinked, workflows.ProofPerson)
		w.link(dan, "slack", "acc-dan", workflows.LinkLinked, workflows.ProofPerson)
		sent := through(ana, "acc-ana", workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-use", Answers: limited()})
		if sent.Refusal != nil {
			t.Fatal(sent.Refusal.Sentence)
		}
		about, approve := sent.About, approval.Decided{Approve: true}
		refused("through an account of somebody else", through(ben, "acc-yuki", about, approve), "not linked to you any more")
		refused("through an account that is not there", through(ben, "acc-none", about, approve), "not linked to you any more")
		w.link(marek, "slack", "acc-marek", workflows.LinkEnded, "")
		refused("through an account that was taken away", through(marek, "acc-marek", workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-use", Answers: minimal()}), "not linked to you any more")
		if done := through(ben, "acc-ben", about, approve); done.Refusal != nil {
			t.Errorf("a line manager: %s", done.Refusal.Sentence)
		}
		refused("by a role", through(yuki, "acc-yuki", about, approve), "an administrator has to confirm it")
		refused("a question by a role", through(yuki, "acc-yuki", about, approval.Asked{Text: "Who reads the minutes?"}), "an administrator has to confirm it")
		refused("advice", through(dan, "acc-dan", about, approval.Advised{}), "an administrator has to confirm it")
		if r := w.request(about); len(r.Votes) != 1 || len(r.Questions)+len(r.Advices) != 0 {
			t.Errorf("%d votes, %d questions, %d advices", len(r.Votes), len(r.Questions), len(r.Advices))
		}
		if done := through(nadia, "", about, approve); done.Refusal == nil || done.Refusal.Code != workflows.CodeNotEntitled {
			t.Errorf("a refusal of the policy stays one: %+v", done.Refusal)
		}
		hold := answers(nil)
		hold["practices"] = list("emotion_work_school")
		held := w.ask(hold)
		refused("a ruling", through(helen, "acc-helen", held, approval.Ruled{Outcome: "confirm_stop", Reason: "A reason that is long enough to stand here."}), "an administrator has to confirm it")
		late := w.ask(limited())
		if err := w.engine.Travel(t.Context(), w.clock, monday.AddDate(0, 0, 14), func(context.Context) error { return nil }); err != nil {
			t.Fatal(err)
		}
		waits := w.request(late).Waits
		i := slices.IndexFunc(waits, func(wait workflows.Wait) bool { return wait.Why == workflows.WhyEscalated })
		if i < 0 {
			t.Fatalf("nobody may name: %+v", waits)
		}
		namer := waits[i].Who
		w.link(namer, "slack", "acc-namer", workflows.LinkLinked, workflows.ProofPerson)
		name := approval.Named{Role: workflows.LineManager, Person: marek, Reason: "Ben is away for three weeks from today on."}
		refused("naming", through(namer, "acc-namer", late, name), "an administrator has to confirm it")
		w.must(namer, late, name)
		for _, l := range []workflows.Link{yukis, helens} {
			if _, no, err := w.engine.ChangeLink(t.Context(), workflows.LinkChange{
				Do: workflows.LinkConfirm, Link: l.ID, Person: l.Person, Actor: workflows.System, Via: workflows.Via{Surface: "cli"},
			}); err != nil || no != nil {
				t.Fatal(no, err)
			}
		}
		if done := through(yuki, "acc-yuki", about, approve); done.Refusal != nil {
			t.Errorf("confirmed by an administrator, the same press again: %s", done.Refusal.Sentence)
		}
	})
}
