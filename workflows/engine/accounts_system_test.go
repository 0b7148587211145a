package engine_test

import (
	"strings"
	"testing"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// TestHalfProvedAccountAndSystems: an account for which only its holder stands carries what of the register is theirs, and takes the
// presses of owners alone: whoever asked for a system acts on it by a role.
func TestHalfProvedAccountAndSystems(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.chatty("slack")
		for _, who := range []workflows.PersonID{ana, cleo, helen} {
			w.link(who, "slack", "acc-"+string(who), workflows.LinkLinked, workflows.ProofPerson)
		}
		about := w.must(cleo, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-use", Answers: answers(policy.Answers{"owner": text(string(ana))})})
		w.must(ana, about, approval.Accepted{})
		w.must(marek, about, approval.Decided{Approve: true})
		w.deliver()
		system := workflows.SystemRef("AIS-1")
		through := func(who workflows.PersonID, what workflows.What) *workflows.Refusal {
			t.Helper()
			done, err := w.engine.Apply(t.Context(), workflows.Event{
				Actor: who, Via: workflows.Via{Surface: "slack", Link: "acc-" + string(who)}, About: system, What: what,
			})
			if err != nil {
				t.Fatal(err)
			}
			return done.Refusal
		}
		reason := "A reason that is long enough to stand here."
		for _, who := range []workflows.PersonID{cleo, helen} {
			for _, what := range []workflows.What{register.Revoked{Reason: reason}, register.Suspended{Reason: reason}, register.HandedOver{To: ben, Reason: reason}} {
				if no := through(who, what); no == nil || no.Code != workflows.CodeNotNow || !strings.Contains(no.Sentence, "an administrator has to confirm it") {
					t.Errorf("%s by %s: %+v", what.Kind(), who, no)
				}
			}
		}
		if no := through(ana, register.Suspended{Reason: reason}); no != nil {
			t.Fatalf("the owner: %s", no.Sentence)
		}
		all := w.deliver()
		same(t, "who asked for it", sentTo(all, cleo, workflows.WhyStop), "acc-P-cleo", "portal:P-cleo")
		same(t, "who looks after it by a role", sentTo(all, helen, workflows.WhyStop), "portal:P-helen")
		gone := workflows.Mail{About: workflows.SystemRef("AIS-404"), Record: 1, To: ana, Why: workflows.WhyStop, Lane: workflows.LaneDecide, At: monday}
		remind := workflows.Mail{About: system, Record: 98, To: ana, Why: workflows.WhyRemind, Lane: workflows.LaneRemind, At: monday}
		if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.PutMails(t.Context(), []workflows.Mail{gone, remind}) }); err != nil {
			t.Fatal(err)
		}
		all = w.deliver()
		same(t, "of what is not there", sentTo(all, ana, workflows.WhyStop), "portal:P-ana")
		same(t, "the daily message, which names all that is due", sentTo(all, ana, workflows.WhyRemind), "portal:P-ana")
	})
}

// TestHalfProvedAccountAndVendors: facts of vendors are kept by a role, so such an account neither keeps one nor tells of one.
func TestHalfProvedAccountAndVendors(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.chatty("slack")
		w.link(helen, "slack", "acc-P-helen", workflows.LinkLinked, workflows.ProofPerson)
		about := workflows.VendorRef("VEN-1")
		mail := workflows.Mail{About: about, Record: 1, To: helen, Why: workflows.WhyVendorFact, Lane: workflows.LaneDecide, At: monday}
		if err := w.store.Do(t.Context(), func(tx engine.Tx) error { return tx.PutMails(t.Context(), []workflows.Mail{mail}) }); err != nil {
			t.Fatal(err)
		}
		same(t, "whoever keeps facts", sentTo(w.deliver(), helen, workflows.WhyVendorFact), "portal:P-helen")
	})
}
