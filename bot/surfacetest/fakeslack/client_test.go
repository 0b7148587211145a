package fakeslack_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/fakeslack"
	"steward/workflows"
)

// tinyApp answers as the Slack surface does, by the names it uses on the wire.
type tinyApp struct {
	*world

	later sync.WaitGroup
	sent  []obj // values of submissions
}

func newTinyApp(t *testing.T) (*tinyApp, *fakeslack.Client) {
	t.Helper()
	a := &tinyApp{world: newWorld(t, fakeslack.Options{})}
	a.when("commands", a.command)
	a.when("block_actions", a.pressed)
	a.when("view_submission", a.submitted)
	a.when("block_suggestion", func(r received) (int, any) {
		if r.payload["value"] != "Ben Ode" {
			return 200, obj{"options": []any{}}
		}
		return 200, obj{"options": []any{obj{"text": plain("Ben Ode"), "value": "p-ben"}}}
	})
	a.when("events", func(r received) (int, any) {
		if text(r.payload, "event", "type") == "app_home_opened" {
			a.later.Go(func() {
				a.good("views.publish", obj{"user_id": "U0ANA", "view": home(section("Inbox"), card1("AIR-1"))})
			})
		}
		return 200, nil
	})
	return a, fakeslack.NewClient(a.Server, map[workflows.PersonID]string{"p-ana": "U0ANA", "p-ben": "U0BEN"}, nil)
}

func card1(id string) obj {
	about := "request/" + id
	act := func(verb, arg string) string {
		return card.Action{Verb: verb, About: about, Round: 1, Revision: 1, Arg: arg}.String()
	}
	return obj{"type": "actions", "elements": []any{
		button("act:0", act("approve", ""), "Approve"), button("act:1", act("decide", ""), "Decide…"), button("act:2", act("fail", ""), "Fail"),
		obj{"type": "button", "action_id": "open", "text": plain("Portal"), "url": "https://steward.example/x"},
		obj{"type": "overflow", "action_id": "more", "options": []any{obj{"text": plain("Withdraw…"), "value": act("withdraw", "2")}, obj{"text": plain("In the portal"), "value": "link /requests/AIR-1"}}},
	}}
}

func cardOf(words string) obj {
	return obj{"text": words, "blocks": []any{obj{"type": "header", "text": plain("AIR-1  Otter")}, section(words), card1("AIR-1")}}
}

func view(callback string, more obj) obj {
	v := modal(section("One moment"))
	delete(v, "submit")
	v["callback_id"] = callback
	maps.Copy(v, more)
	return v
}

func page(n string, field ...any) obj {
	nav := obj{"type": "actions", "block_id": "nav", "elements": []any{button("go:back", "draft", "Back"), button("go:save", "draft", "Save as draft")}}
	return view("steward:form", obj{"submit": plain("Next"), "blocks": append([]any{section("Page " + n), nav}, field...)})
}

func firstPage(rev string) obj {
	many := func(group string, values ...string) obj {
		e := obj{"type": "checkboxes", "options": []any{}}
		for _, v := range values {
			e["options"] = append(e["options"].([]any), choice(v))
		}
		in := input("f:data:"+rev+group, "f:data"+group, e)
		in["optional"] = true
		return in
	}
	owner := input("f:owner:"+rev, "p:owner", obj{"type": "external_select", "min_query_length": 1})
	owner["optional"] = true
	agree := input("f:agree:"+rev, "f:agree", obj{"type": "checkboxes", "options": []any{choice("yes")}})
	agree["optional"] = true
	number := input("f:n:"+rev, "f:n", obj{"type": "number_input", "is_decimal_allowed": false})
	number["optional"] = true
	due := input("f:due:"+rev, "f:due", obj{"type": "datepicker", "initial_date": "2027-01-15"})
	return page("1", input("f:tool:"+rev, "f:tool", textInput()), input("f:why:"+rev, "f:why", textInput("multiline", true, "initial_value", "because")),
		many("", "a", "b"), many(":alone", "none"), owner, agree, number, due,
		input("f:status:"+rev, "f:status", obj{"type": "radio_buttons", "options": []any{choice("trial"), choice("live")}, "initial_option": choice("trial")}))
}

func (a *tinyApp) command(r received) (int, any) {
	trigger := r.payload["trigger_id"]
	switch r.payload["text"] {
	case "status AIR-1":
		return 200, cardOf("Please decide")
	case "status AIR-9":
		return 200, obj{"text": "There is nothing", "blocks": []any{obj{"type": "section", "block_id": "refused:unknown", "text": plain("There is nothing")}}}
	case "request ai-use":
		a.opens(trigger, func(id string) { a.good("views.update", obj{"view_id": id, "view": firstPage("1")}) })
	case "fail":
		return 500, nil
	}
	return 200, nil
}

// opens opens the modal that says to wait, and does the rest after the ack.
func (a *tinyApp) opens(trigger any, then func(id string)) {
	out := a.good("views.open", obj{"trigger_id": trigger, "view": view("steward:wait", nil)})
	a.later.Go(func() { then(text(out, "view", "id")) })
}

func (a *tinyApp) pressed(r received) (int, any) {
	action := r.payload["actions"].([]any)[0].(obj)
	value := text(action, "value") + text(obj{"o": action["selected_option"]}, "o", "value")
	url, _ := r.payload["response_url"].(string)
	verb, _, _ := strings.Cut(value, "|")
	id := text(obj{"v": r.payload["view"]}, "v", "id")
	switch {
	case text(action, "action_id") == "go:back":
		a.later.Go(func() { a.good("views.update", obj{"view_id": id, "view": firstPage("3")}) })
	case text(action, "action_id") == "go:save":
		a.later.Go(func() {
			a.good("views.update", obj{"view_id": id, "view": view("steward:notice", obj{"blocks": []any{section("Saved")}})})
		})
	case verb == "approve" && id == "":
		a.later.Go(func() {
			body := cardOf("Approved by you")
			body["replace_original"] = true
			a.responds(url, body)
		})
	case verb == "approve":
		a.later.Go(func() {
			a.good("views.open", obj{"trigger_id": r.payload["trigger_id"], "view": view("steward:notice", obj{"blocks": []any{section("Approved on home")}})})
		})
	case verb == "withdraw":
		a.later.Go(func() { a.responds(url, obj{"text": "Withdrawn"}) })
	case verb == "decide":
		a.opens(r.payload["trigger_id"], func(id string) { a.good("views.update", obj{"view_id": id, "view": firstPage("1")}) })
	case verb == "fail":
		return 500, nil
	}
	return 200, nil
}

func (a *tinyApp) submitted(r received) (int, any) {
	v := r.payload["view"].(obj)
	values := v["state"].(obj)["values"].(obj)
	a.mu.Lock()
	a.sent = append(a.sent, values)
	a.mu.Unlock()
	for block, entry := range values {
		switch text(entry.(obj), "f:tool", "value") {
		case "bad":
			return 200, obj{"response_action": "errors", "errors": obj{block: "Not this tool."}}
		case "slow":
			a.later.Go(func() {
				a.good("views.update", obj{"view_id": v["id"], "view": view("steward:notice", obj{"blocks": []any{section("Sent at last"), card1("AIR-2")}})})
			})
			return 200, obj{"response_action": "update", "view": view("steward:wait", nil)}
		case "close":
			return 200, obj{"response_action": "clear"}
		}
	}
	return 200, obj{"response_action": "update", "view": view("steward:notice", obj{"blocks": []any{section("Sent"), section("AIR-2  Otter")}})}
}

func TestClientCards(t *testing.T) {
	a, c := newTinyApp(t)
	defer a.later.Wait()
	s, err := c.Open(t.Context(), "p-ana", "AIR-1")
	if err != nil || s.Refused || s.About != "AIR-1" || s.Who != "p-ana" || s.Form != nil || !strings.Contains(s.Text, "Please decide") {
		t.Fatalf("%+v %v", s, err)
	}
	want := []surfacetest.Button{
		{Label: "Approve", Verb: "approve"},
		{Label: "Decide…", Verb: "decide"},
		{Label: "Fail", Verb: "fail"},
		{Label: "Portal"},
		{Label: "Withdraw…", Verb: "withdraw", Arg: "2"},
		{Label: "In the portal"},
	}
	equal(t, "buttons", len(s.Buttons), len(want))
	for i, b := range s.Buttons {
		equal(t, "button", b, want[i])
	}
	if web, err := c.Press(t.Context(), s, "Portal"); err != nil || web.Text != "https://steward.example/x" {
		t.Errorf("a link: %+v %v", web, err)
	}
	if _, err := c.Press(t.Context(), s, "fail"); err == nil || !strings.Contains(err.Error(), "connecting. Try again? (status 500") {
		t.Errorf("an app that fails: %v", err)
	}
	old := s
	if s, err = c.Press(t.Context(), s, "approve"); err != nil || !strings.Contains(s.Text, "Approved by you") {
		t.Fatalf("%+v %v", s, err)
	}
	equal(t, "in place of the old one", len(a.Ephemeral("U0ANA")), 1)
	if s, err = c.Press(t.Context(), old, "withdraw:2"); err != nil || s.Text != "Withdrawn" {
		t.Errorf("a choice of the menu of an old card: %+v %v", s, err)
	}
	for _, name := range []string{"reject", "withdraw:3"} {
		if _, err := c.Press(t.Context(), old, name); err == nil {
			t.Errorf("pressed %q", name)
		}
	}
	if _, err := c.Press(t.Context(), surfacetest.Screen{Who: "p-ana", Buttons: old.Buttons}, "approve"); err == nil {
		t.Error("pressed on nothing")
	}

	if s, err = c.Open(t.Context(), "p-ana", "AIR-9"); err != nil || !s.Refused || s.About != "" {
		t.Errorf("refused: %+v %v", s, err)
	}
	if _, err = c.Open(t.Context(), "p-ana", "fail"); err == nil {
		t.Error("an app that fails")
	}

	// The card in the DM, and what was told.
	body := cardOf("Please decide on Otter")
	body["channel"] = "U0ANA"
	a.good("chat.postMessage", body)
	a.good("chat.postMessage", obj{"channel": "U0ANA", "text": "newer &amp; shorter"})
	told, err := c.Told(t.Context(), "p-ana")
	if err != nil || len(told) != 2 || told[0] != "newer & shorter\nnewer & shorter" || !strings.HasPrefix(told[1], "Please decide on Otter\nAIR-1  Otter\n") {
		t.Errorf("told %q %v", told, err)
	}
	all, err := c.Messages("p-ana")
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	if s, err = c.Press(t.Context(), all[1], "approve"); err != nil || !strings.Contains(s.Text, "Approved by you") {
		t.Errorf("in the DM: %+v %v", s, err)
	}
	if told, _ = c.Told(t.Context(), "p-ana"); !strings.Contains(told[1], "Approved by you") {
		t.Errorf("told in present words: %q", told)
	}

	for _, who := range []workflows.PersonID{"p-zoe"} {
		_, e1 := c.Open(t.Context(), who, "x")
		_, e2 := c.Told(t.Context(), who)
		_, e3 := c.Messages(who)
		_, e4 := c.Home(t.Context(), who)
		_, e5 := c.Press(t.Context(), surfacetest.Screen{Who: who}, "x")
		_, e6 := c.Fill(t.Context(), surfacetest.Screen{Who: who}, nil, bot.GoNext)
		if e1 == nil || e2 == nil || e3 == nil || e4 == nil || e5 == nil || e6 == nil {
			t.Errorf("%s has no user here", who)
		}
	}
}

func TestClientHome(t *testing.T) {
	a, c := newTinyApp(t)
	defer a.later.Wait()
	s, err := c.Home(t.Context(), "p-ana")
	if err != nil || !strings.HasPrefix(s.Text, "Inbox") || len(s.Buttons) != 6 {
		t.Fatalf("%+v %v", s, err)
	}
	if s, err = c.Press(t.Context(), s, "approve"); err != nil || !strings.Contains(s.Text, "Approved on home") {
		t.Errorf("%+v %v", s, err)
	}
	a.when("events", func(received) (int, any) { return 500, nil })
	if _, err := c.Home(t.Context(), "p-ana"); err == nil {
		t.Error("an app that fails")
	}
}

func TestClientForms(t *testing.T) {
	a, c := newTinyApp(t)
	defer a.later.Wait()
	s, err := c.Open(t.Context(), "p-ana", "request ai-use")
	if err != nil || s.Form == nil || s.Refused || s.About != "" {
		t.Fatalf("%+v %v", s, err)
	}
	for key, want := range map[string]surfacetest.Field{
		"tool": {Kind: card.FieldText}, "why": {Kind: card.FieldLong, Value: []string{"because"}}, "owner": {Kind: card.FieldPerson},
		"data": {Kind: card.FieldMany, Options: []string{"a", "b", "none"}}, "agree": {Kind: card.FieldYes, Options: []string{"yes"}},
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
	if s, err = c.Fill(t.Context(), s, nil, bot.GoNext); err != nil || !s.Refused || !strings.Contains(s.Text, "required field") {
		t.Fatalf("stopped by Slack's own client: %+v %v", s, err)
	}
	s, err = c.Fill(t.Context(), s, card.Values{"tool": {"bad"}}, bot.GoNext)
	if f, _ := s.Form.Field("tool"); err != nil || !s.Refused || f.Error != "Not this tool." || !strings.Contains(s.Text, "Not this tool.") {
		t.Fatalf("refused by the app: %+v %v", s, err)
	}
	if s, err = c.Fill(t.Context(), s, card.Values{"tool": {"bad"}}, bot.GoNext); err != nil || !s.Refused {
		t.Fatalf("refused again: %+v %v", s, err)
	}
	back, err := c.Fill(t.Context(), s, card.Values{"why": {"typed"}}, bot.GoBack)
	if f, _ := back.Form.Field("why"); err != nil || back.Refused || f.Value[0] != "because" {
		t.Fatalf("back: %+v %v", back, err)
	}
	typed := card.Values{"tool": {"Otter"}, "data": {"none", "b"}, "owner": {"p-ben"}, "agree": {"yes"}, "n": {"3"}, "due": nil, "status": {"live"}}
	if _, err = c.Fill(t.Context(), back, typed, bot.GoNext); err != nil {
		t.Fatal(err)
	}
	typed["due"] = []string{"2027-02-01"}
	s, _ = c.Open(t.Context(), "p-ana", "request ai-use")
	done, err := c.Fill(t.Context(), s, typed, bot.GoNext)
	if err != nil || done.Form != nil || done.About != "AIR-2" || !strings.Contains(done.Text, "Sent") {
		t.Fatalf("sent: %+v %v", done, err)
	}
	got := a.sent[len(a.sent)-1]
	for _, want := range []string{
		`f:tool:1.f:tool=Otter`, `f:data:1.f:data=b`, `f:data:1:alone.f:data:alone=none`, `f:owner:1.p:owner=p-ben`, `f:status:1.f:status=live`, `f:due:1.f:due=2027-02-01`,
	} {
		at, value, _ := strings.Cut(want, "=")
		block, action, _ := strings.Cut(at, ".")
		entry := got[block].(obj)[action].(obj)
		held := text(entry, "value") + text(obj{"o": entry["selected_option"]}, "o", "value") + text(entry, "selected_date")
		if all, ok := entry["selected_options"].([]any); ok && len(all) == 1 {
			held = text(all[0].(obj), "value")
		}
		equal(t, want, held, value)
	}
	if _, err := c.Fill(t.Context(), done, nil, bot.GoNext); err == nil {
		t.Error("sent what is no form")
	}

	s, _ = c.Open(t.Context(), "p-ana", "request ai-use")
	if s, err = c.Fill(t.Context(), s, card.Values{"tool": {"slow"}}, bot.GoNext); err != nil || s.About != "AIR-2" || !strings.Contains(s.Text, "Sent at last") {
		t.Errorf("after Saving: %+v %v", s, err)
	}
	s, _ = c.Open(t.Context(), "p-ana", "request ai-use")
	if s, err = c.Fill(t.Context(), s, nil, bot.GoSave); err != nil || !strings.Contains(s.Text, "Saved") {
		t.Errorf("saved: %+v %v", s, err)
	}
	s, _ = c.Open(t.Context(), "p-ana", "request ai-use")
	if s, err = c.Fill(t.Context(), s, card.Values{"tool": {"close"}}, bot.GoNext); err != nil || s.Text != "" || s.Page != nil {
		t.Errorf("closed: %+v %v", s, err)
	}
	s, err = c.Open(t.Context(), "p-ana", "AIR-1")
	if err == nil {
		s, err = c.Press(t.Context(), s, "decide")
	}
	if err != nil || s.Form == nil {
		t.Errorf("a form by a button: %+v %v", s, err)
	}
}

// desk answers every call with one reply.
type desk struct{ reply bot.Reply }

func (d *desk) Command(context.Context, bot.Who, string) (bot.Reply, error) { return d.reply, nil }

func (d *desk) Home(context.Context, bot.Who) (card.Home, error) {
	return card.Home{Title: "home"}, errors.New("no home")
}

func (d *desk) Press(context.Context, bot.Who, card.Action) (bot.Reply, error) { return d.reply, nil }

func (d *desk) Admit(context.Context, bot.Who) (bot.Reply, error) { return bot.Reply{}, nil }

func (d *desk) Submit(context.Context, bot.Who, bot.Submission) (bot.Reply, error) {
	return d.reply, nil
}

func TestJudge(t *testing.T) {
	d := &desk{}
	j := fakeslack.NewJudge(d)
	ana := bot.Who{Person: "p-ana"}
	for name, do := range map[string]func() (bot.Reply, error){
		"command": func() (bot.Reply, error) { return j.Command(t.Context(), ana, "x") },
		"press":   func() (bot.Reply, error) { return j.Press(t.Context(), ana, card.Action{}) },
		"submit":  func() (bot.Reply, error) { return j.Submit(t.Context(), ana, bot.Submission{}) },
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
	if h, err := j.Home(t.Context(), ana); h.Title != "home" || err == nil {
		t.Error("home is passed on")
	}
	_, _ = j.Command(t.Context(), ana, "x")
	a, _ := newTinyApp(t)
	c := fakeslack.NewClient(a.Server, map[workflows.PersonID]string{"p-ana": "U0ANA"}, j.Refused)
	if s, err := c.Open(t.Context(), "p-ana", "AIR-1"); err != nil || !s.Refused {
		t.Errorf("%+v %v", s, err)
	}
}
