package bot_test

import (
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
)

func TestAssess(t *testing.T) {
	o := newOffice(t)
	assess := func(who workflows.PersonID, form string) (string, bool) {
		t.Helper()
		c, ok, err := o.desk.Assess(t.Context(), bot.Who{Person: who}, form)
		if err != nil {
			t.Fatal(err)
		}
		if err := card.Check(c); ok && err != nil {
			t.Errorf("the card: %v", err)
		}
		return cardtest.Text(c), ok
	}
	one := o.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"})
	if text, ok := assess("ana", one.Form.ID); !ok || !strings.Contains(text, "appear here as you answer") || strings.Contains(text, "points.") {
		t.Errorf("before anything is answered:\n%s", text)
	}
	o.goes("ana", one.Form, card.Values{"data": {"personal"}, "owner": {"ana"}}, bot.GoSave)
	text, ok := assess("ana", one.Form.ID)
	if !ok {
		t.Fatal("nothing is assessed")
	}
	for _, want := range []string{"So far", "Personal data +12", "Who decides", "can still go down", "Screening, not legal advice."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	for name, who := range map[string]workflows.PersonID{"another person": "ben", "somebody who is not there": "nobody"} {
		if _, ok := assess(who, one.Form.ID); ok {
			t.Errorf("%s sees what a form makes", name)
		}
	}
	if _, ok := assess("ana", "none"); ok {
		t.Error("a form that is not there")
	}
}
