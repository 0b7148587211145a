package portal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"steward/bot/surfacetest/portaltest"
)

// sane fails the test where a page is not what every page has to be: well formed, in a language, with one heading of the
// first level and none left out below, ids used once, a label for every input, a name for every button, and links and
// descriptions that lead somewhere.
func sane(t *testing.T, p portaltest.Page) {
	t.Helper()
	if p.Root == nil {
		t.Fatalf("%s: no page", p.Path)
	}
	for _, problem := range problems(p.Root) {
		t.Errorf("%s: %s", p.Path, problem)
	}
}

func problems(root *portaltest.Node) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if html := root.First("html"); html == nil || html.Attr["lang"] == "" {
		add("no language")
	}
	if n := len(root.Named("h1")); n != 1 {
		add("%d headings of the first level", n)
	}
	if title := root.First("title"); title == nil || strings.TrimSpace(strings.TrimSuffix(title.Raw(), "· Steward")) == "" {
		add("no title")
	}
	if len(root.Named("style", "iframe", "object", "embed", "base")) > 0 {
		add("an element that has no place here")
	}
	for _, s := range root.Named("script") {
		if !strings.HasPrefix(s.Attr["src"], "/static/") || strings.TrimSpace(s.Raw()) != "" {
			add("a script that is not a file of ours: %v", s.Attr)
		}
	}
	level := 0
	for _, h := range root.Named("h1", "h2", "h3", "h4") {
		now := int(h.Name[1] - '0')
		if now > level+1 {
			add("heading %q jumps from level %d to %d", h.Words(), level, now)
		}
		level = now
	}
	ids := map[string]bool{}
	labelled := map[string]bool{}
	for _, n := range root.All(func(*portaltest.Node) bool { return true }) {
		if id := n.Attr["id"]; id != "" {
			if ids[id] {
				add("id %q is there twice", id)
			}
			ids[id] = true
		}
		if n.Name == "label" {
			labelled[n.Attr["for"]] = true
		}
		for attr := range n.Attr {
			if strings.HasPrefix(attr, "on") || attr == "style" {
				add("<%s> has %s", n.Name, attr)
			}
		}
	}
	for _, n := range root.Named("input", "select", "textarea", "button", "a", "fieldset", "label", "img", "svg") {
		for _, problem := range control(n, ids, labelled) {
			add("%s", problem)
		}
	}
	return out
}

func control(n *portaltest.Node, ids, labelled map[string]bool) []string {
	var out []string
	for _, attr := range []string{"aria-describedby", "aria-labelledby", "for"} {
		for id := range strings.FieldsSeq(n.Attr[attr]) {
			if !ids[id] {
				out = append(out, fmt.Sprintf("<%s %s=%q> leads nowhere", n.Name, attr, id))
			}
		}
	}
	switch n.Name {
	case "input", "select", "textarea":
		if n.Attr["type"] != "hidden" && !labelled[n.Attr["id"]] {
			out = append(out, fmt.Sprintf("<%s name=%q> has no label", n.Name, n.Attr["name"]))
		}
	case "button":
		if n.Words() == "" {
			out = append(out, "a button without a name")
		}
		if n.Attr["type"] != "submit" && (n.Attr["type"] != "button" || !n.Has("hidden")) {
			out = append(out, "a button that does nothing without a script, or has no type")
		}
	case "a":
		href := n.Attr["href"]
		if n.Words() == "" {
			out = append(out, fmt.Sprintf("the link to %q has no words", href))
		}
		if id, ok := strings.CutPrefix(href, "#"); ok && !ids[id] {
			out = append(out, fmt.Sprintf("the link to %q leads nowhere", href))
		}
		proof := strings.HasPrefix(href, "https://") && n.Attr["rel"] == "external noopener noreferrer" // that somebody gave
		if !proof && !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "#") || strings.HasPrefix(href, "//") {
			out = append(out, fmt.Sprintf("the link to %q leaves the portal", href))
		}
	case "fieldset":
		if n.First("legend") == nil {
			out = append(out, "a fieldset without a legend")
		}
	case "svg":
		if n.Attr["aria-hidden"] != "true" {
			out = append(out, "a drawing that is read aloud")
		}
	case "img":
		if !n.Has("alt") {
			out = append(out, "a picture without words")
		}
	}
	slices.Sort(out)
	return out
}
