package bot_test

import (
	"testing"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
)

// TestAdmit: whoever left, or is nobody, is refused before anything beside the desk is asked for them.
func TestAdmit(t *testing.T) {
	o := newOffice(t)
	for who, want := range map[workflows.PersonID]string{"ana": "", "karim": view.TextNotActive, "stranger": view.TextNotActive, "": view.TextNotActive} {
		if no, err := o.desk.Admit(t.Context(), o.who(who)); err != nil || no.Text != want || (no.Kind != "") != (want != "") {
			t.Errorf("%q: %+v, %v", who, no, err)
		}
	}
}

// TestActs: what changes something without a form is known as such, and opens none.
func TestActs(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	about := workflows.RequestRef(id).String()
	for _, verb := range []string{
		view.VerbApprove, view.VerbNoObjection, view.VerbAccept, view.VerbDecide, view.VerbReject, view.VerbAsk, view.VerbAnswer, view.VerbObject, view.VerbRule,
		view.VerbDecline, view.VerbEdit, view.VerbWithdraw, view.VerbLink, view.VerbName, view.VerbContinue, view.VerbShow, view.VerbDetails, view.VerbExplain,
		view.VerbQuestions, view.VerbInbox, view.VerbMine, view.VerbHelp, view.VerbRequest,
	} {
		act := card.Action{Verb: verb, About: about, Stage: "manager", Round: 1, Revision: 1, Arg: "ai-use"}
		before := o.events
		if _, err := o.desk.Press(t.Context(), o.who("ben"), act); err != nil {
			t.Fatal(err)
		}
		if did := o.events > before; did && !view.Acts(act) || view.Acts(act) && view.Opens(act) {
			t.Errorf("%s: changed something %v, acts %v, opens %v", verb, did, view.Acts(act), view.Opens(act))
		}
	}
}
