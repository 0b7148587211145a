package surfacetest

import (
	"strings"
	"testing"

	"steward/bot/card"
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
