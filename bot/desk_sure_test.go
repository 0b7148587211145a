package bot_test

import (
	"slices"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// wantsFresh makes the policy want a fresh sign-in for a request.
func (o *office) wantsFresh(id string) {
	r := o.Requests[id]
	r.Screening.Plan.Assurance = policy.AssuranceFresh
	o.Requests[id] = r
}

// leads looks at the ways a card offers to the portal, and presses what it must not offer.
func (o *office) leads(who workflows.PersonID, id, verb, label, path string) {
	o.t.Helper()
	c := o.card(who, id)
	var labels []string
	for _, b := range slices.Concat(c.Buttons, c.More) {
		if b.Action.Verb == verb {
			o.t.Errorf("%s has the button %q", who, b.Label)
		}
		if b.Path == path {
			labels = append(labels, b.Label)
		}
	}
	if !slices.Equal(labels, []string{label}) {
		o.t.Errorf("what leads %s on is %q, want %q", who, labels, label)
	}
	before := o.events
	r := o.press(who, card.Action{Verb: verb, About: workflows.RequestRef(id).String(), Arg: "holder", Stage: "manager", Round: 1, Revision: 1})
	if r.Kind != bot.ReplyLink || r.Code != workflows.CodeNotNow || r.Path != view.Path(id) || o.events != before {
		o.t.Errorf("%s pressing %s gets %+v", who, verb, r)
	}
}

// Where the policy wants to be surer, a tier is not named from a chat, nor in the portal by whom it is not sure of.
func TestRulingWantsTheSameAssurance(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.Unsure(), "")
	again := view.PathSignInAgain + "?to=%2Frequests%2F" + id
	o.wantsFresh(id)
	o.leads("nadia", id, view.VerbRule, "Decide in the portal", view.Path(id))
	o.sure = workflows.AssuredPortal
	o.leads("nadia", id, view.VerbRule, "Sign in to decide", again)

	o.sure = workflows.AssuredFresh
	form := o.click("nadia", o.card("nadia", id), "Classify…").Form
	one := o.send("nadia", form, card.Values{view.KeyOutcome: {policy.OutcomeCorrect}, view.KeyReason: {"None of the practices."}}).Form
	two := o.send("nadia", one, nil).Form
	fixed := card.Values{"practices": {"none"}}

	o.sure = workflows.AssuredPortal // it runs out while the answers are set right
	if r := o.send("nadia", two, fixed); r.Kind != bot.ReplyLink || r.Text != view.TextSignInAgain+" "+view.TextTypedKept || o.Requests[id].Round != 1 {
		t.Fatalf("not sure any more: %s", shownText(r))
	}
	o.sure = workflows.AssuredFresh
	back := o.click("nadia", o.card("nadia", id), "Classify…")
	if back.Form == nil || back.Form.ID != form.ID || valueOf(back.Form, "practices") != "none" {
		t.Fatalf("what was typed is gone: %s", shownText(back))
	}
	preview := o.send("nadia", back.Form, nil).Form
	o.sure = workflows.AssuredPortal
	if r := o.send("nadia", preview, nil); r.Kind != bot.ReplyLink || o.Requests[id].Round != 1 {
		t.Fatalf("not sure at the last page: %s", shownText(r))
	}
	o.sure = workflows.AssuredFresh
	preview = o.click("nadia", o.card("nadia", id), "Classify…").Form
	r := o.send("nadia", preview, nil)
	if got := o.Requests[id]; r.Code != "" || got.Round != 2 || len(got.Rulings) != 1 || got.Rulings[0].Reason != "None of the practices." {
		t.Errorf("after another sign-in: %s", shownText(r))
	}
}

// Nor does anybody name who decides.
func TestNamingWantsTheSameAssurance(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	o.Until(o.Company.Now.AddDate(0, 0, 4))
	o.wantsFresh(id)
	o.leads("cleo", id, view.VerbName, "Name somebody in the portal", view.Path(id))
	ben := o.Company.People["ben"]
	ben.Roles = []workflows.Role{"ai_governance_lead"} // who decides and may name has one way there
	o.Company.People["ben"] = ben
	o.leads("ben", id, view.VerbDecide, "Decide in the portal", view.Path(id))
	o.sure = workflows.AssuredPortal
	o.leads("cleo", id, view.VerbName, "Sign in to name somebody", view.PathSignInAgain+"?to=%2Frequests%2F"+id)

	o.sure = workflows.AssuredFresh
	form := o.click("cleo", o.card("cleo", id), "Name another manager…").Form
	o.sure = workflows.AssuredPortal
	if r := o.send("cleo", form, card.Values{view.KeyPerson: {"marek"}}); r.Kind != bot.ReplyLink || len(o.Requests[id].Namings) != 0 {
		t.Fatalf("not sure any more: %s", shownText(r))
	}
	o.sure = workflows.AssuredFresh
	form = o.click("cleo", o.card("cleo", id), "Name another manager…").Form
	if valueOf(form, view.KeyPerson) != "marek" {
		t.Error("who was chosen is forgotten")
	}
	if r := o.send("cleo", form, nil); r.Code != "" || len(o.Requests[id].Namings) != 1 {
		t.Errorf("after another sign-in: %s", shownText(r))
	}
}
