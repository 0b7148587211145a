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
	"steward/bot/view"
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

func checkMessage(t *testing.T, name string, c card.Card) {
	t.Helper()
	texts := textsOf(c)
	whole := messageCard(c, sentAs)
	holds(t, name, adaptivecard.Check(whole), whole, texts)
	if got, want := messageSummary(c), card.Clean(c.Gist); got != want {
		t.Errorf("%s: the summary is %.200q, not %.200q", name, got, want)
	}
	if strings.HasPrefix(name, "hostile-") && strings.HasSuffix(name, "-ana") {
		return // in a dialog it is drawn as for the others
	}
	notice := noticeCard(c.Gist, false, &c)
	holds(t, name+", in a dialog", adaptivecard.CheckDialog(notice), notice, append(texts, card.Clean(c.Gist)))
}

// TestCards draws every card of the catalogue, hostile texts included: Teams takes it, nothing in it is interpreted, and
// nothing is left out.
func TestCards(t *testing.T) {
	for _, c := range allCards() {
		checkMessage(t, c.Name, c.Card)
	}
}

// TestAnsweredCards: the same with the sentence of an answer on top, and without charts.
func TestAnsweredCards(t *testing.T) {
	for _, c := range allCards() {
		if strings.HasPrefix(c.Name, "hostile-") {
			continue
		}
		texts := append(textsOf(c.Card), c.Card.Gist)
		answered := answeredCard(c.Card, c.Card.Gist, true, sentAs)
		holds(t, c.Name, adaptivecard.Check(answered), answered, texts)
		plain := plainCard(c.Card, sentAs)
		holds(t, c.Name+", plain", adaptivecard.Check(plain), plain, texts[:len(texts)-1])
	}
}

// TestRandomCards draws the cards of requests that went an accidental way, for everybody who may see them.
func TestRandomCards(t *testing.T) {
	for seed := range uint64(12) {
		c, id := cardtest.Random(seed)
		for _, p := range c.Roster().All() {
			k := c.Case(id, p.ID)
			for i, one := range []card.Card{view.Request(k), view.Details(k), view.Explain(k)} {
				checkMessage(t, fmt.Sprintf("seed %d, %s, %d", seed, p.ID, i), one)
			}
		}
	}
}

// TestForms draws every form of the catalogue, hostile texts included.
func TestForms(t *testing.T) {
	for _, f := range allForms() {
		c := formOf(f.Form)
		holds(t, f.Name, adaptivecard.CheckDialog(c), c, formTexts(f.Form))
	}
}

func formTexts(f card.Form) []string {
	f = f.Cleaned()
	out := append([]string{f.Step, f.Submit, f.Back, f.Error}, f.Intro...)
	serves := false
	for _, one := range f.Fields {
		serves = serves || len(one.Serves) > 0
		out = append(out, append(one.Serves, one.Label, one.Error)...)
		out = append(out, strings.Split(one.Help, "\n")...)
		for _, o := range one.Options {
			out = append(out, o.Label, o.Note)
		}
		if one.Kind == card.FieldText || one.Kind == card.FieldLong {
			out = append(out, one.Value...)
		}
	}
	for _, b := range f.Extra {
		if b.Action.Verb != view.VerbQuestions || serves { // where no question serves anything, there is nothing to show
			out = append(out, b.Label)
		}
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
		h = cut(card.Clean(h), 200)
		one := card.Card{Kicker: "AIR-1", Title: cut(h, card.MaxTitle), Mark: &card.Mark{Text: "Late", Tone: card.ToneBad}, Lead: []string{"y " + h}, Buttons: []card.Button{{Label: "Open", Action: card.Action{Verb: "show"}}}}
		whole := one
		whole.Foot, whole.Sections = "f", []card.Section{{Title: "S", Lines: []string{h, "x"}, Folded: true}}
		homes = append(homes, cardtest.Home{Name: fmt.Sprintf("hostile-%d", i), Home: card.Home{
			Title: h, Groups: []card.Group{{Title: "Waits", Cards: []card.Card{one, whole, whole}}, {Title: h, Empty: h}},
		}})
	}
	for _, h := range homes {
		texts := []string{h.Home.Title}
		for _, g := range h.Home.Groups {
			texts = append(texts, g.Title)
			if len(g.Cards) == 0 {
				texts = append(texts, g.Empty)
			}
			for _, c := range g.Cards {
				texts = append(texts, textsOf(c)...)
			}
		}
		c := homeCard(h.Home)
		holds(t, h.Name, adaptivecard.Check(c), c, texts)
	}
}

// TestSentences: what is said around cards is shown as it is, whatever is in it.
func TestSentences(t *testing.T) {
	act := card.Action{Verb: "request", Arg: "ai-use"}
	for i, h := range cardtest.Hostile() {
		name := fmt.Sprintf("hostile-%d", i)
		h = cut(card.Clean(h), card.MaxLine)
		for kind, c := range map[string]adaptivecard.Card{"said": sayCard(h, false), "refused": sayCard(h, true), "noticed": noticeCard(h, true, nil)} {
			holds(t, name+" "+kind, adaptivecard.CheckDialog(c), c, []string{h})
		}
		open := openCard(h, cut(h, 30), act)
		holds(t, name+" to open", adaptivecard.Check(open), open, []string{h, cut(h, 30)})
		link := linkCard(h, "https://steward.example/sign-in?code=1")
		holds(t, name+" link", adaptivecard.CheckDialog(link), link, []string{h})
	}
}
