package teams

import (
	"fmt"
	"strings"
	"testing"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/teams/adaptivecard"
	"steward/bot/view"
)

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
