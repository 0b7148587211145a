package slack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/slack/blockkit"
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

// walk calls fn with every object in a tree.
func walk(v any, fn func(map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			walk(one, fn)
		}
	case map[string]any:
		fn(v)
		// Always in one order, and a label before what it is the label of.
		keys := slices.SortedFunc(maps.Keys(v), func(a, b string) int {
			return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a, b))
		})
		for _, key := range keys {
			walk(v[key], fn)
		}
	}
}

func order(key string) int {
	if key == "label" {
		return 0
	}
	return 1
}

// visible gives everything that can be seen: texts, values that stand in inputs, numbers that Slack puts before lists.
func visible(v any) string {
	var b strings.Builder
	walk(v, func(m map[string]any) {
		if m["style"] == "ordered" {
			items, _ := m["elements"].([]any)
			for i, item := range items {
				fmt.Fprintf(&b, "%d. %s\n", i+1, textIn(item))
			}
		}
		for _, key := range []string{"text", "title", "initial_value", "name", "label"} {
			if s, ok := m[key].(string); ok {
				b.WriteString(s + "\n")
			}
		}
	})
	return b.String()
}

func textIn(v any) string {
	out := ""
	walk(v, func(m map[string]any) {
		if s, ok := m["text"].(string); ok {
			out += s
		}
	})
	return out
}

// interpreted gives what Slack would read as anything but letters in what is drawn, or "".
func interpreted(v any) string {
	kinds := map[string]bool{
		"rich_text": true, "rich_text_section": true, "rich_text_list": true, "rich_text_preformatted": true, "text": true, "plain_text": true,
		"header": true, "section": true, "context": true, "actions": true, "divider": true, "input": true, "data_visualization": true, "bar": true, "line": true,
		"button": true, "overflow": true, "checkboxes": true, "radio_buttons": true, "static_select": true, "external_select": true, "datepicker": true,
		"number_input": true, "plain_text_input": true, "modal": true, "home": true,
	}
	out := ""
	walk(v, func(m map[string]any) {
		kind, named := m["type"].(string)
		switch {
		case named && !kinds[kind]: // mrkdwn, link, user, channel, broadcast, emoji, image, date
			out = "an element of type " + kind
		case kind == "plain_text" && m["emoji"] != false:
			out = fmt.Sprintf("emoji in %v", m["text"])
		case kind == "plain_text" && mention.MatchString(m["text"].(string)):
			out = fmt.Sprintf("a mention or link in %v", m["text"])
		case m["url"] != nil || m["image_url"] != nil:
			out = fmt.Sprintf("an address in %v", m)
		}
		if style, ok := m["style"].(map[string]any); ok && (len(style) != 1 || style["bold"] != true) {
			out = fmt.Sprintf("style %v", style)
		}
	})
	return out
}

// The oracle for the text of a message: what Slack's markup would make of it. Everything that could be formatting, a mention
// or a link in it is one of these.
var (
	rawMarkup  = regexp.MustCompile(`[<>]|&(?:[^agl]|a[^m]|g[^t]|l[^t]|$)`)
	formatting = regexp.MustCompile(`(?m)(?:^|[^\pL\pN])(?:\*[^\s*][^*]*\*|_[^\s_][^_]*_|~[^\s~][^~]*~|` + "`[^`]+`" + `)(?:$|[^\pL\pN])`)
	emojiMark  = regexp.MustCompile(`:[a-zA-Z0-9_'+-]+:`)
	quotation  = regexp.MustCompile(`(?m)^\s*&gt;`)
)

// mention is what some clients read in plain text that should not.
var mention = regexp.MustCompile(`<[!@#]|<[a-z]+:`)

func markup(text string) string {
	for name, r := range map[string]*regexp.Regexp{"markup": rawMarkup, "formatting": formatting, "emoji": emojiMark, "quotation": quotation} {
		if s := r.FindString(text); s != "" {
			return name + " " + s
		}
	}
	return ""
}

// shown undoes the escapes, as Slack does, and the signs that look the same.
func shown(text string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "∗", "*", "ˍ", "_", "∼", "~", "ˋ", "`", "∶", ":", "›", ">").Replace(text)
}

// look folds the signs of a text that look the same.
func look(text string) string {
	return strings.NewReplacer("∗", "*", "ˍ", "_", "∼", "~", "ˋ", "`", "∶", ":", "›", ">", "‹", "<").Replace(text)
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
		if b.Confirm != nil {
			out = append(out, b.Confirm.Title, b.Confirm.Text, b.Confirm.Yes, b.Confirm.No)
		}
	}
	if c.Mark != nil {
		out = append(out, c.Mark.Text)
	}
	return out
}

func checkMessage(t *testing.T, name string, c card.Card) {
	t.Helper()
	m := message(c)
	if err := blockkit.CheckMessage(encoded(t, m)); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	drawn := tree(t, m.Blocks)
	if s := interpreted(drawn); s != "" {
		t.Errorf("%s: Slack would interpret %s", name, s)
	}
	seen := look(visible(drawn))
	for _, text := range textsOf(c) {
		if !strings.Contains(seen, look(text)) {
			t.Errorf("%s: %.80q is not shown", name, text)
		}
	}
	if s := markup(m.Text); s != "" {
		t.Errorf("%s: Slack would interpret %s in the text %.200q", name, s, m.Text)
	}
	if got, want := shown(m.Text), look(card.Clean(c.Gist)); got != want {
		t.Errorf("%s: the text reads %.200q, not %.200q", name, got, want)
	}
	if err := blockkit.CheckBlocks(blockkit.Message, encoded(t, plainBlocks(c))); err != nil {
		t.Errorf("%s, plain: %v", name, err)
	}
}

// TestCards draws every card of the catalogue, hostile texts included: Slack takes it, nothing in it is interpreted, and
// nothing is left out.
func TestCards(t *testing.T) {
	for _, c := range allCards() {
		checkMessage(t, c.Name, c.Card)
		view := noticeView(c.Card.Title, c.Card.Gist, &c.Card)
		if err := blockkit.CheckView(encoded(t, view)); err != nil {
			t.Errorf("%s as a view: %v", c.Name, err)
		}
		if s := interpreted(tree(t, view)); s != "" {
			t.Errorf("%s as a view: Slack would interpret %s", c.Name, s)
		}
	}
}

// TestForms draws every form of the catalogue, hostile texts included.
func TestForms(t *testing.T) {
	for _, f := range allForms() {
		v := formOf(f.Form)
		if err := blockkit.CheckView(encoded(t, v)); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		if err := blockkit.CheckAnswer(encoded(t, map[string]any{"response_action": "update", "view": v})); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		drawn := tree(t, v)
		if s := interpreted(drawn); s != "" {
			t.Errorf("%s: Slack would interpret %s", f.Name, s)
		}
		seen := look(visible(drawn))
		for _, text := range formTexts(f.Form) {
			if !strings.Contains(seen, look(text)) {
				t.Errorf("%s: %.80q is not shown", f.Name, text)
			}
		}
	}
}

func formTexts(f card.Form) []string {
	f = f.Cleaned()
	out := append([]string{f.Title, f.Step, f.Submit, f.Back, f.Error}, f.Intro...)
	for _, one := range f.Fields {
		out = append(out, one.Label, one.Error)
		out = append(out, strings.Split(one.Help, "\n")...)
		for _, o := range one.Options {
			out = append(out, o.Label, o.Note)
		}
		if one.Kind == card.FieldText || one.Kind == card.FieldLong {
			out = append(out, one.Value...)
		}
	}
	for _, b := range f.Extra {
		out = append(out, b.Label)
	}
	if f.Aside != nil {
		out = append(out, textsOf(*f.Aside)...)
	}
	return out
}

// TestHomes draws every home of the catalogue, and one with every hostile text in it.
func TestHomes(t *testing.T) {
	homes := cardtest.Homes()
	for i, h := range cardtest.Hostile() {
		one := card.Card{Kicker: "AIR-1", Title: card.Clean("x " + h), Mark: &card.Mark{Text: "Late", Tone: card.ToneBad}, Lead: []string{card.Clean("y " + h)}, Buttons: []card.Button{{Label: "Open"}}}
		homes = append(homes, cardtest.Home{Name: fmt.Sprintf("hostile-%d", i), Home: card.Home{Groups: []card.Group{{Title: "Waits", Cards: []card.Card{one}}, {Title: "Empty", Empty: h}}}})
	}
	for _, h := range homes {
		v := homeView(h.Home)
		if err := blockkit.CheckView(encoded(t, v)); err != nil {
			t.Errorf("%s: %v", h.Name, err)
		}
		drawn := tree(t, v)
		if s := interpreted(drawn); s != "" {
			t.Errorf("%s: Slack would interpret %s", h.Name, s)
		}
		seen := look(visible(drawn))
		for _, g := range h.Home.Groups {
			for _, c := range g.Cards {
				if cut(c.Title, card.MaxTitle) == c.Title && !strings.Contains(seen, look(c.Title)) {
					t.Errorf("%s: %.80q is not shown", h.Name, c.Title)
				}
			}
		}
	}
}
