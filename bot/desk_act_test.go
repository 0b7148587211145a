package bot_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

func TestApproveWithConditions(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.Ranking(), "")
	r := o.click("ben", o.card("ben", id), "Approve…")
	if r.Kind != bot.ReplyOpen || r.Form.Aside == nil {
		t.Fatalf("got %s", shownText(r))
	}
	wrong := o.send("ben", r.Form, card.Values{view.KeyOwnText: {"Report after three months."}, view.KeyReason: {"Good idea."}})
	if wrong.Code != workflows.CodeField || !strings.Contains(wrong.Form.Error, "Give your own condition a date") {
		t.Fatalf("a condition without a date: %s", shownText(wrong))
	}
	if valueOf(wrong.Form, view.KeyOwnText) != "Report after three months." || valueOf(wrong.Form, view.KeyReason) != "Good idea." {
		t.Error("something typed is gone")
	}
	done := o.send("ben", wrong.Form, card.Values{"suggested": {"bias_test"}, "more": {"pilot_only"}, view.KeyOwnDue: {"2026-02-27"}})
	if done.Kind != bot.ReplyNotice || done.Code != "" || !strings.HasPrefix(done.Text, "Approved by Ben Okafor, Mon 24 Nov 03:00, with 8 conditions.") {
		t.Fatalf("got %s", shownText(done))
	}
	want := []approval.Choice{{Key: "bias_test"}, {Key: "pilot_only"}, {Text: "Report after three months.", Due: "2026-02-27"}}
	if got := o.Requests[id].Votes[0].Conditions; !slices.Equal(got, want) {
		t.Errorf("conditions %v, want %v", got, want)
	}
	for range 2 {
		twice := o.send("ben", wrong.Form, nil)
		if twice.Kind != bot.ReplyNotice || twice.Code != "" || !strings.Contains(twice.Text, "done already") {
			t.Errorf("a second press of Send: %s", shownText(twice))
		}
	}
	if o.events != 1 {
		t.Errorf("%d events", o.events)
	}
}

func TestTicksTakenAwayStayAway(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	r := o.click("ben", o.card("ben", id), "Approve…")
	kept := o.goes("ben", r.Form, card.Values{"suggested": nil}, bot.GoSave)
	if valueOf(kept.Form, "suggested") != "" {
		t.Errorf("ticks came back: %s", valueOf(kept.Form, "suggested"))
	}
	again := o.click("ben", o.card("ben", id), "Approve…")
	if again.Form.ID != r.Form.ID || valueOf(again.Form, "suggested") != "" {
		t.Error("the form that was kept is not gone on with")
	}
	o.send("ben", again.Form, nil)
	if n := len(o.Requests[id].Votes[0].Conditions); n != 0 {
		t.Errorf("%d conditions", n)
	}
}

func TestAStaleFormKeepsTicksAndShowsWhatChanged(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	o.Do("ben", id, approval.Asked{Text: "Which calls?"})
	form := o.click("ben", o.card("ben", id), "Approve…").Form
	o.Do("ana", id, approval.Answered{Question: 1, Text: "Customer calls only."})
	r := o.send("ben", form, card.Values{"suggested": {"data_limit"}, view.KeyReason: {"Only for calls."}})
	if r.Kind != bot.ReplyForm || r.Code != workflows.CodeStale || len(o.Requests[id].Votes) != 0 {
		t.Fatalf("got %s", shownText(r))
	}
	if !strings.Contains(r.Form.Error, "Ana Ruiz answered a question") || !strings.Contains(shownText(r), "Customer calls only.") {
		t.Errorf("what changed is not said: %s", shownText(r))
	}
	if valueOf(r.Form, "suggested") != "data_limit" || valueOf(r.Form, view.KeyReason) != "Only for calls." {
		t.Error("ticks or text are gone")
	}
	if done := o.send("ben", r.Form, nil); done.Kind != bot.ReplyNotice || done.Code != "" {
		t.Errorf("the next press: %s", shownText(done))
	}
	if v := o.Requests[id].Votes; len(v) != 1 || v[0].Reason != "Only for calls." {
		t.Errorf("votes %+v", v)
	}
}

func TestAFormWhoseTimeIsOverEndsWithTheCard(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	form := o.click("ben", o.card("ben", id), "Reject…").Form
	o.Do("ana", id, approval.Withdrawn{})
	r := o.send("ben", form, card.Values{view.KeyReason: {"We have a note taker already."}})
	if r.Kind != bot.ReplyNotice || r.Code != workflows.CodeClosed || r.Card == nil || !strings.Contains(r.Text, "Withdrawn by Ana Ruiz") {
		t.Errorf("got %s", shownText(r))
	}
	id = o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	form = o.click("ben", o.card("ben", id), "Reject…").Form
	o.before = func() { o.Do("ana", id, approval.Withdrawn{}) } // between the page and the transaction
	r = o.send("ben", form, card.Values{view.KeyReason: {"We have a note taker already."}})
	if r.Kind != bot.ReplyNotice || r.Code != workflows.CodeClosed || r.Card == nil {
		t.Errorf("got %s", shownText(r))
	}
}

func TestRejectNeedsAReason(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	form := o.click("ben", o.card("ben", id), "Reject…").Form
	if !form.Danger {
		t.Error("rejecting does not look like ending something")
	}
	r := o.send("ben", form, card.Values{view.KeyReason: {"no"}})
	if r.Code != workflows.CodeField || !strings.Contains(errorOf(r.Form, view.KeyReason), "20 characters") || valueOf(r.Form, view.KeyReason) != "no" {
		t.Fatalf("got %s", shownText(r))
	}
	done := o.send("ben", r.Form, card.Values{view.KeyReason: {"We have a note taker\u202e already.\x00"}})
	if done.Code != "" || o.Requests[id].Status != approval.StatusRejected {
		t.Fatalf("got %s", shownText(done))
	}
	if got := o.Requests[id].Votes[0].Reason; got != "We have a note taker already." {
		t.Errorf("the reason is kept as %q", got)
	}
}

func TestAskAndAnswer(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	form := o.click("ben", o.card("ben", id), "Ask…").Form
	if r := o.send("ben", form, nil); r.Code != workflows.CodeField || errorOf(r.Form, view.KeyQuestion) == "" {
		t.Errorf("an empty question: %s", shownText(r))
	}
	form = o.press("ben", card.Action{Verb: view.VerbContinue, Arg: form.ID}).Form
	r := o.send("ben", form, card.Values{view.KeyQuestion: {"Who deletes the recordings?"}})
	if r.Code != "" || !strings.Contains(r.Text, "Your question went to Ana Ruiz") {
		t.Fatalf("got %s", shownText(r))
	}
	second := o.click("ben", o.card("ben", id), "Ask…").Form
	if second.ID == form.ID || valueOf(second, view.KeyQuestion) != "" {
		t.Error("the next question begins with the last one")
	}
	o.send("ben", second, card.Values{view.KeyQuestion: {"And after how long?"}})
	ana := o.card("ana", id)
	answer := o.click("ana", ana, "Answer Ben Okafor (2)…").Form
	if !strings.Contains(cardtest.FormText(*answer), "And after how long?") {
		t.Errorf("the question is not on the form: %s", cardtest.FormText(*answer))
	}
	r = o.send("ana", answer, card.Values{view.KeyAnswer: {"After 30 days.\n\nEach Friday."}})
	if q := o.Requests[id].Questions[1]; r.Code != "" || q.Answer != "After 30 days.\n\nEach Friday." {
		t.Errorf("%q, answer %q", r.Code, q.Answer)
	}
}

func TestAnObjectionIsOverruledWithAReason(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	o.Do("ben", id, approval.Decided{Approve: true})
	form := o.click("dan", o.card("dan", id), "Objection…").Form
	o.send("dan", form, card.Values{view.KeyReason: {"Customers are not told that the call is recorded."}})
	decide := o.click("cleo", o.card("cleo", id), "Approve…").Form
	if !strings.Contains(cardtest.FormText(*decide), "An objection stands") {
		t.Errorf("the objection is not on the form: %s", cardtest.FormText(*decide))
	}
	r := o.send("cleo", decide, nil)
	if r.Code != workflows.CodeField || !strings.Contains(errorOf(r.Form, view.KeyReason), "Dan Wolf objected") {
		t.Fatalf("without a reason: %s", shownText(r))
	}
	r = o.send("cleo", r.Form, card.Values{view.KeyReason: {"The invitation tells them, I have seen it."}})
	if r.Code != "" || o.Requests[id].Status != approval.StatusApproved || o.Requests[id].Advices[0].OverruledBy == 0 {
		t.Errorf("got %s", shownText(r))
	}
}

func TestTheOtherForms(t *testing.T) {
	o := newOffice(t)
	answers := cardtest.MeetingNotes()
	answers["owner"] = policy.Answer{Text: "jack"}
	declined := o.Send("ana", "ai-use", answers, "")
	if r := o.send("jack", o.click("jack", o.card("jack", declined), "Decline…").Form, nil); r.Code != "" || !o.Requests[declined].Declined {
		t.Errorf("decline: %s", shownText(r))
	}
	if r := o.send("ana", o.click("ana", o.card("ana", declined), "Withdraw…").Form, card.Values{view.KeyReason: {"Later."}}); r.Code != "" ||
		o.Requests[declined].Status != approval.StatusWithdrawn || !strings.Contains(r.Text, "AIR-1 is withdrawn") {
		t.Errorf("withdraw: %s", shownText(r))
	}
	high := o.Send("ana", "ai-use", cardtest.Ranking(), "")
	link := o.click("ana", o.card("ana", high), "Add the reference…").Form
	if r := o.send("ana", link, card.Values{view.KeyRef: {"in my folder"}}); r.Code != workflows.CodeField || errorOf(r.Form, view.KeyRef) == "" {
		t.Errorf("a reference that is none: %s", shownText(r))
	}
	link = o.press("ana", card.Action{Verb: view.VerbContinue, Arg: link.ID}).Form
	if r := o.send("ana", link, card.Values{view.KeyRef: {"imp-7"}}); r.Code != workflows.CodeField || errorOf(r.Form, view.KeyRef) == "" {
		t.Errorf("one that is made here: %s", shownText(r))
	}
	link = o.press("ana", card.Action{Verb: view.VerbContinue, Arg: link.ID}).Form
	const made = "https://wiki.example.com/impact/7"
	if r := o.send("ana", link, card.Values{view.KeyRef: {made}}); r.Code != "" || o.Requests[high].Links[0].Ref != made {
		t.Errorf("link: %s", shownText(r))
	}
}

func TestNamingAnotherHolderAndAnOutsider(t *testing.T) {
	o := newOffice(t)
	late := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	o.Until(o.Company.Now.AddDate(0, 0, 4))
	form := o.click("cleo", o.card("cleo", late), "Name another manager…").Form
	if r := o.send("cleo", form, card.Values{view.KeyPerson: {"mei"}}); r.Code != workflows.CodeField || errorOf(r.Form, view.KeyPerson) == "" {
		t.Errorf("somebody without the role: %s", shownText(r))
	}
	form = o.press("cleo", card.Action{Verb: view.VerbContinue, Arg: form.ID}).Form
	if r := o.send("cleo", form, card.Values{view.KeyPerson: {"marek"}}); r.Code != "" || len(o.Requests[late].Namings) != 1 {
		t.Errorf("naming: %s", shownText(r))
	}
	if text := cardtest.Text(*o.card("marek", late)); !strings.Contains(text, "You decide as their manager") {
		t.Errorf("the person named is not asked:\n%s", text)
	}

	cleo := o.Company.People["cleo"]
	cleo.Active = false
	o.Company.People["cleo"] = cleo
	nobody := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	o.Do("ben", nobody, approval.Decided{Approve: true})
	o.Do("dan", nobody, approval.Advised{})
	out := o.click("helen", o.card("helen", nobody), "Name an outsider…").Form
	r := o.send("helen", out, card.Values{view.KeyPerson: {"grace"}, view.KeyReason: {"short"}})
	if r.Code != workflows.CodeField {
		t.Errorf("an outsider without a reason: %s", shownText(r))
	}
	r = o.send("helen", r.Form, card.Values{view.KeyPerson: {"ingrid"}, view.KeyReason: {"Nobody else is independent of this request."}})
	if r.Code != "" || !o.Requests[nobody].Namings[0].Outsider {
		t.Errorf("an outsider: %s", shownText(r))
	}
}

func TestLegalHoldAndClassification(t *testing.T) {
	o := newOffice(t)
	hold := o.Send("ana", "ai-use", cardtest.MoodTracking(), "")
	form := o.click("nadia", o.card("nadia", hold), "Decide the hold…").Form
	if r := o.send("nadia", form, nil); r.Code != workflows.CodeField || errorOf(r.Form, view.KeyOutcome) == "" {
		t.Errorf("without an outcome: %s", shownText(r))
	}
	form = o.press("nadia", card.Action{Verb: view.VerbContinue, Arg: form.ID}).Form
	r := o.send("nadia", form, card.Values{view.KeyOutcome: {policy.OutcomeReclassify}, view.KeyReason: {"It is for emergency calls only, by law."}})
	if r.Code != workflows.CodeField || errorOf(r.Form, view.KeyTier) == "" || valueOf(r.Form, view.KeyOutcome) != policy.OutcomeReclassify {
		t.Fatalf("without a tier: %s", shownText(r))
	}
	r = o.send("nadia", r.Form, card.Values{view.KeyTier: {"high"}})
	if r.Code != "" || !strings.Contains(r.Text, "Nadia Haddad named another tier: high") {
		t.Errorf("the first half: %s", shownText(r))
	}
	form = o.click("helen", o.card("helen", hold), "Decide the hold…").Form
	r = o.send("helen", form, card.Values{view.KeyOutcome: {policy.OutcomeReclassify}, view.KeyTier: {"high"}, view.KeyReason: {"Agreed with legal counsel in our talk."}})
	if got := o.Requests[hold]; r.Code != "" || got.Round != 2 || got.Screening.Assessment.Tier != "high" {
		t.Errorf("the second half: %s", shownText(r))
	}

	unsure := o.Send("ana", "ai-use", cardtest.Unsure(), "")
	form = o.click("nadia", o.card("nadia", unsure), "Classify…").Form
	one := o.send("nadia", form, card.Values{view.KeyOutcome: {policy.OutcomeCorrect}, view.KeyReason: {"None of the practices."}})
	if one.Form == nil || one.Form.Step != "Page 2 of 4" || !strings.Contains(shownText(one), "You set the answers right") {
		t.Fatalf("correcting: %s", shownText(one))
	}
	back := o.goes("nadia", one.Form, nil, bot.GoBack)
	if valueOf(back.Form, view.KeyOutcome) != policy.OutcomeCorrect {
		t.Errorf("back to the outcome: %s", shownText(back))
	}
	one = o.send("nadia", back.Form, nil)
	two := o.send("nadia", one.Form, nil)
	preview := o.send("nadia", two.Form, card.Values{"practices": {"none"}})
	if preview.Form.Step != "Page 4 of 4" {
		t.Fatalf("preview: %s", shownText(preview))
	}
	done := o.send("nadia", preview.Form, nil)
	if got := o.Requests[unsure]; done.Code != "" || got.Round != 2 || got.Screening.Assessment.Tier != "minimal" && got.Screening.Assessment.Tier != "limited" {
		t.Errorf("corrected to %s: %s", got.Screening.Assessment.Tier, shownText(done))
	}
	if again := o.send("nadia", preview.Form, nil); again.Kind != bot.ReplyNotice || o.Requests[unsure].Round != 2 {
		t.Errorf("a second press: %s", shownText(again))
	}
}

func TestAFaultWhileDecidingKeepsWhatWasTyped(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	form := o.click("ben", o.card("ben", id), "Reject…").Form
	o.fail = errors.New("the database is away")
	s := submission(form, card.Values{view.KeyReason: {"We have a note taker already."}}, bot.GoNext)
	if _, err := o.desk.Submit(t.Context(), o.who("ben"), s); err == nil {
		t.Fatal("a fault of ours is no error")
	}
	back := o.click("ben", o.card("ben", id), "Reject…")
	if valueOf(back.Form, view.KeyReason) != "We have a note taker already." {
		t.Error("what was typed is gone")
	}
	if r := o.send("ben", back.Form, nil); r.Code != "" {
		t.Errorf("trying again: %s", shownText(r))
	}
}

// TestPressesAtOnce: the same form pressed many times at once is one decision, on a company whose calls are put in a row
// by a lock, as transactions are.
func TestPressesAtOnce(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	form := o.click("ben", o.card("ben", id), "Approve…").Form
	l := &locked{office: o}
	desk := bot.NewDesk(l, l, l, func() string { return "unused" })
	var wg sync.WaitGroup
	replies := make([]string, 32)
	for i := range replies {
		wg.Go(func() {
			r, err := desk.Submit(t.Context(), o.who("ben"), submission(form, nil, bot.GoNext))
			replies[i] = fmt.Sprintf("%s %s %v", r.Kind, r.Code, err)
		})
	}
	wg.Wait()
	for i, r := range replies {
		if r != "notice  <nil>" && !strings.HasPrefix(r, "notice decided") {
			t.Errorf("press %d: %s", i, r)
		}
	}
	if len(o.Requests[id].Votes) != 1 || o.events != 1 {
		t.Errorf("%d votes, %d events", len(o.Requests[id].Votes), o.events)
	}
}
