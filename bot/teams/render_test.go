package teams

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"steward/bot/card"
	"steward/bot/card/cardtest"
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

// cards generates cards that pass no limit but those of runes.
func cards() *rapid.Generator[card.Card] {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom(cardtest.Hostile()), rapid.StringOfN(rapid.Rune(), 0, 2000, -1))
	return rapid.Custom(func(t *rapid.T) card.Card {
		texts := func(most int) []string { return rapid.SliceOfN(text, 0, most).Draw(t, "texts") }
		c := card.Card{
			About: "request/AIR-1", Kicker: cut(text.Draw(t, "kicker"), 30), Title: cut(text.Draw(t, "title"), 120), Lead: texts(6),
			Foot: cut(text.Draw(t, "foot"), 400), Gist: text.Draw(t, "gist"),
		}
		for _, s := range texts(10) {
			c.Facts = append(c.Facts, card.Fact{Label: cut(s, 40), Value: s})
			c.Track = append(c.Track, card.Step{Label: cut(s, 200), Note: s, State: card.StepHere})
		}
		for range rapid.IntRange(0, 12).Draw(t, "sections") {
			c.Sections = append(c.Sections, card.Section{Title: cut(text.Draw(t, "section"), 80), Lines: texts(40), Folded: rapid.Bool().Draw(t, "folded")})
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "buttons") {
			b := card.Button{Label: text.Draw(t, "label"), Action: card.Action{Verb: fmt.Sprint("v", i)}, Style: card.StylePrimary}
			if rapid.Bool().Draw(t, "confirm") {
				b.Confirm = &card.Confirm{Title: cut(text.Draw(t, "q"), 100), Text: cut(text.Draw(t, "text"), 300), Yes: text.Draw(t, "yes")}
			}
			c.Buttons = append(c.Buttons, b)
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "more") {
			c.More = append(c.More, card.Button{Label: text.Draw(t, "label"), Action: card.Action{Verb: fmt.Sprint("w", i), Arg: cut(text.Draw(t, "arg"), 40)}})
		}
		return c
	})
}

// TestAnyCard: Teams takes what is drawn of any card, nothing in it is interpreted, and where something had to go, it is
// said.
func TestAnyCard(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := cards().Draw(r, "card")
		drawn := answeredCard(c, c.Gist, true, sentAs)
		if err := adaptivecard.Check(drawn); err != nil {
			r.Fatal(err)
		}
		if err := adaptivecard.CheckDialog(noticeCard(c.Gist, false, &c)); err != nil {
			r.Fatal(err)
		}
		home := homeCard(card.Home{Groups: []card.Group{{Title: c.Title, Cards: []card.Card{c, c}}, {Title: "Empty", Empty: c.Gist}}})
		if err := adaptivecard.Check(home); err != nil {
			r.Fatal(err)
		}
		what := tree(t, drawn)
		if s := interpreted(what); s != "" {
			r.Fatalf("a client could interpret %s", s)
		}
		seen := look(visible(what))
		for _, s := range c.Cleaned().Sections {
			for _, l := range s.Lines {
				if !strings.Contains(seen, look(l)) && !strings.Contains(seen, wordCut) {
					r.Fatalf("%.80q is gone, and nothing says so", l)
				}
			}
		}
	})
}

// TestTheLargestCardLosesNothing: a card that keeps the neutral limits in letters of one byte or two is shown whole.
func TestTheLargestCardLosesNothing(t *testing.T) {
	large := card.Card{About: "request/AIR-1", Kicker: "AIR-1", Title: strings.Repeat("t", card.MaxTitle), Gist: "g", Foot: strings.Repeat("f", card.MaxFoot)}
	for i := range card.MaxSections {
		s := card.Section{Title: fmt.Sprint("Section ", i)}
		for j := range card.MaxLines {
			s.Lines = append(s.Lines, fmt.Sprintf("%d.%d %s", i, j, strings.Repeat("x", 6)))
		}
		large.Sections = append(large.Sections, s)
	}
	long := large
	long.Sections = nil
	for i := range 4 {
		long.Sections = append(long.Sections, card.Section{Title: fmt.Sprint("Section ", i), Lines: []string{strings.Repeat("é", card.MaxLine-i)}})
	}
	for name, c := range map[string]card.Card{"many lines": large, "long lines": long} {
		if err := card.Check(c); err != nil {
			t.Fatalf("%s: not a card: %v", name, err)
		}
		checkMessage(t, name, c)
	}
}

// TestAnOversizedCardIsCutAndSaysSo, whatever it is that is too much.
func TestAnOversizedCardIsCutAndSaysSo(t *testing.T) {
	huge := strings.Repeat("l", 40_000)
	chart := &card.Chart{Kind: card.ChartBar, Title: "T"}
	for i := range 400 {
		chart.Labels = append(chart.Labels, fmt.Sprint("label ", i))
	}
	chart.Series = []card.Series{{Name: "s"}}
	many := card.Card{Title: "Large", Gist: "g", Lead: []string{strings.Repeat("l", 9000), huge, huge}, Chart: chart, Track: []card.Step{{Label: "L", Note: huge}}}
	for i := range 12 {
		many.Sections = append(many.Sections, card.Section{Title: fmt.Sprint("Section ", i), Lines: []string{strings.Repeat("a", 2000), strings.Repeat("b", 1000)}})
	}
	more := card.Card{Title: "Many", Gist: "g"}
	for i := range 60 {
		more.More = append(more.More, card.Button{Label: fmt.Sprint("B", i), Action: card.Action{Verb: "v", Arg: strings.Repeat("x", 400)}})
	}
	for name, c := range map[string]card.Card{"everything": many, "one paragraph": {Title: "H", Gist: "g", Lead: []string{huge}}, "the rest": {Title: huge, Foot: huge, Gist: huge, Kicker: huge}, "buttons": more} {
		drawn := messageCard(c, stamp{})
		if err := adaptivecard.Check(drawn); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if text := visible(tree(t, drawn)); !strings.Contains(text, wordCut) {
			t.Errorf("%s: it is cut and does not say so", name)
		}
	}
	// What nothing can be taken from is not what any view makes; it still ends.
	messageCard(card.Card{Title: "H", Buttons: []card.Button{{Label: "B", Action: card.Action{Verb: huge}}}}, stamp{})
}

func TestALargeHomeIsCutAndSaysSo(t *testing.T) {
	var h card.Home
	for i := range 12 {
		g := card.Group{Title: fmt.Sprint("Group ", i)}
		for j := range 12 {
			g.Cards = append(g.Cards, card.Card{Title: fmt.Sprint("Card ", j), Lead: []string{"l"}, Buttons: []card.Button{{Label: "Open the whole card", Action: card.Action{Verb: "show"}}}})
		}
		h.Groups = append(h.Groups, g)
	}
	c := homeCard(h)
	if err := adaptivecard.Check(c); err != nil {
		t.Error(err)
	}
	if text := visible(tree(t, c)); !strings.Contains(text, wordCut) || !strings.Contains(text, "Group 11") {
		t.Errorf("it is cut and does not say so, or a group is gone: %s", text)
	}
	homeCard(card.Home{Title: strings.Repeat("x", 40_000)}) // ends
}

func TestCharts(t *testing.T) {
	kinds := map[string]string{"bar": adaptivecard.ChartGroups, "line-full": adaptivecard.ChartLines, "one": adaptivecard.ChartBars, "zero": adaptivecard.ChartBars, "hostile": adaptivecard.ChartBars}
	for _, c := range cardtest.Charts() {
		one := c.Chart
		drawn := card.Card{Title: "Weeks", Gist: "Weeks", Chart: &one}
		whole, plain := messageCard(drawn, stamp{}), plainCard(drawn, stamp{})
		texts := append([]string{one.Title}, one.Labels...)
		holds(t, c.Name, adaptivecard.Check(whole), whole, texts)
		holds(t, c.Name+", plain", adaptivecard.Check(plain), plain, texts)
		if text := string(encoded(t, whole)); !strings.Contains(text, `"`+kinds[c.Name]+`"`) {
			t.Errorf("%s is no %s", c.Name, kinds[c.Name])
		}
		if text := string(encoded(t, plain)); strings.Contains(text, `"Chart.`) {
			t.Errorf("%s is a chart where there may be none", c.Name)
		}
	}
	odd := card.Chart{Kind: card.ChartLine, Title: "T", Labels: []string{"a", "b", "c"}, Series: []card.Series{{Name: "s", Values: []float64{math.NaN(), math.Inf(1)}}, {Name: "t", Values: []float64{1.5, 2, 3}}}}
	c := messageCard(card.Card{Title: "T", Gist: "g", Chart: &odd}, stamp{})
	if err := adaptivecard.Check(c); err != nil {
		t.Error(err)
	}
	if got, want := look(ordered([]adaptivecard.Element{chartText(odd)})), "T\na\ns 0 · t 1.5\nb\ns 0 · t 2\nc\ns 0 · t 3\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
