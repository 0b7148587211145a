package portal

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

//go:embed page/*.html
var pageFiles embed.FS

// pages are the parsed templates of all pages. They share one set: with a set for each page, every part would stay in
// memory once a page.
type pages struct {
	set   *template.Template // its root is the frame
	named map[string]bool    // the pages, by the names of their files
}

// frame is what the frame around every page needs.
type frame struct {
	Name    string // of the page
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

// readPages parses the frame and the parts once and adds what each page defines. "title" and "page" of inbox.html become
// "inbox title" and "inbox page", and the frame's own "title" and "page" choose among them by the name of the page.
func readPages() (pages, error) {
	set, err := template.New("_frame.html").Funcs(functions()).ParseFS(pageFiles, "page/_*.html")
	if err != nil {
		return pages{}, fmt.Errorf("portal: parts of pages: %w", err)
	}
	all := pages{set: set, named: map[string]bool{}}
	entries, err := pageFiles.ReadDir("page")
	if err != nil {
		return pages{}, fmt.Errorf("portal: pages: %w", err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".html")
		if strings.HasPrefix(name, "_") {
			continue
		}
		if err := all.add(name); err != nil {
			return pages{}, fmt.Errorf("portal: page %s: %w", name, err)
		}
	}
	names := slices.Sorted(maps.Keys(all.named))
	for part, content := range map[string]string{"title": ".Content", "page": "."} {
		if _, err := set.New(part).Parse(choose(names, part, content)); err != nil {
			return pages{}, fmt.Errorf("portal: %s of pages: %w", part, err)
		}
	}
	return all, nil
}

// add parses the file of a page by itself, so that it can be seen what it defines, and takes that into the set.
func (p pages) add(name string) error {
	t, err := template.New("").Funcs(functions()).ParseFS(pageFiles, "page/"+name+".html")
	if err != nil {
		return err
	}
	p.named[name] = true
	for _, one := range t.Templates() {
		as := one.Name()
		switch as {
		case "", name + ".html": // the file itself has nothing outside its definitions
			continue
		case "title", "page":
			as = name + " " + as
		}
		if p.set.Lookup(as) != nil {
			return fmt.Errorf("%q is defined elsewhere", as)
		}
		if _, err := p.set.AddParseTree(as, one.Tree); err != nil {
			return err
		}
	}
	return nil
}

// choose is a template that gives the part of the page that the frame names.
func choose(pages []string, part, content string) string {
	var b strings.Builder
	for i, name := range pages {
		if i > 0 {
			b.WriteString("{{else ")
		} else {
			b.WriteString("{{")
		}
		fmt.Fprintf(&b, "if eq .Name %q}}{{template %q %s}}", name, name+" "+part, content)
	}
	b.WriteString("{{end}}")
	return b.String()
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
	if !p.pages.named[name] {
		return fmt.Errorf("portal: no page %q", name)
	}
	f := frame{
		Name: name, Visit: v, Strip: p.strip(r, v), Nav: p.navigation(v, r.URL.Path), Foot: foot(),
		Style: p.assets.style, Scripts: p.assets.scripts, Content: content,
	}
	if v.signedIn() {
		f.Watch = watching(v.Pulse, nil)
		if c, ok := content.(watcher); ok {
			f.Watch = watching(v.Pulse, c.watches())
		}
	}
	var b bytes.Buffer
	if err := p.pages.set.Execute(&b, f); err != nil {
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
