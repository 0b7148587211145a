package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
	"steward/bot/card/cardtest"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// packHash is the content of the shipped policy, which changes without any card looking different.
var packHash = regexp.MustCompile(`pack [0-9a-f]{12}`)

// golden is JSON with a line for each block, so that a change of one shows as one.
func golden(t *testing.T, v any) string {
	t.Helper()
	text := string(encoded(t, v))
	text = strings.Replace(text, `"blocks":[{`, "\"blocks\":[\n{", 1)
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

// sent is a message as Slack gets it.
type sent struct {
	Text   string          `json:"text"`
	Blocks []slackgo.Block `json:"blocks"`
}

func message(c card.Card) sent { return sent{messageText(c), messageBlocks(c)} }

func formOf(f card.Form) slackgo.ModalViewRequest {
	return formView(f, meta{Form: f.ID, Page: 1, Revision: f.Revision})
}

// TestGolden compares every card, form, home and chart of the catalogue with its golden file. With -update the files are
// written anew, to be looked at.
func TestGolden(t *testing.T) {
	seen := map[string]bool{}
	check := func(name string, v any) {
		t.Helper()
		file := filepath.Join("testdata", "golden", name+".json")
		seen[file] = true
		got := golden(t, v)
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
			check("card/"+c.Name, message(c.Card))
		}
	}
	for _, f := range allForms() {
		if !strings.HasPrefix(f.Name, "hostile-") {
			check("form/"+f.Name, formOf(f.Form))
		}
	}
	for _, h := range cardtest.Homes() {
		check("home/"+h.Name, homeView(h.Home))
	}
	for _, c := range cardtest.Charts() {
		charted := card.Card{Title: "Every week", Gist: "Every week", Chart: &c.Chart}
		check("chart/"+c.Name, message(charted))
		check("chart/"+c.Name+"-plain", sent{messageText(charted), plainBlocks(charted)})
	}
	low := allCards()[5].Card
	check("view/notice", noticeView("Approve AIR-1", "Your question went to Ana Ruiz.", &low))
	check("view/notice-sentence", noticeView("Steward", "Kept as a draft.", nil))
	check("view/wait", waitView("One moment", "This opens in a moment."))
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
