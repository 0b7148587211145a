package teams

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
	"steward/bot/view"
)

// pressed is what an action of a drawn card is and carries.
type pressed struct {
	Type, Title, Style, Mode string
	Verb                     string
	Data                     wire
	AssociatedInputs         string
	Fallback                 *pressed
	Card                     *struct{ Actions []pressed }
	TargetElements           []string
	URL                      string
}

// actionsOf gives what can be pressed in a card, by title.
func actionsOf(t *testing.T, v any) map[string]pressed {
	t.Helper()
	out := map[string]pressed{}
	walk(tree(t, v), func(m map[string]any) bool {
		if kind, _ := m["type"].(string); strings.HasPrefix(kind, "Action.") {
			var p pressed
			if err := json.Unmarshal(encoded(t, m), &p); err != nil {
				t.Fatal(err)
			}
			out[p.Title] = p
			return false
		}
		return true
	})
	return out
}

// TestEveryButtonIsThere: each button of each card carries its action or path, whole, and the message it stands in; what
// opens a dialog says so, what does something is a press that names it twice, and what asks back shows the question first.
func TestEveryButtonIsThere(t *testing.T) {
	for _, c := range allCards() {
		got := actionsOf(t, messageCard(c.Card, sentAs).Actions)
		for i, b := range append(append([]card.Button{}, c.Card.Buttons...), c.Card.More...) {
			p := got[look(b.Label)]
			if (p.Mode == adaptivecard.ModeSecondary) != (i >= len(c.Card.Buttons)) {
				t.Errorf("%s: button %q is in the wrong place", c.Name, b.Label)
			}
			if b.Confirm != nil {
				if p.Type != "Action.ShowCard" || len(p.Card.Actions) != 1 || p.Card.Actions[0].Title != b.Confirm.Yes {
					t.Errorf("%s: button %q asks nothing: %+v", c.Name, b.Label, p)
					continue
				}
				p = p.Card.Actions[0]
			}
			if p.AssociatedInputs != adaptivecard.InputsNone || p.Data.D != 7 || p.Data.At != sentAs.At.UnixMilli() {
				t.Errorf("%s: button %q carries %+v", c.Name, b.Label, p)
			}
			act, err := card.ParseAction(p.Data.Act)
			switch {
			case b.Path != "":
				if p.Type != "Action.Submit" || p.Data.Link != b.Path || p.Data.Act != "" || p.Data.MSTeams == nil {
					t.Errorf("%s: link %q is %+v", c.Name, b.Label, p)
				}
			case err != nil || act != b.Action || p.Data.Link != "":
				t.Errorf("%s: button %q carries %+v", c.Name, b.Label, p.Data)
			case view.Opens(act):
				if p.Type != "Action.Submit" || p.Data.MSTeams == nil || p.Data.MSTeams.Type != "task/fetch" {
					t.Errorf("%s: button %q opens no dialog: %+v", c.Name, b.Label, p)
				}
			case p.Type != "Action.Execute" || p.Verb != "act" || p.Data.MSTeams != nil || p.Fallback == nil || p.Fallback.Data.Act != p.Data.Act:
				t.Errorf("%s: button %q is %+v", c.Name, b.Label, p)
			}
		}
	}
}

// TestInADialogEverythingSubmits: the same buttons there are what a dialog takes, and say nothing of a message.
func TestInADialogEverythingSubmits(t *testing.T) {
	for _, c := range allCards() {
		if strings.HasPrefix(c.Name, "hostile-") {
			continue
		}
		got := actionsOf(t, noticeCard("Done.", false, &c.Card))
		for _, b := range append(append([]card.Button{}, c.Card.Buttons...), c.Card.More...) {
			p := got[b.Label]
			if p.Card != nil {
				p = p.Card.Actions[0]
			}
			want := wire{Act: b.Action.String()}
			if b.Path != "" {
				want = wire{Link: b.Path}
			}
			if p.Type != "Action.Submit" || fmt.Sprint(p.Data) != fmt.Sprint(want) {
				t.Errorf("%s: button %q is %+v", c.Name, b.Label, p)
			}
		}
	}
}

func TestLooksOfButtons(t *testing.T) {
	for style, want := range map[card.Style]string{card.StylePlain: "", card.StylePrimary: "positive", card.StyleDanger: "destructive"} {
		if got := face(card.Button{Label: "B", Style: style}, ""); got.Style != want {
			t.Errorf("%s: %+v", style, got)
		}
	}
	if got := face(card.Button{Label: strings.Repeat("long ", 20)}, "secondary"); got.Mode != "secondary" || len([]rune(got.Title)) > 40 || !strings.HasSuffix(got.Title, "…") {
		t.Errorf("%+v", got)
	}
}

func TestOpenAndLink(t *testing.T) {
	act := card.Action{Verb: "show", About: "request/AIR-1"} // one that opens nothing elsewhere
	p := actionsOf(t, openCard("It needs a form.", "Open the form", act))["Open the form"]
	if p.Type != "Action.Submit" || p.Data.Act != act.String() || p.Data.MSTeams == nil || p.Style != "positive" {
		t.Errorf("%+v", p)
	}
	if p := actionsOf(t, linkCard("A link.", "https://x.example/a?b=c"))[wordPortal]; p.Type != "Action.OpenUrl" || p.URL != "https://x.example/a?b=c" {
		t.Errorf("%+v", p)
	}
}

// TestSignsAreNotColours: what a colour says, a sign says too.
func TestSignsAreNotColours(t *testing.T) {
	tones := map[string]bool{}
	for _, tone := range []card.Tone{card.ToneGood, card.ToneWarn, card.ToneBad, card.ToneNeutral} {
		tones[sign(tone)] = true
	}
	steps := map[string]bool{}
	for _, s := range []card.StepState{card.StepDone, card.StepHere, card.StepBad, card.StepNext} {
		mark, _ := stepSign(s)
		steps[mark] = true
	}
	if len(tones) != 4 || len(steps) != 4 {
		t.Errorf("signs %v, steps %v", tones, steps)
	}
}

func TestTitles(t *testing.T) {
	mark := &card.Mark{Text: "High", Tone: card.ToneWarn}
	for name, c := range map[string]struct {
		card card.Card
		want string
	}{
		"id, mark and title": {card.Card{Kicker: "AIR-1", Title: "Otter", Mark: mark}, "AIR-1\n▲ High\nOtter\n"},
		"id and title":       {card.Card{Kicker: "AIR-1", Title: "Otter"}, "AIR-1\nOtter\n"},
		"title and mark":     {card.Card{Title: "Otter", Mark: mark}, "Otter\n▲ High\n"},
		"title":              {card.Card{Title: "Otter"}, "Otter\n"},
		"nothing":            {card.Card{}, "Steward\n"},
	} {
		if got := ordered(title(c.card, adaptivecard.SizeLarge)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := messageSummary(card.Card{Kicker: "AIR-1"}); got != "AIR-1  Steward" {
		t.Errorf("the summary without a gist is %q", got)
	}
}

// ordered gives the texts of elements in the order in which they stand.
func ordered(all []adaptivecard.Element) string {
	out := ""
	for _, e := range all {
		switch e := e.(type) {
		case adaptivecard.TextBlock:
			out += e.Text + "\n"
		case adaptivecard.RichTextBlock:
			for _, r := range e.Inlines {
				out += r.Text
			}
			out += "\n"
		case adaptivecard.Container:
			out += ordered(e.Items)
		case adaptivecard.ColumnSet:
			for _, c := range e.Columns {
				out += ordered(c.Items)
			}
		}
	}
	return out
}

// TestFoldedSections: a folded section is hidden, comes last, and is shown by a press on its title, which says so; where all
// of several are folded, they are what the card is for.
func TestFoldedSections(t *testing.T) {
	folded := card.Section{Title: "Worth asking", Lines: []string{"Who checks results?"}, Folded: true}
	open := card.Section{Title: "Why medium", Lines: []string{"Personal data +12"}}
	got := pen{}.sections(card.Card{Sections: []card.Section{folded, open}})
	if text, want := ordered(got), "Why medium\nPersonal data +12\nWorth asking\nShow\nHide\nWho checks results?\n"; text != want {
		t.Errorf("reads %q, want %q", text, want)
	}
	head := got[len(got)-2].(adaptivecard.ColumnSet)
	body := got[len(got)-1].(adaptivecard.Container)
	toggle, _ := head.SelectAction.(adaptivecard.ActionToggleVisibility)
	if body.IsVisible == nil || *body.IsVisible || fmt.Sprint(toggle.TargetElements) != "[s0 s0-show s0-hide]" || toggle.Title != "Worth asking" {
		t.Errorf("%+v %+v", body, toggle)
	}
	if got := (pen{}).sections(card.Card{Sections: []card.Section{folded}}); len(got) != 2 {
		t.Errorf("one folded section alone is not folded: %+v", got)
	}
	all := pen{}.sections(card.Card{Sections: []card.Section{folded, {Title: "More", Lines: []string{"m"}, Folded: true}}})
	if text := ordered(all); strings.Contains(text, wordShow) {
		t.Errorf("all of a card is folded: %q", text)
	}
}

func TestLines(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"dots":            {[]string{"One.", "Two."}, "•  One.\n•  Two.\n"},
		"one line":        {[]string{"One."}, "One.\n"},
		"numbers":         {[]string{"1. One.", "12. Two.", "3."}, "1. One.\n12. Two.\n•  3.\n"},
		"nothing":         {nil, ""},
		"a number inside": {[]string{"a", "2 of 3"}, "•  a\n•  2 of 3\n"},
	} {
		if got := ordered(pen{}.lines(c.lines)); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
		if got := ordered(pen{dense: true}.lines(c.lines)); got != c.want {
			t.Errorf("%s, dense: %q", name, got)
		}
	}
}
