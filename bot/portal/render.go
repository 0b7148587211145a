package portal

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"unicode"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

//go:embed page/*.html
var pageFiles embed.FS

// pages are the parsed templates, one a page, each with the frame and the parts.
type pages map[string]*template.Template

// frame is what the frame around every page needs.
type frame struct {
	Visit   visit
	Strip   *strip // above every page of the demo; nil elsewhere
	Nav     []navItem
	Foot    []link
	Style   string   // address of the style sheet
	Scripts []string // addresses of the scripts
	Watch   string   // what the page shows that may change while it is looked at; see live.go
	Content any
}

// watcher is the content of a page that shows requests or entries of the register: by id, how many events it has seen of each.
type watcher interface{ watches() map[string]int }

func readPages() (pages, error) {
	all := pages{}
	entries, err := pageFiles.ReadDir("page")
	if err != nil {
		return nil, fmt.Errorf("portal: pages: %w", err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".html")
		if strings.HasPrefix(name, "_") {
			continue
		}
		t, err := template.New("_frame.html").Funcs(functions()).ParseFS(pageFiles, "page/_*.html", "page/"+e.Name())
		if err != nil {
			return nil, fmt.Errorf("portal: page %s: %w", name, err)
		}
		all[name] = t
	}
	return all, nil
}

func functions() template.FuncMap {
	return template.FuncMap{
		"initials":  initials,
		"tone":      toneClass,
		"sign":      toneSign,
		"input":     inputOf,
		"pressing":  withNonce,
		"titled":    titled,
		"plot":      plot,
		"pairs":     pairs,
		"roleWords": workflows.Role.Words,
		"lines":     func(s string) []string { return strings.Split(s, "\n") },
	}
}

// show renders a page and sends it, or nothing at all: a template that fails leaves an error and no half page.
func (p *Portal) show(w http.ResponseWriter, r *http.Request, v visit, status int, name string, content any) error {
	t, ok := p.pages[name]
	if !ok {
		return fmt.Errorf("portal: no page %q", name)
	}
	f := frame{
		Visit: v, Strip: p.strip(r, v), Nav: p.navigation(v, r.URL.Path), Foot: foot(),
		Style: p.assets.style, Scripts: p.assets.scripts, Content: content,
	}
	if v.signedIn() {
		f.Watch = watching(v.Pulse, nil)
		if c, ok := content.(watcher); ok {
			f.Watch = watching(v.Pulse, c.watches())
		}
	}
	var b bytes.Buffer
	if err := t.Execute(&b, f); err != nil {
		return fmt.Errorf("portal: page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the visitor may have gone; there is nobody to tell
	return nil
}

// initials gives up to two letters for a person.
func initials(name string) string {
	words := strings.Fields(name)
	var out []rune
	for i, w := range words {
		if r := []rune(w); (i == 0 || i == len(words)-1) && unicode.IsLetter(r[0]) {
			out = append(out, unicode.ToUpper(r[0]))
		}
	}
	return string(out)
}

// toneClass gives the class of a tone; anything unknown is neutral.
func toneClass(t card.Tone) string {
	switch t {
	case card.ToneGood, card.ToneWarn, card.ToneBad, card.ToneNeutral:
		return string(t)
	}
	return string(card.ToneNeutral)
}

// toneSign gives the sign beside a mark, so that colour is never the only cue.
func toneSign(t card.Tone) string {
	switch t {
	case card.ToneGood:
		return "✓"
	case card.ToneWarn:
		return "▲"
	case card.ToneBad:
		return "■"
	case card.ToneNeutral:
		return "●"
	}
	return "●"
}

// pairs takes lines of questions and answers apart; nil where a text holds other lines. A question keeps its colon.
func pairs(title string, lines []string) []card.Fact {
	if title != view.TitleAnswers && !strings.HasPrefix(title, view.TitleAnswers+", ") {
		return nil
	}
	var out []card.Fact
	for _, line := range lines {
		question, answer, ok := strings.Cut(line, ": ")
		if !ok {
			return nil
		}
		out = append(out, card.Fact{Label: question + ":", Value: answer})
	}
	return out
}

// pressing is a button with what its press needs beside the action.
type pressing struct {
	card.Button

	Nonce string
}

func withNonce(nonce string, b card.Button) pressing {
	if b.Path == "" && b.Confirm == nil {
		b.Path = pageOf(b.Action)
	}
	return pressing{Button: b, Nonce: nonce}
}

// titledCard is a card with the level its title has on the page, and the nonce of the page.
type titledCard struct {
	card.Card

	Level int
	Nonce string
}

func titled(level int, nonce string, c card.Card) titledCard {
	return titledCard{Card: c, Level: level, Nonce: nonce}
}
