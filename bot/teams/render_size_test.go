package teams

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/teams/adaptivecard"
)

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
