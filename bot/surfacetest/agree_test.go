package surfacetest

import (
	"strings"
	"testing"

	"steward/bot/card"
	"steward/bot/view"
)

func TestAlike(t *testing.T) {
	c := card.Card{
		Kicker: "AIR-1", Title: "Otter", Mark: &card.Mark{Text: "Medium"}, Lead: []string{"You decide, by Thu."},
		Buttons: []card.Button{{Label: "Approve…", Action: card.Action{Verb: "decide"}}, {Label: "Details", Action: card.Action{Verb: "details"}}},
	}
	good := Screen{Text: "AIR-1\nOtter  Medium\nYou decide,\nby Thu.", Buttons: []Button{{Verb: "decide"}}}
	if err := alike(c, good); err != nil {
		t.Errorf("a screen with all of it: %v", err)
	}
	for want, change := range map[string]func(*Screen){
		`"Medium" is not`:       func(s *Screen) { s.Text = strings.Replace(s.Text, "Medium", "", 1) },
		`"You decide, by Thu."`: func(s *Screen) { s.Text = "AIR-1 Otter Medium" },
		"is missing":            func(s *Screen) { s.Buttons = nil },
		"is not on the card":    func(s *Screen) { s.Buttons = append(s.Buttons, Button{Verb: "reject", Label: "Reject"}) },
	} {
		s := good
		s.Buttons = append([]Button{}, good.Buttons...)
		change(&s)
		if err := alike(c, s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestAlikeKnowsTheVerbsOfSystems: a button on a screen that changes a system has to be on its card, whichever it is.
func TestAlikeKnowsTheVerbsOfSystems(t *testing.T) {
	c := card.Card{Kicker: "AIS-1", Title: "Otter"}
	for _, verb := range []string{
		view.VerbProve, view.VerbVerify, view.VerbSendBack, view.VerbJudge, view.VerbPilot, view.VerbGoLive, view.VerbChange, view.VerbUnchanged,
		view.VerbSuspend, view.VerbRelease, view.VerbRevoke, view.VerbRetire, view.VerbHandOver,
	} {
		if err := alike(c, Screen{Text: "AIS-1 Otter", Buttons: []Button{{Verb: verb}}}); err == nil {
			t.Errorf("the button %q may be on a screen without being on the card", verb)
		}
		missing := card.Card{Kicker: "AIS-1", Title: "Otter", Buttons: []card.Button{{Action: card.Action{Verb: verb}}}}
		if err := alike(missing, Screen{Text: "AIS-1 Otter"}); err == nil {
			t.Errorf("the button %q may be missing", verb)
		}
	}
}
