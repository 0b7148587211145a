package engine_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
	"steward/workflows/policy"
	"steward/workflows/register"
)

const reason = "Because it is so, and that is reason enough."

// entry gives the entry of the AI register that a request brought.
func (w *world) entry(request workflows.Ref) workflows.Ref {
	w.t.Helper()
	id, err := w.store.SystemOf(context.Background(), request.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return workflows.SystemRef(id)
}

func (w *world) system(about workflows.Ref) register.System {
	w.t.Helper()
	s, err := w.store.System(context.Background(), about.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// approved gives the entry of a request of Ana's that Ben has approved with a condition of his own, due on a day.
func (w *world) approved(due string) workflows.Ref {
	w.t.Helper()
	about := w.ask(minimal())
	w.must(ben, about, approval.Decided{Approve: true, Conditions: []approval.Choice{{Text: "Tell the customers about it.", Due: due}}})
	return w.entry(about)
}

// kinds gives what the records about a thing say that happened, in order.
func (w *world) kinds(about workflows.Ref) (out []string) {
	w.t.Helper()
	for _, row := range w.history(about) {
		out = append(out, row.Record.What)
	}
	return out
}

// waiting gives what waits for somebody about a thing.
func (w *world) waiting(who workflows.PersonID, about workflows.Ref) (out []workflows.Why) {
	w.t.Helper()
	waits, err := w.store.Waits(context.Background(), who)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, x := range waits {
		if x.About == about {
			out = append(out, x.Why)
		}
	}
	return out
}

func TestRegister(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.deliver()
		t.Run("an approved request enters with record, mails, waits and timers in the transaction of the decision", func(t *testing.T) {
			about := w.approved("2027-01-15")
			s := w.system(about)
			if s.State != register.StateInUse || s.Owner != ana || len(s.Tasks) != 1 || s.Tasks[0].By != ben || s.ApprovedAt.Before(monday) {
				t.Errorf("it is %+v", s)
			}
			if got := w.kinds(about); got[0] != "registered" || got[len(got)-1] != "moved" || len(got) != s.Records {
				t.Errorf("records %v, last %d", got, s.Records)
			}
			if got := w.waiting(ana, about); !slices.Equal(got, []workflows.Why{workflows.WhyTask}) {
				t.Errorf("for the owner waits %v", got)
			}
			var due []engine.Timer
			var mails []workflows.Mail
			err := w.store.Do(t.Context(), func(tx engine.Tx) (err error) {
				if due, err = tx.DueTimers(t.Context(), monday.AddDate(2, 0, 0), 100); err != nil {
					return err
				}
				mails, err = tx.TakeMails(t.Context(), monday, 100)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, x := range due {
				if x.About == about {
					names = append(names, x.Name)
				}
			}
			slices.Sort(names)
			if !slices.Equal(names, s.Timers) || !slices.Contains(names, "expire") || !slices.Contains(names, "remind/own-1") {
				t.Errorf("timers %v, the entry has %v", names, s.Timers)
			}
			if !slices.ContainsFunc(mails, func(m workflows.Mail) bool { return m.About == about && m.To == ana && m.Why == workflows.WhyTask }) {
				t.Errorf("the owner is not told: %+v", mails)
			}
		})
		t.Run("rejected and stopped ones enter, withdrawn ones do not", func(t *testing.T) {
			rejected := w.ask(minimal())
			w.must(ben, rejected, approval.Decided{Reason: reason})
			hold := answers(nil)
			hold["practices"] = list("emotion_work_school")
			stopped := w.ask(hold)
			for _, who := range []workflows.PersonID{nadia, helen} {
				w.must(who, stopped, approval.Ruled{Outcome: policy.OutcomeConfirmStop, Reason: reason})
			}
			for request, want := range map[workflows.Ref]register.State{rejected: register.StateRejected, stopped: register.StateStopped} {
				if s := w.system(w.entry(request)); s.State != want || !s.ApprovedAt.IsZero() || len(s.Tasks)+len(s.Timers)+len(s.Waits) != 0 {
					t.Errorf("%s: %+v", request, s)
				}
			}
			withdrawn := w.ask(minimal())
			w.must(ana, withdrawn, approval.Withdrawn{Reason: reason})
			if id, err := w.store.SystemOf(t.Context(), withdrawn.ID); !errors.Is(err, workflows.ErrNotFound) {
				t.Errorf("a withdrawn request is %s: %v", id, err)
			}
		})
		t.Run("a refused press leaves one record an hour", func(t *testing.T) {
			about := w.approved("2027-01-15")
			w.must(ana, about, register.Proved{Task: "own-1", Proof: "https://example.com/letter"})
			for i := range 3 {
				if done := w.apply(ana, about, register.Verified{Task: "own-1"}); done.Refusal == nil || done.Refusal.Code != workflows.CodeOwnRequest {
					t.Fatalf("press %d: %+v", i, done)
				}
			}
			if got := w.count(about, "refused"); got != 1 {
				t.Errorf("%d records of the refusal", got)
			}
			w.clock.Set(w.clock.Now().Add(time.Hour))
			w.apply(ana, about, register.Verified{Task: "own-1"})
			if got := w.count(about, "refused"); got != 2 {
				t.Errorf("%d records after an hour", got)
			}
		})
		t.Run("two who verify at once leave one record", func(t *testing.T) {
			for round := range races(t) {
				about := w.approved("2027-01-15")
				w.must(ana, about, register.Proved{Task: "own-1", Proof: "https://example.com/letter"})
				all := make([]press, 32)
				for i := range all {
					all[i] = press{[]workflows.PersonID{cleo, helen}[i%2], fmt.Sprintf("portal//verify/%d/%d", round, i/4*2+i%2), register.Verified{Task: "own-1"}}
				}
				if done := w.atOnce(about, all); done != 1 {
					t.Errorf("%s: %d presses were said to have verified it", about.ID, done)
				}
				if got := w.count(about, "verified"); got != 1 {
					t.Errorf("%s: %d records say so", about.ID, got)
				}
			}
		})
		w.verified()
	})
}

// TestRegisterLimited: an account for which only its holder stands does for a system what they do as its owner, and nothing by a role.
func TestRegisterLimited(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		t.Run("an account for which only its holder stands proves for the owner and verifies for nobody", func(t *testing.T) {
			about := w.approved("2027-01-15")
			through := func(who workflows.PersonID, link string, what workflows.What) workflows.Applied {
				t.Helper()
				done, err := w.engine.Apply(t.Context(), workflows.Event{
					Actor: who, Via: workflows.Via{Surface: "slack", Link: link}, About: about, What: what,
				})
				if err != nil {
					t.Fatal(err)
				}
				return done
			}
			w.link(ana, "slack", "acc-ana", workflows.LinkLinked, workflows.ProofPerson)
			w.link(cleo, "slack", "acc-cleo", workflows.LinkLinked, workflows.ProofPerson)
			if done := through(ana, "acc-ana", register.Proved{Task: "own-1", Proof: "https://example.com/letter"}); done.Refusal != nil {
				t.Fatal(done.Refusal.Sentence)
			}
			done := through(cleo, "acc-cleo", register.Verified{Task: "own-1"})
			if done.Refusal == nil || !strings.Contains(done.Refusal.Sentence, "an administrator has to confirm it") {
				t.Errorf("verified through it: %+v", done)
			}
			if s := w.system(about); s.Tasks[0].State != register.TaskProved {
				t.Errorf("the condition is %s", s.Tasks[0].State)
			}
			w.must(cleo, about, register.Verified{Task: "own-1"})
		})
		t.Run("everybody joins through one, and line managers answer; whoever looks after it does not", func(t *testing.T) {
			about := w.approved("2027-01-15")
			through := func(who workflows.PersonID, what workflows.What) *workflows.Refusal {
				t.Helper()
				link := "half-" + string(who)
				w.link(who, "teams", link, workflows.LinkLinked, workflows.ProofPerson)
				done, err := w.engine.Apply(t.Context(), workflows.Event{Actor: who, Via: workflows.Via{Surface: "teams", Link: link}, About: about, What: what})
				if err != nil {
					t.Fatal(err)
				}
				return done.Refusal
			}
			word := register.Joined{Within: true, Accepts: true}
			for _, who := range []workflows.PersonID{dan, rahul, nadia, marek} { // nobody manages Marek
				if no := through(who, word); no != nil {
					t.Fatalf("%s joins: %s", who, no.Sentence)
				}
			}
			for _, step := range []struct {
				by   workflows.PersonID
				what workflows.What
				says string // of the refusal
			}{
				{marek, register.JoinAgreed{Who: rahul}, ""},
				{marek, register.JoinRefused{Who: nadia, Reason: reason}, ""},
				{helen, register.JoinAgreed{Who: dan}, ""},
				{cleo, register.JoinAgreed{Who: marek}, "an administrator has to confirm it"},
				{cleo, register.JoinRefused{Who: marek, Reason: reason}, "an administrator has to confirm it"},
				{rahul, register.Left{}, ""},
			} {
				no := through(step.by, step.what)
				if (no != nil) != (step.says != "") || no != nil && !strings.Contains(no.Sentence, step.says) {
					t.Errorf("%T by %s: %+v, want %q", step.what, step.by, no, step.says)
				}
			}
			if s := w.system(about); len(s.Joined) != 1 || s.Joined[0].Who != dan || !slices.Equal(w.waiting(cleo, about), []workflows.Why{workflows.WhyJoin}) {
				t.Errorf("users are %+v; for Cleo waits %v", s.Joined, w.waiting(cleo, about))
			}
		})
		t.Run("a mail about joining goes to such an account, where its holder reads no more by a role", func(t *testing.T) {
			w.chatty("slack")
			about := w.approved("2027-01-15")
			w.link(yuki, "slack", "acc-yuki", workflows.LinkLinked, workflows.ProofPerson)
			w.link(marek, "slack", "acc-marek", workflows.LinkLinked, workflows.ProofPerson)
			w.link(helen, "slack", "acc-helen", workflows.LinkLinked, workflows.ProofPerson)
			w.deliver()
			for _, who := range []workflows.PersonID{yuki, dan} {
				w.must(who, about, register.Joined{Within: true, Accepts: true})
			}
			all := w.deliver()
			if got := sentTo(all, marek, workflows.WhyJoin); !slices.Contains(got, "acc-marek") {
				t.Errorf("Marek is asked in %v", got)
			}
			if got := sentTo(all, helen, workflows.WhyJoin); !slices.Equal(got, []string{"portal:P-helen"}) {
				t.Errorf("Helen, who reads all, is asked in %v", got)
			}
			w.must(marek, about, register.JoinAgreed{Who: yuki})
			if got := sentTo(w.deliver(), yuki, workflows.WhyJoined); !slices.Contains(got, "acc-yuki") {
				t.Errorf("Yuki is told in %v", got)
			}
		})
		t.Run("a mail by a role goes to no account for which only its holder stands", func(t *testing.T) {
			w.chatty("slack")
			about := w.approved("2027-01-15")
			w.deliver()
			w.must(ana, about, register.Proved{Task: "own-1", Proof: "https://example.com/letter"})
			all := w.deliver()
			if got := sentTo(all, cleo, workflows.WhyVerify); !slices.Equal(got, []string{"portal:P-cleo"}) {
				t.Errorf("Cleo is asked to verify in %v", got)
			}
			w.must(cleo, about, register.SentBack{Task: "own-1", Reason: reason})
			if got := sentTo(w.deliver(), ana, workflows.WhyTask); !slices.Contains(got, "acc-ana") {
				t.Errorf("Ana is told in %v", got)
			}
		})
	})
}

// TestRegisterTime lets time pass: the owner is reminded, those who look after the system hear of what is late, and the approval ends.
func TestRegisterTime(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		about := w.approved("2027-01-15")
		var all []workflows.Delivery
		travel := func(to time.Time) {
			t.Helper()
			if err := w.engine.Travel(t.Context(), w.clock, to, func(context.Context) error { return nil }); err != nil {
				t.Fatal(err)
			}
			all = append(all, w.deliver()...)
		}
		travel(time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC))
		if got := w.count(about, register.FactReminded); got != 1 || len(sentTo(all, ana, workflows.WhyRemind)) == 0 {
			t.Errorf("%d reminders are recorded, sent were %+v", got, all)
		}
		travel(time.Date(2027, 1, 22, 12, 0, 0, 0, time.UTC))
		if got := w.count(about, register.FactEscalated); got != 1 || len(sentTo(all, cleo, workflows.WhyEscalated)) == 0 {
			t.Errorf("%d escalations are recorded", got)
		}
		end := w.system(about).ValidUntil
		travel(end.Add(time.Hour))
		if s := w.system(about); s.State != register.StateExpired {
			t.Errorf("after its end it is %s", s.State)
		}
		w.verified()
	})
}

// TestRegisterLeaver: an import says that the owner has left, and their manager names another one.
func TestRegisterLeaver(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		about := w.approved("2027-01-15")
		leave(t, w, ana)
		if got := w.waiting(ben, about); !slices.Equal(got, []workflows.Why{workflows.WhyHandOver}) {
			t.Errorf("for the manager waits %v", got)
		}
		if got := w.waiting(ana, about); len(got) != 0 {
			t.Errorf("for who has left waits %v", got)
		}
		w.must(ben, about, register.HandedOver{To: marek, Reason: reason})
		w.settle()
		if got := w.waiting(marek, about); !slices.Equal(got, []workflows.Why{workflows.WhyTask}) {
			t.Errorf("for the new owner waits %v", got)
		}
		w.verified()
	})
}

// TestRegisterFault: where the entry cannot be stored, nothing of the decision stays, and the same press can be made again.
func TestRegisterFault(t *testing.T) {
	faults := &faultStore{}
	w := openWith(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"), func(s engine.Store) engine.Store { faults.Store = s; return faults })
	about := w.ask(minimal())
	before := len(w.history(about))
	ev := workflows.Event{Key: "portal//ben/1", Actor: ben, Via: workflows.Via{Surface: "portal"}, About: about, What: approval.Decided{Approve: true}}
	faults.noSystem = true
	if _, err := w.engine.Apply(t.Context(), ev); !errors.Is(err, errFault) {
		t.Fatalf("got %v", err)
	}
	faults.noSystem = false
	if r := w.request(about); r.Status != approval.StatusOpen || len(r.Votes) != 0 || len(w.history(about)) != before {
		t.Errorf("of the decision stayed %s with %d votes and %d records", r.Status, len(r.Votes), len(w.history(about))-before)
	}
	if _, err := w.store.SystemOf(t.Context(), about.ID); !errors.Is(err, workflows.ErrNotFound) {
		t.Errorf("an entry stayed: %v", err)
	}
	if done, err := w.engine.Apply(t.Context(), ev); err != nil || done.Refusal != nil || done.Repeat {
		t.Fatalf("the same press again: %+v, %v", done, err)
	}
	if got := w.entry(about); got.ID != "AIS-1" {
		t.Errorf("its number is %s", got.ID)
	}
	w.verified()
}
