package faketeams_test

import (
	"context"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/faketeams"
	"steward/workflows"
)

// tinyApp answers as the Teams surface does, by the names it uses on the wire.
type tinyApp struct {
	*world

	sent []obj // data of submissions
}

func newTinyApp(t *testing.T) (*tinyApp, *faketeams.Client) {
	t.Helper()
	a := &tinyApp{world: newWorld(t, faketeams.Options{})}
	a.Watch(t)
	a.when("message", a.said)
	a.when("adaptiveCard/action", a.acted)
	a.when("task/fetch", a.fetched)
	a.when("task/submit", a.submitted)
	a.when("application/search", func(in obj) (int, any) {
		results := []any{}
		if text(in, "value", "queryText") == "Ben Ode" {
			results = append(results, obj{"title": "Ben Ode", "value": "p-ben"})
		}
		return 200, obj{"statusCode": 200, "type": "application/vnd.microsoft.search.searchResponse", "value": obj{"results": results}}
	})
	return a, faketeams.NewClient(a.Server, map[workflows.PersonID]string{"p-ana": ana, "p-ben": ben}, nil)
}

func act(verb, about, arg string) string {
	return card.Action{Verb: verb, About: about, Round: 1, Revision: 1, Arg: arg}.String()
}

// decision is a card as the surface sends it.
func decision(words string, buttons bool) obj {
	c := cardOf([]any{rich("AIR-1  Otter"), rich(words), obj{"type": "Container", "id": "more", "isVisible": false, "items": []any{rich("Why medium")}}},
		obj{"type": "Action.ToggleVisibility", "title": "Details", "targetElements": []any{"more"}})
	if !buttons {
		return c
	}
	about := "request/AIR-1"
	c["actions"] = append(c["actions"].([]any),
		execute("Approve", obj{"act": act("approve", about, ""), "d": 7, "at": 1}), opens("Decide…", obj{"act": act("decide", about, "")}),
		with(opens("In the portal", obj{"link": "/requests/AIR-1"}), obj{"mode": "secondary"}),
		obj{"type": "Action.ShowCard", "title": "Withdraw…", "mode": "secondary", "card": obj{
			"type": "AdaptiveCard", "body": []any{rich("Sure?")}, "actions": []any{execute("Yes", obj{"act": act("withdraw", about, "2")})},
		}},
		with(execute("Late", obj{"act": act("late", about, "")}), obj{"mode": "secondary"}),
		with(execute("Explain", obj{"act": act("explain", about, "")}), obj{"mode": "secondary"}),
		with(execute("Fail", obj{"act": act("fail", about, "")}), obj{"mode": "secondary"}),
		obj{"type": "Action.OpenUrl", "title": "Portal", "url": "https://steward.example/x", "mode": "secondary"})
	return c
}

func (a *tinyApp) tell(c obj) { a.later.Go(func() { a.send(a.Chat(ana), message(c)) }) }

func (a *tinyApp) said(in obj) (int, any) {
	if in["text"] == nil { // the fallback of an old client
		a.later.Go(func() {
			a.call("PUT", activities(a.Chat(ana), "/", text(in, "replyToId")), message(decision("Approved by you", false)))
		})
		return 200, nil
	}
	switch in["text"] {
	case "AIR-1":
		a.tell(decision("Please decide", true))
	case "request ai-use":
		a.tell(cardOf([]any{rich("Ready")}, opens("Open the form", obj{"act": act("continue", "", "draft")})))
	case "fail":
		return 500, nil
	}
	return 200, nil
}

func (a *tinyApp) acted(in obj) (int, any) {
	const message = "application/vnd.microsoft.activity.message"
	got, _ := card.ParseAction(text(in["value"].(obj)["action"].(obj), "data", "act"))
	switch got.Verb {
	case "approve":
		return 200, answer(200, faketeams.CardType, decision("Approved by you", false))
	case "late":
		return 200, answer(400, "application/vnd.microsoft.error", obj{"code": "BadRequest", "message": "Ben decided this"})
	case "explain":
		a.tell(cardOf([]any{rich("Because of the data")}))
		return 200, answer(200, message, "See below")
	case "withdraw":
		return 200, answer(200, message, "Withdrawn "+got.Arg)
	}
	return 500, nil
}

func (a *tinyApp) fetched(in obj) (int, any) {
	if text(in, "value", "data", "link") != "" {
		return 200, dialog(cardOf([]any{rich("In the portal")}, obj{"type": "Action.OpenUrl", "title": "Open in the portal", "url": "https://steward.example/signed"}))
	}
	return 200, dialog(page("1", ""))
}

func page(n, wrong string) obj {
	body := []any{rich("Page " + n)}
	if wrong != "" {
		body = append(body, obj{"type": "RichTextBlock", "inlines": []any{obj{"type": "TextRun", "text": "! " + wrong, "color": "attention"}}})
	}
	yes := obj{"type": "Input.Toggle", "id": "f:agree", "label": "Agree", "title": "Yes", "value": ",", "valueOn": "yes", "valueOff": ","}
	person := obj{
		"type": "Input.ChoiceSet", "id": "f:owner", "label": "Owner", "style": "filtered", "choices": []any{obj{"title": "Cleo", "value": "p-cleo"}},
		"choices.data": obj{"type": "Data.Query", "dataset": "people"},
	}
	status := with(choices("f:status", "trial", "live"), obj{"value": "trial"})
	status["choices"] = append(status["choices"].([]any), obj{"title": "No answer", "value": ","})
	body = append(body, with(inputText("f:tool"), obj{"isRequired": true, "errorMessage": "Say which"}), with(inputText("f:why"), obj{"isMultiline": true, "value": "because"}),
		obj{"type": "Container", "items": []any{with(choices("f:data", "a", "b"), obj{"isMultiSelect": true})}},
		with(choices("f:data:alone", "none"), obj{"isMultiSelect": true}), person, yes,
		obj{"type": "Input.Number", "id": "f:n", "label": "n"}, obj{"type": "Input.Date", "id": "f:due", "label": "due", "value": "2027-01-15"}, status,
		inputText("other"), obj{"type": "Input.Time", "id": "f:at", "label": "at"})
	way := func(title, to string) obj { return submit(title, obj{"form": "draft", "revision": 1, "go": to}) }
	return cardOf(body, way("Next", "next"), with(way("Back", "back"), obj{"associatedInputs": "none"}), way("Save as draft", "save"))
}

func (a *tinyApp) submitted(in obj) (int, any) {
	data := in["value"].(obj)["data"].(obj)
	a.mu.Lock()
	a.sent = append(a.sent, data)
	a.mu.Unlock()
	switch {
	case data["go"] == "back":
		return 200, dialog(page("0", ""))
	case data["go"] == "save":
		return 200, obj{"task": obj{"type": "message", "value": "Saved"}}
	case data["f:tool"] == "bad":
		return 200, dialog(page("1", "Not this tool."))
	case data["f:tool"] == "close":
		return 200, nil
	}
	return 200, dialog(cardOf([]any{rich("Sent"), rich("AIR-2  Otter")}, submit("Show", obj{"act": act("show", "request/AIR-2", "")})))
}

func TestClientCards(t *testing.T) {
	a, c := newTinyApp(t)
	s, err := c.Open(t.Context(), "p-ana", "AIR-1")
	if err != nil || s.Refused || s.About != "AIR-1" || s.Who != "p-ana" || s.Form != nil || !strings.Contains(s.Text, "Please decide") || !strings.Contains(s.Text, "Why medium") {
		t.Fatalf("%+v %v", s, err)
	}
	want := []surfacetest.Button{
		{Label: "Details"},
		{Label: "Approve", Verb: "approve"},
		{Label: "Decide…", Verb: "decide"},
		{Label: "In the portal"},
		{Label: "Withdraw…", Verb: "withdraw", Arg: "2"},
		{Label: "Late", Verb: "late"},
		{Label: "Explain", Verb: "explain"},
		{Label: "Fail", Verb: "fail"},
		{Label: "Portal"},
	}
	equal(t, "buttons", len(s.Buttons), len(want))
	for i, b := range s.Buttons {
		equal(t, "button", b, want[i])
	}
	old := s
	if web, err := c.Press(t.Context(), s, "Portal"); err != nil || web.Text != "https://steward.example/x" {
		t.Errorf("a link: %+v %v", web, err)
	}
	if same, err := c.Press(t.Context(), s, "Details"); err != nil || same.Text != s.Text {
		t.Errorf("details: %+v %v", same, err)
	}
	web, err := c.Press(t.Context(), s, "In the portal")
	if err != nil || web.Form != nil || !strings.Contains(web.Text, "In the portal") {
		t.Fatalf("the portal: %+v %v", web, err)
	}
	if web, err = c.Press(t.Context(), web, "Open in the portal"); err != nil || web.Text != "https://steward.example/signed" {
		t.Errorf("the portal: %+v %v", web, err)
	}
	if s, err = c.Press(t.Context(), s, "late"); err != nil || !s.Refused || s.Text != "Ben decided this" {
		t.Errorf("in red: %+v %v", s, err)
	}
	if s, err = c.Press(t.Context(), old, "explain"); err != nil || s.Refused || s.Text != "Because of the data" {
		t.Errorf("below: %+v %v", s, err)
	}
	if s, err = c.Press(t.Context(), old, "withdraw:2"); err != nil || s.Text != "Withdrawn 2" {
		t.Errorf("after a question: %+v %v", s, err)
	}
	if _, err := c.Press(t.Context(), old, "fail"); err == nil || a.Forgive("status 500") != 1 {
		t.Errorf("an app that fails: %v", err)
	}
	if s, err = c.Press(t.Context(), old, "approve"); err != nil || !strings.Contains(s.Text, "Approved by you") || s.About != "AIR-1" {
		t.Errorf("%+v %v", s, err)
	}
	told, err := c.Told(t.Context(), "p-ana")
	if err != nil || len(told) != 2 || !strings.HasPrefix(told[0], "A card\nBecause") || !strings.Contains(told[1], "Please decide") {
		t.Errorf("told, as every client shows it: %q %v", told, err)
	}
	all, err := c.Messages("p-ana")
	if err != nil || len(all) != 2 || !strings.Contains(all[1].Text, "Approved by you") {
		t.Errorf("%+v %v", all, err)
	}
	a.Remove(a.Chat(ana), a.Personal(ana)[2].ID)
	if s, err = c.Press(t.Context(), old, "approve"); err != nil || !strings.Contains(s.Text, "Approved by you") {
		t.Errorf("a card that is gone: %+v %v", s, err)
	}
	for _, name := range []string{"reject", "withdraw:3"} {
		if _, err := c.Press(t.Context(), old, name); err == nil {
			t.Errorf("pressed %q", name)
		}
	}
	if _, err := c.Press(t.Context(), surfacetest.Screen{Who: "p-ana", Buttons: old.Buttons}, "approve"); err == nil {
		t.Error("pressed on nothing")
	}
	odd := old
	odd.Buttons = append(odd.Buttons, surfacetest.Button{Label: "Odd"})
	if _, err := c.Press(t.Context(), odd, "Odd"); err == nil {
		t.Error("pressed what its page does not have")
	}
	if _, err := c.Open(t.Context(), "p-ana", "fail"); err == nil {
		t.Error("an app that fails")
	}
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Open(short, "p-ana", "silence"); err == nil {
		t.Error("nothing was said, and nobody minds")
	}
	a.AddUser(faketeams.User{ID: ana, Name: "Ana Ruiz", Old: true})
	s, err = c.Open(t.Context(), "p-ana", "AIR-1")
	if err != nil {
		t.Fatal(err)
	}
	if s, err = c.Press(t.Context(), s, "approve"); err != nil || !strings.Contains(s.Text, "Approved by you") {
		t.Errorf("an old client: %+v %v", s, err)
	}
	who := workflows.PersonID("p-zoe")
	_, e1 := c.Open(t.Context(), who, "x")
	_, e2 := c.Told(t.Context(), who)
	_, e3 := c.Messages(who)
	_, e4 := c.Press(t.Context(), surfacetest.Screen{Who: who}, "x")
	_, e5 := c.Fill(t.Context(), surfacetest.Screen{Who: who}, nil, bot.GoNext)
	if e1 == nil || e2 == nil || e3 == nil || e4 == nil || e5 == nil {
		t.Errorf("%s has no user here", who)
	}
}

func TestClientForms(t *testing.T) {
	a, c := newTinyApp(t)
	s, err := c.Open(t.Context(), "p-ana", "request ai-use")
	if err != nil || s.Form == nil || s.Refused || s.About != "" {
		t.Fatalf("%+v %v", s, err)
	}
	for key, want := range map[string]surfacetest.Field{
		"tool": {Kind: card.FieldText}, "why": {Kind: card.FieldLong, Value: []string{"because"}}, "owner": {Kind: card.FieldPerson, Options: []string{"p-cleo"}},
		"data": {Kind: card.FieldMany, Options: []string{"a", "b", "none"}}, "agree": {Kind: card.FieldYes}, "at": {Kind: card.FieldText},
		"n": {Kind: card.FieldNumber}, "due": {Kind: card.FieldDate, Value: []string{"2027-01-15"}},
		"status": {Kind: card.FieldOne, Value: []string{"trial"}, Options: []string{"trial", "live"}},
	} {
		f, ok := s.Form.Field(key)
		if !ok || f.Kind != want.Kind || strings.Join(f.Value, ",") != strings.Join(want.Value, ",") || strings.Join(f.Options, ",") != strings.Join(want.Options, ",") {
			t.Errorf("%s: %+v, want %+v", key, f, want)
		}
	}
	for key, values := range map[string][]string{"none": {"x"}, "status": {"old"}, "data": {"a", "z"}, "owner": {"p-zoe"}} {
		if _, err := c.Fill(t.Context(), s, card.Values{key: values}, bot.GoNext); err == nil {
			t.Errorf("filled %v into %s", values, key)
		}
	}
	if s, err = c.Fill(t.Context(), s, nil, bot.GoNext); err != nil || !s.Refused || !strings.Contains(s.Text, "Say which") {
		t.Fatalf("stopped by the client: %+v %v", s, err)
	}
	s, err = c.Fill(t.Context(), s, card.Values{"tool": {"bad"}}, bot.GoNext)
	if f, _ := s.Form.Field("tool"); err != nil || !s.Refused || f.Error != "! Not this tool." || !strings.Contains(s.Text, "Not this tool.") {
		t.Fatalf("refused by the app: %+v %v", s, err)
	}
	back, err := c.Fill(t.Context(), s, card.Values{"why": {"typed"}}, bot.GoBack)
	if f, _ := back.Form.Field("why"); err != nil || back.Refused || f.Value[0] != "because" || !strings.Contains(back.Text, "Page 0") {
		t.Fatalf("back: %+v %v", back, err)
	}
	typed := card.Values{
		"tool": {"Otter"}, "data": {"none", "b"}, "owner": {"p-ben"}, "agree": {"yes"}, "n": {"3"}, "due": {"2027-02-01"}, "status": {"live"},
	}
	done, err := c.Fill(t.Context(), back, typed, bot.GoNext)
	if err != nil || done.Form != nil || done.About != "AIR-2" || !strings.Contains(done.Text, "Sent") {
		t.Fatalf("sent: %+v %v", done, err)
	}
	got := a.sent[len(a.sent)-1]
	for key, want := range map[string]string{
		"f:tool": "Otter", "f:data": "b", "f:data:alone": "none", "f:owner": "p-ben", "f:status": "live", "f:due": "2027-02-01", "f:agree": "yes", "f:n": "3", "go": "next",
	} {
		equal(t, key, text(got, key), want)
	}
	if _, err := c.Fill(t.Context(), done, nil, bot.GoNext); err == nil {
		t.Error("sent what is no form")
	}
	open := func() surfacetest.Screen {
		s, err := c.Open(t.Context(), "p-ana", "request ai-use")
		if err != nil || s.Form == nil {
			t.Fatalf("%+v %v", s, err)
		}
		return s
	}
	s = open()
	if _, err := c.Fill(t.Context(), s, nil, bot.Go("up")); err == nil {
		t.Error("there is no such way")
	}
	if s, err = c.Fill(t.Context(), s, card.Values{"tool": {"x"}, "owner": {"p-cleo"}, "status": nil, "agree": nil, "why": nil}, bot.GoSave); err != nil || s.Text != "Saved" {
		t.Errorf("saved: %+v %v", s, err)
	}
	got = a.sent[len(a.sent)-1]
	equal(t, "offered without asking", text(got, "f:owner"), "p-cleo")
	equal(t, "no answer", text(got, "f:status")+text(got, "f:agree")+text(got, "f:why"), ",,")
	if s, err = c.Fill(t.Context(), open(), card.Values{"tool": {"close"}}, bot.GoNext); err != nil || s.Text != "" || s.Page != nil {
		t.Errorf("closed: %+v %v", s, err)
	}
	s, err = c.Open(t.Context(), "p-ana", "AIR-1")
	if err == nil {
		s, err = c.Press(t.Context(), s, "decide")
	}
	if err != nil || s.Form == nil {
		t.Errorf("a form by a button: %+v %v", s, err)
	}
	if s, err = c.Open(t.Context(), "p-ana", "AIR-1"); err != nil || s.Form != nil {
		t.Errorf("typing closes it: %+v %v", s, err)
	}
}

// desk answers every call with one reply.
type desk struct{ reply bot.Reply }

func (d *desk) Command(context.Context, bot.Who, string) (bot.Reply, error) { return d.reply, nil }

func (d *desk) Find(context.Context, bot.Who, string) ([]card.Card, *bot.Reply, error) {
	return []card.Card{{Title: "found"}}, nil, nil
}

func (d *desk) Press(context.Context, bot.Who, card.Action) (bot.Reply, error) { return d.reply, nil }

func (d *desk) Admit(context.Context, bot.Who) (bot.Reply, error) { return bot.Reply{}, nil }

func (d *desk) Submit(context.Context, bot.Who, bot.Submission) (bot.Reply, error) {
	return d.reply, nil
}

func TestJudge(t *testing.T) {
	d := &desk{}
	j := faketeams.NewJudge(d)
	who := bot.Who{Person: "p-ana"}
	for name, do := range map[string]func() (bot.Reply, error){
		"command": func() (bot.Reply, error) { return j.Command(t.Context(), who, "x") },
		"press":   func() (bot.Reply, error) { return j.Press(t.Context(), who, card.Action{}) },
		"submit":  func() (bot.Reply, error) { return j.Submit(t.Context(), who, bot.Submission{}) },
	} {
		for _, c := range []struct {
			reply bot.Reply
			want  bool
		}{
			{bot.Reply{Text: "done"}, false},
			{bot.Reply{Code: workflows.CodeStale}, true},
			{bot.Reply{Form: &card.Form{}}, false},
			{bot.Reply{Form: &card.Form{Error: "no"}}, true},
			{bot.Reply{Form: &card.Form{Fields: []card.Field{{Key: "a"}, {Key: "b", Error: "no"}}}}, true},
		} {
			d.reply = c.reply
			if r, err := do(); err != nil || r.Text != c.reply.Text || j.Refused("p-ana") != c.want || j.Refused("p-ben") {
				t.Errorf("%s: %+v: %v %v", name, c.reply, j.Refused("p-ana"), err)
			}
		}
	}
	if found, _, err := j.Find(t.Context(), who, "x"); len(found) != 1 || err != nil {
		t.Error("what is found is passed on")
	}
	a, _ := newTinyApp(t)
	c := faketeams.NewClient(a.Server, map[workflows.PersonID]string{"p-ana": ana}, func(workflows.PersonID) bool { return true })
	if s, err := c.Open(t.Context(), "p-ana", "AIR-1"); err != nil || !s.Refused {
		t.Errorf("%+v %v", s, err)
	}
}

// watched is a test that notes what fails.
type watched struct {
	testing.TB

	end    func()
	failed int
}

func (w *watched) Helper() {}

func (w *watched) Cleanup(end func()) { w.end = end }

func (w *watched) Errorf(string, ...any) { w.failed++ }

func TestWatch(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	seen := &watched{TB: t}
	w.Watch(seen)
	seen.end()
	equal(t, "without a complaint", seen.failed, 0)
	w.call("POST", activities(w.Chat(ana)), obj{"type": "message"})
	w.call("POST", activities(w.Chat(ana)), obj{"type": "message"})
	seen.end()
	equal(t, "with two", seen.failed, 2)
}
