package faketeams

import (
	"slices"
	"strings"
)

// Control is something to press.
type Control struct {
	Type  string // "Action.Execute", ...
	ID    string
	Title string
	Verb  string
	URL   string
	Style string
	// Secondary ones are in the menu behind "…".
	Secondary bool
	Data      map[string]any
	// Within is the button whose press shows the card that this one is in, "" where it is seen at once.
	Within string
	is     object
	inputs []object // those that it can send
}

// ID of a string in data, "" where there is none.
func (c Control) datum(key string) string { return str(object{"d": c.Data}, "d", key) }

// Opens says that a press opens a dialog.
func (c Control) Opens() bool {
	ms, _ := c.Data["msteams"].(object)
	return c.Type == "Action.Submit" && str(ms, "type") == "task/fetch"
}

// controls lists what can be pressed in a card, in reading order: those of cards that a button shows come after it.
func controls(card object) []Control {
	l := lister{}
	l.card(card, "", nil)
	return l.out
}

type lister struct{ out []Control }

func (l *lister) card(card object, within string, above []object) {
	inputs := append(slices.Clone(above), inputsOf(card["body"])...)
	l.walk(card["body"], within, inputs)
	l.actions(card["actions"], within, inputs)
}

func (l *lister) walk(v any, within string, inputs []object) {
	for _, e := range list(v) {
		for _, key := range []string{"selectAction", "inlineAction"} {
			if a, ok := e[key].(object); ok {
				l.action(a, within, inputs)
			}
		}
		for _, key := range []string{"items", "columns", "rows", "cells", "inlines"} {
			l.walk(e[key], within, inputs)
		}
		if str(e, "type") == "ActionSet" {
			l.actions(e["actions"], within, inputs)
		}
	}
}

func (l *lister) actions(v any, within string, inputs []object) {
	for _, a := range list(v) {
		l.action(a, within, inputs)
	}
}

func (l *lister) action(a object, within string, inputs []object) {
	data, _ := a["data"].(object)
	l.out = append(l.out, Control{
		Type: str(a, "type"), ID: str(a, "id"), Title: str(a, "title"), Verb: str(a, "verb"), URL: str(a, "url"), Style: str(a, "style"),
		Secondary: strings.EqualFold(str(a, "mode"), "secondary"), Data: data, Within: within, is: a, inputs: inputs,
	})
	if inner, ok := a["card"].(object); ok {
		l.card(inner, str(a, "title"), inputs)
	}
}

// inputsOf lists the inputs of elements, at any depth.
func inputsOf(v any) []object {
	var out []object
	for _, e := range list(v) {
		if strings.HasPrefix(str(e, "type"), "Input.") {
			out = append(out, e)
		}
		for _, key := range []string{"items", "columns", "rows", "cells"} {
			out = append(out, inputsOf(e[key])...)
		}
	}
	return out
}

// initial gives what stands in inputs before anybody touched them, by their ids.
func initial(inputs []object) map[string]string {
	out := map[string]string{}
	for _, e := range inputs {
		id, v := str(e, "id"), str(e, "value")
		switch str(e, "type") {
		case "Input.Number":
			if n, ok := e["value"].(float64); ok {
				v = number(n)
			}
		case "Input.Toggle":
			if v != on(e) {
				v = off(e)
			}
		}
		out[id] = v
	}
	return out
}

// on and off give the two values of a toggle.
func on(e object) string { return orElse(e, "valueOn", "true") }

func off(e object) string { return orElse(e, "valueOff", "false") }

func orElse(e object, key, otherwise string) string {
	if v, ok := e[key].(string); ok {
		return v
	}
	return otherwise
}
