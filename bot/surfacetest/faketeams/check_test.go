package faketeams_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"steward/bot/surfacetest/faketeams"
)

func with(o obj, more obj) obj {
	out := obj{}
	maps.Copy(out, o)
	for k, v := range more {
		if v == nil {
			delete(out, k)
			continue
		}
		out[k] = v
	}
	return out
}

func inputText(id string) obj { return obj{"type": "Input.Text", "id": id, "label": "Label of " + id} }

func choices(id string, values ...string) obj {
	var all []any
	for _, v := range values {
		all = append(all, obj{"title": "Title " + v, "value": v})
	}
	return obj{"type": "Input.ChoiceSet", "id": id, "label": "Label of " + id, "choices": all, "style": "expanded"}
}

// everything is a card with each element that is known.
func everything() obj {
	table := obj{
		"type": "Table", "columns": []any{obj{"width": 1}, obj{"width": "auto"}}, "firstRowAsHeaders": true,
		"rows": []any{obj{"type": "TableRow", "cells": []any{
			obj{"type": "TableCell", "items": []any{block("a")}}, obj{"type": "TableCell", "items": []any{block("b")}},
		}}},
	}
	chart := obj{
		"type": "Chart.VerticalBar", "title": "Requests grew", "data": []any{obj{"x": "May", "y": 3}, obj{"x": "June", "y": 5}}, "fallback": block("3, 5"),
	}
	person := obj{
		"type": "Input.ChoiceSet", "id": "f:owner", "label": "Owner", "style": "filtered", "choices": []any{},
		"choices.data": obj{"type": "Data.Query", "dataset": "people"},
	}
	return obj{
		"type": "AdaptiveCard", "version": "1.5", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
		"msteams": obj{"width": "Full", "entities": []any{obj{"type": "mention", "text": "<at>Ana</at>", "mentioned": obj{"id": "29:1", "name": "Ana"}}}},
		"body": []any{
			with(block("Title"), obj{"size": "Large", "weight": "bolder", "style": "heading", "maxLines": 2, "color": "good"}),
			obj{"type": "RichTextBlock", "inlines": []any{"plain ", obj{"type": "TextRun", "text": "strong", "weight": "bolder", "highlight": true}}},
			obj{"type": "Container", "id": "more", "isVisible": false, "style": "emphasis", "items": []any{block("folded")}},
			obj{"type": "ColumnSet", "columns": []any{obj{"type": "Column", "width": "stretch", "items": []any{block("in a column")}}}},
			obj{"type": "FactSet", "facts": []any{obj{"title": "For", "value": "minutes"}}},
			table, chart,
			with(inputText("f:tool"), obj{"isRequired": true, "errorMessage": "Say which", "maxLength": 40, "regex": "^[A-Z]", "style": "text"}),
			obj{"type": "Input.Number", "id": "f:n", "label": "How many", "min": 1, "max": 10, "value": 3},
			obj{"type": "Input.Date", "id": "f:due", "label": "Due", "value": "2027-01-15", "min": "2027-01-01"},
			obj{"type": "Input.Time", "id": "f:at", "label": "At"},
			obj{"type": "Input.Toggle", "id": "f:agree", "title": "Yes", "valueOn": "yes", "valueOff": ""},
			with(choices("f:data", "a", "b"), obj{"isMultiSelect": true, "value": "a,b"}), person,
			obj{"type": "ActionSet", "actions": []any{obj{"type": "Action.ToggleVisibility", "title": "More", "targetElements": []any{"more", obj{"elementId": "more"}}}}},
		},
		"actions": []any{
			execute("Approve", obj{"act": "a"}), opens("Decide…", obj{"act": "d"}),
			obj{"type": "Action.OpenUrl", "title": "Portal", "url": "https://steward.example/x"},
			obj{"type": "Action.ShowCard", "title": "Withdraw", "mode": "secondary", "card": obj{
				"type": "AdaptiveCard", "body": []any{rich("Sure?")}, "actions": []any{execute("Yes, withdraw", obj{"act": "w"})},
			}},
		},
	}
}

func TestCards(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	chat := w.Chat(ana)
	w.send(chat, message(everything()))
	if all := w.Complaints(); len(all) > 0 {
		t.Fatalf("%q", all)
	}
	words := w.Personal(ana)[0].Words()
	for _, want := range []string{
		"Title", "plain strong", "folded", "in a column", "For  minutes", "a | b", "Requests grew", "May 3", "Label of f:tool", "Yes", "Title b", "More", "Approve", "Withdraw",
	} {
		if !strings.Contains("\n"+words+"\n", "\n"+want+"\n") {
			t.Errorf("%q is not in:\n%s", want, words)
		}
	}
	if strings.Contains(words, "Sure?") {
		t.Error("what a confirmation asks is seen before anybody presses")
	}
	body := func(e ...any) obj { return cardOf(e) }
	act := func(a ...any) obj { return cardOf([]any{rich("x")}, a...) }
	for name, c := range map[string]struct {
		card obj
		want string
	}{
		"no card":               {obj{"type": "Message"}, "is no card"},
		"a version":             {obj{"type": "AdaptiveCard", "version": "1.6", "body": []any{rich("x")}}, "1.6"},
		"no version":            {obj{"type": "AdaptiveCard", "body": []any{rich("x")}}, "version"},
		"a member":              {with(body(rich("x")), obj{"colour": "red"}), `no member "colour"`},
		"a refresh":             {with(body(rich("x")), obj{"refresh": obj{}}), "refresh"},
		"an unknown element":    {body(obj{"type": "Blink"}), "unknown type"},
		"a body that is none":   {with(body(), obj{"body": "x"}), "not a elements"},
		"a body of texts":       {body("x"), "not an object"},
		"an action in the body": {body(submit("x", obj{})), "no place here"},
		"a column by itself":    {body(obj{"type": "Column"}), "no place here"},
		"a text as action":      {act(block("x")), "no place here"},
		"no wrap":               {body(obj{"type": "TextBlock", "text": "x"}), "without wrap"},
		"no text":               {body(obj{"type": "TextBlock", "wrap": true, "text": ""}), `"text" is missing`},
		"a number as text":      {body(with(block("x"), obj{"text": 3})), "not a text"},
		"a colour":              {body(with(block("x"), obj{"color": "pink"})), "pink is none of"},
		"a text as truth":       {body(with(block("x"), obj{"separator": "true"})), "not a bool"},
		"half a line":           {body(with(block("x"), obj{"maxLines": 1.5})), "not a int"},
		"no inlines":            {body(obj{"type": "RichTextBlock", "inlines": []any{}}), "no inlines"},
		"a block inline":        {body(obj{"type": "RichTextBlock", "inlines": []any{block("x")}}), "no place here"},
		"a run with wrap":       {body(obj{"type": "RichTextBlock", "inlines": []any{obj{"type": "TextRun", "text": "x", "wrap": true}}}), "wrap"},
		"a fact with more":      {body(obj{"type": "FactSet", "facts": []any{obj{"title": "x", "value": "y", "z": 1}}}), "no member"},
		"a fact without":        {body(obj{"type": "FactSet", "facts": []any{obj{"title": "x"}}}), "without a title or a value"},
		"ids twice":             {body(inputText("a"), inputText("a")), "used twice"},
		"hidden for good":       {body(with(block("x"), obj{"id": "h", "isVisible": false})), "nothing shows it"},
		"shows nothing": {
			act(obj{"type": "Action.ToggleVisibility", "title": "x", "targetElements": []any{"nowhere"}}), "is not there",
		},
		"a table": {body(obj{"type": "Table", "columns": []any{obj{"width": 1}}, "rows": []any{obj{"type": "TableRow", "cells": []any{}}}}), "0 cells in 1"},
		"a chart without fallback": {
			body(obj{"type": "Chart.Line", "title": "x", "data": []any{obj{}}}), "fallback",
		},
		"a chart without data":  {body(obj{"type": "Chart.Line", "title": "x", "fallback": block("x")}), "without data"},
		"no label":              {body(obj{"type": "Input.Text", "id": "a"}), "label"},
		"no id":                 {body(obj{"type": "Input.Text", "label": "a"}), `"id" is missing`},
		"required, in silence":  {body(with(inputText("a"), obj{"isRequired": true})), "errorMessage"},
		"a regex":               {body(with(inputText("a"), obj{"regex": "("})), "cannot be read"},
		"a date":                {body(obj{"type": "Input.Date", "id": "a", "label": "a", "value": "tomorrow"}), "is no date"},
		"a number":              {body(obj{"type": "Input.Number", "id": "a", "label": "a", "value": "3"}), "not a number"},
		"no choices":            {body(obj{"type": "Input.ChoiceSet", "id": "a", "label": "a"}), "no choices"},
		"the same choices":      {body(choices("a", "x", "x")), "two choices"},
		"a comma":               {body(with(choices("a", "x,y"), obj{"isMultiSelect": true})), "comma"},
		"a value of none":       {body(with(choices("a", "x"), obj{"value": "z"})), "is no choice"},
		"a query in a list":     {body(with(choices("a", "x"), obj{"choices.data": obj{"type": "Data.Query", "dataset": "people"}})), "filtered"},
		"a query of nothing":    {body(with(choices("a", "x"), obj{"style": "filtered", "choices.data": obj{"type": "Data.Query"}})), "dataset"},
		"a query that is none":  {body(with(choices("a", "x"), obj{"style": "filtered", "choices.data": obj{"type": "Query"}})), "unknown type"},
		"seven":                 {act(submit("1", nil), submit("2", nil), submit("3", nil), submit("4", nil), submit("5", nil), submit("6", nil), submit("7", nil)), "7 primary"},
		"no title":              {act(obj{"type": "Action.Submit"}), `"title" is missing`},
		"no verb":               {act(with(execute("x", obj{"act": "a"}), obj{"verb": nil})), `"verb" is missing`},
		"data as text":          {act(obj{"type": "Action.Submit", "title": "x", "data": "x"}), "not a object"},
		"a fallback that lies":  {act(with(execute("x", obj{"act": "a"}), obj{"fallback": submit("x", obj{"act": "b"})})), "other data"},
		"a fallback of nothing": {act(with(execute("x", obj{"act": "a"}), obj{"fallback": "x"})), "not a fallback"},
		"a bad fallback":        {act(with(execute("x", obj{"act": "a"}), obj{"fallback": obj{"type": "Blink"}})), "unknown type"},
		"another page":          {act(obj{"type": "Action.OpenUrl", "title": "x", "url": "javascript:alert(1)"}), "not a url"},
		"back to the message":   {act(submit("x", obj{"msteams": obj{"type": "messageBack"}})), "only task/fetch"},
		"a card that is none":   {act(obj{"type": "Action.ShowCard", "title": "x", "card": obj{"type": "Container", "items": []any{rich("x")}}}), "not a card"},
		"teams' own":            {with(body(rich("x")), obj{"msteams": obj{"width": "half"}}), `no member "width"`},
		"half a mention":        {with(body(rich("x")), obj{"msteams": obj{"entities": []any{obj{"type": "mention"}}}}), "a mention"},
		"a select of no action": {body(obj{"type": "Container", "items": []any{rich("x")}, "selectAction": rich("x")}), "not a action"},
		"empty":                 {obj{"type": "AdaptiveCard", "version": "1.5"}, "empty card"},
	} {
		status, _ := w.call("POST", activities(chat), message(c.card))
		if status != 400 {
			t.Errorf("%s: %d", name, status)
		}
		if all := strings.Join(w.Complaints(), "\n"); !strings.Contains(all, c.want) {
			t.Errorf("%s: complaints %s, want %q", name, all, c.want)
		}
		w.Forgive("")
	}
	equal(t, "messages", len(w.Personal(ana)), 1)
}

// Text of people must stay text where the app does its part, and the reader here shows where it does not.
func TestWords(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	hostile := `Tool <b>&amp; *bold* _it_ @here <!channel> [x](https://evil.example) \ ${y} {{DATE(2026-11-25T09:00:00Z)}}`
	for text, want := range map[string]string{
		"**bold** and *it* and __strong__ and _em_":                          "bold and it and strong and em",
		"snake_case_name stays 2*3*4":                                        "snake_case_name stays 234",
		`\*not\* \[a\]\(b\) \\ \_`:                                           `*not* [a](b) \ _`,
		"[x](https://evil.example) <https://b.example> &amp; &#42; &nosuch;": "x https://b.example & * &nosuch;",
		"- one\n- two":           "• one\n• two",
		"a `code` ~~gone~~ b\\q": `a code gone b\q`,
		"{{DATE(2026-11-25T09:00:00Z, SHORT)}} at {{TIME(2026-11-25T09:00:00Z)}}": "Wed, Nov 25, 2026 at 9:00 AM",
		"{{DATE(2026-13-45T09:00:00Z)}}":                                          "{{DATE(2026-13-45T09:00:00Z)}}",
		`end \`:                                                                   `end \`,
	} {
		w.send(w.Chat(ana), message(cardOf([]any{block(text)})))
		equal(t, text, w.Personal(ana)[0].Words(), want)
	}
	m := func(c obj) faketeams.Message {
		w.send(w.Chat(ana), message(c))
		return w.Personal(ana)[0]
	}
	got := m(cardOf([]any{rich(hostile)}))
	if !strings.Contains(got.Words(), `*bold* _it_ @here <!channel> [x](https://evil.example) \ ${y} Wed, Nov 25`) || len(got.Links()) != 0 {
		t.Errorf("rich: %q, links %q", got.Words(), got.Links())
	}
	got = m(cardOf([]any{block(hostile), obj{"type": "FactSet", "facts": []any{obj{"title": "For", "value": "[y](https://f.example)"}}}},
		obj{"type": "Action.OpenUrl", "title": "Portal", "url": "https://steward.example/x"}))
	if links := strings.Join(got.Links(), " "); !strings.Contains(links, "https://evil.example") || !strings.Contains(links, "https://f.example") ||
		!strings.Contains(links, "https://steward.example/x") || strings.Contains(got.Words(), "*bold*") {
		t.Errorf("a block: %q, links %q", got.Words(), links)
	}
	compact := with(choices("a", "*x*"), obj{"style": "compact"})
	if got = m(cardOf([]any{compact})); !strings.Contains(got.Words(), "Title *x*") {
		t.Errorf("a list that folds: %q", got.Words())
	}
	if got = m(cardOf([]any{choices("a", "*x*")})); !strings.Contains(got.Words(), "Title x") {
		t.Errorf("radio buttons: %q", got.Words())
	}
	raw, _ := json.Marshal(got.Card)
	if !strings.Contains(string(raw), "Title *x*") {
		t.Error("the card is as it was sent")
	}
}
