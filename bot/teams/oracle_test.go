package teams

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/teams/adaptivecard"
)

// The catalogue takes seconds to make, so that a test binary makes it once.
var (
	allCards = sync.OnceValue(cardtest.Cards)
	allForms = sync.OnceValue(cardtest.Forms)
)

// tree is JSON as it was drawn.
func tree(t *testing.T, v any) any {
	t.Helper()
	var out any
	if err := json.Unmarshal(encoded(t, v), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// walk calls fn with every object in a tree; what fn gives false for is not gone into.
func walk(v any, fn func(map[string]any) bool) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			walk(one, fn)
		}
	case map[string]any:
		if !fn(v) {
			return
		}
		for _, one := range v {
			walk(one, fn)
		}
	}
}

// visible gives everything that can be seen, also what a press shows: a line for each text, whose runs belong together.
func visible(v any) string {
	var b strings.Builder
	walk(v, func(m map[string]any) bool {
		if m["type"] == "RichTextBlock" {
			b.WriteString(textIn(m) + "\n")
			return false
		}
		for _, key := range []string{"text", "title", "value", "legend", "label", "x"} {
			if s, ok := m[key].(string); ok {
				b.WriteString(s + "\n")
			}
		}
		return true
	})
	return b.String()
}

// textIn gives the text of a rich text.
func textIn(m map[string]any) string {
	out := ""
	inlines, _ := m["inlines"].([]any)
	for _, one := range inlines {
		run, _ := one.(map[string]any)
		s, _ := run["text"].(string)
		out += s
	}
	return out
}

// look folds the signs of a text that look the same.
func look(text string) string { return alike.Replace(text) }

var alike = strings.NewReplacer("∗", "*", "ˍ", "_", "∼", "~", "ˋ", "`", "∶", ":", "›", ">", "‹", "<", "＆", "&", "⧵", "\\", "❨", "(", "❲", "[",
	"❴", "{", "∕", "/", "＃", "#", "＋", "+", "＝", "=", "․", ".", "❩", ")", "‐", "-", "\u00a0", " ")

// The oracle for texts that clients may parse: what Markdown, links, entities or functions would make of them. Only what
// stands here is anything but letters to any of them.
func parsed(text string) string {
	if s := markup.FindString(text); s != "" {
		return fmt.Sprintf("%q in %.80q", s, text)
	}
	return ""
}

var (
	function = regexp.MustCompile(`\{\{|\$\{`)
	markup   = regexp.MustCompile(strings.Join([]string{
		`<[a-zA-Z/!?]`,         // a tag or an address
		`&(?:#|[a-zA-Z])`,      // an entity
		"\\\\[!-/:-@\\[-`{-~]", // an escape
		`\]\(|\]\[|\]:|://`,    // a link
		`\*.*\*`,               // bold or slanted
		`~.*~`,                 // struck
		"`.*`",                 // code
		`(?:^|[^\pL\pN])_.*_|_.*_(?:$|[^\pL\pN])`,
		`^[0-9]*[-#>+=.)]|^\s|\n`, // the start of a line
		`\{\{|\$\{`,               // a function
	}, "|"))
)

// interpreted gives what a client could read as anything but letters in what is drawn, or "". Values of inputs are what was
// typed; nobody reads anything in them.
func interpreted(v any) string {
	out := ""
	walk(v, func(m map[string]any) bool {
		kind, _ := m["type"].(string)
		keys := []string{"title", "label"}
		if kind == "TextBlock" {
			keys = append(keys, "text")
		}
		for _, key := range keys {
			s, _ := m[key].(string)
			if p := parsed(s); p != "" {
				out = kind + " with " + p
			}
		}
		if s, _ := m["text"].(string); kind == "TextRun" && function.MatchString(s) {
			out = fmt.Sprintf("a function in %.80q", s)
		}
		if m["selectAction"] != nil && m["selectAction"].(map[string]any)["type"] != "Action.ToggleVisibility" || m["entities"] != nil {
			out = fmt.Sprintf("something to press, or a mention, in %v", m)
		}
		return true
	})
	return out
}

// textsOf gives every text of a card that has to be seen.
func textsOf(c card.Card) []string {
	c = c.Cleaned()
	out := append([]string{c.Kicker, c.Title, c.Foot}, c.Lead...)
	for _, f := range c.Facts {
		out = append(out, f.Label, f.Value)
	}
	for _, s := range c.Track {
		out = append(out, s.Label, s.Note)
	}
	for _, s := range c.Sections {
		out = append(append(out, s.Title), s.Lines...)
	}
	for _, b := range append(append([]card.Button{}, c.Buttons...), c.More...) {
		out = append(out, b.Label)
		if b.Confirm != nil { // no is to press the button again
			out = append(out, b.Confirm.Title, b.Confirm.Text, b.Confirm.Yes)
		}
	}
	if c.Mark != nil {
		out = append(out, c.Mark.Text)
	}
	return out
}

// holds checks that a card is one Teams takes, that nothing in it is interpreted, and that all texts are shown.
func holds(t *testing.T, name string, err error, c adaptivecard.Card, texts []string) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if n := adaptivecard.SizeFilled(c); n > maxCard {
		t.Errorf("%s: %d bytes", name, n)
	}
	drawn := tree(t, c)
	if s := interpreted(drawn); s != "" {
		t.Errorf("%s: a client could interpret %s", name, s)
	}
	seen := look(visible(drawn))
	for _, text := range texts {
		if !strings.Contains(seen, look(text)) {
			t.Errorf("%s: %.80q is not shown", name, text)
		}
	}
}
