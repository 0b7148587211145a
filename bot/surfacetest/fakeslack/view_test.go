package fakeslack_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot/surfacetest/fakeslack"
)

func textInput(more ...any) obj {
	o := obj{"type": "plain_text_input"}
	for pair := range slices.Chunk(more, 2) {
		o[pair[0].(string)] = pair[1]
	}
	return o
}

func choice(value string) obj { return obj{"text": plain(strings.ToUpper(value)), "value": value} }

func TestTriggers(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	view := modal(section("hello"))
	w.refuses("invalid_trigger_id", "views.open", obj{"trigger_id": "1.2.3", "view": view})
	w.refuses("invalid_arguments", "views.open", obj{"trigger_id": w.trigger("U0ANA")})
	w.refuses("invalid_arguments", "views.open", obj{"trigger_id": w.trigger("U0ANA"), "view": "{"})

	late := w.trigger("U0ANA")
	w.clock.later(3*time.Second + time.Millisecond)
	w.refuses("expired_trigger_id", "views.open", obj{"trigger_id": late, "view": view})

	once := w.trigger("U0ANA")
	w.refuses("invalid_arguments", "views.open", obj{"trigger_id": once, "view": obj{"type": "modal"}}) // which does not use it up
	w.clock.later(3 * time.Second)
	w.good("views.open", obj{"trigger_id": once, "view": view})
	w.refuses("exchanged_trigger_id", "views.open", obj{"trigger_id": once, "view": view})
}

func TestViewRules(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	for name, view := range map[string]obj{
		"a home":                modal(section("x")),
		"no title":              {"type": "modal", "blocks": []any{section("x")}},
		"a title of 25":         {"type": "modal", "title": plain(strings.Repeat("x", 25)), "blocks": []any{section("x")}},
		"101 blocks":            modal(many(101)...),
		"the same block id":     modal(input("a", "x", textInput()), input("a", "y", textInput())),
		"inputs without submit": {"type": "modal", "title": plain("x"), "blocks": []any{input("a", "x", textInput())}},
		"metadata of 3,001":     {"type": "modal", "title": plain("x"), "blocks": []any{section("x")}, "private_metadata": strings.Repeat("x", 3001)},
	} {
		if name == "a home" {
			view["type"] = "home"
		}
		out := w.refuses("invalid_arguments", "views.open", obj{"trigger_id": w.trigger("U0ANA"), "view": view})
		if m, _ := out["response_metadata"].(obj)["messages"].([]any); len(m) == 0 || !strings.HasPrefix(m[0].(string), "[ERROR]") {
			t.Errorf("%s: %v", name, out)
		}
	}
	huge := modal(many(100)...)
	for _, b := range huge["blocks"].([]any) {
		b.(obj)["text"] = plain(strings.Repeat("x", 2900))
	}
	w.refuses("view_too_large", "views.open", obj{"trigger_id": w.trigger("U0ANA"), "view": huge})
	if _, open := w.View("U0ANA"); open {
		t.Error("something opened")
	}
}

func many(n int) []any {
	var out []any
	for range n {
		out = append(out, section("x"))
	}
	return out
}

func TestViewUpdate(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	first := modal(section("one"))
	first["external_id"], first["private_metadata"] = "ext-1", "secret"
	v := w.open("U0ANA", first)
	if v.Title != "A form" || v.Submit != "Send" || v.Close != "Close" || v.CallbackID != "form" || v.PrivateMetadata != "secret" || v.Root != v.ID {
		t.Errorf("opened %+v", v)
	}
	w.refuses("duplicate_external_id", "views.open", obj{"trigger_id": w.trigger("U0BEN"), "view": first})
	w.refuses("not_found", "views.update", obj{"view_id": "V404", "view": modal(section("x"))})
	w.refuses("invalid_arguments", "views.update", obj{"view": modal(section("x"))})
	w.refuses("invalid_arguments", "views.update", obj{"view_id": v.ID, "view": modal()})
	w.refuses("hash_conflict", "views.update", obj{"view_id": v.ID, "hash": "1.x", "view": modal(section("x"))})

	second := modal(section("two"))
	second["external_id"] = "ext-1"
	out := w.good("views.update", obj{"view_id": v.ID, "hash": v.Hash, "view": second})
	if text(out, "view", "hash") == v.Hash || text(out, "view", "id") != v.ID {
		t.Errorf("updated: %v", out)
	}
	w.refuses("hash_conflict", "views.update", obj{"view_id": v.ID, "hash": v.Hash, "view": second})
	w.good("views.update", obj{"external_id": "ext-1", "view": modal(section("three"))})
	now, _ := w.View("U0ANA")
	equal(t, "words", now.Words(), "A form\nthree\nSend")
	w.refuses("not_found", "views.update", obj{"external_id": "ext-1", "view": second}) // the last one had none
	w.open("U0BEN", first)
	w.refuses("duplicate_external_id", "views.update", obj{"view_id": v.ID, "view": first})

	if _, err := w.CloseView(t.Context(), "U0ANA", now); err != nil {
		t.Fatal(err)
	}
	w.refuses("not_found", "views.update", obj{"view_id": v.ID, "view": second})
}

// Slack's trap: what was typed belongs to the pair of block id and action id. The same pair keeps it, whatever initial value
// an update brings; a new one shows its initial value.
func TestTypedStays(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	group := func(values ...string) obj {
		e := obj{"type": "checkboxes", "options": []any{}}
		for _, v := range values {
			e["options"] = append(e["options"].([]any), choice(v))
		}
		return e
	}
	v := w.open("U0ANA", modal(
		input("name:1", "name", textInput("initial_value", "given")), input("many:1", "many", group("a", "b", "c")),
		input("one:1", "one", obj{"type": "radio_buttons", "options": []any{choice("x"), choice("y")}}), input("when:1", "when", obj{"type": "datepicker"}),
	))
	state := func() string {
		now, _ := w.View("U0ANA")
		var out []string
		for _, block := range []string{"name:1", "name:2", "many:1", "one:1"} {
			for _, entry := range now.State[block] {
				switch entry["type"] {
				case "plain_text_input":
					value, _ := entry["value"].(string)
					out = append(out, block+"="+value)
				case "radio_buttons":
					value, _ := entry["selected_option"].(obj)
					out = append(out, block+"="+text(obj{"o": value}, "o", "value"))
				default:
					all := ""
					for _, o := range entry["selected_options"].([]any) {
						all += text(o.(obj), "value")
					}
					out = append(out, block+"="+all)
				}
			}
		}
		return strings.Join(out, " ")
	}
	equal(t, "at first", state(), "name:1=given many:1= one:1=")
	if err := w.Fill(t.Context(), "U0ANA", v, fakeslack.Values{"name:1": {"typed"}, "many": {"a", "C"}, "one": {"y"}}); err != nil {
		t.Fatal(err)
	}
	equal(t, "typed", state(), "name:1=typed many:1=ac one:1=y")
	w.good("views.update", obj{"view_id": v.ID, "view": modal(
		input("name:1", "name", textInput("initial_value", "other")), input("many:1", "many", group("a", "b")), input("one:1", "one", obj{"type": "radio_buttons", "options": []any{choice("x")}}),
	)})
	equal(t, "the same ids keep what was typed, as far as it is offered", state(), "name:1=typed many:1=a one:1=")
	w.good("views.update", obj{"view_id": v.ID, "view": modal(input("name:2", "name", textInput("initial_value", "other")))})
	equal(t, "a new id shows its initial value", state(), "name:2=other")
	w.good("views.update", obj{"view_id": v.ID, "view": modal(input("name:2", "name", textInput("initial_value", "third")))})
	equal(t, "even where nothing was typed, what is shown stays", state(), "name:2=other")
	w.good("views.update", obj{"view_id": v.ID, "view": modal(input("name:2", "name", obj{"type": "number_input", "is_decimal_allowed": false}))})
	now, _ := w.View("U0ANA")
	if e := now.State["name:2"]["name"]; e["type"] != "number_input" || e["value"] != nil {
		t.Errorf("another kind of input under the same ids: %v", e)
	}
}

func TestStack(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	w.refuses("not_found", "views.push", obj{"trigger_id": w.trigger("U0ANA"), "view": modal(section("x"))})
	root := w.open("U0ANA", modal(section("root"), buttons(button("deeper", "d", "Deeper"))))
	press := func(v fakeslack.View) string {
		t.Helper()
		if _, err := w.Press(t.Context(), "U0ANA", v, "deeper"); err != nil {
			t.Fatal(err)
		}
		return w.lastReceived().payload["trigger_id"].(string)
	}
	w.good("views.push", obj{"trigger_id": press(root), "view": modal(section("second"), buttons(button("deeper", "d", "Deeper")))})
	second, _ := w.View("U0ANA")
	if second.Root != root.ID || second.Previous != root.ID || len(w.Stack("U0ANA")) != 2 {
		t.Errorf("pushed %+v", second)
	}
	w.good("views.open", obj{"trigger_id": press(second), "view": modal(section("third"), buttons(button("deeper", "d", "Deeper")))})
	third, _ := w.View("U0ANA")
	w.refuses("push_limit_reached", "views.push", obj{"trigger_id": press(third), "view": modal(section("x"))})
	w.good("views.update", obj{"view_id": root.ID, "view": modal(section("root again"))}) // below the others
	if _, err := w.CloseView(t.Context(), "U0ANA", third); err != nil {
		t.Fatal(err)
	}
	if v, _ := w.View("U0ANA"); v.ID != second.ID {
		t.Errorf("below: %+v", v)
	}
	if _, err := w.CloseView(t.Context(), "U0ANA", root); err != nil { // takes what lies on it along
		t.Fatal(err)
	}
	if _, open := w.View("U0ANA"); open || len(w.Stack("U0ANA")) != 0 {
		t.Error("something is open still")
	}
	if _, err := w.CloseView(t.Context(), "U0ANA", root); err == nil {
		t.Error("closed twice")
	}
	a := w.open("U0ANA", modal(section("a")))
	if b := w.open("U0ANA", modal(section("b"))); len(w.Stack("U0ANA")) != 1 || a.ID == b.ID {
		t.Error("a trigger from elsewhere begins anew")
	}
}

func TestHome(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	w.AddUser(fakeslack.User{ID: "U0BOT", Bot: true})
	if _, ok := w.Home("U0ANA"); ok {
		t.Error("a home that nobody published")
	}
	w.refuses("invalid_arguments", "views.publish", obj{"user_id": "U404", "view": home(section("x"))})
	w.refuses("invalid_arguments", "views.publish", obj{"user_id": "U0BOT", "view": home(section("x"))})
	w.refuses("invalid_arguments", "views.publish", obj{"user_id": "U0ANA", "view": modal(section("x"))})
	w.good("views.publish", obj{"user_id": "U0ANA", "view": home(section("one"), buttons(button("b", "v", "Press")))})
	one, _ := w.Home("U0ANA")
	w.refuses("hash_conflict", "views.publish", obj{"user_id": "U0ANA", "hash": "1.x", "view": home(section("x"))})
	w.refuses("not_found", "views.update", obj{"view_id": one.ID, "view": modal(section("x"))})
	w.good("views.publish", obj{"user_id": "U0ANA", "hash": one.Hash, "view": home(section("two"))})
	two, _ := w.Home("U0ANA")
	if two.ID != one.ID || two.Hash == one.Hash || two.Words() != "two" {
		t.Errorf("published again: %+v", two)
	}
	ext := home(section("x"))
	ext["external_id"] = "e"
	w.good("views.publish", obj{"user_id": "U0ANA", "view": ext})
	w.refuses("duplicate_external_id", "views.publish", obj{"user_id": "U0BEN", "view": ext})

	// A press on it carries the view, and a trigger that begins a stack.
	if _, err := w.Press(t.Context(), "U0ANA", one, "b"); err != nil {
		t.Fatal(err)
	}
	p := w.lastReceived().payload
	if text(p, "view", "type") != "home" || text(p, "container", "view_id") != one.ID || p["response_url"] != nil {
		t.Errorf("pressed on home: %v", p)
	}
	w.good("views.open", obj{"trigger_id": p["trigger_id"], "view": modal(section("x"))})
}
