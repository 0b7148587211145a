package bot_test

import (
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/workflows"
)

// TestFind shows what somebody is given to share: only what they may see where they are, and nothing of it that is not for
// everybody's eyes.
func TestFind(t *testing.T) {
	o := newOffice(t)
	id := o.request("ana", "ai-use", cardtest.PublicText())
	find := func(who workflows.PersonID, text string) ([]card.Card, *bot.Reply) {
		t.Helper()
		found, refused, err := o.desk.Find(t.Context(), o.who(who), text)
		if err != nil {
			t.Fatal(err)
		}
		return found, refused
	}
	found, _ := find("ana", id)
	if len(found) != 1 || found[0].Kicker != id || len(found[0].Buttons)+len(found[0].More) != 0 {
		t.Fatalf("found %+v", found)
	}
	for _, p := range o.Company.People {
		if first, _, _ := strings.Cut(p.Name, " "); strings.Contains(cardtest.Text(found[0]), first) {
			t.Errorf("%s is named: %s", p.Name, cardtest.Text(found[0]))
		}
	}
	if found, _ := find("ana", "nothing is called this"); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	if found, _ := find("jack", ""); len(found) != 0 {
		t.Errorf("somebody who may see nothing found %v", found)
	}
	if _, refused := find("karim", ""); refused == nil || refused.Code != workflows.CodeInactive {
		t.Errorf("somebody who has left got %+v", refused)
	}
}
