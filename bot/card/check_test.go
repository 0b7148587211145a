package card_test

import (
	"strings"
	"testing"

	"steward/bot/card"
)

func good() card.Card {
	return card.Card{
		About: "request/AIR-42", Kicker: "AIR-42", Title: "Otter.ai", Mark: &card.Mark{Text: "Medium", Tone: card.ToneNeutral}, Lead: []string{"You decide."},
		Facts: []card.Fact{{Label: "Data", Value: "Internal"}}, Track: []card.Step{{Label: "Manager", State: card.StepHere}},
		Sections: []card.Section{{Title: "Why", Lines: []string{"Personal data +12"}}},
		Buttons:  []card.Button{{Label: "Approve…", Action: card.Action{Verb: "decide", About: "request/AIR-42", Round: 1, Revision: 1}}},
		Gist:     "AIR-42 Otter.ai: you decide.",
	}
}

func TestCheck(t *testing.T) {
	if err := card.Check(good()); err != nil {
		t.Fatalf("a good card is refused: %v", err)
	}
	button := func(label string) card.Button { return card.Button{Label: label, Path: "/"} }
	for _, tt := range []struct {
		name   string
		change func(*card.Card)
		want   string
	}{
		{"no gist", func(c *card.Card) { c.Gist = "" }, "gist is empty"},
		{"no title", func(c *card.Card) { c.Title = "" }, "title is empty"},
		{"a fourth button", func(c *card.Card) {
			c.Buttons = []card.Button{button("a"), button("b"), button("c"), button("d")}
		}, "4 buttons"},
		{"a long label", func(c *card.Card) { c.Buttons[0].Label = strings.Repeat("x", 31) }, "31 runes"},
		{"the same label twice", func(c *card.Card) { c.More = []card.Button{c.Buttons[0]} }, "twice"},
		{"a button that does two things", func(c *card.Card) { c.Buttons[0].Path = "/" }, "one of them"},
		{"a button that does nothing", func(c *card.Card) { c.Buttons[0].Action = card.Action{} }, "one of them"},
		{"a button about another thing", func(c *card.Card) { c.Buttons[0].Action.About = "request/AIR-1" }, "another thing"},
		{"an action that does not survive", func(c *card.Card) { c.Buttons[0].Action.Arg = "a|b" }, "does not survive"},
		{"text that is not clean", func(c *card.Card) { c.Lead[0] = "a\u202eb" }, "not clean"},
		{"a tone nobody knows", func(c *card.Card) { c.Mark.Tone = "pink" }, "pink"},
		{"a step state nobody knows", func(c *card.Card) { c.Track[0].State = "lost" }, "lost"},
		{"an empty section", func(c *card.Card) { c.Sections[0].Lines = nil }, "is empty"},
		{"too much text", func(c *card.Card) {
			for range 9 {
				c.Sections = append(c.Sections, card.Section{Title: "x", Lines: []string{strings.Repeat("y", 1500)}})
			}
		}, "runes of text"},
		{"a chart without labels", func(c *card.Card) { c.Chart = &card.Chart{Kind: card.ChartBar, Title: "x"} }, "without labels"},
		{"a confirmation without text", func(c *card.Card) { c.Buttons[0].Confirm = &card.Confirm{Title: "Sure?", Yes: "Yes", No: "No"} }, "confirm text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := good()
			tt.change(&c)
			if err := card.Check(c); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCheckForm(t *testing.T) {
	newForm := func() card.Form {
		return card.Form{ID: "d", Revision: 1, Title: "New AI use", Submit: "Next", Fields: []card.Field{
			{Key: "tool", Kind: card.FieldText, Label: "Which tool?", MaxLength: 150},
			{Key: "data", Kind: card.FieldMany, Label: "Which data?", Options: []card.Option{{Value: "a", Label: "A"}, {Value: "none", Label: "None"}}, Alone: []string{"none"}},
		}}
	}
	if err := card.CheckForm(newForm()); err != nil {
		t.Fatalf("a good form is refused: %v", err)
	}
	for _, tt := range []struct {
		name   string
		change func(*card.Form)
		want   string
	}{
		{"a long title", func(f *card.Form) { f.Title = strings.Repeat("x", 25) }, "title has 25"},
		{"no id", func(f *card.Form) { f.ID = "" }, "no id"},
		{"no revision", func(f *card.Form) { f.Revision = 0 }, "no revision"},
		{"a long help", func(f *card.Form) { f.Fields[0].Help = strings.Repeat("x", 151) }, "help has 151"},
		{"a long option", func(f *card.Form) { f.Fields[1].Options[0].Label = strings.Repeat("x", 76) }, "option has 76"},
		{"eleven options", func(f *card.Form) {
			for i := range 10 {
				f.Fields[1].Options = append(f.Fields[1].Options, card.Option{Value: string(rune('b' + i)), Label: "x"})
			}
		}, "11 options"},
		{"a comma in a value", func(f *card.Form) { f.Fields[1].Options[0].Value = "a,b" }, "option value"},
		{"the same option twice", func(f *card.Form) { f.Fields[1].Options[1].Value = "a" }, "there twice"},
		{"an exclusive value that is no option", func(f *card.Form) { f.Fields[1].Alone = []string{"x"} }, "is no option"},
		{"a locked option that is not ticked", func(f *card.Form) { f.Fields[1].Options[0].Locked = true }, "not ticked"},
		{"the same field twice", func(f *card.Form) { f.Fields = append(f.Fields, f.Fields[0]) }, "there twice"},
		{"a text field with options", func(f *card.Form) { f.Fields[0].Options = f.Fields[1].Options }, "with 2 options"},
		{"two values of a text", func(f *card.Form) { f.Fields[0].Value = []string{"a", "b"} }, "2 values"},
		{"an aside that breaks a limit", func(f *card.Form) { f.Aside = &card.Card{} }, "aside"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newForm()
			tt.change(&f)
			if err := card.CheckForm(f); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCheckHomeAndChart(t *testing.T) {
	home := card.Home{Title: "Ana Ruiz", Groups: []card.Group{{Title: "Waits for me", Empty: "Nothing waits for you."}}}
	if err := card.CheckHome(home); err != nil {
		t.Errorf("a good home is refused: %v", err)
	}
	home.Groups[0].Empty = ""
	if err := card.CheckHome(home); err == nil {
		t.Error("a group with nothing in it passes")
	}
	chart := card.Chart{Kind: card.ChartLine, Title: "x", Labels: []string{"a"}, Series: []card.Series{{Name: "s", Values: []float64{1, 2}}}}
	if err := card.CheckChart(chart); err == nil || !strings.Contains(err.Error(), "2 values for 1 labels") {
		t.Errorf("got %v", err)
	}
}

func TestCleanedTouchesEveryTextAndLeavesItsInput(t *testing.T) {
	const dirty, want = "a\u202eb", "ab"
	c := good()
	c.Kicker, c.Title, c.Foot, c.Gist, c.Mark.Text = dirty, dirty, dirty, dirty, dirty
	c.Lead[0], c.Facts[0] = dirty, card.Fact{Label: dirty, Value: dirty}
	c.Track[0].Label, c.Track[0].Note = dirty, dirty
	c.Sections[0] = card.Section{Title: dirty, Lines: []string{dirty}}
	c.Buttons[0].Label = dirty
	c.Buttons[0].Confirm = &card.Confirm{Title: dirty, Text: dirty, Yes: dirty, No: dirty}
	c.Chart = &card.Chart{Kind: card.ChartBar, Title: dirty, Labels: []string{dirty}, Series: []card.Series{{Name: dirty, Values: []float64{1}}}}
	if err := card.Check(c.Cleaned()); err != nil {
		t.Errorf("a cleaned card is not clean: %v", err)
	}
	if c.Lead[0] != dirty || c.Buttons[0].Confirm.Title != dirty || c.Cleaned().Title != want {
		t.Error("cleaning changed its input")
	}
	f := card.Form{Fields: []card.Field{{Kind: card.FieldLong, Value: []string{"a\x00\nb"}}, {Kind: card.FieldText, Value: []string{"a\nb"}}}}
	got := f.Cleaned()
	if got.Fields[0].Value[0] != "a\nb" || got.Fields[1].Value[0] != "a b" {
		t.Errorf("values became %q and %q", got.Fields[0].Value, got.Fields[1].Value)
	}
}

func TestValues(t *testing.T) {
	v := card.Values{"a": {"1", "2"}, "b": nil}
	if v.First("a") != "1" || v.First("b") != "" || v.First("c") != "" {
		t.Errorf("First gives %q, %q, %q", v.First("a"), v.First("b"), v.First("c"))
	}
}
