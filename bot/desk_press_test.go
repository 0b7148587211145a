package bot_test

import (
	"errors"
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

func TestOnePressApproves(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.PublicText(), "")
	old := o.card("ben", id)
	r := o.click("ben", old, "Approve")
	if r.Kind != bot.ReplyCard || r.Code != "" || o.Requests[id].Status != approval.StatusApproved {
		t.Fatalf("got %+v, status %s", r, o.Requests[id].Status)
	}
	if want := "Approved by Ben Okafor, Mon 24 Nov 03:00."; !strings.HasPrefix(r.Text, want) || !strings.Contains(cardtest.Text(*r.Card), "[Details]\n") {
		t.Errorf("got %q and\n%s", r.Text, cardtest.Text(*r.Card))
	}
	late := o.click("ben", old, "Approve")
	if late.Code != workflows.CodeClosed || late.Card == nil || !strings.Contains(late.Text, "Nothing more is needed from you.") {
		t.Errorf("a late press gets %q, %q", late.Code, late.Text)
	}
	if o.events != 1 {
		t.Errorf("%d events", o.events)
	}
}

func TestTheSameDeliveryTwiceIsOnePress(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.PublicText(), "")
	who := o.who("ben")
	who.Key = "slack/T1/U1/trigger-1"
	a := card.Action{Verb: view.VerbApprove, About: workflows.RequestRef(id).String(), Stage: "manager", Round: 1, Revision: 1}
	for i := range 3 {
		r, err := o.desk.Press(t.Context(), who, a)
		if r = o.checked(r, err); r.Code != "" || !strings.Contains(r.Text, "Approved by Ben Okafor") {
			t.Errorf("press %d: %q, %q", i+1, r.Code, r.Text)
		}
	}
	if o.events != 1 || len(o.Requests[id].Votes) != 1 {
		t.Errorf("%d events, %d votes", o.events, len(o.Requests[id].Votes))
	}
}

func TestAStalePressDecidesNothing(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.PublicText(), "")
	old := o.card("ben", id)
	answers := cardtest.PublicText()
	answers["vendor"] = policy.Answer{Text: "DeepL SE, Cologne"}
	o.Do("ana", id, approval.Edited{Answers: answers})
	for _, seen := range []card.Action{{}, {Round: 1}, {Revision: 1}, {Stage: "manager"}} {
		seen.Verb, seen.About = view.VerbApprove, workflows.RequestRef(id).String()
		if r := o.press("ben", seen); r.Code != workflows.CodeStale {
			t.Errorf("a button that names not all of what was seen, %s, gets %q", seen, r.Code)
		}
	}
	r := o.click("ben", old, "Approve")
	if r.Code != workflows.CodeStale || !strings.Contains(r.Text, "Ana Ruiz changed the answers") || len(o.Requests[id].Votes) != 0 {
		t.Fatalf("got %q, %q, %d votes", r.Code, r.Text, len(o.Requests[id].Votes))
	}
	if r = o.click("ben", r.Card, "Approve"); r.Code != "" {
		t.Errorf("the card it came back with is not usable: %q", r.Text)
	}
}

func TestNobodyElsesPressCounts(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.PublicText(), "")
	a := card.Action{Verb: view.VerbApprove, About: workflows.RequestRef(id).String(), Stage: "manager", Round: 1, Revision: 1}
	for who, code := range map[workflows.PersonID]workflows.Code{
		"ana":   workflows.CodeOwnRequest,  // requester
		"helen": workflows.CodeNotEntitled, // sees it by her role
		"mei":   workflows.CodeUnknown,     // may not even see it, and learns nothing
		"karim": workflows.CodeInactive,
	} {
		r := o.press(who, a)
		if r.Code != code || r.Text == "" || o.Requests[id].Status != approval.StatusOpen {
			t.Errorf("%s gets %q, %q; want %q", who, r.Code, r.Text, code)
		}
		if who == "mei" && (r.Card != nil || strings.Contains(r.Text, "line manager")) {
			t.Errorf("somebody without eyes for it learns: %q", r.Text)
		}
	}
	for _, verb := range []string{view.VerbDecide, view.VerbReject, view.VerbWithdraw, view.VerbEdit, view.VerbAnswer, view.VerbName} {
		r := o.press("helen", card.Action{Verb: verb, About: workflows.RequestRef(id).String(), Stage: "manager", Round: 1, Revision: 1})
		if r.Code == "" || r.Form != nil {
			t.Errorf("%s opens a form for somebody it is not for", verb)
		}
	}
	if o.events != 0 {
		t.Errorf("%d events", o.events)
	}
}

func TestUnderLegalHoldThereIsNoApproval(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MoodTracking(), "")
	for _, verb := range []string{view.VerbApprove, view.VerbDecide} {
		r := o.press("nadia", card.Action{Verb: verb, About: workflows.RequestRef(id).String(), Stage: "legal_hold", Round: 1, Revision: 1})
		if r.Code != workflows.CodeProhibited || r.Form != nil {
			t.Errorf("%s gives %q, %q", verb, r.Code, r.Text)
		}
	}
	for _, who := range []workflows.PersonID{"nadia", "helen", "ana", "dan"} {
		if strings.Contains(cardtest.Text(*o.card(who, id)), "Approve") {
			t.Errorf("%s has an approve button", who)
		}
	}
}

func TestAFaultOfOursIsAnError(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.PublicText(), "")
	o.fail = errors.New("the database is away")
	a := card.Action{Verb: view.VerbApprove, About: workflows.RequestRef(id).String(), Stage: "manager", Round: 1, Revision: 1}
	if _, err := o.desk.Press(t.Context(), o.who("ben"), a); err == nil || !errors.Is(err, o.fail) && !strings.Contains(err.Error(), "away") {
		t.Errorf("got %v", err)
	}
}

func TestAdviceAndAcceptanceAreOnePress(t *testing.T) {
	o := newOffice(t)
	answers := cardtest.MeetingNotes()
	answers["owner"] = policy.Answer{Text: "jack"}
	id := o.Send("ana", "ai-use", answers, "")
	if r := o.click("jack", o.card("jack", id), "Accept"); r.Code != "" || !strings.Contains(r.Text, "accountable for AIR-1") {
		t.Errorf("accepting gives %q, %q", r.Code, r.Text)
	}
	o.Do("ben", id, approval.Decided{Approve: true})
	if r := o.click("dan", o.card("dan", id), "No objection"); r.Code != "" || !strings.Contains(r.Text, "No objection by Dan Wolf") {
		t.Errorf("advice gives %q, %q", r.Code, r.Text)
	}
	if r := o.press("jack", card.Action{Verb: view.VerbAccept, About: "request/" + id, Round: 1, Revision: 1}); r.Code != workflows.CodeDecided {
		t.Errorf("accepting twice gives %q, %q", r.Code, r.Text)
	}
}
