package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

// inThePortal checks that somebody is sent to the portal with a sentence, and nothing else.
func inThePortal(t *testing.T, r bot.Reply, id, text string) {
	t.Helper()
	if r.Kind != bot.ReplyLink || r.Code != workflows.CodeNotNow || r.Card != nil || r.Form != nil || r.Text != text || r.Path != view.Path(id) {
		t.Errorf("got %s, %+v; want %q", shownText(r), r, text)
	}
}

// TestHalfProvedAccount: an account for which only its holder stands is good for what they are by relation, and for nothing
// that they have by a role.
func TestHalfProvedAccount(t *testing.T) {
	read, decide := view.LimitedRead("slack"), view.Limited("slack")
	halfOf := func(t *testing.T, who ...workflows.PersonID) *office {
		o := newOffice(t)
		o.half = map[workflows.PersonID]bool{}
		for _, id := range who {
			o.half[id] = true
		}
		return o
	}
	// governance brings a request of Ana's to the stage that Cleo decides by her role.
	governance := func(t *testing.T, o *office) string {
		t.Helper()
		id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
		o.Do("ben", id, approval.Decided{Approve: true})
		o.Do("dan", id, approval.Advised{})
		return id
	}
	t.Run("a line manager decides, and sees what came of it", func(t *testing.T) {
		o := halfOf(t, "ben", "ana")
		id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
		if r := o.command("ben", "inbox"); r.Text != "" || !strings.Contains(cardtest.Text(*r.Card), id) {
			t.Errorf("inbox: %s", shownText(r))
		}
		form := o.click("ben", o.card("ben", id), "Approve…").Form
		r := o.send("ben", form, nil)
		if r.Code != "" || len(o.Requests[id].Votes) != 1 {
			t.Fatalf("got %s", shownText(r))
		}
		if c := o.card("ben", id); c == nil {
			t.Error("after his vote he sees nothing of it")
		}
		if c := o.card("ana", id); c == nil {
			t.Error("the requester sees nothing of her request")
		}
	})
	t.Run("whoever decides by a role neither sees nor decides here", func(t *testing.T) {
		o := halfOf(t, "cleo", "dan")
		id := governance(t, o)
		about := workflows.RequestRef(id)
		r, err := o.desk.Show(t.Context(), o.who("cleo"), about)
		inThePortal(t, o.checked(r, err), id, read)
		for _, words := range []string{"status " + id, "explain " + id, strings.ToLower(id)} {
			inThePortal(t, o.command("cleo", words), id, read)
		}
		for _, verb := range []string{
			view.VerbApprove, view.VerbDecide, view.VerbReject, view.VerbAsk, view.VerbShow, view.VerbDetails, view.VerbExplain, view.VerbName, "gone",
		} {
			inThePortal(t, o.press("cleo", card.Action{Verb: verb, About: about.String(), Stage: "governance", Round: 1, Revision: 1}), id, read)
			inThePortal(t, o.press("dan", card.Action{Verb: verb, About: about.String(), Stage: "governance", Round: 1, Revision: 1}), id, read)
		}
		if n := len(o.Requests[id].Votes); n != 1 || o.events != 0 {
			t.Errorf("%d votes, %d events", n, o.events)
		}
		inbox := o.command("cleo", "inbox")
		if inbox.Text != "1 more thing waits for you in the portal, until an administrator has confirmed this account." ||
			strings.Contains(shownText(inbox), id) || strings.Contains(cardtest.Text(*inbox.Card), "Otter") {
			t.Errorf("inbox: %s", shownText(inbox))
		}
		home, err := o.desk.Home(t.Context(), o.who("cleo"))
		if err != nil || strings.Contains(cardtest.HomeText(home), id) || home.More == nil || home.More.Label != "All 1 in the portal" {
			t.Errorf("home: %v\n%s", err, cardtest.HomeText(home))
		}
	})
	t.Run("a form that was opened elsewhere is not gone on with here", func(t *testing.T) {
		o := halfOf(t)
		id := governance(t, o)
		form := o.click("cleo", o.card("cleo", id), "Approve…").Form
		o.half["cleo"] = true
		for _, r := range []bot.Reply{
			o.send("cleo", form, nil), o.goes("cleo", form, nil, bot.GoSave), o.press("cleo", card.Action{Verb: view.VerbContinue, Arg: form.ID}),
		} {
			if r.Form != nil || r.Card != nil || r.Code == "" || o.events != 0 {
				t.Errorf("got %s", shownText(r))
			}
		}
	})
	t.Run("a role that reads everything reads nothing here", func(t *testing.T) {
		o := halfOf(t, "helen", "ola")
		id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
		for _, who := range []workflows.PersonID{"helen", "ola"} {
			inThePortal(t, o.command(who, "status "+id), id, read)
		}
	})
	t.Run("somebody who may not see it learns nothing, as ever", func(t *testing.T) {
		o := halfOf(t, "jack")
		id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
		for _, words := range []string{"status " + id, "status AIR-99"} {
			if r := o.command("jack", words); r.Code != workflows.CodeUnknown || r.Path != "" {
				t.Errorf("got %s", shownText(r))
			}
		}
		o.press("jack", card.Action{Verb: view.VerbApprove, About: workflows.RequestRef(id).String(), Stage: "manager", Round: 1, Revision: 1})
		if len(o.Requests[id].Votes) != 0 {
			t.Error("Jack decided")
		}
	})
	t.Run("whoever sees it by relation still does not decide it by a role", func(t *testing.T) {
		o := halfOf(t, "cleo")
		id := governance(t, o)
		r := o.Requests[id]
		r.Questions = append(slices.Clone(r.Questions), approval.Question{
			Cast: approval.Cast{ID: 9, Round: 1, Stage: "manager", Person: "cleo", Roles: []workflows.Role{workflows.LineManager}, At: o.Now()}, Text: "Why?",
			Answer: "Because.", Answered: o.Now(), AnswerBy: "ana",
		})
		o.Requests[id] = r
		if o.card("cleo", id) == nil {
			t.Error("she does not see it")
		}
		for _, verb := range []string{view.VerbDecide, view.VerbReject, view.VerbApprove, view.VerbAsk} {
			inThePortal(t, o.press("cleo", card.Action{Verb: verb, About: workflows.RequestRef(id).String(), Stage: "governance", Round: 1, Revision: 1}), id, decide)
		}
	})
	t.Run("faults stay faults", func(t *testing.T) {
		o := halfOf(t, "cleo")
		id := governance(t, o)
		fault := errors.New("the disk is gone")
		desk := bot.NewDesk(o, broken{o, fault}, o, nil)
		for _, words := range []string{"status " + id, "inbox"} {
			if _, err := desk.Command(t.Context(), o.who("cleo"), words); !errors.Is(err, fault) {
				t.Errorf("%s: %v", words, err)
			}
		}
		if _, err := desk.Press(t.Context(), o.who("cleo"), card.Action{Verb: view.VerbApprove, About: workflows.RequestRef(id).String()}); !errors.Is(err, fault) {
			t.Error(err)
		}
		if _, err := desk.Show(t.Context(), o.who("cleo"), workflows.RequestRef(id)); !errors.Is(err, fault) {
			t.Error(err)
		}
	})
}

// broken cannot read requests.
type broken struct {
	*office

	fault error
}

func (b broken) Request(context.Context, string) (approval.Request, error) {
	return approval.Request{}, b.fault
}

func (b broken) Waits(context.Context, workflows.PersonID) ([]workflows.Wait, error) {
	return nil, b.fault
}

// TestAccountNotCheckedOfLate: what the platform said of the account is more than a day old. Its holder reads and asks, and
// decides nothing; what they typed is kept.
func TestAccountNotCheckedOfLate(t *testing.T) {
	o := newOffice(t)
	o.stale = map[workflows.PersonID]bool{"ben": true, "ana": true}
	simple := o.Send("ana", "ai-use", cardtest.PublicText(), "")
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	t.Run("one press decides nothing", func(t *testing.T) {
		inThePortal(t, o.click("ben", o.card("ben", simple), "Approve"), simple, view.TextOldFlags)
		inThePortal(t, o.click("ben", o.card("ben", id), "Approve…"), id, view.TextOldFlags)
		inThePortal(t, o.click("ben", o.card("ben", id), "Reject…"), id, view.TextOldFlags)
	})
	t.Run("asking and one's own request are no decisions", func(t *testing.T) {
		if r := o.click("ben", o.card("ben", id), "Ask…"); r.Kind != bot.ReplyOpen {
			t.Errorf("got %s", shownText(r))
		}
		if r := o.click("ana", o.card("ana", id), "Withdraw…"); r.Kind != bot.ReplyOpen {
			t.Errorf("got %s", shownText(r))
		}
	})
	t.Run("a form that is open keeps what was typed, and is sent when the account was checked", func(t *testing.T) {
		o.stale["ben"] = false
		form := o.click("ben", o.card("ben", id), "Reject…").Form
		o.stale["ben"] = true
		reason := card.Values{view.KeyReason: {"The vendor has not promised not to train on it."}}
		r := o.send("ben", form, reason)
		if r.Code != workflows.CodeNotNow || r.Form == nil || r.Form.Error != view.TextOldFlags+" "+view.TextTypedKept ||
			valueOf(r.Form, view.KeyReason) != reason.First(view.KeyReason) || o.events != 0 {
			t.Fatalf("got %s", shownText(r))
		}
		if saved := o.goes("ben", r.Form, nil, bot.GoSave); saved.Code != "" {
			t.Errorf("it cannot be kept: %s", shownText(saved))
		}
		o.stale["ben"] = false
		r = o.press("ben", card.Action{Verb: view.VerbContinue, Arg: form.ID})
		if done := o.send("ben", r.Form, nil); done.Code != "" || o.Requests[id].Status != approval.StatusRejected {
			t.Errorf("got %s", shownText(done))
		}
	})
}
