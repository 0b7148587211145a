package slack

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"
	"pgregory.net/rapid"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/slack/blockkit"
)

// pressables gives the values of all buttons and options of blocks, by label.
func pressables(t *testing.T, blocks []slackgo.Block) map[string]string {
	t.Helper()
	out := map[string]string{}
	walk(tree(t, blocks), func(m map[string]any) {
		label, _ := m["text"].(map[string]any)
		value, ok := m["value"].(string)
		if text, named := label["text"].(string); ok && named {
			out[text] = value
		}
	})
	return out
}

// TestEveryButtonIsThere: each button of each card carries its action or path, whole, and a card has one row of them: three
// buttons and a menu.
func TestEveryButtonIsThere(t *testing.T) {
	for _, c := range allCards() {
		got := pressables(t, messageBlocks(c.Card))
		all := append(append([]card.Button{}, c.Card.Buttons...), c.Card.More...)
		if len(got) != len(all) {
			t.Errorf("%s: %d things to press, want %d", c.Name, len(got), len(all))
		}
		for _, b := range all {
			value := strings.TrimPrefix(got[b.Label], valueLink)
			if b.Path != "" && value == b.Path {
				continue
			}
			if act, err := card.ParseAction(value); err != nil || act != b.Action {
				t.Errorf("%s: button %q carries %q", c.Name, b.Label, got[b.Label])
			}
		}
		walk(tree(t, messageBlocks(c.Card)), func(m map[string]any) {
			if row, _ := m["elements"].([]any); m["type"] == "actions" && len(row) > 4 {
				t.Errorf("%s: %d elements in a row", c.Name, len(row))
			}
		})
	}
}

func TestAnActionTooLongForTheMenuIsAButton(t *testing.T) {
	long := card.Action{Verb: "request", About: "request/AIR-12345", Stage: strings.Repeat("s", 40), Arg: strings.Repeat("a", 40)}
	more := []card.Button{{Label: "Details", Action: card.Action{Verb: "details"}}, {Label: "Long", Action: long}, {Label: "Portal", Path: "/" + strings.Repeat("p", 80)}}
	row := buttons([]card.Button{{Label: "Approve", Action: card.Action{Verb: "approve"}}}, more)
	text := string(encoded(t, []slackgo.Block{row}))
	for _, want := range []string{`"action_id":"act:0"`, `"action_id":"act:1"`, `"action_id":"link:2"`, `"action_id":"more"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if got := pressables(t, []slackgo.Block{row}); got["Long"] != long.String() || got["Details"] != (card.Action{Verb: "details"}).String() {
		t.Errorf("got %v", got)
	}
	if err := blockkit.CheckBlocks(blockkit.Message, encoded(t, []slackgo.Block{row})); err != nil {
		t.Error(err)
	}
	many := make([]card.Button, 7)
	for i := range many {
		many[i] = card.Button{Label: fmt.Sprint("B", i), Action: card.Action{Verb: fmt.Sprint("v", i)}}
	}
	if got := pressables(t, []slackgo.Block{buttons(nil, many)}); len(got) != len(many) {
		t.Errorf("%d of %d are there", len(got), len(many))
	}
	if buttons(nil, nil) != nil {
		t.Error("a row of nothing")
	}
}

func TestConfirmationsHaveTheStyleOfTheirButton(t *testing.T) {
	b := button(card.Button{Label: "Stop", Style: card.StyleDanger, Confirm: &card.Confirm{Title: "Stop?", Text: "It ends.", Yes: "Stop", No: "Not yet"}}, 0)
	if b.Style != slackgo.StyleDanger || b.Confirm.Style != slackgo.StyleDanger || b.Confirm.Deny.Text != "Not yet" {
		t.Errorf("got %s", encoded(t, b))
	}
}

func TestTitles(t *testing.T) {
	mark := &card.Mark{Text: "High", Tone: card.ToneWarn}
	for name, c := range map[string]struct {
		card   card.Card
		header string
		blocks int
	}{
		"all in one line":               {card.Card{Kicker: "AIR-1", Title: "Otter", Mark: mark}, "AIR-1  Otter   ▲ High", 1},
		"a title that leaves no room":   {card.Card{Kicker: "AIR-1", Title: strings.Repeat("t", 140), Mark: mark}, "AIR-1  " + strings.Repeat("t", 140), 2},
		"a title that fills the line":   {card.Card{Kicker: "AIR-1", Title: strings.Repeat("t", 149), Mark: mark}, strings.Repeat("t", 149), 2},
		"a title that is too long":      {card.Card{Title: strings.Repeat("t", 151)}, strings.Repeat("t", 149) + "…", 1},
		"no title":                      {card.Card{}, "Steward", 1},
		"an id with a title, no mark":   {card.Card{Kicker: "AIR-1", Title: "Otter"}, "AIR-1  Otter", 1},
		"a mark that says how it ended": {card.Card{Title: "Otter", Mark: &card.Mark{Text: "Approved", Tone: card.ToneGood}}, "Otter   ✓ Approved", 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := pen{heading: true}.title(c.card)
			if h, ok := got[0].(*slackgo.HeaderBlock); !ok || h.Text.Text != c.header || len(got) != c.blocks {
				t.Errorf("got %s", encoded(t, got))
			}
		})
	}
}

func TestSignsAreNotColours(t *testing.T) {
	tones := map[string]bool{}
	for _, tone := range []card.Tone{card.ToneGood, card.ToneWarn, card.ToneBad, card.ToneNeutral} {
		tones[sign(tone)] = true
	}
	steps := map[string]bool{}
	for _, s := range []card.StepState{card.StepDone, card.StepHere, card.StepNext, card.StepBad} {
		steps[stepSign(s)] = true
	}
	if len(tones) != 4 || len(steps) != 4 {
		t.Errorf("tones %v, steps %v", tones, steps)
	}
}

func TestALongTrackTakesSeveralLines(t *testing.T) {
	step := card.Step{Label: strings.Repeat("l", 200), Note: strings.Repeat("n", 200), State: card.StepNext}
	steps := make([]card.Step, card.MaxSteps)
	for i := range steps {
		steps[i] = step
	}
	got := track(steps)
	if len(got) != 2 {
		t.Errorf("%d lines", len(got))
	}
	if err := blockkit.CheckBlocks(blockkit.Home, encoded(t, got)); err != nil {
		t.Error(err)
	}
}

// TestFolded: what is folded comes last, and in small print beside other lists.
func TestFolded(t *testing.T) {
	lists := func(sections ...card.Section) string {
		return string(encoded(t, pen{}.sections(card.Card{About: "request/AIR-1", Sections: sections})))
	}
	why := card.Section{Title: "Why", Lines: []string{"A sentence.", "another", "one more"}}
	ask := card.Section{Title: "Worth asking", Lines: []string{"Who checks?", "How often?"}, Folded: true}
	long := card.Section{Title: "Answers", Lines: []string{strings.Repeat("a", 2000), strings.Repeat("b", 1500)}, Folded: true}
	got := lists(ask, why)
	if strings.Index(got, "Worth asking") < strings.Index(got, "one more") || !strings.Contains(got, "Worth asking: Who checks? How often?") {
		t.Errorf("folded beside another list: %s", got)
	}
	if !strings.Contains(got, "  A sentence. another · one more") {
		t.Errorf("a brief list: %s", got)
	}
	if got := lists(ask); !strings.Contains(got, `"type":"context"`) {
		t.Errorf("folded alone: %s", got)
	}
	if got := lists(ask, ask); strings.Contains(got, `"type":"context"`) {
		t.Errorf("all folded: %s", got)
	}
	if got := lists(why, long); strings.Contains(got, `"type":"context"`) {
		t.Errorf("folded and long: %s", got)
	}
	if got := lists(why, card.Section{Title: "Conditions", Lines: []string{"1", "2", "3", "4", "5"}}, why); strings.Count(got, `"type":"rich_text"`) != 3 {
		t.Errorf("a long list between brief ones: %s", got)
	}
	if got := lists(card.Section{Title: "Nothing"}, why); !strings.Contains(got, "Nothing") {
		t.Errorf("a list of nothing: %s", got)
	}
}

// cards draws any card at all, also such as no view makes.
func cards() *rapid.Generator[card.Card] {
	hostile := cardtest.Hostile()
	text := rapid.Custom(func(t *rapid.T) string {
		s := strings.ToValidUTF8(rapid.SampledFrom(hostile).Draw(t, "text"), "?")
		return rapid.SampledFrom([]string{"", "Reason: "}).Draw(t, "before") + s
	})
	texts := func(most int) *rapid.Generator[[]string] { return rapid.SliceOfN(text, 0, most) }
	return rapid.Custom(func(t *rapid.T) card.Card {
		c := card.Card{
			About: rapid.SampledFrom([]string{"", "request/AIR-1"}).Draw(t, "about"), Kicker: text.Draw(t, "kicker"), Title: text.Draw(t, "title"),
			Lead: texts(6).Draw(t, "lead"), Foot: text.Draw(t, "foot"), Gist: text.Draw(t, "gist"), Cut: rapid.Bool().Draw(t, "cut"),
		}
		if rapid.Bool().Draw(t, "mark") {
			c.Mark = &card.Mark{Text: text.Draw(t, "mark"), Tone: rapid.SampledFrom([]card.Tone{card.ToneBad, card.ToneGood, "odd"}).Draw(t, "tone")}
		}
		for _, s := range texts(10).Draw(t, "facts") {
			c.Facts = append(c.Facts, card.Fact{Label: cut(card.Clean(s), 40), Value: s})
		}
		for _, s := range texts(10).Draw(t, "track") {
			c.Track = append(c.Track, card.Step{Label: cut(card.Clean(s), 200), Note: cut(card.Clean(s), 200), State: card.StepDone})
		}
		for range rapid.IntRange(0, 12).Draw(t, "sections") {
			c.Sections = append(c.Sections, card.Section{Title: cut(text.Draw(t, "title"), 80), Lines: texts(40).Draw(t, "lines"), Folded: rapid.Bool().Draw(t, "folded")})
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "buttons") {
			c.Buttons = append(c.Buttons, card.Button{Label: text.Draw(t, "label"), Action: card.Action{Verb: fmt.Sprint("v", i)}, Style: card.StylePrimary})
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "more") {
			c.More = append(c.More, card.Button{Label: text.Draw(t, "label"), Action: card.Action{Verb: fmt.Sprint("w", i), Arg: cut(text.Draw(t, "arg"), 40)}})
		}
		return c
	})
}

// TestAnyCard: Slack takes what is drawn of any card, interprets nothing in it, and where something had to go, it is said.
func TestAnyCard(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := cards().Draw(r, "card")
		blocks := messageBlocks(c)
		if err := blockkit.CheckMessage(encoded(t, sent{messageText(c), blocks})); err != nil {
			r.Fatal(err)
		}
		view := noticeView(c.Title, c.Gist, &c)
		if err := blockkit.CheckView(encoded(t, view)); err != nil {
			r.Fatal(err)
		}
		home := homeView(card.Home{Groups: []card.Group{{Title: c.Title, Cards: []card.Card{c}}, {Empty: c.Gist}}})
		if err := blockkit.CheckView(encoded(t, home)); err != nil {
			r.Fatal(err)
		}
		drawn := tree(t, blocks)
		if s := interpreted(drawn); s != "" {
			r.Fatalf("Slack would interpret %s", s)
		}
		seen := look(visible(drawn))
		for _, s := range c.Cleaned().Sections {
			for _, l := range s.Lines {
				if !strings.Contains(seen, look(l)) && !strings.Contains(seen, wordCut) {
					r.Fatalf("%.80q is gone, and nothing says so", l)
				}
			}
		}
	})
}

// TestTheLargestCardLosesNothing: a card that keeps the neutral limits is shown whole, however it makes use of them.
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
		long.Sections = append(long.Sections, card.Section{Title: fmt.Sprint("Section ", i), Lines: []string{strings.Repeat("x", card.MaxLine-i)}})
	}
	for name, c := range map[string]card.Card{"many lines": large, "long lines": long} {
		if err := card.Check(c); err != nil {
			t.Fatalf("%s: not a card: %v", name, err)
		}
		checkMessage(t, name, c)
	}
}

func TestAnOversizedCardIsCutAndSaysSo(t *testing.T) {
	c := card.Card{Title: "Large", Gist: "g", Lead: []string{strings.Repeat("l", 9000), strings.Repeat("m", 9000)}}
	for i := range 12 {
		c.Sections = append(c.Sections, card.Section{Title: fmt.Sprint("Section ", i), Lines: []string{strings.Repeat("a", 2000), strings.Repeat("b", 1000)}})
	}
	for range 10 {
		c.Facts = append(c.Facts, card.Fact{Label: "f", Value: "v"})
	}
	blocks := messageBlocks(c)
	if err := blockkit.CheckBlocks(blockkit.Message, encoded(t, blocks)); err != nil {
		t.Error(err)
	}
	if text := visible(tree(t, blocks)); !strings.Contains(text, wordCut) || utf8.RuneCountInString(text) > maxMessageText {
		t.Errorf("%d characters, said so: %v", utf8.RuneCountInString(text), strings.Contains(text, wordCut))
	}
	// One paragraph that is too long by itself is not what any view makes; it still ends.
	messageBlocks(card.Card{Title: "Huge", Lead: []string{strings.Repeat("l", 20_000)}})
}

func TestAViewHasAtMostAHundredBlocks(t *testing.T) {
	var h card.Home
	for i := range 12 {
		g := card.Group{Title: fmt.Sprint("Group ", i)}
		for j := range 12 {
			g.Cards = append(g.Cards, card.Card{Title: fmt.Sprint("Card ", j), Lead: []string{"l"}, Buttons: []card.Button{{Label: "Open"}}})
		}
		h.Groups = append(h.Groups, g)
	}
	v := homeView(h)
	if err := blockkit.CheckView(encoded(t, v)); err != nil {
		t.Error(err)
	}
	if !strings.Contains(visible(tree(t, v)), wordCut) {
		t.Error("it is cut and does not say so")
	}
}

func TestTheTextSaysWhatItIsWithoutAGist(t *testing.T) {
	if got := messageText(card.Card{Kicker: "AIR-1", Title: "Otter & co"}); got != "AIR-1  Otter &amp; co" {
		t.Errorf("got %q", got)
	}
}

func TestCharts(t *testing.T) {
	for _, c := range cardtest.Charts() {
		one := c.Chart
		drawn := card.Card{Title: "Weeks", Gist: "Weeks", Chart: &one}
		blocks := messageBlocks(drawn)
		if err := blockkit.CheckBlocks(blockkit.Message, encoded(t, blocks)); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if text := string(encoded(t, blocks)); !strings.Contains(text, `"data_visualization"`) {
			t.Errorf("%s is no chart: %s", c.Name, text)
		}
		if s := interpreted(tree(t, blocks)); s != "" {
			t.Errorf("%s: Slack would interpret %s", c.Name, s)
		}
		plain := plainBlocks(drawn)
		text := visible(tree(t, plain))
		if strings.Contains(string(encoded(t, plain)), `"data_visualization"`) {
			t.Errorf("%s is a chart where a workspace may have none", c.Name)
		}
		for i, label := range one.Labels {
			if want := fmt.Sprint(one.Series[0].Values[i]); !strings.Contains(text, label) || !strings.Contains(text, want) {
				t.Errorf("%s: the table lacks %q with %s: %s", c.Name, label, want, text)
			}
		}
		if v := homeView(card.Home{Groups: []card.Group{{Title: "g", Cards: []card.Card{drawn}}}}); blockkit.CheckView(encoded(t, v)) != nil {
			t.Errorf("%s on Home: %v", c.Name, blockkit.CheckView(encoded(t, v)))
		}
	}
}

// TestChartsSlackWouldRefuse are tables: a name that is there twice, a number that is none.
func TestChartsSlackWouldRefuse(t *testing.T) {
	twice := card.Chart{Kind: card.ChartBar, Title: "T", Labels: []string{"a", "a"}, Series: []card.Series{{Name: "s", Values: []float64{1, 2}}}}
	if text := string(encoded(t, messageBlocks(card.Card{Chart: &twice}))); strings.Contains(text, "data_visualization") || !strings.Contains(text, "a  2") {
		t.Errorf("got %s", text)
	}
	odd := card.Chart{Kind: card.ChartLine, Title: "T", Labels: []string{"a", "b", "c"}, Series: []card.Series{{Name: "s", Values: []float64{math.NaN(), math.Inf(1)}}}}
	blocks := messageBlocks(card.Card{Title: "T", Chart: &odd})
	if err := blockkit.CheckBlocks(blockkit.Message, encoded(t, blocks)); err != nil {
		t.Error(err)
	}
	if got, want := chartText(odd), "   s\na  0\nb  0\nc  0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
