package portal

import (
	"embed"
	"errors"
	"net/http"
	"strings"

	"steward/bot/card"
	"steward/workflows"
)

// The public texts, by the name of their file without its ending.
const (
	textAbout   = "about"
	textPrivacy = "privacy"
	textTerms   = "terms"
	textWorkers = "worker-representatives"
)

// TextNames are the names of the public texts: a file of this name and the ending .txt in the policy folder takes the place
// of the text that ships with Steward.
func TextNames() []string { return []string{textAbout, textPrivacy, textTerms, textWorkers} }

//go:embed text/*.txt
var textFiles embed.FS

// MaxText bounds a text of the organisation's own, in bytes.
const MaxText = 64 << 10

// Texts are what the public pages say. They are plain text: "# " begins a heading, "- " a line of a list, an empty line parts
// paragraphs; nothing else means anything, and nothing becomes HTML. In them stand {organisation}, {contact} and {retention}.
type Texts struct {
	Organisation string // its name; empty means "your company"
	Contact      string // whom to ask about data, an address or a name; empty means the administrator
	Kept         Kept
	// Own gives the organisation's own text of a name; ok is false where there is none. Nil means none.
	Own func(name string) (text string, ok bool, err error)
}

// Kept says how long things are kept, in months; 0 is for ever.
type Kept struct {
	Requests int // after they are over
	Copies   int // of messages
	People   int // after they left
}

// block is a piece of a text: a heading, a list or a paragraph.
type block struct {
	Heading string
	Items   []string
	Lines   []string
}

// textPage is a public text.
type textPage struct {
	Title  string
	Blocks []block
	Others []link
	Build  string
}

// textRoutes are the routes of the public texts. They need no sign-in.
func (p *Portal) textRoutes() []route {
	var out []route
	for _, name := range TextNames() {
		out = append(out, route{method: "GET", path: "/" + name, open: true, serve: p.text(name)})
	}
	return out
}

// text serves a public text.
func (p *Portal) text(name string) serving {
	return func(w http.ResponseWriter, r *http.Request, v visit) error {
		text, err := p.textOf(name)
		if err != nil {
			return err
		}
		if text, err = p.filled(r, text); err != nil {
			return err
		}
		title, blocks := readText(text)
		if title == "" {
			title = textTitle(name)
		}
		page := textPage{Title: title, Blocks: blocks}
		for _, other := range TextNames() {
			if other != name {
				page.Others = append(page.Others, link{Path: "/" + other, Label: textTitle(other)})
			}
		}
		if name == textAbout {
			page.Build = buildLine(p.cfg.Build)
		}
		return p.show(w, r, v, http.StatusOK, "text", page)
	}
}

// textOf gives the organisation's own text, or the one that ships.
func (p *Portal) textOf(name string) (string, error) {
	if p.cfg.Texts.Own != nil {
		text, ok, err := p.cfg.Texts.Own(name)
		if err != nil || ok {
			return text, err
		}
	}
	shipped, err := textFiles.ReadFile("text/" + name + ".txt")
	return string(shipped), err
}

// filled puts name, contact and retention in their places.
func (p *Portal) filled(r *http.Request, text string) (string, error) {
	organisation, contact := card.Clean(p.cfg.Texts.Organisation), card.Clean(p.cfg.Texts.Contact)
	if organisation == "" {
		organisation = "your company"
	}
	if contact == "" {
		contact = "whoever administers Steward"
	}
	retention := ""
	if strings.Contains(text, "{retention}") {
		var err error
		if retention, err = p.retention(r); err != nil {
			return "", err
		}
	}
	return strings.NewReplacer("{organisation}", organisation, "{contact}", contact, "{retention}", retention).Replace(text), nil
}

// retention says how long each kind of data is kept: requests as the policy in force says, the rest as the settings do.
func (p *Portal) retention(r *http.Request) (string, error) {
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil && !errors.Is(err, workflows.ErrNotFound) {
		return "", err
	}
	var lines []string
	for _, f := range flows {
		keep := card.Clean(f.Keep)
		if keep == "" {
			keep = keptUsually(p.cfg.Texts.Kept.Requests)
		}
		lines = append(lines, "- "+card.Clean(f.Title)+": "+keep)
	}
	return strings.Join(append(lines, keptOtherwise(p.cfg.Texts.Kept)...), "\n"), nil
}

// readText takes a text apart. The first heading, where the text begins with one, is its title.
func readText(text string) (title string, blocks []block) {
	open := func(kind func(*block) bool) *block {
		if n := len(blocks); n > 0 && kind(&blocks[n-1]) {
			return &blocks[n-1]
		}
		blocks = append(blocks, block{})
		return &blocks[len(blocks)-1]
	}
	ended := true
	for line := range strings.SplitSeq(card.CleanLines(strings.ReplaceAll(text, "\r\n", "\n")), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			ended = true
			continue
		case strings.HasPrefix(line, "#"):
			heading := strings.TrimSpace(strings.TrimLeft(line, "#"))
			switch {
			case heading == "":
			case title == "" && len(blocks) == 0:
				title = heading
			default:
				blocks = append(blocks, block{Heading: heading})
			}
		case strings.HasPrefix(line, "- "):
			b := open(func(b *block) bool { return b.Items != nil })
			b.Items = append(b.Items, strings.TrimSpace(line[2:]))
		default:
			b := open(func(b *block) bool { return b.Lines != nil && !ended })
			b.Lines = append(b.Lines, line)
		}
		ended = false
	}
	return title, blocks
}

// buildLine says which version is running.
func buildLine(b Build) string {
	version := b.Version
	if version == "" {
		version = "unknown"
	}
	if b.Commit != "" {
		version += ", " + b.Commit
	}
	return "Version " + version
}
