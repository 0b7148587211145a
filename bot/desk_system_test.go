package bot_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

func TestAConditionIsProvedAndVerified(t *testing.T) {
	o := newOffice(t)
	ref := o.conditioned()

	// The owner says which of several is fulfilled, and how that can be seen.
	form := o.click("ana", o.entry("ana", ref), "One is fulfilled…").Form
	r := o.send("ana", form, card.Values{view.KeyProof: {"The invitation says it."}})
	if r.Code != workflows.CodeField || errorOf(r.Form, view.KeyTask) != view.TextChooseOne || valueOf(r.Form, view.KeyProof) != "The invitation says it." {
		t.Fatalf("nothing chosen: %s", shownText(r))
	}
	r = o.send("ana", r.Form, card.Values{view.KeyTask: {taskNotice}, view.KeyProof: {""}})
	if r.Code != workflows.CodeField || errorOf(r.Form, view.KeyProof) == "" || valueOf(r.Form, view.KeyTask) != taskNotice {
		t.Fatalf("no proof: %s", shownText(r))
	}
	r = o.send("ana", r.Form, card.Values{view.KeyProof: {"The invitation says it."}})
	if r.Kind != bot.ReplyNotice || r.Code != "" || r.Path != "/register/AIS-1" || !strings.HasPrefix(r.Text, "Thank you. It waits for somebody else to verify it. Approved") {
		t.Fatalf("proved: %s", shownText(r))
	}
	if got := o.task(ref, taskNotice); got.State != register.TaskProved || got.Proof != "The invitation says it." {
		t.Errorf("the condition is %+v", got)
	}

	// Whoever verifies sends it back, with a reason.
	cleo := o.entry("cleo", ref)
	if got := labels(cleo); !slices.Contains(got, "Verify") || !slices.Contains(got, "Send back…") {
		t.Fatalf("Cleo can press %q", got)
	}
	form = o.click("cleo", cleo, "Send back…").Form
	if !strings.Contains(cardtest.FormText(*form), "The invitation says it.") {
		t.Errorf("the proof is not on the form:\n%s", cardtest.FormText(*form))
	}
	r = o.send("cleo", form, card.Values{view.KeyReason: {"no"}})
	if r.Code != workflows.CodeField || !strings.Contains(errorOf(r.Form, view.KeyReason), "20 characters") || valueOf(r.Form, view.KeyReason) != "no" {
		t.Fatalf("a reason that is too short: %s", shownText(r))
	}
	r = o.send("cleo", r.Form, card.Values{view.KeyReason: {"The invitation does not name the vendor."}})
	if r.Kind != bot.ReplyNotice || r.Code != "" || !strings.HasPrefix(r.Text, "Sent back. The owner is told.") {
		t.Fatalf("sent back: %s", shownText(r))
	}
	if text := cardtest.Text(*o.entry("ana", ref)); o.task(ref, taskNotice).State != register.TaskOpen ||
		!strings.Contains(text, "The last proof was sent back: The invitation does not name the vendor.") {
		t.Errorf("the owner does not read why:\n%s", text)
	}

	// The owner proves one that a button names, and the other.
	for _, key := range []string{taskNotice, taskTerm} {
		form = o.press("ana", o.about(ref, view.VerbProve, key)).Form
		if strings.Contains(cardtest.FormText(*form), "Which condition?") {
			t.Errorf("the form asks what the button said:\n%s", cardtest.FormText(*form))
		}
		if r = o.send("ana", form, card.Values{view.KeyProof: {"See section 4 of the contract."}}); r.Code != "" {
			t.Fatalf("proving %s: %s", key, shownText(r))
		}
	}
	if o.Systems[ref.ID].State != register.StateApproved {
		t.Errorf("it is %s before anybody verified", o.Systems[ref.ID].State)
	}

	// One press verifies; the last of them brings it into use.
	o.Use("cleo", ref.ID, register.Verified{Task: taskTerm})
	old := o.entry("cleo", ref)
	r = o.click("cleo", old, "Verify")
	if r.Kind != bot.ReplyCard || r.Code != "" || r.Text != "Verified. In use since Mon 24 Nov. The approval ends on Tue 24 Nov 2026." || r.Card.Mark.Text != "In use" {
		t.Fatalf("verified: %s", shownText(r))
	}
	if r = o.click("cleo", old, "Verify"); r.Code != workflows.CodeDecided || !strings.Contains(r.Text, "Cleo Marsh has verified this condition already") {
		t.Errorf("a second press of verify: %s", shownText(r))
	}
}

func TestJudgingOneOfSeveralProofs(t *testing.T) {
	o := newOffice(t)
	ref := o.proved()
	form := o.click("cleo", o.entry("cleo", ref), "Look at 2 proofs…").Form
	r := o.send("cleo", form, nil)
	if r.Code != workflows.CodeField || errorOf(r.Form, view.KeyTask) != view.TextChooseOne {
		t.Fatalf("nothing chosen: %s", shownText(r))
	}
	r = o.send("cleo", r.Form, card.Values{view.KeyTask: {taskNotice}, view.KeyReason: {"It is there."}})
	if r.Code != workflows.CodeField || errorOf(r.Form, view.KeyOutcome) != view.TextChooseOne || valueOf(r.Form, view.KeyTask) != taskNotice || valueOf(r.Form, view.KeyReason) != "It is there." {
		t.Fatalf("no outcome: %s", shownText(r))
	}
	r = o.send("cleo", r.Form, card.Values{view.KeyOutcome: {view.OutcomeSentBack}})
	if r.Code != workflows.CodeField || !strings.Contains(errorOf(r.Form, view.KeyReason), "20 characters") || valueOf(r.Form, view.KeyOutcome) != view.OutcomeSentBack {
		t.Fatalf("sent back without much of a reason: %s", shownText(r))
	}
	r = o.send("cleo", r.Form, card.Values{view.KeyOutcome: {view.OutcomeVerified}})
	if r.Code != "" || !strings.HasPrefix(r.Text, "Verified. Approved, and not to be used before 1 condition is verified.") {
		t.Fatalf("verified: %s", shownText(r))
	}
	if o.task(ref, taskNotice).State != register.TaskVerified || o.task(ref, taskTerm).State != register.TaskProved {
		t.Error("another condition was judged than the one that was chosen")
	}
	form = o.press("cleo", o.about(ref, view.VerbJudge, "")).Form
	r = o.send("cleo", form, card.Values{view.KeyTask: {taskTerm}, view.KeyOutcome: {view.OutcomeSentBack}, view.KeyReason: {"Section 4 is about support only."}})
	if r.Code != "" || !strings.HasPrefix(r.Text, "Sent back. The owner is told.") || o.task(ref, taskTerm).Returned != "Section 4 is about support only." {
		t.Errorf("sent back: %s", shownText(r))
	}
}

// TestSystemForms goes through the forms that concern a system as a whole, from one state to the next.
func TestSystemForms(t *testing.T) {
	o := newOffice(t)
	ref := o.conditioned()
	reason := "A reason that is long enough to stand here."
	steps := []struct {
		who                workflows.PersonID
		verb, label, field string // field: of the reason
		rest               card.Values
		before             func()
		state              register.State
		says               string
	}{
		{"ana", view.VerbPilot, "Begin with a pilot…", "", card.Values{view.KeyUntil: {"2025-12-12"}}, nil, register.StateApproved, "It begins with a pilot. Approved"},
		{"ana", view.VerbGoLive, "End the pilot…", view.KeyReport, nil, func() {
			for _, key := range []string{taskNotice, taskTerm} {
				o.Use("ana", ref.ID, register.Proved{Task: key, Proof: "See the contract."})
				o.Use("cleo", ref.ID, register.Verified{Task: key})
			}
			if got := o.Systems[ref.ID].State; got != register.StatePilot {
				t.Fatalf("it is %s", got)
			}
		}, register.StateInUse, "The pilot has ended. In use since"},
		{"ana", view.VerbChange, "Report a change…", view.KeyReason, card.Values{view.KeyTrigger: {"law_changed"}}, nil, register.StateReEvaluation, "Reported. Those who look after it are asked. Looked at again"},
		{"cleo", view.VerbUnchanged, "The approval stands…", view.KeyReason, nil, nil, register.StateInUse, "The approval stands. In use since"},
		{"ana", view.VerbSuspend, "Suspend…", view.KeyReason, nil, nil, register.StateSuspended, "Done. Everybody concerned is told. Suspended on"},
		{"helen", view.VerbRelease, "Release…", view.KeyReason, nil, nil, register.StateReEvaluation, "Released. To be looked at again"},
		{"cleo", view.VerbHandOver, "Hand over…", view.KeyReason, card.Values{view.KeyPerson: {"jack"}}, nil, register.StateReEvaluation, "Jack Turner owns it now and is told. To be looked at again"},
		{"cleo", view.VerbRevoke, "Revoke…", view.KeyReason, nil, nil, register.StateStopped, "Done. Everybody concerned is told. The approval was revoked on"},
	}
	for _, s := range steps {
		if s.before != nil {
			s.before()
		}
		before := o.Systems[ref.ID]
		r := o.click(s.who, o.entry(s.who, ref), s.label)
		if r.Kind != bot.ReplyOpen || r.Form.Danger != slices.Contains([]string{view.VerbSuspend, view.VerbRevoke}, s.verb) {
			t.Fatalf("%s opens %s", s.verb, shownText(r))
		}
		form := r.Form
		if s.field != "" {
			bad := o.send(s.who, form, merged(s.rest, card.Values{s.field: {"too short"}}))
			if bad.Code != workflows.CodeField || !strings.Contains(errorOf(bad.Form, s.field), "20 characters") || valueOf(bad.Form, s.field) != "too short" || o.Systems[ref.ID].Seq != before.Seq {
				t.Fatalf("%s with a short reason: %s", s.verb, shownText(bad))
			}
			form = bad.Form
		}
		done := o.send(s.who, form, merged(s.rest, card.Values{s.field: {reason}}))
		after := o.Systems[ref.ID]
		if done.Kind != bot.ReplyNotice || done.Code != "" || !strings.HasPrefix(done.Text, s.says) || after.State != s.state || after.Seq != before.Seq+1 {
			t.Fatalf("%s: it is %s; %s", s.verb, after.State, shownText(done))
		}
		if done.Card == nil || done.Card.Mark.Text != view.StateWord(string(s.state)) {
			t.Errorf("%s: the card is another one: %s", s.verb, shownText(done))
		}
		for range 2 {
			if again := o.send(s.who, form, merged(s.rest, card.Values{s.field: {reason}})); again.Kind != bot.ReplyNotice || again.Code != "" ||
				!strings.HasPrefix(again.Text, "This was done already.") || o.Systems[ref.ID].Seq != after.Seq {
				t.Errorf("%s, a second press: %s", s.verb, shownText(again))
			}
		}
	}
	if got := o.Systems[ref.ID]; got.Owner != "jack" || got.Turned.Reason != reason {
		t.Errorf("in the end it is %+v", got)
	}
	retired := o.simple("DeepL")
	form := o.click("ana", o.entry("ana", retired), "Retire…").Form
	if r := o.send("ana", form, card.Values{view.KeyReason: {reason}}); r.Code != "" || o.Systems[retired.ID].State != register.StateRetired ||
		r.Text != "Done. Everybody concerned is told. Retired on Mon 24 Nov. It is not used any more." {
		t.Errorf("retired: %s", shownText(r))
	}
	if got := labels(o.entry("ana", retired)); !slices.Equal(got, []string{"Details", "Why this way"}) {
		t.Errorf("what is over offers %q", got)
	}
}

// merged gives the values of both; an empty key is no field.
func merged(a, b card.Values) card.Values {
	out := card.Values{}
	for _, v := range []card.Values{a, b} {
		for key, one := range v {
			if key != "" {
				out[key] = one
			}
		}
	}
	return out
}

func TestWhatSystemFormsRefuse(t *testing.T) {
	o := newOffice(t)
	ref := o.conditioned()
	for _, until := range []string{"", "next week", "2025-11-23"} {
		form := o.press("ana", o.about(ref, view.VerbPilot, "")).Form
		if r := o.send("ana", form, card.Values{view.KeyUntil: {until}}); r.Code != workflows.CodeField || !strings.Contains(errorOf(r.Form, view.KeyUntil), "last day of the pilot") || valueOf(r.Form, view.KeyUntil) != until {
			t.Errorf("a pilot until %q: %s", until, shownText(r))
		}
	}
	live := o.used()
	reason := card.Values{view.KeyReason: {"A reason that is long enough to stand here."}}
	for _, trigger := range []string{"", "validity_end", "something else"} {
		form := o.press("ana", o.about(live, view.VerbChange, "")).Form
		if r := o.send("ana", form, merged(reason, card.Values{view.KeyTrigger: {trigger}})); r.Code != workflows.CodeField || errorOf(r.Form, view.KeyTrigger) == "" || valueOf(r.Form, view.KeyReason) == "" {
			t.Errorf("a change %q: %s", trigger, shownText(r))
		}
	}
	for who, want := range map[string]string{"": "works here", "karim": "works here", "nobody": "works here", "ana": "own it already"} {
		o.kept = map[string]policy.Draft{}
		form := o.press("cleo", o.about(live, view.VerbHandOver, "")).Form
		if r := o.send("cleo", form, merged(reason, card.Values{view.KeyPerson: {who}})); r.Code != workflows.CodeField || !strings.Contains(errorOf(r.Form, view.KeyPerson), want) {
			t.Errorf("to %q: %s", who, shownText(r))
		}
	}
	// Who was chosen keeps their name on the form, also where they are nothing to the system yet.
	form := o.press("cleo", o.about(live, view.VerbHandOver, "")).Form
	r := o.send("cleo", form, card.Values{view.KeyPerson: {"jack"}, view.KeyReason: {"short"}})
	kept := o.press("cleo", card.Action{Verb: view.VerbContinue, Arg: form.ID})
	for _, f := range []*card.Form{r.Form, kept.Form} {
		if i := slices.IndexFunc(f.Fields, func(f card.Field) bool { return f.Key == view.KeyPerson }); f.Fields[i].Shown != "Jack Turner" {
			t.Errorf("who was chosen is shown as %q", f.Fields[i].Shown)
		}
	}
	if r = o.send("cleo", r.Form, merged(reason, card.Values{view.KeyPerson: {"cleo"}})); r.Code != "" || !strings.HasPrefix(r.Text, "You own it now, and its conditions with it.") {
		t.Errorf("taking it over: %s", shownText(r))
	}
}

func TestAFaultWhileActingOnASystem(t *testing.T) {
	o := newOffice(t)
	ref := o.proved()
	fault := errors.New("the database is away")
	o.fail = fault
	if _, err := o.desk.Press(t.Context(), o.who("cleo"), o.about(ref, view.VerbVerify, taskNotice)); !errors.Is(err, fault) {
		t.Errorf("a press: %v", err)
	}
	form := o.press("cleo", o.about(ref, view.VerbSendBack, taskNotice)).Form
	o.fail = fault
	reason := card.Values{view.KeyReason: {"Section 4 is about support only."}}
	if _, err := o.desk.Submit(t.Context(), o.who("cleo"), submission(form, reason, bot.GoNext)); !errors.Is(err, fault) {
		t.Fatalf("a form: %v", err)
	}
	back := o.press("cleo", o.about(ref, view.VerbSendBack, taskNotice)).Form
	if valueOf(back, view.KeyReason) != reason.First(view.KeyReason) {
		t.Error("what was typed is gone")
	}
	if r := o.send("cleo", back, nil); r.Code != "" {
		t.Errorf("trying again: %s", shownText(r))
	}
}
