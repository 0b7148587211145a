package bot_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/register"
)

func aReason(s string) card.Values { return card.Values{view.KeyReason: {s}} }

func TestTheSameSystemFormTwice(t *testing.T) {
	t.Run("a repeated press of the same page is the first one's answer", func(t *testing.T) {
		o := newOffice(t)
		ref := o.used()
		form := o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form
		reason := aReason("Until the vendor has answered our question.")
		revision := o.kept[form.ID].Revision
		// The first press was applied, and its end was not noted: the next one comes from the same revision of the draft.
		one := o.send("cleo", form, reason)
		d := o.kept[form.ID]
		d.Revision = revision
		delete(d.Answers, "_done")
		o.kept[form.ID] = d
		o.Systems[ref.ID] = withState(o.Systems[ref.ID], register.StateReEvaluation) // so that the form can still be sent
		before := o.Systems[ref.ID].Seq
		two := o.send("cleo", form, reason)
		if one.Code != "" || two.Code != "" || two.Kind != bot.ReplyNotice || !strings.HasPrefix(two.Text, "Done. Everybody concerned is told.") || o.Systems[ref.ID].Seq != before {
			t.Errorf("first: %s\nthen: %s", shownText(one), shownText(two))
		}
	})
	t.Run("a form that is open twice", func(t *testing.T) {
		o := newOffice(t)
		ref := o.used()
		a := o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form
		b := o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form
		if a.ID != b.ID {
			t.Fatal("the second window has another draft")
		}
		saved := o.goes("cleo", a, aReason("From the first window."), bot.GoSave)
		if saved.Code != "" || !strings.Contains(cardtest.FormText(*saved.Form), view.TextSaved) {
			t.Fatalf("save for later: %s", shownText(saved))
		}
		r := o.send("cleo", b, aReason("From the second window, which is older."))
		if r.Kind != bot.ReplyForm || !strings.Contains(cardtest.FormText(*r.Form), view.TextElsewhere) || o.events != 0 ||
			valueOf(r.Form, view.KeyReason) != "From the second window, which is older." {
			t.Fatalf("the older window: %s", shownText(r))
		}
		if same := o.send("cleo", b, aReason("From the second window, which is older.")); same.Kind != bot.ReplyForm || o.events != 0 {
			t.Errorf("the older window again: %s", shownText(same))
		}
		if r = o.send("cleo", r.Form, nil); r.Code != "" || o.Systems[ref.ID].Turned.Reason != "From the second window, which is older." {
			t.Errorf("then it is sent: %s", shownText(r))
		}
		for _, old := range []*card.Form{a, b} {
			if over := o.send("cleo", old, aReason("One more.")); over.Kind != bot.ReplyNotice || !strings.HasPrefix(over.Text, "This was done already. Suspended on") || over.Card == nil {
				t.Errorf("a window that was left open: %s", shownText(over))
			}
		}
		if o.events != 1 {
			t.Errorf("%d events", o.events)
		}
	})
	t.Run("save for later keeps what was typed, and sends nothing", func(t *testing.T) {
		o := newOffice(t)
		ref := o.conditioned()
		form := o.click("ana", o.entry("ana", ref), "One is fulfilled…").Form
		o.goes("ana", form, card.Values{view.KeyTask: {taskTerm}, view.KeyProof: {"See section"}}, bot.GoSave)
		for _, r := range []bot.Reply{
			o.click("ana", o.entry("ana", ref), "One is fulfilled…"), o.press("ana", card.Action{Verb: view.VerbContinue, Arg: form.ID}),
		} {
			if r.Kind != bot.ReplyOpen || r.Form.ID != form.ID || valueOf(r.Form, view.KeyTask) != taskTerm || valueOf(r.Form, view.KeyProof) != "See section" || o.events != 0 {
				t.Errorf("got %s", shownText(r))
			}
		}
		if r := o.press("cleo", card.Action{Verb: view.VerbContinue, Arg: form.ID}); r.Code != workflows.CodeUnknown {
			t.Errorf("somebody else's draft: %s", shownText(r))
		}
	})
	t.Run("many presses at once are one", func(t *testing.T) {
		o := newOffice(t)
		ref := o.used()
		form := o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form
		l := &locked{office: o}
		desk := bot.NewDesk(l, l, l, func() string { return "unused" })
		var wg sync.WaitGroup
		replies := make([]string, 16)
		for i := range replies {
			wg.Go(func() {
				r, err := desk.Submit(t.Context(), o.who("cleo"), submission(form, aReason("Until the vendor has answered our question."), bot.GoNext))
				replies[i] = fmt.Sprintf("%s %s %v", r.Kind, r.Code, err)
			})
		}
		wg.Wait()
		for i, r := range replies {
			if r != "notice  <nil>" && r != "notice not_now <nil>" {
				t.Errorf("press %d: %s", i, r)
			}
		}
		if o.events != 1 {
			t.Errorf("%d events", o.events)
		}
	})
}

func withState(s register.System, to register.State) register.System {
	s.State = to
	return s
}

func TestAStaleSystemForm(t *testing.T) {
	t.Run("it is shown again with the sentence, and what was typed is kept", func(t *testing.T) {
		o := newOffice(t)
		ref := o.proved()
		form := o.press("cleo", o.about(ref, view.VerbSendBack, taskNotice)).Form
		o.Use("ana", ref.ID, register.Proved{Task: taskNotice, Proof: "Another proof, which is better."})
		r := o.send("cleo", form, aReason("The invitation does not say it anywhere."))
		if r.Kind != bot.ReplyForm || r.Code != workflows.CodeStale || !strings.HasPrefix(r.Form.Error, "This has changed since you opened it.") ||
			valueOf(r.Form, view.KeyReason) != "The invitation does not say it anywhere." || o.task(ref, taskNotice).State != register.TaskProved {
			t.Fatalf("got %s", shownText(r))
		}
		if !strings.Contains(cardtest.FormText(*r.Form), "Another proof, which is better.") {
			t.Errorf("what it is on now is not on it:\n%s", cardtest.FormText(*r.Form))
		}
		if r = o.send("cleo", r.Form, nil); r.Kind != bot.ReplyNotice || r.Code != "" || o.task(ref, taskNotice).Returned != "The invitation does not say it anywhere." {
			t.Errorf("the next press: %s", shownText(r))
		}
	})
	t.Run("a change in the very moment of the press counts as well", func(t *testing.T) {
		o := newOffice(t)
		ref := o.used()
		form := o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form
		o.before = func() {
			o.Use("ana", ref.ID, register.Changed{Trigger: "law_changed", Reason: "There is a new regulation from today on."})
		}
		r := o.send("cleo", form, aReason("Until the vendor has answered our question."))
		if r.Kind != bot.ReplyForm || r.Code != workflows.CodeStale || valueOf(r.Form, view.KeyReason) == "" || o.Systems[ref.ID].State != register.StateReEvaluation {
			t.Errorf("got %s", shownText(r))
		}
	})
	t.Run("what ended meanwhile ends with a notice and the card", func(t *testing.T) {
		o := newOffice(t)
		ref := o.used()
		form := o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form
		o.Use("ana", ref.ID, register.Retired{Reason: "Nobody uses it any more in the team."})
		r := o.send("cleo", form, aReason("Until the vendor has answered our question."))
		if r.Kind != bot.ReplyNotice || r.Code != workflows.CodeClosed || r.Card == nil || r.Text != "Retired on Mon 24 Nov. It is not used any more. Nothing more is needed from you." {
			t.Errorf("got %s", shownText(r))
		}
		ref = o.used()
		form = o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form
		o.before = func() { o.Use("ana", ref.ID, register.Retired{Reason: "Nobody uses it any more in the team."}) }
		r = o.send("cleo", form, aReason("Until the vendor has answered our question."))
		if r.Kind != bot.ReplyNotice || r.Code != workflows.CodeClosed || r.Card == nil || r.Card.Mark.Text != "Retired" {
			t.Errorf("in the moment of the press: %s", shownText(r))
		}
	})
	t.Run("what somebody else did meanwhile ends with a notice", func(t *testing.T) {
		o := newOffice(t)
		ref := o.proved()
		form := o.press("helen", o.about(ref, view.VerbJudge, "")).Form
		o.before = func() { o.Use("cleo", ref.ID, register.Verified{Task: taskTerm}) }
		r := o.send("helen", form, card.Values{view.KeyTask: {taskTerm}, view.KeyOutcome: {view.OutcomeVerified}})
		if r.Kind != bot.ReplyNotice || r.Code != workflows.CodeDecided || !strings.Contains(r.Text, "Cleo Marsh has verified this condition already.") {
			t.Errorf("got %s", shownText(r))
		}
	})
	t.Run("a system that is gone is unknown", func(t *testing.T) {
		o := newOffice(t)
		ref := o.used()
		form := o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form
		delete(o.Systems, ref.ID)
		if r := o.send("cleo", form, aReason("Until the vendor has answered our question.")); r.Code != workflows.CodeUnknown {
			t.Errorf("got %s", shownText(r))
		}
	})
}

func TestAPressOnAnOldSystemCard(t *testing.T) {
	o := newOffice(t)
	ref := o.conditioned()
	o.Use("ana", ref.ID, register.Proved{Task: taskNotice, Proof: "See the invitation."})
	old := o.entry("cleo", ref)
	o.Use("ana", ref.ID, register.Proved{Task: taskNotice, Proof: "See the other invitation."})
	for _, seen := range []card.Action{{}, {Round: 1}, {Revision: 1}} {
		seen.Verb, seen.About, seen.Arg = view.VerbVerify, ref.String(), taskNotice
		if r := o.press("cleo", seen); r.Code != workflows.CodeStale {
			t.Errorf("a button that does not name what was seen, %s, gets %s", seen, shownText(r))
		}
	}
	r := o.click("cleo", old, "Verify")
	if r.Kind != bot.ReplyCard || r.Code != workflows.CodeStale || o.task(ref, taskNotice).State != register.TaskProved || o.events != 0 ||
		!strings.Contains(shownText(r), "See the other invitation.") {
		t.Fatalf("a stale verify: %s", shownText(r))
	}
	if r = o.click("cleo", r.Card, "Verify"); r.Code != "" {
		t.Errorf("the card it came back with: %s", shownText(r))
	}
	gone := o.entry("ana", ref)
	o.Use("cleo", ref.ID, register.Suspended{Reason: "Until the vendor has confirmed it."})
	if r = o.click("ana", gone, "Suspend…"); r.Form != nil || r.Code != workflows.CodeNotNow || r.Card.Mark.Text != "Suspended" {
		t.Errorf("a form that is not for now: %s", shownText(r))
	}
	o.Use("cleo", ref.ID, register.HandedOver{To: "jack", Reason: "Ana is in another team from now on."})
	if r = o.click("ana", gone, "Retire…"); r.Form != nil || r.Code != workflows.CodeStale {
		t.Errorf("a form of a card that shows an older revision: %s", shownText(r))
	}
	for _, verb := range []string{view.VerbApprove, "gone", ""} {
		if r = o.press("ana", o.about(ref, verb, "")); r.Code != workflows.CodeStale || r.Text != view.TextOldButton || r.Card == nil {
			t.Errorf("a verb that systems do not have, %q: %s", verb, shownText(r))
		}
	}
	for _, task := range []string{"", "nothing", "<!channel>"} {
		for _, verb := range []string{view.VerbVerify, view.VerbProve, view.VerbSendBack} {
			if r = o.press("cleo", o.about(ref, verb, task)); r.Code == "" || r.Form != nil {
				t.Errorf("%s of condition %q: %s", verb, task, shownText(r))
			}
		}
	}
}

// TestTheSameVerifyTwice: a delivery that comes again is answered as the first was.
func TestTheSameVerifyTwice(t *testing.T) {
	o := newOffice(t)
	ref := o.proved()
	who := o.who("cleo")
	who.Key = "slack/T1/U1/trigger-1"
	for i := range 3 {
		r, err := o.desk.Press(t.Context(), who, o.about(ref, view.VerbVerify, taskNotice))
		if r = o.checked(r, err); r.Code != "" || !strings.HasPrefix(r.Text, "Verified.") {
			t.Errorf("press %d: %s", i+1, shownText(r))
		}
	}
	ana := o.who("ana")
	ana.Key = "slack/T1/U2/trigger-1"
	for i := range 2 {
		r, err := o.desk.Press(t.Context(), ana, o.about(ref, view.VerbVerify, taskTerm))
		if r = o.checked(r, err); r.Code != workflows.CodeOwnRequest || r.Text == "" {
			t.Errorf("refused press %d: %s", i+1, shownText(r))
		}
	}
	if o.events != 1 {
		t.Errorf("%d events", o.events)
	}
}
