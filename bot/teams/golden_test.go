package teams

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/teams/adaptivecard"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// packHash is the content of the shipped policy, which changes without any card looking different.
var packHash = regexp.MustCompile(`pack [0-9a-f]{12}`)

// golden is JSON with a line for each element, so that a change of one shows as one.
func golden(t *testing.T, c adaptivecard.Card) string {
	t.Helper()
	text := string(encoded(t, c))
	for _, before := range []string{`"body":[{`, `"actions":[{`} {
		text = strings.ReplaceAll(text, before, before[:len(before)-1]+"\n{")
	}
	text = strings.ReplaceAll(text, `},{"type":"`, "},\n{\"type\":\"")
	return packHash.ReplaceAllString(text, "pack 000000000000") + "\n"
}

// encoded gives JSON without the escapes that Go adds for HTML.
func encoded(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

// sentAs is the message that the cards of the tests are.
var sentAs = stamp{Delivery: 7, At: time.Date(2025, 11, 25, 10, 14, 0, 0, time.UTC)}

// people are whom the forms of the tests offer.
func people() []adaptivecard.Choice {
	return []adaptivecard.Choice{{Title: "Ben Okafor · Sales", Value: "ben"}, {Title: "Cleo Marsh · Compliance", Value: "cleo"}}
}

func formOf(f card.Form) adaptivecard.Card { return formCard(f, 1, people()) }

// TestGolden compares every card, form, home and chart of the catalogue with its golden file. With -update the files are
// written anew, to be looked at.
func TestGolden(t *testing.T) {
	seen := map[string]bool{}
	check := func(name string, c adaptivecard.Card) {
		t.Helper()
		file := filepath.Join("testdata", "golden", name+".json")
		seen[file] = true
		got := golden(t, c)
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
			return
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%v; go test -run TestGolden -update writes it", err)
			return
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s is drawn differently now; -update, and look at it:\n%s", file, diff)
		}
	}
	for _, c := range allCards() {
		if !strings.HasPrefix(c.Name, "hostile-") { // what those show is checked by rule
			check("card/"+c.Name, messageCard(c.Card, sentAs))
		}
	}
	for _, f := range allForms() {
		if !strings.HasPrefix(f.Name, "hostile-") {
			check("form/"+f.Name, formOf(f.Form))
		}
	}
	for _, h := range cardtest.Homes() {
		check("home/"+h.Name, homeCard(h.Home))
	}
	for _, c := range cardtest.Charts() {
		charted := card.Card{Title: "Every week", Gist: "Every week", Chart: &c.Chart}
		check("chart/"+c.Name, messageCard(charted, stamp{}))
		check("chart/"+c.Name+"-plain", plainCard(charted, stamp{}))
	}
	low := allCards()[5].Card
	check("say/answered", answeredCard(low, "Approved. Next: privacy.", false, sentAs))
	check("say/refused", answeredCard(low, "Cleo Marsh decided this 4 minutes ago: approved. Nothing more is needed from you.", true, sentAs))
	check("say/sentence", sayCard("Kept as a draft.", false))
	check("say/sentence-refused", sayCard("There is no request like that which you may see.", true))
	check("say/notice", noticeCard("Your question went to Ana Ruiz.", false, &low))
	check("say/open", openCard("This needs a form. Press the button, and it opens.", "Open the form", card.Action{Verb: "request", Arg: "ai-use"}))
	check("say/link", linkCard("This link signs you in to the portal.", "https://steward.example/sign-in?code=1"))
	files, err := filepath.Glob("testdata/golden/*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !seen[f] {
			t.Errorf("%s belongs to nothing any more", f)
		}
	}
}
