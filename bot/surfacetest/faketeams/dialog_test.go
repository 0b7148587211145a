package faketeams_test

import (
	"strings"
	"testing"

	"steward/bot/surfacetest/faketeams"
)

func formCard(page string) obj {
	person := obj{
		"type": "Input.ChoiceSet", "id": "owner", "label": "Owner", "style": "filtered", "choices": []any{obj{"title": "Cleo", "value": "p-cleo"}},
		"choices.data": obj{"type": "Data.Query", "dataset": "people"},
	}
	return cardOf([]any{rich("Page " + page), with(inputText("tool"), obj{"value": "Otter", "isRequired": true, "errorMessage": "Say which"}), person},
		submit("Next", obj{"go": "next"}), with(submit("Back", obj{"go": "back"}), obj{"associatedInputs": "none"}),
		obj{"type": "Action.OpenUrl", "title": "Portal", "url": "https://steward.example/x"})
}

func TestDialog(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	on := w.shown(cardOf([]any{rich("x")}, opens("Decide…", obj{"act": "decide"})))
	if !on.Controls()[0].Opens() {
		t.Error("it opens a dialog")
	}
	w.when("task/fetch", func(obj) (int, any) { return 200, dialog(formCard("1")) })
	r, err := w.Press(t.Context(), ana, on, "decide")
	if err != nil || r.Trouble != "" || r.Dialog == nil || r.Dialog.Title != "A form" {
		t.Fatalf("%+v %v", r, err)
	}
	a := w.lastReceived()
	if text(a, "name") != "task/fetch" || text(a, "value", "data", "act") != "decide" || text(a, "value", "data", "msteams", "type") != "task/fetch" ||
		text(a, "value", "context", "theme") != "default" || text(a, "replyToId") != on.ID || !strings.HasPrefix(text(a, "id"), "f:") {
		t.Errorf("%v", a)
	}
	if got := r.Dialog.Words(); !strings.Contains(got, "A form\nPage 1\nLabel of tool\nOtter\nOwner\nCleo\nNext\nBack") {
		t.Errorf("%q", got)
	}

	// What the client finds wrong is not sent, and stands at its input.
	had := len(w.received())
	r, err = w.Submit(t.Context(), ana, "next", faketeams.Values{"tool": {""}})
	if err != nil || r.Trouble != faketeams.TroubleIncomplete || r.Dialog.Errors["tool"] != "Say which" || !strings.Contains(r.Dialog.Words(), "Say which") {
		t.Errorf("%+v %v", r, err)
	}
	equal(t, "sent", len(w.received()), had)

	// What is typed is sent, and gone with the next card.
	w.when("task/submit", func(obj) (int, any) { return 200, dialog(formCard("2")) })
	w.when("application/search", func(a obj) (int, any) {
		if text(a, "value", "queryText") != "Ben" || text(a, "value", "dataset") != "people" || a["value"].(obj)["queryOptions"].(obj)["top"] != 15.0 {
			return 200, obj{"statusCode": 200, "type": "application/vnd.microsoft.search.searchResponse", "value": obj{"results": []any{}}}
		}
		return 200, obj{"statusCode": 200, "type": "application/vnd.microsoft.search.searchResponse", "value": obj{"results": []any{obj{"title": "Ben Ode", "value": "p-ben"}}}}
	})
	if err := w.Pick(t.Context(), ana, "owner", "Ben", "p-ben"); err != nil {
		t.Fatal(err)
	}
	if err := w.Pick(t.Context(), ana, "owner", "Zoe", "p-zoe"); err == nil {
		t.Error("picked nobody")
	}
	if err := w.Fill(t.Context(), ana, faketeams.Values{"owner": {"p-zoe"}}); err == nil {
		t.Error("filled in nobody")
	}
	d, _ := w.Dialog(ana)
	if !strings.Contains(d.Words(), "Cleo") || d.Values["owner"] != "p-ben" {
		t.Errorf("%v", d.Values)
	}
	if err := w.Fill(t.Context(), ana, faketeams.Values{"tool": {"Granola"}}); err != nil {
		t.Fatal(err)
	}
	if r, err = w.Submit(t.Context(), ana, "Next", nil); err != nil || r.Trouble != "" {
		t.Fatal(r, err)
	}
	a = w.lastReceived()
	if text(a, "name") != "task/submit" || text(a, "value", "data", "tool") != "Granola" || text(a, "value", "data", "owner") != "p-ben" || text(a, "value", "data", "go") != "next" {
		t.Errorf("%v", a)
	}
	d, _ = w.Dialog(ana)
	if d.Values["tool"] != "Otter" || d.Values["owner"] != "" || !strings.Contains(d.Words(), "Page 2") {
		t.Errorf("%v %q", d.Values, d.Words())
	}
	if _, err = w.Submit(t.Context(), ana, "back", nil); err != nil || w.lastReceived()["value"].(obj)["data"].(obj)["tool"] != nil {
		t.Error("an action that wants no inputs sends them")
	}
	for name, v := range map[string]faketeams.Values{"nowhere": {"x": {"y"}}, "nobody": {"owner": {"p-nobody"}}} {
		if err := w.Fill(t.Context(), ana, v); err == nil {
			t.Errorf("%s: filled", name)
		}
	}
	if _, _, err := w.Suggest(t.Context(), ana, "tool", "x"); err == nil {
		t.Error("suggestions for a text")
	}

	// An empty answer closes it, and so do a message, the cross and the chat.
	w.when("task/submit", func(obj) (int, any) { return 200, nil })
	if r, err = w.Submit(t.Context(), ana, "next", nil); err != nil || r.Dialog != nil || r.Trouble != "" {
		t.Errorf("%+v %v", r, err)
	}
	open := func() faketeams.Dialog {
		r, err := w.Press(t.Context(), ana, on, "decide")
		if err != nil || r.Dialog == nil {
			t.Fatal(r, err)
		}
		return *r.Dialog
	}
	kept := open()
	w.when("task/submit", func(obj) (int, any) { return 200, obj{"task": obj{"type": "message", "value": "Saved"}} })
	if r, err = w.Submit(t.Context(), ana, "next", nil); err != nil || r.Popup != "Saved" || r.Dialog != nil {
		t.Errorf("%+v %v", r, err)
	}
	if _, err = w.Press(t.Context(), ana, kept, "next"); err == nil {
		t.Error("pressed in a dialog that is closed")
	}
	open()
	w.CloseDialog(ana)
	if _, ok := w.Dialog(ana); ok {
		t.Error("still open")
	}
	kept = open()
	if r, err = w.Press(t.Context(), ana, kept, "Portal"); err != nil || r.URL == "" || r.Dialog == nil {
		t.Error(r, err)
	}
	if _, err = w.Say(t.Context(), ana, "x"); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.Dialog(ana); ok {
		t.Error("open over the chat")
	}
}

// Shapes that Teams does not show end in "Something went wrong", and are complaints.
func TestTaskShapes(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	on := w.shown(cardOf([]any{rich("x")}, opens("Decide…", obj{"act": "decide"})))
	value := func(more obj) obj {
		v := dialog(formCard("1"))["task"].(obj)["value"].(obj)
		return obj{"task": obj{"type": "continue", "value": with(v, more)}}
	}
	inCard := func(c obj) obj { return value(obj{"card": obj{"contentType": faketeams.CardType, "content": c}}) }
	for name, c := range map[string]struct {
		body any
		want string
	}{
		"nothing":            {nil, "no JSON"},
		"a list":             {[]any{}, "no JSON"},
		"no task":            {obj{}, "want task"},
		"more than a task":   {with(value(nil), obj{"x": 1}), "want task"},
		"more in a task":     {obj{"task": with(value(nil)["task"].(obj), obj{"height": "small"})}, "want task"},
		"another type":       {obj{"task": obj{"type": "proceed", "value": obj{}}}, "want task"},
		"an empty message":   {obj{"task": obj{"type": "message", "value": ""}}, "want task"},
		"no card":            {value(obj{"card": nil}), "want card"},
		"a page":             {obj{"task": obj{"type": "continue", "value": "https://x.example"}}, "want task"},
		"a card as it is":    {value(obj{"card": formCard("1")}), "want card"},
		"no title":           {value(obj{"title": ""}), "without a title"},
		"a height":           {value(obj{"height": "huge"}), "height huge"},
		"a width":            {value(obj{"width": -1}), "width -1"},
		"more in a dialog":   {value(obj{"colour": "red"}), `no member "colour"`},
		"execute":            {inCard(cardOf([]any{rich("x")}, execute("x", obj{}))), "does nothing in a dialog"},
		"a dialog in it":     {inCard(cardOf([]any{rich("x")}, opens("x", obj{}))), "cannot open another"},
		"a card with faults": {inCard(cardOf([]any{obj{"type": "Blink"}})), "unknown type"},
	} {
		w.when("task/fetch", func(obj) (int, any) { return 200, c.body })
		r, err := w.Press(t.Context(), ana, on, "decide")
		if err != nil || r.Trouble != faketeams.TroubleWrong || r.Dialog != nil {
			t.Errorf("%s: %+v %v", name, r, err)
		}
		w.complains(name, c.want)
	}
	w.when("task/fetch", func(obj) (int, any) { return 200, value(obj{"height": 300}) })
	if r, err := w.Press(t.Context(), ana, on, "decide"); err != nil || r.Dialog == nil {
		t.Error(r, err)
	}
	search := func(results ...any) obj {
		return obj{"statusCode": 200, "type": "application/vnd.microsoft.search.searchResponse", "value": obj{"results": append([]any{}, results...)}}
	}
	var many []any
	for range 16 {
		many = append(many, obj{"title": "x", "value": "y"})
	}
	for name, c := range map[string]struct {
		body  any
		want  string
		found int
	}{
		"nothing":        {nil, "no JSON", 0},
		"another type":   {with(search(), obj{"type": "x"}), "want type", 0},
		"another status": {with(search(), obj{"statusCode": 204}), "want type", 0},
		"no results":     {with(search(), obj{"value": obj{}}), "want type", 0},
		"half a result":  {search(obj{"title": "x"}), "without title", 0},
		"too many":       {search(many...), "16 results", 16},
	} {
		w.when("application/search", func(obj) (int, any) { return 200, c.body })
		found, _, err := w.Suggest(t.Context(), ana, "owner", "x")
		if err != nil || len(found) != c.found {
			t.Errorf("%s: %v %v", name, found, err)
		}
		w.complains(name, c.want)
	}
	w.when("application/search", func(obj) (int, any) { return 500, nil })
	if err := w.Pick(t.Context(), ana, "owner", "x", "x"); err == nil {
		t.Error("picked from an app that fails")
	}
	w.complains("a fault", "status 500")
	w.when("application/search", func(obj) (int, any) { return 200, with(search(), obj{"statusCode": nil}) })
	if _, r, err := w.Suggest(t.Context(), ana, "owner", "x"); err != nil || r.Trouble != "" {
		t.Error(r, err)
	}
}

func TestExtension(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	one := obj{
		"contentType": faketeams.CardType, "content": cardOf([]any{rich("AIR-1  Otter")}),
		"preview": obj{"contentType": "application/vnd.microsoft.card.thumbnail", "content": obj{"title": "AIR-1 Otter", "text": "Approved"}},
	}
	result := func(all ...any) obj {
		return obj{"composeExtension": obj{"type": "result", "attachmentLayout": "list", "attachments": all}}
	}
	w.when("composeExtension/query", func(obj) (int, any) { return 200, result(one) })
	found, r, err := w.Query(t.Context(), ana, "find", "text", "Otter")
	if err != nil || r.Trouble != "" || len(found) != 1 || found[0].Title != "AIR-1 Otter" || found[0].Text != "Approved" || found[0].Card == nil {
		t.Fatalf("%v %+v %v", found, r, err)
	}
	v := w.lastReceived()["value"].(obj)
	if v["commandId"] != "find" || text(v["parameters"].([]any)[0].(obj), "value") != "Otter" || text(w.lastReceived(), "channelData", "source", "name") != "compose" {
		t.Errorf("%v", v)
	}
	if _, _, err := w.Query(t.Context(), ana, "find", "text", ""); err != nil || text(w.lastReceived()["value"].(obj)["parameters"].([]any)[0].(obj), "name") != "initialRun" {
		t.Error(err)
	}
	w.when("composeExtension/query", func(obj) (int, any) { return 200, obj{"composeExtension": obj{"type": "message", "text": "Nothing"}} })
	if found, r, err = w.Query(t.Context(), ana, "find", "text", "x"); err != nil || found != nil || r.Popup != "Nothing" {
		t.Error(found, r, err)
	}
	for name, c := range map[string]struct {
		body any
		want string
	}{
		"nothing":         {nil, "no JSON"},
		"no extension":    {obj{}, "composeExtension alone"},
		"no layout":       {obj{"composeExtension": obj{"type": "result", "attachments": []any{}}}, "want type result"},
		"another type":    {obj{"composeExtension": obj{"type": "config"}}, "want type result"},
		"a picture":       {result(with(one, obj{"contentType": "image/png"})), "no Adaptive Card"},
		"no preview":      {result(with(one, obj{"preview": nil})), "preview of type"},
		"an empty one":    {result(with(one, obj{"preview": obj{"contentType": "application/vnd.microsoft.card.hero", "content": obj{}}})), "without a title"},
		"a card that not": {result(with(one, obj{"content": cardOf([]any{obj{"type": "Blink"}})})), "unknown type"},
	} {
		w.when("composeExtension/query", func(obj) (int, any) { return 200, c.body })
		if found, r, err := w.Query(t.Context(), ana, "find", "text", "x"); err != nil || found != nil || r.Trouble != faketeams.TroubleWrong {
			t.Errorf("%s: %v %+v %v", name, found, r, err)
		}
		w.complains(name, c.want)
	}

	// The form of a new request, from the box one writes in.
	w.when("composeExtension/fetchTask", func(obj) (int, any) { return 200, dialog(formCard("1")) })
	if r, err := w.Extend(t.Context(), ana, "request"); err != nil || r.Dialog == nil || text(w.lastReceived(), "value", "commandId") != "request" {
		t.Fatal(r, err)
	}
	w.when("application/search", func(obj) (int, any) {
		return 200, obj{"statusCode": 200, "type": "application/vnd.microsoft.search.searchResponse", "value": obj{"results": []any{obj{"title": "Ben", "value": "p-ben"}}}}
	})
	if err := w.Fill(t.Context(), ana, faketeams.Values{"owner": {"p-ben"}}); err != nil {
		t.Fatal(err)
	}
	if r, err := w.Submit(t.Context(), ana, "next", nil); err != nil || r.Dialog != nil || text(w.lastReceived(), "name") != "composeExtension/submitAction" ||
		text(w.lastReceived(), "value", "data", "owner") != "p-ben" || text(w.lastReceived(), "value", "commandContext") != "compose" {
		t.Errorf("%+v %v %v", r, err, w.lastReceived())
	}
	equal(t, "complaints", len(w.Complaints()), 0)
}
