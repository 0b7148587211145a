package fakeslack

import (
	"regexp"
	"slices"
	"strings"
)

// bare is an address in a text of markup, which Slack makes a link of.
var bare = regexp.MustCompile(`https?://[^\s<>|]+`)

// Pings lists whom the message alerts: "@channel", "@U123". It looks at the top-level text and at every text of the blocks.
func (m Message) Pings() []string {
	var out []string
	m.markup(func(text string) {
		for _, a := range angle.FindAllStringSubmatch(text, -1) {
			if a[1][0] == '@' || a[1][0] == '!' && !strings.HasPrefix(a[1], "!date") {
				word, _, _ := strings.Cut(a[1][1:], "^")
				out = append(out, "@"+word)
			}
		}
		if m.linked {
			for _, word := range []string{"@channel", "@here", "@everyone"} {
				if strings.Contains(text, word) {
					out = append(out, word)
				}
			}
		}
	}, func(leaf object) {
		switch str(leaf, "type") {
		case "user":
			out = append(out, "@"+str(leaf, "user_id"))
		case "broadcast":
			out = append(out, "@"+str(leaf, "range"))
		case "usergroup":
			out = append(out, "@"+str(leaf, "usergroup_id"))
		}
	})
	return out
}

// Links lists the addresses that the message links to, those of buttons included.
func (m Message) Links() []string {
	var out []string
	m.markup(func(text string) {
		for _, a := range angle.FindAllStringSubmatch(text, -1) {
			if !strings.ContainsAny(a[1][:1], "@#!") {
				out = append(out, unescape(a[1]))
			}
		}
		for _, url := range bare.FindAllString(angle.ReplaceAllString(text, " "), -1) {
			out = append(out, unescape(url))
		}
	}, func(leaf object) {
		if url := str(leaf, "url"); url != "" && slices.Contains([]string{"link", "button"}, str(leaf, "type")) {
			out = append(out, url)
		}
	})
	return out
}

// markup walks through all that Slack interprets: texts of markup, and objects with a type.
func (m Message) markup(text func(string), leaf func(object)) {
	text(m.Text)
	var walk func(any)
	walk = func(v any) {
		switch t := v.(type) {
		case object:
			leaf(t)
			if kind := str(t, "type"); kind == "mrkdwn" || kind == "markdown" {
				text(str(t, "text"))
			}
			for _, one := range t {
				walk(one)
			}
		case []any:
			for _, one := range t {
				walk(one)
			}
		}
	}
	for _, b := range m.Blocks {
		walk(b)
	}
}
