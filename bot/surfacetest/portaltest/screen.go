package portaltest

import (
	"net/http"
	"net/url"
	"strings"

	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/workflows"
)

// screen is a page as its visitor takes it in.
func screen(who workflows.PersonID, p Page, err error) (surfacetest.Screen, error) {
	if err != nil {
		return surfacetest.Screen{}, err
	}
	main := p.Root.First("main")
	if main == nil {
		main = p.Root
	}
	s := surfacetest.Screen{
		Who: who, About: aboutOf(p.Path), Text: main.Words(), Refused: p.Status >= http.StatusBadRequest || sentAway(p.Path), Page: p,
	}
	for _, b := range pressable(p.Root) {
		s.Buttons = append(s.Buttons, b.Button)
	}
	if f := formOf(p.Root); f != nil {
		s.Form = &surfacetest.Form{Fields: fields(f)}
	}
	return s, nil
}

// sentAway says that the portal wants to know first who it is: it does not know its visitor, or not any more.
func sentAway(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	return path == "/sign-in"
}

// aboutOf gives the id in the address of a request's page, or a system's.
func aboutOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	id, ok := strings.CutPrefix(path, "/requests/")
	if !ok {
		id, ok = strings.CutPrefix(path, "/register/")
	}
	if !ok {
		id, ok = strings.CutPrefix(path, "/away/")
	}
	if !ok {
		id, ok = strings.CutPrefix(path, "/vendors/")
	}
	if !ok || strings.Contains(id, "/") || id == "new" {
		return ""
	}
	return id
}

// button is a button with what pressing it sends.
type button struct {
	surfacetest.Button

	link string
	send url.Values
}

// pressable lists the buttons of a page: forms to /press, and links that look like buttons.
func pressable(root *Node) []button {
	var out []button
	for _, n := range root.Named("form", "a", "details") {
		switch {
		case n.Name == "a" && n.Class("button"):
			verb, arg := linkVerb(n.Attr["href"])
			out = append(out, button{Button: surfacetest.Button{Label: n.Words(), Verb: verb, Arg: arg}, link: n.Attr["href"]})
		case n.Name == "details" && n.Class("confirm"):
			if f := n.First("form"); f != nil {
				out = append(out, pressForm(f, n.First("summary").Words()))
			}
		case n.Name == "form" && n.Attr["action"] == "/press" && !n.Class("ask"):
			out = append(out, pressForm(n, n.First("button").Words()))
		}
	}
	return out
}

func pressForm(f *Node, label string) button {
	send := url.Values{}
	for _, in := range f.Named("input") {
		send.Add(in.Attr["name"], in.Attr["value"])
	}
	action, err := card.ParseAction(send.Get("action"))
	if err != nil {
		return button{}
	}
	return button{Button: surfacetest.Button{Label: label, Verb: action.Verb, Arg: action.Arg}, send: send}
}

// linkVerb names what a link shows, by the words that chats use for it.
func linkVerb(href string) (verb, arg string) {
	path, query, _ := strings.Cut(href, "?")
	switch {
	case strings.HasSuffix(path, "/explain"):
		return "explain", ""
	case query == "show=details":
		return "details", ""
	case strings.HasPrefix(path, "/forms/"):
		return "continue", strings.TrimPrefix(path, "/forms/")
	}
	return "", ""
}

// formOf gives the form that a page is for, nil where it is for none.
func formOf(root *Node) *Node {
	for _, f := range root.Named("form") {
		if strings.HasPrefix(f.Attr["action"], "/forms/") {
			return f
		}
	}
	return nil
}

// fields reads the inputs of a form with their present values.
func fields(form *Node) []surfacetest.Field {
	var out []surfacetest.Field
	at := map[string]int{}
	for _, n := range form.Named("input", "textarea", "select") {
		key, ok := strings.CutPrefix(n.Attr["name"], "f.")
		if !ok || n.Attr["type"] == "hidden" {
			continue
		}
		if _, known := at[key]; !known {
			at[key] = len(out)
			out = append(out, surfacetest.Field{Key: key, Kind: kindOf(n)})
		}
		readInput(n, &out[at[key]])
	}
	return out
}

func kindOf(n *Node) card.FieldKind {
	switch {
	case n.Name == "textarea":
		return card.FieldLong
	case n.Name == "select" && n.Class("people"):
		return card.FieldPerson
	case n.Name == "select" || n.Attr["type"] == "radio":
		return card.FieldOne
	case n.Attr["type"] == "checkbox":
		return card.FieldMany
	}
	return card.FieldText
}

// readInput adds what an input holds, or one of the choices of a group.
func readInput(n *Node, f *surfacetest.Field) {
	switch {
	case n.Name == "textarea":
		f.Value = present(strings.TrimPrefix(n.Raw(), "\n"))
	case n.Name == "select":
		readSelect(n, f)
	case n.Attr["type"] == "checkbox" || n.Attr["type"] == "radio":
		f.Options = append(f.Options, n.Attr["value"])
		if n.Has("checked") && !n.Has("disabled") {
			f.Value = append(f.Value, n.Attr["value"])
		}
	default:
		f.Value = present(n.Attr["value"])
	}
}

// readSelect reads a list.
func readSelect(n *Node, f *surfacetest.Field) {
	for _, o := range n.Named("option") {
		v := o.Attr["value"]
		if v == "" {
			continue
		}
		f.Options = append(f.Options, v)
		if o.Has("selected") {
			f.Value = []string{v}
		}
	}
}

func present(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
