package portal_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
)

var rewrite = flag.Bool("update", false, "rewrite the golden files")

// golden compares with testdata/golden/NAME.html.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if strings.Contains(name, "/hostile-") { // hundreds, told by other means
		return
	}
	sameAs(t, filepath.Join("testdata", "golden", name+".html"), got)
}

// sameAs compares with a file, which -update writes.
func sameAs(t *testing.T, file, got string) {
	t.Helper()
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; read the difference, then use -update\n%s", file, got)
	}
}

func drawn(t *testing.T, d portal.Drawn, err error) (portaltest.Page, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	root, err := portaltest.Parse(strings.NewReader(d.Page))
	if err != nil {
		t.Fatal(err)
	}
	p := portaltest.Page{Path: t.Name(), Body: d.Page, Root: root}
	sane(t, p)
	return p, d.Part
}

// shown fails where a text of the card is not to be read on the page as it is.
func shown(t *testing.T, p portaltest.Page, texts ...string) {
	t.Helper()
	words := flat(p.Root.Words())
	for _, o := range p.Root.Named("option") { // of a list that is closed until somebody opens it
		words += " " + flat(o.Raw())
	}
	for _, text := range texts {
		if !strings.Contains(words, flat(text)) {
			t.Errorf("%q cannot be read on the page", text)
		}
	}
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func textsOf(c card.Card) []string {
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
	}
	if c.Chart != nil {
		out = append(append(out, c.Chart.Title), c.Chart.Labels...)
	}
	return out
}

func TestCatalogue(t *testing.T) {
	draw, err := portal.NewDrawer(newHouse(t, nil).config)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cardtest.Cards() {
		t.Run("card/"+c.Name, func(t *testing.T) {
			d, err := draw.Card(c.Card)
			p, part := drawn(t, d, err)
			inert(t, p, 0)
			shown(t, p, textsOf(c.Card)...)
			golden(t, "card/"+c.Name, part)
		})
	}
	for _, f := range cardtest.Forms() {
		t.Run("form/"+f.Name, func(t *testing.T) {
			d, err := draw.Form(f.Form)
			p, part := drawn(t, d, err)
			texts := append([]string{f.Form.Title, f.Form.Step, f.Form.Submit, f.Form.Back, f.Form.Error}, f.Form.Intro...)
			for _, one := range f.Form.Fields {
				texts = append(texts, one.Label, one.Help, one.Error)
				for _, o := range one.Options {
					texts = append(texts, o.Label, o.Note)
				}
			}
			if f.Form.Aside != nil {
				texts = append(texts, textsOf(*f.Form.Aside)...)
			}
			inert(t, p, 0)
			shown(t, p, texts...)
			golden(t, "form/"+f.Name, steady(part))
		})
	}
	for _, c := range cardtest.Charts() {
		t.Run("chart/"+c.Name, func(t *testing.T) {
			d, err := draw.Card(card.Card{Title: "Chart", Gist: "Chart", Chart: &c.Chart})
			p, part := drawn(t, d, err)
			shown(t, p, append([]string{c.Chart.Title}, c.Chart.Labels...)...)
			golden(t, "chart/"+c.Name, part)
		})
	}
}

// steady takes out the nonces, which differ each time.
func steady(part string) string {
	const before = `name="nonce" value="`
	var b strings.Builder
	for {
		head, rest, ok := strings.Cut(part, before)
		b.WriteString(head)
		if !ok {
			return b.String()
		}
		_, part, _ = strings.Cut(rest, `"`)
		b.WriteString(before + `"`)
	}
}
