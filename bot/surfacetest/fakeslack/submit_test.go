package fakeslack_test

import (
	"strings"
	"testing"

	"steward/bot/surfacetest/fakeslack"
)

func TestSubmit(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	number := obj{"type": "number_input", "is_decimal_allowed": false, "min_value": "1", "max_value": "9"}
	optional := input("n", "number", number)
	optional["optional"] = true
	v := w.open("U0ANA", modal(input("t", "text", textInput("min_length", 3, "max_length", 10)), optional))
	send := func(values fakeslack.Values) fakeslack.Result {
		t.Helper()
		r, err := w.Submit(t.Context(), "U0ANA", v, values)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	asked := len(w.received())
	for want, values := range map[string]fakeslack.Values{
		"Please complete this required field.":        nil,
		"Please enter at least 3 characters.":         {"t": {"ab"}},
		"Please enter at most 10 characters.":         {"t": {"abcdefghijk"}},
		"Please enter a number that is allowed here.": {"t": {"abc"}, "number": {"10"}},
	} {
		r := send(values)
		if r.Trouble != fakeslack.Incomplete || len(r.View.Errors) != 1 || !strings.Contains(r.View.Words(), want) || len(r.Sent.Payload) != 0 {
			t.Errorf("%v: %+v", values, r)
		}
		send(fakeslack.Values{"t": {""}, "number": nil})
	}
	for _, n := range []string{"0", "1.5", "x"} {
		if r := send(fakeslack.Values{"t": {"abc"}, "n": {n}}); r.Trouble != fakeslack.Incomplete {
			t.Errorf("number %s: %+v", n, r)
		}
	}
	equal(t, "sent to the app", len(w.received()), asked)
	for _, values := range []fakeslack.Values{{"none": {"x"}}, {"t": {"x"}, "text ": {"y"}}} {
		if _, err := w.Submit(t.Context(), "U0ANA", v, values); err == nil {
			t.Errorf("filled in %v", values)
		}
	}
	r := send(fakeslack.Values{"t": {"abc"}, "n": {"9"}})
	if r.Trouble != "" || r.View != nil || r.Ack.Status != 200 {
		t.Errorf("sent: %+v", r)
	}
	p := w.lastReceived().payload
	values := p["view"].(obj)["state"].(obj)["values"].(obj)
	if p["type"] != "view_submission" || text(values, "t", "text", "value") != "abc" || text(values, "n", "number", "value") != "9" || p["trigger_id"] == "" {
		t.Errorf("payload: %v", p)
	}
	if _, err := w.Submit(t.Context(), "U0ANA", v, nil); err == nil {
		t.Error("sent a modal that is closed")
	}
	if _, err := w.Submit(t.Context(), "U0ANA", w.open("U0ANA", obj{"type": "modal", "title": plain("x"), "blocks": []any{section("x")}}), nil); err == nil {
		t.Error("sent a modal without a button for it")
	}
	w.when("view_submission", func(received) (int, any) { return 200, nil })
	if ack := w.Resend(t.Context(), r.Sent); ack.Status != 200 {
		t.Errorf("sent twice: %+v", ack)
	}
}

func TestSubmissionAnswers(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	page := func(words string) obj { return modal(section(words), input("t", "text", textInput())) }
	answer := func(status int, body any) fakeslack.Result {
		t.Helper()
		v := w.open("U0ANA", page("first"))
		w.when("view_submission", func(received) (int, any) { return status, body })
		r, err := w.Submit(t.Context(), "U0ANA", v, fakeslack.Values{"t": {"typed"}})
		if err != nil {
			t.Fatal(err)
		}
		if r.Trouble != "" && (r.View == nil || r.View.ID != v.ID || r.View.State["t"]["text"]["value"] != "typed") {
			t.Errorf("%v: after trouble the form is not as it was: %+v", body, r.View)
		}
		return r
	}
	for _, body := range []any{
		"text",
		obj{"foo": 1},
		obj{"response_action": "erase"},
		obj{"response_action": "errors"},
		obj{"response_action": "errors", "errors": obj{"other": "x"}},
		obj{"response_action": "errors", "errors": obj{"t": ""}},
		obj{"response_action": "update"},
		obj{"response_action": "update", "view": obj{"type": "modal"}},
		obj{"response_action": "push", "view": home(section("x"))},
		obj{"response_action": "clear", "view": 1, "more": 2},
	} {
		if r := answer(200, body); r.Trouble == "" {
			t.Errorf("%v: %+v", body, r)
		}
	}
	if r := answer(500, nil); r.Trouble == "" || r.Ack.Failure != "http_error" {
		t.Errorf("500: %+v", r)
	}
	if r := answer(200, `{"response_action":"clear"}`); r.Trouble == "" {
		t.Errorf("JSON that does not say so: %+v", r)
	}
	r := answer(200, obj{"response_action": "errors", "errors": obj{"t": "Too short."}})
	if r.Trouble != "" || r.View.Errors["t"] != "Too short." || !strings.Contains(r.View.Words(), "typed\nToo short.") {
		t.Errorf("errors: %+v", r.View)
	}
	r = answer(200, obj{"response_action": "update", "view": page("second")})
	if r.View == nil || !strings.Contains(r.View.Words(), "second") || r.View.State["t"]["text"]["value"] != "typed" || len(w.Stack("U0ANA")) != 1 {
		t.Errorf("update: %+v", r.View)
	}
	r = answer(200, obj{"response_action": "push", "view": page("on top")})
	if len(w.Stack("U0ANA")) != 2 || !strings.Contains(r.View.Words(), "on top") || r.View.State["t"]["text"]["value"] != nil {
		t.Errorf("push: %+v", r.View)
	}
	w.when("view_submission", func(received) (int, any) { return 200, obj{"response_action": "push", "view": page("third")} })
	if r, err := w.Submit(t.Context(), "U0ANA", *r.View, fakeslack.Values{"t": {"x"}}); err != nil || len(w.Stack("U0ANA")) != 3 || r.Trouble != "" {
		t.Errorf("push: %+v %v", r, err)
	}
	top, _ := w.View("U0ANA")
	if r, err := w.Submit(t.Context(), "U0ANA", top, fakeslack.Values{"t": {"x"}}); err != nil || r.Trouble == "" || len(w.Stack("U0ANA")) != 3 {
		t.Errorf("a fourth: %+v %v", r, err)
	}
	w.when("view_submission", func(received) (int, any) { return 200, nil })
	if _, err := w.Submit(t.Context(), "U0ANA", top, nil); err != nil || len(w.Stack("U0ANA")) != 2 {
		t.Errorf("an empty answer closes one: %v", err)
	}
	top, _ = w.View("U0ANA")
	w.when("view_submission", func(received) (int, any) { return 200, obj{"response_action": "clear"} })
	if _, err := w.Submit(t.Context(), "U0ANA", top, fakeslack.Values{"t": {"x"}}); err != nil || len(w.Stack("U0ANA")) != 0 {
		t.Errorf("clear: %v", err)
	}

	// An app may update the view before it acks; what it acks with comes after that.
	w.when("view_submission", func(r received) (int, any) {
		w.good("views.update", obj{"view_id": text(r.payload, "view", "id"), "view": page("second")})
		return 200, obj{"response_action": "errors", "errors": obj{"t": "No."}}
	})
	v := w.open("U0ANA", page("first"))
	if r, err := w.Submit(t.Context(), "U0ANA", v, fakeslack.Values{"t": {"x"}}); err != nil || !strings.Contains(r.View.Words(), "second") || r.View.Errors["t"] != "No." {
		t.Errorf("updated before the ack: %+v %v", r, err)
	}

	// A modal that its reader closed while it was sent: the answer has nothing to change.
	v = w.open("U0ANA", page("first"))
	w.when("view_submission", func(received) (int, any) {
		if _, err := w.CloseView(t.Context(), "U0ANA", v); err != nil {
			t.Error(err)
		}
		return 200, obj{"response_action": "update", "view": page("second")}
	})
	if r, err := w.Submit(t.Context(), "U0ANA", v, fakeslack.Values{"t": {"x"}}); err != nil || r.View != nil || r.Trouble != "" {
		t.Errorf("closed meanwhile: %+v %v", r, err)
	}
}

func TestEveryInput(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	menu := obj{"type": "static_select", "options": []any{choice("a"), choice("b")}, "initial_option": choice("a")}
	v := w.open("U0ANA", modal(
		input("1", "s", menu), input("2", "r", obj{"type": "radio_buttons", "options": []any{choice("x"), choice("y")}}),
		input("3", "c", obj{"type": "checkboxes", "options": []any{choice("p"), choice("q")}, "initial_options": []any{choice("p")}}),
		input("4", "d", obj{"type": "datepicker", "initial_date": "2026-11-25"}), input("5", "n", obj{"type": "number_input", "is_decimal_allowed": true}),
		input("6", "e", obj{"type": "external_select", "min_query_length": 1, "initial_option": choice("ben")}),
	))
	held := func(block, action string) obj { now, _ := w.View("U0ANA"); return now.State[block][action] }
	equal(t, "a select", text(held("1", "s"), "selected_option", "value"), "a")
	equal(t, "boxes", len(held("3", "c")["selected_options"].([]any)), 1)
	equal(t, "a date", held("4", "d")["selected_date"], any("2026-11-25"))
	equal(t, "an external select", text(held("6", "e"), "selected_option", "value"), "ben")
	if !strings.Contains(v.Words(), "BEN") || !strings.Contains(v.Words(), "2026-11-25") {
		t.Errorf("words: %q", v.Words())
	}
	if e := held("2", "r"); e["selected_option"] != nil || e["type"] != "radio_buttons" {
		t.Errorf("nothing chosen: %v", e)
	}
	if err := w.Fill(t.Context(), "U0ANA", v, fakeslack.Values{"s": {"B"}, "r": {"y"}, "c": nil, "d": {"2027-01-15"}, "n": {"1.5"}}); err != nil {
		t.Fatal(err)
	}
	equal(t, "a select", text(held("1", "s"), "selected_option", "value"), "b")
	equal(t, "no boxes", len(held("3", "c")["selected_options"].([]any)), 0)
	for _, values := range []fakeslack.Values{{"s": {"c"}}, {"c": {"p", "z"}}} {
		if err := w.Fill(t.Context(), "U0ANA", v, values); err == nil {
			t.Errorf("filled in %v", values)
		}
	}
}

func TestDispatchingInput(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	in := input("a", "x", textInput())
	in["dispatch_action"] = true
	v := w.open("U0ANA", modal(in))
	if err := w.Fill(t.Context(), "U0ANA", v, fakeslack.Values{"x": {"typed"}}); err != nil {
		t.Fatal(err)
	}
	p := w.lastReceived().payload
	if a := p["actions"].([]any)[0].(obj); p["type"] != "block_actions" || a["value"] != "typed" || a["type"] != "plain_text_input" {
		t.Errorf("payload: %v", p)
	}
	// A select that is no input keeps what was chosen as well.
	v = w.open("U0ANA", modal(buttons(obj{"type": "static_select", "action_id": "s", "options": []any{choice("a")}})))
	if _, err := w.Choose(t.Context(), "U0ANA", v, "s", "a"); err != nil {
		t.Fatal(err)
	}
	now, _ := w.View("U0ANA")
	equal(t, "chosen", text(now.State["row"]["s"], "selected_option", "value"), "a")
}

func TestSuggest(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	v := w.open("U0ANA", modal(
		input("p", "p:owner", obj{"type": "external_select", "min_query_length": 2}), input("q", "p:other", obj{"type": "external_select"}),
	))
	answers := func(status int, body any) {
		w.when("block_suggestion", func(received) (int, any) { return status, body })
	}
	answers(200, obj{"options": []any{choice("ben"), choice("bea")}})
	found, r, err := w.Suggest(t.Context(), "U0ANA", v, "p:owner", "be")
	if err != nil || r.Trouble != "" || len(found) != 2 || found[0] != (fakeslack.Option{Label: "BEN", Value: "ben"}) {
		t.Errorf("%v %+v %v", found, r, err)
	}
	p := w.lastReceived().payload
	if p["type"] != "block_suggestion" || p["value"] != "be" || p["action_id"] != "p:owner" || p["block_id"] != "p" || p["trigger_id"] != nil || w.lastReceived().path != "/slack/options" {
		t.Errorf("payload: %v", p)
	}
	asked := len(w.received())
	if found, r, err := w.Suggest(t.Context(), "U0ANA", v, "p:owner", "b"); err != nil || len(found) != 0 || r.Ack.Status != 0 {
		t.Errorf("too short: %v %+v %v", found, r, err)
	}
	if found, _, err := w.Suggest(t.Context(), "U0ANA", v, "p:other", "be"); err != nil || len(found) != 0 { // three letters by default
		t.Errorf("too short: %v %v", found, err)
	}
	equal(t, "asked", len(w.received()), asked)
	if _, _, err := w.Suggest(t.Context(), "U0ANA", v, "none", "be"); err == nil {
		t.Error("typed into nothing")
	}
	if _, _, err := w.Suggest(t.Context(), "U404", v, "p:owner", "be"); err == nil {
		t.Error("nobody typed")
	}
	if err := w.Pick(t.Context(), "U0ANA", v, "p:owner", "be", "bea"); err != nil {
		t.Fatal(err)
	}
	now, _ := w.View("U0ANA")
	equal(t, "picked", text(now.State["p"]["p:owner"], "selected_option", "value"), "bea")
	if err := w.Pick(t.Context(), "U0ANA", v, "p:owner", "be", "zoe"); err == nil {
		t.Error("picked what was not offered")
	}
	if err := w.Fill(t.Context(), "U0ANA", v, fakeslack.Values{"p:owner": {"ben"}}); err != nil {
		t.Error(err)
	}
	if err := w.Fill(t.Context(), "U0ANA", v, fakeslack.Values{"p:owner": {"zoe"}}); err == nil {
		t.Error("filled in what was not offered")
	}
	answers(200, obj{"option_groups": []any{obj{"label": plain("People"), "options": []any{choice("ben")}}}})
	if found, _, err := w.Suggest(t.Context(), "U0ANA", v, "p:owner", "be"); err != nil || len(found) != 1 {
		t.Errorf("groups: %v %v", found, err)
	}
	answers(200, obj{"options": []any{}})
	if found, r, err := w.Suggest(t.Context(), "U0ANA", v, "p:owner", "be"); err != nil || len(found) != 0 || r.Trouble != "" {
		t.Errorf("nobody: %v %+v %v", found, r, err)
	}
	var hundred []any
	for range 101 {
		hundred = append(hundred, choice("x"))
	}
	for _, body := range []any{
		"text",
		obj{},
		obj{"options": hundred},
		obj{"options": []any{obj{"text": plain(strings.Repeat("x", 76)), "value": "x"}}},
		obj{"options": []any{obj{"text": plain("x"), "value": ""}}},
		obj{"options": []any{obj{"text": obj{"type": "mrkdwn", "text": "x"}, "value": "x"}}},
	} {
		answers(200, body)
		if found, r, err := w.Suggest(t.Context(), "U0ANA", v, "p:owner", "be"); err != nil || r.Trouble == "" || len(found) != 0 {
			t.Errorf("%v: %v %+v %v", short(body), found, r, err)
		}
	}
	answers(500, nil)
	if err := w.Pick(t.Context(), "U0ANA", v, "p:owner", "be", "ben"); err == nil {
		t.Error("picked although the app failed")
	}
	// In a message, too.
	w.good("chat.postMessage", obj{"channel": "U0ANA", "text": "x", "blocks": []any{buttons(obj{"type": "external_select", "action_id": "who", "min_query_length": 1})}})
	answers(200, obj{"options": []any{choice("ben")}})
	if found, _, err := w.Suggest(t.Context(), "U0ANA", w.DM("U0ANA")[0], "who", "b"); err != nil || len(found) != 1 {
		t.Errorf("in a message: %v %v", found, err)
	}
}

func TestCloseView(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	quiet := w.open("U0ANA", modal(section("x")))
	asked := len(w.received())
	if r, err := w.CloseView(t.Context(), "U0ANA", quiet); err != nil || r.View != nil || len(w.received()) != asked {
		t.Errorf("the app is told nothing: %+v %v", r, err)
	}
	loud := modal(section("x"), buttons(button("b", "v", "B")))
	loud["notify_on_close"], loud["clear_on_close"] = true, true
	v := w.open("U0ANA", loud)
	if _, err := w.Press(t.Context(), "U0ANA", v, "b"); err != nil {
		t.Fatal(err)
	}
	w.good("views.push", obj{"trigger_id": w.lastReceived().payload["trigger_id"], "view": loud})
	top, _ := w.View("U0ANA")
	w.when("view_closed", func(received) (int, any) { return 500, nil })
	r, err := w.CloseView(t.Context(), "U0ANA", top)
	if err != nil || r.Trouble != "" || len(w.Stack("U0ANA")) != 0 {
		t.Errorf("%+v %v", r, err)
	}
	if p := w.lastReceived().payload; p["type"] != "view_closed" || p["is_cleared"] != true || p["trigger_id"] != nil || text(p, "view", "id") != top.ID {
		t.Errorf("payload: %v", p)
	}
}
