package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// errorOf gives what stands at a field.
func errorOf(f *card.Form, key string) string {
	for _, field := range f.Fields {
		if field.Key == key {
			return field.Error
		}
	}
	return ""
}

func valueOf(f *card.Form, key string) string {
	for _, field := range f.Fields {
		if field.Key == key {
			return strings.Join(field.Value, ",")
		}
	}
	return ""
}

func TestARequestFromFirstPageToRecord(t *testing.T) {
	o := newOffice(t)
	answers := cardtest.MeetingNotes()
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	if one.Kind != bot.ReplyOpen || one.Form.Step != "Page 1 of 3" || valueOf(one.Form, "owner") != "ana" {
		t.Fatalf("page 1: %s", shownText(one))
	}
	two := o.send("ana", one.Form, o.typed(one.Form, "ai-use", answers))
	if two.Kind != bot.ReplyForm || two.Form.Step != "Page 2 of 3" || two.Form.Back == "" {
		t.Fatalf("page 2: %s", shownText(two))
	}
	back := o.goes("ana", two.Form, card.Values{"autonomy": {"drafts"}}, bot.GoBack)
	if back.Form.Step != "Page 1 of 3" || valueOf(back.Form, "tool") != "Otter.ai for meeting notes" {
		t.Fatalf("back: %s", shownText(back))
	}
	again := o.send("ana", back.Form, nil)
	if valueOf(again.Form, "autonomy") != "drafts" {
		t.Errorf("what was typed before going back is gone: %s", shownText(again))
	}
	preview := o.send("ana", again.Form, o.typed(again.Form, "ai-use", answers))
	text := shownText(preview)
	for _, want := range []string{"Page 3 of 3", "This comes out as medium, with 27 points.", "Security view (27 points)", "Legal class: No special class", "Screening, not legal advice.", "[Send]"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in the preview:\n%s", want, text)
		}
	}
	if o.events != 0 {
		t.Error("the preview sent something")
	}
	sent := o.send("ana", preview.Form, nil)
	if sent.Kind != bot.ReplyNotice || sent.Code != "" || !strings.HasPrefix(sent.Text, "Sent as AIR-1. It waits for Ben Okafor") || sent.Path != "/requests/AIR-1" {
		t.Fatalf("sent: %+v", sent)
	}
	for range 2 {
		twice := o.send("ana", preview.Form, nil)
		if twice.Kind != bot.ReplyNotice || twice.Card == nil || twice.Card.Kicker != "AIR-1" || !strings.Contains(twice.Text, "sent already, as AIR-1") {
			t.Errorf("a second press of Send: %+v", twice)
		}
	}
	if o.events != 1 || len(o.Requests) != 1 {
		t.Errorf("%d events, %d requests", o.events, len(o.Requests))
	}
	if got := o.Requests["AIR-1"].Screening.Answers["purpose"].Text; got != answers["purpose"].Text {
		t.Errorf("the answer arrived as %q", got)
	}
}

func TestErrorsStandAtTheirFieldsAndNothingIsLost(t *testing.T) {
	o := newOffice(t)
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	long := strings.Repeat("long ", 400)
	r := o.send("ana", one.Form, card.Values{
		"tool": {"Otter.ai"}, "purpose": {"Too short"}, "vendor": {long}, "owner": {"nobody-here"}, "data": {"public", "unknown"}, "plan": {"bribe"},
	})
	if r.Kind != bot.ReplyForm || r.Code != workflows.CodeField || r.Form.Step != "Page 1 of 3" {
		t.Fatalf("got %s", shownText(r))
	}
	for key, want := range map[string]string{
		"purpose": "at least one full sentence", "vendor": "Please shorten this", "owner": "not in our directory",
		"data": "say different things", "plan": "choose one of the options", "status": "choose one", "tool": "",
	} {
		if got := errorOf(r.Form, key); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("at %s stands %q, want %q", key, got, want)
		}
	}
	if valueOf(r.Form, "tool") != "Otter.ai" || valueOf(r.Form, "purpose") != "Too short" || len([]rune(valueOf(r.Form, "vendor"))) < 1900 {
		t.Error("something typed is gone from the page")
	}
	later := o.press("ana", card.Action{Verb: view.VerbContinue, Arg: one.Form.ID})
	if valueOf(later.Form, "purpose") != "Too short" || valueOf(later.Form, "data") != "public,unknown" {
		t.Error("something typed is gone from the draft")
	}
}

func TestOnlyTheFieldsOfThePageAreTaken(t *testing.T) {
	o := newOffice(t)
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	o.send("ana", one.Form, card.Values{"tool": {"x"}, "autonomy": {"acts_alone"}, "_done": {"AIR-1"}, "practices": {"none"}, "lines": {"x"}, "made_up": {"x"}})
	for key := range o.kept[one.Form.ID].Answers {
		if q, ok := o.Company.Flow("ai-use").Question(key); !ok || q.Page != 1 {
			t.Errorf("the draft took %q from a page that does not have it", key)
		}
	}
}

func TestAPageWithNothingToAskIsPassedOver(t *testing.T) {
	o := newOffice(t)
	id := o.request("ana", "ai-use", cardtest.PublicText())
	if _, there := o.Requests[id].Screening.Answers["data_location"]; there {
		t.Error("a question that was not asked has an answer")
	}
}

func TestDraftsAreGoneOnWith(t *testing.T) {
	o := newOffice(t)
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	if again := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"}); again.Form.ID != one.Form.ID {
		t.Error("an untouched draft is made a second time")
	}
	if r := o.command("ana", "request"); strings.Contains(shownText(r), "Continue draft") {
		t.Error("an untouched draft is offered")
	}
	kept := o.goes("ana", one.Form, card.Values{"tool": {"Otter.ai"}}, bot.GoSave)
	if kept.Code != "" || !strings.Contains(shownText(kept), "Kept as a draft") {
		t.Errorf("keeping gives %s", shownText(kept))
	}
	offered := o.command("ana", "request")
	if !strings.Contains(shownText(offered), "Continue draft of 09:00") {
		t.Fatalf("the draft is not offered: %s", shownText(offered))
	}
	back := o.click("ana", offered.Card, "Continue draft of 09:00")
	if back.Kind != bot.ReplyOpen || valueOf(back.Form, "tool") != "Otter.ai" {
		t.Errorf("going on gives %s", shownText(back))
	}
	for _, who := range []workflows.PersonID{"ben", "helen"} {
		if r := o.press(who, card.Action{Verb: view.VerbContinue, Arg: one.Form.ID}); r.Code != workflows.CodeUnknown || r.Form != nil {
			t.Errorf("%s reads somebody else's draft", who)
		}
		if r := o.goes(who, back.Form, card.Values{"tool": {"x"}}, bot.GoSave); r.Code != workflows.CodeUnknown {
			t.Errorf("%s writes somebody else's draft", who)
		}
	}
	if o.kept[one.Form.ID].Answers["tool"].Text != "Otter.ai" {
		t.Error("somebody else changed the draft")
	}
}

func TestAFormThatIsOpenTwiceLosesNothing(t *testing.T) {
	o := newOffice(t)
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	two := o.send("ana", one.Form, o.typed(one.Form, "ai-use", cardtest.MeetingNotes()))
	double := o.send("ana", one.Form, o.typed(one.Form, "ai-use", cardtest.MeetingNotes()))
	if double.Form.Step != "Page 2 of 3" || double.Form.Revision != two.Form.Revision || strings.Contains(shownText(double), "open twice") {
		t.Errorf("a second press of Next: %s", shownText(double))
	}
	other := o.send("ana", one.Form, card.Values{"tool": {"Fireflies"}})
	if !strings.Contains(shownText(other), "open twice") || o.kept[one.Form.ID].Answers["tool"].Text != "Fireflies" {
		t.Errorf("a second window: %s", shownText(other))
	}
	stale := o.send("ana", two.Form, nil)
	if stale.Kind != bot.ReplyForm || o.events != 0 {
		t.Errorf("an old page sent something: %+v", stale)
	}
}

func TestSendChecksAllPagesAgain(t *testing.T) {
	o := newOffice(t)
	answers := cardtest.MeetingNotes()
	answers["owner"] = policy.Answer{Text: "jack"}
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	two := o.send("ana", one.Form, o.typed(one.Form, "ai-use", answers))
	preview := o.send("ana", two.Form, o.typed(two.Form, "ai-use", answers))
	jack := o.Company.People["jack"]
	jack.Active = false
	o.Company.People["jack"] = jack
	r := o.send("ana", preview.Form, nil)
	if r.Code != workflows.CodeField || r.Form.Step != "Page 1 of 3" || !strings.Contains(errorOf(r.Form, "owner"), "has left") {
		t.Fatalf("got %s", shownText(r))
	}
	fixed := o.send("ana", r.Form, card.Values{"owner": {"ana"}})
	fixed = o.send("ana", fixed.Form, nil)
	if done := o.send("ana", fixed.Form, nil); done.Kind != bot.ReplyNotice || done.Code != "" {
		t.Errorf("after setting it right: %s", shownText(done))
	}
}

func TestANewPolicyIsShownBeforeItIsSentUnder(t *testing.T) {
	o := newOffice(t)
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	two := o.send("ana", one.Form, o.typed(one.Form, "ai-use", cardtest.MeetingNotes()))
	preview := o.send("ana", two.Form, o.typed(two.Form, "ai-use", cardtest.MeetingNotes()))
	d := o.kept[one.Form.ID]
	d.Policy = "an older pack"
	o.kept[one.Form.ID] = d
	r := o.send("ana", preview.Form, nil)
	if r.Kind != bot.ReplyForm || r.Code != workflows.CodeStale || !strings.Contains(shownText(r), "The policy changed") || o.events != 0 {
		t.Fatalf("got %s", shownText(r))
	}
	if r = o.send("ana", r.Form, nil); r.Kind != bot.ReplyNotice || r.Code != "" {
		t.Errorf("after looking at it: %s", shownText(r))
	}
}

func TestAFaultWhileSendingKeepsTheForm(t *testing.T) {
	o := newOffice(t)
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	two := o.send("ana", one.Form, o.typed(one.Form, "ai-use", cardtest.MeetingNotes()))
	preview := o.send("ana", two.Form, o.typed(two.Form, "ai-use", cardtest.MeetingNotes()))
	o.fail = errors.New("the database is away")
	if _, err := o.desk.Submit(t.Context(), o.who("ana"), submission(preview.Form, nil, bot.GoNext)); err == nil {
		t.Fatal("a fault of ours is no error")
	}
	back := o.press("ana", card.Action{Verb: view.VerbContinue, Arg: one.Form.ID})
	if done := o.send("ana", back.Form, nil); done.Kind != bot.ReplyNotice || done.Code != "" {
		t.Errorf("trying again: %s", shownText(done))
	}
}

func TestEditSaysThatItVoidsVotes(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	o.Do("ben", id, approval.Decided{Approve: true})
	one := o.click("ana", o.card("ana", id), "Edit…")
	if !strings.Contains(shownText(one), "Sending this voids 1 decision and starts again") || valueOf(one.Form, "vendor") != "Otter.ai, Inc." {
		t.Fatalf("edit: %s", shownText(one))
	}
	two := o.send("ana", one.Form, card.Values{"vendor": {"Otter.ai GmbH"}})
	preview := o.send("ana", two.Form, nil)
	done := o.send("ana", preview.Form, nil)
	r := o.Requests[id]
	if done.Kind != bot.ReplyNotice || r.Round != 2 || r.Screening.Answers["vendor"].Text != "Otter.ai GmbH" || !strings.Contains(done.Text, "sent again") {
		t.Errorf("round %d, %s", r.Round, shownText(done))
	}
	if again := o.send("ana", preview.Form, nil); again.Kind != bot.ReplyNotice || o.Requests[id].Round != 2 {
		t.Errorf("a second press of Send: %s", shownText(again))
	}
	if r := o.press("ben", card.Action{Verb: view.VerbEdit, About: "request/" + id, Round: 2}); r.Code == "" || r.Form != nil {
		t.Error("somebody else edits the answers")
	}
}

func TestAnImpactAssessmentIsBegunFromItsRequest(t *testing.T) {
	o := newOffice(t)
	about := o.Send("ana", "ai-use", cardtest.Ranking(), "")
	if r := o.press("ben", card.Action{Verb: view.VerbRequest, Arg: "ai-impact", About: "request/" + about}); r.Code != workflows.CodeNotYours {
		t.Errorf("somebody who is not the owner gets %q, %q", r.Code, r.Text)
	}
	one := o.click("ana", o.card("ana", about), "Start the assessment…")
	if one.Kind != bot.ReplyOpen || valueOf(one.Form, "purpose") != cardtest.Ranking()["purpose"].Text {
		t.Fatalf("page 1: %s", shownText(one))
	}
	answers := cardtest.Impact()
	two := o.send("ana", one.Form, o.typed(one.Form, "ai-impact", answers))
	lines := o.send("ana", two.Form, o.typed(two.Form, "ai-impact", answers))
	if lines.Form.Step != "Page 3 of 4" {
		t.Fatalf("lines: %s", shownText(lines))
	}
	none := o.send("ana", lines.Form, nil)
	if none.Code != workflows.CodeField || !strings.Contains(none.Form.Error, "add at least one risk line") {
		t.Fatalf("without a line: %s", shownText(none))
	}
	kept := o.sendLine(none.Form, 0, answers[policy.LinesKey].Lines[0])
	if kept.Code != "" || !strings.Contains(shownText(kept), "Line 1 is kept") {
		t.Fatalf("first line: %s", shownText(kept))
	}
	bad := answers[policy.LinesKey].Lines[1]
	wrong := o.sendLine(kept.Form, 1, policy.Line{
		"cause": bad["cause"], "affected": bad["affected"], "likelihood": bad["likelihood"], "consequence": bad["consequence"],
		"treatment": bad["treatment"], "residual_likelihood": policy.Answer{Number: 9}, "residual_consequence": bad["residual_consequence"],
	})
	if wrong.Code != workflows.CodeField || errorOf(wrong.Form, view.LineKey(1, "measure")) == "" || errorOf(wrong.Form, view.LineKey(1, "residual_likelihood")) == "" {
		t.Fatalf("a wrong line: %s", shownText(wrong))
	}
	if valueOf(wrong.Form, view.LineKey(1, "cause")) != bad["cause"].Text {
		t.Error("what was typed in the line is gone")
	}
	number := o.send("ana", wrong.Form, card.Values{view.LineKey(1, "likelihood"): {"often"}})
	if got := errorOf(number.Form, view.LineKey(1, "likelihood")); !strings.Contains(got, "whole number") || valueOf(number.Form, view.LineKey(1, "likelihood")) != "often" {
		t.Errorf("a number that is none: %q", got)
	}
	second := o.sendLine(number.Form, 1, bad)
	out := o.send("ana", second.Form, card.Values{"lines.remove": {"0"}})
	if !strings.Contains(shownText(out), "1 line taken out") || len(o.kept[one.Form.ID].Answers[policy.LinesKey].Lines) != 1 {
		t.Fatalf("taking a line out: %s", shownText(out))
	}
	preview := o.send("ana", out.Form, nil)
	if preview.Form.Step != "Page 4 of 4" || !strings.Contains(shownText(preview), "What is left is accepted by owner.") {
		t.Fatalf("preview: %s", shownText(preview))
	}
	done := o.send("ana", preview.Form, nil)
	if done.Kind != bot.ReplyNotice || o.Requests["IMP-1"].Linked != about {
		t.Errorf("sent: %s", shownText(done))
	}
}

// sendLine sends the page of risk lines with line i typed in.
func (o *office) sendLine(f *card.Form, i int, line policy.Line) bot.Reply {
	o.t.Helper()
	v := card.Values{}
	for _, q := range o.Company.Flow("ai-impact").Lines.Shown() {
		v[view.LineKey(i, q.Key)] = view.Typed(q, line[q.Key])
	}
	return o.send("ana", f, v)
}

func TestTwoPagesAtTheSameMoment(t *testing.T) {
	o := newOffice(t)
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	racing := &racing{office: o}
	desk := bot.NewDesk(racing, racing, racing, func() string { return "unused" })
	r, err := desk.Submit(t.Context(), o.who("ana"), submission(one.Form, card.Values{"tool": {"x"}}, bot.GoSave))
	if r = o.checked(r, err); r.Kind != bot.ReplyForm || !strings.Contains(shownText(r), "open twice") {
		t.Errorf("got %s", shownText(r))
	}
}

// racing is an office in which somebody else saves a draft just before each save.
type racing struct{ *office }

func (r *racing) SaveDraft(ctx context.Context, d policy.Draft) (policy.Draft, error) {
	if _, err := r.office.SaveDraft(ctx, r.kept[d.ID]); err != nil {
		return d, err
	}
	return r.office.SaveDraft(ctx, d)
}

func TestAnImpactAssessmentIsEditedOnItsRequest(t *testing.T) {
	o := newOffice(t)
	about := o.Send("ana", "ai-use", cardtest.Ranking(), "")
	id := o.Send("ana", "ai-impact", cardtest.Impact(), about)
	r := o.click("ana", o.card("ana", id), "Edit…")
	for range 4 {
		r = o.send("ana", r.Form, nil)
	}
	if r.Kind != bot.ReplyNotice || r.Code != "" || o.Requests[id].Round != 2 || len(o.Requests[id].Screening.Carried) == 0 {
		t.Errorf("round %d, carried %v: %s", o.Requests[id].Round, o.Requests[id].Screening.Carried, shownText(r))
	}
}

func TestWhereThePolicyWantsThePortal(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.PublicText(), "")
	r := o.Requests[id]
	r.Screening.Plan.Assurance = policy.AssurancePortal
	o.Requests[id] = r
	c := o.card("ben", id)
	if c.Buttons[0].Label != "Decide in the portal" || c.Buttons[0].Path != "/requests/AIR-1" {
		t.Errorf("the first button is %+v", c.Buttons[0])
	}
	for _, verb := range []string{view.VerbApprove, view.VerbDecide, view.VerbReject} {
		r := o.press("ben", card.Action{Verb: verb, About: "request/" + id, Stage: "manager", Round: 1, Revision: 1})
		if r.Kind != bot.ReplyLink || r.Path != "/requests/AIR-1" || o.events != 0 {
			t.Errorf("%s gives %+v", verb, r)
		}
	}
	who := o.who("ben")
	who.Via.Surface = "portal"
	approve := card.Action{Verb: view.VerbApprove, About: "request/" + id, Stage: "manager", Round: 1, Revision: 1}
	done, err := o.desk.Press(t.Context(), who, approve)
	if err != nil || done.Text != view.TextSignInAgain || done.Path != "/requests/AIR-1" || o.events != 0 {
		t.Errorf("in the portal, signed in from a chat: %+v, %v", done, err)
	}
	shown, err := o.desk.Show(t.Context(), who, workflows.RequestRef(id))
	if err != nil || shown.Card.Buttons[0].Label != "Sign in to decide" || shown.Card.Buttons[0].Path != "/sign-in/again?to=%2Frequests%2FAIR-1" {
		t.Errorf("there the first button is %+v, %v", shown.Card.Buttons[0], err)
	}
	r.Screening.Plan.Assurance = policy.AssuranceFresh
	o.Requests[id] = r
	who.Assured = workflows.AssuredPortal
	if done, err = o.desk.Press(t.Context(), who, approve); err != nil || done.Text != view.TextSignInAgain || o.events != 0 {
		t.Errorf("in the portal, signed in long ago: %+v, %v", done, err)
	}
	who.Assured = workflows.AssuredFresh
	if done, err = o.desk.Press(t.Context(), who, approve); err != nil || done.Code != "" || o.events != 1 {
		t.Errorf("in the portal, after a fresh sign-in: %+v, %v", done, err)
	}
}

// A form that was opened while the sign-in was fresh is refused when it is not any more, and what was typed is kept.
func TestAssuranceRunsOutInAForm(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.PublicText(), "")
	r := o.Requests[id]
	r.Screening.Plan.Assurance = policy.AssuranceFresh
	o.Requests[id] = r
	who := o.who("ben")
	who.Via.Surface, who.Assured = "portal", workflows.AssuredFresh
	form, err := o.desk.Press(t.Context(), who, card.Action{Verb: view.VerbReject, About: "request/" + id, Stage: "manager", Round: 1, Revision: 1})
	if err != nil || form.Form == nil {
		t.Fatalf("%+v, %v", form, err)
	}
	send := bot.Submission{
		Form: form.Form.ID, Revision: form.Form.Revision, Go: bot.GoNext, Values: card.Values{view.KeyReason: {"It reads what it should not read."}},
	}
	who.Assured = workflows.AssuredPortal
	done, err := o.desk.Submit(t.Context(), who, send)
	if err != nil || done.Code != workflows.CodeNotNow || done.Text != view.TextSignInAgain+" "+view.TextTypedKept || o.events != 0 || len(o.Requests[id].Votes) != 0 {
		t.Errorf("%+v, %v", done, err)
	}
	if done, err = o.desk.Submit(t.Context(), who, send); err != nil || done.Text != view.TextSignInAgain {
		t.Errorf("sent twice: %+v, %v", done, err)
	}
	who.Assured = workflows.AssuredFresh
	again, err := o.desk.Press(t.Context(), who, card.Action{Verb: view.VerbReject, About: "request/" + id, Stage: "manager", Round: 1, Revision: 1})
	if err != nil || again.Form == nil || again.Form.ID != send.Form || !strings.Contains(fmt.Sprint(again.Form.Fields), "should not read") {
		t.Fatalf("what was typed is gone: %+v, %v", again, err)
	}
	send.Revision = again.Form.Revision
	if done, err = o.desk.Submit(t.Context(), who, send); err != nil || done.Code != "" || len(o.Requests[id].Votes) != 1 {
		t.Errorf("after another fresh sign-in: %+v, %v", done, err)
	}
}

// A ruling, which decides as much as a vote does, is made where the policy wants it made.
func TestAssuranceOfARuling(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MoodTracking(), "")
	r := o.Requests[id]
	r.Screening.Plan.Assurance = policy.AssurancePortal
	o.Requests[id] = r
	who := o.who(r.Waits[0].Who)
	shown, err := o.desk.Show(t.Context(), who, workflows.RequestRef(id))
	if err != nil || shown.Card.Buttons[0].Label != "Decide in the portal" {
		t.Errorf("the first button is %+v, %v", shown.Card.Buttons, err)
	}
	rule := card.Action{Verb: view.VerbRule, About: "request/" + id, Stage: r.Waits[0].Part, Round: 1, Revision: 1}
	if done, err := o.desk.Press(t.Context(), who, rule); err != nil || done.Text != view.TextInPortal || o.events != 0 {
		t.Errorf("pressed in a chat: %+v, %v", done, err)
	}
	who.Via.Surface, who.Assured = "portal", workflows.AssuredPortal
	if done, err := o.desk.Press(t.Context(), who, rule); err != nil || done.Form == nil {
		t.Errorf("in the portal: %+v, %v", done, err)
	}
}
